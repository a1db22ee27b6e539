"""`gridtown init`: make or bring up to date the town's database from the town's folder."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from gridtown import town as towns
from gridtown.cases import actions
from gridtown.dispatch.words import say
from gridtown.people.load import POSTS, Loaded, load_people
from gridtown.people.sheets import Unreadable
from gridtown.places.load import PlacesError, load_places
from gridtown.town import Town, TownFolderError, clock


class Command(BaseCommand):
    """Twice changes nothing."""

    help = "Make the database, or bring it up to date, from the town's folder. Run it after every change of either."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """In which language, and who is the first administrator."""
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")
        parser.add_argument(
            "--admin", metavar="NAME", help="an account for the administrator's post (made if new)"
        )

    def handle(self, *args: Any, lang: str, admin: str | None = None, **options: Any) -> None:
        """Step by step, each said."""
        call_command("migrate", verbosity=0)
        try:
            town = towns.current()
            written, posts = self.load(town)
        except (TownFolderError, PlacesError, Unreadable) as wrong:
            raise CommandError(str(wrong)) from None
        self.stdout.write(say("init.places", lang, n=written))
        if posts:
            said = {
                "posts": posts.posts,
                "added": posts.added,
                "changed": posts.changed,
                "closed": posts.closed,
            }
            self.stdout.write(say("init.people", lang, **said, cells=posts.cells))
        moved = actions.recount(now=clock.now()).moved
        self.stdout.write(say("init.calendar", lang, n=moved))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        if admin:
            call_command("account", admin, post="admin", lang=lang, stdout=self.stdout)
        self.stdout.write(say("init.done", lang, name=town.names[lang]))

    def load(self, town: Town) -> tuple[int, Loaded | None]:
        """Places first, since posts name them; a town may come without posts."""
        written = load_places(town.folder, now=clock.now())
        there = (town.folder / POSTS).exists()
        return written, load_people(town.folder, now=clock.now()) if there else None
