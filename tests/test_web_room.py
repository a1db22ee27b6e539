"""The command room: what people do is seen on it, however much the system opens of itself."""

from collections.abc import Iterator

import pytest
from django.test import Client
from msgspec.structs import replace

from gridtown.api.front import as_line
from gridtown.api.live import Hub, Listener, Seat, as_json
from gridtown.cases import actions, queries
from gridtown.dispatch import duties
from gridtown.kernel.told import SYSTEM, Actor
from gridtown.people.scope import Scope
from tests import books
from tests.browsing import VILLAGE, client_of, reported
from tests.conftest import NOON, RESIDENT, Here

ADMIN = Actor("somebody", "a-post", frozenset({"admin"}), "330110110", clearance=2)


@pytest.fixture
def desk(pingyao: Here) -> Iterator[Here]:
    """A morning on which the first thing that comes is a report, and then what is owed on forty firms."""
    with books.kept():
        reported(pingyao, description="桥头路灯不亮")
        for n in range(40):
            actions.keep(
                line="books", register="firm", answers={"name": f"厂 {n}", "harm": 4}, by=ADMIN, now=NOON,
                key=f"firm:{n}", place=VILLAGE,
            )  # fmt: skip
        assert duties.open_owed(now=NOON) >= 40
        yield pingyao


def page(browser: Client, path: str) -> str:
    return browser.get(path, HTTP_ACCEPT_LANGUAGE="zh").content.decode()


def test_what_the_system_opened_of_itself_is_not_new_today_and_fills_no_feed(desk: Here) -> None:
    counts = queries.counts(scope=Scope.everything(), now=NOON)
    assert (counts["open"] > 40, counts["today"]) == (True, 1), "nobody brought what is owed again"
    feed = page(client_of(desk, "duty-officer"), "/room").split('id="feed"')[1]
    assert ("桥头路灯不亮" in feed, feed.count("<li")) == (True, 1)


def test_the_stream_of_the_room_leaves_it_out_and_that_of_programs_says_so(desk: Here) -> None:
    hub = Hub({"json": as_json, "html": as_line})
    seats = {form: Seat(Listener(1, Scope.everything(), form), 0) for form in ("json", "html")}
    _, events, cursor, frames, bars = hub._news(0, [seat.who for seat in seats.values()])
    for seat in seats.values():
        hub._hand(seat, events, frames, bars)
    missed = {form: hub._missed(seat.who, 0, cursor) for form, seat in seats.items()}
    hub.stop()
    assert len(seats["html"].waiting) == 1
    assert len(seats["json"].waiting) == len(events)
    assert b"".join(seats["json"].waiting).count(b'"owed":true') == len(events) - 1
    assert {seat.sent for seat in seats.values()} == {cursor}, "what is left out is behind the listener too"
    assert missed["html"] == [*seats["html"].waiting, b"id: %d\n\n" % cursor]


def test_a_warning_is_the_systems_too_and_is_told(desk: Here) -> None:
    (told,) = queries.latest(scope=Scope.everything(), place=VILLAGE, now=NOON, most=30)
    assert (told.title, told.owed) == ("桥头路灯不亮", False)
    assert "时限预警" in as_line(replace(told, verb="warn"), "zh")


def test_the_first_lines_of_the_room_are_those_that_its_stream_would_have_told(desk: Here) -> None:
    passed_on = Actor(SYSTEM, "", RESIDENT.roles | {SYSTEM}, "")  # as what an expiry opens
    said = {"description": "逾期未办,另行督办", "category": "street_light"}
    actions.report(
        line="appeals",
        kind="matter",
        answers=said,
        by=passed_on,
        now=NOON,
        key="late",
        channel="web",
        place=VILLAGE,
    )
    events, _ = queries.feed(scope=Scope.everything(), after=0, now=NOON, most=1000)
    streamed = [event.id for event in events if as_line(event, "zh")]
    first = queries.latest(scope=Scope.everything(), place=desk.town.code, now=NOON, most=1000)
    assert [event.id for event in reversed(first)] == streamed
    assert len(streamed) == 2, "the resident's, and what the system opened though nothing was owed"


def test_a_part_of_a_page_is_never_the_page_to_sign_in_at(pingyao: Here) -> None:
    stranger = client_of(pingyao)
    whole = stranger.get("/room")
    assert (whole.status_code, whole.headers["Location"]) == (302, "/signin?next=%2Froom")
    for asked in (stranger.get, stranger.post):
        part = asked("/case/AP2026-00001/accept", headers={"HX-Request": "true"})
        assert (part.status_code, "password" in part.content.decode()) == (401, False)
        assert "登录已失效" in part.content.decode()
