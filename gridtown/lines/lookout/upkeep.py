"""How a camera's outage and the check of a pose go."""

from gridtown.kernel.clocks import Limit, workdays
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, note
from gridtown.lines.lookout import forms
from gridtown.lines.lookout.procedure import SINCE

MENDERS = ("watcher", "handler")

OUTAGE = Procedure(
    start="down",
    end={"up": "solved", "dropped": "refused"},
    moves=(
        Move("repair", "down -> up", by=MENDERS, form=forms.Repaired),
        Move("recover", "down -> up", by="sensor", form=forms.Recovered),
        Move("drop", "down -> dropped", by=("watcher", "supervisor"), form=Reason),
        note((*MENDERS, "supervisor")),
    ),
    limits=(
        Limit("down", workdays(2), "design: a blind camera is mended within two working days; a night is over sooner",
              key="mend", grade_by="fault", grades={"infrared": workdays(1)}, since=SINCE),
    ),
)  # fmt: skip

CHECK = Procedure(
    start="due",
    end={"checked": "done", "skipped": "missed"},
    moves=(
        Move("check", "due -> checked", by="watcher", form=forms.Checked),
        Move("skip", "due -> skipped", by="supervisor", form=Reason),
    ),
    limits=(
        Limit("due", workdays(20), "design: mounts drift for months, not for days; before the next check falls due",
              key="check_due", then="supervise", since=SINCE),
    ),
)  # fmt: skip
