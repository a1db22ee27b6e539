"""Working days and clocks: what a promise in 工作日 means on a day, and that no pause loses time."""

import json
import sys
import time as stopwatch
import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gridtown.kernel.calendar import CHINA, Calendar, CalendarError, MissingYear, OfficeHours, read_calendar
from gridtown.kernel.clocks import (
    Amount,
    Clock,
    ClockRefused,
    Extension,
    Limit,
    Unit,
    at_share,
    begin,
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
    resume,
    step,
    work_hours,
    workdays,
)
from gridtown.people.calendar_seed import seed

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


# ---- the table ------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", range(2022, 2027))
def test_the_towns_table_agrees_day_by_day_with_the_published_holidays(year):
    day = date(year, 1, 1)
    while day.year == year:
        assert CAL.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(1)


def test_the_shipped_table_is_what_the_seed_writes():
    assert TABLE.read_text(encoding="utf-8") == seed(range(2022, 2027))


def test_the_seed_can_write_every_published_year():
    read = read_calendar(tomllib.loads(seed(range(2004, 2027))))
    wrong = [
        day
        for day in (date(2004, 1, 1) + timedelta(n) for n in range(23 * 365))
        if read.is_workday(day) != chinese_calendar.is_workday(day)
    ]
    assert not wrong


def test_the_seed_refuses_a_year_that_is_not_published():
    unknown = max(day.year for day in chinese_calendar.holidays) + 1
    with pytest.raises(MissingYear, match=str(unknown)):
        seed([unknown])


def test_a_year_without_a_table_is_an_error_that_says_what_to_do():
    assert CAL.covers(2026)
    assert not CAL.covers(2027)
    with pytest.raises(
        MissingYear, match=r"no table for 2027 \(it knows 2022 to 2026\): add \[years.2027\]"
    ) as told:
        CAL.is_workday(date(2027, 1, 4))
    assert told.value.year == 2027


@pytest.mark.parametrize(
    "ask",
    [
        lambda: due(at("2026-12-31 09:00"), workdays(1), CAL),
        lambda: due(at("2026-12-31 09:00"), days(1), CAL),
        lambda: due(at("2026-12-31 16:00"), work_hours(2), CAL),
        lambda: due(at("2027-01-04 09:00"), workdays(1), CAL),
        lambda: due(at("2021-12-31 09:00"), work_hours(1), CAL),
        lambda: CAL.add_workdays(date(2022, 1, 4), -1),
        lambda: CAL.next_workday(date(2027, 1, 1)),
        lambda: due(at("2023-01-01 09:00"), workdays(1), Calendar({})),
    ],
)
def test_running_past_the_known_years_is_an_error_not_a_guess(ask):
    with pytest.raises(MissingYear):
        ask()


def test_clock_hours_need_no_calendar():
    assert due(at("2030-01-01 00:00"), hours(2), Calendar({})) == at("2030-01-01 02:00")


def test_a_limit_may_end_on_the_last_known_workday():
    assert local(due(at("2026-12-31 15:30"), work_hours(2), CAL)) == "2026-12-31 17:30:00"
    assert local(due(at("2026-12-30 23:59"), workdays(1), CAL)) == "2026-12-31 23:59:59"


GOOD = {"source": "a notice", "holidays": ["2023-01-02"], "make_up_workdays": ["2023-01-28"]}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"holidays": ["2023-01-02", "2023-01-01..2023-01-03"]}, "2023-01-02 is listed twice"),
        ({"holidays": ["2024-01-02"]}, "2024-01-02 stands in the table of 2023"),
        ({"holidays": ["2023-01-28"]}, "both a holiday and a make-up"),
        ({"holidays": ["2023-01-05..2023-01-02"]}, "ends before it begins"),
        ({"holidays": ["2 January"]}, "not '2 January'"),
        ({"holidays": "2023-01-02"}, "a list"),
        ({"holidays": [3]}, "in quotes"),
        ({"make_up_workdays": ["2023-01-27"]}, "2023-01-27 is no weekend"),
        ({"source": " "}, "must name the notice"),
        ({"comment": "x"}, "exactly holidays, make_up_workdays, source"),
    ],
)
def test_a_wrong_table_is_refused_in_words(table, words):
    with pytest.raises(CalendarError, match=words):
        read_calendar({"years": {"2023": GOOD | table}})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "needs tables"),
        ({"years": {"next": GOOD}}, "'next' is no year"),
        ({"years": {"2023": GOOD}, "zone": "Asia/Nowhere"}, "no time zone"),
        ({"years": {"2023": GOOD}, "office": "9 to 5"}, "office hours are written like"),
        ({"years": {"2023": GOOD}, "hours": "24"}, "does not know hours"),
    ],
)
def test_a_wrong_file_is_refused_in_words(data, words):
    with pytest.raises(CalendarError, match=words):
        read_calendar(data)


def test_years_with_a_gap_between_them_are_refused():
    with pytest.raises(MissingYear, match="2023"):
        Calendar({2022: frozenset(), 2024: frozenset()})


def test_a_town_may_keep_other_office_hours_and_native_dates():
    other = read_calendar(
        {"office": "09:00-17:00", "years": {"2023": GOOD | {"holidays": [date(2023, 1, 2)]}}}
    )
    assert other.office == OfficeHours(((time(9), time(17)),))
    assert not other.is_workday(date(2023, 1, 2))
    assert local(due(at("2023-01-03 16:00"), work_hours(2), other)) == "2023-01-04 10:00:00"


@pytest.mark.parametrize(
    "text", ["", "12:00-08:30", "08:30-12:00 11:00-17:00", "08:30", "08:30-12:00-13:00", "8-9h"]
)
def test_office_hours_that_cannot_be_counted_are_refused(text):
    with pytest.raises(CalendarError):
        OfficeHours.parse(text)


def test_office_hours_read_as_they_are_written():
    assert str(OfficeHours.parse("08:30-12:00 13:30-17:30")) == "08:30-12:00 13:30-17:30"
    assert CAL.office.seconds == 7.5 * 3600


# ---- when an amount is over ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "amount", "ends"),
    [
        # Spring Festival 2023: 21 to 27 January off, Saturday 28 and Sunday 29 worked.
        ("2023-01-19 10:00", workdays(1), "2023-01-20 23:59:59"),
        ("2023-01-20 10:00", workdays(1), "2023-01-28 23:59:59"),
        ("2023-01-20 10:00", workdays(2), "2023-01-29 23:59:59"),
        ("2023-01-20 10:00", workdays(3), "2023-01-30 23:59:59"),
        ("2023-01-24 10:00", workdays(1), "2023-01-28 23:59:59"),
        ("2023-01-20 16:30", work_hours(2), "2023-01-28 09:30:00"),
        ("2023-01-20 10:00", days(3), "2023-01-28 23:59:59"),
        ("2023-01-20 10:00", days(3, roll=False), "2023-01-23 23:59:59"),
        ("2023-01-20 10:00", hours(24), "2023-01-21 10:00:00"),
        # A lunch break, an end at closing time, a start outside office hours, part of an hour.
        ("2023-03-01 11:30", work_hours(1), "2023-03-01 14:00:00"),
        ("2023-03-01 11:00", work_hours(1), "2023-03-01 12:00:00"),
        ("2023-03-01 16:30", work_hours(1), "2023-03-01 17:30:00"),
        ("2023-03-01 12:30", work_hours(1), "2023-03-01 14:30:00"),
        ("2023-03-01 06:00", work_hours(7.5), "2023-03-01 17:30:00"),
        ("2023-03-03 20:00", work_hours(0.5), "2023-03-06 09:00:00"),
        ("2023-03-01 08:30", work_hours(75), "2023-03-14 17:30:00"),
        # Ends of years: 2 January 2023 off; 2024 begins on a Monday off, 30 and 31 December 2023 a weekend.
        ("2022-12-30 10:00", workdays(1), "2023-01-03 23:59:59"),
        ("2023-12-29 10:00", workdays(1), "2024-01-02 23:59:59"),
        ("2023-12-29 10:00", days(1), "2024-01-02 23:59:59"),
        ("2023-12-29 17:00", work_hours(1), "2024-01-02 09:00:00"),
        # The local day counts, not the one in UTC: still Friday there, Saturday here.
        ("2023-03-04 00:30", days(2), "2023-03-06 23:59:59"),
    ],
)
def test_an_amount_is_over_when_an_officer_would_say_so(start, amount, ends):
    assert local(due(at(start), amount, CAL)) == ends


def test_a_clock_may_stand_still_before_the_first_known_workday():
    limit = Limit("open", work_hours(1), BASIS, pauses_in="waiting")
    clocks = walk(
        ("2022-01-01 08:00", "open"),
        ("2022-01-01 09:00", "waiting"),
        ("2022-01-01 10:00", "open"),
        limits=[limit],
    )
    assert local(clocks["open"].due) == "2022-01-04 09:30:00"


def test_a_make_up_saturday_is_worked():
    saturday = date(2026, 2, 14)
    assert saturday.weekday() == 5
    assert CAL.is_workday(saturday)
    assert CAL.add_workdays(date(2026, 2, 13), 1) == saturday
    assert local(due(at("2026-02-13 17:00"), work_hours(1), CAL)) == "2026-02-14 09:00:00"


def test_days_back_are_counted_too():
    assert CAL.add_workdays(date(2023, 1, 28), -1) == date(2023, 1, 20)
    assert CAL.add_workdays(date(2023, 1, 25), 0) == date(2023, 1, 25)


@PROPERTY
@given(moments, moments, amounts)
def test_starting_later_never_ends_earlier(one, other, amount):
    assert (one <= other) <= (due(one, amount, CAL) <= due(other, amount, CAL))


@PROPERTY
@given(moments, st.integers(1, 60), st.integers(1, 60), st.sampled_from(Unit))
def test_a_longer_amount_never_ends_earlier(start, n, m, unit):
    assert (n <= m) <= (due(start, Amount(n, unit), CAL) <= due(start, Amount(m, unit), CAL))


@PROPERTY
@given(moments, amounts)
def test_every_amount_ends_after_it_starts_in_whole_seconds(start, amount):
    ends = due(start, amount, CAL)
    assert ends > start
    assert ends.microsecond == 0


@PROPERTY
@given(moments, numbers)
def test_a_workday_limit_ends_on_the_nth_workday_by_counting(start, n):
    day, seen = start.astimezone(CHINA).date(), 0
    while seen < n:
        day += timedelta(1)
        seen += chinese_calendar.is_workday(day)
    assert due(start, workdays(n), CAL).astimezone(CHINA) == datetime.combine(day, time(23, 59, 59), CHINA)


@PROPERTY
@given(moments, numbers)
def test_natural_days_end_on_the_first_workday_from_the_last_day_on(start, n):
    day = start.astimezone(CHINA).date() + timedelta(n)
    while not chinese_calendar.is_workday(day):
        day += timedelta(1)
    assert due(start, days(n), CAL).astimezone(CHINA).date() == day


@settings(PROPERTY, max_examples=20)
@given(moments, st.integers(1, 300))
def test_office_time_is_counted_minute_by_minute(start, minutes):
    start = start.replace(second=0, microsecond=0)
    now, seen = start.astimezone(CHINA), 0
    while seen < minutes:
        if not chinese_calendar.is_workday(now.date()):
            now = datetime.combine(now.date() + timedelta(1), time(), CHINA)
            continue
        seen += any(a <= now.time() < b for a, b in CAL.office.spans)
        now += timedelta(minutes=1)
    ends = due(start, work_hours(minutes / 60), CAL)
    assert ends == now
    assert CAL.work_between(start, ends) == minutes * 60


@PROPERTY
@given(moments, st.sampled_from(Unit), numbers)
def test_a_day_has_the_same_length_all_year(start, unit, n):
    """No summer time: local midnight is at 16:00 UTC whatever the season."""
    ends = due(start, Amount(n, unit), CAL)
    assert ends.astimezone(CHINA).utcoffset() == timedelta(hours=8)
    if unit in (Unit.DAYS, Unit.WORKDAYS):
        assert (ends.hour, ends.minute, ends.second) == (15, 59, 59)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        due(at("2023-01-01 09:00").replace(tzinfo=None), hours(1), CAL)


# ---- pauses and warnings ----------------------------------------------------------------------------


@PROPERTY
@given(moments, amounts, st.floats(0, 1), st.integers(0, 100 * 86400))
def test_a_pause_keeps_what_was_left(start, amount, share, idle):
    ends = due(start, amount, CAL)
    stop = start + (ends - start) * share
    remains = left(stop, ends, amount.unit, CAL)
    assert remains >= 0
    assert resume(stop, remains, amount.unit, CAL) == ends
    on = stop + timedelta(seconds=idle)
    new = resume(on, remains, amount.unit, CAL)
    assert new >= ends
    if amount.unit is Unit.DAYS:
        # What is left ends on the same count of days, or rolls over to the next workday.
        day = CAL.day(on) + timedelta(remains)
        assert CAL.day(new) == CAL.next_workday(day)
    elif amount.unit is Unit.WORKDAYS and remains == 0:
        # The last day itself is still to come where the pause ends on a day off.
        assert CAL.day(new) == CAL.next_workday(CAL.day(on))
    else:
        assert left(on, new, amount.unit, CAL) == remains


def test_the_last_day_lasts_until_its_end_after_a_pause():
    ends = due(at("2023-03-01 09:00"), workdays(1), CAL)
    remains = left(at("2023-03-02 10:00"), ends, Unit.WORKDAYS, CAL)
    assert remains == 0
    assert local(resume(at("2023-03-08 10:00"), remains, Unit.WORKDAYS, CAL)) == "2023-03-08 23:59:59"
    assert local(resume(at("2023-03-11 10:00"), remains, Unit.WORKDAYS, CAL)) == "2023-03-13 23:59:59"


@PROPERTY
@given(moments, amounts, st.floats(0.01, 0.99))
def test_a_warning_comes_after_the_start_and_before_the_end(start, amount, share):
    ends = due(start, amount, CAL)
    assert start < at_share(start, ends, share, amount.unit, CAL) < ends


def test_a_warning_counts_office_time_where_the_limit_does():
    start = at("2023-03-03 16:30")
    assert (
        local(at_share(start, due(start, work_hours(2), CAL), 0.75, Unit.WORK_HOURS, CAL))
        == "2023-03-06 09:00:00"
    )
    assert at_share(start, start + timedelta(hours=4), 0.75, Unit.HOURS, CAL) == start + timedelta(hours=3)


@pytest.mark.parametrize("share", [0, 1, -1])
def test_a_share_outside_is_refused(share):
    with pytest.raises(ValueError, match=r"no .* of the time"):
        at_share(at("2023-03-01 09:00"), at("2023-03-01 10:00"), share, Unit.HOURS, CAL)


# ---- amounts and limits -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "text", "zh", "en"),
    [
        (workdays(5), "5 workdays", "5个工作日", "5 working days"),
        (hours(1), "1 hours", "1小时", "1 hour"),
        (work_hours(1.5), "1.5 work_hours", "1.5个工作时", "1.5 working hours"),
        (days(30), "30 days", "30日", "30 days"),
        (days(1, roll=False), "1 days exact", "1日", "1 day"),
    ],
)
def test_an_amount_is_written_said_and_read(amount, text, zh, en):
    assert str(amount) == text
    assert Amount.parse(text) == amount
    assert (amount.label("zh"), amount.label("en")) == (zh, en)


@pytest.mark.parametrize(
    "text", ["", "5", "five days", "5 weeks", "0 days", "-1 hours", "1.5 days", "inf hours", "5 days or so"]
)
def test_a_wrong_amount_is_refused(text):
    with pytest.raises(ValueError, match=r"amount|longer|whole"):
        Amount.parse(text)


def test_a_limit_is_declared_in_one_row():
    limit = Limit("dispatched", workdays(2), BASIS, warn=0.75, then="supervise")
    assert (limit.key, limit.states, limit.pauses_in) == ("dispatched", ("dispatched",), ())
    several = Limit("accepted dispatched", days(60), BASIS, key="finish", pauses_in=["waiting"])
    assert (several.states, several.pauses_in) == (("accepted", "dispatched"), ("waiting",))
    assert Extension("head deputy", days(30)).by == ("head", "deputy")


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Limit("a b", days(1), BASIS), "needs a key"),
        (lambda: Limit("", days(1), BASIS), "needs a key"),
        (lambda: Limit("a", days(1), BASIS, pauses_in="a b"), "both run and pause in a"),
        (lambda: Limit("a", days(1), BASIS, warn=1), "between 0 and 1"),
        (lambda: Limit("a", days(1), BASIS, grades={"big": days(2)}), "belong together"),
        (
            lambda: Limit("a", days(1), BASIS, extend=Extension("head", hours(1))),
            "extended at least once, in days",
        ),
        (lambda: Limit("a", days(9), BASIS, ceiling=days(8)), "9 days is above the ceiling of 8 days"),
        (lambda: Limit("a", days(9), BASIS, ceiling=workdays(8)), "cannot be compared"),
    ],
)
def test_a_limit_that_could_not_run_is_refused(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_a_town_may_tighten_a_limit_but_not_pass_the_ceiling():
    limit = Limit("a", days(60), BASIS, ceiling=days(60), grades={"urgent": days(10)}, grade_by="level")
    assert limit.override(days(30), confirmed_by="the town's lawyer").amount == days(30)
    assert limit.override(days(5), grade="urgent").amount_for("urgent") == days(5)
    assert limit.amount_for("urgent") == days(10), "a limit is a value: the original stays"
    with pytest.raises(ValueError, match=f"above the ceiling of 60 days set by {BASIS}"):
        limit.override(days(61))
    with pytest.raises(ValueError, match="cannot be compared"):
        limit.override(workdays(30))
    with pytest.raises(ValueError, match="no grade 'slow'"):
        limit.override(days(5), grade="slow")


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
    clock = begin(workdays(1), at("2023-03-01 09:00"), CAL)
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
    clocks = mark({"a": begin(amount, start, CAL)}, "a", warned=warned, expired=expired)
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
