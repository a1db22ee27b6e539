"""What is counted of honours: those that a document shows, by level; pilots that run; and what cannot be shown."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gridtown.kernel.family import Family
from gridtown.kernel.indicator import Indicator, _
from gridtown.kernel.words import OURS

REVIEWED = date(2026, 11, 27)
GIVEN = _.f_shown & _.stood_until.isnull()


def of_level(key: str, row: Mapping[str, Any]) -> Indicator:
    """Awards and pilots of one level that were given in the period."""
    return Indicator(
        f"level_{key}", "", kind="register:honour", of=GIVEN & (_.f_level == key), time="f_granted_at",
        better="higher", basis=OURS, reviewed=REVIEWED, why="Only those that a document or a file shows.",
    )  # fmt: skip


FAMILIES = (Family("level", table="level", of=of_level),)

INDICATORS = (
    Indicator("awards", "How many awards that can be shown were given?",
        kind="register:honour", of=GIVEN & (_.f_sort == "award"), time="f_granted_at", better="higher", basis=OURS,
        reviewed=REVIEWED, why="By the day on which they were given, whenever they were taken down."),
    Indicator("pilots", "How many pilots that can be shown ran at the end of the period?",
        kind="register:honour", of=_.f_shown & (_.f_sort == "pilot") & (_.f_granted_at < _.until)
        & (_.f_ends_at.isnull() | (_.f_ends_at >= _.until)), time="standing", basis=OURS, reviewed=REVIEWED,
        why="What had run out by then is not in it."),
    Indicator("unproven", "How many honours on the register could not be shown at the end of the period?",
        kind="register:honour", of=~_.f_shown, time="standing", better="lower", basis=OURS, reviewed=REVIEWED,
        why="A claim without a document is not counted anywhere."),
    Indicator("reviews_on_time", "Of the looks at honours that fell due, how many were taken in time?",
        kind="review", of=_.looking_due.notnull() & (_.file_times == 0), count=~_.looking_late & ~_.looking_open,
        time="looking_due", unit="percent", better="higher", basis=OURS, reviewed=REVIEWED,
        why="Those that time has filed are left out."),
)  # fmt: skip
