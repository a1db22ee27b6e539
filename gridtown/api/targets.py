"""The board of annual targets: each held against the ledger with its light and why, the worst first, as on the page."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gridtown import town as towns
from gridtown.api.answering import answer, says
from gridtown.api.caller import Caller
from gridtown.api.saying import lang_of
from gridtown.cases.actions import NotFound
from gridtown.kernel.purpose import Promises
from gridtown.report.promises import lights, promised, targets
from gridtown.report.promises.targets import Standing
from gridtown.report.prose import promising
from gridtown.town import clock
from gridtown.warehouse import lake as lakes

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
    if town.serving(Promises) is None or not any(hat.post for hat in caller.hats):
        raise NotFound
    found = targets.board(scope=caller.scope, hats=caller.hats, now=caller.now, town=town)
    lang, margin = lang_of(request), float(targets.settings(town)["margin"])
    return answer(
        BoardOut(
            [_target(one, lang, margin) for one in found.standings],
            found.meeting.number if found.meeting else None,
            [ChangeOut(c.standing.target.number, c.was, c.standing.light.colour) for c in found.changes],
            found.as_of,
            found.cursor,
        )
    )


class PromiseOut(msgspec.Struct, frozen=True):
    """A public target: what was promised (in `unit`, a share as 0–1), and how far it is; null is not known.

    count, of: both parts of what the ledger counts. state: how it stands, in the caller's language. source: ledger,
    published or told. indicator: "" where no figure of the ledger measures it.
    """

    number: str
    title: str
    indicator: str
    direction: str
    amount: float
    unit: str
    begins: date
    due: date
    document: str
    changed: bool
    now: float | None
    count: int | None
    of: int | None
    as_of: datetime | None
    source: str
    light: str
    reason: str
    state: str


class PromisesOut(msgspec.Struct, frozen=True):
    """What is public of a year's targets, in the order in which they were set, and the years that there are."""

    year: int
    years: list[int]
    targets: list[PromiseOut]
    as_of: datetime | None


@router.get("/public/targets", auth=None, summary="What was promised", tags=["public"], **says(PromisesOut))
def promises(
    request: HttpRequest, year: Annotated[int | None, Query(ge=1900, le=9999)] = None
) -> HttpResponse:
    """The public targets of a year (the newest where none is asked for) and how far they are, as on the public page."""
    town, now = towns.current(), clock.now()
    lake = lakes.tables(town)
    every = promised.public(town)
    chosen = promised.chosen(every, year, now, town)
    told = [_promise(one, lang_of(request)) for one in promised.of_year(every, chosen, now, town, lake)]
    return answer(PromisesOut(chosen, list(promised.years(every)), told, lake.as_of))


def _promise(standing: Standing, lang: str) -> PromiseOut:
    target, reading = standing.target, standing.reading
    return PromiseOut(
        target.number, promised.plain(target.title), target.indicator, target.direction, target.amount, target.unit,
        target.begins, target.due, promised.plain(target.document), target.changed, standing.now,
        reading.count if reading else None, reading.of if reading else None, standing.as_of, standing.source,
        standing.light.colour, standing.light.why, promising.state(standing, lang),
    )  # fmt: skip


def _target(standing: Standing, lang: str, margin: float) -> TargetOut:
    target, expected = standing.target, standing.forecast
    return TargetOut(
        target.number, target.title, target.indicator, target.direction, target.amount, target.unit, target.begins,
        target.due, target.post, target.changed, standing.now, standing.as_of, standing.source, standing.gone,
        standing.done, expected.value if expected else None, expected.low if expected else None,
        expected.high if expected else None, standing.light.colour, standing.light.why,
        lights.reason(standing, lang, margin), tuple(question.number for question in standing.questions),
    )  # fmt: skip
