"""定期职责: what is owed again and again on a record opens one case in each period, and never two.

A record whose grade has changed goes by its new period from the next one on: a blue risk point that turns red on
10 June is looked at in July, though its year is not over; a red one that turns blue is looked at next year.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from django.db import InterfaceError, OperationalError

from gridtown import town as towns
from gridtown.cases import actions, queries, store
from gridtown.cases.actions import Point
from gridtown.cases.actions.falling import TICKER
from gridtown.cases.queries import RecordView, duty_key
from gridtown.dispatch.models import Mark
from gridtown.kernel import forms
from gridtown.kernel.line import Duty, Register
from gridtown.kernel.recurring import Span, read_span, span_at
from gridtown.kernel.told import DUTY, Refused
from gridtown.town import Town

_log = logging.getLogger(__name__)
_PAGE = 500
SEEN = "duties"


def open_owed(*, now: datetime) -> int:
    """Open what is owed in the present period and not opened yet; how many cases were opened.

    Safe to run twice or by two at once: record, duty and period make the key. A period in which nobody ticked
    is not made up for: what was not asked for was not missed. A register in which all was opened is looked at
    again only when a period is over or somebody has written to it.
    """
    town, sums = towns.current(), queries.register_sums()
    before, seen, opened = _seen(), {}, 0
    for line, register, duty in _duties(town):
        name, many = f"{line}.{register.key}.{duty.key}", sums.get((line, register.key))
        if many is None:
            continue
        mark = [*sorted({span_at(every, now, town.zone).key for every in duty.periods}), *map(str, many)]
        if before.get(name) != mark:
            new, failed = _open(town, line, register, duty, now)
            opened += new
            if failed:
                continue
        seen[name] = mark
    if seen != before:
        said = msgspec.json.encode(seen).decode()
        _remember(Mark(key=SEEN, at=now, said=said))
    return opened


def _duties(town: Town) -> Iterator[tuple[str, Register, Duty]]:
    for line in town.lines.values():
        for register in line.registers:
            for duty in register.duties:
                yield line.key, register, duty


def _seen() -> dict[str, list[str]]:
    """For each duty the periods, and the state of its register, in which all was found opened."""
    mark = Mark.objects.filter(key=SEEN).first()
    return msgspec.json.decode(mark.said, type=dict[str, list[str]]) if mark else {}


def _remember(mark: Mark) -> None:
    Mark.objects.bulk_create(
        [mark], update_conflicts=True, unique_fields=["key"], update_fields=["at", "said"]
    )


def _open(town: Town, line: str, register: Register, duty: Duty, now: datetime) -> tuple[int, int]:
    """Open a duty's cases, a page of records at a time; how many were opened, and how many could not be."""
    opened = failed = 0
    for found in _pages(line, register.key):
        page = [record for record in found if duty.owed(record.answers)]
        owed = {record.id: span_at(duty.period(record.answers), now, town.zone) for record in page}
        known = store.known_keys(duty_key(record, duty.key, span.key) for record, span in owed.items())
        missing = [r for r in page if duty_key(r.id, duty.key, owed[r.id].key) not in known]
        if duty.grades:
            begun = _begun(town, line, duty, {r.id: owed[r.id] for r in missing})
            missing = [record for record in missing if record.id not in begun]
        for record in missing:
            done = _opened(town, line, register, duty, record, now, owed[record.id])
            opened, failed = opened + (done is True), failed + (done is None)
    return opened, failed


def _pages(line: str, register: str) -> Iterator[tuple[RecordView, ...]]:
    after = 0
    while page := queries.records(line=line, register=register, after=after, size=_PAGE):
        yield page
        if len(page) < _PAGE:
            return
        after = page[-1].id


def _begun(town: Town, line: str, duty: Duty, owed: Mapping[int, Span]) -> set[int]:
    """Those records for which a period that overlaps this one was opened, by the grade that they had then."""
    last = queries.last_owed(line=line, kind=duty.opens, duty=duty.key, records=list(owed))
    begun, within = set(), {}
    for record, (key, _) in last.items():
        before, span = read_span(key, town.zone), owed[record]
        if before.since >= span.since:
            begun.add(record)
        elif before.until > span.since:
            within[record] = span
    # a longer period still runs; the shorter one takes its place once it begins with the new grade
    then = queries.answers_at(moments={record: span.since for record, span in within.items()})
    return begun | {
        record
        for record, span in within.items()
        if span_at(duty.period(then.get(record, {})), span.since, town.zone) != span
    }


def _opened(
    town: Town, line: str, register: Register, duty: Duty, record: RecordView, now: datetime, span: Span
) -> bool | None:
    """Open one case: whether it was (another may have been quicker), None where it could not be."""
    kind = town.kind(line, duty.opens)
    answers: dict[str, object] = {}
    for spec in forms.fields_of(kind.intake):
        if spec.name == kind.names_record_of(register.key):
            answers[spec.name] = [record.id] if spec.type == "refs" else record.id
        elif spec.sets == "title":
            answers[spec.name] = record.name[: spec.max_length]
    point = Point(record.lon, record.lat) if record.lon is not None and record.lat is not None else None
    try:
        told = actions.report(
            line=line, kind=kind.key, answers=answers, by=TICKER, now=now, channel=DUTY, place=record.place,
            point=point, key=duty_key(record.id, duty.key, span.key), record=record.id,
        )  # fmt: skip
    except (OperationalError, InterfaceError):
        raise
    except Refused as why:
        _log.error("duty %s on record %s could not be opened: %s", duty.key, record.id, why.key)
        return None
    except Exception:
        _log.exception("duty %s on record %s could not be opened; it is tried again", duty.key, record.id)
        return None
    return not told.repeated
