"""The map key of a point: its web-mercator tile at zoom 24 with x and y interleaved (Morton order).

Cells of any zoom are prefixes, so clusters for a viewport are ranges of one index.
"""

import math
from collections.abc import Iterator

ZOOM = 24
_SIDE = 1 << ZOOM


def _spread(n: int) -> int:
    """The 24 bits of n with a zero between each two."""
    n = (n | n << 16) & 0x0000FFFF0000FFFF
    n = (n | n << 8) & 0x00FF00FF00FF00FF
    n = (n | n << 4) & 0x0F0F0F0F0F0F0F0F
    n = (n | n << 2) & 0x3333333333333333
    return (n | n << 1) & 0x5555555555555555


def _gather(n: int) -> int:
    n &= 0x5555555555555555
    n = (n | n >> 1) & 0x3333333333333333
    n = (n | n >> 2) & 0x0F0F0F0F0F0F0F0F
    n = (n | n >> 4) & 0x00FF00FF00FF00FF
    n = (n | n >> 8) & 0x0000FFFF0000FFFF
    return (n | n >> 16) & 0x00000000FFFFFFFF


def _tile(lon: float, lat: float, side: int) -> tuple[int, int]:
    lat = max(-85.05112878, min(85.05112878, lat))
    x = int((lon + 180) / 360 * side)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side)
    return max(0, min(side - 1, x)), max(0, min(side - 1, y))


def cell(lon: float, lat: float) -> int:
    """The key of a point (degrees, WGS84)."""
    x, y = _tile(lon, lat, _SIDE)
    return _spread(x) | _spread(y) << 1


def middle(prefix: int, zoom: int) -> tuple[float, float]:
    """The middle of a cell of a zoom, in degrees."""
    side = 1 << zoom
    x, y = _gather(prefix) + 0.5, _gather(prefix >> 1) + 0.5
    return x / side * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / side))))


def count(west: float, south: float, east: float, north: float, zoom: int) -> int:
    """How many cells of a zoom a box touches."""
    x0, y0 = _tile(west, north, 1 << zoom)
    x1, y1 = _tile(east, south, 1 << zoom)
    return (x1 - x0 + 1) * (y1 - y0 + 1)


def ranges(west: float, south: float, east: float, north: float, most: int = 12) -> Iterator[tuple[int, int]]:
    """At most so many ranges [first, last) of keys that cover a box; they may cover a little more."""
    zoom = ZOOM
    while True:
        x0, y0 = _tile(west, north, 1 << zoom)
        x1, y1 = _tile(east, south, 1 << zoom)
        if (x1 - x0 + 1) * (y1 - y0 + 1) <= most or zoom == 0:
            break
        zoom -= 1
    shift = 2 * (ZOOM - zoom)
    first = sorted(_spread(x) | _spread(y) << 1 for x in range(x0, x1 + 1) for y in range(y0, y1 + 1))
    start = last = first[0]
    for prefix in [*first[1:], None]:
        if prefix is not None and prefix == last + 1:
            last = prefix
            continue
        yield start << shift, (last + 1) << shift
        if prefix is not None:
            start = last = prefix
