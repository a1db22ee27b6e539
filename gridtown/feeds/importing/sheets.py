"""Rows of a table file one after another: CSV, packed CSV, or a workbook; never the whole file at once."""

import csv
import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

WORKBOOKS = (".xlsx", ".xlsm")


@contextmanager
def rows(path: Path, *, encoding: str = "utf-8-sig", delimiter: str = ",", sheet: str = "", header: int = 1
         ) -> Iterator[tuple[list[str], Iterator[tuple[int, Sequence[Any]]]]]:  # fmt: skip
    """The headings, and the rows under them with their numbers as a spreadsheet shows them."""
    if path.suffix.lower() in WORKBOOKS:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            lines = (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True)
            yield _headed(lines, header)
        finally:
            book.close()
        return
    with _opened(path, encoding) as text:
        yield _headed(csv.reader(text, delimiter=delimiter), header)


def _opened(path: Path, encoding: str) -> Any:
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def _headed(
    lines: Iterator[Sequence[Any]], header: int
) -> tuple[list[str], Iterator[tuple[int, Sequence[Any]]]]:
    for _ in range(header - 1):
        next(lines, None)
    names = ["" if name is None else str(name).strip() for name in next(lines, ())]
    return names, _numbered(lines, header + 1)


def _numbered(lines: Iterator[Sequence[Any]], first: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows with their number; wholly empty ones are skipped as spreadsheets end in many."""
    for number, cells in enumerate(lines, first):
        if any(cell is not None and cell != "" for cell in cells):
            yield number, cells
