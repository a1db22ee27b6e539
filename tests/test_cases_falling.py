"""Time itself: warned once, escalated once, however often or late anybody looks; counted again by a new calendar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gridtown import town as towns
from gridtown.cases import actions, ledger, store
from gridtown.cases.actions import Point, falling, recounting
from gridtown.kernel.amounts import workdays
from gridtown.kernel.calendar import Calendar, MissingYear
from gridtown.kernel.told import Refused
from gridtown.people import snapshot as people
from gridtown.town import Town
from tests.conftest import NOON, RESIDENT, Here

SAID = {"description": "路灯不亮", "category": "street_light"}


def reported(here: Here, n: int = 1, now: datetime = NOON) -> list[int]:
    """Cases that a resident has just reported."""
    return [
        actions.report(
            line="appeals", kind="matter", answers=SAID, by=RESIDENT, now=now, key=f"r{n}-{now}", channel="qr",
            point=Point(*here.inside()),
        ).id
        for n in range(n)
    ]  # fmt: skip


def dispatched(here: Here) -> int:
    """A case on its way, with five working days to be dealt with."""
    case = reported(here)[0]
    actions.take(case=case, verb="dispatch", by=here.hats("dispatcher"), now=NOON, key="d", answers={})
    return case


def told(case: int) -> list[str]:
    """The verbs of a case's entries."""
    return [entry.verb for entry in store.entries_of(case)]


def row(case: int) -> store.Row:
    found = store.case_by("id", case)
    assert found is not None
    return found


def notices(case: int) -> list[tuple[str, str]]:
    """Who was told what, by the post's key."""
    rows = store.fetch("SELECT post_id, about FROM cases_notice WHERE case_id = %s ORDER BY id", [case])
    keys = {post.id: post.key for post in people.current().posts}
    return [(keys.get(post, ""), about) for post, about in rows]


def until_nothing(now: datetime, most: int = 500) -> int:
    """How many looks it takes."""
    looked = 0
    while n := actions.fall_due(now=now, most=most):
        looked += n
    return looked


def test_a_limit_warns_once_and_then_runs_out_once(pingyao: Here) -> None:
    [case] = reported(pingyao)
    assert until_nothing(NOON) == 0
    warned_at = row(case).next_at
    assert warned_at is not None
    assert actions.fall_due(now=warned_at) == 1
    assert actions.fall_due(now=warned_at) == 0
    assert told(case) == ["report", "warn"]
    over = row(case).next_at
    assert over is not None
    assert row(case).due == over - timedelta(seconds=1)
    assert actions.fall_due(now=over - timedelta(seconds=1)) == 0
    assert actions.fall_due(now=over) == 1
    assert told(case) == ["report", "warn", "expire"]
    assert row(case).level == "big"
    assert row(case).next_at is None
    desk = "village-330110110001-receiver"
    assert notices(case) == [
        (desk, "arrived"), (desk, "warned"), (desk, "overdue"), ("area-1-supervisor", "escalated"),
    ]  # fmt: skip
    assert not ledger.verify().faults


def test_after_a_days_outage_an_expiry_stands_without_its_warning(pingyao: Here) -> None:
    cases = reported(pingyao, 7)
    assert until_nothing(NOON + timedelta(days=1), most=3) == 7
    assert {tuple(told(case)) for case in cases} == {("report", "expire")}
    assert until_nothing(NOON + timedelta(days=1)) == 0


def test_two_tickers_at_once_write_everything_once(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = reported(pingyao, 5)
    late, looks = NOON + timedelta(days=2), falling._look
    other: list[int] = []

    def between(town: Town, case: int, now: datetime) -> None:
        if not other:
            other.append(0)  # the other ticker does all of it while this one holds its list
            other[0] = actions.fall_due(now=now)
        looks(town, case, now)

    monkeypatch.setattr(falling, "_look", between)
    assert actions.fall_due(now=late) == 5
    assert other == [5]
    assert {tuple(told(case)) for case in cases} == {("report", "expire")}


def test_one_bad_case_holds_up_no_other(pingyao: Here, caplog: pytest.LogCaptureFixture) -> None:
    bad, *good = reported(pingyao, 4)
    store.execute("UPDATE cases_case SET clocks = %s WHERE id = %s", ["nonsense", bad])
    assert until_nothing(NOON + timedelta(days=1), most=2) == 3
    assert f"case {bad} could not be judged" in caplog.text
    assert {tuple(told(case)) for case in good} == {("report", "expire")}
    assert told(bad) == ["report"]


def test_a_line_that_is_gone_holds_up_no_other(pingyao: Here) -> None:
    gone, good = reported(pingyao, 2)
    store.execute("UPDATE cases_case SET line = %s WHERE id = %s", ["vanished", gone])
    assert until_nothing(NOON + timedelta(days=1)) == 1
    assert told(good)[-1] == "expire"


def test_a_look_that_came_too_early_is_put_right_without_an_entry(pingyao: Here) -> None:
    [case] = reported(pingyao)
    right = row(case).next_at
    store.execute("UPDATE cases_case SET next_at = %s WHERE id = %s", [store.moment_in(NOON), case])
    assert actions.fall_due(now=NOON) == 1
    assert row(case).next_at == right
    assert told(case) == ["report"]
    assert not ledger.verify().faults


def test_supervision_that_runs_out_does_not_touch_the_first_limit(pingyao: Here) -> None:
    case = dispatched(pingyao)
    promised = row(case).due
    by_when = (NOON + timedelta(hours=3)).isoformat()
    actions.take(
        case=case, verb="supervise", by=pingyao.hats("supervisor"), now=NOON, key="s",
        answers={"by_when": by_when, "reason": "居民多次反映"},
    )  # fmt: skip
    assert row(case).due == NOON + timedelta(hours=3)
    until_nothing(NOON + timedelta(hours=4))
    assert told(case)[-1] == "expire"
    assert row(case).supervised
    clocks = store.fetch("SELECT clocks FROM cases_case WHERE id = %s", [case])[0][0]
    assert promised is not None
    assert str(int(promised.timestamp())) in str(clocks)


# ---- another calendar ---------------------------------------------------------------------------


def with_off(days: Calendar, *off: date) -> Calendar:
    """The calendar with more days off."""
    years = {
        year: set(known) | {day for day in off if day.year == year} for year, known in days.years.items()
    }
    return Calendar({year: frozenset(known) for year, known in years.items()}, days.office, days.zone)


@pytest.fixture
def under(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> Callable[[Calendar], None]:
    """Lets the town have another calendar from now on."""

    def change(calendar: Calendar) -> None:
        changed = replace(pingyao.town, calendar=calendar)
        monkeypatch.setattr(towns, "current", lambda: changed)

    return change


def test_a_new_holiday_moves_due_times_once(pingyao: Here, under: Any) -> None:
    case, now = dispatched(pingyao), NOON + timedelta(hours=1)
    plain, before = pingyao.town.calendar, row(case).due
    assert before is not None
    assert actions.recount(now=now).moved == 0
    under(with_off(plain, date(2026, 3, 4)))
    assert not recounting.counted(towns.current())
    done = actions.recount(now=now)
    assert (done.looked, done.moved, done.failed) == (1, 1, 0)
    assert row(case).due == before + timedelta(days=1)  # a Monday, so no weekend comes in between
    assert told(case)[-1] == "recount"
    assert notices(case)[-1][1] == "recounted"
    assert recounting.counted(towns.current())
    again = actions.recount(now=now)
    assert (again.looked, again.moved) == (1, 0)
    under(plain)
    assert actions.recount(now=now + timedelta(hours=1)).moved == 1
    assert row(case).due == before
    under(with_off(plain, date(2026, 3, 4)))
    assert actions.recount(now=now + timedelta(hours=2)).moved == 1
    assert not ledger.verify().faults


def test_what_people_were_told_after_an_extension_stays(pingyao: Here, under: Any) -> None:
    case = dispatched(pingyao)
    actions.take(
        case=case,
        verb="extend",
        by=pingyao.hats("supervisor"),
        now=NOON,
        key="x",
        answers={"reason": "要等材料"},
    )
    before = row(case).due
    under(with_off(pingyao.town.calendar, date(2026, 3, 4)))
    assert actions.recount(now=NOON).moved == 0
    assert row(case).due == before


def test_a_calendar_that_ends_too_early_refuses_in_the_users_words(pingyao: Here, under: Any) -> None:
    years = {year: off for year, off in pingyao.town.calendar.years.items() if year < 2026}
    under(Calendar(years))
    with pytest.raises(Refused, match="2026") as error:
        reported(pingyao)
    assert isinstance(error.value, MissingYear)
    said = towns.current().say(f"refusal.{error.value.key}", "zh", **error.value.params)
    assert "2026" in said
    assert store.fetch("SELECT count(*) FROM cases_case", []) == [(0,)]


def test_a_shorter_calendar_leaves_cases_as_they_are_and_says_so(pingyao: Here, under: Any) -> None:
    case = dispatched(pingyao)
    before = row(case)
    under(Calendar({year: off for year, off in pingyao.town.calendar.years.items() if year < 2026}))
    assert actions.recount(now=NOON).failed == 1
    assert row(case) == before
    assert not recounting.counted(towns.current())


def test_every_day_off_is_in_the_digest(pingyao: Here) -> None:
    plain = pingyao.town.calendar
    assert recounting.calendar_digest(plain) == recounting.calendar_digest(with_off(plain))
    assert recounting.calendar_digest(plain) != recounting.calendar_digest(with_off(plain, date(2026, 3, 4)))
    assert workdays(1)


# ---- handing over -------------------------------------------------------------------------------


def test_handing_over_a_post_moves_its_queue_since_it_waits_on_the_post(pingyao: Here) -> None:
    cases = reported(pingyao, 3)
    held = people.current().by_id(row(cases[0]).holder_id or 0)
    assert held is not None
    [old], [new] = held.holders, pingyao.post("admin").holders
    asked: dict[str, Any] = {
        "post": held.key,
        "to": new,
        "by": pingyao.hats("admin"),
        "now": NOON,
        "key": "h",
    }
    done = actions.hand_over(**asked)
    assert done is not None
    assert (done.before, done.after) == ((old,), (new,))
    assert held.key in {hat.post for hat in people.current().hats(new)}
    assert held.key not in {hat.post for hat in people.current().hats(old)}
    assert {row(case).holder_id for case in cases} == {held.id}
    actions.take(case=cases[0], verb="accept", by=people.current().hats(new), now=NOON, key="a")
    with pytest.raises(Refused, match="not_found"):
        actions.take(case=cases[1], verb="accept", by=people.current().hats(old), now=NOON, key="b")
    assert actions.hand_over(**asked) is None
    assert not ledger.verify().faults


@pytest.mark.parametrize(("who", "why"), [("receiver", "may_not"), ("admin", "no_such_post")])
def test_handing_over_is_refused(pingyao: Here, who: str, why: str) -> None:
    to = pingyao.post("verifier").holders[0]
    with pytest.raises(Refused, match=why):
        actions.hand_over(
            post="receiver" if why == "may_not" else "nobody", to=to, by=pingyao.hats(who), now=NOON, key="h"
        )
    assert store.fetch("SELECT count(*) FROM cases_entry", []) == [(0,)]
