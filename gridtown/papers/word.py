"""Sets a paper as a Word file: the same sheet, moment and pictures give the same bytes."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Emu, Mm

from gridtown.papers import elements, styles
from gridtown.papers.elements import paragraph, run, runs
from gridtown.papers.markup import Block, Break, Paragraph, Photos, Seal, Sheet, Sign, Table
from gridtown.papers.styles import WIDTH

_STYLES = {
    "body": "Body", "left": "Left", "centre": "Centre", "right": "Right", "level1": "LevelOne", "level2": "LevelTwo",
}  # fmt: skip
_PHOTO = (Mm(74), Mm(52))  # the most that a picture takes: two in a row, four rows a page
_DRAWN = (Mm(45), Mm(13))
_KEPT = {RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS}  # of the template that python-docx brings


def docx(sheet: Sheet, *, made: datetime, subject: str, pictures: Mapping[str, Path]) -> bytes:
    """The Word file of a sheet; `made` stands as its time, `pictures` are the files behind digests."""
    document = Document()
    prepare(document)
    body = document.element.body
    for written in _Setter(document, pictures).elements(sheet):
        body.insert(len(body) - 1, parse_xml(written))  # before what ends the section
    about = document.core_properties
    about.title, about.subject, about.author = "".join(sheet.title)[:255], subject, sheet.about["organ"][:255]
    about.comments, about.last_modified_by, about.revision, about.language = "", "", 1, "zh-CN"
    about.created = about.modified = made.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    out = io.BytesIO()
    document.save(out)
    return settled(out, made)


def settled(packed: io.BytesIO, made: datetime) -> bytes:
    """The same package with one time on all its parts: whoever packs it puts the present one there."""
    out, at = io.BytesIO(), made.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, at)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()


def prepare(document: Any) -> None:
    """An empty document with our page, styles and fonts in place of the template's."""
    part = document.part
    for rels, kept in ((part.rels, _KEPT), (part.package.rels, {RELATIONSHIP_TYPE.OFFICE_DOCUMENT})):
        for key in [key for key, rel in rels.items() if rel.reltype not in kept]:
            rels.pop(key)
    uri = PackURI("/word/fontTable.xml")
    fonts = Part(uri, CONTENT_TYPE.WML_FONT_TABLE, styles.FONTS.encode(), part.package)
    part.relate_to(fonts, RELATIONSHIP_TYPE.FONT_TABLE)
    document.styles.element[:] = list(parse_xml(styles.STYLES))
    document.settings.element[:] = [parse_xml(styles.COMPATIBLE)]
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in styles.PAGE)
    section.top_margin, section.bottom_margin = Mm(styles.TOP), Mm(styles.BOTTOM)
    section.left_margin, section.right_margin = Mm(styles.LEFT), Mm(styles.RIGHT)
    section.header_distance, section.footer_distance = Mm(15), Mm(22)
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        footer._element[:] = [parse_xml(elements.page_number(side))]  # noqa: SLF001 - it has no public name


def _together(blocks: Sequence[Block]) -> Iterator[tuple[Block, bool]]:
    """Each block, and whether it stays on the page of the next: no seal or signature stands on a page of its own."""
    for at, block in enumerate(blocks):
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        yield block, isinstance(after, (Seal, Sign, Table, Photos))


class _Setter:
    """Writes the elements of one document, block by block."""

    def __init__(self, document: Any, pictures: Mapping[str, Path]) -> None:
        self.part, self.pictures = document.part, pictures

    def elements(self, sheet: Sheet) -> Iterator[str]:
        """The head, the title, each block, and what stands at the foot."""
        yield from self._head(sheet)
        said = sheet.about.get("copies")
        last = len(sheet.blocks) - 1
        for at, (block, keep) in enumerate(_together(sheet.blocks)):
            yield from self._block(block, keep or (bool(said) and at == last))
        if said:
            yield elements.copies(said)

    def _head(self, sheet: Sheet) -> Iterator[str]:
        organ, number, head = sheet.about["organ"], sheet.about.get("number", ""), sheet.head
        if head == "red":
            size = max(22, min(46, WIDTH // 20 // max(1, len(organ))))
            yield paragraph("RedHead", run(organ, more=f'<w:sz w:val="{size * 2}"/>'))
            rule = f'<w:bottom w:val="single" w:sz="16" w:space="11" w:color="{styles.RED}"/>'
            yield paragraph("RedNumber", run(number), f"<w:pBdr>{rule}</w:pBdr>")
            yield paragraph("Left", "")
            yield paragraph("Left", "")
        for title in (organ, *sheet.title) if head == "plain" else sheet.title:
            yield paragraph("PaperTitle", run(title))
        if head != "red" and number:
            yield paragraph("Number", run(number))
        yield paragraph("Left", "")

    def _block(self, block: Block, keep: bool) -> Iterator[str]:
        next_too = "<w:keepNext/>" if keep else ""
        match block:
            case Paragraph("annex"):
                yield elements.annex(block)
            case Paragraph():
                yield paragraph(_STYLES[block.style], runs(block.spans), next_too)
            case Table():
                yield elements.table(block, next_too)
                yield paragraph("Cell", "", next_too)  # two tables in a row would become one
            case Break():
                # A break in a line after the text may leave a page empty; as low as can be, a table may follow.
                yield paragraph("Cell", "", '<w:pageBreakBefore/><w:spacing w:line="20" w:lineRule="exact"/>')
            case Sign(labels, drawn) if drawn:
                room = '<w:spacing w:before="240" w:line="240" w:lineRule="auto"/>'
                yield paragraph(
                    "Signing", run(f"{labels[0]}：") + self._picture(drawn, _DRAWN), next_too + room
                )
            case Sign(labels):
                yield from (
                    elements.sign_beside(labels, next_too)
                    if labels[1:]
                    else elements.sign_here(labels[0], next_too)
                )
            case Photos():
                yield self._photos(block)
            case Seal():
                yield elements.seal(block, next_too)

    def _photos(self, photos: Photos) -> str:
        cells = [paragraph("Picture", self._picture(digest, _PHOTO)) for digest in photos.digests]
        if len(cells) % 2:
            cells.append(paragraph("Picture", ""))
        return elements.beside([cells[at : at + 2] for at in range(0, len(cells), 2)])

    def _picture(self, digest: str, most: tuple[int, int]) -> str:
        """A picture within a frame; one whose file is gone says so, and nothing else stops."""
        path = self.pictures.get(digest)
        if path is None or not path.exists():
            return run("（图片文件缺失）")
        _, image = self.part.get_or_add_image(str(path))
        share = min(most[0] / image.px_width, most[1] / image.px_height)
        width, height = (Emu(int(side * share)) for side in (image.px_width, image.px_height))
        inline = self.part.new_pic_inline(str(path), width=width, height=height)
        return f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>"
