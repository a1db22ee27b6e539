"""What the warehouse reads of the ledger: cases with their entries, in batches, without ever holding a lock.

Each statement stands alone (no transaction), so writers never wait for a refresh. A case may be read a moment
newer than the cursor says; its newest entry then lies behind the cursor and the next refresh folds it again.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Literal, NamedTuple

import msgspec
from django.db import connection

from gridtown.cases.store import moment_out, read_as
from gridtown.kernel.standing import PREFIX, Standing
from gridtown.kernel.table import CaseRow, Table
from gridtown.kernel.told import Fact

Kinds = dict[tuple[str, str], Table]  # (line, kind) → its table
Books = dict[tuple[str, str], Standing]  # (line, register) → its table
BATCH = 1000

_CASE = read_as(
    (
        "id", "number", "town", "kind", "place", "generation", "channel", "category", "urgency", "level", "state",
        "outcome", "ended", "opened", "reporters", "parent_id", "source", "answers", "line",
    ),
    "c.",
)  # fmt: skip
_ENTRY = read_as(("case_id", "id", "seq", "at", "verb", "frm", "to", "answers", "clocks"), "e.")
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Head(NamedTuple):
    """How far a town's ledger goes: the newest entry's id, hash and time; zeros for an empty one."""

    id: int
    hash: str
    at: datetime | None


class Folded(NamedTuple):
    """One case, or one stretch of a record, as a row of its table; `began` names the month that it is kept in."""

    line: str
    kind: str
    row: dict[str, Any]
    began: datetime


def _rows(sql: str, params: Sequence[Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[Sequence[Any]] = cursor.fetchall()
    return found


def head(town: str) -> Head:
    """The newest entry of a town. Its ids commit in order, for its writers take turns."""
    found = _rows("SELECT id, hash, at FROM cases_entry WHERE town = %s ORDER BY id DESC LIMIT 1", [town])
    return Head(found[0][0], found[0][1], moment_out(found[0][2])) if found else Head(0, "", None)


def hash_at(town: str, entry: int) -> str:
    """The hash of an entry; "" where there is none, as after the database was replaced by another."""
    found = _rows("SELECT hash FROM cases_entry WHERE id = %s AND town = %s", [entry, town])
    return str(found[0][0]) if found else ""


def touched(town: str, after: int, upto: int, what: Literal["case_id", "record_id"] = "case_id") -> list[int]:
    """The cases, or records, that have entries in (after, upto], ascending."""
    sql = (
        f"SELECT DISTINCT {what} FROM cases_entry "
        f"WHERE id > %s AND id <= %s AND town = %s AND {what} IS NOT NULL ORDER BY {what}"
    )
    return [row[0] for row in _rows(sql, [after, upto, town])]


def touched_by_kind(town: str, after: int, upto: int) -> Iterator[list[int]]:
    """The cases that have entries in (after, upto], those of a kind together and ascending."""
    sql = (
        "SELECT DISTINCT c.line, c.kind, c.id FROM cases_entry e JOIN cases_case c ON c.id = e.case_id "
        "WHERE e.id > %s AND e.id <= %s AND e.town = %s ORDER BY 1, 2, 3"
    )
    for _kind, cases in groupby(_rows(sql, [after, upto, town]), key=lambda found: found[:2]):
        yield [case for _line, _key, case in cases]


def _cases(where: str, params: Sequence[Any]) -> list[Sequence[Any]]:
    return _rows(f"SELECT {_CASE} FROM cases_case c WHERE {where} ORDER BY c.id", params)


def all_cases(town: str, kinds: Kinds) -> Iterator[Folded]:
    """Every case of these kinds, for a table that is derived from the beginning."""
    last = 0
    while batch := _cases("c.town = %s AND c.id > %s AND c.id <= %s", [town, last, last + BATCH]) or _ahead(
        town, last
    ):
        yield from _folded(batch, kinds)
        last = batch[-1][0]


def _ahead(town: str, last: int) -> list[Sequence[Any]]:
    """The next case beyond a gap in the ids (other towns' cases), or none."""
    found = _rows("SELECT MIN(id) FROM cases_case WHERE town = %s AND id > %s", [town, last])
    return _cases("c.id = %s", [found[0][0]]) if found[0][0] is not None else []


def some_cases(ids: Sequence[int], kinds: Kinds) -> Iterator[Folded]:
    """These cases, as far as they are of these kinds."""
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        yield from _folded(_cases(f"c.id IN ({_marks(part)})", part), kinds)


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _folded(batch: Sequence[Sequence[Any]], kinds: Kinds) -> Iterator[Folded]:
    wanted = [case for case in batch if (case[-1], case[3]) in kinds]
    if not wanted:
        return
    ids = [case[0] for case in wanted]
    entries = _entries(ids)
    for case in wanted:
        table = kinds[(case[-1], case[3])]
        mine = entries.get(case[0], [])
        row = table.fold(_case(case, mine[-1][1] if mine else 0), [_fact(entry, table) for entry in mine])
        yield Folded(case[-1], case[3], row, row["opened"])


def _entries(ids: Sequence[int]) -> dict[int, list[Sequence[Any]]]:
    """The entries of these cases, oldest first, by case."""
    found: dict[int, list[Sequence[Any]]] = {}
    where = f"e.case_id IN ({_marks(ids)})"
    sql = f"SELECT {_ENTRY} FROM cases_entry e WHERE {where} ORDER BY e.case_id, e.seq"
    for entry in _rows(sql, ids):
        found.setdefault(entry[0], []).append(entry)
    return found


def _case(said: Sequence[Any], upto: int) -> CaseRow:
    (case, number, town, kind, place, generation, channel, category, urgency, level, state,
     outcome, ended, opened, reporters, parent, source, answers, _line) = said  # fmt: skip
    return CaseRow(
        case, number, town, kind, place, generation, channel, category, urgency, level, state,
        outcome, bool(ended), moment_out(opened), reporters, upto, parent, source, _decode(answers),
    )  # fmt: skip


def _fact(said: Sequence[Any], table: Table) -> Fact:
    _case_id, _entry, seq, at, verb, frm, to, answers, clocks = said
    told = _decode(answers) if table.reads(verb) else {}
    return Fact(seq, moment_out(at), verb, "", "", frm, to, told, _decode(clocks) if clocks != "{}" else {})


def all_records(town: str, books: Books) -> Iterator[Folded]:
    """Every record of these registers, for a table that is derived from the beginning."""
    last = 0
    sql = "SELECT id, line, register, town FROM cases_record WHERE town = %s AND id > %s ORDER BY id LIMIT %s"
    while batch := _rows(sql, [town, last, BATCH]):
        yield from _stood(batch, books)
        last = batch[-1][0]


def some_records(ids: Sequence[int], books: Books) -> Iterator[Folded]:
    """These records, as far as they are of these registers."""
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        where = f"id IN ({_marks(part)}) ORDER BY id"
        yield from _stood(
            _rows(f"SELECT id, line, register, town FROM cases_record WHERE {where}", part), books
        )


def _stood(batch: Sequence[Sequence[Any]], books: Books) -> Iterator[Folded]:
    wanted = {record[0]: record for record in batch if (record[1], record[2]) in books}
    if not wanted:
        return
    facts: dict[int, list[Fact]] = {}
    sql = (
        "SELECT e.record_id, e.seq, e.at, e.verb, e.answers FROM cases_entry e "
        f"WHERE e.record_id IN ({_marks(wanted)}) AND e.verb IN ('keep', 'retire', 'restore') "
        "ORDER BY e.record_id, e.seq"
    )
    for record, seq, at, verb, answers in _rows(sql, list(wanted)):
        fact = Fact(seq, moment_out(at), verb, "", "", "", "", _decode(answers))
        facts.setdefault(record, []).append(fact)
    for record, line, register, town in wanted.values():
        for row in books[(line, register)].fold(record, town, facts.get(record, [])):
            yield Folded(line, f"{PREFIX}{register}", row, row["stood_from"])
