"""Figures that are written without a unit of their own: 容积率2.5, 三次产业结构8:52:40, 突破百亿大关, 低保金860万."""

import re
from collections.abc import Iterator
from decimal import Decimal

from gridtown.report.claims.reading import lexicon, numerals
from gridtown.report.claims.reading.folding import GAP
from gridtown.report.claims.reading.lexicon import any_of
from gridtown.report.claims.reading.numerals import ARABIC, SCALES, NoNumeral
from gridtown.report.claims.reading.shapes import Figure, Qualifier

_INDEX = r"(?:[入力]比|倍差|系数|指数|容积率|生育率|用能比|比值|倍数)(?:[((][^()（）]{1,12}[))])?"
_INDICES = (
    re.compile(rf"{_INDEX}[由从](?P<number>{ARABIC})(?=[\u4e00-\u9fff]{{1,4}}[至到]\d)"),
    re.compile(
        rf"{_INDEX}(?:约?为|达到?|(?:[由从]\d+(?:\.\d+)?)?[\u4e00-\u9fff]{{0,4}}[至到]|:)?(?P<number>{ARABIC})"
        r"(?=[,。;、)）\n]|$)"
    ),
)
_SHARES = re.compile(
    r"(?<![\d.:∶])(?P<a>\d{1,2}(?:\.\d+)?)[:∶︰](?P<b>\d{1,2}(?:\.\d+)?)[:∶︰](?P<c>\d{1,2}(?:\.\d+)?)(?![\d:∶]|\.\d)"
)
_TWO = re.compile(
    r"(?<=比例)(?:约?为|达到?|调整为|调整到)?(?P<a>\d{1,2}(?:\.\d+)?)[:∶︰](?P<b>\d{1,2}(?:\.\d+)?)(?![\d:∶︰]|\.\d)"
)
_STRUCTURE = re.compile(r"(?:结构|三次产业|比例|比重|占比|产业比|之比|构成|比)[^,。;]{0,44}$")
_MONEY = any_of(lexicon.table("units")["money"]["named"])
_BESIDE = rf"(?:{_MONEY})(?:任务|目标|计划|预算){{0,2}}(?:合计|共计|累计|总计|共|就|已)?(?:达到?|为|约为?|完成|实现)?"
_AFTER = rf"(?P<more>[多余])?(?={GAP}(?:[,。;、:)）的\n]|$))"
_SCALED = re.compile(
    rf"(?P<ahead>{_BESIDE}){GAP}(?P<before>{any_of(lexicon.qualifiers('before'))})?{GAP}"
    rf"(?P<number>{ARABIC}){GAP}(?P<scale>[千百]?万|亿){_AFTER}"
)
_MARKS = re.compile(
    rf"(?P<ahead>[\u4e00-\u9fff](?:总?值|总?量|[收投]入|投资|总?额|营收|规模|存款|贷款|余额|经济|GDP|资产|销售)[^,。;\d]{{0,6}}?)"
    rf"(?P<before>{any_of(lexicon.qualifiers('before'))})[“\"]?(?P<number>{ARABIC}|[一两二三四五六七八九十]?)(?P<scale>[百千]亿|[百千]万|万亿|亿)(?=[”\"]?(?:大关|台阶|关口|门槛)|[,。;、])"
)
_MARK = re.compile(
    rf"(?<![人吨斤亩件次口])(?P<ahead>)(?P<before>{any_of(lexicon.qualifiers('before'))})[“\"]?(?P<number>{ARABIC}|[一两二三四五六七八九十]?)(?P<scale>[百千]亿|万亿|亿)(?=[”\"]?大关)"
)
# Money for what is built or owed, its 元 left out: 2400万农田水利项目, 105亿的产业集群.
_BUILT = re.compile(
    rf"(?<![\d.])(?P<ahead>)(?P<number>{ARABIC})(?P<more>[多余])?(?P<scale>[千百]?万|亿)"
    r"(?P<over>[多余])?(?=的?(?:(?!群众|居民|村民|游客|学生|农民|人口|移民|职工|[人户亩吨头只立平])[\u4e00-\u9fff]){0,8}?"
    r"(?:项目|工程|资金|投资|债券|产业集群|产业链|贷款|补贴))"
)
# 发放60万居民活动补贴: what is spent is money, whomever it is for.
_SPENT = re.compile(
    rf"(?:(?<=投入)|(?<=发放)|(?<=拨付)|(?<=筹集)|(?<=安排)|(?<=兑付)|(?<=兑现)|(?<=落实))(?P<ahead>)(?P<number>{ARABIC})"
    r"(?P<more>[多余])?(?P<scale>[千百]?万|亿)(?P<over>[多余])?(?=的?[\u4e00-\u9fff]{0,8}?(?:资金|补贴|补助|补偿|贷款|奖励))"
)
# 投入400多万修建: what is done with it stands right behind.
_LAID_OUT = re.compile(
    rf"(?:(?<=投入)|(?<=投资)|(?<=筹资)|(?<=耗资)|(?<=花费)|(?<=出资)|(?<=捐资)|(?<=集资))(?P<ahead>)(?P<before>{any_of(lexicon.qualifiers('before'))})?"
    rf"(?P<number>{ARABIC})(?P<more>[多余])?(?P<scale>[千百]?万|亿)(?P<over>[多余])?"
    r"(?=[修建改扩购铺对]|新[建修]|用于|实施|打造|升级|完善|安装|硬化|整治|加固|在[\u4e00-\u9fff]|为[\u4e00-\u9fff])"
)
# 奶产量6789.2(吨), 出栏3323(头/只): the unit stands in brackets behind, as in a column's head.
_BRACKETED = re.compile(
    rf"(?<![\d.])(?P<number>{ARABIC}){GAP}(?P<scale>{any_of(SCALES)})?{GAP}\((?P<inner>{any_of(SCALES)})?(?P<unit>{any_of(lexicon.units())})"
    rf"(?:[/、](?:{any_of(lexicon.units())}))*\)"
)
# 投资4.9个亿: the 元 is left out, and the 亿 counted.
_SPOKEN = re.compile(
    rf"(?P<ahead>)(?P<before>{any_of(lexicon.qualifiers('before'))})?{GAP}(?P<number>{ARABIC}|[一两二三四五六七八九十])"
    r"(?P<more>[多余])?个(?P<over>多)?(?P<scale>亿)(?![元级吨斤亩人户件次立平美度千])"
)
# 青田、柳溪等五大综合体, 境内有五大湖泊: counted where they are listed or are there; 三大战略 is a name.
_POLICY = (
    "行动|战略|体系|机制|方面|领域|板块|攻坚|任务|抓手|会战|理念|改革|系统|能力|革命|关系|环节|转型|问题|内涵|要求"
)  # fmt: skip
_NAMES = "支柱|产业|集群|平台|功能区|组团|品牌|中心|提升|难题|优势|计划|特色|主题|重点|赛道|活动"
_GREAT = re.compile(
    rf"(?:(?:(?<=等)|(?<=[有辖]))(?![^,。;、]{{0,8}}(?:{_NAMES}))|(?<![\u4e00-\u9fff])(?P<names>[\u4e00-\u9fff]{{2,14}}(?:、[\u4e00-\u9fff]{{2,10}})+)(?<!等))"
    rf"(?P<number>[两三四五六七八九十]|\d{{1,2}})大(?=[\u4e00-\u9fff“])(?![\u4e00-\u9fff]{{0,6}}(?:{_POLICY}))"
)
# 任务174万,完成198万: of money that its sentence has named.
_DONE = re.compile(
    rf"(?<=,)(?P<ahead>(?:实际|已|现已|共)?(?:完成|实现|达到?|入库|到位|支出|增加到|增至))(?P<before>{any_of(lexicon.qualifiers('before'))})?"
    rf"(?P<number>{ARABIC})(?P<scale>[千百]?万|亿){_AFTER}"
)
_IN_MONEY = re.compile(rf"(?:{_MONEY})[^。\n,;]{{0,12}}\d[\d.]*(?:[千百]?万|亿)元?[^。\n;]{{0,12}},$")
# 回落2.1和1.6个百分点, 分别为12、15和18家: the unit stands behind the last alone.
_LISTED = re.compile(
    rf"(?:分别|各)[^,。;\d]{{0,12}}?(?P<numbers>(?:-?(?:{ARABIC})(?:、|和|与|及))+)-?(?:{ARABIC})(?P<scale>{any_of(SCALES)})?"
    rf"(?P<unit>{any_of(lexicon.units())})"
)
_EACH = re.compile(rf"-?(?:{ARABIC})")
# 每年免费体检一次: how often.
_OFTEN = re.compile(
    r"每(?:半年|季度|[一两二三四五]?个?[年月周季]|[天日人户])(?:[\u4e00-\u9fff]{0,10}?[^第这那每同逐再又首一])(?P<number>[一两二三四五])(?P<unit>次|场|轮|遍)(?![性要生数轮会批])"
)
_WHOM = any_of(lexicon.table("units")["people"])
_BEFORE = rf"(?P<before>{any_of(lexicon.qualifiers('before'))})?{GAP}"
_PEOPLE = re.compile(
    rf"(?P<number>{ARABIC}|[一二三四五六七八九]?[十百千万])(?P<more>[多余])(?=[\u4e00-\u9fff]{{0,6}}?(?:{_WHOM}))"
)
# 7.5万人口, 解决1.2万农村居民饮水: of so many there is the scale alone.
_THOUSANDS = re.compile(
    rf"(?<![\d.]){_BEFORE}(?P<number>{ARABIC}){GAP}(?P<scale>[千百]?万)(?P<more>[多余])?(?P<after>以上|以下|左右)?{GAP}"
    rf"(?![\u4e00-\u9fff]{{0,10}}(?:资金|补贴|补助|贷款|基金|债券|款))"
    rf"(?=(?![人户元亩吨头只家])[\u4e00-\u9fff]{{0,4}}?(?:{_WHOM})|人口)"
)
_NUMBERED = re.compile(
    rf"(?<=[\u4e00-\u9fff])(?P<unit>[户人家件])(?:总数|数)(?:量)?(?:达到?|为|有|共)?(?P<number>{ARABIC})(?=[,。;、)\n]|$)"
)
# 总人口2.2万: what is named is people, so that the scale needs no 人.
_HEADS = re.compile(
    rf"(?:人口|人数|户数|户籍|参保数)(?:总数)?(?:达到?|为|有|共|约为)?{_BEFORE}(?P<number>{ARABIC}){GAP}(?P<scale>[千百]?万){_AFTER}"
)


def _numbered(text: str) -> Iterator[Figure]:
    """个体户数11699: the unit stands in the name."""
    for match in _NUMBERED.finditer(text):
        value, step = numerals.parse(match["number"]), numerals.step(match["number"], 1)
        start, end = match.span("number")
        yield Figure(start, end, start, float(value), None, float(step), "count", match["unit"], "exact", "")


def found(text: str) -> Iterator[Figure]:
    """Such figures of a folded text, whatever others may be there."""
    yield from _indices(text)
    yield from _shares(text)
    yield from _money(text)
    yield from _bracketed(text)
    yield from _thousands(text)
    yield from _people(text)
    yield from _numbered(text)
    yield from _listed(text)
    yield from _often(text)
    for match in _GREAT.finditer(text):
        start, end = match.start("number"), match.end()
        value = float(numerals.parse(match["number"]))
        if match["names"] and match["names"].count("、") + 1 != value:
            continue
        yield Figure(start, end, start, value, None, 1.0, "count", "大", "exact", "", "great")


def _indices(text: str) -> Iterator[Figure]:
    """An index has no unit: 收入比缩小至1.58."""
    for match in (found for pattern in _INDICES for found in pattern.finditer(text)):
        value = numerals.parse(match["number"])
        start, end = match.span("number")
        step = float(numerals.step(match["number"], 1))
        yield Figure(start, end, start, float(value), None, step, "number", "", "exact", "", "bare")


def _shares(text: str) -> Iterator[Figure]:
    """三次产业结构8.1:52.3:39.6: three shares of one whole, where together they are about all of it."""
    for match in _SHARES.finditer(text):
        total = sum(Decimal(part) for part in match.groups())
        if not 90 < total < 110 or not _STRUCTURE.search(text, max(0, match.start() - 60), match.start()):
            continue
        for name in "abc":
            start, end = match.span(name)
            value, step = Decimal(match[name]) / 100, numerals.step(match[name], 1) / 100
            yield Figure(
                start, end, start, float(value), None, float(step), "ratio", "", "exact", "", "share"
            )
    for match in _TWO.finditer(text):
        total = sum(Decimal(part) for part in match.groups())
        if total not in {10, 100}:
            continue
        for name in "ab":
            start, end = match.span(name)
            value, step = Decimal(match[name]) / total, numerals.step(match[name], 1) / total
            yield Figure(
                start, end, start, float(value), None, float(step), "ratio", "", "exact", "", "share"
            )


def _money(text: str) -> Iterator[Figure]:
    """Money whose 元 is left out: 发放低保金860万, 总产值突破百亿大关."""
    for match in (
        found
        for pattern in (_SPOKEN, _SCALED, _MARKS, _MARK, _BUILT, _SPENT, _LAID_OUT, _DONE)
        for found in pattern.finditer(text)
    ):
        said = match["number"] or "一"
        try:
            value = numerals.parse(said)
        except NoNumeral:
            continue
        scale = SCALES[match["scale"]]
        parts = match.groupdict()
        before, more, over = parts.get("before"), parts.get("more"), parts.get("over")
        qualifier: Qualifier = "approx" if more or over else "exact"
        if before:
            qualifier = lexicon.qualifiers("before")[before]  # type: ignore[assignment]
        number = match.start("number") if match["number"] else match.start("scale")
        start = match.start("before") if before else number
        end = max(match.end("scale"), *(match.end(name) for name in ("more", "over") if parts.get(name)), 0)
        yield Figure(
            start, end, number, float(value * scale), None, float(numerals.step(said, scale)),
            "yuan", "", qualifier, before or more or over or "", "plain" if match["number"] else "bare",
        )  # fmt: skip


def _people(text: str) -> Iterator[Figure]:
    """People and firms counted without a word for it: 解决500多留守老人用餐问题."""
    for match in _PEOPLE.finditer(text):
        value, step = numerals.parse(match["number"]), numerals.step(match["number"], 1)
        start = match.start("number")
        yield Figure(
            start, match.end("more"), start, float(value), None, float(step),
            "count", "", "approx", match["more"], "plain",
        )  # fmt: skip


def _bracketed(text: str) -> Iterator[Figure]:
    for match in _BRACKETED.finditer(text):
        unit = lexicon.units()[match["unit"]]
        by = Decimal(str(unit.by))
        for name in ("scale", "inner"):
            by *= SCALES[match[name]] if match[name] else 1
        value, step = numerals.parse(match["number"]) * by, numerals.step(match["number"], 1) * by
        start, classifier = match.start(), unit.word if unit.countable else ""
        yield Figure(
            start, match.end(), start, float(value), None, float(step), unit.base, classifier, "exact", "",
        )  # fmt: skip


def _thousands(text: str) -> Iterator[Figure]:
    """People whose 人 or 户 is left out behind 万."""
    for match in (found for pattern in (_THOUSANDS, _HEADS) for found in pattern.finditer(text)):
        scale, before, more = SCALES[match["scale"]], match["before"], match["more"]
        value, step = numerals.parse(match["number"]) * scale, numerals.step(match["number"], scale)
        qualifier: Qualifier = "approx" if more else "exact"
        after = match.groupdict().get("after")
        if after:
            qualifier = lexicon.qualifiers("after")[after]  # type: ignore[assignment]
        if before:
            qualifier = lexicon.qualifiers("before")[before]  # type: ignore[assignment]
        start = match.start("before") if before else match.start("number")
        last = "after" if after else "more" if more else "scale"
        yield Figure(
            start, match.end(last), match.start("number"), float(value), None, float(step),
            "count", "", qualifier, before or after or more or "", "plain",
        )  # fmt: skip


def _listed(text: str) -> Iterator[Figure]:
    """Numbers of a list whose unit stands behind its last."""
    for match in _LISTED.finditer(text):
        unit, scale = lexicon.units()[match["unit"]], SCALES[match["scale"]] if match["scale"] else 1
        for number in _EACH.finditer(text, *match.span("numbers")):
            by = Decimal(str(unit.by)) * scale
            said = number[0].lstrip("-")
            value = numerals.parse(said) * by * (-1 if number[0].startswith("-") else 1)
            step = numerals.step(said, 1) * by
            start, end = number.span()
            classifier = unit.word if unit.countable else ""
            yield Figure(
                start,
                end,
                start,
                float(value),
                None,
                float(step),
                unit.base,
                classifier,
                "exact",
                "",
                "plain",
            )


def _often(text: str) -> Iterator[Figure]:
    """How often a year something is done: 每年体检一次."""
    for match in _OFTEN.finditer(text):
        start, end = match.start("number"), match.end()
        value = float(numerals.parse(match["number"]))
        yield Figure(start, end, start, value, None, 1.0, "count", match["unit"], "exact", "", "often")
