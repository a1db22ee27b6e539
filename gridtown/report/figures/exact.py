"""Readings as exact numbers: to be compared, subtracted and drawn."""

from decimal import Decimal

from gridtown.kernel.indicator import SECONDS
from gridtown.report.figures import numbers
from gridtown.report.figures.reading import Reading


def exact(reading: Reading) -> Decimal | None:
    """The figure as a number, not rounded, in the unit that it is written in."""
    if reading.unit == "percent":
        return Decimal(reading.count or 0) * 100 / Decimal(reading.of) if reading.of else None
    if reading.unit == "count":
        return Decimal(reading.of)
    if reading.value is None:
        return None
    value = Decimal(str(reading.value))
    return value * 100 if reading.unit == "ratio" else value / SECONDS.get(reading.unit, 1)


def change(this: Reading, last: Reading) -> Decimal | None:
    """In percent of last year's, of a share in points; None where either is missing or last year's is nought."""
    now, before = (None if reading.missing else exact(reading) for reading in (this, last))
    if now is None or before is None:
        return None
    if this.unit in ("percent", "ratio"):
        return now - before
    return (now - before) * 100 / before if before else None


def settled(value: float | None) -> float | None:
    """Nine digits: an average does not come out alike to the last bit however its rows lie."""
    return None if value is None else float(f"{value:.9g}")


def drawn(value: Decimal | None) -> float | None:
    """As a chart has it: to one decimal, like the shares and days that are written."""
    return None if value is None else float(numbers.rounded(value, 1))
