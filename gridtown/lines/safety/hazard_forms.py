"""What is asked when a hazard is found, and with each move until it is written off."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import CaseRef, Choice, Computed, File, Form, Photo, PostRef, Ref, Sets, Unit
from gridtown.kernel.usual import Sentence
from gridtown.lines.safety.forms import Before, Category, Photos, Text

After = Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)]
Organ = Annotated[str, Choice("organ")]


class Hazard(Form):
    """What is dangerous, by which way it was found, and, where it is known, whose it is."""

    description: Sentence
    source: Literal["inspection", "patrol", "self_inspection", "resident", "superior"]
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    unit: Annotated[int, Ref("unit")] | None = None
    category: Category | None = None
    risk_point: Annotated[int, Ref("risk_point")] | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    photos: Before = ()
    repeats: Annotated[int, Computed()] = 0


class Identified(Form):
    """Whose hazard it is and of which kind; then it is known how often that was put right there before."""

    unit: Annotated[int, Ref("unit")]
    category: Category
    risk_point: Annotated[int, Ref("risk_point")] | None = None
    repeats: Annotated[int, Computed()] = 0


class Order(Form):
    """责令整改: what is to be done, by what rule, and by when (the usual limit where no day is named).

    The post that answers for the unit's patch follows it up.
    """

    demand: Sentence
    rule: Annotated[str, Field(max_length=200)] = ""
    deadline: date | None = None
    signature: Annotated[str, Photo("signature")] = ""
    to: Annotated[str, PostRef(), Computed()] | None = None


class Rectified(Form):
    """What was done, and pictures of it where there are any: without one somebody has to go and look."""

    result: Sentence
    photos: After = ()
    file: Annotated[str, File()] = ""


class Recheck(Form):
    """复查: how it was looked at and what was found."""

    how: Literal["on_site", "by_photos"]
    opinion: Sentence
    photos: Photos = ()
    signature: Annotated[str, Photo("signature")] = ""


class Judged(Form):
    """By which standard it is a major hazard (安全生产法 118)."""

    standard: Sentence


class ReportUp(Form):
    """To whom a major hazard was reported, and whether the unit's staff know (安全生产法 41)."""

    organ: Organ
    staff_told: bool
    remark: Text = ""
    file: Annotated[str, File()] = ""


class Plan(Form):
    """治理方案 with the five musts (五落实); it may be drawn up in several goes."""

    responsible: Annotated[str, Field(max_length=200)] = ""
    measures: Text = ""
    funds: Annotated[float, Unit("yuan"), Field(ge=0)] | None = None
    finish_by: date | None = None
    contingency: Text = ""
    file: Annotated[str, File()] = ""


class Approved(Form):
    """The plan's own deadline becomes the limit, and the patch's post follows the work."""

    remark: Text = ""
    deadline: Annotated[date | None, Computed()] = None
    to: Annotated[str, PostRef(), Computed()] | None = None


class Listing(Form):
    """挂牌督办: by which level and organ, under which number, and by when it is to be done."""

    listed_by: Literal["town", "county", "city", "province"]
    organ: Organ
    listing: Annotated[str, Field(max_length=80)] = ""
    by_when: datetime
    reason: Sentence


class Stop(Form):
    """People out, work or equipment stopped, as long as nobody can vouch for safety (安全生产法 65)."""

    measure: Literal["withdraw", "stop_work", "stop_equipment"]
    scope: Sentence
    decided_by: Organ
    signature: Annotated[str, Photo("signature")] = ""


class Lift(Form):
    """What may start again, after review (安全生产法 65)."""

    scope: Sentence


class Progress(Form):
    """Weekly word on a major hazard."""

    day: date
    done: Sentence
    percent: Annotated[int, Unit("percent"), Field(ge=0, le=100)]
    photos: Photos = ()


class Consent(Form):
    """审查意见: why a major hazard may be written off."""

    opinion: Sentence
    file: Annotated[str, File()] = ""


class Transfer(Form):
    """移送: the organ in whose hands it lies (安全生产法 69)."""

    organ: Organ
    reason: Sentence
    file: Annotated[str, File()] = ""


class MergeInto(Form):
    """The number of the hazard that is the same."""

    into: Annotated[str, CaseRef("hazard")]
    remark: Text = ""


class Referral(Form):
    """移送执法: on what ground; the text opens the other line's case."""

    ground: Literal["overdue", "repeated", "refused", "unlawful"]
    description: Sentence
    photos: Photos = ()
    unit_name: Annotated[str, Computed()] = ""
