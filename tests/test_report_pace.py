"""Forecasts and lights as pure functions: what is said when, and that no worse figure ever has a better light."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtown.report.pace import WORST_FIRST, Forecast, Last, Then, forecast, light

BETTER = {"red": 0, "grey": 1, "yellow": 2, "green": 3}
MARGIN, EARLY = 0.05, 0.1


def lit(
    direction: str, amount: float, now: float, gone: float, *, adds_up: bool, miss: float | None = None
) -> str:
    value = now if gone >= 1 or not adds_up else now / gone
    low, high = (None, None) if miss is None else (value * (1 - miss), value * (1 + miss))
    expected = Forecast(value, low, high, "run_rate", miss)
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


@given(
    st.sampled_from(("at_least", "at_most")),
    st.floats(0, 1e9),
    st.floats(0, 1e9),
    st.floats(0, 1e9),
    st.floats(0.001, 1),
    st.booleans(),
    st.one_of(st.none(), st.floats(0, 0.9)),
)
def test_a_worse_figure_never_has_a_better_light(direction, amount, a, b, gone, adds_up, miss):
    small, large = sorted((a, b))
    worse, better = (small, large) if direction == "at_least" else (large, small)
    lights = [
        lit(direction, amount, now, gone, adds_up=adds_up, miss=miss).split()[0] for now in (worse, better)
    ]
    assert BETTER[lights[0]] <= BETTER[lights[1]]


@given(st.floats(0.01, 1e6), st.floats(0.01, 0.99), st.booleans())
def test_a_forecast_holds_its_value_and_never_undoes_what_was_reached(now, gone, adds_up):
    past = [Then(gone * part, now * part * part) for part in (0.25, 0.5, 0.75)]
    found = forecast(now, gone, past, adds_up=adds_up)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value * (1 + 1e-9)
    assert found.value <= found.high * (1 + 1e-9)
    if adds_up:
        assert found.low >= now


def test_an_even_year_is_forecast_without_a_miss():
    found = forecast(60, 0.5, [Then(n / 12, n * 10) for n in range(1, 6)], adds_up=True)
    assert (found.method, round(found.value), round(found.miss or 0, 6)) == ("run_rate", 120, 0)


def test_a_year_that_goes_like_last_years_is_forecast_by_last_year():
    """A quarter in the first half and the rest at the end: the pace would say half of it."""
    last = Last(25, 100)
    past = [
        Then(n / 12, share * 120, share * 100) for n, share in ((1, 0.02), (2, 0.05), (3, 0.1), (4, 0.16))
    ]
    found = forecast(30, 0.5, past, adds_up=True, last=last)
    assert (found.method, round(found.value)) == ("seasonal", 120)
    assert forecast(30, 0.5, past, adds_up=True).value == 60


def test_without_three_months_no_error_is_claimed():
    assert forecast(10, 0.2, [Then(0.1, 5)], adds_up=True).miss is None
    assert forecast(10, 1.0, adds_up=True).method == "over"
    assert WORST_FIRST[0] == "red"
