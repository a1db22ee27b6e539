"""`gridtown elevation FILE`: an elevation model as the town's own dictionary, for places by one tower alone."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridtown import town as towns
from gridtown.lines.lookout import terrain


class Command(BaseCommand):
    """Reads an ESRI ASCII grid and writes one file of the town's folder; the ledger is not touched."""

    help = "Take an elevation model (ESRI ASCII grid, degrees WGS84) into the town's tables; without one land is flat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which grid, and how fine."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--every", type=int, default=1, help="keep every n-th cell only")
        parser.add_argument("--out", type=Path, help="the town's tables/lookout.elevation.csv, if left out")

    def handle(self, *args: Any, file: Path, every: int, out: Path | None, **options: Any) -> None:
        """Write it whole or not at all."""
        if every < 1:
            raise CommandError("--every: 1, 2, 3 …")
        try:
            with file.open(encoding="ascii") as grid:
                rows = list(terrain.table_of(grid, every))
        except (OSError, UnicodeDecodeError, terrain.Unreadable) as wrong:
            raise CommandError(f"{file}: {wrong}") from None
        into = out or towns.current().folder / "tables" / "lookout.elevation.csv"
        with into.open("w", encoding="utf-8", newline="") as made:
            writer = csv.DictWriter(made, terrain.COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        self.stdout.write(f"{into}: {len(rows)} × {len(rows[0]['heights'].split())}")
