"""A figure beside last year's: the whole year before, and the same days of it while the year still runs.

What is compared are the numbers as they are written, so that anybody can check the difference; a share differs in
percentage points, what is counted also in percent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from gridtown import town as towns
from gridtown.kernel.period import Period
from gridtown.report.figures import numbers
from gridtown.report.figures.indicators import Reading, Where, asked, read_many
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.lake import Lake

Course = Literal["up", "down", "level", ""]
Light = Literal["fine", "soon", ""]


@dataclass(frozen=True)
class Compared:
    """A reading, and the one of the year before: `same`, the same days; `whole`, all of it.

    They are one where the period is over. Differences are in the figure's own unit: percentage points of a share.
    """

    now: Reading
    same: Reading
    whole: Reading

    @property
    def running(self) -> bool:
        """Whether the period is not over, so that same days and whole year differ."""
        return self.same.period.key != self.whole.period.key

    @cached_property
    def difference(self) -> float | None:
        """How far it is from the same days of last year; None where either is missing."""
        now, before = self.now.plain, self.same.plain
        return None if now is None or before is None else round(now - before, 4)

    @property
    def change(self) -> float | None:
        """The same in percent of last year's; None of a share, whose difference is in points, and of nothing."""
        before, difference = self.same.plain, self.difference
        if difference is None or not before or self.now.unit in numbers.SHARES:
            return None
        return 100 * difference / before

    @property
    def course(self) -> Course:
        """Where it went; "" where it cannot be said."""
        if self.difference is None:
            return ""
        return "up" if self.difference > 0 else "down" if self.difference < 0 else "level"

    @property
    def light(self) -> Light:
        """Whether that is to the better ("fine") or the worse ("soon"); "" where neither is."""
        better = self.now.named.indicator.better
        if better == "none" or self.course in ("", "level"):
            return ""
        return "fine" if (self.course == "up") == (better == "higher") else "soon"

    def shown_difference(self) -> str | None:
        """With its sign, as figures of its unit are written (points without a %)."""
        if self.difference is None:
            return None
        return f"{self.difference:+,.{numbers.PLACES[self.now.unit]}f}"

    def shown_change(self) -> str | None:
        """With its sign and %."""
        return None if self.change is None else f"{self.change:+,.1f}%"


def compare_many(
    keys: Iterable[str],
    *,
    period: str | Period,
    place: str = "",
    where: Where = (),
    town: Town | None = None,
    lake: Lake | None = None,
) -> Mapping[str, Compared]:
    """Each of these indicators beside last year's, with one question to each table."""
    town = town or towns.current()
    lake = lake or lakes.tables(town)
    now = asked(period, place, (), town)
    whole = now.year_before(town.zone)
    same = now.days_to(lake.as_of, town.zone).year_before(town.zone) if lake.as_of else whole
    keys = tuple(keys)
    found = read_many(keys, periods=(now, same, whole), place=place, where=where, town=town, lake=lake)
    return {key: Compared(*(found[key, p.key] for p in (now, same, whole))) for key in keys}


def compare(
    key: str, *, period: str | Period, place: str = "", where: Where = (), town: Town | None = None,
    lake: Lake | None = None,
) -> Compared:  # fmt: skip
    """One indicator beside last year's."""
    return compare_many((key,), period=period, place=place, where=where, town=town, lake=lake)[key]
