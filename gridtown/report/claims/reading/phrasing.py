"""The word lists of `data/subjects.toml` as patterns: what leads into a name, what is done, where a name ends."""

import re
from functools import cache

from gridtown.report.claims.reading import lexicon
from gridtown.report.claims.reading.lexicon import any_of

_WORDS = lexicon.table("subjects")


@cache
def light() -> re.Pattern[str]:
    """Words that say nothing about what is measured, at the front of a phrase."""
    return re.compile(
        rf"(?:{any_of(_WORDS['light'])}|在(?![册岗校读库建营职编谈售网])|20[xX*×]{{2}}年|[“\"]?十[一二三四]?五[”\"](?:规划|计划)?(?:时期|期间)?的?|[自从]?(?:\d{{1,2}}月)?\d{{1,2}}[日月]起|[到至]?(?:19|20)\d{{2}}年(?:末|底|度|以来)?|[上下]半年|\d{{1,2}}(?:[-—–~至]{{1,2}}\d{{1,2}})?月份?|第?[一二三四]季度|前三季度|[\s、,:“”\")(）（]|要(?=确保|完成|实现|力争|新增|新建|引进|建成|达到|打造|推进|争取)|[于在]?[一二三四五六七八九十\d]{{1,2}}年内|用[一二三四五六七八九十\d]{{1,3}}(?:年|个月|天)(?:时间)?|[一二三四五六七八九十]是|一[支个家所座条名](?![\u4e00-\u9fff]?[级把线体批])|后(?=预计|将|可|新增|累计|共|已)|[(（]?[一二三四五六七八九十\d]{{1,2}}[)）.、])"
    )


@cache
def act() -> re.Pattern[str]:
    """Verbs that say what was done."""
    return re.compile(
        f"(?:{any_of(_WORDS['acts'])})(?![业额率量者员班区站点费款金型类商户器性品局厅委单价人者])(?:了|过)?(?:[和、及与](?=(?:{any_of(_WORDS['acts'])})))?"
    )


@cache
def acts() -> frozenset[str]:
    """The same as words."""
    return frozenset(_WORDS["acts"])


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(f"(?<=[\u4e00-\u9fff])(?:{any_of(_WORDS['acts'])})(?:了|过)?$")


def done(text: str, start: int, end: int) -> bool:
    """镇党委、政府组建了: whether a phrase ends with who did what, and names nothing that was done to."""
    return bool(_ends().search(text[start:end]))


@cache
def things() -> frozenset[str]:
    """Short names that stand by themselves behind a verb: 改造商铺."""
    return frozenset(word for word in _WORDS["heads"] if len(word) == 2) - set(_WORDS["deeds"])


@cache
def strong() -> re.Pattern[str]:
    """What is done, so surely a verb that what stands before it is who does it."""
    return re.compile(
        f"(?:{any_of(_WORDS['strong'])}|(?<!全)覆盖)(?![区率额者单]|人(?!工)|再?就业|增收|脱贫|转移就业)(?:了|过)?"
    )


@cache
def stop() -> re.Pattern[str]:
    """Where the phrase behind a figure ends."""
    within, behind = _WORDS["not_stops"], _WORDS["no_stops_behind"]
    return re.compile(
        "|".join(
            (f"(?<![{behind[word]}])" if word in behind else "")
            + re.escape(word)
            + (f"(?!{any_of(within[word])})" if word in within else "")
            for word in sorted(_WORDS["stops"], key=len, reverse=True)
        )
    )


@cache
def head() -> re.Pattern[str]:
    """Nouns that such a phrase ends with."""
    return re.compile(f"(?:{any_of(_WORDS['heads'])})")
