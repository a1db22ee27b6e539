"""The light markup of papers (docs/documents.md): each line is a block, and its beginning says which."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gridtown.papers.values import opened_up

Style = Literal["body", "left", "centre", "right", "level1", "level2", "annex"]
Align = Literal["left", "centre", "right", ""]
Span = tuple[str, bool]  # text, and whether it is bold
Spans = tuple[Span, ...]
KEYS = ("organ", "number", "head", "date", "copies")
HEADS = ("red", "plain", "none")
_BEGINNINGS: tuple[tuple[str, Style], ...] = (
    ("### ", "level2"), ("## ", "level1"), (">> ", "right"), ("> ", "centre"), ("< ", "left"), ("+ ", "annex"),
)  # fmt: skip
_BRACKET = re.compile(r"\[(seal|sign|signature|photo)(?:\s+(.*?))?\s*\]")
_RULE = re.compile(r":?-+:?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NEWLINE = "\ue00a"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. n: the number of an annex among those before it; 0 for a single one, and for all else."""

    style: Style
    spans: Spans
    n: int = 0

    @property
    def number(self) -> str:
        """How an annex is numbered."""
        return f"{self.n}. " if self.n else ""

    @property
    def label(self) -> str:
        """What stands before the first annex, and before an only one."""
        return "附件：" if self.style == "annex" and self.n <= 1 else ""


@dataclass(frozen=True)
class Cell:
    """The lines of a cell, and over how many columns it goes."""

    lines: tuple[Spans, ...]
    over: int = 1


@dataclass(frozen=True)
class Table:
    """Rows of cells of lines; the head is repeated on each page. widths: shares of the width, as many as columns."""

    head: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    aligns: tuple[Align, ...]


@dataclass(frozen=True)
class Break:
    """A new page."""


@dataclass(frozen=True)
class Sign:
    """Lines to sign on, beside each other, or the one signature that was drawn on the screen (its digest)."""

    labels: tuple[str, ...]
    drawn: str = ""


@dataclass(frozen=True)
class Photos:
    """Pictures, by digest."""

    digests: tuple[str, ...]


@dataclass(frozen=True)
class Seal:
    """落款: who issues the paper, and when."""

    organ: str
    date: str


Block = Paragraph | Table | Break | Sign | Photos | Seal


@dataclass(frozen=True)
class Sheet:
    """A whole paper, ready to be set. about: what the front matter says of it, `organ` and `date` always."""

    about: Mapping[str, str]
    title: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def head(self) -> str:
        """What stands over the title."""
        return self.about.get("head") or "plain"


def faults(text: str) -> list[tuple[int, str]]:
    """What is wrong with the markup of a text whose values are not yet in it: line and what."""
    said, titled = [], False
    for number, raw in enumerate(text.split("\n"), 1):
        line = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", raw).strip(" \t\r")
        titled = titled or line.startswith("# ")
        if line.startswith("#!"):
            key, colon, value = line[2:].partition(":")
            if key.strip() not in KEYS or not colon:
                said.append(
                    (number, f"#! knows {', '.join(KEYS)}, each with a colon; not {line[2:].strip()}")
                )
            elif key.strip() == "head" and "{" not in value and value.strip() not in HEADS:
                said.append((number, f"head is {' or '.join(HEADS)}, not {value.strip()}"))
        elif line.startswith("[") and (word := re.match(r"\[(\w{2,})", line, re.ASCII)):
            if not _BRACKET.fullmatch(re.sub(r"\{\{.*?\}\}", "x", line)):
                said.append((number, f"there is no [{word[1]}] line, or something stands around it"))
        elif re.match(r"#+(?![#!\s])|#{4,}", line):
            said.append((number, "a heading needs a space after #, ## or ###"))
    return said if titled else [*said, (1, "there is no title: a line that begins with # and a space")]


def parse(text: str, usual: Mapping[str, str]) -> Sheet:
    """A text with its values in it, as blocks; `usual` is what is so unless the text says otherwise."""
    about = dict(usual)
    title: list[str] = []
    blocks: list[Block] = []
    rows: list[str] = []
    for raw in text.split("\n"):
        line = raw.strip(" \t\r")
        if not line:
            continue
        if line.startswith("|"):
            rows.append(line)
            continue
        if rows:
            blocks.append(_table(rows))
            rows = []
        if line.startswith("#!"):
            key, _, value = line[2:].partition(":")
            about[key.strip()] = _plain(value)
        elif line.startswith("# "):
            title.append(_plain(line[2:]))
        else:
            blocks += _blocks(line, about)
    if rows:
        blocks.append(_table(rows))
    return Sheet(about, tuple(title), tuple(_numbered(blocks)))


def _blocks(line: str, about: dict[str, str]) -> Iterator[Block]:
    if line == "---":
        yield Break()
    elif found := _BRACKET.fullmatch(line):
        yield from _bracket(found[1], found[2] or "", about)
    else:
        style: Style = "body"
        for beginning, named in _BEGINNINGS:
            if line.startswith(beginning):
                style, line = named, line.removeprefix(beginning)
                break
        for part in _lines(line):
            yield Paragraph(style, part)


def _bracket(word: str, said: str, about: dict[str, str]) -> Iterator[Block]:
    if word == "seal":
        yield Seal(_plain(said) or about.get("organ", ""), about.get("date", ""))
    elif word == "photo":
        if digests := tuple(_DIGEST.findall(said)):
            yield Photos(digests)
    elif word == "sign":
        yield Sign(tuple(_plain(label) for label in said.split("|")))
    else:
        drawn = _DIGEST.search(said)
        label = _DIGEST.sub("", said).strip().lstrip("＿").strip()
        yield Sign((_plain(label),), drawn[0] if drawn else "")


def _plain(said: str) -> str:
    """One line of text, without markup."""
    return opened_up(said.strip(" \t").replace(_NEWLINE, " "))


def _lines(said: str) -> list[Spans]:
    """The lines of a text that may hold values of several lines; a bare value gives at least one."""
    return [_spans(part.strip(" ")) for part in said.split(_NEWLINE) if part.strip(" ")] or [()]


def _spans(said: str) -> Spans:
    said = said.replace("[ ]", "□").replace("[x]", "☑")
    parts = said.split("**")
    if len(parts) % 2 == 0:  # one mark is left over, so it is meant as written
        parts[-2:] = ["**".join(parts[-2:])]
    return tuple((opened_up(part), bool(n % 2)) for n, part in enumerate(parts) if part)


def _numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    """Annexes that follow each other with their numbers; one alone has none (GB/T 9704-2012, 7.3.4)."""
    for at, block in enumerate(blocks):
        if isinstance(block, Paragraph) and block.style == "annex":
            before = _annexes(blocks[at - 1 :: -1] if at else ())
            if before or _annexes(blocks[at + 1 :]):
                yield Paragraph("annex", block.spans, before + 1)
                continue
        yield block


def _annexes(blocks: Sequence[Block]) -> int:
    """How many annexes these blocks begin with."""
    n = 0
    for block in blocks:
        if not isinstance(block, Paragraph) or block.style != "annex":
            break
        n += 1
    return n


def _cells(row: str) -> list[str]:
    return [cell.strip(" \t") for cell in row.removeprefix("|").removesuffix("|").split("|")]


def _table(written: Sequence[str]) -> Table:
    rows = [_cells(row) for row in written]
    rule = next((at for at, cells in enumerate(rows) if all(_RULE.fullmatch(cell) for cell in cells)), None)
    above = rows[:rule] if rule is not None else []
    below = rows[rule + 1 :] if rule is not None else rows
    columns = max(len(cells) for cells in rows)
    rules = (rows[rule] if rule is not None else []) + ["---"] * columns
    return Table(
        tuple(_row(cells, columns) for cells in above),
        tuple(_row(cells, columns) for cells in below),
        tuple(cell.count("-") for cell in rules[:columns]),
        tuple(_align(cell) for cell in rules[:columns]),
    )


def _row(cells: Sequence[str], columns: int) -> tuple[Cell, ...]:
    """Cells, of which the last runs on to the edge."""
    last = len(cells) - 1
    return tuple(
        Cell(tuple(_lines(cell)), columns - at if at == last else 1) for at, cell in enumerate(cells)
    )


def _align(cell: str) -> Align:
    left, right = cell.startswith(":"), cell.endswith(":")
    if left and right:
        return "centre"
    return "left" if left else "right" if right else ""
