"""The day's class of fire danger: the weather service's own first, else the index of LY/T 1172-95 from its tables.

The index is the sum of the points for temperature, humidity, days without rain and wind, less those for rain. Tables
are data, each row with its source and since when it holds; what is missing makes the class unknown, never low.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from gridtown.kernel.told import Doing, Kept

FACTORS = ("temperature", "humidity", "dry_days", "wind", "rain")
COLOURS = {1: "green", 2: "blue", 3: "yellow", 4: "orange", 5: "red"}  # QX/T 77-2007
Rows = Mapping[str, Mapping[str, Any]]


def points(rows: Rows, factor: str, value: float, day: date) -> int | None:
    """The points of a value in the bands that hold on a day; None where there are none yet."""
    dated = [row for row in rows.values() if row["factor"] == factor and _since(row) <= day]
    newest = max((_since(row) for row in dated), default=None)
    bands = sorted((row for row in dated if _since(row) == newest), key=_edge)
    passed = [row for row in bands if value > _edge(row) or (row["inclusive"] and value == _edge(row))]
    return int(passed[-1]["points"]) if passed else None


def _since(row: Mapping[str, Any]) -> date:
    return date.fromisoformat(row["since"])


def _edge(row: Mapping[str, Any]) -> float:
    return float(row["edge"]) if row["edge"] else float("-inf")


def index(rows: Rows, weather: Mapping[str, Any], day: date) -> int | None:
    """The index of a day's weather; None where a factor is missing."""
    total = 0
    for factor in FACTORS:
        value = weather.get(factor)
        found = None if value is None else points(rows, factor, float(value), day)
        if found is None:
            return None
        total += found
    return total


def derive(doing: Doing) -> dict[str, Any]:
    """What follows from the weather of a day: our index and class, and the class that holds with its colour."""
    rows, day = doing.tables["danger"], date.fromisoformat(str(doing.answers["day"]))
    ours = index(rows, doing.answers, day)
    computed = None if ours is None else points(rows, "class", ours, day)
    holds = doing.answers.get("published") or computed
    return {
        "index": ours,
        "computed": computed,
        "danger": holds,
        "colour": COLOURS.get(holds or 0, "unknown"),
    }


def of_day(weather: Iterable[Kept], day: date) -> int | None:
    """The class of fire danger that was entered for a day; None where nothing is known."""
    found = [
        w.answers.get("danger") for w in weather if w.answers.get("day") == day.isoformat() and not w.retired
    ]
    return max((int(one) for one in found if one is not None), default=None)
