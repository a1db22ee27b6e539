"""A record's page for whom it belongs to: what is said of it, what it owes, and its cases as they may know them.

What they are told of a case: everything that they said themselves, what was written for them (a field `answer`, with
the pictures beside it), and the intake, unless it, or a case it was opened from, came from a reporter: nobody who
complains about an enterprise is known to it by their words. Names, remarks and reasons stay in the house.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from gridtown import town as towns
from gridtown.cases import sealing, store
from gridtown.cases.actions import NotFound, linked
from gridtown.cases.queries.one import Offer, kind_of, offers
from gridtown.cases.queries.registers import RecordView, record
from gridtown.cases.store import Row, Written
from gridtown.kernel import forms
from gridtown.kernel.line import Kind, Line
from gridtown.kernel.told import CONFIDENTIAL, REPORTER, SUBJECT, Actor

MOST_OPEN = 100  # open cases of one record that its page shows
QUIET = frozenset({"warn", "unseal", "erase", "correct", "follow", "supervise", "supervised", "recount"})
LAST = 2**63 - 1
_decode = msgspec.json.Decoder().decode


class Matter(msgspec.Struct, frozen=True):
    """A case of the record as a list shows it to its owner; `title` is empty where it is a reporter's words."""

    number: str
    line: str
    kind: str
    state: str
    outcome: str
    ended: bool
    due: datetime | None
    opened: datetime
    closed: datetime | None
    version: int
    title: str


class Owed(msgspec.Struct, frozen=True):
    """A case of the record that has not ended, and the moves that its owner may make now."""

    case: Matter
    verbs: tuple[str, ...]


class LinkedView(msgspec.Struct, frozen=True):
    """A record as its owner sees it: what it says, what is open on it, what has ended, and what may be raised."""

    record: RecordView
    owed: tuple[Owed, ...]
    ended: tuple[Matter, ...]
    older: int  # the id to go on before, 0 on the last page
    raises: tuple[str, ...]


class LinkedStep(msgspec.Struct, frozen=True):
    """A step of a case as the record's owner may know it; `mine` is their own."""

    at: datetime
    verb: str
    post: str
    to: str
    mine: bool
    answers: dict[str, Any]


class LinkedCase(msgspec.Struct, frozen=True):
    """A case as the owner of its record may know it; `files` are the digests of what they may open."""

    case: Matter
    answers: dict[str, Any]
    steps: tuple[LinkedStep, ...]
    files: dict[str, str]  # digest → media type
    offers: tuple[Offer, ...]


def linked_view(*, record_id: int, secret: str, before: int = 0, size: int = 20) -> LinkedView:
    """What a record's link opens; six queries. NotFound or Refused as `actions.linked` says."""
    actor, found, line = _opened(record_id, secret)
    kinds = [kind for kind in line.kinds if kind.asks_subject]
    running = _rows(line.key, kinds, record_id, "NOT c.ended", MOST_OPEN)
    past = _rows(line.key, kinds, record_id, "c.ended AND c.id < %s", size + 1, before or LAST)
    covered = _from_reporters([row.id for row in (*running, *past)])
    owed = tuple(
        Owed(_matter(row, row.id in covered), tuple(offer.verb for offer in offers(row, (actor,))))
        for row in sorted(running, key=lambda row: (row.due or row.opened, row.id))
    )
    ended = tuple(_matter(row, row.id in covered) for row in past[:size])
    raises = tuple(kind.key for kind in raised_on(line, found.register))
    return LinkedView(found, owed, ended, past[size - 1].id if len(past) > size else 0, raises)


def raised_on(line: Line, register: str) -> tuple[Kind, ...]:
    """The kinds that the owner of a record of this register may raise about it."""
    return tuple(
        kind
        for kind in line.kinds
        if kind.about
        and SUBJECT in kind.raised_by
        and any(s.name == kind.about and s.register == register for s in forms.fields_of(kind.intake))
    )


def linked_case(*, record_id: int, secret: str, number: str) -> LinkedCase:
    """One case of the record that a link opens; NotFound for every other. Seven queries."""
    actor, _, line = _opened(record_id, secret)
    row = store.case_by("number", number)
    kind = kind_of(row) if row else None
    if row is None or kind is None or (row.line, row.record_id) != (line.key, record_id):
        raise NotFound
    if not kind.asks_subject or row.confidential > actor.clearance or row.state in kind.unseen:
        raise NotFound
    entries = store.entries_of(row.id)
    kept = store.fetch("SELECT sha256, mime, entry_id FROM cases_attachment WHERE case_id = %s", [row.id])
    photos = {s.name for form in kind.forms for s in forms.fields_of(form) if s.stage}
    covered = bool(_from_reporters([row.id]))
    intake = {} if covered else _plain(row.answers)
    steps = tuple(_told(entry, actor.person, photos) for entry in entries[1:] if _tells(entry, actor.person))
    seen = {str(one) for said in (intake, *(s.answers for s in steps)) for one in _texts(said.values())}
    files = {str(sha): str(mime) for sha, mime, _ in kept if sha in seen}
    return LinkedCase(_matter(row, covered), intake, steps, files, offers(row, (actor,)))


def _opened(record_id: int, secret: str) -> tuple[Actor, RecordView, Line]:
    actor = linked(record_id, secret)
    found = record(record=record_id)
    if found is None:
        raise NotFound
    line = towns.current().lines[found.line]
    hidden = {spec.name for spec in forms.fields_of(line.register(found.register).form) if spec.personal}
    answers = {name: value for name, value in found.answers.items() if name not in hidden}
    return actor, msgspec.structs.replace(found, answers=answers), line


def _rows(line: str, kinds: list[Kind], record_id: int, where: str, most: int, *params: Any) -> list[Row]:
    """Cases of the record that its owner may know of, the newest first."""
    if not kinds:
        return []
    marks = ", ".join(["%s"] * len(kinds))
    unseen = [(kind.key, state) for kind in kinds for state in kind.unseen]
    where += " AND NOT (c.kind = %s AND c.state = %s)" * len(unseen)
    hidden = [value for pair in unseen for value in pair]
    found = store.fetch(
        f"SELECT {store.COLUMNS} FROM cases_case c WHERE c.record_id = %s AND c.line = %s AND c.kind IN ({marks}) "
        f"AND c.confidential <= %s AND {where} ORDER BY c.id DESC LIMIT %s",
        [record_id, line, *(kind.key for kind in kinds), CONFIDENTIAL["personal"], *params, *hidden, most],
    )
    return [store.row_of(values) for values in found]


def _from_reporters(cases: list[int]) -> set[int]:
    """Those of the cases that a reporter opened, or that were opened from one that a reporter had."""
    if not cases:
        return set()
    marks = ", ".join(["%s"] * len(cases))
    found = store.fetch(
        f"WITH RECURSIVE up(id, at) AS (SELECT c.id, c.id FROM cases_case c WHERE c.id IN ({marks}) "
        "UNION SELECT up.id, c.parent_id FROM up JOIN cases_case c ON c.id = up.at WHERE c.parent_id IS NOT NULL) "
        "SELECT DISTINCT up.id FROM up JOIN cases_entry e ON e.case_id = up.at AND e.seq = 1 "
        f"WHERE e.\"by\" LIKE '{REPORTER}%%'",
        cases,
    )
    return {int(case) for (case,) in found}


def _matter(row: Row, covered: bool) -> Matter:
    told = {name: getattr(row, name) for name in Matter.__struct_fields__}
    return Matter(**told | {"title": "" if covered else row.title})


def _plain(text: str) -> dict[str, Any]:
    return {n: v for n, v in _decode(text).items() if not sealing.is_sealed(v) and not isinstance(v, dict)}


def _texts(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        yield from value if isinstance(value, list) else [value]


def _tells(entry: Written, person: str) -> bool:
    """Whether the owner is told of a step: their own, what was written for them, and every change of state."""
    if entry.by == person:
        return True
    return entry.verb not in QUIET and (entry.frm != entry.to or "answer" in _decode(entry.answers))


def _told(entry: Written, person: str, photos: set[str]) -> LinkedStep:
    mine, answers = entry.by == person, _plain(entry.answers)
    if not mine:
        answers = _for_them(answers, photos)
    return LinkedStep(entry.at, entry.verb, entry.post, entry.to, mine, answers)


def _for_them(answers: Mapping[str, Any], photos: set[str]) -> dict[str, Any]:
    if "answer" not in answers:
        return {}
    return {name: value for name, value in answers.items() if name == "answer" or name in photos}
