"""复盘溯源: why a petition went badly, what is changed for it by whom and until when, and whether that helped.

It looks at causes and rules, never at a person's score. Each measure is a case of its own, held by its owner.
"""

from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.clocks import Limit, workdays
from gridtown.kernel.forms import Choice, Form, Long, Sets
from gridtown.kernel.lessons import looked_after, measure, measures
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import note, supervise
from gridtown.lines.petitions.procedure import OFFICE, OURS, STAFF, UNIT


class Review(Form):
    """What is looked back at; the petition itself is the case that this one belongs to."""

    cause: Literal["overdue", "repeated", "dissatisfied", "same_source"]
    category: Annotated[str, Choice("matter"), Sets("category")] | None = None
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    description: Annotated[str, Long(), Field(max_length=2000)] = ""


class Analysis(Form):
    """Where it began, which link of the work failed, and what the rules lack."""

    origin: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    link: Literal["source", "reception", "handling", "delivery", "execution", "none"]
    gap: Annotated[str, Long(), Field(max_length=1000)] = ""


REVIEW = Procedure(
    start="owed",
    end={"learned": "done"},
    moves=(
        Move("analyse", "owed -> following", by=OFFICE, form=Analysis),
        *measures("petitions/measure", by=(OFFICE,), concluded_by=("supervisor", "leader")),
        supervise(("supervisor", "leader", OFFICE)),
        note(STAFF),
    ),
    limits=(
        Limit("owed", workdays(10), "design: looked at while it is remembered (domain B5)", since=OURS),
        *looked_after(OURS),
    ),
)  # fmt: skip

MEASURE = measure(
    by=(UNIT,), confirmed_by=(OFFICE, "supervisor"), dropped_by="supervisor", since=OURS,
    others=(supervise(("supervisor", "leader", OFFICE)), note(STAFF)),
)  # fmt: skip
