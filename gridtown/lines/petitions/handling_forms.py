"""What is asked once a petition is accepted: handling, the opinion letter, delivery, both reviews, and the end."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import Computed, Form, Long, Photo
from gridtown.kernel.usual import Sentence

Cause = Literal["overdue", "repeated", "dissatisfied"]
Verdict = Literal["satisfied", "fair", "dissatisfied"]


class Closing(Form):
    """The end of the matter; `look_back` says why a review of it is owed, if one is (复盘溯源)."""

    look_back: Annotated[Cause | None, Computed()] = None


class Longer(Form):
    """延期: why, for the file, and what the petitioner is told of it (信访 34)."""

    reason: Sentence
    answer: Sentence


class Mediation(Form):
    """Both sides agree to mediation (信访 33); without that there is none."""

    both_agree: bool
    with_whom: Annotated[str, Field(min_length=1, max_length=120)]


class Settlement(Closing):
    """调解协议书、和解协议书: what the sides agreed on, signed by both."""

    answer: Sentence
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()


class Hearing(Form):
    """听证: when it was held, and what it found."""

    held_on: date
    findings: Sentence


class Opinion(Form):
    """处理意见书: request, facts and reasons, opinion, legal basis (信访 32)."""

    request: Sentence
    facts: Annotated[str, Long(), Field(min_length=1, max_length=4000)]
    opinion: Literal["support", "explain", "reject"]
    answer: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    legal_basis: Sentence


class Approval(Form):
    """签发: read by another than who wrote it."""

    remark: Annotated[str, Field(max_length=500)] = ""


class Delivery(Form):
    """送达: on which day the petitioner had the paper, and how; the 30 days for a review run from it (信访 35, 36)."""

    received_on: date
    delivered_by: Literal["hand", "post", "web", "left"]
    receipt: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=3)] = ()
    review_until: Annotated[date | None, Computed()] = None


class CarriedOut(Form):
    """What a supporting opinion called for and has been done (信访 32)."""

    done: Sentence
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()


class Settled(Closing):
    """息诉息访: the petitioner is content, or what was promised has been done."""

    remark: Annotated[str, Field(max_length=500)] = ""


class Request(Form):
    """复查、复核申请: what the petitioner does not accept, and why."""

    request: Sentence


class Decision(Delivery):
    """复查意见: what the higher organ found; it was received in writing on the day named."""

    groups = {
        "decided": ("organ", "result", "answer", "legal_basis"),
        "received": ("received_on", "delivered_by", "receipt"),
    }

    organ: Annotated[str, Field(min_length=1, max_length=120)]
    result: Literal["uphold", "change"]
    answer: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    legal_basis: Sentence


class FinalDecision(Closing):
    """复核意见: the last word; the same facts and reasons are not accepted again (信访 36)."""

    organ: Annotated[str, Field(min_length=1, max_length=120)]
    result: Literal["uphold", "change"]
    answer: Annotated[str, Long(), Field(min_length=1, max_length=2000)]
    legal_basis: Sentence


class Anew(Form):
    """The opinion is revoked: why, by when it is handled anew, and what the petitioner is told."""

    organ: Annotated[str, Field(min_length=1, max_length=120)]
    reason: Sentence
    report_by: date
    answer: Sentence


class SimpleAnswer(Closing):
    """简易答复: what the petitioner was told, and that it is enough for them."""

    answer: Sentence
    content: bool


class Performed(Closing):
    """What was found or done in a duty or an accusation of the town's own (信访 30, 31)."""

    answer: Sentence
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()


class Reply(Closing):
    """What becomes of a suggestion (信访 29)."""

    adopted: Literal["whole", "part", "not"]
    answer: Sentence


class Rating(Closing):
    """评价: the petition office and the unit that handled it, each for itself (信访 21)."""

    office: Verdict
    unit: Verdict
    comment: Annotated[str, Long(), Field(max_length=500)] = ""
