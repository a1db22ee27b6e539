"""What is asked of a round, of a finding, and with each move of them.

A photo is asked for only where it proves something and never required: a patrol is not a photo call.
"""

from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import CaseRef, Choice, Form, Long, Photo, PostRef, Ref, Sets, Unit
from gridtown.kernel.usual import Sentence, Urgency

Category = Annotated[str, Choice("finding"), Sets("category")]


class Round(Form):
    """One round that is owed; the ticker opens it from the route's duty."""

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    route: Annotated[int, Ref("route")] | None = None
    remark: Annotated[str, Field(max_length=500)] = ""


class Walked(Form):
    """What the round came to: how many points were seen, and what was noticed.

    No track and no check-in: time is asked for, a trail is not (domain 0.5).
    """

    points_seen: Annotated[int, Field(ge=0, le=1000)]
    seen: Annotated[str, Long(), Field(max_length=1000)] = ""
    minutes: Annotated[int, Unit("min"), Field(ge=0, le=1440)] | None = None


class Finding(Form):
    """Something on the way that has to be put right."""

    description: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    category: Category
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    urgency: Urgency | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    round: Annotated[str, CaseRef("round")] | None = None
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)] = ()


class Cleared(Form):
    """What was done about it."""

    result: Sentence
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()


class Order(Form):
    """Who has to put it right: the post named, or else the one of the category's desk."""

    to: Annotated[str, PostRef()] | None = None
    category: Category | None = None
    urgency: Urgency | None = None
    remark: Annotated[str, Field(max_length=500)] = ""


class Check(Form):
    """What the check found."""

    remark: Annotated[str, Field(max_length=500)] = ""
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()


class Route(Form):
    """A way that is walked again and again, with the points to look at."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    kind: Literal["streets", "estate", "market", "fire", "water", "fields", "slope", "site"]
    points: Annotated[tuple[str, ...], Field(max_length=200)] = ()
    minutes: Annotated[int, Unit("min"), Field(ge=0, le=1440)] | None = None
    remark: Annotated[str, Field(max_length=500)] = ""
