"""Figures read out of a text, and held against the ledger: what the page and the shell say as well."""

from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from gridtown.api.answering import answer, body_of, says
from gridtown.api.caller import Caller
from gridtown.api.saying import lang_of
from gridtown.cases.actions import NotFound
from gridtown.report.claims.answering import telling, wording
from gridtown.report.claims.answering.files import MOST_LETTERS
from gridtown.report.claims.ledger import catalogue, checking, frozen

router = Router(tags=["claims"])


class DraftIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text, and the period of those figures for which it names none."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_LETTERS)]
    period: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}(-(H[12]|Q[1-4]|\d{2}))?)?$")] = ""


class ClaimOut(msgspec.Struct, frozen=True):
    """A figure that says something: value in the base unit, text[start:end] of the whole, an indicator guessed."""

    text: str
    start: int
    end: int
    subject: str
    subject_start: int
    subject_end: int
    indicator: str | None
    confidence: float
    value: float
    value_to: float | None
    unit: str
    classifier: str
    qualifier: str
    qualifier_word: str
    kind: str
    period: str | None
    comparison: str | None
    comparison_value: float | None


class SuggestedOut(msgspec.Struct, frozen=True):
    """An indicator that a claim may be about, and the words that speak for it."""

    indicator: str
    part: str
    confidence: float
    shared: list[str]


class VerdictOut(ClaimOut, frozen=True, kw_only=True):
    """A claim with what was found: state is agrees, differs or cannot; why in the caller's language."""

    state: str
    reason: str
    why: str
    ledger: float | None
    ledger_shown: str | None
    by: float | None
    ledger_period: str | None
    question: str | None
    suggested: list[SuggestedOut]
    surely: str | None
    last_year: bool
    edition: str | None
    growth_published: float | None
    growth_derived: float | None


class FindingOut(msgspec.Struct, frozen=True):
    """What does not go together: the claims by their number, or a stretch of the text."""

    fault: str
    claims: list[int]
    why: str
    start: int | None = None
    end: int | None = None


class ClaimsOut(msgspec.Struct, frozen=True):
    """The claims of a text in their order."""

    claims: list[ClaimOut]


class CheckedOut(msgspec.Struct, frozen=True):
    """A text held against the ledger; wrong where something differs or contradicts itself."""

    counts: dict[str, int]
    wrong: bool
    claims: list[VerdictOut]
    findings: list[FindingOut]


def _staff(request: HttpRequest) -> None:
    """The town's own figures are open to all its staff; to others this does not exist."""
    caller: Caller = request.auth
    if not any(hat.post for hat in caller.hats):
        raise NotFound


@router.post("/claims/read", summary="Read the figures of a text", **says(ClaimsOut, takes=DraftIn))
def read(request: HttpRequest) -> HttpResponse:
    """Every quantitative claim of a text, with a guess of the indicator. Nothing is kept."""
    _staff(request)
    draft = body_of(request, DraftIn)
    claims = catalogue.read_for(draft.text, period=draft.period or None)
    return answer({"claims": [claim.plain() for claim in claims]})


@router.post("/claims/check", summary="Check the figures of a text", **says(CheckedOut, takes=DraftIn))
def check(request: HttpRequest) -> HttpResponse:
    """Each claim agrees with the ledger, differs by so much, or cannot be shown. Nothing is kept."""
    _staff(request)
    draft, lang = body_of(request, DraftIn), lang_of(request)
    checked = checking.check(draft.text, period=draft.period or None, edition=frozen.figures())

    def say(key: str, **said: Any) -> str:
        return wording.say(key, lang, **said)

    return answer(telling.plain(checked, say))
