"""Bringing in cases from outside with their own times: in batches, once each, chained like any other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from gridtown import town as towns
from gridtown.cases import chain, sealing, store
from gridtown.cases.actions import barring, knowing
from gridtown.cases.actions.reporting import set_columns, settle_end, titled
from gridtown.cases.actions.writing import (
    Change,
    begin,
    close_up,
    keep_out,
    load_clocks,
    queue_holder,
    set_clocks,
    stepped,
)
from gridtown.cases.store import Row
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.amounts import hours
from gridtown.kernel.answering import Answers
from gridtown.kernel.clocks import Clock
from gridtown.kernel.line import Kind
from gridtown.kernel.told import CONFIDENTIAL, SYSTEM, Actor, Refused
from gridtown.town import Town


@dataclass(frozen=True, slots=True)
class Outside:
    """One matter of another system: what it was, when, where, and how it stood there.

    key: its id over there. state: where it stood while open; end: the end state it reached at `closed`.
    limit and due: which limit it ran under and until when, if the source says so; else our own limits run.
    lon, lat: WGS84 already, `crs` the system that they came in. answers may hold personal fields.
    """

    key: str
    line: str
    kind: str
    answers: Mapping[str, Any]
    opened: datetime
    state: str
    closed: datetime | None = None
    end: str = ""
    limit: str = ""
    due: datetime | None = None
    place: str = ""
    generation: int = 0
    lon: float | None = None
    lat: float | None = None
    crs: str = ""
    channel: str = "import"
    own_clocks: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Brought:
    """How many were new, how many were closed since the last time, how many were known as they are."""

    new: int
    ended: int
    known: int
    refused: tuple[tuple[str, Refused], ...] = ()


def bring_in(*, rows: Sequence[Outside], source: str, by: Actor) -> Brought:
    """Write a batch in one transaction; what is known already is left alone, so twice changes nothing.

    A row that does not fit is answered with its reason and the rest goes in.
    """
    town = towns.current()
    refused: list[tuple[str, Refused]] = []
    with transaction.atomic():
        store.wait_for_turn(town.code)
        keys = [name for row in rows for name in (_key(source, row), _key(source, row) + ":end")]
        known = store.known_keys(keys)
        fresh = _once(row for row in rows if _key(source, row) not in known)
        later = [
            r for r in rows if _key(source, r) in known and r.closed and _key(source, r) + ":end" not in known
        ]
        pairs: list[tuple[Row, list[Change]]] = []
        for kind, group in _by_kind(town, fresh):
            pairs += _new(town, kind, group, source, by, refused)
        _write(pairs)
        ended = _end_known(town, later, source, by)
    return Brought(len(pairs), ended, len(rows) - len(fresh) - len(later), tuple(refused))


def _once(rows: Iterable[Outside]) -> list[Outside]:
    """The rows without repetitions of a key within the batch."""
    return list({(row.line, row.key): row for row in rows}.values())


def _key(source: str, row: Outside) -> str:
    return f"import:{source}:{row.key}"


def _by_kind(town: Town, rows: Iterable[Outside]) -> Iterable[tuple[Kind, list[Outside]]]:
    groups: dict[tuple[str, str], list[Outside]] = {}
    for row in rows:
        groups.setdefault((row.line, row.kind), []).append(row)
    return [(town.kind(*key), group) for key, group in groups.items()]


def _new(
    town: Town,
    kind: Kind,
    group: Sequence[Outside],
    source: str,
    by: Actor,
    refused: list[tuple[str, Refused]],
) -> list[tuple[Row, list[Change]]]:
    ready: list[tuple[Outside, Answers]] = []
    for outside in group:
        try:
            said, _ = knowing.intake(
                town, kind, outside.line, outside.answers, by=by, now=outside.opened, guarded=False
            )
            if outside.closed is not None and outside.closed < outside.opened:
                raise Refused("closed_before_opened")
            ready.append((outside, said))
        except Refused as error:
            refused.append((outside.key, error))
    last: dict[str, int] = {}
    series = [kind.number.split("{n")[0].format(year=o.opened.astimezone(town.zone).year) for o, _ in ready]
    for name in dict.fromkeys(series):
        many = series.count(name)
        last[name] = store.next_number(town.code, name, many) - many
    made = []
    for (outside, said), name in zip(ready, series, strict=True):
        last[name] += 1
        made.append(_changes(town, kind, outside, said, last[name], source, by))
    return made


def _changes(
    town: Town, kind: Kind, outside: Outside, said: Answers, n: int, source: str, by: Actor
) -> tuple[Row, list[Change]]:
    answers = dict(said.plain)
    row = Row(
        town=town.code, number=kind.number.format(year=outside.opened.astimezone(town.zone).year, n=n),
        line=outside.line, kind=kind.key, state=outside.state, place=outside.place or town.code,
        generation=outside.generation, channel=outside.channel, opened=outside.opened, source=outside.key,
        title="",
        confidential=CONFIDENTIAL[kind.confidential], form_version=kind.intake.version,
    )  # fmt: skip
    set_columns(town, kind, row, said)
    row.alike = knowing.likeness(kind, outside.line, said)
    row.title = titled(row.title or str(answers.get("description", "")))
    store.put_point(row, outside.lon, outside.lat, outside.crs)
    if said.personal:
        secret, row.sealed_key = sealing.new_key()
        answers |= sealing.seal(secret, said.personal)
    row.answers = chain.text(answers)
    bars = barring.named(kind.intake, said.plain)
    row.holder_id = queue_holder(kind, row, row.state, bars) if outside.closed is None else None
    key = _key(source, outside)
    change = begin(row, verb="bring_in", by=by, now=outside.opened, key=key, to=row.state, answers=answers)
    change.bars = bars
    set_clocks(town, kind, row, change.entry, _clocks(town, kind, row, outside))
    close_up(change, None)
    return row, [change, *([_ending(town, kind, row, outside, key, by)] if outside.closed else [])]


def _clocks(town: Town, kind: Kind, row: Row, outside: Outside) -> dict[str, Clock]:
    if outside.due is not None:
        start = clockwork.whole(outside.opened)
        length = max(1.0, (outside.due - start).total_seconds()) / 3600
        return {outside.limit: Clock(start, hours(length), clockwork.whole(outside.due), start)}
    return stepped(town, kind, row, {}, row.state, outside.opened) if outside.own_clocks else {}


def _ending(town: Town, kind: Kind, row: Row, outside: Outside, key: str, by: Actor) -> Change:
    closed = outside.closed or outside.opened
    before = Row(**{name: getattr(row, name) for name in store.ROW})
    change = begin(row, verb="bring_in", by=by, now=closed, key=f"{key}:end", to=outside.end, answers={})
    if not row.id:
        # the row that opened it is not written yet, so `begin` took this for a first entry
        row.version = change.entry.seq = before.version + 1
    change.entry.frm, row.state, row.holder_id = row.state, outside.end, None
    settle_end(kind, row, closed)
    after = stepped(town, kind, row, load_clocks(before), outside.end, closed)
    set_clocks(town, kind, row, change.entry, after)
    close_up(change, before)
    return change


def _write(pairs: Sequence[tuple[Row, list[Change]]]) -> None:
    """Rows with their final state and all their entries, in as few statements as the database allows."""
    for start in range(0, len(pairs), 500):
        part = pairs[start : start + 500]
        store.insert_cases([row for row, _ in part])
        entries = []
        for row, changes in part:
            for change in changes:
                change.entry.case_id = row.id
                entries.append(change.entry)
        store.insert_entries(entries)
        keep_out(change for _, changes in part for change in changes)


def _end_known(town: Town, rows: Sequence[Outside], source: str, by: Actor) -> int:
    """Close those that were open at the last import and that nobody here but the ticker has touched since."""
    done = 0
    for outside in rows:
        entry = store.entry_by_key(_key(source, outside))
        row = store.case_by("id", entry.case_id or 0) if entry else None
        if row is None or outside.closed is None or outside.closed < row.opened:
            continue
        if any(entry.by != SYSTEM for entry in store.entries_of(row.id)[1:]):
            continue
        kind, was = town.kind(row.line, row.kind), row.version
        change = _ending(town, kind, row, outside, _key(source, outside), by)
        store.update_case(row, was)
        store.insert_entries([change.entry])
        done += 1
    return done
