"""How a resident's proposal goes: taken up as a topic that its proposers follow, or turned down for all to read."""

from datetime import date

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.effects import Merge, Spawn
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Answer, note, supervise
from gridtown.lines.assembly import forms, rules

SINCE = date(2026, 11, 1)
CHAIR = ("moderator", "supervisor")
STAFF = ("moderator", "teller", "receiver", "supervisor", "duty_officer", "leader")

PROPOSAL = Procedure(
    start="proposed",
    end={
        "resolved": "solved", "not_resolved": "unsolved", "turned_down": "refused", "joined": "merged",
        "taken_back": "withdrawn",
    },
    moves=(
        Move("take_up", "proposed -> taken_up", by=CHAIR, form=forms.TakeUp,
             effect=Spawn("assembly/topic", carry={
                 "title": "title", "text": "text", "category": "category", "talk_until": "talk_until",
             })),
        Move("turn_down", "proposed -> turned_down", by=CHAIR, form=forms.TurnDown,
             guards=(rules.not_enough_asked,)),
        Move("join", "proposed -> joined", by=CHAIR, form=forms.Join, effect=Merge("into")),
        Move("take_back", "proposed -> taken_back", by="reporter", form=Answer),
        Move("came_true", "taken_up -> resolved", by="child", on=("solved", "done")),
        Move("came_to_nothing", "taken_up -> not_resolved", by="child",
             on=("unsolved", "refused", "merged", "withdrawn", "missed")),
        supervise(),
        note(STAFF),
    ),
    limits=(
        Limit("proposed", workdays(5), "design: whoever proposes hears within a week", key="reading", since=SINCE),
        Limit("taken_up", days(365), "design: the topic has its own limits; this one forgets none", key="topic_runs",
              then="supervise", since=SINCE),
    ),
)  # fmt: skip
