"""The ticker and what it does beside limits: duties once a period, failures held apart, safe twice and late."""

from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.core.management import call_command

from gridtown.cases import actions, ledger, queries, store
from gridtown.cases.actions import Point
from gridtown.cases.models import Seal
from gridtown.dispatch import duties, notices, room, ticker
from gridtown.dispatch.models import Mark
from gridtown.kernel.amounts import days, hours
from gridtown.kernel.recurring import read_span, span_at
from gridtown.people import roster
from gridtown.people import snapshot as people
from gridtown.people.scope import Scope
from tests.conftest import NOON, RESIDENT, Here

GRID = "330110110001001"


def a_route(here: Here, n: int, place: str = GRID) -> int:
    said = {"name": f"路线 {n}", "kind": "streets"}
    return actions.keep(
        line="patrol",
        register="route",
        answers=said,
        by=here.hats("admin"),
        now=NOON,
        key=f"route{n}",
        place=place,
    )


def rounds() -> Any:
    return queries.listing(
        scope=Scope.everything(), now=NOON, filters=queries.Filters(line="patrol", kind="round"), size=200
    ).rows


@pytest.mark.parametrize(
    ("every", "at", "named"),
    [
        ("day", datetime(2026, 3, 1, 15, 59, tzinfo=UTC), "2026-03-01"),
        ("day", datetime(2026, 3, 1, 16, 0, tzinfo=UTC), "2026-03-02"),
        ("week", datetime(2026, 3, 1, 15, 59, tzinfo=UTC), "2026-W09"),
        ("week", datetime(2026, 3, 1, 16, 0, tzinfo=UTC), "2026-W10"),
        ("week", datetime(2027, 1, 1, 4, 0, tzinfo=UTC), "2026-W53"),
        ("month", datetime(2026, 3, 31, 16, 0, tzinfo=UTC), "2026-04"),
        ("quarter", datetime(2026, 3, 31, 16, 0, tzinfo=UTC), "2026-Q2"),
        ("year", datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027"),
    ],
)
def test_periods_are_the_towns_own_days(pingyao: Here, every: Any, at: datetime, named: str) -> None:
    assert span_at(every, at, pingyao.town.zone).key == named


@pytest.mark.parametrize("every", [days(10), hours(36)])
def test_a_period_of_an_amount_is_as_long_as_it_says(pingyao: Here, every: Any) -> None:
    step = timedelta(hours=12)
    named = [span_at(every, NOON + n * step, pingyao.town.zone).key for n in range(200)]
    lengths = [named.count(name) for name in dict.fromkeys(named)][1:-1]
    assert set(lengths) == {every.n * (2 if every == days(10) else 1 / 12)}


@pytest.mark.parametrize("every", ["day", "week", "month", "quarter", "year", days(10), hours(36)])
def test_a_period_is_read_again_from_its_key(pingyao: Here, every: Any) -> None:
    span = span_at(every, NOON, pingyao.town.zone)
    assert span.since <= NOON < span.until
    assert read_span(span.key, pingyao.town.zone) == span
    assert span_at(every, span.until, pingyao.town.zone).since == span.until


def test_every_record_owes_one_case_a_period_held_by_who_owes_it(pingyao: Here) -> None:
    records = [a_route(pingyao, n) for n in range(3)] + [a_route(pingyao, 9, "330110110201001")]
    assert duties.open_owed(now=NOON) == 4
    assert duties.open_owed(now=NOON + timedelta(days=6)) == 0
    found = rounds()
    assert {case.title for case in found} == {"路线 0", "路线 1", "路线 2", "路线 9"}
    for case in found:
        post = people.current().by_id(case.holder_id or 0)
        assert post is not None
        assert "patroller" in post.roles
        assert case.channel == "duty"
    [grid] = {case.holder_id for case in found if case.place == GRID}
    assert people.current().by_id(grid).place == GRID
    behind = queries.listing(scope=Scope.everything(), now=NOON, filters=queries.Filters(record=records[0]))
    assert [case.title for case in behind.rows] == ["路线 0"]
    assert duties.open_owed(now=NOON + timedelta(days=7)) == 4
    assert not ledger.verify().faults


def test_a_record_that_is_retired_owes_nothing_more(pingyao: Here) -> None:
    record = a_route(pingyao, 1)
    duties.open_owed(now=NOON)
    actions.retire(record=record, reason="路已改道", by=pingyao.hats("admin"), now=NOON, key="r")
    assert duties.open_owed(now=NOON + timedelta(days=7)) == 0


def test_a_record_at_a_place_that_is_gone_holds_up_no_other(
    pingyao: Here, caplog: pytest.LogCaptureFixture
) -> None:
    lost = a_route(pingyao, 1, "330110110999")
    a_route(pingyao, 2)
    assert duties.open_owed(now=NOON) == 1
    assert f"record {lost} could not be opened" in caplog.text


def reported(here: Here, n: int, now: datetime = NOON, key: str = "r") -> None:
    for i in range(n):
        actions.report(
            line="appeals", kind="matter", answers={"description": "路灯不亮"}, by=RESIDENT, now=now, key=f"{key}{i}",
            channel="qr", point=Point(*here.inside()),
        )  # fmt: skip


@pytest.mark.slow
def test_a_tick_does_everything_once(pingyao: Here) -> None:
    reported(pingyao, 3)
    a_route(pingyao, 1)
    later = NOON + timedelta(days=1)
    done = ticker.tick(later)
    assert (done.looked, done.opened, done.sealed, done.failed) == (3, 1, 1, ())
    again = ticker.tick(later)
    assert (again.looked, again.opened, again.sealed, again.recounted, again.failed) == (0, 0, 0, 0, ())
    assert Seal.objects.count() == 1
    assert Mark.objects.get(key="ticker").at == later
    assert not ledger.verify().faults


def test_a_seal_holds_when_imported_entries_of_the_past_came_in_between(pingyao: Here) -> None:
    past = NOON - timedelta(days=3)
    reported(pingyao, 2, past, "before")
    reported(pingyao, 2, NOON, "today")
    reported(pingyao, 2, past, "after")
    assert ledger.seal_days(now=NOON) == 1
    assert Seal.objects.get().count == 2
    assert not ledger.verify().faults
    assert ledger.seal_days(now=NOON + timedelta(days=1)) == 1
    assert [seal.count for seal in Seal.objects.order_by("first_entry")] == [2, 4]
    assert not ledger.verify().faults


def test_what_fails_is_named_and_the_rest_goes_on(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    reported(pingyao, 2)

    def broken(**_: Any) -> None:
        raise RuntimeError("made to fail")

    monkeypatch.setattr(duties, "open_owed", broken)
    monkeypatch.setattr(notices, "send_out", broken)
    done = ticker.tick(NOON + timedelta(days=1))
    assert done.failed == ("duties", "notices")
    assert (done.looked, done.sealed) == (2, 1)


def test_it_ticks_on_after_a_tick_that_failed(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, moments = Event(), []

    def tick(now: datetime) -> ticker.Ticked:
        moments.append(now)
        if len(moments) == 3:
            stop.set()
        if len(moments) == 1:
            raise RuntimeError("made to fail")
        return ticker.Ticked(failed=("duties",) if len(moments) == 2 else ())

    monkeypatch.setattr(ticker, "tick", tick)
    monkeypatch.setattr(ticker, "close_old_connections", lambda: None)
    ticker.run(stop, 0, clock=lambda: NOON)
    assert moments == [NOON] * 3


def test_the_command_says_what_a_tick_did(pingyao: Here, capsys: pytest.CaptureFixture[str]) -> None:
    reported(pingyao, 1)
    call_command("tick", "--once")
    assert "1 cases looked at" in capsys.readouterr().out
    call_command("recount")
    assert "0 due times moved" in capsys.readouterr().out


def test_whom_to_call_comes_from_the_roster_else_from_the_post(pingyao: Here) -> None:
    officer = pingyao.post("duty-officer")
    calls = room.on_duty_now(place=pingyao.town.code, now=NOON)
    assert {call.post.key for call in calls} == {"duty-officer"}
    assert len(calls) == len(officer.holders)
    person = officer.holders[0]
    end = NOON + timedelta(hours=8)
    roster.put(place=pingyao.town.code, post=officer.id, account=person, start=NOON, end=end)
    [call] = room.on_duty_now(place=pingyao.town.code, now=NOON)
    account = people.current().account(person)
    assert account is not None
    assert (call.person, call.until) == (account.display, end)
    assert room.on_duty_now(place=f"{pingyao.town.code}001", now=NOON) == (call,), (
        "a village asks the town's roster"
    )
    assert len(room.on_duty_now(place=pingyao.town.code, now=end)) == len(officer.holders)
    assert store.fetch("SELECT count(*) FROM cases_entry", []) == [(0,)], "nobody is clocked in"
