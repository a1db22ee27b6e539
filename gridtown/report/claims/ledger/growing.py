"""A rate of growth as it was published, and as it follows from last year's level: both are said.

What was published stands first; where only the levels are known, what follows from them shows the claim, as exactly as
they were written: 12.8亿 after 11亿 is between 15.4 % and 17.4 %.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from gridtown.kernel.indicator import _
from gridtown.kernel.period import Period
from gridtown.report.claims.contradictions import judging
from gridtown.report.claims.contradictions.judging import Bounds
from gridtown.report.claims.ledger import spans
from gridtown.report.claims.reading.shapes import Claim
from gridtown.report.figures import indicators, official
from gridtown.report.figures.finding import reading_sql
from gridtown.report.figures.official import Stretch
from gridtown.town import Town
from gridtown.warehouse.lake import Lake


@dataclass(frozen=True, slots=True)
class Grown:
    """Rates as 0–1; None where nothing was published, or nothing follows as a level is missing."""

    published: float | None
    derived: Stretch | None

    @property
    def number(self) -> float | None:
        """The rate that a claim is held against."""
        return self.derived.value if self.published is None and self.derived else self.published

    @property
    def apart(self) -> bool:
        """Whether what was published cannot be what follows, however it was rounded."""
        if self.published is None or self.derived is None:
            return False
        half = 0.0005  # rates are published to a tenth of a point
        return not Stretch.around(self.published, half).meets(self.derived)

    def agrees(self, claim: Claim) -> bool:
        """Whether a claim may be this rate."""
        if self.published is not None:
            return judging.agrees(claim, self.published)
        if self.derived is None:
            return False
        low, high = Decimal(str(self.derived.low)), Decimal(str(self.derived.high))
        return judging.bounds(claim).meets(Bounds(low, high))


def grown(level: str, published: float | None, *, period: Period, town: Town, lake: Lake) -> Grown:
    """The growth of a statistic's level in a period; published: the rate as its register has it."""
    now = _amount(level, period, town, lake)
    before = _amount(level, spans.year_before(period, town.zone), town, lake)
    return Grown(published, official.growth(now, before) if now and before else None)


def _amount(level: str, period: Period, town: Town, lake: Lake) -> Stretch | None:
    """A level as exactly as it was written."""
    reading = indicators.read(level, period=period, town=town, lake=lake)
    if reading.missing or reading.value is None:
        return None
    within = replace(reading.named.indicator, measure=_.f_within)
    (row,) = lake.run_sql(reading_sql(within, reading.shape, reading.span))
    return Stretch.around(float(reading.value), float(row["value"] or 0))
