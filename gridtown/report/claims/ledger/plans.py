"""A plan as it comes, text, Word file or sheet, read into proposed targets; each confirmed one has a key of its own."""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gridtown.kernel.quantity import NoAmount, read_any
from gridtown.report.claims.ledger import catalogue
from gridtown.report.claims.ledger.targets import Direction, ProposedTarget, proposed
from gridtown.town import Town

MOST_BYTES = 4 * 2**20
MOST_TEXT = 200_000  # characters
_MOST_UNPACKED = 60 * 2**20
_HEADS: Mapping[str, tuple[str, ...]] = {
    "subject": ("目标", "目标名称", "项目", "任务", "target", "name"),
    "indicator": ("指标", "对应指标", "indicator"),
    "amount": ("目标值", "数值", "数量", "amount", "value"),
    "direction": ("方向", "direction"),
    "due": ("期限", "完成时限", "due"),
    "text": ("原文", "内容", "text"),
}
_MOST = frozenset({"不超过", "至多", "以内", "at most", "at_most"})
_OLDEST = 1900
_STOP = re.compile(r"[。；;！？\n]")
_QUOTED = 1000  # characters, as many as a target's form takes


@dataclass(frozen=True, slots=True)
class Read:
    """A proposal with the sentence or row that it stands in."""

    target: ProposedTarget
    quote: str


class Unreadable(ValueError):
    """A file that is none of the kinds that plans come as."""


def read(name: str, data: bytes, *, year: int, town: Town | None = None, whole: bool = False) -> list[Read]:
    """The targets that a file proposes: of a text or Word file its sentences, of a sheet its rows; Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(name)
    ending = name.rpartition(".")[2].lower()
    try:
        if ending in ("xlsx", "csv"):
            rows = _workbook(data) if ending == "xlsx" else list(csv.reader(io.StringIO(_decoded(data))))
            return [Read(target, target.text) for target in _of_rows(rows, year)]
        text = _word(data) if ending == "docx" else _decoded(data) if ending == "txt" else None
    except (KeyError, OSError, zipfile.BadZipFile, InvalidFileException, PackageNotFoundError) as wrong:
        raise Unreadable(name) from wrong
    if text is None:
        raise Unreadable(name)
    return of_text(text, year=year, town=town, whole=whole)


def of_text(text: str, *, year: int, town: Town | None = None, whole: bool = False) -> list[Read]:
    """The targets that a text proposes, each with its sentence and the town's indicator that it may be about.

    whole: figures too that are not worded as promises while others are.
    """
    text = text[:MOST_TEXT]
    found = proposed(text, year=year, catalogue=catalogue.of_town(town), whole=whole)
    return [Read(target, _sentence(text, target)) for target in found]


def _sentence(text: str, target: ProposedTarget) -> str:
    """What stands around a proposal, from one full stop to the next."""
    start = max((found.end() for found in _STOP.finditer(text, 0, target.start)), default=0)
    stop = _STOP.search(text, target.end)
    return text[start : stop.start() if stop else len(text)].strip()[:_QUOTED]


def key_of(document: str, target: ProposedTarget) -> str:
    """What a confirmed proposal is written under: the same place of the same document, whoever confirms it and how."""
    said = "\0".join((document.strip(), str(target.start), target.text, f"{target.amount:.10g}"))
    return f"target:{hashlib.sha256(said.encode()).hexdigest()[:40]}"


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _packed(data: bytes) -> io.BytesIO:
    """The file, unless it would unpack into more than any plan is."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
            raise Unreadable("too large")
    return io.BytesIO(data)


def _word(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(_packed(data)).paragraphs)


def _workbook(data: bytes) -> list[Sequence[Any]]:
    book = load_workbook(_packed(data), read_only=True, data_only=True)
    try:
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def _of_rows(rows: Sequence[Sequence[Any]], year: int) -> Iterator[ProposedTarget]:
    """A target of each row below the headings that names something and says how much."""
    first, at = _headed(rows)
    for number, cells in enumerate(rows[first:], start=first + 1):
        said = {key: cells[i] for key, i in at.items() if i < len(cells) and cells[i] not in (None, "")}
        try:
            amount, unit = read_any(str(said["amount"]))
        except (KeyError, NoAmount):
            continue
        direction: Direction = "at_most" if str(said.get("direction", "")).strip() in _MOST else "at_least"
        text = str(said.get("text") or "，".join(str(value) for value in said.values()))
        indicator = str(said.get("indicator") or "") or None
        yield ProposedTarget(
            str(said.get("subject", "")), indicator, 1.0 if indicator else 0.0, amount.value, unit, direction,
            _day(said.get("due")) or date(year, 12, 31), text, number, number,
        )  # fmt: skip


def _headed(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    """How many rows stand above the data, and where each column is; Unreadable without headings."""
    known = {head: key for key, heads in _HEADS.items() for head in heads}
    for number, cells in enumerate(rows, start=1):
        heads = {known.get(str(cell).strip().lower(), ""): i for i, cell in enumerate(cells)}
        if {"subject", "amount"} <= heads.keys():
            return number, heads
    raise Unreadable("no headings")


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    try:
        found = date.fromisoformat(str(value).strip()[:10].replace("/", "-").replace(".", "-"))
    except ValueError:
        return None
    return found if found.year > _OLDEST else None
