"""What the caller's posts were told."""

from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gridtown.api.answering import answer, body_of, says
from gridtown.api.caller import Caller, key_of
from gridtown.api.shapes import Done
from gridtown.cases import queries
from gridtown.cases.queries import Told

router = Router()
PAGE = 100


class Notices(msgspec.Struct, frozen=True):
    """What the caller's posts were told, the newest first; `next` is the id to go on before, 0 on the last."""

    rows: tuple[Told, ...]
    next: int


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to which notice everything has been seen."""

    up_to: int


@router.get("/notices", tags=["notices"], summary="Notices", **says(Notices))
def notices(
    request: HttpRequest, unseen: bool = False, before: Annotated[int, Query(ge=0, lt=2**63)] = 0
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
