"""Numbers that follow from others of their sentence: means (村均, 户均, 亩产), multiples, the parts of a year.

18个村收入1260万元，村均70万元; 3.6亿元，是2018年1.2亿元的3倍; 全年86万，上半年40万、下半年46万.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from gridtown.report.claims.contradictions.faults import Finding, plain
from gridtown.report.claims.contradictions.judging import Bounds, bounds
from gridtown.report.claims.reading.shapes import Claim

_MEAN = re.compile("(?P<per>[村户人亩])均|(?P<yield>亩产|单产)")
# Whose number a mean is over: what is counted, or its counting word.
_OVER = {"村": re.compile("村"), "户": re.compile("户"), "人": re.compile("人口|^人$|居民|农民")}
# What is only told of some, or of more than this sentence has.
_OTHER = re.compile("最高|最低|最多|最少|超过|以上|纯|可支配|增长|全[国省市]")
_MEASURES = re.compile("收入|产值|产量|增收|投资|支出|总值|面积|用地|税收|补贴|分红|效益|利润")
_TIMES = re.compile(
    r"[，,]?(?:是|为|相当于)(?:[“\"]?[\u4e00-\u9fff]{0,4}[”\"]?(?:期?末|年)?|(?:19|20)\d{2}年(?:末|底)?)?的?$"
)
_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)(.*)")
# A mean by head is over those of the middle of the year, who are not quite those of its end.
_AVERAGE = Decimal("0.05")
_QUARTERS = ("-Q1", "-Q2", "-Q3", "-Q4")
_HALVES = ("-H1", "-H2")


def followed(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """All such numbers of a sentence that do not follow."""
    yield from _means(text, claims, group)
    yield from _multiples(text, claims, group)
    yield from _spells(claims, group)


def _level(claim: Claim) -> bool:
    return not claim.change and claim.kind == "level" and claim.qualifier == "exact" and claim.upper is None


def _means(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """A mean against the one total and the one count that stand before it."""
    for at, index in enumerate(group):
        mean = claims[index]
        lead = text[claims[group[at - 1]].end if at else max(0, mean.start - 16) : mean.start]
        found = _MEAN.search(lead)
        if not found or not at or not _mean(mean) or _OTHER.search(lead):
            continue
        earlier = [i for i in group[:at] if claims[i].period == mean.period]
        if any(_MEAN.search(claims[i].subject) for i in earlier):
            continue
        totals = [i for i in earlier if claims[i].unit == mean.unit and claims[i].kind in {"level", "growth"}]
        counts = [i for i in earlier if _counts(claims[i], found)]
        if len(totals) != 1 or len(counts) != 1:
            continue
        total, count = claims[totals[0]], claims[counts[0]]
        said = text[claims[totals[0] - 1].end if totals[0] else max(0, total.start - 16) : total.start]
        if not _same(lead[found.end() :], said[-16:], found) or not all(map(_exact, (total, count))):
            continue
        every, many = bounds(total), bounds(count)
        if every.low is None or every.high is None or not many.low or not many.high:
            continue
        about = _AVERAGE if found["per"] == "人" else Decimal(0)
        least, most = every.low / many.high * (1 - about), every.high / many.low * (1 + about)
        if not Bounds(least, most).meets(bounds(mean)):
            follows = Decimal(str(total.value)) / Decimal(str(count.value))
            yield Finding(
                "mean",
                (index, totals[0], counts[0]),
                {"said": mean.text, "follows": _as_written(mean, follows)},
            )


def _mean(claim: Claim) -> bool:
    return claim.kind in {"level", "growth"} and claim.qualifier == "exact" and claim.upper is None


def _exact(claim: Claim) -> bool:
    return claim.qualifier == "exact" and claim.upper is None


def _as_written(claim: Claim, value: Decimal) -> str:
    """A number in the unit that a claim is written in: 70万元."""
    said = _NUMBER.search(claim.text)
    if said is None or not claim.value:
        return plain(value.quantize(Decimal("0.01")))
    scaled = value * Decimal(said[1].replace(",", "")) / Decimal(str(claim.value))
    return f"{plain(scaled.quantize(Decimal('0.01')))}{said[2]}"


def _counts(claim: Claim, mean: re.Match[str]) -> bool:
    """Whether a claim counts what the mean is over."""
    if mean["yield"] or mean["per"] == "亩":
        return claim.unit == "mu" and claim.kind == "level"
    over = _OVER[mean["per"]]
    return (
        claim.unit == "count"
        and not claim.change
        and bool(over.search(claim.subject) or over.search(claim.classifier))
    )


def _same(measure: str, total: str, mean: re.Match[str]) -> bool:
    """Whether the mean is of what the total is of: its own measure is the total's, or it names none."""
    said = _MEASURES.search(measure)
    if mean["yield"]:
        return "产" in total
    if said is None:
        return not re.search(
            "[\u4e00-\u9fff]", measure.replace("达到", "").replace("达", "").replace("为", "")
        )
    return said[0] in total


def _multiples(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """是2018年1.2亿元的3倍: what stands before, against the one that it is a multiple of."""
    for a, b, c in zip(group, group[1:], group[2:], strict=False):
        now, base, times = claims[a], claims[b], claims[c]
        if (
            times.classifier != "倍"
            or times.change
            or not _exact(times)
            or text[base.end : times.start] != "的"
        ):
            continue
        if (now.unit, now.classifier) != (base.unit, base.classifier) or not (_level(now) and _level(base)):
            continue
        if not _TIMES.fullmatch(text[now.end : base.start]):
            continue
        one, other = bounds(now), bounds(base)
        if one.low is None or one.high is None or not other.low or not other.high:
            continue
        if not Bounds(one.low / other.high, one.high / other.low).meets(bounds(times)):
            follows = Decimal(str(now.value)) / Decimal(str(base.value))
            yield Finding(
                "multiple",
                (c, a, b),
                {"said": times.text, "follows": plain(follows.quantize(Decimal("0.01")))},
            )


def _spells(claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """The four quarters or two halves of a year are together the year."""
    for at, index in enumerate(group):
        year = claims[index]
        if not year.period or len(year.period) != len("2023") or not _level(year):
            continue
        for ends in (_QUARTERS, _HALVES):
            parts = [i for i in group[at + 1 : at + 1 + len(ends)] if _level(claims[i])]
            told = [claims[i].period for i in parts]
            alike = all((claims[i].unit, claims[i].classifier) == (year.unit, year.classifier) for i in parts)
            if told != [f"{year.period}{end}" for end in ends] or not alike:
                continue
            low = sum((bounds(claims[i]).low or Decimal(0) for i in parts), Decimal(0))
            high = sum((bounds(claims[i]).high or Decimal(0) for i in parts), Decimal(0))
            if not Bounds(low, high).meets(bounds(year)):
                total = sum(Decimal(str(claims[i].value)) for i in parts)
                yield Finding("sum", (index, *parts), {"total": year.text, "sum": plain(total)})
