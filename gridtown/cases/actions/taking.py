"""Taking a case one step along its procedure, or refusing with a reason and changing nothing."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from gridtown import town as towns
from gridtown.cases import chain, sealing, store
from gridtown.cases.actions import balloting, barring, effects, knowing
from gridtown.cases.actions.reporting import decoded, put_by_record, set_columns, settle_end
from gridtown.cases.actions.writing import (
    Change,
    NotFound,
    Overtaken,
    begin,
    chosen_holder,
    close_up,
    load_clocks,
    queue_holder,
    repeated,
    set_clocks,
    stepped,
    still_holder,
    told,
    write,
)  # fmt: skip
from gridtown.cases.store import Row, Written
from gridtown.kernel import answering, forms
from gridtown.kernel.answering import Answers
from gridtown.kernel.clocks import Clock
from gridtown.kernel.line import Kind
from gridtown.kernel.procedure import Move
from gridtown.kernel.told import OUTSIDE, REPORTER, RESERVED, Actor, Refused, in_words_of
from gridtown.people import snapshot as people
from gridtown.town import Town


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a move."""

    id: int
    number: str
    state: str
    version: int
    hash: str
    repeated: bool = False
    codes: tuple[str, ...] = ()  # drawn by this move, and told nowhere else and never again
    beside: tuple[str, ...] = ()  # what goes with each code, where something does


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one of several moves: taken, or why not."""

    id: int
    taken: Taken | None
    refused: Refused | None


def take(
    *,
    case: int | str,
    verb: str,
    by: Actor | tuple[Actor, ...],
    now: datetime,
    key: str,
    answers: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Taken:
    """Move a case one step, with everything that follows from it, or raise Refused, Overtaken or NotFound.

    case: its id, or its number. version: what the actor was looking at; another one means that somebody was
    quicker. With a key that was used before for this case and verb the first result is answered again.
    """
    town = towns.current()
    hats = (by,) if isinstance(by, Actor) else by
    try:
        with store.together():
            row = _seen(town, case, hats)
            with in_words_of(row.line):
                taken = _take(town, row, verb, hats, answers or {}, version, now, key)
    except NotFound:
        raise
    except (IntegrityError, Refused) as error:
        # a refusal on the second sending (the case has moved on by the first) must answer as the first did
        entry = repeated(key, error)
        found = store.case_by("number" if isinstance(case, str) else "id", case)
        if found is None or (entry.case_id, entry.verb) != (found.id, verb):
            raise Refused("key_reused") from error
        return Taken(found.id, found.number, entry.to, entry.seq, entry.hash, repeated=True)
    return taken


def by_itself(town: Town, row: Row, verb: str, *, by: Actor, now: datetime, key: str) -> Refused | None:
    """The move that time makes when a limit has run out, within the caller's transaction; the reason if it may not."""
    try:
        with store.together():
            _take(town, row, verb, (by,), {}, None, now, key)
    except Refused as why:
        return why
    return None


def take_many(
    *,
    cases: Sequence[int],
    verb: str,
    by: Actor | tuple[Actor, ...],
    now: datetime,
    key: str,
    answers: Mapping[str, Any] | None = None,
) -> list[Result]:
    """The same move on several cases, each for itself, with a result for each."""
    results = []
    for case in dict.fromkeys(cases):
        try:
            taken = take(case=case, verb=verb, by=by, now=now, key=f"{key}:{case}", answers=answers)
            results.append(Result(case, taken, None))
        except Refused as error:
            results.append(Result(case, None, error))
    return results


def _seen(town: Town, case: int | str, hats: Sequence[Actor]) -> Row:
    """The case under the writers' lock, if one of these hats may know of it."""
    row = store.case_by("number" if isinstance(case, str) else "id", case, lock=town.code)
    if row is None or not any(_knows(hat, row) for hat in hats) or barring.keeps_out(barring.of(row), hats):
        raise NotFound
    return row


def _knows(hat: Actor, row: Row) -> bool:
    return (
        hat.covers(row.line, row.place)
        and hat.clearance >= row.confidential
        and (not hat.record or hat.record == row.record_id)
    )


def hat_for(hats: Sequence[Actor], move: Move, row: Row) -> Actor:
    """The hat under which this move may be made, or why none of them may."""
    holder = people.current().by_id(row.holder_id) if row.holder_id else None
    fitting = [hat for hat in hats if hat.roles & set(move.roles) and _knows(hat, row)]
    if not fitting:
        raise Refused("may_not", verb=move.verb)
    joined = all(
        hat.person.startswith(f"{REPORTER}:") and hat.person != f"{REPORTER}:{row.number}" for hat in fitting
    )
    if joined and move.to != "=":
        # whoever joined somebody else's report may add to it and rate it, but not close or withdraw it for them
        raise Refused("not_your_report")
    for hat in fitting:
        if not move.mine or hat.roles & RESERVED or (holder is not None and hat.post == holder.key):
            return hat
    raise Refused("not_yours")


def _take(
    town: Town, row: Row, verb: str, hats: Sequence[Actor], raw: Mapping[str, Any], version: int | None,
    now: datetime, key: str,
) -> Taken:  # fmt: skip
    kind = town.kind(row.line, row.kind)
    if version is not None and version != row.version:
        raise Overtaken
    move = kind.procedure.find(verb, row.state)
    if move is None:
        raise Refused("not_from_here", verb=verb, state=row.state)
    actor = hat_for(hats, move, row)
    said = answering.read(move.form, raw, tables=town.tables.get(row.line, {}))
    judges = forms.entries_of(move.form)
    asked = move.guards or move.derive or move.holder == "back" or judges
    entries = store.entries_of(row.id) if asked else []
    _find_entries(judges, said, entries)
    said = _judged(town, kind, move, row, entries, actor, said, raw, now)
    said, codes, beside = balloting.drawn(move, said)
    changes = moved(town, kind, row, move, said, actor=actor, now=now, key=key, entries=entries)
    write(changes)
    done = changes[0]
    effects.after_end(town, done, now=now)
    return Taken(row.id, row.number, row.state, row.version, done.entry.hash, codes=codes, beside=beside)


def _find_entries(judges: Sequence[forms.FieldSpec], said: Answers, entries: Sequence[Written]) -> None:
    """Refuse an answer that names no entry which people from outside made by one of the moves it may name."""
    for spec in judges:
        seq = said.plain.get(spec.name)
        found = next((entry for entry in entries if entry.seq == seq), None)
        if seq is not None and (
            found is None or found.verb not in spec.entry_of or found.by.partition(":")[0] not in OUTSIDE
        ):
            raise Refused("form_invalid", fields={spec.name: "refusal.no_such_entry"})


def _judged(
    town: Town, kind: Kind, move: Move, row: Row, entries: Sequence[Written], actor: Actor, said: Answers,
    raw: Mapping[str, Any], now: datetime,
) -> Answers:  # fmt: skip
    """The answers once every guard has let them pass, completed by what the move derives."""
    if not (move.guards or move.derive or forms.refs_of(move.form)):
        return said
    doing = knowing.doing(
        town,
        kind,
        row.line,
        move.verb,
        by=actor,
        now=now,
        said=said,
        form=move.form,
        row=row,
        reads=move.reads,
    )
    knowing.check_named(move.form, said.plain, doing.records)
    history = told(row, entries)
    for guard in move.guards:
        why = guard(history, doing)
        if why is not None:
            raise Refused(why)
    if move.derive is None:
        return said
    computed = move.derive(balloting.opened(kind, row, move, history), doing)
    return answering.read(move.form, raw, tables=town.tables.get(row.line, {}), computed=computed)


def moved(
    town: Town, kind: Kind, row: Row, move: Move, said: Answers, *, actor: Actor, now: datetime, key: str,
    entries: Sequence[Written] = (),
) -> list[Change]:  # fmt: skip
    """The changes that a move makes, this case's first; `row` becomes what it is afterwards."""
    before = copy(row)
    to = row.state if move.to == "=" else move.to
    change = begin(row, verb=move.verb, by=actor, now=now, key=key, to=to, answers=_sealed(row, said))
    change.barred = barring.of(row)
    change.bars = change.barred | barring.named(move.form, said.plain)
    set_columns(town, kind, row, said)
    for column, value in move.sets.items():
        setattr(row, column, value)
    _complete(kind, row, said)
    effects.place(town, move, said, row)
    row.state = to
    settle_end(kind, row, now)
    clocks: Mapping[str, Clock] = load_clocks(before)
    anew = any(move.verb in limit.anew for limit in kind.procedure.limits)
    if before.state != to or before.ended != row.ended or anew:
        clocks = stepped(town, kind, row, clocks, to, now, said.plain, move.verb)
    clocks = effects.on_clocks(town, kind, move, said, clocks, row, now)
    set_clocks(town, kind, row, change.entry, clocks)
    row.holder_id = _next_holder(kind, row, before, move, said, actor, entries, change.bars)
    _tell(change, before)
    change.files = [(digest, _stage(move, digest, said)) for digest in said.photos]
    others = effects.others(town, kind, change, move, said, actor=actor, now=now, key=key)
    close_up(change, before)
    return [change, *others]


def _complete(kind: Kind, row: Row, said: Answers) -> None:
    """Let a move's answers say what the intake could not: which category, whom it is about, what it is like."""
    more = {name: said.plain[name] for name in (kind.about, *kind.same_by) if name in said.plain}
    if kind.desk_by and "category" in said.sets:
        more[kind.desk_by] = row.category
    if not more:
        return
    row.alike = knowing.likeness_after(kind, row, said)
    row.answers = chain.text({**decoded(row.answers), **more})
    if kind.about in more:
        about = knowing.records_of([int(more[kind.about])])
        knowing.check_named(kind.intake, {kind.about: more[kind.about]}, about)
        put_by_record(row, *about.values())


def _stage(move: Move, digest: str, said: Answers) -> str:
    for spec in forms.fields_of(move.form):
        value = said.plain.get(spec.name)
        if spec.stage and (value == digest or (isinstance(value, list) and digest in value)):
            return spec.stage
    return "evidence"


def _sealed(row: Row, said: Answers) -> dict[str, Any]:
    if not (said.personal or said.ballots):
        return dict(said.plain)
    if row.sealed_key is None:
        key, row.sealed_key = sealing.new_key()
    else:
        key = sealing.unwrap(row.sealed_key)
    return dict(said.plain) | sealing.seal(key, said.personal) | sealing.cast(key, said.ballots)


def _next_holder(
    kind: Kind, row: Row, before: Row, move: Move, said: Answers, actor: Actor, entries: Sequence[Written],
    bars: frozenset[int],
) -> int | None:  # fmt: skip
    """Who has it next; somebody else where that would be one of those that it is kept from."""
    if row.ended:
        return None
    return still_holder(kind, row, _meant_holder(kind, row, before, move, said, actor, entries, bars), bars)


def _meant_holder(
    kind: Kind, row: Row, before: Row, move: Move, said: Answers, actor: Actor, entries: Sequence[Written],
    bars: frozenset[int],
) -> int | None:  # fmt: skip
    posts = people.current()
    if move.holder == "mover":
        mine = posts.post(actor.post)
        return mine.id if mine else before.holder_id
    if move.holder == "chosen" and said.plain.get("to"):
        # nobody named a post that was derived, so nobody can mend it: the matrix answers
        return chosen_holder(
            kind, row, row.state, str(said.plain["to"]), bars, mend="to" not in forms.computed_of(move.form)
        )
    if move.holder == "back":
        held = posts.by_id(_held_in(entries, row.state) or 0)
        return held.id if held and not held.closed else queue_holder(kind, row, row.state, bars)
    if move.holder == "keep" or move.to == "=":
        return before.holder_id
    return queue_holder(kind, row, row.state, bars)


def _held_in(entries: Sequence[Written], state: str) -> int | None:
    """Who had the case when it was last in this state."""
    holder: int | None = None
    last: int | None = None
    for entry in entries:
        holder = decoded(entry.sets).get("holder_id", holder)
        if entry.to == state:
            last = holder
    return last


def _tell(change: Change, before: Row) -> None:
    row = change.row
    if row.holder_id is not None and row.holder_id != before.holder_id:
        change.tell.append((row.holder_id, "arrived"))
    if row.state != before.state:
        change.tell.append((None, "moved"))
