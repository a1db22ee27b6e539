"""How a figure is written, by one rule for every page, table and paragraph.

Half is rounded up, but never to 100 % unless all are, nor to 0 % unless none is: 3,838 of 3,840 is 99 %, or
99.9 % with a decimal, never 100 %. A time that is not nought does not read 0.0 either but <0.1. Both parts of a
ratio stand beside it wherever there is room.

Amounts are kept in base units (yuan, m², km, mu, a ratio as 0–1). A text may give them by the ten thousand or
the hundred million, as offices do: `scale="亿"`.
"""

from decimal import ROUND_HALF_UP, Decimal

from gridtown.kernel.indicator import SECONDS

PLACES = {
    "percent": 1, "count": 0, "hours": 1, "days": 1, "number": 2,
    "yuan": 0, "m2": 0, "km": 1, "mu": 0, "ratio": 1,
}  # fmt: skip
SCALES = {"万": 10_000, "亿": 100_000_000, "million": 1_000_000, "billion": 1_000_000_000}
_SCALED_PLACES = 2
SHARES = frozenset({"percent", "ratio"})  # written with %, and compared in percentage points
_UNSCALED = frozenset({"percent", "hours", "days", "ratio"})
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


def rounded(value: float | Decimal, places: int) -> Decimal:
    """A number with so many decimals, half rounded up."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def written(
    unit: str,
    *,
    of: int,
    count: int | None,
    value: float | None,
    places: int | None = None,
    scale: str | None = None,
) -> str | None:
    """The figure without its unit's word (a share or a rate with its %); None where there is nothing to say it of.

    scale: "万", "亿", "million" or "billion" of the unit; the word itself is the text's to write: 1,280,000,000 yuan
    in "亿" is "12.8". Without `places` a scaled figure has up to two decimals, and never reads 0 unless it is nought.
    ValueError for another scale, or for what nobody counts by the million: shares, rates, hours and days.
    """
    if scale is not None and (scale not in SCALES or unit in _UNSCALED):
        raise ValueError(
            f"{unit} is not written by the {scale!r}: {', '.join(SCALES)} go with amounts and counts"
        )
    if unit == "percent":
        return None if not of or count is None else f"{percent(count, of, _places(unit, places))}%"
    amount = of if unit == "count" else value
    if amount is None:
        return None
    if scale is not None:
        return _scaled(Decimal(str(amount)) / SCALES[scale], places)
    if unit == "count":
        return f"{of:,}"
    if unit == "ratio":
        return f"{rounded(Decimal(str(amount)) * _WHOLE, _places(unit, places)):,}%"
    return _sized(unit, Decimal(str(amount)) / SECONDS.get(unit, 1), _places(unit, places))


def _sized(unit: str, amount: Decimal, places: int) -> str:
    """So many decimals; a time that they are too coarse for is said to be below the least of them."""
    shown, step = rounded(amount, places), Decimal(1).scaleb(-places)
    return f"<{step}" if unit in SECONDS and not shown and amount > 0 else f"{shown:,}"


def _places(unit: str, places: int | None) -> int:
    return PLACES[unit] if places is None else places


def _scaled(amount: Decimal, places: int | None) -> str:
    """So many decimals, or as few as say it within two; a small amount keeps its first digit rather than read 0."""
    if places is not None:
        return f"{rounded(amount, places):,}"
    shown = rounded(amount, _SCALED_PLACES)
    if not shown and amount:
        shown = rounded(amount, -amount.adjusted())
    return f"{shown.normalize():,f}"


def plainly(unit: str, value: float | None, *, finer: int = 0) -> str | None:
    """A number that is already in its own unit (percent as 0–100), with so many decimals more than usual."""
    if value is None:
        return None
    return f"{_sized(unit, Decimal(str(value)), PLACES[unit] + finer)}{'%' if unit in SHARES else ''}"
