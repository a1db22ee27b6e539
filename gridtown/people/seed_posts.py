"""Draws up a town's first posts.xlsx and matrix.xlsx from its villages and grids; the town then edits them by hand.

Run `python -m gridtown.people.seed_posts towns/pingyao`; a sheet whose content is the same already is left alone.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from gridtown.people.sheets import Known, PostRow

AREA_SIZE = 8  # villages in an area at most, until the town draws its own

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


def posts(town: str, villages: Sequence[Village]) -> tuple[PostRow, ...]:
    """The rows of the sheet: the town's posts, the areas', the villages', one worker for each grid."""
    return (*_town(town), *_areas(villages), *_villages(villages), *_grids(villages))


def _town(town: str) -> Iterator[PostRow]:
    for key, zh, en, role, desk, clearance, seats in _TOWN_POSTS:
        yield PostRow(key, zh, en, (role,), (), (town,), desk, "town", clearance, seats)


def _areas(villages: Sequence[Village]) -> Iterator[PostRow]:
    """Villages in the order of their codes, in areas of about equal size."""
    codes = [village.code for village in sorted(villages, key=lambda v: v.code)]
    areas = -(-len(codes) // AREA_SIZE)
    for n in range(areas):
        covers = tuple(codes[len(codes) * n // areas : len(codes) * (n + 1) // areas])
        yield PostRow(
            f"area-{n + 1}-supervisor", f"片区督办员·第{n + 1}片区", f"Area supervisor · area {n + 1}",
            ("supervisor",), (), covers, "", "area", 2, 1,
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
        for number, grid in zip(count(1), village.grids, strict=False):
            yield PostRow(
                f"grid-{grid}", f"网格员 {number:02}·{village.name['zh']}",
                f"Grid worker {number:02} · {village.name['en']}",
                ("handler", "patroller"), (), (grid,), "grid", "grid", 1, 1,
            )  # fmt: skip


def cells(known: Known) -> dict[tuple[str, str], str]:
    """The first matrix: every line of every grid named outright with the grid's own worker, desks left blank."""
    return {(grid, line): f"grid-{grid}" for grid in known.grids for line in known.lines}
