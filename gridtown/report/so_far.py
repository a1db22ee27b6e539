"""An indicator's figure from a first day on: so far, at the month ends that are over, and a year ago."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from gridtown.kernel.indicator import SECONDS, STANDING
from gridtown.report import indicators, official
from gridtown.report.indicators import Named, Reading
from gridtown.report.pace import Last, Then
from gridtown.town import Town
from gridtown.warehouse.lake import Lake

_DECEMBER, _FEBRUARY, _LEAP = 12, 2, 29


def midnight(day: date, town: Town) -> datetime:
    """When a day begins in the town."""
    return datetime.combine(day, time(), town.zone).astimezone(UTC)


def gone(begins: date, due: date, at: datetime, town: Town) -> float:
    """The share of the days from the first to the last, both in it, that is over at a moment."""
    start, end = midnight(begins, town), midnight(due + timedelta(days=1), town)
    return min(1.0, max(0.0, (at - start) / (end - start)))


def month_ends(begins: date, due: date) -> Iterator[date]:
    """The last days of the months from the first day on, before the last day of all."""
    year, month = begins.year, begins.month
    while True:
        year, month = (year + 1, 1) if month == _DECEMBER else (year, month + 1)
        last = date(year, month, 1) - timedelta(days=1)
        if last >= due:
            return
        yield last


@dataclass(frozen=True)
class SoFar:
    """The figure of one indicator from `begins` to `due`, as far as the ledger was read or it was published."""

    named: Named
    begins: date
    due: date
    town: Town
    lake: Lake

    @property
    def published(self) -> bool:
        """Whether somebody else publishes it, for whole months only."""
        return self.named.line.key == official.LINE and bool(self.named.indicator.family)

    @property
    def source(self) -> str:
        """Where its figures come from."""
        return "published" if self.published else "ledger"

    @property
    def adds_up(self) -> bool:
        """Whether a year's figure is the sum of its months: of a statistic its table says so."""
        ind = self.named.indicator
        if self.published:
            row = official.statistics(self.town).get(ind.key, {})
            return ind.family == "level" and row.get("cumulative") == "yes"
        if ind.time == STANDING:
            return False
        return ind.shape == "count" or (ind.shape == "measure" and ind.agg == "sum")

    def plain(self, reading: Reading) -> float:
        """A reading in the unit that targets are promised in: a share as 0–1, times in hours or days."""
        if reading.unit == "percent":
            return (reading.count or 0) / reading.of
        if reading.unit == "count":
            return float(reading.of)
        return float(reading.value or 0) / SECONDS.get(reading.unit, 1)

    def read(self) -> tuple[Reading | None, datetime | None]:
        """The figure so far, and up to when; of what is published, up to the last month that is."""
        whole, ends = self._asked(self.begins, self.due), midnight(self.due + timedelta(days=1), self.town)
        if whole is not None:
            return whole, ends if self.published or self.lake.as_of is None else min(self.lake.as_of, ends)
        if self.published:
            for month in reversed(list(month_ends(self.begins, self.due))):
                if (found := self._asked(self.begins, month)) is not None:
                    return found, midnight(month + timedelta(days=1), self.town)
        return None, None

    def past(self, until: datetime) -> list[Then]:
        """The figure at the month ends that are over, each with last year's."""
        found, before = [], self._year_ago(self.due) is not None
        for month in month_ends(self.begins, self.due):
            end = midnight(month + timedelta(days=1), self.town)
            if end >= until:
                break
            if (reading := self._asked(self.begins, month)) is not None:
                share = gone(self.begins, self.due, end, self.town)
                found.append(Then(share, self.plain(reading), self._year_ago(month) if before else None))
        return found

    def last(self, until: datetime) -> Last | None:
        """Last year's figure by this day of it, and when it was over."""
        whole = self._year_ago(self.due)
        day = (until - timedelta(seconds=1)).astimezone(self.town.zone).date()
        then = self._year_ago(min(day, self.due)) if whole is not None else None
        return None if whole is None or then is None else Last(then, whole)

    def _asked(self, begins: date, last: date) -> Reading | None:
        """The figure from one day to another, None where it is missing."""
        found = indicators.read(self.named.key, period=f"{begins}..{last}", town=self.town, lake=self.lake)
        return None if found.missing else found

    def _year_ago(self, day: date) -> float | None:
        found = self._asked(_before(self.begins), _before(day))
        return None if found is None else self.plain(found)


def _before(day: date) -> date:
    """The same day of the year before; the month's last day for the last of February."""
    if (day.month, day.day) == (_FEBRUARY, _LEAP):
        return date(day.year - 1, _FEBRUARY, _LEAP - 1)
    return day.replace(year=day.year - 1)
