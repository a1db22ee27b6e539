"""What time itself does to a case: a warning before a limit, and escalation or supervision when it has run out."""

import logging
from copy import copy
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError

from gridtown import town as towns
from gridtown.cases import chain, store
from gridtown.cases.actions import barring, taking
from gridtown.cases.actions.writing import (
    SUPERVISION,
    Change,
    begin,
    close_up,
    limits_of,
    load_clocks,
    set_clocks,
    write,
)
from gridtown.cases.store import Row
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.clocks import Limit
from gridtown.kernel.line import Kind
from gridtown.kernel.told import SYSTEM, Actor
from gridtown.people import snapshot as people
from gridtown.people.picture import Shut
from gridtown.town import Town

_log = logging.getLogger(__name__)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
TICKER = Actor(person=SYSTEM, post="", roles=frozenset({SYSTEM}), place="", clearance=9)
LADDER = ("small", "big", "hard")  # 小事 village, 大事 town, 难事 county support (domain A5)


def fall_due(*, now: datetime, most: int = 500) -> int:
    """Write what has fallen due by now, for at most so many cases, the longest due first; how many were looked at.

    Safe to run twice, by two tickers, or after a day's outage: each warning and expiry has one key. A case that
    cannot be judged is logged, left as it is and tried again next time; it holds up no other.
    """
    town = towns.current()
    looked, after = 0, (_BEGINNING, 0)
    while looked < most:
        asked = most - looked
        found = _due(now, after, asked)
        looked += sum(_tried(town, case, now) for case, _ in found)
        if len(found) < asked:
            break
        after = (found[-1][1], found[-1][0])
    return looked


def _due(now: datetime, after: tuple[datetime, int], most: int) -> list[tuple[int, datetime]]:
    found = store.fetch(
        "SELECT id, next_at FROM cases_case WHERE next_at <= %s AND (next_at, id) > (%s, %s) "
        "ORDER BY next_at, id LIMIT %s",
        [store.moment_in(now), store.moment_in(after[0]), after[1], most],
    )
    return [(int(case), store.moment_out(at)) for case, at in found]


def _tried(town: Town, case: int, now: datetime) -> bool:
    """Look at one case; False, and a line in the log, where that fails. A lost database is nobody's case."""
    try:
        _look(town, case, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        _log.exception("case %s could not be judged; it is tried again with the next tick", case)
        return False
    return True


@store.together()
def _look(town: Town, case: int, now: datetime) -> None:
    row = store.case_by("id", case, lock=town.code)
    if row is None or row.next_at is None or row.next_at > now:
        return  # another ticker, or a move, was quicker
    kind = town.kind(row.line, row.kind)
    fallen = clockwork.fallen(load_clocks(row), limits_of(kind), now, town.calendar)
    for limit, what in fallen:
        if row.ended or limit.key not in load_clocks(row):
            break  # an expiry before this one has moved the case on
        if limit.by_itself:
            row = _moved_on(town, row, limit, now)
        else:
            write([_fallen(town, row, limit, what, now)])
    if not fallen:
        look_again(town, kind, row)


def _moved_on(town: Town, row: Row, limit: Limit, now: datetime) -> Row:
    """The case after the move that its limit names; it expires like any other where a guard has refused that move."""
    key = f"then:{row.number}:{row.version}:{limit.then}"
    refused = taking.by_itself(town, copy(row), limit.then, by=TICKER, now=now, key=key)
    if refused is not None:
        _log.info("%s: time could not %s: %s", row.number, limit.then, refused.key)
        write([_fallen(town, row, limit, "expire", now)])
    return store.case_by("id", row.id) or row


def look_again(town: Town, kind: Kind, row: Row) -> bool:
    """Put right when the ticker must look next, where calendar or warning have changed since; no fact, so no entry."""
    at = clockwork.next_look(load_clocks(row), limits_of(kind), town.calendar)
    if at == row.next_at:
        return False
    store.execute(
        "UPDATE cases_case SET next_at = %s WHERE id = %s AND version = %s",
        [store.moment_in(at), row.id, row.version],
    )
    return True


def _fallen(town: Town, row: Row, limit: Limit, what: str, now: datetime) -> Change:
    kind, before = town.kind(row.line, row.kind), copy(row)
    clocks = load_clocks(row)
    due = clocks[limit.key].due
    began = int(clocks[limit.key].start.timestamp())
    key = f"fall:{row.number}:{limit.key}:{began}:{int(due.timestamp()) if due else 0}:{what}"
    answers = {"limit": limit.key, "due": chain.moment(due)}
    change = begin(row, verb=what, by=TICKER, now=now, key=key, to=row.state, answers=answers)
    if what == "expire":
        _escalate(row, limit, change)
    elif row.holder_id is not None:
        change.tell.append((row.holder_id, "warned"))
    after = clockwork.mark(clocks, limit.key, warned=what == "warn", expired=what == "expire")
    set_clocks(town, kind, row, change.entry, after)
    close_up(change, before)
    return change


def _escalate(row: Row, limit: Limit, change: Change) -> None:
    """One rung up the ladder, or under supervision; the post above the holder is told in either case."""
    posts, out = people.current(), Shut(barring.of(row), row.confidential)
    if limit.then != "escalate" or limit.key == SUPERVISION:
        row.supervised = True
    else:
        row.level = (
            LADDER[min(LADDER.index(row.level) + 1, len(LADDER) - 1)] if row.level in LADDER else row.level
        )
    holder = posts.by_id(row.holder_id) if row.holder_id else None
    above = (
        posts.superior(holder, row.line, row.place, out)
        if holder
        else posts.who("supervisor", row.line, "", row.place, out)
    )
    if row.holder_id is not None:
        change.tell.append((row.holder_id, "overdue"))
    if above is not None and above.id != row.holder_id:
        change.tell.append((above.id, "escalated"))


def lay_aside_notices(*, now: datetime) -> int:
    """Mark as seen what posts were told about cases that have since ended or gone on to somebody else; how many.

    Notices are no entries: this changes nobody's past, and keeps the unseen ones few.
    """
    return store.execute(
        "UPDATE cases_notice SET seen_at = %s WHERE seen_at IS NULL AND post_id IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM cases_case c WHERE c.id = cases_notice.case_id AND NOT c.ended "
        "AND (c.holder_id = cases_notice.post_id OR cases_notice.about = 'escalated'))",
        [store.moment_in(now)],
    )
