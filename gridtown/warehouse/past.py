"""The line tables as they were at a position of the ledger: folded from its entries up to there and no further.

Entries carry what they set (ADR 0003), so that a case's row at any moment follows from its entries alone. What has been
folded once is kept in `warehouse/<town>/at/`; it can be deleted at any time and is then folded again.
"""

import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection

from gridtown.cases.store import moment_out
from gridtown.kernel import standing
from gridtown.kernel.standing import PREFIX, Standing
from gridtown.kernel.table import CaseRow, Table, columns, name_of
from gridtown.kernel.told import Fact, Refused
from gridtown.town import Town
from gridtown.warehouse import files
from gridtown.warehouse.files import Columns, Manifest
from gridtown.warehouse.lake import Lake

BATCH = 500
KEPT = 4  # positions whose tables stay on the disk
_decode = msgspec.json.Decoder(dict[str, Any]).decode
# What a case is before its first entry says otherwise.
_BLANK: Mapping[str, Any] = {
    "place": "", "generation": 0, "channel": "", "category": "", "urgency": "normal", "level": "small",
    "outcome": "", "ended": False, "reporters": 1, "parent_id": None, "source": "", "answers": "{}",
}  # fmt: skip


class NoPosition(Refused):
    """The ledger has no entry of this number with this digest: it is another ledger, or it was changed."""

    def __init__(self, cursor: int, digest: str) -> None:
        super().__init__("edition_other_ledger", at=f"{cursor} {digest[:16]}")


def hash_at(town: str, cursor: int) -> str:
    """The digest of an entry; "" where there is none."""
    found = _rows("SELECT hash FROM cases_entry WHERE id = %s AND town = %s", [cursor, town])
    return str(found[0][0]) if found else ""


def tables(town: Town, *, cursor: int, digest: str, as_of: datetime, anew: bool = False) -> Lake:
    """The line tables when entry `cursor`, whose digest is given, was the newest; judged as at `as_of`. Or NoPosition.

    The same position gives the same rows however much the ledger has grown since, one write after another. It reads
    every entry up to there: seconds for a town's year, minutes for millions. anew: even where it was folded before.
    """
    if hash_at(town.code, cursor) != digest:
        raise NoPosition(cursor, digest)
    shapes = _shapes(town)
    folder = files.folder_of(town.code) / "at"
    place = folder / f"{cursor}-{files.schema_of(_flat(shapes))}"
    manifest = None if anew else _kept(place, digest)
    if manifest is None:
        fresh = place.with_name(f"{place.name}-{secrets.token_hex(4)}")
        _sweep(folder, keep=KEPT - 1)
        manifest = _folded(town, fresh, shapes, cursor, digest)
        if anew or place.exists():  # made for one comparison, or another process was quicker
            place = fresh
        else:
            fresh.rename(place)
    manifest.as_of = as_of
    return Lake(place, manifest, shapes)


def _kept(place: Path, digest: str) -> Manifest | None:
    """What was folded before, if all of it is still there."""
    manifest = files.read_manifest(place)
    whole = (
        manifest and manifest.hash == digest and all((place / name).is_file() for name in manifest.files())
    )
    return manifest if whole else None


def _shapes(town: Town) -> dict[str, Mapping[str, str]]:
    kinds = {
        name_of(line.key, kind.key): columns(kind) for line in town.lines.values() for kind in line.kinds
    }
    books = {
        name_of(line.key, f"{PREFIX}{register.key}"): standing.columns(register)
        for line in town.lines.values()
        for register in line.registers
    }
    return {**kinds, **books}


def _flat(shapes: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {f"{name}.{column}": kind for name, shape in shapes.items() for column, kind in shape.items()}


def _sweep(folder: Path, keep: int) -> None:
    """Remove all but the positions that were folded last."""
    found = sorted(folder.glob("*-*"), key=lambda path: path.stat().st_mtime) if folder.is_dir() else []
    for path in found[: len(found) - keep] if len(found) > keep else []:
        shutil.rmtree(path, ignore_errors=True)


def _folded(
    town: Town, folder: Path, shapes: Mapping[str, Mapping[str, str]], cursor: int, digest: str
) -> Manifest:
    folder.mkdir(parents=True)
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    known = {name: Columns(files.schema_of(shape), dict(shape)) for name, shape in shapes.items()}

    def write(name: str) -> None:
        parts = known[name].months.setdefault("all", [])
        parts.append(files.write_part(folder, name, "all", files.arrow(held.pop(name), known[name].columns)))

    for name, row in chain(_cases(town, cursor), _records(town, cursor)):
        held[name].append(row)
        if len(held[name]) >= 20_000:
            write(name)
    for name in list(held):
        write(name)
    manifest = Manifest(town.code, cursor, digest, tables=known)
    files.write_manifest(folder, manifest)
    return manifest


def _rows(sql: str, params: Sequence[Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[Sequence[Any]] = cursor.fetchall()
    return found


def _pages(sql: str, params: Sequence[Any]) -> Iterator[list[Sequence[Any]]]:
    last = 0
    while page := _rows(sql, [*params, last, BATCH]):
        yield page
        last = page[-1][0]


def _cases(town: Town, cursor: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every case that had an entry by then, as a row of its table."""
    made = {
        (line.key, kind.key): Table(kind, town.zone) for line in town.lines.values() for kind in line.kinds
    }
    sql = "SELECT id, number, line, kind, opened FROM cases_case WHERE town = %s AND id > %s ORDER BY id LIMIT %s"
    for page in _pages(sql, [town.code]):
        ids = [case[0] for case in page]
        entries: dict[int, list[Sequence[Any]]] = defaultdict(list)
        for entry in _rows(
            'SELECT case_id, id, seq, at, verb, frm, "to", answers, clocks, sets FROM cases_entry '
            f"WHERE case_id IN ({', '.join(['%s'] * len(ids))}) AND id <= %s ORDER BY case_id, seq",
            [*ids, cursor],
        ):
            entries[entry[0]].append(entry)
        for case, number, line, kind, opened in page:
            if entries[case] and (table := made.get((line, kind))):
                row = _case(town, case, number, kind, opened, entries[case])
                yield name_of(line, kind), table.fold(row, [_fact(entry, table) for entry in entries[case]])


def _case(
    town: Town, case: int, number: str, kind: str, opened: Any, entries: Sequence[Sequence[Any]]
) -> CaseRow:
    """What a case's row was after these entries."""
    told: dict[str, Any] = dict(_BLANK)
    for entry in entries:
        told |= _decode(entry[-1])
    last = entries[-1]
    return CaseRow(
        case, number, town.code, kind, told["place"], told["generation"], told["channel"], told["category"],
        told["urgency"], told["level"], last[6], told["outcome"], bool(told["ended"]), moment_out(opened),
        told["reporters"], last[1], told["parent_id"], told["source"], _decode(told["answers"]),
    )  # fmt: skip


def _fact(entry: Sequence[Any], table: Table) -> Fact:
    _case, _id, seq, at, verb, frm, to, answers, clocks, _sets = entry
    told = _decode(answers) if table.reads(verb) else {}
    return Fact(seq, moment_out(at), verb, "", "", frm, to, told, _decode(clocks) if clocks != "{}" else {})


def _records(town: Town, cursor: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every stretch in which a record stood, by what was known then."""
    books = {(line.key, r.key): Standing(r) for line in town.lines.values() for r in line.registers}
    sql = "SELECT id, line, register FROM cases_record WHERE town = %s AND id > %s ORDER BY id LIMIT %s"
    for page in _pages(sql, [town.code]):
        facts: dict[int, list[Fact]] = defaultdict(list)
        for record, seq, at, verb, answers in _rows(
            "SELECT record_id, seq, at, verb, answers FROM cases_entry WHERE verb IN ('keep', 'retire', 'restore') "
            f"AND record_id IN ({', '.join(['%s'] * len(page))}) AND id <= %s ORDER BY record_id, seq",
            [*(row[0] for row in page), cursor],
        ):
            facts[record].append(Fact(seq, moment_out(at), verb, "", "", "", "", _decode(answers)))
        for record, line, register in page:
            if facts[record] and (book := books.get((line, register))):
                for row in book.fold(record, town.code, facts[record]):
                    yield name_of(line, f"{PREFIX}{register}"), row
