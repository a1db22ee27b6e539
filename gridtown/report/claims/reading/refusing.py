"""Which numbers claim nothing: names, dates, section numbers, idioms; each with its reason."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from gridtown.report.claims.reading import lexicon, noughts
from gridtown.report.claims.reading.lexicon import any_of
from gridtown.report.claims.reading.shapes import Figure

_YEARS = re.compile(
    r"(?:连续|第|满|历时|延长|缩短|提前|平均|长达|坚持|工龄|任期|期限为?|合同期|租期|承包期|质保期|有效期|任期|寿命|服役|签约|质保)[^,。;、\d]{0,4}$"
)
_SPELLS = re.compile(
    r"(?:缩短|压缩|压减|减少|减至|提前|延长|连续|平均|用时|历时|时长|不超过|达|累计|总计|共计|时间|天数|为期|长达|限|至|到|增加|超过|只需|仅需|控制在|培训|服务|"
    r"下降|提升|降|升|开放|营业|运行|学习|轮训|周期|期限|日照|节省|工期|仅用|停产|停工|停业|停运)[^,。;、]{0,6}$"
)
_SCORED = re.compile(r"(?:得分|评分|分值|分数|平均|均分|总分|满意度|考核|指数|成绩|获|打|测评)[^,。;]{0,10}$")
_POWERED = re.compile("电")
_AGED = re.compile("寿命|年龄|平均")
_NEW = re.compile(r"(?:新增|新建|建成|新设|引进|落户|打造|获评|成立|培育|创成|落地|新认定)(?:了)?$")
_SPELL_UNITS = {"day", "month", "quarter", "week", "hour", "minute"}
# Quoted is not only what has a name: “5.5%左右”, and a sentence that tells places or amounts.
_QUOTED = re.compile(
    r"[“\"](?:[近超约破逾]|突破)?\d[\d.,]*(?:[万亿百千]{0,2}(?:元|美元|亩|平方米|吨|人|户)|%|个百分点)(?:左右|以上|以下|以内|大关)?[”\"](?![\u4e00-\u9fff]{0,6}(?:工程|行动|计划|政策|活动|产业|企业|项目|俱乐部|方阵))"
    r"|[“\"]\d[\d.]*[千百]?[万亿][”\"](?=大关|台阶|关口|门槛)"
    r"|[“\"](?=[^”\"]{14})[^”\"]*,[^”\"]*[”\"]"
)
_TELLS = re.compile(
    r"%|^.\d[\d.]*[千百]?[万亿].$|第[一二三四五六七八九十\d]+[位名,。”]|排名|[万亿\d]元|\d[万余多]?[亩人户]"
)
_NAMING = re.compile(r"[\u4e00-\u9fff]{0,4}(?:制|法|圈|行动|计划|工程|机制|服务台|热线)")
_POINTING = "本 该 这 那 上述 以上 以下 前 后 每 任何 某 另 哪 其他"
_ENUM = re.compile(rf"(?<!提)(?:{any_of(_POINTING.split())})$")


# 500万元以上的4家, 达到100万元的村2个: what the things counted have to reach is no claim of its own.
_KIND = (
    r"(?:项目|企业|村|村\(社区\)|社区|户|大户|农户|居民|群众|工程|乡镇|镇|街道|县|学校|公司|园区|单位|商户|主体|楼宇|订单|产业|农场|合作社|超市|商店|门店|公园|小区"
    r"|水库|养殖场)"
)
_COUNTS = re.compile(
    rf"的?(?:[\u4e00-\u9fff]{{0,8}}{_KIND})?(?:共有|共|有|已有|达到?|共计|分别|增至|已达|累计)?"
)
_PLAIN_COUNTS = re.compile(rf"[\u4e00-\u9fff]{{0,4}}{_KIND}(?:共有|共|有|达)?")
_BOUND = re.compile(r"(?:以上|以下|以内)$")
_OPENING = re.compile(
    r"(?:^|[,;:。、\n和(]|其中|达到|超过?|[,、资值收(]过|投资|产值|税收|收入|新增|新开工|新签约|引进|新招引|新竣工|全[镇县区市街乡道]|有|实施|推进|储备|谋划|开工|竣工|签约|培育|拥有|面积|规模|纳税|营收|销售|存栏|出栏|种植|养殖|经营)$"
)
# 养鸡10万只以上的村4个, 投资超亿元的2个, 收入1万元以下农户中,脱贫户102户: whatever stands in front.
_REACHING = re.compile(
    rf"的(?:[\u4e00-\u9fff]{{0,8}}{_KIND})?(?:共有|共|有|已有|达到?|共计|分别|增至|已达|累计)?"
    rf"|的?[\u4e00-\u9fff]{{0,4}}{_KIND}中,[\u4e00-\u9fff]{{2,10}}"
)
# 1处1万平方米以上的公园: of what is counted before, how big each is.
_SIZED = re.compile(r"的(?=[\u4e00-\u9fff“])")
_TOTAL = re.compile(r"(?:总|共|累计|合计|完成)[\u4e00-\u9fff]{0,4}$")


# 500万元以上固定资产投资75亿元: which of it is told of.
_PART_OF = re.compile(
    r"[\u4e00-\u9fff]{0,8}(?:投资|产值|收入|增加值|营收|税收|零售额|销售额)(?:额)?(?:共|已|累计|实际)?(?:完成|达到?|实现|为)?"
)


def thresholds(text: str, figures: Sequence[Figure]) -> set[int]:
    """Where the figures begin that only say which things the next one counts."""
    told = {
        size.start
        for count, size in pairwise(figures)
        if count.unit == "count"
        and count.end == size.start
        and size.qualifier in {"at_least", "below"}
        and _SIZED.match(text, size.end)
    }
    for here, after in pairwise(figures):
        if after.form != "plain" or here.form != "plain":
            continue
        gap, ahead = text[here.end : after.start], text[max(0, here.start - 10) : here.start]
        bound = bool(_BOUND.search(text, here.start, here.end)) or here.upper is not None
        limit = bound or here.qualifier in {"at_least", "below"}
        if _TOTAL.search(ahead):
            continue
        if limit and after.unit == "count" and _REACHING.fullmatch(gap):
            told.add(here.start)
        if not _OPENING.search(ahead):
            continue
        if after.unit != "count":
            if bound and here.unit == after.unit == "yuan" and _PART_OF.fullmatch(gap):
                told.add(here.start)
            continue
        if (bound and _COUNTS.fullmatch(gap)) or (
            here.unit == "yuan"
            and here.qualifier in {"exact", "at_least"}
            and (
                _PLAIN_COUNTS.fullmatch(gap)
                or (
                    gap.startswith("的")
                    and ahead.endswith(("达到", "超", "超过", "其中", "过"))
                    and _COUNTS.fullmatch(gap)
                )
            )
        ):
            told.add(here.start)
    return told


class Blocked:
    """The stretches of a text that hold no claim; asked for a figure, it gives the reason or None."""

    def __init__(self, text: str) -> None:
        spans = [
            (match.start(), match.end(), why)
            for why, pattern in lexicon.blocked()
            for match in pattern.finditer(text)
            if match.end() > match.start() and not (why == "quoted name" and _says(text, match))
        ]
        self._text = text
        self._spans = sorted(spans)
        self._starts = [start for start, _end, _why in self._spans]
        self._longest = max((end - start for start, end, _why in spans), default=0)

    def why(self, figure: Figure) -> str | None:
        """Why this figure claims nothing, or None where it does."""
        return self._named(figure) or self._by_unit(figure)

    def _named(self, figure: Figure) -> str | None:
        if figure.form == "nought" and noughts.told(self._text, figure):
            return None  # 实现“零事故”
        if figure.form != "plain":
            return self._over(figure.start, figure.end, only="quoted name")
        return self._over(figure.number, figure.end)

    def _over(self, start: int, end: int, only: str = "") -> str | None:
        at = bisect_right(self._starts, end - 1)
        while at > 0:
            at -= 1
            begin, stop, why = self._spans[at]
            if begin < start - self._longest:
                return None
            if stop > start and begin < end and (not only or why == only):
                return why
        return None

    def _by_unit(self, figure: Figure) -> str | None:
        before = self._text[max(0, figure.start - 16) : figure.start]
        after = self._text[figure.end : figure.end + 12]
        if _ENUM.search(before) and figure.chinese and figure.small:
            return "pointing back"
        if figure.unit == "year" and figure.form == "plain":
            if figure.classifier == "岁":
                return None if _AGED.search(before) else "age group"
            return None if _YEARS.search(before) else "span of years"
        if figure.unit in _SPELL_UNITS:
            if _NAMING.match(after) and not _SPELLS.search(before):
                return "time within a name"
            ends = not after or not re.match(r"[\u4e00-\u9fffA-Za-z“]", after)
            return None if _SPELLS.search(before) or (ends and not figure.small) else "time within a name"
        if figure.unit == "point":
            return None if _SCORED.search(before) else "no score"
        if figure.unit == "kWh" and figure.text_is(self._text, "度"):
            return None if _POWERED.search(before + after) else "no amount of power"
        return None


def _says(text: str, quoted: re.Match[str]) -> bool:
    """Whether what is quoted tells an amount and is no name."""
    return bool(_QUOTED.match(text, quoted.start()) and _TELLS.search(quoted[0]))
