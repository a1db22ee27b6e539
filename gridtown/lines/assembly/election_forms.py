"""What is asked of an election: the list of voters, the candidates, the poll, the tellers' sheets and what follows."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import Choice, Computed, Form, Long, Sets, Shown
from gridtown.lines.assembly.forms import Public

Number = Annotated[int, Shown(), Computed()] | None
Names = tuple[Annotated[str, Field(min_length=1, max_length=40)], ...]


class Election(Form):
    """Which office, how many seats, and who presides over it."""

    title: Annotated[str, Sets("title"), Shown(), Field(min_length=1, max_length=80)]
    office: Annotated[str, Choice("office"), Shown()]
    seats: Annotated[int, Shown(), Field(ge=1, le=9)]
    presided_by: Annotated[str, Shown(), Field(min_length=1, max_length=80)]


class Voters(Form):
    """How many may vote, by which list, and on which day that list was made public."""

    entitled: Annotated[int, Shown(), Field(ge=3, le=20000)]
    published_on: Annotated[date, Shown()]
    roll_source: Annotated[str, Shown(), Field(min_length=1, max_length=200)]


class Candidates(Form):
    """Who stands, one name a line, in the order of the ballot paper."""

    candidates: Annotated[Names, Shown(), Field(min_length=1, max_length=20)]
    how_named: Public


class Polling(Form):
    """When and where papers are put into the box, and whether there is a place to write in secret."""

    starts: Annotated[datetime, Shown()]
    ends: Annotated[datetime, Shown()]
    where: Annotated[str, Shown(), Field(min_length=1, max_length=200)]
    booth: Annotated[bool, Shown()] = False


class Sheet(Form):
    """One teller's sheet: papers given out, found in the box and spoilt, and the votes of each candidate in order."""

    issued: Annotated[int, Shown(), Field(ge=0, le=20000)]
    in_box: Annotated[int, Shown(), Field(ge=0, le=20000)]
    invalid: Annotated[int, Shown(), Field(ge=0, le=20000)]
    votes: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[0-9]{1,5}$")], ...], Field(min_length=1, max_length=20)
    ]


class Counted(Form):
    """What follows from the sheets by the law of the office; answered by the ledger."""

    entitled: Number = None
    took_part: Number = None
    quorum: Number = None
    needed: Number = None
    invalid: Number = None
    seats: Number = None
    standing: Annotated[tuple[str, ...], Long(), Shown(), Computed()] = ()
    elected: Annotated[tuple[str, ...], Long(), Shown(), Computed()] = ()
    seats_left: Number = None
    outcome: Annotated[Literal["elected", "in_part", "nobody", "no_quorum"], Shown(), Computed()] = "nobody"


class Declared(Form):
    """The result as it is made public on the spot."""

    answer: Public


class HandedOver(Form):
    """What was handed over, and who watched; the committee before it hands over its work within ten days."""

    handed_on: Annotated[date, Shown()]
    result: Public


class Void(Form):
    """Which paper finds that somebody won by force, deceit or bribery, or that the election broke the law."""

    paper: Annotated[str, Shown(), Field(min_length=1, max_length=120)]
    reason: Public
