"""What is asked of a clue and with each step of a case."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import (
    AccountRef,
    Again,
    Choice,
    Computed,
    File,
    Form,
    Internal,
    Long,
    Personal,
    Photo,
    Ref,
    Sets,
    Unit,
)
from gridtown.kernel.usual import Sentence, Urgency

Penalty = Literal[
    "warning", "criticism", "fine", "confiscation", "licence", "restrict", "stop", "close", "other"
]  # 行政处罚法 9
Officers = Annotated[tuple[Annotated[int, Ref("officer")], ...], Ref("officer"), Again(), Field(max_length=6)]
# What is said of the act and its penalty goes from the filing to the decision, changed on the way where it must be.
Said = Annotated[Sentence, Again()]
Penalties = Annotated[tuple[Penalty, ...], Again(), Field(min_length=1)]
Item = Annotated[int, Ref("item"), Again()]
Money = Annotated[float, Unit("yuan"), Again(), Field(ge=0, le=100_000_000)]


class Clue(Form):
    """A clue: what seems to be against the law, where, and who did it if that is known."""

    groups = {
        "matter": ("description", "category", "item", "title", "source", "urgency", "address", "photos"),
        "party": ("party", "unit_name", "party_name", "party_id", "party_phone"),
    }

    description: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    category: Annotated[str, Choice("matter"), Sets("category")] | None = None
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    urgency: Urgency | None = None
    item: Annotated[int, Ref("item")] | None = None
    source: Literal["patrol", "inspection", "hazard", "resident", "handed", "other"] = "other"
    party: Literal["person", "unit"] = "unit"
    unit_name: Annotated[str, Field(max_length=80)] = ""
    party_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    party_id: Annotated[str, Personal("id"), Field(max_length=30)] = ""
    party_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    address: Annotated[str, Field(max_length=200)] = ""
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()


class Filing(Form):
    """立案: which matter of the list, when the act ended, and who investigates."""

    item: Item
    ended_on: date
    harmful: bool = False
    officers: Officers
    facts: Said
    investigators: Annotated[tuple[str, ...], AccountRef(), Computed(), Internal()] = ()


class Replacing(Form):
    """Who investigates from now on, and why."""

    officers: Officers
    reason: Sentence
    investigators: Annotated[tuple[str, ...], AccountRef(), Computed(), Internal()] = ()


class HandOver(Form):
    """To whom, and why it is not the town's (综合行政执法条例 18: with what was secured)."""

    to_organ: Annotated[str, Field(min_length=1, max_length=80)]
    reason: Sentence


class Spot(Form):
    """当场处罚: the facts are plain and the law is there (51, 52)."""

    item: Item
    officers: Officers
    facts: Said
    penalties: Penalties
    fine: Money = 0.0
    basis: Said
    told: bool
    signed: Annotated[str, Photo("signature")] = ""
    pay_by: Annotated[date, Computed()] | None = None


class Evidence(Form):
    """One piece of evidence: its sort of the eight (46), where it is from, and whether it stands."""

    sort: Literal[
        "document", "object", "audiovisual", "electronic", "testimony", "statement", "opinion", "record"
    ]
    description: Sentence
    taken: date
    verified: bool = False
    unlawful: bool = False
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()
    file: Annotated[str, File()] = ""


class Preserve(Form):
    """先行登记保存: what might be lost, and that the head approves (56)."""

    objects: Annotated[tuple[str, ...], Field(min_length=1, max_length=100)]
    place: Annotated[str, Field(max_length=120)] = ""
    reason: Sentence


class Dispose(Form):
    """What became of it within seven working days (56)."""

    how: Literal["returned", "seized", "recorded", "inspected", "handed_over"]
    remark: Annotated[str, Field(max_length=500)] = ""


class Conclusion(Form):
    """调查终结: facts, the article broken, and what is proposed."""

    facts: Said
    article: Sentence
    penalties: tuple[Penalty, ...] = ()
    fine: Money = 0.0
    lenient: Annotated[str, Long(), Field(max_length=500)] = ""


class Telling(Form):
    """事先告知: the penalty that is meant, facts, reasons, basis, and the rights (44, 63)."""

    penalties: Penalties
    fine: Money = 0.0
    facts: Said
    reasons: Sentence
    basis: Said
    hearing: Annotated[bool, Computed()] = False


class Defence(Form):
    """What the person says, and what came of looking into it (45)."""

    said: Sentence
    accepted: bool
    why: Sentence


class HearingCall(Form):
    """When and where it is held, and by whom chaired (64)."""

    held_at: datetime
    place: Annotated[str, Field(min_length=1, max_length=120)]
    open_to_all: bool = True


class HearingHeld(Form):
    """The record of the hearing, checked and signed by the person (64)."""

    record: Sentence
    opinion: Sentence
    signed: Annotated[str, Photo("signature")] = ""


class ReviewOpinion(Form):
    """法制审核: the opinion."""

    opinion: Sentence


class Decision(Form):
    """The decision with the six things that it must say (59); together: discussed by all heads (57)."""

    penalties: Penalties
    fine: Money = 0.0
    facts: Said
    basis: Said
    manner: Sentence
    together: bool = False
    public: bool = False


class NoPenalty(Form):
    """Why none is imposed (33, 57)."""

    ground: Literal["slight", "first", "not_proven", "lapsed", "minor", "other"]
    reason: Sentence


class Service(Form):
    """送达: how, when, and the receipt (61); by when a fine is to be paid follows from the day (67)."""

    how: Literal["direct", "left", "post", "electronic", "entrusted", "notice"]
    day: date
    receipt: Annotated[str, Photo("evidence")] = ""
    signed: Annotated[str, Photo("signature")] = ""
    remark: Annotated[str, Field(max_length=500)] = ""
    pay_by: Annotated[date, Computed()] | None = None


class Payment(Form):
    """What was paid into the bank; officers take no money but on the spot where the law lets them (67, 68, 69).

    paid_on: the bank's day, today where none is said. surcharge: what has been added up to that day.
    """

    amount: Annotated[float, Unit("yuan"), Field(gt=0, le=100_000_000)]
    paid_on: date | None = None
    slip: Annotated[str, Field(max_length=60)] = ""
    on_the_spot: bool = False
    cash_ground: Literal["hard_later", "remote"] | None = None
    surcharge: Annotated[float, Unit("yuan"), Computed()] = 0.0


class Delay(Form):
    """暂缓或分期: asked for by the person, approved (66)."""

    version = 2  # the day was called `until`

    pay_by: date
    reason: Sentence


class CarriedOut(Form):
    """What else was carried out."""

    result: Sentence
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()


class Appeal(Form):
    """复议或诉讼: which, and where."""

    which: Literal["review", "suit"]
    body: Annotated[str, Field(min_length=1, max_length=80)]


class Outcome(Form):
    """What another body decided."""

    result: Sentence


class Upheld(Form):
    """That it stands; by when it is to be paid where the days for that begin anew."""

    result: Sentence
    pay_by: Annotated[date, Computed()] | None = None


class Varied(Form):
    """变更: what another body has put in the place of the penalty."""

    penalties: Penalties
    fine: Money = 0.0
    result: Sentence
    pay_by: Annotated[date, Computed()] | None = None


class Withdrawing(Form):
    """Where the decision was taken back from the public, and the reason that was published with it (48)."""

    where: Annotated[str, Field(min_length=1, max_length=120)]
    why: Sentence


class Closing(Form):
    """结案报告."""

    report: Sentence


class Publishing(Form):
    """Where the decision was published, or withdrawn and why; what must not be is masked (48)."""

    where: Annotated[str, Field(min_length=1, max_length=120)]
    withdrawn: bool = False
    why: Annotated[str, Long(), Field(max_length=1000)] = ""
