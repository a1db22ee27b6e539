"""From ASGI to a WSGI application: one hand-over to a thread and one back for each request."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes]
PATIENCE = 0.02  # seconds that a request waits for a thread before another one takes it
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TooMuch(Exception):
    """A body longer than anything that is taken in here."""


class Bridge:
    """Runs a WSGI application in threads that last, so that their database connections do.

    As few threads as keep the processor busy take all requests: more would only hand Python's lock and the database's
    to and fro. When one has waited for `PATIENCE` because they are at something slow, the next thread relieves them.
    """

    def __init__(self, app: Wsgi, most_bytes: int, *, steady: int = 1, relief: int = 1) -> None:
        """most_bytes: the longest body that is read at all. steady and relief: how many threads."""
        self._app = app
        self._most = most_bytes
        self._work: SimpleQueue[_Call] = SimpleQueue()
        self._calls_for_relief: SimpleQueue[None] = SimpleQueue()
        self._steady, self._running = steady, 0  # touched by the event loop alone
        works = [self._work_on] * steady + [self._relieve] * relief
        for n, work in enumerate(works):
            Thread(target=work, name=f"wsgi-{n}", daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            body = await self._body(receive) if _has_body(scope) else b""
        except TooMuch:
            await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        call = _Call(self._app, environ_of(scope, body), asyncio.get_running_loop(), send)
        status, headers, said = await self._run(call)
        if not call.streamed:
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": said})

    async def _run(self, call: "_Call") -> Answer:
        patience = None
        if self._running >= self._steady:
            patience = call.loop.call_later(PATIENCE, self._calls_for_relief.put, None)
        self._running += 1
        self._work.put(call)
        try:
            return await call.answer
        finally:
            self._running -= 1
            if patience is not None:
                patience.cancel()

    def _work_on(self) -> None:
        while True:
            self._work.get().run()

    def _relieve(self) -> None:
        """Work off what waits whenever something has waited for long."""
        while True:
            self._calls_for_relief.get()
            with suppress(Empty):
                while True:
                    self._work.get_nowait().run()

    async def _body(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        length, more = 0, True
        while more:
            message = await receive()
            parts.append(message.get("body", b""))
            length, more = length + len(parts[-1]), message.get("more_body", False)
            if length > self._most:
                raise TooMuch
        return b"".join(parts)


def _has_body(scope: Scope) -> bool:
    """Whether anything may follow the headers: asking for it costs a turn of the event loop."""
    return not scope["http_version"].startswith("1") or any(
        name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"]
    )


class _Call:
    """One run of the application in a thread, and its answer in the event loop."""

    def __init__(
        self, app: Wsgi, environ: dict[str, Any], loop: asyncio.AbstractEventLoop, send: Send
    ) -> None:
        self._app, self._environ, self.loop, self._send = app, environ, loop, send
        self.answer: asyncio.Future[Answer] = loop.create_future()
        self._status, self._headers = 500, Headers()
        self.streamed = False

    def run(self) -> None:
        """Run, and give the event loop the answer or the error."""
        try:
            answer = self._said()
        except BaseException as error:
            tell, said = self._fail, error
        else:
            tell, said = self._settle, answer
        with suppress(RuntimeError):  # the loop is closed: nobody waits for the answer any more
            self.loop.call_soon_threadsafe(tell, said)

    def _settle(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def _fail(self, error: BaseException) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)

    def _said(self) -> Answer:
        """Status, headers and the whole body, unless that was streamed already."""
        said = self._app(self._environ, self._start)
        try:
            if getattr(said, "streaming", False) or not hasattr(said, "status_code"):
                self._stream(said)
                return self._status, self._headers, b""
            return self._status, self._headers, b"".join(said)
        finally:
            close = getattr(said, "close", None)
            if close is not None:
                close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self._status = int(status[:3])
        self._headers = [(_name(name), value.encode("latin1")) for name, value in headers]

    def _stream(self, said: Iterable[bytes]) -> None:
        """Part by part, each waiting until the one before is gone."""
        self.streamed = True
        self._now({"type": "http.response.start", "status": self._status, "headers": self._headers})
        for part in said:
            self._now({"type": "http.response.body", "body": part, "more_body": True})
        self._now({"type": "http.response.body", "body": b"", "more_body": False})

    def _now(self, message: dict[str, Any]) -> None:
        asyncio.run_coroutine_threadsafe(_awaited(self._send(message)), self.loop).result()


async def _awaited(what: Awaitable[None]) -> None:
    await what


@lru_cache(maxsize=256)
def _name(name: str) -> bytes:
    return name.lower().encode("latin1")


@lru_cache(maxsize=1024)
def _key(name: bytes) -> str:
    """A header's name as WSGI has it."""
    key = name.decode("latin1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as WSGI has it; of a header sent twice both values count, but a name with "_" never does."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin1"),
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        if b"_" in raw:
            continue  # X_Forwarded-For must not pass for X-Forwarded-For
        key, text = _key(raw), value.decode("latin1")
        if key in environ:
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
