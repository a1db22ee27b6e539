"""The units and their risk points, and what is owed on each: a self-inspection monthly, a check by colour."""

from collections.abc import Mapping
from typing import Any

from gridtown.kernel.amounts import days
from gridtown.kernel.line import Duty, Register
from gridtown.kernel.told import Doing
from gridtown.lines.safety import forms, grading

KEEPERS = ("inspector", "supervisor", "admin")


def graded(doing: Doing) -> Mapping[str, Any]:
    """Score, colour, grade and level of control of a risk point, by the tables in force on that day."""
    found = grading.grade(doing.answers, doing.tables, doing.calendar.day(doing.now))
    score = None if found.score is None else float(found.score)
    return {"score": score, "colour": found.colour, "grade": found.grade, "control": found.control}


UNITS = Register(
    "unit",
    form=forms.SafetyUnit,
    kept_by=KEEPERS,
    linked=True,
    duties=(
        Duty(
            "self_check",
            every="month",
            owed_by="patch",
            opens="self_check",
            basis="安全生产法 41, 46: units search for hazards all the time; once a month is ours",
        ),
    ),
)

RISK_POINTS = Register(
    "risk_point",
    form=forms.RiskPoint,
    kept_by=KEEPERS,
    derive=graded,
    duties=(
        Duty(
            "check",
            every="year",
            owed_by="inspector",
            opens="check",
            grade_by="colour",
            grades={"red": "month", "orange": "quarter", "yellow": days(182, roll=False)},
            basis="安全生产法 9, 41: control by grade; how often (red monthly, orange quarterly, yellow half-yearly, "
            "blue yearly) is ours",
        ),
    ),
)
