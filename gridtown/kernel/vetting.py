"""What can be said of an indicator without its table: which columns it asks for, and why it may not be loaded."""

from collections.abc import Iterable, Mapping
from typing import Any

from gridtown.kernel.deferred import Asked
from gridtown.kernel.indicator import AGGS, MEASURED, STANDING, UNITS, Indicator, UnknownColumn, said

EXPRESSIONS = ("of", "count", "measure")


def columns_of(inds: Iterable[Indicator], columns: Iterable[str]) -> frozenset[str]:
    """The columns of a table that these indicators ask for, in expressions or as the moment they count by."""
    known = frozenset(columns)
    row = _Known(known)
    for ind in inds:
        for name in EXPRESSIONS:
            said(getattr(ind, name), row)
        row.noted.add(ind.time)
    return known & row.noted


def faults(ind: Indicator, columns: Mapping[str, str]) -> list[str]:
    """Why this indicator may not be loaded over a table of these columns; empty when it may."""
    wrong = []
    if ind.of is None:
        wrong.append("it has no denominator: say which cases are asked about (`of`)")
    if not ind.question.strip():
        wrong.append("it asks no question")
    if not ind.basis.strip():
        wrong.append("it names no basis")
    if ind.reviewed is None:
        wrong.append("it does not say when it was last reviewed")
    if ind.count is not None and ind.measure is not None:
        wrong.append("it both counts and measures: make two of it")
    if ind.agg not in AGGS or ind.unit not in UNITS or ind.better not in ("higher", "lower", "none"):
        wrong.append(f"unknown agg, unit or direction: {ind.agg}, {ind.unit}, {ind.better}")
    fits = {"ratio": ("percent",), "count": ("count",), "measure": MEASURED}[ind.shape]
    if ind.unit not in fits:
        wrong.append(f"a {ind.shape} is given in {' or '.join(fits)}, not in {ind.unit}")
    stands = ind.time == STANDING and "stood_from" in columns
    if not stands and not columns.get(ind.time, "").startswith("timestamp"):
        wrong.append(f"the period needs a timestamp column, not: {ind.time}")
    if ind.of is not None:
        wrong += _unsaid(ind, columns)
    return [f"indicator {ind.key}: {fault}" for fault in wrong]


class _Known:
    """A row that knows only its columns' names, answers whatever is made of them, and notes what was asked for."""

    def __init__(self, columns: Iterable[str]) -> None:
        self._columns, self.noted = columns, set[str]()

    def __getattr__(self, name: str) -> Any:
        if name not in self._columns and name not in ("since", "until", "ends"):
            raise UnknownColumn(name)
        self.noted.add(name)
        return Asked(lambda row: row, name)

    __getitem__ = __getattr__


def _unsaid(ind: Indicator, columns: Mapping[str, str]) -> list[str]:
    """What is wrong with the expressions themselves, as far as names go."""
    wrong = []
    for name in EXPRESSIONS:
        try:
            said(getattr(ind, name), _Known(columns))
        except UnknownColumn as unknown:
            wrong.append(f"`{name}` asks for an unknown column: {unknown}")
        except TypeError as mistake:
            wrong.append(f"`{name}` cannot be read: {mistake}")
    return wrong
