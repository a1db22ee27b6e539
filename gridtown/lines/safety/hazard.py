"""How a hazard goes: graded, ordered, put right, looked at by somebody else, written off (销号).

A major one is reported up, planned with the five musts, may be listed and stopped, and is written off only after
review by a leader (安全生产法 41, 65).
"""

from datetime import date

from gridtown.kernel.clocks import Extension, Limit, days, hours, workdays
from gridtown.kernel.effects import Extend, Merge, Spawn, Supervise
from gridtown.kernel.guards import by_another, by_none_of, not_ahead
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.safety import hazard_forms as forms
from gridtown.lines.safety import rules

SINCE = date(2026, 11, 1)
STAFF = ("inspector", "patch", "patroller", "handler", "verifier", "supervisor", "duty_officer", "leader")
ORDERERS = ("inspector", "supervisor", "duty_officer")
RECTIFIERS = ("patch", "handler", "patroller", "inspector", "subject")
CHECKERS = ("inspector", "verifier")
CHIEFS = ("leader", "supervisor")
TO_ENFORCEMENT = {name: name for name in ("description", "address", "photos", "unit_name")}

JUDGING = (
    Move("order", "found -> ordered", by=ORDERERS, form=forms.Order, guards=(rules.identified,),
         holder="chosen", derive=rules.patch_of_unit),
    Move("identify", "found -> =", by=ORDERERS, form=forms.Identified, guards=(rules.point_of_unit,),
         holder="keep", derive=rules.repeats),
    Move("clear", "found -> fixed", by=RECTIFIERS, form=forms.Rectified, guards=(rules.identified,)),
    Move("dismiss", "found -> dismissed", by=(*CHECKERS, "supervisor"), form=Reason,
         guards=(by_another("report"),)),
    Move("merge", "found -> merged", by=ORDERERS, form=forms.MergeInto, effect=Merge("into")),
    Move("transfer", "found -> transferred", by=ORDERERS, form=forms.Transfer),
    Move("feed_back", "transferred -> fixed", by=ORDERERS, form=forms.Rectified),
    Move("take_back", "transferred -> found", by=ORDERERS, form=Reason),
)  # fmt: skip

ORDERED = (
    Move("rectify", "ordered -> fixed", by=RECTIFIERS, form=forms.Rectified),
    Move("object", "ordered -> found", by=("subject", "patch"), form=Reason, guards=(rules.objected_once,)),
    Move("recheck", "fixed -> written_off", by=CHECKERS, form=forms.Recheck,
         guards=(by_another(*rules.RECTIFIED), rules.evidenced)),
    Move("send_back", "fixed -> ordered", by=CHECKERS, form=Reason, holder="back"),
    Move("extend", "ordered -> =", by="supervisor", form=Reason, effect=Extend("rectify"), holder="keep"),
)  # fmt: skip

MAJOR = (
    Move("judge_major", "found|ordered -> major", by="inspector", form=forms.Judged,
         guards=(rules.identified,), sets={"level": "big"}),
    Move("report_up", "major -> planning", by=(*ORDERERS, "leader"), form=forms.ReportUp),
    Move("submit_plan", "planning -> planned", by="inspector", guards=(rules.five_musts,)),
    Move("plan", "planning -> =", by=("inspector", "patch", "subject"), form=forms.Plan, holder="keep", usual=True),
    Move("approve_plan", "planned -> treating", by=CHIEFS, form=forms.Approved,
         guards=(rules.five_musts, by_none_of("plan", "submit_plan")), holder="chosen",
         derive=rules.approved),
    Move("turn_down", "planned -> planning", by=CHIEFS, form=Reason, holder="back"),
    Move("regrade", "major|planning|planned -> found", by=CHIEFS, form=Reason, guards=(by_another("judge_major"),),
         sets={"level": "small"}),
    Move("rectify", "treating -> treated", by=RECTIFIERS, form=forms.Rectified),
    Move("progress", "treating -> =", by=("inspector", "patch", "subject"), form=forms.Progress, holder="keep",
         guards=(not_ahead("day"),)),
    Move("extend", "treating -> =", by="leader", form=Reason, effect=Extend("treat"), holder="keep"),
    Move("recheck", "treated -> reviewing", by=CHECKERS, form=forms.Recheck,
         guards=(by_another(*rules.RECTIFIED), rules.evidenced)),
    Move("write_off", "reviewing -> written_off", by="leader", form=forms.Consent,
         guards=(by_another("recheck"), by_another(*rules.RECTIFIED), rules.nothing_stopped)),
    Move("send_back", "treated|reviewing -> treating", by=(*CHECKERS, "leader"), form=Reason, holder="back"),
    Move("stop", "major|planning|planned|treating|treated -> =", by=("inspector", *CHIEFS), form=forms.Stop,
         holder="keep"),
    Move("lift", "reviewing -> =", by="leader", form=forms.Lift,
         guards=(rules.only_stopped, by_another("recheck"), by_another(*rules.RECTIFIED)), holder="keep"),
    Move("list_up", "planning|planned|treating|treated -> =", by=CHIEFS, form=forms.Listing,
         guards=(rules.county_lists_fire,), effect=Supervise("by_when"), sets={"level": "hard"}, holder="keep"),
)  # fmt: skip

ASIDE = (
    Move("refer", "ordered|fixed|treating|treated -> =", by=ORDERERS, form=forms.Referral,
         guards=(rules.refers_once, rules.grounded), derive=rules.name_of_unit,
         effect=Spawn("enforcement/case", carry=TO_ENFORCEMENT, give={"source": "hazard"}), holder="keep"),
    supervise(),
    note(STAFF),
)  # fmt: skip

LIMITS = (
    Limit("found", workdays(1), "design: graded and ordered within a working day; what can be removed at once "
          "is removed at once (安全生产法 65)", key="decide", since=SINCE),
    Limit("ordered", workdays(3), "design: 3 working days where the order names no day (domain B1), a month at "
          "most; the law says only within a limit (安全生产法 65)",
          key="rectify", until="deadline", ceiling=workdays(30), pauses_in="fixed",
          extend=Extension("supervisor", workdays(5)), since=SINCE),
    Limit("fixed treated", workdays(3), "design: a re-check follows within three working days; no rule here "
          "fixes it", key="recheck", since=SINCE),
    Limit("major", hours(24), "安全生产法 41: major hazards are reported in good time; 24 hours is ours",
          key="report_up", since=SINCE),
    Limit("planning", days(10), "design: the plan with its five musts is there within ten days", key="plan",
          then="supervise", since=SINCE),
    Limit("planned", workdays(3), "design: a plan that waits protects nobody", key="approve", since=SINCE),
    Limit("treating", days(30), "design: as the plan says, a year at most; 30 days where it does not",
          key="treat", until="deadline", ceiling=days(365), pauses_in="treated reviewing", then="supervise",
          extend=Extension("leader", days(30)), since=SINCE),
    Limit("reviewing", workdays(5), "安全生产法 65: nothing starts again before review and consent; a week is "
          "ours", key="review", since=SINCE),
    Limit("transferred", days(30), "design: the other organ has limits of its own; this one forgets none",
          key="elsewhere", then="supervise", since=SINCE),
)  # fmt: skip

PROCEDURE = Procedure(
    start="found",
    end={"written_off": "solved", "dismissed": "refused", "merged": "merged"},
    moves=JUDGING + ORDERED + MAJOR + ASIDE,
    limits=LIMITS,
)
