"""The annual report and its editions: data, files, signatures and differences."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gridtown.api.answering import answer, body_of, says
from gridtown.api.caller import Caller, key_of
from gridtown.api.problems import Malformed
from gridtown.api.saying import lang_of
from gridtown.cases.actions import NotFound
from gridtown.cases.store import Row
from gridtown.kernel.told import Refused
from gridtown.people.scope import Scope
from gridtown.report.editions import difference, editions, showing
from gridtown.report.editions.editions import Edition
from gridtown.report.editions.unproven import Unproven, unproven
from gridtown.report.figures.movers import Moved, Mover
from gridtown.report.prose import annual
from gridtown.report.typeset.blocks import Report

router = Router(tags=["report"])
After = Annotated[int, Query(ge=0)]


class ReportOut(msgspec.Struct, frozen=True):
    """A year's report as things stand, with the amounts in its prose that no question stands behind."""

    report: Report
    unproven: tuple[Unproven, ...]


class EditionOut(msgspec.Struct, frozen=True):
    """An edition: what it was read at, its files by name and digest, and the signature over its own digest.

    missing, unproven: what who signs must have read. signature: "" while nobody has signed.
    """

    number: str
    title: str
    state: str
    year: str
    cursor: int
    head: str
    as_of: str
    digest: str
    signature: str
    public_key: str
    files: dict[str, str]
    made: dict[str, str]
    missing: tuple[str, ...]
    unproven: tuple[str, ...]


class EditionRow(msgspec.Struct, frozen=True):
    """An edition in a list."""

    number: str
    title: str
    state: str
    frozen: datetime


class Editions(msgspec.Struct, frozen=True):
    """Editions, newest first; `next` is the `after` of the following page."""

    editions: list[EditionRow]
    next: int | None


class Frozen(msgspec.Struct, frozen=True):
    """The number of the edition that was frozen."""

    number: str


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """gaps_read: whoever signs has read which figures are missing and which numbers are unproven."""

    gaps_read: bool = False


class SignedOut(msgspec.Struct, frozen=True):
    """The signature that was made."""

    signature: str


class MoverOut(msgspec.Struct, frozen=True):
    """A case or record that came into a part of a figure, left it, or has another value there; what was added to it.

    number: the case's, or what the record is called. register: "line/register" of a record, "" of a case.
    """

    number: str
    register: str
    way: Literal["entered", "left", "changed"]
    entries: tuple[tuple[int, str, str], ...]


class MovedOut(msgspec.Struct, frozen=True):
    """The cases or records behind a change in a part of a figure; `hidden`: beyond the list, or not for the caller."""

    part: str
    cases: list[MoverOut]
    hidden: int


class ChangedOut(msgspec.Struct, frozen=True):
    """A figure that is not the same, as it is written in both; found: what was missing is known now."""

    key: str
    period: str
    old: str
    new: str
    found: bool
    lost: bool
    moved: list[MovedOut]


class DifferenceOut(msgspec.Struct, frozen=True):
    """What changed between two editions. text: lines with - for what was and + for what is."""

    entries: int
    figures: list[ChangedOut]
    text: tuple[tuple[str, str], ...]
    redefined: tuple[str, ...]


def _staff(request: HttpRequest) -> Caller:
    caller: Caller = request.auth
    if not caller.hats:
        raise NotFound
    return caller


@router.get("/reports/{year}", summary="Read the report", **says(ReportOut))
def read_report(request: HttpRequest, year: str) -> HttpResponse:
    """The year's report as the ledger stands now, as data: sections, figures, tables, charts and the figures annex."""
    _staff(request)
    try:
        report = annual.read(year, lang=lang_of(request))
    except annual.NoReport:
        raise NotFound from None
    except annual.BadTemplate as wrong:
        raise Refused("report_faulty", what=str(wrong)) from None
    return answer(ReportOut(report, unproven(report)))


@router.post("/reports/{year}/freeze", summary="Freeze an edition", **says(Frozen, status=201, writes=True))
def freeze(request: HttpRequest, year: str) -> HttpResponse:
    """Freeze the report as the ledger stands now; only who drafts it may."""
    caller = _staff(request)
    try:
        number = editions.freeze(year, by=caller.hats, now=caller.now, key=key_of(request, caller))
    except annual.NoReport:
        raise NotFound from None
    except annual.BadTemplate as wrong:
        raise Refused("report_faulty", what=str(wrong)) from None
    return answer(Frozen(number), 201, {"Location": f"/api/editions/{number}"})


def _row(row: Row) -> EditionRow:
    return EditionRow(row.number, row.title, row.state, row.opened)


@router.get("/editions", summary="Editions", **says(Editions))
def list_editions(request: HttpRequest, after: After = 0) -> HttpResponse:
    """The editions within the caller's scope, newest first."""
    size = 50
    rows = editions.listed(scope=_staff(request).scope, after=after, size=size + 1)
    more = rows[size - 1].id if len(rows) > size else None
    return answer(Editions([_row(row) for row in rows[:size]], more))


def _found(request: HttpRequest, number: str) -> Edition:
    caller: Caller = request.auth
    return editions.find(number, scope=caller.scope if caller.hats else Scope.none())


@router.get("/editions/{number}", summary="Read an edition", **says(EditionOut))
def read_edition(request: HttpRequest, number: str) -> HttpResponse:
    """One edition with its files, its gaps and its signature."""
    edition = _found(request, number)
    told = edition.manifest
    return answer(
        EditionOut(
            number, edition.row.title, edition.state, told.year, told.cursor, told.hash, told.as_of, edition.digest,
            edition.signature, edition.public_key, told.files, told.made, told.missing, told.unproven,
        )
    )  # fmt: skip


@router.get("/editions/{number}/report", summary="Read a frozen report", **says(Report))
def read_frozen(request: HttpRequest, number: str) -> HttpResponse:
    """The report of an edition, as it was frozen, in the caller's language."""
    return answer(_found(request, number).report(lang_of(request)))


@router.get(
    "/editions/{number}/files/{name}",
    summary="Download a file of an edition",
    **says(file="application/octet-stream"),
)
def read_file(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One of an edition's files (report.zh.docx, manifest.json …), checked against its digest."""
    edition = _found(request, number)
    try:
        data = editions.stored(edition.digest) if name == "manifest.json" else edition.file(name)
    except KeyError:
        raise NotFound from None
    return HttpResponse(data, content_type="application/octet-stream", headers={"Cache-Control": "no-store"})


@router.post(
    "/editions/{number}/sign", summary="Sign an edition", **says(SignedOut, takes=SignIn, writes=True)
)
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """Sign an edition with the installation's key, by whoever may."""
    caller = _staff(request)
    _found(request, number)
    said = body_of(request, SignIn) if request.body else SignIn()
    signature = editions.sign(
        number, by=caller.hats, now=caller.now, key=key_of(request, caller), gaps_read=said.gaps_read
    )
    return answer(SignedOut(signature))


@router.get("/editions/{number}/difference", summary="Compare two editions", **says(DifferenceOut))
def between(
    request: HttpRequest,
    number: str,
    to: Annotated[str, Query(max_length=40, description="the newer edition")],
) -> HttpResponse:
    """What changed from this edition to another, and whose cases made it, as far as the caller may know of them."""
    a, b = _found(request, number), _found(request, to)
    if a.manifest.year != b.manifest.year:
        raise Malformed
    lang = lang_of(request)
    found = difference.difference(a, b, lang=lang)
    caller: Caller = request.auth
    seen = difference.seen_by(found, caller.scope)
    figures = [
        ChangedOut(
            change.key, change.period, showing.shown(change, "old", lang), showing.shown(change, "new", lang),
            change.found, change.lost, [_moved(part, seen) for part in change.moved],
        )
        for change in found.figures
    ]  # fmt: skip
    return answer(
        DifferenceOut(found.entries, figures, found.text, tuple(one.key for one in found.redefined))
    )


def _moved(part: Moved, seen: frozenset[Mover]) -> MovedOut:
    ways: tuple[tuple[Literal["entered", "left", "changed"], tuple[Mover, ...]], ...] = (
        ("entered", part.entered), ("left", part.left), ("changed", part.changed),
    )  # fmt: skip
    told = [
        MoverOut(mover.number, mover.register, way, mover.entries)
        for way, movers in ways
        for mover in movers
        if mover in seen
    ]
    return MovedOut(part.part, told, len(part.all) - len(told) + part.more)
