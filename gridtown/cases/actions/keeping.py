"""How records are read and compared with what they said before: one or thousands at a time, by the same rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import msgspec

from gridtown.cases import chain, sealing, store
from gridtown.cases.actions import knowing
from gridtown.cases.actions.chaining import Draft, parts
from gridtown.cases.actions.reporting import Point
from gridtown.cases.actions.writing import NotFound, Overtaken
from gridtown.cases.models import Record
from gridtown.kernel import answering, forms
from gridtown.kernel.answering import Answers
from gridtown.kernel.line import Register
from gridtown.kernel.told import Actor, Doing, Kept, Refused
from gridtown.places import coords
from gridtown.town import Town

What = Literal["new", "changed", "same", "refused"]
NAME = 120  # characters of a record's name
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Keeping:
    """What one record shall say. Without `record` it is a new one.

    answers: of all the form's fields; a personal one that is left out, or is given as its own mask, stays as it is,
    and None takes it away. key: as for every action. version: what the sender was looking at. Without a point
    the record keeps the one it has, unless it shall have none (`unplaced`: the one it had was wrong).
    same: where a unique register has a record that is called so, that one is meant.
    """

    answers: Mapping[str, Any]
    place: str
    key: str
    record: int | None = None
    version: int | None = None
    point: Point | None = None
    same: bool = False
    unplaced: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one of them: its record (0 for one that is new and not written), and why it was refused."""

    record: int
    what: What
    refused: Refused | None = None


@dataclass(slots=True)
class _Read:
    """One row whose answers fit its form."""

    row: Keeping
    actor: Actor
    old: Record | None
    raw: Mapping[str, Any]
    was: dict[str, str]  # its personal answers in clear
    said: Answers


@dataclass(frozen=True, slots=True)
class Batch:
    """What all rows of one register share."""

    town: Town
    line: str
    listed: Register
    by: tuple[Actor, ...]
    now: datetime

    def drafts(self, rows: Sequence[Keeping]) -> tuple[list[Outcome | None], list[Draft]]:
        """Each row's outcome, None for those that have a draft, in their order; a constant number of queries."""
        told: list[Outcome | None] = [None] * len(rows)
        rows = self._meant(rows)
        known = _records_by_key(row.key for row in rows)
        olds = _records(self.line, self.listed.key, (row.record for row in rows if row.record))
        read: dict[int, _Read] = {}
        for n, row in enumerate(rows):
            if row.key in known:
                told[n] = Outcome(known[row.key], "same")
                continue
            try:
                read[n] = self._read(row, olds)
            except Refused as why:
                told[n] = Outcome(row.record or 0, "refused", why)
        named = knowing.records_of(
            (i for r in read.values() for i in knowing.named(self.listed.form, r.said.plain)),
            of=(self.town.code, self.line),
        )
        lost = _not_uploaded(digest for r in read.values() for digest in r.said.photos)
        drafts: dict[int, Draft] = {}
        for n, one in read.items():
            try:
                draft = self._draft(one, named, lost)
            except Refused as why:
                told[n] = Outcome(one.row.record or 0, "refused", why)
                continue
            if draft is None:
                told[n] = Outcome(one.row.record or 0, "same")
            else:
                drafts[n] = draft
        for n, name in self._taken(drafts):
            told[n] = Outcome(rows[n].record or 0, "refused", Refused("name_taken", name=name))
            del drafts[n]
        return told, list(drafts.values())

    def _taken(self, drafts: Mapping[int, Draft]) -> list[tuple[int, str]]:
        """The rows of a unique register whose record would be called like another that stands, or is in this batch."""
        if not self.listed.unique:
            return []
        there = _standing(self.line, self.listed.key, (draft.record.name for draft in drafts.values()))
        taken, seen = [], set[str]()
        for n, draft in drafts.items():
            name, mine = draft.record.name, draft.record.pk
            if name in seen or there.get(name, mine) != mine:
                taken.append((n, name))
            seen.add(name)
        return taken

    def _meant(self, rows: Sequence[Keeping]) -> Sequence[Keeping]:
        """The rows with the records that they are about, where they leave that to what the record is called."""
        if not self.listed.unique:
            return rows
        called = {n: self._called(row) for n, row in enumerate(rows) if row.same and row.record is None}
        there = _standing(self.line, self.listed.key, (name for name in called.values() if name))
        return [
            replace(row, record=there.get(called[n])) if called.get(n) else row for n, row in enumerate(rows)
        ]

    def _called(self, row: Keeping) -> str:
        """What the record of a new row would be called; "" where that cannot be said, which is told later."""
        try:
            one = self._read(row, {})
            named = knowing.records_of(
                knowing.named(self.listed.form, one.said.plain), of=(self.town.code, self.line)
            )
            return _name(self.listed, self._derived(one, named))
        except Refused:
            return ""

    def _read(self, row: Keeping, olds: Mapping[int, Record]) -> _Read:
        """The row's answers by the register's form, completed by what a record already says of persons."""
        old = None
        if row.record is not None:
            old = olds.get(row.record)
            if old is None:
                raise NotFound
            if row.version is not None and old.version != row.version:
                raise Overtaken
            if old.retired:
                raise Refused("record_retired")
        actor = keeper(self.by, self.listed, self.line, row.place, *([old.place] if old else []))
        was = in_clear(old) if old else {}
        raw = _completed(self.listed, row.answers, was)
        return _Read(row, actor, old, raw, was, answering.read(self.listed.form, raw, tables=self._tables))

    @property
    def _tables(self) -> forms.Tables:
        return self.town.tables.get(self.line, {})

    def _draft(self, one: _Read, named: Mapping[int, Kept], lost: set[str]) -> Draft | None:
        """The record with what the row says and what follows from it; None where nothing would change."""
        row, said = one.row, self._derived(one, named)
        if lost & set(said.photos):
            raise Refused("no_such_file")
        kept = one.old or Record(
            town=self.town.code, line=self.line, register=self.listed.key, since=self.now, version=0,
            head=chain.GENESIS, form_version=self.listed.form.version,
        )  # fmt: skip
        point = _point(row, kept)
        sealed = {name: value for name, value in _decode(kept.answers).items() if sealing.is_sealed(value)}
        if one.old is not None and (kept.place, (kept.lon, kept.lat)) == (row.place, point):
            plain = {name: value for name, value in _decode(kept.answers).items() if name not in sealed}
            if self._same(plain, said.plain) and {n: str(v) for n, v in said.personal.items()} == one.was:
                return None
            self._reasoned(plain, said.plain)
        answers = {**said.plain, **_sealed(kept, said.personal, one.was, sealed)}
        kept.name = _name(self.listed, said)
        kept.place, kept.answers, kept.form_version = row.place, chain.text(answers), self.listed.form.version
        kept.lon, kept.lat = point
        where = {"place": kept.place, "lon": kept.lon, "lat": kept.lat}
        sets = {"form_version": kept.form_version}
        return Draft(kept, "keep", {**answers, "where": where}, one.actor, row.key, sets)

    def _same(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        """Whether nothing was changed; a reason alone changes nothing."""
        but = self.listed.why
        return {n: v for n, v in old.items() if n != but} == {n: v for n, v in new.items() if n != but}

    def _reasoned(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Refuse a change that says no reason of its own, on a register that asks for one."""
        why = self.listed.why
        if why and new.get(why) in (None, old.get(why)):
            raise Refused("form_invalid", fields={why: "mistake.why"})

    def _derived(self, one: _Read, named: Mapping[int, Kept]) -> Answers:
        """The answers with the computed ones among them; a record that is named must be there."""
        form, plain = self.listed.form, one.said.plain
        for spec in forms.fields_of(form):
            asked = knowing.ids(plain.get(spec.name)) if spec.type in ("ref", "refs") else []
            if any(i not in named or named[i].register != spec.register for i in asked):
                raise Refused("form_invalid", fields={spec.name: "refusal.no_such_record"})
        if self.listed.derive is None:
            return one.said
        mine = {i: named[i] for i in knowing.named(form, plain)}
        settings = self.town.amounts.get(self.line, {})
        doing = Doing("keep", one.actor, plain, self.now, self.town.calendar, settings, self._tables, mine)
        return answering.read(form, one.raw, tables=self._tables, computed=self.listed.derive(doing))


def now_of(record: int) -> Record | None:
    """A record as it is."""
    return Record.objects.filter(pk=record).first()


def plain_of(listed: Register, kept: Record) -> dict[str, Any]:
    """What somebody has answered of a record, without what is sealed or worked out: what a change of it begins with."""
    asked = {spec.name for spec in forms.fields_of(listed.form)} - set(forms.computed_of(listed.form))
    answers = _decode(kept.answers)
    return {n: v for n, v in answers.items() if n in asked and not sealing.is_sealed(v)}


def free(line: str, listed: Register, name: str) -> None:
    """Refuse to put back on a unique register what another record is called by now."""
    if listed.unique and _standing(line, listed.key, [name]):
        raise Refused("name_taken", name=name)


def _standing(line: str, register: str, names: Iterable[str]) -> dict[str, int]:
    """The standing records of a register that are called so, by name."""
    found: dict[str, int] = {}
    for part in parts(sorted(set(names))):
        rows = Record.objects.filter(line=line, register=register, retired=False, name__in=part)
        found |= dict(rows.values_list("name", "id"))
    return found


def _point(row: Keeping, kept: Record) -> tuple[float | None, float | None]:
    """Where the record lies from now on (WGS84): what the row says, else where it lay; (None, None) for nowhere."""
    if row.unplaced:
        return None, None
    return coords.to_wgs84(row.point.lon, row.point.lat, row.point.crs) if row.point else (kept.lon, kept.lat)


def keeper(by: tuple[Actor, ...], listed: Register, line: str, *places: str) -> Actor:
    """The hat under which these places' records may be kept."""
    for hat in by:
        if hat.roles & set(listed.kept_by) and all(hat.covers(line, place) for place in places):
            return hat
    raise Refused("may_not", verb="keep")


def in_clear(kept: Record) -> dict[str, str]:
    """A record's personal answers in clear; none once its key is destroyed."""
    if kept.sealed_key is None:
        return {}
    key = sealing.unwrap(bytes(kept.sealed_key))
    return {
        name: sealing.unseal(key, name, value)
        for name, value in _decode(kept.answers).items()
        if sealing.is_sealed(value)
    }


def _completed(listed: Register, raw: Mapping[str, Any], was: Mapping[str, str]) -> dict[str, Any]:
    """Raw answers with the personal ones that were not said, or only as their mask, as they were before."""
    said = dict(raw)
    for spec in forms.fields_of(listed.form):
        if not spec.personal:
            continue
        old = was.get(spec.name)
        if spec.name not in said:
            if old is not None:
                said[spec.name] = old
        elif said[spec.name] is None:
            del said[spec.name]
        elif old is not None and said[spec.name] == answering.masked(old, spec.personal):
            said[spec.name] = old
        elif answering.is_mask(str(said[spec.name]), spec.personal):
            raise Refused("form_invalid", fields={spec.name: "mistake.masked"})
    return said


def _sealed(
    kept: Record, personal: Mapping[str, Any], was: Mapping[str, str], sealed: Mapping[str, Any]
) -> dict[str, Any]:
    """The personal answers as the row keeps them: what is as it was stays the same ciphertext."""
    same = {name: sealed[name] for name, value in personal.items() if was.get(name) == str(value)}
    fresh = {name: value for name, value in personal.items() if name not in same}
    if not fresh:
        return same
    if kept.sealed_key is None:
        key, kept.sealed_key = sealing.new_key()
    else:
        key = sealing.unwrap(bytes(kept.sealed_key))
    return same | sealing.seal(key, fresh)


def _name(listed: Register, said: Answers) -> str:
    """What a record is called; a person's name only masked, as it stands on every list."""
    if listed.named_by not in said.personal:
        return str(said.plain.get(listed.named_by, ""))[:NAME]
    mask = next(spec.personal for spec in forms.fields_of(listed.form) if spec.name == listed.named_by)
    return answering.masked(str(said.personal[listed.named_by]), mask)[:NAME]


def _records(line: str, register: str, ids: Iterable[int]) -> dict[int, Record]:
    return {
        kept.pk: kept
        for part in parts(sorted(set(ids)))
        for kept in Record.objects.filter(pk__in=part, line=line, register=register)
    }


def _records_by_key(keys: Iterable[str]) -> dict[str, int]:
    """The records that these keys were already used for."""
    found: dict[str, int] = {}
    for part in parts(list(keys)):
        marks = ", ".join(["%s"] * len(part))
        rows = store.fetch(f"SELECT key, record_id FROM cases_entry WHERE key IN ({marks})", part)
        found |= {str(key): int(record or 0) for key, record in rows}
    return found


def _not_uploaded(digests: Iterable[str]) -> set[str]:
    asked = set(digests)
    for part in parts(sorted(asked)):
        marks = ", ".join(["%s"] * len(part))
        found = store.fetch(f"SELECT sha256 FROM cases_upload WHERE sha256 IN ({marks})", part)
        asked -= {str(digest) for (digest,) in found}
    return asked
