"""The annual work report: the town's own prose, with every number a question put to the ledger.

A template (`report/<year>.md` in the town's folder, `<year>.en.md` beside it) has `# title`, `## section`,
paragraphs set apart by blank lines, and `{% figure line.indicator %}` where a number belongs. It can hold nothing
else that acts: no variable, no loop, no include. A line that begins with `> ` is a note in smaller type.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template import Engine, TemplateSyntaxError
from django.template.base import TextNode

from gridtown import town as towns
from gridtown.kernel.words import LANGUAGES
from gridtown.report import indicators, numbers
from gridtown.report.indicators import Reading
from gridtown.report.tags import FigureNode
from gridtown.report.words import say
from gridtown.town import Town
from gridtown.warehouse import lake as lakes

# Stands in the text for the n-th figure while paragraphs are told apart; a private character of Unicode.
_SLOT = re.compile("\ue000(\\d+)\ue001")


class NoReport(LookupError):
    """The town has no report for this year."""


class BadTemplate(ValueError):
    """A template that cannot be read, with its file and what is wrong."""


@dataclass(frozen=True)
class Figure:
    """A number in the text. `text` is what is written; missing figures say so and are never zero."""

    key: str
    part: str
    text: str
    missing: bool
    reading: Reading


@dataclass(frozen=True)
class Paragraph:
    """Text and figures in turn; a note is set smaller."""

    spans: tuple[str | Figure, ...]
    note: bool = False

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers in it."""
        return tuple(span for span in self.spans if isinstance(span, Figure))

    @property
    def plain(self) -> str:
        """The paragraph as text alone."""
        return "".join(span.text if isinstance(span, Figure) else span for span in self.spans)


@dataclass(frozen=True)
class Section:
    """A heading with its paragraphs; the first may have none."""

    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Report:
    """A year's report with all its figures as of one moment of the ledger; `rounding` states the rule."""

    year: str
    lang: str
    title: str
    sections: tuple[Section, ...]
    as_of: datetime | None
    cursor: int
    rounding: str

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every number, in the order of the text."""
        return tuple(f for section in self.sections for p in section.paragraphs for f in p.figures)


class _Plain(Engine):
    """Django's template parser with none of its tags but ours."""

    default_builtins = ["gridtown.report.tags"]


def years(town: Town | None = None) -> tuple[str, ...]:
    """The years that the town has a report for, newest first."""
    town = town or towns.current()
    names = {path.name.partition(".")[0] for path in (town.folder / "report").glob("*.md")}
    return tuple(sorted((name for name in names if name.isdecimal()), reverse=True))


def read(year: str, *, lang: str = "zh", town: Town | None = None) -> Report:
    """The report of a year with its figures read now; NoReport, or BadTemplate."""
    town = town or towns.current()
    if year not in years(town):
        raise NoReport(year)
    path = _path(town.folder, year, lang)
    text, slots = _parsed(path, path.stat().st_mtime_ns)
    lake = lakes.tables(town)
    try:
        figures = [
            _figure(slot, indicators.read(slot.key, period=year, town=town, lake=lake), lang)
            for slot in slots
        ]
    except indicators.NoIndicator as unknown:
        raise BadTemplate(f"{path.name}: there is no indicator {unknown}") from None
    title, sections = _sections(text, figures)
    return Report(year, lang, title, sections, lake.as_of, lake.cursor, say("rounding", lang))


def faults(town: Town) -> list[str]:
    """What is wrong with the town's templates: one that cannot be read, an unknown indicator, a lost figure."""
    said = []
    for year in years(town):
        asked = {}
        for lang in LANGUAGES:
            path = _path(town.folder, year, lang)
            try:
                _text, slots = _parsed(path, path.stat().st_mtime_ns)
            except (BadTemplate, OSError) as wrong:
                said.append(str(wrong))
                continue
            asked[lang] = sorted((slot.key, slot.part) for slot in slots)
            known = {named.key for named in indicators.listed(town)}
            said += [f"{path.name}: there is no indicator {s.key}" for s in slots if s.key not in known]
        if len({str(keys) for keys in asked.values()}) > 1:
            said.append(f"{year}: the languages do not give the same figures")
    return said


def _path(folder: Path, year: str, lang: str) -> Path:
    own = folder / "report" / f"{year}.{lang}.md"
    return own if lang != LANGUAGES[0] and own.exists() else folder / "report" / f"{year}.md"


@lru_cache(maxsize=32)
def _parsed(path: Path, _changed: int) -> tuple[str, tuple[FigureNode, ...]]:
    """The text with a numbered mark for each slot, and the slots."""
    engine = _Plain(autoescape=False)
    try:
        nodes = engine.from_string(path.read_text("utf-8")).nodelist
    except TemplateSyntaxError as wrong:
        raise BadTemplate(f"{path.name}: {wrong}") from None
    text: list[str] = []
    slots: list[FigureNode] = []
    for node in nodes:
        if isinstance(node, FigureNode):
            text.append(f"\ue000{len(slots)}\ue001")
            slots.append(node)
        elif isinstance(node, TextNode):
            text.append(node.s)
        else:
            raise BadTemplate(f"{path.name}: only text and figures may stand here, not {_shown(node)}")
    return "".join(text), tuple(slots)


def _shown(node: Any) -> str:
    token = getattr(node, "token", None)
    return f"{{{{ {token.contents} }}}} in line {token.lineno}" if token else type(node).__name__


def _figure(slot: FigureNode, reading: Reading, lang: str) -> Figure:
    said = None if reading.missing else _written(slot, reading)
    return Figure(slot.key, slot.part, said or say("missing", lang), said is None, reading)


def _written(slot: FigureNode, reading: Reading) -> str | None:
    if slot.part == "value":
        return reading.shown(slot.places)
    part = reading.of if slot.part == "of" else reading.count
    return None if part is None else numbers.written("count", of=part, count=None, value=None)


def _sections(text: str, figures: Sequence[Figure]) -> tuple[str, tuple[Section, ...]]:
    """Headings and paragraphs, with the figures back in their slots."""
    title, found = "", [("", list[Paragraph]())]
    for block in re.split(r"\n\s*\n", text.strip()):
        for part in _blocks(block):
            if part.startswith("# "):
                title = part[2:].strip()
            elif part.startswith("## "):
                found.append((part[3:].strip(), []))
            elif part:
                note = part.startswith("> ")
                found[-1][1].append(Paragraph(tuple(_spans(part[2:] if note else part, figures)), note))
    return title, tuple(Section(head, tuple(said)) for head, said in found if head or said)


def _blocks(block: str) -> Iterator[str]:
    """The headings and notes of a block line by line, and the lines of prose between them joined."""
    prose: list[str] = []
    for line in block.splitlines():
        if line.startswith(("# ", "## ", "> ")):
            yield _joined(prose)
            prose = []
            yield line
        else:
            prose.append(line.strip())
    yield _joined(prose)


def _joined(lines: Sequence[str]) -> str:
    """Lines as one: with a space between Latin letters and figures, without one in Chinese."""
    whole = ""
    for line in lines:
        apart = whole and all(char.isascii() or char in "\ue000\ue001" for char in whole[-1] + line[:1])
        whole += f" {line}" if apart else line
    return whole


def _spans(text: str, figures: Sequence[Figure]) -> Iterator[str | Figure]:
    """Text and figures in turn."""
    for index, piece in enumerate(_SLOT.split(text)):
        if index % 2:
            yield figures[int(piece)]
        elif piece:
            yield piece
