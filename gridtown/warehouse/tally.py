"""Readings from what is kept of a table: the same numbers as from its rows, in microseconds."""

from collections.abc import Iterable
from datetime import time, tzinfo
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gridtown.kernel.indicator import Indicator, Span
from gridtown.warehouse import middles
from gridtown.warehouse.counting import COUNTS, WHOLE
from gridtown.warehouse.files import Columns, Kept
from gridtown.warehouse.kept import CAME, WENT, Keeping, Keepings

Found = dict[str, Any]  # of, and count or value, as the engine answers a reading
_TOWN, _VILLAGE = 9, 12  # digits of their codes
_EVER = np.iinfo(np.int64).min


class Asked(NamedTuple):
    """From one moment to another, in seconds since 1970, and the months (202311) that these lie in.

    first: 0 where the stretch does not begin with its month.
    """

    since: int
    until: int
    first: int = 0
    last: int = 0


class Counted(NamedTuple):
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
        self._files: Kept | None = table.kept if table.kept and table.kept.digest == keepings.digest else None
        self._asked: dict[Span, Asked | None] = {}
        self._rows: list[Any] | None = None
        self._counted: dict[tuple[int, int | None], Counted] = {}
        self._stretches: Any = None
        self._values: dict[int, Any] = {}

    def reading(self, ind: Indicator, span: Span, by: tuple[str, ...]) -> tuple[Found, list[Found]] | None:
        """A reading and its slices by village; None where it is not kept: another slice, a grid, a part of a day."""
        at = self._keepings.at(ind) if self._files and by in ((), ("village",)) else None
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
        at = [self._keepings.at(ind) for ind in (CAME, WENT)] if self._files else [None]
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
            counted = self._files.counted if self._files else None
            whole = until.time() == time() or (counted is not None and until >= counted)
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

    def _load(self, names: Iterable[str]) -> list[Any]:
        return [np.load(self._folder / name, mmap_mode="r") for name in names if name]

    def _of(self, at: int, village: int | None) -> Counted:
        """What is kept of an indicator in a village or in all; with None in each village."""
        if (at, village) not in self._counted:
            if self._rows is None:
                self._rows = self._load((self._files.whole, self._files.fresh) if self._files else ())
            found = [np.zeros(0, COUNTS)]
            for rows in self._rows:
                mine = rows[slice(*np.searchsorted(rows["ind"], (at, at + 1)))]
                found.append(
                    mine[mine["village"] != WHOLE if village is None else mine["village"] == village]
                )
            rows = np.concatenate(found)
            villages = begins = None
            if village is None:
                rows = rows[np.argsort(rows["village"], kind="stable")]
                villages, begins = np.unique(rows["village"], return_index=True)
            sums = np.array([rows["of"], rows["count"], rows["total"]], np.int64)
            self._counted[at, village] = Counted(
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
            names = (self._files.stretches, self._files.changed) if self._files else ()
            self._stretches = np.concatenate([np.zeros(0, middles.STRETCH), *self._load(names)])
        told = self._stretches
        chosen = (told["ind"] == at) & (told["village"] == village)
        chosen &= (told["time"] >= asked.first) & (told["time"] <= asked.last)
        found = []
        for row in told[chosen]:
            values, ends = self._of_month(int(row["month"]))[:, row["start"] : row["start"] + row["size"]]
            found.append(
                (int(row["sign"]), values[ends < asked.until] if row["time"] == asked.last else values)
            )
        return [part for part in found if len(part[1])]

    def _of_month(self, month: int) -> Any:
        if month not in self._values and self._files:
            name = self._files.values[f"{month // 100:04}-{month % 100:02}" if month else ""]
            (self._values[month],) = self._load((name,))
        return self._values[month]
