"""Whether a figure is aimed at: by its clause, by what its sentence opens with, or as its list goes on."""

import re

from gridtown.report.claims.reading import kinds, subjects
from gridtown.report.claims.reading.periods import Told
from gridtown.report.claims.reading.shapes import Claim, Figure

_STOPS = re.compile(r"[。;\n]")
_CLAUSE_ENDS = re.compile(r"[,。;(\n]")
_GOAL = re.compile(
    r"(?:预期|奋斗|工作|发展|主要|总体)目标(?:任务)?(?:是|为|:)|(?:年度|全年|工作|目标)(?:任务|计划|目标)(?:内容)?:"
)
_ASIDES = re.compile(r"\([^()]*\)")
# 计划改造60户,已完成48户
_SO_FAR = re.compile("[,、](?:现|目前|均|全部)?已|[,、](?:目前|现|截[至止])|(?:实际|累计)(?:完成|建成)")
# 任务1500个,完成1633个: the same is counted again.
_DONE = re.compile("[,、](?:完成|建成)[约近超]?$")
_FARTHEST = 800
_NEAR = 20


def aimed(text: str, figure: Figure, told: Told, last: Claim | None) -> bool:
    """last: the claim right before it."""
    stop = _CLAUSE_ENDS.search(text, figure.end, figure.end + _NEAR)
    if kinds.aims(
        text, subjects.clause_start(text, figure.start), stop.start() if stop else figure.end
    ) or _GOAL.search(_ASIDES.sub("", text[_sentence(text, figure.start) : figure.start])):
        return True
    if last is None or last.kind != "target" or _STOPS.search(text, last.end, figure.start):
        return False
    so_far = bool(_SO_FAR.search(text, last.end, figure.start))
    again = (last.unit, last.classifier) == (figure.unit, figure.classifier)
    so_far = so_far or (again and bool(_DONE.search(text, last.end, figure.start)))
    return not told.plan and told.period == last.period and not so_far


def _sentence(text: str, at: int) -> int:
    far = max(0, at - _FARTHEST)
    return max(text.rfind("。", far, at), text.rfind("\n", far, at), far - 1) + 1
