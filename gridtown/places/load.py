"""Brings a town's folder into the tables: divisions, areas, public places and boundaries; twice changes nothing."""

import csv
import hashlib
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction

from gridtown.places import stamp as stamps
from gridtown.places.boundaries import read, store
from gridtown.places.checks import Fault, check
from gridtown.places.models import Area, Division, Generation, Poi

LEVELS = ("province", "city", "county", "town", "village")
DIGITS = dict(zip(LEVELS, (2, 4, 6, 9, 12), strict=True))


class PlacesError(Exception):
    """What is wrong in the folder, with the file and the row."""


@transaction.atomic
def load_places(town_folder: Path, *, now: datetime) -> int:
    """How many rows were written; PlacesError naming file and row when something is wrong, and then none.

    A division or area that is no longer in its file is kept and marked as past, or removed; boundaries that were
    imported since are not undone: the folder's own are taken in once, and again only after its files have changed.
    """
    town: str = tomllib.loads((town_folder / "town.toml").read_text("utf-8"))["code"]
    written = _divisions(town_folder / "divisions.csv", town)
    written += _areas(town_folder / "areas.toml", town)
    written += _pois(town_folder / "places.csv", town)
    written += _boundaries(town_folder / "places", town, now)
    if written:
        stamps.bump(town)
    return written


def _divisions(path: Path, town: str) -> int:
    if not path.exists():
        raise PlacesError(f"{path.name} is not there")
    rows: dict[str, dict[str, Any]] = {}
    for where, row in _rows(path):
        code, about = _division(row, where)
        if code in rows:
            raise PlacesError(f"{where}: {code} is there twice")
        if not (code.startswith(town) or town.startswith(code)):
            raise PlacesError(f"{where}: {code} is not of town {town}")
        rows[code] = about
    if town not in rows:
        raise PlacesError(f"{path.name}: the town {town} itself is missing")
    theirs = models.Q(town=town) | models.Q(code__in=rows)
    written = _bring(Division.objects.filter(theirs), "code", rows)
    gone = Division.objects.filter(town=town, current=True).exclude(code__in=rows)
    return written + gone.update(current=False)


def _division(row: dict[str, str], where: str) -> tuple[str, dict[str, Any]]:
    """The significant code of a row, and its columns."""
    official, level = row["code"], row["level"]
    if level not in DIGITS:
        raise PlacesError(f"{where}: level {level!r} is none of {', '.join(LEVELS)}")
    if not (len(official) == 12 and official.isascii() and official.isdigit()):
        raise PlacesError(f"{where}: {official!r} is no code of twelve digits")
    code, rest = official[: DIGITS[level]], official[DIGITS[level] :]
    if rest.strip("0"):
        raise PlacesError(f"{where}: {official} is not the code of a {level}")
    if level == "village" and row["kind"] not in ("community", "village"):
        raise PlacesError(f"{where}: kind {row['kind']!r} is neither community nor village")
    above = DIGITS[LEVELS[LEVELS.index(level) - 1]] if level != "province" else 0
    return code, {
        "town": code[:9] if len(code) >= 9 else "",
        "parent": code[:above],
        "level": level,
        "kind": row["kind"],
        "name": row["name"],
        "short": row["short"] or row["name"],
        "name_en": row["name_en"],
        "urban_rural": row["urban_rural"],
        "aliases": _list(row["aliases"]),
        "current": True,
    }


def _areas(path: Path, town: str) -> int:
    said = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    rows: dict[str, dict[str, Any]] = {}
    known = set(Division.objects.filter(town=town, current=True).values_list("code", flat=True))
    taken: set[str] = set()
    for area in said.get("area", []):
        if stray := [v for v in area["villages"] if v not in known or v in taken]:
            raise PlacesError(
                f"{path.name}: {area['key']}: {', '.join(stray)} is no village, or in two areas"
            )
        taken.update(area["villages"])
        rows[area["key"]] = {
            "name": area["name"]["zh"],
            "name_en": area["name"]["en"],
            "villages": area["villages"],
            "example": bool(said.get("example", False)),
        }
    there = Area.objects.filter(town=town)
    gone, _ = there.exclude(key__in=rows).delete()
    return gone + _bring(there, "key", rows, town=town)


def _pois(path: Path, town: str) -> int:
    """places.csv (name, code, aliases) is optional."""
    rows: dict[str, dict[str, Any]] = {}
    for where, row in _rows(path) if path.exists() else ():
        if not row["code"].startswith(town):
            raise PlacesError(f"{where}: {row['code']} is not of town {town}")
        rows[row["name"]] = {"code": row["code"], "aliases": _list(row["aliases"])}
    there = Poi.objects.filter(town=town)
    gone, _ = there.exclude(name__in=rows).delete()
    return gone + _bring(there, "name", rows, town=town)


def _bring(there: "models.QuerySet[Any]", key: str, rows: dict[str, dict[str, Any]], **fixed: str) -> int:
    """Make or correct rows until the table says what the file says; how many were not so before."""
    old = {getattr(row, key): row for row in there}
    new = [there.model(**{key: code}, **fixed, **about) for code, about in rows.items() if code not in old]
    there.model.objects.bulk_create(new)
    changed = []
    for code, about in rows.items():
        if code in old and any(getattr(old[code], name) != value for name, value in about.items()):
            for name, value in about.items():
                setattr(old[code], name, value)
            changed.append(old[code])
    if changed:
        there.model.objects.bulk_update(changed, list(next(iter(rows.values()))))
    return len(new) + len(changed)


def _boundaries(folder: Path, town: str, now: datetime) -> int:
    """The folder's own drawing: villages.geojson and grids.geojson, both or none."""
    paths = [folder / "villages.geojson", folder / "grids.geojson"]
    if not all(path.exists() for path in paths):
        return 0
    texts = [path.read_text("utf-8") for path in paths]
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    if Generation.objects.filter(town=town, digest=digest).exists():
        return 0
    villages, grids = (read(text) for text in texts)
    current = Division.objects.filter(town=town, level=Division.Level.VILLAGE, current=True)
    names = dict(current.values_list("code", "short"))
    outlines = {v.code: v.shape for v in villages}
    faults: list[Fault] = check(villages, level="village", villages=names, within={}, sliver_m2=1.0).faults
    faults += check(grids, level="grid", villages=names, within=outlines, sliver_m2=1.0).faults
    if faults:
        raise PlacesError("; ".join(["the folder's boundaries have faults", *map(str, faults)]))
    source = "places/grids.geojson"
    store(town=town, villages=villages, grids=grids, now=now, crs="wgs84", digest=digest, source=source)
    return len(villages) + len(grids)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row with where it is; a missing column is an error."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            if None in row or None in row.values():
                raise PlacesError(f"{path.name}:{number}: wrong number of columns")
            yield f"{path.name}:{number}", {name: (value or "").strip() for name, value in row.items()}


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]
