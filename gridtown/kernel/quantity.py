"""Amounts as offices write them (12.8亿元, 1,050万, +10.3%) in base units, with how exactly they were written."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

SCALES: Mapping[str, int] = {
    "": 1, "百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
    "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12, "thousand": 10**3, "million": 10**6,
    "billion": 10**9,
}  # fmt: skip
# How the base units are written; a plain count takes whatever counts things (家, 人次, 件).
_WRITTEN: Mapping[str, frozenset[str]] = {
    "yuan": frozenset({"元", "人民币", "人民币元", "yuan"}),
    "m2": frozenset({"平方米", "平方", "平米", "方", "m2"}),
    "km": frozenset({"公里", "千米", "km"}),
    "mu": frozenset({"亩", "mu"}),
    "ratio": frozenset({"%"}),
}
_SCALED = re.compile(
    r"([-+]?\d+(?:\.\d+)?)(万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百|thousand|million|billion)?(\D*)"
)
_RISE = re.compile(r"(?:同比)?(增长|上升|提高|下降|减少|降低|持平)?([-+]?\d+(?:\.\d+)?)?(%|个百分点)?")
_DOWN = frozenset({"下降", "减少", "降低"})
_WHOLE = Decimal(100)


class NoAmount(ValueError):
    """A text that is no amount; `key` is the reason's word."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in base units; what was meant lies within `within` of it, by the digits that were written."""

    value: float
    within: float


def _plain(text: str) -> str:
    return re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", text)).lower()


def _half(number: str) -> Decimal:
    """Half of the last digit that was written."""
    return Decimal(1).scaleb(-len(number.partition(".")[2])) / 2


def read_amount(text: str, unit: str, written_in: str = "") -> Amount:
    """An amount of a base unit; `written_in` ("万元") is the unit of a column whose cells leave it out. NoAmount."""
    said = _plain(text)
    found = _SCALED.fullmatch(said)
    if found is None:
        raise NoAmount("guard.not_an_amount")
    number, scale, rest = found[1], found[2] or "", found[3]
    if not scale and not rest and written_in:
        of_column = _SCALED.fullmatch(f"1{_plain(written_in)}")
        scale, rest = (of_column[2] or "", of_column[3]) if of_column else ("", written_in)
    if not _fits(rest, unit, scale):
        raise NoAmount("guard.other_unit")
    factor = Decimal(SCALES[scale]) / (_WHOLE if unit == "ratio" else 1)
    return Amount(float(Decimal(number) * factor), float(_half(number) * factor))


def read_any(text: str) -> tuple[Amount, str]:
    """An amount with the base unit that it is written in; what counts things is a count. NoAmount."""
    said = _plain(text)
    found = _SCALED.fullmatch(said)
    if found is None:
        raise NoAmount("guard.not_an_amount")
    unit = next((unit for unit, known in _WRITTEN.items() if found[3] in known), "count")
    return read_amount(said, unit), unit


def _fits(rest: str, unit: str, scale: str) -> bool:
    if unit == "ratio":
        return rest == "%" and not scale
    if unit == "count":
        return not any(rest in known for known in _WRITTEN.values())
    return not rest or rest in _WRITTEN[unit]


def read_growth(text: str) -> Amount:
    """A rate against the same period of the year before, as a ratio: 10.3% is 0.103. NoAmount.

    Without a sign of percent a number below one could be a ratio or a share of a percent, so it is refused.
    """
    found = _RISE.fullmatch(_plain(text))
    if found is None or not (found[1] or found[2]):
        raise NoAmount("guard.not_a_rate")
    way, number, sign = found[1] or "", found[2], found[3]
    if way == "持平" and number is None:
        return Amount(0.0, 0.0)
    if number is None or way == "持平":
        raise NoAmount("guard.not_a_rate")
    rate = Decimal(number)
    if not sign and rate and abs(rate) < 1:
        raise NoAmount("guard.which_rate")
    if way in _DOWN:
        rate = -abs(rate)
    return Amount(float(rate / _WHOLE), float(_half(number) / _WHOLE))
