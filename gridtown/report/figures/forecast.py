"""Where figures stand in a period that runs, and where they will at its end, as read from the ledger.

    forecast("appeals.received", period="2026") -> Forecast
    forecasts([keys], period="2026")            -> many at once, with one question to each table
    so_far([keys], period="2026-03-01..2026-06-30") -> what they rest on: the reading, up to when, and its course

The method is that of `course`, the same for indicators' pages, the catalogue, the leaders' screen and the targets.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from gridtown import town as towns
from gridtown.kernel.indicator import STANDING
from gridtown.kernel.period import Period
from gridtown.kernel.purpose import Published
from gridtown.report.figures import official
from gridtown.report.figures.course import Course, Forecast, project
from gridtown.report.figures.indicators import read_many
from gridtown.report.figures.named import Named, find
from gridtown.report.figures.reading import Reading
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.lake import Lake

_DECEMBER = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SoFar:
    """A figure in a period as far as it has come. until: up to when; what is published, to the last month that is.

    adds_up: whether it grows with the period. reading, until: None where it is missing.
    """

    named: Named
    published: bool
    adds_up: bool
    reading: Reading | None
    until: datetime | None
    course: Course


def midnight(day: date, town: Town) -> datetime:
    """When a day begins in the town."""
    return datetime.combine(day, time(), town.zone).astimezone(UTC)


def month_ends(first: date, last: date) -> tuple[date, ...]:
    """The last days of the months from one day to another, and that other day."""
    found, year, month = [], first.year, first.month
    while True:
        year, month = (year + 1, 1) if month == _DECEMBER else (year, month + 1)
        end = date(year, month, 1) - _DAY
        if end >= last:
            return (*found, last)
        found.append(end)


def is_published(named: Named) -> bool:
    """Whether somebody else publishes it, for whole months only."""
    return isinstance(named.line.purpose, Published) and bool(named.indicator.family)


def adds_up(named: Named, town: Town) -> bool:
    """Whether a period's figure is the sum of its months; of a published statistic the town's table says so."""
    ind = named.indicator
    if is_published(named):
        return not ind.grows and official.statistics(town).get(ind.key, {}).get("cumulative") == "yes"
    if ind.time == STANDING:
        return False
    return ind.shape == "count" or (ind.shape == "measure" and ind.agg == "sum")


def own(reading: Reading) -> float | None:
    """A reading as a number in its own unit, as it is written."""
    return reading.plain


def forecast(
    key: str, *, period: str | Period, place: str = "", town: Town | None = None, lake: Lake | None = None
) -> Forecast:
    """An indicator's figure at a period's end, from what the ledger says up to its present.

    NoIndicator, or ValueError for a period or place that cannot be read.
    """
    return forecasts((key,), period=period, place=place, town=town, lake=lake)[key]


def forecasts(
    keys: Sequence[str],
    *,
    period: str | Period,
    place: str = "",
    town: Town | None = None,
    lake: Lake | None = None,
) -> Mapping[str, Forecast]:
    """The same for several indicators at once, with no more questions to the lake than for one of each table."""
    found = so_far(keys, period=period, place=place, town=town, lake=lake)
    return {
        key: project(one.course, flow=one.adds_up, unit=one.named.indicator.unit)
        for key, one in found.items()
    }


def so_far(
    keys: Sequence[str], *, period: str | Period, place: str = "", town: Town | None = None,
    lake: Lake | None = None, plain: Callable[[Reading], float | None] = own,
) -> Mapping[str, SoFar]:  # fmt: skip
    """How these figures stand, and how they came there. plain: a reading as the number that its course consists of."""
    town = town or towns.current()
    lake = lake or lakes.tables(town)
    whole = Period.parse(period, town.zone) if isinstance(period, str) else period
    named = {key: find(key, town) for key in dict.fromkeys(keys)}
    theirs = [key for key, one in named.items() if is_published(one)]
    ours = [key for key in named if key not in theirs]
    first, last = (
        at.astimezone(town.zone).date() for at in (whole.since, whole.until - timedelta(seconds=1))
    )
    months = [_to(first, end, town) for end in month_ends(first, last)]
    over = [month for month in months if lake.as_of and month.until < lake.as_of]
    before = [month.year_before(town.zone) for month in months]
    same = whole.days_to(lake.as_of or whole.since, town.zone).year_before(town.zone)
    ended = lake.as_of is not None and lake.as_of >= whole.until  # then nothing is to be forecast
    ways = (whole,) if ended else (*over, whole, *before, same)
    found = {
        **read_many(ours, periods=ways, place=place, town=town, lake=lake),
        **read_many(theirs, periods=(*months, whole, *before), place=place, town=town, lake=lake),
    }
    asked = _Asked(whole, months, before, found, plain, town)
    told = {key: asked.ours(named[key], len(over), same, lake.as_of) for key in ours}
    told |= {key: asked.theirs(named[key]) for key in theirs}
    return {key: told[key] for key in named}


@dataclass(frozen=True)
class _Asked:
    """What was asked of a period: its months from its first day on, each with the same days of the year before."""

    whole: Period
    months: Sequence[Period]
    before: Sequence[Period]
    found: Mapping[tuple[str, str], Reading]
    plain: Callable[[Reading], float | None]
    town: Town

    def ours(self, named: Named, over: int, same: Period, as_of: datetime | None) -> SoFar:
        """What the ledger counts: up to where it was read."""
        until = min(as_of, self.whole.until) if as_of else None
        reading = self.found[named.key, self.whole.key]
        if until is None or until <= self.whole.since or reading.missing:
            return self._told(named, None, until, 0, None)
        if until >= self.whole.until:
            return self._told(named, reading, until, 0, None)
        # where the first month is not known the ledger was not kept all that year
        kept = self._at(named, self.before[0]) is not None
        return self._told(named, reading, until, over, same if kept else None)

    def theirs(self, named: Named) -> SoFar:
        """What is published: up to the last month that is."""
        told = [n for n, month in enumerate(self.months) if not self.found[named.key, month.key].missing]
        if not told:
            return self._told(named, None, None, 0, None)
        last = told[-1]
        month = self.whole if last == len(self.months) - 1 else self.months[last]
        return self._told(named, self.found[named.key, month.key], month.until, last, self.before[last])

    def _told(
        self, named: Named, reading: Reading | None, until: datetime | None, over: int, same: Period | None
    ) -> SoFar:
        days = [(month.until - self.whole.since) / _DAY for month in self.months]
        course = Course(
            days, [self._at(named, month) for month in self.months[:over]], self.plain(reading) if reading else None,
            (until - self.whole.since) / _DAY if until else 0.0,
            [self._at(named, month) for month in self.before] if same else (), self._at(named, same) if same else None,
        )  # fmt: skip
        return SoFar(
            named, is_published(named), adds_up(named, self.town), reading, until if reading else None, course
        )

    def _at(self, named: Named, period: Period) -> float | None:
        reading = self.found[named.key, period.key]
        return None if reading.missing else self.plain(reading)


def _to(first: date, end: date, town: Town) -> Period:
    """From the first day to a month's end, written in days."""
    return Period.parse(f"{first}..{end}", town.zone)
