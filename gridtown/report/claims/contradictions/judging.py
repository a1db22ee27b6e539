"""Whether a number agrees with what is written: within the rounding that the writing itself uses, and its qualifier.

12.8亿元 agrees with all that rounds to 12.8; 3200余 with 3200 up to 3300; 近百 with 90 up to 100; 约 with five in a
hundred either way; 以上 with all from there on. A share of 100% is agreed to by all only, never by 99.96%.
"""

from dataclasses import dataclass
from decimal import Decimal

from gridtown.report.claims.reading.shapes import Claim
from gridtown.report.figures import numbers

_NEAR = ("近", "将近", "接近", "近乎")
_AROUND = Decimal("0.05")
_NEARLY = Decimal("0.1")
_MORE = (
    "超过",
    "超",
    "超出",
    "逾",
    "突破",
    "已超",
    "高于",
    "大于",
    "多于",
    "高出",
    "破",
    "不止",
    "远超",
    ">",
)
_UP_TO = ("不超过", "不多于", "不高于", "不大于", "至多", "最多", "以内", "之内", "内", "及以下", "≤")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is agreed to: low to high, each end in it or not; None is no end."""

    low: Decimal | None
    high: Decimal | None
    low_in: bool = True
    high_in: bool = True

    def holds(self, number: Decimal) -> bool:
        """Whether a number lies within."""
        if self.low is not None and (number < self.low or (number == self.low and not self.low_in)):
            return False
        return self.high is None or number < self.high or (number == self.high and self.high_in)

    def meets(self, other: "Bounds") -> bool:
        """Whether some number lies within both."""
        low = max((b.low for b in (self, other) if b.low is not None), default=None)
        high = min((b.high for b in (self, other) if b.high is not None), default=None)
        if low is None or high is None or low < high:
            return True
        return low == high and self.holds(low) and other.holds(low)


def bounds(claim: Claim) -> Bounds:
    """What the writing of a claim agrees to, in its base unit."""
    value, step = Decimal(str(claim.value)), Decimal(str(claim.step or 0))
    # What is counted one by one is whole: nothing is rounded.
    half = Decimal(0) if claim.unit == "count" and step <= 1 else step / 2
    word = claim.qualifier_word
    if claim.upper is not None:
        low, high = sorted((value, Decimal(str(claim.upper))))
        return Bounds(low - half, high + half)
    if claim.qualifier == "at_least":
        return Bounds(value, None, low_in=word not in _MORE)
    if claim.qualifier == "below":
        if word in _NEAR:
            return Bounds(
                value - abs(value) * _NEARLY, value + half if claim.unit == "ratio" else value, high_in=False
            )
        return Bounds(None, value, high_in=word in _UP_TO)
    if claim.qualifier == "approx":
        if word in ("余", "多", "来", "几", "数"):
            return Bounds(value, value + worth(claim), high_in=False)
        return Bounds(value - abs(value) * _AROUND, value + abs(value) * _AROUND)
    return Bounds(value - half, value + half, high_in=not half)


def worth(claim: Claim) -> Decimal:
    """The worth of the last digit that is no nought: of 3200 a hundred, of 150万 ten times 万."""
    value, step = abs(Decimal(str(claim.value))), Decimal(str(claim.step or 1))
    if not value:
        return step
    while value % (step * 10) == 0:
        step *= 10
    return step


def agrees(claim: Claim, number: float | Decimal, *, parts: tuple[int, int] | None = None) -> bool:
    """Whether a number is what the claim says; parts are numerator and denominator of a share."""
    exact = Decimal(str(number))
    if parts and claim.qualifier == "exact" and claim.upper is None and parts[1]:
        places = max(0, -_exponent(claim) - 2)
        return numbers.percent(parts[0], parts[1], places) == Decimal(str(claim.value)).scaleb(2).quantize(
            Decimal(1).scaleb(-places)
        )
    return bounds(claim).holds(exact)


def _exponent(claim: Claim) -> int:
    exponent = Decimal(str(claim.step or 0.01)).normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else -2
