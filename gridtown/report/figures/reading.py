"""What a figure is once it has been read: its parts, what it was read from, and how it is written."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from gridtown.kernel.indicator import SECONDS, Span
from gridtown.kernel.period import Period
from gridtown.report.figures import finding, numbers
from gridtown.report.figures.named import Named, Where
from gridtown.warehouse.lake import Shape


@dataclass(frozen=True)
class Slice:
    """The part of a reading that has these values in the columns asked for."""

    by: tuple[Any, ...]
    of: int
    count: int | None
    value: float | None


@dataclass(frozen=True)
class Reading:
    """A figure with both its parts and all that is needed to check it.

    of: the denominator, or the count itself. count: the numerator of a ratio. value: a measure, in seconds
    where its unit is a time. until: up to when the period was judged. missing: the ledger has nothing to
    say it of, which is not the same as zero."""

    named: Named
    period: Period
    place: str
    of: int
    count: int | None
    value: float | None
    missing: bool
    until: datetime | None
    as_of: datetime | None
    cursor: int
    slices: tuple[Slice, ...]
    shape: Shape
    where: Where = ()

    @property
    def sql(self) -> str:
        """The question over the table's rows, as the engine is asked it."""
        return finding.reading_sql(self.named.indicator, self.shape, self.span, self.where)

    @property
    def span(self) -> Span:
        """What was asked: the period as far as the ledger was read."""
        return Span(self.period.since, self.until or self.period.until, self.place, self.period.until)

    @property
    def unit(self) -> str:
        """percent, count, hours, days, number or a base unit: yuan, m2, km, mu, ratio."""
        return self.named.indicator.unit

    def shown(self, places: int | None = None, scale: str | None = None) -> str | None:
        """The figure as it is written everywhere, `scale` as in numbers.written; None where it is missing."""
        if self.missing:
            return None
        return numbers.written(
            self.unit, of=self.of, count=self.count, value=self.value, places=places, scale=scale
        )

    def shown_slice(self, part: Slice) -> str | None:
        """One of its slices, written alike."""
        return numbers.written(self.unit, of=part.of, count=part.count, value=part.value)

    @cached_property
    def plain(self) -> float | None:
        """The figure as a number in its own unit (percent as 0–100, hours, days), rounded as it is written."""
        return None if self.missing else plain(self.unit, of=self.of, count=self.count, value=self.value)

    def plain_slice(self, part: Slice) -> float | None:
        """One of its slices as a number alike."""
        return plain(self.unit, of=part.of, count=part.count, value=part.value)


def plain(unit: str, *, of: int, count: int | None, value: float | None) -> float | None:
    """A figure's number in its own unit; None where there is nothing to say it of."""
    if unit == "percent":
        return float(numbers.percent(count, of)) if of and count is not None else None
    if unit == "count":
        return float(of)
    if value is None:
        return None
    return float(numbers.rounded(value * 100 if unit == "ratio" else value / SECONDS.get(unit, 1), 2))
