"""How a resident's matter goes: taken up, dispatched, dealt with, checked by somebody else, answered for."""

from datetime import date, timedelta

from gridtown.kernel.clocks import Extension, Limit, days, hours, work_hours, workdays
from gridtown.kernel.effects import Extend, Merge, Spawn, Split
from gridtown.kernel.guards import by_another, given_to, once_since, within_days
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Answer, Reason, note, supervise
from gridtown.lines.appeals import forms

SINCE = date(2026, 11, 1)
STAFF = ("receiver", "dispatcher", "handler", "patroller", "verifier", "supervisor", "duty_officer", "leader")
DISPATCHERS = ("dispatcher", "duty_officer")
HANDLERS = ("handler", "patroller")
TO_HAZARD = {name: name for name in ("description", "address", "photos")}
JUDGED = ("verify", "confirm", "close_unsolved")


def categorised(told: Told, doing: Doing) -> str | None:
    """Nothing goes to a desk before somebody has said what kind of matter it is."""
    said = (doing.answers, told.answers, *(fact.answers for fact in told.facts))
    return None if any(answers.get("category") for answers in said) else "guard.category_needed"


def held_in_bounds(told: Told, doing: Doing) -> str | None:
    """A hold ends on a day to come, and not later than the town allows: it stops the clock."""
    until, today = date.fromisoformat(str(doing.answers["until"])), doing.calendar.day(doing.now)
    longest = today + timedelta(days=float(doing.settings["hold_days"]))
    return None if today < until <= longest else "guard.hold_out_of_bounds"


RECEPTION = (
    Move("accept", "reported -> accepted", by="receiver", form=forms.Accept),
    Move("refuse", "reported -> refused", by="receiver", form=Answer),
    Move("dispatch", "reported|accepted -> dispatched", by=DISPATCHERS, form=forms.Dispatch,
         guards=(categorised,), holder="chosen", many=True),
    Move("take_on", "reported|accepted -> dispatched", by=HANDLERS, form=forms.TakeOn,
         guards=(categorised,), holder="mover", many=True),
)  # fmt: skip

HANDLING = (
    Move("fix", "dispatched -> fixed", by=HANDLERS, form=forms.Fix, mine=True),
    Move("object", "dispatched -> objected", by=HANDLERS, form=forms.Objection, mine=True),
    Move("transfer", "objected -> dispatched", by=DISPATCHERS, form=forms.Transfer, holder="chosen"),
    Move("insist", "objected -> dispatched", by=DISPATCHERS, form=Reason, holder="back"),
    Move("hold", "dispatched -> on_hold", by="handler", form=forms.Hold, guards=(held_in_bounds,),
         mine=True, holder="keep"),
    Move("resume", "on_hold -> dispatched", by=("handler", "supervisor"), holder="keep"),
    Move("declare_unsolved", "dispatched -> unsolved_claimed", by="handler", form=forms.Unsolved, mine=True),
)  # fmt: skip

JUDGEMENT = (
    Move("verify", "fixed -> closed", by="verifier", form=forms.Verify, guards=(by_another("fix"),)),
    Move("confirm", "fixed -> closed", by="reporter"),
    Move("close_unsolved", "unsolved_claimed -> closed_unsolved", by="supervisor", form=Answer,
         guards=(by_another("declare_unsolved"),)),
    Move("send_back", "fixed|unsolved_claimed -> dispatched", by=("verifier", "supervisor"),
         form=Reason, holder="back"),
    Move("rate", "closed|closed_unsolved -> =", by="reporter", form=forms.Rating, holder="keep",
         guards=(once_since("rate", of=JUDGED), within_days("rate_days", of=JUDGED))),
    Move("reopen", "closed|closed_unsolved -> dispatched", by=("reporter", "supervisor"), form=Reason,
         guards=(within_days("reopen_days", of=JUDGED),), holder="back"),
)  # fmt: skip

ASIDE = (
    Move("merge", "reported|accepted|dispatched -> merged", by=("dispatcher", "receiver"),
         form=forms.MergeInto, effect=Merge("into")),
    Move("split", "reported|accepted|dispatched -> split_up", by="dispatcher", form=forms.SplitUp,
         effect=Split("parts")),
    Move("rejoin", "split_up -> fixed", by="child", on=("solved", "done")),
    Move("fall_short", "split_up -> unsolved_claimed", by="child",
         on=("unsolved", "refused", "merged", "withdrawn", "missed")),
    Move("to_safety", "dispatched -> handed_on", by=(*DISPATCHERS, *HANDLERS), form=Reason,
         guards=(once_since("to_safety", of=()), given_to("safety", table="category")),
         effect=Spawn("safety/hazard", carry=TO_HAZARD, give={"source": "resident"})),
    Move("settled", "handed_on -> fixed", by="child", on=("solved", "done")),
    Move("returned", "handed_on -> dispatched", by="child",
         on=("unsolved", "refused", "merged", "withdrawn", "missed")),
    Move("withdraw", "reported|accepted|dispatched -> withdrawn", by="reporter", form=forms.Withdrawal),
)  # fmt: skip

ANYWHERE = (
    Move("grade", "* -> =", by=(*DISPATCHERS, "supervisor"), form=forms.Grading, holder="keep"),
    supervise(),
    Move("extend", "dispatched|objected|on_hold -> =", by="supervisor", form=Reason,
         effect=Extend("handle"), holder="keep"),
    Move("reply", "* -> =", by=STAFF, form=Answer, holder="keep"),
    note(STAFF),
    Move("add", "* -> =", by="reporter", form=forms.Addition, holder="keep"),
)  # fmt: skip

LIMITS = (
    Limit("reported", work_hours(2),
          "design: no rule binds a town. One of 21 villages signs within 30 minutes; a critical matter is "
          "answered within 2 hours around the clock (domain A1), of which receiving gets the first",
          key="receive", grade_by="urgency", grades={"critical": hours(1)}, since=SINCE),
    Limit("accepted", work_hours(2), "design: as for receiving; the second hour of a critical matter",
          key="dispatch", grade_by="urgency", grades={"critical": hours(1)}, since=SINCE),
    Limit("dispatched objected handed_on", workdays(5),
          "design: a complaint 5 working days, a critical matter 24 hours, a complex one 15 working days by "
          "one extension (domain A1; hotlines publish 3 to 15); 2 for an urgent one is our choice",
          key="handle", grade_by="urgency", grades={"urgent": workdays(2), "critical": hours(24)},
          pauses_in="on_hold fixed unsolved_claimed", extend=Extension("supervisor", workdays(10)), since=SINCE),
    Limit("objected", work_hours(4), "design: an objection is answered within half a day; handling runs on",
          key="transfer", since=SINCE),
    Limit("on_hold", days(15), "design: a hold stops the clock, so somebody looks again after half a month",
          key="hold", then="supervise", since=SINCE),
    Limit("fixed", workdays(2), "design: 核查 has a limit of its own (domain A1); its amount is ours",
          key="check", since=SINCE),
    Limit("unsolved_claimed", workdays(2), "design: as for checking", key="judge", then="supervise",
          since=SINCE),
    Limit("split_up", days(60), "design: the parts have their own limits; this one only forgets none",
          key="parts", then="supervise", since=SINCE),
)  # fmt: skip

PROCEDURE = Procedure(
    start="reported",
    end={
        "closed": "solved",
        "closed_unsolved": "unsolved",
        "refused": "refused",
        "merged": "merged",
        "withdrawn": "withdrawn",
    },
    moves=RECEPTION + HANDLING + JUDGEMENT + ASIDE + ANYWHERE,
    limits=LIMITS,
)
