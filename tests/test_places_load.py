"""Loading a town's folder, and the picture of its places that a process keeps."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shapely

from gridtown.places import outlines, router, stamp
from gridtown.places.health import health
from gridtown.places.load import PlacesError, load_places
from gridtown.places.models import Area, Division, Generation, Grid, Outline, Poi, Stamp

pytestmark = pytest.mark.django_db
SHIPPED = Path(__file__).parent.parent / "towns" / "pingyao"
TOWN = "330110110"
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped town's places, to be changed."""
    for name in ("town.toml", "divisions.csv", "areas.toml", "places"):
        copy = shutil.copytree if (SHIPPED / name).is_dir() else shutil.copy
        copy(SHIPPED / name, tmp_path / name)
    return tmp_path


def rewrite(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_the_shipped_town_is_loaded_once():
    assert load_places(SHIPPED, now=NOW) > 160
    assert Division.objects.count() == 25
    assert Division.objects.filter(level="village", kind="community").count() == 8
    assert list(Division.objects.exclude(town=TOWN).values_list("code", "parent").order_by("code")) == [
        ("33", ""), ("3301", "33"), ("330110", "3301")
    ]  # fmt: skip
    before = stamp.read(TOWN)
    assert load_places(SHIPPED, now=LATER) == 0
    assert stamp.read(TOWN) == before
    assert Generation.objects.count() == 1
    assert health(TOWN) == []


def test_what_is_drawn_and_made_up_says_so():
    load_places(SHIPPED, now=NOW)
    now = router.current(TOWN)
    assert now.schematic
    assert all(grid.schematic for grid in now.grids.values())
    assert all(area.example and "示例" in area.name and "example" in area.name_en for area in now.areas)
    assert sorted(v for area in now.areas for v in area.villages) == [v.code for v in now.villages]


def test_a_new_drawing_is_a_new_generation_and_the_old_one_stays(folder):
    load_places(folder, now=NOW)
    first = router.current(TOWN)
    villages = [f["properties"]["code"] for f in grids_of(folder)]
    at = shapely.from_geojson(json.dumps(grids_of(folder)[0]["geometry"])).representative_point()
    renamed = '"code":"330110110001001"', '"code":"330110110001009"'
    rewrite(folder / "places" / "grids.geojson", *renamed)
    assert load_places(folder, now=LATER) > 0
    now = router.current(TOWN)
    assert (first.generation, now.generation) == (1, 2)
    assert now.route(at.x, at.y).grid_code == "330110110001009"
    assert router.as_of(TOWN, 1).route(at.x, at.y) == first.route(at.x, at.y)
    assert Grid.objects.filter(generation__number=1).count() == len(villages) == len(now.grids)
    assert now.name("330110110001001") == "第一网格", "a grid that is no more keeps its name"
    assert Generation.objects.get(number=1).since == NOW
    assert load_places(folder, now=LATER) == 0


def grids_of(folder):
    return json.loads((folder / "places" / "grids.geojson").read_text("utf-8"))["features"]


def test_a_boundary_import_is_not_undone_by_loading_again(folder):
    load_places(folder, now=NOW)
    Generation.objects.create(
        town=TOWN, number=2, since=LATER, source="survey", crs="cgcs2000", schematic=False, digest="x"
    )
    assert load_places(folder, now=LATER) == 0
    assert Generation.objects.count() == 2


def test_a_name_is_corrected_and_a_dissolved_village_stays_known(folder):
    load_places(folder, now=NOW)
    rewrite(folder / "divisions.csv", "石濑村委会,石濑村", "石濑村民委员会,石濑村")
    rewrite(folder / "areas.toml", "北部片区（示例）", "北片（示例）")
    before = router.current(TOWN)
    assert load_places(folder, now=LATER) == 2
    now = router.current(TOWN)
    assert now.divisions["330110110223"].name == "石濑村民委员会"
    assert now.generation == before.generation
    lines = (folder / "divisions.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "divisions.csv").write_text("".join(line for line in lines if "奇鹤" not in line), "utf-8")
    rewrite(folder / "areas.toml", ', "330110110241"', "")
    assert load_places(folder, now=LATER) == 2
    now = router.current(TOWN)
    assert now.name("330110110241") == "奇鹤村"
    assert not now.knows("330110110241")
    assert [f.kind for f in health(TOWN)].count("no_village") == 5


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "divisions.csv",
            "330110110223,",
            "330110111223,",
            r"divisions\.csv:19: 330110111223 is not of town",
        ),
        ("divisions.csv", "330110110223,", "330110110216,", "330110110216 is there twice"),
        ("divisions.csv", "330110110223,village", "330110110223,hamlet", "level 'hamlet'"),
        ("divisions.csv", "330110110223,", "33011011022,", "no code of twelve digits"),
        ("divisions.csv", "330110110000,town", "330110110001,town", "is not the code of a town"),
        ("divisions.csv", "village,village,石濑", "village,,石濑", "neither community nor village"),
        ("areas.toml", '"330110110223"', '"330110110001"', "a2: 330110110001 is no village, or in two areas"),
        ("places/grids.geojson", '"330110110001001"', '"330110110001002"', "duplicate: 330110110001002"),
        ("places/grids.geojson", '"330110110001001"', '"330110110002009"', "crossing: 330110110002009"),
    ],
)
def test_a_fault_in_the_folder_is_named_and_nothing_is_written(folder, file, old, new, said):
    rewrite(folder / file, old, new)
    with pytest.raises(PlacesError, match=said):
        load_places(folder, now=NOW)
    assert not any(model.objects.exists() for model in (Division, Area, Generation, Grid, Outline, Stamp))


def test_public_places_are_optional_and_found_in_a_text(folder):
    (folder / "places.csv").write_text("name,code,aliases\n样例市场,330110110223,样市|大样市\n", "utf-8")
    load_places(folder, now=NOW)
    assert router.find_place("大样市门口", town=TOWN) == [("330110110223", "样例市场", (0, 3))]
    (folder / "places.csv").unlink()
    assert load_places(folder, now=LATER) == 1
    assert not Poi.objects.exists()


# ---- the picture in memory ---------------------------------------------------------------------


def test_the_picture_is_kept_until_the_stamp_moves(django_assert_num_queries):
    load_places(SHIPPED, now=NOW)
    known = stamp.read(TOWN)
    with django_assert_num_queries(6):
        first = router.current(TOWN, known)
    with django_assert_num_queries(0):
        assert router.current(TOWN, known) is first
    stamp.forget()
    with django_assert_num_queries(1):
        assert router.current(TOWN) is first
        assert router.current(TOWN) is first
    Division.objects.filter(code="330110110223").update(short="改名村")
    assert router.current(TOWN).name("330110110223") == "石濑村"
    stamp.bump(TOWN)
    assert router.current(TOWN).name("330110110223") == "改名村"


def test_the_number_of_queries_does_not_grow_with_generations(folder, django_assert_num_queries):
    load_places(folder, now=NOW)
    for n in range(3):
        rewrite(folder / "places" / "grids.geojson", '"properties":{', f'"properties":{{"n{n}":1,')
        load_places(folder, now=LATER)
    known = stamp.read(TOWN)
    with django_assert_num_queries(6):
        assert router.current(TOWN, known).generation == 4


def test_every_stamp_is_a_new_one():
    assert stamp.read("330110999") == 0
    drawn = {stamp.bump(TOWN) for _ in range(50)}
    assert len(drawn) == 50
    assert stamp.read(TOWN) in drawn
    assert stamp.read("330110999") == 0


def test_a_stamp_not_yet_committed_is_not_told_to_other_threads():
    """Else another thread would keep the rows of before under the stamp of after."""
    drawn = stamp.bump(TOWN)
    assert stamp.fresh(TOWN) == drawn
    with ThreadPoolExecutor(1) as another:
        another.submit(stamp.note, TOWN, 1).result()
        assert another.submit(stamp.fresh, TOWN).result() == 1
        assert stamp.fresh(TOWN) == drawn


def test_a_stamp_is_read_once_a_second(monkeypatch, django_assert_num_queries):
    clock = [100.0]
    monkeypatch.setattr(stamp, "monotonic", lambda: clock[0])
    stamp.forget()
    for wait, queries in [(0, 1), (0.9, 0), (0.2, 1), (0.1, 0)]:
        clock[0] += wait
        with django_assert_num_queries(queries):
            stamp.fresh(TOWN)


def test_names_in_both_languages():
    load_places(SHIPPED, now=NOW)
    now = router.current(TOWN)
    grid = "330110110223002"
    assert [now.name(grid, style=s) for s in ("short", "village", "long")] == [
        "第二网格",
        "石濑村",
        "石濑村第二网格",
    ]
    assert [now.name(grid, "en", s) for s in ("short", "village", "long")] == [
        "Grid 2", "Shilai Village", "Shilai Village, Grid 2"
    ]  # fmt: skip
    assert [now.name(c) for c in (TOWN, "330110", "33")] == ["瓶窑镇", "余杭区", "浙江省"]
    assert now.name("999") == now.name("999", "en") == "999"
    assert now.area_of(grid).key == now.area_of(grid[:12]).key == "a2"
    assert [g.code for g in now.grids_of("330110110223")][1] == grid


# ---- the map's polygons ------------------------------------------------------------------------


def test_the_maps_polygons_are_light_named_and_marked():
    load_places(SHIPPED, now=NOW)
    text = outlines.outline_geojson(TOWN)
    assert len(text.encode()) < 150_000
    drawn = json.loads(text)
    assert (drawn["schematic"], drawn["generation"]) == (True, 1)
    levels = [f["properties"]["level"] for f in drawn["features"]]
    assert levels == ["village"] * 21 + ["grid"] * 118
    west, south, east, north = outlines.bounds(TOWN)
    for feature in drawn["features"]:
        about, shape = feature["properties"], shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid
        assert about["schematic"]
        assert about["generation"] == 1
        assert about["name"]
        assert about["name_en"]
        assert about["kind"]
        assert shape.contains(shapely.Point(about["label"]))
        assert west - 1e-4 < shape.bounds[0]
        assert shape.bounds[2] < east + 1e-4
        assert south - 1e-4 < shape.bounds[1]
        assert shape.bounds[3] < north + 1e-4
    assert [
        f["properties"]["level"] for f in json.loads(outlines.outline_geojson(TOWN, "village"))["features"]
    ] == (["village"] * 21)


def test_the_maps_polygons_are_made_once(django_assert_num_queries):
    load_places(SHIPPED, now=NOW)
    known = stamp.read(TOWN)
    outlines.outline_geojson(TOWN, "all", known)
    with django_assert_num_queries(0):
        outlines.outline_geojson(TOWN, "all", known)


def test_without_boundaries_there_is_no_map_and_health_says_so(folder):
    shutil.rmtree(folder / "places")
    load_places(folder, now=NOW)
    now = router.current(TOWN)
    assert (now.generation, now.route(119.97, 30.39)) == (0, None)
    assert json.loads(outlines.outline_geojson(TOWN))["features"] == []
    assert outlines.bounds(TOWN) is None
    assert [f.kind for f in health(TOWN)] == ["no_boundaries"]


def test_health_sees_a_village_without_grids_or_area():
    load_places(SHIPPED, now=NOW)
    Grid.objects.filter(village="330110110223").delete()
    Area.objects.filter(key="a2").delete()
    stamp.bump(TOWN)
    found = health(TOWN)
    assert [f.codes for f in found if f.kind == "no_grids"] == [("330110110223",)]
    assert [f.kind for f in found].count("no_area") == 5
