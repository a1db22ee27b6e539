"""What is asked when a petition is handed in, and until it is told whether it is accepted.

`answer` is read by the petitioner; `reason` and `remark` stay inside the house. Who is accused is named by post
(`Bars`), so that the ledger keeps the petition from them, and in words (`against`), which are personal data.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import Bars, CaseRef, Choice, Computed, Form, Long, Personal, Photo, PostRef, Sets
from gridtown.kernel.usual import Sentence, Urgency

Posts = Annotated[tuple[str, ...], PostRef(), Bars(), Field(max_length=9)]
Way = Literal["petition", "duty"]
Nature = Literal["accusation", "suggestion", "appeal"]


class Petition(Form):
    """登记: who asks what of whom, and why (信访 19); `first` and `before` are looked up, not asked."""

    groups = {
        "matter": ("description", "request", "category", "title", "urgency", "address", "photos"),
        "people": ("contact_name", "contact_phone", "id_number", "home", "people", "representatives"),
        "against": ("against", "accused"),
        "came": ("came_by", "sender", "sender_number", "report_by"),
    }

    description: Annotated[str, Long(), Field(min_length=1, max_length=4000)]
    request: Sentence
    category: Annotated[str, Choice("matter"), Sets("category")]
    contact_name: Annotated[str, Personal("name"), Field(min_length=1, max_length=40)]
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    came_by: Literal["web", "letter", "visit", "phone", "from_above"] = "web"
    urgency: Urgency | None = None
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    id_number: Annotated[str, Personal("id"), Field(max_length=30)] = ""
    home: Annotated[str, Personal("address"), Field(max_length=200)] = ""
    address: Annotated[str, Field(max_length=200)] = ""
    people: Annotated[int, Field(ge=1, le=10000)] = 1
    representatives: Annotated[int, Field(ge=1, le=10000)] = 1
    against: Annotated[str, Personal("text"), Field(max_length=200)] = ""
    accused: Posts = ()
    sender: Annotated[str, Field(max_length=120)] = ""
    sender_number: Annotated[str, Field(max_length=60)] = ""
    report_by: date | None = None
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)] = ()
    first: Annotated[bool, Computed()] = True
    before: Annotated[str, CaseRef(), Computed()] = ""


class Route(Form):
    """转送、交办: of which sort it is, whose it is, and by when they report back (信访 22, 29–31)."""

    nature: Nature
    way: Way = "petition"
    to: Annotated[str, PostRef()] | None = None
    hand: Literal["pass", "charge"] = "pass"
    accused: Posts = ()
    other_matter: bool = False
    new_facts: Annotated[str, Long(), Field(max_length=1000)] = ""
    remark: Annotated[str, Field(max_length=500)] = ""


class Objection(Form):
    """Why it is not ours, in detail (信访 23), and whose it would be."""

    reason: Sentence
    suggested: Annotated[str, PostRef()] | None = None


class NotAccepted(Form):
    """不予受理: on which ground, and where the petitioner may turn instead."""

    grounds: Literal["pending", "final", "litigation", "other_organ", "anonymous"]
    answer: Sentence


class Diverted(Form):
    """导入法定途径: one of the first four ways of 信访 31, and the body that has it now."""

    into_way: Literal["litigation", "arbitration", "party", "administrative"]
    organ: Annotated[str, Field(min_length=1, max_length=120)]
    answer: Sentence


class PassedOn(Form):
    """移送: an accusation that discipline inspection deals with, and nobody else reads (信访 22, 30)."""

    organ: Annotated[str, Field(min_length=1, max_length=120)]
    answer: Sentence


class Told(Form):
    """受理告知: that it is accepted, by whom, and how it will go (信访 23)."""

    answer: Sentence


class MergeInto(Form):
    """The number of the pending petition that asks the same."""

    into: Annotated[str, CaseRef("petition")]
    remark: Annotated[str, Field(max_length=500)] = ""


class Transfer(Form):
    """Who handles it now."""

    to: Annotated[str, PostRef()]
    remark: Annotated[str, Field(max_length=500)] = ""


class Recusal(Form):
    """回避: an interest of one's own in matter or petitioner (信访 28); the post is that of whoever declares it."""

    reason: Sentence
    conflicted: Annotated[str, PostRef(), Bars(), Computed()] = ""


class KeepFrom(Form):
    """Which posts are accused or conflicted, as has turned out later; they are told nothing."""

    posts: Annotated[tuple[str, ...], PostRef(), Bars(), Field(min_length=1, max_length=9)]
    reason: Sentence


class Addition(Form):
    """What the petitioner wants to add."""

    description: Sentence
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)] = ()


class ReportedUp(Form):
    """To whom a weighty or urgent matter was reported at once (信访 25)."""

    bodies: Annotated[str, Field(min_length=1, max_length=200)]
    remark: Annotated[str, Field(max_length=500)] = ""


class Advice(Form):
    """三项建议: to improve the work, mend a rule, or hold somebody responsible (信访 40)."""

    sort: Literal["work", "policy", "responsibility"]
    advised: Annotated[str, Field(min_length=1, max_length=120)]
    advice: Sentence
