"""Bringing the columnar copy up to the ledger: what is new since last time, or a table that changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import duckdb

from gridtown import town as towns
from gridtown.kernel.standing import PREFIX, Standing
from gridtown.kernel.table import Table, name_of
from gridtown.town import Town
from gridtown.warehouse import changes, counting, files, kept, ledger
from gridtown.warehouse.changes import Place
from gridtown.warehouse.files import Columns, Damaged, Manifest
from gridtown.warehouse.kept import Keepings

T = TypeVar("T", Table, Standing)
# Rows held in memory before they are written out; a month may then have several files.
MOST = 10_000
_AT_ONCE = 2
_USED = 100  # refreshes after which the engine forgets files: most of them are gone


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: entries gone through, cases folded, tables derived anew, files written, removed.

    seconds: until readers had the new state. folded_in: the tables whose changes were then written into their months.
    """

    cursor: int
    entries: int
    cases: int
    rebuilt: tuple[str, ...]
    written: int
    swept: int
    seconds: float
    folded_in: tuple[str, ...] = ()


def refresh(*, now: datetime, town: Town | None = None) -> Refreshed:
    """Bring the warehouse up to the ledger's newest entry; files.Busy when another process is at it.

    Safe to run at any time, twice, or after a crash: nothing counts before the manifest is replaced. Tables with
    many changes are then folded in one by one, each in a manifest of its own, while readers have the new state.
    """
    started = perf_counter()
    town = town or towns.current()
    folder = files.folder_of(town.code)
    with files.filling(folder):
        try:
            return _filled(_Filling(town, folder, now), started)
        except Damaged:
            return _filled(_Filling(town, folder, now, anew=True), started)


def _filled(filling: "_Filling", started: float) -> Refreshed:
    with filling.workers:
        filling.bring_up()
        done = filling.finish(started)
        return replace(done, folded_in=filling.fold_in())


class _Filling:
    """One refresh: what it found, what it has folded and not yet written, and the manifest to come."""

    def __init__(self, town: Town, folder: Path, now: datetime, *, anew: bool = False) -> None:
        self.folder, self.now = folder, now
        self.db = _engine()
        self.tables = {
            (line.key, kind.key): Table(kind, town.zone)
            for line in town.lines.values()
            for kind in line.kinds
        }
        self.books = {
            (line.key, register.key): Standing(register)
            for line in town.lines.values()
            for register in line.registers
        }
        self.head = ledger.head(town.code)
        self.before = files.read_manifest(folder) or Manifest(town.code)
        was: Manifest | None = None if anew else self.before
        if was and was.cursor and ledger.hash_at(town.code, was.cursor) != was.hash:
            was = None  # another database stands where this copy was taken from
        self.was = was or Manifest(town.code)
        self.kept: dict[str, Columns] = {}
        self.figures = _figures(town)
        self.folded: set[str] = set()
        self.rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.held = self.cases = self.written = 0
        self.rebuilt: tuple[str, ...] = ()
        # Of some tables at once, while others are folded: the engine, compressing and the disk do not wait for Python.
        self.workers = ThreadPoolExecutor(_AT_ONCE)
        self.writing: list[Future[int]] = []

    def bring_up(self) -> None:
        """Fold what the ledger has that the copy has not."""
        code, since, upto = self.was.town, self.was.cursor, self.head.id
        kinds, new_kinds = self._told_apart(self.tables, "")
        books, new_books = self._told_apart(self.books, PREFIX)
        if new_kinds:
            self._take(ledger.all_cases(code, new_kinds), merge=False)
        if new_books:
            self._take(ledger.all_records(code, new_books), merge=False)
        if kinds and upto > since:
            for ids in ledger.touched_by_kind(code, since, upto):
                self._take(ledger.some_cases(ids, kinds), merge=True)
        if books and upto > since:
            ids = ledger.touched(code, since, upto, "record_id")
            self._take(ledger.some_records(ids, books), merge=True)
        self._settle()

    def _told_apart(
        self, tables: Mapping[tuple[str, str], T], prefix: str
    ) -> tuple[dict[tuple[str, str], T], dict[tuple[str, str], T]]:
        """The tables that the copy has as they are today, and those that are derived anew."""
        steady, fresh, present = {}, {}, files.present(self.folder)
        for (line, key), table in tables.items():
            name = name_of(line, f"{prefix}{key}")
            schema, known = files.schema_of(table.columns), self.was.tables.get(name)
            if known and known.schema == schema and known.files() <= present:
                months = dict(known.months)
                self.kept[name] = Columns(schema, dict(known.columns), months, known.changes, known.figures)
                steady[(line, key)] = table
            else:
                self.kept[name] = Columns(schema, dict(table.columns))
                fresh[(line, key)] = table
                self.rebuilt += (name,)
        return steady, fresh

    def _take(self, folded: Iterable[ledger.Folded], *, merge: bool) -> None:
        before: Any = None
        for one in folded:
            name, whose = name_of(one.line, one.kind), next(iter(one.row.values()))
            if self.held >= MOST and whose != before:  # all rows of a record are written together
                self._write(merge=merge)
                self._settle()
            self.rows[(name, f"{one.began:%Y-%m}")].append(one.row)
            self.held, before = self.held + 1, whose
        self._write(merge=merge)

    def _write(self, *, merge: bool) -> None:
        """Have what is held written: as the months' files, or as changes beside those rows that were folded anew."""
        held, self.rows = self.rows, defaultdict(list)
        tables: dict[str, list[str]] = defaultdict(list)
        for name, month in held:
            tables[name].append(month)

        def written(name: str) -> int:
            table, months = self.kept[name], tables[name]
            if merge:
                rows = files.arrow([row for month in months for row in held[(name, month)]], table.columns)
                changes.change(self.db.cursor(), self._place(name), table, rows, months)
                return 1
            for month in months:
                rows = files.arrow(held[(name, month)], table.columns)
                part = files.write_part(self.folder, name, month, rows)
                table.months[month] = [*table.months.get(month, []), part]
            return len(months)

        self.writing += [self.workers.submit(written, name) for name in tables]
        self.cases += self.held
        self.held = 0

    def _settle(self) -> None:
        """Wait until all of it is written: before more of the same table comes, and in the end."""
        self.written += sum(one.result() for one in self.writing)
        self.writing.clear()

    def _place(self, name: str) -> Place:
        return Place(self.folder, name, self.figures[name].columns)

    def _keep(self, name: str) -> None:
        """Bring what is kept of a table's indicators up to it."""
        table, before = self.kept[name], self.before.tables.get(name)
        same = before is not None and (before.months, before.changes) == (table.months, table.changes)
        if not same or table.figures is None or table.figures.digest != self.figures[name].digest:
            folded = name in self.folded
            counting.renew(
                self.db.cursor(), self.folder, name, table, self.figures[name], self.now, folded_in=folded
            )
            self.folded.discard(name)

    def fold_in(self) -> tuple[str, ...]:
        """Write the changes of tables that have many into their months, each in one step of its own."""
        done: tuple[str, ...] = ()
        for name, table in self.kept.items():
            if changes.much(table):
                self.before = files.read_manifest(self.folder) or self.before
                changes.fold_in(self._place(name), table)
                self.folded.add(name)
                self._put(self._manifest())
                done = (*done, name)
        self._join()
        return done

    def _join(self) -> None:
        """Write small months that are over together, of all tables in one step."""
        self.before = files.read_manifest(self.folder) or self.before
        joined = [changes.join(self._place(name), table, self.now) for name, table in self.kept.items()]
        if any(joined):
            self._put(self._manifest())

    def _manifest(self) -> Manifest:
        list(self.workers.map(self._keep, self.kept))
        manifest = Manifest(
            self.was.town, self.head.id, self.head.hash, self.head.at, self.now, self.kept, dict(self.before.stale)
        )  # fmt: skip
        manifest.stale.update(dict.fromkeys(self.before.files() - manifest.files(), self.now))
        return manifest

    def _put(self, manifest: Manifest) -> int:
        """Let a manifest count; how many files that no longer did were removed."""
        swept = files.sweep(self.folder, manifest, self.now)
        files.write_manifest(self.folder, manifest)
        return swept

    def finish(self, started: float) -> Refreshed:
        """Let the new files count, and clear away what no longer does."""
        swept = self._put(self._manifest())
        return Refreshed(
            cursor=self.head.id,
            entries=self.head.id - self.was.cursor,
            cases=self.cases,
            rebuilt=self.rebuilt,
            written=self.written,
            swept=swept,
            seconds=perf_counter() - started,
        )


def _figures(town: Town) -> dict[str, Keepings]:
    """What is kept of each table."""
    return {
        name_of(line.key, kind): kept.of_table(line, kind, str(town.zone))
        for line in town.lines.values()
        for kind in [*(k.key for k in line.kinds), *(f"{PREFIX}{r.key}" for r in line.registers)]
    }


_refreshes = count(1)


def _engine() -> duckdb.DuckDBPyConnection:
    """A connection of this process' engine, which knows by now where in the months' files things lie."""
    if next(_refreshes) % _USED == 0:
        _shared.cache_clear()
    return _shared().cursor()


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    db = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"})
    db.execute("SET GLOBAL parquet_metadata_cache = true")  # files never change once written
    return db
