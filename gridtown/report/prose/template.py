"""Reading a report's template: its text in pieces, with what is asked where, or what is wrong and in which line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.template import Engine, TemplateSyntaxError
from django.template.base import TextNode, VariableNode

from gridtown.kernel.words import LANGUAGES
from gridtown.report.prose import conditions
from gridtown.report.prose.conditions import Asked, Condition
from gridtown.report.prose.tags import ChartNode, FigureNode, IfNode, TableNode

_UNKNOWN = re.compile(r"Invalid block tag on line (\d+): '([^']*)'(?:, expected (.*?))?\. Did you")
_UNCLOSED = re.compile(r"Unclosed tag on line (\d+): '(\w+)'")
_PRIVATE = re.compile("[\ue000-\ue003]")


class BadTemplate(ValueError):
    """A template that cannot be read: its file, the line, and what is wrong."""


@dataclass(frozen=True)
class Choice:
    """Texts of which the first stands whose condition holds."""

    branches: tuple[tuple[Condition | None, "Pieces"], ...]
    line: int


@dataclass(frozen=True)
class At:
    """A figure, table or chart, and the line that it stands in."""

    node: FigureNode | TableNode | ChartNode
    line: int


Piece = str | At | Choice
Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Source:
    """The text of a year's report in one language, as the town's folder has it.

    An edition keeps it, so that it can be made again when the folder has changed.
    """

    name: str
    text: str

    @property
    def digest(self) -> str:
        """What changes when it does."""
        return sha256(self.text.encode()).hexdigest()


class _Plain(Engine):
    """Django's template parser with none of its tags but ours."""

    default_builtins = ["gridtown.report.prose.tags"]


def source(folder: Path, year: str, lang: str) -> Source:
    """A year's text from the town's folder; where there is none in this language, the Chinese one."""
    own = folder / "report" / f"{year}.{lang}.md"
    path = own if lang != LANGUAGES[0] and own.exists() else folder / "report" / f"{year}.md"
    try:
        return Source(path.name, path.read_text("utf-8"))
    except UnicodeDecodeError as wrong:
        raise BadTemplate(f"{path.name}: it is not written in UTF-8 (byte {wrong.start})") from None


@lru_cache(maxsize=64)
def parsed(name: str, text: str) -> Pieces:
    """The pieces of a text, or BadTemplate."""
    if found := _PRIVATE.search(text):
        line = text[: found.start()].count("\n") + 1
        raise BadTemplate(f"{name}, line {line}: a character that stands for nothing (U+{ord(found[0]):04X})")
    try:
        nodes = _Plain(autoescape=False).from_string(text).nodelist
    except TemplateSyntaxError as wrong:
        raise BadTemplate(f"{name}, {_said(wrong)}") from None
    return tuple(_pieces(name, nodes))


def _said(wrong: TemplateSyntaxError) -> str:
    """The line and the fault in the words of who writes reports, not of who writes programs."""
    text = str(wrong)
    if found := _UNKNOWN.match(text):
        line, tag, wanted = found.groups()
        if wanted:
            return f"line {line}: {{% {tag} %}} stands where {wanted.replace(' or ', ', ')} was expected"
        known = "figure, if, table and chart"
        return f"line {line}: there is no tag {{% {tag} %}}; a report knows {known}"
    if found := _UNCLOSED.match(text):
        return f"line {found[1]}: {{% {found[2]} %}} is not closed by {{% end{found[2]} %}}"
    token = getattr(wrong, "token", None)
    return f"line {token.lineno}: {text}" if token else f"line 1: {text}"


def _pieces(name: str, nodes: Iterable[Any]) -> Iterator[Piece]:
    for node in nodes:
        line = node.token.lineno if getattr(node, "token", None) else 1
        match node:
            case TextNode():
                yield node.s
            case IfNode():
                yield Choice(tuple((c, tuple(_pieces(name, inner))) for c, inner in node.branches), line)
            case FigureNode() | TableNode() | ChartNode():
                yield At(node, line)
            case VariableNode():
                raise BadTemplate(
                    f"{name}, line {line}: {{{{ {node.token.contents} }}}} cannot stand here; "
                    "only text, figures, conditions, tables and charts may"
                )


def asked(pieces: Pieces) -> Iterator[tuple[str, int]]:
    """Every indicator that a text asks for, with the line: in all its branches, tables and charts."""
    for piece in pieces:
        match piece:
            case At(FigureNode() as slot, line):
                yield slot.key, line
            case At(ChartNode() as chart, line):
                yield chart.key, line
            case At(TableNode() as table, _):
                yield from ((key, line) for key, _label, line in table.rows)
            case Choice(branches, line):
                for condition, inner in branches:
                    yield from ((one.key, line) for one in conditions.figures(condition))
                    yield from asked(inner)


def slots(pieces: Pieces) -> Iterator[tuple[FigureNode, int]]:
    """Every slot for a figure, with its line, in all branches."""
    for piece in pieces:
        match piece:
            case At(FigureNode() as slot, line):
                yield slot, line
            case Choice(branches, _):
                for _condition, inner in branches:
                    yield from slots(inner)


def shape(pieces: Pieces) -> list[str]:
    """What a text gives, apart from its words and their order: two languages must give the same."""
    return sorted(_shape(pieces))


def _shape(pieces: Pieces) -> Iterator[str]:
    for piece in pieces:
        match piece:
            case At(FigureNode(asked=Asked(key, part, year, change)), _):
                yield f"figure {key} {part} {year} {change}"
            case At(ChartNode() as chart, _):
                yield f"chart {chart.key} {chart.by}"
            case At(TableNode() as table, _):
                yield f"table {table.of or table.by} {' '.join(table.columns)} {' '.join(row[0] for row in table.rows)}"
            case Choice(branches, _):
                for condition, inner in branches:
                    yield f"if {condition}"
                    yield from _shape(inner)
