"""Numbers with their units, found in folded text: 1.6万亩, 30多万方, 近百家, 三成半, 百分之三, 第3位."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from gridtown.report.claims.reading import hundredths, lexicon, noughts, numerals, unitless
from gridtown.report.claims.reading.folding import GAP
from gridtown.report.claims.reading.lexicon import Unit, any_of, units
from gridtown.report.claims.reading.numerals import ARABIC, CHINESE, SCALES, NoNumeral
from gridtown.report.claims.reading.shapes import Figure, Qualifier

# Classifiers that follow a small Chinese number (两项, 三家) without being part of a name.
_SPOKEN = frozenset("个家人名位户场次件起宗处项条台套辆座幢栋所间例份批部册艘架只头株棵支亩元米吨村成")
_SMALL = 10
_PER = r"(?:/(?:人|户|亩|年|月|日|天|平方米|平方公里|公里|小时|吨|㎡|m²|公顷|村|家|万元|千人|万人)){1,2}"
_LOOSE = "[数几上]"
# 签约3个, 商超5家, 侦破9起, 附近2处, 突破12项技术: what looks like a qualifier ends or begins another word.
_NO_BOUND = (
    r"(?!(?<=[签预节制条契公违解履])约|(?<=[侦打爆攻突])破|(?<=商)超|(?<=[附邻临靠亲就最])近"
    r"|突破\d+[项个][\u4e00-\u9fff“”]{0,8}(?:技术|难题|瓶颈))"
)


# 1.5万亩内陆养殖, 3公里内河: 内 begins a word.
_NO_LIMIT = r"(?!(?<=内)[陆部涝外河科容蒙饰环生贸需镜墙湖海港资街循])"


@cache
def _pattern() -> re.Pattern[str]:
    before = _NO_BOUND + f"(?:{any_of(lexicon.qualifiers('before'))})"
    within = any_of(lexicon.qualifiers("within"))
    after = any_of(lexicon.qualifiers("after"))
    scales = any_of(SCALES)
    unit = "|".join(re.escape(word) + _apart(word) for word in sorted(units(), key=len, reverse=True))
    number = f"(?:(?<![\\d.A-Za-z])|(?<=GDP))(?:-(?=\\d))?(?:{ARABIC})|{_LOOSE}?{CHINESE}|十几|几十"
    return re.compile(
        rf"(?P<before>(?:{before})了?)?{GAP}"
        rf"(?P<number>{number}){GAP}"
        rf"(?:(?P<unit1>{unit})?{GAP}[-–—~至到]{GAP}(?P<to>(?:{ARABIC})|{CHINESE}){GAP})?"
        rf"(?P<some>{within})?(?P<scale>{scales})?(?P<more>{within})?{GAP}"
        rf"(?P<unit>{unit})(?P<per>{_PER})?"
        rf"(?P<tail>[多余](?![个种元样功媒层肉彩\d]))?{GAP}(?P<after>(?:{after}){_NO_LIMIT})?"
    )


def _apart(word: str) -> str:
    """What may not follow a unit for it to be one."""
    table = lexicon.table("units")
    letters, unless = table["not_before"].get(word), table["unless"].get(word)
    return f"(?![{letters}]{f'(?!{unless})' if unless else ''})" if letters else ""


_PARTS = re.compile(
    rf"(?P<before>{any_of(lexicon.qualifiers('before'))})?(?:(?P<of>[百千万二三四五六七八九十])分之(?P<part>{CHINESE}|{ARABIC})"
    r"|(?<!第)(?P<tenths>[一二两三四五六七八九])成(?P<half>半|[一二三四五六七八九])?(?![立为功就长果型员本都熟绩效品人交分])"
    r"|(?<![一下上前后])(?P<halved>一半)|翻(?:了)?(?P<doubled>[一两二三])番|(?<=[长加高大升增了])(?P<once>一倍))"
    rf"(?P<after>{any_of(lexicon.qualifiers('after'))}|多)?"
)
_WHOLES = {"百": 100, "千": 1000, "万": 10000}
_RANKED = re.compile(
    rf"(?:(?<=[居列排占据位名])|(?<=[国省市区县街镇乡首][内域区街])|(?<=全[国省市区县镇])|(?<=镇街)|(?<=[至到升])|(?<=并列)|(?<=[”》])(?=前\d))"
    rf"{GAP}(?P<head>首位|榜首|第一方阵|(?P<top>前)(?P<few>\d{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:位|名|强)?(?![\u4e00-\u9fff]{{0,1}}[个季月年期])|"
    rf"第{GAP}(?P<place>\d{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:位|名)?(?![批届期次轮个章节条款季产代线人阶步类医中小]))"
    rf"|第(?P<named>\d{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:位|名)(?!代表|书记)"
    rf"|(?<=[市县区州镇乡国省]){GAP}(?P<lead>首位|榜首)|(?:(?<=榜单)|(?<=行榜)|(?<=排名)|(?<=位列)|(?<=位居)){GAP}(?P<listed>\d{{1,4}})(?:位|名)"
    rf"|(?<=[居列])[\u4e00-\u9fff]{{2,8}}?(?:(?P<afar>首位|榜首)|(?P<far>第(?P<at>\d{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:位|名)?(?=[,。;、)]|$)))"
    rf"|(?<=[核绩评速])第(?P<judged>\d{{1,3}}|[一二三四五六七八九十]{{1,3}})(?=[,。;、)]|的位次|的(?:好|优异|优秀)?成绩|$)"
    rf"|(?<=第[一二三四五六七八九十][、和])第(?P<next>[一二三四五六七八九十])(?=[,。;、)]|的位次|的(?:好|优异|优秀)?成绩|$)"
    rf"|(?<=[市县区州镇乡国省]){GAP}第(?P<last>\d{{1,3}}|[一二三四五六七八九十]{{1,3}})(?=[,。;、和)]|的位次|的(?:好|优异|优秀)?成绩|$)"
)
_FIRSTS = re.compile(
    r"(?:全球|全国|国内|世界|亚洲|华东|长三角|全省|省内|全市|市内|全县|县内|全区|区内|全镇|全州|全域|全系统|[\u4e00-\u9fff]{2}[省市县区]|(?<=成为)[\u4e00-\u9fff]{2,3})(?:的)?"
    r"(?P<head>(?:首|第一|第(?P<place>[二三四五六七八九十\d]+))(?:个|家|例|座|条|所|支|台|项|艘|栋|幢|只|单|宗|张|趟|款|套|片|架|口|间|处)(?!次|位|批))"
)


def found(text: str) -> Iterator[Figure]:
    """Every figure of a folded text, from left to right, none over another."""
    taken: list[Figure] = []
    held = bytearray(len(text))
    for reading in (
        _firsts(text),
        _ranks(text),
        _parts(text),
        noughts.found(text),
        hundredths.points(text),
        _plain(text),
        unitless.found(text),
        hundredths.found(text),
    ):
        for figure in reading:
            if not any(held[figure.start : figure.end]):
                held[figure.start : figure.end] = b"\1" * (figure.end - figure.start)
                taken.append(figure)
    return iter(sorted(taken, key=lambda figure: figure.start))


def _plain(text: str) -> Iterator[Figure]:
    pattern, at = _pattern(), 0
    while match := pattern.search(text, at):
        figure = _read(match, text)
        at = match.end() if figure else max(match.start("number") + 1, match.start() + 1)
        if figure:
            yield figure


def _read(match: re.Match[str], text: str) -> Figure | None:
    said = match["number"]
    negative = said.startswith("-")
    said = said.lstrip("-")
    loose = said[0] if said[0] in "数几上" else ""
    few = "几" if said in {"十几", "几十"} else ""
    unit = units()[match["unit"]]
    first = units()[match["unit1"]] if match["unit1"] else unit
    scale = SCALES[match["scale"]] if match["scale"] else 1
    try:
        value = Decimal(10) if few else numerals.parse(said.removeprefix(loose) if loose else said)
        upper = numerals.parse(match["to"]) if match["to"] else None
    except NoNumeral:
        return _run(match, unit)
    if upper is not None and (upper <= value or first.base != unit.base):
        return None
    chinese = not said[0].isdigit()
    small = chinese and not loose and not few and value * scale < _SMALL
    if chinese and _no_figure(match, unit, said, small):
        return None
    if loose and len(said) == 1:
        return None
    qualifier, word = _qualified(match, loose or few)
    if upper is not None and qualifier == "exact":
        qualifier, word = "approx", "至"
    sign = -1 if negative else 1
    by = Decimal(str(unit.by)) * scale * sign
    start, end = _place(match)
    base, classifier = unit.base, unit.word if unit.countable else ""
    return Figure(
        start, end, match.start("number"), float(value * by), float(upper * by) if upper is not None else None,
        abs(float(numerals.step(said.removeprefix(loose), 1) * by)) if not few else 10.0,
        base, classifier + (match["per"] or "") or _shade(unit), qualifier, word, chinese=chinese, small=small,
    )  # fmt: skip


def _run(match: re.Match[str], unit: Unit) -> Figure | None:
    """三四家: three or four."""
    said = match["number"]
    pair = [numerals.DIGITS.get(letter) for letter in said]
    if len(pair) != 2 or None in pair or pair[1] != (pair[0] or 0) + 1 or not unit.countable:
        return None
    start, end = _place(match)
    low, high = float(pair[0] or 0), float(pair[1] or 0)
    return Figure(
        start, end, start, low, high, 1.0, unit.base, unit.word, "approx", said, chinese=True, small=True
    )


def _no_figure(match: re.Match[str], unit: Unit, said: str, small: bool) -> bool:
    """Whether a Chinese numeral stands here in a word rather than before what is counted."""
    if unit.word[0] not in _SPOKEN and len(unit.word) == 1 and unit.countable:
        return True
    if said == "一" and unit.base not in {"year", "month", "day", "week"}:
        return not _ONE.search(match.string, max(0, match.start() - 4), match.end() + 1)
    if small and len(said) > 1:
        return True
    lone = set(said) <= set("百千万亿")
    alone = match["after"] and match.string[match.end() : match.end() + 1] in ",。;、)\n"  # 亩均收入万元以上
    return lone and not (match["before"] or match["some"] or match["more"] or alone)


# 公共厕所一座,: one of what is named in front, at the end of a clause.
_ONE = re.compile(
    r"(?<![一])[\u4e00-\u9fff”](?<![第每这那某另唯同任首逐有是了的为成之中其再又各也都仅只不这上下前后出走]"
    r")一(?:个|座|处|条|支|所|家|台|辆|套|间|幢|栋|口|项|名|起|场|部|块|份|期|宗|艘|眼|道|盏|例)[,。;、)(]"
)


def _shade(unit: Unit) -> str:
    return {
        "个百分点": "百分点",
        "百分点": "百分点",
        "倍": "倍",
        "岁": "岁",
        "个工作日": "工作日",
        "工作日": "工作日",
    }.get(unit.word, "")


def _place(match: re.Match[str]) -> tuple[int, int]:
    start = match.start("before") if match["before"] else match.start("number")
    last = next(name for name in ("after", "tail", "per", "unit") if match[name])
    return start, match.end(last)


def _qualified(match: re.Match[str], loose: str) -> tuple[Qualifier, str]:
    """The qualifier with its word; a bound says more than an approximation."""
    said: list[tuple[Qualifier, str]] = []
    for name in ("before", "after"):
        if match[name]:
            word = match[name]
            known = lexicon.qualifiers(name)
            said.append((known.get(word) or known[word.removesuffix("了")], word))  # type: ignore[arg-type]
    for name in ("some", "more", "tail"):
        if match[name]:
            said.append(("approx", match[name]))
    if loose:
        said.append(("at_least" if loose == "上" else "approx", loose))
    bounds = [one for one in said if one[0] != "approx"]
    return (bounds or said or [("exact", "")])[0]


def _parts(text: str) -> Iterator[Figure]:
    for match in _PARTS.finditer(text):
        form = "part"
        try:
            if match["of"]:
                whole = (
                    numerals.parse(match["of"])
                    if match["of"] not in "百千万"
                    else Decimal(_WHOLES[match["of"]])
                )
                value, step = numerals.parse(match["part"]) / whole, 1 / whole
            elif match["tenths"]:
                value, step = numerals.parse(match["tenths"]) / 10, Decimal("0.1")
                if match["half"]:
                    value += Decimal("0.05") if match["half"] == "半" else numerals.parse(match["half"]) / 100
                    step = Decimal("0.05")
            elif match["once"]:
                value, step = Decimal(1), Decimal("0.1")
            elif match["halved"]:
                value, step = Decimal("0.5"), Decimal("0.1")
            else:
                value, step, form = 2 ** numerals.parse(match["doubled"]) - 1, Decimal("0.1"), "fold"
        except NoNumeral:
            continue
        before, after = match["before"], match["after"]
        qualifier: Qualifier = "exact"
        if before:
            qualifier = lexicon.qualifiers("before")[before]  # type: ignore[assignment]
        elif after:
            qualifier = lexicon.qualifiers("after").get(after, "approx")  # type: ignore[assignment]
        start, end = match.span()
        word = before or after or ""
        yield Figure(
            start,
            end,
            start,
            float(value),
            None,
            float(step),
            "ratio",
            "",
            qualifier,
            word,
            form,
            chinese=True,
        )


def _ranks(text: str) -> Iterator[Figure]:
    for match in _RANKED.finditer(text):
        if match["head"] == "第一方阵":
            continue
        number = (
            match["place"]
            or match["few"]
            or match["named"]
            or match["last"]
            or match["next"]
            or match["listed"]
            or match["judged"]
            or match["at"]
        )
        try:
            value = float(numerals.parse(number)) if number else 1.0
        except NoNumeral:
            continue
        start = match.start(next((name for name in ("head", "afar", "far") if match[name]), 0))
        qualifier: Qualifier = "below" if match["top"] else "exact"
        yield Figure(
            start, match.end(), start, value, None, 1.0, "rank", "", qualifier, match["top"] or "", "rank"
        )


def _firsts(text: str) -> Iterator[Figure]:
    for match in _FIRSTS.finditer(text):
        try:
            value = float(numerals.parse(match["place"])) if match["place"] else 1.0
        except NoNumeral:
            continue
        start, end = match.span("head")
        yield Figure(start, end, start, value, None, 1.0, "count", match["head"][-1], "exact", "", "ordinal")
