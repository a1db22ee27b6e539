"""A target's terms as they stand: first as promised, then as agreed; and what may not be promised or asked."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from gridtown.kernel.told import Doing, Refused, Told

LONGEST = 1900  # days that a target may run: a plan of five years

# What a ledger's indicator is given in -> what a target of it is promised in.
PROMISED_IN: Mapping[str, str] = {
    "percent": "ratio", "count": "count", "number": "count", "hours": "hours", "days": "days", "yuan": "yuan",
    "m2": "m2", "km": "km", "mu": "mu", "ratio": "ratio",
}  # fmt: skip


def now(answers: Mapping[str, Any], agreed: Mapping[str, Any]) -> dict[str, Any]:
    """The terms from the intake's answers and the last change that was agreed."""
    return {**answers, **{name: agreed[name] for name in ("amount", "due") if agreed.get(name) is not None}}


def _of(told: Told) -> dict[str, Any]:
    last = told.last("agree")
    return now(told.answers, last.answers if last else {})


def agreed(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The terms after the change that was asked last."""
    asked = told.last("ask_change")
    terms = now(_of(told), asked.answers if asked else {})
    return {"amount": terms["amount"], "due": terms["due"]}


def unchanged(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The day by which it is due, as it was."""
    return {"due": _of(told)["due"]}


def changes_something(told: Told, doing: Doing) -> str | None:
    """A change names another amount, or a later or earlier day."""
    terms, asked = _of(told), doing.answers
    same = all(asked.get(name) in (None, terms[name]) for name in ("amount", "due"))
    if asked.get("due"):  # said to whoever asks, not to the leader who would agree
        due, today = date.fromisoformat(str(asked["due"])), doing.calendar.day(doing.now)
        if due < today:
            raise Refused("form_invalid", fields={"due": "refusal.until_past"})
        if due > today + timedelta(days=LONGEST):
            raise Refused("form_invalid", fields={"due": "refusal.beyond_ceiling"})
    return "guard.nothing_changes" if same else _forward({**terms, **now({}, asked)})


def unit_fits(told: Told, doing: Doing) -> str | None:
    """A target of an indicator is promised in the indicator's own unit; a share between 0 and 1."""
    asked = doing.answers
    if asked.get("unit") == "ratio" and float(asked["amount"]) > 1 and not _grows(doing):
        return "guard.share_above_one"
    row = doing.tables.get("indicator", {}).get(str(asked.get("indicator")))
    if row is None:
        return None
    return None if PROMISED_IN.get(str(row["unit"])) == asked.get("unit", "count") else "guard.other_unit"


def _grows(doing: Doing) -> bool:
    """Whether a ratio is a rate of growth, which may be more than the whole."""
    return str(doing.answers.get("indicator", "")).endswith("_yoy")


def period_runs_forward(told: Told, doing: Doing) -> str | None:
    """A target begins before it is due."""
    return _forward(doing.answers)


def _forward(terms: Mapping[str, Any]) -> str | None:
    begins, due = terms.get("begins"), date.fromisoformat(str(terms["due"]))
    return "guard.due_before_begin" if begins and date.fromisoformat(str(begins)) > due else None


def since_it_began(told: Told, doing: Doing) -> str | None:
    """What is told of a target is of its own time."""
    begins = told.answers.get("begins") or f"{str(told.answers['due'])[:4]}-01-01"
    return "guard.before_begin" if str(doing.answers["as_of"]) < str(begins) else None


def reaches(told: Told, doing: Doing) -> str | None:
    """Met is what has come as far as its terms say, as they are now: the two are never told apart in a report."""
    terms, reached = _of(told), float(doing.answers["reached"])
    amount = float(terms["amount"])
    met = reached <= amount if terms.get("direction") == "at_most" else reached >= amount
    return None if met else "guard.falls_short"


def about_a_target(told: Told, doing: Doing) -> str | None:
    """What is asked is asked about a target of this town that was not given up."""
    asked = doing.case(str(doing.answers["target"]))
    if asked is None or asked.kind != "target":
        return "guard.no_target"
    return "guard.given_up" if asked.state == "withdrawn" else None


def at_a_meeting(told: Told, doing: Doing) -> str | None:
    """A meeting that is named is one of ours."""
    named = doing.answers.get("meeting")
    held = doing.case(str(named)) if named else None
    return "guard.no_meeting" if named and (held is None or held.kind != "meeting") else None
