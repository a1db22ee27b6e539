"""A draft held against the ledger: each claim agrees, differs by so much, or cannot be shown, and why.

    check(text, period="2023") -> Checked

A claim is shown by the indicator that it names surely enough; it is read for the claim's own period, whole town.
A promise is not judged; a rank, a first and a figure without an indicator cannot be shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from gridtown import town as towns
from gridtown.kernel.indicator import SECONDS
from gridtown.kernel.period import Period
from gridtown.report.claims.contradictions import judging, within
from gridtown.report.claims.contradictions.faults import Finding
from gridtown.report.claims.ledger import catalogue, doubting, growing, measures, places, spans
from gridtown.report.claims.ledger.growing import Grown
from gridtown.report.claims.ledger.matching import Guess
from gridtown.report.claims.reading.reader import read
from gridtown.report.claims.reading.shapes import Claim
from gridtown.report.figures import indicators, official
from gridtown.report.figures.indicators import Reading
from gridtown.report.typeset.blocks import Entry
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.lake import Lake

State = Literal["agrees", "differs", "cannot"]
# From here on an indicator is taken for the claim's own; below it is only suggested.
TRUSTED = 0.6
# Indicators this close to the best are as likely: a claim that one of them agrees to is shown by it.
APART = 0.1


@dataclass(frozen=True, slots=True)
class Frozen:
    """A figure as a frozen edition of a report has it in its annex, and the edition's name."""

    entry: Entry
    edition: str


Edition = Callable[[str, str], Frozen | None]


@dataclass(frozen=True)
class Verdict:
    """What is found of one claim.

    reason says why (a key of the words). value is the ledger's number in the claim's base unit, shown as it is
    written everywhere; by is the claim's number less the ledger's. guesses are the indicators that it may be about.
    last_year: the claim tells of a year before the draft's. grown: of a rate of growth, as published and as it follows.
    """

    claim: Claim
    state: State
    reason: str
    guesses: tuple[Guess, ...]
    reading: Reading | None = None
    value: float | None = None
    shown: str | None = None
    by: float | None = None
    last_year: bool = False
    edition: str | None = None
    grown: Grown | None = None


@dataclass(frozen=True)
class Checked:
    """A text with the verdict on each claim, and what it says against itself."""

    text: str
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]

    def count(self, state: State) -> int:
        """How many claims are in a state."""
        return sum(verdict.state == state for verdict in self.verdicts)

    @property
    def wrong(self) -> bool:
        """Whether something differs or contradicts itself."""
        return bool(self.findings) or any(verdict.state == "differs" for verdict in self.verdicts)

    def of(self, index: int) -> list[Finding]:
        """The findings that a claim has part in."""
        return [finding for finding in self.findings if index in finding.claims]


def check(
    text: str, *, period: str | None = None, town: Town | None = None, edition: Edition | None = None
) -> Checked:
    """Hold every claim of a text against the ledger.

    period: the year of the draft where it names none. edition: gives an indicator's figure of a period from a frozen
    report, which stands before the ledger's for years gone by.
    """
    town = town or towns.current()
    lake = lakes.tables(town)
    claims = read(text, period=period)
    told = catalogue.guessed(text, claims, catalogue.of_town(town))
    years = [claim.period[:4] for claim in claims if claim.period and claim.kind != "target"]
    base = period[:4] if period else max(years, key=years.count, default=None)
    judge = _Judge(town, lake, base, edition)
    name, doubts = town.names["zh"], doubting.doubted(text, told)
    parts = _parts(text, [claim for claim, _guesses in told])
    other = places.elsewhere(text, name)
    verdicts: list[Verdict] = []
    for n, (claim, guesses) in enumerate(told):
        far = other or places.above(text, claim) or places.named(claim, name)
        line = _line_before(text, claim, verdicts)
        verdicts.append(
            judge.of(
                claim,
                guesses,
                part=parts[n],
                elsewhere=far,
                doubted=doubts[n],
                line=line,
                named=catalogue.line_named(text, claim, guesses, town),
            )
        )
    return Checked(text, tuple(verdicts), tuple(within.findings(text, claims)))


def _line_before(text: str, claim: Claim, verdicts: Sequence[Verdict]) -> str | None:
    """The line of the count that the ledger bears out just before a rate: 隐患7155处，整改率99.2%."""
    if claim.unit != "ratio" or claim.change:
        return None
    for verdict in reversed(verdicts):
        between = text[verdict.claim.end : claim.start]
        if "\n" in between or "。" in between:
            return None
        if verdict.claim.unit != "ratio":
            return verdict.guesses[0].key.partition(".")[0] if verdict.state == "agrees" else None
    return None


def _parts(text: str, claims: Sequence[Claim]) -> list[bool]:
    """Of each claim whether it is of an unnamed part of what the one before counts: 576处，其中两处; 576处中两处."""
    told: list[bool] = []
    for index, claim in enumerate(claims):
        before = claims[index - 1] if index else None
        between = text[before.end : claim.start] if before else ""
        if before is None or claim.change or "。" in between or "\n" in between:
            told.append(False)
        elif between.endswith("中") and claim.classifier == before.classifier:
            told.append(True)
        else:
            told.append(claim.borrowed and ("其中" in between or told[-1]))
    return told


class _Judge:
    """Puts the questions, each once."""

    def __init__(self, town: Town, lake: Lake, base: str | None, edition: Edition | None) -> None:
        self._town, self._lake, self._base, self._edition = town, lake, base, edition

    def of(
        self,
        claim: Claim,
        guesses: Sequence[Guess],
        *,
        part: bool = False,
        elsewhere: bool = False,
        doubted: bool = False,
        line: str | None = None,
        named: str | None = None,
    ) -> Verdict:
        """The verdict on one claim; one that is doubted may agree, but is not called wrong.

        part: it is of some of what its subject names, and no indicator says of which. elsewhere: of another place.
        line: the line of business of the count before it, which is meant where lines share the name of a rate; named:
        else the one that its paragraph calls by its name.
        """
        verdict = self._of(claim, guesses, part=part, elsewhere=elsewhere, line=line or named)
        own = bool(verdict.guesses) and verdict.guesses[0].key.partition(".")[0] == line
        if doubted and not own and verdict.state == "differs":
            return Verdict(claim, "cannot", "unsure", verdict.guesses, last_year=verdict.last_year)
        return verdict

    def _of(
        self, claim: Claim, guesses: Sequence[Guess], *, part: bool, elsewhere: bool, line: str | None
    ) -> Verdict:
        last = bool(claim.period and self._base and claim.period[:4] < self._base)

        def cannot(reason: str, reading: Reading | None = None) -> Verdict:
            return Verdict(claim, "cannot", reason, tuple(guesses), reading, last_year=last)

        if claim.kind == "target":
            return cannot("promise")
        if claim.kind in {"rank", "ordinal"}:
            return cannot(claim.kind)
        if not guesses:
            return cannot("no_indicator")
        if elsewhere:
            return cannot("place")
        if part or claim.of:
            return cannot("part")
        if guesses[0].confidence < TRUSTED:
            return cannot("unsure")
        period = spans.period(spans.so_far(claim.period) if claim.until else claim.period, self._town.zone)
        if period is None:
            return cannot("no_period")
        close = [
            guess for guess in guesses if guess.confidence >= max(TRUSTED, guesses[0].confidence - APART)
        ]
        verdicts = [self._shown(claim, [g, *(o for o in guesses if o != g)], period, last) for g in close]
        agreeing = next((verdict for verdict in verdicts if verdict and verdict.state == "agrees"), None)
        if agreeing:
            return agreeing
        if len(close) > 1:
            first = verdicts[0]
            named = all(guess.whole and guess.part == "value" for guess in close)
            wrong = all(verdict and verdict.state == "differs" for verdict in verdicts)
            if first and named and wrong and not (claim.borrowed or claim.change):
                return replace(first, reason="neither")  # 发言54次: wrong whichever of them is meant
            of_line = [n for n, guess in enumerate(close) if guess.key.partition(".")[0] == line]
            if len(of_line) == 1 and (meant := verdicts[of_line[0]]):
                return meant
            return cannot("ambiguous")  # which one it is cannot be said, so neither that it is wrong
        return verdicts[0] or cannot("no_data", self._reading(guesses[0], period))

    def _reading(self, guess: Guess, period: Period) -> Reading:
        return indicators.read(guess.key, period=period, town=self._town, lake=self._lake)

    def _shown(self, claim: Claim, guesses: Sequence[Guess], period: Period, last: bool) -> Verdict | None:
        guess = guesses[0]
        reading = self._reading(guess, period)
        level = official.level_of(reading.named)
        frozen = None
        if self._edition and last and (level or not claim.change):
            frozen = self._edition(guess.key, period.key)
        if level and frozen is None:
            return self._growth(claim, guesses, reading, level, last)
        number = _number(claim, guess, frozen.entry if frozen else reading)
        if claim.change and number is not None and frozen is None:
            before = self._reading(guess, spans.year_before(period, self._town.zone))
            number = _grown(claim, number, _number(claim, guess, before))
        if number is None:
            return None
        parts = None
        if reading.count is not None and guess.part == "value" and not claim.change and frozen is None:
            parts = (reading.count, reading.of)
        fine = judging.agrees(claim, number, parts=parts)
        state: State = "agrees" if fine else "differs"
        reason = "agrees" if fine else ("misquoted" if last else "differs")
        return Verdict(
            claim, state, reason, tuple(guesses), reading, float(number), _written(claim, guess, reading, number),
            float(Decimal(str(claim.value)) - number), last, frozen.edition if frozen else None,
        )  # fmt: skip

    def _growth(
        self, claim: Claim, guesses: Sequence[Guess], reading: Reading, level: str, last: bool
    ) -> Verdict | None:
        published = None if reading.missing or reading.value is None else float(reading.value)
        found = growing.grown(level, published, period=reading.period, town=self._town, lake=self._lake)
        number = found.number
        if number is None:
            return None
        state: State = "agrees" if found.agrees(claim) else "differs"
        reason = ("follows" if published is None else "agrees") if state == "agrees" else "differs"
        return Verdict(
            claim, state, reason, tuple(guesses), reading, number, _percent(Decimal(str(number))), claim.value - number,
            last, None, found,
        )  # fmt: skip


def _number(claim: Claim, guess: Guess, reading: Reading | Entry) -> Decimal | None:
    """The ledger's number in the claim's base unit; None where it has nothing to say."""
    if reading.missing:
        return None
    if guess.part == "count":
        return None if reading.count is None else Decimal(reading.count)
    if reading.unit == "percent":
        return (
            None if not reading.of or reading.count is None else Decimal(reading.count) / Decimal(reading.of)
        )
    if reading.unit == "count":
        return Decimal(reading.of)
    if reading.value is None:
        return None
    value = Decimal(str(reading.value))
    if reading.unit in SECONDS and claim.unit in measures.SECONDS:
        return value / measures.SECONDS[claim.unit]
    return value


def _grown(claim: Claim, now: Decimal, before: Decimal | None) -> Decimal | None:
    if before is None:
        return None
    if claim.unit == "ratio" and claim.classifier != "百分点":
        return now / before - 1 if before else None
    return now - before


def _written(claim: Claim, guess: Guess, reading: Reading, number: Decimal) -> str:
    if claim.change or guess.part == "count":
        return _percent(number) if claim.unit == "ratio" else f"{number.normalize():,f}"
    return reading.shown() or ""


def _percent(number: Decimal) -> str:
    return f"{(number * 100).quantize(Decimal('0.1'))}%"
