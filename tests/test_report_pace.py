"""Forecasts and lights as pure functions: what is said when, and that no worse figure ever has a better light."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtown.report.figures.course import Course, Forecast, project
from gridtown.report.promises.pace import WORST_FIRST, light

BETTER = {"red": 0, "grey": 1, "yellow": 2, "green": 3}
MARGIN, EARLY = 0.05, 0.1
ENDS = (31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)


def lit(
    direction: str, amount: float, now: float, gone: float, *, adds_up: bool, miss: float | None = None
) -> str:
    value = now if gone >= 1 or not adds_up else now / gone
    low, high = (None, None) if miss is None else (value * (1 - miss), value * (1 + miss))
    expected = Forecast(value, low, high, "run_rate", "run_rate", now, miss)
    said = light(direction, amount, now, expected, adds_up=adds_up, gone=gone, margin=MARGIN, early=EARLY)
    return f"{said.colour} {said.why}"


@pytest.mark.parametrize(
    ("direction", "amount", "now", "gone", "adds_up", "miss", "said"),
    [
        ("at_least", 100, 100, 1.0, True, None, "green met"),
        ("at_least", 100, 99, 1.0, True, None, "red not_met"),
        ("at_most", 5, 5, 1.0, True, None, "green met"),
        ("at_least", 100, 100, 0.5, True, None, "green reached"),
        ("at_most", 5, 6, 0.5, True, None, "red exceeded"),
        ("at_least", 100, 9, 0.05, True, None, "grey early"),
        ("at_least", 100, 60, 0.5, True, 0.1, "green on_course"),  # 120 ± 12
        ("at_least", 100, 53, 0.5, True, 0.1, "yellow in_doubt"),  # 106 ± 10.6
        ("at_least", 100, 44, 0.5, True, 0.1, "red behind"),  # 88 ± 8.8
        ("at_least", 100, 48, 0.5, True, None, "yellow in_doubt"),  # 96 and no error known: 5 % is taken
        ("at_least", 0.98, 0.99, 0.02, False, 0.001, "green on_course"),  # a level is never too early
        ("at_most", 3, 2.5, 0.5, False, 0.1, "green on_course"),
        ("at_most", 3, 3.2, 0.5, False, 0.1, "yellow in_doubt"),
        ("at_most", 3, 4, 0.5, False, 0.1, "red behind"),
    ],
)
def test_a_light_says_why(direction, amount, now, gone, adds_up, miss, said):
    assert lit(direction, amount, now, gone, adds_up=adds_up, miss=miss) == said


AMOUNTS = st.floats(0, 1e6)
MONTHS = st.lists(st.one_of(st.none(), AMOUNTS), max_size=11)


@given(
    st.sampled_from(("at_least", "at_most")),
    AMOUNTS,
    st.tuples(AMOUNTS, AMOUNTS),
    MONTHS,
    st.one_of(st.just(()), st.lists(AMOUNTS, min_size=12, max_size=12)),
    st.integers(0, 40),
    st.booleans(),
    st.sampled_from(("count", "number", "days")),
)
def test_a_worse_figure_never_has_a_better_light(
    direction, amount, figures, months, last, days, adds_up, unit
):
    """The whole way from a course by its forecast to the light: with whatever has been, and last year known or not."""
    passed = (ENDS[len(months) - 1] if months else 0) + days
    worse, better = sorted(figures) if direction == "at_least" else sorted(figures, reverse=True)
    last_now = last[len(months)] if last else None

    def colour(now: float) -> str:
        expected = project(
            Course(ENDS, months, now, min(passed, 365), last, last_now), flow=adds_up, unit=unit
        )
        return light(
            direction, amount, now, expected, adds_up=adds_up, gone=min(passed / 365, 1), margin=MARGIN, early=EARLY
        ).colour  # fmt: skip

    assert BETTER[colour(worse)] <= BETTER[colour(better)]


@given(st.tuples(st.floats(0, 1), st.floats(0, 1)), st.lists(st.floats(0, 1), min_size=3, max_size=11))
def test_a_larger_share_has_no_smaller_forecast_and_both_stay_within_their_bounds(shares, months):
    low, high = (project(Course(ENDS, months, now, 350), flow=False, unit="share") for now in sorted(shares))
    assert (low.low, low.value, low.high) <= (high.low, high.value, high.high)
    assert 0 <= low.low <= low.value <= low.high <= 1


def test_the_worst_comes_first():
    assert WORST_FIRST[0] == "red"
