"""Reporting: the one way in for every channel; a case, its first entry and its notices in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError

from gridtown import town as towns
from gridtown.cases import chain, sealing, store
from gridtown.cases.actions import barring, knowing
from gridtown.cases.actions.writing import (
    Change,
    begin,
    chosen_holder,
    close_up,
    queue_holder,
    repeated,
    set_clocks,
    stepped,
    write,
)
from gridtown.cases.store import Row
from gridtown.kernel import forms
from gridtown.kernel.answering import Answers
from gridtown.kernel.line import Kind
from gridtown.kernel.told import CONFIDENTIAL, Actor, Kept, Refused, in_words_of
from gridtown.places import coords
from gridtown.places import router as routing
from gridtown.town import Town

TITLE = 40  # characters of a description that stand for a title


@dataclass(frozen=True, slots=True)
class Point:
    """Where something is, as it was measured: degrees in a named coordinate system."""

    lon: float
    lat: float
    crs: coords.Crs = "wgs84"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reporter is given: the number, the secret that opens it, and the entry's digest."""

    id: int
    number: str
    secret: str
    hash: str
    version: int
    repeated: bool = False


def report(
    *,
    line: str,
    kind: str,
    answers: Mapping[str, Any],
    by: Actor | tuple[Actor, ...],
    now: datetime,
    key: str,
    channel: str,
    point: Point | None = None,
    place: str = "",
    record: int | None = None,
    source: str = "",
) -> Receipt:
    """Open a case, or answer the receipt again when this key has opened it before.

    place: a code of grid, village or town, used where there is no point in the town. Refused when the
    answers or the actor do not fit; nothing is written then.
    """
    town = towns.current()
    found = _kind(town, line, kind)
    actor = _reporter(found, by, line)
    with in_words_of(line):
        row, said = prepared(
            town, found, line, answers, point=point, place=place, now=now, channel=channel, by=actor
        )
    row.record_id, row.source = row.record_id or record, source
    if actor.record and row.record_id != actor.record:
        raise Refused("may_not_report")
    try:
        with store.together(), in_words_of(line):
            change = opened(town, found, row, said, by=actor, now=now, key=key)
            write([change])
    except IntegrityError as error:
        entry = repeated(key, error)
        old = store.case_by("id", entry.case_id or 0)
        if old is None or (old.line, old.kind) != (line, kind):
            raise Refused("key_reused") from error
        return Receipt(
            old.id, old.number, sealing.secret_of(old.number), entry.hash, old.version, repeated=True
        )
    return Receipt(row.id, row.number, sealing.secret_of(row.number), row.head, row.version)


def _kind(town: Town, line: str, kind: str) -> Kind:
    try:
        return town.kind(line, kind)
    except KeyError:
        raise Refused("no_such_kind" if line in town.lines else "no_such_line") from None


def _reporter(kind: Kind, by: Actor | tuple[Actor, ...], line: str) -> Actor:
    for hat in (by,) if isinstance(by, Actor) else by:
        if hat.roles & set(kind.raised_by) and (not hat.lines or line in hat.lines):
            return hat
    raise Refused("may_not_report")


def prepared(
    town: Town, kind: Kind, line: str, raw: Mapping[str, Any], *, point: Point | None, place: str, now: datetime,
    channel: str, by: Actor,
) -> tuple[Row, Answers]:  # fmt: skip
    """A new case's row as far as it follows from the answers and the place; nothing is written."""
    said, known = knowing.intake(town, kind, line, raw, by=by, now=now)
    given, text = said.sets.get("title"), str(said.plain.get("description") or said.plain.get("name") or "")
    row = Row(
        town=town.code, number="", line=line, kind=kind.key, state=kind.procedure.start, place=town.code,
        title="", channel=channel, confidential=CONFIDENTIAL[kind.confidential], opened=now,
        form_version=kind.intake.version,
    )  # fmt: skip
    set_columns(town, kind, row, said)
    row.title = given.split("\n")[0] if given else titled(text)
    row.alike = knowing.likeness(kind, line, said)
    put_place(town, row, point, place)
    about = known.record(kind.about) if known and kind.about else None
    if about is not None:
        put_by_record(row, about)
    return row, said


def titled(text: str) -> str:
    """The first line of what was said, or as much of it as stands for a title, with a sign that more follows."""
    line = text.strip().split("\n")[0]
    if len(line) <= TITLE:
        return line
    cut = line[:TITLE]
    space = cut.rfind(" ")
    return (cut[:space] if space > TITLE // 2 else cut[:-1]).rstrip() + "…"


def set_columns(town: Town, kind: Kind, row: Row, said: Answers) -> None:
    """Let answers set the columns that their fields are marked for; a category also sets its desk and urgency.

    The dictionary's urgency is a default: it gives way to one that is answered or was set by hand before.
    """
    before = row.category
    for column, value in said.sets.items():
        setattr(row, column, value)
    if "category" not in said.sets or not kind.desk_by:
        return
    was = _listed(town, kind, row, before)
    listed = _listed(town, kind, row, row.category)
    row.desk = said.sets.get("desk") or listed.get("desk", "")
    if "urgency" not in said.sets and row.urgency == (was.get("urgency") or "normal"):
        row.urgency = listed.get("urgency") or "normal"


def _listed(town: Town, kind: Kind, row: Row, category: str) -> Mapping[str, Any]:
    """The dictionary's row of a category."""
    spec = next((spec for spec in forms.fields_of(kind.intake) if spec.name == kind.desk_by), None)
    return town.tables.get(row.line, {}).get(spec.table, {}).get(category, {}) if spec else {}


def put_place(town: Town, row: Row, point: Point | None, place: str) -> None:
    """Put a case where it is: by its point, else by a place's code, else at the town for somebody to place."""
    if point is not None:
        lon, lat = coords.to_wgs84(point.lon, point.lat, point.crs)
        store.put_point(row, lon, lat, point.crs)
        placed = routing.current(town.code).route(lon, lat)
        if placed is not None:
            row.place, row.generation = placed.grid_code, placed.generation
            return
    if place:
        if not place.startswith(town.code) or not routing.current(town.code).knows(place):
            raise Refused("no_such_place", fields={"place": "refusal.no_such_place"})
        row.place, row.generation = place, routing.current(town.code).generation


def put_by_record(row: Row, about: Kept) -> None:
    """A case about a record stands on its page, and lies where it does unless it has a better place of its own."""
    row.record_id = about.id
    if len(row.place) >= len(about.place):
        return
    row.place = about.place
    if row.lon is None:
        store.put_point(row, about.lon, about.lat, "wgs84" if about.lon is not None else "")


def opened(
    town: Town, kind: Kind, row: Row, said: Answers, *, by: Actor, now: datetime, key: str,
    bars: frozenset[int] = barring.NOBODY,
) -> Change:  # fmt: skip
    """The change that opens a case: number, clocks, holder, sealed personal answers; within a transaction.

    bars: the posts that it is kept from beside those that its answers name, and those that the like of it is kept from.
    """
    bars |= barring.named(kind.intake, said.plain) | barring.of_alike(row)
    series = kind.number.split("{n")[0].format(year=now.astimezone(town.zone).year)
    n = store.next_number(town.code, series)
    row.number = kind.number.format(year=now.astimezone(town.zone).year, n=n)
    answers = dict(said.plain)
    if said.personal:
        secret, row.sealed_key = sealing.new_key()
        answers |= sealing.seal(secret, said.personal)
    row.answers = chain.text(answers)
    to = str(said.plain.get("to") or "")
    mend = "to" not in forms.computed_of(kind.intake)  # a post that was derived nobody can mend
    row.holder_id = (
        chosen_holder(kind, row, row.state, to, bars, mend=mend)
        if to
        else queue_holder(kind, row, row.state, bars)
    )
    change = begin(row, verb="report", by=by, now=now, key=key, to=row.state, answers=answers)
    change.bars = bars
    set_clocks(town, kind, row, change.entry, stepped(town, kind, row, {}, row.state, now, said.plain))
    if row.holder_id is not None:
        change.tell.append((row.holder_id, "arrived"))
    change.files = [(digest, "before") for digest in said.photos]
    close_up(change, None)
    return change


def settle_end(kind: Kind, row: Row, now: datetime) -> None:
    """Close a row that has come to an end, or open one again that has left it."""
    ended = row.state in kind.procedure.end
    if ended and not row.ended:
        row.ended, row.outcome, row.closed, row.supervised = True, kind.procedure.end[row.state], now, False
    elif row.ended and not ended:
        row.ended, row.outcome, row.closed = False, "", None


def decoded(text: str) -> dict[str, Any]:
    """Answers as the ledger keeps them."""
    found: dict[str, Any] = msgspec.json.decode(text)
    return found
