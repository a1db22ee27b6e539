"""The mediation committees, and who mediates (人民调解法 7-16, 34)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gridtown.kernel.forms import AccountRef, Choice, Form, Personal, Ref, Unit
from gridtown.kernel.line import Register


class Committee(Form):
    """人民调解委员会: three to nine members, a woman among them, for three years (8, 9)."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    tier: Literal["village", "town", "firm", "trade"]
    chair: Annotated[str, Field(max_length=40)] = ""
    members: Annotated[int, Unit("people"), Field(ge=3, le=9)]
    women: Annotated[int, Unit("people"), Field(ge=1, le=9)]
    elected_on: date | None = None
    until: date | None = None
    office: Annotated[str, Field(max_length=120)] = ""
    phone: Annotated[str, Field(max_length=30)] = ""

    @model_validator(mode="after")
    def _term(self) -> "Committee":
        if self.elected_on and self.until and (self.until - self.elected_on).days > 3 * 366:
            raise ValueError("elected for three years (9)")
        if self.women > self.members:
            raise ValueError("more women than members")
        return self


class Mediator(Form):
    """人民调解员: a member of the committee, or engaged by it (13, 14); `account` where they write here themselves."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    committee: Annotated[int, Ref("committee")]
    standing: Literal["member", "full_time", "part_time", "expert"] = "member"
    account: Annotated[str, AccountRef(), Field(max_length=150)] = ""
    speciality: Annotated[tuple[Annotated[str, Choice("matter")], ...], Field(max_length=20)] = ()
    until: date | None = None
    trained_on: date | None = None
    mobile: Annotated[str, Personal("phone"), Field(max_length=30)] = ""


KEPT_BY = ("admin", "supervisor", "town_mediator")
COMMITTEES = Register("committee", form=Committee, kept_by=KEPT_BY)
MEDIATORS = Register("mediator", form=Mediator, kept_by=KEPT_BY)
