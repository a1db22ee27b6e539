"""Working days: what a promise in 工作日 means on a day, and that a table that is missing or wrong is told."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridtown.kernel.amounts import (
    Amount,
    Unit,
    at_share,
    days,
    due,
    hours,
    left,
    resume,
    work_hours,
    workdays,
)
from gridtown.kernel.calendar import CHINA, Calendar, CalendarError, MissingYear, OfficeHours, read_calendar
from gridtown.people.calendar_seed import seed

TABLE = Path(__file__).parents[1] / "towns" / "pingyao" / "calendar.toml"
SHIPPED = TABLE.read_text(encoding="utf-8")
PUBLISHED = seed(range(2022, 2027))
CAL = read_calendar(tomllib.loads(PUBLISHED))

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


def test_the_shipped_table_is_what_the_seed_writes_and_one_provisional_year():
    assert SHIPPED.startswith(PUBLISHED)
    rest = tomllib.loads(SHIPPED[len(PUBLISHED) :])["years"]
    assert list(rest) == ["2027"]
    assert rest["2027"]["source"].startswith("provisional")
    assert not rest["2027"]["holidays"]
    assert not rest["2027"]["make_up_workdays"]


def test_a_report_at_the_end_of_the_year_gets_its_limit():
    shipped = read_calendar(tomllib.loads(SHIPPED))
    assert local(due(at("2026-12-31 09:00"), workdays(5), shipped)) == "2027-01-07 23:59:59"


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


def test_even_the_shortest_time_has_a_moment_to_warn_in():
    start = at("2023-03-01 09:00")
    assert (
        start
        < at_share(start, start + timedelta(seconds=1), 0.1, Unit.HOURS, CAL)
        < start + timedelta(seconds=1)
    )


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
