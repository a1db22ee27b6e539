"""The turnstile: what came in is what arrives, few work at once, and nobody who is slow holds the others."""

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from queue import SimpleQueue
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, Error, connections

from gridtown.api.turnstile import Turnstile
from gridtown.cases.sql import POSTGRESQL

JSON = "application/json"


class Said:
    """A response as Django's handler gives it."""

    file_to_stream: Any = None

    def __init__(self, parts: Iterable[bytes], *, streaming: bool = False) -> None:
        self.parts, self.streaming, self.closed = parts, streaming, 0

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def close(self) -> None:
        """Django's request ends here."""
        self.closed += 1


def environ(body: bytes = b"", *, path: str = "/", **said: str) -> dict[str, Any]:
    """A call as the server lays it out."""
    length = {"CONTENT_LENGTH": str(len(body))} if body else {}
    return {"REQUEST_METHOD": "POST", "PATH_INFO": path, "wsgi.input": BytesIO(body), **length, **said}


class Answers:
    """What the application said: its status as the server is told it, and its parts."""

    def __init__(self, door: Turnstile, call: dict[str, Any]) -> None:
        self.status = ""
        self.said: Any = door(call, self._start)

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status = status


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
    """Says its body back."""
    start("200 OK", [])
    return Said([environ["wsgi.input"].read(), b"!"])


def never(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
    """Not to be reached."""
    raise AssertionError("it was let in")


def mine() -> Any:
    """The connection of this thread, without making one."""
    return getattr(connections._connections, DEFAULT_DB_ALIAS, None)


@pytest.fixture(autouse=True)
def _own_connection() -> Iterator[None]:
    """The turnstile takes the connection away from a thread that has passed it; the tests' own thread keeps its."""
    own = mine()
    yield
    if own is not None:
        connections[DEFAULT_DB_ALIAS] = own


def elsewhere(what: Callable[[], None]) -> threading.Thread:
    """Done in a thread of its own, as by the server, with what it fails by."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            what()
        except BaseException as error:
            failed.append(error)

    class Joined(threading.Thread):
        def join(self, timeout: float | None = 10) -> None:
            super().join(timeout)
            assert not self.is_alive()
            if failed:
                raise failed[0]

    thread = Joined(target=run)
    thread.start()
    return thread


def test_a_call_is_answered_whole_and_leaves_no_connection_to_its_thread() -> None:
    said, seen = Said([b"ab", b"cd"]), []

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
        seen.append(mine())
        start("201 Created", [])
        return said

    door = Turnstile(app, 100)

    def calls() -> None:
        for _ in range(2):
            answers = Answers(door, environ(b"x"))
            assert (answers.status, answers.said, said.closed) == ("201 Created", [b"abcd"], len(seen))
            assert mine() is None, "what the thread does next must not touch the next call's transaction"

    elsewhere(calls).join()
    elsewhere(calls).join()
    assert len(seen) == 4
    assert len(set(map(id, seen))) == 1, "a place keeps its connection, whichever thread stands on it"
    assert seen[0] is not None


def test_a_body_arrives_whole_or_not_at_all() -> None:
    taken = [
        (environ(b"body"), "200 OK", b"body!"),
        (environ(), "200 OK", b"!"),
        (environ() | {"wsgi.input": BytesIO(b"{}"), "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": JSON},
         "200 OK", b"{}!"),
        (environ(b"x" * 100), "200 OK", b"x" * 100 + b"!"),
    ]  # fmt: skip
    for call, status, body in taken:
        answers = Answers(Turnstile(echo, 100), call)
        assert (answers.status, b"".join(answers.said)) == (status, body)
    long = {"wsgi.input": BytesIO(b"x" * 101), "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": JSON}
    refused = [
        (environ(b"x" * 101), "413"),
        (environ() | long, "413"),
        (environ(b"name=Gri") | {"CONTENT_LENGTH": "13"}, "400"),  # the sender is gone: half a form
        (environ(b"x") | {"CONTENT_LENGTH": "-1"}, "400"),
        # half a form in parts cannot be told from a whole one
        (environ() | {"wsgi.input": BytesIO(b"a=1"), "HTTP_TRANSFER_ENCODING": "chunked"}, "411"),
    ]  # fmt: skip
    for call, status in refused:
        answers = Answers(Turnstile(never, 100), {**call, "HTTP_ACCEPT_LANGUAGE": "en"})
        assert answers.status[:3] == status
        assert answers.said[0].decode(), "in words"
        call["wsgi.input"].seek(0)
        told = json.loads(Answers(Turnstile(never, 100), call | {"PATH_INFO": "/api/cases"}).said[0])
        assert str(told["status"]) == status
        assert re.search("[\u4e00-\u9fff]", told["detail"]), told


def test_what_is_slow_is_relieved_and_the_steady_place_is_taken_again() -> None:
    slow, inside, order = threading.Event(), threading.Event(), []

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
        start("200 OK", [])
        if environ["PATH_INFO"] == "/slow":
            inside.set()
            assert slow.wait(10)
        return Said([environ["PATH_INFO"].encode()])

    door = Turnstile(app, 100, relief=1)

    def one(path: str) -> None:
        order.append(Answers(door, environ(path=path)).said[0])

    first = elsewhere(lambda: one("/slow"))
    assert inside.wait(10)
    second = elsewhere(lambda: one("/quick"))
    second.join()
    slow.set()
    first.join()
    assert order == [b"/quick", b"/slow"]


def test_one_works_at_a_time_while_nothing_is_slow() -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        sum(range(2000))
        with lock:
            at_work -= 1
        start("200 OK", [])
        return Said([b""])

    door = Turnstile(app, 100, relief=0)
    threads = [elsewhere(lambda: [Answers(door, environ()) for _ in range(50)] and None) for _ in range(8)]
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_slow_body_holds_no_place() -> None:
    sent, reading = threading.Event(), threading.Event()

    class Slow(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            reading.set()
            assert sent.wait(10)
            return super().read(size)

    door = Turnstile(echo, 100, relief=0)
    call = environ(b"photo") | {"wsgi.input": Slow(b"photo")}
    answers: SimpleQueue[list[bytes]] = SimpleQueue()
    slow = elsewhere(lambda: answers.put(Answers(door, call).said))
    assert reading.wait(10)
    assert Answers(door, environ(b"quick")).said == [b"quick!"]
    sent.set()
    slow.join()
    assert answers.get(timeout=1) == [b"photo!"]


def test_what_is_read_while_it_is_sent_keeps_its_place_until_it_is_closed() -> None:
    said: list[Said] = []

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
        start("200 OK", [])
        said.append(Said([b"a", b"b"], streaming=environ["PATH_INFO"] == "/rows"))
        return said[-1]

    door = Turnstile(app, 100, relief=0)
    rows = Answers(door, environ(path="/rows")).said
    assert next(rows) == b"a"
    done = threading.Event()
    waits = elsewhere(lambda: (Answers(door, environ()), done.set())[1])
    assert not done.wait(0.1)
    rows.close()  # the reader has gone in the middle
    rows.close()
    waits.join()
    assert said[0].closed == 1, "once is enough"
    unread = Answers(door, environ(path="/rows")).said
    unread.close()
    assert Answers(door, environ()).said == [b"ab"], "what nobody has begun to read holds nothing either"


def test_a_file_is_sent_after_its_place_is_left() -> None:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
        start("200 OK", [])
        said = Said([b"jpg"], streaming=environ["PATH_INFO"] == "/photo")
        said.file_to_stream = BytesIO() if said.streaming else None
        return said

    door = Turnstile(app, 100, relief=0)
    photo = Answers(door, environ(path="/photo")).said
    assert Answers(door, environ()).said == [b"jpg"]
    assert list(photo) == [b"jpg"]


def test_an_error_of_the_application_reaches_the_server_and_holds_no_place() -> None:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
        raise LookupError("lost")

    door = Turnstile(app, 100, relief=0)
    for _ in range(2):
        with pytest.raises(LookupError, match="lost"):
            Answers(door, environ())


@pytest.mark.skipif(not POSTGRESQL, reason="a file's connection does not break")
@pytest.mark.django_db
def test_a_connection_that_broke_is_a_fresh_one_for_the_next_call() -> None:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
        db = connections[DEFAULT_DB_ALIAS]
        db.ensure_connection()
        if environ["PATH_INFO"] == "/breaks":
            db.connection.close()
        try:
            with db.cursor() as cursor:
                cursor.execute("SELECT 1")
        except Error:
            start("500 Internal Server Error", [])
        else:
            start("200 OK", [])
        return Said([b""])

    door = Turnstile(app, 100, relief=0)

    def calls() -> None:
        said = [Answers(door, environ(path=path)).status[:3] for path in ("/", "/breaks", "/", "/")]
        assert said == ["200", "500", "200", "200"]
        door._steady.get()._db.close()

    elsewhere(calls).join()
