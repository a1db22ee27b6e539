"""Which claims may be of less, or of something else, than the indicator that they look like.

信访办结220件，办结率97.8% is of petitions, whatever line has an indicator called 办结率; 联合检查发现隐患30处 is one
inspection's. Where such a claim agrees it is shown; where it does not, it is left open and nothing is called wrong.
"""

import re
from collections.abc import Sequence

from gridtown.report.claims.ledger.matching import Guess
from gridtown.report.claims.reading import lexicon
from gridtown.report.claims.reading.lexicon import any_of
from gridtown.report.claims.reading.shapes import Claim

_WORDS = lexicon.table("matching")
_NARROWED = re.compile(any_of(_WORDS["narrowed"]))
_ALL = re.compile(any_of(_WORDS["all"]))
_BARE = 4
# 办结率 and 满意度 are names that many lines have; 扫码进门 is of one.
_RATE = re.compile("[率度]$")


def doubted(text: str, told: Sequence[tuple[Claim, Sequence[Guess]]]) -> list[bool]:
    """Of each claim, whether it may be of less or of something else than its best guess."""
    return [_other_thing(text, told, n) or _narrowed(text, claim) for n, (claim, _guesses) in enumerate(told)]


def _other_thing(text: str, told: Sequence[tuple[Claim, Sequence[Guess]]], n: int) -> bool:
    """A rate named by its label alone, beside a count that is of no indicator of the same line."""
    claim, guesses = told[n]
    if claim.unit != "ratio" or claim.change or not guesses:
        return False
    if len(claim.subject) > _BARE or not _RATE.search(claim.subject):
        return False
    if guesses[0].surely == "sure":
        return False  # more than the label speaks for it
    line = guesses[0].key.partition(".")[0]
    for other, theirs in reversed(told[:n]):
        between = text[other.end : claim.start]
        if "\n" in between or between.count("。") > 1:
            return False
        if other.unit != "ratio" and not other.change and other.kind != "duration":
            return all(guess.key.partition(".")[0] != line for guess in theirs)
    return False


def _narrowed(text: str, claim: Claim) -> bool:
    """A count of one action or some weeks, in a sentence that does not speak of all."""
    if claim.unit == "ratio":
        return False
    begin = max(text.rfind(mark, 0, claim.start) for mark in "。\n；;") + 1
    said = text[begin : claim.start]
    return bool(_NARROWED.search(said)) and not _ALL.search(said)
