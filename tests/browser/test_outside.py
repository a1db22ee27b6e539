"""A firm behind its link in a real browser: it signs with a finger and no signal, and it is sent when there is one."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from gridtown.cases import files, store
from tests.browser.conftest import until
from tests.conftest import Here
from tests.neighbours import firm, grown, hazard, row

pytestmark = pytest.mark.browser
PAD = "[data-signature] canvas"


@pytest.fixture(autouse=True)
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    yield from grown(monkeypatch)


@pytest.fixture
def address(pingyao: Here) -> Iterator[str]:
    """The pages served from this process, which has the made-up line, on the test's own transaction.

    pytest-django's fixture would empty the database afterwards, which the ledger refuses.
    """
    if connection.vendor != "sqlite":
        pytest.skip("only a database in memory is shared with the server's threads")
    server = LiveServer("127.0.0.1")
    yield server.url
    # The browser has closed its connections by now. Their threads close the database's, which they may only as long as
    # it is shared; the server does not wait for them.
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(10)
    server.stop()


def sign(page: Page) -> None:
    """Three strokes across the pad."""
    page.locator(PAD).scroll_into_view_if_needed()
    box = page.locator(PAD).bounding_box()
    assert box
    x, y = box["x"], box["y"]
    for stroke in range(3):
        page.mouse.move(x + 30 + 60 * stroke, y + 20)
        page.mouse.down()
        page.mouse.move(x + 60 + 60 * stroke, y + 60, steps=5)
        page.mouse.up()


def test_a_signature_is_drawn_cleared_and_sent_once_there_is_a_signal(
    pingyao: Here, address: str, phone: Page
) -> None:
    record, secret = firm(pingyao)
    number = hazard(pingyao, record)
    phone.goto(f"{address}/r/{record}?s={secret}")
    phone.click("text=报送整改")
    phone.wait_for_selector(PAD)
    held = "document.querySelector('input[name=signed]').files.length"
    phone.fill("textarea[name=statement]", "灭火器已更换")
    sign(phone)
    until(phone, f"{held} === 1")
    phone.click("text=清除重签")
    assert phone.evaluate(held) == 0
    phone.click("form[data-queue] button.primary")
    assert phone.evaluate("document.querySelector('input[name=signed]').validity.valueMissing")
    sign(phone)
    until(phone, f"{held} === 1")
    phone.context.set_offline(True)
    phone.click("form[data-queue] button.primary")
    phone.wait_for_selector("[data-waiting]:not([hidden])")
    assert row(number).state == "found"
    phone.context.set_offline(False)
    phone.wait_for_selector("[data-waiting]", state="hidden")
    assert row(number).state == "looked_at"
    (kept,) = store.fetch("SELECT sha256, mime, stage FROM cases_attachment", [])
    assert kept[1:] == ("image/png", "signature")
    assert files.path_of(str(kept[0])).exists()
    phone.goto(f"{address}/r/{record}/case/{number}?s={secret}")
    until(phone, "document.querySelector('.gallery.signature img').naturalWidth > 100")
    phone.wait_for_load_state("networkidle")  # nothing is under way when the server stops


def test_whoever_cannot_draw_uploads_a_picture(
    pingyao: Here, address: str, phone: Page, picture: Path
) -> None:
    record, secret = firm(pingyao)
    number = hazard(pingyao, record)
    phone.goto(f"{address}/r/{record}/case/{number}?s={secret}")
    phone.wait_for_selector(PAD)
    phone.fill("textarea[name=statement]", "灭火器已更换")
    phone.set_input_files("input[name=signed]", picture)
    phone.click("form[data-queue] button.primary")
    phone.wait_for_url("**done=**")
    assert row(number).state == "looked_at"
    phone.wait_for_load_state("networkidle")
