"""Indicators: the question first, then numerator and denominator as expressions over a line's table.

    from gridtown.kernel.indicator import Indicator, _, seconds

    Indicator(
        "on_time",
        "Of the matters that fell due in the period, how many were handled in time?",
        kind="appeal",
        of=_.handle_due.notnull(),          # the denominator: which cases are asked about
        count=~_.handle_late & ~_.handle_open,  # the numerator, among those
        time="handle_due",                  # the period holds this moment of the case
        better="higher", unit="percent", basis="CJJ/T 106", reviewed=date(2026, 10, 1),
        why="Open late ones are in the denominator; a share of the closed ones would flatter.",
    )

A plain count has only `of`. A measure has `of`, `measure` (whole seconds, by `seconds(_.opened, _.closed)`,
with unit "hours" or "days"; or any number with unit "number" or a base unit: "yuan", "m2", "km", "mu", "ratio" as
0–1) and `agg`. Cases without the measure are
not in it. Columns are those of `kernel.table.columns`; three more stand for the period that is asked about:
`_.since` and `_.until` (its end, or the moment up to which the ledger was read if that is earlier), so
"closed by the end of the period" is `_.closed < _.until`; and `_.ends`, its end in any case.

`_` records what is written and says it again over an Ibis table, so a line can be loaded without Ibis,
whose import takes longer than most commands. An expression may also be an Ibis deferred, or a function
of the row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, date, datetime
from functools import reduce
from operator import and_, or_
from typing import Any, Literal

# lines take both from here, with the indicator
from gridtown.kernel.deferred import Asked as Asked
from gridtown.kernel.deferred import _ as _
from gridtown.kernel.deferred import over

Agg = Literal["median", "mean", "p90", "min", "max", "sum"]
Better = Literal["higher", "lower", "none"]
Unit = Literal["percent", "count", "hours", "days", "number", "yuan", "m2", "km", "mu", "ratio"]
Part = Literal["of", "count", "rest"]

AGGS = ("median", "mean", "p90", "min", "max", "sum")
# What a measure may be given in: times, plain numbers, and the base units of amounts; a ratio is kept as 0–1.
MEASURED = ("hours", "days", "number", "yuan", "m2", "km", "mu", "ratio")
UNITS = ("percent", "count", *MEASURED)
STANDING = "standing"
SECONDS: Mapping[str, int] = {"hours": 3600, "days": 86400}


@dataclass(frozen=True, eq=False)
class Indicator:
    """A question about the cases of one kind, or with kind "register:<key>" about the records of a register.

    Expressions are Ibis deferreds or functions of the row.

    of: which cases are asked about. count: which of them answer yes (a ratio). measure, agg: what is
    measured on them. time: the timestamp column that puts a case into a period ("opened", "closed",
    "<limit>_due", "<state>_first" …); of a register also STANDING: what stood when the period ended.
    basis, reviewed: who says so, and when somebody last checked. family: of which it is one (kernel.family).
    grows: of a published rate of growth, the line's indicator whose growth it is.
    """

    key: str
    question: str
    _: KW_ONLY
    kind: str
    of: Any
    count: Any = None
    measure: Any = None
    agg: Agg = "median"
    better: Better = "none"
    unit: Unit = "count"
    time: str = "opened"
    basis: str = ""
    reviewed: date | None = None
    why: str = ""
    family: str = ""
    grows: str = ""

    @property
    def shape(self) -> Literal["ratio", "measure", "count"]:
        """What its reading consists of."""
        if self.measure is not None:
            return "measure"
        return "count" if self.count is None else "ratio"


@dataclass(frozen=True, slots=True)
class Span:
    """What a figure is asked for: since <= time < until, below a place's code prefix ("" is everywhere).

    ends: the period's own end, where `until` is only how far the ledger was read: what somebody has published of a
    whole period is known by it.
    """

    since: datetime
    until: datetime
    place: str = ""
    ends: datetime | None = None


class _Row:
    """A table whose columns include the moments of the period; without a span they are columns themselves."""

    def __init__(self, cases: Any, span: Span | None = None) -> None:
        self._cases = cases
        self._span = (
            {
                "since": stored(span.since),
                "until": stored(span.until),
                "ends": stored(span.ends or span.until),
            }
            if span
            else {}
        )

    def __getattr__(self, name: str) -> Any:
        if name in self._span:
            return self._span[name]
        if name not in self._cases.columns:
            raise UnknownColumn(name)
        return self._cases[name]

    __getitem__ = __getattr__


class UnknownColumn(LookupError):
    """An expression asks for a column that the line's table does not have."""


def stored(moment: datetime) -> datetime:
    """Moments are kept in UTC without a zone, in whole seconds."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def seconds(start: Any, end: Any) -> Any:
    """The whole seconds from one timestamp to another, the same on every engine."""
    return Asked(
        lambda row: _epoch(over(row, end)) - _epoch(over(row, start)), f"seconds({start!r}, {end!r})"
    )


def _epoch(moment: Any) -> Any:
    if isinstance(moment, datetime):
        return int(moment.replace(tzinfo=UTC).timestamp())
    return moment.epoch_seconds()


def said_over(expression: Any, cases: Any, span: Span) -> Any:
    """One of an indicator's expressions over a table, for whoever looks into it."""
    return said(expression, _Row(cases, span))


def said(expression: Any, row: Any) -> Any:
    """An indicator's expression over a row of columns."""
    told = over(row, expression)
    return told(row) if told is expression and callable(expression) else told


def below(cases: Any, place: str, said: Any = None) -> Any:
    """Cases whose place begins with a code prefix, by the column of that length so that it can prune.

    said: a column that holds such prefixes, all as long as `place`, in its stead.
    """
    prefix = place if said is None else said
    if len(place) in (9, 12, 15):
        return cases[{9: "town", 12: "village", 15: "grid"}[len(place)]] == prefix
    return cases["town" if len(place) < 9 else "village" if len(place) < 12 else "grid"].startswith(prefix)


def _within(ind: Indicator, cases: Any, since: Any, until: Any) -> list[Any]:
    """What puts a row into the period; of a register's, which stood as it was when the period ended."""
    if ind.time == STANDING:
        return [cases.stood_from < until, cases.stood_until.isnull() | (cases.stood_until >= until)]
    moment = cases[ind.time]
    return [moment >= since, moment < until]


def asked(ind: Indicator, cases: Any, span: Span) -> Any:
    """The cases that the question is about: the denominator's rows."""
    told = [*_within(ind, cases, stored(span.since), stored(span.until)), said(ind.of, _Row(cases, span))]
    if span.place:
        told.append(below(cases, span.place))
    if ind.measure is not None:
        told.append(said(ind.measure, _Row(cases, span)).notnull())
    return cases.filter(*told)


def _parts(ind: Indicator, rows: Any, span: Span) -> dict[str, Any]:
    parts = {"of": rows.count()}
    row = _Row(rows, span)
    if ind.count is not None:
        # Of no rows some engines count null, others nought.
        parts["count"] = rows.count(where=said(ind.count, row)).fill_null(0)
    if ind.measure is not None:
        parts["value"] = _aggregate(ind, said(ind.measure, row))
    return parts


def _aggregate(ind: Indicator, measure: Any, where: Any = None) -> Any:
    return measure.quantile(0.9, where=where) if ind.agg == "p90" else getattr(measure, ind.agg)(where=where)


def reading(ind: Indicator, cases: Any, span: Span) -> Any:
    """One row: `of`, and `count` of a ratio or `value` of a measure (seconds where the unit is a time).

    Numerator and denominator travel together, so nobody averages percentages.
    """
    rows = asked(ind, cases, span)
    return rows.aggregate(**_parts(ind, rows, span))


def sliced(ind: Indicator, cases: Any, span: Span, by: Sequence[str]) -> Any:
    """The reading for each value of these columns, ordered by them."""
    rows = asked(ind, cases, span)
    return rows.group_by(*by).aggregate(**_parts(ind, rows, span)).order_by(*by)


SPANS: Mapping[str, str] = {
    "asked": "int64", "since": "timestamp", "until": "timestamp", "ends": "timestamp", "below": "string",
}  # fmt: skip


def readings(
    inds: Sequence[Indicator], cases: Any, spans: Any, *, place: str = "", by: Sequence[str] = ()
) -> Any:
    """The readings of many indicators of one table for many periods, in one question that names no moment itself.

    spans: a table of the columns SPANS, a row for each period (since <= t < until, as `stored`) and place; all
    their places are as long as `place`. One row for each `asked` (and each value of `by`), with the parts of the
    n-th indicator as of_n, count_n and value_n; the same numbers as `reading` and `sliced` give one by one. No row
    where the table has none, and zeros where a value of `by` has none in this period.
    """
    rows = cases.cross_join(spans)
    if place:
        rows = rows.filter(below(rows, place, rows.below))
    if by:  # a slice that nobody asks about in a period is none; whoever asks for the whole counts what lived as well
        times = {ind.time: _within(ind, rows, rows.since, rows.until) for ind in inds}
        rows = rows.filter(reduce(or_, (reduce(and_, conditions) for conditions in times.values())))
    row = _Row(rows)
    parts: dict[str, Any] = {}
    for n, ind in enumerate(inds):
        where = said(ind.of, row)
        for condition in _within(ind, rows, rows.since, rows.until):
            where &= condition
        if ind.measure is not None:
            measure = said(ind.measure, row)
            where &= measure.notnull()
            parts[f"value_{n}"] = _aggregate(ind, measure, where)
        parts[f"of_{n}"] = rows.count(where=where)
        if ind.count is not None:
            parts[f"count_{n}"] = rows.count(where=where & said(ind.count, row))
    began, ended = (
        (rows.stood_from, rows.stood_until) if "stood_from" in rows.columns else (rows.opened, rows.closed)
    )
    if by:
        return rows.group_by("asked", *by).aggregate(**parts).order_by("asked", *by)
    parts["lived"] = rows.count(where=(began < rows.until) & (ended.isnull() | (ended >= rows.since)))
    return rows.group_by("asked").aggregate(**parts).order_by("asked")


def behind(ind: Indicator, cases: Any, span: Span, part: Part | None = None) -> Any:
    """The ids of the cases or records that a number opens into, ascending: all asked about, those counted, or the rest.

    Without a part: the numerator of a ratio, all cases of a count or a measure.
    """
    rows = asked(ind, cases, span)
    if ind.count is not None and part != "of":
        counted = said(ind.count, _Row(rows, span))
        # A condition that is unknown counts as no, in the numerator and here alike.
        rows = rows.filter(~counted.fill_null(False) if part == "rest" else counted)
    elif part == "rest":
        rows = rows.filter(False)
    key = cases.columns[0]
    ids = rows.select(key)
    # A case has one row; a record has one for each stretch of time.
    return (ids.distinct() if "stood_from" in cases.columns else ids).order_by(key)


def measured(ind: Indicator, cases: Any, span: Span) -> Any:
    """Whose values a measure is taken of, and each value (`worth`), in the order of the ids."""
    rows, key = asked(ind, cases, span), cases.columns[0]
    return rows.select(rows[key], worth=said(ind.measure, _Row(rows, span))).order_by(key)
