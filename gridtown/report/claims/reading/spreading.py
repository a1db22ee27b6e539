"""A、B和C分别为x、y和z: each figure with its own subject."""

import re
from collections.abc import Sequence, Set
from itertools import pairwise

from gridtown.report.claims.reading.shapes import Figure
from gridtown.report.claims.reading.subjects import Phrase, before
from gridtown.report.claims.reading.trimming import led

_SPLIT = re.compile(r"、|和|与|以及|及")
_BETWEEN = re.compile(r"[、,和及与以\s]{0,3}(?:增长|下降|上升|减少|增加)?")
_AND = {"和", "、", "与", "及"}
_PAIR, _ATTRIBUTE, _OWN = 2, 2, 5
_SENTENCE = re.compile(r"[。;\n]")
_END = re.compile(
    r"(?:[比较][“\"]?十[一二三四五]?五[”\"]?(?:时期|期间)?末|[比较](?:19|20)\d{2}年|同比|比上年|较上年|比去年|较去年|达到|达|,|:|各|较上年同期|比上年同期|全年)+$"
)


def spread(text: str, figures: Sequence[Figure], known: Sequence[Phrase]) -> dict[int, Phrase]:
    """The subject of each figure, by its number, that stands in such a list; others are left out.

    known: the subjects that the figures have otherwise; those named before the list serve it: A 3家，B 5家，分别增长….
    """
    told: dict[int, Phrase] = {}
    names: list[Phrase] = []
    done = 0
    for match in re.finditer("分别", text):
        run = _run(text, figures, match.end())
        if len(run) < 2:
            continue
        begin = max(
            (m.end() for m in _SENTENCE.finditer(text, max(0, match.start() - 160), match.start())),
            default=max(0, match.start() - 160),
        )
        inside = [figure.end for figure in figures if begin <= figure.end <= match.start()]
        own = _names(text, max([begin, *inside]), match.start(), len(run))
        if own:
            names = own
        else:  # the list before goes on, unless other figures with names of their own stand between
            told_before = [
                known[i]
                for i, figure in enumerate(figures)
                if max(begin, done) <= figure.start < match.start() and known[i]
            ]
            before = [i for i, figure in enumerate(figures) if begin <= figure.start < match.start()][
                -len(run) :
            ]
            listed = all(text[figures[a].end : figures[b].start] in _AND for a, b in pairwise(before))
            whose = {told.get(i, known[i]) for i in before}
            if len(before) == len(run) and listed and len(whose) == 1:
                told |= dict.fromkeys(run, whose.pop())  # 收入达到2万元和1万元、分别增长8%和9%
                continue
            between = list(dict.fromkeys(told_before))
            if len(between) >= len(run) or begin > done or len(names) != len(run):
                names = between[-len(run) :]
                if len(names) == 1:  # 总量和规模均为2.5倍，年均增长分别达…
                    names = _names(text, names[0].start, names[0].end, len(run)) or names
        done = figures[run[-1]].end
        shared = None if own else _shared(text, max([begin, *inside]), match.start())
        if shared:
            told |= dict.fromkeys(run, shared)
        elif len(names) == len(run):
            told |= dict(zip(run, names, strict=True))
    return told


def paired(
    text: str, figures: Sequence[Figure], known: Sequence[Phrase], changed: Set[int]
) -> dict[int, Phrase]:
    """上线率和优良率同比提升7%和13%: two names and two changes, without a 分别 between."""
    told: dict[int, Phrase] = {}
    for index in sorted(changed):
        after = index + 1
        if after == len(figures) or text[figures[index].end : figures[after].start] not in _AND:
            continue
        phrase = known[index]
        if figures[index].unit == figures[after].unit and text[phrase.end : figures[index].start].strip():
            names = _names(text, phrase.start, phrase.end, 2)
            told |= dict(zip((index, after), names, strict=True)) if len(names) == 2 else {}
    return told


def _run(text: str, figures: Sequence[Figure], at: int) -> list[int]:
    """The figures that follow, with nothing but list marks between them."""
    run: list[int] = []
    for index, figure in enumerate(figures):
        if figure.start < at:
            continue
        gap = text[at : figure.start]
        if len(gap) > 14 or re.search("[。;]", gap) or (run and not _BETWEEN.fullmatch(gap)):
            break
        run.append(index)
        at = figure.end
    return run


def _names(text: str, begin: int, end: int, wanted: int) -> list[Phrase]:
    if found := _END.search(text[begin:end]):
        end = begin + found.start()
    while begin < end and text[begin] in ",、 ":
        begin += 1
    comma = max(text.rfind(mark, begin, end) for mark in ",:")
    for start in dict.fromkeys((comma + 1 if comma >= begin else begin, begin)):
        first = led(text, start, end)
        pieces, at = [], first
        for split in _SPLIT.finditer(text, first, end):
            pieces.append(Phrase(at, split.start()))
            at = split.end()
        pieces.append(Phrase(at, end))
        pieces = [piece for piece in pieces if piece]
        if len(pieces) == wanted:
            return _attributed(pieces)
        listed = [p for p in _by_mark(text, first, end) if p]
        if len(listed) == wanted:
            return listed
    return []


def _attributed(pieces: list[Phrase]) -> list[Phrase]:
    """城镇、农村居民收入: what is short beside a long last name is only its attribute, and takes all of it."""
    first, last = pieces[0], pieces[-1]
    short = first.end - first.start
    if len(pieces) == _PAIR and short <= _ATTRIBUTE and last.end - last.start >= 3 * short:
        return [Phrase(first.start, last.end), last]
    return pieces


def _shared(text: str, begin: int, end: int) -> Phrase | None:
    """城乡居民收入分别增长4%、6%: one name for both, where the clause has one of its own."""
    comma = max(text.rfind(mark, begin, end) for mark in ",:;") + 1
    phrase = before(text, max(begin, comma), end)
    return phrase if phrase.end - phrase.start >= _OWN and text[phrase.start] not in "占较比" else None


def _by_mark(text: str, begin: int, end: int) -> list[Phrase]:
    """Parted at 、 alone, and at the last 和 only: 教育和科技、卫生."""
    pieces, at = [], begin
    for split in re.finditer("、", text[begin:end]):
        pieces.append(Phrase(at, begin + split.start()))
        at = begin + split.end()
    last = re.search("和|与|及", text[at:end])
    if last:
        pieces.append(Phrase(at, at + last.start()))
        at += last.end()
    pieces.append(Phrase(at, end))
    return pieces
