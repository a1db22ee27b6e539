"""Bare numbers in a table: the unit stands in the column's head, in the row, or above (单位:万元).

A table is some lines in a row whose cells are parted by tabs or by |; its first row is the head, or its first two
where the second has no number either: 2023年 over 绝对值 and 增速.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gridtown.report.claims.reading import numerals
from gridtown.report.claims.reading.kinds import Change
from gridtown.report.claims.reading.lexicon import Unit, any_of, units
from gridtown.report.claims.reading.numerals import ARABIC, SCALES
from gridtown.report.claims.reading.shapes import Figure
from gridtown.report.claims.reading.subjects import Phrase

_LINE = re.compile(r"[^\n]*[\t|][^\n]*")
_RULE = re.compile(r":?-{2,}:?")
_NUMBER = re.compile(rf"(?P<sign>[-—–+]?)(?P<number>{ARABIC})(?P<percent>[%％]?)")
_UNIT = re.compile(
    rf"(?P<scale>{any_of(SCALES)})?(?P<unit>{any_of(units())})(?P<per>/[\u4e00-\u9fff]{{1,3}})?"
)
_BRACKETS = re.compile(r"[((\[](?:单位:?)?([^()（）\[\]]{1,12})[))\]]|(?:±|\+/-)?%$")
_CAPTION = re.compile(r"(?:计量)?单位[::]\s*([^\n\t|()（）]{1,24})")
# 表2:居民消费价格涨跌幅度(%): the unit of all, at the end of the line above.
_TITLED = re.compile(r"[((]([^()（）\n]{1,8})[))][\s|]*$")
_COUNTED = re.compile(r"([户人件个起次家处宗场台辆条项套座栋间名])数")
_CHANGED = re.compile("增长|增速|增幅|增减|同比|环比|比上年|较上年|升降|±")
_SHARED = re.compile("率|比重|占比|比例|进度|构成")
_NO_MEASURE = re.compile("序号|编号|代码|电话|日期|时间|备注|年份|排名|位次|名次|责任|单位名称")
_GENERAL = re.compile(
    r"(?:19|20)\d{2}年?(?:度|[上下]半年|\d{1,2}月)?|数量|数值|金额|本[年月期]|去年|上年|完成|累计|实绩|实际|目标|合计|总计|指标|绝对[值数量额]|全年|年末|任务|计划|单位|数据|情况|期末|当[年月期]|数|构成|所?占?比重|占比|(?:年末|期末|年初|年底)数"
    r"|(?:年度|全年|累计|实际|当年|预计|已|目标|本年|总)*(?:计划|任务|目标|完成|实绩|进度)(?:任务|目标|计划)?[数量值]?(?:情况)?"
)
_YEAR = re.compile(r"((?:19|20)\d{2})年?")
_LAST = re.compile("上年|去年|同期")
_PLANNED = re.compile("目标|计划|任务|预期|预算数")
_WHOLE = re.compile(
    "合计|总计|总数|全[镇县区市省乡街]|完成|实绩|实际|全年|本年|数量|数值|金额|绝对|指标值|年末|期末|^$"
)
_LEAST = 2
# What is longer is a sentence that stands in a table.
_SHORT = 24


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
class Under:
    """A cell that is written with its unit, and what its column's head says of when it is: 目标值 over ≥ 95%."""

    start: int
    end: int
    year: str | None
    last_year: bool
    planned: bool


@dataclass(frozen=True, slots=True)
class _Text:
    start: int
    end: int
    said: str


@dataclass(frozen=True, slots=True)
class _Column:
    """What stands over a column: its own head, and the one above that it shares with its neighbours."""

    own: _Text
    over: _Text | None = None

    @property
    def said(self) -> str:
        return f"{self.over.said} {self.own.said}" if self.over else self.own.said

    @property
    def named(self) -> Phrase | None:
        """What the head names, if it names a thing and no 数量 or 2023年."""
        heads = (self.over, self.own) if self.over else (self.own,)
        return next((_named(one) for one in heads if one.said and not _general(one.said)), None)

    def inside(self) -> tuple[Unit, int] | None:
        """The unit that it has in brackets or at its end."""
        return _inside(self.own.said) or (_inside(self.over.said) if self.over else None)


def found(text: str) -> dict[int, Cell]:
    """The cells that claim something, by where their figures begin."""
    if "\t" not in text and "|" not in text:
        return {}
    return {cell.figure.start: cell for table in _tables(text) for cell in _cells(text, table)}


def under(text: str) -> list[Under]:
    """The cells whose column's head says of which year or plan they are, in their order."""
    if "\t" not in text and "|" not in text:
        return []
    told = []
    for table in _tables(text):
        heads, rows = _columns(table)
        for row in rows:
            if len(row) != len(heads):
                continue
            for column, cell in zip(heads[1:], row[1:], strict=True):
                if not cell.said or _NUMBER.fullmatch(cell.said) or len(cell.said) > _SHORT:
                    continue
                year, planned = _YEAR.search(column.said), bool(_PLANNED.search(column.said))
                last = bool(_LAST.search(column.said)) and not _CHANGED.search(column.said)
                if year or planned or last:
                    told.append(Under(cell.start, cell.end, year[1] if year else None, last, planned))
    return told


def _tables(text: str) -> Iterator[list[list[_Text]]]:
    """Lines that follow one another, each with more than one cell."""
    lines = [(match.span(), _row(match)) for match in _LINE.finditer(text)]
    table: list[list[_Text]] = []
    for (span, row), following in pairwise([*lines, ((-1, -1), [])]):
        full = _filled(row) >= _LEAST
        if full and not all(_RULE.fullmatch(cell.said) for cell in row if cell.said):
            table.append(row)
        if following[0][0] != span[1] + 1 or not full:
            if len(table) >= _LEAST:
                yield table
            table = []


def _row(line: re.Match[str]) -> list[_Text]:
    """The cells of a line, empty ones as well."""
    found, at = [], line.start()
    for cell in re.split(r"[\t|]", line[0]):
        said = cell.strip()
        start = at + (cell.index(said) if said else 0)
        found.append(_Text(start, start + len(said), said))
        at += len(cell) + 1
    return found


def _filled(row: list[_Text]) -> int:
    return sum(bool(cell.said) for cell in row)


def _numbered(row: list[_Text]) -> bool:
    return any(_NUMBER.fullmatch(cell.said) for cell in row)


def _columns(table: list[list[_Text]]) -> tuple[list[_Column], list[list[_Text]]]:
    """The heads of the columns, and the rows below them."""
    first, second = table[0], table[1]
    two = len(table) > _LEAST and not _numbered(first) and not _numbered(second) and _numbered(table[2])
    spans = "" in (cell.said for cell in first[1:]) or len(first) != len(second)
    if not two or not spans:
        return [_Column(cell) for cell in first], table[1:]
    if len(first) < len(second):
        first = _spread(first, len(second))
    columns, over = [], None
    for upper, lower in zip(first, second, strict=False):
        over = upper if upper.said else over
        if lower.said and lower.said != (over.said if over else ""):
            columns.append(_Column(lower, over))
        else:
            columns.append(_Column(upper if upper.said else lower))
    return columns, table[2:]


def _spread(row: list[_Text], width: int) -> list[_Text]:
    """A head of fewer cells over more columns: behind the first, each over as many as the others."""
    each, left = divmod(width - 1, max(1, len(row) - 1))
    return row if left else [row[0], *(cell for cell in row[1:] for _ in range(each))]


def _cells(text: str, table: list[list[_Text]]) -> Iterator[Cell]:
    heads, rows = _columns(table)
    above = _captioned(text, table[0][0].start)
    for row in rows:
        label = next((cell for cell in row if cell.said and not _NUMBER.fullmatch(cell.said)), row[0])
        begins = next(index for index, cell in enumerate(row) if cell.said)
        first = heads[begins].said if begins < len(heads) else ""
        if len(row) != len(heads) or (_NUMBER.fullmatch(row[begins].said) and not _NO_MEASURE.search(first)):
            continue
        own = next((u for cell in row[1:] if (u := _unit(cell.said))), None)
        for column, cell in zip(heads[1:], row[1:], strict=True):
            number = _NUMBER.fullmatch(cell.said)
            if number is None or _NO_MEASURE.search(column.said):
                continue
            changed = bool(_CHANGED.search(column.said))
            unit = _measured(column, label.said, own, above, changed=changed, percent=number["percent"])
            if unit is None:
                continue
            named = column.named
            year, last_year = _YEAR.search(column.said), bool(_LAST.search(column.said)) and not changed
            part = label.said if named else _bare(column.own.said)
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
    title = text.rfind("\n", 0, max(0, at - 1)) + 1
    said = _CAPTION.search(text, begin, at) or _TITLED.search(text[title : max(title, at - 1)])
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


def _general(said: str) -> bool:
    return bool(_GENERAL.fullmatch(_bare(said)) or _CHANGED.search(said))


def _measured(
    column: _Column, label: str, own: tuple[Unit, int] | None, above: list[tuple[Unit, int]], *, changed: bool,
    percent: str,
) -> tuple[Unit, int] | None:  # fmt: skip
    rate = next((one for one in above if one[0].base == "ratio"), None)
    level = next((one for one in above if one[0].base != "ratio"), None)
    if percent:
        return units()["%"], 1
    if inside := column.inside():
        return inside
    if changed or _SHARED.search(column.said):
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
