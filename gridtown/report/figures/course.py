"""Where a figure will stand when its period ends, with its error: pure, simple methods, chosen by what is already over.

    project(Course(…), flow=True) -> Forecast

Every figure is looked at as it stood at the end of each month since its period began (its course). A figure that adds
up (a count of what happened, a sum) goes on by its pace so far, by its pace of the last three months, or by the share
of the year before that had been reached by then. One that does not (a ratio, a median, what stands on a register)
stays, or moves as far as it moved the year before from here to the end. Each method is tried on the months that are
over: from the end of each month from the second on it forecasts the later ones. The least miss chooses; its size, for
each month still to come, makes the range, which holds about four times out of five where things go on as they were.

How it stands now takes no part in the trial: what it changes is only where the forecast begins, so that a larger
figure never has a smaller forecast, nor a smaller end of the range. Lights rest on that (`report/promises/pace.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import isfinite
from types import MappingProxyType

from gridtown.report.figures import numbers
from gridtown.report.words import say

LEAST_MONTHS = 3
_FIRST_ORIGIN = 2
_RECENT = 3
# Four out of five normal errors lie within 1.28 standard deviations, and one of those is 1.25 mean misses.
_MEAN_MISSES = 1.6
_DAYS_A_MONTH = 365.25 / 12
_TOP: Mapping[str, float] = {"percent": 100.0, "share": 1.0}  # a share is promised as 0–1
_NEVER_LESS_THAN_NOUGHT = frozenset({*_TOP, "count", "hours", "days"})


# A range wider than this share of the value itself is told in words beside it.
ROUGH = 0.25


@dataclass(frozen=True)
class Course:
    """A figure since its period began, as it stood at the end of each month that is over, in one unit.

    ends: how many days of the period are over at the end of each of its months, its own end last. months: what was
    known at the first of these, up to the last before now; None where nothing was. now: as it stands `passed` days
    into it. last: the same of the year before at every one of `ends`, or empty where that is not known. last_now:
    what it was on the same day of that year.
    """

    ends: Sequence[float]
    months: Sequence[float | None]
    now: float | None
    passed: float
    last: Sequence[float | None] = ()
    last_now: float | None = None


@dataclass(frozen=True)
class Forecast:
    """A figure's value at its period's end, in its own unit (percent as 0–100, hours, days, cases); None if unknown.

    low, high: the range; None where too few months are over to try a method, so that its error is not known.
    method: run_rate, recent, seasonal, stays or as_last_year; "over" when the period is, and "" when none could be.
    why: why its error cannot be said (few_months) or nothing at all (no_data), else the method. so_far: where it
    stands. miss: the mean miss of a month on the months that are over. tried: the same for every method tried.
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

    @property
    def known(self) -> bool:
        """Whether it can be said how far it may be off."""
        return self.low is not None

    @property
    def rough(self) -> bool:
        """Whether it may be so far off that nobody should read the number without being told how far."""
        if self.value is None or self.low is None or self.high is None:
            return False
        return self.high - self.low > ROUGH * abs(self.value)

    def shown(self, value: float | None) -> str | None:
        """One of its numbers as figures of its unit are written."""
        return numbers.plainly(self.unit, value)

    def said(self, lang: str) -> str:
        """How it was made and how far it was off, or why there is none, as a sentence."""
        if self.why in ("no_data", "few_months", "over"):
            return say(f"forecast.{self.why}", lang)
        miss = numbers.plainly(self.unit, self.miss, finer=1) or ""
        return say("forecast.tried", lang, method=way(self, lang), error=error(self.months, miss, lang))


def way(found: Forecast, lang: str) -> str:
    """By which method it was made."""
    return say(f"forecast.method.{found.method}", lang)


def error(months: int, miss: str, lang: str) -> str:
    """How far the same method was off, by a miss that is written already."""
    return say("forecast.error", lang, n=months, miss=miss)


# A method forecasts from a point of the course (its month, 0 for now) to the end of a month.
Method = Callable[[int, int], float | None]


@dataclass(frozen=True)
class _Methods:
    course: Course

    def _at(self, month: int) -> tuple[float | None, float]:
        """The figure and the days over at a month's end; month 0 is now."""
        if not month:
            return self.course.now, self.course.passed
        return self.course.months[month - 1], self.course.ends[month - 1]

    def _last(self, month: int) -> float | None:
        if not self.course.last:
            return None
        return self.course.last[month - 1] if month else self.course.last_now

    def run_rate(self, start: int, end: int) -> float | None:
        value, days = self._at(start)
        return None if value is None or not days else value * self.course.ends[end - 1] / days

    def recent(self, start: int, end: int) -> float | None:
        value, days = self._at(start)
        back = (start or len(self.course.months)) - _RECENT
        if back < 1:
            return None
        before, then = self._at(back)
        if value is None or before is None or days <= then:
            return None
        return value + (value - before) / (days - then) * (self.course.ends[end - 1] - days)

    def seasonal(self, start: int, end: int) -> float | None:
        value, (was, later) = self._at(start)[0], (self._last(start), self._last(end))
        if value is None or was is None or later is None or was <= 0 or later < 0:
            return None
        said = value * later / was
        return said if isfinite(said) else None  # next to nothing last year tells nothing of this one

    def stays(self, start: int, _end: int) -> float | None:
        return self._at(start)[0]

    def as_last_year(self, start: int, end: int) -> float | None:
        value, (was, later) = self._at(start)[0], (self._last(start), self._last(end))
        return None if value is None or was is None or later is None else value + later - was


def _miss(method: Method, course: Course) -> float | None:
    """The mean miss of a method for each month ahead, over the months that are over; None where it cannot be tried."""
    misses, months = [], course.months
    for start in range(_FIRST_ORIGIN, len(months)):
        for end in range(start + 1, len(months) + 1):
            actual, said = months[end - 1], method(start, end)
            if actual is not None and said is not None:
                ahead = (course.ends[end - 1] - course.ends[start - 1]) / _DAYS_A_MONTH
                misses.append(abs(said - actual) / ahead)
    return sum(misses) / len(misses) if misses else None


def project(course: Course, *, flow: bool, unit: str = "number") -> Forecast:
    """A course at its period's end. flow: whether the figure adds up over it; a share stays within its bounds."""
    over, whole = len(course.months), course.ends[-1]
    if course.now is None:
        return Forecast(None, None, None, "", "no_data", None, months=over, unit=unit)
    if course.passed >= whole:
        return Forecast(course.now, course.now, course.now, "over", "over", course.now, 0.0, over, unit=unit)
    methods = _Methods(course)
    offered: tuple[Method, ...] = (
        (methods.run_rate, methods.recent, methods.seasonal)
        if flow
        else (methods.stays, methods.as_last_year)
    )
    bound = partial(_bounded, unit=unit, least=course.now if flow else None)
    tried: dict[str, float] = {}
    values: dict[str, float] = {}
    if sum(value is not None for value in course.months) >= LEAST_MONTHS:
        for method in offered:
            miss, value = _miss(method, course), method(0, len(course.ends))
            if miss is not None and value is not None:
                tried[method.__name__], values[method.__name__] = miss, value
    if not tried:
        plainest = offered[0](0, len(course.ends))
        return Forecast(
            None if plainest is None else bound(plainest), None, None, "" if plainest is None else offered[0].__name__,
            "few_months", course.now, None, over, unit=unit,
        )  # fmt: skip
    chosen = min(tried, key=tried.__getitem__)
    reach = _MEAN_MISSES * tried[chosen] * (whole - course.passed) / _DAYS_A_MONTH
    value = values[chosen]
    return Forecast(
        bound(value), bound(value - reach), bound(value + reach), chosen, chosen, course.now, tried[chosen], over,
        MappingProxyType(tried), unit,
    )  # fmt: skip


def _bounded(value: float, *, unit: str, least: float | None) -> float:
    """A share has a top, what is counted never falls below what has been, and no count and no time is negative."""
    if unit == "count":
        value = float(round(value))
    if unit in _NEVER_LESS_THAN_NOUGHT:
        value = max(value, 0.0)
    value = min(value, _TOP.get(unit, value))
    return value if least is None else max(value, least)
