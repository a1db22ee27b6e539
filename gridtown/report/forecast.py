"""Where a figure will stand when the year ends, with its error: simple methods, chosen by what is already over.

    forecast("appeals.received", year=2026) -> Forecast
    project(Course(…), flow=True)           -> the same of any series, such as published statistics

Every figure is looked at as it stood at the end of each month since January (its course). A figure that adds up (a
count of what happened, a sum) goes on by its pace of the year, by its pace of the last three months, or by the share
of last year that had been reached by then. One that does not (a ratio, a median, what stands on a register) stays, or
moves as far as it moved last year from here to the end. Each method is tried on the months that are over: from the
end of each month from February on it forecasts the later ones. The least miss chooses; its size, for each month
still to come, makes the range, which holds about four times out of five where the year goes on as it was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from types import MappingProxyType

from gridtown import town as towns
from gridtown.kernel.indicator import STANDING, Indicator
from gridtown.kernel.period import Period
from gridtown.report import numbers
from gridtown.report.indicators import read_many
from gridtown.report.words import say
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.lake import Lake

LEAST_MONTHS = 3
_FIRST_ORIGIN = 2
_RECENT = 3
# Four out of five normal errors lie within 1.28 standard deviations, and one of those is 1.25 mean misses.
_MEAN_MISSES = 1.6
_DAYS_A_MONTH = 365.25 / 12
_MONTHS = 12


@dataclass(frozen=True)
class Course:
    """A figure since January, as it stood at the end of each month that is over, in its own unit.

    months: January first, with what was known then; None where nothing was. now: as it stands, `passed` days into
    a year of `days` days. last: the same of the year before, all twelve, or empty. last_now: what it was on the
    same day of that year.
    """

    year: int
    months: Sequence[float | None]
    now: float | None
    passed: float
    last: Sequence[float | None] = ()
    last_now: float | None = None

    @property
    def days(self) -> int:
        """How long the year is."""
        return _end_of(self.year, _MONTHS)


@dataclass(frozen=True)
class Forecast:
    """A figure's value at the year's end, in its own unit (percent as 0–100, hours, days, cases); None if unknown.

    low, high: the range. method: run_rate, recent, seasonal, stays or as_last_year; "over" when the year is, and
    "" when none could be. why: why it cannot be said (few_months, no_data), else the method. so_far: where it stands.
    miss: the mean miss of a month on the months that are over. tried: the same for every method tried.
    """

    value: float | None
    low: float | None
    high: float | None
    method: str
    why: str
    so_far: float | None = None
    miss: float | None = None
    months: int = 0
    tried: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    unit: str = "number"

    def shown(self, value: float | None) -> str | None:
        """One of its numbers as figures of its unit are written."""
        return numbers.plainly(self.unit, value)

    def said(self, lang: str) -> str:
        """How it was made, or why there is none, as a sentence."""
        return say(
            f"forecast.{self.why}",
            lang,
            n=self.months,
            miss=numbers.plainly(self.unit, self.miss, finer=1) or "",
        )


def _end_of(year: int, month: int) -> int:
    """How many days of a year are over at a month's end."""
    return (date(year + month // _MONTHS, month % _MONTHS + 1, 1) - date(year, 1, 1)).days


# A method forecasts from a point of the course (its month, 0 for now) to the end of a month.
Method = Callable[[int, int], float | None]


@dataclass(frozen=True)
class _Methods:
    course: Course

    def _at(self, month: int) -> tuple[float | None, float]:
        """The figure and the days over at a month's end; month 0 is now."""
        if not month:
            return self.course.now, self.course.passed
        return self.course.months[month - 1], _end_of(self.course.year, month)

    def _last(self, month: int) -> float | None:
        if not self.course.last or self.course.last[0] is None:
            return None  # the ledger did not hold all of last year
        return self.course.last[month - 1] if month else self.course.last_now

    def run_rate(self, start: int, end: int) -> float | None:
        value, days = self._at(start)
        return None if value is None or not days else value * _end_of(self.course.year, end) / days

    def recent(self, start: int, end: int) -> float | None:
        value, days = self._at(start)
        back = (start or len(self.course.months)) - _RECENT
        if back < 1:
            return None
        before, then = self._at(back)
        if value is None or before is None or days <= then:
            return None
        return value + (value - before) / (days - then) * (_end_of(self.course.year, end) - days)

    def seasonal(self, start: int, end: int) -> float | None:
        value, (was, later) = self._at(start)[0], (self._last(start), self._last(end))
        return None if value is None or not was or later is None else value * later / was

    def stays(self, start: int, _end: int) -> float | None:
        return self._at(start)[0]

    def as_last_year(self, start: int, end: int) -> float | None:
        value, (was, later) = self._at(start)[0], (self._last(start), self._last(end))
        return None if value is None or was is None or later is None else value + later - was


def _miss(method: Method, months: Sequence[float | None]) -> float | None:
    """The mean miss of a method for each month ahead, over the months that are over; None where it cannot be tried."""
    misses = []
    for start in range(_FIRST_ORIGIN, len(months)):
        for end in range(start + 1, len(months) + 1):
            actual, said = months[end - 1], method(start, end)
            if actual is not None and said is not None:
                misses.append(abs(said - actual) / (end - start))
    return sum(misses) / len(misses) if misses else None


def project(course: Course, *, flow: bool, unit: str = "number") -> Forecast:
    """The year's end of a course. flow: whether the figure adds up over the year; a percent stays within 0–100."""
    over = len(course.months)
    known = sum(value is not None for value in course.months)
    none = partial(Forecast, None, None, None, "", so_far=course.now, months=over, unit=unit)
    if course.now is None:
        return none("no_data")
    if course.passed >= course.days:
        return Forecast(course.now, course.now, course.now, "over", "over", course.now, 0.0, over, unit=unit)
    if over < LEAST_MONTHS or known < LEAST_MONTHS:
        return none("few_months")
    methods = _Methods(course)
    offered: tuple[Method, ...] = (
        (methods.run_rate, methods.recent, methods.seasonal)
        if flow
        else (methods.stays, methods.as_last_year)
    )
    tried: dict[str, float] = {}
    values: dict[str, float] = {}
    for method in offered:
        miss, value = _miss(method, course.months), method(0, _MONTHS)
        if miss is not None and value is not None:
            tried[method.__name__], values[method.__name__] = miss, value
    if not tried:
        return none("few_months")
    chosen = min(tried, key=tried.__getitem__)
    left = (course.days - course.passed) / _DAYS_A_MONTH
    reach = _MEAN_MISSES * tried[chosen] * left
    bound = partial(_bounded, unit=unit, least=course.now if flow else None)
    value = values[chosen]
    return Forecast(
        bound(value), bound(value - reach), bound(value + reach), chosen, chosen, course.now, tried[chosen], over,
        MappingProxyType(tried), unit,
    )  # fmt: skip


def _bounded(value: float, *, unit: str, least: float | None) -> float:
    """A share lies between 0 and 100, what is counted never falls below what has been, and no time is negative."""
    if unit == "percent":
        return min(100.0, max(0.0, value))
    if unit == "count":
        value = float(round(value))
    return max(value, 0.0 if least is None else least)


def adds_up(ind: Indicator) -> bool:
    """Whether a year's figure is the sum of its months: what happened is counted, what stands is not."""
    if ind.time == STANDING:
        return False
    return ind.shape == "count" or (ind.shape == "measure" and ind.agg == "sum")


def forecast(
    key: str, *, year: int | str, place: str = "", town: Town | None = None, lake: Lake | None = None
) -> Forecast:
    """An indicator's figure at the end of a year, from what the ledger says up to its present.

    NoIndicator, or ValueError for a year or place that cannot be read.
    """
    return forecasts((key,), year=year, place=place, town=town, lake=lake)[0]


def forecasts(
    keys: Sequence[str],
    *,
    year: int | str,
    place: str = "",
    town: Town | None = None,
    lake: Lake | None = None,
) -> tuple[Forecast, ...]:
    """The same for several indicators at once, with no more questions to the lake than for one of each table."""
    town = town or towns.current()
    lake = lake or lakes.tables(town)
    whole = Period.parse(str(year), town.zone)
    if len(whole.key) != len("2023"):
        raise ValueError(f"a forecast is for a year, not {year!r}")
    months = [_to_date(int(whole.key), month, town) for month in range(1, _MONTHS + 1)]
    over = [month for month in months if lake.as_of and month.until <= lake.as_of]
    last = [month.year_before(town.zone) for month in months]
    same = whole.days_to(lake.as_of or whole.since, town.zone).year_before(town.zone)
    found = read_many(keys, periods=(*over, whole, *last, same), place=place, town=town, lake=lake)
    seen = whole.seen_at(lake.as_of) if lake.as_of else None
    passed = (seen.until - seen.since) / timedelta(days=1) if seen else 0.0
    told = []
    for key in keys:
        ind = found[key, whole.key].named.indicator
        course = Course(
            int(whole.key), [found[key, p.key].plain for p in over], found[key, whole.key].plain if passed else None,
            passed, [found[key, p.key].plain for p in last], found[key, same.key].plain,
        )  # fmt: skip
        told.append(project(course, flow=adds_up(ind), unit=ind.unit))
    return tuple(told)


def _to_date(year: int, month: int, town: Town) -> Period:
    """From the first of January to a month's end, written in days."""
    first = date(year, 1, 1)
    return Period.parse(f"{first}..{first + timedelta(days=_end_of(year, month) - 1)}", town.zone)
