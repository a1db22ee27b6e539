"""How a walk and a look at a signboard go."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.effects import Spawn
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason
from gridtown.lines.rivers import forms

LAW = date(2017, 10, 1)
SINCE = date(2026, 11, 1)
HEADS = ("village_head", "town_head")


def by_its_head(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The post that is head of the reach; where none is named the matrix answers by the place (7, 8)."""
    reach = doing.record("reach")
    return {"to": reach.answers.get("head") if reach else None}


def counted(told: Told, doing: Doing) -> Mapping[str, Any]:
    """Whether a walk counts: long enough, over enough of the reach, and not on the heels of the one before.

    The share of the reach counts, not metres anywhere, so that nobody walks in circles (domain E1).
    """
    said, settings = doing.answers, doing.settings
    gap = timedelta(hours=float(settings["walk_gap_hours"]))
    close = any(
        e.closed is not None and doing.now - e.closed < gap for e in doing.earlier() if e.outcome == "done"
    )
    enough = said["minutes"] >= settings["walk_minutes"] and said["share"] >= settings["walk_share"]
    return {"valid": bool(enough and not close)}


def was_right(told: Told, doing: Doing) -> str | None:
    """A signboard that does not say what it must is renewed, not waved through (12)."""
    seen = told.last("look")
    return None if seen and seen.answers.get("right") else "guard.board_wrong"


WALK = Procedure(
    start="due",
    end={"walked": "done", "skipped": "missed"},
    moves=(
        Move("walk", "due -> walked", by=HEADS, form=forms.Walked, derive=counted,
             effect=Spawn(kind="rivers/issue", when="issue", carry={"description": "issue", "reach": "reach",
                                                                    "photos": "photos"})),
        Move("skip", "due -> skipped", by=("supervisor", "town_head"), form=Reason),
    ),
    limits=(
        Limit("due", days(10, roll=False), "design: walked before the next one falls due", key="walk",
              then="supervise", since=SINCE),
    ),
)  # fmt: skip

BOARD = Procedure(
    start="due",
    end={"in_order": "done"},
    moves=(
        Move("look", "due -> looked", by=HEADS, form=forms.BoardSeen),
        Move("approve", "looked -> in_order", by=("town_head", "supervisor"), form=Reason, guards=(was_right,)),
        Move("renew", "looked -> in_order", by=HEADS, form=forms.BoardRenewed),
    ),
    limits=(
        Limit("due", days(30), "浙江省河长制规定 12: in time; a month is ours", key="look", then="supervise",
              since=LAW),
        Limit("looked", workdays(10), "浙江省河长制规定 12: in time; ten working days are ours", key="renew",
              then="supervise", since=LAW),
    ),
)  # fmt: skip
