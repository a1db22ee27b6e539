"""The working-day calendar of a town: which days are worked, and where an amount of working time ends.

Chinese public holidays move, and weekends are worked to make up for them (调休), so every year has its
own table. A year without a table is an error, never a guess.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from types import MappingProxyType
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gridtown.kernel.told import Refused

_DAY_END = time(23, 59, 59)
_SATURDAY = 5


class MissingYear(Refused, LookupError):
    """A day was asked for in a year that the town's calendar has no table for."""

    def __init__(self, year: int, known: Iterable[int] = ()) -> None:
        super().__init__("calendar_missing", year=year)
        self.year = year
        self.known = sorted(known)

    def __str__(self) -> str:
        has = f"it knows {self.known[0]} to {self.known[-1]}" if self.known else "it knows no year at all"
        return (
            f"the working-day calendar has no table for {self.year} ({has}): "
            f"add [years.{self.year}] to the town's calendar.toml from the State Council's holiday notice"
        )


class CalendarError(ValueError):
    """The town's calendar table, or its office hours, cannot be read as written."""


@dataclass(frozen=True)
class OfficeHours:
    """The spans of local time in which a workday's 工作时 run, in order and not overlapping."""

    spans: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        """Refuse spans that could not be counted."""
        if not self.spans:
            raise CalendarError("office hours need at least one span, such as 08:30-12:00")
        edges = [_of_day(edge) for span in self.spans for edge in span]
        if any(a >= b for a, b in pairwise(edges)):
            raise CalendarError(f"office hours must run forward and not touch or overlap: {self}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "08:30-12:00 13:30-17:30"."""
        try:
            pairs = [[time.fromisoformat(edge) for edge in span.split("-")] for span in text.split()]
            return cls(tuple((a, b) for a, b in pairs))
        except CalendarError:
            raise
        except ValueError as wrong:
            raise CalendarError(
                f"office hours are written like 08:30-12:00 13:30-17:30, not {text!r}"
            ) from wrong

    def __str__(self) -> str:
        return " ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in self.spans)

    @property
    def seconds(self) -> int:
        """The seconds of work in one workday."""
        return sum(_of_day(b) - _of_day(a) for a, b in self.spans)


def _of_day(moment: time | datetime) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


OFFICE = OfficeHours(((time(8, 30), time(12)), (time(13, 30), time(17, 30))))
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Calendar:
    """The days of consecutive years that are not worked, and the office hours of those that are.

    `years` holds for each year all its non-working days: weekends not made up and public holidays.
    Moments given must be aware; those returned are UTC. Every question outside `years` raises MissingYear.
    """

    years: Mapping[int, frozenset[date]]
    office: OfficeHours = OFFICE
    zone: tzinfo = CHINA
    _workdays: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _spans: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    _per_day: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay all workdays out in one sorted row of day numbers: a due date is computed on every report."""
        years = sorted(self.years)
        if years and years != list(range(years[0], years[-1] + 1)):
            gap = next(year for year in range(years[0], years[-1]) if year not in self.years)
            raise MissingYear(gap, years)
        for year, off in self.years.items():
            if stray := sorted(day for day in off if day.year != year):
                raise CalendarError(f"{stray[0]} stands in the table of {year}")
        worked = (day.toordinal() for year in years for day in _days_of(year) if day not in self.years[year])
        put = object.__setattr__
        put(self, "years", MappingProxyType({year: frozenset(self.years[year]) for year in years}))
        put(self, "_workdays", tuple(worked))
        put(self, "_spans", tuple((_of_day(a), _of_day(b)) for a, b in self.office.spans))
        put(self, "_per_day", self.office.seconds)

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[int, Iterable[str], Iterable[str]]],
        office: OfficeHours = OFFICE,
        zone: tzinfo = CHINA,
    ) -> Self:
        """Build from rows of (year, holidays, make-up workdays): "2023-01-02" or "2023-01-21..2023-01-27"."""
        years: dict[int, frozenset[date]] = {}
        for year, holidays, make_ups in rows:
            if year in years:
                raise CalendarError(f"the table of {year} is given twice")
            years[year] = _off_days(year, _spread(year, holidays), _spread(year, make_ups))
        return cls(years, office, zone)

    def covers(self, year: int) -> bool:
        """Whether the town has a table for this year."""
        return year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether this day is worked."""
        return day not in self._table(day)

    def next_workday(self, day: date) -> date:
        """The first workday on or after this day: the day itself where it is one."""
        self._table(day)
        return self._nth(bisect_left(self._workdays, day.toordinal()))

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th workday after this day, itself not counted (n < 0: before it; n = 0: the day as it is)."""
        self._table(day)
        if n == 0:
            return day
        if n < 0:
            return self._nth(bisect_left(self._workdays, day.toordinal()) + n)
        return self._nth(bisect_right(self._workdays, day.toordinal()) + n - 1)

    def workdays_between(self, after: date, until: date) -> int:
        """How many workdays lie after the one day, up to and with the other; negative if that comes first."""
        self._table(after)
        self._table(until)
        return bisect_right(self._workdays, until.toordinal()) - bisect_right(
            self._workdays, after.toordinal()
        )

    def day(self, moment: datetime) -> date:
        """The local day of a moment."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The last second of a local day."""
        return datetime.combine(day, _DAY_END, self.zone).astimezone(UTC)

    def add_work(self, moment: datetime, seconds: int) -> datetime:
        """The moment when so many more seconds of office time have passed; negative counts back from it."""
        if seconds == 0:
            return moment.astimezone(UTC)
        day, within = divmod(self._worked(moment) + seconds, self._per_day)
        if within == 0 and seconds > 0:
            # An amount used up at closing time ends then, not at the next opening.
            day, within = day - 1, self._per_day
        for opens, closes in self._spans:
            if within <= closes - opens:
                at = opens + within
                break
            within -= closes - opens
        clock = time(at // 3600, at // 60 % 60, at % 60)
        return datetime.combine(self._nth(day), clock, self.zone).astimezone(UTC)

    def work_between(self, start: datetime, end: datetime) -> int:
        """The seconds of office time between two moments; negative if the end comes first."""
        return self._worked(end) - self._worked(start)

    def _worked(self, moment: datetime) -> int:
        """The office seconds from the beginning of the first known year until a moment."""
        local = moment.astimezone(self.zone)
        day = local.date()
        before = bisect_left(self._workdays, day.toordinal())
        total = before * self._per_day
        if day not in self._table(day):
            now = _of_day(local)
            for opens, closes in self._spans:
                if now <= opens:
                    break
                total += min(now, closes) - opens
        return total

    def _nth(self, index: int) -> date:
        """The workday at a place in the row; beyond either end lies a year without a table."""
        if index < 0:
            raise MissingYear(min(self.years) - 1, self.years)
        if index >= len(self._workdays):
            raise MissingYear(max(self.years) + 1, self.years)
        return date.fromordinal(self._workdays[index])

    def _table(self, day: date) -> frozenset[date]:
        try:
            return self.years[day.year]
        except KeyError:
            raise MissingYear(day.year, self.years) from None


def read_calendar(data: Mapping[str, object]) -> Calendar:
    """Read a town's calendar.toml, already parsed.

    Optional `zone` and `office`; then one table per year, `[years.2023]`, with `source` (the notice it was
    taken from), `holidays` (days off beside ordinary weekends) and `make_up_workdays` (worked weekends).
    """
    if unknown := sorted(set(data) - {"zone", "office", "years"}):
        raise CalendarError(
            f"calendar.toml does not know {', '.join(unknown)}: it has zone, office and years"
        )
    tables = data.get("years")
    if not isinstance(tables, Mapping):
        raise CalendarError("calendar.toml needs tables such as [years.2023]")
    office = data.get("office")
    return Calendar.from_rows(
        (_read_year(name, table) for name, table in tables.items()),
        OfficeHours.parse(_text("office", office)) if office is not None else OFFICE,
        _zone(_text("zone", data["zone"])) if "zone" in data else CHINA,
    )


def _read_year(name: str, table: object) -> tuple[int, list[str], list[str]]:
    if not name.isdecimal() or not 1 < int(name) < 9999:
        raise CalendarError(f"[years.{name}]: {name!r} is no year")
    keys = {"source", "holidays", "make_up_workdays"}
    if not isinstance(table, Mapping) or set(table) != keys:
        raise CalendarError(f"[years.{name}] must have exactly {', '.join(sorted(keys))}")
    if not _text(f"the source of {name}", table["source"]).strip():
        raise CalendarError(f"[years.{name}] must name the notice that it was taken from as its source")
    return int(name), _texts(name, table["holidays"]), _texts(name, table["make_up_workdays"])


def _text(what: str, value: object) -> str:
    if not isinstance(value, str):
        raise CalendarError(f"{what} in calendar.toml must be text in quotes, not {value!r}")
    return value


def _texts(year: str, value: object) -> list[str]:
    if not isinstance(value, list):
        raise CalendarError(f"[years.{year}]: days are a list of texts, not {value!r}")
    return [day.isoformat() if isinstance(day, date) else _text(f"a day of {year}", day) for day in value]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as wrong:
        raise CalendarError(f"calendar.toml: there is no time zone {name!r}") from wrong


def _spread(year: int, texts: Iterable[str]) -> set[date]:
    """All days that a list of days and spans names."""
    days: set[date] = set()
    for text in texts:
        try:
            first, _, last = text.partition("..")
            start, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        except ValueError as wrong:
            raise CalendarError(
                f"{year}: a day is written 2023-01-02, a span 2023-01-21..2023-01-27; not {text!r}"
            ) from wrong
        span = {start + timedelta(n) for n in range((end - start).days + 1)}
        if not span:
            raise CalendarError(f"{year}: {text} ends before it begins")
        if any(day.year != year for day in span):
            raise CalendarError(f"{text} stands in the table of {year}")
        if twice := days & span:
            raise CalendarError(f"{year}: {min(twice)} is listed twice")
        days |= span
    return days


def _off_days(year: int, holidays: set[date], make_ups: set[date]) -> frozenset[date]:
    if both := holidays & make_ups:
        raise CalendarError(f"{year}: {min(both)} cannot be both a holiday and a make-up workday")
    weekends = {day for day in _days_of(year) if day.weekday() >= _SATURDAY}
    if idle := make_ups - weekends:
        raise CalendarError(f"{year}: {min(idle)} is no weekend, so it cannot be a make-up workday")
    return frozenset(weekends - make_ups | holidays)


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days))
