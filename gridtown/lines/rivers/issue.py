"""How something wrong with the water goes: settled, urged, reported up where that is in vain, and told back.

浙江省河长制规定 11: village head → town head → county; the outcome goes back to the head who reported. 13: whoever
complained hears as well.
"""

from datetime import date

from gridtown.kernel.clocks import Extension, Limit, days, workdays
from gridtown.kernel.effects import Extend, Spawn
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Answer, Reason, note, supervise
from gridtown.lines.rivers import forms

LAW = date(2017, 10, 1)
SINCE = date(2026, 11, 1)
HEADS = ("village_head", "town_head")
STAFF = (
    *HEADS,
    "handler",
    "patroller",
    "receiver",
    "dispatcher",
    "verifier",
    "supervisor",
    "duty_officer",
    "leader",
)
CARRIED = {name: name for name in ("description", "address", "photos")}


def tried_first(told: Told, doing: Doing) -> str | None:
    """A town's head coordinates and presses before the county hears (11): an issue comes up, or was urged here."""
    return None if told.times("urge", "report_up") else "guard.urge_first"


def not_sent_twice(told: Told, doing: Doing) -> str | None:
    """What came back once from another line is dealt with here."""
    return "guard.came_back" if told.times("returned") else None


HANDLING = (
    Move("settle", "found -> fixed", by=(*HEADS, "patroller"), form=forms.Done),
    Move("urge", "found -> urged", by=HEADS, form=forms.Urge, holder="chosen"),
    # what was reported up is the town's head's to press (11), not the village's once more
    Move("urge", "reported_up -> urged", by="town_head", form=forms.Urge, holder="chosen"),
    Move("fix", "urged -> fixed", by=("handler", "patroller"), form=forms.Done, mine=True),
    Move("decline", "urged -> found", by=("handler", "patroller"), form=Reason, mine=True),
    Move("verify", "fixed -> to_tell", by=("verifier", *HEADS), form=forms.Check,
         guards=(by_another("settle", "fix"),)),
    Move("send_back", "fixed -> urged", by=("verifier", *HEADS), form=Reason, holder="back"),
    Move("dismiss", "found -> dismissed", by=HEADS, form=Answer, guards=(by_another("report"),)),
)  # fmt: skip

UPWARD = (
    Move("report_up", "found|urged -> reported_up", by="village_head", form=forms.Upward, sets={"level": "big"}),
    Move("report_county", "reported_up|urged -> with_county", by="town_head", form=forms.ToCounty,
         guards=(tried_first,), sets={"level": "hard"}),
    Move("county_done", "with_county -> to_tell", by="town_head", form=forms.CountyOutcome),
    Move("county_back", "with_county -> reported_up", by="town_head", form=Reason),
    Move("hand_on", "found|urged|reported_up -> handed_on", by=HEADS, form=forms.HandOn, guards=(not_sent_twice,),
         effect=Spawn(field="line", carry=CARRIED)),
    Move("settled", "handed_on -> to_tell", by="child", on=("solved", "done")),
    Move("returned", "handed_on -> found", by="child",
         on=("unsolved", "refused", "merged", "withdrawn", "missed")),
    Move("tell", "to_tell -> closed", by=(*HEADS, "dispatcher"), form=Answer),
)  # fmt: skip

ANYWHERE = (
    Move(
        "extend",
        "urged -> =",
        by=("town_head", "supervisor"),
        form=Reason,
        effect=Extend("urged"),
        holder="keep",
    ),
    supervise(),
    note(STAFF),
)

LIMITS = (
    Limit("found", workdays(1), "浙江省河长制规定 13: complaints are checked in time; a working day is ours",
          key="take_up", since=LAW),
    Limit("urged", workdays(5), "design: 浙江省河长制规定 7 and 11 leave the time to the head who urges",
          until="by_day", pauses_in="fixed", extend=Extension(("town_head", "supervisor"), workdays(5)), since=SINCE),
    Limit("fixed", workdays(3), "design: looked at again at the water", key="check", since=SINCE),
    Limit("reported_up", workdays(3), "浙江省河长制规定 11: the town's head coordinates and presses; the time is ours",
          key="town_takes", since=LAW),
    Limit("with_county", days(30), "design: asked again after a month; the county's own time is the county's",
          key="county", then="supervise", since=SINCE),
    Limit("handed_on", days(60), "design: the matter it became has its own limits; this one forgets none",
          key="elsewhere", then="supervise", since=SINCE),
    Limit("to_tell", workdays(2), "浙江省河长制规定 11, 13: the outcome goes back to who reported; the time is ours",
          key="tell", since=LAW),
)  # fmt: skip

ISSUE = Procedure(
    start="found",
    end={"closed": "solved", "dismissed": "refused"},
    moves=HANDLING + UPWARD + ANYWHERE,
    limits=LIMITS,
)
