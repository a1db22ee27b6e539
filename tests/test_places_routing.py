"""From a point to its grid: every point in one grid only, the same answer one by one and in batch."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridtown.places.locate import NOWHERE, Placed, Router

FOLDER = Path(__file__).parent.parent / "towns" / "pingyao" / "places"


@cache
def drawn(name):
    features = json.loads((FOLDER / f"{name}.geojson").read_text("utf-8"))["features"]
    return {f["properties"]["code"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in features}


@cache
def router():
    return Router([(code, shapely.to_wkb(shape)) for code, shape in drawn("grids").items()], 3)


@cache
def town():
    return shapely.union_all(list(drawn("villages").values()))


def squares(*corners):
    """Unit squares with these lower left corners, numbered in their order."""
    return [
        (f"33011011000100{i}", shapely.to_wkb(shapely.box(x, y, x + 1, y + 1)))
        for i, (x, y) in enumerate(corners)
    ]


@given(st.floats(119.855, 120.03), st.floats(30.33, 30.465))
def test_every_point_of_the_town_is_in_one_grid_and_in_that_grids_village(lon, lat):
    point = shapely.Point(lon, lat)
    placed = router().route(lon, lat)
    if not town().intersects(point):
        assert placed is None
        return
    holding = sorted(code for code, shape in drawn("grids").items() if shape.intersects(point))
    strictly = [code for code, shape in drawn("grids").items() if shape.contains_properly(point)]
    assert placed == Placed(holding[0], holding[0][:12], 3)
    assert len(strictly) <= 1
    assert drawn("villages")[placed.village].intersects(point)


def test_in_batch_as_one_by_one():
    chance = np.random.default_rng(7)
    lon, lat = chance.uniform(119.85, 120.04, 5_000), chance.uniform(30.33, 30.46, 5_000)
    found = router().codes_of(router().route_many(lon, lat))
    single = [router().route(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
    assert found == [p.grid_code if p else "" for p in single]
    assert 1_000 < sum(map(bool, found)) < 4_999


def test_a_shared_border_belongs_to_the_lower_code_whatever_the_order():
    rows = squares((0, 0), (1, 0), (1, 1), (0, 1))
    for order in (rows, rows[::-1], rows[2:] + rows[:2]):
        cross = Router(order, 1)
        for x, y, wanted in [(1, 0.5, 0), (1, 1, 0), (1.5, 1, 1), (1, 1.5, 2), (0.5, 1, 0)]:
            assert cross.route(x, y).grid_code == rows[wanted][0]
            assert cross.codes_of(cross.route_many([x], [y])) == [rows[wanted][0]]


def test_outside_and_what_is_no_point():
    cross = Router(squares((0, 0)), 1)
    for x, y in [(2, 2), (float("nan"), 0.5), (0.5, float("inf")), (float("nan"), float("nan"))]:
        assert cross.route(x, y) is None
        assert cross.route_many([x], [y]).tolist() == [NOWHERE]
    assert cross.route_many([0.5, 9, 1], [0.5, 9, 1]).tolist() == [0, NOWHERE, 0]


def test_a_town_without_boundaries():
    empty = Router([], 0)
    assert empty.route(119.97, 30.39) is None
    assert empty.route_many([119.97], [30.39]).tolist() == [NOWHERE]


def test_a_hole_and_a_second_part_are_seen():
    shape = shapely.MultiPolygon(
        [shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6), shapely.box(20, 0, 21, 1)]
    )
    one = Router([("330110110001001", shapely.to_wkb(shape))], 1)
    assert [one.route(x, y) is not None for x, y in [(1, 1), (4, 4), (20.5, 0.5), (15, 0.5)]] == [
        True,
        False,
        True,
        False,
    ]
