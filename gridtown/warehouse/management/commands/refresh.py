"""`gridtown refresh`: bring the columnar copy up to the ledger, once or again and again."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from gridtown.town import clock
from gridtown.warehouse.files import Busy
from gridtown.warehouse.refresh import refresh


class Command(BaseCommand):
    """Fill the warehouse from the ledger."""

    help = "Bring the warehouse, which figures are read from, up to the ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How often."""
        parser.add_argument(
            "--every", type=float, metavar="SECONDS", help="go on, with so many seconds between"
        )

    def handle(self, *args: Any, every: float | None = None, **options: Any) -> None:
        """Refresh, and say what it did."""
        while True:
            try:
                done = refresh(now=clock.now())
            except Busy:
                self.stdout.write("another process is filling the warehouse; nothing to do")
            else:
                anew = f", derived anew: {', '.join(done.rebuilt)}" if done.rebuilt else ""
                self.stdout.write(
                    f"up to entry {done.cursor}: {done.cases} cases folded, {done.written} files written"
                    f"{anew}; {done.seconds:.1f} s"
                )
            if not every:
                return
            time.sleep(every)
