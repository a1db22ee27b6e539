"""A rate held against two counts of different names: 受理3840件，办结3801件，办结率99%.

The names must make the ratio plain (`data/ratios.toml`), and the counts stand in the rate's sentence or the one before
it. Where the text has more than one such pair, one that agrees is enough: a false alarm costs more than an open rate.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from gridtown.report.claims.contradictions.faults import Finding, percent
from gridtown.report.claims.contradictions.judging import Bounds, bounds
from gridtown.report.claims.reading import lexicon
from gridtown.report.claims.reading.lexicon import any_of
from gridtown.report.claims.reading.shapes import Claim

_SENTENCES = re.compile(r"[。;；\n]")
_CLAUSE = re.compile(r"[，,。；;、:：(（\n\d]")
# Who, when and how; what is left of a clause without these and its verb is what was counted.
_BESIDE = re.compile(
    r"全[镇县区市乡省街]道?|[我本][镇县区市乡街局办]道?|今年以来|今年|全年|截至目前|目前|现已|已经|已|共计|共|累计|全部|均|成功|及时|顺利|实际|各类|各级|有|的|了|并|到|出|其|中|[\s\u3000]"
)
# Some of them only: an answer it may be, but no ground for an alarm.
_SOME = re.compile(
    "其中|当[日天场月年]|按期|按时|限期|及时|逾期|提前|首次|一次性?|当前|重大|重点|上年|去年|结转|不|未|待|正在|尚"
)
_NARROW = re.compile("按期|按时|限期|及时|一次|当[日天场]|首次|初次|平均|综合|电话|回头|满意|群众|不")
_PLANNED = re.compile(
    r"(?:占|完成|为|达到?)(?:了)?(?:年度|全年|年初|总)?(?:计划|任务|目标)(?:任务|总?数|总?量)?的$"
)
_MOST = 2
# So many figures before a rate are looked at, and after it, however long the sentence.
_NEAR = 12


@dataclass(frozen=True, slots=True)
class _Ratio:
    part: re.Pattern[str]
    whole: re.Pattern[str]
    over: bool


@cache
def _ratios() -> dict[str, _Ratio]:
    """Every rate's name with the words of its two counts."""
    known: dict[str, _Ratio] = {}
    for one in lexicon.table("ratios")["ratio"]:
        ratio = _Ratio(
            re.compile(rf"(?<![未待应不难])(?:{any_of(one['part'])})(?!率)"),
            re.compile(rf"(?:{any_of(one['whole'])})(?!率)"),
            over="完成率" in one["rate"],
        )
        known.update(dict.fromkeys(one["rate"], ratio))
    return known


@cache
def _named() -> re.Pattern[str]:
    return re.compile(rf"(?P<thing>.*?)(?P<name>{any_of(_ratios())})")


def known(subject: str) -> bool:
    """Whether a rate is one whose two counts go by names of their own."""
    return _named().fullmatch(subject) is not None


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two counts that a rate may be of; plain: so surely that a rate which does not follow is wrong."""

    part: int
    whole: int
    plain: bool


@dataclass(frozen=True, slots=True)
class _Count:
    """A count with what stands in its clause."""

    index: int
    clause: str
    some: bool


def findings(text: str, claims: Sequence[Claim]) -> Iterator[Finding]:
    """The rates that follow from none of the pairs of counts that they may be of."""
    groups = _grouped(text, claims)
    for number, (group, near) in enumerate(groups):
        before = groups[number - 1][0][-_NEAR:] if near else []
        for at, index in enumerate(group):
            rate = claims[index]
            asked = _asked(text, rate)
            if asked is None:
                continue
            own = [*group[max(0, at - _NEAR) : at], *group[at + 1 : at + _NEAR]]
            pairs = _pairs(text, claims, own, before, index, *asked)
            plain = [pair for pair in pairs if pair.plain]
            agree = any(_share(claims[p.part], claims[p.whole]).meets(bounds(rate)) for p in pairs)
            if plain and len(plain) <= _MOST and not agree:
                part, whole = plain[-1].part, plain[-1].whole
                follows = Decimal(str(claims[part].value)) / Decimal(str(claims[whole].value))
                yield Finding(
                    "share_of", (index, whole, part), {"said": rate.text, "follows": percent(follows)}
                )


def _apart(text: str, claims: Sequence[Claim], *places: int) -> bool:
    """排查隐患340处，其中企业120处，整改118处，整改率98%: behind 其中 another whole is told of."""
    return "其中" in text[claims[min(places)].start : claims[max(places)].end]


def _grouped(text: str, claims: Sequence[Claim]) -> list[tuple[list[int], bool]]:
    """The claims by sentence, and whether the sentence before stands right before it in the same paragraph."""
    groups: list[tuple[list[int], bool]] = []
    for index, claim in enumerate(claims):
        between = text[claims[index - 1].end : claim.start] if index else ""
        stops = _SENTENCES.findall(between)
        if not groups or stops:
            groups.append(([], bool(groups) and len(stops) == 1 and "\n" not in between))
        groups[-1][0].append(index)
    return groups


def _asked(text: str, rate: Claim) -> tuple[str, _Ratio] | None:
    """What a rate is of, beside its name, and the ratio; None for what is no such rate."""
    if rate.unit != "ratio" or rate.kind != "rate" or rate.qualifier != "exact" or rate.upper is not None:
        return None
    if _PLANNED.search(text[max(0, rate.start - 14) : rate.start]):
        return "", _ratios()["完成率"]
    found = _named().fullmatch(rate.subject)
    if found is None or _NARROW.search(found["thing"]):
        return None
    if found["thing"] and rate.action and text.endswith(rate.action, 0, rate.subject_start):
        return None  # 执行案件执结率: of some of the cases
    return found["thing"].strip("“”"), _ratios()[found["name"]]


def _pairs(
    text: str,
    claims: Sequence[Claim],
    own: Sequence[int],
    before: Sequence[int],
    rate: int,
    thing: str,
    ratio: _Ratio,
) -> list[_Pair]:
    """Part and whole of one thing: the part from the rate's own sentence, or both from the one before."""
    here, there = _counts(text, claims, own), _counts(text, claims, before)
    parts = [one for one in here if ratio.part.search(one.clause)]
    wholes = [one for one in here if one not in parts and ratio.whole.search(one.clause)]
    if not parts and not wholes:
        parts = [one for one in there if ratio.part.search(one.clause)]
    if not wholes:
        wholes = [
            one for one in there if not ratio.part.search(one.clause) and ratio.whole.search(one.clause)
        ]
    told = []
    for part in parts:
        # 合格118批次，农产品抽检60批次，合格率100%: the rate is of the second.
        other = any(part.index < whole.index < rate for whole in wholes)
        for whole in wholes:
            if not _fits(claims[part.index], claims[whole.index], claims[rate], ratio) or not _of_one(
                _thing(part.clause, ratio.part), _thing(whole.clause, ratio.whole), thing
            ):
                continue
            plain = not (part.some or other or _apart(text, claims, rate, part.index, whole.index))
            told.append(_Pair(part.index, whole.index, plain))
    return told


def _counts(text: str, claims: Sequence[Claim], group: Sequence[int]) -> list[_Count]:
    told = []
    for index in group:
        claim = claims[index]
        if claim.change or claim.upper is not None or claim.unit in {"ratio", "rank", "number"}:
            continue
        if claim.kind in {"rank", "ordinal", "rate", "duration"} or not claim.value:
            continue
        front = text[claims[index - 1].end if index else 0 : claim.start]
        stops = list(_CLAUSE.finditer(front))
        clause = front[stops[-1].end() :] if stops else front
        told.append(_Count(index, clause, bool(_SOME.search(clause)) or "其中" in front))
    return told


def _fits(part: Claim, whole: Claim, rate: Claim, ratio: _Ratio) -> bool:
    same = (part.unit, part.classifier, part.period) == (whole.unit, whole.classifier, whole.period)
    return same and whole.period == rate.period and (ratio.over or part.value <= whole.value)


def _thing(clause: str, verb: re.Pattern[str]) -> str:
    """What was counted: the clause without its verb and who did it."""
    return _BESIDE.sub("", verb.sub("", clause, count=1))


def _of_one(part: str, whole: str, thing: str) -> bool:
    """Whether part, whole and rate are of one thing: the part and the rate name nothing narrower than the whole."""
    return whole.endswith(part) and (not thing or whole.endswith(thing) or part.endswith(thing))


def _share(part: Claim, whole: Claim) -> Bounds:
    least, most = bounds(part), bounds(whole)
    worth = Decimal(str(whole.value))
    low = (least.low or Decimal(0)) / (most.high or worth)
    high = (least.high or Decimal(str(part.value))) / (most.low or worth)
    return Bounds(low, high)
