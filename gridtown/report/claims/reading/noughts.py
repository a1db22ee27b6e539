"""A nought without a counting word: 零事故, 0再访, “零”上访, 火灾死亡人数为零. The words are in `data/nought.toml`."""

import re
from collections.abc import Iterator

from gridtown.report.claims.reading import lexicon
from gridtown.report.claims.reading.lexicon import any_of
from gridtown.report.claims.reading.shapes import Figure

_WORDS = lexicon.table("nought")
_NONE = r"(?<![\d.:零一二三四五六七八九十百千万亿])(?P<number>零|0)(?![\d.])"
_EVENTS = any_of(_WORDS["events"])
_EVENT = re.compile(rf"[”\"]?(?P<event>{_EVENTS})")
_NO_EVENT = re.compile(
    rf"[“\"]?{_NONE}[”\"]?(?:(?P<event>{_EVENTS})|{any_of(_WORDS['of_before'])})[”\"]?"
    rf"(?!(?:的)?(?:{any_of(_WORDS['names'])}))"
)
_IS = re.compile(rf"(?<=[数量率起件人次例额])(?:均|都|全部)?(?:为|是|降至|降到|降为){_NONE}(?=[,。;、)\n]|$)")
_QUOTE = re.compile("“[^“”\n]*”")
_ONE = rf"[^“”]{{0,8}}?(?:零|0)(?:{_EVENTS})"
_ONLY = re.compile(f"“(?:[零0]|{_ONE}(?:[、,和]?{_ONE})*)”")
_REACHED = re.compile(rf"(?:{any_of(_WORDS['reached'])})[^。;\n]*$")
_NEAR = 40


def found(text: str) -> Iterator[Figure]:
    """Such noughts of a folded text."""
    for match in _NO_EVENT.finditer(text):
        yield _figure(match, "nought" if match["event"] else "bare")
    for match in _IS.finditer(text):
        yield _figure(match, "bare")


def _figure(match: re.Match[str], form: str) -> Figure:
    start, end = match.span("number")
    unit = "ratio" if match.string[match.start() - 1] == "率" and form == "bare" else "count"
    return Figure(start, end, start, 0.0, None, 1.0, unit, "", "exact", "", form)


def event(text: str, figure: Figure) -> tuple[int, int]:
    """Where what there was none of stands."""
    match = _EVENT.match(text, figure.end)
    return match.span("event") if match else (figure.end, figure.end)


def told(text: str, figure: Figure) -> bool:
    """Whether a quoted nought tells what was reached: 实现“零事故、零伤亡”, but not “零上访”工作法."""
    near = _QUOTE.finditer(text, max(0, figure.start - _NEAR), figure.end + _NEAR)
    quote = next((one for one in near if one.start() <= figure.start < one.end()), None)
    if quote is None or not _ONLY.fullmatch(quote[0]):
        return False
    alone = quote.end() - quote.start() == len("“零”")
    return alone or bool(_REACHED.search(text, max(0, quote.start() - _NEAR), quote.start()))
