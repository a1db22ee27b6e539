"""What is asked of the bodies on the register, and of the meetings and publications that the law owes on them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import Choice, Computed, Form, Photo, Ref, Sets, Shown
from gridtown.lines.assembly.forms import Public

Sort = Literal["representatives", "cooperative"]
Accounts = Literal["usual", "many"]
Title = Annotated[str, Sets("title"), Shown(), Field(max_length=80)]


class Council(Form):
    """A standing body of delegates: how many members it has, how many of them are chosen, and how many are women."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    delegates: Sort
    members: Annotated[int, Field(ge=3, le=2000)]
    chosen: Annotated[int, Field(ge=0, le=2000)] | None = None
    women: Annotated[int, Field(ge=0, le=2000)] | None = None
    term_ends: date | None = None
    made_up: Annotated[Literal["fits", "too_few_chosen", "too_few_women", "unknown"], Computed()] = "unknown"


class Publisher(Form):
    """A village that makes its affairs public; `accounts`: has its collective much money coming and going."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    accounts: Accounts = "usual"


class Meeting(Form):
    """One meeting of a body that is owed."""

    title: Title = ""
    council: Annotated[int, Ref("council"), Shown()] | None = None
    delegates: Annotated[Sort, Computed()] = "representatives"


class Held(Form):
    """When it met, how many came, and what it decided."""

    held_on: Annotated[date, Shown()]
    came: Annotated[int, Shown(), Field(ge=0, le=2000)]
    decided: Public
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()


class Disclosure(Form):
    """One publication of village affairs that is owed."""

    title: Title = ""
    village: Annotated[int, Ref("village_affairs"), Shown()] | None = None
    accounts: Annotated[Accounts, Computed()] = "usual"


class MadePublic(Form):
    """What was put up, since when and where."""

    published_on: Annotated[date, Shown()]
    about: Annotated[str, Choice("matter"), Shown()]
    result: Public
    photos: Annotated[tuple[str, ...], Photo("evidence"), Shown(), Field(max_length=9)] = ()


class Review(Form):
    """One yearly review of those whom the village elected or pays."""

    title: Title = ""
    village: Annotated[int, Ref("village_affairs"), Shown()] | None = None


class Reviewed(Form):
    """How many were reviewed by the meeting, and how many were found unfit."""

    held_on: Annotated[date, Shown()]
    reviewed: Annotated[int, Shown(), Field(ge=1, le=200)]
    unfit: Annotated[int, Shown(), Field(ge=0, le=200)] = 0
    result: Public
