"""What is asked of a dispute, until both sides talk: who they are, what each consents to, who mediates."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gridtown.kernel.forms import (
    AccountRef,
    CaseRef,
    Choice,
    Computed,
    Form,
    Internal,
    Long,
    Personal,
    Photo,
    PostRef,
    Ref,
    Sets,
    Unit,
)
from gridtown.kernel.usual import Sentence, Urgency

Side = Literal["applicant", "other", "third", "fourth", "fifth"]
How = Literal["written", "oral", "phone", "online"]
Matter = Annotated[str, Choice("matter"), Sets("category")]
Sides = Annotated[tuple[Side, ...], Field(min_length=1, max_length=5)]
Way = Literal["arbitration", "administrative", "court"]  # 人民调解法 26
Mediators = Annotated[
    tuple[Annotated[int, Ref("mediator")], ...], Ref("mediator"), Field(min_length=1, max_length=3)
]


class Dispute(Form):
    """A dispute between two sides or more; the first is the applicant, also where somebody else brings it (17, 18)."""

    groups = {
        "matter": (
            "description",
            "request",
            "category",
            "title",
            "urgency",
            "address",
            "amount",
            "people",
            "photos",
        ),
        "applicant": ("contact_name", "contact_phone", "id_number", "brought_by"),
        "other_side": ("other_name", "other_phone", "sides", "more_parties"),
    }

    description: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    category: Matter
    contact_name: Annotated[str, Personal("name"), Field(min_length=1, max_length=40)]
    other_name: Annotated[str, Personal("name"), Field(min_length=1, max_length=40)]
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    id_number: Annotated[str, Personal("id"), Field(max_length=30)] = ""
    other_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    sides: Annotated[int, Field(ge=2, le=5)] = 2
    more_parties: Annotated[str, Personal("text"), Long(), Field(max_length=500)] = ""
    request: Annotated[str, Long(), Field(max_length=1000)] = ""
    address: Annotated[str, Field(max_length=200)] = ""
    people: Annotated[int, Unit("people"), Field(ge=2, le=10000)] = 2
    amount: Annotated[float, Unit("yuan"), Field(ge=0, le=1_000_000_000)] | None = None
    brought_by: Literal["party", "committee", "court", "police", "department"] = "party"
    urgency: Urgency | None = None
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()
    repeats: Annotated[int, Computed()] = 0

    @model_validator(mode="after")
    def _named(self) -> "Dispute":
        if self.sides > 2 and not self.more_parties:
            raise ValueError("who the further sides are")
        return self


class Accepted(Form):
    """Which committee takes it in."""

    committee: Annotated[int, Ref("committee")] | None = None
    category: Matter | None = None
    remark: Annotated[str, Field(max_length=500)] = ""


class NotAccepted(Form):
    """Why it is not for mediation, and where to turn instead: told in writing."""

    ground: Literal["not_civil", "organ_only", "pending", "no_party", "other"]
    answer: Sentence


class MergeInto(Form):
    """The number of the dispute that is the same."""

    into: Annotated[str, CaseRef("dispute")]
    remark: Annotated[str, Field(max_length=500)] = ""


class Consent(Form):
    """One side's consent: whose, how it was given, and when (17, 23)."""

    side: Side
    how: How
    given_at: datetime
    remark: Annotated[str, Field(max_length=500)] = ""


class Refusal(Form):
    """One side refuses, or wants no more of it (17, 23): no reason is owed; all are told where else to turn (26)."""

    side: Side
    how: How
    ways: Annotated[tuple[Way, ...], Field(min_length=1, max_length=3)]
    answer: Sentence


class Appointed(Form):
    """Who mediates: chosen by the parties or assigned by the committee (19)."""

    mediators: Mediators
    chosen_by: Literal["parties", "assigned"]
    persons: Annotated[tuple[str, ...], AccountRef(), Computed(), Internal()] = ()


class Recusal(Form):
    """A mediator who has an interest, or whom a side does not accept (15, 23); `recused` is everybody so far."""

    mediator: Annotated[int, Ref("mediator")]
    asked_by: Literal["self", "party"]
    reason: Sentence
    recused: Annotated[tuple[int, ...], Computed()] = ()
    persons: Annotated[tuple[str, ...], AccountRef(), Computed(), Internal()] = ()


class Started(Form):
    """Rights and duties are told (23, 24), the mediators accepted; open to others only if the parties want it."""

    rights_told: bool
    accepted: bool
    open_wanted: bool = False

    @model_validator(mode="after")
    def _told(self) -> "Started":
        if not (self.rights_told and self.accepted):
            raise ValueError("parties know their rights and accept the mediators (23)")
        return self


class Session(Form):
    """One sitting. Who came and what was said is the committee's secret (15): read with a reason only."""

    held_at: datetime
    place: Annotated[str, Field(min_length=1, max_length=120)]
    came: Sides
    present: Annotated[str, Personal("text"), Long(), Field(min_length=1, max_length=500)]
    said: Annotated[str, Personal("text"), Long(), Field(min_length=1, max_length=3000)]
    result: Literal["agreed", "nearer", "adjourned", "apart"]
    open_to_all: bool = False
    invited: bool = False
    invited_agreed: bool = False

    @model_validator(mode="after")
    def _invited(self) -> "Session":
        if self.invited and not self.invited_agreed:
            raise ValueError("relatives, neighbours and experts come with the parties' consent (20)")
        return self


class Withdrawal(Form):
    """Whoever applied owes nobody a reason (23)."""

    remark: Annotated[str, Field(max_length=500)] = ""


class Failure(Form):
    """调解不成: why, and by which ways the parties can still go (26)."""

    cause: Literal["no_agreement", "not_signed", "absent", "unfit", "other"]
    ways: Annotated[tuple[Way, ...], Field(min_length=1, max_length=3)]
    answer: Sentence


class Longer(Form):
    """More time, because all sides ask for it."""

    agreed_sides: Sides
    reason: Sentence


class PassedUp(Form):
    """What was tried here, and what stands in the way; the file goes along."""

    tried: Sentence
    remark: Annotated[str, Field(max_length=500)] = ""


class ToCounty(Form):
    """To which body of the county, on whose consent, and what was tried."""

    organ: Annotated[str, Field(min_length=1, max_length=120)]
    agreed_sides: Sides
    tried: Sentence


class HandOver(Form):
    """Who of the mediators has it from now on."""

    to: Annotated[str, PostRef()]
    reason: Sentence


class Risk(Form):
    """It may get worse: what is done against it, and who was told; a matter for the police is told at once (25)."""

    risk: Literal["none", "possible", "high"]
    police_matter: bool
    urgency: Urgency
    measures: Sentence
    notified: Annotated[
        tuple[Literal["police", "town", "village", "department", "family"], ...], Field(max_length=5)
    ] = ()

    @model_validator(mode="after")
    def _told(self) -> "Risk":
        if self.police_matter and "police" not in self.notified:
            raise ValueError("what may become a matter for the police is told to them at once (25)")
        if self.risk == "high" and not {"police", "town"} & set(self.notified):
            raise ValueError("a high risk is told to the town or the police")
        return self


class Rating(Form):
    """评价: whether it is solved and how satisfied the applicant is are two questions."""

    solved: bool
    satisfied: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, Long(), Field(max_length=500)] = ""
