"""What time itself does to a case: a warning before a limit, and escalation or supervision when it has run out."""

from copy import copy
from datetime import datetime

from django.db import transaction

from gridtown import town as towns
from gridtown.cases import chain, store
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
from gridtown.kernel.told import SYSTEM, Actor
from gridtown.people import snapshot as people
from gridtown.town import Town

TICKER = Actor(person=SYSTEM, post="", roles=frozenset({SYSTEM}), place="", clearance=9)
LADDER = ("small", "big", "hard")  # 小事 village, 大事 town, 难事 county support (domain A5)


def fall_due(*, now: datetime, most: int = 500) -> int:
    """Write what has fallen due by now, at most so many cases; the number of cases that were looked at.

    Safe to run twice, by two tickers, or after a day's outage: each warning and expiry has one key.
    """
    town = towns.current()
    found = store.fetch(
        "SELECT id FROM cases_case WHERE next_at <= %s ORDER BY next_at LIMIT %s",
        [store.moment_in(now), most],
    )
    for (case,) in found:
        _look(town, int(case), now)
    return len(found)


@transaction.atomic
def _look(town: Town, case: int, now: datetime) -> None:
    row = store.case_by("id", case, lock=town.code)
    if row is None or row.next_at is None or row.next_at > now:
        return  # another ticker, or a move, was quicker
    kind = town.kind(row.line, row.kind)
    fallen = clockwork.fallen(load_clocks(row), limits_of(kind), now, town.calendar)
    for limit, what in fallen:
        write([_fallen(town, row, limit, what, now)])
    if not fallen:
        raise AssertionError(f"{row.number} is to be looked at, but nothing has fallen due")


def _fallen(town: Town, row: Row, limit: Limit, what: str, now: datetime) -> Change:
    kind, before = town.kind(row.line, row.kind), copy(row)
    clocks = load_clocks(row)
    due = clocks[limit.key].due
    key = f"fall:{row.number}:{limit.key}:{chain.moment(clocks[limit.key].start)}:{chain.moment(due)}:{what}"
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
    posts = people.current()
    if limit.then == "supervise" or limit.key == SUPERVISION:
        row.supervised = True
    else:
        row.level = (
            LADDER[min(LADDER.index(row.level) + 1, len(LADDER) - 1)] if row.level in LADDER else row.level
        )
    holder = posts.by_id(row.holder_id) if row.holder_id else None
    above = (
        posts.superior(holder, row.line, row.place)
        if holder
        else posts.who("supervisor", row.line, "", row.place)
    )
    if row.holder_id is not None:
        change.tell.append((row.holder_id, "overdue"))
    if above is not None and above.id != row.holder_id:
        change.tell.append((above.id, "escalated"))
