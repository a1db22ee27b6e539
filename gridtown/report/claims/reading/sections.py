"""Which year each part of a text tells of, and whether it is a plan: what its title and headings say."""

import re
from dataclasses import dataclass, replace

from gridtown.report.claims.reading import dating
from gridtown.report.claims.reading.markers import many

# 2023年计划执行情况 is a review, 2023年计划执行情况与2024年计划草案 a title over both.
_CARRIED_OUT = re.compile(
    r"^(?:(?!(?:19|20)\d{2}年.*(?:19|20)\d{2}年).)*(?:执行|完成|落实|推进|开展|进展)情况(?:的?(?:通报|报告|汇报|说明))?[))]?$"
)
_NEXT = re.compile("明年|来年|新的一年|下一年")
_LINES = re.compile(r"[^\n]+")
# 2022年政府工作报告各位代表:…。一、2021年工作回顾2021年,…: a title and a heading without a line of their own.
_RUN_ON = re.compile(
    r"(?m)^[^。,;:\n]{6,40}?(?:报告|总结|汇报)(?=各位代表|同志们)"
    r"|(?<=[。:])[一二三四五六七八九十]{1,2}、[^。,;:\n]{2,24}?(?:回顾|总结|情况|安排|计划|打算|思路)(?=(?:19|20)\d{2}年|今年|一年来|过去)"
)


# Who looks back on 2023 under a heading of its own calls the year after it 今年.
_LOOKS_BACK = re.compile(
    r"[一二三四五六七八九十]{1,3}、\s*(?:19|20)\d{2}年(?:度)?[\u4e00-\u9fff]{0,8}(?:回顾|总结)"
)
# 1-9月经济指标完成情况: a heading for what stands under it alone.
_PARTED = re.compile(
    r"[\s((]*(?:[一二三四五六七八九十\d]{1,2}[))、.])?\s*(?P<part>\d{1,2}\s*[-—–~至]{1,2}\s*\d{1,2}月份?|[上下]半年|前三季度|第?[一二三四]季度)"
)
_SPANNED = re.compile(r"((?:19|20)\d{2})年?\s*[-—–~至到]{1,2}\s*((?:19|20)\d{2})年")
# 今年定下这些具体目标: opens a list of what is aimed at.
_GOALS = re.compile(
    r"^(?!.*(?:完成|达成|实现了|做了)).*(?:今年|明年|来年|定下|确定|提出|安排|预期).*(?:目标|任务|实事)(?:任务)?(?:如下|是|为)?[:：]$"
)
_STOOD = re.compile(r"[((]截[至止]到?(?:((?:19|20)\d{2})年)?(\d{1,2})月(?:底|末|\d{1,2}日)?[))]$")
_YEARS = re.compile(
    r"(?<![未来今后下])(?:过去|近|这|最近|刚刚过去|(?<!提)前)的?([两三四五六七八九十])年(?!级|代|底|内)|(?<![\u4e00-\u9fff])([两三四五六七八九十])年来|(?<![第未今后下十])([两三四五六七八九十])年(?=的?工作的?(?:总结|回顾|情况|成效))"
)
# 不平凡的“十二五”, 2015年的成就: a heading that names the time and what came of it.
_OF_PLAN = re.compile(
    r"[^,。;:\d]{0,12}[“\"]?十[一二三四五]五[”\"]?(?:时期|期间|这?五年)?(?:的?[^,。;:\d]{0,6}(?:成就|成绩|成效|答卷|回顾))?"
)
_ACHIEVED = re.compile(r"(?:19|20)\d{2}年[^,。;:\d]{0,10}(?:成就|成绩|成效|亮点|答卷)")
_LONE_YEAR = re.compile(r"(?:19|20)\d{2}年?")
_AHEAD = re.compile(r"(?:未来|今后)的?([两三四五六七八九十])年")
_BULLET = re.compile(r"[\s—–-]*(?:[((]?[一二三四五六七八九十\d]{1,3}[))、.])?\s*")


@dataclass(frozen=True, slots=True)
class Section:
    """From `start` on, unless a sentence says otherwise: the year, a part of it, and whether it is a plan.

    span: the first and last year where it tells of some years together (过去五年). until: the part is only where it
    ends, as the heading has it: 进展情况表(截至9月底). reporting: the year that a text which looks back is given in.
    """

    start: int
    year: int | None
    part: str
    plan: bool
    span: tuple[int, int] | None = None
    until: bool = False
    reporting: int | None = None


def sections(text: str, period: str | None) -> list[Section]:
    """The headings that say which year is told of, from the title on."""
    lines = [(at, dating.bare(line)) for match in _LINES.finditer(text) for at, line in _parted(match)]
    year, part, reporting = dating.titled(lines)
    if reporting is not None and reporting == dating.opening(lines):
        year, reporting = reporting, None  # a report given at the year's end
    if year is None:
        year, part = dating.default(period)
        year = year or dating.first_year(text, lines)
        part = part or dating.half(lines, year)
    base = year
    told = [Section(0, year, part, plan=False, reporting=reporting)]
    title = _title(lines)
    for number, (at, line) in enumerate(lines):
        new = _headed(lines[number:], base, part, reporting, told[-1])
        if new and new.plan and number < title:
            new = None  # …执行情况 over 及2024年计划草案的报告: one title in two lines
        if len(line) <= dating.LONGEST_HEADING and (stood := _STOOD.search(line)) and (stood[1] or base):
            month = f"-{int(stood[2]):02}"
            told.append(Section(at, int(stood[1] or base or 0), month, plan=False, until=True))
        elif (
            new
            and not new.plan
            and (parted := _PARTED.match(line))
            and not dating.YEAR.search(line)
            and not part
        ):
            said = dating.span(parted["part"].replace("—", "-"))
            told += _under(lines[number + 1 :], replace(new, part=said, span=None), told[-1])
        elif new:
            if not new.plan:
                base, part = new.year, new.part
                if new.year and not new.part and _LOOKS_BACK.match(line):
                    reporting = new.year + 1
            told.append(replace(new, reporting=reporting))
        elif not told[-1].plan and len(line) <= 2 * dating.LONGEST_HEADING and _GOALS.match(line):
            told += _aimed(lines[number + 1 :], told[-1])
        elif base is not None and told[-1].span is None and (years := _spanned(line, base, told[-1])):
            told += [years, replace(told[-1], start=at + len(line) + 1)]
    return told


def _parted(line: re.Match[str]) -> list[tuple[int, str]]:
    """A line as it is, or its title and headings apart, where they have run into one with what stands under them."""
    starts = [line.start()]
    if len(line[0]) > dating.LONGEST_HEADING:
        for run in _RUN_ON.finditer(line.string, line.start(), line.end()):
            starts += [run.start(), run.end()]
    ends = [*starts[1:], line.end()]
    return [
        (at, piece)
        for at, end in zip(starts, ends, strict=True)
        if end > at and (piece := line.string[at:end].strip())
    ]


def _title(lines: list[tuple[int, str]]) -> int:
    """How many lines the title has, where a line of it looks back; 0 where none does, as it then is of a plan alone."""
    for number, (_at, line) in enumerate(lines):
        if (
            len(line) > dating.LONGEST_HEADING
            or line.endswith(("。", ":", ";"))
            or dating.NUMBERED.match(line)
        ):
            back = any(
                dating.REVIEW.search(line) and dating.YEAR.search(line) for _at, line in lines[:number]
            )
            return number if back else 0
    return 0


def _headed(
    lines: list[tuple[int, str]], base: int | None, part: str, reporting: int | None, last: Section
) -> Section | None:
    """The section that the first of these lines is the heading of."""
    at, line = lines[0]
    if (
        len(line) > dating.LONGEST_HEADING
        or line.endswith(("。", ";", ",", ":"))
        or re.search(r"[\t|,]", line)
    ):
        return None
    found = dating.YEAR.search(line)
    if _LONE_YEAR.fullmatch(line) and len(lines) > 1 and not _LONE_YEAR.fullmatch(lines[1][1]):
        year = int(line[:4])
        return Section(at, year, "", plan=base is not None and year > base)
    # 重点工作和民生实事方面 is a topic
    plan, review = (
        bool(dating.PLAN.search(line)) and not line.endswith("方面"),
        bool(dating.REVIEW.search(line)),
    )
    if plan and review and _CARRIED_OUT.search(line):
        plan = False
    if plan and review:
        return None  # a title over both
    if not plan and found and dating.NUMBERED.match(line):
        review = True
    if not plan and (
        _ACHIEVED.fullmatch(line) or (_OF_PLAN.fullmatch(line) and dating.FIVE_YEARS.search(line))
    ):
        review = True
    if not (plan or review) or (plan and not found and last.plan):
        return None
    if years := _SPANNED.search(line):
        return Section(at, int(years[2]), "", plan=plan, span=(int(years[1]), int(years[2])))
    if found:
        return Section(at, int(found[1]), dating.span(found[2]), plan=plan)
    if plan:
        year, ahead = _planned(base, line, reporting, partly=bool(part or last.until)), _AHEAD.search(line)
        span = (year, year + many(ahead[1]) - 1) if ahead and year else None
        return Section(at, year, _later(line, part), plan=True, span=span)
    opening = dating.OPENS.match(lines[1][1]) if len(lines) > 1 else None
    if opening and (base is None or abs(int(opening[1]) - base) <= 1):
        base = int(opening[1])
    years = _YEARS.search(line)
    span = (base - many(years[1] or years[2] or years[3]) + 1, base) if years and base else None
    if plan_years := dating.FIVE_YEARS.search(line):
        span = dating.five(plan_years)
        base = span[1]
    return Section(at, base, part, plan=False, span=span)


def _under(lines: list[tuple[int, str]], new: Section, last: Section) -> list[Section]:
    """Such a section ends where the next number of the text begins."""
    after = next((at for at, line in lines if dating.NUMBERED.match(line)), None)
    return [new] if after is None else [new, replace(last, start=after)]


def _aimed(lines: list[tuple[int, str]], last: Section) -> list[Section]:
    """The short lines of such a list are planned; the first that is a paragraph or a heading is as before."""
    run = 0
    while (
        run < len(lines)
        and len(lines[run][1]) <= dating.LONGEST_HEADING
        and not dating.NUMBERED.match(lines[run][1])
    ):
        run += 1
    after = [replace(last, start=lines[run][0])] if run < len(lines) else []
    return [replace(last, start=lines[0][0], plan=True), *after] if run else []


def _spanned(line: str, base: int, last: Section) -> Section | None:
    """A paragraph that begins with 五年来 or 这五年 tells of them all."""
    bullet = _BULLET.match(line)
    years = _YEARS.match(line, bullet.end() if bullet else 0)
    if years is None or last.plan:
        return None
    count = many(years[1] or years[2] or years[3])
    return replace(last, span=(base - count + 1, base)) if count > 1 else None


def _planned(base: int | None, line: str, reporting: int | None, *, partly: bool) -> int | None:
    """The year that a plan without a year is for: the one that the report is given in, or the next.

    partly: what was told of is only a part of the year, so that the rest of it is planned.
    """
    if base is None:
        return None
    if reporting is not None:
        return reporting
    return (
        base
        if partly or re.search("下半年|[二三四]季度", line) or ("今年" in line and not _NEXT.search(line))
        else base + 1
    )


def _later(line: str, part: str) -> str:
    """The part of the year that a plan is for: what its heading says, else the half that is left."""
    said = re.search(r"[上下]半年|第?[一二三四]季度", line)
    return dating.span(said[0]) if said else "-H2" if part == "-H1" else ""
