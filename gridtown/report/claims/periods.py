"""When a claim is about: headings give the year of a section, markers in a sentence the rest.

A period is written 2023, 2023-H1, 2023-Q1, 2023-05, 2023-01/2023-09 or 2021/2025.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from gridtown.report.claims import lexicon
from gridtown.report.claims.lexicon import any_of

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PART = (
    r"(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度|(?P<three>前三季度)|(?P<two>前两季度)|"
    r"(?P<from>\d{1,2})(?:月份?)?\s*[-–—~至到]\s*(?P<to>\d{1,2})\s*月份?|前(?P<first>[一二三四五六七八九十\d]{1,2})个月|(?P<month>\d{1,2})\s*月(?:\d{1,2}日)?份?"
)
_MARK = re.compile(
    rf"(?P<year>(?:19|20)\d{{2}})\s*(?:[-–—~至到]\s*(?P<last>(?:19|20)\d{{2}})\s*)?年(?:\s*(?P<edge>末|底|前))?(?:\s*(?:{_PART}))?"
    rf"|(?P<word>今年|本年度?|全年|当年|年内|年末|年底|去年|上年度?|上一年|前年|明年|来年|目前)"
    rf"(?:\s*(?:{_PART.replace('?P<', '?P<w_')}))?"
    rf"|(?P<plan>[“\"]?十(?P<nth>[一二三四五])五[”\"]?)(?:期间|时期|以来|末)"
    rf"|(?<![\d.年])(?:{_PART.replace('?P<', '?P<b_')})"
)
_AGAINST = re.compile(r"(?:比|较|与|同|和|[高低快慢多少]于|对比|相比|自|从)(?:全市|全省)?$")
_YEAR = re.compile(
    r"((?:19|20)\d{2})\s*年(?:度)?\s*(上半年|下半年|第?[一二三四]季度|前三季度|\d{1,2}\s*[-—~至]\s*\d{1,2}月|\d{1,2}\s*月)?"
)
_LONGEST_HEADING = 48
_REVIEW = re.compile(any_of(lexicon.table("kinds")["target"]["review"]))
_PLAN = re.compile(any_of(lexicon.table("kinds")["target"]["heading"]))
_NEXT = re.compile("明年|来年|新的一年|下一年")
_COUNCIL = re.compile("政府工作报告|人民代表大会|人大.{0,8}会议")
_LINES = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Section:
    """From `start` on, unless a sentence says otherwise: the year, a part of it, and whether it is a plan."""

    start: int
    year: int | None
    part: str
    plan: bool


@dataclass(frozen=True, slots=True)
class Told:
    """When, and whether that is still to come."""

    period: str | None
    plan: bool
    explicit: bool


class Periods:
    """The periods of a folded text; `period` is taken where the text names none."""

    def __init__(self, text: str, period: str | None = None) -> None:
        self._text = text
        self._sections = _sections(text, period)
        self._starts = [section.start for section in self._sections]

    def section(self, at: int) -> Section:
        """The section that a place lies in."""
        return self._sections[bisect_right(self._starts, at) - 1]

    def at(self, start: int, end: int) -> Told:
        """When the figure at this place is about."""
        section = self.section(start)
        text = self._text
        begin = max((text.rfind(mark, 0, start) for mark in "。\n"), default=-1) + 1
        told: tuple[str | None, bool] | None = None
        for match in _MARK.finditer(text, begin, start):
            before = text[max(0, match.start() - 4) : match.start()]
            own = text[match.end() : match.end() + 1] == "的" and re.match(
                r"[近超约]?\d", text[match.end() + 1 : match.end() + 3]
            )
            if own and match.end() + 1 != start:
                continue
            if _AGAINST.search(before) and not own:
                continue
            if _within_name(text, begin, match.start()) or _aside(text, match.end(), start):
                continue
            if match["word"] in {"去年", "上年", "上年度"} and re.match(
                "同期|末|底", text[match.end() : match.end() + 2]
            ):
                continue
            if read := _read(match, section):
                told = read
        if told is None:
            return Told(_key(section.year, section.part), section.plan, explicit=False)
        period, still = told
        plan = still or (
            section.plan and (section.year is None or period is None or period[:4] >= str(section.year))
        )
        return Told(period, plan, explicit=True)


def _within_name(text: str, begin: int, at: int) -> bool:
    return text.rfind("《", begin, at) > text.rfind("》", begin, at) or text.rfind(
        "“", begin, at
    ) > text.rfind("”", begin, at)


def _aside(text: str, end: int, start: int) -> bool:
    """老旧小区（2000年以前建成）12个: said in brackets that close before the figure, or of a time before."""
    between = text[end:start]
    closes = min((at for at in (between.find(")"), between.find("）")) if at >= 0), default=-1)
    opens = min((at for at in (between.find("("), between.find("（")) if at >= 0), default=-1)
    return between.startswith(("以前", "之前")) or (closes >= 0 and not 0 <= opens < closes)


def _read(match: re.Match[str], section: Section) -> tuple[str | None, bool] | None:
    """The period that a marker names, and whether it lies after the section's year."""
    base = section.year
    if match["nth"]:
        first = 2021 + 5 * ("一二三四五".index(match["nth"]) - 3)
        return f"{first}/{first + 4}", False
    if match["year"]:
        year = int(match["year"])
        if match["last"]:
            return f"{year}/{match['last']}", False
        ahead = base is not None and year > base
        return _key(year, _part(match, "")), ahead
    if word := match["word"]:
        if word == "目前":
            return None
        if base is None:
            return None
        year = base + {"去": -1, "上": -1, "前": -2, "明": 1, "来": 1}.get(word[0], 0)
        part = _part(match, "w_") or (
            section.part if year == base and word not in {"全年", "年末", "年底"} else ""
        )
        return _key(year, part), year > base
    return _key(base, _part(match, "b_")), False


def _part(match: re.Match[str], prefix: str) -> str:
    told = match.groupdict()
    if half := told.get(f"{prefix}half"):
        return "-H1" if half == "上" else "-H2"
    if quarter := told.get(f"{prefix}quarter"):
        return f"-Q{_QUARTERS[quarter]}"
    if told.get(f"{prefix}three"):
        return "-01/-09"
    if told.get(f"{prefix}two"):
        return "-H1"
    if first := told.get(f"{prefix}from"):
        return _months(int(first), int(told[f"{prefix}to"] or 0))
    if count := told.get(f"{prefix}first"):
        return _months(
            1,
            int(count)
            if count.isdigit()
            else "零一二三四五六七八九十".find(count[-1]) + (10 if len(count) > 1 else 0),
        )
    if month := told.get(f"{prefix}month"):
        return _months(int(month), int(month))
    return ""


def _months(first: int, last: int) -> str:
    if not 1 <= first <= last <= 12:
        return ""
    if (first, last) == (1, 12):
        return ""
    if (first, last) == (1, 6):
        return "-H1"
    return f"-{first:02}" if first == last else f"-{first:02}/-{last:02}"


def _key(year: int | None, part: str) -> str | None:
    if year is None:
        return None
    if "/" in part:
        return "/".join(f"{year}{one}" for one in part.split("/"))
    return f"{year}{part}"


def _sections(text: str, period: str | None) -> list[Section]:
    """The headings that say which year is told of, from the title on."""
    lines = [(match.start(), match[0].strip()) for match in _LINES.finditer(text)]
    year, part = _default(period)
    year, part, reporting = _titled(lines, year, part)
    base = year
    if year is None:
        base = year = _first_year(text)
    sections = [Section(0, year, part, plan=False)]
    for at, line in lines:
        short = (
            len(line) <= _LONGEST_HEADING
            and not line.endswith(("。", ";", ",", ":"))
            and "\t" not in line
            and "," not in line
        )
        found = _YEAR.search(line) if short else None
        plan, review = bool(short and _PLAN.search(line)), bool(short and _REVIEW.search(line))
        if plan and review:
            plan = review = False  # a title over both
        if plan and not found and sections[-1].plan:
            continue
        if short and (plan or review):
            if found:
                if review:
                    base, part = int(found[1]), _span(found[2])
                new = Section(at, int(found[1]), _span(found[2]), plan=plan)
            else:
                new = Section(
                    at,
                    _planned(base, line, reporting) if plan else base,
                    part if not plan else _later(line, part),
                    plan=plan,
                )
            sections.append(new)
    return sections


def _first_year(text: str) -> int | None:
    """The year that a text without a title begins with; not one that it only compares with, or that is in a name."""
    for found in _YEAR.finditer(text):
        begin = max(text.rfind(mark, 0, found.start()) for mark in "。\n") + 1
        if not _AGAINST.search(text[: found.start()][-4:]) and not _within_name(text, begin, found.start()):
            return int(found[1])
    return None


def _default(period: str | None) -> tuple[int | None, str]:
    found = re.match(r"(\d{4})(.*)", period or "")
    return (int(found[1]), found[2]) if found else (None, "")


def _titled(lines: list[tuple[int, str]], year: int | None, part: str) -> tuple[int | None, str, int | None]:
    """The year of the title; a report to the council of a year tells of the year before."""
    for _at, line in lines[:6]:
        if (
            len(line) > _LONGEST_HEADING
            or line.endswith(("。", ";"))
            or "," in line
            or not (found := _YEAR.search(line))
        ):
            continue
        council = _COUNCIL.search(line) and not _REVIEW.search(line.replace("政府工作报告", ""))
        dated = re.fullmatch(r"[((]?\s*(?:20\d{2})年\d{1,2}月\d{1,2}日\s*[))]?", line)
        if dated:
            if re.search(r"年[123]月", line):
                return int(found[1]) - 1, "", int(found[1])
            return int(found[1]), "", int(found[1])
        if re.match(r"[一二三四五六七八九十]{1,2}、|[((][一二三]", line):
            return year, part, None
        if council:
            return int(found[1]) - 1, "", int(found[1])
        return int(found[1]), _span(found[2]), None
    return year, part, None


def _span(said: str | None) -> str:
    if not said:
        return ""
    match = _MARK.fullmatch(said.replace(" ", ""))
    return _part(match, "b_") if match else ""


def _planned(base: int | None, line: str, reporting: int | None) -> int | None:
    """The year that a plan without a year is for: the one that the report is given in, or the next."""
    if base is None:
        return None
    if reporting is not None:
        return reporting
    return (
        base
        if "下半年" in line or "四季度" in line or ("今年" in line and not _NEXT.search(line))
        else base + 1
    )


def _later(line: str, part: str) -> str:
    """The part of the year that a plan is for: what its heading says, else the half that is left."""
    said = re.search(r"[上下]半年|第?[一二三四]季度", line)
    return _span(said[0]) if said else "-H2" if part == "-H1" else ""
