"""The command room's board: by village what is open, late and under supervision, with its light."""

from collections.abc import Collection
from datetime import datetime

import msgspec
import numpy as np

from gridtown import town as towns
from gridtown.cases import held, store
from gridtown.cases.held import Held
from gridtown.cases.lights import LOOK_BACK, Light, light
from gridtown.kernel.told import DUTY
from gridtown.people.scope import Scope, bounds

_COUNTED = ("open", "late", "supervised", "today")


class Village(msgspec.Struct, frozen=True):
    """One village (or the town itself for what is not yet placed): counts of now and of the last thirty days."""

    code: str
    open: int
    late: int
    supervised: int
    recent: int  # reported within the last thirty days
    unfinished: int  # of these, still open
    light: Light


def board(
    *, scope: Scope, now: datetime, place: str = "", kinds: Collection[tuple[str, str]] = ()
) -> tuple[Village, ...]:
    """Every village with anything open or recent, or every grid of one village; two queries.

    kinds: only cases of these (line, kind); none = all. Of a large ledger it is counted in memory (`held`).
    """
    digits = 15 if len(place) >= 12 else 12
    known = held.of(towns.current().code, now)
    if known is not None:
        return _from_memory(known, scope, now, place, kinds, digits)
    said, params = scope.sql("c")
    if kinds:
        said = f"{said} AND ({' OR '.join(['(c.line = %s AND c.kind = %s)'] * len(kinds))})"
        params = [*params, *(part for pair in kinds for part in pair)]
    if place:
        low, high = bounds(place)
        said, params = f"{said} AND c.place >= %s AND c.place < %s", [*params, low, high]
    of_open = store.fetch(
        f"SELECT substr(c.place, 1, {digits}), count(*), sum(CASE WHEN c.due < %s THEN 1 ELSE 0 END), "
        f"sum(CASE WHEN c.supervised THEN 1 ELSE 0 END) FROM cases_case c WHERE NOT c.ended AND {said} GROUP BY 1",
        [store.moment_in(now), *params],
    )
    recent = store.fetch(
        f"SELECT substr(c.place, 1, {digits}), count(*), sum(CASE WHEN c.ended THEN 0 ELSE 1 END) "
        f"FROM cases_case c WHERE c.opened >= %s AND c.opened <= %s AND {said} GROUP BY 1",
        [store.moment_in(now - LOOK_BACK), store.moment_in(now), *params],
    )
    opened = {str(code): (int(n), int(late), int(watched)) for code, n, late, watched in of_open}
    held.counted(towns.current().code, sum(n for n, _, _ in opened.values()))
    fresh = {str(code): (int(n), int(rest)) for code, n, rest in recent}
    return tuple(
        _village(code, opened.get(code, (0, 0, 0)), fresh.get(code, (0, 0)))
        for code in sorted({*opened, *fresh})
    )


def _from_memory(
    known: Held, scope: Scope, now: datetime, place: str, kinds: Collection[tuple[str, str]], digits: int
) -> tuple[Village, ...]:
    rows, seen = known.rows, known.seen(scope, place, kinds)
    at, since = held.micros(now), held.micros(now - LOOK_BACK)
    opened = seen & ~rows["ended"]
    fresh = seen & (rows["opened"] >= since) & (rows["opened"] <= at)
    told = [
        known.by_place(chosen, digits)
        for chosen in (
            opened, opened & (rows["due"] < at), opened & rows["supervised"], fresh, fresh & ~rows["ended"]
        )
    ]  # fmt: skip
    return tuple(
        _village(
            code,
            (o.get(code, 0), late.get(code, 0), watched.get(code, 0)),
            (n.get(code, 0), rest.get(code, 0)),
        )
        for o, late, watched, n, rest in [told]
        for code in sorted({*o, *n})
    )


def _village(code: str, now_open: tuple[int, int, int], recent: tuple[int, int]) -> Village:
    return Village(code, *now_open, *recent, light=light(recent[1], recent[0]))


def counts(*, scope: Scope, now: datetime) -> dict[str, int]:
    """Open, late, supervised and brought today (the calendar day of the town), within the scope; one query.

    What the system opened of itself, because it is owed again, is open and may be late; nobody brought it.
    """
    town = towns.current()
    midnight = now.astimezone(town.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    known = held.of(town.code, now)
    if known is not None:
        rows, seen = known.rows, known.seen(scope, "", ())
        at, since = held.micros(now), held.micros(midnight)
        opened = seen & ~rows["ended"]
        fresh = seen & (rows["opened"] >= since) & (rows["opened"] <= at) & ~rows["owed"]
        each = (opened, opened & (rows["due"] < at), opened & rows["supervised"], fresh)
        return dict(zip(_COUNTED, (int(np.count_nonzero(chosen)) for chosen in each), strict=True))
    said, params = scope.sql("c")
    sql = (
        "SELECT count(*), sum(CASE WHEN c.due < %s THEN 1 ELSE 0 END), sum(CASE WHEN c.supervised THEN 1 ELSE 0 END), "
        f"(SELECT count(*) FROM cases_case c WHERE c.opened >= %s AND c.opened <= %s AND c.channel <> %s AND {said}) "
        f"FROM cases_case c WHERE NOT c.ended AND {said}"
    )
    moments = [store.moment_in(moment) for moment in (now, midnight, now)]
    found = store.fetch(sql, [*moments, DUTY, *params, *params])[0]
    held.counted(town.code, int(found[0]))
    return dict(zip(_COUNTED, (int(n or 0) for n in found), strict=True))
