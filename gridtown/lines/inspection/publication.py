"""Results made public: masked by one, looked through by another, within 20 working days (公开 26; 综执 21; 营商 54).

The kind is open, but nothing of it is shown before `publish`: only that move's answers are marked, and the day.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from gridtown.kernel.clocks import Limit, workdays
from gridtown.kernel.forms import Again, Choice, Computed, Form, Ref, Sets, Shown
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason, Sentence, note, supervise

PUBLISHED_SINCE = date(2019, 5, 15)  # 政府信息公开条例 in its present wording
Names = Annotated[tuple[Annotated[str, Field(max_length=120)], ...], Field(max_length=60)]
Verdict = Literal["in_order", "ordered", "handed_on"]


class Publication(Form):
    """What a visit came to; it opens by itself when the visit is concluded."""

    enterprise: Annotated[int, Ref("enterprise")]
    day: Annotated[date, Shown()]
    lead: Annotated[str, Choice("organ"), Shown()] | None = None
    passed: Names = ()
    failed: Names = ()
    title: Annotated[str, Sets("title"), Computed()] = ""


class Prepared(Form):
    """The text as everybody may read it: what must stay secret is taken out (公开 14, 15), with the reason."""

    shown_name: Annotated[str, Again("title"), Field(min_length=1, max_length=80)]
    shown_passed: Annotated[Names, Again("passed")] = ()
    shown_failed: Annotated[Names, Again("failed")] = ()
    verdict: Verdict
    left_out: Annotated[str, Field(max_length=300)] = ""


class Published(Form):
    """The prepared text, unchanged."""

    published_name: Annotated[str, Computed(), Shown()] = ""
    published_passed: Annotated[tuple[str, ...], Computed(), Shown()] = ()
    published_failed: Annotated[tuple[str, ...], Computed(), Shown()] = ()
    published_verdict: Annotated[Verdict | None, Computed(), Shown()] = None


class Correction(Form):
    """What was wrong in what was published, and what is right."""

    correction: Annotated[Sentence, Shown()]


def titled(told: Told, doing: Doing) -> Mapping[str, Any]:
    """For the desk: the enterprise. The public page has no title but the number."""
    enterprise = doing.record("enterprise")
    return {"title": enterprise.name[:80] if enterprise else ""}


def as_prepared(told: Told, doing: Doing) -> Mapping[str, Any]:
    """What was prepared last."""
    fact = told.last("prepare")
    said = fact.answers if fact else {}
    return {
        "published_name": said.get("shown_name", ""),
        "published_passed": said.get("shown_passed", ()),
        "published_failed": said.get("shown_failed", ()),
        "published_verdict": said.get("verdict"),
    }


def nothing_added(told: Told, doing: Doing) -> str | None:
    """Masking takes out: it neither adds an item nor turns a failure into a pass."""
    said, known = doing.answers, told.answers
    passed = set(said.get("shown_passed") or ()) <= set(known.get("passed") or ())
    failed = set(said.get("shown_failed") or ()) <= set(known.get("failed") or ())
    return None if passed and failed else "guard.not_as_found"


def whole_or_said_why(told: Told, doing: Doing) -> str | None:
    """What is left out is left out for a reason."""
    said, known = doing.answers, told.answers
    whole = len(said.get("shown_passed") or ()) == len(known.get("passed") or ()) and (
        len(said.get("shown_failed") or ()) == len(known.get("failed") or ())
    )
    return None if whole or said.get("left_out") else "guard.say_what_is_left_out"


STAFF = ("planner", "inspection_head", "supervisor", "leader")

PROCEDURE = Procedure(
    start="to_prepare",
    end={"published": "done", "withheld": "refused"},
    moves=(
        Move("prepare", "to_prepare -> prepared", by="planner", form=Prepared,
             guards=(nothing_added, whole_or_said_why)),
        Move("publish", "prepared -> published", by=("inspection_head", "supervisor"), form=Published,
             guards=(by_another("prepare"),), derive=as_prepared),
        Move("return", "prepared -> to_prepare", by=("inspection_head", "supervisor"), form=Reason),
        Move("withhold", "to_prepare|prepared -> withheld", by=("inspection_head", "leader"), form=Reason),
        Move("put_right", "published -> =", by="inspection_head", form=Correction),
        supervise(),
        note(STAFF),
    ),
    limits=(
        Limit("to_prepare prepared", workdays(20), "政府信息公开条例 26", key="publishing", ceiling=workdays(20),
              then="supervise", since=PUBLISHED_SINCE),
    ),
)  # fmt: skip
