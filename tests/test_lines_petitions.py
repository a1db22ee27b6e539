"""The regulation's times and sorts as pure functions: what stories do not tell one by one."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest

from gridtown import lines
from gridtown import town as towns
from gridtown.kernel.told import Actor, Doing, Earlier, Fact, Told
from gridtown.lines.petitions import rules
from tests import telling
from tests.test_every_line import stories

TOWN = towns.current()
CLERK = Actor("xin", "office", frozenset({"petition_office"}), TOWN.code, clearance=3)


def at(day: str, hour: int = 10) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), TOWN.zone).replace(hour=hour)


def fact(verb: str, day: str, by: str = "cheng", seq: int = 1, **answers: Any) -> Fact:
    return Fact(seq, at(day), verb, by, "unit", "", "", answers)


def told(*facts: Fact, **answers: Any) -> Told:
    return Told("petitions", "petition", "delivered", at("2023-03-06"), TOWN.code, answers, facts)


def doing(day: str = "2023-03-06", earlier: tuple[Earlier, ...] = (), **answers: Any) -> Doing:
    settings: Mapping[str, Any] = {"group_most": 5, "small_group_most": 3, "rate_days": 90}
    return Doing("x", CLERK, answers, at(day), TOWN.calendar, settings, earlier=lambda: earlier)


@pytest.mark.parametrize(
    ("people", "speak", "fits"),
    [
        (1, 1, True),
        (2, 3, False),
        (10, 3, True),
        (10, 4, False),
        (11, 5, True),
        (11, 6, False),
        (300, 5, True),
    ],
)
def test_few_speak_for_many(people: int, speak: int, fits: bool) -> None:
    why = rules.few_representatives(told(), doing(people=people, representatives=speak))
    assert why == (None if fits else "guard.representatives")


@pytest.mark.parametrize(
    ("received", "until"),
    [
        ("2023-03-06", "2023-04-06"),  # the 30th day is 5 April, Qingming: the next workday
        ("2023-03-07", "2023-04-06"),
        (
            "2023-08-30",
            "2023-10-07",
        ),  # the 30th day is 29 September: past the holidays to the make-up workday
        ("2023-05-10", "2023-06-09"),
    ],
)
def test_thirty_days_from_receipt_end_on_a_workday(received: str, until: str) -> None:
    assert rules.review_until(told(), doing(received_on=received)) == {"review_until": until}
    asked = rules.in_window("deliver")
    paper = fact("deliver", received, review_until=until)
    assert asked(told(paper), doing(until)) is None
    day_after = date.fromisoformat(until).toordinal() + 1
    assert asked(told(paper), doing(date.fromordinal(day_after).isoformat())) == "guard.window_closed"
    assert rules.in_window("decide_review")(told(paper), doing(until)) == "guard.window_closed"
    assert asked(told(), doing(until)) == "guard.window_closed"


@pytest.mark.parametrize(
    ("day", "late"), [("2023-04-21", False), ("2023-04-27", False), ("2023-04-28", True)]
)
def test_an_objection_is_made_in_five_working_days(day: str, late: bool) -> None:
    # routed on Friday 21 April; Sunday the 23rd is worked in exchange for the holiday
    why = rules.objected_in_time(told(fact("route", "2023-04-21")), doing(day))
    assert why == ("guard.objection_late" if late else None)


@pytest.mark.parametrize(
    ("received", "refused"),
    [("2023-03-20", True), ("2023-03-21", False), ("2023-03-24", False), ("2023-03-25", True)],
)
def test_a_paper_is_received_after_it_was_made_and_not_tomorrow(received: str, refused: bool) -> None:
    why = rules.delivered(told(fact("approve", "2023-03-21")), doing("2023-03-24", received_on=received))
    assert why == ("guard.received_on" if refused else None)
    long_ago = rules.delivered(
        told(fact("approve", "2023-03-21")), doing("2023-05-24", received_on="2023-03-21")
    )
    assert long_ago == "guard.received_on"


def test_a_supporting_opinion_is_closed_by_another_than_who_carried_it_out() -> None:
    support = fact("opine", "2023-03-20", opinion="support")
    done, mine = fact("carry_out", "2023-04-20", seq=2), fact("carry_out", "2023-04-20", by="xin", seq=2)
    assert rules.carried_out(told(support), doing()) == "guard.not_carried_out"
    assert rules.carried_out(told(support, done), doing()) is None
    assert rules.carried_out(told(support, mine), doing()) == "guard.by_another"
    assert rules.carried_out(told(done, fact("opine", "2023-05-08", seq=3, opinion="support")), doing())
    assert rules.carried_out(told(fact("opine", "2023-03-20", opinion="reject")), doing()) is None


def test_the_same_is_not_begun_twice_and_not_after_its_last_word() -> None:
    def known(state: str, ended: bool) -> tuple[Earlier, ...]:
        return (Earlier("XF2023-00001", state, "", ended, at("2023-01-04"), None, {}),)

    pending, final, settled = known("accepted", False), known("final", True), known("closed", True)
    assert rules.not_the_same(told(), doing(earlier=pending)) == "guard.pending"
    assert rules.not_the_same(told(), doing(earlier=pending, other_matter=True)) is None
    assert rules.not_the_same(told(), doing(earlier=final)) == "guard.final"
    assert rules.not_the_same(told(), doing(earlier=final, new_facts="新证据")) is None
    assert rules.not_the_same(told(), doing(earlier=settled)) is None
    assert rules.grounds_hold(told(), doing(earlier=pending, grounds="pending")) is None
    assert rules.grounds_hold(told(), doing(earlier=pending, grounds="final")) == "guard.grounds"
    assert rules.grounds_hold(told(), doing(grounds="other_organ")) is None
    assert rules.lookup(told(), doing(earlier=pending)) == {"first": False, "before": "XF2023-00001"}
    assert rules.lookup(told(), doing()) == {"first": True, "before": ""}


def test_a_review_is_owed_once_and_for_the_gravest_reason() -> None:
    late = fact("expire", "2023-05-08", limit="handle")
    ours = fact("expire", "2023-05-08", limit="approval")
    again = fact("route", "2023-03-07", other_matter=True)
    assert rules.look_back(told(late, first=False), doing(unit="dissatisfied")) == {
        "look_back": "dissatisfied"
    }
    assert rules.look_back(told(late, first=False), doing()) == {"look_back": "overdue"}
    assert rules.look_back(told(ours, first=False), doing()) == {"look_back": "repeated"}
    assert rules.look_back(told(again, first=False), doing()) == {}
    assert rules.look_back(told(first=True), doing(office="fair", unit="satisfied")) == {}
    owed = fact("settle", "2023-05-09", look_back="overdue")
    assert rules.look_back(told(late, owed), doing(unit="dissatisfied")) == {}


@pytest.mark.django_db
def test_a_transfer_letter_is_to_whom_it_was_sent_whoever_has_the_petition_by_now() -> None:
    story = next(s for s in stories("petitions") if s.title.startswith("A supported request"))
    (paper,) = telling.Told(lines.found()["petitions"], story).tell().papers()["petitions.transfer_letter"]
    assert "petition_unit：" in telling.said_in(paper.docx())


@pytest.mark.django_db
def test_the_paper_of_another_organ_leaves_the_number_to_it() -> None:
    story = next(
        s for s in stories("petitions") if s.title.startswith("A petition comes back while it is pending")
    )
    papers = telling.Told(lines.found()["petitions"], story).tell().papers()
    for key, blank in (
        ("review_opinion", "信查〔　　　　〕　　号"),
        ("final_opinion", "信核〔　　　　〕　　号"),
    ):
        said = telling.said_in(papers[f"petitions.{key}"][0].docx())
        assert [text for text in said if "号" in text and "〔" in text][:1] == [blank], said[:6]
    ours = telling.said_in(papers["petitions.opinion_letter"][0].docx())
    assert any("信意〔2023〕" in text for text in ours), ours[:6]
