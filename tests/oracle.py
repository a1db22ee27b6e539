"""Figures counted in plain Python over the ledger's entries: no Ibis, no engine, no warehouse.

Cases and records are read through Django's ORM and folded by the kernel; an indicator's expressions are said over
one row at a time, with null as SQL has it; what counts is counted with Python's own means.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from operator import add, eq, floordiv, ge, gt, le, lt, mod, mul, ne, neg, sub, truediv
from statistics import median
from typing import Any

from gridtown.cases.models import Case, Entry, Record
from gridtown.kernel.indicator import STANDING, Indicator, Span, said, stored
from gridtown.kernel.line import Line
from gridtown.kernel.standing import PREFIX, Standing
from gridtown.kernel.table import CaseRow, Table
from gridtown.kernel.told import Fact
from gridtown.town import Town

Row = dict[str, Any]


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Cell) else value


class Cell:
    """A value of a row, or null: whatever is made of null is null, but for what SQL knows all the same."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def notnull(self) -> "Cell":
        return Cell(self.value is not None)

    def isnull(self) -> "Cell":
        return Cell(self.value is None)

    def isin(self, values: Iterable[Any]) -> "Cell":
        return Cell(None if self.value is None else self.value in list(values))

    def fill_null(self, other: Any) -> "Cell":
        return Cell(_bare(other) if self.value is None else self.value)

    def epoch_seconds(self) -> "Cell":
        return Cell(None if self.value is None else int(self.value.replace(tzinfo=UTC).timestamp()))

    def __and__(self, other: Any) -> "Cell":
        both = (self.value, _bare(other))
        return Cell(False if False in both else None if None in both else True)

    def __or__(self, other: Any) -> "Cell":
        both = (self.value, _bare(other))
        return Cell(True if True in both else None if None in both else False)

    def __invert__(self) -> "Cell":
        return Cell(None if self.value is None else not self.value)

    def __neg__(self) -> "Cell":
        return Cell(None if self.value is None else neg(self.value))

    __rand__, __ror__ = __and__, __or__
    __hash__ = None


def _strict(operator: Callable[..., Any], *, turned: bool = False) -> Callable[..., Cell]:
    def said(self: Cell, other: Any) -> Cell:
        left, right = (_bare(other), self.value) if turned else (self.value, _bare(other))
        return Cell(None if left is None or right is None else operator(left, right))

    return said


for _name, _operator in {
    "eq": eq, "ne": ne, "lt": lt, "le": le, "gt": gt, "ge": ge, "add": add, "sub": sub, "mul": mul, "mod": mod,
    "truediv": truediv, "floordiv": floordiv,
}.items():  # fmt: skip
    setattr(Cell, f"__{_name}__", _strict(_operator))
    if _operator in (add, sub, mul, truediv):
        setattr(Cell, f"__r{_name}__", _strict(_operator, turned=True))


class _Row:
    """One row, of which an expression asks its columns and the moments of the period."""

    def __init__(self, row: Row, span: Span) -> None:
        self._row = row
        self._span = {
            "since": stored(span.since), "until": stored(span.until), "ends": stored(span.ends or span.until)
        }  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        return self._span[name] if name in self._span else Cell(self._row[name])

    __getitem__ = __getattr__


def _facts(entries: Iterable[Entry]) -> list[Fact]:
    return [
        Fact(e.seq, e.at, e.verb, "", "", e.frm, e.to, json.loads(e.answers), json.loads(e.clocks))
        for e in entries
    ]


def rows_of(town: Town, line: Line, kind: str) -> list[Row]:
    """Every row of a kind's, or a register's, table from the ledger as it is now."""
    if kind.startswith(PREFIX):
        return _records(town, line, kind.removeprefix(PREFIX))
    table, found = Table(line.kind(kind), town.zone), []
    for c in Case.objects.filter(town=town.code, line=line.key, kind=kind).order_by("id"):
        entries = list(Entry.objects.filter(case_id=c.id).order_by("seq"))
        case = CaseRow(
            c.id, c.number, c.town, c.kind, c.place, c.generation, c.channel, c.category, c.urgency, c.level, c.state,
            c.outcome, c.ended, c.opened, c.reporters, entries[-1].id, c.parent_id, c.source, json.loads(c.answers),
        )  # fmt: skip
        found.append(table.fold(case, _facts(entries)))
    return found


def _records(town: Town, line: Line, register: str) -> list[Row]:
    standing, found = Standing(line.register(register)), []
    for record in Record.objects.filter(town=town.code, line=line.key, register=register).order_by("id"):
        entries = Entry.objects.filter(record_id=record.id, verb__in=("keep", "retire", "restore")).order_by(
            "seq"
        )
        found += standing.fold(record.id, town.code, _facts(entries))
    return found


def _within(ind: Indicator, row: Row, span: Span) -> bool:
    since, until = stored(span.since), stored(span.until)
    if ind.time == STANDING:
        return row["stood_from"] < until and (row["stood_until"] is None or row["stood_until"] >= until)
    moment: datetime | None = row[ind.time]
    return moment is not None and since <= moment < until


def _place(row: Row) -> str:
    return str(row["grid"] or row["village"] or row["town"])


def _value(ind: Indicator, values: Sequence[Any]) -> Any:
    if not values:
        return None
    if ind.agg == "p90":
        ordered, rank = sorted(values), (len(values) - 1) * 0.9
        low, high = ordered[int(rank)], ordered[min(int(rank) + 1, len(values) - 1)]
        return low + (high - low) * (rank - int(rank))
    count = {"median": median, "mean": lambda v: sum(v) / len(v), "min": min, "max": max, "sum": sum}[ind.agg]
    return count(values)


def reading(ind: Indicator, rows: Iterable[Row], span: Span) -> Row:
    """What the warehouse should say: `of`, and `count` or `value`."""
    told = [
        row
        for row in rows
        if _within(ind, row, span)
        and _place(row).startswith(span.place)
        and said(ind.of, _Row(row, span)).value is True
    ]
    if ind.measure is not None:
        values = [value for row in told if (value := said(ind.measure, _Row(row, span)).value) is not None]
        return {"of": len(values), "value": _value(ind, values)}
    if ind.count is None:
        return {"of": len(told)}
    return {"of": len(told), "count": sum(said(ind.count, _Row(row, span)).value is True for row in told)}


def sliced(ind: Indicator, rows: Sequence[Row], span: Span, by: Sequence[str]) -> list[Row]:
    """The same for each value of these columns, in their order."""
    keys = sorted({tuple(row[name] for name in by) for row in rows})
    found = [
        dict(zip(by, key, strict=True))
        | reading(ind, [row for row in rows if tuple(row[n] for n in by) == key], span)
        for key in keys
    ]
    return [row for row in found if row["of"]]


def ids_behind(ind: Indicator, rows: Iterable[Row], span: Span) -> list[int]:
    """The cases or records that a figure opens into."""
    return sorted(
        {
            next(iter(row.values()))
            for row in rows
            if (one := reading(ind, [row], span))["of"] and one.get("count") != 0
        }
    )
