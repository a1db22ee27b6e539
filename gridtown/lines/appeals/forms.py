"""What is asked when a matter is reported and with each move of it.

A field named `answer` is written for the reporter, who reads it with number and secret; `reason` and
`remark` stay inside the house.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gridtown.kernel.forms import CaseRef, Choice, Form, Long, Personal, Photo, PostRef, Sets
from gridtown.kernel.usual import Level, Sentence, Urgency

Category = Annotated[str, Choice("category"), Sets("category")]


class Matter(Form):
    """A resident's report; the description alone is required (domain A2), staff fill in what they know."""

    description: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    nature: Literal["complaint", "help", "question", "suggestion"] = "help"
    category: Category | None = None
    urgency: Urgency | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)] = ()
    contact_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""


class Accept(Form):
    """What the receiver adds on taking a report up."""

    category: Category | None = None
    urgency: Urgency | None = None
    level: Level | None = None
    remark: Annotated[str, Field(max_length=500)] = ""


class Dispatch(Form):
    """Whose it is: the post named, or else the one that the matrix names for the category's desk."""

    to: Annotated[str, PostRef()] | None = None
    category: Category | None = None
    urgency: Urgency | None = None
    level: Level | None = None
    remark: Annotated[str, Field(max_length=500)] = ""


class TakeOn(Form):
    """自行处置: whoever is on the spot deals with it."""

    category: Category | None = None
    urgency: Urgency | None = None


class Objection(Form):
    """Why this post is the wrong one, and which would be right."""

    reason: Sentence
    suggested: Annotated[str, PostRef()] | None = None


class Transfer(Form):
    """Who has it now."""

    to: Annotated[str, PostRef()]
    remark: Annotated[str, Field(max_length=500)] = ""


class Hold(Form):
    """挂账: what has to be waited for, and until when."""

    reason: Sentence
    until: date


class Fix(Form):
    """What was done about it, in words for the reporter; a photo where it proves something."""

    answer: Sentence
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()


class Unsolved(Form):
    """What was tried, and why it cannot be solved here."""

    reason: Sentence


class Verify(Form):
    """What the check found."""

    remark: Annotated[str, Field(max_length=500)] = ""
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()


class Rating(Form):
    """评价: whether it is solved and how satisfied the reporter is are two questions."""

    solved: bool
    satisfied: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, Long(), Field(max_length=500)] = ""


class MergeInto(Form):
    """The number of the matter that says the same."""

    into: Annotated[str, CaseRef("matter")]
    remark: Annotated[str, Field(max_length=500)] = ""


class SplitUp(Form):
    """One text for each of the matters that were reported as one."""

    parts: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=2000)], ...], Field(min_length=2, max_length=9)
    ]


class Withdrawal(Form):
    """The reporter owes nobody a reason."""

    remark: Annotated[str, Field(max_length=500)] = ""


class Grading(Form):
    """What is judged differently now; something must be."""

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    category: Category | None = None
    urgency: Urgency | None = None
    level: Level | None = None
    reason: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _something(self) -> "Grading":
        if not (self.title or self.category or self.urgency or self.level):
            raise ValueError("nothing is judged")
        return self


class Addition(Form):
    """What the reporter wants to add."""

    description: Sentence
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)] = ()
