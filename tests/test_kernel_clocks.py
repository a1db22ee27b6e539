"""Limits and clocks: they start, stand still, run on and stop as declared, and no pause loses time."""

import json
import sys
import time as stopwatch
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gridtown.kernel.calendar import CHINA, read_calendar
from gridtown.kernel.clocks import (
    Amount,
    Clock,
    ClockRefused,
    Extension,
    Limit,
    Unit,
    days,
    due,
    dump,
    earliest,
    extend,
    fallen,
    hours,
    late,
    left,
    load,
    mark,
    next_look,
    pressing,
    recompute,
    step,
    work_hours,
    workdays,
)
from gridtown.kernel.clocks import (
    start as start_clock,
)

TABLE = Path(__file__).parents[1] / "towns" / "pingyao" / "calendar.toml"
CAL = read_calendar(tomllib.loads(TABLE.read_text(encoding="utf-8")))
BASIS = "a notice of the town"

# Far enough from the last known year that no drawn amount runs out of it.
moments = st.integers(1_640_995_200, 1_780_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds + 0.25, UTC)
)
# This machine may be busy: an example has no deadline of its own.
PROPERTY = settings(deadline=None, max_examples=60)
numbers = st.integers(1, 60)
amounts = st.builds(Amount, numbers, st.sampled_from(Unit))


def at(text: str) -> datetime:
    """A moment in the town's local time."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def local(moment: datetime) -> str:
    assert moment.utcoffset() == timedelta(0), "moments are given back in UTC"
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


# ---- clocks -----------------------------------------------------------------------------------------

FINISH = Limit(
    "accepted dispatched",
    workdays(5),
    BASIS,
    key="finish",
    pauses_in="waiting",
    grades={"hard": workdays(15)},
    grade_by="level",
    extend=Extension("head", workdays(10)),
)
ANSWER = Limit("reported", work_hours(2), BASIS)
LIMITS = (ANSWER, FINISH)


def walk(*moves, limits=LIMITS, level=None, clocks=None, calendar=CAL):
    """The clocks after moves told as (moment, state)."""
    clocks = clocks or {}
    for when, to in moves:
        clocks = step(
            clocks,
            limits,
            to=to,
            ended=to == "closed",
            now=at(when),
            grade_of={"level": level}.get,
            calendar=calendar,
        )
    return clocks


def test_a_clock_starts_on_entering_runs_on_across_its_states_and_stops_on_leaving():
    reported = walk(("2023-03-01 09:00", "reported"))
    assert list(reported) == ["reported"]
    assert local(reported["reported"].due) == "2023-03-01 11:00:00"
    accepted = walk(("2023-03-01 10:00", "accepted"), clocks=reported)
    assert list(accepted) == ["finish"]
    dispatched = walk(("2023-03-02 10:00", "dispatched"), clocks=accepted)
    assert dispatched == accepted
    assert walk(("2023-03-03 10:00", "elsewhere"), clocks=dispatched) == {}
    assert walk(("2023-03-03 10:00", "closed"), clocks=dispatched) == {}


def test_coming_back_starts_anew():
    clocks = walk(
        ("2023-03-01 09:00", "accepted"), ("2023-03-02 09:00", "cleared"), ("2023-03-06 09:00", "accepted")
    )
    assert local(clocks["finish"].start) == "2023-03-06 09:00:00"
    assert local(clocks["finish"].due) == "2023-03-13 23:59:59"


def test_a_case_that_ends_in_a_limited_state_has_no_clock():
    assert (
        step({}, LIMITS, to="accepted", ended=True, now=at("2023-03-01 09:00"), grade_of={}.get, calendar=CAL)
        == {}
    )


def test_the_grade_picks_the_amount():
    assert walk(("2023-03-01 09:00", "accepted"), level="hard")["finish"].amount == workdays(15)
    assert walk(("2023-03-01 09:00", "accepted"), level="small")["finish"].amount == workdays(5)
    assert walk(("2023-03-01 09:00", "accepted"))["finish"].amount == workdays(5)


def test_a_clock_stands_still_in_a_pausing_state_and_runs_on_after():
    waiting = walk(("2023-03-01 09:00", "accepted"), ("2023-03-03 09:00", "waiting"))["finish"]
    assert (waiting.due, waiting.left) == (None, 3)
    assert not late(waiting, at("2024-01-01 09:00"))
    still = walk(("2023-03-09 09:00", "waiting"), clocks={"finish": waiting})
    assert still == {"finish": waiting}
    back = walk(("2023-03-20 09:00", "dispatched"), clocks=still)["finish"]
    assert local(back.due) == "2023-03-23 23:59:59"
    assert (back.left, back.paused, local(back.start)) == (None, None, "2023-03-01 09:00:00")
    # Standing still for 17 days moves the warning by 17 days.
    assert back.run - back.start == timedelta(days=17)


def test_a_pausing_state_starts_nothing():
    assert walk(("2023-03-01 09:00", "waiting")) == {}


def test_a_clock_that_has_run_out_cannot_be_paused_away():
    clocks = walk(("2023-03-01 09:00", "accepted"), ("2023-03-09 09:00", "waiting"))
    assert late(clocks["finish"], at("2023-03-09 09:00"))
    assert local(earliest(clocks)) == "2023-03-08 23:59:59"


def test_a_clock_may_stand_still_before_the_first_known_workday():
    limit = Limit("open", work_hours(1), BASIS, pauses_in="waiting")
    clocks = walk(
        ("2022-01-01 08:00", "open"),
        ("2022-01-01 09:00", "waiting"),
        ("2022-01-01 10:00", "open"),
        limits=[limit],
    )
    assert local(clocks["open"].due) == "2022-01-04 09:30:00"


def test_days_that_do_not_roll_still_do_not_after_a_pause():
    limit = Limit("open", days(3, roll=False), BASIS, pauses_in="waiting", extend=Extension("head", days(1)))
    clocks = walk(
        ("2023-01-19 09:00", "open"),
        ("2023-01-19 10:00", "waiting"),
        ("2023-01-20 10:00", "open"),
        limits=[limit],
    )
    assert local(clocks["open"].due) == "2023-01-23 23:59:59"
    longer = extend(clocks, limit, at("2023-01-20 11:00"), CAL)
    assert local(longer["open"].due) == "2023-01-24 23:59:59"


def test_office_time_used_before_a_pause_counts_towards_the_warning_after():
    limit = Limit("open", work_hours(4), BASIS, pauses_in="waiting", warn=0.75)
    clocks = walk(
        ("2023-03-01 09:00", "open"),
        ("2023-03-01 11:00", "waiting"),
        ("2023-03-06 08:30", "open"),
        limits=[limit],
    )
    assert local(clocks["open"].due) == "2023-03-06 10:30:00"
    assert local(next_look(clocks, [limit], CAL)) == "2023-03-06 09:30:00"


@PROPERTY
@given(
    moments,
    st.sampled_from([hours(30), work_hours(9), workdays(4), days(12), days(12, roll=False)]),
    st.lists(st.tuples(st.sampled_from(["open", "waiting"]), st.integers(0, 200_000)), max_size=8),
)
def test_no_walk_loses_or_gains_time(start, amount, moves):
    """However often it stands still, a clock is due when its amount of running time is used up."""
    limit = Limit("open", amount, BASIS, pauses_in="waiting")
    clocks = step({}, [limit], to="open", ended=False, now=start, grade_of={}.get, calendar=CAL)
    now, state, ran = start.replace(microsecond=0), "open", 0
    for to, seconds in moves:
        later = now + timedelta(seconds=seconds)
        if state == "open":
            ran += CAL.work_between(now, later) if amount.unit is Unit.WORK_HOURS else seconds
        clocks = step(clocks, [limit], to=to, ended=False, now=later, grade_of={}.get, calendar=CAL)
        now, state = later, to
        clock = clocks["open"]
        assert clock == Clock.from_json(json.loads(json.dumps(clock.to_json())))
        assert (clock.due is None) == (clock.paused is not None) == (clock.left is not None)
        assume(not late(clock, now))
        if amount.unit in (Unit.HOURS, Unit.WORK_HOURS):
            remains = clock.left if clock.due is None else left(now, clock.due, amount.unit, CAL)
            assert remains == amount.seconds - ran
        if clock.due is not None:
            look = next_look(clocks, [limit], CAL)
            assert clock.start < look <= clock.due + timedelta(seconds=1)


def test_lateness_is_counted_in_whole_seconds():
    clock = start_clock(workdays(1), at("2023-03-01 09:00"), CAL)
    assert not late(clock, at("2023-03-02 23:59:59.999999"))
    assert late(clock, at("2023-03-03 00:00:00"))


# ---- extension ---------------------------------------------------------------------------------------


def test_a_clock_is_extended_once_and_warns_again():
    before = mark(walk(("2023-03-01 09:00", "accepted")), "finish", warned=True)
    after = extend(before, FINISH, at("2023-03-07 09:00"), CAL)["finish"]
    assert local(after.due) == "2023-03-22 23:59:59"
    assert (after.extended, after.warned, after.amount) == (1, False, workdays(15))
    assert local(before["finish"].due) == "2023-03-08 23:59:59"
    with pytest.raises(ClockRefused) as told:
        extend({"finish": after}, FINISH, at("2023-03-08 09:00"), CAL)
    assert (told.value.key, told.value.limit) == ("extension_used", "finish")


def test_a_smaller_extension_may_be_given():
    clocks = walk(("2023-03-01 09:00", "accepted"))
    assert (
        local(extend(clocks, FINISH, at("2023-03-02 09:00"), CAL, workdays(1))["finish"].due)
        == "2023-03-09 23:59:59"
    )


def test_a_clock_that_stands_still_is_extended_in_what_it_has_left():
    waiting = walk(("2023-03-01 09:00", "accepted"), ("2023-03-03 09:00", "waiting"))
    longer = extend(waiting, FINISH, at("2023-03-04 09:00"), CAL)
    assert longer["finish"].left == 13
    assert (
        local(walk(("2023-03-06 09:00", "dispatched"), clocks=longer)["finish"].due) == "2023-03-23 23:59:59"
    )


def test_an_extension_after_a_pause_runs_from_the_due_time():
    clocks = walk(
        ("2023-03-01 09:00", "accepted"), ("2023-03-03 09:00", "waiting"), ("2023-03-06 09:00", "dispatched")
    )
    assert local(clocks["finish"].due) == "2023-03-09 23:59:59"
    assert local(extend(clocks, FINISH, at("2023-03-07 09:00"), CAL)["finish"].due) == "2023-03-23 23:59:59"


def test_rolling_off_a_holiday_does_not_lengthen_an_extended_term():
    limit = Limit("open", days(1), BASIS, extend=Extension("head", days(10)))
    clocks = walk(("2023-01-20 09:00", "open"), limits=[limit])
    assert local(clocks["open"].due) == "2023-01-28 23:59:59"
    assert local(extend(clocks, limit, at("2023-01-20 10:00"), CAL)["open"].due) == "2023-01-31 23:59:59"


@pytest.mark.parametrize(
    ("limit", "when", "amount", "key"),
    [
        (ANSWER, "2023-03-02 09:00", None, "extension_not_allowed"),
        (FINISH, "2023-03-09 00:00", None, "clock_over"),
        (FINISH, "2023-03-02 09:00", workdays(11), "extension_too_long"),
        (FINISH, "2023-03-02 09:00", days(3), "extension_other_unit"),
        (
            Limit("x", days(1), BASIS, extend=Extension("head", days(1))),
            "2023-03-02 09:00",
            None,
            "clock_not_running",
        ),
    ],
)
def test_an_extension_is_refused_for_a_reason(limit, when, amount, key):
    clocks = walk(("2023-03-01 09:00", "accepted"))
    with pytest.raises(ClockRefused) as told:
        extend(clocks, limit, at(when), CAL, amount)
    assert told.value.key == key


# ---- looking, marking, computing again ------------------------------------------------------------------


def test_a_clock_is_looked_at_for_its_warning_then_for_its_end_then_no_more():
    clocks = walk(("2023-03-01 09:00", "reported"))
    look = next_look(clocks, LIMITS, CAL)
    assert local(look) == "2023-03-01 10:30:00"
    assert fallen(clocks, LIMITS, look - timedelta(seconds=1), CAL) == []
    assert fallen(clocks, LIMITS, look, CAL) == [(ANSWER, "warn")]
    clocks = mark(clocks, "reported", warned=True)
    assert fallen(clocks, LIMITS, look, CAL) == []
    look = next_look(clocks, LIMITS, CAL)
    assert local(look) == "2023-03-01 11:00:01"
    assert fallen(clocks, LIMITS, look, CAL) == [(ANSWER, "expire")]
    clocks = mark(clocks, "reported", expired=True)
    assert clocks["reported"].warned
    assert next_look(clocks, LIMITS, CAL) is None
    assert fallen(clocks, LIMITS, at("2024-01-01 00:00"), CAL) == []


def test_after_an_outage_an_expiry_stands_without_its_warning():
    clocks = walk(("2023-03-01 09:00", "reported"))
    assert fallen(clocks, LIMITS, at("2023-03-03 09:00"), CAL) == [(ANSWER, "expire")]


def test_nothing_is_looked_for_while_a_clock_stands_still():
    clocks = walk(("2023-03-01 09:00", "accepted"), ("2023-03-02 09:00", "waiting"))
    assert next_look(clocks, LIMITS, CAL) is None
    assert fallen(clocks, LIMITS, at("2024-01-01 00:00"), CAL) == []
    assert earliest(clocks) is None
    assert pressing(clocks) is None


def test_the_first_due_time_is_the_pressing_one():
    long = Limit("reported", workdays(5), BASIS, key="all")
    clocks = walk(("2023-03-01 09:00", "reported"), limits=(long, ANSWER))
    assert pressing(clocks) == "reported"
    assert earliest(clocks) == clocks["reported"].due
    assert pressing({}) is None


def test_marking_a_clock_that_does_not_run_is_refused():
    with pytest.raises(ClockRefused, match="clock_not_running"):
        mark({}, "finish", warned=True)


def test_a_changed_calendar_moves_clocks_that_simply_run():
    clock = walk(("2023-03-01 09:00", "accepted"))["finish"]
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    table["years"]["2023"]["holidays"].append("2023-03-02")
    changed = read_calendar(table)
    assert local(recompute(clock, changed).due) == "2023-03-09 23:59:59"
    assert recompute(clock, CAL) == clock
    waiting = walk(("2023-03-03 09:00", "waiting"), clocks={"finish": clock})["finish"]
    resumed = walk(("2023-03-06 09:00", "accepted"), clocks={"finish": waiting})["finish"]
    extended = extend({"finish": clock}, FINISH, at("2023-03-02 09:00"), CAL)["finish"]
    expired = mark({"finish": clock}, "finish", expired=True)["finish"]
    for kept in (waiting, resumed, extended, expired):
        assert recompute(kept, changed) == kept


def test_clocks_are_kept_as_small_json():
    clocks = walk(("2023-03-01 09:00", "accepted"))
    text = json.dumps(dump(clocks), separators=(",", ":"))
    assert text == '{"finish":{"s":1677632400,"n":5,"u":"w","d":1678291199}}'
    assert load(json.loads(text)) == clocks


@PROPERTY
@given(
    moments, st.builds(Amount, numbers, st.sampled_from(Unit), st.booleans()), st.booleans(), st.booleans()
)
def test_what_is_written_is_read_back(start, amount, warned, expired):
    clocks = mark({"a": start_clock(amount, start, CAL)}, "a", warned=warned, expired=expired)
    assert load(json.loads(json.dumps(dump(clocks)))) == clocks


def test_what_a_due_date_costs(capsys):
    """Printed, not asserted: a due date is computed on every report."""
    start, clocks = at("2023-01-20 10:00"), walk(("2023-03-01 09:00", "accepted"))
    said = dump(clocks)
    jobs = {
        str(amount): lambda amount=amount: due(start, amount, CAL)
        for amount in (hours(2), work_hours(4), workdays(5), days(60))
    }
    jobs["step"] = lambda: walk(("2023-03-01 09:00", "accepted"))
    jobs["next_look"] = lambda: next_look(clocks, LIMITS, CAL)
    jobs["dump"] = lambda: dump(clocks)
    jobs["load"] = lambda: load(said)
    lines = []
    for name, job in jobs.items():
        job()
        begun = stopwatch.perf_counter()
        for _ in range(1000):
            job()
        lines.append(f"{name} {(stopwatch.perf_counter() - begun) * 1000:.1f} µs")
    with capsys.disabled():
        sys.stdout.write("\n  clocks: " + ", ".join(lines) + "\n")
