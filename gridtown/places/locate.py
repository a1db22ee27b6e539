"""From a point to its grid, in memory: a tree over the grids of one generation that never changes once built."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

NOWHERE = -1  # in the answers of `route_many`: in no grid


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a point lies, and by which drawing of the boundaries."""

    grid_code: str
    village: str
    generation: int


class Router:
    """Finds the grid of a point (WGS84); of two grids that share the border it lies on, the lower code.

    Safe to use from several threads: everything that geometry libraries build at first use is built here.
    """

    def __init__(self, rows: Iterable[tuple[str, bytes]], generation: int) -> None:
        """rows: code (15 digits) and WKB of each grid."""
        ordered = sorted(
            (code, bytes(shape)) for code, shape in rows
        )  # so the lowest index is the lowest code
        self.generation = generation
        self.codes: tuple[str, ...] = tuple(code for code, _ in ordered)
        self.shapes: NDArray[np.object_] = shapely.from_wkb(
            np.array([shape for _, shape in ordered], dtype=object)
        )
        shapely.prepare(self.shapes)
        self._tree = shapely.STRtree(self.shapes)
        self._placed = tuple(Placed(code, code[:12], generation) for code in self.codes)
        if self.codes:
            inside = shapely.point_on_surface(self.shapes)
            shapely.intersects_xy(self.shapes, shapely.get_x(inside), shapely.get_y(inside))

    def __len__(self) -> int:
        return len(self.codes)

    def route(self, lon: float, lat: float) -> Placed | None:
        """The grid of one point; None outside all of them, and for what is no point."""
        found = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return self._placed[found.min()] if len(found) else None

    def route_many(
        self, lons: Sequence[float] | NDArray[np.float64], lats: Sequence[float] | NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """For many points the index into `codes`, or NOWHERE.

        Boxes first, then the exact question polygon by polygon, because each polygon's own index is then at hand
        (two to eight times as fast as asking point by point, the more so the more corners a boundary has).
        """
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        point, grid = self._tree.query(shapely.points(x, y))
        order = np.argsort(grid, kind="stable")
        point, grid = point[order], grid[order]
        hit = shapely.intersects_xy(self.shapes[grid], x[point], y[point])
        found = np.full(len(x), NOWHERE, dtype=np.int64)
        found[point[hit][::-1]] = grid[hit][::-1]  # the last one written stays: the lowest code
        return found

    def codes_of(self, found: NDArray[np.int64]) -> list[str]:
        """The grid codes for an answer of `route_many`; empty text for nowhere."""
        names = (*self.codes, "")
        return [names[i] for i in found.tolist()]
