"""What is asked of an award or a pilot, and of the look at one that runs out."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import Choice, Computed, File, Form, Internal, Ref, Sets
from gridtown.kernel.usual import Sentence


class Honour(Form):
    """An award or a pilot: what, of which level, given by whom to whom, by which document, and until when.

    year: in which it was given; the day where it is known. shown: whether a document or a file shows it: without one it
    is a claim that cannot be shown, and is not counted. ended_on: since when it is no longer held, whatever its end.
    lasting: whether it runs out, or is over.
    """

    name: Annotated[str, Field(min_length=1, max_length=80)]
    sort: Literal["award", "pilot"] = "award"
    level: Annotated[str, Choice("level")]
    body: Annotated[str, Field(max_length=120)] = ""
    holder: Annotated[str, Field(min_length=1, max_length=80)]
    year: Annotated[int, Field(ge=1949, le=2100)]
    granted_on: date | None = None
    document: Annotated[str, Field(max_length=200)] = ""
    file: Annotated[str, File()] = ""
    told_in: Annotated[str, Field(max_length=200)] = ""
    expires: date | None = None
    ended_on: date | None = None
    shown: Annotated[bool, Computed()] = False
    lasting: Annotated[Literal["open", "dated", "ended"], Computed()] = "open"
    granted_at: Annotated[datetime, Computed(), Internal()] | None = None  # what the figures are counted by
    ends_at: Annotated[datetime, Computed(), Internal()] | None = None


class Review(Form):
    """One look at an honour that is owed; how many months are left is worked out."""

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    honour: Annotated[int, Ref("honour")]
    months_left: Annotated[int, Computed()] | None = None
    near: Annotated[Literal["far", "year", "half", "quarter", "over", "open"], Computed()] = "far"


class Renewed(Form):
    """Until when it stands from now on (without an end where no day is said), and what shows that."""

    expires: date | None = None
    document: Annotated[str, Field(min_length=1, max_length=200)]


class Kept(Form):
    """That it still stands as the register says."""

    remark: Annotated[str, Field(max_length=500)] = ""


class Lapsed(Form):
    """Since when it is no longer held, and why: withdrawn, run out, given up."""

    ended_on: date
    reason: Sentence
