"""Text made even: half-width signs, no breaks within sentences, no gaps beside Chinese; and where each letter stood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

GAP = " {0,4}"
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20, ord("％"): ord("%"), ord("－"): ord("-"), ord("．"): ord("."), ord("，"): ord(","),
    ord("﹪"): ord("%"), ord("〇"): ord("零"), ord("○"): ord("零"), ord("㎡"): ord("㎡"), ord("\r"): ord(" "),
    ord("｡"): ord("。"), ord("\x0b"): ord("\n"), ord("\u2028"): ord("\n"), ord("\u2029"): ord("\n"),
    ord("："): ord(":"), ord("﹕"): ord(":"), ord("﹔"): ord(";"), ord("﹐"): ord(","), ord("℅"): ord("%"),
}  # fmt: skip
_BREAKS = {code: even for code, even in _HALF.items() if even in {0x0A, 0x20} and code != 0x3000}
_FULL_STOPS = "。!?…"
_ENDS = "。!?;:,…、”》)"
_STARTS = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.]|[((][一二三四五六七八九十\d]{1,3}[))]|\d{1,2}[、.)](?!\d)|第[一二三四五六七八九十]{1,3}[章节条]|[①-⑳]|[-•●◆■*]|—{1,2}"
    r"|(?:19|20)\d{2}\s*年[^。,;]{0,14}(?:回顾|总结|安排|计划|思路|打算|任务|目标)\s*$)"
)
_FIGURE = re.compile(r"\s*\d[\d,.]*\s*[万亿%‰元个家名人件亩项]")
# A gap beside a Chinese letter says nothing; one between two numbers may part thousands.
_GAPS = re.compile(
    r"(?<=[\u4e00-\u9fff，。、；：])[ \u00a0]+|[ \u00a0]+(?=[\u4e00-\u9fff])"
    r"|(?<=\d)[ \u00a0]+(?=\.[ \u00a0]*\d+[ \u00a0]?[%‰万亿])"
    r"|(?<=\d\.)[ \u00a0]+(?=\d+[ \u00a0]?[%‰万亿])|(?<=\d \.)[ \u00a0]+(?=\d+[ \u00a0]?[%‰万亿])"
    r"|(?<=[\u4e00-\u9fff]\d\.)[ \u00a0]+(?=\d{1,4}[亩元吨米公平千])|(?<=\d\d\.)[ \u00a0]+(?=\d{1,4}[亩元吨米公平千])"
)
# 1·8% is 1.8%: a dot of another kind between digits.
_DOTS = re.compile(r"(?<=\d)[·•・](?=\d+[%‰])")
# 水田7993亩.林地600亩: a dot between Chinese letters ends a sentence, but not behind a section's number (二.重点).
_POINTS = re.compile(r"(?<=[\u4e00-\u9fff%])(?<![一二三四五六七八九十])\.(?=[\u4e00-\u9fff])")
# 二OO四年, 二零二三年, 一九九八年.
_YEARS = re.compile("(?:一九|二[零OoО0])[零一二三四五六七八九OoО0]{2}(?=年)")
_DIGITS = {ord(letter): str(digit) for digit, letter in enumerate("零一二三四五六七八九")} | dict.fromkeys(
    map(ord, "OoО"), "0"
)
# No number has so many digits: what is pasted in is a code or a picture.
_ENDLESS = re.compile(r"[\d.,]{40,}")
_WRAP = re.compile(r"(?<=[^\n])\n(?=[^\n])")
# “十五”末的|12.8亿元: no sentence ends so, whatever stands between.
_HANGING = re.compile(r"(?<=[的由从])\n+(?=[ ]{0,30}\d)")
# A page's number between two lines of a sentence: - 3 -, — 12 —.
_PAGES = re.compile(
    r"(?<=[^\n。;:!?])(\n+[ ]*[-—–]{1,2}[ ]*\d{1,3}[ ]*[-—–]{1,2}[ ]*\n+)(?=[^\n\s一二三四五六七八九十(（])"
)
# Marks of a text in Markdown: ### before a heading, ** around what is set bold.
_MARKS = re.compile(r"(?m)^[ ]{0,3}(#{1,6}[ ]+)(?=\S)|(\*\*)(?=[^*\n]{1,60}\*\*)|(?<=[^*\n])(\*\*)")
# A line that ends with a figure may be an item of a list; a full stop within a line is a sign of prose.
_ITEM = re.compile(r"(?:\d[\d.]*[万亿余多]{0,2}[\u4e00-\u9fff]{0,3}(?:以上|左右|以内)?|%|\|)$")
_MIDDLE = re.compile(r"。(?=[^\s”\")])")
_WIDEST, _SHARE = 60, 0.7
_LEAST, _RAGGED, _ENOUGH = 15, 4, 3


@dataclass(frozen=True, slots=True)
class Folded:
    """An even text; `places` has where each of its letters stood in the original."""

    text: str
    places: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The same stretch in the original text."""
        if end <= start:
            at = self.places[start] if start < len(self.places) else 0
            return at, at
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """A text as it is read."""
    even = _POINTS.sub("。", _DOTS.sub(".", text.translate(_HALF)))
    even = _YEARS.sub(lambda year: year[0].translate(_DIGITS), even)
    even = _ENDLESS.sub(lambda run: "□" * len(run[0]), even)
    given = text.translate(_BREAKS)  # a line is as wide as it was set, its signs not made half
    widths = _widths(given)
    left_out = [at.start() for at in _WRAP.finditer(even) if _runs_on(even, given, at.start(), widths)]
    left_out += _uneven(even)
    left_out += [place for page in _PAGES.finditer(even) for place in range(page.start(1), page.end(1))]
    left_out += [place for mark in _MARKS.finditer(even) for place in range(*mark.span(mark.lastindex or 0))]
    left_out += [place for gap in _HANGING.finditer(even) for place in range(*gap.span())]
    left_out += [place for gap in _GAPS.finditer(even) for place in range(*gap.span())]
    if not left_out:
        return Folded(even, range(len(even)))
    kept = bytearray(b"\1") * len(even)
    for place in left_out:
        kept[place] = 0
    places = [place for place, stays in enumerate(kept) if stays]
    return Folded("".join(compress(even, kept)), places)


def _uneven(text: str) -> list[int]:
    """The breaks of prose whose lines are of no even width, or among longer ones: the lines around are about as long as
    this one, and a sentence ends in the middle of one of them; a list of items has none that does."""
    lines = text.split("\n")
    lengths = [len(line.rstrip()) for line in lines]
    breaks, at = [], -1
    for number, line in enumerate(lines[:-1]):
        at += len(line) + 1
        after, length = lines[number + 1], lengths[number]
        if length < _LEAST or not after.strip() or "\t" in line or "\t" in after:
            continue
        if line.rstrip()[-1] in _ENDS or _ITEM.search(line.rstrip()) or _STARTS.match(after):
            continue
        if _MIDDLE.search(line):  # a paragraph ends with a mark, a heading has none within
            breaks.append(at)
            continue
        if lengths[number + 1] > _WIDEST:  # a heading and its paragraph
            continue
        first = number
        while first > max(0, number - 2) and lengths[first - 1]:
            first -= 1
        last = number + 1
        while last < min(len(lines) - 1, number + 2) and lengths[last + 1]:
            last += 1
        around = range(first, last + 1)
        longest = max((lengths[one] for one in around if lengths[one] <= _WIDEST), default=0)
        prose = any(_MIDDLE.search(lines[one]) for one in around)
        if last - first >= 2 and length <= _WIDEST and length >= _SHARE * longest and prose:
            breaks.append(at)
    return breaks


def _widths(text: str) -> tuple[int, int]:
    """How long the lines are where a text is broken at a fixed width, in letters and in columns; 0 where not even."""
    lines = [line.rstrip() for line in text.split("\n")]
    return _full(list(map(len, lines)), _LEAST, _RAGGED), _full(
        list(map(_columns, lines)), 2 * _LEAST, 2 * _RAGGED
    )


def _full(lengths: Sequence[int], least: int, ragged: int) -> int:
    longest = max(lengths)
    full = sum(length >= longest - ragged for length in lengths)
    return longest - ragged if least <= longest <= 4 * least and full >= _ENOUGH else 0


def _columns(line: str) -> int:
    """How wide a line is set: a digit takes half the room of a Chinese letter."""
    return 2 * len(line) - sum(letter < "\u2000" for letter in line)


def _runs_on(text: str, given: str, at: int, widths: tuple[int, int]) -> bool:
    """Whether the sentence goes on after this line break: the line is full, and does not end as a sentence ends."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at + 1)
    line, after = text[start:at].rstrip(), text[at + 1 : end if end >= 0 else len(text)]
    if "\t" in line or "\t" in after or not line or not after.strip() or _STARTS.match(after):
        return False
    if line[-1] in ",、" or (_FIGURE.match(after) and line[-1] not in _ENDS):
        return True
    letters, columns = widths
    set_in = given[start : start + len(line)]
    full = (letters and len(line) >= letters) or (columns and _columns(set_in) >= columns)
    return bool(full) and line[-1] not in _FULL_STOPS
