"""What is asked of a roll, a vote and a count."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import Ballot, Coded, Computed, Form, Listed, Long, Shown, Token, Tokens, Unit

WON = (("won", ("choice=ballot",)), ("won_option", ("choice=ballot", "option")))
SLIPS = (("slip", ("check", "choice=ballot")), ("owner_slip", ("check", "choice=ballot", "area")))
Votes = Annotated[int, Shown(), Computed()] | None
PUT = Listed("set_options", "options")
Area = Annotated[float, Unit("m2"), Shown(), Computed()] | None


class Roll(Form):
    """How many may vote, as of which day and by whose list; one code is drawn for each, and no name is kept.

    areas: of owners, what each has of the building, in square metres; it is printed on the owner's slip.
    """

    entitled: Annotated[int, Shown(), Field(ge=3, le=20000)]
    roll_on: Annotated[date, Shown()]
    roll_source: Annotated[str, Shown(), Field(min_length=1, max_length=200)]
    supervised_by: Annotated[str, Shown(), Field(min_length=1, max_length=80)]
    areas: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[0-9]{1,6}(\.[0-9]{1,2})?$")], ...],
        Unit("m2"),
        Field(max_length=20000),
    ] = ()
    slips: Annotated[tuple[str, ...], Tokens("entitled", beside="areas")] = ()


class Call(Form):
    """When the vote begins and ends, and whether slips may also be put into a box."""

    starts: Annotated[datetime, Shown()]
    ends: Annotated[datetime, Shown()]
    box: Annotated[bool, Shown()] = False
    where: Annotated[str, Shown(), Field(max_length=200)] = ""


class Begun(Form):
    """The end that was announced; answered by the ledger."""

    ends: Annotated[datetime, Computed()] | None = None


class Ended(Form):
    """When the count is made; answered by the ledger."""

    count_at: Annotated[datetime, Shown(), Computed()] | None = None


class Vote(Form):
    """One vote: the code of a slip, and the choice, which nobody reads before the count."""

    code: Annotated[str, Token(), Field(min_length=16, max_length=40)]
    choice: Annotated[Literal["1", "2", "3", "4", "against", "abstain"], PUT, Ballot()]


class VoidSlips(Form):
    """Slips that were spoiled or left over: nobody can vote with them any more."""

    slips: Annotated[tuple[str, ...], Token(), Field(min_length=1, max_length=500)]
    cause: Annotated[Literal["left_over", "spoiled"], Shown()]
    pieces: Annotated[int, Shown(), Computed()] = 0


class Pile(Form):
    """The slips out of the box that say the same; two tellers enter each pile, each for themselves."""

    choice: Annotated[Literal["1", "2", "3", "4", "against", "abstain", "invalid"], PUT]
    slips: Annotated[tuple[str, ...], Token(), Field(min_length=1, max_length=500)]


class Count(Form):
    """The count, with every slip of the roll by its check number, so that anybody can count again."""

    in_box: Annotated[int, Shown(), Field(ge=0, le=20000)] | None = None
    entitled: Votes = None
    took_part: Votes = None
    quorum: Votes = None
    needed: Votes = None
    votes_1: Votes = None
    votes_2: Votes = None
    votes_3: Votes = None
    votes_4: Votes = None
    against: Votes = None
    abstain: Votes = None
    invalid: Votes = None
    area_all: Area = None
    area_took_part: Area = None
    area_quorum: Area = None
    area_needed: Area = None
    area_1: Area = None
    area_2: Area = None
    area_3: Area = None
    area_4: Area = None
    area_against: Area = None
    area_abstain: Area = None
    twice: Votes = None
    unsettled: Votes = None
    outcome: Annotated[Literal["adopted", "rejected", "no_quorum"], Shown(), Computed()] = "rejected"
    winner: Annotated[str, Shown(), Computed(), Coded(WON, "：")] = ""
    ballots: Annotated[tuple[str, ...], Long(), Shown(), Computed(), Coded(SLIPS, " ")] = ()
