"""A forecast says how it was made and how far it may be off, and is silent where nothing can be said."""

import random
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtown.report.figures import forecast as forecasting
from gridtown.report.figures.course import Course, project
from gridtown.warehouse.refresh import refresh
from tests import made_up
from tests.made_up import Walk

DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
ENDS = list(accumulate(DAYS))


def course(
    months: list[float], over: int, last: list[float] | None = None, extra_days: float = 0.0
) -> Course:
    """A flow from what each month brought; the present is the end of the last month that is over, or days later."""
    sums = list(accumulate(months))
    now = sums[over - 1] + (months[over] * extra_days / DAYS[over] if extra_days else 0)
    before = list(accumulate(last)) if last else []
    return Course(
        ENDS, sums[:over], now, sum(DAYS[:over]) + extra_days, before,
        (before[over - 1] + (last[over] * extra_days / DAYS[over] if extra_days else 0)) if last else None,
    )  # fmt: skip


@given(st.integers(1, 500), st.integers(3, 11))
def test_a_steady_pace_goes_on_without_error(a_day, over):
    found = project(course([a_day * days for days in DAYS], over), flow=True, unit="count")
    assert (found.value, found.low, found.high) == (a_day * 365, a_day * 365, a_day * 365)
    assert found.method == "run_rate"
    assert found.miss == pytest.approx(0, abs=1e-6)


def test_a_season_that_comes_back_is_seen():
    storms = [2, 2, 4, 8, 20, 60, 90, 80, 30, 8, 4, 2]
    found = project(course([2 * n for n in storms], 7, last=storms), flow=True, unit="count")
    assert (found.method, found.value) == ("seasonal", 2 * sum(storms))
    assert found.tried["run_rate"] > found.tried["seasonal"]
    assert project(course([2 * n for n in storms], 7), flow=True).method != "seasonal", (
        "nothing is known of last year"
    )


def test_next_to_nothing_last_year_makes_no_forecast_of_any_size():
    speck, year = 5e-324, [5e-324] * 5 + [10.0] * 7
    found = project(Course(ENDS, [100, 200, 300, 400], 450, 135, year, speck), flow=True, unit="count")
    assert "seasonal" not in found.tried
    assert found.value is not None
    assert found.value < 2000


def test_a_new_pace_is_seen():
    found = project(course([10] * 4 + [100] * 8, 9), flow=True, unit="count")
    assert found.method == "recent"
    assert found.value == pytest.approx(840, abs=15)


def test_the_running_month_counts_by_its_days():
    months = [days * 2 for days in DAYS]
    assert project(course(months, 5, extra_days=11.5), flow=True, unit="count").value == 730


def test_a_share_stays_or_moves_as_last_year_and_never_leaves_its_bounds():
    rising = [60, 64, 68, 72, 76, 80, 84, 88, 92, 96, 98, 99]
    found = project(
        Course(ENDS, rising[:6], 80, 181, [r - 5 for r in rising], 75), flow=False, unit="percent"
    )
    assert (found.method, found.value) == ("as_last_year", 99)
    high = project(Course(ENDS, [99, 70, 99.5, 99.9], 99.9, 120), flow=False, unit="percent")
    assert (high.method, high.high) == ("stays", 100)
    assert high.low < 99.9


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Course(ENDS, [10, 20], 25, 70), "few_months"),
        (Course(ENDS, [None, None, None, 5], 6, 125), "few_months"),
        (Course(ENDS, [], None, 0), "no_data"),
        (Course(ENDS, [1, 2, 3], None, 95), "no_data"),
    ],
)
def test_what_cannot_be_said_is_not(asked, why):
    found = project(asked, flow=True)
    assert (found.known, found.low, found.high, found.miss, found.why) == (False, None, None, None, why)
    assert (found.value is None) == (why == "no_data")
    for lang in ("zh", "en"):
        assert found.said(lang)
        assert not found.said(lang).startswith("forecast.")


def test_a_year_that_is_over_is_its_own_figure():
    found = project(Course(ENDS, list(range(1, 13)), 12, 365), flow=True)
    assert (found.value, found.low, found.high, found.method) == (12, 12, 12, "over")


def test_what_has_happened_is_not_taken_back():
    found = project(course([5, 300, 1, 200, 2, 100, 1, 1, 1, 1, 1, 1], 6), flow=True, unit="count")
    assert found.low == 608


@pytest.mark.parametrize("over", [4, 7, 10])
def test_the_range_holds_about_four_times_of_five(over):
    chance, held, tries = random.Random(over), 0, 400
    for _ in range(tries):
        months = [max(0.0, chance.gauss(100, 20)) for _ in range(12)]
        found = project(course(months, over), flow=True)
        held += found.low <= sum(months) <= found.high
    assert 0.7 < held / tries <= 0.97, "neither a promise nor a shrug"


@pytest.mark.django_db
def test_it_is_read_from_the_ledger(tmp_path, settings):
    settings.GRIDTOWN_HOME = tmp_path
    walk = Walk(made_up.town("330110110"))
    for day in range(0, 160, 10):
        walk.open(made_up.OPENING + timedelta(days=day))
    refresh(now=datetime(2023, 6, 9, 16, tzinfo=UTC), town=walk.town)  # 160 days of the year
    found = forecasting.forecast("made_up.taken_up", period="2023", town=walk.town)
    assert (found.so_far, found.method) == (16, "run_rate")
    assert found.value == round(16 * 365 / 160)
    assert found.low >= 16
    assert "%" not in found.shown(found.value)
    assert forecasting.forecast("made_up.spell", period="2023", town=walk.town).why == "no_data", (
        "none is closed"
    )
    assert forecasting.forecast("made_up.taken_up", period="2022", town=walk.town).why == "no_data"
    half = forecasting.forecast("made_up.taken_up", period="2023-01-01..2023-06-30", town=walk.town)
    assert (half.value, half.method) == (round(16 * 181 / 160), "run_rate"), "any period, not only a year"
    with pytest.raises(ValueError, match="a period is written"):
        forecasting.forecast("made_up.taken_up", period="soon", town=walk.town)
