"""Bare numbers in a table: the unit stands in the column's head, in the row, or above (单位:万元).

A table is some lines in a row whose cells are parted by tabs or by |; its first row is the head.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gridtown.report.claims import numerals
from gridtown.report.claims.kinds import Change
from gridtown.report.claims.lexicon import Unit, any_of, units
from gridtown.report.claims.numerals import ARABIC, SCALES
from gridtown.report.claims.shapes import Figure
from gridtown.report.claims.subjects import Phrase

_LINE = re.compile(r"[^\n]*[\t|][^\n]*")
_CELL = re.compile(r"[^\t|\n]+")
_NUMBER = re.compile(rf"(?P<sign>[-—–+]?)(?P<number>{ARABIC})(?P<percent>[%％]?)")
_UNIT = re.compile(
    rf"(?P<scale>{any_of(SCALES)})?(?P<unit>{any_of(units())})(?P<per>/[\u4e00-\u9fff]{{1,3}})?"
)
_BRACKETS = re.compile(r"[((\[](?:单位:?)?([^()（）\[\]]{1,12})[))\]]|(?:±|\+/-)?%$")
_CAPTION = re.compile(r"(?:计量)?单位[::]\s*([^\n\t|()（）]{1,24})")
_COUNTED = re.compile(r"([户人件个起次家处宗场台辆条项套座栋间名])数")
_CHANGED = re.compile("增长|增速|增幅|增减|同比|环比|比上年|较上年|升降|±")
_SHARED = re.compile("率|比重|占比|比例|进度")
_NO_MEASURE = re.compile("序号|编号|代码|电话|日期|时间|备注|年份|排名|位次|名次|责任|单位名称")
_GENERAL = re.compile(
    r"(?:19|20)\d{2}年?(?:度|[上下]半年|\d{1,2}月)?|数量|数值|金额|本[年月期]|去年|上年|完成|累计|实绩|实际|目标|合计|总计|指标|绝对[值数量额]|全年|年末|任务|计划|单位|数据|情况|期末|当[年月期]|数"
)
_YEAR = re.compile(r"((?:19|20)\d{2})年?")
_LAST = re.compile("上年|去年|同期")
_PLANNED = re.compile("目标|计划|任务|预期|预算数")
_WHOLE = re.compile(
    "合计|总计|总数|全[镇县区市省乡街]|完成|实绩|实际|全年|本年|数量|数值|金额|绝对|指标值|年末|期末|^$"
)
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """A bare number of a table as a figure, with what its row and column say of it.

    of: whose it is, where its row or column is only a part of what is told of: 城东村, 当月.
    """

    figure: Figure
    subject: Phrase
    changed: bool
    year: str | None
    last_year: bool
    planned: bool
    of: str

    @property
    def change(self) -> Change | None:
        """Its change as a figure of a sentence has it."""
        return Change(1, self.figure.start, "yoy") if self.changed else None


@dataclass(frozen=True, slots=True)
class _Text:
    start: int
    end: int
    said: str


def found(text: str) -> dict[int, Cell]:
    """The cells that claim something, by where their figures begin."""
    if "\t" not in text and "|" not in text:
        return {}
    return {cell.figure.start: cell for table in _tables(text) for cell in _cells(text, table)}


def _tables(text: str) -> Iterator[list[list[_Text]]]:
    """Lines that follow one another, each with more than one cell."""
    lines = [(match.span(), _row(match)) for match in _LINE.finditer(text)]
    table: list[list[_Text]] = []
    for (span, row), following in pairwise([*lines, ((-1, -1), [])]):
        if len(row) >= _LEAST:
            table.append(row)
        if following[0][0] != span[1] + 1 or len(row) < _LEAST:
            if len(table) >= _LEAST:
                yield table
            table = []


def _row(line: re.Match[str]) -> list[_Text]:
    found = []
    for cell in _CELL.finditer(line[0]):
        said = cell[0].strip()
        if said:
            start = line.start() + cell.start() + cell[0].index(said)
            found.append(_Text(start, start + len(said), said))
    return found


def _cells(text: str, table: list[list[_Text]]) -> Iterator[Cell]:
    head = table[0]
    above = _captioned(text, head[0].start)
    for row in table[1:]:
        if len(row) != len(head) or (_NUMBER.fullmatch(row[0].said) and not _NO_MEASURE.search(head[0].said)):
            continue
        label = next((cell for cell in row if not _NUMBER.fullmatch(cell.said)), row[0])
        own = next((u for cell in row[1:] if (u := _unit(cell.said))), None)
        for column, cell in zip(head[1:], row[1:], strict=True):
            number = _NUMBER.fullmatch(cell.said)
            if number is None or _NO_MEASURE.search(column.said):
                continue
            changed = bool(_CHANGED.search(column.said))
            unit = _measured(column.said, label.said, own, above, changed=changed, percent=number["percent"])
            if unit is None:
                continue
            named = _named(column) if not changed and not _GENERAL.fullmatch(_bare(column.said)) else None
            year, last_year = _YEAR.search(column.said), bool(_LAST.search(column.said))
            part = label.said if named else _bare(column.said)
            whole = _WHOLE.search(part) or changed or year or last_year
            yield Cell(
                _figure(cell, number, *unit), named or _named(label), changed, year[1] if year else None,
                last_year, bool(_PLANNED.search(column.said)), "" if whole else part,
            )  # fmt: skip


def _captioned(text: str, at: int) -> list[tuple[Unit, int]]:
    """The units that the two lines above a table name."""
    begin = at
    for _line in range(3):
        begin = text.rfind("\n", 0, max(0, begin - 1)) + 1
    said = _CAPTION.search(text, begin, at)
    return [one for part in re.split(r"[、,,/\s]+", said[1]) if (one := _unit(part))] if said else []


def _unit(said: str) -> tuple[Unit, int] | None:
    match = _UNIT.fullmatch(said.strip())
    return (units()[match["unit"]], SCALES[match["scale"]] if match["scale"] else 1) if match else None


def _inside(said: str) -> tuple[Unit, int] | None:
    """The unit that a head has in brackets or at its end."""
    for match in _BRACKETS.finditer(said):
        if one := _unit(match[1] or "%"):
            return one
    counted = _COUNTED.search(said)
    return (units()[counted[1]], 1) if counted else None


def _measured(
    column: str, label: str, own: tuple[Unit, int] | None, above: list[tuple[Unit, int]], *, changed: bool,
    percent: str,
) -> tuple[Unit, int] | None:  # fmt: skip
    rate = next((one for one in above if one[0].base == "ratio"), None)
    level = next((one for one in above if one[0].base != "ratio"), None)
    if percent:
        return units()["%"], 1
    if inside := _inside(column):
        return inside
    if changed or _SHARED.search(column):
        return rate
    return own or _inside(label) or (rate if _SHARED.search(label) else level)


def _figure(cell: _Text, number: re.Match[str], unit: Unit, scale: int) -> Figure:
    sign = -1 if number["sign"] in {"-", "—", "–"} else 1
    value = float(numerals.parse(number["number"])) * unit.by * scale * sign
    step = float(numerals.step(number["number"], 1)) * unit.by * scale
    classifier = unit.word if unit.countable else ""
    return Figure(
        cell.start, cell.end, cell.start, value, None, step, unit.base, classifier, "exact", "", "cell"
    )


def _bare(said: str) -> str:
    return _BRACKETS.sub("", said).strip()


def _named(cell: _Text) -> Phrase:
    """A head or label without the unit in brackets, and without 其中 or a number before it."""
    said = _bare(cell.said)
    lead = re.match(
        r"(?:\d{1,2}[.、]|[一二三四五六七八九十]+、|[((][一二三四五六七八九十\d]+[))]|其中:?|#)+", said
    )
    begin = cell.start + (lead.end() if lead else 0)
    return Phrase(begin, cell.start + len(said))
