"""Plays towers that see a plume, to try the lookout out: `python -m tests.programs.towers URL --token gt_…`.

First `--register` puts three towers round the middle of the town on the books at GRIDTOWN_HOME. Then their
readings are posted to URL, one look of each tower a turn; with `--print` they are written out instead, as the envelopes
that a broker takes (`… --print | mosquitto_pub -l -t gridtown/lookout/reading`).
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import atan2, degrees, hypot
from typing import Any
from uuid import uuid4

import httpx
import numpy as np

from gridtown.lines.lookout.plane import Plane
from tests.lookout import FOV_H, FOV_V, box_at, elevation_of

TOWERS = {"DEMO-A": (-2500.0, -2000.0), "DEMO-B": (3000.0, -1500.0), "DEMO-C": (200.0, 3500.0)}
HEIGHT, SIGMA = 45.0, 0.5


def aimed(tower: str) -> float:
    """Where a tower looks: at the middle."""
    east, north = TOWERS[tower]
    return round(degrees(atan2(-east, -north)) % 360.0, 1)


def readings(
    fire: tuple[float, float], looks: int, begins: datetime, every: float, seed: int
) -> Iterator[dict[str, Any]]:
    """What the towers send of a fire (metres east and north of the middle), each erring as cameras do."""
    chance = np.random.default_rng(seed)
    drift = {tower: float(chance.normal(0, SIGMA)) for tower in TOWERS}  # a mount's own error stays
    for n in range(looks):
        for m, (tower, (east, north)) in enumerate(TOWERS.items()):
            off = (fire[0] - east, fire[1] - north)
            turn = degrees(atan2(*off)) + drift[tower] + float(chance.normal(0, 0.1))
            seen = chance.uniform() < 0.85  # a look now and then misses it
            box = box_at(
                turn,
                elevation_of(HEIGHT, hypot(*off)),
                of=aimed(tower),
                score=float(chance.uniform(0.5, 0.9)),
            )
            at = begins + timedelta(seconds=every * n + 7 * m)
            yield {
                "camera": tower, "pose": "1", "seen_at": at.isoformat(), "azimuth": aimed(tower),
                "boxes": [[round(edge, 4) for edge in box]] if seen else [], "model": "simulator 1",
            }  # fmt: skip


def register() -> None:
    """Put the towers on the books."""
    import django  # noqa: PLC0415

    django.setup()
    from gridtown import town as towns  # noqa: PLC0415
    from gridtown.cases import actions  # noqa: PLC0415
    from gridtown.kernel.told import Actor  # noqa: PLC0415

    town, now = towns.current(), datetime.now(UTC)
    plane = Plane(*town.center)
    by = Actor("simulator", "", frozenset({"admin"}), town.code, clearance=2)
    for tower, (east, north) in TOWERS.items():
        lon, lat = plane.lonlat(east, north)
        camera = {"name": tower, "code": tower, "lon": lon, "lat": lat, "height": HEIGHT, "reach": 9000}
        pose = {
            "name": f"{tower} 1",
            "code": "1",
            "azimuth": aimed(tower),
            "fov_h": FOV_H,
            "fov_v": FOV_V,
            "sigma": SIGMA,
        }
        kept = 0
        for name, said in (("camera", camera), ("pose", pose)):
            said = said if name == "camera" else {**said, "camera": kept}
            kept = actions.keep(line="lookout", register=name, answers=said, by=by, now=now,
                                key=f"simulator:{name}:{tower}", place=town.code)  # fmt: skip


def main() -> None:
    """Register, print or post."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--register", action="store_true", help="put the towers on the books first")
    parser.add_argument("--token", default="", help="the device's key (gridtown token)")
    parser.add_argument("--fire", nargs=2, type=float, default=(400.0, 300.0), metavar=("EAST", "NORTH"))
    parser.add_argument("--looks", type=int, default=5)
    parser.add_argument("--every", type=float, default=60.0, help="seconds between two looks of a tower")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--print", action="store_true", dest="out", help="write envelopes for a broker out")
    parser.add_argument("--at-once", action="store_true", help="do not wait between looks")
    given = parser.parse_args()
    if given.register:
        register()
    told = readings(tuple(given.fire), given.looks, datetime.now(UTC), given.every, given.seed)
    for n, reading in enumerate(told):
        key = uuid4().hex
        if given.out:
            print(json.dumps({"token": given.token, "key": key, "reading": reading}), flush=True)
        elif given.token:
            headers = {"Authorization": f"Bearer {given.token}", "Idempotency-Key": key}
            answer = httpx.post(
                f"{given.url}/api/signals/lookout/reading", json=reading, headers=headers, timeout=10
            )
            print(answer.status_code, answer.text, file=sys.stderr)
        if not given.at_once and n % len(TOWERS) == len(TOWERS) - 1:
            time.sleep(given.every)


if __name__ == "__main__":
    main()
