"""`gridtown doctor`: is this installation in order, and if not, what is to be done?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from gridtown.dispatch import doctor
from gridtown.dispatch.words import say
from gridtown.town import clock

MARKS = {"fine": "  ", "warn": "! ", "trouble": "X "}


class Command(BaseCommand):
    """Looks, says, changes nothing."""

    help = "Say what is in order and what is not. Ends with 1 when something must be mended."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """In which language."""
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, lang: str, **options: Any) -> None:
        """One line for each finding."""
        found = doctor.examine(now=clock.now())
        for finding in found:
            self.stdout.write(f"{MARKS[finding.level]}{say(f'doctor.{finding.key}', lang, **finding.params)}")
        trouble, warn = (sum(f.level == level for f in found) for level in ("trouble", "warn"))
        if not trouble and not warn:
            self.stdout.write(say("doctor.all_fine", lang))
            return
        self.stdout.write(say("doctor.counted", lang, trouble=trouble, warn=warn))
        if trouble:
            raise SystemExit(1)
