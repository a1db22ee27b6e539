"""How a target goes: in force until its day, changed only when somebody else agrees, then reported and assessed."""

from datetime import date

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.guards import by_another, not_ahead
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.targets import forms
from gridtown.lines.targets.terms import (
    LONGEST,
    agreed,
    changes_something,
    reaches,
    since_it_began,
    unchanged,
)

SINCE = date(2026, 11, 1)
LAW = date(2016, 1, 1)  # 杭州市绩效管理条例 40
# Whoever answers for a target holds it; which post that is, the target itself names.
ANSWERERS = (
    "handler",
    "supervisor",
    "leader",
    "receiver",
    "dispatcher",
    "verifier",
    "duty_officer",
    "assessor",
)

TARGET = Procedure(
    start="in_force",
    end={"met": "solved", "not_met": "unsolved", "withdrawn": "withdrawn"},
    moves=(
        Move("ask_change", "in_force -> changing", by=ANSWERERS, form=forms.Change, mine=True, holder="keep",
             guards=(changes_something,)),
        Move("agree", "changing -> in_force", by="leader", form=forms.Agreed, holder="keep",
             guards=(by_another("ask_change"),), derive=agreed),
        Move("decline", "changing -> in_force", by="leader", form=forms.Declined, holder="keep", derive=unchanged),
        Move("tell", "in_force|due -> =", by=ANSWERERS, form=forms.Progress, mine=True, holder="keep",
             guards=(not_ahead("as_of"), since_it_began)),
        Move("hand_on", "in_force|due -> =", by=("assessor", "leader"), form=forms.HandOn, holder="chosen"),
        Move("disclose", "in_force|changing|due|reported|judged|objected -> =", by=("assessor", "leader"),
             form=forms.Disclosure, holder="keep"),
        Move("withdraw", "in_force|changing -> withdrawn", by="leader", form=Reason),
        Move("fall_due", "in_force -> due", by="system", holder="keep"),
        Move("self_report", "due -> reported", by=ANSWERERS, form=forms.SelfReport, mine=True, holder="keep"),
        Move("find_met", "reported -> met", by="assessor", form=forms.Judged,
             guards=(by_another("self_report"), reaches)),
        Move("find_not_met", "reported -> judged", by="assessor", form=forms.Judged, holder="keep",
             guards=(by_another("self_report"),)),
        Move("object", "judged -> objected", by=ANSWERERS, form=Reason, mine=True, holder="keep"),
        Move("stand", "judged -> not_met", by="system"),
        Move("uphold", "objected -> not_met", by=("assessor", "leader"), form=forms.Judged,
             guards=(by_another("find_not_met"), by_another("object"))),
        Move("set_aside", "objected -> met", by=("assessor", "leader"), form=forms.Judged,
             guards=(by_another("find_not_met"), by_another("object"), reaches)),
        supervise(),
        note(ANSWERERS),
    ),
    limits=(
        Limit("in_force", days(366, roll=False), "杭州市绩效管理条例 12: a target is a year's; its own day is named",
              key="period", until="due", ceiling=days(LONGEST, roll=False), then="fall_due", since=LAW),
        Limit("changing", workdays(10), "design: a change is decided within two weeks", key="deciding", since=SINCE),
        Limit("due", workdays(20), "design: 杭州市绩效管理条例 23 asks for the report, its day is set each year",
              key="self_reporting", since=SINCE),
        Limit("reported", workdays(20), "design: 杭州市绩效管理条例 24 sets no number of days", key="assessing",
              since=SINCE),
        Limit("judged", workdays(3), "杭州市绩效管理条例 25", key="objecting", ceiling=workdays(3), right=True,
              then="stand", since=LAW),
        Limit("objected", workdays(10), "杭州市绩效管理条例 25", key="review", ceiling=workdays(10), since=LAW),
    ),
)  # fmt: skip
