"""Growth that does not follow from two levels of one sentence.

1320万元，上年为1200万元，增长12%; 由82.0%提高到91.0%，提高8个百分点.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from gridtown.report.claims.contradictions.faults import Finding, percent, plain
from gridtown.report.claims.contradictions.judging import Bounds, bounds
from gridtown.report.claims.reading.shapes import Claim

_FROM = re.compile("[由从][^，,。;；]{0,12}$")
_TO = re.compile(r"[，,、]?[\u4e00-\u9fff]{0,6}?(?:到|至|为)了?(?:(?:19|20)\d{2}年的?)?$")
# 46.8亿元,较年初的42.1亿元增长11.2%
_AT_FIRST = re.compile("[比较](?:年初|期初|上月末|上季末)的$")
_YEAR = re.compile(r"\d{4}")


def risen(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """Of each change of a sentence, whether it is the one between the two levels that stand before it."""
    for index in group:
        change = claims[index]
        other = change.comparison in {"average", "peer", "qoq"}
        if not change.change or change.kind == "target" or other:
            continue
        pair = _levels(text, claims, group, change)
        if pair is None:
            continue
        now, last = (bounds(claims[i]) for i in pair)
        if now.low is None or now.high is None or not last.low or not last.high:
            continue
        points, level = change.classifier == "百分点", claims[pair[0]]
        amount = change.unit != "ratio"  # 21.5亿元,24.7亿元,比年初增加3.2亿元
        if points != (level.unit == "ratio") or (
            amount and (change.unit, change.classifier) != (level.unit, level.classifier)
        ):
            continue
        ends = (
            Bounds(now.low - last.high, now.high - last.low)
            if points or amount
            else Bounds(now.low / last.high - 1, now.high / last.low - 1)
        )
        if not ends.meets(bounds(change)):
            after, before = (Decimal(str(claims[i].value)) for i in pair)
            follows = f"{plain((after - before) * 100)}个百分点" if points else percent(after / before - 1)
            follows = plain(after - before) if amount else follows
            fault = "difference" if points or amount else "growth"
            yield Finding(fault, (index, *pair), {"said": change.text, "follows": follows})  # type: ignore[arg-type]


def _levels(
    text: str, claims: Sequence[Claim], group: Sequence[int], change: Claim
) -> tuple[int, int] | None:
    """The level that was reached and the one before it, where just these two are said of what grows."""
    told = [
        i
        for i in group
        if claims[i].subject == change.subject
        and not claims[i].change
        and claims[i].qualifier == "exact"
        and claims[i].upper is None
        and claims[i].kind in {"level", "rate"}
    ]
    if len(told) != 2:
        return None
    one, other = (claims[i] for i in told)
    if one.unit != other.unit or one.classifier != other.classifier:
        return None
    if _FROM.search(text[: one.start][-16:]) and _TO.fullmatch(text[one.end : other.start]):
        return told[1], told[0]
    if one.period and other.period == _year_before(one.period):
        return told[0], told[1]
    if _AT_FIRST.search(text[: other.start][-8:]):
        return told[0], told[1]
    if other.period and one.period == _year_before(other.period):
        return told[1], told[0]
    return None


def _year_before(period: str) -> str:
    return _YEAR.sub(lambda year: str(int(year[0]) - 1), period)
