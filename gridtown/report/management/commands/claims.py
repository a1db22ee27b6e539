"""`gridtown claims read | check FILE`: the figures in a draft, and whether the ledger says the same."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from gridtown.report.claims.answering import files, margin, telling, wording
from gridtown.report.claims.answering.files import Draft, Unreadable
from gridtown.report.claims.ledger import catalogue, checking, frozen
from gridtown.report.claims.ledger.checking import Checked
from gridtown.report.claims.reading.shapes import Claim

LANG = "zh"
EXITS = """
check ends with
  0  every figure that the ledger can speak of agrees (a promise is no fact and is not checked)
  1  a figure differs, or the text contradicts itself
  2  the file cannot be read
  3  nothing differs, but some figures cannot be shown; with --allow-unshown this is 0
"""


class Command(BaseCommand):
    """Read the claims of a draft, or check them."""

    help = "Read every figure of a draft (.txt, .docx), or hold it against the ledger."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """The parser, with what the exit codes mean."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXITS, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do with which file."""
        parser.add_argument("what", choices=["read", "check"])
        parser.add_argument(
            "file", type=Path, metavar="FILE", help="a draft: .txt (UTF-8 or GB18030) or .docx"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--period", help='of figures for which the text names none, such as "2023"')
        parser.add_argument(
            "--docx", type=Path, metavar="OUT", help="check: the draft with notes in its margin"
        )
        parser.add_argument(
            "--allow-unshown", action="store_true", help="check: figures that cannot be shown are no failure"
        )
        parser.add_argument("--lang", choices=["zh", "en"], default=LANG, help="of what is said")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read or check, print, and end with the code that says how it went."""
        lang = options["lang"]
        try:
            draft = files.opened(options["file"])
        except Unreadable as wrong:
            self.stderr.write(wording.say(f"unreadable.{wrong.key}", lang, **wrong.params))
            sys.exit(2)
        if options["what"] == "read":
            claims = catalogue.read_for(draft.text, period=options["period"])
            self.stdout.write(
                _json([claim.plain() for claim in claims])
                if options["json"]
                else "\n".join(map(_row, claims))
            )
            return
        checked = checking.check(draft.text, period=options["period"], edition=frozen.figures())
        self.stdout.write(
            _json(telling.plain(checked, lambda key, **said: wording.say(key, lang, **said)))
            if options["json"]
            else _told(checked, lang)
        )
        if options["docx"] and not self._kept(options["docx"], draft, checked, lang):
            sys.exit(2)
        code = 1 if checked.wrong else 3 if _unshown(checked) and not options["allow_unshown"] else 0
        if code:
            sys.exit(code)

    def _kept(self, path: Path, draft: Draft, checked: Checked, lang: str) -> bool:
        try:
            path.write_bytes(margin.annotated(draft, checked, lang))
        except OSError as wrong:
            self.stderr.write(f"{path}: {wrong.strerror}")
            return False
        return True


def _unshown(checked: Checked) -> bool:
    return any(v.state == "cannot" and v.reason != "promise" for v in checked.verdicts)


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2)


def _row(claim: Claim) -> str:
    about = f"{claim.indicator} ({claim.confidence:.2f})" if claim.indicator else "-"
    compared = (
        f"{claim.comparison} {claim.comparison_value:+g}"
        if claim.comparison and claim.comparison_value is not None
        else ""
    )
    return "\t".join(
        [
            f"{claim.start}-{claim.end}",
            claim.text.replace("\n", ""),
            claim.subject,
            f"{claim.value:g} {claim.unit}",
            claim.qualifier,
            claim.kind,
            claim.period or "-",
            compared,
            about,
        ]
    )


def _told(checked: Checked, lang: str) -> str:
    lines = []
    for index, verdict in enumerate(checked.verdicts):
        claim, note = verdict.claim, wording.note(verdict, checked.of(index), lang).replace("\n", " | ")
        lines.append(f"{claim.start}-{claim.end}\t{claim.text.strip()}\t{claim.subject}\t{note}")
    lines += [wording.fault(finding, lang) for finding in checked.findings if not finding.claims]
    return "\n".join([*lines, wording.summary(checked, lang)])
