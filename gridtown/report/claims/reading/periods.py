"""When a claim is about: headings give the year of a section, markers in a sentence the rest.

A period is written 2023, 2023-H1, 2023-Q1, 2023-05, 2023-01/2023-09 or 2021/2025.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from gridtown.report.claims.reading import dating, lexicon
from gridtown.report.claims.reading.lexicon import any_of
from gridtown.report.claims.reading.markers import (
    AGAINST,
    MARK,
    PRICED,
    SINCE,
    key,
    part_of,
    within_name,
)
from gridtown.report.claims.reading.naming import named
from gridtown.report.claims.reading.sections import Section, sections

_TO_COME = re.compile(r"(?:预计|计划|拟|将|争取)[在于]?$")
# 种植类:预计前三季度,…: what stands before that is at most a label.
_HEADED = re.compile(r"\s*(?:[\u4e00-\u9fff]{1,10}:)?\s*")
# 1月26日,记者从…会议上获悉: when it was told, not of when.
_DATELINE = re.compile("[上下]?午?,?[^。,]{0,30}(?:获悉|了解到|举行|召开|消息)")
# 比2022年化解的312件多, 与2022年化解纠纷312件相比: what it is held against is of then.
_HELD_AGAINST = re.compile(r"(?:相比|相较|[净同]?[增减多少高低升降]|[提上下][高升降])")
_NO_CHANGE = re.compile(r"(?:新增|(?![增减升降高低多少,，。;；])[\u4e00-\u9fff]){0,12}")
# 发生火灾12起,去年同期发生18起.
_SAME_TIME = re.compile(r"同期(?:(?![增减升降高低多少,，。;；])[\u4e00-\u9fff]){0,8}")
_OF_THAT_YEAR = frozenset({"全年", "当年", "年内", "年末", "年底"})
_BEFORE = frozenset({"去年", "上年", "上年度"})
# 比上年同期(518万元)增长: what stands in the brackets is last year's.
_HELD = re.compile(r"(?:同期|末|底)?[((]")
# 上年为1.2亿元，增长10%: the year before of that figure alone.
_BESIDE = re.compile(r"(?:同期)?(?:为|是|仅为?|只有|的)(?=[约近超]?\d)")
_LOOKED_BACK = re.compile(r"[^\n]*回顾[^\n]*\n")
_SINCE = re.compile(r"[由从比较自]((?:19|20)\d{2})年")
_TILL = re.compile(r"[到至]((?:19|20)\d{2})年")
# 比上年末的3900户净增300户: the year before of that figure alone.
_OWN = re.compile(
    r"(?:同期|末|底|第[一二三四五六七八九]次全国[\u4e00-\u9fff]{2}普查)?的?(?<=[的查])(?=[近超约]?\d)"
)
# A paragraph's bullet, and the few words that head it.
_LEAD = re.compile(r"[\s—–-]*(?:[((]?[一二三四五六七八九十\d]{1,3}[))、.])?\s*(?:[^\d。,;\n]{1,20}。)?")
# 今年的主要预期目标是: of the year that the report is given in, whatever year it looks back on.
_AIMS = re.compile(r"[^。;\n]{0,24}?目标(?:任务)?(?:建议)?(?:是|为|:|如下)")
# 今年,该区将新建4所学校,改造3条路;…: the paragraph tells what will be done.
_WILL = re.compile(
    "今年(?!以来)[,以我该全]?[^,。;\\n\\d]{0,10}(?:将(?=[新重着努实继持全推建改开启大进围聚完打投]|在[^,。;]{1,12}方面)|计划(?=[新实完投建改启打]))|[区县市镇乡道]还将(?=[新重着努实继持全推建改开启大进围聚完打投])"
)
_PARTLY = re.compile(r"-H[12]|-Q|/")
_TIMES = re.compile(r"(?:是|为|相当于|达到?)[“\"]?$")
_UNTIL = re.compile(r"截[至止]到?$")
_UP_TO = re.compile(r"截[至止]到?")
_TIMES_TOLD = lexicon.table("times")
_GOES_ON = re.compile(
    rf"\s*(?:{any_of(_TIMES_TOLD['goes_on'])}|[从按][\u4e00-\u9fff]{{1,8}}(?:看|分|划分)|(?:总?人口|总[量数额值]|其|投资|收入|支出)中)"
)
_BY_THEN = re.compile("同期|末|底")
# 上年末贷款余额21.5亿元: how it stood then.
_STOOD = re.compile("[末底](?!相?[比较]|[增减上下升降提持基])")
_CARRIED = re.compile(any_of(_TIMES_TOLD["carried"]))
# 2020年,…。如今…: what is so now is not of the year that its paragraph opens with.
_NOW = re.compile(any_of(_TIMES_TOLD["now"]))
# So many sentences back a 其中 is followed.
_BACK = 3
# A marker of time is not looked for farther back than this, however long the sentence.
_FARTHEST = 800
_REACHED = re.compile(
    r"(?<!累计)(?<!合计)(?<!总计)(?<!共)(?:达到?|突破|超过|[增提降减升缩][加高升少低长至到小]{0,2}[到至])了?$"
    r"|(?:余额|比重|占比|总数|总人口|常住人口|户籍人口|保有量|总里程|[^长降减少]率)(?:为|约)?$"
)


@dataclass(frozen=True, slots=True)
class Told:
    """When, and whether that is still to come."""

    period: str | None
    plan: bool
    explicit: bool
    until: bool = False


# A period, whether it lies ahead, and whether it is only where what is told of ends.
_Marked = tuple[str | None, bool, bool]


class Periods:
    """The periods of a folded text; `period` is taken where the text names none."""

    def __init__(self, text: str, period: str | None = None) -> None:
        self._text = text
        self._sections = sections(text, period)
        self._starts = [section.start for section in self._sections]
        ends = [*self._starts[1:], len(text)]
        # Who looks back on 2023 from the year after calls it 去年, and has no 今年 in that section.
        self._just_past = {
            begin
            for begin, end in zip(self._starts, ends, strict=True)
            if _LOOKED_BACK.match(text, begin, end) and "今年" not in text[begin:end]
        }
        if "今年" not in text and dating.OPENS.match(text) and period is None:
            self._just_past.add(0)  # 2023年,…。去年,…: told at the beginning of the year after

    def section(self, at: int) -> Section:
        """The section that a place lies in."""
        return self._sections[bisect_right(self._starts, at) - 1]

    def at(self, start: int, end: int) -> Told:
        """When the figure at this place is about."""
        section = self.section(start)
        begin = _sentence(self._text, start)
        told = self._marked(section, begin, start, end)
        if told is None:
            told = self._gone_on(section, begin)
        promised = section.plan or bool(_WILL.search(self._text, self._text.rfind("\n", 0, start) + 1, start))
        if told is None:
            return self._opened(start, section) or Told(
                _whole(section, self._text, start), promised, explicit=False, until=section.until
            )
        period, still, until = told
        plan = (
            still
            or (
                promised
                and not section.plan
                and (period is None or section.year is None or period == str(section.year))
            )
            or (section.plan and (section.year is None or period is None or period[:4] >= str(section.year)))
        )
        return Told(period, plan, explicit=True, until=until)

    def _marked(self, section: Section, begin: int, start: int, end: int) -> _Marked | None:
        """What the markers from `begin` on say of the figure at this place."""
        text = self._text
        told: _Marked | None = None
        spoken: str | None = None  # the year that was last named in figures
        for match in MARK.finditer(text, begin, start + text.startswith("翻", start)):  # 五年翻了一番
            before = text[max(0, match.start() - 4) : match.start()]
            opens = not text[begin : match.start()].strip(" \u3000—-")
            held = _HELD.match(text, match.end()) if match["word"] in _BEFORE else None
            if held and held.end() == start and (at := told[0] if told else _whole(section, text, start)):
                told = _year_before(at), False, False
                continue
            beside = _BESIDE.match(text, match.end()) if match["word"] in _BEFORE else None
            if beside and (at := told[0] if told else _whole(section, text, start)):
                if beside.end() == start:
                    told = _year_before(at), False, False
                continue
            own = _OWN.match(text, match.end())
            if own and own.end() != start:
                continue
            if not own and AGAINST.search(before) and _HELD_AGAINST.match(text, end):
                own = _NO_CHANGE.fullmatch(text, match.end(), start)
            if match["word"] in _BEFORE and (told or _whole(section, text, start)):
                same = text.startswith((",", ";", "(", "。"), match.start() - 1) and _SAME_TIME.fullmatch(
                    text, match.end(), start
                )
                if same:
                    told = (
                        _year_before((told[0] if told else None) or _whole(section, text, start) or ""),
                        False,
                        False,
                    )
                    continue
            if AGAINST.search(before) and not own and not (match["year"] and SINCE.match(text, match.end())):
                continue
            if "倍" in text[start:end] and _TIMES.search(before):
                continue
            if match["year"] and PRICED.match(text, match.end()):
                continue
            if opens and match[0].endswith("日") and _DATELINE.match(text, match.end()):
                continue
            if within_name(text, begin, match.start()) or _aside(text, match.end(), start):
                continue
            stood = opens and _STOOD.match(text, match.end())
            if match["word"] in _BEFORE and _BY_THEN.match(text, match.end()) and not (stood or own):
                continue
            if match["word"] in _BEFORE and _CARRIED.match(text, match.end()):
                continue
            if match["word"] == "去年" and opens and section.start in self._just_past:
                continue
            if (
                match["word"] == "今年"
                and section.reporting
                and not section.plan
                and _AIMS.match(text, match.end())
            ):
                told = key(section.reporting, part_of(match, "w_")), True, False
                continue
            to_come = _TO_COME.search(before)
            frames = (
                to_come
                and text.startswith((",", "份,"), match.end())
                and _HEADED.fullmatch(text, begin, match.start() - 2)
            )
            told_of = named(match, section) if match["year"] or match["nth"] else None
            frames = frames or (match["word"] == "全年" and ";" not in text[match.end() : start])
            if to_come and not frames and re.search("[,;]", text[match.end() : start]):
                if told_of is None or told_of[0] is None or told_of[1]:
                    continue
                if (
                    section.year is None
                    or int(told_of[0][-4:] if match["nth"] else told_of[0][:4]) > section.year
                ):
                    continue  # 预计2023年…,…: to come, and of that figure alone
            if match["sums"] and told and "/" in str(told[0]):
                continue  # “十三五”期间五年累计
            if match["sums"] and text.startswith("翻", match.end()) and match.end() != start:
                continue  # 10.6亿元,五年翻一番;固定资产投资…: of the doubling alone
            if match["word"] in _OF_THAT_YEAR and not part_of(match, "w_") and told and spoken:
                told = (
                    spoken,
                    told[1],
                    False,
                )  # 2022年全年, 2022年…,年内…: of the year named, whatever the text is of
                continue
            if read := named(match, section):
                spoken = None if match["last"] or not match["year"] else match["year"]
                if match["span"] or match["spell"] or match["sums"] or match["nth"]:
                    read = _reached(read[0], text, start), read[1]
                told = *read, bool(_UNTIL.search(before))
        return told

    def _gone_on(self, section: Section, begin: int) -> _Marked | None:
        """Of a sentence that goes on with the one before it in its paragraph (其中…, 从类别看…), what that one says."""
        for _sentence_before in range(_BACK):
            if begin == 0 or self._text[begin - 1] != "。" or not _GOES_ON.match(self._text, begin):
                return None
            last, begin = begin - 1, _sentence(self._text, begin - 1)
            if told := self._marked(section, begin, last, last):
                return told
        return None

    def _opened(self, at: int, section: Section) -> Told | None:
        """Of a paragraph that opens with 1-9月, 截至10月底 or 2020年, what no sentence of it says otherwise."""
        text = self._text
        begin = text.rfind("\n", max(0, at - _FARTHEST), at) + 1
        lead = _LEAD.match(text, begin, at)
        if lead is None:
            return None
        until = _UP_TO.match(text, lead.end(), at)
        match = MARK.match(text, until.end() if until else lead.end(), at)
        read = named(match, section) if match else None
        if match is None or read is None or read[0] is None:
            return None
        period, ahead = read
        if until:
            return Told(period, ahead, explicit=False, until=True)
        if section.part or section.span:
            return None
        if _PARTLY.search(period):
            return None if ahead else Told(period, section.plan, explicit=False)
        other = match["year"] and not match["edge"] and period != str(section.year)
        if not other or not text.startswith(",", match.end()) or _NOW.search(text, _sentence(text, at), at):
            return None
        return Told(period, ahead, explicit=False)

    def over(self, told: Told, at: int) -> Told:
        """When an average of some years is about: them all, where the last of them was named."""
        span = self.section(at).span
        since = None if span else _SINCE.search(self._text, _sentence(self._text, at), at)
        till = since and _TILL.search(self._text, since.end(), at)
        if since and till:
            return replace(told, period=f"{int(since[1]) + 1}/{till[1]}")
        if since and told.period and told.period > since[1] and len(told.period) == len(since[1]):
            return replace(told, period=f"{int(since[1]) + 1}/{told.period}")  # 由2019年的…到2023年的…，年均
        return (
            replace(told, period="/".join(map(str, span))) if span and told.period == str(span[1]) else told
        )

    @staticmethod
    def in_column(told: Told, year: str | None, *, last_year: bool, plan: bool) -> Told:
        """When a table's cell is about, whose column is headed with a year or with 上年."""
        if year:
            return Told(year, told.plan or plan, explicit=True)
        if last_year and told.period:
            return Told(f"{int(told.period[:4]) - 1}{told.period[4:]}", plan=False, explicit=True)
        return Told(told.period, told.plan or plan, told.explicit)


def _sentence(text: str, at: int) -> int:
    """Where the sentence begins; a list goes on behind a break that follows a comma or semicolon."""
    line = text.rfind("\n", max(0, at - _FARTHEST), at)
    while line > 0 and text[line - 1] in ";,、":
        line = text.rfind("\n", max(0, at - _FARTHEST), line)
    return max(text.rfind("。", max(0, at - _FARTHEST), at), line, at - _FARTHEST - 1) + 1


def _whole(section: Section, text: str, at: int) -> str | None:
    """The section's own period; of some years together, what is reached is reached at their end."""
    if section.span is None or _REACHED.search(text, max(0, at - 6), at):
        return key(section.year, section.part)
    return "/".join(map(str, section.span))


def _reached(period: str | None, text: str, at: int) -> str | None:
    """Of some years together, the last one for what is reached in them."""
    ends = (
        period
        and "/" in period
        and len(period) == len("2016/2020")
        and _REACHED.search(text, max(0, at - 8), at)
    )
    return period[-4:] if period and ends else period


def _year_before(period: str) -> str:
    return "/".join(f"{int(one[:4]) - 1}{one[4:]}" for one in period.split("/"))


def _aside(text: str, end: int, start: int) -> bool:
    """老旧小区（2000年以前建成）12个: said in brackets that close before the figure, or of a time before."""
    between = text[end:start]
    closes = min((at for at in (between.find(")"), between.find("）")) if at >= 0), default=-1)
    opens = min((at for at in (between.find("("), between.find("（")) if at >= 0), default=-1)
    return between.startswith(("以前", "之前")) or (closes >= 0 and not 0 <= opens < closes)
