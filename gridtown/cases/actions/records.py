"""Records of registers, and the town's own journal: entries in chains of their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from gridtown import town as towns
from gridtown.cases import chain, sealing, store
from gridtown.cases.actions import links
from gridtown.cases.actions.chaining import Draft, composed, write
from gridtown.cases.actions.keeping import Batch, Keeping, Outcome, free, in_clear, keeper
from gridtown.cases.actions.reporting import Point
from gridtown.cases.actions.writing import NotFound, repeated
from gridtown.cases.models import Record
from gridtown.kernel import forms
from gridtown.kernel.line import Register
from gridtown.kernel.told import CONFIDENTIAL, Actor, Refused, in_words_of
from gridtown.town import Town

READERS = frozenset({"receiver", "dispatcher", "handler", "verifier", "supervisor"})  # besides the keepers
ERASERS = frozenset({"admin"})
MOST = 1000  # records that one transaction writes, so that nobody waits long for the writer
Hats = Actor | tuple[Actor, ...]


def keep(
    *,
    line: str,
    register: str,
    answers: Mapping[str, Any],
    by: Hats,
    now: datetime,
    key: str,
    place: str,
    record: int | None = None,
    version: int | None = None,
    point: Point | None = None,
    unplaced: bool = False,
) -> int:
    """Put a thing on a register, or bring it up to date; answers the record's id. See `Keeping`."""
    row = Keeping(answers, place, key, record, version, point, unplaced=unplaced)
    (told,) = keep_many(line=line, register=register, rows=[row], by=by, now=now)
    if told.refused is not None:
        with in_words_of(line):
            raise told.refused
    return told.record


def keep_many(
    *, line: str, register: str, rows: Sequence[Keeping], by: Hats, now: datetime, dry: bool = False
) -> list[Outcome]:
    """Keep many records of one register, each for itself, with an outcome for each; what is as it was writes nothing.

    dry: only look what would come of it. They are written a thousand at a time, so that other writers get their turn.
    """
    town = towns.current()
    if line not in town.lines or register not in {r.key for r in town.lines[line].registers}:
        raise Refused("no_such_line")
    batch = Batch(town, line, town.lines[line].register(register), _hats(by), now)
    told: list[Outcome] = []
    for start in range(0, len(rows), MOST):
        with transaction.atomic():
            store.wait_for_turn(town.code)
            found, drafts = batch.drafts(rows[start : start + MOST])
            was_there = [draft.record.pk is not None for draft in drafts]
            if not dry:
                write(town, drafts, now)
        done = iter(zip(drafts, was_there, strict=True))
        told += [one or _outcome(*next(done)) for one in found]
    return told


def _outcome(draft: Draft, was_there: bool) -> Outcome:
    return Outcome(draft.record.pk or 0, "changed" if was_there else "new")


def retire(*, record: int, reason: str, by: Hats, now: datetime, key: str) -> None:
    """Take a thing off its register; its past stays readable."""
    _put(record, True, "retire", reason, by, now, key)


def restore(*, record: int, reason: str, by: Hats, now: datetime, key: str) -> None:
    """Put a thing that was taken off its register back on it."""
    _put(record, False, "restore", reason, by, now, key)


def _put(record: int, retired: bool, verb: str, reason: str, by: Hats, now: datetime, key: str) -> None:
    with transaction.atomic():
        town, kept, listed = _locked(record)
        actor = keeper(_hats(by), listed, kept.line, kept.place)
        if kept.retired == retired or store.entry_by_key(key):
            return
        _needed(reason)
        if not retired:
            free(kept.line, listed, kept.name)
        kept.retired = retired
        write(town, [Draft(kept, verb, {"reason": reason}, actor, key, {"retired": retired})], now)


def unseal_record(
    *, record: int, fields: Sequence[str], reason: str, by: Hats, now: datetime, key: str
) -> dict[str, str]:
    """A record's personal answers in clear for somebody who says why; that they were read is itself an entry."""
    with transaction.atomic():
        town, kept, listed = _locked(record)
        actor = _allowed(by, READERS | set(listed.kept_by), kept, "unseal", CONFIDENTIAL["personal"])
        _needed(reason)
        if kept.sealed_key is None:
            raise Refused("erased")
        clear = {name: value for name, value in in_clear(kept).items() if name in set(fields)}
        if store.entry_by_key(key) is None:
            said = {"fields": sorted(clear), "reason": reason}
            write(town, [Draft(kept, "unseal", said, actor, key, {})], now)
    return clear


def renew_link(*, record: int, by: Hats, now: datetime, key: str) -> int:
    """Give a record another link; the old one opens nothing from now on. Answers the link's generation."""
    with transaction.atomic():
        town, kept, listed = _locked(record)
        actor = keeper(_hats(by), listed, kept.line, kept.place)
        if not listed.linked:
            raise Refused("not_linked")
        if kept.retired:
            raise Refused("link_out_of_use", name=kept.name)
        generation = links.generations([record]).get(record, 0)
        if store.entry_by_key(key):
            return generation
        generation += 1
        write(town, [Draft(kept, links.RENEWED, {"generation": generation}, actor, key, {})], now)
    return generation


def erase_record(*, record: int, reason: str, by: Hats, now: datetime, key: str) -> None:
    """Destroy the key of a record's personal answers (PIPL 47); the chain of entries stays whole."""
    with transaction.atomic():
        town, kept, listed = _locked(record)
        actor = _allowed(by, ERASERS, kept, "erase", 0)  # whoever erases need not see what it was
        _needed(reason)
        if kept.sealed_key is None:
            return
        kept.sealed_key = None
        plain = {n: v for n, v in msgspec.json.decode(kept.answers).items() if not sealing.is_sealed(v)}
        kept.answers = chain.text(plain)
        if next(s.personal for s in forms.fields_of(listed.form) if s.name == listed.named_by):
            kept.name = ""
        write(town, [Draft(kept, "erase", {"reason": reason}, actor, key, {})], now)


def _hats(by: Hats) -> tuple[Actor, ...]:
    return (by,) if isinstance(by, Actor) else by


def _needed(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason_needed", fields={"reason": "mistake.missing"})


def _locked(record: int) -> tuple[Town, Record, Register]:
    """A record in this writer's turn, with its register."""
    town = towns.current()
    store.wait_for_turn(town.code)
    kept = Record.objects.filter(pk=record).first()
    line = town.lines.get(kept.line) if kept else None
    listed = next((r for r in line.registers if r.key == kept.register), None) if line and kept else None
    if listed is None:
        raise NotFound
    return town, kept, listed


def _allowed(by: Hats, roles: frozenset[str], kept: Record, verb: str, clearance: int) -> Actor:
    """The hat that answers for the record, is cleared so far and has one of these roles."""
    hats = [h for h in _hats(by) if h.covers(kept.line, kept.place) and h.clearance >= clearance]
    if not hats:
        raise NotFound
    for hat in hats:
        if hat.roles & roles:
            return hat
    raise Refused("may_not", verb=verb)


def journal(*, verb: str, answers: Mapping[str, Any], by: Actor, now: datetime, key: str) -> int:
    """Note in the town's own chain something that is no case's and no record's; answers the entry's id."""
    town = towns.current()
    try:
        with transaction.atomic():
            store.wait_for_turn(town.code)
            seq, prev = store.last_of(town.code, None) or (0, chain.GENESIS)
            entry = composed(
                town, town.code, seq + 1, prev, verb=verb, answers=answers, by=by, now=now, key=key
            )
            store.insert_entries([entry])
    except IntegrityError as error:
        entry = repeated(key, error)
    return entry.id
