"""The matters that the county has handed to the town, and the officers who hold a certificate."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import AccountRef, Choice, Form, Long
from gridtown.kernel.line import Register


class Item(Form):
    """A matter that the town may punish: on the county's published list (综合行政执法条例 9; 行政处罚法 24)."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    code: Annotated[str, Field(min_length=1, max_length=40)]
    matter: Annotated[str, Choice("matter")]
    basis: Annotated[str, Long(), Field(min_length=1, max_length=1000)]
    penalty: Annotated[str, Long(), Field(max_length=1000)] = ""
    handed: date
    until: date | None = None
    level: Literal["full", "clue_only"] = "full"


class Officer(Form):
    """Who may inspect and investigate: a certificate in force (行政处罚法 42; 综合行政执法条例 28)."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    person: Annotated[str, AccountRef(), Field(min_length=1, max_length=150)]
    certificate: Annotated[str, Field(min_length=1, max_length=40)]
    until: date
    standing: Literal["officer", "auxiliary", "grid_worker", "temporary"] = "officer"
    speciality: Annotated[tuple[Annotated[str, Choice("matter")], ...], Field(max_length=20)] = ()
    organ: Annotated[str, Field(max_length=80)] = ""


ITEMS = Register("item", form=Item, kept_by=("admin", "legal_reviewer", "enforcement_head"))
OFFICERS = Register("officer", form=Officer, kept_by=("admin", "enforcement_head"))
