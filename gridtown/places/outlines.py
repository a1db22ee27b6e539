"""The town's own polygons for the map: simplified without tearing neighbours apart, made once a generation."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import shapely
from django.db.models import QuerySet
from numpy.typing import NDArray

from gridtown.places import router
from gridtown.places.models import Generation, Grid, Outline

Level = Literal["village", "grid", "all"]
# Degrees that a border may move (about 3 m): unseen on a wall map of the whole town, and it keeps the
# outline of a surveyed town with a million corners in a browser's reach.
COARSE = 3e-5
SAME = 0.005  # of its area by which a village may differ from its grids and be drawn from them
PLACES = 5  # decimals: about a metre

Shapes = NDArray[np.object_]


def outline_geojson(town: str = "", level: Level = "all", known_stamp: int | None = None) -> str:
    """A GeoJSON text of the town's villages, grids or both, with names, codes and whether they are schematic.

    Properties: level, code, name, name_en, village, kind, schematic, generation, label ([lon, lat], for a text).
    """
    now = router.current(town, known_stamp)
    return _text(now.town, now.stamp, level)


def bounds(town: str = "", known_stamp: int | None = None) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the town's grids; None without any."""
    shapes = router.current(town, known_stamp).router.shapes
    if not len(shapes):
        return None
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return west, south, east, north


@lru_cache(maxsize=64)
def _text(town: str, stamp: int, level: Level) -> str:
    """As `outline_geojson`; the stamp makes a new text after a change."""
    now = router.current(town, stamp)
    generation = Generation.objects.filter(town=town, number=now.generation).first()
    features: list[dict[str, Any]] = []
    if generation:
        grids = _rows(Grid.objects.filter(generation=generation), "code")
        villages = _rows(Outline.objects.filter(generation=generation), "village")
        if len(grids.shapes) and shapely.coverage_is_valid(grids.shapes):
            grids.thin = shapely.coverage_simplify(grids.shapes, COARSE)
            villages.thin = _of_their_grids(villages, grids)
        else:  # surveyed sheets seldom match corner by corner: each is simplified alone, and hairlines are unseen
            grids.thin = shapely.simplify(grids.shapes, COARSE)
            villages.thin = shapely.simplify(villages.shapes, COARSE)
        features += _features(now, "village", villages) if level in ("village", "all") else []
        features += _features(now, "grid", grids) if level in ("grid", "all") else []
    about = {
        "type": "FeatureCollection",
        "town": town,
        "generation": now.generation,
        "schematic": now.schematic,
    }
    return json.dumps({**about, "features": features}, ensure_ascii=False, separators=(",", ":"))


@dataclass
class _Rows:
    """Codes, shapes as stored, shapes as drawn, and which are schematic."""

    codes: list[str]
    shapes: Shapes
    thin: Shapes
    schematic: list[bool]


def _rows(found: "QuerySet[Any]", code: str) -> _Rows:
    rows = list(found.order_by(code).values_list(code, "shape", "schematic"))
    shapes = shapely.from_wkb(np.array([bytes(row[1]) for row in rows], dtype=object))
    return _Rows([row[0] for row in rows], shapes, shapes, [row[2] for row in rows])


def _of_their_grids(villages: _Rows, grids: _Rows) -> Shapes:
    """The outlines joined from the grids as drawn, so that both lines lie on each other; the stored one elsewhere."""
    inside: dict[str, list[Any]] = {}
    for code, shape in zip(grids.codes, grids.thin, strict=True):
        inside.setdefault(code[:12], []).append(shape)
    drawn = []
    for code, stored in zip(villages.codes, villages.shapes, strict=True):
        joined = shapely.union_all(inside.get(code, []))
        drawn.append(joined if abs(joined.area - stored.area) < SAME * stored.area else stored)
    return np.array(drawn, dtype=object)


def _features(now: router.Snapshot, level: str, rows: _Rows) -> list[dict[str, Any]]:
    """One feature a row."""
    labels = shapely.get_coordinates(shapely.point_on_surface(rows.thin)).round(PLACES).tolist()
    return [
        {
            "type": "Feature",
            "properties": {
                "level": level, "code": code, "village": code[:12], "kind": _kind(now, code),
                "name": now.name(code), "name_en": now.name(code, "en"),
                "schematic": schematic, "generation": now.generation, "label": label,
            },
            "geometry": _geometry(shape),
        }
        for code, schematic, shape, label in zip(rows.codes, rows.schematic, rows.thin, labels, strict=True)
    ]  # fmt: skip


def _kind(now: router.Snapshot, code: str) -> str:
    if code in now.grids:
        return now.grids[code].kind
    return now.divisions[code].kind if code in now.divisions else ""


def _geometry(shape: Any) -> dict[str, Any]:
    """Its GeoJSON with coordinates to the metre; the same corner is rounded alike in both neighbours."""
    drawn: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return {"type": drawn["type"], "coordinates": _rounded(drawn["coordinates"])}


def _rounded(value: Any) -> Any:
    return [_rounded(v) for v in value] if isinstance(value, list) else round(value, PLACES)
