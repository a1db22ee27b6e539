"""情况报告: what the ledger counts at the hour, with the duty officer's remarks, and when and to whom it went up.

The figures are drawn when the report is opened and stand in its first entry; nobody types or corrects a number
(突发事件应对法 61: timely, objective, true). Lists are kept as numbers with the word that tells them (`row.…`), so that
everybody reads them in their own language.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from gridtown.kernel.clocks import Limit, hours
from gridtown.kernel.forms import CaseRef, Computed, Form, Long, Rows, Sets
from gridtown.kernel.mode import Count, Figures
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.events.rules import CHIEFS, LAW, STAFF, SWITCHERS

OWN, TASK = "events", "task"
Number = Annotated[int, Computed()]
Counted = tuple[dict[str, Any], ...]
VILLAGE = ("village_red", "village_yellow", "village_green")


class Situation(Form):
    """One report; all that it says is counted, at the moment in which it is opened."""

    title: Annotated[str, Sets("title"), Computed()] = ""
    event: Annotated[str, CaseRef(), Computed()] = ""
    since: Annotated[datetime | None, Computed()] = None
    at: Annotated[datetime | None, Computed()] = None
    open: Number = 0
    late: Number = 0
    supervised: Number = 0
    fresh: Number = 0
    ended: Number = 0
    tasks_open: Number = 0
    tasks_late: Number = 0
    by_kind: Annotated[Counted, Rows(("kind",)), Computed()] = ()
    by_village: Annotated[Counted, Rows(VILLAGE), Computed()] = ()


class Sent(Form):
    """What the duty officer adds, to whom it went, and whether they confirmed that they have it."""

    remark: Annotated[str, Long(), Field(max_length=2000)] = ""
    receiver: Annotated[str, Field(min_length=1, max_length=80)]
    how: Literal["phone", "system", "fax", "chat"]
    confirmed: bool = False


def drawn(told: Told, doing: Doing) -> Mapping[str, Any]:
    """Everything a report says, from the ledger; since the last report, or since the event began."""
    on = doing.mode()
    if on is None:
        return {}
    found = doing.figures(on.reported or on.since)
    at = doing.now.astimezone(doing.calendar.zone)
    return {
        "title": f"{on.title[:40]} {at:%m-%d %H:%M}",
        "event": on.number,
        "since": found.since,
        "at": doing.now,
        **totals(found),
        "by_kind": [
            {"as": "kind", **of(c), "open": c.open, "late": c.late, "fresh": c.fresh, "ended": c.ended}
            for c in others(found)
            if c.open or c.fresh or c.ended
        ],
        "by_village": [
            {"as": f"village_{v.light}", "place": v.code, "open": v.open, "late": v.late, "light": v.light}
            for v in found.villages
        ],
    }


def of(count: Count) -> dict[str, str]:
    """Which kind of case a row counts."""
    return {"kind": f"{count.line}/{count.kind}"}


def others(found: Figures) -> tuple[Count, ...]:
    """The counts of every line but this one."""
    return tuple(count for count in found.counts if count.line != OWN)


def totals(found: Figures) -> dict[str, int]:
    """The sums over all lines but this one, and this one's tasks."""
    tasks = [count for count in found.counts if (count.line, count.kind) == (OWN, TASK)]
    summed: dict[str, int] = {
        name: _sum(others(found), name) for name in ("open", "late", "supervised", "fresh", "ended")
    }
    return summed | {"tasks_open": _sum(tasks, "open"), "tasks_late": _sum(tasks, "late")}


def _sum(counts: Iterable[Count], name: str) -> int:
    return sum(getattr(count, name) for count in counts)


PROCEDURE = Procedure(
    start="drawn",
    end={"sent": "done", "unsent": "missed"},
    moves=(
        Move("send_up", "drawn -> sent", by=SWITCHERS, form=Sent),
        Move("not_send", "drawn -> unsent", by=CHIEFS, form=Reason),
        supervise(),
        note(STAFF),
    ),
    limits=(
        Limit("drawn", hours(0.5), "突发事件应对法 61: reports go up in time; half an hour to look and send is ours",
              key="send", since=LAW),
    ),
)  # fmt: skip
