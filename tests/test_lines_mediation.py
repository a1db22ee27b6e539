"""Mediation: until when the court can be asked, who could mediate, what is due, and what reception hands on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gridtown import lines
from gridtown import town as towns
from gridtown.cases import actions, sealing, store
from gridtown.kernel.story import parse
from gridtown.kernel.told import Actor, Doing, Kept
from gridtown.kernel.tool import Add, Asked, Proposal, Seen
from gridtown.lines.mediation import agreement_forms, forms, rules, tools
from gridtown.lines.mediation.registers import Committee
from tests import telling

LINE = lines.found()["mediation"]
TOLD = Path(str(files("gridtown.lines.mediation"))) / "stories.yaml"
STORIES = parse(yaml.load(TOLD.read_text("utf-8"), Loader=yaml.CSafeLoader), towns.current().zone)
NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
VILLAGE, OTHER = "330110110001", "330110110002"
CLERK = Actor("somebody", "town_mediator-1", frozenset({"town_mediator"}), "330110110", clearance=2)


def doing(now: datetime = NOW) -> Doing:
    return Doing("put_in_force", CLERK, {}, now, towns.current().calendar)


@pytest.mark.parametrize(
    ("state", "role"),
    [
        ("asking", "mediator"),
        ("offered", "town_mediator"),
        ("with_county", "town_mediator"),
        ("signing", "mediator"),
    ],
)
def test_a_dispute_waits_for_the_level_that_has_it(state: str, role: str) -> None:
    assert LINE.kind("dispute").procedure.waits_on(state)[0] == role


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 11, 2), date(2026, 12, 2)),
        (date(2022, 12, 22), date(2023, 1, 28)),  # 21 January, the first of the holidays; 28 is made up
        (date(2022, 12, 28), date(2023, 1, 28)),
        (date(2022, 12, 29), date(2023, 1, 28)),
        (date(2022, 12, 30), date(2023, 1, 29)),
        (date(2023, 8, 31), date(2023, 10, 7)),
        (date(2023, 3, 9), date(2023, 4, 10)),  # a Saturday
    ],
)
def test_thirty_days_end_after_the_holiday(day: date, last: date) -> None:
    assert rules.confirm_by(doing(), day) == last


@given(st.dates(date(2022, 1, 1), date(2026, 10, 1)))
def test_the_last_day_for_the_court_is_a_working_day_not_before_the_thirtieth(day: date) -> None:
    calendar = towns.current().calendar
    last = rules.confirm_by(doing(), day)
    assert calendar.is_workday(last)
    assert last >= day + timedelta(30)
    assert not any(calendar.is_workday(day + timedelta(n)) for n in range(30, (last - day).days))


def test_written_and_oral_agreements_count_alike() -> None:
    oral = replace(doing(), answers={"reached_on": "2026-11-27"})
    told = rules.Told("mediation", "dispute", "mediating", NOW, VILLAGE, {})
    written = rules.in_force_today(told, doing())
    assert written["confirm_by"] == rules.in_force_since(told, oral)["confirm_by"]


@pytest.mark.parametrize(
    ("form", "answers"),
    [
        (forms.Started, {"rights_told": False, "accepted": True}),
        (forms.Started, {"rights_told": True, "accepted": False}),
        (forms.Risk, {"risk": "possible", "police_matter": True, "urgency": "urgent", "measures": "劝导"}),
        (forms.Risk, {"risk": "high", "police_matter": False, "urgency": "urgent", "measures": "劝导",
                      "notified": ["family"]}),
        (agreement_forms.InForce, {"mediator_signed": True, "sealed": False}),
        (agreement_forms.InForce, {"mediator_signed": False, "sealed": True}),
        (agreement_forms.Signed, {"side": "other", "sign_how": "screen"}),
        (agreement_forms.Draft, {"facts": "甲", "points": "乙", "content": "丙", "manner": "丁",
                                 "due_on": "2026-12-01", "next_due": "2026-12-02"}),
        (agreement_forms.Oral, {"content": "甲", "manner": "乙", "due_on": "2026-12-01",
                                "reached_on": "2026-11-27", "paper_waived": False}),
        (forms.Session, {"held_at": "2026-11-27T09:00:00+08:00", "place": "村", "came": ["other"], "present": "甲",
                         "said": "乙", "result": "apart", "invited": True}),
        (forms.Dispute, {"description": "三家", "category": "land", "contact_name": "甲某", "other_name": "乙某",
                         "sides": 3}),
        (Committee, {"name": "示例", "tier": "village", "members": 2, "women": 1}),
        (Committee, {"name": "示例", "tier": "village", "members": 3, "women": 0}),
        (Committee, {"name": "示例", "tier": "village", "members": 3, "women": 4}),
        (Committee, {"name": "示例", "tier": "village", "members": 3, "women": 1, "elected_on": "2024-01-01",
                     "until": "2027-06-01"}),
    ],
)  # fmt: skip
def test_what_the_law_does_not_let_pass_the_form_does_not(form: type[forms.Form], answers: Any) -> None:
    with pytest.raises(ValidationError):
        form.model_validate(answers)


def committee(number: int, tier: str) -> Kept:
    return Kept(number, "committee", f"调委会{number}", "330110110", {"tier": tier})


def mediator(number: int, place: str = "330110110", **said: Any) -> Kept:
    return Kept(number, "mediator", f"调解员{number}", place, {"committee": 1, **said})


def seen(number: str, state: str, *, category: str = "neighbours", **moved: Any) -> Seen:
    return Seen(
        1, number, "dispute", state, "", False, NOW, None, f"{VILLAGE}001", None, None, category, None, {}, moved
    )  # fmt: skip


def named(mediators: list[Kept], cases: list[Seen], **said: Any) -> list[Proposal]:
    asked = Asked(
        {"number": "TJ2026-00001", "at_most": 5, **said}, CLERK, NOW, towns.current().calendar,
        records={"mediator": tuple(mediators), "committee": (committee(1, "village"), committee(2, "town"))},
        cases={"dispute": tuple(cases)},
    )  # fmt: skip
    return list(tools.mediators_for(asked))


def test_who_knows_the_matter_comes_first_then_who_is_near_then_who_has_little_in_hand() -> None:
    busy = seen("TJ2026-00002", "mediating", appoint={"mediators": [3]})
    done = seen("TJ2026-00003", "performed", appoint={"mediators": [4]})
    people = [
        mediator(4, VILLAGE),
        mediator(3, VILLAGE),
        mediator(2, OTHER),
        mediator(1, speciality=["neighbours"]),
    ]
    found = named(people, [seen("TJ2026-00001", "asking"), busy, done])
    assert [one.what["mediator"] for one in found] == [1, 4, 3, 2]
    assert [[why.key for why in one.why] for one in found] == [
        ["knows", "free"], ["near", "free"], ["near", "load"], ["free"],
    ]  # fmt: skip
    assert [one.what["open_disputes"] for one in found] == [0, 0, 1, 0]
    assert found[0].does == (Add("TJ2026-00001", "appoint", {"mediators": [1], "chosen_by": "assigned"}),)
    assert found[0].what["committee"] == 1


def test_who_stands_aside_or_is_no_mediator_any_more_is_not_named() -> None:
    people = [mediator(1), mediator(2, until="2026-11-26"), mediator(3, until="2026-11-27"),
              replace(mediator(4), retired=True)]  # fmt: skip
    found = named(people, [seen("TJ2026-00001", "mediating", recuse={"recused": [1]})])
    assert [one.what["mediator"] for one in found] == [3]


def test_what_is_the_towns_goes_to_the_towns_mediators_first() -> None:
    people = [mediator(1, VILLAGE, speciality=["neighbours"]), mediator(2, committee=2)]
    found = named(people, [seen("TJ2026-00001", "offered")])
    assert [one.what["mediator"] for one in found] == [2, 1]
    assert "village_level" in [why.key for why in found[1].why]
    assert named(people, [seen("TJ2026-00001", "offered")], at_most=1) == found[:1]


@pytest.mark.parametrize("state", ["applied", "in_force", "performed"])
def test_nobody_is_named_for_what_is_not_being_mediated(state: str) -> None:
    assert named([mediator(1)], [seen("TJ2026-00001", state)]) == []
    assert named([mediator(1)], [seen("TJ2026-00009", "asking")]) == []


def followed(cases: list[Seen], ahead: int = 7) -> list[tuple[str, list[tuple[str, Any]]]]:
    asked = Asked({"ahead": ahead}, CLERK, NOW, towns.current().calendar, cases={"dispute": tuple(cases)})
    return [
        (str(one.what["number"]), [(why.key, why.params["n"]) for why in one.why])
        for one in tools.to_follow(asked)
    ]


def test_agreements_with_something_due_are_listed_what_is_overdue_first() -> None:
    def valid(number: str, state: str = "following", **moved: Any) -> Seen:
        said = {"due_on": "2027-03-31", "confirm_by": "2026-12-27"}
        return seen(number, state, put_in_force={**said, **moved.pop("text", {})}, **moved)

    cases = [
        valid("far"),
        valid("soon", text={"next_due": "2026-11-30"}),
        valid("edge", perform={"next_due": "2026-12-04"}),
        valid("past_edge", perform={"next_due": "2026-12-05"}),
        valid("late", text={"due_on": "2026-11-20"}, state="confirming"),
        valid("window", state="in_force", text={"confirm_by": "2026-11-29"}),
        valid("window_used", state="confirming", text={"confirm_by": "2026-11-29"}),
        seen("talks", "mediating", put_in_force={"due_on": "2026-11-01"}),
        seen("unknown", "following"),
    ]
    assert followed(cases) == [
        ("late", [("overdue", 7)]),
        ("soon", [("due", 3)]),
        ("edge", [("due", 7)]),
        ("window", [("window", 2)]),
    ]


def test_of_two_agreements_the_later_one_is_followed() -> None:
    case = seen(
        "again", "following", agree_orally={"due_on": "2026-11-28", "confirm_by": "2026-11-28"},
        put_in_force={"due_on": "2026-12-01", "confirm_by": "2026-12-25"},
    )  # fmt: skip
    assert followed([case]) == [("again", [("due", 4)])]


def child_of(number: str) -> store.Row:
    parent = store.case_by("number", number)
    assert parent is not None
    (found,) = store.fetch("SELECT number FROM cases_case WHERE parent_id = %s", [parent.id])
    child = store.case_by("number", found[0])
    assert child is not None
    return child


def received(**more: Any) -> actions.Receipt:
    said = {"description": "示例事项", "contact_name": "甲某", "contact_phone": "10000000001", **more}
    desk = replace(CLERK, roles=frozenset({"receiver"}))
    return actions.report(
        line="mediation", kind="reception", answers=said, by=desk, now=NOW, key="r1", channel="counter"
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["appeals/matter", "enforcement/case", "safety/hazard"])
def test_reception_hands_on_to_each_line_what_it_asks(target: str) -> None:
    number = received().number
    actions.take(
        case=number, verb="hand_on", answers={"line": target, "reason": "归该条线"},
        by=replace(CLERK, roles=frozenset({"receiver"})), now=NOW, key="h1",
    )  # fmt: skip
    child = child_of(number)
    assert f"{child.line}/{child.kind}" == target
    assert ("示例事项" in child.answers, "甲某" in child.answers) == (True, False)


@pytest.mark.django_db
def test_a_dispute_has_from_reception_who_the_sides_are_and_nobody_types_it_twice() -> None:
    number = received(category="neighbours", request="恢复通道").number
    actions.take(
        case=number, verb="to_mediation", answers={"category": "house", "other_name": "乙某"},
        by=replace(CLERK, roles=frozenset({"receiver"})), now=NOW, key="m1",
    )  # fmt: skip
    dispute = child_of(number)
    assert dispute.category == "house", "as the desk judged it"
    said = msgspec.json.decode(dispute.answers)
    assert dispute.sealed_key is not None
    key = sealing.unwrap(dispute.sealed_key)
    clear = {
        name: sealing.unseal(key, name, value) for name, value in said.items() if sealing.is_sealed(value)
    }
    assert clear == {"contact_name": "甲某", "contact_phone": "10000000001", "other_name": "乙某"}
    assert said["request"] == "恢复通道"


@pytest.mark.django_db
def test_a_printed_agreement_is_signed_by_those_who_signed_this_text() -> None:
    told = telling.Told(
        LINE, next(story for story in STORIES if story.title.startswith("The town takes it in"))
    ).tell()
    (paper,) = told.papers()["mediation.agreement"]
    signed = [text for text in telling.said_in(paper.docx()) if text.startswith("当事人（")]
    assert len(signed) == 1, "the first text had two signatures, this one has the applicant's"
    assert "申请人" in signed[0]
