"""What is asked of makers and sellers of food, of visits, of problems found, and of the entity's own checks."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

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
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Sentence, Urgency

Category = Annotated[str, Choice("check_item"), Sets("category")]


class Entity(Form):
    """A maker or seller of food.

    duty_level says by its size who answers for it: A city, B county, C town, D village. risk_grade is the
    regulator's, where A is the *lowest* risk (食品安全法 109). Two fields, never compared (domain B4).
    """

    groups = {
        "shop": ("name", "trade", "licence", "licence_until", "registered", "address"),
        "grades": ("duty_level", "risk_grade", "cadre"),
        "contact": ("safety_officer", "contact_phone"),
    }

    name: Annotated[str, Field(min_length=1, max_length=80)]
    trade: Annotated[str, Choice("trade")]
    duty_level: Literal["A", "B", "C", "D"]
    risk_grade: Literal["A", "B", "C", "D"] | None = None
    cadre: Annotated[str, PostRef()] | None = None
    licence: Annotated[str, Field(max_length=40)] = ""
    licence_until: date | None = None
    registered: date | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    safety_officer: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""


class Visit(Form):
    """One visit that is owed; the ticker opens it from the entity's duty."""

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    entity: Annotated[int, Ref("entity")] | None = None


class Visited(Form):
    """What the cadre saw: the whole list was gone through, and what was not in order; problems are opened beside it."""

    seen: Annotated[tuple[Annotated[str, Choice("check_item")], ...], Field(min_length=1)]
    remark: Annotated[str, Long(), Field(max_length=1000)] = ""
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=6)] = ()
    signed: Annotated[str, Photo("signature")] = ""


class Found(Form):
    """A problem found on a visit or in an entity's own check."""

    description: Annotated[str, Long(), Field(min_length=1, max_length=1000)]
    category: Annotated[str, Choice("check_item")]
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=6)] = ()


class Problem(Form):
    """Something that is not in order at an entity; a resident may tell of it too."""

    description: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    entity: Annotated[int, Ref("entity")] | None = None
    category: Category | None = None
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    urgency: Urgency | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)] = ()
    contact_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    repeated: Annotated[bool, Computed()] = False


class Order(Form):
    """By when it has to be in order, and who sees to it."""

    to: Annotated[str, PostRef()] | None = None
    by_day: date | None = None
    category: Category | None = None
    demand: Annotated[str, Long(), Field(max_length=500)] = ""


class Done(Form):
    """What was done about it."""

    result: Sentence
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()


class Check(Form):
    """What the second look found."""

    remark: Annotated[str, Field(max_length=500)] = ""
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()


class SelfCheck(Form):
    """日管控、周排查、月调度: what the entity's own safety officer looked at (食品安全法 47)."""

    entity: Annotated[int, Ref("entity")]
    period: Literal["day", "week", "month"]
    day: date
    items: Annotated[int, Unit("items"), Field(ge=0, le=500)] = 0
    description: Annotated[str, Long(), Field(max_length=1000)] = ""
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=6)] = ()


def repeated(told: Told, doing: Doing) -> Mapping[str, Any]:
    """Whether the same problem stood at the same entity within the town's number of days; dismissed ones did not."""
    span = timedelta(days=float(doing.settings["repeat_days"]))
    stood = [e for e in doing.earlier() if e.outcome != "refused" and doing.now - e.opened <= span]
    return {"repeated": bool(stood)}
