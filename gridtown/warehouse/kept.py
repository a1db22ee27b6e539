"""What is kept of a large table's indicators, so that a page of figures need not read its rows.

For each indicator that allows it, counts (and sums) of its rows by village, by the local month of its time, and by the
local day by which a row counts (`end`): that of its time, or of the moment that it compares with the period's end
(`_.closed < _.until`) where that is later. So a period may begin with any month and end with any day: the running year,
and the same days of the last one. A median has its sorted values as well (`warehouse.middles`).

What has changed since the months were written is counted apart, what has gone with a minus, so a reading is the same
number as from the rows, or there is none and the rows are asked.

A moment that was still to come when it was counted, such as a time limit's end, is kept to the second: periods that
are running end at whatever moment the ledger was read.

Allowed: a count or a ratio; a sum of whole numbers; a median of whole numbers. Its conditions, joined by `&`, do not
depend on the period, but for one that says that a moment lies before the period's end. It must be written with `_`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, reduce
from hashlib import sha256
from operator import and_

import ibis

from gridtown.kernel.deferred import Asked, conjuncts
from gridtown.kernel.indicator import Indicator, Span, _, said_over
from gridtown.kernel.line import Line

VERSION = 3
SMALL = 500  # rows below which a table is asked itself: nothing is kept
_BEFORE_END = re.compile(r"\(_\.(\w+) < _\.until\)")
_PERIOD = re.compile(r"\b_\.(?:since|until|ends)\b")
_COLUMN = re.compile(r"\b_\.(\w+)")
NO_PERIOD = Span(datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))
# Every table's own: whether the ledger held anything in a period at all (`Tally.lived`).
CAME = Indicator("", "How many came?", kind="", of=_.opened.notnull(), time="opened")
WENT = Indicator("", "How many went?", kind="", of=_.closed.notnull(), time="closed")


@dataclass(frozen=True, eq=False)
class Keeping:
    """One indicator as it is kept: its conditions without the period, and the moment that must lie before its end."""

    ind: Indicator
    of: Asked | None
    count: Asked | None
    before: str = ""  # the moment's column
    of_before: bool = False  # the denominator has that condition, not only the numerator

    @property
    def said(self) -> str:
        """All that its figures depend on."""
        ind = self.ind
        return f"{VERSION} {ind.key} {ind.time} {ind.agg} {ind.of!r} {ind.count!r} {ind.measure!r}"

    @property
    def median(self) -> bool:
        """Whether its sorted values are kept as well."""
        return self.ind.measure is not None and self.ind.agg == "median"

    @property
    def columns(self) -> set[str]:
        """The columns that it reads."""
        said = f"{self.of!r} {self.count!r} {self.ind.measure!r}"
        return {*_COLUMN.findall(said), self.ind.time, *filter(None, [self.before])}


def keeping(ind: Indicator, columns: Mapping[str, str]) -> Keeping | None:
    """How an indicator is kept; None where it cannot be."""
    written = [e for e in (ind.of, ind.count, ind.measure) if e is not None]
    if not all(isinstance(e, Asked) and " at 0x" not in repr(e) for e in written):
        return None
    if columns.get(ind.time) != "timestamp" or "village" not in columns or "closed" not in columns:
        return None
    if ind.measure is not None and (ind.agg not in ("sum", "median") or _PERIOD.search(repr(ind.measure))):
        return None
    of, of_before = _apart(ind.of)
    count, count_before = _apart(ind.count) if ind.count is not None else (None, set())
    before = of_before | count_before
    if any(e is not None and _PERIOD.search(repr(e)) for e in (of, count)) or len(before) > 1:
        return None
    if any(columns.get(name) != "timestamp" for name in before):
        return None
    if ind.measure is not None and (not _whole(ind, columns) or (ind.agg == "median" and before)):
        return None  # a middle value is kept by its time alone
    return Keeping(ind, of, count, next(iter(before), ""), bool(of_before))


def _apart(expression: Asked) -> tuple[Asked | None, set[str]]:
    """A condition without what it says of the period's end, and of which moments it says so."""
    rest, before = [], set()
    for one in conjuncts(expression):
        if found := _BEFORE_END.fullmatch(repr(one)):
            before.add(found[1])
        else:
            rest.append(one)
    return (reduce(and_, rest) if rest else None), before


def _whole(ind: Indicator, columns: Mapping[str, str]) -> bool:
    return bool(said_over(ind.measure, ibis.table(dict(columns), name="rows"), NO_PERIOD).type().is_integer())


@dataclass(frozen=True, eq=False)
class Keepings:
    """All that is kept of one table, with the columns that it needs of each row, the key first."""

    each: tuple[Keeping, ...]
    columns: tuple[str, ...]
    digest: str
    zone: str

    def at(self, ind: Indicator) -> int | None:
        """Where an indicator stands among them."""
        return next((n for n, one in enumerate(self.each) if one.ind is ind), None)


@cache
def keepings(
    indicators: tuple[Indicator, ...], told_columns: tuple[tuple[str, str], ...], zone: str
) -> Keepings:
    """What is kept of a table of these columns."""
    columns = dict(told_columns)
    each = tuple(k for ind in indicators if (k := keeping(ind, columns)))
    if each:
        each = (*each, *(k for ind in (CAME, WENT) if (k := keeping(ind, columns))))
    needed = {"village"}.union(*(k.columns for k in each))
    key = next(iter(columns))
    told = (key, *(name for name in columns if name in needed and name != key)) if each else (key,)
    digest = sha256("\n".join([zone, *(k.said for k in each)]).encode()).hexdigest()[:16]
    return Keepings(each, told, digest, zone)


def of_table(line: Line, kind: str, zone: str) -> Keepings:
    """What is kept of the table of a kind, or of a register, of a line."""
    mine = tuple(ind for ind in line.indicators if ind.kind == kind)
    return keepings(mine, tuple(line.columns_of(kind).items()), zone)
