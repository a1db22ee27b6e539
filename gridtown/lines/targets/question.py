"""How a question about a target and a meeting on the targets go."""

from gridtown.kernel.clocks import Limit, workdays
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.targets import forms
from gridtown.lines.targets.target import ANSWERERS, LAW, SINCE

ASKERS = ("assessor", "leader", "supervisor")

QUESTION = Procedure(
    start="asked",
    end={"closed": "done", "dropped": "withdrawn"},
    moves=(
        Move("answer", "asked -> answered", by=ANSWERERS, form=forms.Answered, mine=True, holder="back"),
        # one post may both ask and answer: who has answered does not say whether that will do
        Move("accept", "answered -> closed", by=ASKERS, guards=(by_another("answer"),)),
        Move("ask_again", "answered -> asked", by=ASKERS, form=Reason, holder="back", guards=(by_another("answer"),)),
        Move("drop", "asked -> dropped", by=("assessor", "leader"), form=Reason),
        supervise(),
        note(ANSWERERS),
    ),
    limits=(
        Limit("asked", workdays(10), "杭州市绩效管理条例 20", key="answering", ceiling=workdays(10), since=LAW),
        Limit("answered", workdays(5), "design: an answer is looked at within a week", key="looking", since=SINCE),
    ),
)  # fmt: skip

MEETING = Procedure(
    start="held",
    end={"minuted": "done"},
    moves=(
        Move("minute", "held -> minuted", by=("assessor", "leader"), form=forms.Minutes),
        note(("assessor", "leader")),
    ),
    limits=(
        Limit("held", workdays(5), "design: what was decided is written down within a week", key="minutes",
              since=SINCE),
    ),
)  # fmt: skip
