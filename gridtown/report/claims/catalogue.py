"""The town's indicators as claims are held against them, and claims with their best guess."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gridtown import town as towns
from gridtown.report import indicators
from gridtown.report.claims.matching import Candidate, Catalogue, Guess
from gridtown.report.claims.reader import read
from gridtown.report.claims.shapes import Claim
from gridtown.report.indicators import Named
from gridtown.town import Town

_MARKS = "。\n;；"
_kept: dict[tuple[str, int], tuple[tuple[Named, ...], Catalogue]] = {}


def of_town(town: Town | None = None) -> Catalogue:
    """Every indicator of the town's lines, with its words; built once."""
    town = town or towns.current()
    named = indicators.listed(town)
    kept = _kept.get((town.code, len(named)))
    if kept is None or kept[0] != named:
        kept = _kept[(town.code, len(named))] = (named, Catalogue(_candidate(one) for one in named))
    return kept[1]


def _candidate(named: Named) -> Candidate:
    ind, words = named.indicator, named.line.words
    return Candidate(
        named.key, _zh(words, f"indicator.{ind.key}") or ind.question, ind.unit,
        formula=_zh(words, f"formula.{ind.key}"), line=_zh(words, "line"),
        also=tuple(filter(None, _zh(words, f"also.{ind.key}").split("、"))), ratio=ind.count is not None,
    )  # fmt: skip


def _zh(words: Mapping[str, Mapping[str, str]], key: str) -> str:
    return words.get(key, {}).get("zh", "")


def around(text: str, claim: Claim) -> str:
    """What stands before a claim in its sentence."""
    return text[max(text.rfind(mark, 0, claim.start) for mark in _MARKS) + 1 : claim.start]


def guessed(text: str, claims: Sequence[Claim], catalogue: Catalogue) -> list[tuple[Claim, list[Guess]]]:
    """Each claim with the indicators that it may be about; a change is about what its level is about."""
    told: list[tuple[Claim, list[Guess]]] = []
    for claim in claims:
        guesses = catalogue.guesses(claim, around(text, claim))
        last = told[-1] if told else None
        if (
            claim.change
            and last
            and last[1]
            and last[0].subject_start == claim.subject_start
            and last[0].comparison_value == claim.value
        ):
            guesses = last[1]
        best = guesses[0] if guesses else None
        told.append(
            (
                replace(
                    claim, indicator=best.key if best else None, confidence=best.confidence if best else 0.0
                ),
                guesses,
            )
        )
    return told


def read_for(text: str, *, period: str | None = None, town: Town | None = None) -> list[Claim]:
    """The claims of a text with the town's indicators guessed."""
    return [claim for claim, _guesses in guessed(text, read(text, period=period), of_town(town))]
