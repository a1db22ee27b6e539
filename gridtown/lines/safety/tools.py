"""Tools of the desk: what a risk would score and why, and at which units to look first.

They rank units by what is open there, never people; they propose and write nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from gridtown.kernel.forms import Choice, Form
from gridtown.kernel.told import Kept
from gridtown.kernel.tool import Asked, Proposal, Reads, Seen, Tool, Why
from gridtown.lines.safety import grading
from gridtown.lines.safety.forms import Factors

MAJOR = frozenset({"major", "planning", "planned", "treating", "treated", "reviewing"})
REASONS = ("major", "overdue", "silent", "repeated", "open", "check_late", "red", "self_check_late")


def graded(asked: Asked) -> Iterator[Proposal]:
    """The colour of these factors, with each row of the tables that it follows from."""
    found = grading.grade(asked.answers, asked.tables, asked.calendar.day(asked.now))
    why = [
        Why(name, {"zh": row["zh"], "en": row["en"], "value": row["value"]})
        for name, row in found.factors.items()
    ]
    if found.bound is not None:
        bound = found.bound
        why.append(Why("bound", {"zh": bound["zh"], "en": bound["en"], "at_least": bound["at_least"]}))
    if found.direct is not None:
        why.append(Why("direct", {"zh": found.direct["zh"], "en": found.direct["en"]}))
    score = None if found.score is None else float(found.score)
    yield Proposal(
        {"score": score, "colour": found.colour, "grade": found.grade, "control": found.control}, tuple(why)
    )


GRADING = Tool(
    "grading",
    ask=Factors,
    run=graded,
    roles=("inspector", "patch", "supervisor", "leader"),
    shows=("score", "colour", "grade", "control"),
    reasons=(*grading.FACTORS["lec"], *grading.FACTORS["ls"], "bound", "direct"),
    basis="安全生产法 41; LEC and LS as usually tabulated, to be confirmed by the town",
)


class Looking(Form):
    """Which units: of a trade or all, and how many to name."""

    trade: Annotated[str, Choice("trade")] | None = None
    at_most: Annotated[int, Field(ge=1, le=200)] = 20


def units_first(asked: Asked) -> Iterator[Proposal]:
    """The units where something presses, the gravest first: by kind of reason, then by how many, then by name."""
    hazards, points = _by_unit(asked.cases["hazard"]), _points(asked)
    checks, own = _by_unit(asked.cases["check"]), _by_unit(asked.cases["self_check"])
    trade = asked.answers.get("trade")
    listed = []
    for unit in asked.records["unit"]:
        if trade and unit.answers.get("trade") != trade:
            continue
        counts = _counts(asked, hazards[unit.id], points[unit.id], checks[unit.id], own[unit.id])
        why = tuple(Why(key, {"n": n}) for key, n in zip(REASONS, counts, strict=True) if n)
        if why:
            what = {
                "unit": unit.id,
                "patch": unit.answers.get("patch"),
                "address": unit.answers.get("address"),
            }
            listed.append((tuple(-n for n in counts), unit.name, Proposal(what, why)))
    listed.sort(key=lambda each: each[:2])
    yield from (proposal for *_, proposal in listed[: int(asked.answers["at_most"])])


def _by_unit(cases: Sequence[Seen]) -> defaultdict[int, list[Seen]]:
    """The cases by the unit that they name."""
    found: defaultdict[int, list[Seen]] = defaultdict(list)
    for case in cases:
        found[int(case.answers.get("unit") or 0)].append(case)
    return found


def _points(asked: Asked) -> defaultdict[int, list[Kept]]:
    found: defaultdict[int, list[Kept]] = defaultdict(list)
    for point in asked.records["risk_point"]:
        found[int(point.answers["unit"])].append(point)
    return found


def _counts(
    asked: Asked, hazards: Sequence[Seen], points: Sequence[Kept], checks: Sequence[Seen], own: Sequence[Seen]
) -> tuple[int, ...]:
    """How many of each reason, in the order of REASONS."""
    major = [case for case in hazards if case.state in MAJOR]
    silent = [case for case in major if case.state == "treating" and _silent(case, asked)]
    return (
        len(major),
        sum(_late(case, asked) for case in hazards),
        len(silent),
        sum(1 for case in hazards if _repeats(case)),
        len(hazards) - len(major),
        sum(_late(case, asked) for case in checks),
        sum(1 for point in points if point.answers.get("colour") == grading.RED),
        sum(_late(case, asked) for case in own),
    )


def _late(case: Seen, asked: Asked) -> bool:
    return case.due is not None and case.due < asked.now


def _repeats(case: Seen) -> int:
    return int(case.moved.get("identify", case.answers).get("repeats") or 0)


def _silent(case: Seen, asked: Asked) -> bool:
    """Whether the weekly word on a major hazard is owed: none since it came, or none for so many days."""
    last = case.moved.get("progress", {}).get("day")
    since = asked.calendar.day(case.opened) if last is None else date.fromisoformat(str(last))
    return asked.calendar.day(asked.now) - since > timedelta(days=float(asked.settings["progress_days"]))


PRIORITIES = Tool(
    "priorities",
    ask=Looking,
    run=units_first,
    roles=("inspector", "patch", "supervisor", "duty_officer", "leader"),
    reads=Reads(registers=("unit", "risk_point"), kinds=("hazard", "check", "self_check")),
    shows=("unit", "patch", "address"),
    reasons=REASONS,
    basis="安全生产法 9, 62: most attention where most can happen; the order is ours",
)
