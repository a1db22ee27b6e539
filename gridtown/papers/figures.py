"""Numbers, dates and sums of money as official papers write them."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_CAPITAL_UNITS = ("", "拾", "佰", "仟")
_MYRIADS = ("", "万", "亿")
MOST = 10**12  # beyond it a town counts nothing


def hanzi(number: int) -> str:
    """A whole number in characters: 十五, 一百零二; what is too large stays in figures."""
    if abs(number) >= MOST:
        return str(number)
    said = _grouped(abs(number), "零" + _DIGITS[1:], _UNITS) or "零"
    # one says 十五 but 二百一十五
    said = said.removeprefix("一") if said.startswith("一十") else said
    return f"负{said}" if number < 0 else said


def hanzi_day(day: date) -> str:
    """A date in characters: 二〇二六年十一月二十七日."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{hanzi(day.month)}月{hanzi(day.day)}日"


def capital(yuan: Decimal) -> str:
    """A sum in capitals (人民币大写), to the fen: 壹仟肆佰零玖元伍角, 陆仟零柒元整 (支付结算办法, annex 1)."""
    fen = int((abs(yuan) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    whole, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    if whole >= MOST:
        return money(yuan)
    said = f"{_grouped(whole, _CAPITALS, _CAPITAL_UNITS)}元" if whole else ""
    if jiao:
        said += f"{_CAPITALS[jiao]}角"
    if rest:
        said += f"{'零' if said and not jiao else ''}{_CAPITALS[rest]}分"
    if not jiao and not rest:
        said = f"{said or '零元'}整"
    return f"负{said}" if yuan < 0 and fen else said


def money(yuan: Decimal) -> str:
    """A sum in figures: 12,300.00元."""
    return f"{yuan.quantize(Decimal('0.01'), ROUND_HALF_UP):,}元"


def _grouped(number: int, digits: str, units: tuple[str, ...]) -> str:
    """A whole number by groups of four figures, one 零 for however many noughts between."""
    said, gap = "", False
    for myriad in range(len(_MYRIADS) - 1, -1, -1):
        group = number // 10 ** (4 * myriad) % 10**4
        for place in range(3, -1, -1):
            digit = group // 10**place % 10
            if digit:
                said += ("零" if gap and said else "") + digits[digit] + units[place]
            gap = not digit
        if group:
            said += _MYRIADS[myriad]
            gap = False
        else:
            gap = bool(said)
    return said
