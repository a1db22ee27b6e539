"""Lists of cases: scoped, filtered, paged by key; the same cost on any page and no exact count."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from django.db import connection

from gridtown.cases import store
from gridtown.cases.lights import LOOK_BACK
from gridtown.people.scope import Scope, bounds

Order = Literal["newest", "due"]
GRID = 15  # digits of a grid's code, below which there is nothing
MOST_DIGITS = 19  # an id has fewer
LOOKED_THROUGH = 5000  # a text is looked for in so many of the newest cases that fit the other filters

_BRIEF = (
    "id", "number", "line", "kind", "state", "outcome", "ended", "place", "lon", "lat", "title", "category", "urgency",
    "level", "channel", "holder_id", "due", "supervised", "opened", "closed", "version", "reporters",
)  # fmt: skip
_TIMES = tuple(_BRIEF.index(name) for name in ("due", "opened", "closed"))
_ENDED, _SUPERVISED, _DUE = (_BRIEF.index(name) for name in ("ended", "supervised", "due"))
COLUMNS = ", ".join(f"c.{name}" for name in _BRIEF)


class BadCursor(ValueError):
    """Where a page shall begin, said in a way that no page before has answered."""


class Brief(msgspec.Struct, frozen=True):
    """A case as a list shows it; times in UTC, the point in WGS84 degrees."""

    id: int
    number: str
    line: str
    kind: str
    state: str
    outcome: str
    ended: bool
    place: str
    lon: float | None
    lat: float | None
    title: str
    category: str
    urgency: str
    level: str
    channel: str
    holder_id: int | None
    due: datetime | None
    supervised: bool
    opened: datetime
    closed: datetime | None
    version: int
    reporters: int
    late: bool


class Filters(msgspec.Struct, frozen=True):
    """What a list is narrowed to; None and empty mean any."""

    line: str = ""
    kind: str = ""
    state: str = ""
    place: str = ""  # a code prefix
    level: str = ""
    category: str = ""
    channel: str = ""
    holders: tuple[int, ...] = ()
    open: bool | None = None
    late: bool | None = None
    supervised: bool | None = None
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    record: int | None = None
    parent: int | None = None
    text: str = ""  # a number, or words of the title


class Page(msgspec.Struct, frozen=True):
    """One page of a list; `next` is the cursor of the following one, empty on the last."""

    rows: tuple[Brief, ...]
    next: str = ""


def where(scope: Scope, filters: Filters, now: datetime) -> tuple[list[str], list[Any]]:
    """The conditions of scope and filters over cases_case c."""
    said, params = scope.sql("c")
    clauses, values = [said], list(params)
    for column in ("line", "kind", "state", "level", "category", "channel"):
        if text := _sayable(getattr(filters, column)):
            clauses.append(f"c.{column} = %s")
            values.append(text)
    if len(filters.place) == GRID:
        clauses.append("c.place = %s")
        values.append(filters.place)
    elif filters.place:
        low, high = bounds(filters.place)
        clauses.append("c.place >= %s AND c.place < %s")
        values += [low, high]
    if filters.holders:
        clauses.append(f"c.holder_id IN ({', '.join(['%s'] * len(filters.holders))})")
        values += filters.holders
    for column, value in (("record_id", filters.record), ("parent_id", filters.parent)):
        if value is not None:
            clauses.append(f"c.{column} = %s")
            values.append(value)
    if filters.open is not None:
        clauses.append("NOT c.ended" if filters.open else "c.ended")
    if filters.supervised is not None:
        clauses.append("c.supervised" if filters.supervised else "NOT c.supervised")
    if filters.late is not None:
        clauses.append(
            "NOT c.ended AND c.due < %s" if filters.late else "(c.ended OR c.due IS NULL OR c.due >= %s)"
        )
        values.append(store.moment_in(now))
    for sign, moment in ((">=", filters.opened_from), ("<", filters.opened_to)):
        if moment is not None:
            clauses.append(f"c.opened {sign} %s")
            values.append(store.moment_in(moment))
    return clauses, values


def _sayable(asked: str) -> str:
    """What is asked for without the sign NUL, which PostgreSQL takes in no text: nothing of ours has it."""
    return asked.replace("\0", "")


def brief_of(values: Sequence[Any], now: datetime) -> Brief:
    """A brief from the values of its columns."""
    said = list(values)
    for i in _TIMES:
        said[i] = store.moment_out(said[i])
    said[_ENDED], said[_SUPERVISED] = bool(said[_ENDED]), bool(said[_SUPERVISED])
    due = said[_DUE]
    said.append(due is not None and not said[_ENDED] and due < now)
    return Brief(*said)


def listing(
    *,
    scope: Scope,
    now: datetime,
    filters: Filters = Filters(),  # noqa: B008 - frozen
    after: str = "",
    size: int = 50,
    order: Order = "newest",
) -> Page:
    """One page of cases in one query; `after` is the cursor that the page before answered."""
    size = max(1, min(size, 200))
    clauses, params = where(scope, filters, now)
    text = _sayable(filters.text).strip()
    if text and any(c.isdigit() for c in text) and text.replace("-", "").isalnum() and text.isascii():
        clauses.append("c.number LIKE %s")
        params.append(f"{text.upper()}%")
        text = ""
    if order == "due":
        clauses.append("NOT c.ended AND c.due IS NOT NULL")
        if after:
            clauses.append("(c.due, c.id) > (%s, %s)")
            params += _left_at(after, order)
        sort = "c.due, c.id"
    else:
        if after:
            clauses.append("c.id < %s")
            params += _left_at(after, order)
        sort = "c.id DESC"
    source = f"cases_case c{_path(filters, order, now)}"
    if text:
        inner = (
            f"SELECT c.* FROM {source} WHERE {' AND '.join(clauses)} ORDER BY {sort} LIMIT {LOOKED_THROUGH}"
        )
        source, clauses = f"({inner}) c", ["c.title LIKE %s"]
        params.append(f"%{text}%")
    sql = f"SELECT {COLUMNS} FROM {source} WHERE {' AND '.join(clauses)} ORDER BY {sort} LIMIT %s"
    found = [brief_of(values, now) for values in store.fetch(sql, [*params, size + 1])]
    rows = tuple(found[:size])
    more = len(found) > size
    return Page(rows, _cursor(rows[-1], order) if more else "")


def _path(filters: Filters, order: Order, now: datetime) -> str:
    """Tell SQLite, which keeps no histogram of codes, to walk the order asked for instead of sorting a whole place.

    What was opened of late is found by its opening: where few fit what else is asked, all would be gone through.
    """
    if connection.vendor != "sqlite" or filters.holders or filters.record or filters.parent:
        return ""
    if order == "due":
        return " INDEXED BY case_kind_due" if filters.line and filters.kind else " INDEXED BY case_due"
    if (filters.line and filters.state) or len(filters.place) == GRID:
        return ""
    if filters.opened_from is not None and now - filters.opened_from <= LOOK_BACK:
        return " INDEXED BY case_opened"
    return " NOT INDEXED"  # the table's own order, by id


def _cursor(last: Brief, order: Order) -> str:
    return f"{last.due.isoformat()}~{last.id}" if order == "due" and last.due else str(last.id)


def _left_at(cursor: str, order: Order) -> list[Any]:
    """Where the page before left off, as the database has it."""
    due, _, last = cursor.rpartition("~")
    try:
        if not (last.isascii() and last.isdecimal() and len(last) < MOST_DIGITS):
            raise ValueError(last)
        return [store.moment_in(datetime.fromisoformat(due)), int(last)] if order == "due" else [int(last)]
    except (ValueError, OverflowError):
        raise BadCursor(cursor) from None


def queue(*, scope: Scope, holders: tuple[int, ...], now: datetime, after: str = "", size: int = 50) -> Page:
    """What waits on these posts, the soonest due first."""
    if not holders:
        return Page(())
    mine = Filters(holders=holders, open=True)
    return listing(scope=scope, now=now, filters=mine, after=after, size=size, order="due")


def open_by_post(*, scope: Scope) -> dict[int, int]:
    """How many open cases each post holds, for gaps and overloads."""
    said, params = scope.sql("c")
    sql = (
        "SELECT c.holder_id, count(*) FROM cases_case c "
        f"WHERE NOT c.ended AND c.holder_id IS NOT NULL AND {said} GROUP BY 1"
    )
    return {int(post): int(n) for post, n in store.fetch(sql, params)}
