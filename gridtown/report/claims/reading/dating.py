"""Which year a text tells of: what its title, the day it was given, or else its first words say."""

import re

from gridtown.report.claims.reading import lexicon
from gridtown.report.claims.reading.lexicon import any_of
from gridtown.report.claims.reading.markers import AGAINST, MARK, SINCE, part_of, within_name

YEAR = re.compile(
    r"((?:19|20)\d{2})\s*年(?:度)?\s*(上半年|下半年|第?[一二三四]季度|前三季度|\d{1,2}\s*[-—~至]\s*\d{1,2}月|\d{1,2}\s*月)?"
)
LONGEST_HEADING = 48
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
REVIEW = re.compile(any_of(lexicon.table("kinds")["target"]["review"]))
# 重点工作汇报 tells what was done.
PLAN = re.compile(
    f"(?:{any_of(lexicon.table('kinds')['target']['heading'])})(?!汇报|开展|完成|推进|落实|总结|情况|成效|亮点|回顾|报告)"
)
_TITLE = re.compile(
    r"((?:19|20)\d{2})()(?=(?:[市县区镇乡]|街道)?(?:政府工作报告|(?:政府)?工作(?:总结|汇报)))"
)
_COUNCIL = re.compile("政府工作报告|人民代表大会|人大.{0,8}会议")
NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、")
OPENS = re.compile(r"\s*(?:刚刚过去的|过去的|即将过去的)?((?:19|20)\d{2})年(?!\d{1,2}月)")
# 上半年工作总结, but not 上半年工作总结和下半年工作计划's second half.
_HALF_TOLD = re.compile(
    r"(?<!\d)(?<!\d年)(上半年|前三季度|第?[一二三四]季度)[\u4e00-\u9fff]{0,9}(?:总结|汇报|小结|报告|通报|情况)"
)
_HALF_OPENS = re.compile(
    r"\s*((?:19|20)\d{2})年(上半年|前三季度|第?[一二三四]季度|\d{1,2}\s*[-—–~至]\s*\d{1,2}月)[份度]?[,以全我,]"
)
# 回顾了2022年的工作,提出了2023年的目标
_LOOKED_BACK_ON = re.compile(r"回顾了?((?:19|20)\d{2})年(?:度|的)?[\u4e00-\u9fff]{0,6}工作")
FIVE_YEARS = re.compile(r"十([一二三四五])五[”\"]?(?:时期|期间|规划)?(?!规划|纲要)")


def half(lines: list[tuple[int, str]], year: int | None) -> str:
    """Of a text whose title names no year, the part of it that its title or its first words tell of: 上半年工作总结."""
    for number, (_at, line) in enumerate(lines[:6]):
        heading = len(line) <= LONGEST_HEADING and not line.endswith(("。", ";", ":"))
        if heading and not YEAR.search(line) and (found := _HALF_TOLD.search(line)):
            return span(found[1])
        if not heading or NUMBERED.match(line):
            found = _HALF_OPENS.match(line)
            return span(found[2]) if found and number < 2 and int(found[1]) == year else ""
    return ""


def opening(lines: list[tuple[int, str]]) -> int | None:
    """The year that the first paragraph of the text proper begins with."""
    for number, (_at, line) in enumerate(lines):
        if len(line) <= LONGEST_HEADING and PLAN.search(line) and not REVIEW.search(line):
            return None
        paragraph = len(line) > LONGEST_HEADING or line.endswith("。")
        if number and paragraph and (found := OPENS.match(line)):
            return int(found[1])
    return None


def first_year(text: str, lines: list[tuple[int, str]]) -> int | None:
    """The year that a text without a title is of: what a review's heading or a paragraph begins with, else the first
    that it names; not one that it only compares with, counts from or plans for, or that is in a name. Of a history,
    whose paragraphs begin with many years, the last."""
    opened: list[int] = []
    for _at, line in lines:
        if not opened and (planned := FIVE_YEARS.match(line.strip("“"))):
            return five(planned)[1]
        heading = not opened and len(line) <= LONGEST_HEADING and NUMBERED.match(line)
        if heading and (found := YEAR.search(line)):
            return int(found[1]) - bool(PLAN.search(line) and not REVIEW.search(line))
        if (found := OPENS.match(line)) and not SINCE.match(line, found.end()):
            opened.append(int(found[1]))
    other, named = None, []
    for found in YEAR.finditer(text):
        begin = max(text.rfind(mark, 0, found.start()) for mark in "。\n") + 1
        if within_name(text, begin, found.start()):
            continue
        if not opened and (ranged := _RANGED.match(text, found.start())):
            return int(ranged["last"])
        before = text[: found.start()][-4:]
        if PLAN.search(text, found.end(), found.end() + 8) or SINCE.match(text, found.end()):
            other = other or int(found[1])
        elif not AGAINST.search(before) and (
            found[2] or text.startswith("的", found.end()) or not _BY.search(before)
        ):
            named.append(int(found[1]))
    if (looked := _LOOKED_BACK_ON.search(text)) and set(opened) <= {year := int(looked[1]), year + 1}:
        return year
    if told := opened or named:
        last = max(opened + named)
        return last if last - told[0] > _HISTORY else told[0]
    return other  # 围绕2018年目标任务, 自2022年5月以来, and no other year


def default(period: str | None) -> tuple[int | None, str]:
    found = re.match(r"(\d{4})(.*)", period or "")
    return (int(found[1]), found[2]) if found else (None, "")


# 现将2020年11月1日零时的情况公布如下: a census is of when it counted, not of when it was told.
_COUNTED = re.compile(
    r"((?:19|20)\d{2})年\d{1,2}月\d{1,2}日(?:零时|24时|为标准时点)|标准时点[为是]?((?:19|20)\d{2})年"
)


def titled(lines: list[tuple[int, str]]) -> tuple[int | None, str, int | None]:
    """The year of the title; a report to the council of a year tells of the year before."""
    for _at, line in lines[:12]:
        if counted := _COUNTED.search(line):
            return int(counted[1] or counted[2]), "", None
    for _at, line in lines[:10]:  # when it was given says more than a title, whose year may be either
        if given := _DELIVERED.match(line):
            year, month = int(given[1]), int(given[2])
            if month <= _EARLY:
                return year - 1, "", year
            if month >= _LATE:
                return year, "", None
    for _at, line in lines[:6]:
        if (
            len(line) > LONGEST_HEADING
            or line.endswith(("。", ";"))
            or "," in line
            or not (found := YEAR.search(line) or _TITLE.search(line))
        ):
            continue
        if (given := _DELIVERED.match(line)) and not any("政府工作报告" in one for _at, one in lines[:10]):
            return int(given[1]), "", None  # given in the middle of the year, and no report on the one before
        council = _COUNCIL.search(line) and not REVIEW.search(line.replace("政府工作报告", ""))
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
        return int(found[1]), span(told), None
    return None, "", None


def five(match: re.Match[str]) -> tuple[int, int]:
    """The first and the last year of a five-year plan."""
    first = 2021 + 5 * ("一二三四五".index(match[1]) - 3)
    return first, first + 4


def span(said: str | None) -> str:
    if not said:
        return ""
    match = MARK.fullmatch(said.replace(" ", ""))
    return part_of(match, "b_") if match else ""


def bare(line: str) -> str:
    """A numbered heading that ends with a full stop, without it."""
    return (
        line[:-1] if line.endswith("。") and len(line) <= LONGEST_HEADING and _HEADS.fullmatch(line) else line
    )
