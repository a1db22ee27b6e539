"""Which indicator a claim is about, by the words they share: explainable, and none rather than a wild guess.

The claim's phrase (its subject, its verb, a little of what stands around) is held against each indicator's name
as pairs of characters, rare pairs weighing more; a label in brackets, （办结率）, that the claim names decides.
Unit and kind must fit before words are looked at.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from gridtown.report.claims.ledger import measures
from gridtown.report.claims.reading import lexicon
from gridtown.report.claims.reading.lexicon import any_of
from gridtown.report.claims.reading.shapes import Claim

Part = Literal["value", "count", "of"]
_SHORT = 3
_HOW_MANY = re.compile("多少([件处起次家户场个])")
_LABEL = re.compile(r"[（(]([^（）()]+)[)）]")
_CLAUSES = re.compile(r"[，,。；;、！？!?：:\s“”（）()《》]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An indicator as far as its words go. unit: percent, count, hours, days, number, or a base unit such as yuan.

    grows: of a published rate of growth, the key of the level that it is the growth of.
    own: of one of a family, what tells it from the others; a claim is about it only where it says some of that.
    """

    key: str
    name: str
    unit: str
    formula: str = ""
    line: str = ""
    also: tuple[str, ...] = ()
    ratio: bool = False
    grows: str = ""
    own: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """An indicator that a claim may be about: `shared` are words that speak for it, `part` is which part of a ratio.

    whole: its name has all the words that the claim says.
    """

    key: str
    part: Part
    confidence: float
    shared: tuple[str, ...]
    whole: bool = False

    @property
    def surely(self) -> Literal["sure", "likely", "perhaps"]:
        """The confidence as a word."""
        bounds = _table()["confidence"]
        return (
            "sure"
            if self.confidence >= bounds["sure"]
            else "likely"
            if self.confidence >= bounds["likely"]
            else "perhaps"
        )


@cache
def _table() -> Mapping[str, Mapping[str, float]]:
    return lexicon.table("matching")


@cache
def _same() -> tuple[re.Pattern[str], Mapping[str, str]]:
    first = {word: group[0] for group in lexicon.table("matching")["same"] for word in group}
    return re.compile(any_of(first)), first


@cache
def _noise() -> re.Pattern[str]:
    return re.compile(any_of(lexicon.table("matching")["noise"]))


def _terms(text: str) -> Counter[str]:
    """The pairs of characters of each clause, words of one meaning made one, noise taken out."""
    pattern, first = _same()
    told: Counter[str] = Counter()
    for clause in _CLAUSES.split(text):
        even = pattern.sub(lambda match: first[match[0]], clause)
        for piece in _noise().split(even):
            told.update(piece[at : at + 2] for at in range(len(piece) - 1))
    return told


def _verbs(text: str) -> frozenset[str]:
    """The verbs of the table that a text says, words of one meaning made one."""
    pattern, first = _same()
    even = pattern.sub(lambda match: first[match[0]], text)
    return frozenset(verb for verb in lexicon.table("matching")["verbs"] if verb in even)


class Catalogue:
    """The indicators that claims are held against."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        every = tuple(candidates)
        self._candidates = tuple(one for one in every if not one.grows)
        self._growth = {one.grows: one.key for one in every if one.grows}
        weights = _table()["weights"]
        self._known = [
            _Known(
                candidate,
                _terms(_LABEL.sub("", candidate.name)),
                _terms(candidate.formula),
                _terms(candidate.line),
                self._labels(candidate),
                _verbs(candidate.name),
                frozenset(_terms(candidate.own)),
            )
            for candidate in self._candidates
        ]
        self._formula = weights["formula"]
        seen: Counter[str] = Counter()
        for known in self._known:
            seen.update(set(known.name) | set(known.formula) | set(known.line))
        total = max(1, len(self._known))
        self._rare = {term: math.log(1 + total / count) for term, count in seen.items()}
        self._unseen = math.log(1 + total) * weights["unseen"]

    def of_change(self, claim: Claim, guesses: list[Guess]) -> list[Guess]:
        """The guesses of a claim's level, each replaced by its published growth where the claim is a rate of change."""
        if not claim.change or claim.unit != "ratio" or claim.classifier == "百分点":
            return guesses
        return [replace(guess, key=self._growth.get(guess.key, guess.key)) for guess in guesses]

    @staticmethod
    def _labels(candidate: Candidate) -> tuple[str, ...]:
        return (*_LABEL.findall(candidate.name), *candidate.also)

    def guesses(self, claim: Claim, around: str = "", line: str = "", most: int = 3) -> list[Guess]:
        """The best matches, best first; none below the threshold.

        around: what stands before it in its sentence. line: the one that its paragraph has been about.
        """
        weights, bound = _table()["weights"], _table()["confidence"]["guess"]
        subject = claim.subject.removeprefix(claim.action)
        asked: dict[str, float] = {}
        for text, weight in (
            (around, weights["context"]),
            (claim.action, weights["action"]),
            (subject, weights["subject"]),
        ):
            for term in _terms(text):
                asked[term] = max(asked.get(term, 0.0), weight)
        own = set(_terms(claim.action)) | set(_terms(subject))
        verbs = _verbs(claim.action) or _verbs(claim.subject)
        found = []
        for known in self._known:
            part = _fits(claim, known.candidate)
            guess = self._guess(claim, known, part, asked, own, verbs) if part else None
            if guess and line:
                by = weights["same_line" if known.candidate.key.startswith(f"{line}.") else "other_line"]
                guess = replace(guess, confidence=min(0.99, guess.confidence * by))
            if guess and guess.confidence >= bound:
                found.append(guess)
        return sorted(found, key=lambda guess: -guess.confidence)[:most]

    def _guess(
        self,
        claim: Claim,
        known: "_Known",
        part: Part,
        asked: Mapping[str, float],
        own: set[str],
        verbs: frozenset[str],
    ) -> Guess | None:
        weights, subject = _table()["weights"], claim.subject
        shared = [term for term in asked if term in known.name]
        again = claim.borrowed and claim.unit == "ratio" and not claim.change  # 到场的占79%，通过的占75%
        said = next((label for label in known.labels if not again and _says(subject, label)), None)
        if said is None and not any(term in own for term in shared):
            return None
        if known.own and not any(term in asked for term in known.own):
            return None

        def speaks(term: str) -> float:
            if term in known.name:
                return 1.0
            return weights["line"] if term in known.line else self._formula if term in known.formula else 0.0

        def weigh(term: str) -> float:
            return self._rare.get(term, self._unseen)

        mine = sum(weigh(term) * asked[term] for term in own)
        both = sum(weigh(term) * asked[term] * speaks(term) for term in own)
        theirs = sum(weigh(term) for term in known.name)
        held = sum(weigh(term) * asked[term] for term in shared)
        score = (both / mine) ** 0.6 * (held / theirs) ** 0.4 if both and held else 0.0
        if said:
            around = sum(asked[term] * weigh(term) for term in asked if term not in own and speaks(term))
            score = max(score, 0.75) + min(0.2, 0.05 * around)
            shared = [said, *shared]
            if any(not speaks(term) for term in _terms(_before_label(subject, said))):
                score *= weights["narrower"]  # 燃气隐患整改率 is not the rate of all that was found
        score *= _of_another(subject, known.candidate.name)
        if claim.unit == "yuan" and not said and len(subject) <= _SHORT and len(own) < len(known.name):
            score *= weights["lone_word"]
        if verbs and known.verbs and not verbs & known.verbs:
            score *= weights["other_verb"]
        owed = str(lexicon.table("matching")["owed"])
        due = known.candidate.unit == "count" and known.candidate.name.startswith(owed)
        if due and owed not in claim.action + subject:
            score *= weights["other_verb"]  # 巡河96次 is no 应巡河多少次
        if not said and set(shared) <= verbs < own:
            score *= weights["verb_alone"]
        if own <= verbs:
            score *= weights["bare"]
        open_named = str(lexicon.table("matching")["uncounted"]) in known.candidate.name
        if claim.unit != "count" or open_named:
            pass
        elif _people(claim.classifier) != _people_named(known.candidate.name):
            score *= weights["other_counted"]
        elif _counted_otherwise(claim.classifier, known.candidate.name):
            score *= weights["counted"]
        if part == "count" and claim.borrowed:
            score *= weights["borrowed"]
        if part != "value":
            score *= weights["part"]
        return (
            Guess(
                known.candidate.key,
                part,
                min(0.99, score),
                tuple(dict.fromkeys(shared))[:6],
                whole=bool(own) and all(term in known.name for term in own),
            )
            if score
            else None
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """A candidate with the words that speak for it."""

    candidate: Candidate
    name: Counter[str]
    formula: Counter[str]
    line: Counter[str]
    labels: tuple[str, ...]
    verbs: frozenset[str]
    own: frozenset[str]


def _of_another(subject: str, name: str) -> float:
    """How much less likely an indicator of another trade (农业 beside 工业) or scope (限上 beside all) is."""
    weights = _table()["weights"]
    factor = 1.0
    for table, weight in (("sectors", weights["other_sector"]), ("scopes", weights["other_scope"])):
        mine, theirs = _among(table, subject), _among(table, name)
        if mine - theirs and (table == "scopes" or theirs):
            factor *= weight
        elif table == "scopes" and theirs - mine:
            factor *= weights["wider_scope"]
    return factor


def _among(table: str, said: str) -> set[str]:
    """Which of the table's lines a name says, by their first words."""
    return {group[0] for group in lexicon.table("matching")[table] if any(word in said for word in group)}


def _people(classifier: str) -> bool:
    return classifier in lexicon.table("matching")["people"]


def _people_named(name: str) -> bool:
    return any(f"多少{word}" in name for word in lexicon.table("matching")["people"])


def _counted_otherwise(classifier: str, name: str) -> bool:
    """Whether an indicator counts with another word: 多少处 beside 152件."""
    found = _HOW_MANY.search(name)
    return bool(found and found[1] != classifier)


def _says(subject: str, label: str) -> bool:
    pattern, first = _same()
    even = pattern.sub(lambda match: first[match[0]], subject)
    return label in (subject, even) or (len(label) > 2 and subject.endswith(label))


def _before_label(subject: str, label: str) -> str:
    """What a subject says in front of a label that it ends with."""
    pattern, first = _same()
    even = pattern.sub(lambda match: first[match[0]], subject)
    return next((one.removesuffix(label) for one in (subject, even) if one.endswith(label)), "")


def _fits(claim: Claim, candidate: Candidate) -> Part | None:
    """Whether the claim's unit can be the indicator's, and of a ratio which part."""
    if claim.unit == "rank" or claim.kind == "ordinal":
        return None
    unit = candidate.unit
    if claim.change and claim.unit == "ratio":
        return "value" if unit not in {"percent"} or claim.classifier == "百分点" else None
    if claim.unit == "ratio":
        return "value" if unit in {"percent", "ratio"} and claim.classifier != "倍" else None
    if claim.unit in measures.SECONDS:
        return "value" if unit in {"hours", "days"} else None
    if claim.unit == "count":
        if unit in {"count", "number"}:
            return "value"
        return "count" if unit == "percent" and candidate.ratio else None
    return "value" if unit in (measures.kept_in(claim.unit), "number") else None
