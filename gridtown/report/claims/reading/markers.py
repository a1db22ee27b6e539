"""Words that say when: 2023年上半年, 1-9月, 去年, “十四五”期间, 五年来."""

import re

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PART = (
    r"(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度|(?P<three>前三个?季度)|(?P<two>前两个?季度)|"
    r"(?P<from>\d{1,2})(?:月份?)?\s*[-–—~至到]\s*(?P<to>\d{1,2})\s*月份?|前(?P<first>[一二三四五六七八九十\d]{1,2})个月|(?P<month>\d{1,2})\s*月(?:\d{1,2}日)?份?"
)
MARK = re.compile(
    r"(?P<since>(?:19|20)\d{2})年(?P<since_month>\d{1,2})月(?:份|\d{1,2}日)?\s*[-–—~至到]{1,2}\s*(?P<till>(?:19|20)\d{2})年(?P<till_month>\d{1,2})月(?:份|底|末|\d{1,2}日)?"
    rf"|(?P<year>(?:19|20)\d{{2}})\s*(?:年?\s*[-–—~至到]\s*(?P<last>(?:19|20)\d{{2}})\s*)?年(?:\s*(?P<edge>末|底|前(?!三|两|半|[一二四五六七八九十\d]{{1,2}}个?月)))?(?:\s*(?:{_PART}))?"
    rf"|(?P<word>(?:今年|本年度?|全年)(?!的?(?:任务|目标|计划|预算|预期|进度))|当年|年内|年末|年底|去年|上年度?|上一年|(?<!以)前年|明年|来年|目前)"
    rf"(?:\s*(?:{_PART.replace('?P<', '?P<w_')}))?"
    r"|(?<![未是创为续])(?:(?:过去|这|最近|近)的?)?(?P<span>[两三四五六七八九十])年来(?![最首新少的])|(?:过去|这)的?(?P<spell>[两三四五六七八九十])年(?=[,，全我镇县区市累共])|(?<=[\u4e00-\u9fff,;(])(?<![第连续近满])(?P<sums>[两三四五六七八九十])年(?=累计|共计?|合计|翻)"
    rf"|(?P<plan>[“\"]?十(?P<nth>[一二三四五])五[”\"]?)(?:期间|时期|以来|期?末|(?=[\u4e00-\u9fff]{{0,8}}(?:年均|增速)))"
    r"|(?<![第二三四五六七八九])[“\"]?(?P<tenth>十五)[”\"]?(?:期间|时期|期?末)"
    rf"|(?<![\d.年])(?:{_PART.replace('?P<', '?P<b_')})"
)
AGAINST = re.compile(r"(?:比|较|与|同|和|[高低快慢多少]于|对比|相比|自|从)(?:全市|全省)?$")


# 2013年以来, 自2022年5月至今: counted from then on.
SINCE = re.compile("份?(?:以来|至今|起[,至])")
# 按2020年可比价格计算: the year whose prices are reckoned with, and not when.
PRICED = re.compile("的?(?:可比|不变|固定)?价格?|为?基期")


def part_of(match: re.Match[str], prefix: str) -> str:
    """The part of a year that a marker names, as a period's ending: -H1, -Q3, -01/-09, -05, or nothing."""
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
        return months(int(first), int(told[f"{prefix}to"] or 0))
    if count := told.get(f"{prefix}first"):
        return months(
            1,
            int(count)
            if count.isdigit()
            else "零一二三四五六七八九十".find(count[-1]) + (10 if len(count) > 1 else 0),
        )
    if month := told.get(f"{prefix}month"):
        return months(int(month), int(month))
    return ""


def months(first: int, last: int) -> str:
    """Some months of a year as a period's ending."""
    if not 1 <= first <= last <= 12:
        return ""
    if (first, last) == (1, 12):
        return ""
    if (first, last) == (1, 6):
        return "-H1"
    return f"-{first:02}" if first == last else f"-{first:02}/-{last:02}"


def key(year: int | None, part: str) -> str | None:
    """A year and its part as a period is written."""
    if year is None:
        return None
    if "/" in part:
        return "/".join(f"{year}{one}" for one in part.split("/"))
    return f"{year}{part}"


def within_name(text: str, begin: int, at: int) -> bool:
    """Whether a place lies within a quoted name that opens behind `begin`."""
    return text.rfind("《", begin, at) > text.rfind("》", begin, at) or text.rfind(
        "“", begin, at
    ) > text.rfind("”", begin, at)


def many(said: str) -> int:
    """How many years 五年来 or 过去三年 spans."""
    return "零一两三四五六七八九十".find(said)
