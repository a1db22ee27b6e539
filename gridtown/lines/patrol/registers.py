"""The routes, and the rounds that are owed on them."""

from gridtown.kernel.line import Duty, Register
from gridtown.lines.patrol.forms import Route

ROUTES = Register(
    "route",
    form=Route,
    named_by="name",
    kept_by=("admin", "supervisor"),
    duties=(
        Duty(
            "round",
            every="week",
            owed_by="patroller",
            opens="round",
            basis="design: grid staff patrol for hidden dangers, no period is fixed "
            "(浙江省社会治安综合治理条例 9); more often before harvest, in forest-fire season and "
            "at big holidays (消防法 31)",
        ),
    ),
)
