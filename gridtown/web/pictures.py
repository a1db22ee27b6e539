"""Pictures of figures: charts, small multiples and maps by village, each with its table behind it.

A page builds a `Chart`, `Multiples` or `Choropleth` and shows it with the tags of `templatetags/pictures.py`. A chart
is drawn in the browser (frontend/src/chart.js); small multiples and maps are drawn here, as SVG, so that they need no
script. None says anything by hue alone: lines differ in dash and mark, areas in pattern, and numbers stand on the map.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from django.utils.safestring import mark_safe

from gridtown.places import outlines

WIDTH = 800.0
SHADES = 5
_SPARK = (160.0, 44.0, 4.0)  # width, height, margin
_DIGITS = 1


@dataclass(frozen=True)
class Series:
    """One line or row of bars: a value for each name of the chart (None: none), and each as it is written.

    quiet: of last year, a target …: drawn dashed behind the others.
    """

    name: str
    values: Sequence[float | None]
    shown: Sequence[str | None]
    type: Literal["line", "bar"] = "line"
    quiet: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart over names (months, years, villages …). id: unique on its page. axis: the heading of the names.

    unit: what follows a number on its axis ("%"). links: an address for each name, or none. lying: bars lie. floor:
    where the value axis begins, None to let it begin where it suits.
    """

    id: str
    title: str
    axis: str
    names: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    links: Sequence[str] = ()
    lying: bool = False
    floor: float | None = 0

    @property
    def spec(self) -> dict[str, Any]:
        """What the browser draws it from."""
        return {
            "title": self.title, "names": list(self.names), "unit": self.unit, "lying": self.lying, "min": self.floor,
            "series": [
                {"name": s.name, "type": s.type, "data": list(s.values), "quiet": s.quiet} for s in self.series
            ],
        }  # fmt: skip

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its table: name, address, and what each series has there."""
        links = self.links or [""] * len(self.names)
        return [
            {"name": name, "href": links[n], "cells": [series.shown[n] for series in self.series]}
            for n, name in enumerate(self.names)
        ]


@dataclass(frozen=True)
class Small:
    """One of the multiples: its name, its page, this year's course, last year's, and the newest value as written."""

    name: str
    href: str
    values: Sequence[float | None]
    before: Sequence[float | None] = ()
    shown: str | None = None


@dataclass(frozen=True)
class Multiples:
    """Many little charts on one scale, so that they can be compared."""

    title: str
    smalls: Sequence[Small]
    names: Sequence[str]

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """Each with its lines as SVG paths."""
        known = [v for small in self.smalls for v in (*small.values, *small.before) if v is not None]
        return [{"small": small, **lines(small.values, small.before, known)} for small in self.smalls]


def lines(
    now: Sequence[float | None], before: Sequence[float | None], known: Sequence[float]
) -> dict[str, Any]:
    """Two courses as SVG paths and a dot on the newest value, on the scale of all that is `known`, from nought."""
    low, high = min([0.0, *known]), max([0.0, *known])
    return {
        "now": _path(now, low, high), "before": _path(before, low, high), "dot": _last(now, low, high),
    }  # fmt: skip


def _spot(n: int, value: float, of: int, low: float, high: float) -> tuple[float, float]:
    width, height, margin = _SPARK
    reach = (high - low) or 1
    across = margin + (width - 2 * margin) * (n / max(of - 1, 1))
    return round(across, _DIGITS), round(
        height - margin - (height - 2 * margin) * (value - low) / reach, _DIGITS
    )


def _path(values: Sequence[float | None], low: float, high: float) -> str:
    """A line through what is known; where something is missing it is broken."""
    told, pen = [], "M"
    for n, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x, y = _spot(n, value, len(values), low, high)
        told.append(f"{pen}{x} {y}")
        pen = "L"
    return "".join(told)


def _last(values: Sequence[float | None], low: float, high: float) -> tuple[float, float] | None:
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    return _spot(*known[-1], len(values), low, high) if known else None


@dataclass(frozen=True)
class Area:
    """A village on the map: its number as written, the shade 0 (least) to 4 or none, and what has room on the map."""

    code: str
    name: str
    href: str
    path: str
    label: tuple[float, float]
    shown: str | None
    shade: int | None
    named: bool = True
    written: bool = True


@dataclass(frozen=True)
class Choropleth:
    """The town's own villages, darker where the figure is larger. steps: from which value each shade begins."""

    id: str
    title: str
    areas: tuple[Area, ...]
    steps: tuple[str, ...]
    height: float
    schematic: bool


def choropleth(
    key: str, title: str, *, values: Mapping[str, float], shown: Mapping[str, str | None], href: str, lang: str,
    stamp: int,
) -> Choropleth | None:  # fmt: skip
    """A map of these villages' figures (code → value, and as written); None where the town has no outlines.

    href: a village's page with {code} in it. Shades are equal parts of the range, so that like values look alike.
    """
    drawn, height, schematic = _drawn(stamp)
    if not drawn:
        return None
    known = [value for code, value in values.items() if code in {area[0] for area in drawn}]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    step = (high - low) / SHADES
    areas = tuple(
        Area(
            code, name if lang != "en" else name_en, href.replace("{code}", code), path, label, shown.get(code),
            None if code not in values else _shade(values[code], low, step),
        )
        for code, name, name_en, path, label in drawn
    )  # fmt: skip
    by_shade = {
        a.shade: a for a in sorted(areas, key=lambda a: -values.get(a.code, 0)) if a.shade is not None
    }
    areas = _with_room(areas)
    steps = tuple(by_shade[n].shown or "" if n in by_shade else "" for n in range(SHADES))
    return Choropleth(key, title, areas, steps, height, schematic)


_LETTER, _FIGURE, _LINE = 15.0, 12.0, 20.0  # of a map's text, in the units of its picture
_SHIFTS = (0.0, -16.0, 16.0, -30.0, 30.0)


def _with_room(areas: tuple[Area, ...]) -> tuple[Area, ...]:
    """Each with its texts where none lies on another: name and number, the number alone, or neither."""
    taken: list[tuple[float, float, float, float]] = []
    found = {}
    # The largest first: there is room for the name of a village; a quarter in the middle may get its number only.
    for area in sorted(areas, key=lambda a: -len(a.path)):
        found[area.code] = replace(area, named=False, written=False)
        for named, shift in ((named, shift) for named in (True, False) for shift in _SHIFTS):
            x, y = area.label[0], area.label[1] + shift
            wide = max(_FIGURE * len(area.shown or "–"), _width(area.name) if named else 0.0) / 2
            box = (x - wide, y - _LINE, x + wide, y + (_LINE if named else 2.0))
            if all(box[2] < t[0] or t[2] < box[0] or box[3] < t[1] or t[3] < box[1] for t in taken):
                taken.append(box)
                found[area.code] = replace(area, label=(x, round(y, _DIGITS)), named=named, written=True)
                break
    return tuple(found[area.code] for area in areas)


def _width(name: str) -> float:
    """About how wide a name is: a Chinese character is twice a Latin letter."""
    return sum(_LETTER if ord(letter) > 0x2E80 else _LETTER / 1.8 for letter in name)


def _shade(value: float, low: float, step: float) -> int:
    return min(SHADES - 1, int((value - low) / step)) if step else 0


Drawn = tuple[str, str, str, str, tuple[float, float]]


@lru_cache(maxsize=8)
def _drawn(stamp: int) -> tuple[tuple[Drawn, ...], float, bool]:
    """The villages as SVG paths in a picture WIDTH wide, its height, and whether they are schematic."""
    found = json.loads(outlines.outline_geojson(level="village", known_stamp=stamp))
    features = found["features"]
    corners = [corner for feature in features for ring in _rings(feature["geometry"]) for corner in ring]
    if not corners:
        return (), 0.0, False
    west, east = min(c[0] for c in corners), max(c[0] for c in corners)
    south, north = min(c[1] for c in corners), max(c[1] for c in corners)
    # A degree of longitude is shorter than one of latitude, by the cosine of where the town lies.
    scale = WIDTH / ((east - west) or 1)
    up = scale / math.cos(math.radians((south + north) / 2))

    def at(corner: Sequence[float]) -> tuple[float, float]:
        return round((corner[0] - west) * scale, _DIGITS), round((north - corner[1]) * up, _DIGITS)

    drawn = []
    for feature in features:
        about = feature["properties"]
        rings = (
            "M" + "L".join("{} {}".format(*at(c)) for c in ring) + "Z" for ring in _rings(feature["geometry"])
        )
        path = mark_safe("".join(rings))  # noqa: S308 - numbers; long, and written twice on each map
        drawn.append((about["code"], about["name"], about["name_en"], path, at(about["label"])))
    return tuple(drawn), round((north - south) * up, _DIGITS), bool(found["schematic"])


def _rings(geometry: Mapping[str, Any]) -> list[Any]:
    """Every ring of a polygon or of several."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for part in parts for ring in part]
