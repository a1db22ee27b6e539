"""What is asked once a decision is to be carried out, and when it falls (articles of 行政强制法 but where named)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import Computed, Form, Photo, Unit
from gridtown.kernel.usual import Sentence
from gridtown.lines.enforcement.forms import Money

Sum = Annotated[float, Unit("yuan"), Computed()]


class Urging(Form):
    """催告书: what is still to be done and how (35, 54); what is owed in money follows from the ledger."""

    obligation: Sentence
    manner: Sentence
    fine_owed: Sum = 0.0
    surcharge_owed: Sum = 0.0


class UrgingServed(Form):
    """Its service (38), from which the ten days are counted; between which days the court may be asked (53, 54)."""

    how: Literal["direct", "left", "post", "electronic", "entrusted", "notice"]
    day: date
    receipt: Annotated[str, Photo("evidence")] = ""
    signed: Annotated[str, Photo("signature")] = ""
    court_from: Annotated[date, Computed()] | None = None
    court_by: Annotated[date, Computed()] | None = None


class Application(Form):
    """强制执行申请书: to which court, for what, and what the party had to say (55)."""

    court: Annotated[str, Field(min_length=1, max_length=80)]
    claim: Sentence
    party_opinion: Sentence
    fine_owed: Sum = 0.0
    surcharge_owed: Sum = 0.0


class Agreement(Form):
    """执行协议: by when, in which stages, and what of the surcharge is waived for which remedy (42).

    harmless: it harms neither the public interest nor anybody else's rights.
    """

    pay_by: date
    stages: Sentence
    remedies: Annotated[str, Field(max_length=1000)] = ""
    waived: Money = 0.0
    harmless: bool
    signed: Annotated[str, Photo("signature")] = ""


class Broken(Form):
    """That the agreement was not kept: enforcement goes on, and nothing is waived (42)."""

    reason: Sentence
    pay_by: Annotated[date, Computed()] | None = None


class Ending(Form):
    """终结执行: why nothing more can be enforced (40), or that the time for the court is over (53)."""

    ended_for: Literal["died", "dissolved", "lost", "too_late", "other"]
    result: Sentence


class Returned(Form):
    """Why the organ to which it went sends it back (行政处罚法 27); by when it is decided follows."""

    returned_for: Literal["no_crime", "exempt", "not_taken", "not_theirs"]
    reason: Sentence
    decide_by: Annotated[date, Computed()] | None = None


class Refund(Form):
    """What was paid and is given back (41)."""

    given_back: Annotated[float, Unit("yuan"), Field(gt=0, le=100_000_000)]
    refunded_on: date | None = None
    slip: Annotated[str, Field(max_length=60)] = ""


class Restored(Form):
    """What was put back as it was, or what was paid where that cannot be (41)."""

    result: Sentence
    compensation: Annotated[float, Unit("yuan"), Field(ge=0, le=100_000_000)] = 0.0
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()
