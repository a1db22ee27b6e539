"""A draft's text out of a file: .txt in UTF-8 or GB18030, .docx with its tables; and where each run of it stands."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml.etree import LxmlError

MOST_BYTES = 20 * 1024 * 1024
# Ten work reports: what is longer is no draft, and would keep everybody waiting.
MOST_LETTERS = 200_000
# How a file of Word or WPS of before 2007 begins, and so does a .docx under a password.
_OLD = b"\xd0\xcf\x11\xe0"
_MOST_UNPACKED = 200 * 1024 * 1024
# Runs of links, fields and tracked insertions are read; what is struck out or moved away is not.
_RUNS = ".//w:r[not(ancestor::w:del or ancestor::w:moveFrom or ancestor::w:txbxContent)]"


class Unreadable(ValueError):
    """A file that cannot be read: a key of the words, and what goes into its braces."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, params)
        self.key, self.params = key, params


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of a Word file, and where its text begins in the whole."""

    start: int
    run: Run


@dataclass
class Draft:
    """A text, and the Word file that it came from, if it came from one."""

    text: str
    document: Document | None = None
    stretches: list[Stretch] = field(default_factory=list)


def opened(path: Path) -> Draft:
    """The draft in a file, or Unreadable."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise Unreadable("large", name=path.name, most=MOST_BYTES // 1024 // 1024)
        return draft(path.name, path.read_bytes())
    except OSError:
        raise Unreadable("missing", name=path.name) from None


def draft(name: str, content: bytes) -> Draft:
    """The draft in a file's bytes, by the ending of its name; Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("large", name=name, most=MOST_BYTES // 1024 // 1024)
    ending = name.rpartition(".")[2].lower()
    if content.startswith(_OLD) or ending in {"doc", "wps"}:
        raise Unreadable("old", name=name)
    if content.startswith(b"%PDF"):
        raise Unreadable("pdf", name=name)
    if ending == "docx":
        read = _word(name, content)
    elif ending in {"txt", "md"}:
        read = Draft(_plain(name, content))
    else:
        raise Unreadable("kind", name=name)
    if len(read.text) > MOST_LETTERS:
        raise Unreadable("long", most=MOST_LETTERS)
    if not read.text.strip():
        raise Unreadable("empty")
    return read


def _plain(name: str, content: bytes) -> str:
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("text", name=name)
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise Unreadable("text", name=name)


def _word(name: str, content: bytes) -> Draft:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise Unreadable("large", name=name, most=MOST_BYTES // 1024 // 1024)
        document = docx.Document(BytesIO(content))
        return _placed(document)
    except Unreadable:
        raise
    except (zipfile.BadZipFile, PackageNotFoundError, LxmlError, KeyError, ValueError, OSError, RuntimeError):
        raise Unreadable("docx", name=name) from None


def _placed(document: Document) -> Draft:
    """The text, and the place of each run in it."""
    pieces, stretches, at = [], [], 0
    for piece, run in _pieces(document):
        if run is not None:
            stretches.append(Stretch(at, run))
        pieces.append(piece)
        at += len(piece)
    return Draft("".join(pieces), document, stretches)


def _pieces(container: Any) -> Iterator[tuple[str, Run | None]]:
    """Text in the order of the document; a cell ends with a tab, a paragraph or row with a line."""
    for block in _blocks(container):
        if isinstance(block, Paragraph):
            yield from _runs(block)
            yield "\n", None
        else:
            yield from _rows(block)


def _blocks(container: Any) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables, those in content controls among them."""
    body = container.element.body if isinstance(container, Document) else container._tc  # noqa: SLF001
    for element in body.xpath("./w:p | ./w:tbl | ./w:sdt/w:sdtContent/w:p | ./w:sdt/w:sdtContent/w:tbl"):
        yield Paragraph(element, container) if element.tag.endswith("}p") else Table(element, container)


def _rows(table: Table) -> Iterator[tuple[str, Run | None]]:
    """A row a line. A cell over several columns or rows is read once, and leaves the others empty."""
    read: set[Any] = set()
    nested: list[Table] = []
    for row in table.rows:
        if row._tr.xpath("./w:trPr/w:del"):  # noqa: SLF001 (a row that is struck out)
            continue
        for column, cell in enumerate(row.cells):
            if column:
                yield "\t", None
            if cell._tc in read:  # noqa: SLF001 (python-docx gives a merged cell once for each column and row)
                continue
            read.add(cell._tc)  # noqa: SLF001
            blocks = list(_blocks(cell))
            nested += [block for block in blocks if isinstance(block, Table)]
            for number, paragraph in enumerate(block for block in blocks if isinstance(block, Paragraph)):
                if number:
                    yield " ", None
                yield from _runs(paragraph)
        yield "\n", None
    for inner in nested:
        yield "\n", None
        yield from _rows(inner)


def _runs(paragraph: Paragraph) -> Iterator[tuple[str, Run]]:
    for element in paragraph._p.xpath(_RUNS):  # noqa: SLF001 (runs of links and of tracked changes are read too)
        run = Run(element, paragraph)
        yield run.text, run
