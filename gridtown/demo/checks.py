"""What must be right before the demo year is made; each fault is named in words before anything is written."""

import os
import shutil
import socket
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

from django.db import connection

from gridtown.demo import fitting, flows
from gridtown.demo.scenario import Scenario
from gridtown.kernel.words import flatten, say
from gridtown.town import Town

WORDS = flatten(tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8")))
NEEDED_MB = 500
SQLITE = (3, 40)


def word(key: str, lang: str, **params: Any) -> str:
    """A sentence of this app."""
    return say(key, lang, WORDS, **params)


def faults(*, home: Path, port: int | None, lang: str) -> list[str]:
    """What is wrong with the machine; empty when nothing is."""
    found = []
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < SQLITE:
        found.append(word("fault.sqlite_old", lang, found=sqlite3.sqlite_version))
    if not os.access(home, os.W_OK):
        found.append(word("fault.not_writable", lang, path=home))
    if shutil.disk_usage(home).free < NEEDED_MB * 2**20:
        found.append(word("fault.disk_full", lang, need=NEEDED_MB))
    if port is not None and taken(port):
        found.append(word("fault.port_taken", lang, port=port))
    return found


def taken(port: int) -> bool:
    """Whether something answers on this machine's port."""
    with socket.socket() as asking:
        asking.settimeout(0.5)
        return asking.connect_ex(("127.0.0.1", port)) == 0


def scenario_faults(town: Town, scenario: Scenario, lang: str) -> list[str]:
    """What the town's folder lacks for this scenario: a year of the calendar, a category of the dictionary."""
    years = range(scenario.year.first.year, scenario.year.last.year + 1)
    found = [word("fault.no_year", lang, year=year) for year in years if not town.calendar.covers(year)]
    for line, table, listed in (
        ("appeals", "category", scenario.categories),
        ("patrol", "finding", scenario.findings),
    ):
        lost = set(listed.of) - set(town.tables.get(line, {}).get(table, {}))
        found += [
            word("fault.no_category", lang, table=f"{line}.{table}", category=key) for key in sorted(lost)
        ]
    strange = fitting.flow_faults(flows.read(town.folder), town.lines)
    return found + [word("fault.flow", lang, what=what) for what in strange]
