"""Where a row lies: a place by its name or code, or a point in whatever system it was measured in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gridtown.cases.actions import Point
from gridtown.cases.queries import RecordView
from gridtown.feeds.importing.rules import BadCell
from gridtown.feeds.registers.cells import text
from gridtown.feeds.registers.layout import CRS_COLUMN, LAT, LON, PLACE, Layout, plainly
from gridtown.kernel.words import LANGUAGES
from gridtown.places import coords
from gridtown.places.router import Snapshot

_EAST, _NORTH = 180.0, 90.0
_CLOSE = 1e-7  # degrees: a centimetre


@dataclass(frozen=True)
class Placing:
    """The places that cells may name."""

    layout: Layout
    places: Snapshot

    @cached_property
    def _codes(self) -> Mapping[str, set[str]]:
        """What people write → the codes that it may mean."""
        found: dict[str, set[str]] = {}
        codes = [self.places.town, *(v.code for v in self.places.villages), *self.places.grids]
        for code in codes:
            for lang in LANGUAGES:
                found.setdefault(plainly(self.places.name(code, lang, "long")), set()).add(code)
        return found

    def code(self, value: Any) -> str:
        """The code of a place that a cell names; "" for an empty one."""
        column = self.layout.column(PLACE)
        said = text(column, value)
        if not said:
            return ""
        if said.isdecimal() and said.isascii():
            if self.places.knows(said):
                return said
            raise BadCell(column.heading, "no_such_place", value=said)
        meant = self._codes.get(plainly(said), set())
        if not meant:
            meant = {f.code for f in self.places.find_place(said) if f.span == (0, len(said))}
        if len(meant) != 1:
            raise BadCell(column.heading, "many_of_place" if meant else "no_such_place", value=said)
        return next(iter(meant))

    def point(self, cells: Mapping[str, Any]) -> Point | None:
        """The point that a row gives, None where it gives none."""
        degrees = {}
        for key, most in ((LON, _EAST), (LAT, _NORTH)):
            column, value = self.layout.column(key), cells.get(key)
            said = text(column, value)
            if not said:
                continue
            try:
                degrees[key] = float(said)
            except ValueError:
                raise BadCell(column.heading, "not_a_point", value=said) from None
            if not -most <= degrees[key] <= most:
                raise BadCell(column.heading, "not_a_point", value=said)
        if len(degrees) == 1:
            lacking = LAT if LON in degrees else LON
            raise BadCell(self.layout.column(lacking).heading, "half_a_point")
        return Point(degrees[LON], degrees[LAT], self._crs(cells.get(CRS_COLUMN))) if degrees else None

    def _crs(self, value: Any) -> coords.Crs:
        column = self.layout.column(CRS_COLUMN)
        said = text(column, value)
        meant = column.meanings.get(plainly(said), "") if said else "wgs84"
        for known in coords.CRS:
            if known == meant:
                return known
        raise BadCell(column.heading, "not_a_choice", value=said, choices=list(column.choices.values()))

    def grid(self, point: Point) -> str:
        """The grid in which a point lies, "" for none."""
        found = self.places.route(*coords.to_wgs84(point.lon, point.lat, point.crs))
        return found.grid_code if found else ""

    def settle(self, said: str, point: Point | None, old: RecordView | None, *, by_id: bool) -> str:
        """The code of the place where a row lies, by what it says and what its record said before."""
        if point is not None and (old is None or not same_point(point, old)):
            grid = self.grid(point)
            if grid and grid.startswith(said):
                return grid
        if old is not None and (not said or (not by_id and old.place.startswith(said))):
            return old.place  # a sheet that names the village does not take the grid away
        if not said and self.layout.listed.townwide:
            return self.places.town
        if not said:
            raise BadCell(self.layout.column(PLACE).heading, "no_place")
        return said


def same_point(point: Point, old: RecordView) -> bool:
    """Whether a record lies at this point already, as exactly as a spreadsheet keeps it."""
    if old.lon is None or old.lat is None:
        return False
    lon, lat = coords.to_wgs84(point.lon, point.lat, point.crs)
    return bool(abs(lon - old.lon) < _CLOSE and abs(lat - old.lat) < _CLOSE)
