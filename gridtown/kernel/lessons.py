"""复盘: what is changed for something that went badly, by whom and until when, and whether that helped.

A review has its own first states; from `following` on it goes like any other, and each of its measures is a case of
its own, held by its owner.
"""

from datetime import date
from typing import Annotated

from pydantic import Field

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.effects import Spawn
from gridtown.kernel.forms import Form, Photo, PostRef
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason, Sentence


class Planned(Form):
    """A measure, its owner, and by when; it names nobody that a case is about."""

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


def measures(kind: str, *, by: tuple[str, ...], concluded_by: tuple[str, ...]) -> tuple[Move, ...]:
    """The moves of a review from `following` over `checking` to `learned`, after somebody's `analyse`."""
    return (
        Move("plan", "following -> =", by=by, form=Planned, holder="keep",
             effect=Spawn(kind, carry={"description": "measure", "to": "to", "due_on": "due_on"}), usual=True),
        Move("without_measure", "following -> checking", by=by, form=Reason, guards=(no_measure_yet,)),
        Move("all_done", "following -> checking", by="child", on=("solved", "done")),
        Move("not_all_done", "following -> checking", by="child", on=("unsolved",)),
        Move("conclude", "checking -> learned", by=concluded_by, form=Effect, guards=(by_another("analyse"),)),
        Move("more", "checking -> following", by=concluded_by, form=Reason),
    )  # fmt: skip


def looked_after(since: date) -> tuple[Limit, ...]:
    """How long a review may follow its measures, and how long somebody may take to see whether they helped."""
    return (
        Limit("following", days(90), "design: measures have times of their own; this one forgets none",
              then="supervise", since=since),
        Limit("checking", workdays(10), "design: whether it helped is seen by another", then="supervise",
              since=since),
    )  # fmt: skip


def measure(
    *, by: tuple[str, ...], confirmed_by: tuple[str, ...], dropped_by: str | tuple[str, ...], since: date,
    others: tuple[Move, ...],
) -> Procedure:  # fmt: skip
    """How one measure goes: done by its owner, and seen by another."""
    return Procedure(
        start="agreed",
        end={"effective": "solved", "dropped": "unsolved"},
        moves=(
            Move("complete", "agreed -> completed", by=by, form=Done, mine=True),
            Move("confirm", "completed -> effective", by=confirmed_by, form=Effect,
                 guards=(by_another("complete"),)),
            Move("return_it", "completed -> agreed", by=confirmed_by, form=Again, holder="back"),
            Move("drop", "agreed -> dropped", by=dropped_by, form=Reason),
            *others,
        ),
        limits=(
            Limit("agreed", days(30), "design: the day agreed with its owner", key="measure", until="due_on",
                  then="supervise", since=since),
            Limit("completed", workdays(5), "design: seen by another within a week", since=since),
        ),
    )  # fmt: skip
