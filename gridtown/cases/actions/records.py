"""Records of registers, and the town's own journal: entries in chains of their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gridtown import town as towns
from gridtown.cases import chain, store
from gridtown.cases.actions import knowing, links
from gridtown.cases.actions.reporting import Point
from gridtown.cases.actions.writing import NotFound, Overtaken, repeated
from gridtown.cases.models import Record
from gridtown.cases.store import Written
from gridtown.kernel import forms
from gridtown.kernel.line import Register
from gridtown.kernel.told import Actor, Doing, Refused
from gridtown.places import coords
from gridtown.town import Town


def keep(
    *,
    line: str,
    register: str,
    answers: Mapping[str, Any],
    by: Actor | tuple[Actor, ...],
    now: datetime,
    key: str,
    place: str,
    record: int | None = None,
    version: int | None = None,
    point: Point | None = None,
) -> int:
    """Put a thing on a register, or bring it up to date; answers the record's id."""
    town = towns.current()
    if line not in town.lines or register not in {r.key for r in town.lines[line].registers}:
        raise Refused("no_such_line")
    listed = town.lines[line].register(register)
    actor = _keeper(by, set(listed.kept_by), line, place)
    said = _read(town, line, listed, answers, actor, now)
    with transaction.atomic():
        store.wait_for_turn(town.code)
        kept = _find(record, line, register, version) if record else None
        old = store.entry_by_key(key)
        if old is not None:
            return int(old.record_id or 0)
        if kept is None:
            kept = Record(
                town=town.code, line=line, register=register, since=now, version=0, head=chain.GENESIS
            )
        kept.name = str(said.plain.get(listed.named_by, ""))
        kept.place, kept.answers, kept.form_version = place, chain.text(said.plain), listed.form.version
        if point is not None:
            kept.lon, kept.lat = coords.to_wgs84(point.lon, point.lat, point.crs)
        where = {"place": place, "lon": kept.lon, "lat": kept.lat}
        _write(town, kept, "keep", {**said.plain, "where": where}, actor, now, key)
    return kept.pk


def _read(
    town: Town, line: str, listed: Register, raw: Mapping[str, Any], by: Actor, now: datetime
) -> forms.Answers:
    """A record's answers, checked and completed by what its register derives."""
    tables, settings = town.tables.get(line, {}), town.amounts.get(line, {})
    said = forms.read(listed.form, raw, tables=tables)
    if listed.derive is None:
        return said
    named = knowing.records_of(knowing.named(listed.form, said.plain))
    doing = Doing("keep", by, said.plain, now, town.calendar, settings, tables, named)
    return forms.read(listed.form, raw, tables=tables, computed=listed.derive(doing))


def retire(*, record: int, reason: str, by: Actor | tuple[Actor, ...], now: datetime, key: str) -> None:
    """Take a thing off its register; its past stays readable."""
    town = towns.current()
    with transaction.atomic():
        store.wait_for_turn(town.code)
        kept = Record.objects.filter(pk=record).first()
        if kept is None:
            raise NotFound
        listed = town.lines[kept.line].register(kept.register)
        actor = _keeper(by, set(listed.kept_by), kept.line, kept.place)
        if kept.retired or store.entry_by_key(key):
            return
        if not reason.strip():
            raise Refused("reason_needed", fields={"reason": "mistake.missing"})
        kept.retired = True
        _write(town, kept, "retire", {"reason": reason}, actor, now, key)


def renew_link(*, record: int, by: Actor | tuple[Actor, ...], now: datetime, key: str) -> int:
    """Give a record another link; the old one opens nothing from now on. Answers the link's generation."""
    town = towns.current()
    with transaction.atomic():
        store.wait_for_turn(town.code)
        kept = Record.objects.filter(pk=record).first()
        if kept is None:
            raise NotFound
        listed = town.lines[kept.line].register(kept.register)
        actor = _keeper(by, set(listed.kept_by), kept.line, kept.place)
        if not listed.linked:
            raise Refused("not_linked")
        if kept.retired:
            raise Refused("record_retired", name=kept.name)
        generation = links.generations([record]).get(record, 0)
        if store.entry_by_key(key):
            return generation
        generation += 1
        _write(town, kept, links.RENEWED, {"generation": generation}, actor, now, key)
    return generation


def _keeper(by: Actor | tuple[Actor, ...], roles: set[str], line: str, place: str) -> Actor:
    for hat in (by,) if isinstance(by, Actor) else by:
        if hat.roles & roles and hat.covers(line, place):
            return hat
    raise Refused("may_not", verb="keep")


def _find(record: int, line: str, register: str, version: int | None) -> Record:
    kept = Record.objects.filter(pk=record, line=line, register=register).first()
    if kept is None:
        raise NotFound
    if version is not None and kept.version != version:
        raise Overtaken
    return kept


def _write(
    town: Town, kept: Record, verb: str, answers: Mapping[str, Any], by: Actor, now: datetime, key: str
) -> None:
    seq, prev = kept.version + 1, kept.head
    if not kept.pk:
        kept.save()  # the chain is named by the record's id
    entry = _entry(
        town,
        f"record:{kept.pk}",
        seq,
        prev,
        verb=verb,
        answers=answers,
        by=by,
        now=now,
        key=key,
        record=kept.pk,
    )
    kept.version, kept.head = seq, entry.hash
    kept.save()
    store.insert_entries([entry])


def _entry(
    town: Town, name: str, seq: int, prev: str, *, verb: str, answers: Mapping[str, Any], by: Actor, now: datetime,
    key: str, record: int | None = None,
) -> Written:  # fmt: skip
    entry = Written(
        town=town.code, record_id=record, seq=seq, at=now, verb=verb, by=by.person, post=by.post,
        answers=chain.text(answers), key=key, prev=prev,
    )  # fmt: skip
    entry.hash = chain.digest(
        prev=prev, chain=name, seq=seq, at=now, verb=verb, by=entry.by, post=entry.post, frm="", to="", due=None,
        answers=entry.answers, clocks="{}", sets="{}", key=key,
    )  # fmt: skip
    return entry


def journal(*, verb: str, answers: Mapping[str, Any], by: Actor, now: datetime, key: str) -> int:
    """Note in the town's own chain something that is no case's and no record's; answers the entry's id."""
    town = towns.current()
    try:
        with transaction.atomic():
            store.wait_for_turn(town.code)
            seq, prev = store.last_of(town.code, None) or (0, chain.GENESIS)
            entry = _entry(
                town, town.code, seq + 1, prev, verb=verb, answers=answers, by=by, now=now, key=key
            )
            store.insert_entries([entry])
    except IntegrityError as error:
        entry = repeated(key, error)
    return entry.id
