"""What is asked of reaches, their heads, walks along them and what is found.

No track is asked for: of a walk only time, length and share of the reach are kept (domain E1).
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from gridtown.kernel.forms import (
    Choice,
    Computed,
    Form,
    Long,
    Personal,
    Photo,
    PostRef,
    Ref,
    Sets,
    Unit,
)
from gridtown.kernel.usual import Sentence, Urgency

Category = Annotated[str, Choice("issue"), Sets("category")]


class Reach(Form):
    """A stretch of water with one head; what its signboard says stands here too (浙江省河长制规定 12)."""

    groups = {
        "water": ("name", "water", "starts", "ends", "length", "area"),
        "head": ("head_level", "head"),
        "board": ("goal", "duties", "supervision_phone", "board_at", "board_dated"),
    }

    name: Annotated[str, Field(min_length=1, max_length=80)]
    water: Literal["river", "lake", "reservoir", "canal", "pond"]
    head_level: Literal["town", "village"] = "village"
    head: Annotated[str, PostRef()] | None = None
    length: Annotated[int, Unit("m"), Field(ge=0, le=200000)] | None = None
    area: Annotated[float, Unit("mu"), Field(ge=0)] | None = None
    starts: Annotated[str, Field(max_length=80)] = ""
    ends: Annotated[str, Field(max_length=80)] = ""
    goal: Annotated[str, Long(), Field(max_length=500)] = ""
    duties: Annotated[str, Long(), Field(max_length=500)] = ""
    supervision_phone: Annotated[str, Field(max_length=30)] = ""
    board_at: Annotated[str, Field(max_length=120)] = ""
    board_dated: date | None = None


class Head(Form):
    """A head of the town's waters: the list is public (12); the town and each village head sign an agreement (8)."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    office: Annotated[str, Field(max_length=60)] = ""
    level: Literal["city", "county", "town", "village"]
    post: Annotated[str, PostRef()] | None = None
    phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    agreement: date | None = None


class Walk(Form):
    """One walk that is owed; the ticker opens it from the reach's duty. to: the head whom the reach names, if any."""

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    reach: Annotated[int, Ref("reach")] | None = None
    to: Annotated[str, PostRef(), Computed()] | None = None


class Walked(Form):
    """What a walk came to, recorded truthfully (9); whether it counts follows from the town's settings.

    issue: what is wrong, for an issue to be opened with it; further ones are reported each for itself.
    """

    minutes: Annotated[int, Unit("min"), Field(ge=0, le=1440)]
    share: Annotated[int, Unit("percent"), Field(ge=0, le=100)]
    metres: Annotated[int, Unit("m"), Field(ge=0, le=200000)] | None = None
    seen: Annotated[str, Long(), Field(max_length=1000)] = ""
    found: Annotated[int, Field(ge=0, le=100)] = 0
    issue: Annotated[str, Long(), Field(max_length=2000)] = ""
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)] = ()
    valid: Annotated[bool, Computed()] = False
    short_of: Annotated[tuple[Literal["minutes", "share", "gap"], ...], Computed()] = ()

    @model_validator(mode="before")
    @classmethod
    def _counted(cls, said: Any) -> Any:
        """Who writes down an issue has found one, whether or not it was counted."""
        if isinstance(said, dict) and said.get("issue") and said.get("found") in (None, "", 0, "0"):
            return {**said, "found": 1}
        return said


class BoardCheck(Form):
    """A signboard that has to be looked at again."""

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    reach: Annotated[int, Ref("reach")]
    to: Annotated[str, PostRef(), Computed()] | None = None


class BoardSeen(Form):
    """Whether it says what it must, and stands."""

    right: bool
    remark: Annotated[str, Field(max_length=500)] = ""
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=3)] = ()


class BoardRenewed(Form):
    """What was changed on it, and since when it stands so."""

    remark: Sentence
    renewed_on: date
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=3)] = ()


class BoardApproved(Form):
    """That the renewed signboard is right; the register takes its day from what was renewed."""

    remark: Annotated[str, Field(max_length=500)] = ""
    renewed_on: Annotated[date, Computed()] | None = None


class Issue(Form):
    """Something wrong with the water or on its banks; a resident's complaint to the head is one as well (13)."""

    description: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    category: Category | None = None
    reach: Annotated[int, Ref("reach")] | None = None
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    urgency: Urgency | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)] = ()
    contact_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""


class Done(Form):
    """What was done, or that whoever did it was dissuaded."""

    how: Literal["cleaned", "repaired", "dissuaded", "other"] = "other"
    result: Sentence
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()


class Urge(Form):
    """Who has to deal with it, and by when."""

    to: Annotated[str, PostRef()] | None = None
    by_day: date | None = None
    category: Category | None = None
    remark: Annotated[str, Field(max_length=500)] = ""


class Upward(Form):
    """What was tried in vain: a report to the next level says so (11)."""

    tried: Sentence
    wanted: Annotated[str, Long(), Field(max_length=500)] = ""


class ToCounty(Form):
    """To whom beyond the town, and what was tried in vain (11)."""

    addressee: Literal["department", "head", "office"]
    addressee_name: Annotated[str, Field(min_length=1, max_length=80)]
    tried: Sentence


class CountyOutcome(Form):
    """What the county did or decided."""

    result: Sentence


class HandOn(Form):
    """Which line takes it over, and why."""

    line: Literal["appeals/matter", "enforcement/case"]
    reason: Sentence


class Check(Form):
    """What the check at the water found."""

    remark: Annotated[str, Field(max_length=500)] = ""
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()
