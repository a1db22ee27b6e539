"""What the front door needs of Django: who is listening to the feed, how it is said, and how many threads serve."""

import ctypes
import sys
from typing import Any
from urllib.parse import parse_qs

from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string

from gridtown import town as towns
from gridtown.api.bridge import Scope, environ_of
from gridtown.api.caller import Bearer, caller_of
from gridtown.api.live import Hub, Listener, Live, as_json
from gridtown.api.saying import lang_of, say
from gridtown.cases.queries import Event
from gridtown.places import router
from gridtown.town import clock
from gridtown.web.visit import Visit

SERVED_BY = "GRIDTOWN_SERVER"  # the process id of `gridtown serve`, as its workers find it
_PR_SET_PDEATHSIG = 1
_sessions = SessionMiddleware(lambda request: HttpResponse())
_bearer = Bearer()


def threads() -> dict[str, int]:
    """How many requests are worked on at once, in the bridge's words."""
    return {"steady": 1, "relief": 3 if connection.vendor == "postgresql" else 2}


def live() -> Live:
    """The feed: JSON for programs with a token, lines of the command room for whoever is signed in."""
    return Live(Hub({"json": as_json, "html": as_line}), identify)


def end_with_parent(signal: int) -> None:
    """On Linux, ask to be stopped when the process that began this one is gone, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal))


def identify(scope: Scope) -> Listener | None:
    """Who a connection is, by token or by session; None for nobody."""
    request: Any = WSGIRequest(environ_of(scope, b""))
    place = parse_qs(scope["query_string"].decode("latin1")).get("place", [""])[0]
    place = place if place.isdecimal() and 9 < len(place) <= 15 else ""
    if "HTTP_AUTHORIZATION" in request.META:
        caller = _bearer(request)
        return Listener(caller.account, caller.scope, "json", lang_of(request), place) if caller else None
    _sessions.process_request(request)
    request.user = get_user(request)
    if not request.user.is_authenticated:
        return None
    caller = caller_of(request.user.pk, clock.now())
    return Listener(caller.account, caller.scope, "html", Visit(request).lang, place)


def as_line(event: Event, lang: str) -> str:
    """An event as a line of the command room."""
    town = towns.current()
    said = {
        "id": event.id,
        "number": event.number,
        "title": event.title,
        "said": say(f"verb.{event.verb}", lang, event.line),
        "place": event.place,
        "at": event.at,
        "light": "late" if event.verb == "expire" or event.late else "",
    }
    context = {
        "feed": [said],
        "lang": lang,
        "now": clock.now(),
        "town": town,
        "places": router.current(town.code),
    }
    return render_to_string("web/room/feed.html", context).strip()
