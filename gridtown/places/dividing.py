"""Cuts a village's outline into as many pieces as it has grids, where the grids themselves were never surveyed."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Points = NDArray[np.float64]
ROUNDS, SPREAD = 60, 40  # of moving centres to their middles; points of the lattice a piece should have


def divided(shape: Any, count: int) -> list[Any]:
    """So many pieces of a polygon, each what lies nearest to one of as many well spread centres.

    The cuts are made as one network with the outline, so that pieces share their borders exactly.
    """
    if count == 1:
        return [shape]
    centres = _centres(shape, count)
    cuts = shapely.voronoi_polygons(shapely.multipoints(centres), extend_to=shape.envelope, only_edges=True)
    # Joined uncut: a cut trimmed to the outline first may end a hair short of it, and then cuts nothing.
    lines = shapely.union_all([shapely.boundary(shape), cuts])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    middle = shapely.get_coordinates(shapely.point_on_surface(faces))
    inside = shapely.intersects_xy(shape, middle[:, 0], middle[:, 1])
    nearest = _nearest(middle, centres)
    return [shapely.union_all(faces[inside & (nearest == i)]) for i in range(count)]


def _centres(shape: Any, count: int) -> Points:
    """Well spread points of a polygon: a lattice of its inside, shared out evenly by nearness (Lloyd)."""
    points = _lattice(shape, 60)
    for fine in (240, 960):  # a thin village catches few points of a coarse lattice
        points = points if len(points) >= SPREAD * count else _lattice(shape, fine)
    centres = points[np.linspace(0, len(points) - 1, count).astype(int)]
    for _ in range(ROUNDS):
        nearest = _nearest(points, centres)
        held = np.bincount(nearest, minlength=count)
        sums = np.stack([np.bincount(nearest, points[:, k], count) for k in (0, 1)], axis=1)
        centres = np.where(held[:, None] > 0, sums / np.maximum(held, 1)[:, None], centres)
    return centres


def _lattice(shape: Any, fine: int) -> Points:
    """The points of a lattice of fine × fine over its box that lie inside."""
    west, south, east, north = shape.bounds
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(west, east, fine), np.linspace(south, north, fine)))
    inside = shapely.intersects_xy(shape, x, y)
    return np.stack([x[inside], y[inside]], axis=1)


def _nearest(points: Points, centres: Points) -> NDArray[np.int64]:
    """Which centre each point is nearest to."""
    apart = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return np.argmin(apart, axis=1).astype(np.int64)
