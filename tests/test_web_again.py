"""What a case already says stands in the next form, and by what way a head's finding comes in."""

import re

from django.test import Client

from gridtown.cases import actions
from gridtown.people.models import Account
from tests.conftest import NOON, Here

TOWN = "330110110"


def signed_in(here: Here, post: str) -> Client:
    browser = Client(raise_request_exception=True)
    browser.force_login(Account.objects.get(pk=here.post(post).holders[0]))
    return browser


def test_facts_penalty_and_fine_are_entered_once(pingyao: Here) -> None:
    squad, head = pingyao.hats("enforcement-inspector"), pingyao.hats("enforcement-head")
    kept = {"line": "enforcement", "by": head, "now": NOON, "place": TOWN}
    item = {"name": "占道经营", "code": "1", "matter": "street", "basis": "规定", "handed": "2022-01-01"}
    matter = actions.keep(register="item", answers=item, key="item", **kept)
    officers = [
        actions.keep(
            register="officer", key=person, **kept,
            answers={"name": person, "person": person, "certificate": person, "until": "2026-12-31"},
        )
        for person in (squad[0].person, "other")
    ]  # fmt: skip
    clue = {"description": "占道经营", "item": matter}
    number = actions.report(
        line="enforcement",
        kind="case",
        answers=clue,
        by=squad,
        now=NOON,
        key="clue",
        channel="patrol",
        place=TOWN,
    ).number
    page = signed_in(pingyao, "enforcement-head").get(f"/case/{number}/file").content.decode()
    assert re.search(rf'<option value="{matter}"[^>]* selected', page)
    filing = {"item": matter, "ended_on": "2026-03-01", "officers": officers, "facts": "摆放货架两组"}
    actions.take(case=number, verb="file", answers=filing, by=head, now=NOON, key="file")
    evidence = {"sort": "record", "description": "现场笔录", "taken": "2026-03-01", "verified": True}
    actions.take(case=number, verb="add_evidence", answers=evidence, by=squad, now=NOON, key="evidence")
    browser = signed_in(pingyao, "enforcement-inspector")
    assert "摆放货架两组" in _form(browser, number, "conclude")
    found = {"facts": "摆放货架三组", "article": "第十条", "penalties": ["fine", "warning"], "fine": 1500}
    actions.take(case=number, verb="conclude", answers=found, by=squad, now=NOON, key="conclude")
    form = _form(browser, number, "tell")
    assert ("摆放货架三组" in form, "摆放货架两组" in form) == (True, False)
    assert 'value="1500"' in form
    assert re.findall(r'name="penalties" value="(\w+)"[^>]*checked', form) == ["warning", "fine"]


def _form(browser: Client, number: str, verb: str) -> str:
    page = browser.get(f"/case/{number}/{verb}", headers={"HX-Request": "true"})
    assert page.status_code == 200
    return page.content.decode()


def test_who_walks_a_river_reports_from_a_patrol_unless_another_way_is_chosen(pingyao: Here) -> None:
    """The way that stands first is taken by most, and what comes by the counter counts as a resident's complaint."""
    first = re.compile(r'name="_channel" value="(\w+)" checked')
    walks = signed_in(pingyao, "village-330110110001-rivers-village-head")
    assert first.findall(walks.get("/work/report?kind=rivers/issue").content.decode()) == ["patrol"]
    desk = signed_in(pingyao, "receiver")
    assert first.findall(desk.get("/work/report?kind=rivers/issue").content.decode()) == ["counter"]


def test_a_grid_worker_begins_with_what_a_patrol_finds_and_a_desk_with_what_residents_bring(
    pingyao: Here,
) -> None:
    first = re.compile(r'name="_kind" value="([\w/]+)"')
    worker = signed_in(pingyao, "grid-330110110001001").get("/work/report").content.decode()
    assert first.findall(worker) == ["patrol/finding"]
    assert "?kind=appeals/matter" in worker, "the others stay a tap away"
    assert first.findall(signed_in(pingyao, "receiver").get("/work/report").content.decode()) == [
        "appeals/matter"
    ]


def test_whoever_may_not_make_a_move_is_told_so_in_words(pingyao: Here) -> None:
    squad = pingyao.hats("enforcement-inspector")
    number = actions.report(
        line="enforcement", kind="case", answers={"description": "占道经营"}, by=squad, now=NOON, key="clue",
        channel="patrol", place=TOWN,
    ).number  # fmt: skip
    browser = signed_in(pingyao, "enforcement-inspector")
    page = browser.get(f"/case/{number}/file")
    assert (page.status_code, "您的岗位不能执行“立案”" in page.content.decode()) == (422, True)
    page = browser.get(f"/case/{number}/serve")
    said = "当前状态为“线索待审”，不能执行“送达”"
    assert (page.status_code, said in page.content.decode()) == (422, True)
    sent = browser.post(f"/case/{number}/serve", {"_key": "serve-1", "how": "direct", "day": "2026-03-01"})
    assert (sent.status_code, said in sent.content.decode()) == (422, True)
