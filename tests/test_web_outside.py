"""The pages of people without an account: a firm behind its link, and everybody at what is open to all."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from PIL import Image, ImageDraw

from gridtown.cases import actions, files, store
from gridtown.web.urls import urlpatterns
from tests.browsing import client_of
from tests.conftest import NOON, RESIDENT, Here
from tests.neighbours import VILLAGE, firm, grown, hazard, keeper, row, take, topic


@pytest.fixture(autouse=True)
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    yield from grown(monkeypatch)
    cache.clear()


def drawn(blank: bool = False) -> Any:
    """A signature as the page sends it: strokes on a transparent canvas."""
    canvas = Image.new("RGBA", (900, 300), (0, 0, 0, 0))
    if not blank:
        ImageDraw.Draw(canvas).line([(50, 200), (400, 80), (800, 220)], fill=(17, 17, 17, 255), width=5)
    raw = io.BytesIO()
    canvas.save(raw, "PNG")
    raw.seek(0)
    raw.name = "signature.png"
    return raw


def text_of(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def test_a_firm_finds_what_it_owes_puts_it_right_and_signs(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    number = hazard(pingyao, record)
    browser = Client(enforce_csrf_checks=False)
    home = browser.get(f"/r/{record}", {"s": secret})
    assert home.status_code == 200
    assert "no-store" in home.headers["Cache-Control"]
    assert "noindex" in text_of(home)
    for word in ("示例食品厂", "五金", "灭火器过期", number, "报送整改", "自查"):
        assert word in text_of(home)
    page = f"/r/{record}/case/{number}"
    shown = text_of(browser.get(page, {"s": secret}))
    assert "data-signature" in shown
    assert f'data-token="/r/{record}/token?s={secret}"' in shown
    form = {"statement": "已更换", "_key": "one-key-of-the-firm"}
    refused = browser.post(f"{page}/put_right?s={secret}", form)
    assert refused.status_code == 422
    assert "必填" in text_of(refused)
    assert "已更换" in text_of(refused), "what was typed stays"
    blank = browser.post(f"{page}/put_right?s={secret}", form | {"signed": drawn(blank=True)})
    assert "签名是空白的" in text_of(blank)
    for _ in range(2):
        sent = browser.post(f"{page}/put_right?s={secret}", form | {"signed": drawn()})
        assert sent.status_code == 302, text_of(sent)
    assert "镇里会收到" in text_of(browser.get(sent.headers["Location"]))
    assert [e.verb for e in store.entries_of(row(number).id)] == ["report", "put_right"]
    assert row(number).state == "looked_at"
    shown = text_of(browser.get(page, {"s": secret}))
    sha = re.search(rf"{page}/file/(\w{{64}})", shown)
    assert sha
    picture = browser.get(f"{page}/file/{sha[1]}", {"s": secret})
    assert picture.headers["Content-Type"] == "image/png"
    assert b"".join(picture), "read to its end, which closes it"
    with Image.open(files.path_of(sha[1])) as kept:
        assert (kept.format, kept.mode, kept.getpixel((1, 1))) == ("PNG", "L", 255)
    assert browser.get(f"{page}/file/{sha[1]}", {"s": "x"}).status_code == 404
    staff = text_of(client_of(pingyao, "admin").get(f"/case/{number}"))
    assert f"/file/{number}/{sha[1]}" in staff
    assert "当事单位" in staff


def test_a_firm_checks_itself_and_only_itself(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    other, _ = firm(pingyao, "另一家")
    browser = Client()
    page = f"/r/{record}/new/check?s={secret}"
    shown = text_of(browser.get(page))
    assert "通道是否堵塞" in shown
    assert "另一家" not in shown
    assert 'name="firm"' not in shown, "whose it is follows from the link"
    assert browser.post(page, {"_key": "k-1"}).status_code == 422
    sent = browser.post(page, {"blocked": "false", "firm": str(other), "_key": "k-2"})
    assert sent.status_code == 302
    later = browser.post(page, {"blocked": "true", "_key": "k-3"}, headers={"Accept": "application/json"})
    assert row(later.json()["number"]).record_id == record
    made = store.fetch("SELECT record_id, channel FROM cases_case ORDER BY id", [])
    assert made == [(record, "link"), (record, "link")]
    for kind in ("hazard", "topic", "nothing"):
        assert browser.get(f"/r/{record}/new/{kind}?s={secret}").status_code == 404
    queued = browser.post(page, {"_key": "k-4"}, headers={"Accept": "application/json"})
    assert queued.status_code == 422
    assert queued.json()["detail"]
    assert browser.get(f"/r/{record}/token?s={secret}").json()["token"]


def test_nothing_of_another_record_is_behind_a_link(pingyao: Here) -> None:
    (one, mine), (two, other) = firm(pingyao), firm(pingyao, "另一家")
    theirs = hazard(pingyao, two, "别家的隐患")
    browser = Client()
    for path in ("", "/new/check", "/token", f"/case/{theirs}", f"/case/{theirs}/file/{'0' * 64}"):
        for record, secret in ((two, mine), (one, other), (two, ""), (one, "aaaaaaaaaaaaa")):
            asked = browser.get(f"/r/{record}{path}", {"s": secret})
            assert asked.status_code == 404, path
            assert "别家" not in text_of(asked)
    assert browser.get(f"/r/{one}/case/{theirs}", {"s": mine}).status_code == 404
    for path in (f"/r/{one}/case/{theirs}/put_right?s={mine}", f"/r/{two}/case/{theirs}/put_right?s={mine}"):
        assert browser.post(path, {"statement": "x", "signed": drawn()}).status_code == 404
    assert row(theirs).version == 1
    assert "别家" not in text_of(browser.get(f"/r/{one}", {"s": mine}))


def test_a_retired_record_says_so_to_whoever_has_its_link(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    actions.retire(record=record, reason="停业", by=keeper(pingyao), now=NOON, key="gone")
    for path in (f"/r/{record}", f"/r/{record}/new/check"):
        gone = Client().get(path, {"s": secret})
        assert gone.status_code == 410
        assert "已从台账注销" in text_of(gone)
        assert Client().get(path, {"s": "x"}).status_code == 404


def test_whoever_keeps_the_register_prints_codes_and_renews_links(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    firm(pingyao, "另一家")
    browser = client_of(pingyao, "admin")
    page = f"/registers/made_up/firm/{record}"
    shown = text_of(browser.get(page))
    assert f"/r/{record}?s={secret}" in shown
    assert "<svg" in shown
    every = text_of(browser.get("/registers/made_up/firm/links"))
    assert every.count('class="qr-card"') == 2
    assert (
        text_of(browser.get("/registers/made_up/firm/links", {"record": record})).count('class="qr-card"')
        == 1
    )
    other = client_of(pingyao, f"village-{VILLAGE}-receiver")
    seen = other.get(page)
    assert seen.status_code == 200
    assert secret not in text_of(seen)
    assert other.get("/registers/made_up/firm/links").status_code == 403
    assert other.post(f"{page}/renew-link", {"_key": "n"}).status_code == 422
    assert Client().get(f"/r/{record}", {"s": secret}).status_code == 200
    assert browser.post(f"{page}/renew-link", {"_key": "r"}).status_code == 302
    assert Client().get(f"/r/{record}", {"s": secret}).status_code == 404
    assert f"s={secret}" not in text_of(browser.get(page))
    assert browser.get("/registers/patrol/route/links").status_code == 404, "a register without links"


def test_anyone_speaks_and_is_heard_once_a_moderator_has_read_it(pingyao: Here) -> None:
    number = topic(pingyao)
    browser = Client()
    assert "议事公开" in text_of(browser.get("/"))
    assert number in text_of(browser.get("/open"))
    page = f"/open/{number}"
    shown = text_of(browser.get(page))
    for word in ("小区停车怎么管", "请大家说说想法", "征求意见", "发表意见", "投票"):
        assert word in shown
    assert "内部口径" not in shown
    assert "sessionid" not in browser.cookies
    form = {"text": "建议划线停车", "name": "某人甲", "_key": "a-key-of-a-passer-by"}
    for _ in range(2):
        sent = browser.post(f"{page}/speak", form)
        assert sent.status_code == 302
    assert "审核后公开" in text_of(browser.get(sent.headers["Location"]))
    assert "建议划线停车" not in text_of(browser.get(page))
    staff = client_of(pingyao, "admin")
    desk = text_of(staff.get(f"/case/{number}"))
    assert "待审核的发言" in desk
    assert "建议划线停车" in desk
    link = re.search(rf"/case/{number}/publish\?entry=(\d+)", desk)
    assert link
    asked = text_of(staff.get(link[0]))
    assert re.search(rf'<option value="{link[1]}" selected>[^<]*建议划线停车', asked)
    done = staff.post(f"/case/{number}/publish", {"entry": link[1], "_key": "p", "_version": "2"})
    assert done.status_code == 302
    after = text_of(staff.get(f"/case/{number}"))
    assert "待审核的发言" not in after
    shown = text_of(browser.get(page))
    assert "建议划线停车" in shown
    assert "某人甲" not in shown


def test_a_refused_voice_comes_back_as_it_was_typed(pingyao: Here) -> None:
    number = topic(pingyao)
    answer = Client().post(f"/open/{number}/speak", {"text": "长" * 301})
    assert answer.status_code == 422
    assert "太长" in text_of(answer)
    assert "长" * 301 in text_of(answer)
    take(number, "drop", keeper(pingyao), reason="x")
    late = Client().post(f"/open/{number}/speak", {"text": "晚了"})
    assert late.status_code == 422
    assert "已撤回" in text_of(late)
    assert row(number).version == 2


def test_one_address_cannot_flood_a_topic_and_is_not_remembered(
    pingyao: Here, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GRIDTOWN_ANYONE_MOST = 3
    number, other = topic(pingyao), topic(pingyao, "另一议题")
    browser = Client(REMOTE_ADDR="10.1.2.3")
    said = [browser.post(f"/open/{number}/vote", {"yes": "true"}).status_code for _ in range(4)]
    assert said == [302, 302, 302, 429]
    assert "太频繁" in text_of(browser.post(f"/open/{number}/vote", {"yes": "true"}))
    assert browser.post(f"/open/{other}/vote", {"yes": "true"}).status_code == 302
    assert Client(REMOTE_ADDR="10.9.9.9").post(f"/open/{number}/vote", {"yes": "true"}).status_code == 302
    assert "10.1.2.3" not in str(cache._cache.keys())  # type: ignore[attr-defined]
    assert "10.1.2.3" not in str(store.fetch('SELECT answers, "by", key FROM cases_entry', []))


def test_what_is_not_open_has_no_public_page_whoever_asks(pingyao: Here) -> None:
    record, _ = firm(pingyao)
    closed = hazard(pingyao, record)
    for browser in (Client(), client_of(pingyao, "admin")):
        for number in (closed, "TP2026-999"):
            assert browser.get(f"/open/{number}").status_code == 404
            assert browser.get(f"/open/{number}/file/{'0' * 64}").status_code == 404
            assert browser.post(f"/open/{number}/put_right", {"statement": "x"}).status_code == 404
    assert closed not in text_of(Client().get("/open"))
    assert text_of(Client().get("/open", {"line": "appeals", "after": "1~x"})).count("/open/") == 0


def test_a_public_page_is_cheap_however_much_was_said(
    pingyao: Here, django_assert_max_num_queries: Any
) -> None:
    number = topic(pingyao)
    browser = Client()
    for upto in (2, 30):
        for n in range(upto):
            said = take(number, "speak", actions.anyone(), key=f"{upto}-{n}", text=f"意见{n}")
            take(number, "publish", keeper(pingyao), key=f"p-{upto}-{n}", entry=said.version)
        for path in (f"/open/{number}", "/open"):
            with django_assert_max_num_queries(6):
                answer = browser.get(path)
            assert answer.headers["Cache-Control"] == "private, no-cache"
    record, secret = firm(pingyao)
    for n in range(12):
        hazard(pingyao, record, f"隐患{n}")
    with django_assert_max_num_queries(8):
        assert browser.get(f"/r/{record}", {"s": secret}).status_code == 200


def test_long_conversations_are_paged(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridtown.web.views.public.VOICES", 2)
    number = topic(pingyao)
    for n in range(3):
        said = take(number, "speak", actions.anyone(), key=f"s-{n}", text=f"第{n}条意见")
        take(number, "publish", keeper(pingyao), key=f"p-{n}", entry=said.version)
    first = text_of(Client().get(f"/open/{number}"))
    assert "第2条意见" in first
    assert "第0条意见" not in first
    older = re.search(r"\?before=\d+", first)
    assert older
    assert "第0条意见" in text_of(Client().get(f"/open/{number}{older[0]}"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_languages_in_all_states(pingyao: Here, lang: str) -> None:
    record, secret = firm(pingyao)
    number, open_one = hazard(pingyao, record), topic(pingyao, "Parking")
    take(open_one, "resolve", keeper(pingyao), resolution="Lines")
    browser = Client(headers={"Accept-Language": lang})
    browser.post("/lang", {"large": "1", "next": "/"})
    for path in (
        f"/r/{record}?s={secret}", f"/r/{record}/new/check?s={secret}", f"/r/{record}/case/{number}?s={secret}",
        "/open", f"/open/{open_one}",
    ):  # fmt: skip
        shown = text_of(browser.get(path))
        assert 'data-print="large"' in shown
        assert not re.search(r">\s*(?:link|open|state|verb|field|kind|status|outcome)\.[a-z_]+", shown), path


def test_a_complaint_is_not_shown_to_whom_it_is_about(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    number = hazard(pingyao, record, "我家窗口看得见偷排", by=RESIDENT)
    for path in (f"/r/{record}", f"/r/{record}/case/{number}"):
        shown = text_of(Client().get(path, {"s": secret}))
        assert number in shown
        assert "偷排" not in shown


@pytest.mark.slow
@pytest.mark.parametrize("who", ["subject", "anyone"])
def test_every_address_tells_people_from_outside_nothing_of_others(pingyao: Here, who: str) -> None:
    (mine, secret), (other, _) = firm(pingyao), firm(pingyao, "另一家")
    secret = secret if who == "subject" else ""
    theirs, open_one = hazard(pingyao, other, "别家的隐患"), topic(pingyao)
    take(theirs, "note", keeper(pingyao), reason="内部批注")
    waiting = take(open_one, "speak", actions.anyone(), text="还没审核的话")
    browser, opened, asked = Client(), 0, set()
    for number in (theirs, open_one):
        for record in (mine, other):
            for route in urlpatterns:
                path = "/" + str(route.pattern)
                given = {
                    "<str:number>": number, "<int:record>": str(record), "<slug:kind>": "check", "<str:place>": VILLAGE,
                    "<slug:verb>": "put_right", "<str:sha>": "0" * 64, "<slug:line>": "made_up",
                    "<slug:register>": "firm", "<slug:name>": "board", "<str:key>": "x", "<slug:key>": "x",
                    "<str:year>": "2023",
                }  # fmt: skip
                for name, value in given.items():
                    path = path.replace(name, value)
                if (path, record) in asked:
                    continue
                asked.add((path, record))
                answer = browser.get(path, {"s": secret, "entry": waiting.version, "record": record})
                opened += answer.status_code == 200
                shown = text_of(answer) if not answer.streaming else ""
                assert answer.status_code < 500, path
                for word in ("别家的隐患", "内部批注", "还没审核的话", "另一家", "内部口径"):
                    assert word not in shown, path
    assert opened > 20
    assert (browser.get(f"/r/{mine}", {"s": secret}).status_code == 200) == (who == "subject")
