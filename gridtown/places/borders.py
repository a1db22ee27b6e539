"""Borders between labelled hexagons: one network of corners, smoothed and thinned together so that they stay shared."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Corner = tuple[int, int]  # a corner of a hexagon, in half widths and half sides of the lattice
Edge = tuple[Corner, Corner]

METRES = 111_194.9  # of one degree of latitude on the mean sphere; ample for a drawing
CORNERS: tuple[Corner, ...] = ((0, 2), (-1, 1), (-1, -1), (0, -2), (1, -1), (1, 1))  # anticlockwise
SMOOTH, THIN = 8, 5.0  # rounds of smoothing; metres that a left-out corner may lie off the line


@dataclass(frozen=True)
class Lattice:
    """The hexagons within the outline: corner-lattice places of their centres, and the same in metres."""

    cells: Ints  # (n, 2)
    xy: Floats  # (n, 2) metres
    side: float
    origin: tuple[float, float]  # longitude and latitude of (0, 0)

    def degrees(self, x: float, y: float) -> list[float]:
        """Metres back to longitude and latitude, to a tenth of a metre."""
        lon, lat = self.origin
        return [round(lon + x / (METRES * math.cos(math.radians(lat))), 6), round(lat + y / METRES, 6)]


class Network:
    """All borders between labels as one network of corners, smoothed and thinned together."""

    def __init__(self, lattice: Lattice, label: Ints) -> None:
        self.lattice = lattice
        owner: dict[Edge, int] = {}
        for cell, own in zip(lattice.cells, label, strict=True):
            for edge in _edges(cell):
                owner[edge] = int(own)
        self.near: dict[Corner, list[Corner]] = {}
        for (a, b), own in owner.items():
            if owner.get((b, a), -1) != own:
                for one, other in ((a, b), (b, a)):
                    if other not in self.near.setdefault(one, []):
                        self.near[one].append(other)
        self.at = self._smoothed()
        self.kept = self._thinned()

    def _smoothed(self) -> dict[Corner, tuple[float, float]]:
        wide, high = self.lattice.side * math.sqrt(3) / 2, self.lattice.side / 2
        at = {c: (c[0] * wide, c[1] * high) for c in sorted(self.near)}
        for _ in range(SMOOTH):
            at = {c: (self._between(own, c, at, 0), self._between(own, c, at, 1)) for c, own in at.items()}
        return at

    def _between(self, own: tuple[float, float], corner: Corner, at: Mapping[Corner, Any], k: int) -> float:
        """Half-way from where a corner is to the middle of its neighbours."""
        near = self.near[corner]
        middle: float = sum(at[n][k] for n in near) / len(near)
        return 0.5 * own[k] + 0.5 * middle

    def _thinned(self) -> set[Corner]:
        """Meeting points of three borders, and of the stretches between them what the line needs."""
        kept = {c for c, near in self.near.items() if len(near) != 2}
        for start in sorted(kept):
            for first in sorted(self.near[start]):
                stretch = [start, first]
                while stretch[-1] not in kept or len(self.near[stretch[-1]]) == 2:
                    stretch.append(next(n for n in self.near[stretch[-1]] if n != stretch[-2]))
                if (stretch[0], stretch[1]) <= (stretch[-1], stretch[-2]):
                    kept |= self._needed(stretch)
        return kept

    def _needed(self, line: list[Corner]) -> set[Corner]:
        """Douglas and Peucker's: the corners without which the line would be off by more than THIN metres."""
        a, b = self.at[line[0]], self.at[line[-1]]
        long = math.dist(a, b)
        off = [
            abs((b[0] - a[0]) * (a[1] - p[1]) - (a[0] - p[0]) * (b[1] - a[1])) / long
            if long > 0
            else math.dist(a, p)
            for p in (self.at[c] for c in line[1:-1])
        ]
        if not off or max(off) <= THIN:
            return set()
        cut = off.index(max(off)) + 1
        return {line[cut]} | self._needed(line[: cut + 1]) | self._needed(line[cut:])

    def polygon(self, own: NDArray[np.bool_]) -> list[list[list[float]]]:
        """The rings of the hexagons chosen, outer one first and anticlockwise."""
        edges = {edge for cell in self.lattice.cells[own] for edge in _edges(cell)}
        follow = {a: b for a, b in edges if (b, a) not in edges}
        rings = []
        while follow:
            start = min(follow)
            walk = [start]
            while (after := follow.pop(walk[-1])) != start:
                walk.append(after)
            ring = [self.lattice.degrees(*self.at[c]) for c in walk if c in self.kept]
            rings.append([*ring, ring[0]])
        return sorted(rings, key=signed_area, reverse=True)


def _edges(cell: Iterable[int]) -> Iterator[Edge]:
    x, y = (int(v) for v in cell)
    corners = [(x + i, y + j) for i, j in CORNERS]
    return zip(corners, corners[1:] + corners[:1], strict=True)


def signed_area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
