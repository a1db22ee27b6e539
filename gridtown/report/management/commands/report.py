"""`gridtown report`: the annual report as a file; its editions frozen, listed, verified, made again and compared."""

import secrets
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridtown import town as towns
from gridtown.cases.actions import NotFound
from gridtown.kernel.told import Actor, Refused
from gridtown.people import snapshot as people
from gridtown.people.models import Account
from gridtown.people.scope import Scope
from gridtown.report.editions import difference, editions, showing
from gridtown.report.prose import annual
from gridtown.report.typeset import blocks, pdf, word
from gridtown.report.words import say
from gridtown.town import clock


class Command(BaseCommand):
    """The annual report and its editions."""

    help = "The annual report: as page, docx or pdf of a year; freeze, list, verify, reproduce or diff its editions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word for each."""
        what = parser.add_subparsers(dest="what", required=True)
        for kind, about in (
            ("page", "the report's data as canonical JSON"),
            ("docx", "the report as a Word file in official layout"),
            ("pdf", "the report as PDF in official layout"),
        ):
            one = what.add_parser(kind, help=about)
            one.add_argument("year")
            one.add_argument("--lang", choices=["zh", "en"], default="zh")
            one.add_argument("--out", metavar="FILE", help="where to write it (default: standard output)")
        freeze = what.add_parser("freeze", help="freeze the report of a year as the ledger stands now")
        freeze.add_argument("year")
        freeze.add_argument(
            "--by", required=True, metavar="ACCOUNT", help="who drafts it: supervisor or duty officer"
        )
        what.add_parser("check", help="what is wrong with the town's templates")
        what.add_parser("list", help="the editions, newest first")
        for kind, about in (
            ("verify", "do entries, files, position and signature hold?"),
            (
                "reproduce",
                "make an edition again from the ledger up to its position, and compare byte for byte",
            ),
        ):
            what.add_parser(kind, help=about).add_argument("edition")
        diff = what.add_parser(
            "diff", help="what changed from one edition to another, and whose cases made it"
        )
        diff.add_argument("a")
        diff.add_argument("b")
        diff.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Do it; whatever is refused is said in one sentence."""
        do: Callable[..., None] = getattr(self, f"_{what}")
        try:
            do(**options)
        except annual.NoReport as none:
            known = ", ".join(annual.years()) or "none"
            raise CommandError(f"the town has no report for {none}; it has: {known}") from None
        except (annual.BadTemplate, pdf.NoFont) as wrong:
            raise CommandError(str(wrong)) from None
        except NotFound:
            raise CommandError("there is no such edition (gridtown report list names them)") from None
        except Refused as why:
            raise CommandError(towns.current().say(f"refusal.{why.key}", "zh", **why.params)) from None

    def _page(self, year: str, lang: str, out: str | None, **_: Any) -> None:
        self._write(blocks.canonical(annual.read(year, lang=lang)), out)

    def _docx(self, year: str, lang: str, out: str | None, **_: Any) -> None:
        self._write(word.docx(annual.read(year, lang=lang), site=annual.site()), out)

    def _pdf(self, year: str, lang: str, out: str | None, **_: Any) -> None:
        self._write(pdf.pdf(annual.read(year, lang=lang), site=annual.site()), out)

    def _write(self, data: bytes, out: str | None) -> None:
        if out is None:
            sys.stdout.buffer.write(data)
            return
        Path(out).write_bytes(data)
        self.stdout.write(f"{out}: {len(data):,} bytes")

    def _check(self, **_: Any) -> None:
        faults = annual.faults(towns.current())
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} fault(s) in the report's templates")
        self.stdout.write("the templates can be read")

    def _freeze(self, year: str, by: str, **_: Any) -> None:
        number = editions.freeze(year, by=self._hats(by), now=clock.now(), key=secrets.token_urlsafe(18))
        edition = editions.find(number, scope=Scope.everything())
        self.stdout.write(f"{number}: entry {edition.manifest.cursor}, digest {edition.digest}")
        for gap in edition.manifest.missing:
            self.stdout.write(f"  missing   {gap}")
        for gap in edition.manifest.unproven:
            self.stdout.write(f"  unproven  {gap}")
        if not any(name.endswith(".pdf") for name in edition.manifest.files):
            self.stdout.write(say("no_font", "en", folder=pdf.own_fonts()))

    def _hats(self, account: str) -> tuple[Actor, ...]:
        found = Account.objects.filter(username=account).values_list("id", flat=True).first()
        hats = people.current().hats(found) if found else ()
        if not hats:
            raise CommandError(f"{account} is no account, or holds no post")
        return hats

    def _list(self, **_: Any) -> None:
        for row in editions.listed(scope=Scope.everything(), size=1000):
            self.stdout.write(f"{row.number}  {row.state:<10} {row.opened:%Y-%m-%d %H:%M}  {row.title}")

    def _verify(self, edition: str, **_: Any) -> None:
        faults = editions.verify(edition)
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} fault(s) in {edition}")
        found = editions.find(edition, scope=Scope.everything())
        signed = f"signed, key {found.public_key}" if found.signature else "not signed yet"
        self.stdout.write(f"{edition} holds: {len(found.manifest.files)} files, {signed}")

    def _reproduce(self, edition: str, **_: Any) -> None:
        done = editions.reproduce(edition)
        for name, (frozen, now) in done.files.items():
            self.stdout.write(f"{'same ' if frozen == now else 'OTHER'}  {name}  {now or 'not made'}")
        for why in done.differs:
            self.stderr.write(why)
        if not done.same:
            raise CommandError(f"{edition} did not come out byte for byte")

    def _diff(self, a: str, b: str, lang: str, **_: Any) -> None:
        one, other = (editions.find(number, scope=Scope.everything()) for number in (a, b))
        for line in showing.told(difference.difference(one, other, lang=lang)):
            self.stdout.write(line)
