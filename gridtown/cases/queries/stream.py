"""The live feed, whose cursor is the ledger's own id, and each post's notices."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from gridtown.cases import store
from gridtown.cases.sql import POSTGRESQL
from gridtown.kernel.told import DUTY
from gridtown.people.scope import Scope, bounds


class Event(msgspec.Struct, frozen=True):
    """One entry as the live feed tells it: no answers, no names."""

    id: int
    at: datetime
    verb: str
    to: str
    number: str
    line: str
    kind: str
    title: str
    place: str
    urgency: str
    level: str
    confidential: int
    lon: float | None
    lat: float | None
    late: bool
    owed: bool = False  # a duty was opened because its time had come: nobody brought it


class Told(msgspec.Struct, frozen=True):
    """A notice to a post."""

    id: int
    at: datetime
    about: str
    number: str
    line: str
    title: str
    state: str
    seen: bool


# What a post was told about a case that has since gone on to somebody else, or ended, needs no looking at. Behind a
# sign SQLite does not look for an index: it has one of all that is open, and a notice's case is known by its id.
_PLAINLY = "" if POSTGRESQL else "+"
CONCERNS = f"NOT {_PLAINLY}c.ended AND (n.post_id = c.holder_id OR n.about = 'escalated')"


_LOOK_BACK = 5000  # entries: a small village of a large ledger is not looked for through all of it
_OWED = "(e.seq = 1 AND c.channel = %s)"
_TOLD = (
    'SELECT e.id, e.at, e.verb, e."to", c.number, c.line, c.kind, c.title, c.place, c.urgency, c.level, '
    f"c.confidential, c.lon, c.lat, c.due, c.ended, {_OWED} FROM cases_entry e JOIN cases_case c ON c.id = e.case_id"
)


def last_id() -> int:
    """The id of the newest entry."""
    return int(store.fetch("SELECT coalesce(max(id), 0) FROM cases_entry", [])[0][0])


def feed(*, scope: Scope, after: int, now: datetime, most: int = 200) -> tuple[tuple[Event, ...], int]:
    """What happened after a cursor, and the cursor to go on from; entries become visible in the order of ids."""
    said, params = scope.sql("s")
    # the scope beside the join: within it SQLite would go through all cases to see which of them are worth a look
    found = store.fetch(
        f"{_TOLD} WHERE e.id > %s "
        f"AND EXISTS (SELECT 1 FROM cases_case s WHERE s.id = e.case_id AND {said}) ORDER BY e.id LIMIT %s",
        [DUTY, after, *params, most],
    )
    events = tuple(_event(row, now) for row in found)
    return events, events[-1].id if events else after


def latest(*, scope: Scope, place: str, now: datetime, most: int) -> tuple[Event, ...]:
    """What was done last below a place, the newest first; without the duties that the system opened of itself.

    On the first of January hundreds of these are opened at once, behind which nothing else would be seen.
    """
    said, params = scope.sql("s")
    low, high = bounds(place)
    found = store.fetch(
        f"{_TOLD} WHERE e.id > %s AND {_PLAINLY}c.place >= %s AND {_PLAINLY}c.place < %s "
        f"AND NOT {_OWED} "
        f"AND EXISTS (SELECT 1 FROM cases_case s WHERE s.id = e.case_id AND {said}) ORDER BY e.id DESC LIMIT %s",
        [DUTY, last_id() - _LOOK_BACK, low, high, DUTY, *params, most],
    )
    return tuple(_event(row, now) for row in found)


def _event(row: Sequence[Any], now: datetime) -> Event:
    entry, at, *rest, due, ended, owed = row
    ends = store.moment_out(due)
    late = ends is not None and not ended and ends < now
    values: list[Any] = [int(entry), store.moment_out(at), *rest, late, bool(owed)]
    return Event(*values)


def kept_from(entries: Sequence[int]) -> dict[int, frozenset[int]]:
    """The posts that the cases of these entries are kept from, by entry; for whoever hands entries on by a scope."""
    if not entries:
        return {}
    marks = ", ".join(["%s"] * len(entries))
    found: dict[int, frozenset[int]] = {}
    for entry, post in store.fetch(
        f"SELECT e.id, b.post_id FROM cases_entry e JOIN cases_bar b ON b.case_id = e.case_id WHERE e.id IN ({marks})",
        entries,
    ):
        found[int(entry)] = found.get(int(entry), frozenset()) | {int(post)}
    return found


def notices(
    *, posts: tuple[int, ...], scope: Scope, unseen: bool = False, before: int = 0, size: int = 50
) -> tuple[Told, ...]:
    """What these posts were told, the newest first; `unseen`: what still waits to be looked at."""
    if not posts:
        return ()
    said, params = scope.sql("s")
    marks = ", ".join(["%s"] * len(posts))
    only = f"AND n.seen_at IS NULL AND {CONCERNS} " if unseen else ""
    older = "AND n.id < %s " if before else ""
    found = store.fetch(
        "SELECT n.id, n.at, n.about, c.number, c.line, c.title, c.state, n.seen_at IS NOT NULL FROM cases_notice n "
        f"JOIN cases_case c ON c.id = n.case_id WHERE n.post_id IN ({marks}) {only}{older}"
        f"AND EXISTS (SELECT 1 FROM cases_case s WHERE s.id = n.case_id AND {said}) ORDER BY n.id DESC LIMIT %s",
        [*posts, *([before] if before else []), *params, size],
    )
    made = ([int(n), store.moment_out(at), *rest, bool(seen)] for n, at, *rest, seen in found)
    return tuple(Told(*said) for said in made)


def see_notices(*, posts: tuple[int, ...], up_to: int, now: datetime) -> None:
    """Mark what these posts were told as seen; a notice is no entry, so this changes no past."""
    if posts:
        marks = ", ".join(["%s"] * len(posts))
        store.execute(
            f"UPDATE cases_notice SET seen_at = %s WHERE seen_at IS NULL AND id <= %s AND post_id IN ({marks})",
            [store.moment_in(now), up_to, *posts],
        )
