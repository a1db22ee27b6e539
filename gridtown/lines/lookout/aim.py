"""From a place in a picture to a direction, and back from landmarks to how the camera stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan, atan2, cos, degrees, hypot, radians, sin, sqrt, tan
from typing import Any

import numpy as np

from gridtown.lines.lookout.bearings import Matrix
from gridtown.lines.lookout.plane import EARTH, Plane, wrap
from gridtown.lines.lookout.ranging import REFRACTION

FEWEST = 4  # landmarks that a calibration needs: four unknowns, two equations each


@dataclass(frozen=True, slots=True)
class Aim:
    """How a camera stands: the direction of the picture's middle, its roll and its opening angles, in degrees."""

    azimuth: float
    pitch: float
    fov_h: float
    fov_v: float
    roll: float = 0.0
    sigma: float = 1.0

    def direction(self, x: float, y: float) -> tuple[float, float]:
        """Azimuth and elevation of a point of the picture, x and y in 0…1 from its upper left corner.

        A lens maps tangents, not angles: the linear rule errs by 0.8° at 54° and by 3.7° at 87° of opening.
        """
        right = (2.0 * x - 1.0) * tan(radians(self.fov_h) / 2.0)
        up = (1.0 - 2.0 * y) * tan(radians(self.fov_v) / 2.0)
        turn, tilt = radians(self.roll), radians(self.pitch)
        right, up = right * cos(turn) - up * sin(turn), right * sin(turn) + up * cos(turn)
        ahead, rise = cos(tilt) - up * sin(tilt), sin(tilt) + up * cos(tilt)
        azimuth = (self.azimuth + degrees(atan2(right, ahead))) % 360.0
        return azimuth, degrees(atan2(rise, hypot(right, ahead)))


def aim_of(pose: Mapping[str, Any]) -> Aim:
    """How a pose stands: as fitted to its landmarks, else as it was ordered."""
    fitted = pose.get("fit_azimuth") is not None
    fov_h, fov_v = float(pose["fov_h"]), float(pose["fov_v"])
    if not fitted:
        return Aim(float(pose["azimuth"]), float(pose.get("pitch", 0.0)), fov_h, fov_v,
                   sigma=float(pose.get("sigma", 1.0)))  # fmt: skip
    return Aim(
        float(pose["fit_azimuth"]), float(pose["fit_pitch"]), float(pose["fit_fov"]),
        _upright(float(pose["fit_fov"]), fov_h, fov_v), float(pose["fit_roll"]), float(pose["fit_sigma"]),
    )  # fmt: skip


def _upright(fitted: float, fov_h: float, fov_v: float) -> float:
    """The vertical opening that goes with a fitted horizontal one: the picture keeps its shape."""
    shape = tan(radians(fov_v) / 2.0) / tan(radians(fov_h) / 2.0)
    return degrees(2.0 * atan(shape * tan(radians(fitted) / 2.0)))


@dataclass(frozen=True, slots=True)
class Landmark:
    """Something known in the picture: where it is seen, and in which direction it really lies."""

    x: float
    y: float
    azimuth: float
    elevation: float | None


class Unreadable(ValueError):
    """A landmark's line that cannot be read."""


def landmark(line: str, lon: float, lat: float, height: float) -> Landmark:
    """Read "x y longitude latitude [height]" as seen by a camera at a place and height; Unreadable otherwise."""
    try:
        x, y, at_lon, at_lat, *more = (float(part) for part in line.split())
    except ValueError:
        raise Unreadable(line) from None
    if not (0.0 <= x <= 1.0 and 0.0 <= y <= 1.0 and len(more) <= 1):
        raise Unreadable(line)
    east, north = Plane(lon, lat).xy(at_lon, at_lat)
    far = hypot(east, north)
    if far < 1.0:
        raise Unreadable(line)
    elevation = None
    if more:
        drop = (1.0 - REFRACTION) * far * far / (2.0 * EARTH)
        elevation = degrees(atan((more[0] - height - drop) / far))
    return Landmark(x, y, degrees(atan2(east, north)) % 360.0, elevation)


def fit(start: Aim, landmarks: Sequence[Landmark]) -> tuple[Aim, tuple[float, ...]] | None:
    """The aim that fits the landmarks best, and by how much each is still off (degrees); None with too few.

    Gauss-Newton over azimuth, pitch, roll and opening. Without heights pitch and roll stay as ordered. The aim's sigma
    is the standard deviation of the residuals, and never less than a tenth of a degree.
    """
    if len(landmarks) < FEWEST:
        return None
    free = (0, 1, 2, 3) if sum(mark.elevation is not None for mark in landmarks) >= 2 else (0, 3)
    state = np.array([start.azimuth, start.pitch, start.roll, start.fov_h])
    for _ in range(30):
        off = _off(start, state, landmarks)
        slopes = np.stack([_slope(start, state, landmarks, n) for n in free], axis=1)
        step, *_ = np.linalg.lstsq(slopes, -off, rcond=None)
        for n, by in zip(free, step, strict=True):
            state[n] += float(by)
        state[3] = min(max(state[3], 1.0), 160.0)
        if float(np.abs(step).max()) < 1e-6:
            break
    off = _off(start, state, landmarks)
    spare = max(off.size - len(free), 1)
    found = _with(start, state, max(sqrt(float(off @ off) / spare), 0.1))
    turns = tuple(wrap(found.direction(mark.x, mark.y)[0] - mark.azimuth) for mark in landmarks)
    return found, turns


def _with(start: Aim, state: Matrix, sigma: float) -> Aim:
    azimuth, pitch, roll, fov = (float(value) for value in state)
    return Aim(azimuth % 360.0, pitch, fov, _upright(fov, start.fov_h, start.fov_v), roll, sigma)


def _off(start: Aim, state: Matrix, landmarks: Sequence[Landmark]) -> Matrix:
    """By how many degrees each landmark is off, turn by turn and then rise by rise where heights are known."""
    aim = _with(start, state, 1.0)
    seen = [aim.direction(mark.x, mark.y) for mark in landmarks]
    off = [wrap(at[0] - mark.azimuth) for at, mark in zip(seen, landmarks, strict=True)]
    off += [
        at[1] - mark.elevation for at, mark in zip(seen, landmarks, strict=True) if mark.elevation is not None
    ]
    return np.array(off)


def _slope(start: Aim, state: Matrix, landmarks: Sequence[Landmark], n: int) -> Matrix:
    """How the misses change with the n-th of the unknowns."""
    small = 1e-4
    up, down = state.copy(), state.copy()
    up[n] += small
    down[n] -= small
    slope: Matrix = (_off(start, up, landmarks) - _off(start, down, landmarks)) / (2 * small)
    return slope
