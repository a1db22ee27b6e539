"""Errors as problem+json (RFC 9457), in the caller's language and without anything from inside."""

import logging
import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as BadParameters

from gridtown.api.saying import lang_of, mistakes, reason, say
from gridtown.cases.actions import NotFound, Overtaken
from gridtown.kernel.answering import mistake
from gridtown.kernel.told import Refused

MALFORMED = {"malformed", "key_needed", "key_too_short", "bad_cursor"}  # the request itself is wrong: 400
_STATUS = {"file_too_big": 413, "link_out_of_use": 410, "too_fast": 429}
_log = logging.getLogger("gridtown.api")
_encode = msgspec.json.Encoder().encode


class Malformed(Refused):
    """The request does not have the shape that the contract asks for."""

    def __init__(self, key: str = "malformed", *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(key, fields=fields)


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why a request was not served; `type` names the reason for machines, `fields` what to mend."""

    type: str
    title: str
    status: int
    detail: str
    fields: dict[str, str] = {}
    request: str


def request_id(request: HttpRequest) -> str:
    """The number under which a request can be found in the log: the caller's own or a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if 0 < len(given) <= 64 and given.replace("-", "").isalnum() else secrets.token_hex(8)


def status_of(refused: Refused) -> int:
    """The HTTP status that stands for a refusal."""
    if isinstance(refused, NotFound):
        return 404
    if isinstance(refused, Overtaken):
        return 409
    return 400 if refused.key in MALFORMED else _STATUS.get(refused.key, 422)


def problem(request: HttpRequest, refused: Refused, status: int = 0, line: str = "") -> HttpResponse:
    """The answer for a refusal."""
    status, lang, number = status or status_of(refused), lang_of(request), request_id(request)
    said = Problem(
        type=f"urn:gridtown:{refused.key}",
        title=say(f"problem.{status}", lang),
        status=status,
        detail=reason(refused, lang, line),
        fields=mistakes(refused, lang),
        request=number,
    )
    headers = {"X-Request-Id": number, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="gridtown"'
    return HttpResponse(
        _encode(said), status=status, content_type="application/problem+json", headers=headers
    )


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(request, error)


def _no_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(request, Refused("token_needed"), 401)


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(
        request, Refused("csrf_failed" if error.status_code == 403 else "malformed"), error.status_code
    )


def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, NotFound())


def _parameters(request: HttpRequest, error: BadParameters) -> HttpResponse:
    return problem(request, Malformed(fields={str(e["loc"][-1]): mistake(e["type"]) for e in error.errors}))


def _shape(request: HttpRequest, error: msgspec.DecodeError) -> HttpResponse:
    """A body that is no JSON, or of another shape: msgspec names the path after "at `$.`"."""
    _, _, where = str(error).partition("at `$.")
    return problem(request, Malformed(fields={where.rstrip("`"): "mistake.model"} if where else None))


def _too_big(request: HttpRequest, error: OverflowError) -> HttpResponse:
    """A number for which the database has no room: nothing of ours has it."""
    return problem(request, Malformed())


def _inside(request: HttpRequest, error: Exception) -> HttpResponse:
    number = request_id(request)
    request.META["HTTP_X_REQUEST_ID"] = number
    _log.error("request %s: %s %s failed", number, request.method, request.path, exc_info=error)
    return problem(request, Refused("inside", request=number), 500)


def answer_errors(api: NinjaAPI) -> None:
    """Let the interface answer every error as a problem."""
    handlers: dict[type[Exception], Any] = {
        Refused: _refused,
        AuthenticationError: _no_token,
        HttpError: _http,
        Http404: _missing,
        BadParameters: _parameters,
        msgspec.DecodeError: _shape,
        OverflowError: _too_big,
        Exception: _inside,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
