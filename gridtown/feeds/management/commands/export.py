"""`gridtown export cases | register LINE KEY --to FILE`: what a person may see, personal answers masked."""

import os
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gridtown import town as towns
from gridtown.cases.actions import journal
from gridtown.cases.queries import Filters
from gridtown.feeds.exporting import UnknownFormat, export_cases
from gridtown.feeds.importing.report import WORDS
from gridtown.feeds.management.register import book_of
from gridtown.kernel.told import REPORTER, SYSTEM, Actor
from gridtown.kernel.words import say
from gridtown.people import snapshot
from gridtown.people.scope import Scope, visible
from gridtown.town import clock


class Command(BaseCommand):
    """Every export is noted in the town's journal: who took out how much of what."""

    help = "Write cases or a register to a file, as the person named by --as may see them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What, where to, for whom."""
        parser.add_argument("what", choices=["cases", "register"])
        parser.add_argument("of", nargs="*", metavar="LINE KEY", help="the register, by its line and key")
        parser.add_argument(
            "--to", type=Path, required=True, help="a .csv or .parquet file of cases, an .xlsx of a register"
        )
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--as", dest="person", help="the username whose scope holds")
        whose.add_argument(
            "--all", action="store_true", help="everything, for the operator of the installation"
        )
        parser.add_argument("--line", default="", help="that of what residents report, if left out")
        parser.add_argument("--kind", default="", help="the same")
        parser.add_argument("--place", default="", help="a code prefix")
        parser.add_argument("--template", action="store_true", help="the register's empty sheet")
        parser.add_argument("--open", action="store_true", default=None, help="only what has not ended")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, to: Path, person: str | None, lang: str, **options: Any) -> None:
        """Write the file and note it."""
        if options["what"] == "register":
            self.register(to=to, person=person, lang=lang, **options)
        else:
            self.cases(to=to, person=person, lang=lang, **options)

    def register(self, *, to: Path, person: str | None, lang: str, of: list[str], **options: Any) -> None:
        """A register's sheet: what stands on it, or (--template) only its headings."""
        now = clock.now()
        if len(of) != 2 or to.suffix != ".xlsx":
            raise CommandError(say("cli.register_usage", lang, WORDS))
        try:
            book = book_of(*of, lang=lang, person=person, now=now)
        except LookupError as wrong:
            raise CommandError(str(wrong.args[0])) from None
        if options["template"]:
            book.template(to)
            return
        many = book.export(to, place=options["place"])
        self.note(
            {"as": person or "", "register": "/".join(of), "place": options["place"], "rows": many}, now
        )
        self.stdout.write(say("cli.exported", lang, WORDS, n=many, path=to))

    def cases(self, *, to: Path, person: str | None, lang: str, **options: Any) -> None:
        """Cases of one kind."""
        town, now, people = towns.current(), clock.now(), snapshot.current()
        line, kind = next(((key, kind.key) for key, kind in town.raised_by(REPORTER)), ("", ""))
        filters = Filters(
            line=options["line"] or line,
            kind=options["kind"] or kind,
            place=options["place"],
            open=options["open"],
        )
        scope = self.scope(people, person, lang) if person else Scope.everything()
        try:
            with tqdm(unit=say("cli.rows", lang, WORDS), file=sys.stderr, leave=False, disable=None) as bar:
                many = export_cases(
                    to, town=town, people=people, scope=scope, filters=filters, now=now, progress=bar.update
                )
        except (UnknownFormat, KeyError) as wrong:
            raise CommandError(str(wrong)) from None
        said = {
            "as": person or "",
            "line": filters.line,
            "kind": filters.kind,
            "place": filters.place,
            "rows": many,
        }
        self.note(said, now)
        self.stdout.write(say("cli.exported", lang, WORDS, n=many, path=to))

    def note(self, said: dict[str, Any], now: datetime) -> None:
        """Note in the town's journal what was taken out."""
        place = towns.current().code
        by = Actor(person=os.environ.get("USER") or SYSTEM, post="", roles=frozenset(), place=place)
        journal(verb="export", answers=said, by=by, now=now, key=f"export:{now.isoformat()}:{os.getpid()}")

    def scope(self, people: snapshot.People, person: str, lang: str) -> Scope:
        """What the person may see; CommandError when there is no such person in any post."""
        for account in people.accounts.values():
            if account.username == person:
                return visible(people.hats(account.id))
        raise CommandError(say("cli.no_post", lang, WORDS, name=person))
