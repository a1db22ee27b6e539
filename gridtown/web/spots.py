"""A point inside a place, for a pin that somebody may then move."""

import shapely

from gridtown.places.router import Snapshot


def point_in(places: Snapshot, code: str) -> tuple[float, float] | None:
    """A point (WGS84) surely inside a grid, or inside the grid nearest the middle of a village."""
    if len(code) not in (12, 15):
        return None
    found = [i for i, grid in enumerate(places.router.codes) if grid.startswith(code)]
    if not found:
        return None
    shapes = places.router.shapes[found]
    middle = (
        shapely.centroid(shapely.multipolygons(shapes))
        if len(found) > 1
        else shapely.point_on_surface(shapes[0])
    )
    nearest = shapes[shapely.distance(shapes, middle).argmin()]
    inside = middle if shapely.contains(nearest, middle) else shapely.point_on_surface(nearest)
    return round(float(shapely.get_x(inside)), 6), round(float(shapely.get_y(inside)), 6)
