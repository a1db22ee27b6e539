"""One smoke or two: what went wrong elsewhere, told as readings of cameras, and what must never depend on order."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridtown.kernel.tool import Add, Open
from gridtown.lines.lookout import tracks
from gridtown.lines.lookout.grouping import Event, choose, same
from gridtown.lines.lookout.history import wholes
from gridtown.lines.lookout.placing import Rules, by_mast, place, plane_of
from gridtown.lines.lookout.plane import apart
from gridtown.lines.lookout.ranging import Range
from gridtown.lines.lookout.tracks import Spot, Track
from tests.lookout import HERE, NOON, SETTINGS, Scene

RULES = Rules.of(SETTINGS)
MIN = 60.0


def off(scene: Scene, number: str, fire: tuple[float, float]) -> float:
    """By how many metres an alarm's place is off the fire."""
    known = scene.ledger.known(number)
    return apart((known["lon"], known["lat"]), HERE.lonlat(*fire))


@pytest.fixture
def two() -> Scene:
    """Two towers six kilometres apart that look at the land to the north of them."""
    scene = Scene()
    scene.tower("A", 0.0, 0.0, 0.0, 45.0, 90.0)
    scene.tower("B", 6000.0, 0.0, 0.0, 315.0, 270.0)
    return scene


def test_cameras_of_one_mast_group_and_the_far_one_locates() -> None:
    """Elsewhere two cameras on one mast located a fire at random (pyro-api 629)."""
    scene = Scene()
    scene.tower("A", 0.0, 0.0, 45.0)
    scene.tower("A2", 30.0, 0.0, 60.0)
    scene.tower("B", 6000.0, 0.0, 315.0)
    fire = (3000.0, 3200.0)
    assert scene.sees("A", 45.0, 0, fire) == ["open alarm"]
    assert scene.sees("A2", 60.0, 20, fire, off=0.8) == ["sight LK2026-00001"]
    assert scene.ledger.known("LK2026-00001")["placed"] == "sector", "one mast never locates"
    assert scene.sees("B", 315.0, 40, fire) == ["sight LK2026-00001"]
    assert scene.ledger.known("LK2026-00001")["placed"] == "crossed"
    assert off(scene, "LK2026-00001", fire) < 60
    assert len(scene.ledger.known("LK2026-00001")["tracks"]) == 3


def test_one_fire_seen_by_turns_is_one_and_fires_an_hour_apart_are_two(two: Scene) -> None:
    """Sightings that did not overlap in time were never put together, or all were (pyro-api 573)."""
    fire = (3000.0, 3000.0)
    assert two.sees("A", 45.0, 0, fire) == ["open alarm"]
    assert two.sees("B", 315.0, 17, fire) == ["sight LK2026-00001"]
    assert two.sees("A", 45.0, 34, fire) == ["sight LK2026-00001"]
    assert off(two, "LK2026-00001", fire) < 60
    assert two.sees("B", 315.0, 3700, (3000.0, 3000.0)) == ["open alarm"], (
        "an hour later it is another, there too"
    )


def test_what_chains_from_one_place_to_another_is_not_one_fire(two: Scene) -> None:
    """Each step is close to the one before it; the last is far from the first."""
    east = [2600.0 + 130.0 * n for n in range(14)]
    for n, x in enumerate(east):
        two.sees("A", 45.0, 60.0 * n, (x, 3000.0))
        two.sees("B", 315.0, 60.0 * n + 20, (x, 3000.0))
    assert len(two.ledger.alarms()) > 1, "drifting smoke is not followed across the fields"
    first = two.ledger.known("LK2026-00001")
    assert apart((first["lon"], first["lat"]), HERE.lonlat(east[0], 3000.0)) < 400, (
        "and the first stays where it was"
    )


def test_a_box_over_two_fires_steals_neither_s_later_boxes(two: Scene) -> None:
    """One wide box, and from then on both fires' boxes went to one of them (pyro-api 662)."""
    left, right = (2000.0, 4000.0), (2600.0, 4000.0)
    assert two.sees("A", 45.0, 0, left, right) == ["open alarm", "open alarm"]
    for n in range(1, 4):
        assert sorted(two.sees("A", 45.0, 60.0 * n, left, right)) == [
            "sight LK2026-00001",
            "sight LK2026-00002",
        ]
    before = {n: two.ledger.known(n)["tracks"][0].split(" ×")[0] for n in ("LK2026-00001", "LK2026-00002")}
    a, b = two.box("A", 45.0, left), two.box("A", 45.0, right)
    wide = [a[0] - 0.01, min(a[1], b[1]), b[2] + 0.01, max(a[3], b[3]), 0.9]
    assert len(two.ledger.read("A", "45", NOON + timedelta(minutes=4), wide)) == 1
    for n in range(5, 9):
        assert sorted(two.sees("A", 45.0, 60.0 * n, left, right)) == [
            "sight LK2026-00001",
            "sight LK2026-00002",
        ]
    after = {n: two.ledger.known(n)["tracks"][0].split(" ×")[0] for n in before}
    assert after == before, "the wide box has moved nothing"


def test_a_calibration_put_right_changes_later_lines_and_no_earlier_ones(two: Scene) -> None:
    """Old alarms moved when a field of view was corrected (pyro-api 694, 397)."""
    fire = (1000.0, 3000.0)
    two.sees("A", 0.0, 0, fire)
    kept = two.ledger.known("LK2026-00001")["tracks"]
    poses = two.ledger.records["pose"]
    fitted = {"fit_azimuth": 4.0, "fit_pitch": 0.0, "fit_roll": 0.0, "fit_fov": 51.36, "fit_sigma": 0.2}
    poses[0] = replace(poses[0], answers={**poses[0].answers, **fitted})
    assert two.ledger.known("LK2026-00001")["tracks"] == kept
    assert two.sees("A", 0.0, 3000, fire) == ["open alarm"]
    later, _ = tracks.read(two.ledger.known("LK2026-00002")["tracks"])
    earlier, _ = tracks.read(kept)
    assert later[0].azimuth - earlier[0].azimuth == pytest.approx(3.0, abs=0.2), (
        "four degrees, less the narrower lens"
    )
    assert later[0].sigma == pytest.approx(0.2)


def test_a_slow_fire_is_one_event_for_half_an_hour(two: Scene) -> None:
    """One slow fire became ten (pyro-api 269, 390)."""
    fire = (3000.0, 3000.0)
    for minute in range(0, 31, 3):
        two.sees("A", 45.0, minute * MIN, fire)
    assert [seen.number for seen in two.ledger.alarms()] == ["LK2026-00001"]
    track = tracks.read(two.ledger.known("LK2026-00001")["tracks"])[0][0]
    assert (track.n, track.last - track.first) == (11, timedelta(minutes=30))


def test_the_surest_box_is_told_first_and_once(two: Scene) -> None:
    """The box was chosen by its right edge (resolve_cone); a model draws several on one plume."""
    box = two.box("A", 45.0, (3000.0, 3000.0))
    weak = [box[0] + 0.01, box[1], box[2] + 0.01, box[3], 0.4]
    assert two.ledger.read("A", "45", NOON, weak, box) == ["open alarm"]
    assert two.ledger.known("LK2026-00001")["score"] == 0.8
    assert two.ledger.read("A", "45", NOON + timedelta(minutes=1), weak, box) == ["sight LK2026-00001"]


def test_two_directions_that_one_line_crosses_are_left_apart(two: Scene) -> None:
    """Two fires and one line: four crossings, of which two are nothing. The alarm says what it may belong to."""
    near, far = (2000.0, 3200.0), (3500.0, 2500.0)
    assert two.sees("A", 45.0, 0, near, far) == ["open alarm", "open alarm"]
    assert two.sees("B", 315.0, 20, near) == ["open alarm"]
    assert two.ledger.known("LK2026-00003")["possible"] == ["LK2026-00001", "LK2026-00002"]


def test_without_any_place_nothing_is_chained(two: Scene) -> None:
    """A person's report without a point joins nothing, and nothing joins through it."""
    assert two.ledger.write([_report()], NOON) == ["open alarm"]
    assert two.sees("A", 45.0, 60, (3000.0, 3000.0)) == ["open alarm"]


def test_a_person_s_point_takes_in_what_towers_see_there(two: Scene) -> None:
    lon, lat = HERE.lonlat(3100.0, 3050.0)
    two.ledger.write([_report(lon, lat)], NOON)
    assert two.sees("A", 45.0, 60, (3000.0, 3000.0)) == ["sight LK2026-00001"]
    assert two.sees("B", 315.0, 90, (3000.0, 3000.0)) == ["sight LK2026-00001"]
    known = two.ledger.known("LK2026-00001")
    assert known["major"] < 150, "three hundred metres of a person, then two lines"
    assert off(two, "LK2026-00001", (3000.0, 3000.0)) < 80


def test_a_drone_s_point_joins_the_line_it_lies_on(two: Scene) -> None:
    two.sees("A", 45.0, 0, (3000.0, 3000.0))
    assert two.ledger.spot(3020.0, 3010.0, NOON + timedelta(minutes=2)) == ["sight LK2026-00001"]
    assert two.ledger.known("LK2026-00001")["placed"] == "point"
    assert two.ledger.spot(100.0, 5000.0, NOON + timedelta(minutes=3)) == ["open alarm"]
    assert two.ledger.spot(3000.0, 3000.0, NOON + timedelta(minutes=4)) == ["sight LK2026-00001"]


def _report(lon: float | None = None, lat: float | None = None):
    return Open("alarm", {"description": "冒烟"}, lon, lat)


def merged(scene: Scene, number: str, into: str) -> None:
    scene.ledger.add(Add(number, "merge", {"into": into}), NOON + timedelta(minutes=3))


def test_a_merge_is_undone_without_a_trace(two: Scene) -> None:
    fire, other = (3000.0, 3000.0), (500.0, 4000.0)
    two.sees("A", 45.0, 0, fire)
    two.sees("A", 0.0, 10, other)
    before = {s.number: dict(two.ledger.known(s.number)) for s in two.ledger.alarms()}
    merged(two, "LK2026-00002", "LK2026-00001")
    both = wholes(two.ledger.alarms(), 300.0)
    assert list(both) == ["LK2026-00001"]
    assert {t.pose for t in both["LK2026-00001"].event.tracks} == {
        _pose(two, "A", "0"),
        _pose(two, "A", "45"),
    }
    assert two.sees("A", 0.0, 200, other) == ["sight LK2026-00002"], "written where its pose's track is"
    assert two.sees("A", 45.0, 210, fire) == ["sight LK2026-00001"]
    two.ledger.add(Add("LK2026-00002", "separate", {"reason": "两处"}), NOON + timedelta(minutes=4))
    for number, was in before.items():
        known = tracks.read(two.ledger.known(number)["tracks"])[0]
        then = tracks.read(was["tracks"])[0]
        assert [(t.pose, t.n) for t in known] == [(t.pose, 2) for t in then]
        assert known[0].azimuth == pytest.approx(then[0].azimuth, abs=0.01)
    assert two.sees("A", 0.0, 260, other) == ["sight LK2026-00002"]
    assert two.ledger.cases["LK2026-00002"].state == "verified"


def test_what_was_merged_on_and_on_is_one_and_a_ring_is_none(two: Scene) -> None:
    for n, fire in enumerate([(500.0, 4000.0), (1500.0, 4000.0), (3000.0, 3000.0)]):
        two.sees("A", 0.0 if n == 0 else 45.0, n * 10.0, fire)
    merged(two, "LK2026-00001", "LK2026-00002")
    merged(two, "LK2026-00002", "LK2026-00003")
    assert len(wholes(two.ledger.alarms(), 300.0)["LK2026-00003"].members) == 3


def test_what_a_person_took_off_opens_its_own_and_does_not_come_back(two: Scene) -> None:
    fire, other = (3000.0, 3000.0), (4500.0, 1500.0)  # B's line to the other runs through the line of A
    two.sees("A", 45.0, 0, fire)
    assert two.sees("B", 315.0, 20, other) == ["sight LK2026-00001"], "two lines always cross somewhere"
    known = two.ledger.known("LK2026-00001")
    pose = tracks.read(known["tracks"])[0][1].pose
    left = [line for line in known["tracks"] if not line.startswith(f"#{_camera(two, 'B')}/")]
    alarm = two.ledger.cases["LK2026-00001"]
    taken = {
        "as_of": (NOON + timedelta(seconds=30)).isoformat(),
        "tracks": left,
        "apart": [pose],
        "placed": "sector",
    }
    two.ledger.cases["LK2026-00001"] = replace(alarm, moved={**alarm.moved, "detach": taken})
    assert two.sees("B", 315.0, 40, other) == ["open alarm"]
    assert two.sees("A", 45.0, 60, fire) == ["sight LK2026-00001"]
    assert two.sees("B", 315.0, 80, other) == ["sight LK2026-00002"]
    assert two.ledger.known("LK2026-00001")["placed"] == "sector"


def _pose(scene: Scene, camera: str, code: str) -> int:
    poses = scene.ledger.records["pose"]
    return next(
        p.id for p in poses if (p.answers["camera"], p.answers["code"]) == (_camera(scene, camera), code)
    )


def _camera(scene: Scene, code: str) -> int:
    return next(c.id for c in scene.ledger.records["camera"] if c.answers["code"] == code)


bearings = st.floats(0, 359.9).map(lambda turn: round(turn, 3))


@st.composite
def some_tracks(draw: st.DrawFn) -> Track:
    camera = draw(st.integers(1, 5))
    lon, lat = HERE.lonlat(3000.0 * (camera % 3), 2500.0 * (camera // 3))
    at = NOON + timedelta(seconds=draw(st.integers(0, 1200)))
    x, y = draw(st.floats(0.05, 0.9)), draw(st.floats(0.2, 0.9))
    box = (round(x, 3), round(y - 0.05, 3), round(x + 0.04, 3), round(y, 3))
    far = draw(
        st.none() | st.floats(500, 4000).map(lambda m: Range(round(m), round(0.8 * m), round(1.3 * m)))
    )
    return Track(camera, camera * 10 + draw(st.integers(0, 2)), round(lon, 6), round(lat, 6), draw(bearings),
                 round(draw(st.floats(0.1, 2.0)), 3), at, at, box, 8000.0, far, draw(st.integers(1, 9)))  # fmt: skip


@st.composite
def some_events(draw: st.DrawFn) -> list[Event]:
    many = draw(
        st.lists(st.lists(some_tracks(), min_size=1, max_size=3, unique_by=lambda t: t.pose), max_size=5)
    )
    return [Event(f"LK2026-{n:05}", tuple(each)) for n, each in enumerate(many, 1)]


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(some_tracks(), some_events(), st.randoms(use_true_random=False))
def test_the_order_in_which_smokes_are_known_changes_nothing(
    seen: Track, events: list[Event], chance: Random
) -> None:
    shuffled = [Event(e.number, tuple(chance.sample(e.tracks, len(e.tracks)))) for e in events]
    chance.shuffle(shuffled)
    one, two = choose(seen, events, RULES), choose(seen, shuffled, RULES)
    assert (one.event and one.event.number) == (two.event and two.event.number)
    assert (one.possible, one.blurred) == (two.possible, two.blurred)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(some_tracks(), min_size=2, max_size=5, unique_by=lambda t: t.pose),
    st.randoms(use_true_random=False),
)
def test_the_order_of_sightings_moves_no_place(seen: list[Track], chance: Random) -> None:
    plane = plane_of(seen, ())
    one = place(seen, (), RULES, plane)
    two = place(chance.sample(seen, len(seen)), (), RULES, plane)
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert (two.fix.east, two.fix.north) == pytest.approx((one.fix.east, one.fix.north), abs=0.5)


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(some_events())
def test_being_the_same_has_no_direction(events: list[Event]) -> None:
    for a in events:
        for b in events:
            assert same(a, b, RULES) == same(b, a, RULES)


@given(st.lists(some_tracks(), max_size=4), st.lists(st.floats(5, 900), max_size=3))
def test_what_the_ledger_keeps_is_read_as_it_was_written(seen: list[Track], sigmas: list[float]) -> None:
    spots = [Spot(119.97, 30.39, round(sigma), NOON) for sigma in sigmas]
    assert tracks.read(tracks.lines(seen, spots)) == (tuple(seen), tuple(spots))


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(ValueError, match="not a line of sight"):
        tracks.read(["north by east"])


def test_of_one_mast_the_surest_counts() -> None:
    base = {"first": NOON, "last": NOON, "box": (0.1, 0.1, 0.2, 0.2), "reach": 8000.0}
    sure = Track(1, 1, 119.97, 30.39, 40.0, 0.3, **base)
    near = Track(2, 2, 119.9701, 30.39, 41.0, 0.9, **base)
    away = Track(3, 3, 119.98, 30.39, 320.0, 0.9, **base)
    assert by_mast([near, away, sure], 100.0) == [sure, away]
