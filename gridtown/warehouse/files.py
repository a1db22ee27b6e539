"""The warehouse's folder: Parquet files by month of opening, changes since, and the manifest that says what counts.

A file is never changed once written. The manifest is replaced in one step, so that a reader sees either the
old state or the new one, and a crash at any moment leaves the old one standing.
"""

import mmap
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.core.files import locks

from gridtown.kernel.table import VERSION

MANIFEST = "manifest.json"
# A question that began under an older manifest may still be reading its files.
GRACE = timedelta(minutes=10)
# Rows that are read or passed over together: few enough that a stretch of ids or a week is found without the rest.
GROUP = 65_536

_ARROW: Mapping[str, pa.DataType] = {
    "int64": pa.int64(), "float64": pa.float64(), "string": pa.string(), "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"), "date": pa.date32(),
}  # fmt: skip


class Busy(Exception):
    """Another process is filling this warehouse."""


class Damaged(Exception):
    """A file that the manifest names is missing or cannot be read."""


class Part(msgspec.Struct, frozen=True):
    """One Parquet file, by its path below the folder."""

    file: str
    rows: int


class Changes(msgspec.Struct, frozen=True):
    """What has changed in a table since its months were written.

    fresh: the rows as they are now of every case or record that changed or came. gone: rows of the months that no
    longer count, with those columns that kept figures need. months: where those lie.
    """

    fresh: Part
    gone: Part | None = None
    months: tuple[str, ...] = ()


class Counted(msgspec.Struct, frozen=True):
    """Files of counts, and of medians' sorted values and where these lie (`warehouse.counting`); "" for nothing."""

    counts: str = ""
    stretches: str = ""
    values: str = ""


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a table's indicators (`warehouse.kept`).

    digest: of the indicators. at: when it was counted last. whole: of all months; fresh: of what has changed since.
    """

    digest: str
    at: datetime
    whole: Counted
    fresh: Counted = Counted()

    def files(self) -> set[str]:
        """Every file of it."""
        told = (self.whole, self.fresh)
        return {name for one in told for name in (one.counts, one.stretches, one.values)} - {""}


class Columns(msgspec.Struct):
    """One table: the digest of its columns, the columns, its files by month of opening, and what changed since.

    months: by "2024-01", or "2024-01..2024-07" where these lie in one file (`changes.join`).
    """

    schema: str
    columns: dict[str, str]
    months: dict[str, list[Part]] = {}
    changes: Changes | None = None
    figures: Kept | None = None

    def held_in(self, month: str) -> str:
        """Under which of `months` the rows of a month lie: its own, or that of some that were joined."""
        return next((key for key in self.months if key[:7] <= month <= key[-7:]), month)

    @property
    def rows(self) -> int:
        """How many rows its months hold."""
        return sum(part.rows for parts in self.months.values() for part in parts)

    def parts(self) -> list[Part]:
        """Every file that its rows are read from."""
        changed = [p for p in (self.changes.fresh, self.changes.gone) if p] if self.changes else []
        return [*(part for parts in self.months.values() for part in parts), *changed]

    def files(self) -> set[str]:
        """Every file that belongs to it."""
        return {p.file for p in self.parts()} | (self.figures.files() if self.figures else set())


class Manifest(msgspec.Struct):
    """What counts: all entries up to `cursor` (its hash is `hash`, written at `last`), as read at `as_of`."""

    town: str
    cursor: int = 0
    hash: str = ""
    last: datetime | None = None
    as_of: datetime | None = None
    tables: dict[str, Columns] = {}
    stale: dict[str, datetime] = {}  # files that no longer count, and since when

    def files(self) -> set[str]:
        """Every file that counts."""
        return set().union(*(table.files() for table in self.tables.values()))


def folder_of(town: str) -> Path:
    """Where a town's columnar copy lies; a county's is all of them side by side."""
    return Path(settings.GRIDTOWN_HOME) / "warehouse" / town


def schema_of(columns: Mapping[str, str]) -> str:
    """A digest that changes when a table's columns, or what they mean, change."""
    return sha256(msgspec.json.encode([VERSION, list(columns.items())])).hexdigest()[:16]


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest, or None where there is none that can be read: then all is derived again."""
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a new manifest in the place of the old in one step."""
    fresh = folder / f"{MANIFEST}.new"
    with fresh.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest)))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / MANIFEST)
    _settle(folder)


def _settle(folder: Path) -> None:
    """Make a renaming survive a power cut, where the system lets a folder be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def filling(folder: Path) -> Iterator[None]:
    """One process fills a warehouse at a time; Busy for the others. The lock goes with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("wb") as handle:
        if not locks.lock(handle, locks.LOCK_EX | locks.LOCK_NB):
            raise Busy(str(folder))
        try:
            yield
        finally:
            locks.unlock(handle)


def present(folder: Path) -> set[str]:
    """Every file of a warehouse's tables, as a manifest names them."""
    tables = [entry.name for entry in os.scandir(folder) if entry.is_dir()]
    return {
        f"{table}/{entry.name}"
        for table in tables
        for entry in os.scandir(folder / table)
        if entry.name.endswith((".parquet", ".raw", ".npy"))
    }


def arrow(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> pa.Table:
    """Rows as a column table, in the order of the table's columns."""
    arrays = [pa.array([row[name] for row in rows], _ARROW[kind]) for name, kind in columns.items()]
    return pa.table(arrays, schema=pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()]))


def new_file(folder: Path, table: str, what: str, ending: str, write: Callable[[BinaryIO], object]) -> str:
    """Write a file that nobody knows of yet, down to the disk; its path below the folder."""
    name = f"{table}/{what}.{secrets.token_hex(6)}.{ending}"
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    return name


def write_array(folder: Path, table: str, what: str, rows: Any) -> str:
    """Write an array as it lies in memory in a file that nobody knows of yet; "" for an empty one."""
    return new_file(folder, table, what, "raw", rows.tofile) if rows.size else ""


def read_array(folder: Path, name: str, kind: np.dtype[Any]) -> Any:
    """An array that was written so; only what is looked at is read."""
    if not name:
        return np.zeros(0, kind)
    with (folder / name).open("rb") as file:
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), kind)


def write_part(
    folder: Path, table: str, month: str, rows: pa.Table, *, sort: bool = True, passing: bool = False
) -> Part:
    """Write rows in a file that nobody knows of yet. passing: it will soon be written anew, so speed counts."""
    told = rows.sort_by(rows.column_names[0]) if sort else rows

    def write(file: BinaryIO) -> None:
        pq.write_table(told, file, compression="snappy" if passing else "zstd", row_group_size=GROUP)

    return Part(new_file(folder, table, month, "parquet", write), rows.num_rows)


@lru_cache(maxsize=4096)
def _footer(path: Path) -> Any:
    return pq.read_metadata(path)  # a file never changes


def bounds(folder: Path, name: str, column: str = "") -> tuple[Any, Any]:
    """The least and the greatest value of a file's column (by default the ids), as the file says; None: it does not."""
    said = _footer(folder / name)
    at = said.schema.names.index(column) if column else 0
    each = [said.row_group(n).column(at).statistics for n in range(said.num_row_groups)]
    if not each or not all(one is not None and one.has_min_max for one in each):
        return None, None
    return min(one.min for one in each), max(one.max for one in each)


def read_sql(folder: Path, names: Sequence[str]) -> str:
    """Some files as the engine reads them in a question."""
    paths = (str(folder / name).replace("'", "''") for name in names)
    return "read_parquet([" + ", ".join(f"'{path}'" for path in paths) + "])"


def read_parts(folder: Path, parts: Sequence[Part], *, without: pa.Array) -> list[pa.Table]:
    """The rows of some files, apart from those of these cases or records (the first column)."""
    gone = without.cast(pa.int64())
    kept = []
    for part in parts:
        try:
            rows = pq.ParquetFile(folder / part.file).read()
        except (OSError, pa.ArrowInvalid) as error:
            raise Damaged(part.file) from error
        kept.append(rows.filter(pc.invert(pc.is_in(rows.column(0), value_set=gone))))
    return kept


def sweep(folder: Path, manifest: Manifest, now: datetime) -> int:
    """Remove files that no longer count, and those that a crash left unnamed; only while filling."""
    due = {name for name, since in manifest.stale.items() if now - since >= GRACE}
    named = manifest.files() | set(manifest.stale)
    gone = (present(folder) - named) | due
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    for name in due:
        del manifest.stale[name]
    return len(gone)
