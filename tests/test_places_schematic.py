"""The schematic layout: drawn again alike, without gap or overlap, and said to be schematic."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from gridtown.places import coords, schematic

ROOT = Path(__file__).parent.parent
TOWN = ROOT / "towns" / "pingyao"
REAL = ROOT.parent / "shared" / "data" / "boundary_yuhang.geojson"


def features(name):
    return json.loads((TOWN / "places" / f"{name}.geojson").read_text("utf-8"))["features"]


def shapes(found):
    return np.array([shapely.from_geojson(json.dumps(f["geometry"])) for f in found])


@pytest.mark.slow
def test_drawing_it_again_gives_the_committed_files():
    for name, text in zip(("villages", "grids"), schematic.from_folder(TOWN), strict=True):
        assert (TOWN / "places" / f"{name}.geojson").read_text("utf-8") == text, (
            f"draw {name} again and commit it"
        )


def test_the_grids_tile_the_villages_and_the_villages_the_town():
    grids, villages = features("grids"), features("villages")
    grid_shapes, village_shapes = shapes(grids), shapes(villages)
    assert shapely.coverage_is_valid(grid_shapes)
    assert shapely.coverage_is_valid(village_shapes)
    for village, shape in zip(villages, village_shapes, strict=True):
        own = [g["properties"]["code"].startswith(village["properties"]["code"]) for g in grids]
        assert shapely.union_all(grid_shapes[own]).symmetric_difference(shape).area == 0
    town = shapely.union_all(village_shapes)
    assert town.geom_type == "Polygon"
    assert not town.interiors


def test_all_villages_of_the_list_and_their_grids_are_there():
    with (TOWN / "divisions.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["code"]: row["short"] for row in csv.DictReader(file) if row["level"] == "village"}
    assert {f["properties"]["code"]: f["properties"]["name"] for f in features("villages")} == listed
    assert len(listed) == 21
    grids = [f["properties"]["code"] for f in features("grids")]
    assert len(set(grids)) == len(grids) > 100
    assert all(len(code) == 15 and code[:12] in listed for code in grids)
    for village in listed:
        own = sorted(code for code in grids if code.startswith(village))
        assert own == [f"{village}{n:03}" for n in range(1, len(own) + 1)]
        assert 4 <= len(own) <= 8


def test_it_is_light_and_says_that_it_is_schematic():
    texts = [(TOWN / "places" / f"{name}.geojson").read_text("utf-8") for name in ("villages", "grids")]
    assert sum(len(text.encode()) for text in texts) < 400_000
    assert all(json.loads(text)["schematic"] and "非测绘" in json.loads(text)["note"] for text in texts)
    assert all(f["properties"]["schematic"] for f in features("grids") + features("villages"))


@pytest.mark.shared
def test_the_town_lies_within_its_county():
    if not REAL.exists():
        pytest.skip("the real input does not lie beside the repository")
    feature = json.loads(REAL.read_text("utf-8"))["features"][0]
    county = shapely.from_geojson(json.dumps(feature["geometry"]))
    county = shapely.transform(
        county, lambda at: np.stack(coords.to_wgs84(at[:, 0], at[:, 1], "gcj02"), axis=1)
    )
    assert county.is_valid
    assert county.contains(shapely.union_all(shapes(features("villages"))))


def small(**changes):
    return {
        "seed": 1,
        "side_m": 60.0,
        "outline": [[120.0, 30.0], [120.04, 30.0], [120.04, 30.03], [120.0, 30.03]],
        "cells": {"330110110001": [120.01, 30.015, 1, 3], "330110110002": [120.03, 30.015, 2, 4]},
        **changes,
    }


NAMES = {"330110110001": ("甲村", "A"), "330110110002": ("乙村", "B")}


def test_areas_come_out_as_sketched_and_another_seed_draws_another_map():
    villages, grids = schematic.draw(small(), NAMES)
    found = json.loads(villages)["features"]
    one, two = shapely.area(shapes(found))
    assert two / one == pytest.approx(2, rel=0.03)
    assert len(json.loads(grids)["features"]) == 7
    assert schematic.draw(small(seed=2), NAMES)[1] != grids == schematic.draw(small(), NAMES)[1]


def test_the_special_grid_is_the_last_one():
    _, grids = schematic.draw(small(special={"codes": ["330110110002"]}), NAMES)
    kinds = {f["properties"]["code"]: f["properties"]["kind"] for f in json.loads(grids)["features"]}
    assert [code for code, kind in kinds.items() if kind == "special"] == ["330110110002004"]
