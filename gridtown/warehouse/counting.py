"""Counting rows for what is kept of a table: all of its months once, and then only what has changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridtown.kernel.indicator import said_over, stored
from gridtown.warehouse import files, kept, middles
from gridtown.warehouse.files import Columns, Kept
from gridtown.warehouse.kept import NO_PERIOD, Keeping, Keepings

WHOLE = -1  # in the place of a village: all of the table
# ind: which of the keepings. time: the month of its time, 202311. end: from when on rows count, in seconds since 1970.
COUNTS = np.dtype(
    [("ind", "i4"), ("time", "i4"), ("village", "i8"), ("end", "i8"), ("of", "i4"), ("count", "i4"), ("total", "i8")]
)  # fmt: skip
_KEYS, _SUMS = ("ind", "village", "time", "end"), ("of", "count", "total")
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
        if (
            one.before and not one.of_before
        ):  # it is asked about from one moment on, and counted from another on
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

    def counts(self) -> Any:
        """What was taken, counted by village."""
        told = self.db.execute(_question(self.keepings, self.columns)).fetchnumpy()
        counts = np.zeros(len(told["of"]), COUNTS)
        for name, column in told.items():
            counts[name] = column
        return counts

    def middles(self, month: str) -> tuple[Any, Any]:
        """Of what was taken, the sorted values of medians, and where they lie."""
        told = {n: _rows_of(one, self.columns) for n, one in enumerate(self.keepings.each) if one.median}
        return middles.sort(month, {n: self.db.execute(rows).fetchnumpy() for n, rows in told.items()})

    def take(self, folder: Path, signed: Sequence[Signed]) -> None:
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


def netted(counts: Any, now: datetime, zone: str) -> Any:
    """Counts of one key as one, in the order of the keys, without those that came to nought.

    A moment that is over by now is no longer needed to the second: its day is enough.
    """
    if not len(counts):
        return counts
    over = counts["end"] < int(now.timestamp())
    ends, at = np.unique(counts["end"][over], return_inverse=True)
    days = pc.floor_temporal(pa.array(ends, pa.timestamp("s", tz=zone)), unit="day")
    counts["end"][over] = days.cast(pa.int64()).to_numpy(zero_copy_only=False)[at]
    counts = counts[np.lexsort([counts[key] for key in reversed(_KEYS)])]
    other = np.logical_or.reduce([counts[key][1:] != counts[key][:-1] for key in _KEYS])
    first = np.flatnonzero(np.r_[True, other])
    found = counts[first]
    for name in _SUMS:
        found[name] = np.add.reduceat(counts[name], first)
    return found[np.logical_or.reduce([found[name] != 0 for name in _SUMS])]


def _with_whole(counts: Any) -> Any:
    """Counts by village, and the same of all the table."""
    every = counts.copy()
    every["village"] = WHOLE
    return np.concatenate([counts, every])


def renew(
    db: duckdb.DuckDBPyConnection, folder: Path, name: str, table: Columns, keepings: Keepings,
    written: Collection[str], now: datetime,
) -> None:  # fmt: skip
    """Bring what is kept of a table up to it; `now` is when it is read.

    written: the months into which its changes were folded since; what was counted of these is then part of the whole.
    """
    known = table.kept if table.kept and table.kept.digest == keepings.digest else None
    if not keepings.each or table.rows < kept.SMALL:
        table.kept = None
        return
    tallying = Tallying(db, keepings, table.columns, now)

    def saved(what: str, rows: Any) -> str:
        return (
            files.new_file(folder, name, what, "npy", lambda file: np.save(file, rows)) if rows.size else ""
        )

    anew = [month for month in table.months if known is None or month in written]
    values = (
        {month: file for month, file in known.values.items() if month and month not in anew} if known else {}
    )
    whole, stretches = (known.whole, known.stretches) if known else ("", "")
    if anew:
        told = [np.load(folder / file) for file in (known.whole, known.fresh) if file] if known else []
        ranks = [middles.without(np.load(folder / stretches), anew)] if stretches else []
        for month in anew:
            paths: list[Signed] = [(1, [part.file for part in table.months[month]])]
            tallying.take(folder, paths)
            if known is None:
                told.append(_with_whole(tallying.counts()))
            found, sorted_values = tallying.middles(month)
            ranks.append(found)
            if file := saved(f"values-{month}", sorted_values):
                values[month] = file
        whole = saved("kept", netted(np.concatenate([np.zeros(0, COUNTS), *told]), now, keepings.zone))
        stretches = saved("stretches", np.concatenate([np.zeros(0, middles.STRETCH), *ranks]))
    fresh = changed = ""
    if changes := table.changes:
        gone: list[Signed] = [(-1, [changes.gone.file])] if changes.gone else []
        tallying.take(folder, [(1, [changes.fresh.file]), *gone])
        fresh = saved("kept-changes", netted(_with_whole(tallying.counts()), now, keepings.zone))
        found, sorted_values = tallying.middles("")
        changed = saved("stretches-changes", found)
        if file := saved("values-changes", sorted_values):
            values[""] = file
    db.execute("DROP TABLE IF EXISTS rows_")
    table.kept = Kept(keepings.digest, whole, fresh, values, stretches, changed, now)
