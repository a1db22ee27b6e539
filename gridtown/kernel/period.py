"""Stretches of time that figures are asked for: a year, a quarter, a month, or from one day to another."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-[Qq]([1-4])")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


def _first_of(year: int, month: int) -> date:
    """The first day of a month, counted on beyond December."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


@dataclass(frozen=True, slots=True)
class Period:
    """`key` as written (2023, 2023-Q2, 2023-05, 2023-05-01..2023-05-10); since <= t < until, in UTC."""

    key: str
    since: datetime
    until: datetime

    @classmethod
    def parse(cls, key: str, zone: tzinfo) -> Self:
        """Read a period as people write it, in the town's time zone; ValueError where it cannot be read."""
        try:
            return cls._parsed(key, zone)
        except OverflowError as beyond:
            raise ValueError(f"beyond the calendar: {key!r}") from beyond

    @classmethod
    def _parsed(cls, key: str, zone: tzinfo) -> Self:
        if found := _YEAR.fullmatch(key):
            year = int(found[1])
            return cls._of(key, _first_of(year, 1), _first_of(year, 13), zone)
        if found := _MONTH.fullmatch(key):
            year, month = int(found[1]), int(found[2])
            if not 1 <= month <= 12:
                raise ValueError(f"no month: {key!r}")
            return cls._of(key, _first_of(year, month), _first_of(year, month + 1), zone)
        if found := _QUARTER.fullmatch(key):
            year, month = int(found[1]), int(found[2]) * 3 - 2
            return cls._of(key, _first_of(year, month), _first_of(year, month + 3), zone)
        if found := _DAYS.fullmatch(key):
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
            if first <= last:
                return cls._of(key, first, last + timedelta(days=1), zone)
        raise ValueError(f"a period is written 2023, 2023-Q2, 2023-05 or 2023-05-01..2023-05-10, not {key!r}")

    @classmethod
    def _of(cls, key: str, first: date, after: date, zone: tzinfo) -> Self:
        since, until = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, after))
        return cls(key, since, until)

    def seen_at(self, now: datetime) -> Self:
        """This period as far as it had come at a moment: a running year is judged up to now."""
        return type(self)(self.key, self.since, max(self.since, min(self.until, now)))

    def year_before(self, zone: tzinfo) -> Self:
        """The same stretch a year earlier: 2022-05 for 2023-05, else the same days (28 February for the 29th)."""
        if (year := re.match(r"\d{4}", self.key)) and not _DAYS.fullmatch(self.key):
            return self.parse(f"{int(year[0]) - 1:04}{self.key[4:]}", zone)
        first, last = (
            self.since.astimezone(zone).date(),
            (self.until.astimezone(zone) - timedelta(seconds=1)).date(),
        )
        return self.parse(f"{_year_earlier(first)}..{_year_earlier(last)}", zone)

    def days_to(self, now: datetime, zone: tzinfo) -> Self:
        """The days of this period that have begun by a moment, the last one whole; all of it once it is over."""
        if now >= self.until or now < self.since:
            return self
        return self.parse(f"{self.since.astimezone(zone).date()}..{now.astimezone(zone).date()}", zone)

    def months(self, zone: tzinfo) -> tuple[Self, ...]:
        """The months that begin within it, oldest first: the points of a trend."""
        start = self.since.astimezone(zone).date()
        said = []
        month = _first_of(start.year, start.month)
        while datetime.combine(month, time(), zone) < self.until:
            said.append(self.parse(f"{month:%Y-%m}", zone))
            month = _first_of(month.year, month.month + 1)
        return tuple(said)
