"""Which event mode is on (ADR 0017): read from the ledger, remembered in the process until the town's stamp moves.

There is no table of modes: the case that switches it says everything. Whatever changes what holds gives the town a
new stamp in the same transaction, so that every process reads again within a second, as for posts and grids.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from gridtown import town as towns
from gridtown.cases import sealing, store
from gridtown.cases.store import Row, Written
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.mode import Mode, Running
from gridtown.places import stamp as stamps
from gridtown.town import Town

_decode = msgspec.json.Decoder().decode
_kept: dict[str, tuple[int, tuple[Running, ...]]] = {}


def current(now: datetime) -> Running | None:
    """The mode that is on, from memory: one that is forgotten is over when its time has run out, ticker or not."""
    town = towns.current()
    stamp = stamps.fresh(town.code)
    kept = _kept.get(town.code)
    if kept is None or kept[0] != stamp:
        kept = stamp, tuple(_reported(one) for one in _read(town))
        if stamp:  # 0 = nothing was ever loaded: do not remember emptiness
            _kept[town.code] = kept
    return _at(kept[1], now)


def read(town: Town, now: datetime) -> Running | None:
    """The mode that is on, asked of the ledger: what a guard sees under the writers' lock."""
    on = _at(_read(town), now)
    return _reported(on) if on else None


def _at(found: Iterable[Running], now: datetime) -> Running | None:
    return next((one for one in found if one.since <= now <= one.until), None)


def declared(town: Town) -> Mapping[tuple[str, str], Mode]:
    """The kinds that switch it, by line and key."""
    return {
        (line.key, kind.key): kind.mode for line in town.lines.values() for kind in line.kinds if kind.mode
    }


def _read(town: Town) -> tuple[Running, ...]:
    """Every case in the state that switches it on, the newest first: one statement, and two for each."""
    found = []
    for (line, kind), mode in declared(town).items():
        rows = store.fetch(
            "SELECT id FROM cases_case WHERE line = %s AND state = %s AND kind = %s AND NOT ended ORDER BY id DESC",
            [line, mode.state, kind],
        )
        cases = (store.case_by("id", int(case)) for (case,) in rows)
        found += [_running(row, mode) for row in cases if row is not None]
    return tuple(found)


def _running(row: Row, mode: Mode) -> Running:
    entries = store.entries_of(row.id)
    since = next(e.at for e in reversed(entries) if e.to == mode.state and e.frm != mode.state)
    until = clockwork.load(_decode(row.clocks))[mode.limit].due
    said = _answers(row, entries)
    return Running(
        row.id, row.number, row.line, row.kind, row.title, row.place, since, until or since, mode,
        factor=float(said.get(mode.factor) or 1), lines=frozenset(said.get(mode.lines) or ()),
        hours=float(said.get(mode.every) or 1), reported=None, answers=said,
    )  # fmt: skip


def _reported(on: Running) -> Running:
    """The same with when it was last reported on: one statement, of no more than have come since it began."""
    last = store.fetch(
        "SELECT max(opened) FROM cases_case WHERE line = %s AND kind = %s AND opened >= %s",
        [on.line, on.how.reports, store.moment_in(on.since)],
    )[0][0]
    return replace(on, reported=store.moment_out(last) if last else None)


def _answers(row: Row, entries: Iterable[Written]) -> dict[str, Any]:
    """What the case says, the newest answer of each name: corrections are in the row's, moves come after it."""
    moves = [_decode(e.answers) for e in entries if e.verb not in ("report", "correct")]
    said = [_decode(row.answers), *moves]
    return {name: value for one in said for name, value in one.items() if not sealing.is_sealed(value)}


def note(town: Town, row: Row, before: Row | None, entry: Written) -> bool:
    """Give the town a new stamp where an entry changes what holds; whether it did."""
    kinds = town.lines[row.line].kinds if row.line in town.lines else ()
    mode = next((kind.mode for kind in kinds if kind.key == row.kind), None)
    if mode is None or mode.state not in (row.state, before.state if before else ""):
        return False
    same = before is not None and (row.state, row.due, row.answers) == (
        before.state,
        before.due,
        before.answers,
    )
    if same and not set(mode.answers) & set(_decode(entry.answers)):
        return False
    stamps.bump(town.code)
    return True
