"""`gridtown tick`: let time do its work, once or on and on."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridtown.dispatch import ticker
from gridtown.town import clock

EVERY = 60.0


class Command(BaseCommand):
    """Limits, duties, notices, seals, the warehouse."""

    help = (
        "Do what has fallen due: limits, duties, notices, the daily seal, the warehouse. Safe to run twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once, or again and again."""
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="one tick, then say what it did")
        how.add_argument(
            "--every", type=float, default=EVERY, metavar="SECONDS", help=f"go on (default: {EVERY:g})"
        )

    def handle(self, *args: Any, once: bool, every: float, **options: Any) -> None:
        """Tick; a single one that failed somewhere ends with an error."""
        if not once:
            stop = Event()
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: stop.set())
            ticker.run(stop, every)
            return
        done = ticker.tick(clock.now())
        self.stdout.write(
            f"{done.looked} cases looked at, {done.opened} duties opened, {done.sent} messages sent, "
            f"{done.sealed} seals made, {done.recounted} due times counted again"
            f"{', warehouse brought up to date' if done.refreshed else ''}"
        )
        if done.failed:
            raise CommandError(f"not finished: {', '.join(done.failed)} (the log says why)")
