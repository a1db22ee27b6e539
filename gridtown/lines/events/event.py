"""One event: prepared, switched on with matter, level, expected end and measures, off with a reason, looked back at.

It ends by itself when its time has run out, so that it never runs on forgotten. Switching changes no clock that runs:
people were told its due time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from gridtown.kernel.clocks import Extension, Limit, days, hours
from gridtown.kernel.effects import Extend, Rota, Spawn
from gridtown.kernel.forms import Choice, Computed, Form, Long, PostRef, Sets, Unit
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason, Sentence, note, supervise
from gridtown.lines.events.rules import CHIEFS, LAW, OURS, STAFF, SWITCHERS
from gridtown.lines.events.task import Assigned

Grade = Literal["one", "two", "three", "four", "town"]
Factor = Annotated[float, Field(gt=0, le=1)]
Lines = Annotated[tuple[Annotated[str, Choice("line")], ...], Field(max_length=40)]
Hours = Annotated[int, Unit("hours"), Field(ge=1, le=24)]
LOOK_BACK = {"began": "began", "title": "title", "category": "category"}


class Event(Form):
    """What the mode is for and what it shall change; levels are the county's to set (应对法 63, 64, 71)."""

    title: Annotated[str, Sets("title"), Field(min_length=1, max_length=80)]
    category: Annotated[str, Choice("sort"), Sets("category")]
    grade: Grade
    description: Sentence
    factor: Factor = 0.5
    lines: Lines = ()
    every: Hours = 1


class On(Form):
    """启动: why, until when it is expected to last, and what is done (应对法 72)."""

    reason: Sentence
    until: datetime
    measures: Sentence


class Adjusted(Form):
    """What is changed while it is on; what is left out stays."""

    reason: Sentence
    grade: Grade | None = None
    factor: Factor | None = None
    lines: Lines = ()
    every: Hours | None = None


class Shifts(Form):
    """值班: shifts around the clock for a post, its holders in turn; planned, and nobody is clocked in."""

    post: Annotated[str, PostRef()]
    start: datetime
    shifts: Annotated[int, Field(ge=1, le=60)]
    hours: Annotated[int, Unit("hours"), Field(ge=1, le=24)] = 12


class Off(Form):
    """解除: why, and what is still done so that nothing follows from it (应对法 86)."""

    reason: Sentence
    aftercare: Annotated[str, Long(), Field(max_length=1000)] = ""
    began: Annotated[datetime | None, Computed()] = None


class Lapsed(Form):
    """What the review of a mode that ended by itself begins with."""

    began: Annotated[datetime | None, Computed()] = None


def not_too_short(told: Told, doing: Doing) -> str | None:
    """No limit is cut further than the town's setting allows."""
    factor = doing.answers.get("factor")
    return "guard.factor_too_small" if factor and factor < float(doing.settings["least_factor"]) else None


def nothing_on(told: Told, doing: Doing) -> str | None:
    """One event at a time: two would contradict each other on limits, reports and who commands."""
    return "guard.mode_is_on" if doing.mode() else None


def began(told: Told, doing: Doing) -> Mapping[str, Any]:
    """When it was switched on."""
    on = told.last("switch_on")
    return {"began": on.at if on else told.opened}


PROCEDURE = Procedure(
    start="prepared",
    end={"reviewed": "done", "dropped": "withdrawn"},
    moves=(
        Move("switch_on", "prepared -> on", by=SWITCHERS, form=On, guards=(nothing_on,)),
        Move("drop", "prepared -> dropped", by=SWITCHERS, form=Reason),
        Move("switch_off", "on -> off", by=SWITCHERS, form=Off, derive=began,
             effect=Spawn("events/review", carry=LOOK_BACK)),
        Move("lapse", "on -> off", by="system", form=Lapsed, derive=began,
             effect=Spawn("events/review", carry=LOOK_BACK)),
        Move("assign", "on -> =", by=CHIEFS, form=Assigned, holder="keep",
             effect=Spawn("events/task",
                          carry={"description": "task", "to": "to", "group": "group", "due_by": "due_by"}), usual=True),
        Move("roster", "prepared|on -> =", by=CHIEFS, form=Shifts, effect=Rota(), holder="keep"),
        Move("adjust", "on -> =", by=SWITCHERS, form=Adjusted, guards=(not_too_short,), holder="keep"),
        Move("extend", "on -> =", by="leader", form=Reason, effect=Extend("on"), holder="keep"),
        Move("looked_back", "off -> reviewed", by="child", on=("solved", "done")),
        supervise(),
        note(STAFF),
    ),
    limits=(
        Limit("prepared", hours(24), "design: what is prepared is switched on or dropped within a day", since=OURS),
        Limit("on", hours(72), "突发事件应对法 72: the expected duration is stated; it ends by itself",
              until="until", ceiling=hours(30 * 24), then="lapse", extend=Extension("leader", hours(72)),
              since=LAW),
        Limit("off", days(90), "突发事件应对法 87, 92: causes, lessons and measures in good time; 90 days are ours",
              key="look_back", then="supervise", since=LAW),
    ),
)  # fmt: skip
