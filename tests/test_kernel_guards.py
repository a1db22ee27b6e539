"""Guards that several lines share: who may judge what somebody did, and what cannot have happened yet."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from gridtown import lines
from gridtown import town as towns
from gridtown.kernel.guards import by_another, by_none_of, not_ahead
from gridtown.kernel.told import Actor, Doing, Fact, Guard, Refused, Told

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
# What is put down of a past day or moment: a kind, the move (none: the intake), and its answer.
PAST = (
    ("mediation/dispute", "consent", "given_at"),
    ("mediation/dispute", "session", "held_at"),
    ("mediation/dispute", "perform", "day"),
    ("mediation/dispute", "fulfil", "day"),
    ("mediation/dispute", "court_answer", "day"),
    ("mediation/dispute", "revisit", "visited_at"),
    ("mediation/dispute", "follow_up", "visited_at"),
    ("petitions/petition", "hear", "held_on"),
    ("petitions/petition", "close_hearing", "held_on"),
    ("safety/hazard", "progress", "day"),
    ("food/self_check", "", "day"),
    ("assembly/election", "hand_over", "handed_on"),
)


def doing(person: str = "one", **answers: Any) -> Doing:
    hat = Actor(person, "post", frozenset({"inspector"}), "330110110")
    return Doing("go", hat, answers, NOW, towns.current().calendar)


def told(*facts: tuple[str, str]) -> Told:
    said: Mapping[str, Any] = {}
    entries = tuple(Fact(n, NOW, verb, by, "", "", "", said) for n, (verb, by) in enumerate(facts, 1))
    return Told("line", "kind", "state", NOW, "330110110", {}, entries)


def refusal(guard: Guard, case: Told, move: Doing) -> str | None:
    try:
        return guard(case, move)
    except Refused as why:
        return why.key


@pytest.mark.parametrize(("kind", "verb", "name"), PAST)
def test_nothing_is_put_down_that_has_not_happened(kind: str, verb: str, name: str) -> None:
    line, _, key = kind.partition("/")
    asked = lines.found()[line].kind(key)
    moves = [move for move in asked.procedure.moves if move.verb == verb]
    guards = [move.guards for move in moves] if verb else [asked.guards]
    assert guards
    for several in guards:
        (guard,) = (one for one in several if one.__name__ == not_ahead().__name__)
        assert refusal(guard, told(), doing(**{name: "2026-03-02"})) is None
        assert refusal(guard, told(), doing(**{name: "2026-03-03"})) == "form_invalid"
        assert refusal(guard, told(), doing(**{name: "2026-03-02T12:00:00+08:00"})) == "form_invalid"


def test_who_wrote_a_part_long_ago_judges_no_more_than_who_wrote_last() -> None:
    case = told(("plan", "one"), ("plan", "two"), ("submit", "three"))
    everybody = ("one", "two", "three", "four")
    assert [by_none_of("plan", "submit")(case, doing(who)) for who in everybody] == [
        "guard.by_another"
    ] * 3 + [None]
    assert [by_another("plan", "submit")(case, doing(who)) for who in everybody] == [
        None,
        None,
        "guard.by_another",
        None,
    ]
