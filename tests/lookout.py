"""A lookout without a database: cameras that see plumes, and a ledger of plain values that does what `decide` says."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import atan, atan2, cos, degrees, radians, sin, tan
from typing import Any

from gridtown import lines
from gridtown import town as towns
from gridtown.kernel import answering
from gridtown.kernel.told import Actor, Kept
from gridtown.kernel.tool import Add, Asked, Open, Seen
from gridtown.lines.lookout import decide
from gridtown.lines.lookout.plane import EARTH, Plane, wrap
from gridtown.lines.lookout.ranging import REFRACTION

LINE = lines.found()["lookout"]
NOON = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
HERE = Plane(119.97, 30.39)
DEVICE = Actor("device", "lookout-devices", frozenset({"sensor"}), "330110110")
SETTINGS = {setting.key: setting.default for setting in LINE.settings} | {"tell_minutes": 0.0}
FOV_H, FOV_V = 54.0, 32.0
ALWAYS = {"since": "2026-01-01T00:00:00+08:00", "until": "2027-01-01T00:00:00+08:00"}


def box_at(
    azimuth: float, elevation: float, *, of: float, size: float = 0.04, score: float = 0.8
) -> list[float]:
    """The box of a plume whose foot lies in this direction, in a level picture whose middle looks to `of`."""
    turn = radians(wrap(azimuth - of))
    x = (tan(turn) / tan(radians(FOV_H) / 2) + 1) / 2
    y = (1 - tan(radians(elevation)) / cos(turn) / tan(radians(FOV_V) / 2)) / 2
    sides = [x - size / 2, y - size, x + size / 2, y]
    return [min(max(side, 0.0), 1.0) for side in sides] + [score]


def elevation_of(height: float, metres: float) -> float:
    """How far below the horizontal the ground is at a distance, on a round earth."""
    return -degrees(atan((height + (1 - REFRACTION) * metres**2 / (2 * EARTH)) / metres))


@dataclass
class Ledger:
    """Cases and records as values; every answer is checked against its form, every move against the procedure."""

    records: dict[str, list[Kept]] = field(default_factory=dict)
    cases: dict[str, Seen] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=lambda: dict(SETTINGS))

    def keep(self, register: str, name: str, **answers: Any) -> Kept:
        """Put a thing on the books."""
        form = LINE.register(register).form
        said = answering.read(form, {"name": name, **answers}, tables=LINE.tables).plain
        known = sum(len(kept) for kept in self.records.values())
        one = Kept(known + 1, register, name, "330110110", said)
        self.records.setdefault(register, []).append(one)
        return one

    def camera(
        self, code: str, east: float, north: float, *, height: float = 45.0, reach: float = 12_000.0
    ) -> Kept:
        """A camera on the plane."""
        lon, lat = HERE.lonlat(east, north)
        return self.keep("camera", code, code=code, lon=lon, lat=lat, height=height, reach=reach)

    def pose(self, camera: Kept, code: str, azimuth: float, *, sigma: float = 0.5) -> Kept:
        """A direction that a camera looks in."""
        name = f"{camera.name} {code}"
        return self.keep("pose", name, code=code, camera=camera.id, azimuth=azimuth % 360, fov_h=FOV_H, fov_v=FOV_V,
                         sigma=sigma)  # fmt: skip

    def asked(self, answers: Mapping[str, Any], now: datetime) -> Asked:
        """What `decide` is told."""
        cases = {kind: tuple(s for s in self.cases.values() if s.kind == kind) for kind in decide.READS.kinds}
        records = {key: tuple(self.records.get(key, ())) for key in decide.READS.registers}
        return Asked(
            answers, DEVICE, now, towns.current().calendar, self.settings, LINE.tables, records, cases
        )

    def read(self, camera: str, pose: str, at: datetime, *boxes: list[float], **more: Any) -> list[str]:
        """A reading comes in; what was written, as "open alarm" or "sight LK2026-00001"."""
        signal = LINE.signals[0]
        said = answering.read(
            signal.form,
            {"camera": camera, "pose": pose, "seen_at": at.isoformat(), "boxes": list(boxes), **more},
            tables=LINE.tables,
        )
        return self.write(signal.decide(self.asked(said.plain, at)), at)

    def spot(self, east: float, north: float, at: datetime, sigma: float = 30.0) -> list[str]:
        """A drone's point comes in."""
        lon, lat = HERE.lonlat(east, north)
        raw = {
            "source": "drone",
            "device": "d1",
            "seen_at": at.isoformat(),
            "lon": lon,
            "lat": lat,
            "sigma": sigma,
        }
        signal = LINE.signals[1]
        return self.write(
            signal.decide(self.asked(answering.read(signal.form, raw, tables=LINE.tables).plain, at)), at
        )

    def write(self, does: Any, at: datetime) -> list[str]:
        """Carry out what was decided, as the ledger would."""
        return [self.open(one, at) if isinstance(one, Open) else self.add(one, at) for one in list(does)]

    def open(self, one: Open, at: datetime) -> str:
        """Open a case; what the answers are is checked by its form."""
        kind = LINE.kind(one.kind)
        said = answering.read(kind.intake, dict(one.answers), tables=LINE.tables)
        n = sum(1 for seen in self.cases.values() if seen.kind == one.kind) + 1
        number = kind.number.format(year=at.year, n=n)
        self.cases[number] = Seen(
            len(self.cases) + 1, number, one.kind, kind.procedure.start, "", False, at, None, "330110110", one.lon,
            one.lat, said.sets.get("category", ""), None, said.plain,
        )  # fmt: skip
        return f"open {one.kind}"

    def add(self, one: Add, at: datetime) -> str:
        """Make a move; one that the procedure does not know from there fails the test."""
        seen = self.cases[one.number]
        procedure = LINE.kind(seen.kind).procedure
        move = procedure.find(one.verb, seen.state)
        assert move is not None, f"{one.verb} from {seen.state}"
        said = answering.read(move.form, dict(one.answers), tables=LINE.tables)
        to = seen.state if move.to == "=" else move.to
        ended = to in procedure.end
        moved = {**seen.moved, one.verb: said.plain}
        closed = seen.closed if ended and seen.closed else at if ended else None
        lon, lat = (said.plain.get(name, getattr(seen, name)) for name in ("lon", "lat"))
        self.cases[one.number] = replace(
            seen, state=to, ended=ended, closed=closed, moved=moved, lon=lon, lat=lat
        )
        return f"{one.verb} {one.number}"

    def alarms(self) -> list[Seen]:
        """The alarms, the oldest first."""
        return [seen for seen in self.cases.values() if seen.kind == "alarm"]

    def known(self, number: str) -> Mapping[str, Any]:
        """The newest that is known of an alarm's place."""
        seen = self.cases[number]
        return seen.moved.get("sight", seen.answers)


@dataclass
class Scene:
    """Fires on a plane and cameras that look at them."""

    ledger: Ledger = field(default_factory=Ledger)
    places: dict[str, tuple[float, float]] = field(default_factory=dict)

    def tower(self, code: str, east: float, north: float, *azimuths: float, sigma: float = 0.5) -> None:
        """A tower with a pose for each direction, named by it."""
        camera = self.ledger.camera(code, east, north)
        self.places[code] = (east, north)
        for azimuth in azimuths:
            self.ledger.pose(camera, f"{azimuth:.0f}", azimuth, sigma=sigma)

    def box(self, tower: str, pose: float, fire: tuple[float, float], *, off: float = 0.0) -> list[float]:
        """How a tower sees a fire; off: by how many degrees it errs."""
        east, north = fire[0] - self.places[tower][0], fire[1] - self.places[tower][1]
        metres = (east**2 + north**2) ** 0.5
        return box_at(degrees(atan2(east, north)) + off, elevation_of(45.0, metres), of=pose)

    def sees(self, tower: str, pose: float, seconds: float, *fires: tuple[float, float], off: float = 0.0,
             **more: Any) -> list[str]:  # fmt: skip
        """One look of a tower at some fires, so many seconds after noon."""
        boxes = [self.box(tower, pose, fire, off=off) for fire in fires]
        return self.ledger.read(tower, f"{pose:.0f}", NOON + timedelta(seconds=seconds), *boxes, **more)


def ahead(metres: float, azimuth: float) -> tuple[float, float]:
    """A place so far off in this direction from the middle of the plane."""
    return metres * sin(radians(azimuth)), metres * cos(radians(azimuth))
