"""On PostgreSQL one change is one statement: case, entry and notices in one round trip instead of three."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from django.db import connection
from msgspec.structs import astuple

from gridtown.cases.models import Entry, Notice
from gridtown.cases.sql import fetch
from gridtown.cases.store import ENTRY, ROW, Row, Written, changed, names_of

_CASE = ENTRY.index("case_id")


def write_once(
    row: Row, was: int, before: Row | None, entry: Written, tell: Sequence[tuple[int | None, str]]
) -> bool:
    """Write a change and give its new rows their ids; False when somebody has moved the case since version `was`.

    was: 0 for a new case. before: the row as it was read. tell: posts, or None for all who follow, and about what.
    """
    if was:
        sets = changed(row, before)
        params, columns = [*sets.values(), row.id, was], tuple(sets)
    else:
        params, columns = list(astuple(row)[1:]), ()
    said = astuple(entry)
    params += [*said[1:_CASE], *said[_CASE + 1 :]]
    if tell:
        params += [row.town, entry.at, *(value for pair in tell for value in pair)]
    found = fetch(_statement(columns, len(tell)), params)
    if not found:
        return False
    row.id, entry.id = (int(new) for new in found[0])
    entry.case_id = row.id
    return True


@lru_cache(maxsize=512)
def _statement(columns: tuple[str, ...], notices: int) -> str:
    """columns: those of the case that change; none for a new case."""
    if columns:
        sets = ", ".join(f'"{name}" = %s' for name in columns)
        case = f"UPDATE cases_case SET {sets} WHERE id = %s AND version = %s RETURNING id"
    else:
        marks = ", ".join(["%s"] * len(ROW[1:]))
        case = f"INSERT INTO cases_case ({names_of(ROW[1:])}) VALUES ({marks}) RETURNING id"
    values = ", ".join("c.id" if name == "case_id" else _mark(Entry, name) for name in ENTRY[1:])
    entry = f"INSERT INTO cases_entry ({names_of(ENTRY[1:])}) SELECT {values} FROM c RETURNING id"
    told = ""
    if notices:
        posts = ", ".join([f"({_mark(Notice, 'post_id')}, {_mark(Notice, 'about')})"] * notices)
        told = (
            ", n AS (INSERT INTO cases_notice (town, case_id, entry_id, post_id, about, at, tries) "
            "SELECT t.town, c.id, e.id, p.post, p.about, t.at, 0 FROM c, e, "
            f"(VALUES ({_mark(Notice, 'town')}, {_mark(Notice, 'at')})) t(town, at), (VALUES {posts}) p(post, about))"
        )
    return f"WITH c AS ({case}), e AS ({entry}){told} SELECT c.id, e.id FROM c, e"


@cache
def _mark(model: Any, name: str) -> str:
    """A value's mark with its type, which a SELECT does not take from the column that it goes into."""
    kind = str(model._meta.get_field(name).db_type(connection)).partition("(")[0]
    return f"%s::{kind}"
