"""The front door: the live feed to whoever listens, every other call through the turnstile to Django."""

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string

from gridtown import town as towns
from gridtown.api.caller import Bearer, caller_of
from gridtown.api.live import MOST, Hub, Listener, Live, as_json
from gridtown.api.saying import lang_of, say
from gridtown.api.turnstile import Environ, Start, Turnstile, Wsgi
from gridtown.cases.queries import Event
from gridtown.places import router
from gridtown.town import clock
from gridtown.web.visit import Visit

MOST_BYTES = 64 * 1024 * 1024  # several photos of a phone at once; each has its own limit
THREADS = (
    MOST + 56
)  # of the server's for each process: every listener waits in one, and every call that comes or goes
SERVED_BY = "GRIDTOWN_SERVER"  # the process id of `gridtown serve`, as its workers find it
_PR_SET_PDEATHSIG = 1
_sessions = SessionMiddleware(lambda request: HttpResponse())
_bearer = Bearer()


class Door:
    """The WSGI application that every connection comes in by."""

    def __init__(self, pages: Wsgi) -> None:
        """pages: Django's handler; it answers everything but the feed."""
        relief = 3 if connection.vendor == "postgresql" else 2
        self._pages = Turnstile(pages, MOST_BYTES, relief=relief)
        # JSON for programs with a token, lines of the command room for whoever is signed in
        self._live = Live(Hub({"json": as_json, "html": as_line}), identify)
        self._watched = False

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """One call."""
        if not self._watched:  # the server listens by now
            self._watched = True
            notice_who_is_gone()
        listens = environ["PATH_INFO"] == "/live" and environ["REQUEST_METHOD"] == "GET"
        return (self._live if listens else self._pages)(environ, start)

    def close(self) -> None:
        """Send listeners away; they come back and resume."""
        self._live.hub.dismiss()


def notice_who_is_gone() -> None:
    """Have the system ask connections that are silent for a minute whether anybody is still there (Linux).

    A phone that loses its signal in the middle of a photo says nothing more, and a thread would wait for it for ever.
    Connections have this from the sockets that this process listens at.
    """
    for name in os.listdir("/proc/self/fd") if sys.platform == "linux" else ():
        try:
            with socket.socket(fileno=os.dup(int(name))) as one:
                if one.family != socket.AF_UNIX and one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 6)
        except OSError:
            continue  # no socket, or closed by now


def when_stopped(what: Callable[[], None]) -> None:
    """Have something done when this process is told to stop; the server waits for calls, and a listener's never ends.

    Asked for in the main thread: the server sets handlers of its own, beside which signals are still written here.
    """
    told, tells = socket.socketpair()
    tells.setblocking(False)
    signal.set_wakeup_fd(tells.fileno())

    def wait(_tells: socket.socket = tells) -> None:  # held by it, for nothing else would hold that end
        while told.recv(1)[0] not in (signal.SIGTERM, signal.SIGINT):
            pass
        what()

    Thread(target=wait, name="stop", daemon=True).start()


def end_with_parent(how: int) -> None:
    """On Linux, ask to be stopped when the process that began this one is gone, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(how))


def identify(environ: Environ) -> Listener | None:
    """Who a connection is, by token or by session; None for nobody."""
    request: Any = WSGIRequest(environ)
    place = parse_qs(environ["QUERY_STRING"]).get("place", [""])[0]
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
    """An event as a line of the command room; nothing where a duty was opened because its time had come.

    The room's own first lines leave these out as well (`queries.latest`).
    """
    if event.owed:
        return ""
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
