"""Lines of sight: from pixels to directions, from directions to places, and how sure those are."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from math import atan, atan2, degrees, hypot, radians, sin, sqrt, tan

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from gridtown.lines import read_table
from gridtown.lines.lookout import aim, ranging, sectors, terrain
from gridtown.lines.lookout.aim import Aim, Landmark
from gridtown.lines.lookout.bearings import Bearing, Fix, around, distance2, ellipse, locate, off_line2
from gridtown.lines.lookout.plane import EARTH, Plane, apart, wrap
from gridtown.lines.lookout.tracks import Track, written

TOWERS = ((0.0, 0.0), (6000.0, 0.0), (3000.0, 5500.0))
places = st.tuples(st.floats(-1000, 7000), st.floats(500, 6500))


def lines(fire: tuple[float, float], towers: tuple[tuple[float, float], ...], sigma: float, *, noise=None):
    """How towers see a fire, each erring by its own share of noise."""
    off = noise if noise is not None else np.zeros(len(towers))
    found = []
    for (east, north), turn in zip(towers, off, strict=True):
        true = degrees(atan2(fire[0] - east, fire[1] - north))
        found.append(Bearing(east, north, (true + float(turn)) % 360, sigma))
    return found


@pytest.mark.parametrize(
    ("turn", "same"), [(0, 0), (180, 180), (-180, 180), (181, -179), (359.5, -0.5), (-540, 180)]
)
def test_turns_are_the_short_way_round(turn: float, same: float) -> None:
    assert wrap(turn) == same


@given(st.floats(-20_000, 20_000), st.floats(-20_000, 20_000))
def test_the_plane_and_back(east: float, north: float) -> None:
    plane = Plane(119.97, 30.39)
    assert plane.xy(*plane.lonlat(east, north)) == pytest.approx((east, north), abs=1e-6)


@pytest.mark.parametrize(("fov", "error"), [(54, 0.8), (60, 1.1), (87, 3.65), (100, 5.8)])
def test_a_lens_maps_tangents_and_the_linear_rule_errs(fov: float, error: float) -> None:
    straight = Aim(0.0, 0.0, fov, fov)
    worst = max(abs(wrap(straight.direction(x, 0.5)[0]) - (x - 0.5) * fov) for x in np.linspace(0, 1, 401))
    assert worst == pytest.approx(error, abs=0.06)
    assert straight.direction(0.75, 0.5)[0] == pytest.approx(degrees(atan(0.5 * tan(radians(fov / 2)))))


def test_a_tilted_camera_turns_more_towards_the_edges() -> None:
    level, tilted = Aim(350.0, 0.0, 54, 32), Aim(350.0, -20.0, 54, 32)
    assert tilted.direction(0.5, 0.5) == pytest.approx((350.0, -20.0))
    assert level.direction(1.0, 0.5)[0] == pytest.approx(17.0), "over north"
    assert wrap(tilted.direction(1.0, 1.0)[0] - 350) > wrap(level.direction(1.0, 1.0)[0] - 350)


def test_the_ground_falls_away_from_a_ray() -> None:
    away = 5000.0
    curve = (1 - ranging.REFRACTION) / (2 * EARTH)
    pitch = degrees(atan(-(45.0 + curve * away**2) / away))
    assert ranging.strikes(45.0, pitch) == pytest.approx(5000.0, abs=1.0)
    assert 45.0 / tan(radians(-pitch)) == pytest.approx(4817, abs=2), "no term at all"
    assert ranging.strikes(45.0, 0.1) == float("inf")
    assert ranging.strikes(45.0, -0.05) == float("inf"), "over the horizon"


@pytest.mark.parametrize(("metres", "error"), [(1000, 39), (2000, 155), (3000, 349), (5000, 970)])
def test_one_tower_s_range_is_good_to_two_kilometres(metres: float, error: float) -> None:
    pitch = -degrees(atan(45.0 / metres))
    flat = (metres**2 + 45.0**2) / 45.0 * radians(0.1)
    assert flat == pytest.approx(error, abs=2)
    found = ranging.reach(45.0, pitch, 0.1)
    assert found.near < metres < found.far
    assert found.far - found.near > 3.5 * flat, (
        "twice the error to each side, and more with the earth's curve"
    )


@given(places)
def test_exact_lines_meet_where_it_burns(fire: tuple[float, float]) -> None:
    found = locate(lines(fire, TOWERS, 0.5), min_angle=10)
    assert found is not None
    assert (found.east, found.north) == pytest.approx(fire, abs=0.5)
    assert found.chi2 < 1e-6
    assert found.spare == 1


@given(places, st.permutations(range(3)), st.lists(st.floats(-1, 1), min_size=3, max_size=3))
def test_the_order_of_towers_changes_nothing(fire, order, noise) -> None:
    seen = lines(fire, TOWERS, 0.5, noise=np.array(noise))
    one, two = locate(seen, min_angle=10), locate([seen[n] for n in order], min_angle=10)
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert (two.east, two.north) == pytest.approx((one.east, one.north), abs=0.01)
        assert two.cov == pytest.approx(one.cov, rel=1e-6)


def test_parallel_and_backward_lines_are_refused() -> None:
    assert locate([Bearing(0, 0, 359, 0.5), Bearing(6000, 0, 4, 0.5)], min_angle=10) is None, (
        "five degrees over north"
    )
    assert locate([Bearing(0, 0, 350, 0.5), Bearing(6000, 0, 10, 0.5)], min_angle=10) is None, (
        "they meet behind"
    )
    assert locate([Bearing(0, 0, 90, 0.5), Bearing(6000, 0, 270, 0.5)], min_angle=10) is None, "at each other"
    assert locate([Bearing(0, 0, 90, 0.5)], min_angle=10) is None


def test_lines_that_meet_at_a_mast_itself_locate_nothing_and_are_no_error() -> None:
    """One camera looks over the other: where their lines meet, the other's direction says nothing."""
    over = Bearing(122.47342311474611, 1388.0462693043748, 145.0, 1.055)
    behind = Bearing(122.47342311474611, -1111.9492664453662, 0.0, 1.123)
    assert locate([over, behind], min_angle=10) is None
    assert locate([behind, over], min_angle=10) is None


@given(places)
def test_two_towers_err_as_the_closed_form_says(fire: tuple[float, float]) -> None:
    seen = lines(fire, TOWERS[:2], 1.0)
    gamma = radians(seen[0].azimuth - seen[1].azimuth)
    assume(abs(sin(gamma)) > sin(radians(12)))
    found = locate(seen, min_angle=10)
    assert found is not None
    apart2 = sum(b.range(*fire) ** 2 for b in seen)
    assert sqrt(found.cov[0] + found.cov[2]) == pytest.approx(
        radians(1.0) * sqrt(apart2) / abs(sin(gamma)), rel=1e-3
    )


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("towers", [2, 3])
def test_the_ellipse_holds_the_truth_as_often_as_it_says(towers: int, sigma: float) -> None:
    chance = np.random.default_rng(7)
    inside = tried = 0
    while tried < 500:
        fire = (float(chance.uniform(-1000, 7000)), float(chance.uniform(500, 6500)))
        seen = lines(fire, TOWERS[:towers], sigma, noise=chance.normal(0, sigma, towers))
        found = locate(seen, min_angle=10)
        if found is None:
            continue
        tried += 1
        inside += distance2(found, Fix(*fire, (0.0, 0.0, 0.0))) < 5.991
    assert 0.92 < inside / tried < 0.98


@settings(max_examples=50)
@given(st.floats(1, 1e4), st.floats(1, 1e4), st.floats(-0.9, 0.9))
@example(1.0, 3.0, -2.220446049250313e-16)
def test_an_ellipse_s_axes_are_the_covariance_s(a: float, b: float, share: float) -> None:
    cov = (a, share * sqrt(a * b), b)
    major, minor, heading = ellipse(cov)
    assert major >= minor > 0
    assert 0 <= heading < 180
    ahead = np.array([sin(radians(heading)), sin(radians(90 - heading))])
    along = float(ahead @ np.array([[cov[0], cov[1]], [cov[1], cov[2]]]) @ ahead)
    assert major**2 == pytest.approx(5.991 * along, rel=1e-3)


def test_a_wrong_partner_is_found_by_chi_square() -> None:
    seen = lines((3000.0, 3000.0), TOWERS, 0.5)
    assert (found := locate(seen, min_angle=10)) is not None
    assert found.agrees
    seen[2] = Bearing(seen[2].east, seen[2].north, seen[2].azimuth + 6, 0.5)
    assert (wrong := locate(seen, min_angle=10)) is not None
    assert not wrong.agrees
    assert off_line2(seen[2], around(3000.0, 3000.0, 50.0)) > 6.6


def test_metres_between_degrees() -> None:
    assert apart((119.97, 30.39), (119.97, 30.40)) == pytest.approx(1112, abs=1)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0, 359), st.floats(-12, 3), st.floats(-3, 3), st.floats(45, 62),
    st.lists(st.tuples(st.floats(0.05, 0.95), st.floats(0.1, 0.9)), min_size=5, max_size=9, unique=True),
)  # fmt: skip
def test_a_pose_is_found_again_from_its_landmarks(azimuth, pitch, roll, fov, points) -> None:
    assume(max(x for x, _ in points) - min(x for x, _ in points) > 0.4)
    assume(max(y for _, y in points) - min(y for _, y in points) > 0.3)
    shape = degrees(2 * atan(32 / 54 * tan(radians(fov) / 2)))
    true = Aim(azimuth, pitch, fov, aim._upright(fov, 54.0, 32.0), roll)
    assert true.fov_v == pytest.approx(shape, rel=0.1)
    marks = [Landmark(x, y, *true.direction(x, y)) for x, y in points]
    found = aim.fit(Aim((azimuth + 3) % 360, pitch + 1, 54.0, 32.0), marks)
    assert found is not None
    fitted, off = found
    assert wrap(fitted.azimuth - azimuth) == pytest.approx(0, abs=0.01)
    assert (fitted.pitch, fitted.roll, fitted.fov_h) == pytest.approx((pitch, roll, fov), abs=0.05)
    assert max(map(abs, off)) < 0.01
    assert fitted.sigma == 0.1, "nothing is surer than a tenth of a degree"


def test_without_heights_only_direction_and_opening_are_fitted() -> None:
    true = Aim(100.0, 0.0, 51.36, 30.0)
    marks = [Landmark(x, 0.5, true.direction(x, 0.5)[0], None) for x in (0.1, 0.3, 0.6, 0.9)]
    found = aim.fit(Aim(98.0, 0.0, 54.2, 31.8), marks)
    assert found is not None
    assert found[0].fov_h == pytest.approx(51.36, abs=0.01)
    assert (found[0].azimuth, found[0].pitch) == (pytest.approx(100.0, abs=0.01), 0.0)
    assert aim.fit(Aim(98.0, 0.0, 54.2, 31.8), marks[:3]) is None, "three say nothing of four"


@pytest.mark.parametrize(
    "line", ["0.5 0.5 119.97", "a b c d", "1.5 0.5 120 30", "0.5 0.5 119.97 30.39", "0 0 1 2 3 4"]
)
def test_a_landmark_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(aim.Unreadable):
        aim.landmark(line, 119.97, 30.39, 45.0)


def test_a_landmark_on_the_horizon() -> None:
    lon, lat = Plane(119.97, 30.39).lonlat(3000.0, 0.0)
    mark = aim.landmark(f"0.5 0.4 {lon} {lat} 45", 119.97, 30.39, 45.0)
    assert mark.azimuth == pytest.approx(90.0)
    assert mark.elevation == pytest.approx(-degrees(atan(0.87 * 3000 / (2 * EARTH))), abs=1e-3), (
        "the earth's curve"
    )


# ---- the land ---------------------------------------------------------------------------------

GRID = 0.0005  # degrees, about 50 m


def grid(height, *, nothing: int = 0) -> str:
    """An ESRI ASCII grid of 10 km around the origin's tower; height: of metres east and north."""
    plane, n = Plane(119.97, 30.39), 201
    west, south = 119.97 - GRID * n / 2, 30.39 - GRID * n / 2
    rows = []
    for row in reversed(range(n)):
        at = [plane.xy(west + GRID * (col + 0.5), south + GRID * (row + 0.5)) for col in range(n)]
        rows.append(" ".join("-9999" if i < nothing else f"{height(*one):.3f}" for i, one in enumerate(at)))
    head = f"ncols {n}\nnrows {n}\nxllcorner {west}\nyllcorner {south}\ncellsize {GRID}\nNODATA_value -9999\n"
    return head + "\n".join(rows)


def land(height, **more) -> terrain.Terrain:
    rows = {row["key"]: row for row in terrain.table_of(grid(height, **more).splitlines())}
    found = terrain.Terrain.of(rows)
    assert found is not None
    return found


HERE = (119.97, 30.39)


def test_over_flat_land_the_grid_says_what_the_formula_says() -> None:
    flat = land(lambda east, north: 20.0)
    for pitch in (-4.0, -2.0, -1.5):
        assert flat.strikes(*HERE, 45.0, 77.0, pitch) == pytest.approx(
            ranging.strikes(45.0, pitch), rel=0.002
        )


def test_a_hill_ends_the_ray_before_the_plain_would() -> None:
    hill = land(lambda east, north: 60.0 if east > 800 else 0.0)
    assert hill.strikes(*HERE, 45.0, 90.0, -1.0) == pytest.approx(800, abs=60)
    assert hill.strikes(*HERE, 45.0, 270.0, -1.0) == pytest.approx(ranging.strikes(45.0, -1.0), rel=0.01)
    found = terrain.seen_at(hill, HERE, 45.0, 90.0, -1.0, 0.2)
    assert found.near <= found.middle <= found.far < 900, "the near slope is all that it can be"


def test_a_valley_lets_the_ray_go_on() -> None:
    valley = land(lambda east, north: -0.02 * abs(east))
    assert valley.strikes(*HERE, 45.0, 90.0, -3.0) == pytest.approx(45 / (tan(radians(3.0)) - 0.02), rel=0.01)


def test_beyond_the_grid_and_without_one_the_land_is_flat() -> None:
    flat = ranging.reach(45.0, -0.6, 0.1)
    edge = land(lambda east, north: 0.0, nothing=120)
    assert edge.strikes(*HERE, 45.0, 90.0, -0.3) is None, "it leaves the grid"
    assert edge.height(*HERE) is None, "nothing is known here"
    assert terrain.seen_at(None, HERE, 45.0, 90.0, -0.6, 0.1) == flat
    assert terrain.seen_at(edge, HERE, 45.0, 90.0, -0.6, 0.1) == flat
    assert terrain.known(None) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [("ncols 201", "ncols 200"), ("cellsize", "cell"), ("cellsize 0.0005", "cellsize 30"),
     ("xllcorner 1", "xllcorner x"), ("ncols 201", "ncols 201000000"), ("\n0.000", "\nzero")],
)  # fmt: skip
def test_a_grid_that_is_none_is_refused(old: str, new: str) -> None:
    text = grid(lambda east, north: 0.0)
    assert old in text
    with pytest.raises(terrain.Unreadable):
        list(terrain.table_of(text.replace(old, new, 1).splitlines()))


def test_the_command_writes_the_towns_table(tmp_path) -> None:
    (tmp_path / "land.asc").write_text(grid(lambda east, north: east / 100), encoding="ascii")
    call_command(
        "elevation", str(tmp_path / "land.asc"), every=2, out=tmp_path / "out.csv", stdout=StringIO()
    )
    found = terrain.Terrain.of(read_table(tmp_path / "out.csv"))
    assert found is not None
    lon, lat = Plane(*HERE).lonlat(1000.0, 0.0)
    assert found.height(lon, lat) == pytest.approx(10.0, abs=0.3)
    (tmp_path / "land.asc").write_text("ncols 3\n", encoding="ascii")
    with pytest.raises(CommandError):
        call_command("elevation", str(tmp_path / "land.asc"), out=tmp_path / "out.csv")
    assert terrain.Terrain.of(read_table(tmp_path / "out.csv")) == found, "whole or not at all"


# ---- what a map draws ---------------------------------------------------------------------------


def test_a_direction_alone_is_drawn_as_a_sector_and_a_place_as_its_ellipse() -> None:
    seen = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    track = Track(1, 2, *HERE, 90.0, 1.0, seen, seen, (0.4, 0.4, 0.5, 0.5), 5000.0)
    intake = {"tracks": [written(track)]}
    [sector] = sectors.drawn(intake, ())
    assert sector[0] == sector[-1]
    assert HERE in sector
    around = [Plane(*HERE).xy(*at) for at in sector if at != HERE]
    assert [hypot(*at) for at in around] == pytest.approx([5000.0] * len(around), rel=0.001)
    turns = [degrees(atan2(*at)) for at in around]
    assert (min(turns), max(turns)) == pytest.approx((88.0, 92.0), abs=0.01)
    near = replace(track, range=ranging.Range(900.0, 700.0, 1200.0))
    [part] = sectors.drawn({"tracks": [written(near)]}, ())
    far = sorted(hypot(*Plane(*HERE).xy(*at)) for at in part)
    assert (far[0], far[-1]) == pytest.approx((700.0, 1200.0), rel=0.01)
    placed = {"as_of": seen.isoformat(), "tracks": [written(track)], "lon": HERE[0], "lat": HERE[1],
              "major": 200.0, "minor": 50.0, "heading": 90.0}  # fmt: skip
    _, ring = sectors.drawn(intake, [placed])
    east, north = zip(*(Plane(*HERE).xy(*at) for at in ring), strict=True)
    assert (max(east), max(north)) == pytest.approx((200.0, 50.0), rel=0.01)
    assert sectors.drawn({"description": "烟"}, ()) == []
