"""`gridtown export cases --to FILE.csv | FILE.parquet`: what a person may see, personal answers masked."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gridtown import town as towns
from gridtown.cases.actions import journal
from gridtown.cases.queries import Filters
from gridtown.feeds.exporting import UnknownFormat, export_cases
from gridtown.feeds.importing.report import WORDS
from gridtown.kernel.told import SYSTEM, Actor
from gridtown.kernel.words import say
from gridtown.people import snapshot
from gridtown.people.scope import Scope, visible
from gridtown.town import clock


class Command(BaseCommand):
    """Every export is noted in the town's journal: who took out how much of what."""

    help = "Write cases to a table file, as the person named by --as may see them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What, where to, for whom."""
        parser.add_argument("what", choices=["cases"])
        parser.add_argument("--to", type=Path, required=True, help="a .csv or .parquet file")
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--as", dest="person", help="the username whose scope holds")
        whose.add_argument(
            "--all", action="store_true", help="everything, for the operator of the installation"
        )
        parser.add_argument("--line", default="appeals")
        parser.add_argument("--kind", default="matter")
        parser.add_argument("--place", default="", help="a code prefix")
        parser.add_argument("--open", action="store_true", default=None, help="only what has not ended")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, to: Path, person: str | None, lang: str, **options: Any) -> None:
        """Write the file and note it."""
        town, now, people = towns.current(), clock.now(), snapshot.current()
        filters = Filters(
            line=options["line"], kind=options["kind"], place=options["place"], open=options["open"]
        )
        scope = self.scope(people, person, lang) if person else Scope.everything()
        try:
            with tqdm(unit=say("cli.rows", lang, WORDS), file=sys.stderr, leave=False, disable=None) as bar:
                many = export_cases(
                    to, town=town, people=people, scope=scope, filters=filters, now=now, progress=bar.update
                )
        except (UnknownFormat, KeyError) as wrong:
            raise CommandError(str(wrong)) from None
        by = Actor(person=os.environ.get("USER") or SYSTEM, post="", roles=frozenset(), place=town.code)
        said = {
            "as": person or "",
            "line": filters.line,
            "kind": filters.kind,
            "place": filters.place,
            "rows": many,
        }
        journal(verb="export", answers=said, by=by, now=now, key=f"export:{now.isoformat()}:{os.getpid()}")
        self.stdout.write(say("cli.exported", lang, WORDS, n=many, path=to))

    def scope(self, people: snapshot.People, person: str, lang: str) -> Scope:
        """What the person may see; CommandError when there is no such person in any post."""
        for account in people.accounts.values():
            if account.username == person:
                return visible(people.hats(account.id))
        raise CommandError(say("cli.no_post", lang, WORDS, name=person))
