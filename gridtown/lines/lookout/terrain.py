"""The height of the land, where a town has an elevation model: a ray of sight ends where the ground rises to meet it.

The grid is the town's own dictionary `elevation`, a row for each row of the grid from north to south (`gridtown
elevation FILE` writes it from an ESRI ASCII grid). Without one the land is taken to be flat around the camera.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import cos, floor, inf, isfinite, nan, radians, sin, tan
from typing import Any, Self

from gridtown.lines.lookout.plane import EARTH, Plane
from gridtown.lines.lookout.ranging import REFRACTION, Range, reach

COLUMNS = ("key", "zh", "en", "west", "north", "step", "heights")
MOST_CELLS = 4_000_000
FARTHEST = 30_000.0  # m: as far as any camera of the register reaches
_HEAD = ("ncols", "nrows", "cellsize")


class Unreadable(ValueError):
    """A grid that cannot be read, with what is wrong with it."""


@dataclass(frozen=True)
class Terrain:
    """A grid of heights over the datum in metres; west and north are the middle of its first cell, in degrees."""

    west: float
    north: float
    step: float
    rows: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, table: Mapping[str, Mapping[str, Any]] | None) -> "Self | None":
        """The town's grid; None where it has none."""
        rows = list((table or {}).values())
        if not rows:
            return None
        first = rows[0]
        return cls(
            float(first["west"]), float(first["north"]), float(first["step"]),
            tuple(tuple(map(_height, str(row["heights"]).split())) for row in rows),
        )  # fmt: skip

    def height(self, lon: float, lat: float) -> float | None:
        """The height at a point, between the four cells around it; None beyond the grid or where nothing is known."""
        x, y = (lon - self.west) / self.step, (self.north - lat) / self.step
        col, row = floor(x), floor(y)
        if not (0 <= row < len(self.rows) - 1 and 0 <= col < len(self.rows[0]) - 1):
            return None
        right, down = x - col, y - row
        (a, b), (c, d) = self.rows[row][col : col + 2], self.rows[row + 1][col : col + 2]
        found = (a * (1 - right) + b * right) * (1 - down) + (c * (1 - right) + d * right) * down
        return found if isfinite(found) else None

    def strikes(self, lon: float, lat: float, lens: float, azimuth: float, pitch: float) -> float | None:
        """Where a ray meets the land, in metres; infinity where it does not, None where it leaves the grid.

        lens: above the land at the camera. z(s) = z + s·sin θ + (1 - k)·s²/(2R): the ground falls away from the ray.
        """
        base = self.height(lon, lat)
        if base is None:
            return None
        plane, turn, slope = Plane(lon, lat), radians(azimuth), tan(radians(pitch))
        curve = (1.0 - REFRACTION) / (2.0 * EARTH)
        stride = max(radians(self.step) * EARTH * cos(radians(lat)) / 2.0, 5.0)
        over, far = lens, 0.0
        while far < FARTHEST:
            nxt = far + stride
            ground = self.height(*plane.lonlat(nxt * sin(turn), nxt * cos(turn)))
            if ground is None:
                return None
            above = base + lens + nxt * slope + curve * nxt * nxt - ground
            if above <= 0.0:
                return far + stride * over / (over - above)
            over, far = above, nxt
        return inf


_kept: list[tuple[Mapping[str, Mapping[str, Any]], Terrain | None]] = []  # the last table, and its grid


def known(table: Mapping[str, Mapping[str, Any]] | None) -> Terrain | None:
    """The grid of a town's table, read once: its tables do not change while a process lives."""
    if table is None:
        return None
    if not (_kept and _kept[0][0] is table):
        _kept[:] = [(table, Terrain.of(table))]
    return _kept[0][1]


def seen_at(
    terrain: Terrain | None, at: tuple[float, float], lens: float, azimuth: float, pitch: float, sigma: float
) -> Range:
    """How far away the foot of a plume is: by the land where it is known along the ray, else as over flat land."""
    flat = reach(lens, pitch, sigma)
    if terrain is None:
        return flat
    found = [terrain.strikes(*at, lens, azimuth, pitch + turn) for turn in (0.0, -2.0 * sigma, 2.0 * sigma)]
    middle, near, far = found
    if middle is None or near is None:
        return flat
    return Range(middle, near, inf if far is None else far)


def _height(said: str) -> float:
    return nan if said == "-" else float(said)


def table_of(lines: Iterable[str], every: int = 1) -> Iterator[dict[str, str]]:
    """An ESRI ASCII grid (degrees, WGS84) as rows of the dictionary; `every` n-th cell only. Unreadable otherwise."""
    head: dict[str, float] = {}
    rest = iter(lines)
    body: list[list[str]] = []
    for line in rest:
        name, _, value = line.strip().partition(" ")
        if not name.lower().isidentifier():
            body.append(line.split())
            break
        head[name.lower()] = _number(value, name)
    body += [line.split() for line in rest if line.strip()]
    yield from _rows(_checked(head), body, head.get("nodata_value", -9999.0), every)


def _number(value: str, name: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise Unreadable(f"{name} {value.strip()}") from None


def _checked(head: Mapping[str, float]) -> tuple[int, int, float, float, float]:
    """Columns, rows, size, and the middle of the cell in the south-west."""
    for name in _HEAD:
        if not head.get(name, 0.0) > 0.0:
            raise Unreadable(name)
    half = head["cellsize"] / 2.0
    west = head["xllcenter"] if "xllcenter" in head else head.get("xllcorner", nan) + half
    south = head["yllcenter"] if "yllcenter" in head else head.get("yllcorner", nan) + half
    cols, rows, size = int(head["ncols"]), int(head["nrows"]), head["cellsize"]
    if not (-180.0 <= west <= 180.0 and -90.0 <= south <= 90.0 and size < 1.0):
        raise Unreadable("xllcorner, yllcorner: degrees")
    if cols < 2 or rows < 2 or cols * rows > MOST_CELLS:
        raise Unreadable(f"ncols {cols}, nrows {rows}")
    return cols, rows, size, west, south


def _rows(
    grid: tuple[int, int, float, float, float], body: list[list[str]], nothing: float, every: int
) -> Iterator[dict[str, str]]:
    cols, rows, size, west, south = grid
    if len(body) != rows or any(len(row) != cols for row in body):
        raise Unreadable(f"ncols {cols}, nrows {rows}")
    north = south + (rows - 1) * size
    for n, row in enumerate(body[::every], 1):
        heights = (_number(cell, f"row {n}") for cell in row[::every])
        yield {
            "key": f"r{n:05}", "zh": f"高程第{n}行", "en": f"Elevation, row {n}", "west": f"{west:.8f}",
            "north": f"{north:.8f}", "step": f"{size * every:.8f}",
            "heights": " ".join("-" if one == nothing else f"{one:g}" for one in heights),
        }  # fmt: skip
