"""Entries of chains that are no case's, and how records are written with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from gridtown.cases import chain, store
from gridtown.cases.models import Record
from gridtown.cases.store import Written
from gridtown.kernel.told import Actor
from gridtown.town import Town

PART = 500  # rows a statement


@dataclass(slots=True)
class Draft:
    """A record as it shall be, and the entry that makes it so."""

    record: Record
    verb: str
    answers: Mapping[str, Any]
    by: Actor
    key: str
    sets: Mapping[str, Any]


def parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Values in pieces that a statement takes."""
    return (values[i : i + PART] for i in range(0, len(values), PART))


_COLUMNS = (
    "name",
    "place",
    "lon",
    "lat",
    "retired",
    "version",
    "head",
    "form_version",
    "answers",
    "sealed_key",
)


def write(town: Town, drafts: Sequence[Draft], now: datetime) -> None:
    """Write records and their entries; within the caller's transaction and turn."""
    fresh = [draft.record for draft in drafts if not draft.record.pk]
    Record.objects.bulk_create(fresh, batch_size=PART)  # a chain is named by its record's id
    entries = []
    for draft in drafts:
        kept = draft.record
        entry = composed(
            town, f"record:{kept.pk}", kept.version + 1, kept.head, verb=draft.verb, answers=draft.answers,
            by=draft.by, now=now, key=draft.key, record=kept.pk, sets=draft.sets,
        )  # fmt: skip
        kept.version, kept.head = entry.seq, entry.hash
        entries.append(entry)
    columns = ", ".join(f"{name} = %s" for name in _COLUMNS)
    rows = [[*(getattr(d.record, name) for name in _COLUMNS), d.record.pk] for d in drafts]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE cases_record SET {columns} WHERE id = %s", rows)
    for part in parts(entries):
        store.insert_entries(part)


def composed(
    town: Town, name: str, seq: int, prev: str, *, verb: str, answers: Mapping[str, Any], by: Actor, now: datetime,
    key: str, record: int | None = None, sets: Mapping[str, Any] | None = None,
) -> Written:  # fmt: skip
    """The next entry of a record's chain, or (without one) of the town's own."""
    entry = Written(
        town=town.code, record_id=record, seq=seq, at=now, verb=verb, by=by.person, post=by.post,
        answers=chain.text(answers), key=key, prev=prev, sets=chain.text(sets or {}),
    )  # fmt: skip
    entry.hash = chain.digest(
        prev=prev, chain=name, seq=seq, at=now, verb=verb, by=entry.by, post=entry.post, frm="", to="", due=None,
        answers=entry.answers, clocks="{}", sets=entry.sets, key=key,
    )  # fmt: skip
    return entry
