"""The live feed as server-sent events: one reader of the ledger a process, however many listen.

The cursor is the ledger's own id, so any process can go on where another was cut off: no event is lost and
none is told twice. What a listener may see is asked of its scope, event by event.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any
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
MOST = 2000  # listeners of one process
RETRY = b"retry: 2000\n\n"

Renderer = Callable[[Event, str], str]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
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
    wake: asyncio.Event = field(default_factory=asyncio.Event)
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
    """Reads the ledger's new entries once and hands each to whoever may see it."""

    def __init__(self, renderers: Mapping[str, Renderer]) -> None:
        """renderers: by form, how an event is said."""
        self.renderers = renderers
        self.pool = ThreadPoolExecutor(1, "live")
        self.seats: set[Seat] = set()
        self.cursor = 0
        self.stamp = 0
        self.reader: asyncio.Task[None] | None = None

    async def ask(self, what: Callable[..., Any], *args: Any) -> Any:
        """Something of the database, in the feed's own thread and on its lasting connection."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, _asked, what, args)

    async def join(self, who: Listener, after: int | None) -> tuple[Seat, list[bytes]]:
        """A seat, and the frames that bring the listener up to it."""
        newest = await self.ask(queries.last_id)
        # from here to the seat nothing is awaited: no event falls between the cursor and the listener
        if self.reader is None or self.reader.done():
            self.cursor = newest
            self.reader = asyncio.create_task(self._read())
        here = self.cursor
        if after is not None and after > max(newest, here):
            after = -1  # a cursor of another ledger
        seat = Seat(who, max(here, after or 0))
        self.seats.add(seat)
        try:
            return seat, await self.ask(self._missed, who, after, here)
        except BaseException:
            self.leave(seat)
            raise

    def leave(self, seat: Seat) -> None:
        """A listener has gone; the last one puts out the light."""
        self.seats.discard(seat)
        if not self.seats and self.reader is not None:
            self.reader.cancel()
            self.reader = None

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
            frames += [self._frame(e, who) for e in events if e.id <= here and e.place.startswith(who.place)]
            if len(frames) > FAR_BEHIND:
                return reset
            if cursor == after:
                break
            after = cursor
        return [*frames, b"id: %d\n\n" % max(after, here)]

    def _frame(self, event: Event, who: Listener) -> bytes:
        text = self.renderers[who.form](event, who.lang)
        data = "".join(f"data: {line}\n" for line in text.splitlines())
        return f"id: {event.id}\n{data}\n".encode()

    async def _read(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            try:
                await self._tell()
            except asyncio.CancelledError:
                raise
            except Exception:
                _log.exception("the feed could not be read; trying again")

    async def _tell(self) -> None:
        """Everything new, to everybody who may see it."""
        full = True
        while full:
            voices = {(seat.who.form, seat.who.lang): seat.who for seat in self.seats}
            stamp, events, cursor, frames, bars = await self.ask(
                self._news, self.cursor, tuple(voices.values())
            )
            if stamp != self.stamp:
                await self._renew(stamp)
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
            seat.waiting.append(frame)
            seat.sent, fresh = event.id, True
        if len(seat.waiting) > FAR_BEHIND:
            seat.end()  # reads too slowly; it resumes, or is told to look anew
        elif fresh:
            seat.wake.set()

    async def _renew(self, stamp: int) -> None:
        """Posts have changed hands: what each listener may see is asked again before anything is told."""
        known = await self.ask(people.current, stamp)
        for seat in tuple(self.seats):
            scope = visible(known.hats(seat.who.account))
            seat.who = replace(seat.who, scope=scope)
        self.stamp = stamp


def _asked(what: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return what(*args)
    except Exception:
        connection.close()  # the next one finds a fresh connection after a restart of the database
        raise


class Live:
    """The ASGI application of `/live`."""

    def __init__(self, hub: Hub, identify: Callable[[dict[str, Any]], Listener | None]) -> None:
        """identify: who a connection's headers say it is; None for nobody. Runs in the feed's thread."""
        self.hub, self.identify = hub, identify

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """One connection, from its greeting to its end."""
        if len(self.hub.seats) >= MOST:
            await _refuse(send, 503, (b"retry-after", b"30"))
            return
        who = await self.hub.ask(self.identify, scope)
        if who is None:
            await _refuse(send, 401, (b"www-authenticate", b'Bearer realm="gridtown"'))
            return
        seat, missed = await self.hub.join(who, _cursor(scope))
        gone = asyncio.create_task(_until_gone(receive, seat))
        try:
            await _greet(send, missed)
            await _serve(self.hub, seat, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (OSError, ConnectionError):
            pass  # gone while being written to
        finally:
            gone.cancel()
            self.hub.leave(seat)


def _cursor(scope: Mapping[str, Any]) -> int | None:
    """The last event that the listener saw: Last-Event-ID, or `after` for its first connection."""
    said = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin1")
    said = said or parse_qs(scope["query_string"].decode("latin1")).get("after", [""])[0]
    return int(said) if said.isdecimal() and len(said) < 19 else None


async def _until_gone(receive: Receive, seat: Seat) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    seat.end()


async def _refuse(send: Send, status: int, header: tuple[bytes, bytes]) -> None:
    await send(
        {"type": "http.response.start", "status": status, "headers": [header, (b"content-length", b"0")]}
    )
    await send({"type": "http.response.body", "body": b""})


async def _greet(send: Send, missed: Iterable[bytes]) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": RETRY + b"".join(missed), "more_body": True})


async def _serve(hub: Hub, seat: Seat, send: Send) -> None:
    """Send what waits as it comes, a sign of life in between, until somebody ends it."""
    end = asyncio.get_running_loop().time() + LIFE
    while not seat.over and asyncio.get_running_loop().time() < end:
        try:
            async with asyncio.timeout(BEAT):
                await seat.wake.wait()
        except TimeoutError:
            if seat.waiting:
                continue  # nothing may overtake what waits
            beat = b": still here\nid: %d\n\n" % max(seat.sent, hub.cursor)
            await send({"type": "http.response.body", "body": beat, "more_body": True})
            continue
        seat.wake.clear()
        if seat.waiting:
            frames = b"".join(seat.waiting)
            seat.waiting.clear()
            await send({"type": "http.response.body", "body": frames, "more_body": True})
