"""How a visit, a problem and an entity's own check go."""

from datetime import date

from gridtown.kernel.clocks import Extension, Limit, days, workdays
from gridtown.kernel.effects import Extend, Spawn
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Answer, Reason, note, supervise
from gridtown.lines.food import forms

SINCE = date(2026, 11, 1)
STAFF = ("cadre", "handler", "patroller", "verifier", "supervisor", "duty_officer", "leader")
FOUND = {name: name for name in ("description", "category", "photos", "entity")}

VISIT = Procedure(
    start="due",
    end={"visited": "done", "closed_down": "done", "missed": "missed"},
    moves=(
        Move("visit", "due -> visited", by="cadre", form=forms.Visited),
        Move("find", "due -> =", by="cadre", form=forms.Found, effect=Spawn("food/problem", carry=FOUND),
             holder="keep"),
        Move("shut", "due -> closed_down", by="cadre", form=Reason),
        Move("miss", "due -> missed", by="supervisor", form=Reason),
        supervise(),
        note(STAFF),
    ),
    limits=(
        Limit("due", days(60), "design: made within two months of the quarter in which it is owed", key="visit",
              then="supervise", since=SINCE),
    ),
)  # fmt: skip

PROBLEM = Procedure(
    start="found",
    end={"in_order": "solved", "dismissed": "refused", "referred": "done"},
    moves=(
        Move("order", "found -> ordered", by=("cadre", "supervisor"), form=forms.Order, holder="chosen"),
        Move("fix", "ordered -> fixed", by=("handler", "subject", "cadre"), form=forms.Done),
        Move("verify", "fixed -> in_order", by=("verifier", "cadre"), form=forms.Check, guards=(by_another("fix"),)),
        Move("send_back", "fixed -> ordered", by=("verifier", "cadre"), form=Reason, holder="back"),
        Move("dismiss", "found -> dismissed", by=("cadre", "supervisor"), form=Answer,
             guards=(by_another("report"),)),
        Move("refer", "found|ordered|fixed -> with_enforcement", by=("cadre", "supervisor"), form=Reason,
             effect=Spawn("enforcement/case", carry={n: n for n in ("description", "address", "photos")})),
        Move("punished", "with_enforcement -> referred", by="child", on=("solved", "done")),
        Move("returned", "with_enforcement -> found", by="child",
             on=("unsolved", "refused", "merged", "withdrawn", "missed")),
        Move("extend", "ordered -> =", by="supervisor", form=Reason, effect=Extend("ordered"), holder="keep"),
        supervise(),
        note(STAFF),
    ),
    limits=(
        Limit("found", workdays(2), "design: what is found is ordered to be put right within two working days",
              key="decide", since=SINCE),
        Limit("ordered", workdays(10), "design: no period is fixed; ten working days unless the order names a day",
              until="by_day", pauses_in="fixed", extend=Extension("supervisor", workdays(5)), since=SINCE),
        Limit("fixed", workdays(5), "design: looked at again within a week", key="check", since=SINCE),
        Limit("with_enforcement", days(120), "design: 行政处罚法 60 gives the case 90 days; this one forgets none",
              key="elsewhere", then="supervise", since=SINCE),
    ),
)  # fmt: skip

SELF_CHECK = Procedure(
    start="reported",
    end={"filed": "done"},
    moves=(
        Move("see", "reported -> filed", by=("cadre", "supervisor")),
        Move("find", "reported -> =", by="cadre", form=forms.Found, effect=Spawn("food/problem", carry=FOUND),
             holder="keep"),
        Move("lay_by", "reported -> filed", by="system"),
    ),
    limits=(
        Limit("reported", days(15), "design: an entity's own check stands for itself; a cadre may look at it",
              key="file", then="lay_by", since=SINCE),
    ),
)  # fmt: skip
