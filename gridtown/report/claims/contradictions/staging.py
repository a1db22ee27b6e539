"""What has become of those that are counted: done, in hand and not begun are together all of them.

36个，已完工22个，在建9个，未开工5个; 排查860处，已整改842处，未整改18处.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from gridtown.report.claims.contradictions.faults import Finding, plain
from gridtown.report.claims.contradictions.judging import Bounds, bounds
from gridtown.report.claims.reading.shapes import Claim

_STAGE = re.compile(
    r"[，,、:：]?(?:其中)?[:：，,]?(?:目前|现)?(?:"
    r"(?P<no>未|尚未|待|没有)(?P<undone>[\u4e00-\u9fff]{2})"
    r"|(?P<doing>在建|正在(?:建设|推进|办理|整改|实施|施工)|在办|(?:建设|推进|整改|办理)中)"
    r"|(?:已(?:经)?|全部)?(?P<done>完工|竣工|建成|完成|办结|整改|开工|验收|投用|化解)(?:完成|到位)?(?:的|有)?)的?"
)
_THREE = 3


def stages(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """The counts right behind a whole that say what has become of it, where they name every case."""
    for at, index in enumerate(group):
        whole, told = claims[index], []
        if not _count(whole):
            continue
        for i in group[at + 1 : at + 1 + _THREE]:
            stage = _STAGE.fullmatch(text, claims[i - 1].end, claims[i].start)
            if stage is None or not _count(claims[i]) or claims[i].classifier != whole.classifier:
                break
            told.append((i, stage))
        parts = [i for i, _stage in told]
        if not told or not _every([stage for _i, stage in told]):
            continue
        low = sum((bounds(claims[i]).low or Decimal(0) for i in parts), Decimal(0))
        high = sum((bounds(claims[i]).high or Decimal(0) for i in parts), Decimal(0))
        if not Bounds(low, high).meets(bounds(whole)):
            total = sum(Decimal(str(claims[i].value)) for i in parts)
            yield Finding("sum", (index, *parts), {"total": whole.text, "sum": plain(total)})


def _count(claim: Claim) -> bool:
    exact = claim.qualifier == "exact" and claim.upper is None and not claim.change
    return exact and claim.unit == "count" and claim.kind == "level"


def _every(told: Sequence[re.Match[str]]) -> bool:
    """Whether done, in hand and not begun are all named, or one deed as done and as not done."""
    done = {stage["done"] for stage in told} - {None}
    undone = {stage["undone"] for stage in told} - {None}
    doing = any(stage["doing"] for stage in told)
    if len(told) == _THREE:
        return len(done) == len(undone) == 1 and doing
    return not doing and bool(done & undone)
