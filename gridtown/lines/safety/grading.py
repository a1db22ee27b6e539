"""风险分级: what a risk point scores by LEC or LS, which colour that is, and who has to control it.

LEC: D = L × E × C (how likely, how often exposed, how bad). LS: R = L × S. Factors, bounds, colours and the rules that
make a point red without any score are tables with days from which and until which they hold, because provinces differ
and change them; a score that was given stays what it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import prod
from typing import Any

from gridtown.kernel.told import Refused

Tables = Mapping[str, Mapping[str, Mapping[str, Any]]]

# method -> the answers that it multiplies, each a key of the table of its name
FACTORS: Mapping[str, tuple[str, ...]] = {
    "lec": ("likelihood", "exposure", "consequence"),
    "ls": ("chance", "severity"),
}
RED = "red"


@dataclass(frozen=True)
class Graded:
    """What came of it. factors: the row of each; bound: the row whose class it falls in; direct: the rule, if any."""

    colour: str
    grade: str
    control: str
    score: Decimal | None
    factors: Mapping[str, Mapping[str, Any]]
    bound: Mapping[str, Any] | None
    direct: Mapping[str, Any] | None


def in_force(row: Mapping[str, Any], day: date) -> bool:
    """Whether a row of a dated table holds on that day; a row without days always does."""
    return str(row.get("since") or "") <= day.isoformat() < str(row.get("until") or "9999-12-31")


def grade(answers: Mapping[str, Any], tables: Tables, day: date) -> Graded:
    """Grade by the answers `method`, its factors and `direct`.

    Refused (form_invalid, naming the fields) where factors are missing and no direct rule takes their place, or
    where one is no longer, or not yet, in force.
    """
    asked = FACTORS[str(answers["method"])]
    direct = _row("direct", answers.get("direct"), tables, day)
    given = [name for name in asked if answers.get(name)]
    if len(given) < len(asked) and (given or direct is None):
        missing = {name: "mistake.missing" for name in asked if name not in given}
        raise Refused("form_invalid", fields=missing)
    factors = {name: row for name in given if (row := _row(name, answers[name], tables, day))}
    score = prod((Decimal(row["value"]) for row in factors.values()), start=Decimal(1)) if factors else None
    bound = None if score is None else _class_of(score, tables[f"{answers['method']}_bound"], day)
    colour = RED if direct or bound is None else str(bound["colour"])
    said = tables["colour"][colour]
    return Graded(colour, str(said["grade"]), str(said["control"]), score, factors, bound, direct)


def _row(table: str, key: Any, tables: Tables, day: date) -> Mapping[str, Any] | None:
    """The row that an answer names; Refused where it does not hold on that day, None without an answer."""
    if not key:
        return None
    row = tables[table][str(key)]
    if not in_force(row, day):
        raise Refused("form_invalid", fields={table: "mistake.not_in_table"})
    return row


def _class_of(score: Decimal, bounds: Mapping[str, Mapping[str, Any]], day: date) -> Mapping[str, Any]:
    """The class with the highest bound that the score reaches: a bound belongs to the upper class."""
    reached = [row for row in bounds.values() if in_force(row, day) and Decimal(row["at_least"]) <= score]
    return max(reached, key=lambda row: Decimal(row["at_least"]))
