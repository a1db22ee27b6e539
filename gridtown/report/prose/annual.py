"""The annual work report: the town's own prose, with every number a question put to the ledger.

A template (`report/<year>.md` in the town's folder, `<year>.en.md` beside it) has `# title`, sections from `## ` to
`##### `, paragraphs set apart by blank lines, notes that begin with `> `, and annexes: what follows each further `# `
heading. Numbers, conditions, tables and charts are tags (`report/prose/tags.py`); nothing else in it acts.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from django.conf import settings

from gridtown import town as towns
from gridtown.kernel.words import LANGUAGES
from gridtown.papers.context import names_of
from gridtown.report.figures import indicators
from gridtown.report.figures.indicators import Named
from gridtown.report.prose import template
from gridtown.report.prose.filling import Filling
from gridtown.report.prose.template import BadTemplate, Source
from gridtown.report.typeset.blocks import Entry, Figure, Paragraph, Report, Section
from gridtown.report.words import say
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.lake import Lake

__all__ = [
    "BadTemplate",
    "Entry",
    "Figure",
    "NoReport",
    "Paragraph",
    "Report",
    "Section",
    "faults",
    "read",
    "years",
]


# Nobody counts these by the million (as numbers.written has it).
_UNSCALED = frozenset({"percent", "hours", "days", "ratio"})


class NoReport(LookupError):
    """The town has no report for this year."""


def years(town: Town | None = None) -> tuple[str, ...]:
    """The years that the town has a report for, newest first."""
    town = town or towns.current()
    names = {path.name.partition(".")[0] for path in (town.folder / "report").glob("*.md")}
    return tuple(sorted((name for name in names if name.isdecimal() and len(name) == 4), reverse=True))


def read(
    year: str, *, lang: str = "zh", town: Town | None = None, lake: Lake | None = None,
    source: Source | None = None,
) -> Report:  # fmt: skip
    """The report of a year with its figures read now; NoReport, or BadTemplate.

    lake: the state of the ledger that is asked (the newest otherwise). source: its text (the town folder's otherwise).
    The same year, state, text and language give the same report.
    """
    town = town or towns.current()
    if source is None:
        if year not in years(town):
            raise NoReport(year)
        source = template.source(town.folder, year, lang)
    lake = lake or lakes.tables(town)
    return lake.remembered(
        ("report", year, lang, source.digest), lambda: _read(year, lang, town, lake, source)
    )


def _read(year: str, lang: str, town: Town, lake: Lake, source: Source) -> Report:
    pieces = template.parsed(source.name, source.text)
    known = {named.key: named for named in indicators.listed(town)}
    for fault in _misused(source.name, pieces, known):
        raise BadTemplate(fault)
    filling = Filling(year, lang, town, lake, source.name)
    title, sections, annexes = filling.fill(pieces)
    if not title:
        raise BadTemplate(f"{source.name}: there is no title: a line that begins with # and a space")
    used = {entry.key for entry in filling.entries}
    return Report(
        year=year, lang=lang, title=title, organ=names_of(town)["organ"] if lang == "zh" else town.names["en"],
        sections=sections, annexes=annexes, entries=tuple(filling.entries),
        rounding=say("rounding", lang), template=source.digest,
        definitions=definitions(known[key] for key in sorted(used)),
        as_of=_iso(lake.as_of), day=_day(lake.as_of, town, lang), cursor=lake.cursor, hash=lake.hash,
        synthetic=town.synthetic,
    )  # fmt: skip


def definitions(asked: Iterable[Named]) -> str:
    """A digest that changes when what an indicator asks, or how it is counted, does."""
    said = [
        f"{n.key}\0{n.indicator.question}\0{n.formula}\0{n.indicator.unit}\0{n.indicator.time}\0{n.indicator.kind}"
        for n in asked
    ]
    return sha256("\1".join(said).encode()).hexdigest()


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else None


def _day(at: datetime | None, town: Town, lang: str) -> str:
    if at is None:
        return ""
    day = at.astimezone(town.zone).date()
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else day.isoformat()


def site() -> str:
    """The address that links of printed reports begin with."""
    return str(settings.GRIDTOWN_PUBLIC_URL)


def _misused(name: str, pieces: template.Pieces, known: Mapping[str, Named]) -> list[str]:
    """Indicators that are not there, and figures that are asked for in a way that theirs cannot be given."""
    said = [
        f"{name}, line {line}: there is no indicator {key}"
        for key, line in template.asked(pieces)
        if key not in known
    ]
    for slot, line in template.slots(pieces):
        ind = known[slot.key].indicator if slot.key in known else None
        if ind and slot.part == "count" and ind.shape != "ratio":
            said.append(f"{name}, line {line}: {slot.key} is no share, so it has no part=count")
        if ind and slot.scale and slot.part == "value" and ind.unit in _UNSCALED:
            said.append(f"{name}, line {line}: {slot.key} is in {ind.unit} and is not given in={slot.scale}")
    return said


def faults(town: Town) -> list[str]:
    """What is wrong with the town's templates: one that cannot be read, an unknown indicator, a lost figure."""
    said: list[str] = []
    known = {named.key: named for named in indicators.listed(town)}
    for year in years(town):
        given = {}
        for lang in LANGUAGES:
            try:
                source = template.source(town.folder, year, lang)
                pieces = template.parsed(source.name, source.text)
            except (BadTemplate, OSError) as wrong:
                said.append(str(wrong))
                continue
            said += _misused(source.name, pieces, known)
            if not any(line.startswith("# ") for line in source.text.splitlines()):
                said.append(f"{source.name}: there is no title: a line that begins with # and a space")
            given[lang] = template.shape(pieces)
        if len({str(shape) for shape in given.values()}) > 1:
            first, *others = given.values()
            lost = sorted(set(map(str, first)) ^ set().union(*(set(map(str, other)) for other in others)))
            more = f": {lost[0]}" if lost else ""
            said.append(
                f"{year}: the languages do not give the same figures, conditions, tables and charts{more}"
            )
    return list(dict.fromkeys(said))
