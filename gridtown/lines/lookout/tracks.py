"""What each camera saw of one smoke, and the text in which the ledger keeps it.

A track carries the camera's place and direction as they were when it saw: a calibration that is put right later
changes no alarm of before. Its direction is the mean of its first sightings and then stands: wind bends a plume, and
a track that followed it would wander off to the next fire.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gridtown.lines.lookout.plane import wrap
from gridtown.lines.lookout.ranging import Range

ANCHORED_AFTER = 5  # sightings that make a track's direction
Box = tuple[float, float, float, float]  # left, top, right, bottom in 0…1


@dataclass(frozen=True, slots=True)
class Track:
    """Smoke in one pose: the line of sight to its foot, how often and when seen, where in the picture.

    reach: how far the camera is trusted, in metres. range: how far the foot is by its pitch, where that says anything.
    """

    camera: int
    pose: int
    lon: float
    lat: float
    azimuth: float
    sigma: float
    first: datetime
    last: datetime
    box: Box
    reach: float
    range: Range | None = None
    n: int = 1

    def seen_again(self, at: "Track", *, blurred: bool = False) -> "Track":
        """This track with one sighting more; a blurred one (it covers two smokes) moves nothing."""
        grown = replace(self, n=self.n + 1, last=max(self.last, at.last), first=min(self.first, at.first))
        if blurred or self.n >= ANCHORED_AFTER:
            return grown
        share = 1.0 / (self.n + 1)
        azimuth = (self.azimuth + share * wrap(at.azimuth - self.azimuth)) % 360.0
        left, top, right, bottom = (a + share * (b - a) for a, b in zip(self.box, at.box, strict=True))
        return replace(grown, azimuth=azimuth, box=(left, top, right, bottom), range=self.range or at.range)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that somebody or something measured itself: a drone, a satellite, a person with a pin on a map."""

    lon: float
    lat: float
    sigma: float
    at: datetime


_TRACK = re.compile(
    r"#(?P<camera>\d+)/(?P<pose>\d+) @(?P<lon>[-\d.]+),(?P<lat>[-\d.]+) (?P<azimuth>[\d.]+)°±(?P<sigma>[\d.]+)° "
    r"×(?P<n>\d+) (?P<first>\d{14})–(?P<last>\d{14}) \[(?P<box>[\d. ]+)\] ≤(?P<reach>[\d.]+)"
    r"(?: ~(?P<middle>[\d.]+)\((?P<near>[\d.]+)–(?P<far>[\d.]+|∞)\))?"
)
_SPOT = re.compile(r"◎(?P<lon>[-\d.]+),(?P<lat>[-\d.]+) ±(?P<sigma>[\d.]+) (?P<at>\d{14})")
_STAMP = "%Y%m%d%H%M%S"


def lines(tracks: Iterable[Track], spots: Iterable[Spot]) -> tuple[str, ...]:
    """What the ledger keeps: a line for each."""
    return (*map(written, tracks), *map(written, spots))


def written(one: Track | Spot) -> str:
    """One line of figures and signs, the same in every language; times are UTC."""
    if isinstance(one, Spot):
        return f"◎{one.lon:.6f},{one.lat:.6f} ±{one.sigma:.0f} {_stamp(one.at)}"
    far = ""
    if one.range is not None:
        end = f"{one.range.far:.0f}" if one.range.far < 1e7 else "∞"
        far = f" ~{one.range.middle:.0f}({one.range.near:.0f}–{end})"
    box = " ".join(f"{edge:.3f}" for edge in one.box)
    return (
        f"#{one.camera}/{one.pose} @{one.lon:.6f},{one.lat:.6f} {one.azimuth:.3f}°±{one.sigma:.3f}° ×{one.n} "
        f"{_stamp(one.first)}–{_stamp(one.last)} [{box}] ≤{one.reach:.0f}{far}"
    )


def read(lines: Iterable[str]) -> tuple[tuple[Track, ...], tuple[Spot, ...]]:
    """Tracks and spots from their lines; ValueError for one that cannot be read."""
    tracks, spots = [], []
    for line in lines:
        if found := _TRACK.fullmatch(line):
            tracks.append(_track(found))
        elif found := _SPOT.fullmatch(line):
            lon, lat, sigma = (float(found[name]) for name in ("lon", "lat", "sigma"))
            spots.append(Spot(lon, lat, sigma, _moment(found["at"])))
        else:
            raise ValueError(f"not a line of sight: {line}")
    return tuple(tracks), tuple(spots)


def _track(found: re.Match[str]) -> Track:
    left, top, right, bottom = (float(edge) for edge in found["box"].split())
    far = None
    if found["middle"]:
        far = Range(float(found["middle"]), float(found["near"]), float(found["far"].replace("∞", "inf")))
    return Track(
        int(found["camera"]), int(found["pose"]), float(found["lon"]), float(found["lat"]), float(found["azimuth"]),
        float(found["sigma"]), _moment(found["first"]), _moment(found["last"]), (left, top, right, bottom),
        float(found["reach"]), far, int(found["n"]),
    )  # fmt: skip


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_STAMP)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
