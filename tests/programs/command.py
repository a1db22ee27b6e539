"""Run a command of Gridtown in a town that has the made-up line too: `command NAME ARGUMENTS`."""

import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from gridtown import town as towns  # noqa: E402
from tests import carriers  # noqa: E402

if __name__ == "__main__":
    town = carriers.grown(towns.current())
    towns.current = lambda: town
    call_command(*sys.argv[1:])
