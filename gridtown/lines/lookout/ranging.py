"""How far away the foot of a plume is, from one camera over flat land: good to about two kilometres."""

from dataclasses import dataclass
from math import cos, inf, radians, sin, sqrt

from gridtown.lines.lookout.plane import EARTH

REFRACTION = 0.13  # share of the earth's curve that the air takes back


def strikes(height: float, pitch: float) -> float:
    """Where a ray meets the ground, in metres; infinity where it passes over the horizon.

    height: of the lens above the ground in metres. pitch: upwards, in degrees. The ground falls away from the ray:
    z(s) = h + s·sin θ + (1 - k)·s²/(2R), so that the curve's term is added.
    """
    slope, curve = sin(radians(pitch)), (1.0 - REFRACTION) / (2.0 * EARTH)
    under = slope * slope - 4.0 * curve * height
    if slope >= 0.0 or under < 0.0:
        return inf
    along = (-slope - sqrt(under)) / (2.0 * curve)
    return along * cos(radians(pitch))


@dataclass(frozen=True, slots=True)
class Range:
    """How far, and between what, in metres; `far` may be infinite."""

    middle: float
    near: float
    far: float

    def holds(self, metres: float) -> bool:
        """Whether a distance lies in the interval."""
        return self.near <= metres <= self.far


def reach(height: float, pitch: float, sigma: float) -> Range:
    """The distance of what stands on the ground at this pitch, with the interval of twice its error."""
    return Range(
        strikes(height, pitch), strikes(height, pitch - 2.0 * sigma), strikes(height, pitch + 2.0 * sigma)
    )
