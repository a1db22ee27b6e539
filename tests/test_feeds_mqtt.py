"""Devices over MQTT, at a real broker: acknowledged when it is kept, taken once, laid aside with the reason."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from gridtown import town as towns
from gridtown.dispatch.broker import Broker
from gridtown.feeds import mqtt
from gridtown.kernel.told import Refused
from gridtown.people.signin import issue_token
from gridtown.town import clock
from tests import carriers
from tests.conftest import NOON, Here
from tests.scratch import ROOT, Scratch

HOME = "330110110001"
TOPIC = "gridtown/pumps/level"


# ---- by itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "tls", "ca"),
    [
        ("mqtt://127.0.0.1", "127.0.0.1", 1883, "", False, None),
        ("mqtt://town:a%2Fb@broker.example:1884", "broker.example", 1884, "town", False, None),
        ("mqtts://broker.example?ca=/etc/ca.pem", "broker.example", 8883, "", True, "/etc/ca.pem"),
    ],
)
def test_an_address_names_a_broker(
    url: str, host: str, port: int, user: str, tls: bool, ca: str | None
) -> None:
    broker = Broker.of(url)
    assert (broker.host, broker.port, broker.user, broker.tls, broker.ca) == (host, port, user, tls, ca)
    assert broker.password in ("", "a/b")
    assert "a/b" not in repr(broker)


@pytest.mark.parametrize("url", ["http://127.0.0.1", "mqtt://", "127.0.0.1:1883"])
def test_anything_else_is_no_broker(url: str) -> None:
    with pytest.raises(CommandError):
        call_command("listen", "--url", url)


def test_without_an_address_the_command_says_what_is_missing() -> None:
    with pytest.raises(CommandError, match="GRIDTOWN_MQTT_URL"):
        call_command("listen", "--url", "")


@pytest.fixture
def device(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A gauge's envelope with a reading in it."""
    grown = carriers.grown(pingyao.town)
    monkeypatch.setattr(towns, "current", lambda: grown)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    pump = carriers.pump(pingyao.hats("dispatcher"), NOON, 1, HOME)
    account = carriers.gauge(pingyao.town.code, HOME).holdings.get().account_id
    token = issue_token(account, "gauge", NOON)
    return {"token": token, "key": "reading-0001", "reading": {"pump": pump, "cm": 250}}


def sent(device: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({**device, **more}).encode()


def test_a_message_is_taken_once(device: dict[str, Any]) -> None:
    first, again = mqtt.take(TOPIC, sent(device)), mqtt.take(TOPIC, sent(device))
    assert [wrote.verb for wrote in first.wrote] == ["report"]
    assert (again.repeated, again.entry) == (True, first.entry)


@pytest.mark.parametrize(
    ("topic", "more", "why"),
    [
        (TOPIC, {"token": "gt_" + "x" * 43}, "no_such_token"),
        (TOPIC, {"key": "short"}, "malformed"),
        (TOPIC, {"reading": [1]}, "malformed"),
        (TOPIC, {"more": 1}, "malformed"),
        (TOPIC, {"reading": {"cm": 250}}, "form_invalid"),
        (TOPIC, {"reading": {"cm": "x" * mqtt.MOST_BYTES}}, "malformed"),
        ("gridtown/pumps/wave", {}, "not_found"),
    ],
)
def test_what_is_not_in_order_is_refused(device: dict[str, Any], topic: str, more: Any, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        mqtt.take(topic, sent(device, **more))
    assert refusal.value.key == why


@dataclass
class Wire:
    """The connection as the listener uses it."""

    acknowledged: list[int] = field(default_factory=list)
    published: list[tuple[str, dict[str, Any], bool]] = field(default_factory=list)

    def ack(self, mid: int, qos: int) -> None:
        self.acknowledged.append(mid)

    def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> Any:
        self.published.append((topic, json.loads(payload), retain))
        return SimpleNamespace(mid=len(self.published))


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The listener's side of a connection, and the wire that it writes to."""
    monkeypatch.setattr(mqtt, "close_old_connections", lambda: None)  # the test's own transaction
    made = mqtt._Line(Broker("127.0.0.1", 1), "test", "zh", None)
    made._client = Wire()
    return made


def arrive(line: Any, payload: bytes, mid: int = 7, topic: str = TOPIC) -> None:
    line._arrived(line._client, None, SimpleNamespace(topic=topic, payload=payload, mid=mid, qos=1))


def test_a_message_is_acknowledged_only_when_the_ledger_has_it(
    device: dict[str, Any], line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(mqtt.signals, "receive", gone)
        with pytest.raises(DatabaseError):
            arrive(line, sent(device))
    assert (line._client.acknowledged, line._client.published) == ([], [])
    arrive(line, sent(device))
    assert line._client.acknowledged == [7]
    arrive(line, b"", mid=8)
    assert (line._client.acknowledged, line._client.published) == ([7, 8], [])


def test_what_cannot_be_taken_is_laid_aside_first_and_acknowledged_then(
    device: dict[str, Any], line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(line, sent(device, reading={"cm": 250}))
    ((topic, told, retained),) = line._client.published
    assert (topic.rsplit("/", 1)[0], retained) == (f"{TOPIC}/refused", True)
    assert (told["type"], told["fields"]) == ("urn:gridtown:form_invalid", {"pump": "必填"})
    assert told["detail"] == "填写有误，请按提示修改"
    assert device["token"] not in told["sent"]
    assert '"cm": 250' in told["sent"]
    assert line._client.acknowledged == []
    line._kept_aside(line._client, None, 1, None, None)
    line._kept_aside(line._client, None, 99, None, None)
    assert line._client.acknowledged == [7]

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(mqtt, "take", broken)
    arrive(line, sent(device), mid=9)
    assert line._client.published[1][1]["type"] == "urn:gridtown:signal_aside"


# ---- end to end ------------------------------------------------------------------------------------------


def named(user: str) -> Client:
    """A client that says a name to the broker."""
    client = Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(user, "secret")
    return client


class Town:
    """A gauge in a scratch installation, and a broker that may be ended and begun anew."""

    def __init__(self, scratch: Scratch, n: int) -> None:
        self.scratch = scratch
        self.pump, self.token = scratch.run("tests.programs.gauges", "prepare", str(n))[0].split()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"mqtt://town:secret@127.0.0.1:{self.port}"
        self.running: list[subprocess.Popen[Any]] = []

    def broker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.programs.broker", str(self.port)]
        started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.running.append(started)
        for _ in range(200):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return started
            time.sleep(0.05)
        raise AssertionError("the broker did not come up")

    def listener(self, module: str = "tests.programs.command", *args: str) -> subprocess.Popen[str]:
        """A listener that the broker has let in."""
        started = self.scratch.start(module, *(args or ("listen", "--url", self.url, "--lang", "en")))
        self.running.append(started)
        assert "Listening" in started.stdout.readline() or args
        return started

    def send(self, cm: int, *, raw: str = "", **more: Any) -> None:
        """What a device does: publish, until the broker has it."""
        said = {
            "token": self.token,
            "key": f"reading-{cm:04}",
            "reading": {"pump": int(self.pump), "cm": cm},
            **more,
        }
        client = named("gauge")
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        client.publish(TOPIC, raw or json.dumps(said), qos=1).wait_for_publish(10)
        client.disconnect()
        client.loop_stop()

    def aside(self, many: int) -> list[dict[str, Any]]:
        """What lies aside at the broker, for whoever comes later to look."""
        found: list[dict[str, Any]] = []
        client = named("gauge")
        client.on_message = lambda _, __, message: found.append(json.loads(message.payload))
        client.on_connect = lambda *_: client.subscribe("gridtown/+/+/refused/+", 1)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        until = time.monotonic() + 10
        while len(found) < many and time.monotonic() < until:
            time.sleep(0.05)
        client.disconnect()
        client.loop_stop()
        return sorted(found, key=lambda told: str(told["type"]))

    def seen(self, *readings: int) -> list[str]:
        """What the ledger tells, once it has so many readings."""
        wanted = " ".join(["readings", *map(str, readings)])
        for _ in range(20):
            said = self.scratch.run("tests.programs.gauges", "seen", self.pump)
            if len(said[0].split()) >= len(wanted.split()):
                break
        assert said[0] == wanted
        return said[1:]

    def close(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()


_nth = count(1)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """One installation for this module."""
    made = Scratch(Path(tmp_path_factory.mktemp("mqtt")))
    yield made
    made.close()


@pytest.fixture
def town(scratch: Scratch) -> Iterator[Town]:
    """A gauge of its own, and no broker yet."""
    made = Town(scratch, next(_nth))
    yield made
    made.close()


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_listener_and_broker_die(town: Town) -> None:
    broker = town.broker()
    first = town.listener()
    town.send(201)
    assert town.seen(201) == ["cases 1", "faults 0"]
    first.kill()
    first.wait()
    town.send(202)
    dying = town.listener("tests.programs.dying", town.url)
    assert dying.wait(20) == 9, "it had written the reading, and the broker did not hear of it"
    assert town.seen(201, 202) == ["cases 1", "faults 0"]
    town.send(203)
    last = town.listener()
    assert town.seen(201, 202, 203) == ["cases 1", "faults 0"]
    broker.kill()
    broker.wait()
    town.broker()
    assert "Listening" in last.stdout.readline(), "it has come back by itself"
    town.send(204)
    assert town.seen(201, 202, 203, 204) == ["cases 1", "faults 0"]
    last.send_signal(signal.SIGTERM)
    assert last.wait(10) == 0


@pytest.mark.slow
def test_what_cannot_be_taken_lies_at_the_broker_with_its_reason(town: Town) -> None:
    town.broker()
    town.listener()
    town.send(1, raw=f"{{not json {town.token}")
    town.send(2, token="gt_" + "x" * 43)
    town.send(3, reading={"cm": 300})
    town.send(205)
    assert town.seen(205) == ["cases 1", "faults 0"]
    told = town.aside(3)
    assert [one["type"].rsplit(":", 1)[1] for one in told] == ["form_invalid", "malformed", "no_such_token"]
    assert told[0]["fields"] == {"pump": "Required"}
    assert told[1]["sent"] == "{not json gt_…"
    assert town.token not in json.dumps(told)
