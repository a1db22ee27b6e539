"""How a self-inspection goes: the unit looks by its own link, the patch's post reminds it, and somebody reads it.

Nobody can count on the unit to come: the patch's post hands in what came on paper, or says that nothing came.
"""

from datetime import date

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.effects import Spawn
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, note
from gridtown.lines.safety import forms, rules

SINCE = date(2026, 11, 1)
TO_HAZARD = {name: name for name in ("description", "category", "photos", "unit")}
WHO = ("patch", "subject")

PROCEDURE = Procedure(
    start="asked",
    end={"confirmed": "done", "missed": "missed"},
    moves=(
        Move("hand_in", "asked -> handed_in", by=WHO, form=forms.HandedIn, guards=(rules.all_declared,)),
        Move("declare", "asked|handed_in -> =", by=WHO, form=forms.Declared, holder="keep",
             effect=Spawn("safety/hazard", carry=TO_HAZARD, give={"source": "self_inspection"})),
        Move("remind", "asked -> =", by="patch", form=forms.Reminder, holder="keep"),
        Move("miss", "asked -> missed", by=("patch", "inspector"), form=Reason),
        Move("confirm", "handed_in -> confirmed", by=("patch", "inspector"), guards=(by_another("hand_in"),)),
        Move("send_back", "handed_in -> asked", by=("patch", "inspector"), form=Reason),
        note(("patch", "inspector", "supervisor")),
    ),
    limits=(
        Limit("asked", days(20), "design: within the month in which it is owed", key="self_check", since=SINCE,
              right=True),
        Limit("handed_in", workdays(5), "design: what a unit hands in is read within a week", key="confirm",
              since=SINCE),
    ),
)  # fmt: skip
