"""复盘: what happened, from the ledger; causes, losses and lessons; measures with owners and dates (应对法 87, 92)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from gridtown.kernel.clocks import Limit, workdays
from gridtown.kernel.forms import Choice, Computed, Form, Long, Rows, Sets, Unit
from gridtown.kernel.lessons import looked_after, measure, measures
from gridtown.kernel.mode import Count
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Sentence, note, supervise
from gridtown.lines.events.rules import CHIEFS, DOERS, LAW, OURS, STAFF
from gridtown.lines.events.situation import OWN, TASK, Counted, Number, of, others

REPORT = "situation"


class Review(Form):
    """What is looked back at; the counts of the whole event are drawn when it ends."""

    began: datetime
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    category: Annotated[str, Choice("sort"), Sets("category")] | None = None
    over: Annotated[datetime | None, Computed()] = None
    lasted: Annotated[float, Unit("hours"), Computed()] = 0.0
    fresh: Number = 0
    ended: Number = 0
    expired: Number = 0
    tasks: Number = 0
    tasks_late: Number = 0
    reports: Number = 0
    reports_late: Number = 0
    by_kind: Annotated[Counted, Rows(("whole", "timed")), Computed()] = ()


class Analysis(Form):
    """How it went, why, what was lost, and what is learned from it; causes and rules, never a person's score."""

    course: Sentence
    causes: Sentence
    losses: Annotated[str, Long(), Field(max_length=1000)] = ""
    lessons: Sentence


def drawn(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The counts from the moment in which the mode was switched on until now."""
    began = datetime.fromisoformat(str(doing.answers["began"]))
    found = doing.figures(began)
    own = {count.kind: count for count in found.counts if count.line == OWN}
    tasks, reports = own.get(TASK, Count(OWN, TASK)), own.get(REPORT, Count(OWN, REPORT))
    return {
        "over": doing.now,
        "lasted": round((doing.now - began).total_seconds() / 3600, 1),
        **{name: sum(getattr(c, name) for c in others(found)) for name in ("fresh", "ended", "expired")},
        "tasks": tasks.fresh,
        "tasks_late": tasks.expired,
        "reports": reports.fresh,
        "reports_late": reports.expired,
        "by_kind": [_row(count) for count in others(found) if count.fresh or count.ended or count.expired],
    }


def _row(count: Count) -> dict[str, Any]:
    row = {**of(count), "fresh": count.fresh, "ended": count.ended, "expired": count.expired}
    return (
        {"as": "whole", **row} if count.hours is None else {"as": "timed", **row, "hours": f"{count.hours:g}"}
    )


REVIEW = Procedure(
    start="owed",
    end={"learned": "done"},
    moves=(
        Move("analyse", "owed -> following", by=CHIEFS, form=Analysis),
        *measures("events/measure", by=CHIEFS, concluded_by=("leader", "supervisor")),
        supervise(),
        note(STAFF),
    ),
    limits=(
        Limit("owed", workdays(10), "突发事件应对法 92: in good time; ten working days are ours", since=LAW),
        *looked_after(OURS),
    ),
)  # fmt: skip

MEASURE = measure(
    by=DOERS, confirmed_by=("supervisor", "leader"), dropped_by="leader", since=OURS,
    others=(supervise(), note(STAFF)),
)  # fmt: skip
