"""What is not dispatched and kept all the same, what is told of a camera, and what the day's weather makes of it."""

from dataclasses import replace
from datetime import date, timedelta
from math import hypot
from typing import Any

import pytest

from gridtown import town as towns
from gridtown.kernel.line import Line
from gridtown.kernel.told import Doing, Kept, Refused
from gridtown.kernel.tool import Add, Open, Seen
from gridtown.lines.lookout import danger, registers
from gridtown.lines.lookout.suppress import overlap
from tests.lookout import ALWAYS, DEVICE, FOV_H, FOV_V, HERE, LINE, NOON, SETTINGS, Scene

FIRE = (3000.0, 3000.0)
MIN = 60.0


@pytest.fixture
def two() -> Scene:
    scene = Scene()
    scene.tower("A", 0.0, 0.0, 0.0, 45.0, sigma=0.2)
    scene.tower("B", 6000.0, 0.0, 315.0, sigma=0.2)
    return scene


def burner(scene: Scene, *, at: tuple[float, float] = FIRE, **more: Any) -> Kept:
    lon, lat = HERE.lonlat(*at)
    return scene.ledger.keep(
        "burner", "窑厂", sort="chimney", lon=lon, lat=lat, radius=60, **{**ALWAYS, **more}
    )


def permit(scene: Scene, *, purpose: str = "farm", minutes: float = 60, **more: Any) -> Kept:
    lon, lat = HERE.lonlat(*FIRE)
    times = {"since": NOON.isoformat(), "until": (NOON + timedelta(minutes=minutes)).isoformat()}
    law = {"issuer": "区林业局", "basis": "浙江省森林消防条例 16"}
    said = {**law, "lon": lon, "lat": lat, "radius": 100, **times, **more}
    return scene.ledger.keep("permit", "许1号", purpose=purpose, **said)


def weather(scene: Scene, level: int) -> None:
    day = towns.current().calendar.day(NOON).isoformat()
    kept = Kept(900 + level, "weather", day, "330110110", {"day": day, "danger": level})
    scene.ledger.records.setdefault("weather", []).append(kept)


def located(scene: Scene, at: float) -> list[str]:
    """Both towers see the fire, so that its place is known."""
    return [*scene.sees("A", 45.0, at, FIRE), *scene.sees("B", 315.0, at + 10, FIRE)]


# ---- muted ------------------------------------------------------------------------------------


def mask(scene: Scene, pose: str = "A 45", **more: Any) -> Kept:
    found = next(p for p in scene.ledger.records["pose"] if p.name == pose)
    box = scene.box("A", 45.0, FIRE)
    edges = dict(zip(("left", "top", "right", "bottom"), box[:4], strict=True))
    return scene.ledger.keep("mask", "烟囱", pose=found.id, why="窑厂烟囱", **{**edges, **ALWAYS, **more})


def test_a_mask_hides_from_dispatch_and_not_from_the_ledger(two: Scene) -> None:
    mask(two)
    assert two.sees("A", 45.0, 0, FIRE) == ["open muted"]
    kept = two.ledger.cases["LM2026-00001"]
    assert (kept.answers["rule"], kept.answers["rule_name"]) == ("mask", "烟囱")
    assert kept.answers["rule_until"] == ALWAYS["until"]
    assert two.sees("A", 45.0, 60, FIRE) == ["sight LM2026-00001"]
    assert two.sees("A", 45.0, 90, (1500.0, 4000.0)) == ["open alarm"], "beside the mask"


def test_what_is_masked_for_one_tower_another_may_tell(two: Scene) -> None:
    mask(two)
    two.sees("A", 45.0, 0, FIRE)
    assert two.sees("B", 315.0, 20, FIRE) == ["outlast LM2026-00001"]
    assert two.ledger.cases["LM2026-00001"].state == "raised"


def test_a_mask_whose_time_is_over_hides_nothing(two: Scene) -> None:
    mask(two, until="2026-02-01T00:00:00+08:00")
    assert two.sees("A", 45.0, 0, FIRE) == ["open alarm"]


def test_a_direction_alone_is_muted_by_no_chimney_but_says_its_name(two: Scene) -> None:
    burner(two)
    assert two.sees("A", 45.0, 0, FIRE) == ["open alarm"]
    assert two.ledger.cases["LK2026-00001"].answers["near"] == "窑厂"
    assert two.sees("A", 45.0, 30, (1500.0, 4000.0)) == ["open alarm"]
    assert "near" not in two.ledger.cases["LK2026-00002"].answers


def test_a_chimney_is_muted_where_it_surely_is(two: Scene) -> None:
    burner(two)
    assert two.ledger.spot(3010.0, 2990.0, NOON) == ["open muted"]
    assert two.ledger.spot(3010.0, 2990.0, NOON + timedelta(minutes=1)) == ["sight LM2026-00001"]
    assert two.ledger.spot(3400.0, 3000.0, NOON + timedelta(minutes=2)) == ["open alarm"], (
        "the field beside it"
    )
    far = two.ledger.spot(3000.0, 3000.0, NOON + timedelta(hours=3), sigma=400.0)
    assert far == ["open alarm"], "a satellite's half kilometre says nothing of a chimney"


def test_a_permitted_fire_is_kept_in_its_window_and_dispatched_after_it(two: Scene) -> None:
    permit(two, minutes=60)
    assert two.ledger.spot(*FIRE, NOON + timedelta(minutes=10)) == ["open muted"]
    assert two.ledger.cases["LM2026-00001"].answers["rule"] == "permit"
    assert two.ledger.spot(*FIRE, NOON + timedelta(minutes=38)) == ["sight LM2026-00001"]
    assert two.ledger.spot(*FIRE, NOON + timedelta(minutes=55)) == ["sight LM2026-00001"]
    assert two.ledger.spot(*FIRE, NOON + timedelta(minutes=80)) == ["outlast LM2026-00001"]


def test_a_fire_that_was_granted_as_a_case_mutes_as_one_of_the_register_does(two: Scene) -> None:
    lon, lat = HERE.lonlat(*FIRE)
    window = {"since": NOON.isoformat(), "until": (NOON + timedelta(minutes=60)).isoformat()}
    grant = {"name": "许2号", "issuer": "镇", "basis": "16", "lon": lon, "lat": lat, "radius": 100, **window}
    asked = Seen(
        900, "LB2026-0001", "burn", "granted", "", False, NOON, None, "330110110", lon, lat, "", None,
        {"purpose": "farm"}, {"grant": grant},
    )  # fmt: skip
    for state, written in (("asked", "open alarm"), ("revoked", "open alarm"), ("granted", "open muted")):
        two.ledger.cases = {"LB2026-0001": replace(asked, state=state)}
        assert two.ledger.spot(*FIRE, NOON + timedelta(minutes=10)) == [written], state
    assert two.ledger.cases["LM2026-00001"].answers["rule_name"] == "许2号"
    two.ledger.cases["LB2026-0001"] = replace(asked, state="revoked")
    assert two.ledger.spot(*FIRE, NOON + timedelta(minutes=20)) == ["outlast LM2026-00001"]


def test_under_a_ban_no_permit_holds(two: Scene) -> None:
    permit(two)
    lon, lat = HERE.lonlat(9000.0, 0.0)
    two.ledger.keep("ban", "河东禁火令", issuer="区政府", lon=lon, lat=lat, radius=1000, **ALWAYS)
    assert two.ledger.spot(*FIRE, NOON + timedelta(minutes=1)) == ["open muted"], "elsewhere"
    two.ledger.keep("ban", "禁火令", issuer="区政府", **ALWAYS)
    assert two.ledger.spot(*FIRE, NOON + timedelta(minutes=2)) == ["outlast LM2026-00001"]


@pytest.mark.parametrize(
    ("purpose", "level", "guarded", "written"),
    [
        ("farm", None, False, "muted"), ("forestry", 3, True, "muted"), ("forestry", 4, True, "alarm"),
        ("works", 3, False, "alarm"), ("works", None, True, "alarm"),
    ],
)  # fmt: skip
def test_forestry_and_works_fires_have_conditions(two: Scene, purpose, level, guarded, written) -> None:
    permit(two, purpose=purpose, guarded=guarded)
    if level:
        weather(two, level)
    assert two.ledger.spot(*FIRE, NOON + timedelta(minutes=1)) == [f"open {written}"]


def test_straw_is_never_permitted(two: Scene) -> None:
    permit(two)
    two.ledger.spot(*FIRE, NOON + timedelta(minutes=1))
    number = "LM2026-00001"
    seen = two.ledger.cases[number]
    two.ledger.cases[number] = replace(seen, category="straw")
    assert two.ledger.spot(*FIRE, NOON + timedelta(minutes=2)) == [f"outlast {number}"]


def test_there_is_no_permit_for_straw_to_be_written(two: Scene) -> None:
    with pytest.raises(Refused):
        permit(two, purpose="straw")


def test_the_share_of_a_box_that_is_masked() -> None:
    assert overlap((0.0, 0.0, 0.2, 0.2), (0.1, 0.1, 0.5, 0.5)) == pytest.approx(0.25)
    assert overlap((0.0, 0.0, 0.2, 0.2), (0.3, 0.1, 0.5, 0.5)) == 0.0


BURNS = (("verify", {}), ("dispatch", {"to": "crew"}), ("arrive", {}), ("confirm", {"category": "straw"}))

# ---- what is known already ----------------------------------------------------------------------


def to(scene: Scene, number: str, *moves: tuple[str, dict[str, Any]], minutes: float = 5) -> None:
    for verb, answers in moves:
        scene.ledger.add(Add(number, verb, answers), NOON + timedelta(minutes=minutes))


def test_a_rejected_chimney_is_quiet_for_an_hour_and_not_for_ever(two: Scene) -> None:
    two.sees("A", 45.0, 0, FIRE)
    to(two, "LK2026-00001", ("reject", {"mistaken": "chimney"}), minutes=2)
    for minute in range(3, 62, 3):
        assert two.sees("A", 45.0, minute * MIN, FIRE) == ["sight LK2026-00001"]
    assert two.sees("A", 45.0, 63 * MIN, FIRE) == ["open alarm"]


def test_what_goes_on_is_written_now_and_then(two: Scene) -> None:
    two.ledger.settings["tell_minutes"] = 3.0
    written = [two.sees("A", 45.0, minute * MIN, FIRE) for minute in range(14)]
    assert [len(one) for one in written] == [1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]
    assert two.sees("B", 315.0, 13.5 * MIN, FIRE) == ["sight LK2026-00001"], (
        "another tower's line is always news"
    )


def test_an_alarm_that_somebody_has_taken_up_takes_in_what_follows(two: Scene) -> None:
    two.sees("A", 45.0, 0, FIRE)
    to(two, "LK2026-00001", *BURNS)
    assert two.sees("A", 45.0, 6 * MIN, FIRE) == ["sight LK2026-00001"]
    assert two.ledger.cases["LK2026-00001"].state == "fighting"


def test_smoke_long_after_the_flames_is_a_fire_again(two: Scene) -> None:
    two.sees("A", 45.0, 0, FIRE)
    to(two, "LK2026-00001", *BURNS)
    seen = two.ledger.cases["LK2026-00001"]
    out = {"put_out": {"out_at": (NOON + timedelta(minutes=6)).isoformat()}}
    two.ledger.cases["LK2026-00001"] = replace(seen, state="out", moved={**seen.moved, **out})
    assert two.sees("A", 45.0, 9 * MIN, FIRE) == ["sight LK2026-00001"]
    assert two.sees("A", 45.0, 18 * MIN, FIRE) == ["sight LK2026-00001"]
    assert two.sees("A", 45.0, 22 * MIN, FIRE) == ["flare_up LK2026-00001"]
    assert two.ledger.cases["LK2026-00001"].state == "fighting"


def test_what_was_closed_is_new_when_it_smokes_again(two: Scene) -> None:
    two.sees("A", 45.0, 0, FIRE)
    seen = two.ledger.cases["LK2026-00001"]
    closed = {"state": "closed", "ended": True, "closed": NOON + timedelta(minutes=4)}
    two.ledger.cases["LK2026-00001"] = replace(seen, **closed)
    assert two.sees("A", 45.0, 5 * MIN, FIRE) == ["open alarm"]


def test_a_model_that_is_away_loses_no_alarm_and_makes_none_twice(two: Scene) -> None:
    assert two.sees("A", 45.0, 0, FIRE, second="unavailable") == ["open alarm"]
    assert two.ledger.cases["LK2026-00001"].answers["second"] == "unavailable"
    assert two.sees("A", 45.0, 30, FIRE, second="passed") == ["sight LK2026-00001"]


def test_clouds_and_weak_boxes_open_nothing_until_the_day_is_dangerous(two: Scene) -> None:
    box = two.box("A", 45.0, FIRE)
    assert two.ledger.read("A", "45", NOON, [0.1, 0.1, 0.6, 0.4, 0.9]) == []
    weak = [*box[:4], 0.25]
    assert two.ledger.read("A", "45", NOON, weak) == []
    weather(two, 4)
    assert two.ledger.read("A", "45", NOON, weak) == ["open alarm"]
    assert two.ledger.cases["LK2026-00001"].answers["danger"] == 4


def test_a_camera_near_by_gives_a_point_with_its_error() -> None:
    scene = Scene()
    scene.tower("A", 0.0, 0.0, 45.0, sigma=0.2)
    scene.sees("A", 45.0, 0, (700.0, 700.0))
    known = scene.ledger.known("LK2026-00001")
    assert known["placed"] == "range"
    assert 0 < known["minor"] < known["major"] < 500
    scene.sees("A", 45.0, 1200, (2100.0, 2100.0))
    assert scene.ledger.known("LK2026-00002")["placed"] == "sector", "beyond two kilometres no point"
    assert "lon" not in scene.ledger.known("LK2026-00002")


@pytest.mark.parametrize(
    ("camera", "pose", "field"), [("X", "45", "camera"), ("A", "46", "pose"), ("B", "45", "pose")]
)
def test_an_unknown_device_is_refused_by_name(two: Scene, camera: str, pose: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        two.ledger.read(camera, pose, NOON)
    assert refused.value.fields == {field: "refusal.no_such_record"}


def test_a_box_without_an_area_is_refused(two: Scene) -> None:
    with pytest.raises(Refused):
        two.ledger.read("A", "45", NOON, [0.5, 0.5, 0.5, 0.6, 0.9])


# ---- cameras that do not see ----------------------------------------------------------------------


def test_infrared_is_said_and_live_smoke_is_told_all_the_same(two: Scene) -> None:
    assert two.sees("A", 45.0, 0, state="infrared") == ["open outage"]
    assert two.ledger.cases["LO2026-00001"].answers["fault"] == "infrared"
    assert two.sees("A", 45.0, 60, state="infrared") == []
    assert two.sees("A", 45.0, 120, FIRE, state="infrared") == ["open alarm"]
    assert two.sees("A", 0.0, 130, state="frozen") == ["open outage"], "another pose"
    assert two.sees("A", 45.0, 180) == ["recover LO2026-00001"]
    assert two.ledger.cases["LO2026-00001"].state == "up"


def test_a_mount_that_says_it_points_elsewhere_is_out_of_alignment(two: Scene) -> None:
    assert two.sees("A", 45.0, 0, FIRE, azimuth=49.0) == ["open outage", "open alarm"]
    assert two.ledger.cases["LO2026-00001"].answers | {"camera": 0, "pose": 0} == {
        "camera": 0, "pose": 0, "fault": "misaligned", "error": 4.0, "title": "A 45",
    }  # fmt: skip
    alarm = two.ledger.cases["LK2026-00001"].answers
    assert (alarm["azimuth"], alarm["sigma"]) == (49.0, 4.0), "the line it says, as sure as that is"
    assert two.sees("A", 45.0, 30, FIRE) == ["sight LK2026-00001"], (
        "a device that says nothing of it ends nothing"
    )
    assert two.sees("A", 45.0, 60, azimuth=45.3) == ["recover LO2026-00001"]
    assert two.sees("A", 45.0, 90, azimuth=44.0) == [], "within its error"


def test_one_fault_takes_the_place_of_another(two: Scene) -> None:
    two.sees("A", 45.0, 0, state="dark")
    assert two.sees("A", 45.0, 60, state="infrared") == ["recover LO2026-00001", "open outage"]


# ---- how right a camera is -------------------------------------------------------------------------


def test_a_camera_s_record_stands_beside_its_alarm(two: Scene) -> None:
    for n in range(4):
        fire = (800.0 + 700.0 * n, 4500.0 - 300.0 * n)
        two.sees("A", 45.0 if n else 0.0, n * 10.0, fire)
    for number in ("LK2026-00001", "LK2026-00002"):
        to(two, number, ("reject", {"mistaken": "fog"}))
    to(two, "LK2026-00003", *BURNS)
    confirmed = two.ledger.cases["LK2026-00003"]
    confirmed.moved["confirm"]["minutes"] = 12.0  # type: ignore[index]
    two.sees("A", 45.0, 3 * 3600, FIRE)
    newest = two.ledger.alarms()[-1].answers
    assert (newest["camera_judged"], newest["camera_false"], newest["camera_minutes"]) == (3, 66.7, 12.0)
    assert newest["camera_daily"] == pytest.approx(4 / 30, abs=0.01)


# ---- the weather ---------------------------------------------------------------------------------------

DAY = date(2026, 11, 27)
ROWS = LINE.tables["danger"]


@pytest.mark.parametrize(
    ("factor", "edges"),
    [
        ("temperature", [(5, 0), (5.1, 4), (10, 4), (10.1, 8), (15, 8), (15.1, 12), (20, 12), (20.1, 16), (25, 16),
                         (25.1, 20)]),
        ("humidity", [(65, 0), (64.9, 4), (55, 4), (54.9, 8), (45, 8), (44.9, 12), (35, 12), (34.9, 16), (25, 16),
                      (24.9, 20)]),
        ("dry_days", [(n, 5 * n) for n in range(11)] + [(40, 50)]),
        ("wind", [(n, 5 * n) for n in range(9)] + [(12, 40)]),
        ("rain", [(0, 0), (0.1, -25), (9.9, -25), (10, -30), (16.9, -30), (17, -35), (24.9, -35), (25, -40),
                  (37.9, -40), (38, -45), (74.9, -45), (75, -50)]),
        ("class", [(-50, 1), (25, 1), (26, 2), (50, 2), (51, 3), (72, 3), (73, 4), (90, 4), (91, 5), (130, 5)]),
    ],
)  # fmt: skip
def test_both_edges_of_every_band(factor: str, edges: list[tuple[float, int]]) -> None:
    assert [(value, danger.points(ROWS, factor, value, DAY)) for value, _ in edges] == edges


def derived(**answers: Any) -> dict[str, Any]:
    said = {"day": DAY.isoformat(), **answers}
    return danger.derive(Doing("keep", DEVICE, said, NOON, towns.current().calendar, SETTINGS, LINE.tables))


HOT = {"temperature": 26, "humidity": 20, "dry_days": 8, "wind": 4, "rain": 0}


def test_the_index_of_a_hot_dry_day() -> None:
    assert derived(**HOT) == {"index": 20 + 20 + 40 + 20, "computed": 5, "danger": 5, "colour": "red"}


@pytest.mark.parametrize("missing", HOT)
def test_what_is_missing_makes_it_unknown_and_never_low(missing: str) -> None:
    said = {name: value for name, value in HOT.items() if name != missing}
    assert derived(**said) == {"index": None, "computed": None, "danger": None, "colour": "unknown"}
    assert derived(**said, published=4)["danger"] == 4


def test_what_the_weather_service_says_goes_first_and_both_are_kept() -> None:
    assert derived(**HOT, published=3) == {"index": 100, "computed": 5, "danger": 3, "colour": "yellow"}


def test_a_town_s_newer_table_holds_from_its_day_on() -> None:
    rows = {**ROWS, "new": {**ROWS["w0"], "points": "7", "since": "2027-01-01"}}
    assert danger.points(rows, "wind", 3, date(2026, 12, 31)) == 15
    assert danger.points(rows, "wind", 3, date(2027, 1, 1)) == 7, "the newer set, not rows of both"
    assert danger.points(rows, "wind", 3, date(1990, 1, 1)) is None


# ---- registers -------------------------------------------------------------------------------------------


def test_a_pose_is_calibrated_by_its_landmarks_when_it_is_kept(two: Scene) -> None:
    camera = two.ledger.records["camera"][0]
    marks = []
    for east, north in ((1200.0, 2900.0), (1600.0, 3000.0), (2500.0, 2400.0), (2800.0, 1500.0)):
        lon, lat = HERE.lonlat(east, north)
        x = two.box("A", 43.0, (east, north))
        middle = (x[0] + x[2]) / 2
        marks.append(f"{middle:.5f} 0.5 {lon:.6f} {lat:.6f}")
    said = {"camera": camera.id, "azimuth": 45.0, "fov_h": FOV_H, "fov_v": FOV_V, "landmarks": marks}
    found = pose_of(camera, **said)
    assert found["fit_azimuth"] == pytest.approx(43.0, abs=0.05), "ordered to 45°, standing at 43°"
    assert found["fit_fov"] == pytest.approx(FOV_H, abs=0.3)
    assert len(found["residuals"]) == 4
    assert pose_of(camera, **{**said, "landmarks": marks[:2]}) == {}
    with pytest.raises(Refused) as refused:
        pose_of(camera, **{**said, "landmarks": ["一棵树"]})
    assert "landmarks" in refused.value.fields


def pose_of(of: Kept, **said: Any) -> dict[str, Any]:
    """What a pose's record derives."""
    calendar, known = towns.current().calendar, {of.id: of}
    return registers.calibrated(Doing("keep", DEVICE, said, NOON, calendar, SETTINGS, LINE.tables, known))


# ---- tools ------------------------------------------------------------------------------------------------


def ask(line: Line, key: str, scene: Scene, now: float, **answers: Any) -> list[Any]:
    tool = next(tool for tool in line.tools if tool.key == key)
    told = scene.ledger.asked(answers, NOON + timedelta(seconds=now))
    records = {name: tuple(scene.ledger.records.get(name, ())) for name in tool.reads.registers}
    return list(tool.run(replace(told, records=records)))


def crew(scene: Scene, name: str, east: float, **more: Any) -> Kept:
    lon, lat = HERE.lonlat(east, 3000.0)
    return scene.ledger.keep("crew", name, post=name, lon=lon, lat=lat, speed=30, **more)


def test_the_nearest_who_may_go_come_first_and_the_others_say_why_not(two: Scene) -> None:
    located(two, 0)
    number = "LK2026-00001"
    assert ask(LINE, "nearest", two, 60, alarm=number)[:1] == []
    crew(two, "near", 3500.0, fit=True, forest=True)
    crew(two, "far", 9000.0, fit=True, forest=True)
    crew(two, "asleep", 3100.0, fit=True, forest=True, from_hour=20, to_hour=6)
    first, second, late = ask(LINE, "nearest", two, 60, alarm=number)
    assert [first.what["to"], second.what["to"], late.what["to"]] == ["near", "far", "asleep"]
    assert first.what["minutes"] == pytest.approx(0.5 * 1.3 / 30 * 60, abs=0.1)
    assert (first.does, [why.key for why in first.why]) == ((), ["arrives", "verify_first"])
    assert late.why[0].key == "off_duty"
    to(two, number, ("verify", {"category": "forest"}), minutes=2)
    seen = two.ledger.cases[number]
    two.ledger.cases[number] = replace(seen, category="forest")
    crew(two, "old", 3000.0)
    crew(two, "strong", 3000.0, fit=True)
    told = {p.what["to"]: p for p in ask(LINE, "nearest", two, 180, alarm=number)}
    assert told["near"].does == (Add(number, "dispatch", {"to": "near", "crew": told["near"].what["crew"]}),)
    assert {name: p.why[0].key for name, p in told.items()} == {
        "near": "arrives", "far": "arrives", "asleep": "off_duty", "old": "unfit", "strong": "untrained",
    }  # fmt: skip
    two.sees("A", 0.0, 200, (300.0, 4000.0))
    to(two, "LK2026-00002", ("verify", {}), ("dispatch", {"to": "near"}), minutes=4)
    assert {p.what["to"]: p.why[0].key for p in ask(LINE, "nearest", two, 300, alarm=number)}[
        "near"
    ] == "busy"
    assert ask(LINE, "nearest", two, 300, alarm="LK2026-00002")[0].why[0].key == "no_place"
    assert ask(LINE, "nearest", two, 300, alarm="LK2026-00009")[0].why[0].key == "no_such_alarm"


def test_lines_are_crossed_by_hand(two: Scene) -> None:
    a, b = two.ledger.records["camera"]
    (found,) = ask(LINE, "cross", two, 0, camera=a.id, azimuth=45.0, camera_2=b.id, azimuth_2=315.0)
    assert (found.what["lon"], found.what["lat"]) == pytest.approx(HERE.lonlat(3000.0, 3000.0), abs=1e-4)
    (opens,) = found.does
    assert isinstance(opens, Open)
    assert two.ledger.open(opens, NOON) == "open alarm"
    (none,) = ask(LINE, "cross", two, 0, camera=a.id, azimuth=45.0, camera_2=b.id, azimuth_2=50.0)
    assert (none.does, none.why[0].key) == ((), "not_crossed")
    with pytest.raises(Refused):
        ask(LINE, "cross", two, 0, camera=a.id, azimuth=45.0, camera_2=b.id, azimuth_2=50.0, camera_3=a.id)


def test_two_alarms_of_one_smoke_are_proposed_for_merging(two: Scene) -> None:
    two.sees("A", 45.0, 0, FIRE)
    lon, lat = HERE.lonlat(3050.0, 2950.0)
    two.ledger.write([Open("alarm", {"description": "田里着火"}, lon, lat)], NOON + timedelta(minutes=3))
    two.ledger.write(
        [Open("alarm", {"description": "别处"}, *HERE.lonlat(500.0, 4000.0))], NOON + timedelta(minutes=3)
    )
    (found,) = ask(LINE, "same", two, 240)
    assert found.does == (Add("LK2026-00002", "merge", {"into": "LK2026-00001"}),)


def test_each_camera_s_month(two: Scene) -> None:
    two.sees("A", 45.0, 0, FIRE)
    to(two, "LK2026-00001", ("reject", {"mistaken": "fog"}))
    first, second = ask(LINE, "cameras", two, 600)
    assert (first.what["alarms"], first.what["camera_judged"], first.what["camera_false"]) == (1, 1, 100.0)
    assert (second.what["alarms"], second.what["camera_judged"]) == (0, 0)


def test_one_towers_place_ends_where_the_land_rises(two: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    fire = (1100.0, 1100.0)
    assert two.sees("A", 45.0, 0, fire) == ["open alarm"]
    flat = two.ledger.cases["LK2026-00001"].answers
    asked: list[Any] = []

    class Hill:
        """Land that rises a kilometre away."""

        def strikes(self, lon: float, lat: float, lens: float, azimuth: float, pitch: float) -> float:
            return 1000.0 + 10.0 * pitch

    def known(table: Any) -> Hill:
        asked.append(table)
        return Hill()

    monkeypatch.setattr("gridtown.lines.lookout.terrain.known", known)
    two.ledger.cases.clear()
    assert two.sees("A", 45.0, 0, fire) == ["open alarm"]
    said = two.ledger.cases["LK2026-00001"].answers
    assert (flat["placed"], said["placed"]) == ("range", "range")
    far = [hypot(*HERE.xy(one["lon"], one["lat"])) for one in (flat, said)]
    assert far == pytest.approx([1556, 980], abs=40)
    assert said["major"] < flat["major"]
    assert asked == [None], "the town's dictionary, where it has one"
