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

from gridtown.kernel.indicator import said_over, stored
from gridtown.warehouse import files, kept, middles
from gridtown.warehouse.files import Columns, Counted, Kept
from gridtown.warehouse.kept import NO_PERIOD, Keeping, Keepings
from gridtown.warehouse.middles import STRETCH, VALUES
from gridtown.warehouse.netting import WHOLE, netted, settle, with_whole

# ind: which of the keepings. time: the month of its time, 202311. end: from when on rows count, in seconds since 1970.
COUNTS = np.dtype(
    [("ind", "i4"), ("time", "i4"), ("village", "i8"), ("end", "i8"), ("of", "i4"), ("count", "i4"), ("total", "i8")]
)  # fmt: skip
KEYS, SUMS = ("ind", "village", "time", "end"), ("of", "count", "total")
Signed = tuple[int, Sequence[str]]  # how often the rows of these files count: once, or once less


@cache
def _rows_of(one: Keeping, columns: tuple[tuple[str, str], ...]) -> str:
    """The rows that an indicator is asked of: month and day of its time, the day of the other moment, and the rest."""
    moments = [name for name, kind in columns if kind == "timestamp"]
    made = {f"{name}{ending}": "int64" for name in moments for ending in ("_month_", "_day_")}
    rows = ibis.table({**dict(columns), "village_": "int64", "sign_": "int64", **made}, name="rows_")
    ind = one.ind
    told = rows.filter(rows[ind.time].notnull())
    if one.of is not None:
        told = told.filter(said_over(one.of, told, NO_PERIOD))
    measure = said_over(ind.measure, told, NO_PERIOD) if ind.measure is not None else None
    if measure is not None:
        told = told.filter(measure.notnull())
    counted = said_over(one.count, told, NO_PERIOD) if one.count is not None else ind.count is not None
    day = told[f"{ind.time}_day_"]
    said = told.select(
        time=told[f"{ind.time}_month_"], day=day, other=told[f"{one.before}_day_"] if one.before else day,
        village=told.village_, yes=counted, value=measure if measure is not None else 0, sign=told.sign_,
    )  # fmt: skip
    return str(ibis.to_sql(said, dialect="duckdb"))


@cache
def _question(keepings: Keepings, columns: tuple[tuple[str, str], ...]) -> str:
    """One question for the counts of all indicators of a table."""
    of, count = "sum(sign)", "coalesce(sum(sign) FILTER (yes), 0)"
    later, known = "greatest(day, other)", "WHERE other IS NOT NULL"
    told = []
    for n, one in enumerate(keepings.each):
        rows = _rows_of(one, columns)
        if one.before and not one.of_before:  # asked about from one moment on, counted from another on
            told += [(n, "day", of, "0", rows, ""), (n, later, "0", count, rows, known)]
        else:
            told.append((n, later if one.before else "day", of, count, rows, known if one.before else ""))
    return " UNION ALL ".join(
        f'SELECT {n} AS ind, time, village, {end} AS "end", {asked}::BIGINT AS "of", {counted}::BIGINT AS "count", '
        f"{'sum(value * sign)' if asked != '0' else '0'}::BIGINT AS total FROM ({rows}) {where} GROUP BY ALL"
        for n, end, asked, counted, rows, where in told
    )


class Tallying:
    """Counts rows for all that is kept of a table, on a connection that several share."""

    def __init__(
        self, db: duckdb.DuckDBPyConnection, keepings: Keepings, columns: Mapping[str, str], now: datetime
    ) -> None:
        self.db, self.keepings, self.now = db, keepings, stored(now)
        self.columns = tuple((name, columns[name]) for name in keepings.columns)

    def count(self, folder: Path, signed: Sequence[Signed]) -> "Count":
        """Count the rows of some files."""
        self._take(folder, signed)
        counts = _filled(COUNTS, self.db.execute(_question(self.keepings, self.columns)).fetchnumpy())
        medians = {n: _rows_of(one, self.columns) for n, one in enumerate(self.keepings.each) if one.median}
        return Count(
            counts,
            {
                n: _filled(
                    VALUES,
                    self.db.execute(
                        f'SELECT time, village, value, day AS "end", sign FROM ({rows})'
                    ).fetchnumpy(),
                )
                for n, rows in medians.items()
            },
        )

    def _take(self, folder: Path, signed: Sequence[Signed]) -> None:
        """Read what is needed of the rows, with the month and the day of each moment; one to come stays what it is."""
        zone = f"'{self.keepings.zone}'"
        moments = [name for name, kind in self.columns if kind == "timestamp"]
        local = [f'"{n}" AT TIME ZONE \'UTC\' AT TIME ZONE {zone} AS "{n}_local_"' for n in moments]
        made = []
        for n in moments:
            day = f"date_trunc('day', \"{n}_local_\") AT TIME ZONE {zone} AT TIME ZONE 'UTC'"
            past = f"\"{n}\" < TIMESTAMP '{self.now}'"
            made += [
                f'(year("{n}_local_") * 100 + month("{n}_local_"))::BIGINT AS "{n}_month_"',
                f'epoch(CASE WHEN {past} THEN {day} ELSE "{n}" END)::BIGINT AS "{n}_day_"',
            ]
        names = [f'"{name}"' for name, _ in self.columns]
        read = " UNION ALL ".join(
            f"SELECT {', '.join(names + local)}, coalesce(try_cast(village AS BIGINT), 0) AS village_, "
            f"{sign}::BIGINT AS sign_ FROM read_parquet(?)"
            for sign, _ in signed
        )
        paths = [[str(folder / part) for part in parts] for _, parts in signed]
        self.db.execute(
            f"CREATE OR REPLACE TEMP TABLE rows_ AS SELECT {', '.join(names + made)}, village_, sign_ FROM ({read})",
            paths,
        )


def _filled(kind: Any, columns: Mapping[str, Any]) -> Any:
    rows = np.zeros(len(next(iter(columns.values()))), kind)
    for name, column in columns.items():
        rows[name] = column
    return rows


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
    told: list[Count] = []
    if known is None:
        told = [
            tallying.count(folder, [(1, [part.file for part in parts])]) for parts in table.months.values()
        ]
    elif folded_in:
        told = [_loaded(folder, one, keepings) for one in (known.whole, known.fresh)]
    whole = (
        Count.of(told).save(folder, name, "kept", now, keepings.zone)
        if told or known is None
        else known.whole
    )
    fresh = Counted()
    if changes := table.changes:
        gone: list[Signed] = [(-1, [changes.gone.file])] if changes.gone else []
        changed = tallying.count(folder, [(1, [changes.fresh.file]), *gone])
        fresh = changed.save(folder, name, "kept-changes", now, keepings.zone)
    db.execute("DROP TABLE IF EXISTS rows_")
    table.figures = Kept(keepings.digest, now, whole, fresh)
