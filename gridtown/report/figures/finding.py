"""How a figure is found: from what is kept of its table where that gives the same number, else from the rows.

Putting a question into SQL costs more than answering it. It is done once for each indicator, with moments and a place
that stand for any, and these are put in afterwards.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from gridtown.kernel import indicator as kernel
from gridtown.kernel.indicator import Indicator, Part, Span
from gridtown.report.figures.named import Where, narrowed
from gridtown.warehouse.lake import Lake, Shape, sql

Found = dict[str, Any]
Told = tuple[Found, Sequence[Found]]  # a reading as one row, and its slices
# No ledger has entries of these moments; they stand for the period's bounds in a question.
_SINCE, _UNTIL = datetime(1901, 2, 3, 4, 5, 6, tzinfo=UTC), datetime(1902, 3, 4, 5, 6, 7, tzinfo=UTC)
_ENDS = datetime(1903, 4, 5, 6, 7, 8, tzinfo=UTC)
_BELOW = 190_405_060_708_091  # nor are there so many cases
_CODES = (9, 12, 15)  # digits of a town, a village, a grid


def found(lake: Lake, line: str, ind: Indicator, span: Span, by: tuple[str, ...], where: Where = ()) -> Told:
    """The reading as one row (`of`, and `count` or `value`), and its slices in order."""
    return kept(lake, line, ind, span, by, where) or from_rows(lake, line, ind, span, by, where)


def kept(
    lake: Lake, line: str, ind: Indicator, span: Span, by: tuple[str, ...], where: Where = ()
) -> Told | None:
    """The same from what is kept of the table; None where it is not."""
    return kept_many(lake, line, ind, (span,), by, where)[0]


def kept_many(
    lake: Lake, line: str, ind: Indicator, spans: Sequence[Span], by: tuple[str, ...], where: Where = ()
) -> Sequence[Told | None]:
    """The same of several stretches, each from what is kept or None."""
    tally = None if where else lake.tally(line, ind.kind)
    return tally.readings(ind, spans, by) if tally else [None] * len(spans)


def from_rows(
    lake: Lake, line: str, ind: Indicator, span: Span, by: tuple[str, ...], where: Where = ()
) -> Told:
    """The same, always from the rows."""
    shape = lake.shape(line, ind.kind)
    (row,) = lake.run_sql(reading_sql(ind, shape, span, where))
    return row, lake.run_sql(_put_in(_sliced(ind, shape, _any(span), by, where), span)) if by else ()


def nothing(lake: Lake, line: str, kind: str, span: Span, where: Where = ()) -> bool:
    """Whether the ledger holds no case open, or record standing, in the period there: then a zero means nothing."""
    tally = None if where else lake.tally(line, kind)
    lived = tally.lived(span) if tally else None
    if lived is not None:
        return not lived
    none: bool = lake.remembered(
        ("nothing", line, kind, span, where), lambda: no_rows(lake, line, kind, span, where)
    )
    return none


def no_rows(lake: Lake, line: str, kind: str, span: Span, where: Where = ()) -> bool:
    """The same, always from the rows."""
    (row,) = lake.run_sql(_put_in(_lived(lake.shape(line, kind), _any(span), where), span))
    return not row["n"]


def behind(
    lake: Lake, line: str, ind: Indicator, span: Span, part: Part | None, where: Where = (), *, after: int, most: int
) -> list[int]:  # fmt: skip
    """The ids of the cases or records that a figure opens into, the newest first, below `after` (0: all); so many.

    Files are gone through from the highest ids down, and no further than there is anything left to be found.
    """
    question = _put_in(_behind(ind, lake.shape(line, ind.kind), _any(span), part, where), span)
    question = f"{question.replace(str(_BELOW), str(after or _BELOW))} LIMIT {most}"
    held = None if after else _held(kept(lake, line, ind, span, (), where), part)
    most = most if held is None else min(most, held)
    return lake.newest(line, ind.kind, question, most, within=_times(ind, span))


def _times(ind: Indicator, span: Span) -> tuple[str, datetime, datetime] | None:
    """The moment of which a case behind a figure must have one, and from when to when; None where none says."""
    return (
        None
        if ind.time == kernel.STANDING
        else (ind.time, kernel.stored(span.since), kernel.stored(span.until))
    )


def _held(known: Told | None, part: Part | None) -> int | None:
    """How many cases there are behind a figure in all; None where that is not known without asking the rows."""
    if known is None:
        return None
    of, count = known[0]["of"], known[0].get("count")
    if count is None:
        return 0 if part == "rest" else int(of)
    return int({"of": of, "rest": of - count}.get(part or "", count))


def reading_sql(ind: Indicator, shape: Shape, span: Span, where: Where = ()) -> str:
    """The question for one figure over a table's rows."""
    return _put_in(_reading(ind, shape, _any(span), where), span)


def _any(span: Span) -> Span:
    """A stretch that stands for every one with a place of this level."""
    place = "9" * len(span.place) if len(span.place) in _CODES else span.place
    return Span(_SINCE, _UNTIL, place, _ENDS)


def _put_in(question: str, span: Span) -> str:
    """A question with the moments and the place that are asked for."""
    stand_in = _any(span)
    for one, mine in ((_SINCE, span.since), (_UNTIL, span.until), (_ENDS, span.ends or span.until)):
        question = question.replace(_moment(one), _moment(mine))
        question = question.replace(str(int(one.timestamp())), str(int(mine.timestamp())))
    return question.replace(f"'{stand_in.place}'", f"'{span.place}'") if span.place else question


def _moment(moment: datetime) -> str:
    """A moment as it is written in a question."""
    at = kernel.stored(moment)
    return f"MAKE_TIMESTAMP({at.year}, {at.month}, {at.day}, {at.hour}, {at.minute}, {at.second}.0)"


@lru_cache(maxsize=4096)
def _reading(ind: Indicator, shape: Shape, span: Span, where: Where) -> str:
    return sql(kernel.reading(ind, narrowed(shape, where, [ind]), span))


@lru_cache(maxsize=1024)
def _sliced(ind: Indicator, shape: Shape, span: Span, by: tuple[str, ...], where: Where) -> str:
    return sql(kernel.sliced(ind, narrowed(shape, where, [ind], by), span, by))


@lru_cache(maxsize=1024)
def _behind(ind: Indicator, shape: Shape, span: Span, part: Part | None, where: Where) -> str:
    ids = kernel.behind(ind, narrowed(shape, where, [ind]), span, part)
    key = ids.columns[0]
    return sql(ids.filter(ids[key] < _BELOW).order_by(ids[key].desc()))


@lru_cache(maxsize=1024)
def _lived(shape: Shape, span: Span, where: Where) -> str:
    rows = narrowed(shape, where)
    since, until = kernel.stored(span.since), kernel.stored(span.until)
    began, ended = (
        (rows.stood_from, rows.stood_until) if "stood_from" in rows.columns else (rows.opened, rows.closed)
    )
    lived = rows.filter((began < until) & (ended.isnull() | (ended >= since)))
    if span.place:
        lived = lived.filter(kernel.below(lived, span.place))
    one = lived.limit(1)  # whether there is one, not how many
    return sql(one.aggregate(n=one.count()))
