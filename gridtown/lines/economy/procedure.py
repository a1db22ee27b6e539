"""How a question about a published figure goes: asked of its publisher, then explained, put right, or left open."""

from datetime import date

from gridtown.kernel.clocks import Extension, Limit, workdays
from gridtown.kernel.effects import Extend
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.economy import forms

QUERY = Procedure(
    start="asked",
    end={"explained": "done", "corrected": "solved", "left_open": "unsolved"},
    moves=(
        Move("explain", "asked -> explained", by="statistician", form=forms.Explained),
        Move("put_right", "asked -> corrected", by="statistician", form=forms.Corrected),
        Move("give_up", "asked -> left_open", by="supervisor", form=Reason),
        Move("extend", "asked -> =", by="supervisor", form=Reason, effect=Extend("asked"), holder="keep"),
        supervise(),
        note(("statistician", "supervisor", "leader")),
    ),
    limits=(
        Limit("asked", workdays(10), "design: as long as 杭州市绩效管理条例 20 gives for an answer",
              extend=Extension("supervisor", workdays(10)), since=date(2026, 11, 1)),
    ),
)  # fmt: skip
