"""What is asked of a target, a change of it, its assessment, a question about it, and a leaders' meeting."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import CaseRef, Choice, Computed, File, Form, Long, PostRef, Sent, Sets, Unit
from gridtown.kernel.usual import Sentence

Amount = Annotated[float, Field(ge=-1e15, le=1e15)]  # a cut is promised as at most so much below nought
Direction = Literal["at_least", "at_most"]
Ground = Literal["policy", "organisation", "force_majeure", "new_task"]
# Public (杭州市绩效管理条例 14, 17), or withheld by 政府信息公开条例 14 (secrets, public safety), 15 (trade secrets,
# privacy) or 16 (internal affairs).
Openness = Literal["public", "safety", "others", "internal"]
Text = Annotated[str, Long(), Field(max_length=1000)]


class Target(Form):
    """What is promised: how much of what, by when, by whom, and where that is written (杭州市绩效管理条例 12).

    amount: in base units; a share as 0–1. quote: the sentence that it was read out of. begins: the first of January
    of its year where nothing is said.
    """

    title: Annotated[str, Sets("title"), Field(min_length=1, max_length=80)]
    indicator: Annotated[str, Choice("indicator")] | None = None
    direction: Direction = "at_least"
    amount: Amount
    unit: Literal["count", "yuan", "m2", "km", "mu", "ratio", "hours", "days"] = "count"
    begins: date | None = None
    due: date
    to: Annotated[str, PostRef()]
    document: Annotated[str, Field(min_length=1, max_length=200)]
    clause: Annotated[str, Field(max_length=80)] = ""
    quote: Text = ""
    factors: Text = ""
    measures: Text = ""
    funds: Annotated[float, Unit("yuan"), Field(ge=0)] | None = None
    openness: Openness = "public"


class Progress(Form):
    """How far it has come, told by whoever answers for it, who answers for its truth (条例 17)."""

    reached: Amount
    as_of: date
    remark: Text = ""
    file: Annotated[str, File()] = ""


class HandOn(Form):
    """Who answers for it from now on."""

    to: Annotated[str, PostRef()]
    reason: Sentence


class Disclosure(Form):
    """Whether residents are told of it from now on; withheld only on a ground that the law knows."""

    openness: Openness
    reason: Sentence


class Change(Form):
    """What shall be another amount or day, on which of the grounds that the regulation knows (条例 15), and why."""

    ground: Ground
    amount: Amount | None = None
    due: date | None = None
    reason: Sentence
    document: Annotated[str, Field(max_length=200)] = ""
    file: Annotated[str, File()] = ""


class Agreed(Form):
    """The terms as they are from now on."""

    remark: Text = ""
    amount: Annotated[float, Computed()] = 0.0
    due: Annotated[date, Computed()] | None = None


class Declined(Form):
    """The terms stay as they are."""

    reason: Sentence
    due: Annotated[date, Computed()] | None = None


class SelfReport(Form):
    """How far it was reached, what was not and why, what is done about it (条例 23)."""

    reached: Amount
    degree: Sentence
    unmet: Text = ""
    measures: Text = ""
    file: Annotated[str, File()] = ""


class Judged(Form):
    """What the assessment found."""

    reached: Amount
    reason: Sentence


class Question(Form):
    """Who is asked what about which target, and at which meeting."""

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    target: Annotated[str, CaseRef()]
    description: Sentence
    to: Annotated[str, PostRef()]
    meeting: Annotated[str, CaseRef()] | None = None


class Answered(Form):
    """How it stands, what is to be done, and what came of it (条例 20)."""

    situation: Sentence
    handling: Sentence
    result: Sentence


class Meeting(Form):
    """A leaders' meeting on the targets, with the board as it was shown there.

    cursor: the ledger's position by which the board was read. board: a line for each target: its number, light,
    reading and forecast, "-" for what was not known.
    """

    title: Annotated[str, Sets("title"), Field(min_length=1, max_length=80)]
    held_on: date
    cursor: Annotated[int, Sent()] = 0
    board: Annotated[tuple[Annotated[str, Field(max_length=120)], ...], Sent(), Field(max_length=500)] = ()


class Minutes(Form):
    """What was decided."""

    decisions: Annotated[str, Long(), Field(min_length=1, max_length=4000)]
    file: Annotated[str, File()] = ""
