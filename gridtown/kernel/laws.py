"""Titles of laws, and names that offices cite, in English: a reader sees what a citation is of, beside its own name.

`laws.csv` here holds what several lines cite; a line that cites another law brings a `laws.csv` of its own in its
folder. A basis that cites what is in none of them fails the tests.
"""

import csv
import re
from functools import cache
from pathlib import Path

_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ARTICLE = re.compile(r"第([零一二三四五六七八九十百千]+)条")
_SIGNS = str.maketrans({"；": "; ", "，": ", ", "、": ", ", "：": ": ", "。": "."})


@cache
def titles() -> dict[str, str]:
    """Title, or the short form by which a line cites it → its English."""
    here = Path(__file__).parent
    return {
        row["zh"]: row["en"]
        for path in (here / "laws.csv", *sorted((here.parent / "lines").glob("*/laws.csv")))
        for row in csv.DictReader(path.read_text("utf-8").splitlines())
    }


@cache
def _cited() -> re.Pattern[str]:
    longest = sorted(titles(), key=len, reverse=True)
    return re.compile(r"《?(?:中华人民共和国)?(" + "|".join(map(re.escape, longest)) + r")》?")


@cache
def in_english(said: str) -> str:
    """A citation with the English title before the Chinese one, and articles in figures."""
    if not _cited().search(said):
        return said
    found = _ARTICLE.sub(lambda m: str(_number(m[1])), said)
    held: list[str] = []

    def put(match: re.Match[str]) -> str:
        held.append(f"{titles()[match[1]]} ({match[1]}) ")
        return f"\0{len(held) - 1}\0"

    found = _cited().sub(put, found).translate(_SIGNS)
    found = re.sub(r"\0(\d+)\0", lambda m: held[int(m[1])], found)
    return re.sub(r" +([,;:.]|$)", r"\1", re.sub(r" {2,}", " ", found))


def _number(said: str) -> int:
    total, last = 0, 1 if said[0] in _UNITS else 0
    for sign in said:
        if sign in _UNITS:
            total, last = total + last * _UNITS[sign], 0
        else:
            last = _DIGITS[sign]
    return total + last
