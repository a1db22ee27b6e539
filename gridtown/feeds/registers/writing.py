"""Sheets of a register out: a template, what stands on it as one person may see it, and rows to be mended."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from gridtown.cases.queries import RecordView
from gridtown.feeds.registers.cells import Cells, Formula
from gridtown.feeds.registers.layout import (
    CRS_COLUMN,
    ERROR,
    FIRST_ROW,
    ID,
    LAT,
    LON,
    PLACE,
    VERSION,
    Column,
    Layout,
    say,
)
from gridtown.feeds.registers.reading import MOST_ROWS
from gridtown.places.router import Snapshot

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_GREY, _BOLD, _RED = Font(color="FF9A9A9A"), Font(bold=True), Font(color="FFB3231B")
_HEAD, _OUT = PatternFill("solid", fgColor="FFE8EEF4"), PatternFill("solid", fgColor="FFEBEDEA")
_WIDE, _USUAL, _NARROW = 34, 18, 10
Row = Mapping[str, Any]


def write_sheet(
    to: Path | IO[bytes], layout: Layout, title: str, rows: Iterable[Row], *, mistakes: bool = False
) -> int:
    """Write a sheet with these rows (column key → cell), one at a time; answers how many. `title` is the register's.

    mistakes: with a first column that says what is wrong with each row, by the key ERROR.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(say("sheet.data", layout.lang))
    first = (Column(ERROR, say(f"heading.{ERROR}", layout.lang)),) if mistakes else ()
    columns = (*first, *layout.columns)
    lists = _lists(columns, say("sheet.choices", layout.lang))
    for at, column in enumerate(columns, start=1):
        shape = sheet.column_dimensions[get_column_letter(at)]
        shape.width, shape.hidden = _width(column), column.key == VERSION
        if column.key in lists:
            rule = DataValidation(
                "list", formula1=lists[column.key], allow_blank=True, showErrorMessage=column.stop
            )
            rule.add(f"{get_column_letter(at)}{FIRST_ROW}:{get_column_letter(at)}{FIRST_ROW + MOST_ROWS}")
            sheet.data_validations.append(rule)
    sheet.row_dimensions[3].hidden = True
    named = next((at for at, c in enumerate(columns, start=1) if c.key == layout.listed.named_by), 1)
    sheet.freeze_panes = f"{get_column_letter(named + 1)}{FIRST_ROW}"
    sheet.append([_text(sheet, say("note.template", layout.lang, register=title))])
    sheet.append([_heading(sheet, column) for column in columns])
    sheet.append([_text(sheet, layout.mark if c.key == ID else c.key, font=_GREY) for c in columns])
    many = 0
    for row in rows:
        sheet.append([_cell(sheet, column, row.get(column.key)) for column in columns])
        many += 1
    _choices(book, columns, layout.lang)
    book.save(to)
    return many


def exported(layout: Layout, cells: Cells, records: Iterable[RecordView], places: Snapshot) -> Iterator[Row]:
    """Records as rows of their sheet; personal answers as their masks."""
    ground = layout.column(PLACE).choices
    own = [column for column in layout.columns if column.spec is not None]
    often = Counter(ground.values())
    for record in records:
        answers = {**record.answers, **record.masked}
        name = ground.get(record.place, "")
        yield {
            ID: record.id,
            VERSION: record.version,
            **{column.key: cells.written(column, answers.get(column.key)) for column in own},
            PLACE: name if often[name] == 1 else record.place,
            LON: record.lon,
            LAT: record.lat,
            CRS_COLUMN: layout.column(CRS_COLUMN).choices["wgs84"] if record.lon is not None else None,
        }


def _width(column: Column) -> int:
    if column.key in (ERROR, PLACE) or (column.spec and column.spec.type in ("long", "list", "refs")):
        return _WIDE
    return _NARROW if column.key == ID or (column.spec and column.spec.type == "bool") else _USUAL


def _text(sheet: Any, said: Any, *, font: Font | None = None) -> Any:
    """A cell that is text, also where it begins like a formula."""
    cell = WriteOnlyCell(sheet, said)
    if isinstance(said, str):
        cell.data_type = "s"
    if font is not None:
        cell.font = font
    return cell


def _heading(sheet: Any, column: Column) -> Any:
    cell = _text(sheet, column.heading, font=_BOLD if column.read else _GREY)
    cell.fill = _HEAD if column.read else _OUT
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, column: Column, value: Any) -> Any:
    if isinstance(value, Formula):
        return None
    if column.key == ERROR:
        return _text(sheet, value, font=_RED)
    if isinstance(value, str) and value.startswith("="):
        return _text(sheet, value)
    return value


def _lists(columns: Sequence[Column], sheet: str) -> dict[str, str]:
    """Column key → the range of the sheet of choices that its list comes from."""
    chosen = [column for column in columns if column.choices and column.read]
    found = {}
    for at, column in enumerate(chosen, start=1):
        letter = get_column_letter(at)
        found[column.key] = f"{quote_sheetname(sheet)}!${letter}$2:${letter}${len(column.choices) + 1}"
    return found


def _choices(book: Any, columns: Sequence[Column], lang: str) -> None:
    """The sheet of choices: a column for each that may be chosen from, under its heading."""
    chosen = [column for column in columns if column.choices and column.read]
    sheet = book.create_sheet(say("sheet.choices", lang))
    for at in range(1, len(chosen) + 1):
        sheet.column_dimensions[get_column_letter(at)].width = _USUAL
    sheet.append([_heading(sheet, column) for column in chosen])
    several = [list(column.choices.values()) for column in chosen]
    for n in range(max(map(len, several), default=0)):
        sheet.append([_text(sheet, said[n]) if n < len(said) else None for said in several])
