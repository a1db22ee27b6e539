"""What a map draws of a smoke: each camera's sector as it looked, and the ellipse in which the place lies."""

from collections.abc import Iterable, Mapping
from math import cos, isfinite, radians, sin
from typing import Any

from gridtown.lines.lookout import tracks
from gridtown.lines.lookout.history import newest
from gridtown.lines.lookout.plane import Plane
from gridtown.lines.lookout.tracks import Track

Ring = list[tuple[float, float]]
WIDE = 2.0  # standard deviations to either side: in 95 of 100 cases the smoke is in it
NARROWEST = 0.5  # degrees to either side, so that a sure line is still seen
STEPS = 12


def drawn(intake: Mapping[str, Any], moved: Iterable[Mapping[str, Any]]) -> list[Ring]:
    """Rings of longitude and latitude, each closed: sectors first, then the ellipse where a place is known."""
    holds = newest(intake, moved)
    seen, _ = tracks.read(holds.get("tracks") or ())
    rings = [_sector(one) for one in seen]
    if holds.get("lon") is not None and holds.get("lat") is not None and holds.get("major"):
        rings.append(_ellipse(holds))
    return rings


def _sector(track: Track) -> Ring:
    """From where the foot can be at the nearest to where at the farthest, never beyond the camera's reach."""
    plane, half = Plane(track.lon, track.lat), max(WIDE * track.sigma, NARROWEST)
    far = track.reach
    near = 0.0
    if track.range is not None:
        near = min(track.range.near, far)
        far = min(track.range.far, far) if isfinite(track.range.far) else far
    turns = [track.azimuth - half + 2.0 * half * n / STEPS for n in range(STEPS + 1)]
    outer = [_ahead(plane, far, turn) for turn in turns]
    inner = (
        [_ahead(plane, near, turn) for turn in reversed(turns)] if near > 0.0 else [(track.lon, track.lat)]
    )
    return [*outer, *inner, outer[0]]


def _ahead(plane: Plane, metres: float, azimuth: float) -> tuple[float, float]:
    lon, lat = plane.lonlat(metres * sin(radians(azimuth)), metres * cos(radians(azimuth)))
    return round(lon, 6), round(lat, 6)


def _ellipse(holds: Mapping[str, Any]) -> Ring:
    plane, turn = Plane(float(holds["lon"]), float(holds["lat"])), radians(float(holds.get("heading") or 0.0))
    major, minor = float(holds["major"]), float(holds.get("minor") or holds["major"])
    ring = []
    for n in range(4 * STEPS + 1):
        along, across = major * cos(radians(7.5 * n)), minor * sin(radians(7.5 * n))
        lon, lat = plane.lonlat(
            along * sin(turn) + across * cos(turn), along * cos(turn) - across * sin(turn)
        )
        ring.append((round(lon, 6), round(lat, 6)))
    return ring
