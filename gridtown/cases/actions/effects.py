"""What a move does besides moving: merge, split, spawn, extend, supervise, rota, revise; all within its transaction."""

from collections.abc import Mapping
from copy import copy
from datetime import datetime, timedelta
from typing import Any

from gridtown.cases import sealing, store
from gridtown.cases.actions import barring, chaining, keeping, reporting
from gridtown.cases.actions.writing import (
    SUPERVISION,
    Change,
    begin,
    close_up,
    load_clocks,
    queue_holder,
    set_clocks,
    stepped,
    still_holder,
    write,
)  # fmt: skip
from gridtown.cases.store import Row
from gridtown.kernel import clocks as clockwork
from gridtown.kernel import forms
from gridtown.kernel.amounts import hours
from gridtown.kernel.answering import Answers
from gridtown.kernel.clocks import Clock, ClockRefused
from gridtown.kernel.effects import Extend, Merge, Place, Revise, Rota, Spawn, Split, Supervise
from gridtown.kernel.line import Kind
from gridtown.kernel.procedure import Move
from gridtown.kernel.told import CHILD, Actor, Refused
from gridtown.people import roster
from gridtown.people import snapshot as people
from gridtown.town import Town

LEDGER = Actor(person=CHILD, post="", roles=frozenset({CHILD}), place="", clearance=9)


def on_clocks(
    town: Town,
    kind: Kind,
    move: Move,
    said: Answers,
    clocks: Mapping[str, Clock],
    row: Row,
    now: datetime,
) -> Mapping[str, Clock]:
    """The clocks after an extension or a supervision; others pass unchanged."""
    match move.effect:
        case Extend(limit=key):
            limit = next(limit for limit in kind.procedure.limits if limit.key == key)
            try:
                return clockwork.extend(clocks, limit, now, town.calendar)
            except ClockRefused as error:
                raise Refused(f"guard.{error.key}") from None
        case Supervise(field=name):
            by_when = datetime.fromisoformat(str(said.plain[name]))
            if by_when <= now:
                raise Refused("form_invalid", fields={name: "refusal.by_when_past"})
            row.supervised = True
            length = max(1.0, (by_when - now).total_seconds()) / 3600
            started = clockwork.start(hours(length), now, town.calendar)
            return {**clocks, SUPERVISION: started}
    return clocks


def place(town: Town, move: Move, said: Answers, row: Row) -> None:
    """Put the case where a move's answers say that it is, or off the map where they take its point back."""
    if not isinstance(move.effect, Place):
        return
    lon, lat = said.plain.get(move.effect.lon), said.plain.get(move.effect.lat)
    if lon is not None and lat is not None:
        reporting.put_place(town, row, reporting.Point(float(lon), float(lat)), "")
    elif move.effect.clear:
        store.put_point(row, None, None, "")
        row.place = town.code


def others(
    town: Town,
    kind: Kind,
    change: Change,
    move: Move,
    said: Answers,
    *,
    actor: Actor,
    now: datetime,
    key: str,
) -> list[Change]:
    """The changes to other cases that belong to this move."""
    if change.row.merged_into_id and not change.row.ended:
        return [_parted(change, actor=actor, now=now, key=key)]
    match move.effect:
        case Merge(field=name):
            return [_joined(town, change, str(said.plain[name]), actor=actor, now=now, key=key)]
        case Split(field=name):
            texts = [str(text) for text in said.plain[name]]
            carried = {"category": change.row.category} if change.row.category else {}
            return [
                _child(
                    town,
                    change,
                    kind,
                    {**carried, "description": text},
                    actor=actor,
                    now=now,
                    key=f"{key}:part{n}",
                )
                for n, text in enumerate(texts, 1)
            ]
        case Rota() as rota:
            _rotate(change, rota, said)
        case Revise(fields=fields):
            _revise(town, kind, change.row, fields, said, actor=actor, now=now, key=key)
        case Spawn(when=when) if when and not said.plain.get(when):
            return []
        case Spawn(kind=fixed, field=name) as spawn:
            line, _, other = (fixed or str(said.plain[name])).partition("/")
            spawned = town.kind(line, other)
            carried = _handed_on(change.row, said, spawn, spawned)
            return [
                _child(town, change, spawned, carried, actor=actor, now=now, key=f"{key}:spawned", line=line)
            ]
    return []


def _handed_on(row: Row, said: Answers, spawn: Spawn, kind: Kind) -> dict[str, Any]:
    """What a case of `kind` has from this one. A personal answer stays one: it goes into a personal field or nowhere.

    A kind that whoever moved has chosen among several is given what it asks.
    """
    asked = {spec.name: spec for spec in forms.fields_of(kind.intake)}
    answers = {**reporting.decoded(row.answers), **said.plain, **said.personal}
    found: dict[str, Any] = dict(spawn.give)
    for name, source in spawn.carry.items():
        value, spec = answers.get(source), asked.get(name)
        sealed = sealing.is_sealed(value)
        if not value or ((sealed or source in said.personal) and not (spec and spec.personal)):
            continue
        if not sealed:
            found[name] = value
        elif row.sealed_key is not None:  # else it was erased
            found[name] = sealing.unseal(sealing.unwrap(row.sealed_key), source, value)
    return {name: value for name, value in found.items() if name in asked or not spawn.field}


def _child(
    town: Town, parent: Change, kind: Kind, answers: Mapping[str, Any], *, actor: Actor, now: datetime, key: str,
    line: str = "",
) -> Change:  # fmt: skip
    """A new case that belongs to this one, at the same place."""
    of = parent.row
    row, said = reporting.prepared(
        town, kind, line or of.line, answers, point=None, place="", now=now, channel="linked", by=actor
    )
    row.place, row.generation, row.parent_id = of.place, of.generation, of.id
    row.record_id = row.record_id or (of.record_id if (line or of.line) == of.line else None)
    store.put_point(row, of.lon, of.lat, of.crs)
    if parent.bars:  # what is kept from somebody does not reach them as a part of something more open
        row.confidential = max(row.confidential, of.confidential)
    return reporting.opened(town, kind, row, said, by=actor, now=now, key=key, bars=parent.bars)


def _rotate(change: Change, rota: Rota, said: Answers) -> None:
    """Put down the shifts that a move's answers name; the same ones again change nothing."""
    post = people.current().post(str(said.plain[rota.post]))
    if post is None or post.closed:
        raise Refused("form_invalid", fields={rota.post: "refusal.no_such_post"})
    start = datetime.fromisoformat(str(said.plain[rota.start]))
    each = timedelta(hours=float(said.plain[rota.hours]))
    roster.rotate(
        place=change.row.place, post=post.id, start=start, shifts=int(said.plain[rota.shifts]), each=each
    )


def _revise(
    town: Town, kind: Kind, row: Row, fields: Mapping[str, str], said: Answers, *, actor: Actor, now: datetime,
    key: str,
) -> None:  # fmt: skip
    """Let the record that the case is about say what the move's answers say; by the rules of its register."""
    kept = keeping.now_of(row.record_id or 0)
    if kept is None:
        raise Refused("form_invalid", fields={kind.about: "refusal.no_such_record"})
    listed = town.lines[kept.line].register(kept.register)
    answers = keeping.plain_of(listed, kept) | {name: said.plain.get(of) for name, of in fields.items()}
    wanted = keeping.Keeping(
        {name: value for name, value in answers.items() if value is not None},
        kept.place,
        f"{key}:revised",
        kept.pk,
    )
    (told,), drafts = keeping.Batch(town, kept.line, listed, (actor,), now).drafts([wanted])
    if told is not None and told.refused is not None:
        raise told.refused
    chaining.write(town, drafts, now)


def _seen_by(actor: Actor, row: Row, bars: frozenset[int]) -> bool:
    knows = actor.covers(row.line, row.place) and actor.clearance >= row.confidential
    return knows and not barring.keeps_out(bars, (actor,))


def _joined(town: Town, change: Change, number: str, *, actor: Actor, now: datetime, key: str) -> Change:
    """The case that takes this one in, with everybody who follows this one."""
    target = store.case_by("number", number.strip())
    bars = barring.of(target) if target else barring.NOBODY
    # what the mover may not see is answered like what is not there
    if target is None or target.line != change.row.line or not _seen_by(actor, target, bars):
        raise Refused("form_invalid", fields={"into": "refusal.no_such_case"}, number=number)
    if target.id == change.row.id:
        raise Refused("form_invalid", fields={"into": "refusal.cannot_join_itself"})
    if target.ended:
        raise Refused("form_invalid", fields={"into": "refusal.target_has_ended"})
    if target.confidential < change.row.confidential:
        raise Refused("form_invalid", fields={"into": "refusal.target_more_open"})
    change.row.merged_into_id = target.id
    change.bars |= bars  # the two tell of the same, so neither is shown to whom the other is kept from
    before = copy(target)
    target.reporters += change.row.reporters
    joined = begin(
        target, verb="joined", by=actor, now=now, key=f"{key}:joined", to=target.state,
        answers={"number": change.row.number},
    )  # fmt: skip
    joined.barred, joined.bars = bars, change.bars
    if joined.bars:
        target.holder_id = still_holder(
            town.kind(target.line, target.kind), target, target.holder_id, joined.bars
        )
        if target.holder_id and target.holder_id != before.holder_id:
            joined.tell.append((target.holder_id, "arrived"))
    close_up(joined, before)
    return joined


def _parted(change: Change, *, actor: Actor, now: datetime, key: str) -> Change:
    """The case that this one had joined, after this one has left it again with whoever follows it."""
    target = store.case_by("id", change.row.merged_into_id or 0)
    if target is None:
        raise LookupError(f"{change.row.number} was merged into a case that is not there")
    change.row.merged_into_id = None
    before = copy(target)
    target.reporters -= change.row.reporters
    parted = begin(
        target, verb="parted", by=actor, now=now, key=f"{key}:parted", to=target.state,
        answers={"number": change.row.number},
    )  # fmt: skip
    close_up(parted, before)
    return parted


def after_end(town: Town, change: Change, *, now: datetime) -> None:
    """When the last open case that was spawned has ended, the ledger itself moves the one that waits for it."""
    row = change.row
    if not row.ended or not row.parent_id:
        return
    parent = store.case_by("id", row.parent_id)
    if parent is None or parent.ended:
        return
    # those that it waits for now: what was opened when it came into this state, not what came back before
    siblings = store.fetch(
        "SELECT ended, outcome FROM cases_case WHERE parent_id = %s AND opened >= "
        '(SELECT max(at) FROM cases_entry WHERE case_id = %s AND "to" = %s AND frm <> "to")',
        [parent.id, parent.id, parent.state],
    )
    if not all(ended for ended, _ in siblings):
        return
    outcomes = {str(outcome) for _, outcome in siblings}
    kind = town.kind(parent.line, parent.kind)
    for move in kind.procedure.moves_from(parent.state):
        if CHILD in move.roles and _answers_to(move, outcomes):
            _move_parent(town, kind, parent, move, change, now)
            return


def _answers_to(move: Move, outcomes: set[str]) -> bool:
    """A move for solved children needs all of them solved; any other answers to one such outcome."""
    return outcomes <= set(move.on) if "solved" in move.on else bool(outcomes & set(move.on))


def _move_parent(town: Town, kind: Kind, parent: Row, move: Move, child: Change, now: datetime) -> None:
    before = copy(parent)
    to = parent.state if move.to == "=" else move.to
    answers = {"number": child.row.number, "outcome": child.row.outcome}
    change = begin(
        parent,
        verb=move.verb,
        by=LEDGER,
        now=now,
        key=f"child:{child.entry.key}"[:120],
        to=to,
        answers=answers,
    )
    parent.state = to
    reporting.settle_end(kind, parent, now)
    set_clocks(town, kind, parent, change.entry, stepped(town, kind, parent, load_clocks(before), to, now))
    change.barred = change.bars = barring.of(parent)
    parent.holder_id = None if parent.ended else queue_holder(kind, parent, to, change.bars)
    if parent.holder_id:
        change.tell.append((parent.holder_id, "arrived"))
    change.tell.append((None, "moved"))
    close_up(change, before)
    write([change])
    after_end(town, change, now=now)
