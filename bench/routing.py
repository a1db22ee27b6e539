"""How fast points find their grid: `python -m bench.routing` prints points a second over 2,000 grids, one thread."""

import argparse
import time

import numpy as np
import shapely

from gridtown.places.locate import NOWHERE, Router

GRIDS, CORNERS, POINTS = 2_000, 45, 500_000
TARGET = 500_000  # points a second, in batch


def made_up(grids: int, corners: int, seed: int = 1) -> list[tuple[str, bytes]]:
    """Cells that fill 0.4° × 0.4°, borders shared, each with about so many corners: code and WKB."""
    chance = np.random.default_rng(seed)
    frame = shapely.box(119.8, 30.2, 120.2, 30.6)
    sites = chance.uniform((119.8, 30.2), (120.2, 30.6), (grids, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=frame))
    cells = shapely.intersection(cells, frame)
    cells = shapely.segmentize(cells, float(shapely.length(cells).mean()) / (corners - 3))
    return [
        (f"330110{100 + i // 900:03}{i // 30 % 30:03}{i % 30 + 1:03}", shapely.to_wkb(c))
        for i, c in enumerate(cells)
    ]


def measure(grids: int = GRIDS, corners: int = CORNERS, points: int = POINTS) -> dict[str, float]:
    """Building in ms, one by one in µs of processor time, in batch in points a second of processor time."""
    rows = made_up(grids, corners)
    start = time.process_time()
    router = Router(rows, 1)
    built = time.process_time() - start
    chance = np.random.default_rng(2)
    lon, lat = chance.uniform(119.8, 120.2, points), chance.uniform(30.2, 30.6, points)
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        found = router.route_many(lon, lat)
        best = min(best, time.process_time() - start)
    if (found == NOWHERE).any():
        raise RuntimeError("a point in the frame was found in no grid")
    few = 20_000
    start = time.process_time()
    for x, y in zip(lon[:few].tolist(), lat[:few].tolist(), strict=True):
        router.route(x, y)
    single = (time.process_time() - start) / few
    mean = float(shapely.get_num_coordinates(router.shapes).mean())
    return {
        "grids": grids,
        "corners": mean,
        "build_ms": built * 1e3,
        "single_us": single * 1e6,
        "batch_s": points / best,
    }


def main() -> None:
    """Print a table; with --check, fail when the batch is slower than it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    print(f"{'grids':>8} {'corners':>8} {'build ms':>9} {'one, µs':>8} {'batch, points/s':>16}")
    for grids, corners in ((120, 30), (GRIDS, CORNERS), (GRIDS, 450)):
        m = measure(grids, corners)
        print(
            f"{grids:>8} {m['corners']:>8.0f} {m['build_ms']:>9.1f} {m['single_us']:>8.1f} {m['batch_s']:>16,.0f}"
        )
        if asked.check and (grids, corners) == (GRIDS, CORNERS) and m["batch_s"] < TARGET:
            raise SystemExit(f"slower than {TARGET:,} points a second")


if __name__ == "__main__":
    main()
