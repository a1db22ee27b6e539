"""The load: keep-alive connections that call as a program would, with real tokens."""

import http.client
import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4


class Failed(Exception):
    """A call was not answered as it should be: nothing is measured then."""


@dataclass
class Caller:
    """One connection that stays."""

    port: int
    plan: dict[str, Any]
    chance: random.Random
    conn: http.client.HTTPConnection = field(init=False)
    largest: int = 0

    def __post_init__(self) -> None:
        self.conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def call(self, method: str, path: str, post: str, said: Any = None, want: int = 200) -> Any:
        """One call under the token of a post; its JSON."""
        headers = {"Authorization": f"Bearer {self.plan['tokens'][post]}", "Accept-Language": "zh"}
        body = None
        if said is not None:
            body = json.dumps(said).encode()
            headers |= {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
        self.conn.request(method, f"/api/{path}", body, headers)
        response = self.conn.getresponse()
        text = response.read()
        if response.status != want:
            raise Failed(f"{method} {path}: {response.status} {text[:400].decode()}")
        self.largest = max(self.largest, len(text))
        return json.loads(text)

    def create(self, spot: dict[str, Any] | None = None) -> dict[str, Any]:
        """A report at a point by the dispatcher's desk."""
        spot = spot or self.chance.choice(self.plan["spots"])
        said = {
            "line": "appeals", "kind": "matter", "channel": "hotline",
            "point": {"lon": spot["lon"], "lat": spot["lat"]},
            "answers": {
                "description": self.chance.choice(self.plan["texts"]), "category": self.plan["category"],
                "contact_phone": "13800001234",
            },
        }  # fmt: skip
        receipt: dict[str, Any] = self.call("POST", "cases", "dispatcher", said, want=201)
        return receipt

    def list_100(self) -> None:
        """A page of a hundred from anywhere in the ledger."""
        after = self.chance.randrange(1000, self.plan["cases"])
        page = self.call("GET", f"cases?size=100&after={after}", "dispatcher")
        if len(page["rows"]) != 100:
            raise Failed(f"a page of {len(page['rows'])}")

    def detail(self) -> None:
        """One case by its number."""
        self.call("GET", f"cases/{self.chance.choice(self.plan['numbers'])}", "dispatcher")

    def lifecycle(self) -> None:
        """create → dispatch → fix → verify → get."""
        spot = self.chance.choice(self.plan["spots"])
        number = self.create(spot)["number"]
        path = f"cases/{number}"
        self.call(
            "POST", f"{path}/moves/dispatch", "dispatcher", {"answers": {"to": spot["to"]}, "version": 1}
        )
        self.call("POST", f"{path}/moves/fix", spot["to"], {"answers": {"answer": "已处理"}, "version": 2})
        self.call("POST", f"{path}/moves/verify", spot["verify"], {"answers": {}, "version": 3})
        if self.call("GET", path, "dispatcher")["state"] != "closed":
            raise Failed("the case is not closed")

    def map(self, zoom: float) -> None:
        """A viewport of a full-HD screen around some place of the town."""
        spot = self.chance.choice(self.plan["spots"])
        wide, high = 1920 / 512 * 360 / 2**zoom, 1080 / 512 * 360 / 2**zoom * 0.86
        west, east = max(-180.0, spot["lon"] - wide / 2), min(180.0, spot["lon"] + wide / 2)
        south, north = max(-85.0, spot["lat"] - high / 2), min(85.0, spot["lat"] + high / 2)
        self.call("GET", f"map?bbox={west:.6f},{south:.6f},{east:.6f},{north:.6f}&zoom={zoom}", "dispatcher")


def run(callers: list[Caller], what: Callable[[Caller], None], times: int) -> None:
    """So many calls in all, shared among the connections, at once."""
    errors: list[BaseException] = []

    def work(caller: Caller, n: int) -> None:
        try:
            for _ in range(n):
                what(caller)
        except BaseException as error:
            errors.append(error)

    shares = [times // len(callers) + (i < times % len(callers)) for i in range(len(callers))]
    threads = [threading.Thread(target=work, args=said) for said in zip(callers, shares, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
