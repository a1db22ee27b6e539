"""Tools of the centre: who could mediate a dispute and why, and which agreements have something due.

They rank mediators for one dispute, never by results; they propose and write nothing.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from gridtown.kernel.forms import CaseRef, Form
from gridtown.kernel.told import Kept
from gridtown.kernel.tool import Add, Asked, Proposal, Reads, Seen, Tool, Why
from gridtown.lines.mediation.dispute import BOTH
from gridtown.lines.mediation.rules import IN_FORCE

NAMING = frozenset({"asking", "offered", "mediating", "signing"})
VALID = frozenset({"in_force", "confirming", "following"})
VILLAGE = 12  # digits of a village's code


class Wanted(Form):
    """For which dispute, and how many to name."""

    number: Annotated[str, CaseRef("dispute")]
    at_most: Annotated[int, Field(ge=1, le=50)] = 5


def mediators_for(asked: Asked) -> Iterator[Proposal]:
    """Who could mediate it: of the right level, knowing the matter, near, with few open ones; then by name."""
    found = (c for c in asked.cases["dispute"] if c.number == asked.answers["number"] and c.state in NAMING)
    dispute = next(found, None)
    if dispute is None:
        return
    committees = {one.id: one for one in asked.records["committee"]}
    load, out = _load(asked.cases["dispute"]), set(dispute.moved.get("recuse", {}).get("recused", ()))
    fitting = [m for m in asked.records["mediator"] if m.id not in out and not _over(m, asked)]
    ranked = sorted((_rank(m, dispute, committees, load[m.id]) for m in fitting), key=lambda each: each[0])
    for _, mediator, why in ranked[: int(asked.answers["at_most"])]:
        what = {
            "mediator": mediator.id,
            "committee": int(mediator.answers["committee"]),
            "open_disputes": load[mediator.id],
        }
        chosen = {"mediators": [mediator.id], "chosen_by": "assigned"}
        yield Proposal(what, why, (Add(dispute.number, "appoint", chosen),))


def _over(mediator: Kept, asked: Asked) -> bool:
    until = mediator.answers.get("until")
    return mediator.retired or bool(until and str(until) < asked.calendar.day(asked.now).isoformat())


def _load(cases: Sequence[Seen]) -> Counter[int]:
    """How many open disputes each mediator is named for."""
    return Counter(
        one
        for case in cases
        if case.state in NAMING
        for one in case.moved.get("appoint", {}).get("mediators", ())
    )


def _rank(
    mediator: Kept, dispute: Seen, committees: dict[int, Kept], load: int
) -> tuple[tuple[Any, ...], Kept, tuple[Why, ...]]:
    committee = committees.get(int(mediator.answers["committee"]))
    tier = committee.answers["tier"] if committee else ""
    level = dispute.state != "offered" or tier != "village"
    knows = dispute.category in (mediator.answers.get("speciality") or ())
    near = len(mediator.place) >= VILLAGE and dispute.place.startswith(mediator.place[:VILLAGE])
    why = [Why("knows")] if knows else []
    why += [Why("near")] if near else []
    why += [] if level else [Why("village_level")]
    why.append(Why("load", {"n": load}) if load else Why("free"))
    return (not level, not knows, not near, load, mediator.name, mediator.id), mediator, tuple(why)


WHO_MEDIATES = Tool(
    "who_mediates",
    ask=Wanted,
    run=mediators_for,
    roles=(*BOTH, "supervisor"),
    reads=Reads(registers=("mediator", "committee"), kinds=("dispute",)),
    shows=("mediator", "committee", "open_disputes"),
    reasons=("knows", "near", "village_level", "load", "free"),
    basis="人民调解法 19, 20: chosen by the parties or assigned; the order is ours",
)


class Following(Form):
    """How many days ahead to look."""

    ahead: Annotated[int, Field(ge=0, le=365)] = 7


def to_follow(asked: Asked) -> Iterator[Proposal]:
    """The agreements of which something is due by then, what is overdue first."""
    today = asked.calendar.day(asked.now)
    until = today + timedelta(days=int(asked.answers["ahead"]))
    found = []
    for case in asked.cases["dispute"]:
        if case.state not in VALID:
            continue
        valid = _valid(case)
        due, window = _next_due(case, valid), _day(valid.get("confirm_by"))
        why = []
        if due is not None and due <= until:
            days = (due - today).days
            why.append(Why("overdue", {"n": -days}) if days < 0 else Why("due", {"n": days}))
        if case.state == "in_force" and window is not None and window <= until:
            why.append(Why("window", {"n": (window - today).days}))
        if why:
            what = {"number": case.number, "next_due": due and str(due), "confirm_by": window and str(window)}
            found.append(((due or window or until, case.number), Proposal(what, tuple(why))))
    yield from (proposal for _, proposal in sorted(found, key=lambda each: each[0]))


def _valid(case: Seen) -> Any:
    """What the agreement in force says; of several the one that holds longest was made last."""
    said = [case.moved[verb] for verb in IN_FORCE if verb in case.moved]
    return max(said, key=lambda each: str(each.get("confirm_by"))) if said else {}


def _next_due(case: Seen, valid: Any) -> date | None:
    """The next instalment, as the last performance named it or the agreement; else the last day."""
    named = case.moved.get("perform", {}).get("next_due") or valid.get("next_due") or valid.get("due_on")
    return _day(named)


def _day(said: Any) -> date | None:
    return date.fromisoformat(str(said)) if said else None


TO_FOLLOW = Tool(
    "to_follow",
    ask=Following,
    run=to_follow,
    roles=(*BOTH, "supervisor"),
    reads=Reads(kinds=("dispute",)),
    shows=("number", "next_due", "confirm_by"),
    reasons=("overdue", "due", "window"),
    basis="人民调解法 31, 33: performance is watched; thirty days for the court",
)
