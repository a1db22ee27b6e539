"""Makes the town that is measured: places, posts, 100,000 cases of two years, and a token for each post needed.

Run in a process of its own, so that nothing it has warmed up is in the server's memory.
"""

import argparse
import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridtown.settings")
django.setup()

import shapely  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from gridtown import town as towns  # noqa: E402
from gridtown.cases.actions import Outside, bring_in  # noqa: E402
from gridtown.kernel.told import SYSTEM, Actor  # noqa: E402
from gridtown.people import snapshot as people  # noqa: E402
from gridtown.people.load import demo_accounts, load_people  # noqa: E402
from gridtown.people.signin import issue_token  # noqa: E402
from gridtown.places import router  # noqa: E402
from gridtown.places.load import load_places  # noqa: E402

BATCH = 2000
OPEN_SHARE = 0.1
BY = Actor(person=SYSTEM, post="", roles=frozenset({SYSTEM}), place="", clearance=9)
TEXTS = (
    "路灯不亮,晚上看不见路", "楼道堆放杂物,电动车进楼充电", "垃圾桶满溢,两天没有清运", "门口道路破损积水,老人走路不便",
)  # fmt: skip


class Points:
    """Places inside grids, by chance, the same on every run."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.places = router.current(towns.current().code)
        shapes = self.places.router.shapes
        self.inside = []
        for code, shape in zip(self.places.router.codes, shapes, strict=True):
            west, south, east, north = shape.bounds
            while len(self.inside) == 0 or self.inside[-1][0] != code or len(self.inside) % 20:
                x, y = self.chance.uniform(west, east), self.chance.uniform(south, north)
                if shapely.intersects_xy(shape, x, y):
                    self.inside.append((code, x, y))

    def one(self) -> tuple[str, float, float]:
        """A grid and a point in it, never quite the same twice."""
        code, x, y = self.chance.choice(self.inside)
        return code, x + self.chance.uniform(-1e-5, 1e-5), y + self.chance.uniform(-1e-5, 1e-5)


def _outside(points: Points, n: int, now: datetime, categories: list[str]) -> Outside:
    chance = points.chance
    code, lon, lat = points.one()
    is_open = chance.random() < OPEN_SHARE
    days = chance.uniform(0, 20) if is_open else chance.uniform(20, 730)
    opened = now - timedelta(days=days)
    answers: dict[str, Any] = {
        "description": chance.choice(TEXTS),
        "category": chance.choice(categories),
        "contact_phone": f"1380000{n % 10000:04}",
    }
    state = chance.choice(("reported", "dispatched", "dispatched", "fixed")) if is_open else "reported"
    return Outside(
        key=f"bench-{n}", line="appeals", kind="matter", answers=answers, opened=opened, state=state,
        closed=None if is_open else opened + timedelta(hours=chance.expovariate(1 / 60)), place=code,
        end="" if is_open else "closed", generation=points.places.generation, lon=lon, lat=lat, crs="wgs84",
        own_clocks=is_open,
    )  # fmt: skip


def fill(cases: int, now: datetime) -> None:
    """So many cases of two years, one in ten still open; what is there already is left alone."""
    points, categories = Points(7), sorted(towns.current().tables["appeals"]["category"])
    for start in range(0, cases, BATCH):
        rows = [_outside(points, n, now, categories) for n in range(start, min(start + BATCH, cases))]
        brought = bring_in(rows=rows, source="bench", by=BY)
        if brought.refused:
            raise SystemExit(f"a row was refused: {brought.refused[0]}")
        print(f"\r  {start + len(rows):,} of {cases:,} cases", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    with connection.cursor() as cursor:
        # as autovacuum leaves a table that has stood for a while
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def plan(now: datetime) -> dict[str, Any]:
    """What the load generator needs: points with the post that will hold a case there, and tokens."""
    known, points = people.current(), Points(11)
    category = "street_light"
    desk = towns.current().tables["appeals"]["category"][category].get("desk", "")
    spots, needed = [], {"dispatcher", "verifier"}
    for _ in range(400):
        code, lon, lat = points.one()
        holder = next(
            p
            for role in ("handler", "patroller")
            if (p := known.who(role, "appeals", desk, code)) is not None
        )
        verifier = known.who("verifier", "appeals", desk, code)
        dispatcher = known.who("dispatcher", "appeals", desk, code)
        assert verifier is not None
        assert dispatcher is not None
        spots.append(
            {"lon": lon, "lat": lat, "to": holder.key, "verify": verifier.key, "dispatch": dispatcher.key}
        )
        needed |= {holder.key, verifier.key, dispatcher.key}
    tokens = {
        key: issue_token(post.holders[0], "bench", now, days=1)
        for key in sorted(needed)
        if (post := known.post(key)) is not None and post.holders
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM cases_case WHERE id % 97 = 3 ORDER BY id LIMIT 1000")
        numbers = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT max(id) FROM cases_case")
        cases = cursor.fetchone()[0]
    return {
        "spots": spots, "tokens": tokens, "category": category, "texts": TEXTS, "numbers": numbers, "cases": cases,
    }  # fmt: skip


def main() -> None:
    """Make it, and write the plan where the load generator finds it."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--cases", type=int, required=True)
    asked.add_argument("--plan", type=Path, required=True)
    said = asked.parse_args()
    now = datetime.now(UTC)
    town = towns.current()
    call_command("migrate", verbosity=0)
    load_places(town.folder, now=now)
    load_people(town.folder, now=now)
    demo_accounts(town.code, home=Path(settings.GRIDTOWN_HOME), now=now)
    fill(said.cases, now)
    said.plan.write_text(json.dumps(plan(now), ensure_ascii=False))


if __name__ == "__main__":
    main()
