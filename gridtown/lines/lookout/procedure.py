"""How an alarm goes: looked at, sent to, reached, confirmed or rejected on site, put out, guarded, inspected."""

from datetime import date

from gridtown.kernel.clocks import Limit, hours, minutes
from gridtown.kernel.effects import Merge, Place, Spawn
from gridtown.kernel.guards import by_another, once_since
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.lookout import forms, rules

SINCE = date(2026, 11, 1)
WATCH = ("watcher", "duty_officer", "dispatcher")
CREWS = ("crew", "patroller", "handler")
STAFF = (*WATCH, *CREWS, "verifier", "supervisor", "leader")
PRESS = (
    "design: press reports of 2021-2024 name 5 (兰溪), 10 (义乌苏溪) and 15 minutes (蓝山) to be there, 30 to be out "
    "(罗田)"
)

DESK = (
    Move("verify", "detected -> verified", by=WATCH, form=forms.Verified, effect=Place()),
    Move("reject", "detected|verified -> rejected", by=WATCH, form=forms.Rejected, derive=rules.took),
    Move("dispatch", "verified -> dispatched", by=WATCH, form=forms.Dispatch, holder="chosen",
         guards=(rules.crew_may_go,), usual=True),
)  # fmt: skip

SITE = (
    Move("set_off", "dispatched -> on_way", by=CREWS, mine=True, holder="keep"),
    Move("decline", "dispatched -> verified", by=CREWS, form=Reason, mine=True),
    Move("arrive", "dispatched|on_way -> arrived", by=CREWS, form=forms.Arrived, mine=True, holder="keep"),
    Move("confirm", "arrived -> fighting", by=CREWS, form=forms.Confirmed, derive=rules.took, mine=True,
         holder="keep"),
    Move("reject", "arrived -> rejected", by=CREWS, form=forms.Rejected, derive=rules.took, mine=True),
    Move("recall", "dispatched|on_way -> verified", by=WATCH, form=Reason),
    Move("call_help", "fighting -> =", by=(*CREWS, *WATCH), form=forms.HelpCalled, holder="keep"),
    Move("size_up", "fighting|out -> =", by=(*WATCH, *CREWS, "leader"), form=forms.SizedUp,
         derive=rules.graded, holder="keep"),
    Move("put_out", "fighting -> out", by=CREWS, form=forms.PutOut, derive=rules.out_now, mine=True),
    Move("accept", "out -> closed", by=("verifier", "supervisor", "duty_officer"), form=forms.Inspected,
         guards=(by_another("put_out"), rules.guarded_long_enough)),
    Move("refer", "out|closed -> =", by=(*WATCH, *CREWS, "verifier"), form=forms.Referred, holder="keep",
         guards=(once_since("refer", of=("confirm",)),),
         effect=Spawn("enforcement/case", carry={n: n for n in ("description", "address", "photos")},
                      give={"category": "burning"})),
    Move("rekindle", "out -> fighting", by=(*CREWS, *WATCH), form=Reason, holder="back"),
    Move("flare_up", "out -> fighting", by="sensor", form=forms.Sighted, holder="back"),
)  # fmt: skip

SAME = (
    Move("sight", "* -> =", by="sensor", form=forms.Sighted, effect=Place(), holder="keep"),
    Move("sight", "rejected|merged -> =", by="sensor", form=forms.Sighted, holder="keep"),
    Move("merge", "detected|verified|dispatched|on_way -> merged", by=WATCH, form=forms.MergeInto,
         effect=Merge("into")),
    Move("separate", "merged -> verified", by=(*WATCH, "supervisor"), form=Reason),
    Move("detach", "detected|verified|dispatched|on_way|arrived -> =", by=WATCH, form=forms.Detached,
         guards=(rules.another_is_left,), derive=rules.detached, effect=Place(clear=True), holder="keep"),
)  # fmt: skip

ANYWHERE = (
    supervise(),
    note(STAFF),
    Move("add", "* -> =", by="reporter", form=forms.Addition, holder="keep"),
)

ALARM = Procedure(
    start="detected",
    end={"closed": "solved", "rejected": "done", "merged": "merged"},
    moves=DESK + SITE + SAME + ANYWHERE,
    limits=(
        Limit("detected", minutes(3), "design: whoever receives a report sends people at once "
              "(森林防火条例 31); three minutes for a look at the live picture are ours", key="verify", since=SINCE),
        Limit("verified", minutes(2), "design: at once (森林防火条例 31); two minutes are ours", key="dispatch",
              since=SINCE),
        Limit("dispatched on_way", minutes(10), PRESS, key="arrive", grade_by="category",
              grades={"forest": minutes(15)}, since=SINCE),
        Limit("arrived", minutes(10), "design: on site it is plain within minutes whether it burns", key="judge",
              since=SINCE),
        Limit("fighting", minutes(30), PRESS, key="extinguish", since=SINCE),
        Limit("out", hours(48), "design: the site is guarded and left only after an inspection "
              "(森林防火条例 39; 浙江省森林消防条例 27); neither fixes a time", key="guard", then="supervise",
              since=SINCE),
    ),
)  # fmt: skip

CARRIED = ("description", "source", "seen_at", "camera", "pose", "azimuth", "sigma", "score", "model", "second",
           "placed", "major", "minor", "heading", "lon", "lat", "tracks", "danger", "near")  # fmt: skip
TO_ALARM = Spawn("lookout/alarm", carry={name: name for name in CARRIED})

MUTED = Procedure(
    start="noted",
    end={"filed": "done", "raised": "done"},
    moves=(
        Move("look", "noted -> filed", by=WATCH, form=forms.Looked),
        Move("lapse", "noted -> filed", by="system"),
        Move("raise", "noted -> raised", by=WATCH, form=Reason, effect=TO_ALARM),
        Move("outlast", "noted -> raised", by="sensor", form=forms.Sighted, effect=TO_ALARM),
        Move("sight", "noted -> =", by="sensor", form=forms.Sighted, effect=Place(), holder="keep"),
        note(STAFF),
    ),
    limits=(
        Limit("noted", hours(24), "design: looked at within the day, or filed as it is with its reason", key="file",
              then="lapse", since=SINCE),
    ),
)  # fmt: skip
