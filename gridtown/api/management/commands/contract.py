"""gridtown contract: the interface's OpenAPI document as a file."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridtown.api import contract


class Command(BaseCommand):
    """Write docs/openapi.json, or say with --check that it is not current."""

    help = "Write docs/openapi.json; --check compares only."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail when it is not current")

    def handle(self, *, check: bool, **_: Any) -> None:
        """Write or compare."""
        path = contract.path()
        if not check:
            path.write_text(contract.text(), "utf-8")
        elif not path.exists() or path.read_text("utf-8") != contract.text():
            raise CommandError("docs/openapi.json is not current. Run: gridtown contract")
