"""Numbers as Chinese offices write them, read and written: 一千零五十, 1.6万, 三成半, 百分之三."""

import re
from decimal import Decimal

DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
SCALES = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
}  # fmt: skip
ARABIC = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)?"
CHINESE = r"[零一二两三四五六七八九十百千万亿]+(?:点[零一二三四五六七八九]+)?"
_LETTERS = "零一二三四五六七八九"


class NoNumeral(ValueError):
    """Letters of numbers that make no number."""


def parse(said: str) -> Decimal:
    """The number of an Arabic, Chinese or mixed numeral; NoNumeral where it is none."""
    said = said.replace(",", "").replace(" ", "")
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)([十百千万亿]*)", said):
        scale = found[2]
        if scale and scale not in SCALES:
            raise NoNumeral(said)
        return Decimal(found[1]) * (SCALES[scale] if scale else 1)
    whole, _point, rest = said.partition("点")
    value = Decimal(_whole(whole))
    if rest and not set(rest) <= set(DIGITS) - {"两"}:
        raise NoNumeral(said)
    if rest:
        value += Decimal("0." + "".join(str(DIGITS[letter]) for letter in rest))
    return value


def _whole(said: str) -> int:
    if not said or any(c not in DIGITS and c not in _STEPS and c not in _MYRIADS for c in said):
        raise NoNumeral(said)
    if len(said) > 1 and all(letter in DIGITS for letter in said):
        if len(said) < 3:
            raise NoNumeral(said)  # 三四: three or four, not thirty-four
        return int("".join(str(DIGITS[letter]) for letter in said))
    total = section = digit = 0
    spoken, last = False, 10**9
    for letter in said:
        if letter in DIGITS:
            if spoken and digit:
                raise NoNumeral(said)
            digit, spoken = DIGITS[letter], True
        elif letter in _STEPS:
            step = _STEPS[letter]
            if step >= last and section:
                raise NoNumeral(said)
            section += (digit if spoken and digit else 1) * step
            digit, spoken, last = 0, False, step
        else:
            by = _MYRIADS[letter]
            part = section + digit
            if part == 0 and total == 0:
                part = 1
            if by == _MYRIADS["亿"]:
                total = (total + part) * by
            elif total and total % by:
                raise NoNumeral(said)
            else:
                total += part * by
            section, digit, spoken, last = 0, 0, False, 10**9
    return total + section + digit


def written(number: int) -> str:
    """A whole number in Chinese numerals, as `parse` reads it again: 10050 is 一万零五十."""
    if number < 0:
        raise NoNumeral(str(number))
    if number == 0:
        return "零"
    high, low = divmod(number, 10**8)
    if high:
        return written(high) + "亿" + (("零" if low < 10**7 else "") + written(low) if low else "")
    high, low = divmod(number, 10**4)
    if high:
        return _thousands(high) + "万" + (("零" if low < 1000 else "") + _thousands(low) if low else "")
    return _thousands(low)


def _thousands(number: int) -> str:
    said, gap = "", False
    for step, letter in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, step)
        if digit:
            said += ("零" if gap and said else "") + _LETTERS[digit] + letter
        gap = not digit
        if not number:
            break
    return said


def step(said: str, scale: int) -> Decimal:
    """The worth of the last digit that is written: of 12.8 with 亿 ten million, of 3200 before 余 a hundred."""
    digits = said.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"\d+(?:\.\d+)?", digits):
        value = int(parse(said)) * scale
        zeros = len(str(value)) - len(str(value).rstrip("0")) if value else 0
        return Decimal(10) ** zeros
    places = len(digits.partition(".")[2])
    return Decimal(scale).scaleb(-places)
