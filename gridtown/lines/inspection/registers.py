"""Whom one may inspect, what for, and who may: enterprises with their caps, published items, certified inspectors."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import AccountRef, Choice, Form, Long, Personal, Ref, Unit
from gridtown.kernel.line import Register

Organ = Annotated[str, Choice("organ")]
Trade = Annotated[str, Choice("trade")]
Speciality = Annotated[str, Choice("speciality")]


class Enterprise(Form):
    """An enterprise at one place, with the class that says its cap and the grade that says how often (综执 21)."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    code: Annotated[str, Field(max_length=18, pattern=r"^([0-9A-Z]{18})?$")] = ""
    trade: Trade
    tier: Annotated[str, Choice("tier")] = "general"
    credit: Annotated[str, Choice("credit")] = "b"
    address: Annotated[str, Field(max_length=200)] = ""
    contact_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""


class Item(Form):
    """检查事项: what an organ may look at, since it was published; how often, and of whom.

    Without a period it falls due only where a draw of objects says so. on_paper: can be looked at without going there.
    """

    groups = {
        "item": ("name", "code", "organ", "basis", "published", "until"),
        "when": ("trades", "every_months", "speciality", "on_paper"),
        "how": ("checklist",),
    }

    name: Annotated[str, Field(min_length=1, max_length=120)]
    code: Annotated[str, Field(min_length=1, max_length=40)]
    organ: Organ
    basis: Annotated[str, Long(), Field(min_length=1, max_length=1000)]
    published: date
    until: date | None = None
    trades: Annotated[tuple[Trade, ...], Field(max_length=30)] = ()
    every_months: Annotated[int, Unit("months"), Field(ge=1, le=120)] | None = None
    speciality: Speciality | None = None
    on_paper: bool = False
    checklist: Annotated[str, Long(), Field(max_length=2000)] = ""


class Inspector(Form):
    """Who may inspect: a certificate in force, of the organ's own staff; and at whose place never (处罚 42, 43)."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    person: Annotated[str, AccountRef(), Field(min_length=1, max_length=150)]
    certificate: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^|\s]+$")]
    until: date
    standing: Literal["officer", "auxiliary", "grid_worker", "temporary"] = "officer"
    organ: Organ = "town"
    specialities: Annotated[tuple[Speciality, ...], Field(max_length=20)] = ()
    conflicts: Annotated[
        tuple[Annotated[int, Ref("enterprise")], ...], Ref("enterprise"), Field(max_length=100)
    ] = ()


ENTERPRISES = Register("enterprise", form=Enterprise, kept_by=("planner", "supervisor", "admin"), linked=True)
ITEMS = Register("item", form=Item, kept_by=("inspection_head", "admin"))
INSPECTORS = Register("inspector", form=Inspector, kept_by=("inspection_head", "admin"))
