"""Readings from what is kept of a table: the same numbers as from its rows, in microseconds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import numpy as np

from gridtown.kernel.indicator import Indicator, Span
from gridtown.warehouse.files import Columns, Kept
from gridtown.warehouse.kept import ROW, WHOLE, Keeping, Keepings

Found = dict[str, Any]  # of, and count or value, as the engine answers a reading
_TOWN, _VILLAGE = 9, 12  # digits of their codes


@dataclass(frozen=True)
class Asked:
    """A stretch from the beginning of a month, as seconds since 1970; `last`: where the month of `until` begins."""

    since: int
    until: int
    last: int


class Tally:
    """What is kept of one table, read when it is first asked for."""

    def __init__(self, folder: Path, table: Columns, keepings: Keepings, town: str, zone: tzinfo) -> None:
        self._folder, self._keepings, self._town, self._zone = folder, keepings, town, zone
        self._files: Kept | None = table.kept if table.kept and table.kept.digest == keepings.digest else None
        self._names = self._files.values if self._files else {}
        self._rows: Any = None
        self._bounds: Any = None
        self._values: dict[int, Any] = {}

    def reading(
        self, ind: Indicator, span: Span, by: tuple[str, ...]
    ) -> tuple[Found, list[Found], Span | None] | None:
        """A reading, its slices by village, and the stretch that is still to be asked of the rows and added.

        None where it is not kept: another slice, a grid, a period that does not begin with a month.
        """
        since, last = self._month_of(span.since), self._month_of(span.until)
        if since != span.since:
            return None
        asked = Asked(*(int(moment.timestamp()) for moment in (since, span.until, last)))
        village = self._village(span.place)
        at = self._keepings.at(ind) if self._files and by in ((), ("village",)) else None
        if at is None or village is None:
            return None
        median = ind.measure is not None and ind.agg == "median"
        one, rows = self._keepings.each[at], self._of(at)
        rows = rows[
            (rows["time"] >= asked.since) & (rows["time"] < asked.until) & ((rows["start"] >= 0) == median)
        ]
        rest = None
        if not _exact(rows, asked):
            rows, rest = rows[rows["time"] < asked.last], Span(max(last, span.since), span.until, span.place)
            if median or not _exact(rows, asked):
                return None
        if village != WHOLE:
            rows = rows[rows["village"] == village]
        whole = rows[rows["village"] == WHOLE] if median and village == WHOLE else rows
        slices: list[Found] = []
        for code in np.unique(rows["village"][rows["village"] != WHOLE]) if by else ():
            found = self._found(one, rows[rows["village"] == code], asked)
            if found["of"]:
                slices.append({"village": str(code) if code else "", **found})
        return self._found(one, whole, asked), slices, rest

    def _month_of(self, moment: datetime) -> datetime:
        """The beginning of the local month that a moment lies in."""
        local = moment.astimezone(self._zone)
        return datetime(local.year, local.month, 1, tzinfo=self._zone).astimezone(UTC)

    def _village(self, place: str) -> int | None:
        """The village that a place is, WHOLE for the town and all above it; None for what is not kept apart."""
        if self._town.startswith(place):
            return WHOLE
        return int(place) if len(place) == _VILLAGE and place[:_TOWN] == self._town else None

    def _of(self, at: int) -> Any:
        if self._rows is None:
            names = (self._files.whole, self._files.fresh) if self._files else ()
            found = [np.load(self._folder / name) for name in names if name]
            rows = np.concatenate([np.zeros(0, ROW), *found])
            self._rows = rows[np.argsort(rows["ind"], kind="stable")]
            self._bounds = np.searchsorted(self._rows["ind"], np.arange(len(self._keepings.each) + 1))
        return self._rows[self._bounds[at] : self._bounds[at + 1]]

    def _found(self, one: Keeping, rows: Any, asked: Asked) -> Found:
        """The figures of some kept rows, as the engine would have given them."""
        before = rows["before"] < asked.until
        of = int((rows["of"][before] if one.of_before else rows["of"]).sum())
        if one.ind.count is not None:
            return {"of": of, "count": int(rows["count"][before].sum())}
        if one.ind.measure is None:
            return {"of": of}
        chosen = rows[before] if one.of_before else rows
        if one.ind.agg == "sum":
            return {"of": of, "value": int(chosen["total"].sum()) if of else None}
        return {"of": of, "value": self._median(chosen, of) if of else None}

    def _median(self, rows: Any, of: int) -> float:
        """The middle value, or the mean of the two in the middle."""
        told = [
            (
                1 if row["of"] > 0 else -1,
                self._sorted(int(row["month"]))[row["start"] : row["start"] + abs(row["of"])],
            )
            for row in rows
        ]

        def upto(value: int) -> int:
            return sum(sign * int(values.searchsorted(value, "right")) for sign, values in told)

        least, most = min(int(v[0]) for _, v in told), max(int(v[-1]) for _, v in told)
        low = _first(upto, (of - 1) // 2, least, most)
        high = low if of % 2 or upto(low) > of // 2 else _first(upto, of // 2, low, most)
        return low + (high - low) * 0.5

    def _sorted(self, month: int) -> Any:
        if month not in self._values:
            name = self._names[f"{month // 100:04}-{month % 100:02}" if month else ""]
            self._values[month] = np.load(self._folder / name, mmap_mode="r")
        return self._values[month]


def _exact(rows: Any, asked: Asked) -> bool:
    """Whether the period's end does not divide what is kept of its last month."""
    if asked.last == asked.until:
        return True
    edges = rows["edge"][(rows["time"] == asked.last) | (rows["before"] == asked.last)]
    return not len(edges) or bool(edges.max() < asked.until)


def _first(upto: Callable[[int], int], rank: int, low: int, high: int) -> int:
    """The least value that more than `rank` values do not exceed."""
    while low < high:
        middle = (low + high) // 2
        if upto(middle) > rank:
            high = middle
        else:
            low = middle + 1
    return low
