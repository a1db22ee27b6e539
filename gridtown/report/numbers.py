"""How a figure is written, by one rule for every page, table and paragraph.

Half is rounded up, but never to 100 % unless all are, nor to 0 % unless none is: 3,838 of 3,840 is 99 %, or
99.9 % with a decimal, never 100 %. Both parts of a ratio stand beside it wherever there is room.
"""

from decimal import ROUND_HALF_UP, Decimal

from gridtown.kernel.indicator import SECONDS

PLACES = {"percent": 1, "count": 0, "hours": 1, "days": 1, "number": 2}
_WHOLE = 100


def percent(count: int, of: int, places: int = 1) -> Decimal:
    """A share in percent, rounded by the rule; `of` must not be zero."""
    step = Decimal(1).scaleb(-places)
    shown = (Decimal(count) * _WHOLE / Decimal(of)).quantize(step, ROUND_HALF_UP)
    if shown >= _WHOLE and count < of:
        return _WHOLE - step
    if shown <= 0 and count > 0:
        return step
    return shown


def rounded(value: float, places: int) -> Decimal:
    """A number with so many decimals, half rounded up."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def written(
    unit: str, *, of: int, count: int | None, value: float | None, places: int | None = None
) -> str | None:
    """The figure without its unit's word (a share with its %); None where there is nothing to say it of."""
    places = PLACES[unit] if places is None else places
    if unit == "percent":
        return None if not of or count is None else f"{percent(count, of, places)}%"
    if unit == "count":
        return f"{of:,}"
    return None if value is None else f"{rounded(value / SECONDS.get(unit, 1), places):,}"


def plainly(unit: str, value: float | None, *, finer: int = 0) -> str | None:
    """A number that is already in its own unit (percent as 0–100), with so many decimals more than usual."""
    if value is None:
        return None
    return f"{rounded(value, PLACES[unit] + finer):,}{'%' if unit == 'percent' else ''}"
