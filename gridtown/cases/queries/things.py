"""Registers' records, the cases behind a figure, and open reports like the one about to be sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

import msgspec
from django.db.models import Q

from gridtown.cases import cells, store
from gridtown.cases.models import Record
from gridtown.cases.queries.listing import COLUMNS as BRIEF_COLUMNS
from gridtown.cases.queries.listing import Brief, brief_of
from gridtown.people.scope import Scope, bounds

_DEGREE = 111_320  # metres of a degree of latitude


class RecordView(msgspec.Struct, frozen=True):
    """A record as pages show it."""

    id: int
    line: str
    register: str
    name: str
    place: str
    retired: bool
    version: int
    answers: dict[str, Any]
    lon: float | None
    lat: float | None


def _record(kept: Record) -> RecordView:
    return RecordView(
        kept.pk, kept.line, kept.register, kept.name, kept.place, kept.retired, kept.version,
        msgspec.json.decode(kept.answers), kept.lon, kept.lat,
    )  # fmt: skip


def records(
    *,
    line: str,
    register: str,
    scope: Scope | None = None,
    place: str = "",
    after: int = 0,
    size: int = 100,
    retired: bool = False,
) -> tuple[RecordView, ...]:
    """A page of a register, by id; with a scope only what lies on its ground (None: for the system itself)."""
    rows = Record.objects.filter(line=line, register=register, id__gt=after).order_by("id")
    rows = rows if retired else rows.filter(retired=False)
    if scope is not None:
        rows = rows.filter(_on_ground(scope, line))
    if place:
        low, high = bounds(place)
        rows = rows.filter(place__gte=low, place__lt=high)
    return tuple(_record(kept) for kept in rows[:size])


def _on_ground(scope: Scope, line: str) -> Q:
    """A scope's places for one line, as a condition over records, which have no degree of confidentiality."""
    ground = Q(pk__in=())
    for stretch in scope.stretches:
        if stretch.lines is None or line in stretch.lines:
            ground |= Q(place__gte=stretch.low, place__lt=stretch.high)
    return ground


def record(*, record: int) -> RecordView | None:
    """One record."""
    kept = Record.objects.filter(pk=record).first()
    return _record(kept) if kept else None


def record_names(ids: Sequence[int]) -> dict[int, str]:
    """The names of records that answers name; one query."""
    marks = ", ".join(["%s"] * len(ids))
    found = store.fetch(f"SELECT id, name FROM cases_record WHERE id IN ({marks})", list(ids)) if ids else []
    return {int(record): str(name) for record, name in found}


def behind(*, scope: Scope, ids: Sequence[int], now: datetime) -> tuple[Brief, ...]:
    """The cases of these ids that the reader may see, in the ids' order."""
    if not ids:
        return ()
    said, params = scope.sql("c")
    marks = ", ".join(["%s"] * len(ids))
    found = store.fetch(
        f"SELECT {BRIEF_COLUMNS} FROM cases_case c WHERE c.id IN ({marks}) AND {said}", [*ids, *params]
    )
    by_id = {int(values[0]): brief_of(values, now) for values in found}
    return tuple(by_id[i] for i in ids if i in by_id)


def similar(
    *, line: str, lon: float, lat: float, now: datetime, metres: float = 150, days: int = 60, most: int = 20
) -> tuple[Brief, ...]:
    """Open reports of a line near a point that residents may know of, the newest first; one query."""
    high = metres / _DEGREE
    wide = high / max(0.1, cos(radians(lat)))
    box = (lon - wide, lat - high, lon + wide, lat + high)
    parts, values = [], []
    for low, top in cells.ranges(*box, most=4):
        parts.append(
            f"SELECT {BRIEF_COLUMNS} FROM cases_case c WHERE c.ended = false AND c.cell >= %s AND c.cell < %s "
            "AND c.line = %s AND c.confidential <= 1 AND c.opened >= %s "
            "AND c.lon BETWEEN %s AND %s AND c.lat BETWEEN %s AND %s"
        )
        values += [
            low,
            top,
            line,
            store.moment_in(now - timedelta(days=days)),
            box[0],
            box[2],
            box[1],
            box[3],
        ]
    sql = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS near ORDER BY 1 DESC LIMIT %s"
    found = store.fetch(sql, [*values, most])
    return tuple(brief_of(row, now) for row in found)
