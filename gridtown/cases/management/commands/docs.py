"""gridtown docs: the pages and diagrams of the lines of business, and the README's table of them."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gridtown.cases import docs


class Command(BaseCommand):
    """Write the generated pages, or say with --check which are not current."""

    help = "Write docs/lines/ and the README's table of lines; --check compares only."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option."""
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when a page is not current"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare."""
        if options["check"]:
            if wrong := docs.stale():
                names = ", ".join(str(path.relative_to(settings.ROOT)) for path in wrong)
                raise CommandError(f"not current: {names}. Run: gridtown docs")
            self.stdout.write("docs are current")
            return
        for path in docs.write():
            self.stdout.write(str(path.relative_to(settings.ROOT)))
