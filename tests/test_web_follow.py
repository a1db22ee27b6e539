"""Following a report: what a reporter said is told back to them, and where it went."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from gridtown.cases import actions
from gridtown.cases.actions import Receipt
from gridtown.town import clock
from tests.browsing import client_of, reported
from tests.conftest import NOON, Here

pytestmark = pytest.mark.usefixtures("nothing_cached")


def page(here: Here, receipt: Receipt, lang: str = "zh") -> str:
    found = client_of(here).get(
        f"/f/{receipt.number}", {"s": receipt.secret}, headers={"Accept-Language": lang}
    )
    assert found.status_code == 200
    return found.content.decode()


def test_what_the_reporter_said_later_is_told_back_and_to_nobody_else(pingyao: Here) -> None:
    own = reported(pingyao)
    joined = actions.follow(case=own.id, now=NOON, key="joined")
    browser = client_of(pingyao)
    for receipt, said in ((own, "昨晚又灭了一盏"), (joined, "我家门口也不亮")):
        path = f"/f/{receipt.number}/add?s={receipt.secret}"
        assert browser.post(path, {"_key": said, "description": said}).status_code == 302
    lead, other = page(pingyao, own), page(pingyao, joined)
    assert ("昨晚又灭了一盏" in lead, "我家门口也不亮" in lead) == (True, False)
    assert ("昨晚又灭了一盏" in other, "我家门口也不亮" in other) == (False, True)


def test_a_photo_that_was_sent_is_seen_and_what_staff_judge_is_not_put_in_ones_mouth(pingyao: Here) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    photo = SimpleUploadedFile("a.jpg", picture.getvalue(), "image/jpeg")
    browser = client_of(pingyao)
    sent = browser.post("/new", {"description": "漏水", "photos": photo, "_key": "k"})
    path = sent.headers["Location"].replace("/sent", "")
    shown = browser.get(path).content.decode()
    (small,) = re.findall(r'<img src="(/f/[^"]+)"', shown)
    photo_back = browser.get(small.replace("&amp;", "&"))
    assert b"".join(photo_back.streaming_content)
    assert photo_back.headers["Content-Type"].startswith("image/")
    assert "诉求类型" not in shown, "whether it is a complaint or a question is for staff to say"


def test_whose_report_was_joined_with_another_is_told_why_the_page_is_of_that(pingyao: Here) -> None:
    one, two = reported(pingyao, n=1), reported(pingyao, n=2)
    into = {"into": one.number}
    actions.take(case=two.id, verb="merge", answers=into, by=pingyao.hats("dispatcher"), now=NOON, key="m")
    assert "已并在一起办理" in page(pingyao, two)
    assert "已并在一起办理" not in page(pingyao, one)
    joined = actions.follow(case=one.id, now=NOON, key="joined")
    assert "You joined somebody else" in page(pingyao, joined, "en")


def test_who_comes_too_late_to_have_it_reopened_is_told_what_to_do(pingyao: Here) -> None:
    late, early = reported(pingyao, n=1), reported(pingyao, n=2)
    for receipt, days in ((late, 8), (early, 6)):
        actions.take(
            case=receipt.id, verb="accept", answers={"category": "street_light", "level": "small"},
            by=pingyao.hats("receiver"), now=clock.now() - timedelta(days=days, hours=3), key=f"a{days}",
        )  # fmt: skip
        actions.take(
            case=receipt.id, verb="dispatch", answers={"to": "handler-urban"},
            by=pingyao.hats("dispatcher"), now=clock.now() - timedelta(days=days, hours=2), key=f"d{days}",
        )  # fmt: skip
        actions.take(
            case=receipt.id, verb="fix", answers={"answer": "已修好"},
            by=pingyao.hats("handler-urban"), now=clock.now() - timedelta(days=days, hours=1), key=f"f{days}",
        )  # fmt: skip
        actions.take(
            case=receipt.id, verb="verify", answers={}, by=pingyao.hats("verifier"),
            now=clock.now() - timedelta(days=days), key=f"v{days}",
        )  # fmt: skip
    said = "办结已超过 7 天"
    assert (said in page(pingyao, late), "/reopen?" in page(pingyao, late)) == (True, False)
    assert (said in page(pingyao, early), "/reopen?" in page(pingyao, early)) == (False, True)


def test_english_says_by_when_in_the_middle_of_a_sentence(pingyao: Here) -> None:
    new = actions.report(
        line="appeals", kind="matter", answers={"description": "漏水"}, by=pingyao.hats("receiver"),
        now=clock.now(), key="new", channel="counter",
    )  # fmt: skip
    shown = page(pingyao, new, "en")
    assert re.search(r"Next step by (tomorrow|today|[A-Z]|\d)", shown)
    assert not re.search(r"Next step by (Tomorrow|Today)", shown)
