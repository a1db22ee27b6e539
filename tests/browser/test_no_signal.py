"""Where the network fails: in the middle of sending, out in the field, and while somebody else acts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import GRID, WORKER
from tests.browser.test_journeys import dispatched, move, number_of, report

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # a page waits for the network as long as people would
Window = Callable[..., Page]
KEPT = "caches.open('gridtown-pages-1').then((box) => box.keys()).then((all) => all.map((one) => one.url).join())"


def unreachable(context: BrowserContext, *, arrives: bool = False) -> None:
    """Nothing gets through, though the device believes itself online; or everything does but the answers."""

    def cut(route: Route) -> None:
        if arrives and route.request.method == "POST":
            route.fetch(max_redirects=0)
        route.abort("internetdisconnected")

    context.route("**/*", cut)


def test_a_report_whose_answer_was_lost_is_sent_again_and_taken_once(window: Window) -> None:
    page = window(phone=True)
    page.goto(f"/q/{GRID}")
    page.fill("#description", "老桥边的护栏少了一截")
    unreachable(page.context, arrives=True)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.click(".send-bar button")
    page.context.unroute_all()
    page.goto("/")
    page.goto(f"/q/{GRID}")
    expect(page.locator("#description")).to_have_value("老桥边的护栏少了一截")
    page.click(".send-bar button")
    page.wait_for_url("**/sent?*")
    desk = window("receiver")
    desk.goto("/desk?view=every&q=老桥边的护栏少了一截")
    expect(desk.locator("tbody tr")).to_have_count(1)
    page.goto(f"/q/{GRID}")
    expect(page.locator("#description")).to_have_value("")


def test_a_worker_whose_phone_hears_nothing_keeps_what_was_done_and_sends_it_later(
    window: Window, picture: Path
) -> None:
    number, _ = dispatched(window, "沟渠盖板断了")
    worker = window(WORKER, phone=True)
    worker.goto(f"/case/{number}/fix")
    unreachable(worker.context)
    worker.fill("#move-form [name=answer]", "已换新盖板。")
    worker.set_input_files("#move-form [name=photos]", picture)
    expect(worker.locator("#move-form .shot")).to_have_count(1)
    assert worker.evaluate("navigator.onLine")
    worker.click("#move-form button.primary")
    kept = f"{number} · 处置完成 · 已换新盖板。"
    expect(worker.locator("[data-waiting] li")).to_have_text(
        kept, timeout=15_000
    )  # a picture is put away as well
    worker.context.unroute_all()
    worker.close()  # the app is closed while things wait, and opened again
    again = worker.context.new_page()
    again.goto("/work")
    expect(again.locator(".toast", has_text="已补发")).to_be_visible()
    expect(again.locator("[data-waiting]")).to_be_hidden()
    again.goto(f"/case/{number}")
    expect(again.locator(".timeline")).to_contain_text("已换新盖板。")


def test_what_another_did_meanwhile_is_said_with_the_words_that_were_not_taken(window: Window) -> None:
    first = number_of(report(window(phone=True), "停车棚顶漏雨，先报的"))
    number, _ = dispatched(window, "停车棚顶漏雨，后报的")
    worker = window(WORKER, phone=True)
    worker.goto(f"/case/{number}/fix")
    worker.context.set_offline(True)
    worker.fill("#move-form [name=answer]", "补好了棚顶。")
    worker.click("#move-form button.primary")
    expect(worker.locator("[data-waiting] li")).to_have_count(1)
    move(window("dispatcher"), number, "merge", into=first)
    worker.context.set_offline(False)
    said = worker.locator("[data-waiting] li")
    expect(said).to_contain_text("已由他人处理")
    expect(said).to_contain_text("补好了棚顶。")
    expect(worker.locator("[data-waiting] strong")).to_be_hidden()  # it waits for no signal
    expect(said.locator("a")).to_have_attribute("href", f"{worker.url.split('/case/')[0]}/case/{number}")
    said.locator("button").click()
    expect(worker.locator("[data-waiting]")).to_be_hidden()


def test_the_first_page_after_signing_in_opens_without_a_signal_and_one_never_opened_says_so(
    window: Window,
) -> None:
    worker = window(WORKER, phone=True, fresh=True)
    worker.wait_for_url("**/work")
    for _ in range(100):
        if "/work" in worker.evaluate(KEPT):
            break
        worker.wait_for_timeout(100)
    worker.context.set_offline(True)
    worker.goto("/work")
    expect(worker.locator("h1")).to_have_text("我的待办")
    worker.goto("/case/AP2023-00001")
    expect(worker.locator("h1")).to_have_text("现在没有网络")
    expect(worker.locator(".who")).to_have_count(0)  # it outlasts signing out, so it names nobody
    worker.locator("main a.primary").click()
    expect(worker.locator("h1")).to_have_text("我的待办")


def test_a_report_that_staff_sent_is_no_draft_any_more(window: Window) -> None:
    worker = window(WORKER, phone=True)
    worker.goto("/work/report?kind=appeals/matter")
    worker.fill("[name=description]", "休闲椅断了一根木条")
    worker.click("main form button.big")
    worker.wait_for_url("**/case/*")
    worker.goto("/work/report?kind=appeals/matter")
    expect(worker.locator("[name=description]")).to_have_value("")
