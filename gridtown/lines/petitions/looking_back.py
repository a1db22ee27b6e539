"""复盘溯源: why a petition went badly, what is changed for it by whom and until when, and whether that helped.

It looks at causes and rules, never at a person's score. Each measure is a case of its own, held by its owner.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.effects import Spawn
from gridtown.kernel.forms import Choice, Form, Long, Photo, PostRef, Sets
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason, Sentence, note, supervise
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


class Planned(Form):
    """A measure, its owner, and by when; it names no petitioner."""

    measure: Sentence
    to: Annotated[str, PostRef()]
    due_on: date


class Measure(Form):
    """What is to be changed, by whom and until when."""

    description: Sentence
    to: Annotated[str, PostRef()]
    due_on: date


class Done(Form):
    """What was done, with the proof of it."""

    done: Sentence
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()


class Again(Form):
    """What is still missing, and by when."""

    reason: Sentence
    due_on: date


class Effect(Form):
    """What somebody else found when looking whether it helped."""

    effect: Sentence


def no_measure_yet(told: Told, doing: Doing) -> str | None:
    """A review with measures ends with them, not around them."""
    return "guard.has_measures" if told.times("plan") else None


REVIEW = Procedure(
    start="owed",
    end={"learned": "done"},
    moves=(
        Move("analyse", "owed -> following", by=OFFICE, form=Analysis),
        Move("plan", "following -> =", by=OFFICE, form=Planned, holder="keep",
             effect=Spawn("petitions/measure",
                          carry={"description": "measure", "to": "to", "due_on": "due_on"})),
        Move("without_measure", "following -> checking", by=OFFICE, form=Reason, guards=(no_measure_yet,)),
        Move("all_done", "following -> checking", by="child", on=("solved", "done")),
        Move("not_all_done", "following -> checking", by="child", on=("unsolved",)),
        Move("conclude", "checking -> learned", by=("supervisor", "leader"), form=Effect,
             guards=(by_another("analyse"),)),
        Move("more", "checking -> following", by=("supervisor", "leader"), form=Reason),
        supervise(("supervisor", "leader", OFFICE)),
        note(STAFF),
    ),
    limits=(
        Limit("owed", workdays(10), "design: looked at while it is remembered (domain B5)", since=OURS),
        Limit("following", days(90), "design: measures have times of their own; this one forgets none",
              then="supervise", since=OURS),
        Limit("checking", workdays(10), "design: whether it helped is seen by another", then="supervise",
              since=OURS),
    ),
)  # fmt: skip

MEASURE = Procedure(
    start="agreed",
    end={"effective": "solved", "dropped": "unsolved"},
    moves=(
        Move("complete", "agreed -> completed", by=UNIT, form=Done, mine=True),
        Move("confirm", "completed -> effective", by=(OFFICE, "supervisor"), form=Effect,
             guards=(by_another("complete"),)),
        Move("return_it", "completed -> agreed", by=(OFFICE, "supervisor"), form=Again, holder="back"),
        Move("drop", "agreed -> dropped", by="supervisor", form=Reason),
        supervise(("supervisor", "leader", OFFICE)),
        note(STAFF),
    ),
    limits=(
        Limit("agreed", days(30), "design: the day agreed with its owner", key="measure", until="due_on",
              then="supervise", since=OURS),
        Limit("completed", workdays(5), "design: seen by another within a week", since=OURS),
    ),
)  # fmt: skip
