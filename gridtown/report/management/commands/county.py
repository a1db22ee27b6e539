"""`gridtown county KEY …`: an indicator over the warehouses of several towns, in all and by town."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gridtown import town as towns
from gridtown.report.figures import county
from gridtown.report.figures.county import Rolled
from gridtown.report.figures.indicators import NoIndicator
from gridtown.town import clock
from gridtown.warehouse import files

NOTHING = "—"


class Command(BaseCommand):
    """The figures of a county."""

    help = "Indicators over the warehouses of several towns side by side: a ratio is of all cases together."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which figures, of which time and towns."""
        parser.add_argument(
            "key", nargs="+", metavar="KEY", help="an indicator, such as appeals.on_time_rate"
        )
        parser.add_argument(
            "--period", help="such as 2023, 2023-04 or 2023-01-01..2023-06-30 (default: this year)"
        )
        parser.add_argument(
            "--towns",
            metavar="CODE,…",
            help="codes of nine digits (default: every town whose warehouse is here)",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, key: list[str], **options: Any) -> None:
        """Read each, and print it in all and by town."""
        zone = towns.current().zone
        period = options["period"] or str(clock.now().astimezone(zone).year)
        codes = options["towns"].split(",") if options["towns"] else _here()
        if not codes:
            raise CommandError("no town's warehouse is here: run `gridtown refresh` in each")
        found = []
        for each in key:
            try:
                found.append(county.read(each, period=period, codes=codes))
            except NoIndicator:
                raise CommandError(f"there is no indicator {each}; /indicators lists them") from None
            except ValueError as wrong:
                raise CommandError(str(wrong)) from None
        if options["json"]:
            told = [_told(each, period, codes) for each in found]
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for each in found:
            self.stdout.write(f"{each.named.key} · {period} · {_moment(each.as_of)}")
            self.stdout.write(f"  {'all':<9}  {each.shown() or NOTHING}")
            for code in codes:
                self.stdout.write(f"  {code}  {each.shown(code) or NOTHING}")


def _here() -> list[str]:
    """The towns whose warehouses lie side by side on this machine."""
    folder = Path(settings.GRIDTOWN_HOME) / "warehouse"
    known = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    return [code for code in known if files.read_manifest(files.folder_of(code))]


def _told(rolled: Rolled, period: str, codes: list[str]) -> dict[str, Any]:
    return {
        "indicator": rolled.named.key,
        "unit": rolled.named.indicator.unit,
        "period": period,
        "as_of": _moment(rolled.as_of),
        "all": {**rolled.whole, "shown": rolled.shown()},
        "towns": {
            code: {**part, "shown": rolled.shown(code)}
            for code in codes
            if (part := rolled.towns.get(code)) is not None
        },
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(towns.current().zone).isoformat(timespec="seconds")
