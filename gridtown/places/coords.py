"""Brings points of other coordinate systems to WGS84, once, where they come in; what is stored is always WGS84.

GPS gives WGS84. Surveyed data in China are CGCS2000, whose ellipsoid differs from that of WGS84 by a tenth of a
millimetre and whose frame differs by the drift of the plate since 2000: well under a metre, less than any boundary
or phone here is good for, so the two are taken as equal. Maps of 高德 and 腾讯 are GCJ-02, 百度's are BD-09.
All functions take and give degrees, longitude first, as numbers or as numpy arrays of one shape.
"""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Crs = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
CRS: tuple[Crs, ...] = ("wgs84", "cgcs2000", "gcj02", "bd09")
Degrees = Any  # float or array of float64; a pair of the same comes back
Pair = tuple[Degrees, Degrees]

A, EE = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, the constants of GCJ-02
X_PI = np.pi * 3000.0 / 180.0
CHINA = (72.004, 137.8347, 0.8293, 55.8271)  # west, east, south, north: beyond it GCJ-02 is WGS84
CLOSE, MOST = 1e-10, 30  # degrees (0.01 mm) and rounds at which turning back stops; ten rounds are usual


def to_wgs84(lon: Degrees, lat: Degrees, crs: Crs) -> Pair:
    """A point of any system in WGS84; ValueError for a system that is not known."""
    if crs in ("wgs84", "cgcs2000"):
        return lon, lat
    if crs == "gcj02":
        return gcj02_to_wgs84(lon, lat)
    if crs == "bd09":
        return bd09_to_wgs84(lon, lat)
    raise ValueError(f"unknown coordinate system {crs!r}; one of {', '.join(CRS)}")


def from_wgs84(lon: Degrees, lat: Degrees, crs: Crs) -> Pair:
    """A stored point in the system of somebody else's map."""
    if crs in ("wgs84", "cgcs2000"):
        return lon, lat
    if crs == "gcj02":
        return wgs84_to_gcj02(lon, lat)
    if crs == "bd09":
        return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    raise ValueError(f"unknown coordinate system {crs!r}; one of {', '.join(CRS)}")


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    """The published shift of GCJ-02; outside China nothing changes."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    shift_x, shift_y = _shift(x, y)
    inside = (x >= CHINA[0]) & (x <= CHINA[1]) & (y >= CHINA[2]) & (y <= CHINA[3])
    return _like(lon, x + np.where(inside, shift_x, 0.0)), _like(lat, y + np.where(inside, shift_y, 0.0))


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> Pair:
    """Back from GCJ-02, which has no formula for it, by iteration."""
    return _back(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> Pair:
    """百度's further shift."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    far = np.hypot(x, y) + 0.00002 * np.sin(y * X_PI)
    turn = np.arctan2(y, x) + 0.000003 * np.cos(x * X_PI)
    return _like(lon, far * np.cos(turn) + 0.0065), _like(lat, far * np.sin(turn) + 0.006)


def bd09_to_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    """Back from BD-09 by iteration: the inverse in common use is half a metre off."""
    return _back(gcj02_to_bd09, lon, lat)


def bd09_to_wgs84(lon: Degrees, lat: Degrees) -> Pair:
    """Both shifts of 百度 taken off."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _shift(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far GCJ-02 moves a point, in degrees."""
    x, y = lon - 105.0, lat - 35.0
    pi, root = np.pi, np.sqrt(np.abs(x))
    both = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    radians = np.radians(lat)
    magic = 1.0 - EE * np.sin(radians) ** 2
    meridian = A * (1.0 - EE) / (magic * np.sqrt(magic)) * pi / 180.0
    parallel = A / np.sqrt(magic) * np.cos(radians) * pi / 180.0
    return east / parallel, north / meridian


def _back(there: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """The point that `there` brings here: begin here, and take off what is too much until it is nothing."""
    goal_x, goal_y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    x, y = goal_x.copy(), goal_y.copy()
    for _ in range(MOST):
        at_x, at_y = there(x, y)
        off_x, off_y = at_x - goal_x, at_y - goal_y
        x, y = x - off_x, y - off_y
        if np.all(np.abs(off_x) < CLOSE) and np.all(np.abs(off_y) < CLOSE):
            break
    return _like(lon, x), _like(lat, y)


def _like(given: Degrees, found: Any) -> Degrees:
    """A number for a number, an array for an array."""
    return float(found) if np.ndim(given) == 0 and not isinstance(given, np.ndarray) else found
