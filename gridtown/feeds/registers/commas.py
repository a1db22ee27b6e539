"""Sheets as text with commas (CSV), as other offices' systems write them: UTF-8 with or without a mark, or GB 18030."""

import csv
import io
from typing import Any

_ZIP = b"PK"
_OLD = b"\xd0\xcf\x11\xe0"
_APART = (",", ";", "\t", "，")
_SNIFFED = 4000  # bytes in which a text shows what it is


def is_text(data: bytes) -> bool:
    """Whether these bytes are a text with columns rather than a workbook, or nothing that is a sheet."""
    if data.startswith((_ZIP, _OLD)) or b"\0" in data[:_SNIFFED]:
        return False
    return any(mark in _head(_decoded(data[:_SNIFFED])) for mark in _APART)


def lines(data: bytes) -> list[list[Any]]:
    """The rows as lists of cells, an empty cell as None; apart by commas, semicolons or tabs."""
    text = _decoded(data)
    apart = max(_APART, key=_head(text).count)
    return [[cell.strip() or None for cell in row] for row in csv.reader(io.StringIO(text), delimiter=apart)]


def _head(text: str) -> str:
    return next((line for line in text[:_SNIFFED].splitlines() if line.strip()), "")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")
