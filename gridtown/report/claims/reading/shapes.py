"""A claim as it is read from a text, and as it is written out."""

from dataclasses import dataclass
from typing import Any, Literal

Qualifier = Literal["exact", "approx", "at_least", "below"]
Kind = Literal["level", "growth", "rate", "rank", "target", "ordinal", "duration"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit as it stands in the text, before anybody asks what it says.

    value: in the base unit. upper: the upper end of a range. step: the worth of the last digit written, in
    the base unit. start, end: its place, the unit and the words that qualify it included. number: where its
    digits begin. form: how it was recognised ("plain", "rank", "ordinal", "part", "fold", "nought").
    """

    start: int
    end: int
    number: int
    value: float
    upper: float | None
    step: float
    unit: str
    classifier: str
    qualifier: Qualifier
    word: str
    form: str = "plain"
    chinese: bool = False
    small: bool = False

    def text_is(self, text: str, unit: str) -> bool:
        """Whether it is written with this unit."""
        return unit in text[self.number : self.end]


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure that says something: what of, how much, when, of what kind, and beside what.

    text[start:end] of the whole text is `text`, the unit and the words that qualify it included. value is in
    the base unit (yuan, count, ratio as 0–1, m², km, mu …), with its sign for a change; `upper` is the end of
    a range. `subject` is the shortest phrase that names what is measured, at subject_start:subject_end.
    period is 2023, 2023-H1, 2023-Q1, 2023-05, 2023-01/2023-09, or None where the text gives none.
    comparison says what a change is against (yoy, qoq, average, peer, from); a level followed by its change
    has the change in comparison_value, and the change is a claim of its own as well.
    borrowed: the subject is that of the claim before, as nothing is named beside the figure itself.
    until: the period is only where it ends: 截至10月底 tells of all the year up to there.
    of: in a table, the row or column that is only a part of what is told of (城东村, 当月).
    """

    text: str
    start: int
    end: int
    subject: str
    subject_start: int
    subject_end: int
    value: float
    upper: float | None
    unit: str
    classifier: str
    qualifier: Qualifier
    qualifier_word: str
    kind: Kind
    period: str | None
    comparison: str | None = None
    comparison_value: float | None = None
    indicator: str | None = None
    confidence: float = 0.0
    step: float = 0.0
    action: str = ""
    change: bool = False
    borrowed: bool = False
    of: str = ""
    until: bool = False

    def plain(self) -> dict[str, Any]:
        """The claim as JSON says it."""
        return {
            "text": self.text, "start": self.start, "end": self.end, "subject": self.subject,
            "subject_start": self.subject_start, "subject_end": self.subject_end,
            "indicator": self.indicator, "confidence": round(self.confidence, 2),
            "value": self.value, "value_to": self.upper, "unit": self.unit, "classifier": self.classifier,
            "qualifier": self.qualifier, "qualifier_word": self.qualifier_word, "kind": self.kind,
            "period": self.period, "comparison": self.comparison, "comparison_value": self.comparison_value,
        }  # fmt: skip
