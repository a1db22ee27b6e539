"""What is asked of an agreement: its text, who signed, how it is performed, and what the court says."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gridtown.kernel.forms import Computed, Form, Long, Photo, Unit
from gridtown.kernel.usual import Sentence
from gridtown.lines.mediation.forms import Side, Sides

Text = Annotated[str, Long(), Field(min_length=1, max_length=3000)]


class Draft(Form):
    """The written agreement: facts and points, each side's part, content, manner and time of performance (29)."""

    facts: Text
    points: Sentence
    content: Text
    manner: Sentence
    due_on: date
    next_due: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Draft":
        if self.next_due and self.next_due > self.due_on:
            raise ValueError("the first instalment is not after the last")
        return self


class Signed(Form):
    """One side signs: on the screen, on paper, by seal or fingerprint (29)."""

    side: Side
    sign_how: Literal["screen", "paper", "seal", "fingerprint"]
    signature: Annotated[str, Photo("signature")] = ""

    @model_validator(mode="after")
    def _drawn(self) -> "Signed":
        if self.sign_how == "screen" and not self.signature:
            raise ValueError("nothing was drawn")
        return self


class InForce(Form):
    """The mediator has signed and the committee's seal is on it: from this day it is valid (29)."""

    mediator_signed: bool
    sealed: bool
    signature: Annotated[str, Photo("signature")] = ""
    due_on: Annotated[date | None, Computed()] = None
    next_due: Annotated[date | None, Computed()] = None
    confirm_by: Annotated[date | None, Computed()] = None

    @model_validator(mode="after")
    def _complete(self) -> "InForce":
        if not (self.mediator_signed and self.sealed):
            raise ValueError("not valid before the mediator has signed and the seal is on it (29)")
        return self


class Oral(Form):
    """An agreement by word of mouth, as the parties want no paper (28); valid since it was reached (30)."""

    content: Text
    manner: Sentence
    due_on: date
    reached_on: date
    paper_waived: bool
    confirm_by: Annotated[date | None, Computed()] = None

    @model_validator(mode="after")
    def _waived(self) -> "Oral":
        if not self.paper_waived:
            raise ValueError("oral only where the parties hold a paper unnecessary (28)")
        return self


class CountyAgreed(Form):
    """What was agreed at the county, since when it is valid, and by when it is performed."""

    content: Text
    manner: Sentence
    due_on: date
    reached_on: date
    confirm_by: Annotated[date | None, Computed()] = None


class Performance(Form):
    """What a side has done of it, and when the next part is due."""

    side: Side
    what: Sentence
    amount: Annotated[float, Unit("yuan"), Field(ge=0, le=1_000_000_000)] | None = None
    day: date
    next_due: date | None = None
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()


class Reminder(Form):
    """Who was reminded of what they promised, and how (31)."""

    side: Side
    how: Literal["visit", "phone", "message", "letter"]
    remark: Annotated[str, Field(max_length=500)] = ""


class Fulfilled(Form):
    """Everything that was promised is done."""

    day: date
    what: Sentence
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()


class Unfulfilled(Form):
    """Who has not performed, how much of it, and which ways the other side was told (32, 33)."""

    side: Side
    share: Literal["none", "part"]
    remedies: Annotated[tuple[Literal["sue", "enforce", "again"], ...], Field(min_length=1, max_length=3)]
    answer: Sentence


class Renegotiation(Form):
    """All sides want to change what they agreed (33)."""

    agreed_sides: Sides
    reason: Sentence


class Application(Form):
    """共同申请司法确认: who applies together, to which court; not for status, adoption or marriage."""

    agreed_sides: Sides
    court: Annotated[str, Field(min_length=1, max_length=80)]
    of_status: bool
    proofs: Annotated[str, Field(max_length=300)] = ""


class CourtAnswer(Form):
    """What the court decided (民事诉讼法 206)."""

    court_result: Literal["confirmed", "rejected", "not_admitted", "withdrawn"]
    ruling: Annotated[str, Field(max_length=60)] = ""
    day: date
    remark: Annotated[str, Field(max_length=500)] = ""


class SentBack(Form):
    """What is still owed, and by when."""

    reason: Sentence
    due_on: date


class Revisit(Form):
    """回访: seen again after a while, by somebody else than who recorded the performance."""

    visited_at: datetime
    how: Literal["visit", "phone", "message"]
    stable: bool
    found: Sentence
