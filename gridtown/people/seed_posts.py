"""Draws up a town's first posts.xlsx and matrix.xlsx from its villages and grids; the town then edits them by hand.

The matrix begins blank: each grid's own worker answers there anyway, for every line that exists or is added
later, and a town writes down only what differs.

Run `python -m gridtown.people.seed_posts towns/pingyao`; a sheet whose content is the same already is left alone.
"""

import argparse
import csv
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gridtown.kernel.line import Line
from gridtown.kernel.told import CONFIDENTIAL
from gridtown.lines import found
from gridtown.people.coverage import export
from gridtown.people.picture import People, PostInfo
from gridtown.people.sheets import Known, PostRow, Unreadable, read_matrix, read_posts

# key, Chinese and English name, roles, desk, clearance (0 open … 4 care), seats
_TOWN_POSTS = (
    ("leader", "镇领导", "Town leader", "leader", "", 3, 1),
    ("duty-officer", "值班长", "Duty officer", "duty_officer", "", 2, 3),
    ("supervisor", "督办员", "Supervisor", "supervisor", "", 3, 1),
    ("receiver", "受理员", "Receiver", "receiver", "", 2, 2),
    ("dispatcher", "派遣员", "Dispatcher", "dispatcher", "", 2, 2),
    ("verifier", "核查员", "Verifier", "verifier", "", 2, 2),
    ("handler-urban", "城管", "Urban management", "handler", "urban", 2, 1),
    ("handler-environment", "环保", "Environment", "handler", "environment", 2, 1),
    ("handler-housing", "住建", "Housing and construction", "handler", "housing", 2, 1),
    ("handler-traffic", "交通", "Traffic", "handler", "traffic", 2, 1),
    ("handler-water", "水务", "Water", "handler", "water", 2, 1),
    ("handler-civil", "民政", "Civil affairs", "handler", "civil", 4, 1),
    ("handler-market", "市场监管", "Market supervision", "handler", "market", 2, 1),
    ("handler-safety", "应急", "Safety and emergency", "handler", "safety", 2, 1),
    ("handler-agriculture", "农业", "Agriculture", "handler", "agriculture", 2, 1),
    ("handler-police", "公安联络", "Police liaison", "handler", "police", 2, 1),
    ("admin", "系统管理员", "System administrator", "admin", "", 1, 1),
)
# The secretary also handles what has no grid worker; the desk keeps the town's desks' matters away.
_VILLAGE_POSTS = (
    ("secretary", "村社书记", "Village secretary", "handler supervisor", "village", 2),
    ("receiver", "村社受理员", "Village receiver", "receiver", "", 2),
    ("verifier", "村社核查员", "Village verifier", "verifier", "", 2),
)


@dataclass(frozen=True)
class Village:
    """A village or community with the codes of its grids."""

    code: str
    name: Mapping[str, str]
    grids: tuple[str, ...]


@dataclass(frozen=True)
class Area:
    """A tier between town and village that the town draws itself."""

    name: Mapping[str, str]
    villages: tuple[str, ...]


def posts(
    town: str, areas: Sequence[Area], villages: Sequence[Village], lines: Iterable[Line] = ()
) -> tuple[PostRow, ...]:
    """The rows of the sheet: the town's posts, what each line needs, the areas', the villages', one for each grid."""
    own = [row for line in lines for row in _of_line(town, villages, line)]
    return (*_town(town), *own, *_areas(areas), *_villages(villages), *_grids(villages))


def _of_line(town: str, villages: Sequence[Village], line: Line) -> Iterator[PostRow]:
    """The posts that a line says it needs beside those for all lines (`Line.staff`)."""
    for staff in line.staff:
        word, degree = line.words[f"staff.{staff.key}"], CONFIDENTIAL[staff.clearance]
        name = f"{line.key}-{staff.key}".replace("_", "-")
        roles = tuple(sorted(staff.roles))  # as they are read back
        if staff.level == "town":
            yield PostRow(
                name, word["zh"], word["en"], roles, (line.key,), (town,), "", "town", degree, staff.seats
            )  # fmt: skip
            continue
        for village in villages:
            yield PostRow(
                f"village-{village.code}-{name}", f"{word['zh']}·{village.name['zh']}",
                f"{word['en']} · {village.name['en']}", roles, (line.key,), (village.code,), "", "village",
                degree, staff.seats,
            )  # fmt: skip


def _town(town: str) -> Iterator[PostRow]:
    for key, zh, en, role, desk, clearance, seats in _TOWN_POSTS:
        yield PostRow(key, zh, en, (role,), (), (town,), desk, "town", clearance, seats)


def _areas(areas: Sequence[Area]) -> Iterator[PostRow]:
    for number, area in enumerate(areas, start=1):
        yield PostRow(
            f"area-{number}-supervisor", f"片区督办员·{area.name['zh']}", f"Area supervisor · {area.name['en']}",
            ("supervisor",), (), tuple(sorted(area.villages)), "", "area", 2, 1,
        )  # fmt: skip


def _villages(villages: Sequence[Village]) -> Iterator[PostRow]:
    for village in villages:
        for key, zh, en, roles, desk, clearance in _VILLAGE_POSTS:
            yield PostRow(
                f"village-{village.code}-{key}", f"{zh}·{village.name['zh']}", f"{en} · {village.name['en']}",
                tuple(roles.split()), (), (village.code,), desk, "village", clearance, 1,
            )  # fmt: skip


def _grids(villages: Sequence[Village]) -> Iterator[PostRow]:
    for village in villages:
        for grid in village.grids:
            number = grid[12:].lstrip("0").zfill(2)
            yield PostRow(
                f"grid-{grid}", f"网格员 {number}·{village.name['zh']}",
                f"Grid worker {number} · {village.name['en']}",
                ("handler", "patroller"), (), (grid,), "grid", "grid", 1, 1,
            )  # fmt: skip


def picture(town: str, rows: Sequence[PostRow], named: Mapping[tuple[str, str], str]) -> People:
    """The rows as a picture that can be asked and exported, before anybody holds a post."""
    infos = tuple(
        PostInfo(
            id=n, key=r.key, name_zh=r.name_zh, name_en=r.name_en, roles=frozenset(r.roles),
            lines=frozenset(r.lines), place=r.covers[0], covers=r.covers, desk=r.desk, level=r.level,
            clearance=r.clearance, seats=r.seats, rank=n, closed=False, holders=(),
        )
        for n, r in enumerate(rows, start=1)
    )  # fmt: skip
    ids = {info.key: info.id for info in infos}
    return People(town, 0, infos, {}, {where: ids[key] for where, key in named.items()})


def seed(folder: Path) -> tuple[Path, ...]:
    """Write the sheets that the folder's divisions, areas and grids ask for; which of them had to be written."""
    town: str = tomllib.loads((folder / "town.toml").read_text("utf-8"))["code"]
    villages = _read_villages(folder, town)
    areas = [
        Area(area["name"], tuple(area["villages"]))
        for area in tomllib.loads((folder / "areas.toml").read_text("utf-8"))["area"]
    ]
    places = (
        {town: town} | {v.code: v.name["zh"] for v in villages} | {g: g for v in villages for g in v.grids}
    )
    known = Known.of(found(), places | _grid_names(folder, villages))
    rows = posts(town, areas, villages, found().values())
    target = folder / "people"
    if _says(target, known, rows):
        return ()
    return export(picture(town, rows, {}), known, target)


def _says(target: Path, known: Known, rows: Sequence[PostRow]) -> bool:
    """Whether the sheets say so already; a spreadsheet's bytes differ each time it is written, so content counts."""
    try:
        there = read_posts(target / "posts.xlsx", known)
        return there == tuple(rows) and not read_matrix(target / "matrix.xlsx", known, there)
    except (FileNotFoundError, Unreadable):
        return False


def _read_villages(folder: Path, town: str) -> list[Village]:
    with (folder / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["level"] == "village" and row["code"].startswith(town)
        ]
    grids = sorted(_grid_features(folder))
    return [
        Village(
            row["code"],
            {
                "zh": row["short"].removesuffix("社区").removesuffix("村"),
                "en": row["name_en"].rsplit(" ", 1)[0],
            },
            tuple(grid for grid in grids if grid.startswith(row["code"])),
        )
        for row in rows
    ]


def _grid_features(folder: Path) -> dict[str, str]:
    """Code -> name of the grids as drawn in the folder."""
    drawn = json.loads((folder / "places" / "grids.geojson").read_text("utf-8"))["features"]
    return {feature["properties"]["code"]: feature["properties"]["name"] for feature in drawn}


def _grid_names(folder: Path, villages: Sequence[Village]) -> dict[str, str]:
    drawn = _grid_features(folder)
    return {grid: f"{village.name['zh']} {drawn[grid]}" for village in villages for grid in village.grids}


def main() -> None:
    """Draw up the sheets of the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    written = seed(parser.parse_args().folder)
    print("\n".join(str(path) for path in written) or "nothing to change")


if __name__ == "__main__":
    main()
