"""A ledger in a process of its own: `make` it, `refresh` it, `write` to it meanwhile, `check` what came of it."""

import os
import random
import sys
import time
from datetime import UTC, datetime

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from gridtown.cases import store  # noqa: E402
from gridtown.warehouse import files, lake  # noqa: E402
from gridtown.warehouse.refresh import refresh  # noqa: E402
from tests import made_up  # noqa: E402

TOWN = made_up.town("330510100")
NOW = datetime(2023, 12, 1, tzinfo=UTC)


def rows() -> list[dict]:
    lake.forget()
    pond = lake.tables(TOWN)
    return pond.run(pond.table("made_up", "thing").order_by("case_id"))


def make() -> None:
    """Cases that a refresh has seen, and more that none has."""
    call_command("migrate", verbosity=0)
    walk = made_up.Walk(TOWN)
    walk.stroll(150)
    refresh(now=NOW, town=TOWN)
    walk.stroll(150)
    print(len(rows()))


def slow_refresh() -> None:
    """A refresh that takes its time over every file."""
    sync = os.fsync

    def slowly(handle: int) -> None:
        print("writing", flush=True)
        time.sleep(0.5)
        sync(handle)

    os.fsync = slowly
    refresh(now=NOW, town=TOWN)
    print("ended", flush=True)


def write() -> None:
    """New cases, each in its own transaction; the longest time that one took, in milliseconds."""
    longest, chance = 0.0, random.Random()
    walk = made_up.Walk(TOWN)
    for n in range(15):
        row = made_up.store.Row(
            town=TOWN.code, number=f"W-{n}-{chance.random()}", line="made_up", kind="thing", state="told",
            place=TOWN.code, title="", channel="desk", opened=NOW, version=0,
        )  # fmt: skip
        began = time.perf_counter()
        store.insert_cases([row])
        case = made_up.Walked(row, {}, NOW)
        walk.enter(case, "report", "told", NOW)
        longest = max(longest, time.perf_counter() - began)
    print(longest * 1e3)


def check() -> None:
    """What stands; then the next refresh, and a copy made from nothing."""
    before = len(rows())
    refresh(now=NOW, town=TOWN)
    after = rows()
    for path in files.folder_of(TOWN.code).rglob("*.*"):
        path.unlink()
    refresh(now=NOW, town=TOWN)
    print(before, len(after), after == rows())


if __name__ == "__main__":
    {"make": make, "refresh": slow_refresh, "write": write, "check": check}[sys.argv[1]]()
