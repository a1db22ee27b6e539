"""Cases: report, list, read, move."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from gridtown.api.answering import answer, body_of, says
from gridtown.api.caller import Caller, key_of
from gridtown.api.problems import Malformed
from gridtown.api.saying import lang_of, mistakes, reason
from gridtown.api.shapes import (
    Cases,
    Detail,
    Digest,
    Given,
    MoveIn,
    MovesIn,
    NewCase,
    Results,
    Stepped,
    SteppedOrNot,
    detail,
)  # fmt: skip
from gridtown.cases import actions, files, queries
from gridtown.cases.actions import NotFound, Receipt, Result, Taken
from gridtown.cases.queries import Filters

router = Router(tags=["cases"])
AsIs = Annotated[bool, Query(description="a document (PDF, docx, xlsx, picture), kept as it is")]
Drawn = Annotated[bool, Query(description="a signature: kept sharp, refused when it is blank")]
Moment = datetime | None


class Narrowed(Schema):
    """What a list of cases is narrowed to; nothing said means any."""

    line: str = ""
    kind: str = ""
    state: str = ""
    place: Annotated[
        str, Field(pattern=r"^\d{0,15}$", description="a code: grid, village, town or any prefix")
    ] = ""
    level: str = ""
    category: str = ""
    channel: str = ""
    mine: Annotated[bool, Field(description="only what waits on the caller's own posts")] = False
    open: bool | None = None
    late: bool | None = None
    supervised: bool | None = None
    opened_from: Moment = None
    opened_to: Moment = None
    record: int | None = None
    parent: int | None = None
    text: Annotated[str, Field(max_length=80, description="a number, or words of the title")] = ""


class Paged(Narrowed):
    """The same with order and paging by key."""

    after: Annotated[str, Field(max_length=60, description="the cursor that the page before answered")] = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50
    order: Literal["newest", "due"] = "newest"


def filters_of(asked: Narrowed, caller: Caller) -> Filters:
    """The query's filters; times without a zone are refused."""
    for name in ("opened_from", "opened_to"):
        moment = getattr(asked, name)
        if moment is not None and moment.tzinfo is None:
            raise Malformed(fields={name: "mistake.timezone"})
    said = {name: getattr(asked, name) for name in Narrowed.model_fields if name != "mine"}
    return Filters(**said, holders=(caller.posts or (0,)) if asked.mine else ())


@router.get("/cases", summary="List cases", **says(Cases))
def list_cases(request: HttpRequest, asked: Query[Paged]) -> HttpResponse:
    """Cases that the caller may see, the newest first or the soonest due; the same cost on any page."""
    caller: Caller = request.auth
    try:
        page = queries.listing(
            scope=caller.scope, now=caller.now, filters=filters_of(asked, caller), after=asked.after,
            size=asked.size, order=asked.order,
        )  # fmt: skip
    except ValueError:
        raise Malformed("bad_cursor") from None
    return answer(page, headers=_link(request, page.next))


def _link(request: HttpRequest, cursor: str) -> dict[str, str]:
    """RFC 8288: where the next page is."""
    if not cursor:
        return {}
    said = request.GET.copy()
    said["after"] = cursor
    return {"Link": f'<{request.path}?{said.urlencode()}>; rel="next"'}


@router.post("/cases", summary="Report", **says(Given, status=201, takes=NewCase, writes=True))
def report(request: HttpRequest) -> HttpResponse:
    """Open a case: routed to its grid, dispatched by the matrix, its clocks started; 200 when it was repeated."""
    caller: Caller = request.auth
    said = body_of(request, NewCase)
    receipt = actions.report(
        line=said.line, kind=said.kind, answers=said.answers, by=caller.hats, now=caller.now,
        key=key_of(request, caller), channel=said.channel, point=said.point.point() if said.point else None,
        place=said.place, source=said.source,
    )  # fmt: skip
    return receipt_answer(receipt)


def receipt_answer(receipt: Receipt) -> HttpResponse:
    """201 with the case's address, or 200 for one that was opened before."""
    return answer(receipt, 200 if receipt.repeated else 201, {"Location": f"/api/cases/{receipt.number}"})


@router.get("/cases/{number}", summary="Read a case", **says(Detail))
def read_case(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one case, its timeline and the moves that the caller may make now."""
    caller: Caller = request.auth
    view = queries.case(number=number, scope=caller.scope, hats=caller.hats, now=caller.now)
    if view is None:
        raise NotFound
    return answer(detail(view), headers={"ETag": f'"{view.row.version}"'})


@router.post("/cases/{case}/moves/{verb}", summary="Move a case", **says(Stepped, takes=MoveIn, writes=True))
def move(request: HttpRequest, case: str, verb: str) -> HttpResponse:
    """Take a case (number or id) one step along its procedure; 409 when somebody was quicker."""
    caller: Caller = request.auth
    said = body_of(request, MoveIn) if request.body else MoveIn()
    taken = actions.take(
        case=int(case) if case.isdecimal() else case, verb=verb, answers=said.answers, by=caller.hats,
        now=caller.now, key=key_of(request, caller), version=said.version,
    )  # fmt: skip
    return answer(taken)


@router.post("/moves", summary="Move several cases", **says(Results, takes=MovesIn, writes=True))
def move_many(request: HttpRequest) -> HttpResponse:
    """The same step for several cases, each for itself; every one has its result."""
    caller: Caller = request.auth
    said = body_of(request, MovesIn)
    results = actions.take_many(
        cases=said.cases, verb=said.verb, answers=said.answers, by=caller.hats, now=caller.now,
        key=key_of(request, caller),
    )  # fmt: skip
    return answer(Results([_result(request, result) for result in results]))


def _result(request: HttpRequest, result: Result) -> SteppedOrNot:
    if result.refused is None:
        return SteppedOrNot(result.id, _stepped(result.taken))
    lang = lang_of(request)
    return SteppedOrNot(
        result.id, None, f"urn:gridtown:{result.refused.key}", reason(result.refused, lang),
        mistakes(result.refused, lang),
    )  # fmt: skip


def _stepped(taken: Taken | None) -> Stepped | None:
    return msgspec.convert(taken, Stepped, from_attributes=True) if taken else None


class Unsealing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which personal answers are wanted in clear, and why."""

    fields: list[str]
    reason: str


class Clear(msgspec.Struct, frozen=True):
    """Personal answers in clear."""

    answers: dict[str, str]


@router.post(
    "/cases/{int:case}/unseal", summary="Read personal answers", **says(Clear, takes=Unsealing, writes=True)
)
def unseal(request: HttpRequest, case: int) -> HttpResponse:
    """Personal answers in clear; that they were read, by whom and why is an entry of the case."""
    caller: Caller = request.auth
    said = body_of(request, Unsealing)
    clear = actions.unseal(
        case=case,
        fields=said.fields,
        reason=said.reason,
        by=caller.hats,
        now=caller.now,
        key=key_of(request, caller),
    )
    return answer(Clear(clear))


@router.post("/files", summary="Upload a photo or a document", **says(Digest, status=201))
def upload(request: HttpRequest, drawn: Drawn = False, document: AsIs = False) -> HttpResponse:
    """A picture as multipart field `file`; made smaller, its metadata dropped. Name its digest in an answer."""
    caller: Caller = request.auth
    return put_upload(request, caller.now, drawn, document)


def put_upload(request: HttpRequest, now: datetime, drawn: bool, document: bool = False) -> HttpResponse:
    """Take in the picture or document that a request brings."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Malformed(fields={"file": "mistake.missing"})
    put = files.put_document if document else files.put_signature if drawn else files.put_photo
    return answer(Digest(put(sent, sent.name or "photo", now=now)), 201)


@router.get("/files/{sha256}", summary="Download a file", response={200: None})
def download(request: HttpRequest, sha256: str) -> HttpResponse:
    """A file of any case that the caller may see; 404 for every other."""
    caller: Caller = request.auth
    return file_answer(queries.attachment(sha256=sha256, scope=caller.scope))


def file_answer(found: queries.File | None) -> HttpResponse:
    """A kept file's bytes, which a browser shows but never runs."""
    if found is None or not files.path_of(found.sha256).exists():
        raise NotFound
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(files.path_of(found.sha256).read_bytes(), content_type=found.mime, headers=headers)
