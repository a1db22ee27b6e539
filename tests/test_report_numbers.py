"""How figures are written, and which stretch of time a period is."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from gridtown.kernel.period import Period
from gridtown.report.figures.numbers import percent, plainly, written

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("count", "of", "places", "shown"),
    [
        (3802, 3840, 0, "99"),
        (3838, 3840, 0, "99"),  # 99.95 %: not all of them, so not 100
        (3839, 3840, 1, "99.9"),
        (3840, 3840, 0, "100"),
        (1, 3840, 0, "1"),  # 0.03 %: not none of them, so not 0
        (0, 3840, 0, "0"),
        (1, 8, 1, "12.5"),
        (1, 8, 0, "13"),  # a half is rounded up
        (5, 1000, 0, "1"),
    ],
)
def test_a_share_is_rounded_but_never_to_all_or_none(count, of, places, shown):
    assert str(percent(count, of, places)) == shown


def test_a_share_of_nothing_is_not_zero():
    assert written("percent", of=0, count=0, value=None) is None
    assert written("days", of=0, count=None, value=None) is None


def test_amounts_are_written_in_their_unit():
    assert written("days", of=3, count=None, value=86400 * 2.25) == "2.3"
    assert written("hours", of=3, count=None, value=5400.0) == "1.5"
    assert written("count", of=3840, count=None, value=None) == "3,840"
    assert percent(1, 3, 2) == Decimal("33.33")


def test_a_short_time_is_not_none_at_all():
    assert written("hours", of=3, count=None, value=100.0) == "<0.1", (
        "answered within two minutes, not at once"
    )
    assert written("days", of=3, count=None, value=3600.0) == "<0.1"
    assert written("hours", of=3, count=None, value=100.0, places=0) == "<1"
    assert plainly("hours", 0.03) == "<0.1"
    assert written("hours", of=3, count=None, value=0.0) == "0.0"
    assert written("hours", of=3, count=None, value=180.0) == "0.1"


@pytest.mark.parametrize(
    ("key", "since", "until"),
    [
        ("2023", (2022, 12, 31, 16), (2023, 12, 31, 16)),
        ("2023-Q4", (2023, 9, 30, 16), (2023, 12, 31, 16)),
        ("2023-12", (2023, 11, 30, 16), (2023, 12, 31, 16)),
        ("2023-02-28..2023-03-01", (2023, 2, 27, 16), (2023, 3, 1, 16)),
    ],
)
def test_a_period_is_of_the_towns_own_days(key, since, until):
    period = Period.parse(key, ZONE)
    assert (period.since, period.until) == (datetime(*since, tzinfo=UTC), datetime(*until, tzinfo=UTC))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "23",
        "2023-13",
        "2023-00",
        "2023-Q5",
        "2023-03-02..2023-03-01",
        "2023-02-30..2023-03-01",
        "0001",
        "9999",
        "9999-12-31..9999-12-31",
    ],
)
def test_a_period_that_cannot_be_read_is_refused(key):
    with pytest.raises(ValueError, match=r".+"):
        Period.parse(key, ZONE)


def test_a_running_year_is_judged_up_to_now():
    year = Period.parse("2023", ZONE)
    now = datetime(2023, 6, 1, tzinfo=UTC)
    assert year.seen_at(now).until == now
    assert year.seen_at(datetime(2024, 6, 1, tzinfo=UTC)) == year
    assert year.seen_at(datetime(2022, 6, 1, tzinfo=UTC)).until == year.since


def test_the_months_of_a_year_are_twelve():
    months = Period.parse("2023", ZONE).months(ZONE)
    assert [m.key for m in months] == [f"2023-{n:02}" for n in range(1, 13)]
    assert months[0].since == Period.parse("2023", ZONE).since
    assert all(a.until == b.since for a, b in pairwise(months))


@pytest.mark.parametrize(
    ("amount", "scale", "places", "shown"),
    [
        (1_280_000_000, "亿", None, "12.8"),
        (1_280_000_000, "亿", 2, "12.80"),
        (10_500_000, "万", None, "1,050"),
        (20_200_000_000, "billion", None, "20.2"),
        (1_234_567, "million", None, "1.23"),
        (4_000, "亿", None, "0.00004"),  # not nought, so it does not read 0
        (0, "亿", None, "0"),
        (20_000_000_000, "亿", None, "200"),
        (6_100, None, None, "6,100"),
    ],
)
def test_amounts_are_written_by_the_scale_that_the_text_asks_for(amount, scale, places, shown):
    said = written("yuan", of=1, count=None, value=float(amount), places=places, scale=scale)
    assert said == shown


def test_a_count_may_be_scaled_and_a_share_may_not():
    assert written("count", of=16_000, count=None, value=None, scale="万") == "1.6"
    assert written("yuan", of=0, count=None, value=None, scale="亿") is None
    with pytest.raises(ValueError, match="percent is not written by the '亿'"):
        written("percent", of=4, count=1, value=None, scale="亿")
    with pytest.raises(ValueError, match="'打'"):
        written("yuan", of=1, count=None, value=1.0, scale="打")


def test_a_rate_is_kept_as_a_ratio_and_written_in_percent():
    assert written("ratio", of=1, count=None, value=0.103) == "10.3%"
    assert written("ratio", of=1, count=None, value=-0.0205, places=1) == "-2.1%"
    assert written("ratio", of=1, count=None, value=1.145, places=0) == "115%"
