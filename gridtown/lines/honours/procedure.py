"""How a look at an honour goes: it stands, it is renewed, or it is no longer held; far from its end time files it."""

from datetime import date

from gridtown.kernel.clocks import Limit, days, hours, workdays
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.honours import forms

SINCE = date(2026, 11, 1)


def is_far(told: Told, doing: Doing) -> str | None:
    """Only what has a year and more to go is filed by itself; the others are looked at by somebody."""
    far = told.answers.get("near", "far") == "far" and told.answers.get("months_left") is not None
    return None if far else "guard.near"


REVIEW = Procedure(
    start="due",
    end={"stands": "done", "renewed": "solved", "lapsed": "unsolved"},
    moves=(
        Move("keep_on", "due -> stands", by="recorder", form=forms.Kept),
        Move("apply", "due -> applied", by="recorder", form=forms.Kept),
        Move("renew", "due|applied -> renewed", by="recorder", form=forms.Renewed),
        Move("let_go", "due|applied -> lapsed", by="recorder", form=Reason),
        Move("file", "due -> stands", by="system", guards=(is_far,)),
        supervise(),
        note(("recorder", "supervisor", "leader")),
    ),
    limits=(
        Limit("due", workdays(20), "design: a look within a month; what is far from its end needs none", key="looking",
              grade_by="near", grades={"far": hours(1)}, then="file", since=SINCE),
        Limit("applied", days(180), "design: half a year for a new assessment", key="renewing", then="supervise",
              since=SINCE),
    ),
)  # fmt: skip
