"""How a walk and a look at a signboard go."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.effects import Revise, Spawn
from gridtown.kernel.guards import by_another, not_ahead
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason
from gridtown.lines.rivers import forms

LAW = date(2017, 10, 1)
SINCE = date(2026, 11, 1)
HEADS = ("village_head", "town_head")
CHECKERS = ("town_head", "supervisor")  # who keep the register of reaches


def by_its_head(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The post that is head of the reach; where none is named the matrix answers by the place (7, 8)."""
    reach = doing.record("reach")
    return {"to": reach.answers.get("head") if reach else None}


def counted(told: Told, doing: Doing) -> Mapping[str, Any]:
    """Whether a walk counts: long enough, over enough of the reach, not on the heels of another; else what lacks.

    The share of the reach counts, not metres anywhere, so that nobody walks in circles (domain E1).
    """
    said, settings = doing.answers, doing.settings
    gap = timedelta(hours=float(settings["walk_gap_hours"]))
    close = any(
        e.closed is not None and doing.now - e.closed < gap for e in doing.earlier() if e.outcome == "done"
    )
    short = {
        "minutes": said["minutes"] < settings["walk_minutes"],
        "share": said["share"] < settings["walk_share"],
        "gap": close,
    }
    return {
        "valid": not any(short.values()),
        "short_of": [what for what, lacking in short.items() if lacking],
    }


def was_right(told: Told, doing: Doing) -> str | None:
    """A signboard that does not say what it must is renewed, not waved through (12)."""
    seen = told.last("look")
    if (
        told.state == "renewed"
    ):  # only of a case from before each named its reach: there is no register to tell
        return "guard.board_renewed" if told.answers.get("reach") else None
    return None if seen and seen.answers.get("right") else "guard.board_wrong"


def as_renewed(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The day on which it was renewed, as whoever renewed it said."""
    renewed = told.last("renew")
    return {"renewed_on": renewed.answers.get("renewed_on") if renewed else None}


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
        Move("approve", "looked|renewed -> in_order", by=CHECKERS, form=Reason, guards=(was_right,)),
        Move("renew", "looked -> renewed", by=HEADS, form=forms.BoardRenewed, guards=(not_ahead("renewed_on"),)),
        # who keeps the register of reaches confirms it, so that nobody enters the day of the signboard twice
        Move("approve_renewed", "renewed -> in_order", by=CHECKERS, form=forms.BoardApproved,
             guards=(by_another("renew"),), derive=as_renewed, effect=Revise({"board_dated": "renewed_on"}),
             usual=True),
        Move("not_renewed", "renewed -> looked", by=CHECKERS, form=Reason),
    ),
    limits=(
        Limit("due", days(30), "浙江省河长制规定 12: in time; a month is ours", key="look", then="supervise",
              since=LAW),
        Limit("renewed", workdays(5), "design: looked at by another level within a week", key="approve",
              then="supervise", since=SINCE),
        Limit("looked", workdays(10), "浙江省河长制规定 12: in time; ten working days are ours", key="renew",
              then="supervise", since=LAW),
    ),
)  # fmt: skip
