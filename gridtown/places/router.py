"""The places of a town as they are now: one unchanging picture, kept in the process until the town's stamp moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import NamedTuple

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from gridtown.places import stamp as stamps
from gridtown.places.gazetteer import Found, Gazetteer, gazetteer
from gridtown.places.locate import NOWHERE, Placed, Router
from gridtown.places.models import Area, Division, Generation, Grid, Poi

__all__ = [
    "NOWHERE",
    "AreaInfo",
    "DivisionInfo",
    "GridInfo",
    "Placed",
    "Router",
    "Snapshot",
    "as_of",
    "current",
    "find_place",
]


class DivisionInfo(NamedTuple):
    """A division: `short` is what people say, `name` what the official list says."""

    code: str
    parent: str
    level: str
    kind: str
    name: str
    short: str
    name_en: str
    urban_rural: str
    aliases: tuple[str, ...]
    current: bool


class AreaInfo(NamedTuple):
    """An area and the codes of its villages; `example`: made up for the shipped town."""

    key: str
    name: str
    name_en: str
    villages: tuple[str, ...]
    example: bool


class GridInfo(NamedTuple):
    """A grid of the current generation."""

    code: str
    village: str
    name: str
    name_en: str
    kind: str
    schematic: bool


@dataclass(frozen=True)
class Snapshot:
    """Divisions, areas and grids of one town at one stamp; `generation` 0 when no boundaries were loaded."""

    town: str
    stamp: int
    generation: int
    schematic: bool
    divisions: Mapping[str, DivisionInfo]
    areas: tuple[AreaInfo, ...]
    grids: Mapping[str, GridInfo]
    router: Router
    pois: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    former: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # grids of earlier generations: code -> names

    def route(self, lon: float, lat: float) -> Placed | None:
        """The grid of a point (WGS84), or None."""
        return self.router.route(lon, lat)

    def route_many(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.int64]:
        """Indexes into `router.codes`, NOWHERE (-1) outside."""
        return self.router.route_many(lons, lats)

    @cached_property
    def villages(self) -> tuple[DivisionInfo, ...]:
        """The villages and communities of now, by code."""
        return tuple(d for _, d in sorted(self.divisions.items()) if d.level == "village" and d.current)

    @cached_property
    def _grids_of(self) -> dict[str, tuple[GridInfo, ...]]:
        found: dict[str, list[GridInfo]] = {}
        for _, grid in sorted(self.grids.items()):
            found.setdefault(grid.village, []).append(grid)
        return {village: tuple(grids) for village, grids in found.items()}

    def grids_of(self, village: str) -> tuple[GridInfo, ...]:
        """The grids of a village, by code."""
        return self._grids_of.get(village, ())

    @cached_property
    def _area_of(self) -> dict[str, AreaInfo]:
        return {village: area for area in self.areas for village in area.villages}

    def area_of(self, place: str) -> AreaInfo | None:
        """The area that a village or grid belongs to."""
        return self._area_of.get(place[:12])

    def knows(self, code: str) -> bool:
        """Whether something may be said to lie there now: the town, a village or a grid of today."""
        division = self.divisions.get(code)
        return code in self.grids or (
            division is not None and division.current and code.startswith(self.town)
        )

    def name(self, code: str, lang: str = "zh", style: str = "short") -> str:
        """The name of a place, also of one that is no more; the code itself if unknown.

        style: `short` is its own (第二网格), `village` that of the village it lies in, `long` both (石濑村第二网格).
        """
        if len(code) != 15 or style == "short":
            return self._own_name(code, lang)
        village = self._own_name(code[:12], lang)
        if style == "village":
            return village
        return (
            f"{village}{self._own_name(code, lang)}"
            if lang == "zh"
            else f"{village}, {self._own_name(code, lang)}"
        )

    def _own_name(self, code: str, lang: str) -> str:
        if grid := self.grids.get(code):
            return grid.name if lang == "zh" else grid.name_en
        if division := self.divisions.get(code):
            said = division.short if division.level == "village" else division.name
            return said if lang == "zh" else division.name_en
        return self.former.get(code, (code, code))[lang != "zh"]

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The names that a text may call these places by."""
        villages = ((v.code, v.name, v.short, v.aliases) for v in self.villages)
        return gazetteer(villages, self.pois, {code: grid.name for code, grid in self.grids.items()})

    def find_place(self, text: str) -> list[Found]:
        """The places a text names: (code, name, span) in its order."""
        return self.gazetteer.find_place(text)


_kept: dict[str, Snapshot] = {}
_lock = Lock()


def current(town: str = "", known_stamp: int | None = None) -> Snapshot:
    """The town's places now; a caller that has just read the stamp hands it in and spares the only query."""
    code = town or stamps.here()
    # The stamp is read before the rows: rows newer than their stamp are loaded once more, never the other way.
    stamp = stamps.fresh(code) if known_stamp is None else stamps.note(code, known_stamp)
    kept = _kept.get(code)
    if kept is None or kept.stamp != stamp:
        with _lock:
            kept = _kept.get(code)
            if kept is None or kept.stamp != stamp:
                kept = _kept[code] = _load(code, stamp)
    return kept


def as_of(town: str, generation: int) -> Router:
    """The router of an earlier generation, by whose boundaries old cases were placed; read anew at each call."""
    rows = Grid.objects.filter(town=town, generation__number=generation).values_list("code", "shape")
    return Router(rows, generation)


def find_place(text: str, *, town: str = "") -> list[Found]:
    """The places of the town that a text names."""
    return current(town).find_place(text)


def _load(town: str, stamp: int) -> Snapshot:
    """Six queries, whatever the number of grids and generations."""
    above = [town[:n] for n in (2, 4, 6)]
    columns = DivisionInfo._fields
    divisions = {
        row[0]: DivisionInfo._make((*row[:8], tuple(row[8]), row[9]))
        for row in Division.objects.filter(Q(town=town) | Q(code__in=above)).values_list(*columns)
    }
    areas = tuple(
        AreaInfo(key, name, name_en, tuple(villages), example)
        for key, name, name_en, villages, example in Area.objects.filter(town=town)
        .order_by("key")
        .values_list(*AreaInfo._fields)
    )
    pois = tuple(
        (code, name, tuple(aliases))
        for code, name, aliases in Poi.objects.filter(town=town)
        .order_by("name")
        .values_list("code", "name", "aliases")
    )
    newest = (
        Generation.objects.filter(town=town)
        .order_by("-number")
        .values_list("id", "number", "schematic")
        .first()
    )
    generation_id, number, schematic = newest or (0, 0, False)
    router, grids, former = _grids(town, generation_id, number)
    return Snapshot(town, stamp, number, schematic, divisions, areas, grids, router, pois, former)


def _grids(
    town: str, generation_id: int, number: int
) -> tuple[Router, Mapping[str, GridInfo], Mapping[str, tuple[str, str]]]:
    """The router and the grids of a generation, and the names of grids that were."""
    rows = list(
        Grid.objects.filter(town=town, generation_id=generation_id)
        .order_by("code")
        .values_list(*GridInfo._fields, "shape")
    )
    grids = {row[0]: GridInfo(*row[:6]) for row in rows}
    former = {
        code: (name, name_en)
        for code, name, name_en in Grid.objects.filter(town=town)
        .exclude(generation_id=generation_id)
        .order_by("generation__number")
        .values_list("code", "name", "name_en")
    }
    return Router(((row[0], row[6]) for row in rows), number), grids, former
