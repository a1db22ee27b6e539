"""The live feed: two hundred listeners, a cut, two processes; no event lost, none told twice, none of others told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gridtown.api import live
from gridtown.api.live import Hub, Listener, Live, as_json
from gridtown.cases import queries
from gridtown.cases.queries import Event
from gridtown.people.scope import Scope, Stretch
from tests.conftest import NOON

HERE, THERE = "330110110001", "330110110002"
WIDE = Scope((Stretch("330110110", "330110111", None, 2),))
NARROW = Scope((Stretch(HERE, "330110110001a", None, 1),))


class Ledger:
    """Entries that come in while people listen."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.kept: dict[int, frozenset[int]] = {}
        self.stamp = 1

    def add(self, place: str = HERE, confidential: int = 1) -> int:
        """One more entry."""
        n = len(self.events) + 1
        said = (n, NOON, "note", "open", f"AP-{n}", "appeals", "matter", "title", place, "normal", "small")
        self.events.append(Event(*said, confidential, None, None, False))
        return n

    def kept_from(self, entries: list[int]) -> dict[int, frozenset[int]]:
        """As the query answers."""
        return {n: self.kept[n] for n in entries if n in self.kept}

    def feed(self, *, scope: Scope, after: int, now: Any, most: int = 200) -> tuple[tuple[Event, ...], int]:
        """As the query answers."""
        kept = self.kept.get
        found = [
            e
            for e in self.events
            if e.id > after and scope.sees(e.line, e.place, e.confidential, kept(e.id, frozenset()))
        ][:most]
        return tuple(found), found[-1].id if found else after

    def last_id(self) -> int:
        """The newest."""
        return len(self.events)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A ledger in memory, looked at a hundred times a second."""
    made = Ledger()
    monkeypatch.setattr(queries, "feed", made.feed)
    monkeypatch.setattr(queries, "last_id", made.last_id)
    monkeypatch.setattr(queries, "kept_from", made.kept_from)
    monkeypatch.setattr(live.stamps, "read", lambda: made.stamp)
    monkeypatch.setattr(live.people, "current", lambda stamp: People())
    monkeypatch.setattr(live, "TICK", 0.01)
    return made


class People:
    """Everybody holds the post of the whole town."""

    def hats(self, account: int) -> tuple[()]:
        """No hat is needed: the scope is patched in where it matters."""
        return ()


class Connection:
    """One listener's end of the wire."""

    def __init__(self, app: Live, after: int | None = None) -> None:
        headers = [] if after is None else [(b"last-event-id", str(after).encode())]
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/live",
            "query_string": b"",
            "headers": headers,
        }
        self.gone, self.text, self.status = asyncio.Event(), "", 0
        self.task = asyncio.create_task(app(self.scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self.text += message.get("body", b"").decode()

    async def cut(self) -> None:
        """Pull the plug."""
        self.gone.set()
        await asyncio.wait_for(self.task, 5)

    @property
    def ids(self) -> list[int]:
        """The events that came, in order."""
        return [
            json.loads(line[6:])["id"] for line in self.text.splitlines() if line.startswith('data: {"id"')
        ]

    @property
    def last(self) -> int:
        """What a browser would send as Last-Event-ID."""
        return int([line[4:] for line in self.text.splitlines() if line.startswith("id: ")][-1])


async def until(what: Callable[[], bool]) -> None:
    """Wait until it is so; a test that waits for ever fails."""
    async with asyncio.timeout(10):
        while not what():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def served(scope: Scope = WIDE) -> AsyncIterator[Live]:
    """A process that serves the feed."""
    hub = Hub({"json": as_json})
    try:
        yield Live(hub, lambda _: Listener(1, scope))
    finally:
        hub.pool.shutdown()


def test_two_hundred_listeners_a_cut_and_another_process_lose_and_double_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "visible", lambda hats: WIDE)

    async def story() -> None:
        async with served() as one, served() as two:
            listeners = [Connection(one) for _ in range(200)]
            await until(lambda: all(c.status == 200 and "id: 0" in c.text for c in listeners))
            for _ in range(50):
                ledger.add()
            await until(lambda: all(len(c.ids) == 50 for c in listeners))
            before = [(c.ids, c.last) for c in listeners[:100]]
            for c in listeners[:100]:
                await c.cut()
            assert len(one.hub.seats) == 100, "whoever is gone holds no seat"
            for _ in range(30):
                ledger.add()
                await asyncio.sleep(0.002)
            again = [Connection((one, two)[i % 2], last) for i, (_, last) in enumerate(before)]
            for _ in range(20):
                ledger.add()
                await asyncio.sleep(0.002)
            await until(lambda: all(len(c.ids) >= 50 for c in again))
            await until(lambda: all(len(c.ids) >= 100 for c in listeners[100:]))
            for (ids, _), c in zip(before, again, strict=True):
                assert ids + c.ids == list(range(1, 101))
            assert all(c.ids == list(range(1, 101)) for c in listeners[100:])
            for c in [*listeners[100:], *again]:
                await c.cut()
            assert one.hub.seats == two.hub.seats == set()
            assert one.hub.reader is None, "nobody listens, nothing is read"

    asyncio.run(story())


def test_nobody_hears_of_what_is_not_theirs(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "visible", lambda hats: NARROW)

    async def story() -> None:
        ledger.add(THERE), ledger.add(HERE), ledger.add(HERE, confidential=4)
        async with served(NARROW) as app:
            c = Connection(app, after=0)
            await until(lambda: "id: 3" in c.text)
            assert c.ids == [2], "what was missed is scoped"
            ledger.add(THERE), ledger.add(HERE, confidential=2)
            mine = ledger.add(HERE)
            await until(lambda: mine in c.ids)
            assert c.ids == [2, mine], "what comes is scoped"
            await c.cut()

    asyncio.run(story())


def test_who_is_kept_from_a_case_hears_nothing_of_it(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    accused = Scope((Stretch("330110110", "330110111", None, 4),), frozenset({7, 8}))
    monkeypatch.setattr(live, "visible", lambda hats: accused)

    async def story() -> None:
        ledger.kept[ledger.add(confidential=3)] = frozenset({8})
        async with served(accused) as app:
            c = Connection(app, after=0)
            await until(lambda: "id: 1" in c.text)
            ledger.kept[ledger.add(confidential=3)] = frozenset({7, 9})
            ledger.kept[ledger.add(confidential=3)] = frozenset({9})
            mine = ledger.add(confidential=3)
            await until(lambda: mine in c.ids)
            assert c.ids == [3, mine]
            await c.cut()

    asyncio.run(story())


def test_a_post_that_is_handed_over_goes_deaf_at_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds = [WIDE]
    monkeypatch.setattr(live, "visible", lambda hats: holds[0])

    async def story() -> None:
        async with served() as app:
            c = Connection(app)
            await until(lambda: "id: 0" in c.text)
            first = ledger.add()
            await until(lambda: first in c.ids)
            holds[0], ledger.stamp = Scope.none(), 2
            ledger.add()
            await until(lambda: app.hub.cursor == 2)
            assert c.ids == [first]
            await c.cut()

    asyncio.run(story())


def test_whoever_missed_too_much_is_told_to_look_anew(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "visible", lambda hats: WIDE)
    for _ in range(live.FAR_BEHIND + 10):
        ledger.add()

    async def story() -> None:
        async with served() as app:
            far, beyond = Connection(app, after=1), Connection(app, after=10**9)
            await until(lambda: "event: reset" in far.text and "event: reset" in beyond.text)
            assert far.ids == beyond.ids == []
            new = ledger.add()
            await until(lambda: far.ids == beyond.ids == [new])
            await far.cut()
            await beyond.cut()

    asyncio.run(story())


def test_silence_has_signs_of_life_that_move_the_cursor(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "visible", lambda hats: NARROW)
    monkeypatch.setattr(live, "BEAT", 0.05)

    async def story() -> None:
        async with served(NARROW) as app:
            c = Connection(app)
            await until(lambda: c.status == 200)
            other = ledger.add(THERE)
            await until(lambda: ": still here" in c.text and f"id: {other}\n" in c.text)
            assert c.ids == []
            assert c.last == other
            await c.cut()

    asyncio.run(story())


def test_nobody_listens_without_signing_in_nor_beyond_the_seats(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        hub = Hub({"json": as_json})
        stranger = Connection(Live(hub, lambda _: None))
        await stranger.task
        assert stranger.status == 401
        monkeypatch.setattr(live, "MOST", 0)
        late = Connection(Live(hub, lambda _: Listener(1, WIDE)))
        await late.task
        assert late.status == 503
        hub.pool.shutdown()

    asyncio.run(story())
