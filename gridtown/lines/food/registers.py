"""Makers and sellers of food, and the visits that are owed to each."""

from gridtown.kernel.amounts import days
from gridtown.kernel.line import Duty, Register
from gridtown.lines.food.forms import Entity

HALF_A_YEAR = days(182)

ENTITIES = Register(
    "entity",
    form=Entity,
    named_by="name",
    kept_by=("admin", "supervisor", "cadre"),
    linked=True,
    duties=(
        Duty(
            "visit",
            every="quarter",
            owed_by="cadre",
            opens="visit",
            grade_by="duty_level",
            grades={"A": HALF_A_YEAR, "B": HALF_A_YEAR},
            basis="page: at least once a quarter in one place, elsewhere half-yearly for A and B; to be confirmed",
        ),
    ),
)
