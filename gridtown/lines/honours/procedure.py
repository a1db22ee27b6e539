"""How a look at an honour goes: it stands, it is renewed, or it is no longer held; far from its end time files it."""

from datetime import date

from gridtown.kernel.clocks import Limit, days, hours, workdays
from gridtown.kernel.effects import Revise
from gridtown.kernel.guards import not_ahead
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Kept, Told
from gridtown.kernel.usual import note, supervise
from gridtown.lines.honours import forms

SINCE = date(2026, 11, 1)


def is_far(told: Told, doing: Doing) -> str | None:
    """Only what has a year and more to go is filed by itself; the others are looked at by somebody."""
    far = told.answers.get("near", "far") == "far" and told.answers.get("months_left") is not None
    return None if far else "guard.near"


def _honour(told: Told, doing: Doing) -> Kept | None:
    return doing.records.get(int(told.answers.get("honour") or 0))


def not_over(told: Told, doing: Doing) -> str | None:
    """What has run out does not stand: it was renewed, or it is no longer held."""
    honour = _honour(told, doing)
    end = honour.answers.get("expires") if honour else None
    return "guard.over" if end and str(end) < doing.calendar.day(doing.now).isoformat() else None


def runs_longer(told: Told, doing: Doing) -> str | None:
    """Renewed is what stands longer than before, and beyond today."""
    new, honour = doing.answers.get("expires"), _honour(told, doing)
    before = str(honour.answers.get("expires") or "") if honour else ""
    today = doing.calendar.day(doing.now).isoformat()
    return "guard.not_longer" if new and str(new) <= max(before, today) else None


REVIEW = Procedure(
    start="due",
    end={"stands": "done", "renewed": "solved", "lapsed": "unsolved"},
    moves=(
        Move("keep_on", "due|applied -> stands", by="recorder", form=forms.Kept, guards=(not_over,)),
        Move("apply", "due -> applied", by="recorder", form=forms.Kept),
        Move("renew", "due|applied -> renewed", by="recorder", form=forms.Renewed, guards=(runs_longer,),
             effect=Revise({"expires": "expires", "document": "document"})),
        Move("let_go", "due|applied -> lapsed", by="recorder", form=forms.Lapsed, guards=(not_ahead("ended_on"),),
             effect=Revise({"ended_on": "ended_on"})),
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
