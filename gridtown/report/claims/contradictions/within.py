"""What a text says against itself: two numbers for one thing, sums that do not add up, growth that does not follow."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from gridtown.report.claims.contradictions import derived, quoting, ratios, rising, staging, sums
from gridtown.report.claims.contradictions.faults import Finding, percent
from gridtown.report.claims.contradictions.judging import Bounds, bounds
from gridtown.report.claims.reading.shapes import Claim

# A dot between Chinese letters ends a sentence as well.
_SENTENCE = re.compile(r"[。\n;；]|(?<!\d)\.(?=[\u4e00-\u9fff])")
# A list's lines end with a semicolon, and its entries are different things.
_ENDS = re.compile(r"[。！？!?]|(?<!\d)\.(?=[\u4e00-\u9fff])|(?<![;；,，、])\n")
# 生产总值86亿元，增长6%。其中，一产9亿元: the parts stand in a sentence of their own.
_GOES_ON = re.compile("[。.]\\s*其中")
# What stands in two columns of one row is aimed at and reached, or of two years.
_COLUMNS = re.compile(r"[|\t]")
_GENERIC = re.compile(
    r"(?:项目|企业|活动|单位|事项|问题|任务|资金|投资|面积|人员|群众|产业用地|小区|工程|岗位|平台|案件|点位|总投资|家庭|党员|志愿者|试点)$"
)
# Named alone, these say of nothing in particular whose they are.
_MEASURE = re.compile(
    r"(?:总|年|月|年均|日均|人均|户均|平均|亩均)?(?:产值|产量|产能|投资|投资额|利润|收入|支出|面积|总额|人口|户数|人数|数量|价值|资金|营收"
    r"|销售额|销量|存栏|出栏|存栏量|出栏量|成交额|交易额|补贴|增加值|税收|里程|标准|水平|金额|规模|用户|种植面积|播种面积|建筑面积)"
)
# Said of the whole town's whole year, what is done is one number as well.
_ALL_YEAR = re.compile(r"(?:全年|一年来|全镇|全街道|全乡)[^，,。;；\d]{0,14}$")
_SPECIFIC, _CERTAIN = 4, 6
_RATED = re.compile("(?:率|比重|占比|比例|程度|满意度)$")
# What is given for one work after another, each with its own.
_GIVEN = re.compile("(?:资金|补助|补贴|投资|经费|奖励|罚款|贷款|款项|费用)$")
# 年初预算为1.2亿元 … 由1.2亿元调整为1.3亿元: what was meant to be, and what it was changed to.
_BUDGETED = re.compile(
    "(?:年初|批准|原定|调整|追加)[^。;；\n]{0,16}(?:预算|计划|目标)|(?:预算|计划)数?(?:为|是)|调[整增减]为?"
)
# What is expected of the year, and what of it has come.
_EXPECTED = re.compile("预计|预期|力争|计划|目标")
_SO_FAR = re.compile("目前|截[至止]|实际|到账|到位|[已均]")
_DEEDS = (
    "发现", "排查", "检查", "巡查", "查处", "清理", "拆除", "发放", "开展", "举办", "组织", "培训", "走访",
    "慰问", "整改", "出动", "召开", "调解", "化解", "受理", "处理", "处置", "整治", "新建", "改造",
)  # fmt: skip
# Done now and again, whatever the name: 发现隐患5处 … 发现隐患26处.
_REPEATED = re.compile("|".join(_DEEDS))
# 均低于全县（11035元）: of another place.
_ELSEWHERE = re.compile("全[县市省国区州][（(]$")
# 1.上级补助收入 … in the account under one heading, and in that under the next.
_ENTRY = re.compile(r"\s*\d{1,2}[.、．]\D")
_NEXT_HEADING = re.compile(r"\n\s*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])")
_MANY = 3
_WHOLE = re.compile("全[镇县区市省国街乡]|我[镇县区市省]|本[镇县区市]|各类|各级|[\\s“”]")


def findings(text: str, claims: Sequence[Claim]) -> list[Finding]:
    """All that does not go together in a text, in its order."""
    groups = list(_by_sentence(text, claims))
    told = [*_contradictions(text, claims), *sums.triples(text), *ratios.findings(text, claims)]
    told += quoting.misquoted(text, claims, _wholes(text, claims))
    for group in groups:
        told += [
            *sums.parts(text, claims, group),
            *sums.totals(text, claims, group),
            *sums.shares(text, claims, group),
            *sums.balance(text, claims, group),
            *sums.rates(text, claims, group),
            *_differences(text, claims, group),
            *rising.risen(text, claims, group),
            *derived.followed(text, claims, group),
            *staging.stages(text, claims, group),
        ]
    seen = {finding.claims for finding in told}
    told += [finding for finding in _growth(claims) if finding.claims not in seen]
    return sorted(
        told, key=lambda finding: claims[finding.claims[0]].start if finding.claims else finding.start
    )


def _by_sentence(text: str, claims: Sequence[Claim]) -> Iterator[list[int]]:
    group: list[int] = []
    for index, claim in enumerate(claims):
        if group and _SENTENCE.search(text[claims[group[-1]].end : claim.start]):
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _even(subject: str) -> str:
    return _WHOLE.sub("", subject)


def _speaks_for_itself(text: str, claim: Claim, name: str) -> bool:
    """Whether a subject is the same thing wherever it stands: 财政总收入, but not 项目, 整改率 or 当场改掉."""
    if (
        claim.change
        or claim.borrowed
        or claim.kind in {"duration", "ordinal", "rank"}
        or _MEASURE.fullmatch(name)
    ):
        return False
    whole = _ALL_YEAR.search(text[max(0, claim.start - 20) : claim.start])
    if _ELSEWHERE.search(text[max(0, claim.start - 3) : claim.start]):
        return False
    again = bool(_REPEATED.match(claim.action)) or len(name) < _CERTAIN
    if claim.action and claim.unit != "ratio" and again and not whole:
        return False  # what is done now and again: 新增床位430张 … 新增床位150张
    if claim.unit == "count" and claim.subject_start >= claim.end and not whole:
        return False  # 6家农民合作社获得补贴 … 5家农民合作社申报示范社: some of them each
    if claim.unit == "ratio":
        return len(name) > _SPECIFIC and bool(_RATED.search(name))
    if claim.unit == "count":
        return len(name) >= _SPECIFIC and not (len(name) < _SPECIFIC + 2 and _GENERIC.search(name))
    return len(name) >= _SPECIFIC - 1 and not _GIVEN.search(name)


def _wholes(text: str, claims: Sequence[Claim]) -> list[str]:
    """Of each claim that stands behind 其中 in its sentence, the subject of which it is a part."""
    wholes: list[str] = []
    for index, claim in enumerate(claims):
        last = claims[index - 1] if index else None
        between = text[last.end : claim.start] if last else ""
        if last is not None and _GOES_ON.search(between):
            wholes.append(_even(last.subject))
        elif last is None or _ENDS.search(between):
            wholes.append("")
        elif "其中" in between:
            wholes.append(_even(last.subject))
        else:
            wholes.append("" if ";" in between or "；" in between else wholes[-1])
    return wholes


def _contradictions(text: str, claims: Sequence[Claim]) -> Iterator[Finding]:
    """The same thing at the same time, with numbers that cannot both be true."""
    same: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    wholes = _wholes(text, claims)
    for index, claim in enumerate(claims):
        name = _even(claim.subject)
        if _speaks_for_itself(text, claim, name):
            classifier = claim.classifier if claim.unit == "count" else ""
            same[
                (
                    name,
                    claim.period,
                    claim.kind,
                    claim.unit,
                    classifier,
                    claim.action,
                    claim.of,
                    wholes[index],
                )
            ].append(index)
    numbers: dict[tuple[Any, ...], set[float]] = defaultdict(set)
    for thing, places in same.items():
        numbers[thing[:-1]] |= {claims[place].value for place in places}
    for thing, places in same.items():
        if len(numbers[thing[:-1]]) >= _MANY:
            continue  # of many things of one name each has its own
        first = places[0]
        for other in places[1:]:
            apart = claims[other].comparison == "from" or claims[first].comparison == "from"
            between = text[claims[first].end : claims[other].start]
            apart = apart or ("\n" not in between and bool(_COLUMNS.search(between)))
            apart = apart or any(_budgeted(text, claims[one]) for one in (first, other))
            apart = apart or _so_far(text, claims[first], claims[other])
            apart = apart or (
                bool(_NEXT_HEADING.search(between)) and _entries(text, claims[first], claims[other])
            )
            if not apart and _ENDS.search(between) and not bounds(claims[first]).meets(bounds(claims[other])):
                yield Finding(
                    "contradiction", (first, other), {"one": claims[first].text, "other": claims[other].text}
                )


def _so_far(text: str, first: Claim, other: Claim) -> bool:
    """Whether one of them is expected, and the other is what has come of it."""
    led = [
        text[max(text.rfind(mark, 0, one.start) for mark in "。\n;；") + 1 : one.start]
        for one in (first, other)
    ]
    return any(
        _EXPECTED.search(one) and not _EXPECTED.search(two) and _SO_FAR.search(two)
        for one, two in (led, led[::-1])
    )


def _entries(text: str, *both: Claim) -> bool:
    """Whether both stand in numbered entries."""
    return all(_ENTRY.match(text, text.rfind("\n", 0, one.start) + 1) for one in both)


def _budgeted(text: str, claim: Claim) -> bool:
    """Whether its sentence says up to there what was planned, or changed since."""
    begin = max(text.rfind(mark, 0, claim.start) for mark in "。\n;；") + 1
    return bool(_BUDGETED.search(text, begin, claim.start))


def _differences(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """支出86.4万元，减少12.6万元，下降12.7%; 由35%提高到42%，提高7个百分点."""
    for a, b in _amounts(claims, group):
        level, delta = claims[a], claims[b]
        if not (
            _plain_amount(level)
            and delta.change
            and delta.unit == level.unit
            and delta.period == level.period
            and level.subject_start == delta.subject_start
        ):
            continue
        rates = [
            claims[i]
            for i in group
            if i > a
            and claims[i].change
            and claims[i].unit == "ratio"
            and claims[i].subject_start == level.subject_start
        ]
        if level.unit == "ratio" or not rates or rates[0].comparison not in (delta.comparison, None, "yoy"):
            continue
        base_low, base_high = _range(level, delta)
        if base_low <= 0:
            continue
        change = bounds(delta)
        ends = [
            end / base
            for end in (change.low, change.high)
            if end is not None
            for base in (base_low, base_high)
        ]
        if ends and not Bounds(min(ends), max(ends)).meets(bounds(rates[0])):
            follows = Decimal(str(delta.value)) / (Decimal(str(level.value)) - Decimal(str(delta.value)))
            yield Finding(
                "difference",
                (next(i for i in group if claims[i] is rates[0]), a, b),
                {"said": rates[0].text, "follows": percent(follows)},
            )


def _amounts(claims: Sequence[Claim], group: Sequence[int]) -> Iterator[tuple[int, int]]:
    """A level and the amount of its change, which may stand behind the rate: 9.9亿元，增长10%，增收0.9亿元."""
    for at, a in enumerate(group):
        for b in group[at + 1 : at + 3]:
            if not claims[b].change:
                break
            if claims[b].unit == claims[a].unit:
                yield a, b
                break


def _plain_amount(claim: Claim) -> bool:
    return not claim.change and claim.qualifier == "exact" and claim.upper is None


def _range(level: Claim, delta: Claim) -> tuple[Decimal, Decimal]:
    now, change = bounds(level), bounds(delta)
    return (now.low or Decimal(0)) - (change.high or Decimal(0)), (now.high or Decimal(0)) - (
        change.low or Decimal(0)
    )


def _growth(claims: Sequence[Claim]) -> Iterator[Finding]:
    """Growth against the level of the year before, when the text has both."""
    levels = {
        (_even(c.subject), c.period, c.unit): i
        for i, c in reversed(list(enumerate(claims)))
        if not c.change and c.qualifier == "exact" and c.kind != "target" and len(_even(c.subject)) > 2
    }
    for index, claim in enumerate(claims):
        if (
            claim.comparison != "yoy"
            or claim.comparison_value is None
            or claim.change
            or not claim.period
            or claim.kind == "target"
        ):
            continue
        before = levels.get((_even(claim.subject), _year_before(claim.period), claim.unit))
        after = next(
            (
                i
                for i in range(index + 1, len(claims))
                if claims[i].change and claims[i].value == claim.comparison_value
            ),
            None,
        )
        if (
            before is None
            or after is None
            or claims[after].unit != "ratio"
            or not claims[before].value
            or claims[after].classifier == "百分点"
        ):
            continue
        now, last = bounds(claim), bounds(claims[before])
        if now.low is None or now.high is None or not last.low or not last.high:
            continue
        if not Bounds(now.low / last.high - 1, now.high / last.low - 1).meets(bounds(claims[after])):
            follows = Decimal(str(claim.value)) / Decimal(str(claims[before].value)) - 1
            yield Finding(
                "growth", (after, index, before), {"said": claims[after].text, "follows": percent(follows)}
            )


def _year_before(period: str) -> str:
    return re.sub(r"\d{4}", lambda year: str(int(year[0]) - 1), period)
