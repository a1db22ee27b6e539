"""The pages of tools: the question in the address, proposals by name, accepting with and without a script."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

import pytest
from django.test import Client

from gridtown import town as towns
from gridtown.cases import store
from gridtown.kernel.forms import Form, Personal
from gridtown.kernel.tool import Proposal, Tool
from gridtown.town import clock
from tests import carriers
from tests.browsing import client_of
from tests.conftest import NOON, Here

HOME, OTHER = "330110110001", "330110110002"
PLAN = "/tools/pumps/plan"
CHINESE = re.compile("[\u4e00-\u9fff]")


class Whose(Form):
    name: Annotated[str, Personal("name")]


WHOSE = Tool("whose", ask=Whose, run=lambda asked: [Proposal({"name": asked.answers["name"]})], roles=("dispatcher",),
             shows=("name",))  # fmt: skip


@pytest.fixture
def here(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    """Pingyao at noon, with sixty pumps of which one is dry, and a tool that asks for a name."""
    line = replace(carriers.LINE, tools=(*carriers.LINE.tools, WHOSE))
    words = {**carriers.WORDS, "tool.whose": {"zh": "查名", "en": "Whose"}}
    grown = carriers.grown(pingyao.town)
    grown = replace(grown, lines={**grown.lines, "pumps": line.named("pumps", words, "")})
    monkeypatch.setattr(towns, "current", lambda: grown)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    for n in range(60):
        carriers.pump(pingyao.hats("dispatcher"), NOON, n, HOME if n % 2 else OTHER, 10 * n)
    return pingyao


@pytest.fixture
def desk(here: Here) -> Client:
    """The dispatcher's browser."""
    return client_of(here, "dispatcher")


def runs() -> list[tuple[str, str]]:
    return store.fetch("SELECT number, title FROM cases_case WHERE line = 'pumps' ORDER BY id", [])


def digests(page: Any) -> list[str]:
    return re.findall(r'name="_one" value="(\w+)"', page.content.decode())


def ask(desk: Client, **more: Any) -> Any:
    return desk.get(PLAN, {"_ask": "1", "most": "1000", "sort": "wet", "pump": "", **more})


def accept(desk: Client, at: Any = NOON, htmx: bool = False, **more: Any) -> Any:
    said = {"_ask": "1", "most": "1000", "sort": "wet", "_at": at.isoformat(), **more}
    return desk.post(f"{PLAN}/accept", said, headers={"HX-Request": "true"} if htmx else {})


def test_tools_are_listed_for_those_who_may_use_them(here: Here, desk: Client) -> None:
    listed = desk.get("/tools").content.decode()
    assert f'href="{PLAN}"' in listed
    assert "排泵计划" in listed
    assert 'href="/tools"' in desk.get("/desk").content.decode(), "in the navigation"
    line = desk.get("/lines/pumps").content.decode()
    assert f'href="{PLAN}"' in line
    assert "水位" in line, "signals too"
    receiver = client_of(here, "receiver")  # no line gives this role a tool
    assert 'href="/tools"' not in receiver.get("/desk").content.decode()
    assert "没有可用的工具" in receiver.get("/tools").content.decode()
    for path in (PLAN, "/tools/pumps/none", "/tools/none/plan"):
        assert receiver.get(path).status_code == 404
    assert receiver.post(f"{PLAN}/accept", {}).status_code == 404
    assert f'href="{PLAN}"' not in receiver.get("/lines/pumps").content.decode()


def test_a_page_asks_and_shows_proposals_by_name_page_by_page(desk: Client) -> None:
    blank = desk.get(PLAN).content.decode()
    assert "条建议" not in blank
    page = ask(desk)
    text = page.content.decode()
    assert "60 条建议" in text
    assert "第 1–50 条，共 60 条" in text
    assert len(digests(page)) == 50
    assert re.search(r'href="/registers/pumps/pump/\d+">59 号泵</a>', text)
    for said in ("590 升/秒", "派遣员", "排涝", "2026-03-02 12:00 起闲置，可用于排涝", "50%"):
        assert said in text
    second = ask(desk, _page="2", _at=NOON.isoformat())
    assert len(digests(second)) == 9, "the dry one cannot be accepted"
    assert "没有流量，不能运行" in second.content.decode()
    assert "仅供参考" in second.content.decode()
    assert "没有建议" in ask(desk, most="0").content.decode()
    assert ask(desk, _page="999").status_code == 200
    assert runs() == []


def test_the_english_page_is_english(desk: Client) -> None:
    desk.cookies["gridtown_lang"] = "en"
    text = ask(desk, most="2").content.decode()
    text = re.sub("(?s)<script.*?</script>|某条例第三条|中文|[0-9]+ 号泵|<header.*?</header>", "", text)
    assert not CHINESE.search(text), CHINESE.search(text)


def test_a_question_that_is_not_in_order_is_shown_again_with_the_mistake(desk: Client) -> None:
    page = ask(desk, most="-3")
    assert page.status_code == 422
    assert 'value="-3"' in page.content.decode()
    assert "太小" in page.content.decode()


def test_one_is_accepted_in_its_place_and_a_second_time_changes_nothing(desk: Client) -> None:
    digest = digests(ask(desk))[0]
    done = accept(desk, htmx=True, _one=digest)
    ((number, title),) = runs()
    assert title == "试泵 59 号泵"
    assert f'href="/case/{number}"' in done.content.decode()
    assert "<html" not in done.content.decode()
    assert desk.get(f"/case/{number}").status_code == 200
    again = accept(desk, htmx=True, _one=digest)
    assert "此前已采纳" in again.content.decode()
    assert number in again.content.decode()
    gone = accept(desk, htmx=True, _one="0" * 32)
    assert "不再成立" in gone.content.decode()
    old = accept(desk, htmx=True, _one=digest, at=NOON - timedelta(days=2))
    assert (old.status_code, "重新提问" in old.content.decode()) == (200, True)
    assert len(runs()) == 1


def test_without_a_script_the_ticked_ones_are_accepted_and_what_came_of_each_is_told(desk: Client) -> None:
    first, second, *_ = digests(ask(desk))
    page = accept(desk, proposal=[first, second, "0" * 32])
    text = page.content.decode()
    assert "采纳 2 条 · 未采纳 1 条" in text
    assert "已不再提出的建议" in text
    assert all(f'href="/case/{number}"' in text for number, _ in runs())
    assert 'name="most" value="1000"' in text, "the way back leads to the question"
    nothing = accept(desk)
    assert (nothing.status_code, "请先勾选" in nothing.content.decode()) == (422, True)
    assert "58 条建议" in nothing.content.decode()
    old = accept(desk, at=NOON - timedelta(days=2), proposal=[first])
    assert old.status_code == 422
    assert len(runs()) == 2


def test_all_are_accepted_at_once(desk: Client) -> None:
    assert "将按这 59 条建议" in ask(desk).content.decode()
    assert "采纳 59 条" in accept(desk, _all="1").content.decode()
    assert len(runs()) == 59
    assert "没有建议" not in ask(desk).content.decode()
    assert "全部采纳" not in ask(desk).content.decode(), "only the dry one is left"


def test_a_tool_that_asks_nothing_answers_at_once(desk: Client) -> None:
    assert "没有建议" in desk.get("/tools/pumps/finish").content.decode()
    accept(desk, _one=digests(ask(desk))[0])
    text = desk.get("/tools/pumps/finish").content.decode()
    assert f'href="/case/{runs()[0][0]}"' in text
    assert "59 号泵" in text, "the name of a record that the tool did not read"


def test_personal_answers_do_not_stand_in_the_address(desk: Client) -> None:
    assert (
        '<form class="panel question no-print" method="post"'
        in desk.get("/tools/pumps/whose").content.decode()
    )
    asked = desk.post("/tools/pumps/whose", {"_ask": "1", "name": "演示人"})
    assert "1 条建议" in asked.content.decode()
    assert asked.content.decode().count("演示人") == 3, "in the form, with the question, and in the answer"


def test_nothing_is_shown_that_the_reader_may_not_see(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = replace(carriers.PLAN, roles=("receiver",))
    town = towns.current()
    line = replace(town.lines["pumps"], tools=(opened,))
    monkeypatch.setattr(towns, "current", lambda: replace(town, lines={**town.lines, "pumps": line}))
    text = ask(client_of(here, f"village-{HOME}-receiver")).content.decode()
    assert "30 条建议" in text
    assert "59 号泵" in text
    assert "58 号泵" not in text
