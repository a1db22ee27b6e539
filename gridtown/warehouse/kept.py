"""What is kept of a large table's indicators, so that a page of figures need not read its rows.

For each indicator that allows it: counts (and sums) of its rows by the local month of its time, by village, and by
the month of the moment that it compares with the end of the period (`_.closed < _.until`); for a median the sorted
values as well. Months are kept with the months' files; what has changed since is added and what has gone is taken
away, so a reading is the same number as from the rows, or there is none and the rows are asked.

A moment that was still to come when it was counted, such as a time limit's end, is kept to the second: periods that
are running end at whatever moment the ledger was read, and that moves on while the months' files stay.

Allowed: a count or a ratio; a sum of whole numbers; a median of whole numbers. Its conditions, joined by `&`, do not
depend on the period, but for one that says that a moment lies before the period's end. It must be written with `_`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, reduce
from hashlib import sha256
from operator import and_
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np

from gridtown.kernel.indicator import Asked, Indicator, Span, conjuncts, said_over, stored
from gridtown.kernel.line import Line
from gridtown.warehouse import files
from gridtown.warehouse.files import Columns, Kept

VERSION = 2
SMALL = 500  # rows below which a table is asked itself: nothing is kept
WHOLE = -1  # in the place of a village: all of the table
ALWAYS, NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max
ROW = np.dtype(
    [
        ("month", "i4"), ("ind", "i2"), ("time", "i8"), ("before", "i8"), ("village", "i8"), ("of", "i8"),
        ("count", "i8"), ("total", "i8"), ("edge", "i8"), ("start", "i8"),
    ]
)  # fmt: skip
_BEFORE_END = re.compile(r"\(_\.(\w+) < _\.until\)")
_PERIOD = re.compile(r"\b_\.(?:since|until)\b")
_COLUMN = re.compile(r"\b_\.(\w+)")
_NO_PERIOD = Span(datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))


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
    if ind.measure is not None and (not _whole(ind, columns) or (ind.agg == "median" and before)):
        return None  # a middle value is kept for whole months, whatever else must lie before the period's end
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
    return bool(
        said_over(ind.measure, ibis.table(dict(columns), name="rows"), _NO_PERIOD).type().is_integer()
    )


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
    needed = {"village"}.union(*(k.columns for k in each))
    key = next(iter(columns))
    told = (key, *(name for name in columns if name in needed and name != key)) if each else (key,)
    digest = sha256("\n".join([zone, *(k.said for k in each)]).encode()).hexdigest()[:16]
    return Keepings(each, told, digest, zone)


@cache
def _question(one: Keeping, columns: tuple[tuple[str, str], ...]) -> str:
    """The rows that an indicator is asked of, with what is kept of each."""
    moments = [name for name, kind in columns if kind == "timestamp"]
    months = {f"{name}{ending}": "int64" for name in moments for ending in ("_", "_edge_")}
    rows = ibis.table({**dict(columns), "village_": "int64", "sign_": "int64", **months}, name="rows_")
    ind = one.ind
    told = rows.filter(rows[ind.time].notnull())
    if one.of is not None:
        told = told.filter(said_over(one.of, told, _NO_PERIOD))
    measure = said_over(ind.measure, told, _NO_PERIOD) if ind.measure is not None else None
    if measure is not None:
        told = told.filter(measure.notnull())
    yes = (
        said_over(one.count, told, _NO_PERIOD)
        if one.count is not None
        else ibis.literal(ind.count is not None)
    )
    edge = told[f"{ind.time}_edge_"].fill_null(int(ALWAYS))
    before = told[f"{one.before}_"].fill_null(int(NEVER)) if one.before else ibis.literal(int(ALWAYS))
    if one.before:
        edge = ibis.greatest(edge, told[f"{one.before}_edge_"].fill_null(int(ALWAYS)))
    said = told.select(
        time=told[f"{ind.time}_"], before=before, village=told.village_, yes=yes,
        value=measure if measure is not None else ibis.literal(0), edge=edge, sign=told.sign_,
    )  # fmt: skip
    return str(ibis.to_sql(said, dialect="duckdb"))


@cache
def _questions(kept: Keepings, columns: tuple[tuple[str, str], ...]) -> str:
    """One question for the counts of all indicators of a table."""
    return " UNION ALL ".join(
        f"SELECT {n}::SMALLINT AS ind, time, before, village, sum(sign)::BIGINT AS of, "
        'coalesce(sum(sign) FILTER (yes), 0)::BIGINT AS "count", sum(value * sign)::BIGINT AS total, '
        f"max(edge) AS edge FROM ({_question(one, columns)}) GROUP BY ALL"
        for n, one in enumerate(kept.each)
    )


Signed = tuple[int, Sequence[str]]  # how often the rows of these files count: once, or once less


class Tallying:
    """Counts rows for all that is kept of a table, on a connection that several share."""

    def __init__(
        self, db: duckdb.DuckDBPyConnection, kept: Keepings, columns: Mapping[str, str], now: datetime
    ) -> None:
        self.db, self.kept, self.now = db, kept, stored(now)
        self.columns = tuple((name, columns[name]) for name in kept.columns)

    def count(self, folder: Path, signed: Sequence[Signed], month: str) -> tuple[Any, Any]:
        """The kept rows of some files, and their sorted values."""
        self._take(folder, signed)
        told = self.db.execute(_questions(self.kept, self.columns)).fetchnumpy()
        counts = np.zeros(len(told["of"]), ROW)
        for name, column in told.items():
            counts[name] = column
        counts["start"] = -1
        found, values, start = (
            [counts[(counts["of"] != 0) | (counts["count"] != 0) | (counts["total"] != 0)]],
            [],
            0,
        )
        for n, one in enumerate(self.kept.each):
            if one.ind.measure is not None and one.ind.agg == "median":
                rows, sorted_values = self._sorted(n, one, start)
                found.append(rows)
                values.append(sorted_values)
                start += len(sorted_values)
        rows = np.concatenate(found)
        rows["month"] = int(month.replace("-", "") or 0)
        return rows, np.concatenate(values) if values else np.zeros(0, np.int64)

    def _take(self, folder: Path, signed: Sequence[Signed]) -> None:
        """Read what is needed of the rows, with the month of each moment that is past, and that moment (`edge`)."""
        zone, past = f"'{self.kept.zone}'", f"< TIMESTAMP '{self.now}'"
        floors = []
        for n in (name for name, kind in self.columns if kind == "timestamp"):
            month = f"date_trunc('month', \"{n}\" AT TIME ZONE 'UTC' AT TIME ZONE {zone}) AT TIME ZONE {zone}"
            floors += [
                f'CASE WHEN "{n}" {past} THEN epoch({month})::BIGINT ELSE epoch("{n}")::BIGINT END AS "{n}_"',
                f'CASE WHEN "{n}" {past} THEN epoch("{n}")::BIGINT END AS "{n}_edge_"',
            ]
        names = ", ".join([f'"{name}"' for name, _ in self.columns] + floors)
        each = " UNION ALL ".join(
            f"SELECT {names}, coalesce(try_cast(village AS BIGINT), 0) AS village_, {sign}::BIGINT AS sign_ "
            "FROM read_parquet(?)"
            for sign, _ in signed
        )
        paths = [[str(folder / part) for part in parts] for _, parts in signed]
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE rows_ AS {each}", paths)

    def _sorted(self, n: int, one: Keeping, start: int) -> tuple[Any, Any]:
        """The values of a median sorted within each month, once for each village and once for all."""
        inner = _question(one, self.columns)
        told = self.db.execute(f"SELECT time, village, value, edge, sign FROM ({inner})").fetchnumpy()
        every = _segments(told, np.full(len(told["value"]), WHOLE), start)
        each = _segments(told, told["village"], start + len(told["value"]))
        rows = np.concatenate([every[0], each[0]])
        rows["ind"] = n
        return rows, np.concatenate([every[1], each[1]])


def _segments(told: Mapping[str, Any], village: Any, start: int) -> tuple[Any, Any]:
    """Values sorted within each month and village, with a row for each such stretch."""
    order = np.lexsort((told["value"], told["sign"], village, told["time"]))
    time, village, sign, values = (
        column[order] for column in (told["time"], village, told["sign"], told["value"])
    )
    new = (time[1:] != time[:-1]) | (village[1:] != village[:-1]) | (sign[1:] != sign[:-1])
    first = np.flatnonzero(np.r_[True, new][: len(values)])
    rows = np.zeros(len(first), ROW)
    rows["time"], rows["before"], rows["village"] = time[first], ALWAYS, village[first]
    rows["of"] = np.diff(np.r_[first, len(values)]) * sign[first]
    rows["edge"] = np.maximum.reduceat(told["edge"][order], first) if len(first) else 0
    rows["start"] = first + start
    return rows, values.astype(np.int64)


def of_table(line: Line, kind: str, zone: str) -> Keepings:
    """What is kept of the table of a kind, or of a register, of a line."""
    mine = tuple(ind for ind in line.indicators if ind.kind == kind)
    return keepings(mine, tuple(line.columns_of(kind).items()), zone)


def renew(
    db: duckdb.DuckDBPyConnection, folder: Path, name: str, table: Columns, kept: Keepings, written: Iterable[str],
    now: datetime,
) -> None:  # fmt: skip
    """Bring what is kept of a table up to it; `written` are the months whose files are new, `now` when it is read."""
    known = table.kept if table.kept and table.kept.digest == kept.digest else None
    if not kept.each or table.rows < SMALL:
        table.kept = None
        return
    anew = [month for month in table.months if known is None or month in set(written)]
    tallying = Tallying(db, kept, table.columns, now)
    values = {
        m: file for m, file in (known.values if known else {}).items() if m in table.months and m not in anew
    }
    whole = known.whole if known else ""
    if anew or written or not known:
        old = np.load(folder / known.whole) if known else np.zeros(0, ROW)
        found = [old[~np.isin(old["month"], [int(month.replace("-", "")) for month in (*anew, *written)])]]
        for month in anew:
            rows, sorted_values = tallying.count(folder, [(1, [p.file for p in table.months[month]])], month)
            found.append(rows)
            if len(sorted_values):
                values[month] = _saved(folder, name, f"values-{month}", sorted_values)
        whole = _saved(folder, name, "kept", np.concatenate(found))
    fresh = ""
    if changes := table.changes:
        gone: list[Signed] = [(-1, [changes.gone.file])] if changes.gone else []
        rows, changed = tallying.count(folder, [(1, [changes.fresh.file]), *gone], "")
        fresh = _saved(folder, name, "kept-changes", rows)
        if len(changed):
            values[""] = _saved(folder, name, "values-changes", changed)
    db.execute("DROP TABLE IF EXISTS rows_")
    table.kept = Kept(kept.digest, whole, fresh, values)


def _saved(folder: Path, name: str, what: str, rows: Any) -> str:
    return files.new_file(folder, name, what, "npy", lambda file: np.save(file, rows))
