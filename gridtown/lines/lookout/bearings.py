"""From bearings to a place with its error: least squares, covariance, 95 % ellipse, chi-square test."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, degrees, log, radians, sqrt

import numpy as np
from numpy.typing import NDArray

from gridtown.lines.lookout.plane import wrap

# 99 % of chi-square with 1, 2, 3 … degrees of freedom
CHI2_99 = (6.635, 9.210, 11.345, 13.277, 15.086, 16.812, 18.475, 20.090, 21.666, 23.209, 24.725, 26.217)
SAME_PLACE = CHI2_99[1]
MIN_SIGMA = 0.05  # degrees; nothing is surer than its mount
HOPELESS = 1000.0  # squares of misses over their sigmas from which lines have nothing to do with each other
_ROUNDS = 20

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bearing:
    """A line of sight: from where (metres on the plane), in which direction, how sure (degrees)."""

    east: float
    north: float
    azimuth: float
    sigma: float

    def towards(self, east: float, north: float) -> float:
        """The azimuth of a place as seen from here."""
        return degrees(atan2(east - self.east, north - self.north)) % 360.0

    def range(self, east: float, north: float) -> float:
        """How far a place is from here, in metres."""
        return float(np.hypot(east - self.east, north - self.north))


@dataclass(frozen=True, slots=True)
class Fix:
    """A place with its covariance (m²), and how badly the bearings agree: chi2 over `spare` degrees of freedom."""

    east: float
    north: float
    cov: tuple[float, float, float]  # ee, en, nn
    chi2: float = 0.0
    spare: int = 0

    @property
    def agrees(self) -> bool:
        """Whether chance alone would make them disagree as much (99 %); two bearings always agree."""
        return self.spare < 1 or self.chi2 < CHI2_99[min(self.spare, len(CHI2_99)) - 1]

    @property
    def matrix(self) -> Matrix:
        """The covariance as a matrix."""
        ee, en, nn = self.cov
        return np.array([[ee, en], [en, nn]])


def around(east: float, north: float, sigma: float) -> Fix:
    """A place that was measured itself, as by a drone or a satellite, with the same error in each direction."""
    return Fix(east, north, (sigma * sigma, 0.0, sigma * sigma))


def locate(bearings: Sequence[Bearing], *, min_angle: float) -> Fix | None:
    """Where the lines meet, or None: fewer than two places, too nearly parallel, or behind one of the cameras."""
    if len(bearings) < 2 or _widest(bearings) < min_angle:
        return None
    place = _start(bearings)
    if place is None or _behind(bearings, place) or _misses2(bearings, place) > HOPELESS:
        return None
    for _ in range(_ROUNDS):
        jacobian, misses = _linear(bearings, place)
        step, *_rest = np.linalg.lstsq(jacobian, misses, rcond=None)
        place = place + step
        if float(np.abs(step).max()) < 1e-3:
            break
    else:
        return None
    if _behind(bearings, place):
        return None
    jacobian, misses = _linear(bearings, place)
    square = jacobian.T @ jacobian
    if _flat(square):  # on the way there the cameras came to lie in one line with the place
        return None
    cov = np.linalg.inv(square)
    spread = (float(cov[0, 0]), float(cov[0, 1]), float(cov[1, 1]))
    return Fix(float(place[0]), float(place[1]), spread, float(misses @ misses), len(bearings) - 2)


def _flat(square: Matrix) -> bool:
    """Whether lines that are summed up so say nothing of one of the two directions."""
    return bool(abs(np.linalg.det(square)) < 1e-9 * float(np.trace(square)) ** 2)


def _behind(bearings: Sequence[Bearing], place: Matrix) -> bool:
    """Whether a place lies behind one of the cameras."""
    return any(abs(wrap(b.azimuth - b.towards(float(place[0]), float(place[1])))) > 90.0 for b in bearings)


def _widest(bearings: Sequence[Bearing]) -> float:
    """The angle between the two lines that cross most squarely, 0…90 degrees."""
    turns = [abs(wrap(a.azimuth - b.azimuth)) for n, a in enumerate(bearings) for b in bearings[:n]]
    return max(min(turn, 180.0 - turn) for turn in turns)


def _start(bearings: Sequence[Bearing]) -> Matrix | None:
    """Least squares of the lines' normals, each weighed by how far it is from there to the place (Stansfield)."""
    turn = np.radians([b.azimuth for b in bearings])
    normal = np.stack([np.cos(turn), -np.sin(turn)], axis=1)
    stand = np.array([(b.east, b.north) for b in bearings])
    offset = (normal * stand).sum(axis=1)
    weight = 1.0 / np.radians([max(b.sigma, MIN_SIGMA) for b in bearings])
    place = stand.mean(axis=0)
    for _ in range(_ROUNDS // 4):
        rows = normal * weight[:, None]
        square = rows.T @ rows
        if _flat(square):
            return None
        place = np.linalg.solve(square, rows.T @ (offset * weight))
        away = np.maximum(np.hypot(*(place - stand).T), 1.0)
        weight = 1.0 / (away * np.radians([max(b.sigma, MIN_SIGMA) for b in bearings]))
    found: Matrix = place
    return found


def _misses2(bearings: Sequence[Bearing], place: Matrix) -> float:
    """The squares of all misses, each over its sigma."""
    _, misses = _linear(bearings, place)
    return float(misses @ misses)


def _linear(bearings: Sequence[Bearing], place: Matrix) -> tuple[Matrix, Matrix]:
    """Rows of the Jacobian and the misses, each over its sigma, at a place."""
    rows, misses = [], []
    for b in bearings:
        east, north = float(place[0]) - b.east, float(place[1]) - b.north
        square, sigma = max(east * east + north * north, 1.0), radians(max(b.sigma, MIN_SIGMA))
        rows.append((north / square / sigma, -east / square / sigma))
        misses.append(radians(wrap(b.azimuth - b.towards(*place))) / sigma)
    return np.array(rows), np.array(misses)


def ellipse(cov: tuple[float, float, float], share: float = 0.95) -> tuple[float, float, float]:
    """Half axes in metres and the heading of the longer one (0 ≤ it < 180), around what holds the truth so surely."""
    ee, en, nn = cov
    values, vectors = np.linalg.eigh(np.array([[ee, en], [en, nn]]))
    scale = sqrt(-2.0 * log(1.0 - share))
    # once more: the rest of a number just below nothing is rounded to the divisor itself
    heading = degrees(atan2(float(vectors[0, 1]), float(vectors[1, 1]))) % 180.0 % 180.0
    return scale * sqrt(float(values[1])), scale * sqrt(max(float(values[0]), 0.0)), heading


def distance2(a: Fix, b: Fix) -> float:
    """The squared Mahalanobis distance of two places, each with its error."""
    apart = np.array([a.east - b.east, a.north - b.north])
    return float(apart @ np.linalg.solve(a.matrix + b.matrix, apart))


def off_line2(bearing: Bearing, fix: Fix) -> float:
    """How far a place is off a line of sight: the turn over its error, squared (one degree of freedom)."""
    east, north = fix.east - bearing.east, fix.north - bearing.north
    square = max(east * east + north * north, 1.0)
    across = np.array([north / square, -east / square])
    spread = radians(max(bearing.sigma, MIN_SIGMA)) ** 2 + float(across @ fix.matrix @ across)
    turn = radians(wrap(bearing.azimuth - bearing.towards(fix.east, fix.north)))
    return turn * turn / spread
