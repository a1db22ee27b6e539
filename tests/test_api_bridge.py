"""From ASGI to WSGI: what came in is what arrives, what goes out is what was said, whole or in parts."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from gridtown.api.bridge import Bridge, environ_of

SCOPE = {
    "type": "http", "method": "POST", "path": "/街", "query_string": b"a=%20b", "http_version": "1.1",
    "scheme": "https", "client": ("10.0.0.1", 5), "server": ("example.org", 443),
    "headers": [
        (b"content-type", b"text/plain"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-one", b"1"), (b"x-one", b"2"),
        (b"x_forwarded_for", b"evil"), (b"content-length", b"999"),
    ],
}  # fmt: skip


def ask(app: Any, *parts: bytes, most: int = 100) -> list[dict[str, Any]]:
    """What a server is sent for a request whose body comes in parts."""
    incoming = [
        {"type": "http.request", "body": p, "more_body": i < len(parts) - 1} for i, p in enumerate(parts)
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(Bridge(app, most)(SCOPE, receive, send))
    return sent


class Said(list[bytes]):
    """A response as Django's handler gives it."""

    status_code = 201

    def __init__(self, parts: Iterable[bytes], *, streaming: bool, closed: list[bool]) -> None:
        super().__init__(parts)
        self.streaming, self._closed = streaming, closed

    def close(self) -> None:
        """Django's request ends here."""
        self._closed.append(True)


def answering(closed: list[bool], *, streaming: bool) -> Callable[..., Said]:
    """An application that says its body back in parts."""

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
        start("201 Created", [("X-Seen", environ["REQUEST_METHOD"])])
        return Said([environ["wsgi.input"].read(), b"!"], streaming=streaming, closed=closed)

    return app


def test_a_request_arrives_as_it_was_sent() -> None:
    environ = environ_of(SCOPE, b"body")
    assert environ["PATH_INFO"].encode("latin1").decode() == "/街"
    assert environ["QUERY_STRING"] == "a=%20b"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_X_ONE"] == "1,2"
    assert "HTTP_X_FORWARDED_FOR" not in environ, (
        "a name with an underscore must not pass for one with a dash"
    )
    assert environ["CONTENT_LENGTH"] == "4"
    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == ("10.0.0.1", "https")


def test_an_answer_goes_out_whole() -> None:
    closed: list[bool] = []
    start, body = ask(answering(closed, streaming=False), b"ab", b"cd")
    assert (start["status"], start["headers"]) == (201, [(b"x-seen", b"POST")])
    assert body["body"] == b"abcd!"
    assert closed == [True]


def test_an_answer_in_parts_goes_out_part_by_part() -> None:
    closed: list[bool] = []
    sent = ask(answering(closed, streaming=True), b"ab")
    assert [message.get("body") for message in sent] == [None, b"ab", b"!", b""]
    assert closed == [True]


def test_what_is_too_long_is_not_taken_in() -> None:
    def never(environ: Any, start: Any) -> Any:
        raise AssertionError("it was let in")

    assert ask(never, b"x" * 60, b"x" * 60)[0]["status"] == 413


def test_what_is_slow_is_relieved_by_the_next_thread() -> None:
    slow = threading.Event()

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
        start("200 OK", [])
        if environ["PATH_INFO"] == "/slow":
            assert slow.wait(10)
        return Said([environ["PATH_INFO"].encode()], streaming=False, closed=[])

    order: list[bytes] = []

    async def never() -> dict[str, Any]:
        raise AssertionError("there is no body to receive")

    async def one(bridge: Bridge, path: str) -> None:
        async def send(message: dict[str, Any]) -> None:
            if "body" in message:
                order.append(message["body"])

        scope = {**SCOPE, "method": "GET", "path": path, "headers": []}
        await bridge(scope, never, send)
        if path != "/slow":
            slow.set()

    async def both() -> None:
        bridge = Bridge(app, 100, steady=1, relief=1)
        await asyncio.gather(one(bridge, "/slow"), one(bridge, "/quick"))

    asyncio.run(both())
    assert order == [b"/quick", b"/slow"]


def test_an_error_of_the_application_reaches_the_server() -> None:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Said:
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        ask(app, b"")
