"""Inspections through the real ledger: a draw computed again from its entries, what the enterprise sees, and when."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest
import yaml
from django.test import Client

from gridtown import lines
from gridtown import town as towns
from gridtown.cases import actions, queries, store
from gridtown.cases.actions import links
from gridtown.kernel import draw, forms
from gridtown.kernel.draw import Drawn, Party
from gridtown.kernel.story import Story, parse
from gridtown.kernel.told import Refused
from gridtown.lines.inspection import session_forms
from gridtown.town import rows
from tests import telling
from tests.test_every_line import stories

LINE = lines.found()["inspection"]
pytestmark = pytest.mark.django_db


def told(beginning: str, steps: int | None = None) -> telling.Told:
    """A story of the line, as far as its n-th step."""
    story: Story = next(s for s in stories("inspection") if s.title.startswith(beginning))
    steps = steps or len(story.steps)
    refused = {n: why for n, why in story.refused.items() if n <= steps}
    return telling.Told(LINE, replace(story, steps=story.steps[:steps], refused=refused)).tell()


def answers(row: store.Row, verb: str) -> list[Mapping[str, Any]]:
    return [msgspec.json.decode(entry.answers) for entry in store.entries_of(row.id) if entry.verb == verb]


def test_whoever_has_the_record_of_a_draw_can_compute_it_again() -> None:
    told_all = told("Two organs' items")
    visit, drawing = told_all.row(1), told_all.row(2)
    (frozen,), (said,), (result,) = (answers(drawing, verb) for verb in ("freeze", "write_down", "draw"))
    secrets = {draw.commitment(said["secret"]): said["secret"] for said in answers(drawing, "reveal")}
    parties = tuple(Party(c, secrets[c]) for c in (said["commitment"] for said in answers(drawing, "commit")))
    (team_drawn,) = answers(visit, "draw")
    eligible = [line for line in frozen["roll"] if line.split("|")[0] not in ("ZF004", "ZF005")]
    order = draw.order(eligible, result["seed"], visit.number)
    assert [line.split("|")[0] for line in order] == team_drawn["drawn_order"]
    assert (team_drawn["conflicted"], team_drawn["lapsed"]) == (["ZF004"], ["ZF005"]), (
        "and why two are not in it"
    )
    assert not any("WG006" in line for line in frozen["roll"]), "a grid worker is not on the roll"
    whole = Drawn(
        tuple(frozen["roll"]), frozen["roll_hash"], parties, said["public"], result["seed"], visit.number,
        draw.order(frozen["roll"], result["seed"], visit.number),
    )  # fmt: skip
    assert draw.verify(whole)
    assert "演示" not in str(frozen["roll"]), "no names"
    (replaced,) = answers(visit, "replace")
    after = {"one": "ZF001", "two": "ZF002", "three": "ZF003"}
    (came_in,) = set(replaced["persons"]) - set(team_drawn["persons"])
    assert after[came_in] == team_drawn["drawn_order"][2], "the next in the order"


def test_the_printed_record_of_a_draw_has_all_that_it_takes() -> None:
    told_all = told("Two organs' items", 17)
    (paper,) = told_all.papers()["inspection.draw_record"]
    said = "\n".join(telling.said_in(paper.docx()))
    (frozen,), (result,) = (answers(told_all.row(2), verb) for verb in ("freeze", "draw"))
    secrets = [one["secret"] for one in answers(told_all.row(2), "reveal")]
    for needed in (
        frozen["roll_hash"],
        result["seed"],
        draw.VERSION,
        "07 12 19 23 30 33",
        *secrets,
        *frozen["roll"],
    ):
        assert needed in said


def test_of_each_grade_its_share_is_drawn_and_more_where_the_risk_is_higher() -> None:
    told_all = told("Objects are drawn by grade")
    drawing = told_all.row(1)
    (frozen,), (result,) = answers(drawing, "freeze"), answers(drawing, "draw_without")
    grades = dict(line.split("|") for line in frozen["roll"])
    drawn = [grades[str(one)] for one in result["objects"]]
    assert sorted(grades.values()) == ["a", "b", "d", "d"], "the caterer is of another trade"
    assert drawn.count("d") == 2, "50 % of two, twice as likely: both"
    assert (drawn.count("a"), drawn.count("b")) == (1, 1), "a part of one is one"
    commitments = [one["commitment"] for one in answers(drawing, "commit")]
    (opened,) = answers(drawing, "reveal")
    parties = (Party(commitments[0]), Party(commitments[1], opened["secret"]))
    assert result["seed"] == draw.seed(frozen["roll_hash"], parties, "07 12 19 23 30 33")
    assert result["kept_back"] == 1


def test_a_draw_from_a_roll_that_has_changed_is_refused() -> None:
    told_all = told("Everybody opens the secret", 7)
    keeper = replace(told_all._who(told_all.story.steps[0]), roles=frozenset({"planner"}))
    actions.keep(
        line="inspection", register="enterprise", answers={"name": "新开的厂", "trade": "textile"}, by=keeper,
        now=told_all.story.steps[6].at, key="late", place=towns.current().code,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        actions.take(
            case=told_all.numbers[0], verb="draw", by=keeper, now=told_all.story.steps[6].at, key="draw"
        )
    assert refusal.value.key == "guard.roll_changed"


@pytest.mark.parametrize(("step", "seen"), [(1, False), (17, False), (19, False), (22, True)])
def test_an_enterprise_hears_of_a_visit_by_its_notice_and_not_before(step: int, seen: bool) -> None:
    told_all = told("Two organs' items", step)
    record = told_all.records[0]
    secret = actions.links.secrets_of([record])[record]
    view = queries.linked_view(record_id=record, secret=secret)
    assert [one.case.number for one in view.owed] == ([told_all.numbers[0]] if seen else [])
    asked = {"record_id": record, "secret": secret, "number": told_all.numbers[0]}
    if seen:
        assert "ask_recusal" in {offer.verb for offer in queries.linked_case(**asked).offers}
    else:
        with pytest.raises(actions.NotFound):
            queries.linked_case(**asked)


def test_at_the_door_the_enterprise_reads_who_stands_there_and_not_who_complained() -> None:
    told_all = told("A complaint needs somebody today", 17)
    record = told_all.records[0]
    secret = actions.links.secrets_of([record])[record]
    case = queries.linked_case(record_id=record, secret=secret, number=told_all.numbers[0])
    said = str([step.answers for step in case.steps])
    assert "演示甲（ZF001）、演示己（ZF006）" in said
    assert "邻居" not in str(case)
    assert {"scan_in", "ask_recusal"} <= {offer.verb for offer in case.offers}


@pytest.mark.parametrize(("steps", "public"), [(7, False), (None, True)])
def test_nothing_of_a_result_is_public_before_it_is_published(steps: int | None, public: bool) -> None:
    topic = queries.topic(number=told("A result is masked", steps).numbers[0])
    assert ("示例食品厂" in str(topic)) is public
    assert ("配方留存" in str(topic)) is public


def test_a_dropped_visit_leaves_room_under_the_cap() -> None:
    assert told("What is not published").row(3).state == "planned"


SECRETS = tuple(hashlib.sha256(f"party{n}".encode()).hexdigest() for n in (0, 1))
MEANT = {
    "SECRET0": SECRETS[0],
    "SECRET1": SECRETS[1],
    "COMMIT0": draw.commitment(SECRETS[0]),
    "COMMIT1": draw.commitment(SECRETS[1]),
    "WHERE": "enterprise: record 1",
    "WINDOW": 'window_from: "2026-11-09", window_until: "2026-11-20"',
    "LATER": 'window_from: "2026-12-01", window_until: "2026-12-10"',
}


def tell(text: str) -> telling.Told:
    """A story of its own, with what its words in capitals stand for."""
    for word, meant in MEANT.items():
        text = text.replace(word, meant)
    (story,) = parse(yaml.safe_load(text), towns.current().zone)
    return telling.Told(LINE, story).tell()


STALE = """
- story: Items that are merged in after the roll was frozen could steer who goes
  kind: visit
  records:
    - [enterprise, {name: 示例厂, trade: wood}]
    - [item, {name: 一, code: A01, organ: town, basis: 法, published: "2025-01-01"}]
    - [item, {name: 二, code: A02, organ: town, basis: 法, published: "2025-01-01", speciality: fire}]
    - [inspector, {name: 甲, person: one, certificate: ZF001, until: "2027-12-31"}]
    - [inspector, {name: 乙, person: two, certificate: ZF002, until: "2027-12-31", specialities: [food]}]
  tell:
    - [2026-11-02 09:00, planner, report, {WHERE, items: [record 2], WINDOW}]
    - [2026-11-02 09:10, planner, report draw@2, {purpose: inspectors, visits: [case 1], public_source: 球}]
    - [2026-11-02 09:15, planner, freeze@2]
    - [2026-11-02 09:20, planner, commit@2, {commitment: COMMIT0}]
    - [2026-11-02 09:22, supervisor, commit@2, {commitment: COMMIT1}]
    - [2026-11-02 09:30, planner, write_down@2, {public: 07 12 19 23 30 33}]
    - [2026-11-02 09:31, planner, reveal@2, {secret: SECRET0}]
    - [2026-11-02 09:34, supervisor, reveal@2, {secret: SECRET1}]
    - [2026-11-02 09:35, planner, draw@2]
    - [2026-11-02 09:36, planner, merge_items, {items: [record 2, record 3]}]
    - [2026-11-02 09:40, planner, draw, {session: case 2}]
  refused: {11: WHY}
  ends: planned
"""


@pytest.mark.parametrize(
    ("why", "without"),
    [
        ("guard.merged_late", ""),
        ("guard.speciality_missing", "merged in before"),
        ("guard.two_inspectors", "one of them keeps away"),
        ("guard.other_session", "drawn for another visit"),
    ],
)
def test_a_team_comes_from_its_own_session_or_not_at_all(why: str, without: str) -> None:
    text = STALE.replace("WHY", why)
    merge = re.search(r".*merge_items.*\n", text)
    assert merge is not None
    if without == "merged in before":
        text = text.replace(merge[0], "")
        text = text.replace(
            "    - [2026-11-02 09:10", merge[0].replace("09:36", "09:05") + "    - [2026-11-02 09:10"
        )
    elif without == "one of them keeps away":
        text = text.replace(merge[0], "").replace("{11:", "{10:")
        text = text.replace("specialities: [food]", "conflicts: [record 1]")
    elif without == "drawn for another visit":
        other = "    - [2026-11-02 09:01, planner, report@2, {WHERE, items: [record 2], LATER}]\n"
        text = text.replace(merge[0], "").replace("@2", "@3").replace("case 2", "case 3")
        text = text.replace("    - [2026-11-02 09:10", other.replace("@3", "@2") + "    - [2026-11-02 09:10")
        text = text.replace("visits: [case 1]", "visits: [case 2]")
    assert tell(text).row(1).state == "planned"


def test_a_certificate_that_is_on_the_roll_twice_is_refused_by_name() -> None:
    text = STALE.replace("certificate: ZF002", "certificate: ZF001").replace(
        "{11: WHY}", "{3: guard.twice_on_the_roll}"
    )
    rows = text.split("\n")
    upto = next(n for n, row in enumerate(rows) if "freeze@2" in row)
    after = next(n for n, row in enumerate(rows) if "refused" in row)
    assert tell("\n".join(rows[: upto + 1] + rows[after:])).row(2).state == "called"


def test_a_frozen_roll_is_told_in_words_and_kept_as_it_is_hashed() -> None:
    town = towns.current()
    how = next(spec.lines for spec in forms.fields_of(session_forms.Frozen) if spec.name == "roll")
    assert how is not None
    speciality = next(iter(town.tables["inspection"]["speciality"].values()))
    credit = town.tables["inspection"]["credit"]["b"]

    def said(line: str, lang: str) -> str:
        return rows.told_line(town, "inspection", line, how, lang, lambda one: f"E{one}", ", ")

    seat = f"ZF001|2027-12-31|{speciality['key']}|17,18"
    assert (
        said(seat, "en")
        == f"ZF001, in force until 2027-12-31; specialities: {speciality['en']}; keeps away from: E17, E18"
    )
    assert speciality["zh"] in said(seat, "zh")
    assert rows.records_in(seat, how) == [17, 18]
    assert said("ZF001|2027-12-31||", "en").endswith("keeps away from: —")
    assert said("17|b", "en") == f"E17, credit: {credit['en']}"
    assert said("what nobody foresaw", "en") == "what nobody foresaw"


def test_who_approved_is_passed_over_in_the_drawn_order() -> None:
    story = next(s for s in stories("inspection") if s.title.startswith("Two organs' items"))
    steps = tuple(  # `two` is the next in that story's order, and comes in where somebody else has approved
        replace(step, who="inspection_head/two") if step.verb == "approve" else step
        for step in story.steps[:25]
    )
    refused = {n: why for n, why in story.refused.items() if n < 25} | {25: "guard.two_inspectors"}
    telling.Told(LINE, replace(story, steps=steps, refused=refused)).tell()


def test_the_enterprise_reads_what_is_looked_at() -> None:
    """The items are on a published list: whoever opens the door knows what for."""
    visit = told("Two organs' items").row(1)
    record = visit.record_id
    assert record
    page = (
        Client()
        .get(f"/r/{record}/case/{visit.number}?s={links.secrets_of([record])[record]}")
        .content.decode()
    )
    items = msgspec.json.decode(visit.answers)["items"]
    for item in queries.named_records(ids=items).values():
        assert item is not None
        assert item.name in page
