"""What people without an account may do beside reporting: by the link of a record, and at what is open to all."""

from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gridtown import town as towns
from gridtown.api.answering import answer, body_of, says
from gridtown.api.caller import key_of
from gridtown.api.cases import file_answer
from gridtown.api.problems import Malformed
from gridtown.api.shapes import MoveIn, OfferOut, Short, Stepped, offers_out
from gridtown.cases import actions, queries
from gridtown.cases.actions import NotFound
from gridtown.cases.queries import (
    Fate,
    File,
    LinkedCase,
    LinkedStep,
    LinkedView,
    Matter,
    OpenCase,
    OpenPage,
    OpenStep,
    Topic,
    raised_on,
)
from gridtown.kernel.told import Refused
from gridtown.town import clock
from gridtown.web import pace

router = Router(tags=["public"])
Secret = Annotated[str, Query(max_length=40, description="as in the record's link")]
# The same for everybody, and without a form token: whoever stands between may keep it for half a minute.
SHARED = {"Cache-Control": "public, max-age=30"}


class LinkedCaseOut(msgspec.Struct, frozen=True):
    """A case as whom its record belongs to may know it; `files` are digests that they may open."""

    case: Matter
    answers: dict[str, Any]
    steps: tuple[LinkedStep, ...]
    files: list[str]
    offers: list[OfferOut]


class LinkedReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What whom a record belongs to reports about it; the record itself is not named."""

    kind: Short
    answers: dict[str, Any] = {}


class Raised(msgspec.Struct, frozen=True):
    """The number of what was reported by a record's link."""

    id: int
    number: str
    version: int
    hash: str
    repeated: bool


class TopicOut(msgspec.Struct, frozen=True):
    """All of an open case that everybody may see; `fates`: related cases of which only the state is told."""

    case: OpenCase
    version: int
    answers: dict[str, Any]
    steps: tuple[OpenStep, ...]
    files: list[str]
    related: tuple[OpenCase, ...]
    fates: tuple[Fate, ...]
    offers: list[OfferOut]


@router.get("/public/records/{int:record}", auth=None, summary="A record by its link", **says(LinkedView))
def linked(
    request: HttpRequest, record: int, secret: Secret, before: Annotated[int, Query(ge=0, lt=2**63)] = 0
) -> HttpResponse:
    """A record, what is open on it, what has ended (go on with `before`), and what may be reported about it."""
    return answer(queries.linked_view(record_id=record, secret=secret, before=before))


@router.get(
    "/public/records/{int:record}/cases/{number}",
    auth=None,
    summary="A case of the record",
    **says(LinkedCaseOut),
)
def linked_case(request: HttpRequest, record: int, number: str, secret: Secret) -> HttpResponse:
    """One case of the record, as whom it belongs to may know it."""
    view: LinkedCase = queries.linked_case(record_id=record, secret=secret, number=number)
    return answer(
        LinkedCaseOut(view.case, view.answers, view.steps, list(view.files), offers_out(view.offers))
    )


@router.post(
    "/public/records/{int:record}/cases/{number}/moves/{verb}",
    auth=None,
    summary="Answer by the record's link",
    **says(Stepped, takes=MoveIn, writes=True),
)
def linked_move(request: HttpRequest, record: int, number: str, verb: str, secret: Secret) -> HttpResponse:
    """A move of whom the record belongs to."""
    said = body_of(request, MoveIn) if request.body else MoveIn()
    queries.linked_case(record_id=record, secret=secret, number=number)  # what they may not know is not there
    _slowly(pace.too_many(request, f"link.{record}"))
    return answer(
        actions.take(
            case=number, verb=verb, answers=said.answers, by=actions.linked(record, secret), now=clock.now(),
            key=key_of(request, None), version=said.version,
        )
    )  # fmt: skip


@router.post(
    "/public/records/{int:record}/reports",
    auth=None,
    summary="Report by the record's link",
    **says(Raised, status=201, takes=LinkedReport, writes=True),
)
def linked_report(request: HttpRequest, record: int, secret: Secret) -> HttpResponse:
    """What whom the record belongs to reports about it, such as a self-check."""
    said = body_of(request, LinkedReport)
    found = queries.linked_view(record_id=record, secret=secret).record
    kinds = raised_on(towns.current().lines[found.line], found.register)
    kind = next((kind for kind in kinds if kind.key == said.kind), None)
    if kind is None:
        raise Refused("no_such_kind")
    _slowly(pace.too_many(request, f"link.{record}"))
    receipt = actions.report(
        line=found.line, kind=kind.key, answers={**said.answers, kind.about: record},
        by=actions.linked(record, secret), now=clock.now(), key=key_of(request, None), channel="link",
    )  # fmt: skip
    made = Raised(receipt.id, receipt.number, receipt.version, receipt.hash, receipt.repeated)
    return answer(made, 200 if receipt.repeated else 201)


@router.get(
    "/public/records/{int:record}/cases/{number}/files/{sha256}",
    auth=None,
    summary="A picture by the record's link",
    response={200: None},
)
def linked_file(request: HttpRequest, record: int, number: str, sha256: str, secret: Secret) -> HttpResponse:
    """A picture of one of the record's cases."""
    return _file(queries.linked_case(record_id=record, secret=secret, number=number).files, sha256)


@router.get("/public/open", auth=None, summary="Open cases", **says(OpenPage))
def list_open(
    request: HttpRequest,
    line: Annotated[str, Query(max_length=32)] = "",
    after: Annotated[str, Query(pattern=r"^([01]~\d{1,18})?$")] = "",
    size: Annotated[int, Query(ge=1, le=100)] = 30,
) -> HttpResponse:
    """What is open to all: running cases first, then ended ones, the newest first."""
    if line and line not in towns.current().lines:
        raise Malformed(fields={"line": "refusal.no_such_line"})
    return answer(queries.open_cases(line=line, after=after, size=size), headers=SHARED)


@router.get("/public/open/{number}", auth=None, summary="An open case", **says(TopicOut))
def read_open(request: HttpRequest, number: str) -> HttpResponse:
    """What everybody may see of an open case, and what anyone may do now."""
    view: Topic = queries.topic(number=number)
    out = TopicOut(
        view.case, view.version, view.answers, view.steps, list(view.files), view.related, view.fates,
        offers_out(view.offers),
    )  # fmt: skip
    return answer(out, headers=SHARED)


@router.post(
    "/public/open/{number}/moves/{verb}",
    auth=None,
    summary="Take part",
    **says(Stepped, takes=MoveIn, writes=True),
)
def move_open(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """A move that anyone may make: to speak (published once it was read), to vote."""
    said = body_of(request, MoveIn) if request.body else MoveIn()
    queries.topic(number=number)
    _slowly(pace.too_many_of_anyone(request, number))
    return answer(
        actions.take(
            case=number, verb=verb, answers=said.answers, by=actions.anyone(), now=clock.now(),
            key=key_of(request, None), version=said.version,
        )
    )  # fmt: skip


@router.get(
    "/public/open/{number}/files/{sha256}", auth=None, summary="A picture that is shown", response={200: None}
)
def open_file(request: HttpRequest, number: str, sha256: str) -> HttpResponse:
    """A picture on the public page of an open case."""
    return _file(queries.topic(number=number).files, sha256)


def _file(known: dict[str, str], sha256: str) -> HttpResponse:
    if sha256 not in known:
        raise NotFound
    return file_answer(File(sha256, sha256, known[sha256], 0, "", 0))


def _slowly(too_many: bool) -> None:
    if too_many:
        raise Refused("too_fast")
