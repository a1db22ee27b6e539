"""A county's figures: the same indicators over the warehouses of several towns, in all and by town."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gridtown import town as towns
from gridtown.kernel import indicator as kernel
from gridtown.kernel.indicator import Span
from gridtown.kernel.period import Period
from gridtown.report.figures import indicators, numbers
from gridtown.report.figures.indicators import Named
from gridtown.town import Town
from gridtown.warehouse.lake import Together


@dataclass(frozen=True)
class Rolled:
    """A figure over several towns: `whole`, and each town's by its code; `of`, and `count` or `value` each.

    Ratios are of all cases together, medians of all values: neither is made of the towns' own figures.
    """

    named: Named
    whole: Mapping[str, Any]
    towns: Mapping[str, Mapping[str, Any]]
    as_of: datetime

    def shown(self, code: str = "") -> str | None:
        """The figure of all, or of one town, as it is written everywhere; None where there is nothing it is of."""
        part = self.towns.get(code) if code else self.whole
        if part is None:
            return None
        ind = self.named.indicator
        return numbers.written(ind.unit, of=part["of"], count=part.get("count"), value=part.get("value"))


def read(key: str, *, period: str, codes: Sequence[str], town: Town | None = None) -> Rolled:
    """A figure over the towns of these codes; `town` says what the lines and the time zone are.

    indicators.NoIndicator, or ValueError: a period that cannot be read, a town without a warehouse.
    """
    town = town or towns.current()
    named, lake = indicators.find(key, town), Together(codes)
    seen = Period.parse(period, town.zone).seen_at(lake.as_of)
    span, cases = Span(seen.since, seen.until), lake.table(named.line.key, named.indicator.kind)
    (whole,) = lake.run(kernel.reading(named.indicator, cases, span))
    parts = lake.run(kernel.sliced(named.indicator, cases, span, ["town"]))
    return Rolled(named, whole, {part.pop("town"): part for part in parts}, lake.as_of)
