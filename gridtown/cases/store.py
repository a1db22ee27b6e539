"""The ledger's SQL, written once and portable: what the actions write and the queries read.

Rows are plain structs, never model instances: loading through the ORM costs more than the whole action.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
from django.db import connection
from msgspec.structs import astuple

from gridtown.cases.cells import cell
from gridtown.cases.sql import POSTGRESQL
from gridtown.cases.sql import execute as execute
from gridtown.cases.sql import fetch as fetch
from gridtown.cases.sql import together as together


class Row(msgspec.Struct, kw_only=True):
    """One case as its row stands; the field names are the columns, in the table's order."""

    id: int = 0
    town: str
    number: str
    line: str
    kind: str
    state: str
    outcome: str = ""
    ended: bool = False
    place: str
    generation: int = 0
    lon: float | None = None
    lat: float | None = None
    crs: str = ""
    cell: int | None = None
    title: str
    category: str = ""
    urgency: str = "normal"
    level: str = "small"
    channel: str
    confidential: int = 1
    desk: str = ""
    holder_id: int | None = None
    due: datetime | None = None
    next_at: datetime | None = None
    supervised: bool = False
    opened: datetime
    closed: datetime | None = None
    version: int = 1
    head: str = ""
    reporters: int = 1
    parent_id: int | None = None
    merged_into_id: int | None = None
    record_id: int | None = None
    source: str = ""
    form_version: int = 1
    answers: str = "{}"
    clocks: str = "{}"
    sealed_key: bytes | None = None
    alike: str = ""


class Written(msgspec.Struct, kw_only=True):
    """One entry as its row stands."""

    id: int = 0
    town: str
    case_id: int | None = None
    record_id: int | None = None
    seq: int
    at: datetime
    verb: str
    by: str
    post: str = ""
    frm: str = ""
    to: str = ""
    due: datetime | None = None
    answers: str = "{}"
    clocks: str = "{}"
    sets: str = "{}"
    key: str
    prev: str
    hash: str = ""


ROW = Row.__struct_fields__
ENTRY = Written.__struct_fields__
_ROW_TIMES = tuple(i for i, name in enumerate(ROW) if name in {"due", "next_at", "opened", "closed"})
_ENTRY_TIMES = tuple(i for i, name in enumerate(ENTRY) if name in {"at", "due"})
_ROW_BOOLS = tuple(i for i, name in enumerate(ROW) if name in {"ended", "supervised"})
# what a move may change; the rest of a row is what it was reported as
CHANGES = (
    "state", "outcome", "ended", "place", "generation", "lon", "lat", "crs", "cell", "title", "category", "urgency",
    "level", "desk", "holder_id", "due", "next_at", "supervised", "closed", "version", "head", "reporters",
    "merged_into_id", "answers", "clocks", "sealed_key", "alike", "record_id",
)  # fmt: skip


_changed = attrgetter(*CHANGES)
_MANY = 50  # rows from which a bulk way pays
_NOTHING = (object(),) * len(CHANGES)  # differs from every value


def moment_in(value: datetime | None) -> Any:
    """A time as this database takes it (on SQLite as Django writes it there: UTC, as text)."""
    if value is None or POSTGRESQL:
        return value
    return str((value if value.tzinfo is UTC else value.astimezone(UTC)).replace(tzinfo=None))


def _adapted(values: Iterable[Any]) -> list[Any]:
    return [moment_in(v) if isinstance(v, datetime) else v for v in values]


def moment_out(value: Any) -> Any:
    """A time as this database gave it, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    # Django's SQLite cursor gives times without their zone, which is UTC
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def names_of(names: Sequence[str], alias: str = "") -> str:
    """Columns as SQL names them."""
    return ", ".join(f'{alias}"{name}"' for name in names)


# On SQLite a sign before a column takes its declared type from it, and with that a converter in Python for every
# value: `moment_out` and `row_of` read what lies there themselves, in a third of the time.
_PLAINLY = "" if POSTGRESQL else "+"
_CONVERTED = frozenset({"due", "next_at", "opened", "closed", "at", "ended", "supervised"})


def read_as(names: Sequence[str], alias: str) -> str:
    """Columns as SQL reads them for `row_of`, `entry_of` or `moment_out`."""
    return ", ".join(f'{_PLAINLY if name in _CONVERTED else ""}{alias}"{name}"' for name in names)


# Those next to a case. With OR in its place PostgreSQL's general plan reads the whole table.
KIN = "c.id IN (SELECT %s UNION ALL SELECT %s UNION ALL SELECT kin.id FROM cases_case kin WHERE kin.parent_id = %s)"
COLUMNS = read_as(ROW, "c.")
ENTRY_COLUMNS = read_as(ENTRY, "e.")


def row_of(values: Sequence[Any]) -> Row:
    """A case from the values of COLUMNS."""
    said = list(values)
    for i in _ROW_TIMES:
        said[i] = moment_out(said[i])
    for i in _ROW_BOOLS:
        said[i] = bool(said[i])
    row = Row(**dict(zip(ROW, said, strict=True)))
    if row.sealed_key is not None:
        row.sealed_key = bytes(row.sealed_key)
    return row


def entry_of(values: Sequence[Any]) -> Written:
    """An entry from the values of ENTRY_COLUMNS."""
    said = list(values)
    for i in _ENTRY_TIMES:
        said[i] = moment_out(said[i])
    return Written(**dict(zip(ENTRY, said, strict=True)))


def kin_of(row: Row) -> list[int]:
    """The values of KIN: what a case was split from, what it was merged into, and itself, whose parts they are."""
    return [row.parent_id or 0, row.merged_into_id or 0, row.id]


def lock_number(town: str) -> int:
    """The advisory lock under which a town's entries are written on PostgreSQL."""
    return int(town) if town.isdigit() else sum(town.encode())


def _after_lock(town: str) -> tuple[str, list[Any]]:
    """A FROM clause that waits for the town's writers on PostgreSQL, so that entry ids commit in their order.

    Feed and warehouse read on from the last id they saw; an id that appeared later below it would be lost.
    SQLite has one writer anyway.
    """
    if POSTGRESQL:
        return "FROM pg_advisory_xact_lock(%s)", [lock_number(town)]
    return "WHERE true", []


def next_number(town: str, series: str, by: int = 1) -> int:
    """The next number of a series, or the last of `by` new ones; the first statement of a new case's transaction."""
    waits, params = _after_lock(town)
    found = fetch(
        f"INSERT INTO cases_counter (series, last) SELECT %s, %s {waits} "
        "ON CONFLICT (series) DO UPDATE SET last = cases_counter.last + %s RETURNING last",
        [series, by, *params, by],
    )
    return int(found[0][0])


def wait_for_turn(town: str) -> None:
    """Take the town's writer lock where it is not taken by another statement."""
    if POSTGRESQL:
        fetch("SELECT pg_advisory_xact_lock(%s)", [lock_number(town)])


def _insert(
    table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], told_apart: str = ""
) -> dict[Any, int]:
    """Write rows in one statement; with a unique column, answer the new ids by that column's value."""
    if len(rows) >= _MANY and POSTGRESQL:
        return _copied(table, names, rows, told_apart)
    params = [value for row in rows for value in row]
    sql = _insertion(table, tuple(names), len(rows), told_apart)
    if told_apart:
        return dict(fetch(sql, params))
    execute(sql, params)
    return {}


def _copied(
    table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], told_apart: str
) -> dict[Any, int]:
    """Many rows by PostgreSQL's COPY, which spares writing each value into a statement's text."""
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(rows)]
        )
        ids = [int(found) for (found,) in cursor.fetchall()]
        with cursor.copy(f'COPY {table} ("id", {names_of(names)}) FROM STDIN') as copy:
            for new, row in zip(ids, rows, strict=True):
                copy.write_row((new, *row))
    if not told_apart:
        return {}
    at = list(names).index(told_apart)
    return {row[at]: new for new, row in zip(ids, rows, strict=True)}


@lru_cache(maxsize=64)
def _insertion(table: str, names: tuple[str, ...], rows: int, told_apart: str) -> str:
    one = f"({', '.join(['%s'] * len(names))})"
    sql = f"INSERT INTO {table} ({names_of(names)}) VALUES {', '.join([one] * rows)}"
    return f'{sql} RETURNING "{told_apart}", "id"' if told_apart else sql


def insert_cases(rows: Sequence[Row]) -> None:
    """Write new cases and give them their ids."""
    ids = _insert("cases_case", ROW[1:], [_adapted(astuple(row)[1:]) for row in rows], "number")
    for row in rows:
        row.id = ids[row.number]


def insert_entries(entries: Sequence[Written]) -> None:
    """Write new entries and give them their ids; IntegrityError when a key was used before."""
    ids = _insert("cases_entry", ENTRY[1:], [_adapted(astuple(entry)[1:]) for entry in entries], "key")
    for entry in entries:
        entry.id = ids[entry.key]


def insert(table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows of one of the ledger's smaller tables."""
    if rows:
        _insert(f"cases_{table}", names, [_adapted(row) for row in rows])


def changed(row: Row, before: Row | None) -> dict[str, Any]:
    """The columns that a move may change and did, with their new values; all of them without the row of before."""
    pairs = zip(CHANGES, _changed(row), _changed(before) if before else _NOTHING, strict=True)
    return {name: value for name, value, old in pairs if value != old}


def update_case(row: Row, was: int, before: Row | None = None) -> bool:
    """Write what a move changed, unless somebody else has moved the case since version `was`.

    With the row as it was before only the columns that differ are written: every index that names a written
    column is written too, whether or not its value is another one.
    """
    fresh = changed(row, before)
    return execute(_update(tuple(fresh)), [*_adapted(fresh.values()), row.id, was]) == 1


@lru_cache(maxsize=512)
def _update(names: tuple[str, ...]) -> str:
    sets = ", ".join(f'"{name}" = %s' for name in names)
    return f"UPDATE cases_case SET {sets} WHERE id = %s AND version = %s"


def case_by(column: str, value: int | str, *, lock: str = "") -> Row | None:
    """A case by id or number; with `lock` (a town) after waiting for that town's writers."""
    sql = f"SELECT {COLUMNS} FROM cases_case c WHERE c.{column} = %s"
    if lock and POSTGRESQL:
        # one statement: the lock is waited for before the row is looked up
        sql = (
            f"WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock({lock_number(lock)})) {sql} FOR UPDATE"
        )
        sql = sql.replace("WHERE", "CROSS JOIN turn WHERE").replace("FOR UPDATE", "FOR UPDATE OF c")
    found = fetch(sql, [value])
    return row_of(found[0]) if found else None


def entries_of(case: int) -> list[Written]:
    """Every entry of a case, oldest first."""
    sql = f"SELECT {ENTRY_COLUMNS} FROM cases_entry e WHERE e.case_id = %s ORDER BY e.seq"
    return [entry_of(values) for values in fetch(sql, [case])]


def entry_by_key(key: str) -> Written | None:
    """The entry that a key was already used for."""
    found = fetch(f"SELECT {ENTRY_COLUMNS} FROM cases_entry e WHERE e.key = %s", [key])
    return entry_of(found[0]) if found else None


def last_of(town: str, record: int | None) -> tuple[int, str] | None:
    """Sequence and hash of the newest entry of a record's chain, or of the town's journal."""
    where = "e.record_id = %s" if record else "e.case_id IS NULL AND e.record_id IS NULL AND e.town = %s"
    sql = f"SELECT e.seq, e.hash FROM cases_entry e WHERE {where} ORDER BY e.seq DESC LIMIT 1"
    found = fetch(sql, [record or town])
    return (int(found[0][0]), str(found[0][1])) if found else None


def known_keys(keys: Iterable[str]) -> set[str]:
    """Those of the keys that the ledger already has."""
    asked = list(keys)
    marks = ", ".join(["%s"] * len(asked))
    return (
        {str(v[0]) for v in fetch(f"SELECT key FROM cases_entry WHERE key IN ({marks})", asked)}
        if asked
        else set()
    )


def put_point(row: Row, lon: float | None, lat: float | None, crs: str) -> None:
    """Give a row its point (WGS84) and the map key that goes with it."""
    row.lon, row.lat, row.crs = lon, lat, crs
    row.cell = cell(lon, lat) if lon is not None and lat is not None else None
