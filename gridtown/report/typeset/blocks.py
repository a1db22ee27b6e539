"""What a report consists of, as plain data: the page, the Word file and the PDF are set from this and nothing else.

It is also what an edition freezes: `canonical` gives the same bytes for the same report, `read_back` the report again.
"""

from collections.abc import Iterator

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """One line of the figures annex: a question, how it is counted, on whose authority, and what was answered.

    period: as written (2023). since, until: the stretch judged, ISO in UTC; until is None before the first refresh.
    of, count, value: the parts as in a Reading. why: why it is missing; "" where it is not.
    """

    n: int
    key: str
    line: str
    name: str
    question: str
    formula: str
    counted: str
    basis: str
    reviewed: str
    unit: str
    period: str
    since: str
    until: str | None
    of: int
    count: int | None
    value: float | None
    shown: str | None
    why: str = ""

    @property
    def missing(self) -> bool:
        """Whether the ledger has nothing to say; that is never zero."""
        return self.shown is None


class Figure(msgspec.Struct, frozen=True, tag="figure"):
    """A number in the text. n: its entry in the annex. place: the village it is of; period: what it is asked for."""

    n: int
    key: str
    text: str
    missing: bool
    part: str = "value"
    period: str = ""
    place: str = ""

    @property
    def link(self) -> str:
        """The page that it opens into, below the installation's address."""
        part = f"&part={self.part}" if self.part in ("of", "count") else ""
        place = f"&place={self.place}" if self.place else ""
        return f"/indicators/{self.key}?period={self.period}{place}{part}"


Span = str | Figure
Cell = str | Figure


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """Text and figures in turn; a note is set smaller."""

    spans: tuple[Span, ...]
    note: bool = False

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers in it."""
        return tuple(span for span in self.spans if isinstance(span, Figure))

    @property
    def plain(self) -> str:
        """The paragraph as text alone."""
        return "".join(span.text if isinstance(span, Figure) else span for span in self.spans)

    @property
    def prose(self) -> str:
        """What the town wrote itself, with the questions where numbers stand."""
        return "".join(f"{{{s.key} {s.part}}}" if isinstance(s, Figure) else s for s in self.spans)


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table with a head; every cell of a row but the first is a figure or words."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers in it."""
        return tuple(cell for row in self.rows for cell in row if isinstance(cell, Figure))


class Chart(msgspec.Struct, frozen=True, tag="chart"):
    """A course over months (line) or places beside each other (bar); `table` holds the same numbers.

    values: in the figure's own unit as drawn, None where one is missing: a gap, never a nought.
    """

    title: str
    kind: str
    unit: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    table: Table

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers behind it."""
        return self.table.figures


Block = Paragraph | Table | Chart


class Section(msgspec.Struct, frozen=True):
    """A heading of a level (2 = 一、, 3 = （一）, 4 = 1., 5 = （1）) with what follows it; the first may have none."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 2

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Its prose."""
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))


class Annex(msgspec.Struct, frozen=True):
    """附件: a title and its own sections."""

    title: str
    sections: tuple[Section, ...]


class Report(msgspec.Struct, frozen=True):
    """A year's report with all its figures as of one moment of the ledger; `rounding` states the rule.

    cursor, hash: the ledger's newest entry that was read. template, definitions: digests of the text's file and of
    the indicators that it asks. organ: who issues it. as_of: ISO, in UTC; None before the first refresh.
    """

    year: str
    lang: str
    title: str
    organ: str
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...]
    entries: tuple[Entry, ...]
    rounding: str
    template: str
    definitions: str
    as_of: str | None
    day: str
    cursor: int
    hash: str
    synthetic: bool = False

    def whole(self) -> Iterator[Section]:
        """Every section, those of the annexes after the text's."""
        yield from self.sections
        for annex in self.annexes:
            yield from annex.sections

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every number, in the order of the text."""
        return tuple(f for section in self.whole() for block in section.blocks for f in block.figures)

    @property
    def missing(self) -> tuple[Entry, ...]:
        """The questions that the ledger cannot answer."""
        return tuple(entry for entry in self.entries if entry.missing)

    def entry(self, n: int) -> Entry:
        """An entry of the annex by its number."""
        return self.entries[n - 1]


MOST_BESIDE = 6


def compact(table: Table) -> Table:
    """A long table of two columns as several beside each other, so that what stands behind a chart is short."""
    if len(table.head) != 2 or len(table.rows) <= MOST_BESIDE:
        return table
    height = -(-len(table.rows) // 3)
    stacks = [table.rows[at : at + height] for at in range(0, len(table.rows), height)]
    rows = []
    for at in range(height):
        row: list[Cell] = []
        for stack in stacks:
            row += stack[at] if at < len(stack) else ("", "")
        rows.append(tuple(row))
    return Table(table.title, table.head * len(stacks), tuple(rows))


def canonical(report: Report) -> bytes:
    """The report as bytes that are the same whenever the report is."""
    return msgspec.json.format(msgspec.json.encode(report, order="deterministic"), indent=1)


def read_back(data: bytes) -> Report:
    """A report from its canonical bytes; msgspec.DecodeError where they are none."""
    return msgspec.json.decode(data, type=Report)
