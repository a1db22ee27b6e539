"""一站式接待: anyone comes with anything; it is answered, told where it belongs, or handed on and followed."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.effects import Spawn
from gridtown.kernel.forms import Choice, Computed, Form, Internal, Long, Personal, Photo, Sets
from gridtown.kernel.guards import once_since
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Answer, Reason, Sentence, Urgency, note, supervise
from gridtown.lines.mediation import forms
from gridtown.lines.mediation.dispute import BOTH, STAFF
from gridtown.lines.mediation.rules import OURS

DESK = ("receiver", *BOTH)
SAID = ("description", "address", "photos", "contact_name", "contact_phone")
HANDED = {name: name for name in SAID}
DISPUTED = HANDED | {name: name for name in ("category", "urgency", "other_name", "other_phone", "request")}
PETITIONED = HANDED | {"request": "request", "urgency": "urgency", "category": "petition_matter"}


class Visit(Form):
    """Who came, with what; the description alone is required."""

    description: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    category: Annotated[str, Choice("matter"), Sets("category")] | None = None
    urgency: Urgency | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)] = ()
    contact_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    request: Annotated[str, Long(), Field(max_length=1000)] = ""


class ToMediation(Form):
    """What mediation has to know beside what was said: with whom the dispute is."""

    category: forms.Matter
    other_name: Annotated[str, Personal("name"), Field(min_length=1, max_length=40)]
    other_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    contact_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    remark: Annotated[str, Field(max_length=500)] = ""


class ToPetitions(Form):
    """What a petition has to say beside: the request in a sentence, and who makes it (信访 19)."""

    category: forms.Matter
    request: Annotated[str, Long(), Field(max_length=1000)] = ""
    contact_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    petition_matter: Annotated[str, Computed(), Internal()] = ""


class HandOn(Form):
    """Which line of the town takes it, and why."""

    line: Literal["appeals/matter", "enforcement/case", "safety/hazard"]
    reason: Sentence


class Guidance(Form):
    """Where else it belongs, and what was told: given to the visitor in writing."""

    where: Literal["legal_aid", "arbitration", "court", "police", "review", "notary", "department", "other"]
    organ: Annotated[str, Field(min_length=1, max_length=120)]
    answer: Sentence


def as_petition(told: Told, doing: Doing) -> Mapping[str, Any]:
    """What the petition office calls such a matter: the column `petition` of our dictionary."""
    return {
        "petition_matter": doing.tables["matter"][str(doing.answers["category"])].get("petition") or "other"
    }


RECEPTION = Procedure(
    start="received",
    end={"answered": "done", "guided": "done", "told": "solved", "withdrawn": "withdrawn"},
    moves=(
        Move("to_mediation", "received -> handed_on", by=DESK, form=ToMediation,
             effect=Spawn("mediation/dispute", carry=DISPUTED)),
        Move("to_petitions", "received -> handed_on", by=DESK, form=ToPetitions, derive=as_petition,
             effect=Spawn("petitions/petition", carry=PETITIONED, give={"came_by": "visit"})),
        Move("hand_on", "received -> handed_on", by=DESK, form=HandOn,
             effect=Spawn(field="line", carry=HANDED, give={"source": "resident"})),
        Move("guide", "received -> guided", by=DESK, form=Guidance),
        Move("answer", "received -> answered", by=DESK, form=Answer),
        Move("settled", "handed_on -> to_tell", by="child", on=("solved", "done")),
        Move("returned", "handed_on -> received", by="child",
             on=("unsolved", "refused", "merged", "withdrawn", "missed")),
        Move("call_back", "handed_on -> received", by="supervisor", form=Reason),
        Move("tell", "to_tell -> told", by=DESK, form=Answer),
        Move("withdraw", "received -> withdrawn", by="reporter", form=forms.Withdrawal),
        Move("rate", "answered|guided|told -> =", by="reporter", form=forms.Rating, holder="keep",
             guards=(once_since("rate", of=()),)),
        supervise(),
        note(STAFF),
    ),
    limits=(
        Limit("received", workdays(1), "design: whoever comes is answered or routed within a working day",
              key="routing", since=OURS),
        Limit("handed_on", days(90), "design: what it became has its own limits; this one forgets none",
              key="elsewhere", then="supervise", since=OURS),
        Limit("to_tell", workdays(2), "design: the visitor hears within two working days", key="telling", since=OURS),
    ),
)  # fmt: skip
