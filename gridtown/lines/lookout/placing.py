"""Where a smoke is, from all that was seen of it: crossed lines, a measured point, one camera's range, or a sector."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any, Literal

import numpy as np

from gridtown.lines.lookout.bearings import Bearing, Fix, around, distance2, ellipse, locate
from gridtown.lines.lookout.plane import Plane, apart
from gridtown.lines.lookout.tracks import Spot, Track


@dataclass(frozen=True, slots=True)
class Rules:
    """The amounts by which smokes are told apart; each is a setting of the line, named alike."""

    same_degrees: float
    same_minutes: float
    pair_minutes: float
    place_minutes: float
    min_angle: float
    mast_metres: float
    range_metres: float

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Rules":
        """The rules as the town has set them."""
        return cls(**{name: float(settings[name]) for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the plane with how it was found: lines crossed, one camera's range, or a point that was measured."""

    fix: Fix
    placed: Literal["crossed", "range", "point"]


def plane_of(tracks: Sequence[Track], spots: Sequence[Spot]) -> Plane:
    """The plane to compute in; any point nearby will do."""
    first = tracks[0] if tracks else spots[0]
    return Plane(round(first.lon, 1), round(first.lat, 1))


def bearing(track: Track, plane: Plane) -> Bearing:
    """A track's line of sight on the plane."""
    return Bearing(*plane.xy(track.lon, track.lat), track.azimuth, track.sigma)


def by_mast(tracks: Iterable[Track], metres: float) -> list[Track]:
    """One track for each mast, the surest: cameras that hang together group, they never locate."""
    kept: list[Track] = []
    for track in sorted(tracks, key=lambda t: (t.sigma, -t.n, t.camera, t.pose)):
        if all(apart((track.lon, track.lat), (one.lon, one.lat)) >= metres for one in kept):
            kept.append(track)
    return kept


def place(tracks: Sequence[Track], spots: Sequence[Spot], rules: Rules, plane: Plane) -> Place | None:
    """Where it is, or None where only a direction is known."""
    masts = by_mast(tracks, rules.mast_metres)
    crossed = locate([bearing(t, plane) for t in masts], min_angle=rules.min_angle)
    if crossed is not None and not (crossed.agrees and _in_reach(crossed, masts, plane)):
        crossed = None
    measured = _measured(spots, plane)
    if measured is not None:
        return Place(_joined(measured, crossed) if crossed else measured, "point")
    if crossed is not None:
        return Place(crossed, "crossed")
    ranged = _ranged(masts[0], rules, plane) if len(masts) == 1 else None
    return Place(ranged, "range") if ranged else None


def _in_reach(fix: Fix, masts: Sequence[Track], plane: Plane) -> bool:
    return all(bearing(t, plane).range(fix.east, fix.north) <= t.reach for t in masts)


def _measured(spots: Sequence[Spot], plane: Plane) -> Fix | None:
    """All measured points together, the newest first; one that lies elsewhere is left out."""
    found: Fix | None = None
    for spot in sorted(spots, key=lambda s: (-s.at.timestamp(), s.sigma, s.lon, s.lat)):
        one = around(*plane.xy(spot.lon, spot.lat), max(spot.sigma, 1.0))
        found = one if found is None else _joined(found, one)
    return found


def _joined(a: Fix, b: Fix) -> Fix:
    """Two independent measurements of one place; the first alone where they do not agree."""
    if distance2(a, b) > 9.21:
        return a
    one, two = np.linalg.inv(a.matrix), np.linalg.inv(b.matrix)
    cov = np.linalg.inv(one + two)
    at = cov @ (one @ np.array([a.east, a.north]) + two @ np.array([b.east, b.north]))
    return Fix(float(at[0]), float(at[1]), (float(cov[0, 0]), float(cov[0, 1]), float(cov[1, 1])))


def _ranged(track: Track, rules: Rules, plane: Plane) -> Fix | None:
    """One camera's place by the pitch of the plume's foot, as far as that is good for a point."""
    if track.range is None or not track.range.middle <= min(rules.range_metres, track.reach):
        return None
    middle, turn = track.range.middle, radians(track.azimuth)
    east, north = plane.xy(track.lon, track.lat)
    along = (min(track.range.far, 2.0 * middle) - track.range.near) / 4.0
    across = middle * radians(track.sigma)
    ahead = np.array([[sin(turn), cos(turn)], [cos(turn), -sin(turn)]])
    cov = ahead.T @ np.diag([along * along, across * across]) @ ahead
    return Fix(east + middle * sin(turn), north + middle * cos(turn),
               (float(cov[0, 0]), float(cov[0, 1]), float(cov[1, 1])))  # fmt: skip


def answers(found: Place | None, plane: Plane) -> dict[str, Any]:
    """What the ledger keeps of a place: the point, and the 95 % ellipse that belongs to it."""
    if found is None:
        return {"placed": "sector"}
    lon, lat = plane.lonlat(found.fix.east, found.fix.north)
    major, minor, heading = ellipse(found.fix.cov)
    return {
        "placed": found.placed, "lon": round(lon, 6), "lat": round(lat, 6), "major": round(major, 1),
        "minor": round(minor, 1), "heading": round(heading, 1),
    }  # fmt: skip
