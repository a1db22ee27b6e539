"""What can be printed from a case now, and printing it; personal answers in clear only by `actions.unseal`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gridtown import town as towns
from gridtown.cases import actions, files, queries
from gridtown.cases.actions import NotFound
from gridtown.cases.queries import Dossier
from gridtown.cases.queries.dossier import INTAKE
from gridtown.kernel.document import Document
from gridtown.kernel.told import Actor, Refused
from gridtown.papers import markup, template, word
from gridtown.papers.context import LANG, Case, names_of
from gridtown.papers.markup import Sheet
from gridtown.papers.names import ALL
from gridtown.papers.template import BadPaper, Paper
from gridtown.people.scope import Scope
from gridtown.town import Town


@dataclass(frozen=True)
class Printed:
    """A document of a case, ready to be set or shown.

    sealed: the fields that it shows masked though they could be read with a reason. at: when the entry that it
    follows was made.
    """

    document: Document
    line: str
    number: str
    sheet: Sheet
    sealed: tuple[str, ...]
    at: datetime

    @property
    def name(self) -> str:
        """What the file is called: the document's name in Chinese, as on the paper itself, and the case's number."""
        return f"{towns.current().say(f'document.{self.document.key}', LANG, self.line)} {self.number}.docx"

    def docx(self) -> bytes:
        """As a Word file."""
        digests = [d for b in self.sheet.blocks if isinstance(b, markup.Photos) for d in b.digests]
        digests += [b.drawn for b in self.sheet.blocks if isinstance(b, markup.Sign) and b.drawn]
        pictures = {digest: files.path_of(digest) for digest in digests}
        return word.docx(self.sheet, made=self.at, subject=self.number, pictures=pictures)


def ready(town: Town, line: str, kind: str, verbs: Sequence[str]) -> tuple[Document, ...]:
    """The documents of a case in which these verbs have occurred that can be printed now."""
    made = set(verbs)
    documents = town.lines[line].documents if line in town.lines else ()
    return tuple(d for d in documents if d.kind == kind and (not d.after or made & set(d.after)))


def printed(
    *, number: str, key: str, scope: Scope, hats: tuple[Actor, ...], now: datetime, reason: str | None = None,
    once: str = "",
) -> Printed:  # fmt: skip
    """A document of a case; NotFound where the case or (as yet) the document is not there for this reader.

    reason: why its personal answers are needed in clear; without one they are masked. once: the key under which the
    entry that says so is written; sent again, nothing is written again.
    """
    town = towns.current()
    held = queries.dossier(town=town, number=number, scope=scope)
    if held is None:
        raise NotFound
    document = next((d for d in _ready(town, held) if d.key == key), None)
    if document is None:
        raise NotFound
    line = town.lines[held.row.line]
    try:
        paper = template.read(town, line, document)
    except BadPaper as wrong:
        raise Refused("paper_faulty", what=wrong) from None
    wanted = _wanted(held, paper)
    clear: Mapping[str, str] = {}
    if reason is not None and wanted:
        clear = actions.unseal(case=held.row.id, fields=wanted, reason=reason, by=hats, now=now, key=once)
    elif reason is not None and not reason.strip():
        raise Refused("reason_needed", fields={"reason": "mistake.missing"})
    case = Case(town, line, document, held, clear)
    sheet = _sheet(town, paper, case)
    masked = () if clear else tuple(sorted({name.rpartition(".")[2] for name in wanted}))
    return Printed(document, line.key, number, sheet, masked, case.follows().at)


def _ready(town: Town, held: Dossier) -> tuple[Document, ...]:
    return ready(town, held.row.line, held.row.kind, [step.verb for step in held.steps])


def _wanted(held: Dossier, paper: Paper) -> list[str]:
    """The personal answers that a paper prints, and no other, as `actions.unseal` names them."""
    last = {step.verb: step.seq for step in held.steps}
    found = []
    for where, field in sorted(paper.sealed):
        verb = where.removeprefix(ALL)
        names = held.sealed.get((verb, field), ())
        of_last = field if verb == INTAKE else f"{last.get(verb)}.{field}"
        found += [name for name in names if where.startswith(ALL) or name == of_last]
    return sorted(set(found))


def _sheet(town: Town, paper: Paper, case: Case) -> Sheet:
    """The text with the case in it, as blocks; what its front matter leaves out is the town's and the case's."""
    values = case.values()
    usual = {"organ": names_of(town)["organ"], "date": str(values["paper"]["date"])}
    return markup.parse(paper.written(values), usual)
