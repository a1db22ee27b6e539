"""`gridtown ledger verify | seal`: is the ledger what it was?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridtown.cases import ledger
from gridtown.town import clock


class Command(BaseCommand):
    """Check or seal the ledger."""

    help = (
        "verify: find any change in the ledger, naming the first changed entry. seal: sign the days gone by."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word says what to do."""
        parser.add_argument("what", choices=["verify", "seal"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Do it and say what was found; verify ends with an error when anything was."""
        if what == "seal":
            sealed = ledger.seal_days(now=clock.now())
            self.stdout.write(f"{sealed} seal(s) made")
            return
        found = ledger.verify()
        self.stdout.write(f"{found.entries} entries in {found.chains} chains under {found.seals} seals")
        for fault in found.faults[:20]:
            self.stderr.write(f"entry {fault.entry}, {fault.chain}: {fault.what}")
        if found.faults:
            first = found.faults[0]
            raise CommandError(
                f"{len(found.faults)} fault(s); the first is at entry {first.entry} of {first.chain}"
            )
        self.stdout.write("nothing was changed")
