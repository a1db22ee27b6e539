"""`gridtown recount`: count the clocks of open cases again after the town's calendar has changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridtown.cases import actions
from gridtown.town import clock


class Command(BaseCommand):
    """After a new year's holidays have been entered."""

    help = "Count the clocks of open cases again by the town's calendar as it is now. Twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what moved."""
        done = actions.recount(now=clock.now())
        self.stdout.write(f"{done.looked} open cases looked at, {done.moved} due times moved")
        if done.failed:
            raise CommandError(f"{done.failed} cases could not be counted (the log says why)")
