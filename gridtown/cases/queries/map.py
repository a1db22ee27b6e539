"""Open cases on a map: clustered by the database for a viewport, single points when few are left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from gridtown.cases import cells, store
from gridtown.cases.queries.listing import COLUMNS as BRIEF_COLUMNS
from gridtown.cases.queries.listing import Brief, Filters, brief_of, where
from gridtown.people.scope import Scope

FINE = 3  # clusters are cells so many zooms below the map's: eight to the side of a 512-pixel tile, 64 px apart or more
FINER = 2  # zooms by which the database counts finer, so that a cluster stands where its cases are and not mid-cell
MOST_POINTS = 200  # a case is about 450 bytes: below 150 kB even with long titles
MOST_CLUSTERS = 2400  # of 55 bytes each
OPEN = "c.ended = false"  # said as an equation, so that SQLite too uses the index that begins with it
SINGLE_FROM = 14  # the zoom from which single points are shown where few are left


Box = tuple[float, float, float, float]  # west, south, east, north


class Cluster(msgspec.Struct, frozen=True):
    """So many open cases near a point (WGS84 degrees), so many of them late."""

    lon: float
    lat: float
    count: int
    late: int


class MapView(msgspec.Struct, frozen=True):
    """What a viewport shows: clusters, or single cases."""

    clusters: tuple[Cluster, ...] = ()
    cases: tuple[Brief, ...] = ()


def map_view(
    *,
    scope: Scope,
    box: Box,
    zoom: float,
    now: datetime,
    filters: Filters = Filters(),  # noqa: B008 - frozen
) -> MapView:
    """Open cases within a box (west, south, east, north) at a zoom; one query, or two where few are left."""
    clauses, params = where(scope, filters, now)
    depth = _depth(box, zoom)
    finer = min(cells.ZOOM, depth + FINER)
    shift, more = 2 * (cells.ZOOM - finer), 2 * (finer - depth)
    parts, values = [], []
    for low, high in cells.ranges(*box):
        parts.append(
            f"SELECT c.cell >> {shift}, count(*), sum(CASE WHEN c.due < %s THEN 1 ELSE 0 END) FROM cases_case c "
            f"WHERE {OPEN} AND c.cell >= %s AND c.cell < %s AND {' AND '.join(clauses)} GROUP BY 1"
        )
        values += [store.moment_in(now), low, high, *params]
    met: dict[int, _Sums] = {}
    for prefix, count, late in store.fetch(" UNION ALL ".join(parts), values):
        met.setdefault(int(prefix) >> more, _Sums()).add(
            cells.middle(int(prefix), finer), int(count), int(late)
        )
    if zoom >= SINGLE_FROM and sum(sums.count for sums in met.values()) <= MOST_POINTS:
        return MapView(cases=_points(clauses, params, box, now))
    west, south, east, north = box
    edge = 360 / (1 << depth)
    made = (sums.cluster() for sums in met.values())
    return MapView(
        clusters=tuple(
            one for one in made
            if west - edge <= one.lon <= east + edge and south - edge <= one.lat <= north + edge
        )
    )  # fmt: skip


@dataclass
class _Sums:
    """What lies in a cell, and where the middle of it all is."""

    count: int = 0
    late: int = 0
    lon: float = 0.0
    lat: float = 0.0

    def add(self, at: tuple[float, float], count: int, late: int) -> None:
        self.lon, self.lat = self.lon + count * at[0], self.lat + count * at[1]
        self.count, self.late = self.count + count, self.late + late

    def cluster(self) -> Cluster:
        return Cluster(
            round(self.lon / self.count, 5), round(self.lat / self.count, 5), self.count, self.late
        )


def _depth(box: Box, zoom: float) -> int:
    """The zoom of the cells that cases are clustered by: fine for the eye, and never too many for the line."""
    west, south, east, north = box
    depth = max(0, min(cells.ZOOM, int(zoom) + FINE))
    while depth and cells.count(west, south, east, north, depth) > MOST_CLUSTERS:
        depth -= 1
    return depth


def _points(clauses: list[str], params: list[Any], box: Box, now: datetime) -> tuple[Brief, ...]:
    west, south, east, north = box
    parts, values = [], []
    for low, high in cells.ranges(*box):
        parts.append(
            f"SELECT {BRIEF_COLUMNS} FROM cases_case c WHERE {OPEN} AND c.cell >= %s AND c.cell < %s "
            f"AND c.lon BETWEEN %s AND %s AND c.lat BETWEEN %s AND %s AND {' AND '.join(clauses)}"
        )
        values += [low, high, west, east, south, north, *params]
    return tuple(brief_of(found, now) for found in store.fetch(" UNION ALL ".join(parts), values))
