"""A figure beside last year's, and in slices against each other: every number was read, none summed up from shares."""

from datetime import UTC, datetime, timedelta

import pytest

from gridtown.kernel.period import Period
from gridtown.report.figures import comparing, crossing, indicators
from gridtown.warehouse.refresh import refresh
from tests import made_up
from tests.made_up import Walk

pytestmark = pytest.mark.django_db
TOWN = "330110110"
NORTH, SOUTH = TOWN + "001", TOWN + "002"


@pytest.fixture
def walk(tmp_path, settings) -> Walk:
    """2023: four cases, two of them before 10 May; 2024 up to then: three."""
    settings.GRIDTOWN_HOME = tmp_path
    walk = Walk(made_up.town(TOWN))
    for day, place, done in (
        (5, NORTH, True), (40, SOUTH, False), (200, NORTH, True), (300, SOUTH, False),
        (368, NORTH, True), (400, NORTH, True), (420, SOUTH, False),
    ):  # fmt: skip
        case = walk.open(made_up.OPENING + timedelta(days=day), place=place, sort="a")
        for verb in ("accept", "show", "approve") if done else ("accept",):
            walk.go(case, verb, timedelta(hours=1))
    refresh(now=datetime(2024, 5, 10, 4, tzinfo=UTC), town=walk.town)
    return walk


def test_a_running_year_stands_beside_the_same_days_and_the_whole(walk):
    found = comparing.compare("made_up.taken_up", period="2024", town=walk.town)
    assert found.running
    assert (found.same.period.key, found.whole.period.key) == ("2023-01-01..2023-05-10", "2023")
    assert (found.now.of, found.same.of, found.whole.of) == (3, 2, 4)
    assert (found.difference, found.change, found.course) == (1, 50, "up")
    assert (found.shown_difference(), found.shown_change(), found.light) == ("+1", "+50.0%", "")


def test_a_share_differs_in_points_and_the_light_knows_the_better_way(walk):
    found = comparing.compare("made_up.closed", period="2024", town=walk.town)
    assert (found.now.shown(), found.same.shown()) == ("66.7%", "50.0%")
    assert (found.shown_difference(), found.change) == ("+16.7", None)
    for better, light in (("higher", "fine"), ("lower", "soon"), ("none", "")):
        object.__setattr__(found.now.named.indicator, "better", better)
        assert found.light == light


def test_a_year_that_is_over_has_one_year_before(walk):
    found = comparing.compare("made_up.taken_up", period="2023", town=walk.town)
    assert not found.running
    assert (found.now.of, found.same.missing, found.difference, found.course) == (4, True, None, "")
    assert found.shown_difference() is None


def test_slices_against_each_other_and_their_totals_are_readings(walk):
    found = crossing.cross("made_up.closed", period="2023", by=("village", "month"), town=walk.town)
    assert found.rows == (NORTH, SOUTH)
    assert found.columns == tuple(f"2023-{month:02}" for month in range(1, 13))
    for row in found.rows:
        own = indicators.read("made_up.closed", period="2023", place=row, town=walk.town)
        assert found.shown(found.row_totals[row]) == own.shown()
        for column in found.columns:
            cell = indicators.read("made_up.closed", period=column, place=row, town=walk.town)
            part = found.cells.get((row, column))
            assert (part.of, part.count) == (cell.of, cell.count) if part else cell.of == 0
    turned = crossing.cross("made_up.closed", period="2023", by=("month", "village"), town=walk.town)
    assert {(c, r): part.of for (r, c), part in turned.cells.items()} == {
        k: p.of for k, p in found.cells.items()
    }
    plain = crossing.cross("made_up.closed", period="2023", by=("village", "state"), town=walk.town)
    assert sum(part.of for part in plain.cells.values()) == plain.whole.of == 4
    assert found.plain(None) is None


@pytest.mark.parametrize(
    "by", [(), ("holder_id",), ("village", "village"), ("village", "month", "state"), ("person",)]
)
def test_there_are_no_slices_by_person_or_post(walk, by):
    with pytest.raises(ValueError, match="sliced by"):
        crossing.cross("made_up.closed", period="2023", by=by, town=walk.town)


@pytest.mark.parametrize(
    ("key", "before"),
    [
        ("2024", "2023"),
        ("2024-02", "2023-02"),
        ("2024-Q1", "2023-Q1"),
        ("2024-01-01..2024-02-29", "2023-01-01..2023-02-28"),
        ("2023-12-30..2024-01-02", "2022-12-30..2023-01-02"),
    ],
)
def test_the_stretch_a_year_earlier(key, before):
    assert Period.parse(key, made_up.ZONE).year_before(made_up.ZONE).key == before
