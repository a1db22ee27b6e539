"""Shares and changes that are written without their sign: 同比增长11.82, 2.9个点, 性别比105.2, 占1/6, 两位数增长."""

import re
from collections.abc import Iterator

from gridtown.report.claims.reading import lexicon, numerals
from gridtown.report.claims.reading.numerals import ARABIC
from gridtown.report.claims.reading.shapes import Figure

# 同比增长11.82, 占年计划的58.2: the % left out; so also of whole numbers, where a line has such a one.
_PLANNED = r"占(?:年度?|全年|年初)?(?:计划|任务|目标|预算)的?"
_GROWN = (
    r"(?:同比|比上年(?:同期)?|较上年(?:同期)?|比去年同期|较去年同期)(?:增长|下降|上升|回落|提高|增加|减少)"
)
_ENDS = r"(?=[,。;、(）)\n]|$)"
_UNMARKED = re.compile(rf"(?:{_GROWN}|{_PLANNED})(?P<number>\d{{1,3}}\.\d{{1,2}}){_ENDS}")
_ROUND = re.compile(rf"(?:{_GROWN}|{_PLANNED})(?P<number>\d{{1,3}}){_ENDS}")
# 提高了2.9个点.
_POINTS = re.compile(
    r"(?:提高|提升|增长|上升|扩大|下降|降低|回落|收窄|减少|增加|高出|高|低)了?(?P<number>\d{1,2}(?:\.\d{1,2})?)个点(?=[,。;、)\n]|$)"
)
# 男女性别比105.2:100, 性别比(以女性为100)为105.2: men to each woman.
_SEXES = re.compile(
    rf"性别比例?(?:\([^()\n]{{1,16}}\))?(?:为|是|约为?|达)?(?P<number>{ARABIC})(?:[:∶]100)?(?=[,。;、()\n]|$)"
)
# 两位数增长: ten hundredths and more.
_DIGITS = re.compile(
    r"(?P<digits>[两二三])位数(?:以上)?(?=的?(?:同比)?(?:增长|增幅|增速|增势|提升|上升|幅度|[,。;、\n]|$))"
)
_GROWS = re.compile(r"(?:增长|增速|增幅|增势|提升|上升)[\u4e00-\u9fff]{0,6}$")
# 占全省总量1/6.
_FRACTION = re.compile(
    r"(?<=[占达的约近总到量数比过])(?P<number>[1-9])/(?P<whole>[2-9]|10)(?P<after>以上|左右)?(?=[,。;、)\n]|$)"
)


def found(text: str) -> Iterator[Figure]:
    """Such figures of a folded text but for the points, which are read before what they look like."""
    yield from _hundredths(text)
    yield from _digits(text)
    yield from _fractions(text)


def points(text: str) -> Iterator[Figure]:
    """Hundredths called points: 提高了2.9个点."""
    for match in _POINTS.finditer(text):
        value, step = numerals.parse(match["number"]) / 100, numerals.step(match["number"], 1) / 100
        start = match.start("number")
        yield Figure(
            start, match.end(), start, float(value), None, float(step), "ratio", "百分点", "exact", ""
        )


def _hundredths(text: str) -> Iterator[Figure]:
    """Of a hundred, without saying so: 同比增长11.82, 性别比105.2."""
    unmarked = list(_UNMARKED.finditer(text))
    lines = {text.count("\n", 0, match.start()) for match in unmarked}
    whole = [
        match for match in _ROUND.finditer(text) if lines and text.count("\n", 0, match.start()) in lines
    ]
    for match in (*unmarked, *whole, *_SEXES.finditer(text)):
        value, step = numerals.parse(match["number"]) / 100, numerals.step(match["number"], 1) / 100
        start = match.start("number")
        end = match.end() if match.re is _SEXES else match.end("number")
        yield Figure(start, end, start, float(value), None, float(step), "ratio", "", "exact", "", "bare")


def _digits(text: str) -> Iterator[Figure]:
    """Growth told by how many digits it has."""
    for match in _DIGITS.finditer(text):
        ahead = text[max(0, match.start() - 12) : match.start()]
        behind = text[match.end() : match.end() + 3].lstrip("的")
        if not (behind.startswith(("增", "提", "上升", "同比")) or _GROWS.search(ahead)):
            continue
        value = 0.1 if match["digits"] in "两二" else 1.0
        start, end = match.span()
        yield Figure(start, end, start, value, None, value / 10, "ratio", "", "at_least", match[0], "fold")


def _fractions(text: str) -> Iterator[Figure]:
    """A share as a fraction."""
    for match in _FRACTION.finditer(text):
        number, whole = int(match["number"]), int(match["whole"])
        if number < whole:
            yield Figure(
                *match.span(),
                match.start(),
                number / whole,
                None,
                1 / whole,
                "ratio",
                "",
                lexicon.qualifiers("after").get(match["after"], "exact"),  # type: ignore[arg-type]
                match["after"] or "",
                "part",
            )
