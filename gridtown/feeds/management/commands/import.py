# ruff: noqa: N999 - the module is named as the command is
"""`gridtown import cases | register | boundaries | matrix | posts FILE`: outside data in; twice changes nothing."""

import hashlib
import os
import shutil
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gridtown import town as towns
from gridtown.feeds.importing.cases import import_cases
from gridtown.feeds.importing.mapping import load
from gridtown.feeds.importing.report import WORDS
from gridtown.feeds.importing.rules import BadMapping
from gridtown.feeds.management.register import book_of
from gridtown.feeds.registers.reading import Unreadable as NoSheet
from gridtown.kernel.told import SYSTEM, Actor
from gridtown.kernel.words import say
from gridtown.people.load import MATRIX, POSTS, load_people
from gridtown.people.sheets import Unreadable
from gridtown.places.boundaries import Unreadable as NoBoundaries
from gridtown.places.boundaries import import_boundaries
from gridtown.places.coords import CRS
from gridtown.places.load import load_places
from gridtown.town import clock


class Command(BaseCommand):
    """Each kind of data has its own reader; all say what went in and what did not, and why."""

    help = "Bring in cases by a mapping file, a register's sheet, surveyed boundaries, the sheets of posts and matrix."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """First what, then the file."""
        kinds = parser.add_subparsers(dest="what", required=True)
        cases = kinds.add_parser("cases", help="cases of another system: CSV, packed CSV or a workbook")
        cases.add_argument("file", type=Path)
        cases.add_argument("--mapping", type=Path, required=True, help="what the columns mean (TOML)")
        cases.add_argument(
            "--errors", type=Path, help="where rows that did not go in are written, with reasons"
        )
        register = kinds.add_parser(
            "register", help="a register's sheet, as the program exports it: a workbook"
        )
        register.add_argument("line")
        register.add_argument("key", help="the register")
        register.add_argument("file", type=Path)
        register.add_argument("--as", dest="person", help="the username under whose posts they are kept")
        register.add_argument(
            "--errors", type=Path, help="where rows that did not go in are written, to be mended"
        )
        register.add_argument("--dry-run", action="store_true", help="only say what it would do")
        boundaries = kinds.add_parser("boundaries", help="surveyed boundaries: GeoJSON")
        boundaries.add_argument("file", type=Path)
        boundaries.add_argument("--level", choices=["village", "grid"], default="grid")
        boundaries.add_argument("--crs", choices=CRS, default="wgs84")
        boundaries.add_argument(
            "--accept", action="append", default=[], help="let faults of a kind pass: gap, missing"
        )
        boundaries.add_argument("--dry-run", action="store_true", help="check and write nothing")
        for name, about in (("matrix", "who answers for which grid"), ("posts", "the posts of the town")):
            sheet = kinds.add_parser(name, help=f"{about}: the workbook as the program exports it")
            sheet.add_argument("file", type=Path)
        for one in kinds.choices.values():
            one.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, what: str, file: Path, **options: Any) -> None:
        """Read the file, or say why not."""
        if not file.exists():
            raise CommandError(say("cli.no_file", options["lang"], WORDS, path=file))
        try:
            if what == "cases":
                self.cases(file, **options)
            elif what == "register":
                self.register(file, **options)
            elif what == "boundaries":
                self.boundaries(file, **options)
            else:
                self.sheet(file, what=what, **options)
        except BadMapping as wrong:
            raise CommandError(
                say(f"mapping.{wrong.reason}", options["lang"], WORDS, **wrong.params)
            ) from None
        except NoSheet as wrong:
            raise CommandError(wrong.say(options["lang"])) from None
        except (Unreadable, NoBoundaries) as wrong:
            raise CommandError(str(wrong)) from None

    def cases(self, file: Path, *, mapping: Path, errors: Path | None, lang: str, **options: Any) -> None:
        """Cases by a mapping file; the town's places are loaded first, so that points can be routed."""
        town = towns.current()
        load_places(town.folder, now=_now())
        by = Actor(
            person=os.environ.get("USER") or SYSTEM, post="", roles=frozenset(), place=town.code, clearance=9
        )
        beside = errors or file.with_name(f"{file.name.split('.')[0]}-errors.csv")
        with tqdm(unit=say("cli.rows", lang, WORDS), file=sys.stderr, leave=False, disable=None) as bar:
            result = import_cases(
                file, load(mapping), town=town, by=by, errors=beside, lang=lang, progress=bar.update
            )
        self.stdout.write(result.said(lang))
        for reason, many in result.reasons.items():
            self.stdout.write(f"  {many:>6}  {reason}")
        if result.errors:
            self.stdout.write(say("summary.errors", lang, WORDS, path=result.errors))

    def register(
        self, file: Path, *, line: str, key: str, person: str | None, errors: Path | None, dry_run: bool, lang: str,
        **options: Any,
    ) -> None:  # fmt: skip
        """A register's filled sheet: good rows are kept, the others written to a sheet of their own."""
        try:
            book = book_of(line, key, lang=lang, person=person, now=_now())
        except LookupError as wrong:
            raise CommandError(str(wrong.args[0])) from None
        data = file.read_bytes()
        sheet = f"file:{hashlib.sha256(data).hexdigest()[:32]}:{_now():%Y%m%dT%H%M%S}"
        plan = book.look(data, sheet) if dry_run else book.bring(data, sheet)
        self.stdout.write(plan.said())
        for mistake in plan.mistakes:
            self.stdout.write(f"  {mistake.letter}{mistake.row}  {mistake.heading}  {mistake.reason}")
        if plan.mistakes and not dry_run:
            beside = errors or file.with_name(f"{file.stem}-errors.xlsx")
            book.mend(beside, plan)
            self.stdout.write(say("summary.errors", lang, WORDS, path=beside))

    def boundaries(
        self, file: Path, *, level: Any, crs: Any, accept: list[str], dry_run: bool, **options: Any
    ) -> None:
        """Boundaries, checked for overlaps, gaps and crossings."""
        report = import_boundaries(file, now=_now(), level=level, crs=crs, accept=accept, dry_run=dry_run)
        self.stdout.write(str(report))
        if report.refused:
            raise CommandError(say("cli.boundaries_refused", options["lang"], WORDS))

    def sheet(self, file: Path, *, what: str, lang: str, **options: Any) -> None:
        """A sheet takes its place in the town's folder if all of it can be read, and the old one stays otherwise."""
        town, now = towns.current(), _now()
        target = town.folder / (MATRIX if what == "matrix" else POSTS)
        kept = target.with_suffix(".before.xlsx")
        if file.resolve() != target.resolve():
            target.parent.mkdir(exist_ok=True)
            if target.exists():
                shutil.copyfile(target, kept)
            shutil.copyfile(file, target)
        try:
            load_places(town.folder, now=now)
            loaded = load_people(town.folder, now=now)
        except Unreadable:
            if kept.exists():
                kept.replace(target)
            raise
        kept.unlink(missing_ok=True)
        self.stdout.write(
            say("cli.sheet", lang, WORDS, posts=loaded.posts, added=loaded.added, changed=loaded.changed,
                closed=loaded.closed, cells=loaded.cells)
        )  # fmt: skip


def _now() -> datetime:
    return clock.now()
