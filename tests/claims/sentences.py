"""Reads the tables of sentences, and measures a reader against them."""

from dataclasses import dataclass
from pathlib import Path

from gridtown.report.claims.reading.shapes import Claim

HERE = Path(__file__).parent
_QUALIFIERS = {"exact", "approx", "at_least", "below"}
_KINDS = {"level", "growth", "rate", "rank", "target", "ordinal", "duration"}


@dataclass(frozen=True)
class Wanted:
    """What one figure of a sentence should be read as."""

    text: str
    value: float
    unit: str
    qualifier: str
    kind: str
    period: str | None
    subject: str


def sentences(name: str) -> list[tuple[str, list[Wanted]]]:
    """The sentences of one table with what they claim."""
    told: list[tuple[str, list[Wanted]]] = []
    for line in (HERE / f"{name}.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if " | " not in line:
            told.append((line.replace("\\n", "\n").replace("\\t", "\t"), []))
            continue
        figure, said, subject = (part.strip() for part in line.split("|"))
        value, unit, *rest = said.split()
        qualifier = next((word for word in rest if word in _QUALIFIERS), "exact")
        kind = next((word for word in rest if word in _KINDS), "level")
        period = next((word for word in rest if word[:2] in {"19", "20"}), "2023")
        told[-1][1].append(
            Wanted(figure.replace("\\n", "\n"), float(value), unit, qualifier, kind, period, subject)
        )
    return told


def same(claim: Claim, wanted: Wanted) -> bool:
    """Value, unit, qualifier and period as they should be."""
    return abs(claim.value - wanted.value) <= 1e-9 * max(1, abs(wanted.value)) and (
        claim.unit,
        claim.qualifier,
        claim.period,
    ) == (wanted.unit, wanted.qualifier, wanted.period)


def named(claim: Claim, wanted: Wanted) -> bool:
    """A subject that shares at least half of its letters with the one wanted."""
    got, want = claim.subject, wanted.subject
    if not want or not got:
        return got == want
    shared = len(want) if want in got else len(got) if got in want else 0
    return shared / max(len(got), len(want)) >= 0.5


@dataclass
class Score:
    """How often a reader was right."""

    wanted: int = 0
    found: int = 0
    right: int = 0
    subjects: int = 0
    kinds: int = 0
    wrong: list[str] | None = None

    @property
    def precision(self) -> float:
        """Of what was found, the share that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of what there is, the share that was found right."""
        return self.right / self.wanted if self.wanted else 1.0


def measure(read, table: list[tuple[str, list[Wanted]]]) -> Score:
    """A reader's score over a table; claims are matched by their text in the order they stand."""
    score = Score(wrong=[])
    for sentence, wanted in table:
        claims, at = read(sentence), 0
        score.wanted += len(wanted)
        score.found += len(claims)
        left = list(claims)
        for want in wanted:
            place = sentence.index(want.text, at)
            at = place + len(want.text)
            claim = next((c for c in left if (c.start, c.end) == (place, at)), None) or next(
                (c for c in left if c.start < at and c.end > place), None
            )
            if claim is None:
                score.wrong.append(f"missed {want.text} in {sentence}")
                continue
            left.remove(claim)
            if same(claim, want):
                score.right += 1
            else:
                got = (claim.value, claim.unit, claim.qualifier, claim.period)
                meant = (want.value, want.unit, want.qualifier, want.period)
                score.wrong.append(f"{want.text}: {got} for {meant} in {sentence}")
            if named(claim, want):
                score.subjects += 1
            else:
                score.wrong.append(
                    f"subject {claim.subject!r} for {want.subject!r} of {want.text} in {sentence}"
                )
            if claim.kind == want.kind:
                score.kinds += 1
            else:
                score.wrong.append(f"kind {claim.kind} for {want.kind} of {want.text} in {sentence}")
        score.wrong += [f"no claim: {c.text} ({c.subject}) in {sentence}" for c in left]
    return score
