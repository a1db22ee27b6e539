"""Counting open cases' clocks again when the town's calendar has changed, with an entry where a due time moved."""

import hashlib
import logging
from collections import Counter
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from gridtown import town as towns
from gridtown.cases import chain, store
from gridtown.cases.actions.falling import TICKER, look_again
from gridtown.cases.actions.records import journal
from gridtown.cases.actions.reporting import decoded
from gridtown.cases.actions.writing import begin, close_up, load_clocks, set_clocks, write
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.calendar import Calendar
from gridtown.town import Town

_log = logging.getLogger(__name__)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Recounted:
    """How many open cases were looked at, whose due time moved, whose next look moved, and who could not be counted."""

    looked: int
    moved: int
    looks: int
    failed: int


def calendar_digest(calendar: Calendar) -> str:
    """Sixteen hex digits that change with every day off, office hour and zone of a calendar."""
    days = {str(year): sorted(day.isoformat() for day in off) for year, off in calendar.years.items()}
    said = chain.text([str(calendar.zone), str(calendar.office), days])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def recount(*, now: datetime) -> Recounted:
    """Bring every open case's clocks to the calendar as it is now; a second run finds nothing to change.

    What was extended, has stood still or has run out stays as people were told (kernel.clocks.recompute). A
    line in the town's journal says that it was done, once for each calendar.
    """
    town = towns.current()
    digest = calendar_digest(town.calendar)
    came = Counter[str]()
    last = 0
    while page := store.fetch(
        "SELECT id FROM cases_case WHERE next_at IS NOT NULL AND id > %s ORDER BY id LIMIT %s", [last, _PAGE]
    ):
        came.update(_tried(town, int(case), digest, now) for (case,) in page)
        last = int(page[-1][0])
    done = Recounted(came.total(), came["moved"], came["looks"], came["failed"])
    if not done.failed and not counted(town):
        said = {"calendar": digest, "looked": done.looked, "moved": done.moved}
        key = f"recount:{town.code}:{digest}:{chain.moment(now)}"
        journal(verb="recount", answers=said, by=TICKER, now=now, key=key)
    return done


def counted(town: Town) -> bool:
    """Whether the clocks were last counted by the calendar that the town has now."""
    found = store.fetch(
        "SELECT e.answers FROM cases_entry e WHERE e.town = %s AND e.case_id IS NULL AND e.record_id IS NULL "
        "AND e.verb = 'recount' ORDER BY e.seq DESC LIMIT 1",
        [town.code],
    )
    return bool(found) and decoded(str(found[0][0]))["calendar"] == calendar_digest(town.calendar)


def _tried(town: Town, case: int, digest: str, now: datetime) -> str:
    try:
        return _recount(town, case, digest, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        _log.exception("the clocks of case %s could not be counted again", case)
        return "failed"


@transaction.atomic
def _recount(town: Town, case: int, digest: str, now: datetime) -> str:
    row = store.case_by("id", case, lock=town.code)
    if row is None or row.next_at is None:
        return ""
    kind, before, clocks = town.kind(row.line, row.kind), copy(row), load_clocks(row)
    after = {key: clockwork.recompute(clock, town.calendar) for key, clock in clocks.items()}
    changed = {
        key: {"from": chain.moment(clocks[key].due), "to": chain.moment(clock.due)}
        for key, clock in after.items()
        if clock.due != clocks[key].due
    }
    if not changed:
        return "looks" if look_again(town, kind, row) else ""
    key = f"recount:{row.number}:{row.version}:{digest}"
    answers = {"calendar": digest, "changed": changed}
    change = begin(row, verb="recount", by=TICKER, now=now, key=key, to=row.state, answers=answers)
    set_clocks(town, kind, row, change.entry, after)
    if row.holder_id is not None:
        change.tell.append((row.holder_id, "recounted"))
    close_up(change, before)
    write([change])
    return "moved"
