"""Lists as files for a spreadsheet: CSV sent row by row, or a workbook. No cell is ever taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from gridtown.cases.queries import Brief
from gridtown.feeds.registers.writing import MIME
from gridtown.web.visit import Visit

CASE_COLUMNS = (
    "field.number", "field.title", "field.line", "field.kind", "field.category", "field.state", "field.place",
    "field.holder", "field.level", "field.opened", "field.due", "field.closed",
)  # fmt: skip
_ACTS = ("=", "+", "-", "@", "\t", "\r")
_TITLE = 31  # characters that a sheet's name may have
Cell = str | float | int | None


def case_cells(visit: Visit, row: Brief) -> list[str]:
    """A case in the CASE_COLUMNS, in the reader's words; a list shows nothing personal."""
    zone = visit.town.zone
    times = [
        at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""
        for at in (row.opened, row.due, row.closed)
    ]
    post = visit.people.by_id(row.holder_id) if row.holder_id else None
    return [
        row.number,
        row.title,
        visit.word(row.line, "line"),
        visit.word(row.line, f"kind.{row.kind}"),
        row.category,
        visit.word(row.line, f"state.{row.state}"),
        visit.places.name(row.place, visit.lang, "long"),
        visit.post_name(post),
        visit.word(row.line, f"level.{row.level}"),
        *times,
    ]


def safe(value: Cell) -> Cell:
    """A cell that a spreadsheet takes for text and not for a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_ACTS):
        return f"'{value}"
    return value


class _Echo:
    """A file that hands back what is written to it, so that rows can be sent as they are made."""

    def write(self, value: str) -> str:
        """The line itself."""
        return value


def csv_of(head: Sequence[str], rows: Iterable[Sequence[Cell]], name: str) -> StreamingHttpResponse:
    """A CSV file as Excel reads it, sent as its rows are made."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + str(writer.writerow(head))
        for row in rows:
            yield str(writer.writerow([safe(value) for value in row]))

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def workbook_of(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], name: str, *, title: str, notes: Sequence[str] = ()
) -> FileResponse:
    """A workbook with one sheet, its head in bold and kept in sight; notes stand below the rows."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("".join(c for c in title if c not in "[]:*?/\\")[:_TITLE])
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, value=text) for text in head]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    for row in rows:
        sheet.append([safe(value) for value in row])
    if notes:
        sheet.append([])
        for note in notes:
            sheet.append([safe(note)])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=MIME)


def sent(
    ending: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], stem: str, *, title: str,
    notes: Sequence[str] = (),
) -> HttpResponseBase:  # fmt: skip
    """Either of the two, by its ending."""
    if ending == "xlsx":
        return workbook_of(head, rows, f"{stem}.xlsx", title=title, notes=notes)
    return csv_of(head, [*rows, *([note] for note in notes)], f"{stem}.csv")
