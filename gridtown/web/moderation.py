"""What people from outside said and nobody has judged yet: read by staff on the case's page before it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gridtown.cases import queries
from gridtown.cases.queries import CaseView, Offer, Step
from gridtown.kernel.forms import FieldSpec
from gridtown.kernel.told import OUTSIDE
from gridtown.web import present
from gridtown.web.fieldset import Option
from gridtown.web.visit import Visit

QUOTED = 40  # characters by which an entry is recognised in a list


@dataclass(frozen=True)
class Unread:
    """One entry that waits, with the moves that judge it and the field in which each names it."""

    seq: int
    at: datetime
    verb: str
    answers: list[present.Said]
    moves: list[tuple[str, str]]


def waiting(visit: Visit, view: CaseView) -> list[Unread]:
    """The entries that wait for the reader's word; none where the reader may not judge."""
    kind = visit.town.kind(view.row.line, view.row.kind)
    specs = present.spec_of(kind)
    found = []
    for entry in queries.waiting(kind, view.steps):
        moves = [
            (offer.verb, spec.name)
            for offer in view.offers
            for spec in offer.fields
            if entry.verb in spec.entry_of
        ]
        answers = [
            present.answer(visit, view.row.line, name, value, specs.get(name))
            for name, value in entry.answers.items()
            if value not in ("", None, [])
        ]
        if moves:
            found.append(Unread(entry.seq, entry.at, entry.verb, answers, moves))
    return found


def options(visit: Visit, view: CaseView, offer: Offer) -> dict[str, list[Option]]:
    """For each field that names an entry: the entries it may name, the newest first."""
    return {
        spec.name: [Option(str(step.seq), quote(visit, step)) for step in _nameable(view.steps, spec)]
        for spec in offer.fields
        if spec.type == "entry"
    }


def _nameable(steps: Iterable[Step], spec: FieldSpec) -> list[Step]:
    found = [s for s in steps if s.verb in spec.entry_of and s.by.partition(":")[0] in OUTSIDE]
    return found[::-1]


def quote(visit: Visit, step: Step) -> str:
    """An entry in a few words: when, and how it begins."""
    text = " ".join(str(v) for v in step.answers.values() if isinstance(v, str) and v)
    return f"{step.at.astimezone(visit.town.zone):%m-%d %H:%M} {text[:QUOTED]}"
