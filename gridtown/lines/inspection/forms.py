"""What is asked of a visit: planned, drawn, approved, announced, entered, item by item, concluded, put right."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gridtown.kernel.forms import (
    AccountRef,
    Again,
    CaseRef,
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
    Shown,
)
from gridtown.kernel.usual import Sentence

Items = Annotated[
    tuple[Annotated[int, Ref("item")], ...], Ref("item"), Shown(), Field(min_length=1, max_length=60)
]  # published items: the enterprise reads them, too
Inspectors = Annotated[tuple[Annotated[int, Ref("inspector")], ...], Ref("inspector")]
Persons = Annotated[tuple[str, ...], AccountRef(), Computed(), Internal()]
Certificates = Annotated[tuple[str, ...], Computed()]
Organ = Annotated[str, Choice("organ")]
Organs = Annotated[tuple[Organ, ...], Computed()]
Photos = Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)]
After = Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)]
Text = Annotated[str, Long(), Field(max_length=1000)]


class Visit(Form):
    """检查: which items at which enterprise, within which days, and by what it is caused.

    A visit that a complaint, a hazard or an order causes is counted apart from the cap. ground stays in the house.
    """

    enterprise: Annotated[int, Ref("enterprise")]
    items: Items
    window_from: date
    window_until: date
    source: Literal["plan", "complaint", "hazard", "order"] = "plan"
    unannounced: bool = False
    matter: Annotated[str, CaseRef("*")] | None = None
    ground: Annotated[str, Personal("text"), Field(max_length=500)] = ""
    title: Annotated[str, Sets("title"), Computed()] = ""
    nth: Annotated[int, Computed()] = 0
    cap: Annotated[int, Computed()] = 0
    over_cap: Annotated[bool, Computed()] = False

    @model_validator(mode="after")
    def _fits(self) -> "Visit":
        if self.window_from > self.window_until or self.window_from.year != self.window_until.year:
            raise ValueError("a window lies within the year whose cap it counts for")
        if self.source != "plan" and not self.ground:
            raise ValueError("what causes a visit outside the plan is written down")
        return self


class Merged(Form):
    """All items of the visit from now on, those that were merged into it among them."""

    items: Items


class Draw(Form):
    """The session whose seed and roll it is; all else follows. drawn_order: certificates, reserve included."""

    session: Annotated[str, CaseRef("session")]
    drawn_order: Certificates = ()
    team: Annotated[Inspectors, Computed()] = ()
    persons: Persons = ()
    conflicted: Certificates = ()
    lapsed: Certificates = ()
    changed: Certificates = ()


class Naming(Form):
    """Who goes where there is no time to draw: for a visit outside the plan, with the reason."""

    team: Annotated[Inspectors, Field(min_length=1, max_length=8)]
    reason: Sentence
    persons: Persons = ()


class Approval(Form):
    """审批: the opinion and, for a joint visit, who does what (综执 14); the rest is what is approved."""

    opinion: Sentence
    division: Text = ""
    approved_items: Annotated[tuple[Annotated[int, Ref("item")], ...], Ref("item"), Shown(), Computed()] = ()
    organs: Organs = ()
    lead: Annotated[Organ | None, Computed()] = None
    joint: Annotated[bool, Computed()] = False


class Notice(Form):
    """告知: what the enterprise is told before the visit, how, and for which day."""

    day: date
    way: Literal["link", "paper", "phone", "message"]
    answer: Sentence


class Arrival(Form):
    """到场亮证: who stands at the door; the enterprise reads their certificates on its own page."""

    present: Annotated[Inspectors, Again("team"), Field(min_length=1, max_length=8)]
    persons: Persons = ()
    answer: Annotated[str, Computed()] = ""


class Unscanned(Form):
    """Why the enterprise's code was not scanned."""

    why: Literal["no_code", "no_network", "refused", "nobody_there"]
    remark: Text = ""


class PutOff(Form):
    """Another window, within the same year, and why."""

    window_from: date
    window_until: date
    reason: Sentence
    answer: Annotated[str, Field(max_length=300)] = ""

    @model_validator(mode="after")
    def _fits(self) -> "PutOff":
        if self.window_from > self.window_until:
            raise ValueError("a window ends after it begins")
        return self


class CalledOff(Form):
    """Why, and what the enterprise is told."""

    reason: Sentence
    answer: Sentence


class Recusal(Form):
    """Which inspector should not inspect here, and why (处罚 43; 国办发〔2024〕54号)."""

    whom: Annotated[str, Field(min_length=1, max_length=80)]
    reason: Sentence


class Replacing(Form):
    """Who steps aside; the next in the drawn order comes in, or, for a team that was named, who is named now."""

    aside: Annotated[Inspectors, Field(min_length=1, max_length=8)]
    instead: Annotated[Inspectors, Field(max_length=8)] = ()
    reason: Sentence
    answer: Annotated[str, Field(max_length=300)] = ""
    team: Annotated[Inspectors, Computed()] = ()
    persons: Persons = ()


class Keeping(Form):
    """Why the team stays as it is, and what the enterprise is told."""

    reason: Sentence
    answer: Sentence


class Result(Form):
    """What was found for one item; said again, the last word counts."""

    item: Annotated[int, Ref("item"), Shown()]
    result: Literal["pass", "fail", "not_applicable"]
    found: Text = ""
    photos: Photos = ()

    @model_validator(mode="after")
    def _says_what(self) -> "Result":
        if self.result == "fail" and not self.found:
            raise ValueError("what is wrong is written down")
        return self


class Conclusion(Form):
    """现场笔录: what was seen, what the enterprise says to it, and its signature, or that it did not sign."""

    seen: Sentence
    statement: Text = ""
    signed: Literal["signed", "refused", "absent"]
    signature: Annotated[str, Photo("signature")] = ""
    witness: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    paper: Annotated[str, File()] = ""
    answer: Sentence
    day: Annotated[date | None, Computed()] = None
    lead: Annotated[Organ | None, Computed()] = None
    joint: Annotated[bool, Computed()] = False
    items_done: Annotated[int, Computed()] = 0
    visits_saved: Annotated[int, Computed()] = 0
    problems: Annotated[int, Computed()] = 0
    passed: Annotated[tuple[str, ...], Computed()] = ()
    failed: Annotated[tuple[str, ...], Computed()] = ()

    @model_validator(mode="after")
    def _witnessed(self) -> "Conclusion":
        if self.signed != "signed" and not self.witness:
            raise ValueError("that nobody signed is witnessed")
        return self


class Order(Form):
    """责令改正: what, by which rule, by when."""

    demand: Sentence
    rule: Annotated[str, Field(min_length=1, max_length=300)]
    deadline: date
    answer: Annotated[str, Field(max_length=300)] = ""


class Hazard(Form):
    """A danger that becomes a case of the safety line."""

    description: Sentence
    photos: Photos = ()


class Clue(Form):
    """移送: what seems to be against the law, with what was secured (综执 18); a case of enforcement."""

    description: Sentence
    photos: Photos = ()
    unit_name: Annotated[str, Computed()] = ""


class PutRight(Form):
    """What was done."""

    done: Sentence
    photos: After = ()
    file: Annotated[str, File()] = ""


class Recheck(Form):
    """复查: on paper wherever that is enough, so that nobody calls twice."""

    how: Literal["on_paper", "by_photos", "on_site"]
    opinion: Sentence
    photos: Photos = ()
    answer: Annotated[str, Field(max_length=300)] = ""
