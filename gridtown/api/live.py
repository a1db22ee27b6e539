"""The live feed as server-sent events: one reader of the ledger a process, however many listen.

The cursor is the ledger's own id, so any process can go on where another was cut off: no event is lost and
none is told twice. What a listener may see is asked of its scope, event by event.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from threading import Event as Signal
from threading import Thread
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec
from django.db import connection

from gridtown.cases import queries
from gridtown.cases.queries import Event
from gridtown.kernel.told import BARS_FROM
from gridtown.people import snapshot as people
from gridtown.people.scope import Scope, visible
from gridtown.places import stamp as stamps
from gridtown.town import clock

TICK = 1.0  # seconds between two looks at the ledger
BEAT = 15.0  # seconds of silence until a sign of life
LIFE = 1800.0  # seconds until a connection is ended, so that it signs in again when it resumes
BATCH = 500
FAR_BEHIND = 1000  # events: whoever missed more is told to look anew
MOST = 200  # listeners of one process, each a thread that sleeps
RETRY = b"retry: 2000\n\n"

Renderer = Callable[[Event, str], str]
Environ = dict[str, Any]
T = TypeVar("T")
_log = logging.getLogger("gridtown.live")
_encode = msgspec.json.Encoder().encode


def as_json(event: Event, lang: str) -> str:
    """An event for programs."""
    return _encode(event).decode()


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens, where, and in which form and language."""

    account: int
    scope: Scope
    form: str = "json"
    lang: str = "zh"
    place: str = ""


@dataclass(eq=False)
class Seat:
    """One connection: what waits to be sent, and the last event that was."""

    who: Listener
    sent: int
    waiting: deque[bytes] = field(default_factory=deque)
    wake: Signal = field(default_factory=Signal)
    over: bool = False

    def end(self) -> None:
        """Stop; the listener comes back and resumes."""
        self.over = True
        self.wake.set()


def _wanted(event: Event, who: Listener, bars: Mapping[int, frozenset[int]]) -> bool:
    kept_from = bars.get(event.id, frozenset())
    seen = who.scope.sees(event.line, event.place, event.confidential, kept_from)
    return seen and event.place.startswith(who.place)


class Hub:
    """Reads the ledger's new entries once and hands each to whoever may see it.

    All of it happens in one thread, on its own lasting connection, one thing after another: no event falls between
    a listener's cursor and its seat. Listeners wait in their own threads and only take what is handed to them.
    """

    def __init__(self, renderers: Mapping[str, Renderer]) -> None:
        """renderers: by form, how an event is said."""
        self.renderers = renderers
        self.seats: set[Seat] = set()
        self.cursor = 0
        self.stamp = 0
        self._asked: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._next_look = 0.0
        Thread(target=self._work, name="live", daemon=True).start()

    def ask(self, what: Callable[..., T], *args: Any) -> T:
        """Something of the database or of the seats, answered by the feed's thread."""
        answer: Future[T] = Future()

        def asked() -> None:
            try:
                answer.set_result(_on_connection(what, *args))
            except BaseException as error:
                answer.set_exception(error)

        self._asked.put(asked)
        return answer.result()

    def stop(self) -> None:
        """End the thread once it has answered what it was asked."""
        self._asked.put(None)

    def join(self, who: Listener, after: int | None) -> tuple[Seat, list[bytes]]:
        """A seat, and the frames that bring the listener up to it; asked of the feed's thread."""
        newest = queries.last_id()
        if not self.seats:
            self.cursor, self._next_look = newest, monotonic() + TICK
        here = self.cursor
        if after is not None and after > max(newest, here):
            after = -1  # a cursor of another ledger
        missed = self._missed(who, after, here)
        seat = Seat(who, max(here, after or 0))
        self.seats.add(seat)
        return seat, missed

    def leave(self, seat: Seat) -> None:
        """A listener has gone; without any nothing is read."""
        self._asked.put(lambda: self.seats.discard(seat))

    def dismiss(self) -> None:
        """End every connection."""
        for seat in tuple(self.seats):
            seat.end()

    def _work(self) -> None:
        while True:
            wait = max(0.0, self._next_look - monotonic()) if self.seats else None
            try:
                asked = self._asked.get(timeout=wait)
            except Empty:
                pass
            else:
                if asked is None:
                    return
                asked()
            if self.seats and monotonic() >= self._next_look:
                self._look()

    def _look(self) -> None:
        self._next_look = monotonic() + TICK
        try:
            _on_connection(self._tell)
        except Exception:
            _log.exception("the feed could not be read; trying again")

    def _missed(self, who: Listener, after: int | None, here: int) -> list[bytes]:
        """The frames from a cursor up to where the hub stands; one `reset` where that would be too much."""
        if after is None or after == here:
            return [b"id: %d\n\n" % here]
        frames: list[bytes] = []
        reset = [b"event: reset\nid: %d\ndata: {}\n\n" % here]
        if after < 0:
            return reset
        while after < here:
            events, cursor = queries.feed(scope=who.scope, after=after, now=clock.now(), most=BATCH)
            told = (self._frame(e, who) for e in events if e.id <= here and e.place.startswith(who.place))
            frames += [frame for frame in told if frame]
            if len(frames) > FAR_BEHIND:
                return reset
            if cursor == after:
                break
            after = cursor
        return [*frames, b"id: %d\n\n" % max(after, here)]

    def _frame(self, event: Event, who: Listener) -> bytes:
        """An event as it is sent; nothing where its renderer has nothing to say of it."""
        text = self.renderers[who.form](event, who.lang)
        if not text:
            return b""
        data = "".join(f"data: {line}\n" for line in text.splitlines())
        return f"id: {event.id}\n{data}\n".encode()

    def _tell(self) -> None:
        """Everything new, to everybody who may see it."""
        full = True
        while full:
            voices = {(seat.who.form, seat.who.lang): seat.who for seat in self.seats}
            stamp, events, cursor, frames, bars = self._news(self.cursor, tuple(voices.values()))
            if stamp != self.stamp:
                self._renew(stamp)
            for seat in tuple(self.seats):
                self._hand(seat, events, frames, bars)
            self.cursor, full = cursor, len(events) == BATCH

    def _news(
        self, after: int, voices: Iterable[Listener]
    ) -> tuple[int, tuple[Event, ...], int, dict[tuple[int, str, str], bytes], dict[int, frozenset[int]]]:
        """The stamp of now, what came after a cursor, how it is said in each form and language, and who is kept out."""
        stamp = stamps.read()
        events, cursor = queries.feed(scope=Scope.everything(), after=after, now=clock.now(), most=BATCH)
        frames = {(e.id, who.form, who.lang): self._frame(e, who) for e in events for who in voices}
        return (
            stamp,
            events,
            cursor,
            frames,
            queries.kept_from([e.id for e in events if e.confidential >= BARS_FROM]),
        )

    def _hand(
        self,
        seat: Seat,
        events: Iterable[Event],
        frames: Mapping[tuple[int, str, str], bytes],
        bars: Mapping[int, frozenset[int]],
    ) -> None:
        who, fresh = seat.who, False
        for event in events:
            if event.id <= seat.sent or not _wanted(event, who, bars):
                continue
            frame = frames.get((event.id, who.form, who.lang))
            if frame is None:
                seat.end()  # came with a new language while this was read: it resumes where it was
                return
            seat.sent = event.id
            if frame:
                seat.waiting.append(frame)
                fresh = True
        if len(seat.waiting) > FAR_BEHIND:
            seat.end()  # reads too slowly; it resumes, or is told to look anew
        elif fresh:
            seat.wake.set()

    def _renew(self, stamp: int) -> None:
        """Posts have changed hands: what each listener may see is asked again before anything is told."""
        known = people.current(stamp)
        for seat in self.seats:
            seat.who = replace(seat.who, scope=visible(known.hats(seat.who.account)))
        self.stamp = stamp


def _on_connection(what: Callable[..., T], *args: Any) -> T:
    try:
        return what(*args)
    except Exception:
        connection.close()  # the next one finds a fresh connection after a restart of the database
        raise


class Live:
    """The WSGI application of `/live`: each connection is a generator that its server's thread waits in."""

    def __init__(self, hub: Hub, identify: Callable[[Environ], Listener | None]) -> None:
        """identify: who a connection's headers say it is; None for nobody. Runs in the feed's thread."""
        self.hub, self.identify = hub, identify

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """One connection, from its greeting to its end."""
        if len(self.hub.seats) >= MOST:
            return _refuse(start, "503 Service Unavailable", ("Retry-After", "30"))
        who = self.hub.ask(self.identify, environ)
        if who is None:
            return _refuse(start, "401 Unauthorized", ("WWW-Authenticate", 'Bearer realm="gridtown"'))
        seat, missed = self.hub.ask(self.hub.join, who, _cursor(environ))
        start("200 OK", list(_HEADERS))
        return Connection(self.hub, seat, RETRY + b"".join(missed))


_HEADERS = (
    ("Content-Type", "text/event-stream; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Accel-Buffering", "no"),
    ("X-Content-Type-Options", "nosniff"),
)


def _refuse(start: Callable[..., Any], status: str, header: tuple[str, str]) -> list[bytes]:
    start(status, [header, ("Content-Length", "0")])
    return [b""]


def _cursor(environ: Environ) -> int | None:
    """The last event that the listener saw: Last-Event-ID, or `after` for its first connection."""
    said = environ.get("HTTP_LAST_EVENT_ID", "")
    said = said or parse_qs(environ["QUERY_STRING"]).get("after", [""])[0]
    return int(said) if said.isdecimal() and len(said) < 19 else None


class Connection:
    """What waits as it comes, a sign of life in between, until somebody ends it.

    A listener that is gone is noticed by the server with the next part, at the latest with the next sign of life.
    """

    def __init__(self, hub: Hub, seat: Seat, greeting: bytes) -> None:
        self._hub, self._seat, self._greeting = hub, seat, greeting
        self._end = monotonic() + LIFE

    def __iter__(self) -> Iterator[bytes]:
        """As a server reads it."""
        return self

    def __next__(self) -> bytes:
        """The next part, when there is one."""
        if self._greeting:
            said, self._greeting = self._greeting, b""
            return said
        seat = self._seat
        while not seat.over and monotonic() < self._end:
            woken = seat.wake.wait(BEAT)
            seat.wake.clear()
            # read before what waits is looked at: the sign must not promise an event that is still to be sent
            here = max(seat.sent, self._hub.cursor)
            if seat.waiting:
                return b"".join(seat.waiting.popleft() for _ in range(len(seat.waiting)))
            if not woken:
                return b": still here\nid: %d\n\n" % here
        raise StopIteration

    def close(self) -> None:
        """The seat is free again."""
        self._hub.leave(self._seat)
