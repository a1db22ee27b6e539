"""What residents may do without an account: report, look again by number and secret, and answer."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gridtown import town as towns
from gridtown.api.answering import answer, body_of, says
from gridtown.api.caller import RESIDENT, key_of
from gridtown.api.cases import Drawn, file_answer, put_upload, receipt_answer
from gridtown.api.problems import Malformed
from gridtown.api.shapes import Digest, Given, MoveIn, NewCase, OfferOut, Stepped, offers_out
from gridtown.cases import actions, queries
from gridtown.cases.queries import CaseView
from gridtown.kernel.told import REPORTER
from gridtown.town import clock

router = Router(tags=["public"])
Secret = Annotated[str, Query(max_length=40, description="as on the receipt")]


class StepOut(msgspec.Struct, frozen=True):
    """A step as whoever reported may see it: what was done, and the answer written for them."""

    at: datetime
    verb: str
    to: str
    answer: str
    mine: bool


class Followed(msgspec.Struct, frozen=True):
    """A report as whoever made it may see it."""

    number: str
    line: str
    kind: str
    state: str
    outcome: str
    ended: bool
    place: str
    lon: float | None
    lat: float | None
    title: str
    opened: datetime
    closed: datetime | None
    due: datetime | None
    version: int
    reporters: int
    answers: dict[str, Any]
    masked: dict[str, str]
    steps: list[StepOut]
    files: list[str]
    offers: list[OfferOut]


class Near(msgspec.Struct, frozen=True):
    """An open report near by that may be the same: nothing of it but what it is and where."""

    id: int
    number: str
    title: str
    category: str
    state: str
    opened: datetime
    lon: float | None
    lat: float | None
    reporters: int


class Nearby(msgspec.Struct, frozen=True):
    """Open reports like the one about to be sent, the newest first."""

    rows: list[Near]


# What staff do among themselves is not told to whoever reported.
_INSIDE = {"note", "warn", "expire", "unseal", "supervise", "grade"}


def _followed(view: CaseView) -> Followed:
    row = view.row
    told = [
        step for step in view.steps if step.frm != step.to or step.answers.get("answer") or _is_mine(step.by)
    ]
    steps = [
        StepOut(s.at, s.verb, s.to, str(s.answers.get("answer", "")), _is_mine(s.by))
        for s in told
        if s.verb not in _INSIDE
    ]
    mine = _is_mine(view.steps[0].by) if view.steps else False
    return Followed(
        number=row.number, line=row.line, kind=row.kind, state=row.state, outcome=row.outcome, ended=row.ended,
        place=row.place, lon=row.lon, lat=row.lat, title=row.title, opened=row.opened, closed=row.closed,
        due=row.due, version=row.version, reporters=row.reporters, answers=view.answers if mine else {},
        masked=view.masked if mine else {}, steps=steps,
        files=[f.sha256 for f in view.files if f.stage in ("before", "after")], offers=offers_out(view.offers),
    )  # fmt: skip


def _is_mine(by: str) -> bool:
    return by.partition(":")[0] == REPORTER


@router.post(
    "/public/reports", auth=None, summary="Report", **says(Given, status=201, takes=NewCase, writes=True)
)
def report(request: HttpRequest) -> HttpResponse:
    """A resident's report; number and secret come back once and open it again."""
    said = body_of(request, NewCase)
    receipt = actions.report(
        line=said.line, kind=said.kind, answers=said.answers, by=RESIDENT, now=clock.now(),
        key=key_of(request, None), channel=said.channel, point=said.point.point() if said.point else None,
        place=said.place,
    )  # fmt: skip
    return receipt_answer(receipt)


@router.post("/public/files", auth=None, summary="Upload a photo", **says(Digest, status=201))
def upload(request: HttpRequest, drawn: Drawn = False) -> HttpResponse:
    """A resident's picture as multipart field `file`; name its digest in the report."""
    return put_upload(request, clock.now(), drawn)


@router.get("/public/similar", auth=None, summary="Similar reports", **says(Nearby))
def similar(
    request: HttpRequest,
    lon: Annotated[float, Query(ge=-180, le=180)],
    lat: Annotated[float, Query(ge=-90, le=90)],
    line: Annotated[
        str, Query(max_length=32, description="the first that residents report to, if left out")
    ] = "",
) -> HttpResponse:
    """Open reports near a point (WGS84) that everybody may know of."""
    town = towns.current()
    line = line or next((key for key, _ in town.raised_by(REPORTER)), "")
    if line not in town.lines:
        raise Malformed(fields={"line": "refusal.no_such_line"})
    found = queries.similar(line=line, lon=lon, lat=lat, now=clock.now())
    return answer(Nearby([msgspec.convert(brief, Near, from_attributes=True) for brief in found]))


@router.get("/public/reports/{number}", auth=None, summary="Follow a report", **says(Followed))
def follow(request: HttpRequest, number: str, secret: Secret) -> HttpResponse:
    """A report by number and secret: where it stands, the answers so far, and what can be said to it."""
    view, _ = queries.follow_view(number=number, secret=secret, now=clock.now())
    return answer(_followed(view))


@router.post(
    "/public/reports/{number}/moves/{verb}",
    auth=None,
    summary="Answer",
    **says(Stepped, takes=MoveIn, writes=True),
)
def move(request: HttpRequest, number: str, verb: str, secret: Secret) -> HttpResponse:
    """Rate, confirm, reopen, withdraw or add, by number and secret."""
    said = body_of(request, MoveIn) if request.body else MoveIn()
    actor, case = actions.reporter(number, secret)
    taken = actions.take(
        case=case, verb=verb, answers=said.answers, by=actor, now=clock.now(), key=key_of(request, None),
        version=said.version,
    )  # fmt: skip
    return answer(taken)


@router.get("/public/reports/{number}/files/{sha256}", auth=None, summary="A photo", response={200: None})
def photo(request: HttpRequest, number: str, sha256: str, secret: Secret) -> HttpResponse:
    """A photo of a report, before or after, by number and secret."""
    view, _ = queries.follow_view(number=number, secret=secret, now=clock.now())
    found = (f for f in view.files if f.sha256 == sha256 and f.stage in ("before", "after"))
    return file_answer(next(found, None))
