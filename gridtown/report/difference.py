"""The difference between two editions: what changed in figures, text, gaps and definitions, and whose cases made it."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gridtown import town as towns
from gridtown.cases import queries
from gridtown.kernel import indicator as kernel
from gridtown.kernel.indicator import Span
from gridtown.kernel.period import Period
from gridtown.kernel.standing import PREFIX
from gridtown.people.scope import Scope
from gridtown.report import indicators
from gridtown.report.blocks import Entry, Paragraph, Report, Table
from gridtown.report.editions import Edition
from gridtown.town import Town
from gridtown.warehouse import past
from gridtown.warehouse.lake import Lake

MOST = 50  # cases told of one part of one figure; the rest is counted


@dataclass(frozen=True)
class Mover:
    """A case that is in a part of a figure in one edition only. entries: what was added to it in between."""

    case: int
    number: str
    entries: tuple[tuple[int, str, str], ...]  # id, verb, when

    @property
    def verbs(self) -> tuple[str, ...]:
        """What was done, in order."""
        return tuple(verb for _id, verb, _at in self.entries)


@dataclass(frozen=True)
class Moved:
    """Which cases came into a part ("of" or "count") of a figure and which left it; `more` beyond those told."""

    part: str
    entered: tuple[Mover, ...]
    left: tuple[Mover, ...]
    more: int


@dataclass(frozen=True)
class Changed:
    """A figure that is not the same: both entries (None where an edition does not ask it), and whose doing it is."""

    key: str
    period: str
    old: Entry | None
    new: Entry | None
    moved: tuple[Moved, ...] = ()

    @property
    def found(self) -> bool:
        """Whether what was missing is known now."""
        return bool(self.old and self.new and self.old.missing and not self.new.missing)

    @property
    def lost(self) -> bool:
        """Whether what was known is missing now."""
        return bool(self.old and self.new and self.new.missing and not self.old.missing)


@dataclass(frozen=True)
class Redefined:
    """An indicator whose question, formula or basis is another."""

    key: str
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """All that is different. text: (sign, line) with - for what was, + for what is, as in a comparison of files."""

    a: Edition
    b: Edition
    lang: str
    figures: tuple[Changed, ...]
    text: tuple[tuple[str, str], ...]
    redefined: tuple[Redefined, ...]
    entries: int

    @property
    def nothing(self) -> bool:
        """Whether the two say the same."""
        return not (self.figures or self.text or self.redefined)


def difference(a: Edition, b: Edition, *, lang: str = "zh") -> Difference:
    """What changed from one edition to the other; past.NoPosition where the ledger is not the one that was read.

    Cases behind a figure are found by folding the ledger at both positions: seconds for a town's year, once.
    """
    old, new = a.report(lang), b.report(lang)
    figures = tuple(_figures(a, b, old, new))
    text = tuple((line[0], line[2:]) for line in difflib.ndiff(_prose(old), _prose(new)) if line[0] in "+-")
    return Difference(
        a, b, lang, figures, text, tuple(_redefined(old, new)), b.manifest.cursor - a.manifest.cursor
    )


def _figures(a: Edition, b: Edition, old: Report, new: Report) -> Iterator[Changed]:
    town = towns.current()
    before = {(entry.key, entry.period): entry for entry in old.entries}
    after = {(entry.key, entry.period): entry for entry in new.entries}
    changed = [at for at in dict.fromkeys([*before, *after]) if not _same(before.get(at), after.get(at))]
    if not changed:
        return
    lakes = (
        (_lake(town, a), _lake(town, b)) if a.manifest.cursor != b.manifest.cursor or _as_of(a, b) else None
    )
    for key, period in changed:
        was, now = before.get((key, period)), after.get((key, period))
        moved = _moved(town, key, period, a, b, lakes) if was and now and lakes else ()
        yield Changed(key, period, was, now, moved)


def _as_of(a: Edition, b: Edition) -> bool:
    return a.manifest.as_of != b.manifest.as_of


def _same(old: Entry | None, new: Entry | None) -> bool:
    if old is None or new is None:
        return False
    return (old.of, old.count, old.value, old.shown) == (new.of, new.count, new.value, new.shown)


def _lake(town: Town, edition: Edition) -> Lake:
    told = edition.manifest
    return past.tables(town, cursor=told.cursor, digest=told.hash, as_of=datetime.fromisoformat(told.as_of))


def _moved(
    town: Town, key: str, period: str, a: Edition, b: Edition, lakes: tuple[Lake, Lake]
) -> tuple[Moved, ...]:
    """Which cases are behind the figure in one edition and not in the other, by part."""
    try:
        named = indicators.find(key, town)
    except indicators.NoIndicator:
        return ()
    ind, asked = named.indicator, Period.parse(period, town.zone)
    if ind.kind.startswith(PREFIX):
        return ()  # records have pages of their own, and their entries are theirs
    found = []
    for part in ("of", "count") if ind.count is not None else ("of",):
        sets = []
        for lake in lakes:
            seen = asked.seen_at(lake.as_of) if lake.as_of else asked
            rows = kernel.behind(
                ind, lake.table(named.line.key, ind.kind), Span(seen.since, seen.until, "", asked.until), part
            )
            sets.append({int(row["case_id"]) for row in lake.run(rows)})
        entered, left = sorted(sets[1] - sets[0]), sorted(sets[0] - sets[1])
        if entered or left:
            more = max(0, len(entered) - MOST) + max(0, len(left) - MOST)
            found.append(Moved(part, _movers(entered[:MOST], a, b), _movers(left[:MOST], a, b), more))
    return tuple(found)


def _movers(ids: list[int], a: Edition, b: Edition) -> tuple[Mover, ...]:
    numbers = queries.numbers_of(ids)
    entries = queries.entries_between(ids, a.manifest.cursor, b.manifest.cursor)
    return tuple(Mover(case, numbers.get(case, str(case)), entries.get(case, ())) for case in ids)


def seen_by(found: Difference, scope: Scope) -> frozenset[int]:
    """Which of the cases that made a difference this reader may know of."""
    ids = {m.case for c in found.figures for part in c.moved for m in (*part.entered, *part.left)}
    return frozenset(queries.seen(scope=scope, ids=sorted(ids)))


def _prose(report: Report) -> list[str]:
    """What the town wrote itself, a line for each heading and paragraph, with questions where numbers stand."""
    lines = [report.title]
    for section in report.whole():
        lines += [section.title] if section.title else []
        for block in section.blocks:
            lines.append(block.prose if isinstance(block, Paragraph) else f"[{block.title}]")
            lines += _rows(block) if isinstance(block, Table) else []
    return lines


def _rows(table: Table) -> Iterator[str]:
    """The rows of a table that say something in words beside their figures: what was promised, and how it stands."""
    for row in table.rows:
        if any(isinstance(cell, str) for cell in row[1:]):
            yield " | ".join(cell if isinstance(cell, str) else f"{{{cell.key} {cell.part}}}" for cell in row)


def _redefined(old: Report, new: Report) -> Iterator[Redefined]:
    before = {entry.key: entry for entry in old.entries}
    for entry in {entry.key: entry for entry in new.entries}.values():
        was = before.get(entry.key)
        said = [f"{e.question}\n{e.formula}\n{e.counted}\n{e.basis}" for e in (was, entry) if e]
        if was and said[0] != said[1]:
            yield Redefined(entry.key, entry.name, *said)
