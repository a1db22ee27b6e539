"""The rule method on made-up plumes: what it finds, what it leaves alone, and what never loses an alarm."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from gridtown.feeds import frames
from gridtown.lines.lookout import faults
from gridtown.lines.lookout.detect import (
    ACROSS,
    DOWN,
    HEIGHT,
    WIDTH,
    Found,
    Frame,
    RuleDetector,
    components,
    shrunk,
    sky,
)
from gridtown.lines.lookout.judging import Label, judge, together
from gridtown.lines.lookout.second import NotReady, SecondLook
from gridtown.lines.lookout.watch import Daily, Look, Watch, _same_foot
from tests.plumes import Land, Plume

pytestmark = pytest.mark.slow

START = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
BEGINS = 24


def looked(land: Land, many: int, *, watch: Watch | None = None, at: datetime = START) -> list[Look]:
    """What a watch tells of so many frames of a view."""
    watch = watch or Watch()
    return [watch.look(picture, at + timedelta(minutes=n)) for n, picture in enumerate(land.frames(many))]


def label(plume: Plume, camera: str = "") -> Label:
    """Where a plume is in the picture, and when."""
    top = plume.x + 60 * plume.wind
    box = (
        (min(plume.x, top) - 12) / WIDTH,
        (plume.y - 80) / HEIGHT,
        (max(plume.x, top) + 12) / WIDTH,
        plume.y / HEIGHT,
    )
    begins = START + timedelta(minutes=plume.begins)
    return Label(camera, begins, begins + timedelta(minutes=plume.lasts), box)


def some_land(seed: int) -> tuple[Land, Plume]:
    """A view that the rule was not set on, with a plume somewhere."""
    chance = np.random.default_rng(seed)
    plume = Plume(
        float(chance.uniform(40, 280)), float(chance.uniform(95, 210)), BEGINS,
        density=float(chance.uniform(0.35, 0.8)), wind=float(chance.uniform(-0.8, 0.8)),
        grows=float(chance.uniform(4, 12)),
    )  # fmt: skip
    clouds, shadows = int(chance.integers(0, 4)), int(chance.integers(0, 2))
    return Land(
        seed, (plume,), clouds=clouds, shadows=shadows, haze=float(chance.choice([0.0, 0.0, 0.2]))
    ), plume


def test_plumes_on_views_that_the_rule_never_saw() -> None:
    """The README's figures are of forty such views; this is a sample of them, so that they stay true."""
    figures = []
    for seed in range(200, 208):
        land, plume = some_land(seed)
        figures.append(judge("", looked(land, BEGINS + 12), [label(plume)]))
    whole = together(figures)
    assert whole.recall is not None
    assert whole.recall >= 0.75
    assert whole.precision is not None
    assert whole.precision >= 0.6
    assert whole.delay is not None
    assert whole.delay <= 6 * 60


@pytest.mark.parametrize("more", [{"clouds": 5}, {"shadows": 1}, {"haze": 0.5}, {"vehicles": 6}], ids=str)
def test_clouds_shadows_haze_and_vehicles_are_no_smoke(more: dict[str, Any]) -> None:
    told = [found for look in looked(Land(301, **more), 30) for found in look.found]
    assert len(told) <= 1, told


def test_the_sky_ends_where_the_land_begins() -> None:
    land = Land(5, clouds=2)
    light = land.frame(0).mean(axis=2).reshape(DOWN, 8, ACROSS, 8).mean(axis=(1, 3))
    above = sky(light)
    horizon = land.horizon[0].reshape(ACROSS, 8).mean(axis=1) / 8
    assert np.abs(above.sum(axis=0) - horizon).max() <= 2


def test_components_hang_together_by_their_corners() -> None:
    cells = np.zeros((DOWN, ACROSS), bool)
    cells[2, 2] = cells[3, 3] = cells[10, 10] = True
    assert [int(one.sum()) for one in components(cells)] == [2, 1]


@pytest.mark.parametrize("size", [(240, 320), (480, 640), (1080, 1920), (300, 500)])
def test_pictures_of_any_size_are_looked_at(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 255, (*size, 3), np.uint8)
    small = shrunk(picture)
    assert small.shape == (HEIGHT, WIDTH, 3)
    assert small.dtype == np.uint8


# ---- faults ----------------------------------------------------------------------------------------


def test_a_camera_s_faults_are_told_and_never_taken_for_smoke() -> None:
    land = Land(7)
    pictures = list(land.frames(8))
    assert faults.fault(pictures[5], pictures[:5], None) == ""
    assert faults.fault(pictures[4], [pictures[4]] * 3, None) == "frozen"
    assert faults.fault(np.zeros_like(pictures[0]), [], None) == "dark"
    torn = pictures[0].copy()
    torn[100:] = 128
    assert faults.fault(torn, [], None) == "corrupt"
    assert faults.fault(Land(7, grey=True).frame(0), [], None) == "infrared"
    assert faults.fault(np.roll(pictures[1], 25, axis=1), [], pictures[0]) == "moved"
    assert faults.shift(np.roll(pictures[1], -13, axis=0), pictures[0]) == (0, -13)


def test_infrared_at_night_is_said_and_the_watch_goes_on_in_the_morning() -> None:
    watch = Watch()
    day = looked(Land(8), 8, watch=watch)
    night = looked(Land(8, grey=True), 3, watch=watch, at=START + timedelta(hours=8))
    assert [look.state for look in (*day, *night)] == ["ok"] * 8 + ["infrared"] * 3
    assert night[0].reading("C", "P")["state"] == "infrared"
    plume = Plume(160, 150, 0, lasts=20)
    morning = looked(Land(8, (plume,)), 6, watch=watch, at=START + timedelta(hours=20))
    assert any(look.found for look in morning)


def test_a_view_that_moved_begins_anew() -> None:
    watch = Watch()
    looked(Land(9), 10, watch=watch)
    turned = [np.roll(picture, 40, axis=1) for picture in Land(9).frames(8)]
    states = [watch.look(p, START + timedelta(minutes=20 + n)).state for n, p in enumerate(turned)]
    assert states[0] == "moved"
    assert states[-1] == "ok"


# ---- its own history ---------------------------------------------------------------------------------


class Says:
    """A detector that says what it was told to, frame by frame."""

    name, version = "says", "1"

    def __init__(self, told: Sequence[Sequence[Found]]) -> None:
        self.told = list(told)

    def detect(self, frame: Frame, reference: Frame) -> Sequence[Found]:
        return self.told.pop(0) if self.told else []


HERE, THERE = (0.4, 0.5, 0.5, 0.6), (0.7, 0.5, 0.8, 0.6)


def told_of(
    boxes: Sequence[Sequence[Found]], *, watch: Watch | None = None, at: datetime = START
) -> list[Look]:
    watch = watch or Watch()
    watch.detector = Says(boxes)
    return looked(Land(11, clouds=0, shadows=0), len(boxes) + (0 if watch.frames else 7), watch=watch, at=at)


def test_smoke_is_told_when_seen_in_two_of_three_frames() -> None:
    one = [Found(HERE, 0.8)]
    looks = told_of([one, [], [], one, [], one, [Found(THERE, 0.8)]])
    assert [bool(look.found) for look in looks[-7:]] == [False, False, False, False, False, True, False]


def test_what_moves_on_is_no_smoke() -> None:
    drifting = [[Found((0.1 * n, 0.5, 0.1 * n + 0.1, 0.6), 0.9)] for n in range(8)]
    assert not any(look.found for look in told_of(drifting))
    assert _same_foot((0.4, 0.2, 0.5, 0.6), (0.4, 0.1, 0.62, 0.61)), "a plume that leans and grows"


def test_glare_that_comes_back_daily_is_known_on_the_eighth_day_and_smoke_there_is_told_on_the_ninth() -> (
    None
):
    watch = Watch()
    for day in range(8):
        looks = told_of([[Found(HERE, 0.7)]] * 3, watch=watch, at=START + timedelta(days=day))
        if day:
            assert not any(look.found for look in looks), f"day {day + 1}"
    looks = told_of([[Found(HERE, 0.95)]] * 3, watch=watch, at=START + timedelta(days=8))
    assert any(look.found for look in looks)
    looks = told_of([[Found(HERE, 0.7)]] * 3, watch=watch, at=START + timedelta(days=8, hours=4))
    assert any(look.found for look in looks), "at another time of day it is not usual"


def test_a_week_is_remembered_and_no_longer() -> None:
    daily = Daily()
    painted = np.full((DOWN, ACROSS), 0.5)
    daily.note(START, painted)
    assert daily.usual(START + timedelta(days=1)).max() == 0.5
    assert daily.usual(START + timedelta(hours=3)).max() == 0.0, "today is not yesterday"
    assert daily.usual(START + timedelta(days=1, hours=5)).max() == 0.0
    daily.note(START + timedelta(days=8), painted * 0)
    assert len(daily.hours) == 1


def test_what_always_smokes_stands_out_no_more() -> None:
    looks = told_of([[Found(HERE, 0.7)]] * 40)
    assert any(look.found for look in looks[:14])
    assert not any(look.found for look in looks[-20:])


# ---- it never loses an alarm ----------------------------------------------------------------------------


class Broken:
    name, version = "clever", "9"

    def detect(self, frame: Frame, reference: Frame) -> Sequence[Found]:
        raise RuntimeError("no memory")


def test_a_detector_that_fails_is_stood_in_for_and_its_name_says_so() -> None:
    plume = Plume(160, 160, 10, density=0.8)
    looks = looked(Land(12, (plume,)), 18, watch=Watch(Broken()))
    assert any(look.found for look in looks)
    assert looks[-1].model == "rule 1 (clever failed)"


class Judge:
    name, version = "judge", "1"

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def verify(self, frame: Frame, boxes: Sequence[Found]) -> Sequence[Found]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


BOXES = [Found(HERE, 0.8), Found(THERE, 0.6)]
PICTURE = np.zeros((HEIGHT, WIDTH, 3), np.uint8)


@pytest.mark.parametrize(
    ("answer", "late", "kept", "why"),
    [
        ([BOXES[1]], 0, [BOXES[1]], "passed"),
        ([], 0, [], "passed"),
        (NotReady(), 0, BOXES, "unavailable"),
        (RuntimeError(), 0, BOXES, "failed"),
        ([], 301, BOXES, "stale"),
    ],
)
def test_a_second_model_throws_out_and_fails_open(answer, late, kept, why) -> None:
    second = SecondLook(Judge(answer))
    assert second.look(PICTURE, BOXES, seen_at=START, now=START + timedelta(seconds=late)) == (kept, why)
    assert second.look(PICTURE, [], seen_at=START, now=START) == ([], "none")


def test_a_second_model_that_stays_away_is_waited_for_five_times() -> None:
    second = SecondLook(Judge(NotReady()))
    said = [second.look(PICTURE, BOXES, seen_at=START, now=START)[1] for _ in range(6)]
    assert said == ["unavailable"] * 4 + ["window_exhausted"] * 2
    second.verifier = Judge(BOXES)
    assert second.look(PICTURE, BOXES, seen_at=START, now=START)[1] == "passed"
    assert SecondLook().look(PICTURE, BOXES, seen_at=START, now=START) == (BOXES, "none")


# ---- the command ---------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two cameras: one with a plume, one without; names tell the time of the first, and only the order of the other."""
    plume = Plume(160, 160, 12, density=0.8)
    (tmp_path / "east").mkdir()
    (tmp_path / "west").mkdir()
    for n, picture in enumerate(Land(21, (plume,)).frames(20)):
        Image.fromarray(picture).save(tmp_path / "east" / f"20261020T12{n:02}00.png")
    for n, picture in enumerate(Land(22, clouds=0, shadows=0).frames(10)):
        Image.fromarray(picture).resize((640, 480)).save(tmp_path / "west" / f"{n:03}.jpg", quality=95)
    (tmp_path / "labels.csv").write_text(
        "camera,begins,ends,left,top,right,bottom\neast,20261020T121200.png,2026-10-20 12:19:00,0.4,0.3,0.7,0.7\n"
        "west,008.jpg,009.jpg,,,,\n",
        encoding="utf-8",
    )
    return tmp_path


def test_a_folder_of_frames_is_judged_by_event(folder: Path, capsys) -> None:
    call_command("frames", str(folder), "--json")
    told = json.loads(capsys.readouterr().out)
    east = told["cameras"]["east"]
    counts = {"alarms": 1, "right": 1, "events": 1, "found": 1, "frames": 20, "unjudged": 0}
    assert {name: east[name] for name in counts} == counts
    assert (east["precision"], east["recall"], east["hours"]) == (1.0, 1.0, pytest.approx(19 / 60, abs=1e-3))
    assert 60 <= told["cameras"]["east"]["delay"] <= 300
    west = told["cameras"]["west"]
    assert (west["alarms"], west["precision"], west["events"], west["recall"]) == (0, None, 1, 0.0)
    assert (told["all"]["events"], told["all"]["found"]) == (2, 1)
    call_command("frames", str(folder))
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 3
    assert said[0].startswith("east：事件精确率 100%（1/1），召回率 100%（1/1）")
    assert said[2].startswith("合计：")


def test_what_cannot_be_used_is_said(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="没有图片"):
        call_command("frames", str(tmp_path / "empty"))
    with pytest.raises(CommandError, match="no file of labels"):
        call_command("frames", str(folder), "--labels", str(tmp_path / "no.csv"), "--lang", "en")
    with pytest.raises(CommandError, match="没有识别插件"):
        call_command("frames", str(folder), "--detector", "gridtown.nothing:Here")
    west = {"camera": "west", "begins": "000", "ends": "001"}
    edges = {"left": "a", "top": 0, "right": 1, "bottom": 1}
    for bad in ({**west, "camera": "north"}, {**west, "ends": "?"}, {**west, **edges}):
        (folder / "labels.json").write_text(json.dumps([bad]), encoding="utf-8")
        with pytest.raises(CommandError, match="第 1 行有误"):
            call_command("frames", str(folder))
    (folder / "labels.json").write_text("[]", encoding="utf-8")
    (folder / "west" / "003.jpg").write_bytes(b"no picture")
    with pytest.raises(CommandError, match="不是可识别的图片"):
        call_command("frames", str(folder))


def test_names_tell_the_time_in_several_ways(tmp_path: Path) -> None:
    for name in ("1760932800_+00060", "1760932860_+00120"):
        Image.new("RGB", (8, 6)).save(tmp_path / f"{name}.png")
    found = frames.cameras(tmp_path, every=60, zone=UTC)[""]
    assert [one.at for one in found] == [
        datetime(2025, 10, 20, 4, 0, tzinfo=UTC),
        datetime(2025, 10, 20, 4, 1, tzinfo=UTC),
    ]


def test_the_town_s_own_detector_is_named_in_its_settings() -> None:
    assert isinstance(frames.detector("gridtown.lines.lookout.detect:RuleDetector"), RuleDetector)


def test_alarms_of_one_smoke_are_one_and_a_gap_makes_two() -> None:
    smoke = [Found(HERE, 0.8)]
    looks = [
        Look(START + timedelta(minutes=n), "ok", tuple(smoke if n in (1, 2, 5, 30) else []))
        for n in range(32)
    ]
    figures = judge("c", looks, [Label("c", START, START + timedelta(minutes=9)), Label("d", START, START)])
    assert (figures.alarms, figures.right, figures.events, figures.found, figures.delay) == (2, 1, 1, 1, 60.0)
    assert judge("c", [], []).precision is None
