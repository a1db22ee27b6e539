"""The `gridtown` command: Django's management commands under the town's own name."""

import os
import pkgutil
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from gridtown.lines import Unloadable
from gridtown.town import TownFolderError

HERE = Path(__file__).parent


def commands() -> list[str]:
    """The commands that our own apps bring, by name."""
    return sorted(
        module.name
        for folder in HERE.glob("*/management/commands")
        for module in pkgutil.iter_modules([str(folder)])
        if not module.name.startswith("_")
    )


def usage() -> str:
    """What a person is told who asks for nothing in particular."""
    return "\n".join(
        ["usage: gridtown COMMAND [options]   (gridtown COMMAND --help says more)", "", *commands()]
    )


def main() -> None:
    """Run one command; every command of Django's own stays reachable by name, but only ours are listed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridtown.settings")
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        print(usage())
        return
    try:
        execute_from_command_line(["gridtown", *arguments])
    except (Unloadable, TownFolderError) as wrong:  # faults of a folder, each named: no trace would say more
        sys.exit(str(wrong))
