"""Group robots: the documented forms, captured by a server on this machine; retried, no floods, nothing personal."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gridtown.cases import actions, store
from gridtown.cases.actions import Point
from gridtown.dispatch import hooks, notices
from gridtown.dispatch.hooks import Robot
from gridtown.dispatch.models import Mark, Message
from tests.conftest import NOON, RESIDENT, Here

pytestmark = pytest.mark.slow

SAID = {
    "description": "王小明家门口路灯不亮",
    "title": "王小明家门口",
    "category": "street_light",
    "contact_phone": "13800000000",
}


@dataclass
class Fake:
    """A robot's service: what it was sent, and what it answers."""

    port: int = 0
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answer: tuple[int, bytes] = (200, b'{"errcode":0,"errmsg":"ok"}')

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def fake() -> Iterator[Fake]:
    service = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/json"
            service.asked.append((self.path, json.loads(body)))
            code, said = service.answer
            self.send_response(code)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.port = server.server_port
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield service
    server.shutdown()
    server.server_close()
    thread.join()


def report(here: Here, key: str, **more: Any) -> actions.Receipt:
    said = {"answers": SAID, "point": Point(*here.inside()), **more}
    return actions.report(line="appeals", kind="matter", by=RESIDENT, now=NOON, key=key, channel="qr", **said)


def both(fake: Fake) -> tuple[Robot, Robot]:
    return (
        Robot("dingtalk", fake.url("/robot/send?access_token=t"), "SECabc"),
        Robot("wecom", fake.url("/cgi-bin/webhook/send?key=k")),
    )


def send(*robots: Robot, now: datetime = NOON) -> notices.Sent:
    return notices.send_out(now=now, robots=robots)


def test_each_robot_gets_its_own_documented_form(pingyao: Here, fake: Fake) -> None:
    robots = both(fake)
    assert send(*robots) == notices.Sent()  # from here on
    told = [report(pingyao, f"k{n}") for n in range(3)]
    done = send(*robots, now=NOON + timedelta(minutes=1))
    assert (done.taken, done.sent, done.waiting) == (3, 2, 0)
    (ding_path, ding), (wecom_path, wecom) = fake.asked
    asked = parse_qs(urlsplit(ding_path).query)
    assert asked["access_token"] == ["t"]
    millis = asked["timestamp"][0]
    assert abs(int(millis) / 1000 - datetime.now(UTC).timestamp()) < 60, (
        "the service compares it with its own clock"
    )
    code = hmac.new(b"SECabc", f"{millis}\nSECabc".encode(), hashlib.sha256).digest()
    assert asked["sign"] == [base64.b64encode(code).decode()]
    assert ding["msgtype"] == "markdown"
    assert set(ding["markdown"]) == {"title", "text"}
    assert "3" in ding["markdown"]["title"]
    assert wecom_path == "/cgi-bin/webhook/send?key=k"
    assert wecom == {"msgtype": "markdown", "markdown": {"content": ding["markdown"]["text"]}}
    for receipt in told:
        assert f"/case/{receipt.number})" in ding["markdown"]["text"]
    assert "路灯" in ding["markdown"]["text"]
    noted = store.fetch("SELECT sent_at IS NULL, tries FROM cases_notice WHERE post_id > 0", [])
    assert [(bool(unsent), tries) for unsent, tries in noted] == [(False, 2)] * 3
    assert send(*robots, now=NOON + timedelta(minutes=2)) == notices.Sent()
    assert len(fake.asked) == 2


def test_nothing_personal_leaves_the_house(pingyao: Here, fake: Fake) -> None:
    robots = both(fake)
    send(*robots)
    told = report(pingyao, "k")
    send(*robots)
    for _, body in fake.asked:
        said = json.dumps(body, ensure_ascii=False)
        assert told.number in said
        for private in ("王小明", "13800000000", told.secret, "门口"):
            assert private not in said


def test_a_confidential_matter_is_only_a_number(pingyao: Here) -> None:
    report(pingyao, "k")
    store.execute("UPDATE cases_case SET confidential = 3", [])
    [notice] = notices.telling.outgoing(after=0)
    _, text = notices.digest(pingyao.town, notice.post, [notice])
    assert notice.number in text
    assert "路灯" not in text
    assert "瓶窑" not in text.split("\n\n", 1)[1]


def test_what_was_not_taken_is_tried_again_later_and_later(pingyao: Here, fake: Fake) -> None:
    ding = both(fake)[0]
    send(ding)
    report(pingyao, "k")
    fake.answer = (200, b'{"errcode":310000,"errmsg":"sign not match"}')
    now, waits = NOON, []
    for _ in range(4):
        assert send(ding, now=now).waiting == 1
        message = Message.objects.get()
        assert message.next_at is not None
        waits.append(message.next_at - now)
        assert send(ding, now=message.next_at - timedelta(seconds=1)) == notices.Sent()
        now = message.next_at
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    fake.answer = (200, b'{"errcode":0}')
    assert send(ding, now=now).sent == 1
    assert send(ding, now=now + timedelta(hours=5)) == notices.Sent()
    assert store.fetch("SELECT tries FROM cases_notice WHERE post_id > 0", []) == [(5,)]


@pytest.mark.parametrize("answer", [(500, b""), (200, b"<html>"), (200, b"[]"), (302, b"")])
def test_any_strange_answer_means_unsent(pingyao: Here, fake: Fake, answer: tuple[int, bytes]) -> None:
    wecom = both(fake)[1]
    send(wecom)
    report(pingyao, "k")
    fake.answer = answer
    assert send(wecom).waiting == 1
    assert Message.objects.get().sent_at is None


def test_a_robot_that_cannot_be_reached_is_left_alone_for_this_run(pingyao: Here) -> None:
    dead = Robot("wecom", "http://127.0.0.1:9/send")
    send(dead)
    report(pingyao, "k")
    report(pingyao, "l", point=Point(*pingyao.inside("330110110201")))
    done = send(dead)
    assert (done.taken, done.sent, done.waiting) == (2, 0, 1)
    assert Message.objects.filter(tries=0).count() == Message.objects.count() - 1


def test_what_is_a_day_old_is_given_up(pingyao: Here) -> None:
    dead = Robot("wecom", "http://127.0.0.1:9/send")
    send(dead)
    report(pingyao, "k")
    send(dead)
    assert send(dead, now=NOON + timedelta(hours=25)).dropped == 1
    assert Message.objects.filter(next_at=None, sent_at=None).count() == 1


def test_with_no_robot_nothing_piles_up(pingyao: Here, fake: Fake) -> None:
    send()
    report(pingyao, "k")
    send()
    assert send(*both(fake)).taken == 0
    assert not fake.asked
    assert not Message.objects.exists()


def test_the_first_run_does_not_tell_the_past(pingyao: Here, fake: Fake) -> None:
    report(pingyao, "k")
    assert send(*both(fake)).taken == 0
    assert Mark.objects.get(key="outbox").value == notices.telling.newest_notice() > 0


def test_many_notices_make_one_message_that_fits(pingyao: Here, fake: Fake) -> None:
    wecom = both(fake)[1]
    send(wecom)
    for n in range(60):
        report(pingyao, f"k{n}")
    actions.fall_due(now=NOON + timedelta(days=2))
    send(wecom)
    posts = {body["markdown"]["content"].split("\n")[0] for _, body in fake.asked}
    assert len(posts) == len(fake.asked) == 2, "the receiver's and the supervisor's above"
    for _, body in fake.asked:
        text = body["markdown"]["content"]
        assert len(text.encode()) <= 4096
        assert "另有 50 件" in text
        assert "60 件" in text


def test_a_busy_hour_is_no_flood(pingyao: Here, fake: Fake) -> None:
    wecom = both(fake)[1]
    send(wecom)
    for n in range(24):  # two minutes of a ticker that looks every five seconds
        report(pingyao, f"k{n}")
        send(wecom, now=NOON + n * timedelta(seconds=5))
    assert len(fake.asked) == 1, "the first at once, the others together"
    send(wecom, now=NOON + timedelta(minutes=2))
    assert [body["markdown"]["content"].count("/case/") for _, body in fake.asked] == [1, 10]
    assert "另有 13 件" in fake.asked[1][1]["markdown"]["content"]


def test_a_robot_is_never_sent_more_than_it_takes_in_a_minute(pingyao: Here, fake: Fake) -> None:
    wecom = both(fake)[1]
    Message.objects.bulk_create(
        Message(robot="wecom", post_id=n, notices="[]", title="t", text="x", at=NOON, next_at=NOON)
        for n in range(40)
    )
    sent = [send(wecom, now=NOON + n * timedelta(seconds=5)).sent for n in range(30)]
    assert sum(sent) == len(fake.asked) == 40
    assert max(sum(sent[i : i + 12]) for i in range(len(sent))) <= 15


def test_a_crash_after_sending_sends_again_rather_than_never(
    pingyao: Here, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    wecom = both(fake)[1]
    send(wecom)
    report(pingyao, "k")
    real = hooks.send

    def crash(*args: Any) -> None:
        real(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(hooks, "send", crash)
    with pytest.raises(KeyboardInterrupt):
        send(wecom)
    monkeypatch.setattr(hooks, "send", real)
    assert send(wecom, now=NOON + timedelta(seconds=30)).sent == 0, "the claim of the dead one still holds"
    assert send(wecom, now=NOON + timedelta(minutes=3)).sent == 1
    assert len(fake.asked) == 2


def test_robots_come_from_the_environment_or_the_town(pingyao: Here) -> None:
    assert hooks.robots(pingyao.town, {}) == ()
    said = {"GRIDTOWN_DINGTALK_URL": "https://example.org/x", "GRIDTOWN_DINGTALK_SECRET": "s"}
    assert hooks.robots(pingyao.town, said) == (Robot("dingtalk", "https://example.org/x", "s"),)
    with pytest.raises(ValueError, match="https"):
        hooks.robots(pingyao.town, {"GRIDTOWN_WECOM_URL": "http://example.org/x"})
