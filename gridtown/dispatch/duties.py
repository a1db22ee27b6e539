"""定期职责: what is owed again and again on a record opens one case in each period, and never two."""

import logging
from datetime import date, datetime

from django.db import InterfaceError, OperationalError

from gridtown import town as towns
from gridtown.cases import actions, queries, store
from gridtown.cases.actions.falling import TICKER
from gridtown.cases.queries import RecordView
from gridtown.kernel import forms
from gridtown.kernel.amounts import Amount, Unit
from gridtown.kernel.line import Duty, Every, Register
from gridtown.kernel.told import Refused
from gridtown.town import Town

_log = logging.getLogger(__name__)
_PAGE = 500
_HOUR = 3600


def period(every: Every | Amount, at: datetime, town: Town) -> str:
    """The period that a moment lies in, by the town's days: 2026-03-02, 2026-W10, 2026-03, 2026-Q1, 2026, 10d73875."""
    day = at.astimezone(town.zone).date()
    if isinstance(every, Amount):
        if every.unit is Unit.HOURS:
            return f"{every.n:g}h{int(at.timestamp() // (every.n * _HOUR))}"
        return f"{every.n:g}d{day.toordinal() // int(every.n)}"
    return _named(every, day)


def _named(every: Every, day: date) -> str:
    match every:
        case "day":
            return day.isoformat()
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{day:%Y-%m}"
        case "quarter":
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case "year":
            return str(day.year)


def open_owed(*, now: datetime) -> int:
    """Open what is owed in the present period and not opened yet; how many cases were opened.

    Safe to run twice or by two at once: record, duty and period make the key. A period in which nobody ticked
    is not made up for: what was not asked for was not missed.
    """
    town = towns.current()
    return sum(
        _open(town, line.key, register, duty, now)
        for line in town.lines.values()
        for register in line.registers
        for duty in register.duties
    )


def _open(town: Town, line: str, register: Register, duty: Duty, now: datetime) -> int:
    span, opened, after = period(duty.every, now, town), 0, 0
    while page := queries.records(line=line, register=register.key, after=after, size=_PAGE):
        after = page[-1].id
        owed = {f"duty:{record.id}:{duty.key}:{span}": record for record in page}
        known = store.known_keys(owed)
        for key, record in owed.items():
            if key not in known:
                opened += _opened(town, line, register, duty, record, now, key)
    return opened


def _opened(
    town: Town, line: str, register: Register, duty: Duty, record: RecordView, now: datetime, key: str
) -> bool:
    kind = town.kind(line, duty.opens)
    answers: dict[str, object] = {}
    for spec in forms.fields_of(kind.intake):
        if spec.register == register.key:
            answers[spec.name] = record.id
        elif spec.sets == "title":
            answers[spec.name] = record.name[: spec.max_length]
    try:
        told = actions.report(
            line=line, kind=kind.key, answers=answers, by=TICKER, now=now, key=key, channel="duty",
            place=record.place, record=record.id,
        )  # fmt: skip
    except (OperationalError, InterfaceError):
        raise
    except Refused as why:
        _log.error("duty %s on record %s could not be opened: %s", duty.key, record.id, why.key)
        return False
    except Exception:
        _log.exception("duty %s on record %s could not be opened; it is tried again", duty.key, record.id)
        return False
    return not told.repeated
