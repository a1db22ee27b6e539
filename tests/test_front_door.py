"""The real server: many listen, some are slow, one is cut off, and it stops when it is told to."""

import http.client
import json
import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from gridtown.api.front import notice_who_is_gone
from tests.scratch import Scratch

pytestmark = pytest.mark.slow
REPORT = {"line": "appeals", "kind": "matter", "answers": {
    "description": "路灯不亮", "category": "street_light", "contact_phone": "13800000000",
}}  # fmt: skip


class Served:
    """A server of one process, and a token."""

    def __init__(self, scratch: Scratch) -> None:
        self.calls: list[http.client.HTTPConnection] = []
        self.token = scratch.run("tests.programs.letting_in")[0]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        arguments = ("serve", "--port", str(self.port), "--workers", "1", "--no-ticker", "--no-listener")
        self.process = scratch.start("gridtown", *arguments)
        end = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < end
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def open(self) -> http.client.HTTPConnection:
        """A connection."""
        self.calls.append(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20))
        return self.calls[-1]

    def hang_up(self) -> None:
        """Close every connection that was opened."""
        for call in self.calls:
            call.close()
        self.calls.clear()

    def headers(self, **more: str) -> dict[str, str]:
        """Those of a program that is allowed in."""
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **more}

    def report(self, key: str) -> str:
        """A new case; its number."""
        call = self.open()
        call.request("POST", "/api/cases", json.dumps(REPORT), self.headers(**{"Idempotency-Key": key}))
        answer = call.getresponse()
        said: dict[str, Any] = json.loads(answer.read())
        assert answer.status in (200, 201), said  # the same key again is answered as it was the first time
        return str(said["number"])

    def listen(self, after: int | None = None) -> http.client.HTTPResponse:
        """A listener, greeted."""
        call = self.open()
        call.request("GET", "/live" if after is None else f"/live?after={after}", headers=self.headers())
        answer = call.getresponse()
        assert answer.status == 200
        assert answer.readline() == b"retry: 2000\n"
        return answer


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for this module."""
    scratch = Scratch(Path(tmp_path_factory.mktemp("door")))
    server = Served(scratch)
    yield server
    server.hang_up()
    server.process.kill()
    server.process.communicate()
    scratch.close()


def heard(listener: http.client.HTTPResponse, number: str) -> None:
    """Read on until a case is told of."""
    while number.encode() not in (line := listener.readline()):
        assert line, "the feed has ended"


def test_a_hundred_listen_while_one_works(served: Served) -> None:
    listeners = [served.listen() for _ in range(100)]
    number = served.report("told-to-all-1")
    for one in listeners:
        heard(one, number)
    served.hang_up()


def test_what_is_handed_out_leads_to_where_it_is_served(served: Served) -> None:
    call = served.open()
    call.request("GET", "/new")
    page = call.getresponse()
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[0]
    form = urlencode({"csrfmiddlewaretoken": token, "description": "路灯不亮"})
    call.request(
        "POST", "/new", form, {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    )
    sent = call.getresponse()
    sent.read()
    call.request("GET", sent.headers["Location"])
    assert f"http://127.0.0.1:{served.port}/f/" in call.getresponse().read().decode()
    served.hang_up()


def test_half_a_body_is_no_report_and_a_slow_one_holds_nobody_up(served: Served) -> None:
    body = json.dumps(REPORT).encode()
    head = (
        f"POST /api/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {served.token}\r\n"
        f"Content-Type: application/json\r\nIdempotency-Key: slow-phone-1\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    slow = [socket.create_connection(("127.0.0.1", served.port), 20) for _ in range(8)]
    for phone in slow:
        phone.sendall(head + body[:10])
    quick = served.report("quick-one-1")
    for phone in slow[1:]:
        phone.close()
    slow[0].sendall(body[10:])
    answer = slow[0].recv(65536)
    assert b" 201 " in answer.partition(b"\r\n")[0], answer
    slow[0].close()
    # one key was sent eight times, whole once: it was never taken for half of it
    assert served.report("slow-phone-1") != quick
    chunked = served.open()
    chunked.request(
        "POST", "/api/cases", iter([body[:20], body[20:]]),
        served.headers(**{"Idempotency-Key": "in-parts-01"}), encode_chunked=True,
    )  # fmt: skip
    assert chunked.getresponse().status == 201
    served.hang_up()


@pytest.mark.skipif(sys.platform != "linux", reason="asked of Linux")
def test_who_is_gone_without_a_word_is_noticed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        notice_who_is_gone()
        with socket.create_connection(listening.getsockname()) as phone:
            here, _ = listening.accept()
            with here:
                assert here.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
                assert here.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60
                assert phone.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 0


def test_it_stops_when_it_is_told_to_although_somebody_listens(served: Served) -> None:
    listener = served.listen()
    began = time.monotonic()
    served.process.terminate()
    assert served.process.wait(20) is not None
    assert b"id: " in listener.read(), "the feed ends as a whole answer does"
    served.hang_up()
    assert time.monotonic() - began < 8, "the server would kill its workers after ten seconds"
