"""The difference between two editions: figures, text, gaps, definitions, and whose cases or records made it."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gridtown import town as towns
from gridtown.people.scope import Scope
from gridtown.report.editions.editions import Edition
from gridtown.report.figures import movers
from gridtown.report.figures.movers import Moved, Mover
from gridtown.report.typeset.blocks import Entry, Paragraph, Report, Table
from gridtown.town import Town
from gridtown.warehouse import past
from gridtown.warehouse.lake import Lake


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
    text = tuple((line[0], line[2:]) for line in difflib.ndiff(prose(old), prose(new)) if line[0] in "+-")
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
        moved = (
            movers.moved(town, key, period, a.manifest.cursor, b.manifest.cursor, lakes)
            if was and now and lakes
            else ()
        )
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


def seen_by(found: Difference, scope: Scope) -> frozenset[Mover]:
    """Which of the cases and records that made a difference this reader may know of."""
    return movers.seen((m for c in found.figures for part in c.moved for m in part.all), scope)


def prose(report: Report) -> list[str]:
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
