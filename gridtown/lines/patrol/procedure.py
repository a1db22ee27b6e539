"""How a round and a finding go: every finding ends put right, or dismissed with a reason."""

from datetime import date

from gridtown.kernel.clocks import Extension, Limit, days, hours, work_hours, workdays
from gridtown.kernel.effects import Extend, Spawn
from gridtown.kernel.guards import by_another, given_to
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.patrol import forms

SINCE = date(2026, 11, 1)
STAFF = ("patroller", "dispatcher", "handler", "verifier", "supervisor", "duty_officer", "leader")
ORDERERS = ("dispatcher", "supervisor", "duty_officer")
RECTIFIERS = ("handler", "patroller")
TO_MATTER = {name: name for name in ("description", "address", "photos", "urgency")}
TO_HAZARD = {name: name for name in ("description", "address", "photos")}


def not_sent_twice(told: Told, doing: Doing) -> str | None:
    """What came back once from the residents' desk is ordered to somebody here, or dismissed."""
    return "guard.came_back" if told.times("returned") else None


ROUND = Procedure(
    start="due",
    end={"walked": "done", "skipped": "missed"},
    moves=(
        Move("walk", "due -> walked", by="patroller", form=forms.Walked),
        Move("skip", "due -> skipped", by="supervisor", form=Reason),
    ),
    limits=(
        Limit("due", days(7, roll=False), "design: a weekly round is walked before the next one falls due",
              then="supervise", since=SINCE),
    ),
)  # fmt: skip

MOVES = (
    Move("order", "found -> ordered", by=ORDERERS, form=forms.Order, holder="chosen"),
    Move("clear", "found -> fixed", by=("patroller", "handler"), form=forms.Cleared),
    Move("hand_on", "found -> handed_on", by=("patroller", "dispatcher"), form=Reason,
         guards=(not_sent_twice,), effect=Spawn("appeals/matter", carry=TO_MATTER)),
    Move("to_safety", "found -> handed_on", by=("patroller", "dispatcher"), form=Reason,
         guards=(not_sent_twice, given_to("safety", table="finding")),
         effect=Spawn("safety/hazard", carry=TO_HAZARD, give={"source": "patrol"})),
    Move("settled", "handed_on -> rectified", by="child", on=("solved", "done")),
    Move("returned", "handed_on -> found", by="child",
         on=("unsolved", "refused", "merged", "withdrawn", "missed")),
    Move("fix", "ordered -> fixed", by=RECTIFIERS, form=forms.Cleared, mine=True),
    Move("object", "ordered -> found", by=RECTIFIERS, form=Reason, mine=True),
    Move("dismiss", "found|ordered -> dismissed", by=("verifier", "supervisor"), form=Reason,
         guards=(by_another("report"),)),
    Move("verify", "fixed -> rectified", by="verifier", form=forms.Check,
         guards=(by_another("clear", "fix"),)),
    Move("send_back", "fixed -> ordered", by=("verifier", "supervisor"), form=Reason, holder="back"),
    Move("extend", "ordered -> =", by="supervisor", form=Reason, effect=Extend("rectify"),
         holder="keep"),
    supervise(),
    note(STAFF),
)  # fmt: skip

LIMITS = (
    Limit("found", work_hours(4), "design: cleared, ordered or handed on within half a day", key="decide",
          grade_by="urgency", grades={"critical": hours(1)}, since=SINCE),
    Limit("ordered", workdays(5),
          "design: published amounts run from 4 office hours (暴露垃圾) to 7 and 20 working days (私搭乱建: "
          "数字化城市管理立案、结案标准, domain A1); 5 is between them, less for urgent ones",
          key="rectify", grade_by="urgency", grades={"urgent": workdays(2), "critical": hours(24)},
          pauses_in="fixed", extend=Extension("supervisor", workdays(5)), since=SINCE),
    Limit("fixed", workdays(2), "design: 核查 has a limit of its own (domain A1); its amount is ours",
          key="check", since=SINCE),
    Limit("handed_on", days(60), "design: the matter it became has its own limits; this one forgets none",
          key="elsewhere", then="supervise", since=SINCE),
)  # fmt: skip

FINDING = Procedure(
    start="found",
    end={"rectified": "solved", "dismissed": "refused"},
    moves=MOVES,
    limits=LIMITS,
)
