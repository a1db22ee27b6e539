"""The public pages of open cases: what their forms mark `Shown`, and what was published; nothing else is read out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gridtown import town as towns
from gridtown.cases import sealing, store
from gridtown.cases.actions import NotFound, anyone
from gridtown.cases.queries.one import Offer, kind_of, offers
from gridtown.cases.store import Row, Written
from gridtown.kernel import forms
from gridtown.kernel.line import Kind
from gridtown.kernel.told import CONFIDENTIAL, OUTSIDE

OPEN = CONFIDENTIAL["open"]
MOST_KIN = 50
_BRIEF = "c.id, c.number, c.line, c.kind, c.state, c.outcome, c.ended, c.due, c.opened, c.title, c.answers"
_decode = msgspec.json.Decoder().decode


class OpenCase(msgspec.Struct, frozen=True):
    """An open case as everybody may know it; `title` is empty where the field that gives it is not shown."""

    id: int
    number: str
    line: str
    kind: str
    state: str
    outcome: str
    ended: bool
    due: datetime | None
    opened: datetime
    title: str


class OpenPage(msgspec.Struct, frozen=True):
    """One page of open cases, running ones first; `next` is the cursor of the following one, empty on the last."""

    rows: tuple[OpenCase, ...]
    next: str


class OpenStep(msgspec.Struct, frozen=True):
    """An entry that shows something: its number in the case, what was done, and what of it is shown."""

    seq: int
    at: datetime
    verb: str
    to: str
    answers: dict[str, Any]


class Fate(msgspec.Struct, frozen=True):
    """A related case that is not open itself: nothing of it but where it stands."""

    number: str
    line: str
    state: str
    outcome: str


class Topic(msgspec.Struct, frozen=True):
    """All of an open case that everybody may see; `files` are the digests of pictures shown."""

    case: OpenCase
    version: int
    answers: dict[str, Any]
    steps: tuple[OpenStep, ...]
    files: dict[str, str]  # digest → media type
    related: tuple[OpenCase, ...]
    fates: tuple[Fate, ...]
    offers: tuple[Offer, ...]


class Waiting(msgspec.Struct, frozen=True):
    """What somebody from outside said that is neither published nor withheld."""

    seq: int
    at: datetime
    verb: str
    answers: dict[str, Any]


def public_kinds(line: str = "") -> list[tuple[str, Kind]]:
    """The kinds that have public pages, with their line; of one line or of all."""
    lines = towns.current().lines
    return [(key, k) for key, of in lines.items() if line in ("", key) for k in of.kinds if k.public]


def open_cases(*, line: str = "", after: str = "", size: int = 30) -> OpenPage:
    """Cases with a public page, running ones first and then ended ones, the newest first; one query."""
    kinds = public_kinds(line)
    if not kinds:
        return OpenPage((), "")
    said = " OR ".join(["(c.line = %s AND c.kind = %s)"] * len(kinds))
    params: list[Any] = [name for key, kind in kinds for name in (key, kind.key)]
    more = ""
    if after:
        part, _, last = after.partition("~")
        if part not in ("0", "1") or not last.isdecimal() or len(last) > 18:
            return OpenPage((), "")
        more = "AND ((NOT c.ended AND c.id < %s) OR c.ended)" if part == "0" else "AND c.ended AND c.id < %s"
        params.append(int(last))
    found = store.fetch(
        f"SELECT {_BRIEF} FROM cases_case c WHERE c.confidential = {OPEN} AND ({said}) {more} "
        "ORDER BY c.ended, c.id DESC LIMIT %s",
        [*params, size + 1],
    )
    rows = tuple(_open_case(values) for values in found[:size])
    last_row = rows[-1] if len(found) > size else None
    return OpenPage(rows, f"{int(last_row.ended)}~{last_row.id}" if last_row else "")


def topic(*, number: str) -> Topic:
    """An open case by its number; NotFound for whatever is not open to all. Four queries."""
    row = store.case_by("number", number)
    kind = kind_of(row) if row else None
    if row is None or kind is None or not kind.public or row.confidential != OPEN:
        raise NotFound
    steps = tuple(_shown_steps(kind, _entries(kind, row.id)))
    answers = _shown(kind.intake, _plain(row.answers))
    photos = {s.name for form in kind.forms for s in forms.fields_of(form) if s.stage}
    seen = {sha for said in (answers, *(s.answers for s in steps)) for sha in _digests(said, photos)}
    kept = (
        store.fetch("SELECT sha256, mime FROM cases_attachment WHERE case_id = %s", [row.id]) if seen else []
    )
    related, fates = _kin(row)
    return Topic(
        _open_case(_brief_values(row)), row.version, answers, steps,
        {str(sha): str(mime) for sha, mime in kept if sha in seen}, related, fates, offers(row, (anyone(),)),
    )  # fmt: skip


def waiting(kind: Kind, entries: Iterable[Any]) -> tuple[Waiting, ...]:
    """What waits for a moderator, the oldest first; `entries` are steps of a case with plain answers."""
    judged = kind.procedure.judged
    if not judged:
        return ()
    said = list(entries)
    done = set(_verdicts(kind, said))
    return tuple(
        Waiting(e.seq, e.at, e.verb, dict(e.answers))
        for e in said
        if e.verb in judged and e.by.partition(":")[0] in OUTSIDE and e.seq not in done
    )


def _form_of(kind: Kind, verb: str, frm: str) -> type[forms.Form]:
    move = kind.procedure.find(verb, frm)
    return move.form if move else forms.Empty


def _entries(kind: Kind, case: int) -> Sequence[Written]:
    """The entries that could show something, and those that judge; a vote of thousands is not read for its count."""
    judged = kind.procedure.judged
    verbs = sorted(
        {
            m.verb
            for m in kind.procedure.moves
            if m.verb in judged or any(s.shown or s.type == "entry" for s in forms.fields_of(m.form))
        }
    )
    if not verbs:
        return []
    marks = ", ".join(["%s"] * len(verbs))
    found = store.fetch(
        f"SELECT {store.ENTRY_COLUMNS} FROM cases_entry e WHERE e.case_id = %s AND e.verb IN ({marks}) ORDER BY e.seq",
        [case, *verbs],
    )
    return [store.entry_of(values) for values in found]


def _verdicts(kind: Kind, entries: Iterable[Any]) -> dict[int, bool]:
    """Entry → whether it is published, by the last word on each."""
    found: dict[int, bool] = {}
    for entry in entries:
        for spec in forms.entries_of(_form_of(kind, entry.verb, entry.frm)):
            seq = _plain(entry.answers).get(spec.name)
            if isinstance(seq, int):
                found[seq] = spec.publishes
    return found


def _shown_steps(kind: Kind, entries: Sequence[Written]) -> Iterable[OpenStep]:
    verdicts = _verdicts(kind, entries)
    for entry in entries:
        form, answers = _form_of(kind, entry.verb, entry.frm), _plain(entry.answers)
        if entry.verb not in kind.procedure.judged:
            shown = _shown(form, answers)
        else:
            shown = _shown(form, answers, all_of_it=True) if verdicts.get(entry.seq) else {}
        if shown:
            yield OpenStep(entry.seq, entry.at, entry.verb, entry.to, shown)


def _shown(form: type[forms.Form], answers: Mapping[str, Any], all_of_it: bool = False) -> dict[str, Any]:
    """The answers that are marked `Shown`, or all of them, in the form's order; personal ones never."""
    return {
        s.name: answers[s.name]
        for s in forms.fields_of(form)
        if (s.shown or all_of_it) and not s.personal and answers.get(s.name) is not None
    }


def _plain(answers: str | Mapping[str, Any]) -> dict[str, Any]:
    said = _decode(answers) if isinstance(answers, str) else answers
    return {n: v for n, v in said.items() if not sealing.is_sealed(v)}


def _digests(answers: Mapping[str, Any], photos: set[str]) -> Iterable[str]:
    for name in photos & set(answers):
        value = answers[name]
        yield from value if isinstance(value, list) else [value]


def _brief_values(row: Row) -> tuple[Any, ...]:
    return tuple(getattr(row, name.strip().removeprefix("c.")) for name in _BRIEF.split(","))


def _open_case(values: Sequence[Any]) -> OpenCase:
    """A case of a public kind; its title only where the field that gives it is shown."""
    case, number, line, kind, state, outcome, ended, due, opened, title, answers = values
    form = towns.current().kind(line, kind).intake
    said = _plain(answers)
    shown = {s.name: s.sets for s in forms.fields_of(form) if s.shown and said.get(s.name)}
    titled = any(s.sets == "title" and said.get(s.name) for s in forms.fields_of(form))
    told = "title" in shown.values() if titled else bool({"description", "name"} & set(shown))
    return OpenCase(
        int(case), number, line, kind, state, outcome, bool(ended), store.moment_out(due), store.moment_out(opened),
        title if told else "",
    )  # fmt: skip


def _kin(row: Row) -> tuple[tuple[OpenCase, ...], tuple[Fate, ...]]:
    """What this case came from or led to: open ones as such, of its own internal ones only where they stand."""
    found = store.fetch(
        f"SELECT {_BRIEF}, c.confidential, c.parent_id FROM cases_case c WHERE {store.KIN} "
        "ORDER BY c.id LIMIT %s",
        [*store.kin_of(row), MOST_KIN],
    )
    public = {(key, kind.key) for key, kind in public_kinds()}
    related, fates = [], []
    for *values, confidential, parent in found:
        if confidential == OPEN and (values[2], values[3]) in public:
            related.append(_open_case(values))
        elif confidential <= CONFIDENTIAL["internal"] and parent == row.id:
            fates.append(Fate(values[1], values[2], values[4], values[5]))
    return tuple(related), tuple(fates)
