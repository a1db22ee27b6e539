"""Stretches of time that come again and again: what a duty's cases are owed in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, get_args

from gridtown.kernel.amounts import Amount, Unit
from gridtown.kernel.period import Period

Every = Literal["day", "week", "month", "quarter", "year"]
_NAMES: Mapping[str, Every] = {name: name for name in get_args(Every)}
_WEEK, _DAY = re.compile(r"(\d{4})-W(\d{2})"), re.compile(r"\d{4}-\d{2}-\d{2}")
_AMOUNT = re.compile(r"([\d.]+)([hd])(\d+)")
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Span:
    """One of them by its key (2026-03-02, 2026-W10, 2026-03, 2026-Q1, 2026, 10d73875); since <= t < until, in UTC."""

    key: str
    since: datetime
    until: datetime


def fits(every: Every | Amount) -> bool:
    """Whether something can come again in this: a name, or an amount of days or hours."""
    return every in _NAMES if isinstance(every, str) else every.unit in (Unit.DAYS, Unit.HOURS)


def read_every(text: str) -> Every | Amount:
    """ "month", or an amount such as "10 days"; ValueError for anything else."""
    every: Every | Amount = _NAMES[text] if text in _NAMES else Amount.parse(text)
    if not fits(every):
        raise ValueError(
            f"what comes again comes every {', '.join(_NAMES)}, or in days or hours; not {text!r}"
        )
    return every


def span_at(every: Every | Amount, at: datetime, zone: tzinfo) -> Span:
    """The stretch that a moment lies in, by the days of this zone."""
    day = at.astimezone(zone).date()
    if isinstance(every, Amount):
        index = (
            int(at.timestamp() // (every.n * _HOUR))
            if every.unit is Unit.HOURS
            else day.toordinal() // int(every.n)
        )
        return read_span(f"{every.n:g}{every.unit.value[0]}{index}", zone)
    return read_span(_key(every, day), zone)


def _key(every: Every, day: date) -> str:
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


def read_span(key: str, zone: tzinfo) -> Span:
    """A stretch from its key; ValueError for what is none."""
    if found := _AMOUNT.fullmatch(key):
        n, index = float(found[1]), int(found[3])
        if found[2] == "h":
            return Span(key, *(datetime.fromtimestamp(i * n * _HOUR, UTC) for i in (index, index + 1)))
        first = date.fromordinal(max(1, index * int(n)))
        return _of_days(key, first, date.fromordinal((index + 1) * int(n)), zone)
    if found := _WEEK.fullmatch(key):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return _of_days(key, monday, monday + timedelta(weeks=1), zone)
    if _DAY.fullmatch(key):
        day = date.fromisoformat(key)
        return _of_days(key, day, day + timedelta(days=1), zone)
    named = Period.parse(key, zone)
    return Span(key, named.since, named.until)


def _of_days(key: str, first: date, after: date, zone: tzinfo) -> Span:
    return Span(key, *(datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, after)))
