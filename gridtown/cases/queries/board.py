"""The command room's board: by village what is open, late and under supervision, with its light."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from gridtown import town as towns
from gridtown.cases import store
from gridtown.cases.lights import LOOK_BACK, Light, light
from gridtown.people.scope import Scope, bounds


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

    kinds: only cases of these (line, kind); none = all.
    """
    digits = 15 if len(place) >= 12 else 12
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
    fresh = {str(code): (int(n), int(rest)) for code, n, rest in recent}
    return tuple(
        _village(code, opened.get(code, (0, 0, 0)), fresh.get(code, (0, 0)))
        for code in sorted({*opened, *fresh})
    )


def _village(code: str, now_open: tuple[int, int, int], recent: tuple[int, int]) -> Village:
    return Village(code, *now_open, *recent, light=light(recent[1], recent[0]))


def counts(*, scope: Scope, now: datetime) -> dict[str, int]:
    """Open, late, supervised and reported today (the calendar day of the town), within the scope; one query."""
    town = towns.current()
    midnight = now.astimezone(town.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    said, params = scope.sql("c")
    sql = (
        "SELECT count(*), sum(CASE WHEN c.due < %s THEN 1 ELSE 0 END), sum(CASE WHEN c.supervised THEN 1 ELSE 0 END), "
        f"(SELECT count(*) FROM cases_case c WHERE c.opened >= %s AND c.opened <= %s AND {said}) "
        f"FROM cases_case c WHERE NOT c.ended AND {said}"
    )
    moments = [store.moment_in(moment) for moment in (now, midnight, now)]
    found = store.fetch(sql, [*moments, *params, *params])[0]
    return dict(zip(("open", "late", "supervised", "today"), (int(n or 0) for n in found), strict=True))
