"""Before the application: a call's whole body first, then one of a few places, so that few work at once."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from io import BytesIO
from queue import Empty, SimpleQueue
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpResponse

from gridtown.api.problems import problem
from gridtown.api.saying import lang_of, reason
from gridtown.kernel.told import Refused

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]
PATIENCE = 0.02  # seconds that a call waits for one kind of place before it looks at the other
WHOLE = "application/json"  # a body of this type shows by itself whether it is whole


class NotTaken(Refused):
    """A body that is not taken in; with the status that says why."""

    def __init__(self, key: str, status: int, **said: object) -> None:
        super().__init__(key, **said)
        self.status = status


class Place:
    """Where one call at a time is worked on, with a database connection that lasts."""

    def __init__(self, row: "SimpleQueue[Place]") -> None:
        """row: where it stands while it is free."""
        self._row, self._db = row, connections.create_connection(DEFAULT_DB_ALIAS)
        self._db.inc_thread_sharing()  # by one thread after another
        row.put(self)

    def take(self) -> None:
        """Give this thread the place's connection."""
        connections[DEFAULT_DB_ALIAS] = self._db

    def leave(self) -> None:
        """Take it away again: what this thread does from now on must not touch the next one's transaction."""
        self._db.close_if_unusable_or_obsolete()
        del connections[DEFAULT_DB_ALIAS]
        self._row.put(self)


class Turnstile:
    """Lets calls pass to a WSGI application, as few at once as keep the processor busy.

    The server has a thread for every call that is open. Were all of them at work they would only hand Python's lock
    and the database's to and fro: one works, and others relieve it when it is at something slow. Slow people are not
    slow work: a body is read before a call takes its place, and a file is sent after it has left it.
    """

    def __init__(self, app: Wsgi, most_bytes: int, *, relief: int = 1) -> None:
        """most_bytes: the longest body that is read at all. relief: how many places besides the steady one."""
        self._app, self._most = app, most_bytes
        self._steady: SimpleQueue[Place] = SimpleQueue()
        self._relief: SimpleQueue[Place] = SimpleQueue()
        Place(self._steady)
        for _ in range(relief):
            Place(self._relief)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """One call: its answer whole in a list, or part by part where that is how it is made."""
        try:
            body = _body(environ, self._most)
        except NotTaken as why:
            return _refuse(environ, start, why)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        with ExitStack() as leaving:
            leaving.callback(self._enter().leave)
            said: Any = self._app(environ, start)
            streams = getattr(said, "streaming", False)
            if streams and getattr(said, "file_to_stream", None) is not None:
                sent: Iterable[bytes] = said  # the server closes it
                return sent
            leaving.callback(said.close)
            if not streams:
                return [b"".join(said)]
            parts = iter(said)
            return Parts(parts, leaving.pop_all().close)

    def _enter(self) -> Place:
        """The first place that is free: the steady one, or after some patience another."""
        while True:
            for row in (self._steady, self._relief):
                try:
                    place = row.get(timeout=PATIENCE)
                except Empty:
                    continue
                place.take()
                return place


class Parts:
    """What is written while the database is read; its place is left with its last part."""

    def __init__(self, parts: Iterator[bytes], close: Callable[[], None]) -> None:
        """close: asked when the last part is sent or nobody waits for it any more; a second time it does nothing."""
        self._parts, self.close = parts, close

    def __iter__(self) -> Iterator[bytes]:
        """As a server reads it."""
        return self

    def __next__(self) -> bytes:
        """The next part, in the thread that made the first."""
        return next(self._parts)


def _refuse(environ: Environ, start: Start, why: NotTaken) -> list[bytes]:
    """Why the body was not taken, to a program as every problem and to people in a line of text."""
    request = WSGIRequest({**environ, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"})
    said: HttpResponse = problem(request, why, why.status)
    if not request.path.startswith("/api/"):
        said = HttpResponse(
            reason(why, lang_of(request)), status=why.status, content_type="text/plain; charset=utf-8"
        )
    start(f"{said.status_code} {said.reason_phrase}", list(said.items()))
    return [said.content]


def _body(environ: Environ, most: int) -> bytes:
    """The body whole, or NotTaken: half a form can look like a whole one with less in it."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length:
        if "HTTP_TRANSFER_ENCODING" not in environ:
            return b""
        if not environ.get("CONTENT_TYPE", "").startswith(WHOLE):
            raise NotTaken("length_needed", 411)
    elif not length.isdecimal():
        raise NotTaken("malformed", 400)
    elif int(length) > most:
        raise NotTaken("too_much", 413, limit=most // 1024**2)
    body: bytes = environ["wsgi.input"].read(most + 1)
    if len(body) > most:
        raise NotTaken("too_much", 413, limit=most // 1024**2)
    if length and len(body) != int(length):
        raise NotTaken("cut_off", 400)  # whoever was sending it is gone, or an intermediary was cut off
    return body
