"""The lookout on the real ledger: what devices send becomes located alarms, which people merge, part and put apart."""

from datetime import timedelta
from typing import Any

import pytest

from gridtown.cases import actions, ledger, store
from gridtown.cases.actions.reporting import decoded
from gridtown.dispatch import signals
from gridtown.kernel.told import Actor, Refused
from gridtown.lines.lookout.plane import Plane, apart
from tests import lookout
from tests.browsing import client_of
from tests.conftest import NOON, Here

TOWERS = {"A": (-3000.0, -3000.0, 45.0), "B": (3000.0, -3000.0, 315.0)}


class Town:
    """Pingyao with two towers that look at a place inside it."""

    def __init__(self, here: Here) -> None:
        self.code = here.town.code
        self.middle = here.inside()
        self.plane = Plane(*self.middle)
        self.hats = here.hats("lookout-devices")
        self.watcher = Actor("w", "", frozenset({"watcher"}), self.code, clearance=2)
        self.poses: dict[str, int] = {}
        self.sent = 0
        for name, (east, north, azimuth) in TOWERS.items():
            lon, lat = self.plane.lonlat(east, north)
            camera = self.keep("camera", name=name, code=name, lon=lon, lat=lat, height=45, reach=9000)
            said = {"azimuth": azimuth, "fov_h": lookout.FOV_H, "fov_v": lookout.FOV_V, "sigma": 0.3}
            self.poses[name] = self.keep("pose", name=f"{name}向", code="1", camera=camera, **said)

    def keep(self, register: str, **answers: Any) -> int:
        """Put a thing on the books."""
        self.sent += 1
        key = f"record:{self.sent}"
        return actions.keep(
            line="lookout",
            register=register,
            answers=answers,
            by=self.watcher,
            now=NOON,
            key=key,
            place=self.code,
        )

    def sees(self, tower: str, east: float, north: float, minutes: float, key: str = "") -> list[str]:
        """A tower sees smoke so far from the middle; what was written."""
        self.sent += 1
        at_east, at_north, azimuth = TOWERS[tower]
        off = (east - at_east, north - at_north)
        turn = lookout.degrees(lookout.atan2(*off))
        box = lookout.box_at(turn, lookout.elevation_of(45.0, (off[0] ** 2 + off[1] ** 2) ** 0.5), of=azimuth)
        now = NOON + timedelta(minutes=minutes)
        reading = {"camera": tower, "pose": "1", "seen_at": now.isoformat(), "boxes": [box]}
        told = signals.receive(
            "lookout", "reading", reading, hats=self.hats, now=now, sent_as=key or f"s:{self.sent}"
        )
        assert not told.refused
        return [f"{one.verb} {one.number}" for one in told.wrote]

    def do(self, number: str, verb: str, minutes: float, **answers: Any) -> None:
        """What a watcher does."""
        self.sent += 1
        now = NOON + timedelta(minutes=minutes)
        actions.take(case=number, verb=verb, answers=answers, by=self.watcher, now=now, key=f"k:{self.sent}")


@pytest.fixture
def town(pingyao: Here) -> Town:
    return Town(pingyao)


def row(number: str) -> store.Row:
    found = store.case_by("number", number)
    assert found is not None
    return found


def test_a_second_tower_puts_the_alarm_on_the_map_and_in_its_grid(town: Town) -> None:
    assert town.sees("A", 0.0, 0.0, 0, key="once") == ["report LK2026-00001"]
    assert town.sees("A", 0.0, 0.0, 0, key="once") == ["report LK2026-00001"], "sent twice, taken once"
    assert (row("LK2026-00001").lon, row("LK2026-00001").place) == (None, town.code)
    assert town.sees("B", 0.0, 0.0, 1) == ["sight LK2026-00001"]
    found = row("LK2026-00001")
    assert found.lon is not None
    assert found.lat is not None
    assert apart((found.lon, found.lat), town.middle) < 60
    assert len(found.place) == 15, "in a grid"
    assert decoded(found.answers)["camera"] > 0
    assert ledger.verify().faults == ()


def test_the_page_of_an_alarm_shows_no_signs_of_programs(pingyao: Here, town: Town) -> None:
    town.sees("A", 0.0, 0.0, 0)
    town.sees("B", 0.0, 0.0, 1)
    (track, *_) = decoded(row("LK2026-00001").answers)["tracks"]
    page = client_of(pingyao, "lookout-watch").get("/case/LK2026-00001").content.decode()
    assert "方位角" in page
    assert track not in page


def test_a_merge_and_its_undoing_leave_both_as_they_were(town: Town) -> None:
    town.sees("A", 0.0, 0.0, 0)
    town.sees("A", 900.0, -900.0, 1)
    one, two = row("LK2026-00001"), row("LK2026-00002")
    town.do(two.number, "merge", 2, into=one.number)
    merged = row(two.number)
    assert (merged.state, merged.merged_into_id, row(one.number).reporters) == ("merged", one.id, 2)
    assert town.sees("A", 900.0, -900.0, 3) == [f"sight {two.number}"], "kept where its line is"
    assert town.sees("A", 0.0, 0.0, 3.5) == [f"sight {one.number}"]
    town.do(two.number, "separate", 4, reason="两处火点")
    apart_again = row(two.number)
    assert (apart_again.state, apart_again.merged_into_id, apart_again.ended) == ("verified", None, False)
    assert row(one.number).reporters == 1
    said = [e.verb for e in store.entries_of(one.id)]
    assert said[-1] == "parted"
    assert ledger.verify().faults == ()


def test_a_ghost_is_taken_off_the_map_and_the_other_smoke_opens_its_own(town: Town) -> None:
    town.sees("A", 0.0, 0.0, 0)
    assert town.sees("B", 600.0, -600.0, 1) == ["sight LK2026-00001"], "two lines cross somewhere"
    with pytest.raises(Refused, match=r"refusal\.no_such_record"):
        town.do("LK2026-00001", "detach", 2, pose=9999, reason="不是")
    camera = town.keep(
        "camera", name="C", code="C", lon=town.middle[0], lat=town.middle[1], height=45, reach=9000
    )
    said = {"azimuth": 0.0, "fov_h": lookout.FOV_H, "fov_v": lookout.FOV_V, "sigma": 0.3}
    other = town.keep("pose", name="C向", code="1", camera=camera, **said)
    with pytest.raises(Refused, match=r"guard\.not_seen_there"):
        town.do("LK2026-00001", "detach", 2, pose=other, reason="不是")
    town.do("LK2026-00001", "detach", 2, pose=town.poses["B"], reason="是另一处烟")
    found = row("LK2026-00001")
    assert (found.lon, found.lat, found.place) == (None, None, town.code)
    assert town.sees("B", 600.0, -600.0, 3) == ["report LK2026-00002"]
    assert town.sees("A", 0.0, 0.0, 3.5) == ["sight LK2026-00001"]
    assert town.sees("B", 600.0, -600.0, 4) == ["sight LK2026-00002"]
    with pytest.raises(Refused, match=r"guard\.nothing_left"):
        town.do("LK2026-00001", "detach", 5, pose=town.poses["A"], reason="不是")
    assert ledger.verify().faults == ()


def test_a_device_whose_camera_nobody_knows_is_noted_and_refused(town: Town) -> None:
    reading = {"camera": "X", "pose": "1", "seen_at": NOON.isoformat(), "boxes": []}
    told = signals.receive("lookout", "reading", reading, hats=town.hats, now=NOON, sent_as="unknown-camera")
    assert (told.refused, told.wrote) == ("form_invalid", ())


def test_a_pose_with_landmarks_is_calibrated_when_it_is_kept(town: Town) -> None:
    camera = store.fetch("SELECT id FROM cases_record WHERE register = 'camera' ORDER BY id LIMIT 1", [])[0][
        0
    ]
    with pytest.raises(Refused) as refused:
        town.keep(
            "pose", name="坏", code="9", camera=int(camera), azimuth=0, fov_h=54, fov_v=32, landmarks=["树"]
        )
    assert refused.value.fields == {"landmarks": "mistake.value_error"}


def test_the_weather_of_the_day_is_derived_on_the_books(town: Town) -> None:
    dry = {"temperature": 26, "humidity": 20, "dry_days": 8, "wind": 4, "rain": 0}
    record = town.keep("weather", day="2026-03-02", **dry)
    said = store.fetch("SELECT name, answers FROM cases_record WHERE id = %s", [record])[0]
    assert said[0] == "2026-03-02"
    assert {"index": 100, "danger": 5, "colour": "red"}.items() <= decoded(str(said[1])).items()
