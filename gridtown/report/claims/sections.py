"""Which year each part of a text tells of, and whether it is a plan: what its title and headings say."""

import re
from dataclasses import dataclass, replace

from gridtown.report.claims import lexicon
from gridtown.report.claims.lexicon import any_of
from gridtown.report.claims.markers import AGAINST, MARK, SINCE, many, part_of, within_name

_YEAR = re.compile(
    r"((?:19|20)\d{2})\s*年(?:度)?\s*(上半年|下半年|第?[一二三四]季度|前三季度|\d{1,2}\s*[-—~至]\s*\d{1,2}月|\d{1,2}\s*月)?"
)
_LONGEST_HEADING = 48
# A report dated so early in the year tells of the year before; so late, of its own, and plans for the next.
_EARLY, _LATE = 3, 10
_HISTORY = 2
_BY = re.compile("(?<!截)[到至]$")  # 到2030年 is when something is to be reached
_HEADS = re.compile(
    rf"[一二三四五六七八九十]{{1,3}}、[^,。;:]*(?:{any_of(lexicon.table('kinds')['target']['review'])}|安排|计划|打算|思路)。"
)
# 2008年1月至2010年5月底
_RANGED = re.compile(r"(?:19|20)\d{2}年\d{1,2}月(?:\d{1,2}日)?[-—–~至到]{1,2}(?P<last>(?:19|20)\d{2})年")
_DELIVERED = re.compile(r"[—–-]{0,4}\s*[((]?\s*(20\d{2})年(\d{1,2})月(?:\d{1,2}日)?\s*在")
_REVIEW = re.compile(any_of(lexicon.table("kinds")["target"]["review"]))
# 重点工作汇报 tells what was done.
_PLAN = re.compile(
    f"(?:{any_of(lexicon.table('kinds')['target']['heading'])})(?!汇报|开展|完成|推进|落实|总结|情况|成效|亮点|回顾|报告)"
)
# 2023年计划执行情况 is a review, 2023年计划执行情况与2024年计划草案 a title over both.
_CARRIED_OUT = re.compile(
    r"^(?:(?!(?:19|20)\d{2}年.*(?:19|20)\d{2}年).)*(?:执行|完成|落实|推进|开展|进展)情况(?:的?(?:通报|报告|汇报|说明))?[))]?$"
)
_NEXT = re.compile("明年|来年|新的一年|下一年")
_TITLE = re.compile(
    r"((?:19|20)\d{2})()(?=(?:[市县区镇乡]|街道)?(?:政府工作报告|(?:政府)?工作(?:总结|汇报)))"
)
_COUNCIL = re.compile("政府工作报告|人民代表大会|人大.{0,8}会议")
_LINES = re.compile(r"[^\n]+")


# Who looks back on 2023 under a heading of its own calls the year after it 今年.
_LOOKS_BACK = re.compile(
    r"[一二三四五六七八九十]{1,3}、\s*(?:19|20)\d{2}年(?:度)?[\u4e00-\u9fff]{0,8}(?:回顾|总结)"
)
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、")
_OPENS = re.compile(r"\s*(?:刚刚过去的|过去的|即将过去的)?((?:19|20)\d{2})年(?!\d{1,2}月)")
# 上半年工作总结, but not 上半年工作总结和下半年工作计划's second half.
_HALF_TOLD = re.compile(
    r"(?<!\d)(?<!\d年)(上半年|前三季度|第?[一二三四]季度)[\u4e00-\u9fff]{0,6}(?:总结|汇报|小结|报告|通报|情况)"
)
_HALF_OPENS = re.compile(
    r"\s*((?:19|20)\d{2})年(上半年|前三季度|第?[一二三四]季度|\d{1,2}\s*[-—–~至]\s*\d{1,2}月)[份度]?[,以全我,]"
)
# 今年定下这些具体目标: opens a list of what is aimed at.
# 1-9月经济指标完成情况: a heading for what stands under it alone.
_PARTED = re.compile(
    r"[\s((]*(?:[一二三四五六七八九十\d]{1,2}[))、.])?\s*(?P<part>\d{1,2}\s*[-—–~至]{1,2}\s*\d{1,2}月份?|[上下]半年|前三季度|第?[一二三四]季度)"
)
_SPANNED = re.compile(r"((?:19|20)\d{2})年?\s*[-—–~至到]{1,2}\s*((?:19|20)\d{2})年")
_GOALS = re.compile(
    r"^(?!.*(?:完成|达成|实现了|做了)).*(?:今年|明年|来年|定下|确定|提出|安排|预期).*(?:目标|任务|实事)(?:任务)?(?:如下|是|为)?[:：]$"
)
_STOOD = re.compile(r"[((]截[至止]到?(?:((?:19|20)\d{2})年)?(\d{1,2})月(?:底|末|\d{1,2}日)?[))]$")
_YEARS = re.compile(
    r"(?<![未来今后下])(?:过去|近|这|最近|刚刚过去|(?<!提)前)的?([两三四五六七八九十])年(?!级|代|底|内)|(?<![\u4e00-\u9fff])([两三四五六七八九十])年来"
)
_FIVE_YEARS = re.compile(r"十([一二三四五])五[”\"]?(?:时期|期间|规划)?(?!规划|纲要)")
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
    lines = [(match.start(), _bare(match[0].strip())) for match in _LINES.finditer(text)]
    year, part, reporting = _titled(lines)
    if reporting is not None and reporting == _opening(lines):
        year, reporting = reporting, None  # a report given at the year's end
    if year is None:
        year, part = _default(period)
        year = year or _first_year(text, lines)
        part = part or _half(lines, year)
    base = year
    told = [Section(0, year, part, plan=False, reporting=reporting)]
    title = _title(lines)
    for number, (at, line) in enumerate(lines):
        new = _headed(lines[number:], base, part, reporting, told[-1])
        if new and new.plan and number < title:
            new = None  # …执行情况 over 及2024年计划草案的报告: one title in two lines
        if len(line) <= _LONGEST_HEADING and (stood := _STOOD.search(line)) and (stood[1] or base):
            month = f"-{int(stood[2]):02}"
            told.append(Section(at, int(stood[1] or base or 0), month, plan=False, until=True))
        elif new and not new.plan and (parted := _PARTED.match(line)) and not _YEAR.search(line) and not part:
            said = _span(parted["part"].replace("—", "-"))
            told += _under(lines[number + 1 :], replace(new, part=said, span=None), told[-1])
        elif new:
            if not new.plan:
                base, part = new.year, new.part
                if new.year and not new.part and _LOOKS_BACK.match(line):
                    reporting = new.year + 1
            told.append(replace(new, reporting=reporting))
        elif not told[-1].plan and len(line) <= 2 * _LONGEST_HEADING and _GOALS.match(line):
            told += _aimed(lines[number + 1 :], told[-1])
        elif base is not None and told[-1].span is None and (years := _spanned(line, base, told[-1])):
            told += [years, replace(told[-1], start=at + len(line) + 1)]
    return told


def _bare(line: str) -> str:
    """A numbered heading that ends with a full stop, without it."""
    return (
        line[:-1]
        if line.endswith("。") and len(line) <= _LONGEST_HEADING and _HEADS.fullmatch(line)
        else line
    )


def _title(lines: list[tuple[int, str]]) -> int:
    """How many lines the title has, where a line of it looks back; 0 where none does, as it then is of a plan alone."""
    for number, (_at, line) in enumerate(lines):
        if len(line) > _LONGEST_HEADING or line.endswith(("。", ":", ";")) or _NUMBERED.match(line):
            back = any(_REVIEW.search(line) and _YEAR.search(line) for _at, line in lines[:number])
            return number if back else 0
    return 0


def _half(lines: list[tuple[int, str]], year: int | None) -> str:
    """Of a text whose title names no year, the part of it that its title or its first words tell of: 上半年工作总结."""
    for number, (_at, line) in enumerate(lines[:6]):
        heading = len(line) <= _LONGEST_HEADING and not line.endswith(("。", ";", ":"))
        if heading and not _YEAR.search(line) and (found := _HALF_TOLD.search(line)):
            return _span(found[1])
        if not heading or _NUMBERED.match(line):
            found = _HALF_OPENS.match(line)
            return _span(found[2]) if found and number < 2 and int(found[1]) == year else ""
    return ""


def _headed(
    lines: list[tuple[int, str]], base: int | None, part: str, reporting: int | None, last: Section
) -> Section | None:
    """The section that the first of these lines is the heading of."""
    at, line = lines[0]
    if len(line) > _LONGEST_HEADING or line.endswith(("。", ";", ",", ":")) or re.search(r"[\t|,]", line):
        return None
    found = _YEAR.search(line)
    # 重点工作和民生实事方面 is a topic
    plan, review = bool(_PLAN.search(line)) and not line.endswith("方面"), bool(_REVIEW.search(line))
    if plan and review and _CARRIED_OUT.search(line):
        plan = False
    if plan and review:
        return None  # a title over both
    if not plan and found and _NUMBERED.match(line):
        review = True
    if not (plan or review) or (plan and not found and last.plan):
        return None
    if years := _SPANNED.search(line):
        return Section(at, int(years[2]), "", plan=plan, span=(int(years[1]), int(years[2])))
    if found:
        return Section(at, int(found[1]), _span(found[2]), plan=plan)
    if plan:
        year, ahead = _planned(base, line, reporting, partly=bool(part or last.until)), _AHEAD.search(line)
        span = (year, year + many(ahead[1]) - 1) if ahead and year else None
        return Section(at, year, _later(line, part), plan=True, span=span)
    opening = _OPENS.match(lines[1][1]) if len(lines) > 1 else None
    if opening and (base is None or abs(int(opening[1]) - base) <= 1):
        base = int(opening[1])
    years = _YEARS.search(line)
    span = (base - many(years[1] or years[2]) + 1, base) if years and base else None
    if plan_years := _FIVE_YEARS.search(line):
        span = _five(plan_years)
        base = span[1]
    return Section(at, base, part, plan=False, span=span)


def _five(match: re.Match[str]) -> tuple[int, int]:
    """The first and the last year of a five-year plan."""
    first = 2021 + 5 * ("一二三四五".index(match[1]) - 3)
    return first, first + 4


def _under(lines: list[tuple[int, str]], new: Section, last: Section) -> list[Section]:
    """Such a section ends where the next number of the text begins."""
    after = next((at for at, line in lines if _NUMBERED.match(line)), None)
    return [new] if after is None else [new, replace(last, start=after)]


def _aimed(lines: list[tuple[int, str]], last: Section) -> list[Section]:
    """The short lines of such a list are planned; the first that is a paragraph or a heading is as before."""
    run = 0
    while run < len(lines) and len(lines[run][1]) <= _LONGEST_HEADING and not _NUMBERED.match(lines[run][1]):
        run += 1
    after = [replace(last, start=lines[run][0])] if run < len(lines) else []
    return [replace(last, start=lines[0][0], plan=True), *after] if run else []


def _spanned(line: str, base: int, last: Section) -> Section | None:
    """A paragraph that begins with 五年来 or 这五年 tells of them all."""
    bullet = _BULLET.match(line)
    years = _YEARS.match(line, bullet.end() if bullet else 0)
    if years is None or last.plan:
        return None
    count = many(years[1] or years[2])
    return replace(last, span=(base - count + 1, base)) if count > 1 else None


def _opening(lines: list[tuple[int, str]]) -> int | None:
    """The year that the first paragraph of the text proper begins with."""
    for number, (_at, line) in enumerate(lines):
        if len(line) <= _LONGEST_HEADING and _PLAN.search(line) and not _REVIEW.search(line):
            return None
        paragraph = len(line) > _LONGEST_HEADING or line.endswith("。")
        if number and paragraph and (found := _OPENS.match(line)):
            return int(found[1])
    return None


def _first_year(text: str, lines: list[tuple[int, str]]) -> int | None:
    """The year that a text without a title is of: what a review's heading or a paragraph begins with, else the first
    that it names; not one that it only compares with, counts from or plans for, or that is in a name. Of a history,
    whose paragraphs begin with many years, the last."""
    opened: list[int] = []
    for _at, line in lines:
        if not opened and (planned := _FIVE_YEARS.match(line.strip("“"))):
            return _five(planned)[1]
        heading = not opened and len(line) <= _LONGEST_HEADING and _NUMBERED.match(line)
        if heading and (found := _YEAR.search(line)):
            return int(found[1]) - bool(_PLAN.search(line) and not _REVIEW.search(line))
        if (found := _OPENS.match(line)) and not SINCE.match(line, found.end()):
            opened.append(int(found[1]))
    other, named = None, []
    for found in _YEAR.finditer(text):
        begin = max(text.rfind(mark, 0, found.start()) for mark in "。\n") + 1
        if within_name(text, begin, found.start()):
            continue
        if not opened and (ranged := _RANGED.match(text, found.start())):
            return int(ranged["last"])
        before = text[: found.start()][-4:]
        if _PLAN.search(text, found.end(), found.end() + 8) or SINCE.match(text, found.end()):
            other = other or int(found[1])
        elif not AGAINST.search(before) and (
            found[2] or text.startswith("的", found.end()) or not _BY.search(before)
        ):
            named.append(int(found[1]))
    if told := opened or named:
        last = max(opened + named)
        return last if last - told[0] > _HISTORY else told[0]
    return other  # 围绕2018年目标任务, 自2022年5月以来, and no other year


def _default(period: str | None) -> tuple[int | None, str]:
    found = re.match(r"(\d{4})(.*)", period or "")
    return (int(found[1]), found[2]) if found else (None, "")


def _titled(lines: list[tuple[int, str]]) -> tuple[int | None, str, int | None]:
    """The year of the title; a report to the council of a year tells of the year before."""
    for _at, line in lines[:10]:  # when it was given says more than a title, whose year may be either
        if given := _DELIVERED.match(line):
            year, month = int(given[1]), int(given[2])
            if month <= _EARLY:
                return year - 1, "", year
            if month >= _LATE:
                return year, "", None
    for _at, line in lines[:6]:
        if (
            len(line) > _LONGEST_HEADING
            or line.endswith(("。", ";"))
            or "," in line
            or not (found := _YEAR.search(line) or _TITLE.search(line))
        ):
            continue
        council = _COUNCIL.search(line) and not _REVIEW.search(line.replace("政府工作报告", ""))
        dated = re.match(
            r"[—–-]{0,4}\s*[((]?\s*20\d{2}年(\d{1,2})月(?:\d{1,2}日)?\s*(?:(?P<alone>[))]?$)|在)", line
        )
        if dated and (dated["alone"] is not None or not _EARLY < int(dated[1]) < _LATE):
            if int(dated[1]) <= _EARLY:
                return int(found[1]) - 1, "", int(found[1])
            if int(dated[1]) >= _LATE:
                return int(found[1]), "", None
            return int(found[1]), "", int(found[1])
        if re.match(r"[一二三四五六七八九十]{1,2}、|[((][一二三]", line):
            break
        part_year = found[2] and re.search("半年|季度", found[2])
        late = found[2] and re.fullmatch(r"1[0-2]\s*月", found[2])  # a report given at the year's end
        if council and not part_year:
            if late:
                return int(found[1]), "", None
            return int(found[1]) - 1, "", int(found[1])
        told = found[2] or ((half := _HALF_TOLD.search(line)) and half[1])  # 2022年林业上半年工作总结
        return int(found[1]), _span(told), None
    return None, "", None


def _span(said: str | None) -> str:
    if not said:
        return ""
    match = MARK.fullmatch(said.replace(" ", ""))
    return part_of(match, "b_") if match else ""


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
    return _span(said[0]) if said else "-H2" if part == "-H1" else ""
