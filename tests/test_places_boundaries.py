"""Boundaries from outside: what is wrong with them is named, and what is taken in becomes a new generation."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from gridtown.places import coords, router
from gridtown.places.boundaries import Unreadable, import_boundaries, read
from gridtown.places.checks import Drawn, check
from gridtown.places.dividing import divided
from gridtown.places.health import health
from gridtown.places.models import Division, Generation, Grid, Outline

TOWN = "330110110"
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
A, B = "330110110001", "330110110200"
NAMES = {A: "甲社区", B: "乙村"}
# A hundredth of a degree at 30° N: about 963 m × 1,109 m.
CELL_M2 = 964 * 1_108.7


def box(x, y, wide=1.0, high=1.0):
    """A cell of the crafted town, in hundredths of a degree from its corner."""
    return shapely.box(120 + x / 100, 30 + y / 100, 120 + (x + wide) / 100, 30 + (y + high) / 100)


def good():
    """Two villages side by side, two grids each, one above the other."""
    return {f"{A}001": box(0, 0), f"{A}002": box(0, 1), f"{B}001": box(1, 0), f"{B}002": box(1, 1)}


def villages():
    return {A: box(0, 0, 1, 2), B: box(1, 0, 1, 2)}


def faults(drawn, level="grid", within=None, sliver=25.0):
    rows = [
        Drawn(code, f"名{code[-3:]}", shape)
        for code, shape in (drawn.items() if isinstance(drawn, dict) else drawn)
    ]
    return check(rows, level=level, villages=NAMES, within=within or {}, sliver_m2=sliver)


def kinds(drawn, **about):
    return [fault.kind for fault in faults(drawn, **about).faults]


def geojson(drawn, **about):
    found = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"名{code[-3:]}", **about},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for code, shape in drawn.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": found}, ensure_ascii=False)


# ---- what is wrong is named --------------------------------------------------------------------


def test_nothing_is_wrong_with_a_good_set():
    assert kinds(good()) == kinds(good(), within=villages()) == kinds(villages(), level="village") == []


def test_an_overlap_names_both_and_how_much():
    drawn = good() | {f"{A}001": box(0, 0, 1, 1.1)}
    (fault,) = faults(drawn).faults
    assert (fault.kind, fault.codes, fault.names) == ("overlap", (f"{A}001", f"{A}002"), ("名001", "名002"))
    assert fault.area_m2 == pytest.approx(CELL_M2 * 0.1, rel=0.01)
    assert drawn[f"{A}002"].contains(shapely.Point(fault.at))
    assert f"{A}001 名001 / {A}002 名002" in str(fault)


def test_one_in_another_is_an_overlap():
    drawn = good() | {f"{B}003": box(1.2, 0.2, 0.2, 0.2)}
    assert [(f.kind, f.codes) for f in faults(drawn).faults] == [("overlap", (f"{B}001", f"{B}003"))]


def test_a_hole_between_grids_is_a_gap():
    ring = good() | {f"{A}001": box(0, 0) - box(0.4, 0.4, 0.2, 0.2)}
    (fault,) = faults(ring).faults
    assert (fault.kind, fault.codes) == ("gap", (f"{A}001",))
    assert fault.area_m2 == pytest.approx(CELL_M2 * 0.04, rel=0.01)


def test_a_crack_that_opens_to_the_outside_is_a_gap():
    """Four metres wide between two villages; a bay of the outline itself is none."""
    crack = good() | {f"{A}001": box(0, 0, 0.996, 1), f"{A}002": box(0, 1, 0.996, 1)}
    assert [(f.kind, f.codes) for f in faults(crack).faults] == [("gap", tuple(sorted(good())))]
    bay = good() | {f"{B}002": box(1, 1) - box(1.7, 1.4, 0.3, 0.2)}
    assert kinds(bay) == []


def test_ground_of_a_village_in_none_of_its_grids_is_a_gap():
    drawn = good() | {f"{B}002": box(1, 1) - box(1.7, 1.4, 0.3, 0.2)}
    (fault,) = faults(drawn, within=villages()).faults
    assert (fault.kind, fault.codes, fault.names) == ("gap", (B,), ("乙村",))
    assert fault.area_m2 == pytest.approx(CELL_M2 * 0.06, rel=0.01)


def test_a_grid_that_leaves_its_village_is_told_whose_ground_it_enters():
    drawn = good() | {f"{A}001": box(0, 0, 1.1, 1), f"{B}001": box(1.1, 0, 0.9, 1)}
    assert kinds(drawn) == [], "without surveyed villages there is no line to cross"
    found = faults(drawn, within=villages()).faults
    assert [(f.kind, f.codes) for f in found] == [("crossing", (f"{A}001",)), ("gap", (B,))]
    assert found[0].area_m2 == pytest.approx(CELL_M2 * 0.1, rel=0.01)
    assert "乙村" in found[0].detail


def test_slivers_are_counted_and_pass():
    drawn = good() | {f"{A}001": box(0, 0, 1, 1.00001)}
    assert kinds(drawn, sliver=25.0) == []
    assert faults(drawn, sliver=25.0).slivers > 0
    assert kinds(drawn, sliver=1.0) == ["overlap"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (f"{A}01", "code"),
        ("33011011000100A", "code"),
        ("330110110777001", "code"),
        ("", "code"),
        (A, "code"),
        ("３３０１１０１１０００１００１", "code"),
    ],
)
def test_a_wrong_code_is_named(code, kind):
    assert kind in kinds([*good().items(), (code, box(5, 5))])


def test_one_code_twice_and_a_village_without_any():
    rows = [(f"{A}001", box(0, 0)), (f"{A}001", box(0, 1))]
    assert [(f.kind, f.codes) for f in faults(rows).faults] == [
        ("duplicate", (f"{A}001",) * 2),
        ("missing", (B,)),
    ]


def test_a_village_of_fifteen_digits_or_a_grid_of_twelve_is_no_village_or_grid():
    assert kinds(good(), level="village") == ["code"] * 4
    assert kinds(villages(), level="grid") == ["code"] * 2


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (shapely.Polygon([(120, 30), (120.01, 30.01), (120.01, 30), (120, 30.01)]), "geometry"),
        (shapely.Point(120, 30), "geometry"),
        (shapely.Polygon(), "geometry"),
        (None, "geometry"),
        (shapely.box(500_000, 3_300_000, 501_000, 3_301_000), "degrees"),
    ],
)
def test_what_is_no_sound_polygon_in_degrees_is_named_and_the_rest_still_checked(shape, kind):
    drawn = good() | {f"{A}001": shape, f"{B}001": box(1, 0, 1, 1.1)}
    found = faults(drawn).faults
    assert (found[0].kind, found[0].codes) == (kind, (f"{A}001",))
    assert "overlap" in [f.kind for f in found]


# ---- reading -----------------------------------------------------------------------------------


def test_a_table_of_other_names_and_numbers_as_codes():
    text = json.dumps({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "properties": {"NO": 330110110001001.0, "WGMC": "甲一", "kind": "专属网格"},
            "geometry": json.loads(shapely.to_geojson(box(0, 0))),
        }],
    })  # fmt: skip
    (one,) = read(text, fields={"code": "NO", "name": "WGMC"})
    assert (one.code, one.name, one.kind, one.schematic) == ("330110110001001", "甲一", "special", False)


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("[1, 2]", "wgs84"),
        ("not json", "wgs84"),
        ('{"type": "Polygon"}', "wgs84"),
        ('{"features": [], "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}}', "gcj02"),
        ('{"features": [], "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}}', "wgs84"),
        ('{"features": []}', "mars"),
    ],
)
def test_what_cannot_be_read_is_refused(text, crs):
    with pytest.raises(Unreadable):
        read(text, crs=crs)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::4490", "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_a_named_system_of_degrees_is_taken(name):
    assert read(json.dumps({"features": [], "crs": {"properties": {"name": name}}}), crs="cgcs2000") == []


# ---- taking in ---------------------------------------------------------------------------------


@pytest.fixture
def town(db):
    for code, name in NAMES.items():
        Division.objects.create(
            town=TOWN,
            code=code,
            parent=TOWN,
            level="village",
            kind="village",
            name=name,
            short=name,
            name_en=name,
        )


@pytest.fixture
def take(town, tmp_path):
    """Import these polygons."""

    def taken(drawn, level="grid", properties=None, **about):
        path = tmp_path / "drawn.geojson"
        path.write_text(geojson(drawn, **(properties or {})), "utf-8")
        return import_boundaries(path, town=TOWN, now=NOW, level=level, **about)

    return taken


def grid_at(x, y):
    placed = router.current(TOWN).route(120 + x / 100, 30 + y / 100)
    return placed and (placed.grid_code, placed.generation)


def test_grids_are_taken_in_once_and_their_union_is_the_village(take):
    assert take(good(), source="survey 2026").generation == 1
    assert grid_at(0.5, 0.5) == (f"{A}001", 1)
    assert shapely.from_wkb(bytes(Outline.objects.get(village=A).shape)).equals(villages()[A])
    again = take(good())
    assert (again.generation, again.unchanged, Generation.objects.count()) == (1, True, 1)
    made = Generation.objects.get()
    assert (made.source, made.crs, made.schematic, made.since) == ("survey 2026", "wgs84", False, NOW)


def test_a_change_is_a_new_generation_and_the_old_can_still_be_asked(take):
    take(good())
    take(good() | {f"{A}001": box(0, 0, 1, 0.5), f"{A}002": box(0, 0.5, 1, 1.5)})
    assert grid_at(0.5, 0.7) == (f"{A}002", 2)
    assert router.as_of(TOWN, 1).route(120.005, 30.007).grid_code == f"{A}001"
    assert take(good()).generation == 3, "what held before may come back, as a generation of its own"


def test_with_a_fault_nothing_is_written(take):
    take(good())
    report = take(good() | {f"{A}001": box(0, 0, 1, 1.1)}, accept=("gap", "missing"))
    assert report.refused
    assert report.generation is None
    assert "refused" in str(report)
    assert Generation.objects.count() == 1


def test_a_gap_can_be_accepted_and_an_overlap_cannot(take):
    hole = good() | {f"{A}001": box(0, 0) - box(0.4, 0.4, 0.2, 0.2)}
    assert take(hole).refused
    taken = take(hole, accept=("gap",))
    assert (taken.refused, taken.generation, [f.kind for f in taken.faults]) == (False, 1, ["gap"])
    assert grid_at(0.5, 0.5) is None
    with pytest.raises(ValueError, match="only gap, missing"):
        take(hole, accept=("overlap",))


def test_a_trial_writes_nothing(take):
    report = take(good(), dry_run=True)
    assert (report.refused, report.generation, report.read) == (False, None, 4)
    assert not Grid.objects.exists()


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_another_system_is_turned_into_wgs84_and_remembered(take, crs):
    def moved(at):
        return np.stack(coords.from_wgs84(at[:, 0], at[:, 1], crs), axis=1)

    take({code: shapely.transform(shape, moved) for code, shape in good().items()}, crs=crs)
    stored = shapely.from_wkb(bytes(Grid.objects.get(code=f"{A}001").shape))
    assert stored.hausdorff_distance(box(0, 0)) < 1e-8
    assert Generation.objects.get().crs == crs


def test_surveyed_villages_get_grids_of_the_old_codes_marked_as_schematic(take):
    take(good(), properties={"schematic": True})
    real = {A: box(0, 0, 1.3, 2), B: box(1.3, 0, 0.7, 2)}
    assert take(real, level="village").generation == 2
    now = router.current(TOWN)
    assert sorted(now.grids) == sorted(good())
    assert now.schematic
    assert all(grid.schematic for grid in now.grids.values())
    assert grid_at(1.2, 0.3)[0].startswith(A)
    assert health(TOWN) == []
    assert not Outline.objects.filter(generation__number=2, schematic=True).exists()
    refused = [(f.kind, f.codes) for f in take(good()).faults]
    assert refused == [("crossing", (f"{B}001",)), ("crossing", (f"{B}002",)), ("gap", (A,))]


def test_grids_that_fill_the_surveyed_villages_are_kept_as_they_are(take):
    take(good())
    take(villages(), level="village")
    now = router.current(TOWN)
    assert (now.generation, now.schematic) == (2, False)
    assert grid_at(0.5, 1.5) == (f"{A}002", 2)


def test_a_village_that_had_no_grids_becomes_one(take):
    take(villages(), level="village")
    assert grid_at(0.5, 1.5) == (f"{A}001", 1)
    assert router.current(TOWN).name(f"{A}001", "en") == "Grid 1"


# ---- dividing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 5, 8])
@pytest.mark.parametrize(
    "shape",
    [
        box(0, 0, 3, 1),
        box(0, 0, 3, 3) - box(1, 1, 1, 2),
        box(0, 0, 3, 3) - box(1, 1, 1, 1),
        shapely.MultiPolygon([box(0, 0), box(2, 0)]),
        shapely.Polygon([(120, 30), (120.05, 30.05), (120.0505, 30.05), (120.0005, 30)]),
    ],
    ids=["bar", "u", "ring", "two parts", "thin"],
)
def test_pieces_fill_the_village_and_do_not_overlap(shape, count):
    pieces = divided(shape, count)
    assert len(pieces) == count
    assert all(piece.is_valid and piece.area > shape.area / count / 4 for piece in pieces)
    assert shapely.union_all(pieces).symmetric_difference(shape).area < 1e-9 * shape.area
    assert sum(piece.area for piece in pieces) == pytest.approx(shape.area, rel=1e-9)
