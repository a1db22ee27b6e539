"""The town as a plane: metres east and north of a point, angles clockwise from north.

Equirectangular at the point's latitude: over 20 km it errs by metres, far below a bearing's error.
"""

from dataclasses import dataclass
from math import cos, hypot, radians

EARTH = 6_371_000.0  # m, mean radius


def wrap(degrees: float) -> float:
    """The same turn in (-180, 180]."""
    turned = degrees % 360.0
    return turned - 360.0 if turned > 180.0 else turned


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane that touches the earth at a point (degrees, WGS84)."""

    lon: float
    lat: float

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        """Metres east and north of the plane's point."""
        return radians(lon - self.lon) * EARTH * cos(radians(self.lat)), radians(lat - self.lat) * EARTH

    def lonlat(self, east: float, north: float) -> tuple[float, float]:
        """Degrees of a place on the plane."""
        degree = radians(1.0) * EARTH
        return self.lon + east / (degree * cos(radians(self.lat))), self.lat + north / degree


def apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two points in degrees."""
    return hypot(*Plane(*a).xy(*b))
