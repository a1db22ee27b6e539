"""Tools of the watch: crossing lines of sight by hand, finding alarms that are one smoke, how right each camera is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from gridtown.kernel.forms import Form, Ref, Unit
from gridtown.kernel.told import Refused
from gridtown.kernel.tool import Add, Asked, Open, Proposal, Reads, Tool, Why
from gridtown.lines.lookout import record, tracks
from gridtown.lines.lookout.grouping import same
from gridtown.lines.lookout.history import wholes
from gridtown.lines.lookout.nearest import NEAREST
from gridtown.lines.lookout.placing import Rules, answers, bearing, place, plane_of
from gridtown.lines.lookout.tracks import Track

WATCH = ("watcher", "duty_officer", "dispatcher")
NO_BOX = (0.0, 0.0, 1.0, 1.0)
OPEN = ("detected", "verified", "dispatched", "on_way")


class Crossing(Form):
    """Two or three cameras, and in which direction each sees the smoke (degrees, clockwise from north)."""

    camera: Annotated[int, Ref("camera")]
    azimuth: Annotated[float, Unit("deg"), Field(ge=0, lt=360)]
    camera_2: Annotated[int, Ref("camera")]
    azimuth_2: Annotated[float, Unit("deg"), Field(ge=0, lt=360)]
    camera_3: Annotated[int, Ref("camera")] | None = None
    azimuth_3: Annotated[float, Unit("deg"), Field(ge=0, lt=360)] | None = None
    sigma: Annotated[float, Unit("deg"), Field(ge=0.1, le=10)] = 1.0


def crossing(asked: Asked) -> Iterator[Proposal]:
    """Where the lines meet with its error, to be opened as an alarm; or why they do not."""
    seen = [_line(asked, end, n) for n, end in enumerate(("", "_2", "_3"), 1) if _given(asked, end)]
    rules, plane = Rules.of(asked.settings), plane_of(seen, ())
    found = place(seen, (), rules, plane)
    if found is None or found.placed != "crossed":
        yield Proposal({}, (Why("not_crossed", {"angle": rules.min_angle, "mast": rules.mast_metres}),))
        return
    where = answers(found, plane)
    far = max(bearing(one, plane).range(found.fix.east, found.fix.north) for one in seen)
    said = {
        **where, "description": f"{where['lat']:.5f}°N {where['lon']:.5f}°E", "source": "camera",
        "seen_at": asked.now.isoformat(), "tracks": [tracks.written(one) for one in seen], "camera": seen[0].camera,
    }  # fmt: skip
    what = {name: where[name] for name in ("lon", "lat", "major", "minor", "heading")}
    why = (Why("crossed", {"n": len(seen), "far": f"{far / 1000.0:.1f}"}),)
    yield Proposal(what, why, (Open("alarm", said, where["lon"], where["lat"]),))


def _given(asked: Asked, end: str) -> bool:
    camera, azimuth = (asked.answers.get(f"{name}{end}") is not None for name in ("camera", "azimuth"))
    if camera != azimuth:
        raise Refused("form_invalid", fields={f"azimuth{end}": "mistake.missing"})
    return camera


def _line(asked: Asked, end: str, n: int) -> Track:
    camera = next(c for c in asked.records["camera"] if c.id == asked.answers[f"camera{end}"])
    lon, lat = float(camera.answers["lon"]), float(camera.answers["lat"])
    azimuth, sigma = float(asked.answers[f"azimuth{end}"]), float(asked.answers.get("sigma", 1.0))
    reach = float(camera.answers.get("reach", 5000.0))
    return Track(camera.id, 0, lon, lat, azimuth, sigma, asked.now, asked.now, NO_BOX, reach)


class Pairs(Form):
    """How far back alarms are held against each other."""

    within: Annotated[int, Unit("min"), Field(ge=5, le=240)] = 60


def pairs(asked: Asked) -> Iterator[Proposal]:
    """Open alarms that may be one smoke; the later one is merged into the earlier when somebody accepts."""
    rules, since = (
        Rules.of(asked.settings),
        asked.now - timedelta(minutes=int(asked.answers.get("within", 60))),
    )
    cases = {seen.number: seen for seen in asked.cases["alarm"]}
    known = wholes(asked.cases["alarm"], float(asked.settings["person_metres"]))
    recent = sorted(
        (whole.event for number, whole in known.items()
         if cases[number].state in OPEN and whole.event.last >= since),
        key=lambda event: (cases[event.number].opened, event.number),
    )  # fmt: skip
    for n, later in enumerate(recent):
        for earlier in recent[:n]:
            if same(earlier, later, rules):
                merge = Add(later.number, "merge", {"into": earlier.number})
                yield Proposal(
                    {"alarm": later.number, "into": earlier.number}, (Why("same_place"),), (merge,)
                )
                break


class Days(Form):
    """Nothing is asked: it is always the last thirty days."""


def cameras(asked: Asked) -> Iterator[Proposal]:
    """Each camera's alarms of the last month: how many, how many false, how fast confirmed."""
    since = asked.now - timedelta(days=record.DAYS)
    alarms = [seen for seen in asked.cases["alarm"] if seen.opened >= since]
    for camera in asked.records["camera"]:
        own = [seen for seen in alarms if seen.answers.get("camera") == camera.id]
        told = record.of(own)
        what = {
            "camera": camera.id,
            "alarms": len(own),
            **{f"camera_{k}": v for k, v in told.items() if v is not None},
        }
        yield Proposal(what)


CROSS = Tool(
    "cross", ask=Crossing, run=crossing, roles=WATCH, reads=Reads(registers=("camera",)),
    shows=("lon", "lat", "major", "minor", "heading"), reasons=("crossed", "not_crossed"),
    basis="design: least squares of bearings with their covariance; the ellipse holds the place with 95 %",
)  # fmt: skip
SAME = Tool(
    "same", ask=Pairs, run=pairs, roles=WATCH, reads=Reads(kinds=("alarm",), days=2), shows=("alarm", "into"),
    reasons=("same_place",), basis="design: places that agree within 99 % and half an hour, or lines that all meet",
)  # fmt: skip
CAMERAS = Tool(
    "cameras", ask=Days, run=cameras, roles=(*WATCH, "supervisor", "leader"),
    reads=Reads(registers=("camera",), kinds=("alarm",), days=record.DAYS),
    shows=("camera", "alarms", "camera_judged", "camera_false", "camera_daily", "camera_minutes"),
    basis="design: alarms confirmed and rejected by people on site, of the last thirty days",
)  # fmt: skip
TOOLS = (NEAREST, SAME, CROSS, CAMERAS)
