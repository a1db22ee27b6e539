"""Registers of things that are kept up to date, and what the caller's posts were told."""

from typing import Annotated, Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gridtown import town as towns
from gridtown.api.answering import answer, body_of, says
from gridtown.api.caller import Caller, key_of
from gridtown.api.shapes import Code, Done, PointIn
from gridtown.cases import actions, queries
from gridtown.cases.actions import NotFound, links
from gridtown.cases.queries import RecordView, Told
from gridtown.kernel.told import Refused

router = Router()
PAGE = 100


class Records(msgspec.Struct, frozen=True):
    """A page of a register; `next` is the id to go on after, 0 on the last."""

    rows: tuple[RecordView, ...]
    next: int


class RecordIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A thing as the register's form describes it; `version` is what the caller was looking at."""

    answers: dict[str, Any]
    place: Code
    point: PointIn | None = None
    version: int | None = None


class Because(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason."""

    reason: str


def _known(line: str, register: str) -> None:
    found = towns.current().lines.get(line)
    if found is None or register not in {r.key for r in found.registers}:
        raise NotFound


@router.get("/registers/{line}/{key}", tags=["registers"], summary="List records", **says(Records))
def list_records(
    request: HttpRequest,
    line: str,
    key: str,
    place: Annotated[str, Query(pattern=r"^\d{0,15}$")] = "",
    after: Annotated[int, Query(ge=0)] = 0,
    retired: bool = False,
) -> HttpResponse:
    """What stands on a register, within the caller's places and lines, by id."""
    caller: Caller = request.auth
    _known(line, key)
    rows = queries.records(
        line=line, register=key, scope=caller.scope, place=place, after=after, size=PAGE + 1, retired=retired
    )
    page = rows[:PAGE]
    return answer(Records(page, page[-1].id if len(rows) > PAGE else 0))


@router.post(
    "/registers/{line}/{key}",
    tags=["registers"],
    summary="Add a record",
    **says(Done, status=201, takes=RecordIn, writes=True),
)
def add_record(request: HttpRequest, line: str, key: str) -> HttpResponse:
    """Put a thing on a register."""
    return _keep(request, line, key, None)


@router.put(
    "/registers/{line}/{key}/{int:record}",
    tags=["registers"],
    summary="Change a record",
    **says(Done, takes=RecordIn, writes=True),
)
def change_record(request: HttpRequest, line: str, key: str, record: int) -> HttpResponse:
    """Bring a thing up to date; what stood before stays readable in the ledger."""
    caller: Caller = request.auth
    kept = queries.record(record=record)
    if kept is None or not caller.scope.sees(kept.line, kept.place, 0):
        raise NotFound
    return _keep(request, line, key, record)


def _keep(request: HttpRequest, line: str, key: str, record: int | None) -> HttpResponse:
    caller: Caller = request.auth
    _known(line, key)
    said = body_of(request, RecordIn)
    kept = actions.keep(
        line=line, register=key, answers=said.answers, by=caller.hats, now=caller.now,
        key=key_of(request, caller), place=said.place, record=record, version=said.version,
        point=said.point.point() if said.point else None,
    )  # fmt: skip
    return answer(Done(kept), 200 if record else 201)


@router.post(
    "/records/{int:record}/retire",
    tags=["registers"],
    summary="Retire a record",
    **says(Done, takes=Because, writes=True),
)
def retire_record(request: HttpRequest, record: int) -> HttpResponse:
    """Take a thing off its register, with the reason."""
    caller: Caller = request.auth
    said = body_of(request, Because)
    kept = queries.record(record=record)
    if kept is None or not caller.scope.sees(kept.line, kept.place, 0):
        raise NotFound
    actions.retire(
        record=record, reason=said.reason, by=caller.hats, now=caller.now, key=key_of(request, caller)
    )
    return answer(Done(record))


class LinkOut(msgspec.Struct, frozen=True):
    """The link of a record, for whom it belongs to; each generation has another one."""

    url: str
    secret: str
    generation: int


def _kept(caller: Caller, record: int) -> RecordView:
    """A record with a link that the caller's posts keep."""
    kept = queries.record(record=record)
    if kept is None or not caller.scope.sees(kept.line, kept.place, 0):
        raise NotFound
    register = towns.current().lines[kept.line].register(kept.register)
    if not links.may_keep(caller.hats, kept.line, register, kept.place):
        raise Refused("may_not", verb="keep")
    if not register.linked:
        raise Refused("not_linked")
    if kept.retired:
        raise Refused("link_out_of_use", name=kept.name)
    return kept


def _link(record: int) -> LinkOut:
    secret = links.secrets_of([record])[record]
    url = f"{settings.GRIDTOWN_PUBLIC_URL}{links.path_of(record, secret)}"
    return LinkOut(url, secret, links.generations([record]).get(record, 0))


@router.get("/records/{int:record}/link", tags=["registers"], summary="A record's link", **says(LinkOut))
def read_link(request: HttpRequest, record: int) -> HttpResponse:
    """The signed link of a record, for those who keep its register."""
    return answer(_link(_kept(request.auth, record).id))


@router.post(
    "/records/{int:record}/link", tags=["registers"], summary="Renew the link", **says(LinkOut, writes=True)
)
def renew_link(request: HttpRequest, record: int) -> HttpResponse:
    """Another link; the one before opens nothing from now on."""
    caller: Caller = request.auth
    _kept(caller, record)
    actions.renew_link(record=record, by=caller.hats, now=caller.now, key=key_of(request, caller))
    return answer(_link(record))


class Notices(msgspec.Struct, frozen=True):
    """What the caller's posts were told, the newest first; `next` is the id to go on before, 0 on the last."""

    rows: tuple[Told, ...]
    next: int


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to which notice everything has been seen."""

    up_to: int


@router.get("/notices", tags=["notices"], summary="Notices", **says(Notices))
def notices(
    request: HttpRequest, unseen: bool = False, before: Annotated[int, Query(ge=0)] = 0
) -> HttpResponse:
    """What the caller's posts were told."""
    caller: Caller = request.auth
    rows = queries.notices(
        posts=caller.posts, scope=caller.scope, unseen=unseen, before=before, size=PAGE + 1
    )
    page = rows[:PAGE]
    return answer(Notices(page, page[-1].id if len(rows) > PAGE else 0))


@router.post("/notices/seen", tags=["notices"], summary="Mark as seen", **says(Done, takes=Seen, writes=True))
def see(request: HttpRequest) -> HttpResponse:
    """Mark what the caller's posts were told as seen, up to a notice."""
    caller: Caller = request.auth
    said = body_of(request, Seen)
    key_of(request, caller)
    queries.see_notices(posts=caller.posts, up_to=said.up_to, now=caller.now)
    return answer(Done(said.up_to))
