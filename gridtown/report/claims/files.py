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
_MOST_UNPACKED = 200 * 1024 * 1024
_RUNS = "./w:r | ./w:hyperlink/w:r | ./w:ins/w:r | ./w:smartTag/w:r | ./w:sdt/w:sdtContent/w:r"


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
    if ending == "docx":
        return _word(name, content)
    if ending in {"txt", "md"}:
        return Draft(_plain(name, content))
    raise Unreadable("kind", name=name)


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
    for block in container.iter_inner_content():
        if isinstance(block, Paragraph):
            yield from _runs(block)
            yield "\n", None
        elif isinstance(block, Table):
            yield from _rows(block)


def _rows(table: Table) -> Iterator[tuple[str, Run | None]]:
    for row in table.rows:
        seen = set()
        for cell in row.cells:
            if id(cell._tc) in seen:  # noqa: SLF001 (python-docx gives a merged cell once for each column)
                continue
            if seen:
                yield "\t", None
            seen.add(id(cell._tc))  # noqa: SLF001
            for number, paragraph in enumerate(cell.paragraphs):
                if number:
                    yield " ", None
                yield from _runs(paragraph)
        yield "\n", None


def _runs(paragraph: Paragraph) -> Iterator[tuple[str, Run]]:
    for element in paragraph._p.xpath(_RUNS):  # noqa: SLF001 (runs of links and of tracked changes are read too)
        run = Run(element, paragraph)
        yield run.text, run
