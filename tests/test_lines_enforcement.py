"""Enforcement: when a court may be asked, to the day; what is owed under an agreement; what is offered and when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gridtown import lines
from gridtown import town as towns
from gridtown.cases import actions, queries
from gridtown.cases.models import Case
from gridtown.kernel.told import Actor, Doing, Fact, Refused, Told
from gridtown.lines.enforcement import enforcing, payment, rules, undoing
from gridtown.people.scope import visible
from tests import telling
from tests.conftest import Here
from tests.test_every_line import stories

HEAD = Actor("head", "head", frozenset({"enforcement_head"}), "330110110", clearance=2)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T02:00:00").replace(tzinfo=UTC)


def told(*facts: tuple[str, str, Mapping[str, Any]], state: str = "executing") -> Told:
    entries = tuple(
        Fact(n, at(day), verb, "somebody", "a-post", "", "", answers)
        for n, (day, verb, answers) in enumerate(facts, 1)
    )
    return Told("enforcement", "case", state, at("2023-01-02"), "330110110", {}, entries)


def doing(day: str, **answers: Any) -> Doing:
    return Doing("go", HEAD, answers, at(day), towns.current().calendar)


DECIDED = ("2023-03-06", "decide", {"penalties": ["fine"], "fine": 3000})
SERVED = ("2023-03-06", "serve", {"day": "2023-03-06"})


@pytest.mark.parametrize(
    ("then", "first", "last"),
    [
        # six months to sue, then three months; a last day off moves on
        ([], "2023-09-07", "2023-12-06"),
        # 2023-05-29 and six months: a Wednesday; three months later is the last day of February of a leap year
        ([("2023-05-29", "serve", {"day": "2023-05-29"})], "2023-11-30", "2024-02-29"),
        # after a review fifteen days to sue; a Sunday moves on to Monday
        (
            [("2023-03-20", "appeal", {"which": "review"}), ("2023-05-12", "upheld", {})],
            "2023-05-30", "2023-08-29",
        ),
        # after a judgment none
        ([("2023-03-20", "appeal", {"which": "suit"}), ("2023-05-12", "upheld", {})], "2023-05-13", "2023-08-14"),
        # what was put off counts from its end (行政处罚法 72), where that is later
        ([("2023-03-20", "grant_delay", {"pay_by": "2023-10-31"})], "2023-11-01", "2024-01-31"),
        ([("2023-03-20", "grant_delay", {"pay_by": "2023-04-30"})], "2023-09-07", "2023-12-06"),
        ([("2023-03-31", "agree", {"pay_by": "2023-12-29"})], "2023-12-30", "2024-03-29"),
    ],
)  # fmt: skip
def test_between_which_days_a_court_may_be_asked(
    then: list[tuple[str, str, dict[str, Any]]], first: str, last: str
) -> None:
    case = told(DECIDED, SERVED, *then)
    assert enforcing.window(case, doing("2023-12-01")) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2023-12-29", "2024-07-02", "2024-10-08"),  # six months to sue, as after any decision, rolled
        # sixty days for review and no suit without it (行政复议法 20, 23): 2024-03-02 is a Saturday
        ("2024-01-02", "2024-03-05", "2024-06-04"),
    ],
)
def test_a_penalty_on_the_spot_goes_to_review_first_since_2024(day: str, first: str, last: str) -> None:
    there = (day, "punish_on_the_spot", {"penalties": ["fine"], "fine": 200})
    found = enforcing.window(told(there), doing("2024-12-02"))
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


def test_a_year_that_the_calendar_does_not_know_yet_moves_no_day_and_stops_nobody() -> None:
    years = towns.current().calendar.years
    beyond = max(years) + 1
    served = ("2023-03-06", "serve", {"day": f"{max(years)}-09-15"})
    found = enforcing.window(told(DECIDED, served), doing("2023-12-01"))
    assert found == (date(beyond, 3, 16), date(beyond, 6, 15))


def test_nothing_is_asked_of_a_court_before_something_was_received() -> None:
    assert enforcing.window(told(DECIDED), doing("2023-12-01")) is None


@pytest.mark.parametrize(
    ("on", "rest"),
    [("2023-03-21", 3000), ("2023-03-31", 3900), ("2023-06-30", 6000)],
)
def test_without_an_agreement_it_grows_to_twice_the_fine(on: str, rest: float) -> None:
    assert payment.owed(told(DECIDED, SERVED), doing(on), date.fromisoformat(on)).rest == rest


def test_as_long_as_an_agreement_is_kept_nothing_grows_and_once_it_is_broken_nothing_was_waived() -> None:
    agreed = ("2023-03-31", "agree", {"pay_by": "2023-05-31", "waived": 600})
    kept = told(DECIDED, SERVED, agreed)
    assert payment.owed(kept, doing("2023-05-31"), date(2023, 5, 31)).rest == 3300
    broken = told(DECIDED, SERVED, agreed, ("2023-06-01", "agreement_broken", {}))
    assert payment.owed(broken, doing("2023-06-01"), date(2023, 6, 1)).rest == 6000
    paid = told(DECIDED, SERVED, agreed, ("2023-04-03", "pay", {"amount": 3300}))
    assert payment.settled(paid, doing("2023-04-03")) is None


@pytest.mark.parametrize(("waived", "refused"), [(900, None), (900.02, "guard.waived_too_much")])
def test_only_what_was_added_is_waived(waived: float, refused: str | None) -> None:
    asked = doing("2023-03-31", waived=waived, remedies="已清理")
    try:
        assert enforcing.waives_surcharge_only(told(DECIDED, SERVED), asked) is None
        said = None
    except Refused as why:
        said = why.key
    assert said == refused


@pytest.mark.parametrize(
    ("away", "back", "left"),
    [
        ([("2023-03-16", "to_justice")], "2023-08-01", "2023-10-20"),
        ([("2023-03-16", "to_justice"), ("2023-04-03", "returned"), ("2023-04-13", "hand_over")], "2023-08-01",
         "2023-10-10"),
        ([("2023-09-01", "to_justice")], "2023-12-01", "2023-12-01"),
    ],
)  # fmt: skip
def test_the_days_with_another_organ_are_not_counted_and_the_others_are_not_given_again(
    away: list[tuple[str, str]], back: str, left: str
) -> None:
    case = told(("2023-03-06", "file", {}), *((day, verb, {}) for day, verb in away))
    facts = tuple(
        replace(
            fact, to={"to_justice": "transferred", "hand_over": "handed_over"}.get(fact.verb, "investigating")
        )
        for fact in case.facts
    )
    assert undoing.days_left(replace(case, facts=facts), doing(back)) == {"decide_by": left}


@pytest.mark.parametrize(
    ("who", "refused"), [("first", "guard.investigator"), ("third", "guard.investigator"), ("head", None)]
)
def test_whoever_was_replaced_has_investigated_all_the_same(who: str, refused: str | None) -> None:
    named = ("2023-03-06", "file", {"investigators": ["first", "second"]})
    case = told(named, ("2023-03-08", "replace", {"investigators": ["second", "third"]}))
    asked = replace(doing("2023-03-10"), by=replace(HEAD, person=who))
    assert rules.not_an_investigator(case, asked) == refused
    assert rules.an_investigator(case, asked) == (None if who == "third" else "guard.not_named")


def test_what_comes_only_after_another_move_is_not_offered_before(pingyao: Here) -> None:
    now = datetime(2023, 3, 6, 2, tzinfo=UTC)
    hats, admin = pingyao.hats("enforcement-inspector"), pingyao.hats("admin")[0]
    reviewer = pingyao.hats("enforcement-legal-reviewer")

    def keep(register: str, **said: Any) -> int:
        return actions.keep(
            line="enforcement",
            register=register,
            answers=said,
            by=admin,
            now=now,
            key=str(said),
            place="330110110",
        )

    item = keep("item", name="占道经营", code="1", matter="street", basis="规定", handed="2022-01-01")
    officers = [
        keep("officer", name=f"演示{n}", person=hats[0].person if n else reviewer[0].person, certificate=f"ZF{n}",
             until="2026-12-31")
        for n in range(2)
    ]  # fmt: skip
    actions.report(
        line="enforcement", kind="case", channel="patrol", answers={"description": "占道经营"}, key="clue",
        by=hats[0], now=now, place="330110110",
    )  # fmt: skip
    case = Case.objects.get()
    spot = {
        "item": item, "officers": officers, "facts": "占道", "penalties": ["fine"], "fine": 200, "basis": "规定",
        "told": True,
    }  # fmt: skip
    by: dict[str, Any] = {"case": case.id, "by": hats}
    actions.take(verb="punish_on_the_spot", answers=spot, key="spot", now=now, **by)

    def offered(hats: tuple[Actor, ...]) -> set[str]:
        view = queries.case(number=case.number, scope=visible(hats), hats=hats, now=now)
        return {offer.verb for offer in view.offers}

    assert "urge" in offered(hats)
    assert not {"serve_urging", "refund", "restore"} & (offered(hats) | offered(reviewer))
    late = datetime(2023, 3, 28, 2, tzinfo=UTC)
    actions.take(verb="urge", answers={"obligation": "缴款", "manner": "到银行"}, key="urge", now=late, **by)
    assert "serve_urging" in offered(hats)
    with pytest.raises(Refused, match="more_than_taken"):
        actions.take(case=case.id, by=reviewer, verb="refund", answers={"given_back": 1}, key="r", now=late)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("beginning", "first"), [("Who was not there", True), ("On the spot only the smallest", False)]
)
def test_the_paper_of_a_penalty_on_the_spot_names_the_way_that_is_open(beginning: str, first: bool) -> None:
    """Review before any court since 2024 (行政复议法 23), either before that."""
    story = next(s for s in stories("enforcement") if s.title.startswith(beginning))
    (paper,) = telling.Told(lines.found()["enforcement"], story).tell().papers()["enforcement.summary"]
    said = "".join(telling.said_in(paper.docx()))
    assert ("应当先自收到本决定书之日起六十日内依法申请行政复议" in said) == first
    assert ("或者六个月内依法向人民法院提起行政诉讼" in said) != first
    assert ("警告" if first else "罚款200.00元（大写：贰佰元整），自收到本决定书之日起十五日内缴纳") in said
    assert "罚款；" not in said, "a fine is named once"
