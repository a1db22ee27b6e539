"""Draws a schematic layout of a town's villages and grids from a sketch, where no surveyed boundaries are at hand.

`python -m gridtown.places.schematic towns/pingyao` writes `places/villages.geojson` and `places/grids.geojson`.
The same sketch gives the same bytes on every machine: own arithmetic on a seeded lattice, no geometry library.

How: the outline is filled with small hexagons; each goes to a village by a power distance whose weights are moved
until the areas are as sketched, and within a village to a grid in the same way. On such a lattice three cells at
most meet in a corner, so borders are shared edge by edge; they are then smoothed and thinned as one network, which
keeps them shared. Wavy noise in the distances makes borders look grown rather than ruled.
"""

import argparse
import csv
import json
import math
import random
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridtown.places.borders import METRES, Corner, Floats, Ints, Lattice, Network, signed_area

DIGITS = "零一二三四五六七八九十"
NOTE = "示意图，非测绘成果 / schematic, not surveyed"


def draw(sketch: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """The texts of villages.geojson and grids.geojson; names: code -> (Chinese, English)."""
    lattice = _lattice(sketch)
    codes = sorted(sketch["cells"])
    chance = random.Random(sketch["seed"])
    village = _share_out(lattice, codes, sketch["cells"], chance)
    grid_codes: list[str] = []
    grid = np.empty(len(village), dtype=np.int64)
    for i, code in enumerate(codes):
        own = np.flatnonzero(village == i)
        count = int(sketch["cells"][code][3])
        grid[own] = _subdivide(lattice, own, count, chance) + len(grid_codes)
        grid_codes += [f"{code}{n:03}" for n in range(1, count + 1)]
    network = Network(lattice, grid)
    villages = [
        _feature(code, names[code], network.polygon(village == i), {"code": code, "kind": "village"})
        for i, code in enumerate(codes)
    ]
    special = {
        max(g for g in grid_codes if g.startswith(code))
        for code in sketch.get("special", {}).get("codes", [])
    }
    grids = [
        _feature(
            code,
            _grid_name(int(code[12:]), code in special),
            network.polygon(grid == i),
            {"code": code, "village": code[:12], "kind": "special" if code in special else "ordinary"},
        )
        for i, code in enumerate(grid_codes)
    ]
    return _collection(villages), _collection(grids)


# ---- the lattice and who gets which hexagon --------------------------------------------------------


def _lattice(sketch: Mapping[str, Any]) -> Lattice:
    side = float(sketch["side_m"])
    ring = sketch["outline"]
    origin = (sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring))
    outline = np.array([_metres(p, origin) for p in _rounded(ring)])
    wide, high = side * math.sqrt(3) / 2, side / 2
    low, top = outline.min(axis=0), outline.max(axis=0)
    rows = np.arange(math.floor(low[1] / (3 * high)), math.ceil(top[1] / (3 * high)) + 1)
    columns = np.arange(math.floor(low[0] / (2 * wide)) - 1, math.ceil(top[0] / (2 * wide)) + 1)
    column, row = (a.ravel() for a in np.meshgrid(columns, rows))
    cells = np.stack([2 * column + (row & 1), 3 * row], axis=1).astype(np.int64)
    xy = cells * np.array([wide, high])
    inside = _within(xy + 320 * _noise(xy, 1900.0, 11) + 100 * _noise(xy, 520.0, 8), outline)
    return Lattice(cells[inside], xy[inside], side, origin)


def _metres(point: Iterable[float], origin: tuple[float, float]) -> tuple[float, float]:
    lon, lat = point
    return (lon - origin[0]) * METRES * math.cos(math.radians(origin[1])), (lat - origin[1]) * METRES


def _rounded(ring: list[list[float]]) -> list[list[float]]:
    """Corners cut twice (Chaikin), so that the outline bends instead of breaking."""
    for _ in range(2):
        cut: list[list[float]] = []
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            cut += [[0.75 * a[k] + 0.25 * b[k] for k in (0, 1)], [0.25 * a[k] + 0.75 * b[k] for k in (0, 1)]]
        ring = cut
    return ring


def _within(xy: Floats, ring: Floats) -> NDArray[np.bool_]:
    """Which points lie in the ring, by counting crossings."""
    inside = np.zeros(len(xy), dtype=bool)
    x, y = xy[:, 0], xy[:, 1]
    for (ax, ay), (bx, by) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if ay != by:
            inside ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return inside


def _noise(xy: Floats, wave: float, seed: int) -> Floats:
    """Smooth chance displacements (n, 2) of about -1 … 1 that change over `wave` metres."""
    at = xy / wave
    base = np.floor(at)
    part = at - base
    part = part * part * (3 - 2 * part)
    whole = base.astype(np.int64)
    found = np.empty_like(xy)
    for axis in (0, 1):
        corner = {
            (i, j): _hashed(whole[:, 0] + i, whole[:, 1] + j, seed * 2 + axis) for i in (0, 1) for j in (0, 1)
        }
        below = corner[0, 0] * (1 - part[:, 0]) + corner[1, 0] * part[:, 0]
        above = corner[0, 1] * (1 - part[:, 0]) + corner[1, 1] * part[:, 0]
        found[:, axis] = below * (1 - part[:, 1]) + above * part[:, 1]
    return found


def _hashed(i: Ints, j: Ints, seed: int) -> Floats:
    """A chance number -1 … 1 for each pair, always the same."""
    mixed = (i * 374761393 + j * 668265263 + seed * 974634777) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 16)) & 0xFFFF) / 32767.5 - 1.0


def _share_out(
    lattice: Lattice, codes: list[str], cells: Mapping[str, list[float]], chance: random.Random
) -> Ints:
    """The village of each hexagon: where sketched, as large as sketched."""
    sites = np.array([_metres(cells[c][:2], lattice.origin) for c in codes])
    target = np.array([cells[c][2] for c in codes], dtype=np.float64)
    xy = (
        lattice.xy
        + 260 * _noise(lattice.xy, 1300.0, chance.randrange(999))
        + 95 * _noise(lattice.xy, 420.0, 3)
    )
    return _whole(lattice.cells, _balanced(xy, sites, target, drift=0.05, rounds=160), len(codes))


def _subdivide(lattice: Lattice, own: Ints, count: int, chance: random.Random) -> Ints:
    """The grid (0 … count-1) of a village's hexagons: compact, somewhat unequal, numbered from north-west."""
    plain = lattice.xy[own]
    chosen = [int(np.argmax(plain[:, 1] - plain[:, 0]))]
    far = np.full(len(own), np.inf)
    while len(chosen) < count:
        far = np.minimum(far, ((plain - plain[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(np.argmax(far)))
    target = np.array([chance.uniform(0.75, 1.25) for _ in chosen])
    size = math.sqrt(len(own) / count) * lattice.side * 1.6
    xy = (
        plain
        + 0.13 * size * _noise(plain, 0.8 * size, chance.randrange(999))
        + 0.05 * size * _noise(plain, 0.25 * size, 5)
    )
    found = _whole(lattice.cells[own], _balanced(xy, plain[chosen], target, drift=0.5, rounds=120), count)
    number = np.maximum(np.bincount(found, minlength=count), 1)
    north_west = (
        np.bincount(found, plain[:, 1], count) * 1.0 - np.bincount(found, plain[:, 0], count) * 0.6
    ) / number
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(-north_west, kind="stable")] = np.arange(count)
    return rank[found]


def _balanced(xy: Floats, sites: Floats, target: Floats, *, drift: float, rounds: int) -> Ints:
    """Nearest site by power distance, sites drifting to their middles, weights moved until the shares are right."""
    sites, weights = sites.copy(), np.zeros(len(sites))
    x, y, apart = xy[:, 0].copy(), xy[:, 1].copy(), np.empty((len(sites), len(xy)))
    want = target / target.sum() * len(xy)
    area = (np.ptp(xy[:, 0]) * np.ptp(xy[:, 1])) / len(xy)
    for turn in range(rounds):
        for i, ((sx, sy), weight) in enumerate(zip(sites, weights, strict=True)):
            apart[i] = (x - sx) ** 2 + (y - sy) ** 2 - weight
        nearest = np.argmin(apart, axis=0)
        have = np.bincount(nearest, minlength=len(sites))
        weights += 0.35 * area * (want - have) * (1.0 if turn < rounds // 2 else 0.4)
        held = np.maximum(have, 1)
        middle = np.stack([np.bincount(nearest, v, len(sites)) / held for v in (x, y)], axis=1)
        sites += drift * (middle - sites) * (have > 0)[:, None]
    return nearest


def _whole(cells: Ints, label: Ints, count: int) -> Ints:
    """The same with every label in one piece: what hangs apart goes to the neighbour with the longest border."""
    place = {(int(x), int(y)): i for i, (x, y) in enumerate(cells)}
    near = [[place[n] for n in _around(cell) if n in place] for cell in place]
    found = [int(v) for v in label]
    for _ in range(20):
        strays = _strays(near, found, count)
        if not strays:
            break
        for stray in strays:
            borders = [found[n] for i in stray for n in near[i] if found[n] != found[i]]
            if borders:
                taker = max(sorted(set(borders)), key=borders.count)
                for i in stray:
                    found[i] = taker
    return np.array(found, dtype=np.int64)


def _around(cell: Corner) -> list[Corner]:
    x, y = cell
    return [(x + 2, y), (x - 2, y), (x + 1, y + 3), (x - 1, y + 3), (x + 1, y - 3), (x - 1, y - 3)]


def _strays(near: list[list[int]], found: list[int], count: int) -> list[list[int]]:
    """All pieces of labels but the largest of each."""
    pieces: list[list[list[int]]] = [[] for _ in range(count)]
    seen = [False] * len(found)
    for start in range(len(found)):
        if not seen[start]:
            seen[start], piece = True, [start]
            for i in piece:
                for n in near[i]:
                    if not seen[n] and found[n] == found[start]:
                        seen[n] = True
                        piece.append(n)
            pieces[found[start]].append(piece)
    return [piece for own in pieces for piece in sorted(own, key=len)[:-1]]


# ---- writing --------------------------------------------------------------------------------------


def _grid_name(number: int, special: bool) -> tuple[str, str]:
    digits = DIGITS[number] if number <= 10 else f"十{DIGITS[number - 10]}"
    return (
        (f"第{digits}网格（专属）", f"Grid {number} (special)")
        if special
        else (f"第{digits}网格", f"Grid {number}")
    )


def _feature(
    code: str, name: tuple[str, str], rings: list[list[list[float]]], about: dict[str, str]
) -> dict[str, Any]:
    if len(rings) > 1 and signed_area(rings[1]) > 0:
        raise ValueError(f"{code} came out in pieces: change the sketch")
    return {
        "type": "Feature",
        "properties": {**about, "name": name[0], "name_en": name[1], "schematic": True},
        "geometry": {"type": "Polygon", "coordinates": rings},
    }


def _collection(features: list[dict[str, Any]]) -> str:
    """One feature a line, so that a change shows in a diff."""
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    note = json.dumps(NOTE, ensure_ascii=False)
    return f'{{"type":"FeatureCollection","schematic":true,"note":{note},"features":[\n{lines}\n]}}\n'


def from_folder(folder: Path) -> tuple[str, str]:
    """Both texts for a town's folder: its sketch, with names from its divisions."""
    sketch = tomllib.loads((folder / "places" / "sketch.toml").read_text("utf-8"))
    with (folder / "divisions.csv").open(encoding="utf-8", newline="") as file:
        names = {row["code"]: (row["short"], row["name_en"]) for row in csv.DictReader(file)}
    return draw(sketch, names)


def main() -> None:
    """Write the two files of the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for name, text in zip(("villages", "grids"), from_folder(folder), strict=True):
        (folder / "places" / f"{name}.geojson").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
