"""Around every page: the visitor, the language, refusals said in words, and headers that keep strangers out."""

import json
import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from gridtown.cases.actions import NotFound, Overtaken
from gridtown.cases.queries import BadCursor
from gridtown.kernel.told import Refused
from gridtown.web.visit import Visit

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)

SECRET = ("/f/", "/r/")  # pages that open by a secret in their address
_STATUS = {"link_out_of_use": 410, "too_fast": 429}


class Visitor:
    """Puts `request.visit` there and says every refusal as a page, a fragment or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        if request.path.startswith("/api/"):
            return self.get_response(request)
        visit = request.visit = Visit(request)
        with translation.override("en" if visit.lang == "en" else "zh-hans"):
            response = self.get_response(request)
            if isinstance(response, HttpResponseNotAllowed):  # reloaded, or opened anew after signing in
                allowed, response = response.headers["Allow"], said(request, 405, "error.method")
                response.headers["Allow"] = allowed
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
        response.headers.setdefault("Content-Language", "en" if visit.lang == "en" else "zh-Hans")
        if visit.signed_in or request.path.startswith(SECRET):  # whoever borrows the phone finds nothing
            response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ("Accept-Language", "Cookie", "HX-Request"))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Refused, overtaken, not found, not allowed: each its own status and sentence."""
        visit = getattr(request, "visit", None)
        if visit is None:
            return None
        if isinstance(error, PermissionDenied):
            if visit.signed_in:
                return said(request, 403, "error.forbidden")
            if request.headers.get("HX-Request"):  # a part of a page, in which a sign-in page has no place
                return said(request, 401, "error.signed_out")
            return HttpResponseRedirect(f"/signin?{urlencode({'next': request.get_full_path()})}")
        if isinstance(error, BadCursor):
            return said(request, 404, "error.not_found")
        if not isinstance(error, Refused):
            return None
        return said(request, status_of(error), sentence(visit, error), literal=True)


def status_of(error: Refused) -> int:
    """The HTTP status that stands for a refusal."""
    if isinstance(error, NotFound):
        return 404
    return 409 if isinstance(error, Overtaken) else _STATUS.get(error.key, 422)


def sentence(visit: Visit, error: Refused, line: str = "") -> str:
    """Why something was refused, in the visitor's words; in those of the line that refused it, where none is named."""
    line = line or error.line
    params = {
        name: visit.word(line, f"{name}.{value}") if name in {"verb", "state"} else value
        for name, value in error.params.items()
    }
    for key in (error.key, f"refusal.{error.key}"):
        text = visit.word(line, key, **params)
        if text != key:
            return text
    return visit.say("error.refused")


def why(visit: Visit, error: Refused, line: str) -> str:
    """The same with what is wrong in each field, where there is no form to say it in."""
    fields = [f"{visit.word(line, f'field.{n}')}: {visit.word(line, k)}" for n, k in error.fields.items()]
    return " · ".join([sentence(visit, error, line), *fields])


_OF_CASE = re.compile(r"/case/([^/]+)/")


def said(request: HttpRequest, status: int, text: str, *, literal: bool = False) -> HttpResponse:
    """An answer that is no success: JSON for scripts, a note for htmx, a page otherwise."""
    visit: Visit = request.visit
    words = text if literal else visit.say(text)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(
            {"status": status, "detail": words}, status=status, json_dumps_params={"ensure_ascii": False}
        )
    template = "web/parts/refused.html" if request.headers.get("HX-Request") else "web/error.html"
    about = _OF_CASE.match(request.path) if status in (409, 422) else None  # where to look again
    context = {"status": status, "detail": words, "case_number": about[1] if about else ""}
    response = render(request, template, context, status=status)
    if request.headers.get("HX-Request"):
        response.headers["HX-Trigger"] = json.dumps({"refused": status})
    return response
