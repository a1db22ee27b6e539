"""Registers of things that are kept up to date: lists, records, and their spreadsheets."""

import io
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gridtown import town as towns
from gridtown.api.answering import HEADERS, answer, body_of, says
from gridtown.api.caller import Caller, key_of
from gridtown.api.cases import Clear, Unsealing, file_answer
from gridtown.api.problems import Malformed
from gridtown.api.saying import lang_of
from gridtown.api.shapes import Code, Done, PointIn
from gridtown.cases import actions, queries
from gridtown.cases.actions import NotFound, links
from gridtown.cases.queries import RecordStep, RecordView
from gridtown.feeds.registers.book import Book
from gridtown.feeds.registers.reading import MOST_BYTES, MOST_MB, Unreadable
from gridtown.feeds.registers.writing import MIME
from gridtown.kernel.line import Register
from gridtown.kernel.told import Refused
from gridtown.people import snapshot as people
from gridtown.places.router import current as router_of

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


def _known(line: str, register: str) -> Register:
    found = towns.current().lines.get(line)
    listed = next((r for r in found.registers if r.key == register), None) if found else None
    if listed is None:
        raise NotFound
    return listed


@router.get(
    "/registers/{line}/{key}.xlsx", tags=["registers"], summary="Download a register", response={200: None}
)
def download_register(
    request: HttpRequest,
    line: str,
    key: str,
    place: Annotated[str, Query(pattern=r"^\d{0,15}$")] = "",
    template: bool = False,
) -> HttpResponse:
    """The register as a workbook within the caller's places, personal answers masked; or its empty template."""
    book, made = _book(request, line, key), io.BytesIO()
    if template:
        book.template(made)
    else:
        book.export(made, place=place)
    headers = {"Content-Disposition": f'attachment; filename="{line}-{key}.xlsx"', **HEADERS}
    return HttpResponse(made.getvalue(), content_type=MIME, headers=headers)


@router.get("/registers/{line}/{key}", tags=["registers"], summary="List records", **says(Records))
def list_records(
    request: HttpRequest,
    line: str,
    key: str,
    place: Annotated[str, Query(pattern=r"^\d{0,15}$")] = "",
    after: Annotated[int, Query(ge=0)] = 0,
    retired: bool = False,
    text: Annotated[str, Query(max_length=100)] = "",
) -> HttpResponse:
    """What stands on a register, within the caller's places and lines, by id; `text` is part of a name."""
    caller: Caller = request.auth
    _known(line, key)
    rows = queries.records(
        line=line, register=key, scope=caller.scope, place=place, text=text, after=after, size=PAGE + 1,
        retired=retired,
    )  # fmt: skip
    page = rows[:PAGE]
    return answer(Records(page, page[-1].id if len(rows) > PAGE else 0))


def _book(request: HttpRequest, line: str, key: str) -> Book:
    """The register's sheets for the caller."""
    caller: Caller = request.auth
    town = towns.current()
    return Book(
        town, line, _known(line, key), lang_of(request), people.current(), router_of(town.code), caller.scope,
        caller.hats, caller.now,
    )  # fmt: skip


class Mended(msgspec.Struct, frozen=True):
    """What is wrong in a row of a sheet, as a spreadsheet numbers rows and columns."""

    row: int
    column: str
    heading: str
    reason: str


class Imported(msgspec.Struct, frozen=True):
    """How many rows were read and what came of them; `written` is false for a look ahead."""

    read: int
    new: int
    changed: int
    same: int
    wrong: int
    written: bool
    mistakes: list[Mended]


@router.post(
    "/registers/{line}/{key}/import",
    tags=["registers"],
    summary="Import a sheet",
    **says(Imported, uploads=True, writes=True),
)
def import_sheet(request: HttpRequest, line: str, key: str, dry_run: bool = False) -> HttpResponse:
    """A filled workbook as multipart field `file`: good rows are kept, the others named; twice changes nothing."""
    caller: Caller = request.auth
    book = _book(request, line, key)
    sent = request.FILES.get("file")
    if sent is None:
        raise Malformed(fields={"file": "mistake.missing"})
    if not book.may_bring:
        raise Refused("may_not", verb="keep")
    if sent.size > MOST_BYTES:
        raise Refused("file_too_big", limit=MOST_MB)
    once = key_of(request, caller)
    try:
        plan = book.look(sent.read(), once) if dry_run else book.bring(sent.read(), once)
    except Unreadable as wrong:
        raise Refused("sheet_unreadable", why=wrong.say(book.lang)) from None
    mistakes = [Mended(m.row, m.letter, m.heading, m.reason) for m in plan.mistakes]
    return answer(Imported(**plan.counts, written=not dry_run, mistakes=mistakes))


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
    _seen(request, record)
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


def _seen(request: HttpRequest, record: int) -> RecordView:
    """A record within the caller's scope."""
    caller: Caller = request.auth
    kept = queries.record(record=record)
    if kept is None or not caller.scope.sees(kept.line, kept.place, 0):
        raise NotFound
    return kept


class History(msgspec.Struct, frozen=True):
    """A record, and its entries with what each changed, oldest first; personal answers as their masks."""

    record: RecordView
    steps: tuple[RecordStep, ...]


@router.get("/records/{int:record}", tags=["registers"], summary="Read a record", **says(History))
def read_record(request: HttpRequest, record: int) -> HttpResponse:
    """What a record says and what was changed in it, when and by whom."""
    return answer(History(_seen(request, record), queries.record_steps(record=record)))


@router.get(
    "/records/{int:record}/files/{sha256}",
    tags=["registers"],
    summary="Download a file",
    response={200: None},
)
def download(request: HttpRequest, record: int, sha256: str) -> HttpResponse:
    """A picture that the record names or has named."""
    return file_answer(queries.record_file(record=_seen(request, record), sha256=sha256))


@router.post(
    "/records/{int:record}/retire",
    tags=["registers"],
    summary="Retire a record",
    **says(Done, takes=Because, writes=True),
)
def retire_record(request: HttpRequest, record: int) -> HttpResponse:
    """Take a thing off its register, with the reason."""
    return _because(request, record, actions.retire)


@router.post(
    "/records/{int:record}/restore",
    tags=["registers"],
    summary="Restore a record",
    **says(Done, takes=Because, writes=True),
)
def restore_record(request: HttpRequest, record: int) -> HttpResponse:
    """Put a thing back on its register, with the reason."""
    return _because(request, record, actions.restore)


@router.post(
    "/records/{int:record}/erase",
    tags=["registers"],
    summary="Erase personal answers",
    **says(Done, takes=Because, writes=True),
)
def erase_record(request: HttpRequest, record: int) -> HttpResponse:
    """Destroy the key of a record's personal answers, with the reason."""
    return _because(request, record, actions.erase_record)


def _because(request: HttpRequest, record: int, action: Callable[..., None]) -> HttpResponse:
    caller: Caller = request.auth
    said = body_of(request, Because)
    _seen(request, record)
    action(record=record, reason=said.reason, by=caller.hats, now=caller.now, key=key_of(request, caller))
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


@router.post(
    "/records/{int:record}/unseal",
    tags=["registers"],
    summary="Read personal answers",
    **says(Clear, takes=Unsealing, writes=True),
)
def unseal_record(request: HttpRequest, record: int) -> HttpResponse:
    """A record's personal answers in clear; that they were read, by whom and why is an entry of the record."""
    caller: Caller = request.auth
    said = body_of(request, Unsealing)
    _seen(request, record)
    clear = actions.unseal_record(
        record=record, fields=said.fields, reason=said.reason, by=caller.hats, now=caller.now,
        key=key_of(request, caller),
    )  # fmt: skip
    return answer(Clear(clear))
