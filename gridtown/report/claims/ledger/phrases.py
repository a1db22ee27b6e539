"""What the town's own reports call a share: the words that stand before its figure in a template.

当场改掉的占{% figure patrol.cleared_on_the_spot %} says that 当场改掉 is a name of that indicator here, though it
has few words in common with the question 发现的问题中，当场处置多少. Shares alone: what is counted goes by words that
others use too.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from gridtown.report.claims.reading.reader import read
from gridtown.report.prose import annual, template
from gridtown.report.prose.tags import FigureNode
from gridtown.report.prose.template import At, BadTemplate, Choice, Pieces
from gridtown.town import Town

_LANGUAGE = "zh"
_SHARE, _OTHER = "37.4%", "374"
_LEAST = 4


def of_town(town: Town, shares: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Of each indicator that is a share, the phrases of the town's reports that name it."""
    told: dict[str, set[str]] = defaultdict(set)
    for year in annual.years(town):
        source = template.source(town.folder, year, _LANGUAGE)
        for key, phrase in _phrases(source.name, source.text, shares):
            told[phrase].add(key)
    names: dict[str, list[str]] = defaultdict(list)
    for phrase, keys in sorted(told.items()):
        lines = {key.partition(".")[0] for key in keys}
        if len(lines) == len(keys):  # of two of one line it would tell neither
            for key in keys:
                names[key].append(phrase)
    return {key: tuple(phrases) for key, phrases in names.items()}


@lru_cache(maxsize=16)
def _phrases(name: str, text: str, shares: frozenset[str]) -> tuple[tuple[str, str], ...]:
    try:
        pieces = template.parsed(name, text)
    except BadTemplate:
        return ()  # its own page says what is wrong with it
    said, figures, at = [], {}, 0
    for piece, key in _told(pieces, shares):
        if key:
            figures[at] = key
        said.append(piece)
        at += len(piece)
    return tuple(
        (figures[claim.start], claim.subject)
        for claim in read("".join(said))
        if claim.start in figures and not claim.borrowed and len(claim.subject) >= _LEAST
    )


def _told(pieces: Pieces, shares: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The text with a number at each figure, and which share it is, if it is one."""
    for piece in pieces:
        match piece:
            case str():
                yield piece, ""
            case Choice():
                for _condition, inner in piece.branches:
                    yield from _told(inner, shares)
            case At(node=FigureNode() as figure):
                asked = figure.asked
                plain = asked.part == "value" and not asked.year and not asked.change and asked.key in shares
                yield (_SHARE, asked.key) if plain else (_OTHER, "")
            case _:
                yield "\n", ""
