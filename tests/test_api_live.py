"""The live feed: two hundred listeners, a cut, two processes; no event lost, none told twice, none of others told."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread
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
    monkeypatch.setattr(live, "BEAT", 0.2)  # by which a server notices who is gone
    return made


class People:
    """Everybody holds the post of the whole town."""

    def hats(self, account: int) -> tuple[()]:
        """No hat is needed: the scope is patched in where it matters."""
        return ()


class Connection:
    """One listener's end of the wire, read as the server does: in a thread that waits for the next part."""

    def __init__(self, app: Live, after: int | None = None) -> None:
        self.environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/live", "QUERY_STRING": ""}
        if after is not None:
            self.environ["HTTP_LAST_EVENT_ID"] = str(after)
        self.app, self.gone, self.text, self.status = app, Signal(), "", 0
        self.thread = Thread(target=self._read)
        self.thread.start()

    def _read(self) -> None:
        said: Any = self.app(self.environ, self._start)
        for part in said:
            if self.gone.is_set():
                break
            self.text += part.decode()
        if hasattr(said, "close"):
            said.close()

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status = int(status[:3])

    def cut(self) -> None:
        """Pull the plug."""
        self.gone.set()
        self.thread.join(5)
        assert not self.thread.is_alive()

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


def cut(connections: Sequence[Connection]) -> None:
    """Pull all their plugs at once."""
    for one in connections:
        one.gone.set()
    for one in connections:
        one.cut()


def until(what: Callable[[], bool]) -> None:
    """Wait until it is so; a test that waits for ever fails."""
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


@contextmanager
def served(scope: Scope = WIDE) -> Iterator[Live]:
    """A process that serves the feed."""
    hub = Hub({"json": as_json})
    try:
        yield Live(hub, lambda _: Listener(1, scope))
    finally:
        hub.dismiss()
        hub.stop()


def test_two_hundred_listeners_a_cut_and_another_process_lose_and_double_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "visible", lambda hats: WIDE)

    with served() as one, served() as two:
        listeners = [Connection(one) for _ in range(200)]
        until(lambda: all(c.status == 200 and "id: 0" in c.text for c in listeners))
        for _ in range(50):
            ledger.add()
        until(lambda: all(len(c.ids) == 50 for c in listeners))
        before = [(c.ids, c.last) for c in listeners[:100]]
        cut(listeners[:100])
        until(lambda: len(one.hub.seats) == 100)  # whoever is gone holds no seat
        for _ in range(30):
            ledger.add()
            time.sleep(0.002)
        again = [Connection((one, two)[i % 2], last) for i, (_, last) in enumerate(before)]
        for _ in range(20):
            ledger.add()
            time.sleep(0.002)
        until(lambda: all(len(c.ids) >= 50 for c in again))
        until(lambda: all(len(c.ids) >= 100 for c in listeners[100:]))
        for (ids, _), c in zip(before, again, strict=True):
            assert ids + c.ids == list(range(1, 101))
        assert all(c.ids == list(range(1, 101)) for c in listeners[100:])
        cut([*listeners[100:], *again])
        until(lambda: one.hub.seats == two.hub.seats == set())
        quiet = one.hub.cursor
        ledger.add()
        time.sleep(0.05)
        assert one.hub.cursor == quiet, "nobody listens, nothing is read"


def test_nobody_hears_of_what_is_not_theirs(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "visible", lambda hats: NARROW)

    ledger.add(THERE), ledger.add(HERE), ledger.add(HERE, confidential=4)
    with served(NARROW) as app:
        c = Connection(app, after=0)
        until(lambda: "id: 3" in c.text)
        assert c.ids == [2], "what was missed is scoped"
        ledger.add(THERE), ledger.add(HERE, confidential=2)
        mine = ledger.add(HERE)
        until(lambda: mine in c.ids)
        assert c.ids == [2, mine], "what comes is scoped"
        c.cut()


def test_who_is_kept_from_a_case_hears_nothing_of_it(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    accused = Scope((Stretch("330110110", "330110111", None, 4),), frozenset({7, 8}))
    monkeypatch.setattr(live, "visible", lambda hats: accused)

    ledger.kept[ledger.add(confidential=3)] = frozenset({8})
    with served(accused) as app:
        c = Connection(app, after=0)
        until(lambda: "id: 1" in c.text)
        ledger.kept[ledger.add(confidential=3)] = frozenset({7, 9})
        ledger.kept[ledger.add(confidential=3)] = frozenset({9})
        mine = ledger.add(confidential=3)
        until(lambda: mine in c.ids)
        assert c.ids == [3, mine]
        c.cut()


def test_a_post_that_is_handed_over_goes_deaf_at_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds = [WIDE]
    monkeypatch.setattr(live, "visible", lambda hats: holds[0])

    with served() as app:
        c = Connection(app)
        until(lambda: "id: 0" in c.text)
        first = ledger.add()
        until(lambda: first in c.ids)
        holds[0], ledger.stamp = Scope.none(), 2
        ledger.add()
        until(lambda: app.hub.cursor == 2)
        assert c.ids == [first]
        c.cut()


def test_whoever_missed_too_much_is_told_to_look_anew(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "visible", lambda hats: WIDE)
    for _ in range(live.FAR_BEHIND + 10):
        ledger.add()

    with served() as app:
        far, beyond = Connection(app, after=1), Connection(app, after=10**9)
        until(lambda: "event: reset" in far.text and "event: reset" in beyond.text)
        assert far.ids == beyond.ids == []
        new = ledger.add()
        until(lambda: far.ids == beyond.ids == [new])
        far.cut()
        beyond.cut()


def test_silence_has_signs_of_life_that_move_the_cursor(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "visible", lambda hats: NARROW)
    monkeypatch.setattr(live, "BEAT", 0.05)

    with served(NARROW) as app:
        c = Connection(app)
        until(lambda: c.status == 200)
        other = ledger.add(THERE)
        until(lambda: ": still here" in c.text and f"id: {other}\n" in c.text)
        assert c.ids == []
        assert c.last == other
        c.cut()


def test_whoever_stops_sends_its_listeners_away(ledger: Ledger) -> None:
    with served() as app:
        c = Connection(app)
        until(lambda: c.status == 200)
        app.hub.dismiss()
        c.thread.join(5)
        assert not c.thread.is_alive()
        until(lambda: app.hub.seats == set())


def test_nobody_listens_without_signing_in_nor_beyond_the_seats(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub({"json": as_json})
    stranger = Connection(Live(hub, lambda _: None))
    stranger.thread.join(5)
    assert stranger.status == 401
    monkeypatch.setattr(live, "MOST", 0)
    late = Connection(Live(hub, lambda _: Listener(1, WIDE)))
    late.thread.join(5)
    assert late.status == 503
    hub.stop()
