"""The board of annual targets: each held against the ledger with its light and why, the worst first, as on the page."""

from datetime import date, datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from gridtown import town as towns
from gridtown.api.answering import answer, says
from gridtown.api.caller import Caller
from gridtown.api.saying import lang_of
from gridtown.cases.actions import NotFound
from gridtown.report import lights, targets
from gridtown.report.targets import Standing

router = Router(tags=["report"])


class TargetOut(msgspec.Struct, frozen=True):
    """A target and how it stands. amount, now, low, high and forecast are in `unit`, a share as 0–1; null is not known.

    gone: the share of its period that is over. done: the share of the amount reached, of what adds up. source: ledger,
    published, told or none. light: red, yellow, grey or green; why: its reason in the caller's language.
    """

    number: str
    title: str
    indicator: str
    direction: str
    amount: float
    unit: str
    begins: date
    due: date
    post: str
    changed: bool
    now: float | None
    as_of: datetime | None
    source: str
    gone: float
    done: float | None
    forecast: float | None
    low: float | None
    high: float | None
    light: str
    reason: str
    why: str
    questions: tuple[str, ...]


class ChangeOut(msgspec.Struct, frozen=True):
    """What is other than at the last meeting: the light then, "" for a target that is new."""

    number: str
    was: str
    light: str


class BoardOut(msgspec.Struct, frozen=True):
    """Every target within the caller's scope, and what has changed since the meeting of this number."""

    targets: list[TargetOut]
    meeting: str | None
    changes: list[ChangeOut]
    as_of: datetime | None
    cursor: int


@router.get("/targets", summary="The board of annual targets", **says(BoardOut))
def board(request: HttpRequest) -> HttpResponse:
    """Each target with its figure, forecast, light and reason; what has changed since the last meeting."""
    caller: Caller = request.auth
    town = towns.current()
    if targets.LINE not in town.lines or not any(hat.post for hat in caller.hats):
        raise NotFound
    found = targets.board(scope=caller.scope, hats=caller.hats, now=caller.now, town=town)
    lang, margin = lang_of(request), float(town.amounts[targets.LINE]["margin"])
    return answer(
        BoardOut(
            [_target(one, lang, margin) for one in found.standings],
            found.meeting.number if found.meeting else None,
            [ChangeOut(c.standing.target.number, c.was, c.standing.light.colour) for c in found.changes],
            found.as_of,
            found.cursor,
        )
    )


def _target(standing: Standing, lang: str, margin: float) -> TargetOut:
    target, expected = standing.target, standing.forecast
    return TargetOut(
        target.number, target.title, target.indicator, target.direction, target.amount, target.unit, target.begins,
        target.due, target.post, target.changed, standing.now, standing.as_of, standing.source, standing.gone,
        standing.done, expected.value if expected else None, expected.low if expected else None,
        expected.high if expected else None, standing.light.colour, standing.light.why,
        lights.reason(standing, lang, margin), tuple(question.number for question in standing.questions),
    )  # fmt: skip
