"""The task board: what a group has to do in an event, by whom and by when, and whether another has seen it done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from gridtown.kernel.clocks import Extension, Limit, hours
from gridtown.kernel.effects import Extend
from gridtown.kernel.forms import CaseRef, Computed, Form, Photo, PostRef, Ref
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason, Sentence, note, supervise
from gridtown.lines.events.rules import CHIEFS, DOERS, OURS, STAFF

FOUR = hours(4)


class Assigned(Form):
    """A task that is given from the event's page."""

    task: Sentence
    group: Annotated[int, Ref("group")] | None = None
    to: Annotated[str, PostRef()] | None = None
    due_by: datetime | None = None


class Task(Form):
    """What is to be done, for which group, by which post, until when; the event is the one that is on."""

    description: Sentence
    group: Annotated[int, Ref("group")] | None = None
    to: Annotated[str, PostRef()] | None = None
    due_by: datetime | None = None
    event: Annotated[str, CaseRef(), Computed()] = ""


class Passed(Form):
    """Who does it instead, and why."""

    to: Annotated[str, PostRef()]
    reason: Sentence


class Done(Form):
    """What was done."""

    result: Sentence
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()


class Check(Form):
    """What another found when looking."""

    remark: Annotated[str, Field(max_length=500)] = ""


def event_is_on(told: Told, doing: Doing) -> str | None:
    """Tasks and situation reports belong to the event that is on."""
    return None if doing.mode() else "guard.no_mode"


def of_event(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The number of the event that is on."""
    on = doing.mode()
    return {"event": on.number if on else ""}


PROCEDURE = Procedure(
    start="given",
    end={"checked": "solved", "cancelled": "withdrawn"},
    moves=(
        Move("finish", "given -> finished", by=DOERS, form=Done, mine=True),
        Move("check", "finished -> checked", by=CHIEFS, form=Check, guards=(by_another("finish"),)),
        Move("send_back", "finished -> given", by=CHIEFS, form=Reason, holder="back"),
        Move("pass_on", "given -> =", by=CHIEFS, form=Passed, holder="chosen"),
        Move("cancel", "given -> cancelled", by=CHIEFS, form=Reason),
        Move("extend", "given -> =", by=CHIEFS, form=Reason, effect=Extend("task"), holder="keep"),
        supervise(),
        note(STAFF),
    ),
    limits=(
        Limit("given", FOUR, "design: four hours where the order names no time", key="task", until="due_by",
              extend=Extension(CHIEFS, FOUR), since=OURS),
        Limit("finished", FOUR, "design: seen by another within four hours", key="seen", since=OURS),
    ),
)  # fmt: skip
