"""The warehouse's folder: Parquet files by month of opening, and the manifest that says which of them count.

A file is never changed once written. The manifest is replaced in one step, so that a reader sees either the
old state or the new one, and a crash at any moment leaves the old one standing.
"""

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.core.files import locks

from gridtown.kernel.table import VERSION

MANIFEST = "manifest.json"
# A question that began under an older manifest may still be reading its files.
GRACE = timedelta(minutes=10)

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


class Columns(msgspec.Struct):
    """One table: the digest of its columns, the columns, and its files by month of opening."""

    schema: str
    columns: dict[str, str]
    months: dict[str, list[Part]] = {}

    @property
    def rows(self) -> int:
        """How many cases it holds."""
        return sum(part.rows for parts in self.months.values() for part in parts)


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
        return {p.file for table in self.tables.values() for parts in table.months.values() for p in parts}


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


def whole(folder: Path, table: Columns) -> bool:
    """Whether every file that a table names is still there."""
    return all((folder / part.file).is_file() for parts in table.months.values() for part in parts)


def arrow(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> pa.Table:
    """Rows as a column table, in the order of the table's columns."""
    arrays = [pa.array([row[name] for row in rows], _ARROW[kind]) for name, kind in columns.items()]
    return pa.table(arrays, schema=pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()]))


def write_part(folder: Path, table: str, month: str, rows: pa.Table) -> Part:
    """Write a file that nobody knows of yet."""
    name = f"{table}/{month}.{secrets.token_hex(6)}.parquet"
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        pq.write_table(rows.sort_by(rows.column_names[0]), file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    return Part(name, rows.num_rows)


def read_parts(folder: Path, parts: Sequence[Part], *, without: Sequence[int]) -> list[pa.Table]:
    """The rows of a month's files, apart from those of cases or records (the first column) that are folded anew."""
    gone = pa.array(without, pa.int64())
    kept = []
    for part in parts:
        try:
            rows = pq.read_table(folder / part.file)
        except (OSError, pa.ArrowInvalid) as error:
            raise Damaged(part.file) from error
        kept.append(rows.filter(pc.invert(pc.is_in(rows.column(0), value_set=gone))))
    return kept


def sweep(folder: Path, manifest: Manifest, now: datetime) -> int:
    """Remove files that no longer count, and those that a crash left unnamed; only while filling."""
    due = {name for name, since in manifest.stale.items() if now - since >= GRACE}
    named = manifest.files() | set(manifest.stale)
    found = {path.relative_to(folder).as_posix() for path in folder.glob("*/*.parquet")}
    gone = (found - named) | due
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    for name in due:
        del manifest.stale[name]
    return len(gone)
