"""The town's indicators as claims are held against them, and claims with their best guess."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gridtown import town as towns
from gridtown.kernel.indicator import Indicator
from gridtown.report.claims.ledger import phrases
from gridtown.report.claims.ledger.matching import Candidate, Catalogue, Guess
from gridtown.report.claims.reading.reader import read
from gridtown.report.claims.reading.shapes import Claim
from gridtown.report.figures import indicators, official
from gridtown.report.figures.indicators import Named
from gridtown.town import Town

_HEADING = 40
_SURE = 0.7
_APART = 0.05
_Words = Mapping[str, tuple[str, ...]]
_kept: dict[tuple[str, int], tuple[tuple[Named, ...], _Words, Catalogue]] = {}


def of_town(town: Town | None = None) -> Catalogue:
    """Every indicator of the town's lines, with its words; built once."""
    town = town or towns.current()
    named = indicators.listed(town)
    said = phrases.of_town(town, frozenset(one.key for one in named if one.indicator.unit == "percent"))
    kept = _kept.get((town.code, len(named)))
    if kept is None or kept[:2] != (named, said):
        made = Catalogue(_candidate(one, said.get(one.key, ())) for one in named)
        kept = _kept[(town.code, len(named))] = (named, said, made)
    return kept[2]


def _candidate(named: Named, said: tuple[str, ...]) -> Candidate:
    ind, words = named.indicator, named.line.words
    return Candidate(
        named.key, _zh(words, f"indicator.{ind.key}") or ind.question, ind.unit,
        formula=_zh(words, f"formula.{ind.key}"), line=_zh(words, "line"),
        also=(*filter(None, _zh(words, f"also.{ind.key}").split("、")), *said), ratio=ind.count is not None,
        grows=official.level_of(named) or "", own=_own(words, ind),
    )  # fmt: skip


def _own(words: Mapping[str, Mapping[str, str]], ind: Indicator) -> str:
    """The row's name in the question of one of a family: 省级 of 获得多少项省级荣誉."""
    before, named, after = _zh(words, f"family.{ind.family}").partition("{name}")
    return _zh(words, f"indicator.{ind.key}").removeprefix(before).removesuffix(after) if named else ""


def _zh(words: Mapping[str, Mapping[str, str]], key: str) -> str:
    return words.get(key, {}).get("zh", "")


def around(text: str, claim: Claim) -> str:
    """What stands before a claim in its sentence, and the heading above it."""
    line = text.rfind("\n", 0, claim.start) + 1
    before = text[:line].rstrip().rpartition("\n")[2]
    heading = before if len(before) <= _HEADING and not before.endswith("。") else ""
    return f"{heading}，{text[max(line, text.rfind('。', 0, claim.start) + 1) : claim.start]}"


def line_named(text: str, claim: Claim, guesses: Sequence[Guess], town: Town | None = None) -> str | None:
    """The one line among those of the guesses that the claim's paragraph or the heading above it calls by its name."""
    line = text.rfind("\n", 0, claim.start) + 1
    said = f"{around(text, claim)}，{text[line : claim.start]}"
    asked = {guess.key.partition(".")[0] for guess in guesses}
    named = {
        key
        for one in indicators.listed(town or towns.current())
        if (key := one.key.partition(".")[0]) in asked
        and (name := _zh(one.line.words, "line"))
        and name in said
    }
    return named.pop() if len(named) == 1 else None


def guessed(text: str, claims: Sequence[Claim], catalogue: Catalogue) -> list[tuple[Claim, list[Guess]]]:
    """Each claim with the indicators that it may be about.

    A change is about what its level is about; what a paragraph has surely been about speaks for the rest of it.
    """
    told: list[tuple[Claim, list[Guess]]] = []
    line = ""
    for claim in claims:
        last, before = told[-1] if told else (None, [])
        if last and "\n" in text[last.end : claim.start]:
            line = ""
        guesses = catalogue.guesses(claim, around(text, claim), line)
        if claim.change and last and before and _change_of(claim, last):
            guesses = before
        guesses = catalogue.of_change(claim, guesses)
        best = guesses[0] if guesses else None
        if best and best.confidence >= _SURE and _alone(guesses):
            line = best.key.partition(".")[0]
        key, confidence = (best.key, best.confidence) if best else (None, 0.0)
        told.append((replace(claim, indicator=key, confidence=confidence), guesses))
    return told


def _alone(guesses: Sequence[Guess]) -> bool:
    """Whether no other line is as likely, so that the paragraph is about this one."""
    near = [guess for guess in guesses if guess.confidence > guesses[0].confidence - _APART]
    return len({guess.key.partition(".")[0] for guess in near}) == 1


def _change_of(claim: Claim, level: Claim) -> bool:
    return level.subject_start == claim.subject_start and level.comparison_value == claim.value


def read_for(text: str, *, period: str | None = None, town: Town | None = None) -> list[Claim]:
    """The claims of a text with the town's indicators guessed."""
    return [claim for claim, _guesses in guessed(text, read(text, period=period), of_town(town))]
