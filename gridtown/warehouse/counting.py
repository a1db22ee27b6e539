"""Counting rows for what is kept of a table: all of its months once, and then only what has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridtown.kernel.indicator import said_over, stored
from gridtown.warehouse import files, kept, middles
from gridtown.warehouse.files import Columns, Counted, Kept
from gridtown.warehouse.kept import NO_PERIOD, Keepings
from gridtown.warehouse.middles import STRETCH, VALUES
from gridtown.warehouse.netting import WHOLE, netted, settle, with_whole

# ind: which of the keepings. time: the month of its time, 202311. end: from when on rows count, in seconds since 1970.
COUNTS = np.dtype(
    [("ind", "i4"), ("time", "i4"), ("village", "i8"), ("end", "i8"), ("of", "i4"), ("count", "i4"), ("total", "i8")]
)  # fmt: skip
KEYS, SUMS = ("ind", "village", "time", "end"), ("of", "count", "total")
Signed = tuple[int, Sequence[str]]  # how often the rows of these files count: once, or once less


@dataclass(frozen=True)
class Count:
    """What was counted by village: COUNTS, and of each median its VALUES."""

    counts: Any
    values: Mapping[int, Any]

    @classmethod
    def of(cls, counted: Sequence[Self]) -> Self:
        """Several as one."""
        medians = {
            ind: [one.values[ind] for one in counted] for ind in (counted[0].values if counted else ())
        }
        return cls(
            np.concatenate([np.zeros(0, COUNTS), *(one.counts for one in counted)]),
            {ind: np.concatenate(values) for ind, values in medians.items()},
        )

    def save(self, folder: Path, name: str, what: str, now: datetime, zone: str) -> Counted:
        """Write it, with the same of all the table, as it is read."""
        for rows in (self.counts, *self.values.values()):
            settle(rows, now, zone)
        stretches, values = middles.stretched(self.values)
        told = {
            what: netted(with_whole(self.counts), KEYS, SUMS),
            f"{what}-stretches": stretches,
            f"{what}-values": values,
        }
        return Counted(*(files.write_array(folder, name, part, rows) for part, rows in told.items()))


class Tallying:
    """Counts rows for all that is kept of a table, on a connection that several share."""

    def __init__(
        self, db: duckdb.DuckDBPyConnection, keepings: Keepings, columns: Mapping[str, str], now: datetime
    ) -> None:
        self._db, self._keepings, self._now = db, keepings, int(stored(now).timestamp())
        self._columns = tuple((name, columns[name]) for name in keepings.columns)

    def count(self, folder: Path, signed: Sequence[Signed]) -> Count:
        """Count the rows of some files."""
        rows = self._read(folder, signed)
        moments = {name: self._moments(rows[name]) for name, kind in self._columns if kind == "timestamp"}
        counts, values = [np.zeros(0, COUNTS)], {}
        for n, one in enumerate(self._keepings.each):
            mine = np.flatnonzero(rows[f"of_{n}"])
            months, days = (column[mine] for column in moments[one.ind.time])
            sign, told = rows["sign_"][mine], {"time": months, "village": rows["village_"][mine]}
            value = rows[f"value_{n}"][mine] if one.ind.measure is not None else 0
            yes = sign * rows[f"yes_{n}"][mine] if one.ind.count is not None else 0
            ends = np.maximum(days, moments[one.before][1][mine]) if one.before else days
            if one.of_before or not one.before:
                found = filled(COUNTS, **told, ind=n, end=ends, of=sign, count=yes, total=value * sign)
            else:  # asked about from one moment on, and counted from another on
                asked = filled(COUNTS, **told, ind=n, end=days, of=sign, total=value * sign)
                found = np.concatenate([asked, filled(COUNTS, **told, ind=n, end=ends, count=yes)])
            counts.append(netted(found, KEYS, SUMS))
            if one.median:
                values[n] = filled(VALUES, **told, value=value, end=days, sign=sign)
        return Count(np.concatenate(counts), values)

    def _read(self, folder: Path, signed: Sequence[Signed]) -> Mapping[str, Any]:
        """Of each row its moments in seconds, its village, its sign, and what each indicator says of it."""
        names = ", ".join(f'"{name}"' for name, _ in self._columns)
        read = " UNION ALL ".join(
            f"SELECT {names}, {sign}::BIGINT AS sign_ FROM {files.read_sql(folder, parts)}"
            for sign, parts in signed
        )
        self._db.execute(f"CREATE OR REPLACE TEMP VIEW rows_ AS {read}")
        found: Mapping[str, Any] = self._db.execute(_question(self._keepings, self._columns)).fetchnumpy()
        return found

    def _moments(self, seconds: Any) -> tuple[Any, Any]:
        """The month of each moment, and its day's beginning; one that is still to come stays what it is."""
        seconds = seconds.astype(np.int64)  # the engine counts them as fractions
        local = pa.array(seconds, pa.timestamp("s", tz=self._keepings.zone))
        months = pc.add(pc.multiply(pc.year(local), 100), pc.month(local)).to_numpy()
        days = pc.floor_temporal(local, unit="day").cast(pa.int64()).to_numpy()
        return months, np.where(seconds < self._now, days, seconds)


def filled(kind: Any, **columns: Any) -> Any:
    """Rows of these columns; the others are nought."""
    rows = np.zeros(len(columns["time"]), kind)
    for name, column in columns.items():
        rows[name] = column
    return rows


@cache
def _question(keepings: Keepings, columns: tuple[tuple[str, str], ...]) -> str:
    """What is asked of each row: moments, village and sign, and of each indicator whether it asks and counts it."""
    rows = ibis.table({**dict(columns), "sign_": "int64"}, name="rows_")
    parts = {name: rows[name].epoch_seconds().fill_null(0) for name, kind in columns if kind == "timestamp"}
    parts |= {"sign_": rows.sign_, "village_": rows.village.try_cast("int64").fill_null(0)}
    for n, one in enumerate(keepings.each):
        ind, of, yes = one.ind, rows[one.ind.time].notnull(), ibis.literal(True)
        if one.of is not None:
            of &= said_over(one.of, rows, NO_PERIOD)
        if ind.measure is not None:
            measure = said_over(ind.measure, rows, NO_PERIOD)
            of &= measure.notnull()
            parts[f"value_{n}"] = measure.fill_null(0).cast("int64")
        if one.count is not None:
            yes &= said_over(one.count, rows, NO_PERIOD)
        if one.before:
            known = rows[one.before].notnull()
            of, yes = (of & known, yes) if one.of_before else (of, yes & known)
        parts[f"of_{n}"] = of.fill_null(False)
        if ind.count is not None:
            parts[f"yes_{n}"] = yes.fill_null(False)
    return str(ibis.to_sql(rows.select(**parts), dialect="duckdb"))


def _loaded(folder: Path, found: Counted, keepings: Keepings) -> Count:
    """What was saved."""
    counts = files.read_array(folder, found.counts, COUNTS)
    stretches = files.read_array(folder, found.stretches, STRETCH)
    values = files.read_array(folder, found.values, np.dtype("i8")).reshape(2, -1)
    medians = [n for n, one in enumerate(keepings.each) if one.median]
    return Count(counts[counts["village"] != WHOLE], {n: middles.flat(stretches, values, n) for n in medians})


def renew(
    db: duckdb.DuckDBPyConnection, folder: Path, name: str, table: Columns, keepings: Keepings, now: datetime, *,
    folded_in: bool = False,
) -> None:  # fmt: skip
    """Bring what is kept of a table up to it; `now` is when it is read.

    folded_in: what had changed is part of its months now, so what was counted of it is added to what was of these.
    """
    known = table.figures if table.figures and table.figures.digest == keepings.digest else None
    if not keepings.each or table.rows < kept.SMALL:
        table.figures = None
        return
    tallying = Tallying(db, keepings, table.columns, now)
    if known is None:
        told = [
            tallying.count(folder, [(1, [part.file for part in parts])]) for parts in table.months.values()
        ]
    else:
        told = [_loaded(folder, one, keepings) for one in (known.whole, known.fresh)] if folded_in else []
    whole = (
        Count.of(told).save(folder, name, "kept", now, keepings.zone)
        if known is None or told
        else known.whole
    )
    fresh = Counted()
    if changes := table.changes:
        gone: list[Signed] = [(-1, [changes.gone.file])] if changes.gone else []
        changed = tallying.count(folder, [(1, [changes.fresh.file]), *gone])
        fresh = changed.save(folder, name, "kept-changes", now, keepings.zone)
    table.figures = Kept(keepings.digest, now, whole, fresh)
