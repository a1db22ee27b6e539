"""Whose a claim is: what is another place's, the county's (全县) or one village's, is not held against the ledger."""

import re

from gridtown.report.claims.reading.shapes import Claim

_LEVELS = "省市县区州旗盟"
_TOWNS = ("镇", "乡", "街道")
_BODY = re.compile(
    rf"代表(?P<who>[\u4e00-\u9fff]{{0,12}}?(?:[{_LEVELS}镇乡]|街道))(?:第[一二三四五六七八九十]{{1,3}}届)?(?:(?:人民)?政府|办事处)"
)
_TITLE = re.compile(
    rf"(?P<who>[\u4e00-\u9fff]{{2,12}}?(?:[{_LEVELS}镇乡]|街道))(?:人民政府|办事处)?(?:党工?委)?"
    r"(?:\d{4}年|\d{4}-|政府工作|工作(?:报告|总结)|国民经济|[\u4e00-\u9fff]{2,10}工作$)"
)
# 东溪村受理信访12件, 我村: a part of the town, whose own figures the ledger is not asked for.
_VILLAGE = (
    r"(?:[我本全该](?:村|社区)|(?<![^，,。；;：:、\n])(?!各|每|全|行政|自然|所有|部分)[\u4e00-\u9fff]{2,4}?(?:村|社区))"
    r"(?![级民庄集干党两委组务落口史医改容居矫工])"
)
_WHOLE = re.compile(
    rf"(?P<above>全[国{_LEVELS}]|[我本][{_LEVELS}](?!域)|{_VILLAGE})|(?P<own>全镇|全乡|全街道|[我本](?:镇|乡|街道)|镇域|街域|辖区)"
)
_BESIDE = re.compile(
    r"(?:[居列占位在为是于超比较获评入与和向由按对据从选]|[高低快慢多少]于|率先|纳入|荣获|全面|根据|落实|高出)$"
)
# Whose a subject is by its first letters; 常住城镇居民 and 返乡人员 are nobody's.
_OWNER = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{2,3}(?:(?<![城集乡小村建重强古名特各全我本该个])镇|(?<![城家还返下进入老故异各全我本该个])乡"
    r"|(?<![各全我本该个])街道))(?![镇村乡企级居])(?=[\u4e00-\u9fff])"
)
_NAMELESS = re.compile(r"[xX某*各我本该全]")
_TITLES, _SHORT, _OPENING = 6, 48, 1500


def elsewhere(text: str, town: str) -> bool:
    """Whether a whole text is another place's report, as its title or first words say; town: one's own name."""
    if town in text:
        return False
    said = [match["who"] for match in _BODY.finditer(text[:_OPENING])]
    for line in text.split("\n")[:_TITLES]:
        if len(line) <= _SHORT and (found := _TITLE.search(line.replace(" ", ""))):
            said.append(found["who"])
    return any(_other(who, town) for who in said)


def _other(who: str, town: str) -> bool:
    kind = next((kind for kind in _TOWNS if who.endswith(kind)), "")
    if not kind:
        return True
    name = who.removesuffix(kind)
    return not town.endswith(kind) or (len(name) > 1 and not _NAMELESS.search(name))


def named(claim: Claim, town: str) -> bool:
    """Whether the subject begins with another town's name: 青溪乡财政总收入."""
    found = _OWNER.match(claim.subject)
    who = found["who"] if found else ""
    return bool(who) and who not in town and town not in who and _other(who, town)


def above(text: str, claim: Claim) -> bool:
    """Whether the sentence speaks of the county or of a village before the figure, and not of the town since."""
    begin = max(text.rfind(mark, 0, claim.start) for mark in "。；;\n") + 1
    last = None
    for match in _WHOLE.finditer(text, begin, claim.start):
        if match["own"] or not _BESIDE.search(text, max(begin, match.start() - 3), match.start()):
            last = match
    return bool(last and last["above"] and "平均" not in text[last.end() : last.end() + 3])
