"""What is wrong with a set of boundaries: each fault with the places it concerns and how large it is."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]
LENGTH = {"village": 12, "grid": 15}
ACCEPTABLE = frozenset(
    {"gap", "missing"}
)  # faults that an officer may let in, knowing that points fall through
REACH_M = 5.0  # a crack narrower than twice this is a gap even where it is open to the outside


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: kind, the codes and names it concerns, square metres, and more in words."""

    kind: str  # geometry, code, duplicate, overlap, gap, crossing, missing, degrees
    codes: tuple[str, ...]
    names: tuple[str, ...] = ()
    area_m2: float = 0.0
    detail: str = ""
    at: tuple[float, float] | None = None  # a point of it, WGS84

    def __str__(self) -> str:
        who = " / ".join(
            f"{c} {n}".strip() for c, n in zip(self.codes, self.names or ("",) * len(self.codes), strict=True)
        )
        size = f", {self.area_m2:,.0f} m²" if self.area_m2 else ""
        where = f", near {self.at[0]:.5f},{self.at[1]:.5f}" if self.at else ""
        return f"{self.kind}: {who}{size}{where}{': ' + self.detail if self.detail else ''}"


@dataclass(frozen=True)
class Drawn:
    """One polygon as it was read; `shape` in WGS84 degrees."""

    code: str
    name: str
    shape: Any
    name_en: str = ""
    kind: str = ""
    schematic: bool = False


@dataclass(frozen=True)
class Plane:
    """Degrees to metres around one latitude: true to a thousandth over a town, which is enough to tell faults."""

    lon: float
    lat: float

    @classmethod
    def around(cls, shapes: Sequence[Any] | Shapes) -> "Plane":
        """The plane in the middle of these shapes."""
        west, south, east, north = shapely.total_bounds(shapes)
        return cls((west + east) / 2, (south + north) / 2)

    @property
    def scale(self) -> NDArray[np.float64]:
        """Metres a degree, east and north, on the WGS84 ellipsoid."""
        lat = math.radians(self.lat)
        east = 111_412.84 * math.cos(lat) - 93.5 * math.cos(3 * lat) + 0.118 * math.cos(5 * lat)
        north = 111_132.92 - 559.82 * math.cos(2 * lat) + 1.175 * math.cos(4 * lat)
        return np.array([east, north])

    def metres(self, shapes: Any) -> Any:
        """The shapes in metres."""
        return shapely.transform(shapes, lambda at: (at - (self.lon, self.lat)) * self.scale)

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """A point back in degrees."""
        east, north = self.scale
        return self.lon + x / float(east), self.lat + y / float(north)


@dataclass
class Checked:
    """Faults found, how many slivers were let pass, and the polygons that can be worked with."""

    faults: list[Fault] = field(default_factory=list)
    slivers: int = 0
    sound: list[Drawn] = field(default_factory=list)


def check(
    drawn: Sequence[Drawn],
    *,
    level: str,
    villages: Mapping[str, str],
    within: Mapping[str, Any],
    sliver_m2: float,
) -> Checked:
    """All faults of a level's polygons.

    villages: code -> name of every village that must be there. within: for grids, the outline of each village they
    must fill and not leave; empty when no surveyed one is at hand. sliver_m2: smaller overlaps and gaps are noise
    of digitising and pass.
    """
    done = Checked()
    for one in drawn:
        faults = _of_code(one, level, villages) + _of_geometry(one)
        done.faults += faults
        if not any(f.kind in ("geometry", "degrees") for f in faults):
            done.sound.append(one)
    done.faults += _duplicates(drawn) + _missing(drawn, villages)
    if done.sound:
        plane = Plane.around([d.shape for d in done.sound])
        flat = plane.metres(np.array([d.shape for d in done.sound], dtype=object))
        _overlaps(done, flat, plane, sliver_m2)
        _gaps_between(done, flat, plane, sliver_m2)
        if level == "grid" and within:
            _crossings(done, flat, plane, villages, within, sliver_m2)
    return done


def _of_code(one: Drawn, level: str, villages: Mapping[str, str]) -> list[Fault]:
    digits = LENGTH[level]
    if not (one.code.isascii() and one.code.isdigit() and len(one.code) == digits):
        return [Fault("code", (one.code,), (one.name,), detail=f"a {level}'s code has {digits} digits")]
    if one.code[:12] not in villages:
        return [Fault("code", (one.code,), (one.name,), detail=f"the town has no village {one.code[:12]}")]
    return []


def _of_geometry(one: Drawn) -> list[Fault]:
    def wrong(kind: str, detail: str) -> list[Fault]:
        return [Fault(kind, (one.code,), (one.name,), detail=detail)]

    if one.shape is None or one.shape.is_empty or one.shape.geom_type not in ("Polygon", "MultiPolygon"):
        return wrong("geometry", "not a polygon" if one.shape is None else f"{one.shape.geom_type}, or empty")
    if not np.isfinite(shapely.get_coordinates(one.shape)).all():
        return wrong("geometry", "a coordinate is no number")
    west, south, east, north = one.shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        return wrong("degrees", "coordinates are not longitude and latitude in degrees")
    return [] if one.shape.is_valid else wrong("geometry", shapely.is_valid_reason(one.shape))


def _duplicates(drawn: Sequence[Drawn]) -> list[Fault]:
    seen: dict[str, list[str]] = {}
    for one in drawn:
        seen.setdefault(one.code, []).append(one.name)
    return [
        Fault("duplicate", (code,) * len(names), tuple(names), detail="one code, one polygon")
        for code, names in seen.items()
        if len(names) > 1
    ]


def _missing(drawn: Sequence[Drawn], villages: Mapping[str, str]) -> list[Fault]:
    there = {one.code[:12] for one in drawn}
    return [
        Fault("missing", (code,), (name,), detail="nothing is drawn for this village")
        for code, name in sorted(villages.items())
        if code not in there
    ]


def _overlaps(done: Checked, flat: Shapes, plane: Plane, sliver_m2: float) -> None:
    """Every pair that covers the same ground."""
    one, other = shapely.STRtree(flat).query(flat, predicate="intersects")
    one, other = one[one < other], other[one < other]
    both = shapely.intersection(flat[one], flat[other])
    for i, j, shape, area in sorted(
        zip(one, other, both, shapely.area(both), strict=True), key=lambda f: f[:2]
    ):
        if area > sliver_m2:
            done.faults.append(_fault("overlap", [done.sound[i], done.sound[j]], shape, plane))
        elif area > 0:
            done.slivers += 1


def _gaps_between(done: Checked, flat: Shapes, plane: Plane, sliver_m2: float) -> None:
    """Ground that the town's polygons surround, or a crack between two of them, that belongs to none."""
    union = shapely.union_all(flat)
    solid = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(union)])
    closed = solid.buffer(REACH_M, join_style="mitre").buffer(-REACH_M, join_style="mitre")
    tree = shapely.STRtree(flat)
    for hole in _parts(closed.union(solid).difference(union)):
        near = sorted(tree.query(hole, predicate="dwithin", distance=0.01))
        enclosed = hole.within(solid.buffer(0.01))
        if hole.area > sliver_m2 and (enclosed or len(near) > 1):
            done.faults.append(_fault("gap", [done.sound[i] for i in near], hole, plane))
        elif enclosed:
            done.slivers += 1


def _crossings(
    done: Checked,
    flat: Shapes,
    plane: Plane,
    names: Mapping[str, str],
    within: Mapping[str, Any],
    sliver_m2: float,
) -> None:
    """Grids that leave their village (and whose ground they enter), and ground of a village in no grid of its own."""
    codes = sorted(within)
    outlines = plane.metres(np.array([within[c] for c in codes], dtype=object))
    place, tree = {c: i for i, c in enumerate(codes)}, shapely.STRtree(outlines)
    inside: dict[str, list[Any]] = {}
    for one, shape in zip(done.sound, flat, strict=True):
        village = one.code[:12]
        if village not in place:
            continue
        inside.setdefault(village, []).append(shape)
        outside = shape.difference(outlines[place[village]])
        if outside.area <= sliver_m2:
            done.slivers += int(outside.area > 0)
            continue
        entered = [
            codes[i] for i in sorted(tree.query(outside, predicate="intersects")) if codes[i] != village
        ]
        taken = {c: outside.intersection(outlines[place[c]]).area for c in entered}
        what = ", ".join(f"{a:,.0f} m² in {names.get(c, c)}" for c, a in taken.items() if a > sliver_m2)
        done.faults.append(_fault("crossing", [one], outside, plane, what or "leaves its village"))
    for village, shapes in inside.items():
        for rest in _parts(outlines[place[village]].difference(shapely.union_all(shapes))):
            if rest.area > sliver_m2:
                whole = Drawn(village, names.get(village, ""), None)
                done.faults.append(
                    _fault("gap", [whole], rest, plane, "ground of the village in none of its grids")
                )


def _parts(shape: Any) -> Iterable[Any]:
    """The polygons in a shape, largest first."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 0]
    return sorted(parts, key=lambda p: -p.area)


def _fault(kind: str, who: Sequence[Drawn], shape: Any, plane: Plane, detail: str = "") -> Fault:
    point = shape.representative_point()
    at = plane.degrees(point.x, point.y)
    area = round(float(shape.area), 1)
    return Fault(kind, tuple(d.code for d in who), tuple(d.name for d in who), area, detail, at)
