"""A filled sheet as rows of cells by column, within bounds; what cannot be read as a whole is refused with a reason."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from gridtown.feeds.importing.rules import BLANK
from gridtown.feeds.registers import commas
from gridtown.feeds.registers.cells import Formula, Percent
from gridtown.feeds.registers.layout import ERROR, ID, Layout, plainly, say
from gridtown.kernel.words import LANGUAGES

MOST_MB, MOST_ROWS, MOST_COLUMNS = 10, 20_000, 200
MOST_BYTES = MOST_MB * 2**20
_UNPACKED = 15  # times MOST_MB that a packed file may grow to
_LOOKED = 10  # rows in which headings are looked for
_OLD = b"\xd0\xcf\x11\xe0"  # how .xls files begin, and workbooks under a password
_NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Cells = list[Any]


class Unreadable(Exception):
    """A file that cannot be taken as a sheet of this register; `key` is a word of ours under `unreadable`."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, params)
        self.key, self.params = key, params

    def say(self, lang: str) -> str:
        """The reason as a sentence."""
        return say(f"unreadable.{self.key}", lang, **self.params)


@dataclass(frozen=True)
class Filled:
    """The rows that were filled in, by row number as the spreadsheet shows it; `letters`: column key → its letter."""

    rows: Mapping[int, Mapping[str, Any]]
    letters: Mapping[str, str]


def read_sheet(data: bytes, layout: Layout) -> Filled:
    """Every filled row of a register's sheet, or Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big", limit=MOST_MB)
    if commas.is_text(data):
        return _filled_in(commas.lines(data), layout)
    _bounded(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library does not know is no concern of ours
            rows, merged = _lines(data, results=False), _merged(data)
            if any(isinstance(cell, str) and cell.startswith("=") for cells in rows for cell in cells):
                rows = _with_results(rows, _lines(data, results=True))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, InvalidFileException, ET.ParseError):
        raise Unreadable("no_workbook") from None
    _spread(rows, merged)
    return _filled_in(rows, layout)


def _filled_in(rows: list[Cells], layout: Layout) -> Filled:
    first, places = _headed(rows, layout)
    found = {
        number: {key: cells[at] if at < len(cells) else None for key, at in places.items()}
        for number, cells in enumerate(rows[first:], start=first + 1)
        if any(_filled(cell) for cell in cells)
    }
    if len(found) > MOST_ROWS:
        raise Unreadable("too_many", limit=MOST_ROWS)
    known = {
        number: row for number, row in found.items() if any(_filled(c) for k, c in row.items() if k != ERROR)
    }
    if not known:
        raise Unreadable("empty")
    return Filled(known, {key: get_column_letter(at + 1) for key, at in places.items()})


def _filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip(BLANK)))


def _bounded(data: bytes) -> None:
    """Refuse what is too large before and after unpacking, and what is no workbook of today."""
    if data.startswith(_OLD):
        raise Unreadable("old_or_locked")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise Unreadable("no_workbook")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _UNPACKED * MOST_BYTES:
            raise Unreadable("too_big", limit=MOST_MB)


def _lines(data: bytes, *, results: bool) -> list[Cells]:
    """The first sheet's cells: formulas as they are written, or with their results as the file has them."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=results)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size is not always so
        lines: list[Cells] = []
        filled = last = 0
        for read in sheet.iter_rows():
            cells = [_valued(cell) for cell in read]
            blank = not any(_filled(cell) for cell in cells)
            lines.append([] if blank else list(cells[:MOST_COLUMNS]))
            if not blank:
                filled, last = filled + 1, len(lines)
            if filled > MOST_ROWS + _LOOKED:
                raise Unreadable("too_many", limit=MOST_ROWS)
        return lines[:last]
    finally:
        book.close()


def _valued(cell: Any) -> Any:
    """A cell's value; a share that the sheet shows in percent knows that it is one."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return Percent(value)
    return value


def _with_results(rows: list[Cells], results: Sequence[Cells]) -> list[Cells]:
    """The rows with each formula's result in its place; a text that only begins like one stays."""
    for cells, worked in zip(rows, results, strict=False):
        for at, cell in enumerate(cells):
            if isinstance(cell, str) and cell.startswith("="):
                result = worked[at] if at < len(worked) else None
                cells[at] = Formula() if result is None else result
    return rows


def _merged(data: bytes) -> list[tuple[int, int, int, int]]:
    """The merged ranges of the first sheet (left, top, right, bottom), which a stream of rows does not tell."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        book = ET.fromstring(packed.read("xl/workbook.xml"))  # noqa: S314 - bounded above; expat refuses bombs
        links = ET.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        sheet = book.find("m:sheets/m:sheet", _NAMES)
        wanted = sheet.get(_LINKS) if sheet is not None else None
        target = next((str(link.get("Target")) for link in links if link.get("Id") == wanted), "")
        text = packed.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    found = re.findall(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z0-9:]+)"', text)
    boxes = [range_boundaries(ref.decode()) for ref in found if b":" in ref]
    return [(left or 1, top or 1, right or 1, bottom or 1) for left, top, right, bottom in boxes]


def _spread(rows: list[Cells], merged: Sequence[tuple[int, int, int, int]]) -> None:
    """What stands in a merged cell holds for every row that it reaches over."""
    for left, top, right, bottom in merged:
        if left != right or top == bottom or top > len(rows) or left > len(rows[top - 1]):
            continue  # a heading over several columns is none of a column's cells
        for row in rows[top : min(bottom, len(rows))]:
            row += [None] * (left - len(row))
            row[left - 1] = rows[top - 1][left - 1]


def _headed(rows: Sequence[Cells], layout: Layout) -> tuple[int, dict[str, int]]:
    """How many rows stand above the data, and where each column is: by the row of keys, else by the headings."""
    for n, cells in enumerate(rows[:_LOOKED], start=1):
        keys = {str(cell).strip(): at for at, cell in enumerate(cells) if isinstance(cell, str)}
        mark = next((key for key in keys if key.startswith(f"{ID}:")), "")
        if mark and mark != layout.mark:
            raise Unreadable("other_register", value=mark.removeprefix(f"{ID}:"))
        if mark:
            known = {ERROR, *(column.key for column in layout.columns)}
            return n, {ID: keys[mark]} | {key: at for key, at in keys.items() if key in known}
    words = dict(_headings(layout))
    for n, cells in enumerate(rows[:_LOOKED], start=1):
        found: dict[str, int] = {}
        for at, cell in enumerate(cells):
            key = words.get(_bare(str(cell))) if isinstance(cell, str) else None
            if key:
                found.setdefault(key, at)
        if layout.naming <= found.keys():
            return n, found
    raise Unreadable("no_headings")


def _headings(layout: Layout) -> Iterator[tuple[str, str]]:
    for column in layout.columns:
        yield _bare(column.heading), column.key
        if column.spec is None:
            yield from ((_bare(say(f"heading.{column.key}", lang)), column.key) for lang in LANGUAGES)
    yield from ((_bare(say(f"heading.{ERROR}", lang)), ERROR) for lang in LANGUAGES)


def _bare(heading: str) -> str:
    """A heading without its star and what stands in brackets behind it."""
    return plainly(re.sub(r"[（(].*[）)]|\*", "", heading))
