"""A plain sheet out: headings and rows, in which no text is ever taken for a formula."""

from collections.abc import Iterable, Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

_LONGEST, _SHORTEST = 60, 10


def write(to: IO[bytes], title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write one sheet, its columns as wide as what stands in them; answers how many rows."""
    told = [list(row) for row in rows]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for at, head in enumerate(heads):
        longest = max([len(head) * 2, *(len(str(row[at])) * 2 for row in told)])
        sheet.column_dimensions[get_column_letter(at + 1)].width = min(_LONGEST, max(_SHORTEST, longest))
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, head, bold=True) for head in heads])
    for row in told:
        sheet.append([_cell(sheet, value) for value in row])
    book.save(to)
    return len(told)


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.font, cell.alignment = Font(bold=bold), Alignment(wrap_text=True, vertical="top")
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
