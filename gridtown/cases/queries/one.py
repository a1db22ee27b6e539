"""One case as its page shows it, for staff and for whoever reported it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from gridtown import town as towns
from gridtown.cases import sealing, store
from gridtown.cases.actions import NotFound, reporter
from gridtown.cases.queries.listing import COLUMNS as BRIEF_COLUMNS
from gridtown.cases.queries.listing import Brief, brief_of
from gridtown.cases.store import Row
from gridtown.kernel import answering, forms
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.clocks import Clock
from gridtown.kernel.line import Kind
from gridtown.kernel.told import RESERVED, Actor
from gridtown.people import snapshot as people
from gridtown.people.scope import Scope

_decode = msgspec.json.Decoder().decode


class Step(msgspec.Struct, frozen=True):
    """One entry of the timeline; personal answers stay sealed."""

    id: int
    seq: int
    at: datetime
    verb: str
    by: str
    post: str
    frm: str
    to: str
    due: datetime | None
    answers: dict[str, Any]
    hash: str
    prev: str
    key: str


class File(msgspec.Struct, frozen=True):
    """A file of the case."""

    sha256: str
    name: str
    mime: str
    size: int
    stage: str
    entry_id: int


class Offer(msgspec.Struct, frozen=True):
    """A move that the reader may make now: where it leads, what it asks, whether it needs a second thought."""

    verb: str
    to: str
    fields: tuple[forms.FieldSpec, ...]
    grave: bool


class CaseView(msgspec.Struct, frozen=True):
    """All of one case: its row, answers (personal ones masked), timeline, files, clocks, relatives, offers."""

    row: Row
    answers: dict[str, Any]
    masked: dict[str, str]
    steps: tuple[Step, ...]
    files: tuple[File, ...]
    clocks: dict[str, Clock]
    related: tuple[Brief, ...]
    offers: tuple[Offer, ...]
    late: bool


def case(*, number: str, scope: Scope, hats: tuple[Actor, ...], now: datetime) -> CaseView | None:
    """A case by its number, or None when there is none within the scope; four queries."""
    said, params = scope.sql("c")
    found = store.fetch(
        f"SELECT {store.COLUMNS} FROM cases_case c WHERE c.number = %s AND {said}", [number, *params]
    )
    return _view(store.row_of(found[0]), scope, hats, now) if found else None


def attachment(*, sha256: str, scope: Scope) -> File | None:
    """A file of any case within the scope, by its digest; one query."""
    said, params = scope.sql("c")
    found = store.fetch(
        "SELECT a.sha256, a.name, a.mime, a.size, a.stage, a.entry_id FROM cases_attachment a "
        f"JOIN cases_case c ON c.id = a.case_id AND {said} WHERE a.sha256 = %s LIMIT 1",
        [*params, sha256],
    )
    return File(*found[0]) if found else None


def follow_view(*, number: str, secret: str, now: datetime) -> tuple[CaseView, Actor]:
    """The case that a number and its secret open, with the reporter's hat; NotFound otherwise."""
    actor, found = reporter(number, secret)
    row = store.case_by("id", found)
    if row is None:
        raise NotFound
    return _view(row, Scope.none(), (actor,), now), actor


def _view(row: Row, scope: Scope, hats: tuple[Actor, ...], now: datetime) -> CaseView:
    kind = kind_of(row)
    answers = _decode(row.answers)
    hidden = {f.name: f.personal for f in forms.fields_of(kind.intake) if f.personal} if kind else {}
    entries = store.entries_of(row.id)
    files = store.fetch(
        "SELECT sha256, name, mime, size, stage, entry_id FROM cases_attachment WHERE case_id = %s ORDER BY id",
        [row.id],
    )
    clocks = clockwork.load(_decode(row.clocks))
    return CaseView(
        row=row,
        answers={name: value for name, value in answers.items() if not sealing.is_sealed(value)},
        masked={
            name: _masked(row, name, value, hidden.get(name, "text")) for name, value in _sealed(answers)
        },
        steps=tuple(_step(entry) for entry in entries),
        files=tuple(File(*values) for values in files),
        clocks=clocks,
        related=_related(row, scope, now),
        offers=offers(row, hats, frozenset(entry.verb for entry in entries)),
        late=row.due is not None and not row.ended and row.due < now,
    )


def _sealed(answers: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    return [(name, value) for name, value in answers.items() if sealing.is_sealed(value)]


def _masked(row: Row, name: str, value: dict[str, str], mask: str) -> str:
    """The masked form of a personal answer; empty when its key was destroyed."""
    if row.sealed_key is None:
        return ""
    return answering.masked(sealing.unseal(sealing.unwrap(row.sealed_key), name, value), mask)


def _step(entry: store.Written) -> Step:
    answers = {n: ("" if sealing.is_sealed(v) else v) for n, v in _decode(entry.answers).items()}
    return Step(
        entry.id, entry.seq, entry.at, entry.verb, entry.by, entry.post, entry.frm, entry.to, entry.due, answers,
        entry.hash, entry.prev, entry.key,
    )  # fmt: skip


def _related(row: Row, scope: Scope, now: datetime) -> tuple[Brief, ...]:
    """Parent, children, and what was merged with it, as far as the reader may see them."""
    said, params = scope.sql("c")
    sql = f"SELECT {BRIEF_COLUMNS} FROM cases_case c WHERE {store.KIN} AND {said} ORDER BY c.id LIMIT 50"
    return tuple(brief_of(values, now) for values in store.fetch(sql, [*store.kin_of(row), *params]))


def kind_of(row: Row) -> Kind | None:
    """The kind of a case; None for one of a line that this installation no longer has: it stays readable."""
    try:
        return towns.current().kind(row.line, row.kind)
    except KeyError:
        return None


def offers(row: Row, hats: Sequence[Actor], made: frozenset[str] | None = None) -> tuple[Offer, ...]:
    """The moves that somebody with these hats may make now, the usual first; guards may still refuse, and say why.

    made: the verbs of its entries, where they are at hand: what comes only after one of them is left out before it.
    """
    kind = kind_of(row)
    if kind is None:
        return ()
    holder = people.current().by_id(row.holder_id) if row.holder_id else None
    able = [
        h
        for h in hats
        if h.covers(row.line, row.place)
        and h.clearance >= row.confidential
        and h.record in (0, row.record_id)
    ]
    found = []
    for move in kind.procedure.in_order(row.state):
        fitting = [h for h in able if h.roles & set(move.roles)]
        if move.mine and fitting:
            fitting = [
                h for h in fitting if h.roles & RESERVED or (holder is not None and h.post == holder.key)
            ]
        if fitting and (made is None or not move.after or made & set(move.after)):
            to = row.state if move.to == "=" else move.to
            found.append(Offer(move.verb, to, forms.asked_of(move.form), kind.procedure.grave(move)))
    return tuple(found)
