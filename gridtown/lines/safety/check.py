"""How a re-inspection goes: a person with a certificate looks; what is wrong becomes a hazard of its own.

Grid members and auxiliaries do not inspect (国办发〔2024〕54号): the role is the line's own.
"""

from datetime import date

from gridtown.kernel.clocks import Limit, workdays
from gridtown.kernel.effects import Spawn
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, note
from gridtown.lines.safety import forms, rules

SINCE = date(2026, 11, 1)
TO_HAZARD = {name: name for name in ("description", "category", "photos", "unit", "risk_point")}

PROCEDURE = Procedure(
    start="owed",
    end={"checked": "done", "skipped": "missed"},
    moves=(
        Move("check", "owed -> checked", by="inspector", form=forms.Checked, guards=(rules.hazard_named,)),
        Move("find", "owed -> =", by="inspector", form=forms.Found, holder="keep",
             effect=Spawn("safety/hazard", carry=TO_HAZARD, give={"source": "inspection"})),
        Move("skip", "owed -> skipped", by="supervisor", form=Reason),
        note(("inspector", "patch", "supervisor")),
    ),
    limits=(
        Limit("owed", workdays(30), "design: a check is made well before the next one falls due", key="visit",
              grade_by="colour", grades={"red": workdays(10), "orange": workdays(20)}, then="supervise",
              since=SINCE),
    ),
)  # fmt: skip
