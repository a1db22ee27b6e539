"""Migrate, and load the town with its synthetic people."""

from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from gridtown import town as towns  # noqa: E402
from gridtown.people.load import demo_accounts, load_people  # noqa: E402
from gridtown.places.load import load_places  # noqa: E402

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    town, now = towns.current(), datetime(2026, 3, 1, tzinfo=UTC)
    load_places(town.folder, now=now)
    load_people(town.folder, now=now)
    demo_accounts(town.code, home=Path(settings.GRIDTOWN_HOME), now=now)
