"""群众诉求: what residents bring before the town, until it is solved or they know why not."""

from gridtown.kernel.document import Document
from gridtown.kernel.line import Kind, Line, Setting
from gridtown.lines.appeals.forms import Matter
from gridtown.lines.appeals.indicators import INDICATORS
from gridtown.lines.appeals.procedure import PROCEDURE, SINCE

MATTER = Kind(
    "matter",
    intake=Matter,
    procedure=PROCEDURE,
    number="AP{year}-{n:05}",
    raised_by=(
        "reporter",
        "receiver",
        "dispatcher",
        "handler",
        "patroller",
        "supervisor",
        "duty_officer",
        "leader",
    ),
    desk_by="category",
)

LINE = Line(
    owner="social_governance_centre",
    kinds=(MATTER,),
    indicators=INDICATORS,
    documents=(Document("reply", "matter", after=("refuse", "verify", "confirm", "close_unsolved")),),
    settings=(
        Setting("reopen_days", 7, "design: a reporter may reopen within a week (domain A1)", SINCE, "days"),
        Setting("rate_days", 30, "design: a later rating says little about the handling", SINCE, "days"),
        Setting("hold_days", 15, "design: the longest hold that a handler may take at once", SINCE, "days"),
    ),
)
