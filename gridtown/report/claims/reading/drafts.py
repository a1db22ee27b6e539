"""A figure on its way to being a claim, and whose subject it takes where it has none of its own."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from gridtown.report.claims.reading import kinds, phrasing, subjects
from gridtown.report.claims.reading.kinds import Change
from gridtown.report.claims.reading.shapes import Figure
from gridtown.report.claims.reading.subjects import NOTHING, Phrase

STOPS = re.compile(r"[。;\n]")
RATIO = (":", "∶", "︰")
REACHES = re.compile(
    r"(?:(?:19|20)\d{2}年|全年|目前|今年|年末|年底)?(?:每[人户亩次年月])?(?:奖励|补助|补贴|发放)?(?:均|都|全部|分别)?(?:达到?|为|约为?|超过?|突破|实现|完成|在)?"
)
# 116万元;完成年初预算76.8%
_OF_PLAN = re.compile(r";(?:完成|占|为)[\u4e00-\u9fff]{0,8}(?:预算|计划|任务|目标)[\u4e00-\u9fff]{0,4}")
# 下降4.1%;与2020年相比,两年平均增长2.5%
_BESIDE = re.compile(r"[;。,](?:与|和|同)(?:19|20)\d{2}年(?:同期)?相?比,[^,。;]{0,10}")
_GROWN = re.compile(
    "(?:持续|稳步|不断|明显|显著|逐年|进一步|大幅|有所)?(?:提升|提高|增长|改善|上升|下降|扩大|增加|向好|优化|增强)$"
)
_AIMED = re.compile("(?:预算|计划|目标|任务|预期|进度)$")
_DIGIT = re.compile(r"\d")


@dataclass(slots=True)
class Draft:
    """A figure on its way to being a claim."""

    figure: Figure
    begin: int
    change: Change | None
    front: Phrase
    back: Phrase
    subject: Phrase
    prenominal: bool = False
    borrowed: bool = False


# 文化墙投入:3.6万元, but not 主要成就包括:
_LABEL = re.compile(r"(?:^|[,。;!?\n\t|、)])[\s—–•●-]*(?P<label>[\u4e00-\u9fffA-Za-z“”]{2,16})$")
_OPENING = re.compile("(?:包括|如下|其中|为|是|有|下列|分别|指标|完成情况|目标|任务|内容|方面)$")


def labelled(text: str, at: int) -> Phrase:
    """What stands before a colon is told of by the figure right behind it."""
    clause = subjects.clause_start(text, at)
    if not text.startswith(":", clause - 1) or not REACHES.fullmatch(text, clause, at):
        return NOTHING
    label = _LABEL.search(text[max(0, clause - 20) : clause - 1])
    if label is None or _OPENING.search(label["label"]):
        return NOTHING
    return subjects.before(text, max(0, clause - 20) + label.start("label"), clause - 1)


def part_of(text: str, end: int) -> bool:
    """95%纠纷在村里化解: the same without 的, at the beginning of a clause."""
    found = phrasing.head().match(text, end) or phrasing.head().match(text, end + 2)
    return bool(found and text[found.end() : found.end() + 1] not in {"", ",", "。", ";", "、"})


# 连续4年排名全省第1, 居中心城区第一: whose place it is stands in front.
_PLACED = re.compile(
    r"(?:排名|排在|[位名]列|(?<![系下行并罗])列(?![入为出])|(?:[位稳跃高]|(?<![人民宜安]))居(?![民家住]))[^,。;]{0,12}$"
)


def placed(text: str, begin: int, end: int) -> int:
    """Where the phrase that a place is of ends."""
    found = _PLACED.search(text[begin:end])
    return begin + found.start() if found else end


# 2.2万户发展养殖业: what they do, where nothing else is named.
_THERE_ARE = re.compile("[,;](?:其中|另|还|已)?有$")
_DOING = re.compile("[\u4e00-\u9fff]{3,12}(?=[,。;、)])")


def inherit(text: str, drafts: list[Draft]) -> None:
    """A figure without a subject has that of its neighbour: the next one if they touch, else the one before."""
    for index in range(len(drafts) - 2, -1, -1):
        draft, following = drafts[index], drafts[index + 1]
        between = text[draft.figure.end : following.figure.start].strip(" 、和")
        open_list = text[draft.figure.start - 1 : draft.figure.start] == "等"
        if following.subject and (not draft.subject or draft.subject.bare or open_list) and not between:
            action = draft.subject.action or following.subject.action
            draft.subject = replace(following.subject, action=action)
    for index, (last, draft) in enumerate(pairwise(drafts)):
        between = text[last.figure.end : draft.figure.start]
        if index and draft.change and _AIMED.search(text, last.subject.start, last.subject.end):
            last = drafts[index - 1]  # 收入1亿元，为预算的102%，增长4%: the income grows, not the budget
        said = text[draft.subject.start : draft.subject.end]
        if (
            said
            and said == draft.subject.action
            and text.endswith(said, last.subject.start, last.subject.end)
            and "。" not in between
        ):
            draft.subject = replace(last.subject, action=said)  # 开展农技培训6次，培训190人次
        if (
            draft.figure.form == "rank"
            and last.prenominal
            and text[last.subject.end : draft.figure.start] == "中"
        ):
            draft.subject = last.front  # 综合考核列全市20个乡镇中第四位
            continue
        if last.figure.unit == draft.figure.unit and last.subject and from_to(text, last, between):
            draft.subject = last.subject
        touching = (
            not between and last.subject and not last.prenominal and not last.subject.bare and not draft.front
        )
        if touching and not phrasing.head().search(text, draft.back.start, draft.back.end):
            draft.subject = last.subject  # 通村公路3条2000米受损
        near = (
            not STOPS.search(between)
            or bool(_OF_PLAN.fullmatch(between) or _BESIDE.fullmatch(between))
            or (between.count("。") == 1 and draft.change)
        )
        others = last.figure.classifier != draft.figure.classifier and _THERE_ARE.search(between)
        if (
            not draft.subject
            and last.subject
            and near
            and not (others and _DOING.match(text, draft.figure.end))
        ):
            draft.subject, draft.borrowed = last.subject, True
    for last, draft in pairwise(drafts):  # 整改户厕45个、公厕59座
        if text[last.figure.end : draft.subject.start] == "、" and not draft.subject.action:
            draft.subject = replace(draft.subject, action=last.subject.action)
    for draft in drafts:
        if not draft.subject:
            begin = draft.figure.start
            draft.subject = _row(text, begin) or _ranked(text, draft) or _reached(text, begin)
        if not draft.subject and draft.figure.unit == "count" and draft.figure.form == "plain":
            doing = _DOING.match(text, draft.figure.end)
            draft.subject = Phrase(*doing.span()) if doing else NOTHING
    for last, draft in pairwise(drafts):
        between = text[last.figure.end : draft.figure.start]
        if not draft.subject and last.subject and between in {",占", ",占比"}:
            draft.subject, draft.borrowed = last.subject, True  # 以汉族为主,达57470人,占99%
        if draft.figure.form == last.figure.form == "share" and (
            between in RATIO or kinds.TURNED.match(between)
        ):
            draft.subject = last.subject


def from_to(text: str, first: Draft, between: str) -> bool:
    """由76公里增加到82公里: whether the next figure is what the first one has become."""
    return bool(kinds.TURNED.match(between) and re.search("[由从]", text[first.begin : first.figure.start]))


def _ranked(text: str, draft: Draft) -> Phrase:
    """全镇综合排名再进一位，位列全县第5名: a place without a subject is that of the clause before."""
    clause = subjects.clause_start(text, draft.figure.start)
    if draft.figure.form != "rank" or clause == 0 or text[clause - 1] != ",":
        return NOTHING
    phrase = subjects.before(text, subjects.clause_start(text, clause - 1), clause - 1)
    return NOTHING if _DIGIT.search(text, phrase.start, phrase.end) else phrase


def _reached(text: str, at: int) -> Phrase:
    """以汉族为主,达57470人: what is reached is of the clause before, where that has no figure."""
    clause = subjects.clause_start(text, at)
    if not REACHES.fullmatch(text, clause, at) or text[clause - 1 : clause] != ",":
        return NOTHING
    begin = subjects.clause_start(text, clause - 1)
    grown = _GROWN.search(text[begin : clause - 1])  # 素养水平稳步提升,2022年达38.2%
    phrase = subjects.before(text, begin, begin + grown.start() if grown else clause - 1)
    return NOTHING if _DIGIT.search(text, phrase.start, phrase.end) else phrase


def _row(text: str, at: int) -> Phrase:
    """In a table, the first cell of the row."""
    line = text.rfind("\n", 0, at) + 1
    tab = text.find("\t", line, at)
    return Phrase(line, tab) if tab > line else NOTHING
