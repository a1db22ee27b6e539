"""What is kept of units and risk points, and what is asked of a check, a self-inspection and the grading tool."""

from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import (
    Choice,
    Computed,
    File,
    Form,
    Long,
    Personal,
    Photo,
    PostRef,
    Ref,
    Sets,
    Unit,
)
from gridtown.kernel.usual import Sentence

Category = Annotated[str, Choice("category"), Sets("category")]
Colour = Literal["red", "orange", "yellow", "blue"]
Photos = Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)]
Before = Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)]
Text = Annotated[str, Long(), Field(max_length=1000)]


class SafetyUnit(Form):
    """An enterprise, premises or a public place, with whom to call and who answers for the patch it lies in."""

    groups = {
        "unit": ("name", "kind", "trade", "address", "code", "staff", "fire_key", "mixed_use", "remark"),
        "answers": ("patch", "contact_name", "contact_phone"),
    }

    name: Annotated[str, Field(min_length=1, max_length=80)]
    kind: Literal["enterprise", "premises", "place"]
    trade: Annotated[str, Choice("trade")]
    address: Annotated[str, Field(max_length=200)] = ""
    code: Annotated[str, Field(max_length=18, pattern=r"^([0-9A-Z]{18})?$")] = ""
    staff: Annotated[int, Unit("people"), Field(ge=0, le=100_000)] | None = None
    fire_key: bool = False
    mixed_use: bool = False
    patch: Annotated[str, PostRef()] | None = None
    contact_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    remark: Text = ""


class Factors(Form):
    """A grading: by LEC or by LS, or straight to red by a rule."""

    method: Literal["lec", "ls"]
    likelihood: Annotated[str, Choice("likelihood")] | None = None
    exposure: Annotated[str, Choice("exposure")] | None = None
    consequence: Annotated[str, Choice("consequence")] | None = None
    chance: Annotated[str, Choice("chance")] | None = None
    severity: Annotated[str, Choice("severity")] | None = None
    direct: Annotated[str, Choice("direct")] | None = None


class _Source(Form):
    """Where the danger is and what it comes from."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    unit: Annotated[int, Ref("unit")]
    hazard_source: Sentence
    category: Annotated[str, Choice("category")]


class RiskPoint(Factors, _Source):
    """A place, a machine or a job at a unit that can hurt somebody, with its grade and what keeps it in hand."""

    groups = {
        "where": ("name", "unit", "hazard_source", "category"),
        "grading": ("method", "likelihood", "exposure", "consequence", "chance", "severity", "direct"),
        "control": ("measures", "keeper"),
    }

    measures: Sentence
    keeper: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    score: Annotated[float, Computed()] | None = None
    colour: Annotated[Colour | None, Computed()] = None
    grade: Annotated[Literal["major", "considerable", "general", "low"] | None, Computed()] = None
    control: Annotated[Literal["company", "department", "team", "post"] | None, Computed()] = None


class Check(Form):
    """A re-inspection that is owed on a risk point; unit and colour are the point's own."""

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    risk_point: Annotated[int, Ref("risk_point")]
    unit: Annotated[int, Ref("unit"), Computed()] | None = None
    colour: Annotated[Colour | None, Computed()] = None


class Found(Form):
    """A hazard that was found; it becomes a case of its own."""

    description: Sentence
    category: Annotated[str, Choice("category")]
    photos: Before = ()


class Checked(Form):
    """The record of a check, signed by the unit; a refusal to sign is noted (安全生产法 68)."""

    in_control: bool
    seen: Sentence
    regrade: bool = False
    signed: Literal["signed", "refused", "absent"]
    signature: Annotated[str, Photo("signature")] = ""
    photos: Photos = ()
    remark: Text = ""


class SelfCheck(Form):
    """A self-inspection, owed monthly or begun by the unit itself."""

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    unit: Annotated[int, Ref("unit")]


class Declared(Form):
    """A hazard that the unit found itself."""

    description: Sentence
    category: Annotated[str, Choice("category")]
    photos: Before = ()


class HandedIn(Form):
    """What a self-inspection came to; what was not put right on the spot is declared one by one before."""

    points: Annotated[int, Field(ge=1, le=10_000)]
    problems: Annotated[int, Field(ge=0, le=10_000)]
    put_right: Annotated[int, Field(ge=0, le=10_000)]
    staff_told: bool
    result: Text = ""
    photos: Photos = ()
    paper: Annotated[str, File()] = ""


class Reminder(Form):
    """How the unit was reminded."""

    way: Literal["call", "visit", "message"]
    remark: Text = ""
