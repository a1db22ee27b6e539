"""Whose doing it is that a figure is another: the cases and records behind it at two positions of the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gridtown.cases import queries
from gridtown.kernel import indicator as kernel
from gridtown.kernel.indicator import Indicator, Part, Span
from gridtown.kernel.period import Period
from gridtown.kernel.standing import PREFIX
from gridtown.people.scope import Scope
from gridtown.report.figures import indicators
from gridtown.report.figures.named import Named
from gridtown.town import Town
from gridtown.warehouse.lake import Lake

MOST = 50  # cases or records told of one part of one figure; the rest is counted


@dataclass(frozen=True)
class Mover:
    """A case or record that is in a part of a figure at one position only, or has another value there.

    number: the case's, or what the record is called. register: "line/register" of a record, "" of a case. entries: what
    was added to it in between.
    """

    id: int
    number: str
    entries: tuple[tuple[int, str, str], ...]  # id, verb, when
    register: str = ""

    @property
    def verbs(self) -> tuple[str, ...]:
        """What was done, in order."""
        return tuple(verb for _id, verb, _at in self.entries)

    @property
    def link(self) -> str:
        """Its page."""
        return f"/registers/{self.register}/{self.id}" if self.register else f"/case/{self.number}"


@dataclass(frozen=True)
class Moved:
    """Which came into a part ("of", "count" or "value") of a figure, which left it, and which have another value there.

    more: how many there are beyond those told.
    """

    part: str
    entered: tuple[Mover, ...]
    left: tuple[Mover, ...]
    changed: tuple[Mover, ...]
    more: int

    @property
    def all(self) -> tuple[Mover, ...]:
        """Every one that is told."""
        return (*self.entered, *self.left, *self.changed)


def moved(
    town: Town, key: str, period: str, old: int, new: int, lakes: tuple[Lake, Lake]
) -> tuple[Moved, ...]:
    """What is behind a figure at one position (entry `old`, the first lake) and not, or otherwise, at the other."""
    try:
        named = indicators.find(key, town)
    except indicators.NoIndicator:
        return ()
    asked = Period.parse(period, town.zone)
    return tuple(_moved(named, asked, old, new, lakes))


def _moved(named: Named, asked: Period, old: int, new: int, lakes: tuple[Lake, Lake]) -> Iterator[Moved]:
    ind = named.indicator
    parts: tuple[Part, ...] = ("of", "count") if ind.count is not None else ("of",)
    for part in parts:
        before, after = (_behind(named, asked, lake, part) for lake in lakes)
        groups = (
            sorted(after.keys() - before.keys()),
            sorted(before.keys() - after.keys()),
            sorted(key for key in before.keys() & after.keys() if before[key] != after[key]),
        )
        if any(groups):
            more = sum(max(0, len(ids) - MOST) for ids in groups)
            found = (_movers(ids[:MOST], ind, old, new) for ids in groups)
            yield Moved("value" if ind.measure is not None else part, *found, more)


def _behind(named: Named, asked: Period, lake: Lake, part: Part) -> dict[int, list[Any]]:
    """The ids behind a part, each with its values where it is a measure."""
    ind = named.indicator
    seen = asked.seen_at(lake.as_of) if lake.as_of else asked
    span, table = Span(seen.since, seen.until, "", asked.until), lake.table(named.line.key, ind.kind)
    found: dict[int, list[Any]] = defaultdict(list)
    if ind.measure is not None:
        for key, worth in (row.values() for row in lake.run(kernel.measured(ind, table, span))):
            found[int(key)].append(worth)
    else:
        for (key,) in (row.values() for row in lake.run(kernel.behind(ind, table, span, part))):
            found[int(key)] = []
    return {key: sorted(values) for key, values in found.items()}


def _movers(ids: list[int], ind: Indicator, old: int, new: int) -> tuple[Mover, ...]:
    if ind.kind.startswith(PREFIX):
        records = queries.named_records(ids=ids)
        entries = queries.entries_between(ids, old, new, of="record_id")
        return tuple(
            Mover(one, records[one].name, entries.get(one, ()), f"{records[one].line}/{records[one].register}")
            for one in ids if one in records
        )  # fmt: skip
    numbers, entries = queries.numbers_of(ids), queries.entries_between(ids, old, new)
    return tuple(Mover(one, numbers.get(one, str(one)), entries.get(one, ())) for one in ids)


def seen(found: Iterable[Mover], scope: Scope) -> frozenset[Mover]:
    """Which of these a reader may know of: cases within the scope, records on its ground."""
    every = frozenset(found)
    cases = set(queries.seen(scope=scope, ids=sorted({one.id for one in every if not one.register})))
    records = queries.named_records(ids={one.id for one in every if one.register})
    told = {key for key, one in records.items() if scope.sees(one.line, one.place, 0)}
    return frozenset(one for one in every if one.id in (told if one.register else cases))
