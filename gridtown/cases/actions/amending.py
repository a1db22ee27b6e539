"""Corrections, reading personal answers in clear, erasing them, and following somebody else's report."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gridtown import town as towns
from gridtown.cases import chain, sealing, store
from gridtown.cases.actions import barring, knowing, reporting
from gridtown.cases.actions.records import journal
from gridtown.cases.actions.reporting import Point, Receipt, decoded
from gridtown.cases.actions.writing import (
    Change,
    NotFound,
    Overtaken,
    begin,
    close_up,
    queue_holder,
    repeated,
    still_holder,
    write,
)
from gridtown.cases.store import Row
from gridtown.kernel import answering, forms, tokens
from gridtown.kernel.answering import Answers
from gridtown.kernel.line import Kind
from gridtown.kernel.told import ANYONE, CONFIDENTIAL, REPORTER, RESERVED, Actor, Refused
from gridtown.people import matrix
from gridtown.people import snapshot as people
from gridtown.people.matrix import HandedOver
from gridtown.people.models import Account
from gridtown.town import Town

CORRECTORS = frozenset({"dispatcher", "supervisor", "admin"})
READERS = frozenset(
    {"receiver", "dispatcher", "handler", "verifier", "supervisor"}
)  # who may need to call back
ERASERS = frozenset({"admin"})
ERASED = "—"  # stands for a personal answer whose key is gone, where the form must have one
POSTERS = frozenset({"admin", "supervisor"})  # who may give a post to another person


def anyone() -> Actor:
    """The hat of whoever comes along; it opens what is open to all, and nothing else."""
    return Actor(person=ANYONE, post="", roles=frozenset({ANYONE}), place="", clearance=CONFIDENTIAL["open"])


def reporter(number: str, secret: str) -> tuple[Actor, int]:
    """The reporter's hat and the case it opens, for whoever knows number and secret; NotFound otherwise."""
    if not sealing.is_secret_of(number, secret):
        raise NotFound
    found = store.fetch(
        "SELECT id, merged_into_id FROM cases_case WHERE number = %s "
        "UNION ALL SELECT c.id, c.merged_into_id FROM cases_follower f JOIN cases_case c ON c.id = f.case_id "
        "WHERE f.number = %s",
        [number, number],
    )
    if not found:
        raise NotFound
    case, into = found[0]
    while into is not None:  # a report that was merged is followed where it went
        case, into = store.fetch("SELECT id, merged_into_id FROM cases_case WHERE id = %s", [into])[0]
    return Actor(
        person=f"{REPORTER}:{number}", post="", roles=frozenset({REPORTER}), place="", clearance=9
    ), int(case)


def follow(*, case: int, now: datetime, key: str) -> Receipt:
    """Join the report of somebody else ("me too"): a number of one's own on the same case."""
    try:
        with transaction.atomic():
            row, before = _locked(case)
            if row.confidential > 1 or row.ended:
                raise NotFound
            row.reporters += 1
            number = f"{row.number}+{row.reporters}"
            by = Actor(person=f"{REPORTER}:{number}", post="", roles=frozenset({REPORTER}), place="")
            change = begin(
                row, verb="follow", by=by, now=now, key=key, to=row.state, answers={"number": number}
            )
            close_up(change, before)
            write([change])
            store.insert("follower", ("case_id", "number", "entry_id"), [(row.id, number, change.entry.id)])
    except IntegrityError as error:
        entry = repeated(key, error)
        number = str(decoded(entry.answers)["number"])
        return Receipt(case, number, sealing.secret_of(number), entry.hash, entry.seq, repeated=True)
    return Receipt(row.id, number, sealing.secret_of(number), row.head, row.version)


def correct(
    *,
    case: int,
    changes: Mapping[str, Any],
    reason: str,
    by: Actor | tuple[Actor, ...],
    now: datetime,
    key: str,
    version: int | None = None,
    point: Point | None = None,
    place: str = "",
) -> None:
    """Put right what was wrongly taken down: intake answers or the place; what stood before stays readable."""
    town = towns.current()
    with transaction.atomic():
        row, before = _locked(case)
        kind = town.kind(row.line, row.kind)
        own = _own(town, row.line) & set(kind.procedure.waits_on(kind.procedure.start))
        actor = _allowed(by, CORRECTORS | own, row, "correct")
        if version is not None and version != row.version:
            raise Overtaken
        if not reason.strip():
            raise Refused("reason_needed", fields={"reason": "mistake.missing"})
        if store.entry_by_key(key):
            return
        stood = decoded(row.answers)
        sealed = {n: v for n, v in stood.items() if sealing.is_sealed(v)}
        said = _corrected(town, kind, row, stood, changes)
        row.answers = chain.text({**said.plain, **sealed})
        row.alike = knowing.likeness(kind, row.line, said) if row.alike else ""
        reporting.set_columns(town, kind, row, said)
        answers = {"changes": dict(changes), "reason": reason}
        change = begin(row, verb="correct", by=actor, now=now, key=key, to=row.state, answers=answers)
        change.barred = barring.of(row)
        change.bars = barring.corrected(kind, row.id, change.barred, stood, said.plain)
        if point is not None or place:
            reporting.put_place(town, row, point, place)
            row.holder_id = row.holder_id if row.ended else queue_holder(kind, row, row.state, change.bars)
        row.holder_id = still_holder(kind, row, row.holder_id, change.bars)
        _hand_on(change, before)
        close_up(change, before)
        write([change])


def _corrected(
    town: Town, kind: Kind, row: Row, stood: Mapping[str, Any], changes: Mapping[str, Any]
) -> Answers:
    """The intake's answers with what is put right; personal ones as they are, derived ones as they were found."""
    if wrong := set(changes) & {spec.name for spec in forms.fields_of(kind.intake) if spec.personal}:
        raise Refused("form_invalid", fields=dict.fromkeys(wrong, "mistake.extra_forbidden"))
    secret = sealing.unwrap(row.sealed_key) if row.sealed_key else None
    plain = {
        name: value
        if not sealing.is_sealed(value)
        else sealing.unseal(secret, name, value)
        if secret
        else ERASED
        for name, value in stood.items()
    }
    derived = {name: plain.pop(name) for name in forms.computed_of(kind.intake) if name in plain}
    tables = town.tables.get(row.line, {})
    return answering.read(kind.intake, plain | dict(changes), tables=tables, computed=derived)


def _hand_on(change: Change, before: Row) -> None:
    if change.row.holder_id and change.row.holder_id != before.holder_id:
        change.tell.append((change.row.holder_id, "arrived"))


def unseal(
    *, case: int, fields: Sequence[str], reason: str, by: Actor | tuple[Actor, ...], now: datetime, key: str
) -> dict[str, str]:
    """Personal answers in clear for somebody who says why; that they were read is itself an entry (PIPL 51).

    A field is one of the intake, or `3.name`: the field `name` that the case's third entry answered.
    """
    with transaction.atomic():
        row, before = _locked(case)
        actor = _allowed(by, READERS | _own(towns.current(), row.line), row, "unseal")
        if not reason.strip():
            raise Refused("reason_needed", fields={"reason": "mistake.missing"})
        if row.sealed_key is None:
            raise Refused("erased")
        clear = _clear(towns.current().kind(row.line, row.kind), row, sealing.unwrap(row.sealed_key), fields)
        if store.entry_by_key(key) is None:
            said = {"fields": sorted(clear), "reason": reason}
            change = begin(row, verb="unseal", by=actor, now=now, key=key, to=row.state, answers=said)
            close_up(change, before)
            write([change])
    return clear


def _clear(kind: Kind, row: Row, secret: bytes, fields: Sequence[str]) -> dict[str, str]:
    """What these fields hold; one that is not sealed, or not there, is left out. Refused for a ballot."""
    said, verbs = {"": decoded(row.answers)}, {}
    if any("." in field for field in fields):
        entries = store.entries_of(row.id)
        said |= {str(entry.seq): decoded(entry.answers) for entry in entries}
        verbs = {str(entry.seq): entry.verb for entry in entries}
    clear = {}
    for field in fields:
        seq, _, name = field.rpartition(".")
        if (verbs.get(seq, ""), name) in kind.procedure.ballots:
            raise Refused("ballot_shut")
        value = said.get(seq, {}).get(name)
        if value is not None and sealing.is_sealed(value) and tokens.TOKEN not in value:
            clear[field] = sealing.unseal(secret, name, value)
    return clear


def erase(*, case: int, reason: str, by: Actor | tuple[Actor, ...], now: datetime, key: str) -> None:
    """Destroy the key of a case's personal answers (PIPL 47); the chain of entries stays whole."""
    with transaction.atomic():
        row, before = _locked(case)
        actor = _allowed(by, ERASERS, row, "erase")
        if not reason.strip():
            raise Refused("reason_needed", fields={"reason": "mistake.missing"})
        if row.sealed_key is None:
            return
        if _polling(row):
            raise Refused("ballot_shut")  # the ballots would be lost with the key
        row.sealed_key, row.alike = None, ""
        change = begin(
            row, verb="erase", by=actor, now=now, key=key, to=row.state, answers={"reason": reason}
        )
        close_up(change, before)
        write([change])


def _polling(row: Row) -> bool:
    try:
        return towns.current().kind(row.line, row.kind).procedure.polling(row.state)
    except KeyError:  # a line that is no longer here counts nothing
        return False


def hand_over(
    *,
    post: str,
    to: int | None,
    by: Actor | tuple[Actor, ...],
    now: datetime,
    key: str,
    frm: int | None = None,
) -> HandedOver | None:
    """Give a post to another person, with its whole queue, which belongs to the post; noted in the journal.

    to: an account, or None to leave the seat vacant. frm: who leaves, for a post with several seats. None is
    answered where this key has done it before. Refused as `people.matrix.hand_over` refuses.
    """
    hats = (by,) if isinstance(by, Actor) else by
    with transaction.atomic():
        store.wait_for_turn(towns.current().code)
        if store.entry_by_key(key):
            return None
        found = people.current().post(post)
        if found is None:
            raise Refused("no_such_post")
        actor = next((h for h in hats if h.roles & POSTERS and found.place.startswith(h.place)), None)
        if actor is None:
            raise Refused("may_not", verb="hand_over")
        done = matrix.hand_over(post=found.id, to=to, now=now, frm=frm)
        answers = {"post": post, "before": _names(done.before), "after": _names(done.after)}
        journal(verb="hand_over", answers=answers, by=actor, now=now, key=key)
    return done


def _names(accounts: Sequence[int]) -> list[str]:
    names = dict(Account.objects.filter(pk__in=accounts).values_list("pk", "username"))
    return [names[account] for account in accounts]


def _locked(case: int) -> tuple[Row, Row]:
    row = store.case_by("id", case, lock=towns.current().code)
    if row is None:
        raise NotFound
    return row, copy(row)


def _own(town: Town, line: str) -> frozenset[str]:
    """The roles of the posts that the line has for itself."""
    return frozenset(role for staff in town.lines[line].staff for role in staff.roles)


def _allowed(by: Actor | tuple[Actor, ...], roles: frozenset[str], row: Row, verb: str) -> Actor:
    hats = [h for h in ((by,) if isinstance(by, Actor) else by) if h.covers(row.line, row.place)]
    hats = [h for h in hats if h.clearance >= row.confidential and not h.roles & RESERVED]
    if not hats or barring.keeps_out(barring.of(row), hats):
        raise NotFound
    for hat in hats:
        if hat.roles & roles:
            return hat
    raise Refused("may_not", verb=verb)
