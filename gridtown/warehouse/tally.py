"""Readings from what is kept of a table: the same numbers as from its rows, in microseconds."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import time, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gridtown.kernel.indicator import Indicator, Span
from gridtown.warehouse import files, middles
from gridtown.warehouse.counting import COUNTS
from gridtown.warehouse.files import Columns, Counted, Kept
from gridtown.warehouse.kept import CAME, WENT, Keeping, Keepings
from gridtown.warehouse.middles import STRETCH
from gridtown.warehouse.netting import WHOLE

Found = dict[str, Any]  # of, and count or value, as the engine answers a reading
Told = tuple[Found, list[Found]]  # a reading and its slices by village
_TOWN, _VILLAGE = 9, 12  # digits of their codes
_EVER, _EVERY = np.iinfo(np.int64).min, np.iinfo(np.int64).max


class Asked(NamedTuple):
    """From one moment to another, in seconds since 1970, and the months (202311) that these lie in.

    first: 0 where the stretch does not begin with its month. cut: whether it ends within its last month.
    """

    since: int
    until: int
    first: int = 0
    last: int = 0
    cut: bool = True


class Rows:
    """What is kept of an indicator in one village, or in all, by one file: its rows' months, ends and sums."""

    def __init__(self, rows: Any) -> None:
        self._months, self._ends = (np.ascontiguousarray(rows[name]) for name in ("time", "end"))
        self._sums = np.array([rows["of"], rows["count"], rows["total"]], np.int64)
        # Rows are in the order of their months. Where they are also in that of their ends, a stretch lies together, and
        # its sums are the difference of two running ones.
        self._runs = bool((self._ends[1:] >= self._ends[:-1]).all())
        if self._runs:
            self._upto = np.zeros((3, len(self._ends) + 1), np.int64)
            np.cumsum(self._sums, axis=1, out=self._upto[:, 1:])

    def within(self, since: Any, until: Any, first: Any) -> Any:
        """Of, count and total of each stretch."""
        if self._runs:
            begin = np.where(first, self._months.searchsorted(first), self._ends.searchsorted(since))
            return self._upto[:, np.maximum(begin, self._ends.searchsorted(until))] - self._upto[:, begin]
        inside = self._ends < until[:, None]
        inside &= np.where(first[:, None], self._months >= first[:, None], self._ends >= since[:, None])
        return self._sums @ inside.T


class Values:
    """The sorted values of an indicator's median in one village, or in all: a stretch for each month and sign."""

    def __init__(self, months: list[int], parts: list[tuple[int, Any, Any]]) -> None:
        self._months, self._parts = months, parts

    def within(self, asked: Asked) -> list[middles.Part]:
        """The values of a stretch of time."""
        found = []
        begin, end = bisect_left(self._months, asked.first), bisect_right(self._months, asked.last)
        for month, (sign, values, ends) in zip(self._months[begin:end], self._parts[begin:end], strict=True):
            mine = values[ends < asked.until] if asked.cut and month == asked.last else values
            if len(mine):
                found.append((sign, mine))
        return found


class Tally:
    """What is kept of one table, read when it is first asked for."""

    def __init__(self, folder: Path, table: Columns, keepings: Keepings, town: str, zone: tzinfo) -> None:
        self._folder, self._keepings, self._town, self._zone = folder, keepings, town, zone
        found = table.figures
        self._kept: Kept | None = found if found and found.digest == keepings.digest else None
        self._asked: dict[Span, Asked | None] = {}
        both: tuple[Counted, ...] = (self._kept.whole, self._kept.fresh) if self._kept else ()
        self._files = [one for one in both if one.counts or one.values]
        self._rows: list[Any] | None = None
        self._counted: dict[tuple[int, int], list[Rows]] = {}
        self._villages: dict[int, list[int]] = {}
        self._stretches: list[tuple[Any, Any]] | None = None
        self._values: dict[tuple[int, int], Values] = {}

    def reading(self, ind: Indicator, span: Span, by: tuple[str, ...]) -> Told | None:
        """A reading and its slices by village; None where it is not kept: another slice, a grid, a part of a day."""
        return self.readings(ind, (span,), by)[0]

    def readings(self, ind: Indicator, spans: Sequence[Span], by: tuple[str, ...]) -> list[Told | None]:
        """The same of several stretches at once, which costs little more than one."""
        at = self._keepings.at(ind) if self._kept and by in ((), ("village",)) else None
        if at is None:
            return [None] * len(spans)
        one = self._keepings.each[at]
        places: dict[int, dict[int, Asked]] = {}
        for n, span in enumerate(spans):
            village, asked = self._village(span.place), self._stretch(span)
            if village is not None and asked and (asked.first or not (one.before or one.median)):
                places.setdefault(village, {})[n] = asked
        found: dict[int, Told] = {}
        for village, mine in places.items():
            found |= zip(mine, self._told(one, at, list(mine.values()), village, bool(by)), strict=True)
        return [found.get(n) for n in range(len(spans))]

    def _told(self, one: Keeping, at: int, asked: list[Asked], village: int, sliced: bool) -> Iterable[Told]:
        """The readings of a village, or of the town, in its stretches, and where they are to be sliced their slices."""
        rows = self._figures(one, at, asked, village)
        if not sliced:
            return [(row, []) for row in rows]
        if village != WHOLE:
            return [(row, [{"village": str(village), **row}] if row["of"] else []) for row in rows]
        each = {code: self._figures(one, at, asked, code) for code in self._codes(at)}
        return [
            (
                row,
                [
                    {"village": str(code) if code else "", **told[n]}
                    for code, told in each.items()
                    if told[n]["of"]
                ],
            )
            for n, row in enumerate(rows)
        ]

    def lived(self, span: Span) -> bool | None:
        """Whether the ledger held any case open in a period there; None where that is not kept."""
        at = [self._keepings.at(ind) for ind in (CAME, WENT)] if self._kept else [None]
        village, asked = self._village(span.place), self._stretch(span)
        if None in at or village is None or asked is None:
            return None
        came, went = (n for n in at if n is not None)
        ((came_then, _, _),) = self._sums(came, [Asked(_EVER, asked.until)], village)
        ((went_before, _, _),) = self._sums(went, [Asked(_EVER, asked.since)], village)
        return bool(came_then > went_before)

    def _stretch(self, span: Span) -> Asked | None:
        """A period in seconds; None where its bounds divide what is kept."""
        if span not in self._asked:
            since, until = (moment.astimezone(self._zone) for moment in (span.since, span.until))
            whole = until.time() == time() or (self._kept is not None and span.until >= self._kept.at)
            last = until - timedelta(seconds=1)
            self._asked[span] = (
                Asked(
                    int(since.timestamp()), int(until.timestamp()),
                    since.year * 100 + since.month if since.day == 1 else 0, last.year * 100 + last.month,
                    until.day != 1 or until.time() != time(),
                )
                if whole and since.time() == time() else None
            )  # fmt: skip
        return self._asked[span]

    def _village(self, place: str) -> int | None:
        """The village that a place is, WHOLE for the town and all above it; None for what is not kept apart."""
        if self._town.startswith(place):
            return WHOLE
        return int(place) if len(place) == _VILLAGE and place[:_TOWN] == self._town else None

    def _of(self, at: int) -> list[Any]:
        """All that the files keep of an indicator."""
        if self._rows is None:
            self._rows = [files.read_array(self._folder, one.counts, COUNTS) for one in self._files]
        return [_where(rows, "ind", at) for rows in self._rows]

    def _codes(self, at: int) -> list[int]:
        """The villages that an indicator has any rows of, in order; nought stands for none."""
        if at not in self._villages:
            codes = {code for rows in self._of(at) for code in _values(rows["village"])}
            self._villages[at] = sorted(codes - {WHOLE})
        return self._villages[at]

    def _sums(self, at: int, asked: Sequence[Asked], village: int) -> list[list[int]]:
        """Of, count and total of each stretch."""
        if (at, village) not in self._counted:
            mine = [_where(rows, "village", village) for rows in self._of(at)]
            self._counted[at, village] = [Rows(rows) for rows in mine if len(rows)]
        told = (rows.within(*_columns(tuple(asked))) for rows in self._counted[at, village])
        found: list[list[int]] = sum(told, np.zeros((3, len(asked)), np.int64)).T.tolist()
        return found

    def _figures(self, one: Keeping, at: int, asked: list[Asked], village: int) -> list[Found]:
        """The figures of what was counted in each stretch, as the engine would have given them."""
        sums = self._sums(at, asked, village)
        if one.ind.count is not None:
            return [{"of": of, "count": count} for of, count, _ in sums]
        if one.ind.measure is None:
            return [{"of": of} for of, _, _ in sums]
        if not one.median:
            return [{"of": of, "value": total if of else None} for of, _, total in sums]
        values = self._sorted(at, village)
        return [
            {"of": of, "value": middles.middle(values.within(stretch), of) if of else None}
            for (of, _, _), stretch in zip(sums, asked, strict=True)
        ]

    def _sorted(self, at: int, village: int) -> Values:
        """The values that medians are found in."""
        if self._stretches is None:
            self._stretches = [
                (
                    files.read_array(self._folder, one.stretches, STRETCH),
                    files.read_array(self._folder, one.values, np.dtype("i8")).reshape(2, -1),
                )
                for one in self._files
            ]
        if (at, village) not in self._values:
            found = []
            for told, (values, ends) in self._stretches:
                for row in _where(_where(told, "ind", at), "village", village).tolist():
                    _ind, month, _village, sign, start, size = row
                    mine = slice(start, start + size)
                    found.append((month, (sign, values[mine], ends[mine])))
            found.sort(key=lambda one: one[0])
            self._values[at, village] = Values([month for month, _ in found], [part for _, part in found])
        return self._values[at, village]


@lru_cache(maxsize=256)
def _columns(asked: tuple[Asked, ...]) -> tuple[Any, Any, Any]:
    """Since, until and first of each: a page asks the same stretches of every indicator."""
    since, until, first = (np.array([one[n] for one in asked], np.int64) for n in range(3))
    return since, until, first


def _values(sorted_ones: Any) -> Iterator[int]:
    """Each value of a sorted column once; looks at few of them."""
    at = 0
    while at < len(sorted_ones):
        yield int(sorted_ones[at])
        at = bisect_right(sorted_ones, sorted_ones[at], at)


def _where(rows: Any, column: str, value: int) -> Any:
    """Rows that are sorted by a column, as far as it has this value; looks at few of them."""
    values = rows[column]
    begin = bisect_left(values, value)
    return rows[begin : bisect_right(values, value, begin)]
