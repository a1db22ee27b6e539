"""What views share: the visitor, who may come in, and keys for sending once."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from gridtown.cases import queries
from gridtown.cases.queries import RecordView
from gridtown.web.visit import Visit

View = Callable[..., HttpResponse]


def visit_of(request: HttpRequest) -> Visit:
    """The visitor that the middleware put there."""
    visit: Visit = request.visit
    return visit


def new_key() -> str:
    """A key that a form carries, so that sending it twice writes once."""
    return secrets.token_urlsafe(18)


def key_of(request: HttpRequest) -> str:
    """The form's key; one of our own for a client that brought none."""
    return request.POST.get("_key", "")[:100] or new_key()


def staff(view: View) -> View:
    """Only for people who hold a post."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not visit_of(request).hats:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def with_roles(roles: frozenset[str]) -> Callable[[View], View]:
    """Only for people who hold one of these roles."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not visit_of(request).roles & roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks (the worker's queue of things to send)."""
    return "application/json" in request.headers.get("Accept", "")


def is_htmx(request: HttpRequest) -> bool:
    """Whether only a part of a page is wanted."""
    return bool(request.headers.get("HX-Request"))


def record_of(visit: Visit, line: str, register: str, record: int) -> RecordView | None:
    """A record of this register; None where it has none of this id, or the reader may not see it."""
    found = queries.record(record=record)
    ours = found is not None and (found.line, found.register) == (line, register)
    return found if found is not None and ours and visit.scope.sees(line, found.place, 0) else None


def elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    """To a page of its own, also where only a part of the page was asked for."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
