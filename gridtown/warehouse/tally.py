"""Readings from what is kept of a table: the same numbers as from its rows, in microseconds."""

from bisect import bisect_left, bisect_right
from datetime import time, tzinfo
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
_TOWN, _VILLAGE = 9, 12  # digits of their codes
_EVER, _EVERY = np.iinfo(np.int64).min, np.iinfo(np.int64).max


class Asked(NamedTuple):
    """From one moment to another, in seconds since 1970, and the months (202311) that these lie in.

    first: 0 where the stretch does not begin with its month.
    """

    since: int
    until: int
    first: int = 0
    last: int = 0


class Rows(NamedTuple):
    """What is kept of an indicator: months and ends of its rows, and of each its of, count and total."""

    months: Any
    ends: Any
    sums: Any
    villages: Any = None  # where there are several: their codes, and where the rows of each begin
    begins: Any = None

    def within(self, asked: Asked) -> Any:
        """Of, count and total of a stretch, for each village where there are several."""
        inside = self.ends < asked.until
        inside &= self.months >= asked.first if asked.first else self.ends >= asked.since
        if self.begins is None:
            return self.sums @ inside
        return np.add.reduceat(self.sums * inside, self.begins, axis=1) if len(self.begins) else self.sums


class Tally:
    """What is kept of one table, read when it is first asked for."""

    def __init__(self, folder: Path, table: Columns, keepings: Keepings, town: str, zone: tzinfo) -> None:
        self._folder, self._keepings, self._town, self._zone = folder, keepings, town, zone
        found = table.figures
        self._kept: Kept | None = found if found and found.digest == keepings.digest else None
        self._asked: dict[Span, Asked | None] = {}
        self._files: tuple[Counted, ...] = (self._kept.whole, self._kept.fresh) if self._kept else ()
        self._rows: list[Any] | None = None
        self._counted: dict[tuple[int, int | None], Rows] = {}
        self._stretches: list[tuple[Any, Any]] | None = None

    def reading(self, ind: Indicator, span: Span, by: tuple[str, ...]) -> tuple[Found, list[Found]] | None:
        """A reading and its slices by village; None where it is not kept: another slice, a grid, a part of a day."""
        at = self._keepings.at(ind) if self._kept and by in ((), ("village",)) else None
        village, asked = self._village(span.place), self._stretch(span)
        if at is None or village is None or asked is None:
            return None
        one = self._keepings.each[at]
        if not asked.first and (one.before or one.median):
            return None
        row = self._found(one, at, asked, village, self._of(at, village).within(asked))
        if not by:
            return row, []
        if village != WHOLE:
            return row, [{"village": str(village), **row}] if row["of"] else []
        every = self._of(at, None)
        return row, [
            {"village": str(code) if code else "", **self._found(one, at, asked, code, sums)}
            for code, sums in zip(every.villages.tolist(), every.within(asked).T, strict=True)
            if sums[0]
        ]

    def lived(self, span: Span) -> bool | None:
        """Whether the ledger held any case open in a period there; None where that is not kept."""
        at = [self._keepings.at(ind) for ind in (CAME, WENT)] if self._kept else [None]
        village, asked = self._village(span.place), self._stretch(span)
        if None in at or village is None or asked is None:
            return None
        came, went = (self._of(n, village) for n in at if n is not None)
        open_then = came.within(Asked(_EVER, asked.until))[0] - went.within(Asked(_EVER, asked.since))[0]
        return bool(open_then > 0)

    def _stretch(self, span: Span) -> Asked | None:
        """A period in seconds; None where its bounds divide what is kept."""
        if span not in self._asked:
            since, until = (moment.astimezone(self._zone) for moment in (span.since, span.until))
            whole = until.time() == time() or (self._kept is not None and span.until >= self._kept.at)
            self._asked[span] = (
                Asked(
                    int(since.timestamp()), int(until.timestamp()),
                    since.year * 100 + since.month if since.day == 1 else 0, until.year * 100 + until.month,
                )
                if whole and since.time() == time() else None
            )  # fmt: skip
        return self._asked[span]

    def _village(self, place: str) -> int | None:
        """The village that a place is, WHOLE for the town and all above it; None for what is not kept apart."""
        if self._town.startswith(place):
            return WHOLE
        return int(place) if len(place) == _VILLAGE and place[:_TOWN] == self._town else None

    def _of(self, at: int, village: int | None) -> Rows:
        """What is kept of an indicator in a village or in all; with None in each village."""
        if (at, village) not in self._counted:
            if self._rows is None:
                self._rows = [files.read_array(self._folder, one.counts, COUNTS) for one in self._files]
            found = [np.zeros(0, COUNTS)]
            for rows in self._rows:
                mine = _where(rows, "ind", at, at)
                least, most = (0, _EVERY) if village is None else (village, village)
                found.append(_where(mine, "village", least, most))
            rows = np.concatenate(found)
            villages = begins = None
            if village is None:
                rows = rows[np.argsort(rows["village"], kind="stable")]
                villages, begins = np.unique(rows["village"], return_index=True)
            sums = np.array([rows["of"], rows["count"], rows["total"]], np.int64)
            self._counted[at, village] = Rows(
                np.ascontiguousarray(rows["time"]), np.ascontiguousarray(rows["end"]), sums, villages, begins
            )
        return self._counted[at, village]

    def _found(self, one: Keeping, at: int, asked: Asked, village: int, sums: Any) -> Found:
        """The figures of what was counted, as the engine would have given them."""
        of, count, total = sums.tolist()
        if one.ind.count is not None:
            return {"of": of, "count": count}
        if one.ind.measure is None:
            return {"of": of}
        if one.median:
            return {"of": of, "value": middles.middle(self._sorted(at, asked, village), of) if of else None}
        return {"of": of, "value": total if of else None}

    def _sorted(self, at: int, asked: Asked, village: int) -> list[middles.Part]:
        """The stretches of values that a median is found in."""
        if self._stretches is None:
            self._stretches = [
                (
                    files.read_array(self._folder, one.stretches, STRETCH),
                    files.read_array(self._folder, one.values, np.dtype("i8")).reshape(2, -1),
                )
                for one in self._files
            ]
        found = []
        for told, (values, ends) in self._stretches:
            chosen = (told["ind"] == at) & (told["village"] == village)
            chosen &= (told["time"] >= asked.first) & (told["time"] <= asked.last)
            for row in told[chosen].tolist():
                _ind, month, _village, sign, start, size = row
                mine = slice(start, start + size)
                part = values[mine]
                found.append((sign, part[ends[mine] < asked.until] if month == asked.last else part))
        return [part for part in found if len(part[1])]


def _where(rows: Any, column: str, least: int, most: int) -> Any:
    """Rows that are sorted by a column, as far as it lies between these; looks at few of them."""
    values = rows[column]
    return rows[bisect_left(values, least) : bisect_right(values, most)]
