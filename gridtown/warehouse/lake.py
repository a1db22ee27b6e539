"""Asking the columnar copy: Ibis expressions, run by DuckDB over the files of one manifest.

A Lake is one state of the copy and never changes, so all figures of a page are of the same moment. Threads
share it; each question runs on its own cursor.
"""

import threading
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import ibis

from gridtown import town as towns
from gridtown.kernel import standing
from gridtown.kernel.table import columns, name_of
from gridtown.town import Town
from gridtown.warehouse import engine, files, kept
from gridtown.warehouse.engine import Engine, State
from gridtown.warehouse.files import Columns, Manifest
from gridtown.warehouse.tally import Tally

_SQL_TYPES: Mapping[str, str] = {
    "int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR", "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP", "date": "DATE",
}  # fmt: skip
_REMEMBERED = 5000
_HIGHEST = 2**63 - 1


class NoTable(LookupError):
    """There is no such kind of case, or register, in this town."""


class Shape(NamedTuple):
    """A table's name and columns: all that is needed to put a question into SQL."""

    name: str
    columns: tuple[tuple[str, str], ...]

    def table(self) -> Any:
        """The table, to be asked with Ibis."""
        return ibis.table(dict(self.columns), name=self.name)


def sql(question: Any) -> str:
    """A question as DuckDB is asked it."""
    return str(ibis.to_sql(question, dialect="duckdb"))


class Lake:
    """The line tables as they stood at one moment."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        empty: Mapping[str, Mapping[str, str]],
        town: Town | None = None,
        on: Engine | None = None,
    ) -> None:
        self._folder, self._manifest, self._town = folder, manifest, town
        self._tallies: dict[str, Tally] = {}
        self.cursor, self.hash = manifest.cursor, manifest.hash
        self.last = manifest.last
        self.as_of: datetime | None = manifest.as_of
        self._memo: dict[Hashable, Any] = {}
        self._db = State(on or Engine(folder))
        self._shapes: dict[str, Shape] = {}
        self._waiting: dict[str, Columns] = {}
        for name, shape in empty.items():
            # A kind that came after the last refresh has no rows yet, not a missing table.
            table = manifest.tables.get(name) or Columns("", dict(shape))
            self._waiting[name] = table
            self._shapes[name] = Shape(name, tuple(table.columns.items()))

    def _put(self, sql: str) -> None:
        """Let the engine know of the tables that a question names: it opens a file of each."""
        with _turn, self._db.cursor() as cursor:
            for name in [name for name in self._waiting if f'"{name}"' in sql]:
                cursor.execute(f'CREATE VIEW "{name}" AS {_body(self._folder, self._waiting[name])}')
                del self._waiting[name]  # only now: whoever asks at the same time waits for it here

    def tally(self, line: str, kind: str) -> Tally | None:
        """What is kept of a kind's table; None where nothing is."""
        name = name_of(line, kind)
        table = self._manifest.tables.get(name)
        if table is None or table.figures is None or self._town is None:
            return None
        if name not in self._tallies:
            keepings = kept.of_table(self._town.lines[line], kind, str(self._town.zone))
            self._tallies[name] = Tally(self._folder, table, keepings, self._town.code, self._town.zone)
        return self._tallies[name]

    def shape(self, line: str, kind: str) -> Shape:
        """What a kind's table looks like; NoTable where the town has no such kind."""
        try:
            return self._shapes[name_of(line, kind)]
        except KeyError:
            raise NoTable(f"{line}/{kind}") from None

    def table(self, line: str, kind: str) -> Any:
        """A kind's table, to be asked with Ibis; NoTable where the town has no such kind."""
        return self.shape(line, kind).table()

    def remembered(self, key: Hashable, find: Callable[[], Any]) -> Any:
        """What was found under this key before, as long as this state stands; else found now."""
        found = self._memo.get(key)
        if found is None:
            found = find()
            if len(self._memo) >= _REMEMBERED:
                self._memo.clear()
            self._memo[key] = found
        return found

    def run(self, question: Any) -> list[dict[str, Any]]:
        """The rows that answer a question."""
        return self.run_sql(sql(question))

    def run_sql(self, sql: str) -> list[dict[str, Any]]:
        """The rows that answer a question compiled before."""
        if self._waiting:
            self._put(sql)
        return _rows(self._db, sql)

    def newest(
        self, line: str, kind: str, question: str, most: int, *, within: tuple[str, datetime, datetime] | None = None
    ) -> list[int]:  # fmt: skip
        """The ids that answer a question which gives them descending, `most` of them at most.

        Asked of the table's files with the highest ids first, then of twice as many, until no file that is left can
        have one that belongs among them. within: the column, and from when to when, that any answer lies in.
        """
        name = self.shape(line, kind).name
        table = self._manifest.tables.get(name)
        left = _from_the_top(self._folder, table, within) if table else []
        found: set[int] = set()
        took = 1
        while most and table and (left or took == 1):
            now, left = left[:took], left[took:]
            body = _body(self._folder, table, {file for file, _ in now}, fresh=took == 1)
            found.update(next(iter(row.values())) for row in _rows(self._db, _over(name, body, question)))
            took *= 2
            if len(found) >= most and (not left or left[0][1] <= sorted(found)[-most]):
                break
        return sorted(found, reverse=True)[:most]


def _from_the_top(
    folder: Path, table: Columns, within: tuple[str, datetime, datetime] | None
) -> list[tuple[str, int]]:
    """The files of a table's months that may have an answer, and the highest id in each, the highest first."""
    found = []
    for name in (part.file for parts in table.months.values() for part in parts):
        last = files.bounds(folder, name)[1]
        least, most = files.bounds(folder, name, within[0]) if within else (None, None)
        if within is None or least is None or (_moment(least) < within[2] and _moment(most) >= within[1]):
            found.append((name, _HIGHEST if last is None else last))
    return sorted(found, key=lambda one: one[1], reverse=True)


def _moment(said: datetime) -> datetime:
    return said.replace(tzinfo=None)  # as they are stored: in UTC


def _over(name: str, body: str, question: str) -> str:
    """A question to a table, asked of this body in its place."""
    before = f'WITH "{name}" AS NOT MATERIALIZED ({body})'
    return (
        f"{before}, {question.removeprefix('WITH ')}"
        if question.startswith("WITH ")
        else f"{before} {question}"
    )


def _rows(db: State | duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = db.cursor()
    try:
        found = cursor.execute(sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    finally:
        cursor.close()


def _body(
    folder: Path, table: Columns, files_of: Collection[str] | None = None, *, fresh: bool = True
) -> str:
    """A table as SQL: its months without the rows that have changed since, and those rows as they are now.

    files_of: no more of the months than these files. fresh: whether with the rows that have changed.
    """
    key, changes = next(iter(table.columns)), table.changes
    dirty = changes.months if changes and changes.gone else ()
    chosen = {
        month: [part.file for part in parts if files_of is None or part.file in files_of]
        for month, parts in table.months.items()
    }
    clean = [file for month, told in chosen.items() if month not in dirty for file in told]
    touched = [file for month in dirty for file in chosen[month]]
    body = [f"SELECT * FROM {files.read_sql(folder, clean)}"] if clean else []
    if changes and changes.gone and touched:
        gone = f'(SELECT "{key}" AS gone FROM {files.read_sql(folder, [changes.gone.file])})'
        body.append(
            f'SELECT r.* FROM {files.read_sql(folder, touched)} r ANTI JOIN {gone} ON r."{key}" = gone'
        )
    if changes and fresh:
        body.append(f"SELECT * FROM {files.read_sql(folder, [changes.fresh.file])}")
    if body:
        return " UNION ALL ".join(body)
    nothing = ", ".join(f'NULL::{_SQL_TYPES[k]} AS "{n}"' for n, k in table.columns.items())
    return f"SELECT {nothing} LIMIT 0"


_open: dict[Path, tuple[tuple[int, int, int], Lake]] = {}
_turn = threading.Lock()


class Together:
    """The tables of several towns as one, each as its newest manifest has it; as of the oldest of them.

    For a county's figures: the same questions, with `town` to slice by. ValueError where a town has no warehouse, or
    its tables have other columns than another's.
    """

    def __init__(self, codes: Sequence[str]) -> None:
        self._db = engine.connect(files.folder_of(codes[0]))
        self._shapes: dict[str, Shape] = {}
        each: dict[str, list[tuple[Path, Columns]]] = {}
        moments = []
        for code in codes:
            folder = files.folder_of(code)
            manifest = files.read_manifest(folder)
            if manifest is None or manifest.as_of is None:
                raise ValueError(f"{code} has no warehouse that can be read: run `gridtown refresh` there")
            moments.append(manifest.as_of)
            for name, table in manifest.tables.items():
                each.setdefault(name, []).append((folder, table))
        self.as_of = min(moments)
        for name, tables in each.items():
            if len({table.schema for _, table in tables}) > 1:
                raise ValueError(f"{name} has other columns in another town: refresh all with one version")
            body = " UNION ALL ".join(f"({_body(folder, table)})" for folder, table in tables)
            self._db.execute(f'CREATE VIEW "{name}" AS {body}')
            self._shapes[name] = Shape(name, tuple(tables[0][1].columns.items()))

    def table(self, line: str, kind: str) -> Any:
        """A kind's table over all the towns, to be asked with Ibis; NoTable where none has it."""
        try:
            return self._shapes[name_of(line, kind)].table()
        except KeyError:
            raise NoTable(f"{line}/{kind}") from None

    def run(self, question: Any) -> list[dict[str, Any]]:
        """The rows that answer a question."""
        return _rows(self._db, sql(question))


def forget(*, engines: bool = True) -> None:
    """Open every copy anew when it is next asked for; for measurements and tests.

    engines: as in a new process; without, as after a refresh that changed every table.
    """
    with _turn:
        _open.clear()
        if engines:
            engine.forget()


def _seen(folder: Path) -> tuple[int, int, int]:
    """What tells one manifest from the next without reading it."""
    try:
        stat = (folder / files.MANIFEST).stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (stat.st_ino, stat.st_mtime_ns, stat.st_size)


def tables(town: Town | None = None) -> Lake:
    """The newest state of the town's copy; empty tables before the first refresh."""
    town = town or towns.current()
    folder = files.folder_of(town.code)
    seen = _seen(folder)
    known = _open.get(folder)
    if known and known[0] == seen:
        return known[1]
    with _turn:
        known = _open.get(folder)
        if known and known[0] == seen:
            return known[1]
        empty = {
            name_of(line.key, kind.key): columns(kind) for line in town.lines.values() for kind in line.kinds
        } | {
            name_of(line.key, f"{standing.PREFIX}{register.key}"): standing.columns(register)
            for line in town.lines.values()
            for register in line.registers
        }
        lake = Lake(
            folder, files.read_manifest(folder) or Manifest(town.code), empty, town, engine.shared(folder)
        )
        _open[folder] = (seen, lake)
        return lake
