"""What is asked of a proposal, of a topic, of what people say to it, and of what becomes of a resolution."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import (
    CaseRef,
    Choice,
    Computed,
    Form,
    Long,
    Personal,
    Photo,
    Publishes,
    Sets,
    Shown,
    Withholds,
)

SPOKEN = ("speak", "object")
Public = Annotated[str, Long(), Shown(), Field(min_length=1, max_length=2000)]
Subject = Annotated[str, Choice("subject"), Sets("category"), Shown()]
Body = Annotated[str, Choice("body"), Shown()]


class Proposal(Form):
    """What somebody wants talked over; the public page shows only what it is about until it was read."""

    description: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    category: Subject
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    address: Annotated[str, Field(max_length=200)] = ""
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)] = ()
    contact_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""


class TakeUp(Form):
    """The topic as everybody will read it, and the last day of the discussion."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    text: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    talk_until: date
    answer: Public


class TurnDown(Form):
    """Why it is not talked over, and how many asked for a meeting: enough of them must be given one."""

    answer: Public
    body: Body | None = None
    asked: Annotated[int, Field(ge=0, le=100000)] = 0
    of: Annotated[int, Field(ge=0, le=100000)] = 0


class Join(Form):
    """The topic, or the proposal, that this one is joined to."""

    into: Annotated[str, CaseRef()]
    answer: Public


class Topic(Form):
    """What is talked over, and until when."""

    title: Annotated[str, Sets("title"), Shown(), Field(min_length=1, max_length=80)]
    text: Public
    category: Subject
    talk_until: Annotated[date, Shown()]


class Speech(Form):
    """A comment, or a suggestion of what should be done."""

    sort: Literal["comment", "suggestion"] = "comment"
    text: Annotated[str, Long(), Field(min_length=1, max_length=1000)]


class Objection(Form):
    """What somebody has against a resolution."""

    text: Annotated[str, Long(), Field(min_length=1, max_length=1000)]


class Publish(Form):
    """Which of the things said is put on the public page."""

    entry: Annotated[int, Publishes(SPOKEN)]


class Withhold(Form):
    """Which one is not, and why; the reason stands in its place."""

    entry: Annotated[int, Withholds(SPOKEN)]
    cause: Annotated[Literal["privacy", "insult", "advert", "unlawful", "off_topic", "repeated"], Shown()]
    reason: Annotated[str, Long(), Shown(), Field(min_length=1, max_length=300)]


class TalkedOver(Form):
    """How much was said; answered by the ledger."""

    voices: Annotated[int, Shown(), Computed()] = 0


class Options(Form):
    """What is voted on, by which body, and what became of the suggestions."""

    question: Annotated[str, Shown(), Field(min_length=1, max_length=200)]
    options: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=500)], ...], Shown(),
                       Field(min_length=1, max_length=4)]  # fmt: skip
    body: Body
    merged: Public
    risk: Annotated[str, Long(), Shown(), Field(max_length=1000)] = ""


class WithoutVote(Form):
    """What was agreed on in the discussion, where nothing has to be resolved by a body."""

    resolution: Public


class Why(Form):
    """A reason that everybody reads."""

    reason: Public


class Resolution(Form):
    """The resolution as it is made public, and the last day for objections."""

    resolution: Public
    object_until: Annotated[date, Shown()] | None = None


class CarryOut(Form):
    """The line that carries it out, and what has to be done."""

    line: Literal["appeals/matter", "rivers/issue"]
    task: Public


class Done(Form):
    """What was done, where no line of business had to."""

    result: Public
    photos: Annotated[tuple[str, ...], Photo("after"), Shown(), Field(max_length=9)] = ()


class Annulment(Form):
    """Who undid the resolution, by which paper, and why."""

    by_whom: Annotated[Literal["town", "court", "assembly"], Shown()]
    paper: Annotated[str, Shown(), Field(min_length=1, max_length=120)]
    reason: Public
