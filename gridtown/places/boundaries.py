"""Takes in boundaries from GeoJSON: read, checked, and stored as a new generation; earlier ones stay as they were."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from django.db import transaction

from gridtown.places import stamp as stamps
from gridtown.places.checks import ACCEPTABLE, Drawn, Fault, check
from gridtown.places.coords import CRS, Crs, to_wgs84
from gridtown.places.dividing import divided
from gridtown.places.models import Division, Generation, Grid, Outline

Level = Literal["village", "grid"]
SLIVER_M2 = 25.0  # overlaps and gaps below this are noise of digitising
# Which property of a feature says what; the first that is there counts.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "CODE", "grid_code", "wgbm", "xzqdm"),
    "name": ("name", "NAME", "grid_name", "wgmc", "xzqmc"),
    "name_en": ("name_en",),
    "kind": ("kind",),
    "schematic": ("schematic",),
}
SAME = (
    1e-9  # square degrees (10 m²) by which an outline may differ from the union of its grids and be the same
)


class Unreadable(Exception):
    """The file is no GeoJSON of features, or says another coordinate system than it was called."""


@dataclass(frozen=True)
class Report:
    """What an import found and did; `generation` is the number stored, None when nothing was."""

    level: Level
    read: int
    faults: tuple[Fault, ...]
    slivers: int
    generation: int | None
    unchanged: bool = False
    accepted: frozenset[str] = frozenset()

    @property
    def refused(self) -> bool:
        """Whether a fault stands that was not accepted."""
        return any(fault.kind not in self.accepted for fault in self.faults)

    def __str__(self) -> str:
        done = (
            "refused"
            if self.refused
            else "unchanged"
            if self.unchanged
            else f"generation {self.generation or '-'}"
        )
        lines = [
            f"{self.read} polygons read, {len(self.faults)} faults, {self.slivers} slivers let pass: {done}"
        ]
        return "\n".join(lines + [f"  {fault}" for fault in self.faults])


def read(text: str, *, crs: Crs = "wgs84", fields: Mapping[str, str] | None = None) -> list[Drawn]:
    """The polygons of a GeoJSON text, in WGS84; Unreadable when it is none.

    fields: which property is code, name, name_en, kind, schematic, where it is not one of the usual names.
    """
    try:
        features = json.loads(text)["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"no GeoJSON FeatureCollection: {error}") from None
    _same_crs(text, crs)
    drawn = [_drawn(feature, fields or {}) for feature in features]
    return [d if d.shape is None else replace(d, shape=_converted(d.shape, crs)) for d in drawn]


def _same_crs(text: str, crs: Crs) -> None:
    """Old GeoJSON may name its system: a contradiction is better refused than half a kilometre off."""
    named = json.dumps(json.loads(text).get("crs") or "").upper()
    known = {"4490": "cgcs2000", "CGCS": "cgcs2000", "4326": "wgs84", "CRS84": "wgs84"}
    said = next((system for mark, system in known.items() if mark in named), None)
    if crs not in CRS:
        raise Unreadable(f"unknown coordinate system {crs}; one of {', '.join(CRS)}")
    if said and crs in ("gcj02", "bd09"):
        raise Unreadable(f"the file says that it is {said}, not {crs}")
    if len(named) > 2 and not said and named != "NULL":
        raise Unreadable(
            f"the file's coordinate system {named} is not known; longitude and latitude are needed"
        )


def _drawn(feature: Mapping[str, Any], fields: Mapping[str, str]) -> Drawn:
    about = feature.get("properties") or {}

    def said(what: str) -> str:
        names = (fields[what],) if what in fields else FIELDS[what]
        value = next((about[n] for n in names if about.get(n) is not None), "")
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()

    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(feature.get("geometry"))))
    except shapely.GEOSException:
        shape = None
    special = said("kind").lower() in ("special", "专属", "专属网格")
    kind = str(Grid.Kind.SPECIAL if special else Grid.Kind.ORDINARY)
    return Drawn(
        said("code"), said("name"), shape, said("name_en"), kind, said("schematic").lower() == "true"
    )


def _converted(shape: Any, crs: Crs) -> Any:
    if crs in ("wgs84", "cgcs2000"):
        return shape

    def turned(at: Any) -> Any:
        return np.stack(to_wgs84(at[:, 0], at[:, 1], crs), axis=1)

    return shapely.transform(shape, turned)


def import_boundaries(
    path: Path,
    *,
    town: str = "",
    now: datetime,
    crs: Crs = "wgs84",
    level: Level = "grid",
    dry_run: bool = False,
    accept: Iterable[str] = (),
    fields: Mapping[str, str] | None = None,
    sliver_m2: float = SLIVER_M2,
    source: str = "",
    note: str = "",
) -> Report:
    """Read, check and, unless a fault stands, store a new generation of all villages or of all grids.

    Only faults of kind gap and missing can be accepted. New villages keep the grids that still fill them; the others
    are divided anew into as many grids, schematically and marked so. New grids must fill the surveyed villages; where
    the villages are only schematic, the grids' own union becomes the village. The same file twice changes nothing.
    """
    accepted = frozenset(accept)
    if not accepted <= ACCEPTABLE:
        raise ValueError(f"only {', '.join(sorted(ACCEPTABLE))} can be accepted")
    code = town or stamps.here()
    text = path.read_text("utf-8-sig")
    drawn = read(text, crs=crs, fields=fields)
    before = Before.of(code)
    within = before.surveyed if level == "grid" else {}
    found = check(drawn, level=level, villages=before.names, within=within, sliver_m2=sliver_m2)
    report = Report(level, len(drawn), tuple(found.faults), found.slivers, None, accepted=accepted)
    if report.refused or dry_run:
        return report
    digest = hashlib.sha256(f"{level}\n{crs}\n{text}".encode()).hexdigest()
    if before.generation and before.generation.digest == digest:
        return replace(report, unchanged=True, generation=before.generation.number)
    villages, grids = before.with_villages(drawn) if level == "village" else before.with_grids(drawn)
    made = store(
        town=code,
        villages=villages,
        grids=grids,
        now=now,
        crs=crs,
        digest=digest,
        source=source or path.name,
        note=note,
    )
    return replace(report, generation=made.number)


@dataclass(frozen=True)
class Before:
    """The town as it is drawn until now."""

    names: Mapping[str, str]  # of its villages
    generation: Generation | None
    outlines: Mapping[str, Drawn]
    grids: Sequence[Drawn]

    @classmethod
    def of(cls, town: str) -> "Before":
        """Read with four queries."""
        villages = Division.objects.filter(town=town, level=Division.Level.VILLAGE, current=True)
        names = dict(villages.values_list("code", "short"))
        newest = Generation.objects.filter(town=town).order_by("-number").first()
        outlines = Outline.objects.filter(town=town, generation=newest).order_by("village") if newest else []
        grids = Grid.objects.filter(town=town, generation=newest).order_by("code") if newest else []
        return cls(
            names,
            newest,
            {
                o.village: Drawn(o.village, names.get(o.village, ""), _shape(o), schematic=o.schematic)
                for o in outlines
            },
            [Drawn(g.code, g.name, _shape(g), g.name_en, g.kind, g.schematic) for g in grids],
        )

    @property
    def surveyed(self) -> dict[str, Any]:
        """The outlines of villages that are not merely schematic."""
        return {code: o.shape for code, o in self.outlines.items() if not o.schematic}

    def with_grids(self, drawn: Sequence[Drawn]) -> tuple[list[Drawn], list[Drawn]]:
        """Villages and grids when the grids are new."""
        villages = [o for code, o in sorted(self.outlines.items()) if not o.schematic and code in self.names]
        for code in sorted({d.code[:12] for d in drawn} - set(self.surveyed)):
            own = [d for d in drawn if d.code[:12] == code]
            joined = Drawn(
                code, "", shapely.union_all([d.shape for d in own]), schematic=any(d.schematic for d in own)
            )
            villages.append(joined)
        return villages, list(drawn)

    def with_villages(self, drawn: Sequence[Drawn]) -> tuple[list[Drawn], list[Drawn]]:
        """Villages and grids when the villages are new."""
        grids: list[Drawn] = []
        for village in drawn:
            own = [g for g in self.grids if g.code[:12] == village.code]
            union = shapely.union_all([g.shape for g in own])
            if own and union.symmetric_difference(village.shape).area < SAME:
                grids += own
            else:
                first = Drawn(f"{village.code}001", "第一网格", None, "Grid 1", str(Grid.Kind.ORDINARY))
                pieces = divided(village.shape, max(1, len(own)))
                grids += [
                    replace(g, shape=p, schematic=True) for g, p in zip(own or [first], pieces, strict=True)
                ]
        return list(drawn), grids


def _shape(row: Outline | Grid) -> Any:
    return shapely.from_wkb(bytes(row.shape))


@transaction.atomic
def store(
    *,
    town: str,
    villages: Sequence[Drawn],
    grids: Sequence[Drawn],
    now: datetime,
    crs: Crs,
    digest: str,
    source: str,
    note: str = "",
) -> Generation:
    """Write a new generation and move the town's stamp; the caller has checked what is written."""
    last = (
        Generation.objects.filter(town=town).order_by("-number").values_list("number", flat=True).first() or 0
    )
    made = Generation.objects.create(
        town=town,
        number=last + 1,
        since=now,
        source=source,
        crs=crs,
        digest=digest,
        note=note,
        schematic=any(d.schematic for d in [*villages, *grids]),
    )
    Outline.objects.bulk_create(
        Outline(
            town=town, generation=made, village=v.code, shape=shapely.to_wkb(v.shape), schematic=v.schematic
        )
        for v in villages
    )
    Grid.objects.bulk_create(
        Grid(
            town=town,
            generation=made,
            code=g.code,
            village=g.code[:12],
            name=g.name or f"第{int(g.code[12:])}网格",
            name_en=g.name_en or f"Grid {int(g.code[12:])}",
            kind=g.kind or Grid.Kind.ORDINARY,
            shape=shapely.to_wkb(g.shape),
            schematic=g.schematic,
        )
        for g in grids
    )
    stamps.bump(town)
    return made
