"""A report as a Word file in the layout of official papers (GB/T 9704-2012); the same report, the same bytes.

Every number is a link to its line in the figures annex, which says what was asked, how it is counted and of what, and
links to the page that opens into the cases. The file names its fonts and needs none to be made.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from gridtown.papers import elements, markup
from gridtown.papers import word as papers
from gridtown.papers.elements import paragraph, run
from gridtown.papers.styles import WIDTH, W
from gridtown.report.typeset import annex, drawing
from gridtown.report.typeset.blocks import (
    Block,
    Cell,
    Chart,
    Figure,
    Paragraph,
    Report,
    Section,
    Span,
    Table,
    compact,
)
from gridtown.report.typeset.levels import numbered
from gridtown.report.words import say

R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_STYLES = {2: "LevelOne", 3: "LevelTwo", 4: "Body", 5: "Body"}
_BREAK = paragraph("Left", '<w:r><w:br w:type="page"/></w:r>')
NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # of a report that no ledger was read for


def docx(report: Report, *, site: str) -> bytes:
    """The Word file; site: the address that links to pages begin with."""
    document = Document()
    papers.prepare(document)
    body = document.element.body
    for written in _Setter(document, report, site).elements():
        body.insert(len(body) - 1, parse_xml(written))
    made = datetime.fromisoformat(report.as_of) if report.as_of else NEVER
    about = document.core_properties
    about.title, about.subject, about.author = report.title[:255], report.year, report.organ[:255]
    about.comments = f"ledger {report.cursor} {report.hash[:16]}"
    about.last_modified_by, about.revision = "", 1
    about.language = "zh-CN" if report.lang == "zh" else "en"
    about.created = about.modified = made.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    out = io.BytesIO()
    document.save(out)
    return papers.settled(out, made)


class _Setter:
    def __init__(self, document: Any, report: Report, site: str) -> None:
        self.part, self.report, self.site = document.part, report, site
        self.tables = self.charts = 0

    def elements(self) -> Iterator[str]:
        """Title, text, the list of annexes, who issues it; then each annex on a page of its own."""
        report = self.report
        yield paragraph("PaperTitle", run(report.title))
        yield paragraph("Left", "")
        yield from self._sections(report.sections)
        titles = [one.title for one in report.annexes] + [annex.title(report.lang)]
        for n, title in enumerate(titles, 1):
            yield self._listed(n if len(titles) > 1 else 0, title)
        yield elements.seal(markup.Seal(report.organ, report.day or "—"), "")
        for n, one in enumerate(report.annexes, 1):
            yield from self._opened(n, one.title)
            yield from self._sections(one.sections)
        yield from self._opened(len(titles) if len(titles) > 1 else 0, titles[-1])
        yield from self._figures()

    def _listed(self, n: int, title: str) -> str:
        if self.report.lang == "zh":
            return elements.annex(markup.Paragraph("annex", ((title, False),), n))
        before = '<w:spacing w:before="579"/>' if n <= 1 else ""
        return paragraph("Annex", run(f"Annex{f' {n}' if n else ''}: {title}"), before)

    def _opened(self, n: int, title: str) -> Iterator[str]:
        yield _BREAK
        yield paragraph("AnnexMark", run(say("annex.mark", self.report.lang, n=n or "").strip()))
        yield paragraph("PaperTitle", run(title))
        yield paragraph("Left", "")

    def _sections(self, sections: Sequence[Section]) -> Iterator[str]:
        for number, section in numbered(sections, self.report.lang):
            if section.title:
                level = min(max(section.level, 2), 5)
                keep = "<w:keepNext/>" if level > 3 else ""
                yield paragraph(_STYLES[level], run(f"{number}{section.title}", bold=level > 3), keep)
            for block in section.blocks:
                yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph():
                yield paragraph("Note" if block.note else "Body", "".join(map(self._span, block.spans)))
            case Table():
                self.tables += 1
                yield self._caption("table", self.tables, block.title)
                yield self._table(block)
                yield paragraph("Cell", "")
            case Chart():
                self.charts += 1
                yield paragraph("Picture", self._drawn(block))
                yield self._caption("chart", self.charts, block.title)
                yield self._table(compact(block.table))
                yield paragraph("Cell", "")

    def _caption(self, kind: str, n: int, title: str) -> str:
        return paragraph(
            "Caption", run(f"{say(f'caption.{kind}', self.report.lang, n=n)}　{title}".rstrip("　"))
        )

    def _span(self, span: Span) -> str:
        return self._linked(span) if isinstance(span, Figure) else run(span)

    def _linked(self, figure: Figure) -> str:
        """A number that leads to its line in the annex."""
        to, about = annex.mark(figure.n), quoteattr(self.report.entry(figure.n).name)
        return (
            f'<w:hyperlink w:anchor="{to}" w:tooltip={about} w:history="1">{run(figure.text)}</w:hyperlink>'
        )

    def _out(self, link: str, text: str) -> str:
        """A link to a page of this installation."""
        to = self.part.relate_to(f"{self.site}{link}", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return f'<w:hyperlink {R} r:id="{to}" w:history="1">{run(text)}</w:hyperlink>'

    def _table(self, table: Table) -> str:
        first = 0.34 if 2 < len(table.head) < 6 else 1 / len(table.head)
        rest = (1 - first) / max(1, len(table.head) - 1)
        widths = [int(WIDTH * share) for share in (first, *[rest] * (len(table.head) - 1))]
        rows = [[paragraph("CellHead", run(head)) for head in table.head]]
        for row in table.rows:
            rows.append([self._cell(cell, right=bool(at)) for at, cell in enumerate(row)])
        return grid(rows, widths)

    def _cell(self, cell: Cell, *, right: bool) -> str:
        return paragraph("Cell", self._span(cell), f'<w:jc w:val="{"right" if right else "left"}"/>')

    def _drawn(self, chart: Chart) -> str:
        uri = PackURI(f"/word/charts/chart{self.charts}.xml")
        part = Part(uri, drawing.CONTENT_TYPE, drawing.chart(chart).encode(), self.part.package)
        return drawing.inline(self.part.relate_to(part, drawing.RELATION), self.charts, chart.title)

    def _figures(self) -> Iterator[str]:
        """The annex that every number leads to."""
        report = self.report
        for said in annex.preface(report):
            yield paragraph("Note", run(said))
        shares = (0.07, 0.30, 0.19, 0.44)
        rows = [[paragraph("CellHead", run(head)) for head in annex.heads(report.lang)]]
        for entry in report.entries:
            told = annex.told(entry, report)
            mark = f'<w:bookmarkStart w:id="{entry.n}" w:name="{annex.mark(entry.n)}"/>'
            cells = [
                paragraph("CellSmall", f'{mark}{run(str(entry.n))}<w:bookmarkEnd w:id="{entry.n}"/>'),
                _small(told.name, told.question),
                _small(*told.answer),
                _small(*told.counted) + paragraph("CellSmall", self._out(told.link, told.opens)),
            ]
            rows.append(cells)
        yield grid(rows, [int(WIDTH * share) for share in shares])
        yield paragraph("Note", run(report.rounding))


def _small(*lines: str) -> str:
    return "".join(paragraph("CellSmall", run(line)) for line in lines if line)


def grid(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
    """A table with lines whose first row is repeated on each page; cells are paragraphs."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    room = "".join(
        f'<w:{side} w:w="{n}" w:type="dxa"/>'
        for side, n in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70))
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    made = ""
    for at, cells in enumerate(rows):
        inner = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{cell}</w:tc>'
            for width, cell in zip(widths, cells, strict=True)
        )
        made += f"<w:tr><w:trPr><w:cantSplit/>{'' if at else '<w:tblHeader/>'}</w:trPr>{inner}</w:tr>"
    return (
        f'<w:tbl {W}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{lines}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{room}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{made}</w:tbl>"
    )
