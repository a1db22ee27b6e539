"""What kind of claim a figure makes: how much, how much more, which share, which place, by when, for how long."""

import re
from dataclasses import dataclass

from gridtown.report.claims.reading import lexicon
from gridtown.report.claims.reading.lexicon import any_of
from gridtown.report.claims.reading.shapes import Figure, Kind

_WORDS = lexicon.table("kinds")
_BETWEEN = (
    r"(?:了|约|为|达|近|超过?|幅度?|率|速度?|不?低于|又|还|仅|均|各|了约|幅达|速为|幅为|在|持续|实现|分别|:)"
)
_UP, _DOWN = any_of(_WORDS["growth"]["up"]), any_of(_WORDS["growth"]["down"])
_CHANGE = re.compile(rf"(?P<all>(?P<up>(?<!新)(?<!自然)(?:{_UP}))|(?P<down>{_DOWN})){_BETWEEN}{{0,4}}$")
_BESIDE = re.compile(
    r"(?P<all>(?P<up>高于|快于|高出|多于|好于|优于|领先)|(?P<down>低于|慢于|少于|落后))(?:于)?[^,。;\d]{1,12}$"
)
_THAN = re.compile(r"(?:比|较)[^,。;\d]{1,10}(?P<all>(?P<up>高|多|快)|(?P<down>低|少|慢))(?:出|了)?$")
# 较去年多3处: more than what a year before, whatever is counted.
_MORE = re.compile(
    r"[比较](?:上年|去年|前年|上年度|上月|上季度|上届|年初|往年|常年|历年|(?:19|20)\d{2}年)(?:同期|末|底|平均)?(?:水平)?"
    r"(?P<all>(?P<up>[多高])|(?P<down>[少低]))(?:了|出)?$"
)
# 比年目标4%低0.63个百分点: the figure that it is beside stands between.
_BARELY = re.compile("(?P<all>(?P<up>[高多快])|(?P<down>[低少慢]))(?:出|了)?")
_NET = re.compile(r"(?P<all>(?P<up>净增加?|调增)|(?P<down>净减少?|调减|核减))[^,。;\d]{0,12}$")
_SHORTER = re.compile(
    r"(?P<all>(?P<up>(?!))|(?P<down>压缩|缩短|精简|节约|节省|节能|降本|提速))" + f"{_BETWEEN}{{0,4}}$"
)
_AT_RATE = re.compile("的(?:增速|增幅|增长率?)")  # 保持20%以上的增速
# 由76公里增加到82公里, 从3.5米拓宽至6米: what stands between what was and what it has become.
TURNED = re.compile(
    rf"^[,、]?(?:大幅)?(?:{any_of(_WORDS['growth']['turned'])})(?:到|至|为|成)?(?:了)?(?:(?:19|20)\d{{2}}年[底末]?的?)?$"
)
_UNTIL = re.compile(r"(?:到|至|为|达到|达|成)$")
_AGAINST = re.compile("|".join(f"(?P<{name}>{any_of(words)})" for name, words in (
    ("average", _WORDS["comparison"]["average"]), ("peer", _WORDS["comparison"]["peer"]),
    ("qoq", _WORDS["comparison"]["qoq"]), ("yoy", _WORDS["comparison"]["yoy"]),
)))  # fmt: skip
# 比2005年增46吨 says as well as 同比 that it is a change; 同比-6.2% says nothing else.
_SINCE = re.compile(r"[比较](?:19|20)\d{2}年")
_BARE = re.compile("(?:同比|增速|增幅)(?:分别|各)?(?:为|约为?|达)?$")
_RATED = re.compile(rf"(?:{any_of(_WORDS['rate']['subjects'])})")
_AIM = re.compile(
    r"(?:"
    + any_of(_WORDS["target"]["words"])
    + r")(?!性指标)(?<!目标(?=企业|客户|任务|责任|考核|群体|人群|地|管理|值))"
    + r"|(?:建成|投产|达产|完工|项目|明年|未来|下半年|到20\d{2}年)[^。;]{0,12}?预计"
    + r"|(?:目标任务|年度任务|年度目标|年度计划|全年任务|计划任务|预期指标)"
    + r"(?:(?!的)[\u4e00-\u9fff]){0,6}?(?:为|是|:)?(?=\d)"
    + r"|(?<!全年)(?<!今年)(?<!年度)预计(?:到|至|明年|下半年|年内|可|能|将|建成|投产|20\d{2}年底前)"
    + r"|收入任务(?=\d)"
    + r"|争取(?=新|实现|达到|完成|突破|引进|创建|在|到20|年内|全年|有|建成|净)"
    + r"|(?<![按照])(?<!人才)计划(?!项目|完成率|及|有序|推进|实施|生育|的|数|总|内|书|、|。|,|经济)"
)
_QUOTED = re.compile("“[^”\n]*(?:”|$)")
_DONE = re.compile(
    r"(?:突破|超过?|实现|达到|完成|向|朝)[^,。;]{0,12}目标|(?:实现|达到|完成)了[^。;]{0,40}目标|目标(?:完成率|达成率)|占(?:年度|全年|年初|当年|年|[\u4e00-\u9fff]{2,4})?(?:目标|任务|计划|预算)|完成(?:年度|全年|年初|预算)?[\u4e00-\u9fff]{0,6}(?:计划|目标|任务|预期)|提前完成|超额完成|[比较](?:年度?|全年|年初)?(?:目标|任务|计划|预期)|(?:[高低快慢]于|超出|落后|不及|塌|距|差|欠)(?:年初|年度|全年|预期)?(?:目标|任务|计划)|占计划|完成(?:年初)?预算|超预期|[计规]划(?:任务)?的$"
)
# 排放量削减12吨 is a change, 削减公务用车3辆 is what was done.
_AMOUNT = re.compile("(?:量|额|费用?|经费|支出|排放)(?:分别|各|共|累计)?$")
_PASSED = ("突破", "首破", "首次突破", "跨", "迈", "跃上", "站上")
_SPELLS = {"quarter", "day", "week", "month", "hour", "minute"}


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is a change: its sign, where its words begin, and what it is measured against."""

    sign: int
    start: int
    against: str | None


def change(text: str, figure: Figure, begin: int) -> Change | None:
    """Whether the words before a figure, from `begin` on, make it a change."""
    before = text[begin : figure.start].rstrip(" \t")
    if figure.form == "fold" or (figure.unit == "ratio" and _AT_RATE.match(text, figure.end)):
        return Change(1, figure.start, against(text, begin, figure.start))
    if figure.unit in {"rank"} or figure.form == "ordinal":
        return None
    match = _CHANGE.search(before)
    if match is None and figure.unit == "ratio" and (bare := _BARE.search(before)):
        return Change(1 if figure.value >= 0 else -1, begin + bare.start(), "yoy")
    match = match or _MORE.search(before)
    if match is None and (figure.classifier == "百分点" or text[begin - 1 : begin] not in ",。;、\n(:"):
        match = _BARELY.fullmatch(before)  # 比上年的136家多7家
    if match is None and figure.unit == "ratio":
        match = _BESIDE.search(before) or _THAN.search(before) or _SHORTER.search(before)
    if match is None and (net := _NET.search(before)):
        return Change(-1 if net["down"] else 1, figure.start, against(text, begin, figure.start))
    if match is None:
        return None
    word = match["all"]
    if figure.unit != "ratio" and figure.word.startswith(_PASSED):
        return None  # 持续上扬突破70亿元: a mark that was passed
    if figure.unit != "ratio" and figure.classifier not in {"百分点"}:
        less = word in {"压减", "缩减", "削减"} and _AMOUNT.search(before[: match.start()])
        if (
            not less
            and word
            in {
                "改善",
                "提升",
                "提高",
                "扩大",
                "加快",
                "升",
                "涨",
                "低于",
                "高于",
                "压减",
                "缩减",
                "削减",
            }
            and not _AGAINST.search(before)
            and not before.endswith("了")  # 提高到1050元，提高了150元
        ):
            return None
        if (
            word in {"增", "减", "降"}
            and not (_AGAINST.search(before) or _SINCE.search(before))
            and before[: match.start()][-1:] not in {"", "各", "户", "人", "均"}
        ):
            return None
        if figure.unit in _SPELLS and not _AGAINST.search(before):
            return None
        if before.endswith("为") and not before[: match.start()].strip():
            return None  # 由14个增加为15个
    elif _UNTIL.search(before) and re.search(rf"(?:{_UP}|{_DOWN})(?:到|至|为)$", before):
        return None
    return Change(-1 if match["down"] else 1, begin + match.start(), against(text, begin, figure.start))


def against(text: str, begin: int, end: int) -> str | None:
    """What a change is measured against, as its clause says it: yoy, qoq, average, peer."""
    found = None
    for match in _AGAINST.finditer(text, begin, end):
        found = match.lastgroup if found is None or match.lastgroup in {"average", "peer"} else found
    return found


def aims(text: str, begin: int, end: int) -> bool:
    """Whether the clause says what is aimed at."""
    clause = _QUOTED.sub("", text[begin:end])
    return bool(_AIM.search(clause)) and not _DONE.search(clause)


def kind(figure: Figure, *, subject: str, changed: bool, planned: bool) -> Kind:
    """The kind, the plan before all others."""
    if figure.form == "rank":
        return "target" if planned else "rank"
    if planned and figure.form != "ordinal":
        return "target"
    if figure.form == "ordinal":
        return "ordinal"
    if changed:
        return "growth"
    if figure.unit == "ratio":
        return "rate"
    if figure.unit in _SPELLS or (figure.unit == "year" and figure.classifier != "岁"):
        return "duration" if not _RATED.search(subject[-2:]) else "level"
    return "level"
