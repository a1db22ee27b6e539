"""The reaches with their signboards and walks that are owed, and the public list of heads."""

from gridtown.kernel.amounts import days
from gridtown.kernel.line import Duty, Register
from gridtown.lines.rivers.forms import Head, Reach

REACHES = Register(
    "reach",
    form=Reach,
    named_by="name",
    kept_by=("admin", "supervisor", "town_head"),
    duties=(
        Duty(
            "walk",
            every="week",
            owed_by="village_head",
            opens="walk",
            grade_by="head_level",
            grades={"town": days(10)},
            basis="浙江省河长制规定 9: at the period that state and province set; a week in villages and ten days for "
            "the town's head is usual in the province and to be confirmed",
        ),
        Duty(
            "board_check",
            every="year",
            owed_by="village_head",
            opens="board_check",
            basis="浙江省河长制规定 12: what changes on a signboard is changed in time; the period is ours",
        ),
    ),
)

HEADS = Register("head", form=Head, named_by="name", kept_by=("admin", "supervisor", "town_head"))
