"""The two spreadsheets of a town's posts, read strictly and written so that what goes in comes out again.

Reading either answers with every row or raises `Unreadable` with each fault's sheet, row, column and reason:
nothing is ever half imported.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gridtown.kernel.line import Line
from gridtown.kernel.told import CONFIDENTIAL, RESERVED
from gridtown.kernel.words import LANGUAGES
from gridtown.lines import common_words
from gridtown.people.ladder import CODE_LENGTH, DESK
from gridtown.people.words import own_words, say

FALLBACK = "↑"  # marks a cell that only shows who answers when it is left blank
POST_COLUMNS = ("key", "name_zh", "name_en", "roles", "lines", "place", "desk", "level", "clearance", "seats")
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_GREY = Font(color="FF9A9A9A")
_HEAD = PatternFill("solid", fgColor="FFE8EEF4")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell; row and column as the spreadsheet shows them (row 1, column "A")."""

    sheet: str
    row: int
    column: str
    key: str
    value: str = ""

    def say(self, lang: str = "zh") -> str:
        """The fault as one line for the person who filled in the sheet."""
        reason = say(f"fault.{self.key}", lang, value=self.value, sheet=self.sheet)
        return f"{self.sheet} {self.column}{self.row}: {reason}"


class Unreadable(Exception):
    """Faults of a sheet, all at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(fault.say("en") for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class PostRow:
    """A post as its row says it; `covers` are the codes in the column of places."""

    key: str
    name_zh: str
    name_en: str
    roles: tuple[str, ...]
    lines: tuple[str, ...]
    covers: tuple[str, ...]
    desk: str
    level: str
    clearance: int
    seats: int


@dataclass(frozen=True)
class Known:
    """What cells may name: roles, lines (key -> name), and the codes of the town, its villages and grids (-> name)."""

    roles: frozenset[str]
    lines: Mapping[str, str]
    places: Mapping[str, str]

    @classmethod
    def of(cls, lines: Mapping[str, Line], places: Mapping[str, str]) -> "Known":
        """What the lines and their words know, at these places (code -> name)."""
        words = [*common_words(), *(key for line in lines.values() for key in line.words)]
        roles = {key.removeprefix("role.") for key in words if key.startswith("role.")}
        return cls(
            roles=frozenset(roles - RESERVED),
            lines={key: line.words["line"]["zh"] for key, line in sorted(lines.items())},
            places=places,
        )

    @property
    def grids(self) -> dict[str, str]:
        """The grids, by code."""
        return {code: name for code, name in sorted(self.places.items()) if len(code) == CODE_LENGTH["grid"]}


Cells = Mapping[tuple[str, str], str]  # (grid code, column key) -> post key


class _Row:
    """One row being read: takes values by column and notes faults where they are."""

    def __init__(
        self, sheet: str, number: int, values: Mapping[str, tuple[str, str]], faults: list[Fault]
    ) -> None:
        self.sheet, self.number, self.values, self.faults = sheet, number, values, faults

    def text(self, column: str) -> str:
        return self.values[column][1]

    def parts(self, column: str) -> tuple[str, ...]:
        return tuple(re.split(r"[\s,，、;；]+", self.text(column))) if self.text(column) else ()

    def fault(self, column: str, key: str, value: str = "") -> None:
        self.faults.append(Fault(self.sheet, self.number, self.values[column][0], key, value))

    def all_in(self, column: str, allowed: Iterable[str], key: str) -> tuple[str, ...]:
        for value in sorted(set(self.parts(column)) - set(allowed)):
            self.fault(column, key, value)
        return tuple(sorted(set(self.parts(column))))

    def one_of(self, column: str, allowed: Iterable[str], key: str) -> str:
        """A fixed value, written as its word in either language or as its key."""
        said = self.text(column)
        for value in allowed:
            if said == value or said in {say(f"{_GROUP[column]}.{value}", lang) for lang in LANGUAGES}:
                return value
        self.fault(column, key if said else "needed", said)
        return ""


_GROUP = {"level": "level", "clearance": "confidential"}


def read_posts(path: Path, known: Known) -> tuple[PostRow, ...]:
    """The posts of a town in the order of its sheet."""
    faults: list[Fault] = []
    rows: list[PostRow] = []
    for row in _table(path, say("sheet.posts"), POST_COLUMNS, faults):
        post = _post(row, known)
        if post.key in {other.key for other in rows}:
            row.fault("key", "twice", post.key)
        rows.append(post)
    if faults:
        raise Unreadable(faults)
    return tuple(rows)


def _post(row: _Row, known: Known) -> PostRow:
    for column in ("key", "name_zh", "name_en", "roles", "place"):
        if not row.text(column):
            row.fault(column, "needed")
    for column in ("key", "desk"):
        if row.text(column) and not _KEY.fullmatch(row.text(column)):
            row.fault(column, "bad_key", row.text(column))
    level = row.one_of("level", CODE_LENGTH, "unknown_level")
    covers = row.all_in("place", known.places, "unknown_place")
    if level:
        for code in covers if level == "area" else (row.text("place"),):
            if len(code) != CODE_LENGTH[level]:
                row.fault("place", "place_not_of_level", code)
    seats = row.text("seats")
    if not (seats.isdecimal() and int(seats) > 0):
        row.fault("seats", "not_a_count", seats)
        seats = "1"
    return PostRow(
        key=row.text("key"),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        roles=row.all_in("roles", known.roles, "unknown_role"),
        lines=row.all_in("lines", known.lines, "unknown_line"),
        covers=covers,
        desk=row.text("desk"),
        level=level,
        clearance=CONFIDENTIAL.get(row.one_of("clearance", CONFIDENTIAL, "unknown_clearance"), 0),
        seats=int(seats),
    )


def read_matrix(path: Path, known: Known, posts: Iterable[PostRow]) -> dict[tuple[str, str], str]:
    """The cells that name a post outright; columns whose line or desk the sheet leaves out count as blank."""
    by_key = {post.key: post for post in posts}
    columns = [*known.lines, *(DESK + desk for desk in desks(by_key.values()))]
    faults: list[Fault] = []
    cells: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    for row in _table(path, say("sheet.matrix"), ("grid",), faults, others=("grid_name", *columns)):
        grid = row.text("grid")
        if grid not in known.grids:
            row.fault("grid", "unknown_grid", grid)
        elif grid in seen:
            row.fault("grid", "twice", grid)
        seen.add(grid)
        for column in columns:
            value = row.text(column) if column in row.values else ""
            if value and not value.startswith(FALLBACK):
                if problem := _misplaced(by_key.get(value), column):
                    row.fault(column, problem, value)
                cells[grid, column] = value
    if faults:
        raise Unreadable(faults)
    return cells


def _misplaced(post: PostRow | None, column: str) -> str:
    if post is None:
        return "unknown_post"
    if column.startswith(DESK):
        return "" if post.desk in ("", column.removeprefix(DESK)) else "not_its_desk"
    return "" if not post.lines or column in post.lines else "not_its_line"


def desks(posts: Iterable[PostRow]) -> tuple[str, ...]:
    """The desks of the town's own posts, in the order of the sheet."""
    return tuple(dict.fromkeys(post.desk for post in posts if post.desk and post.level == "town"))


def _table(
    path: Path, title: str, needed: Sequence[str], faults: list[Fault], others: Sequence[str] | None = None
) -> Iterator[_Row]:
    """The filled rows below the headings; headings are found by their keys, which stand in the third row.

    Without `others` unknown columns are passed over; with it they are a fault, since nothing may be lost.
    """
    book = load_workbook(path, data_only=True)
    if title not in book.sheetnames:
        raise Unreadable([Fault(title, 1, "A", "no_sheet")])
    sheet = book[title]
    headings = [_text(cell.value) for cell in sheet[3]]
    for lacking in [key for key in needed if key not in headings]:
        faults.append(Fault(title, 3, "A", "no_heading", lacking))
    if others is not None:
        for i, heading in enumerate(headings):
            if heading and heading not in (*needed, *others):
                faults.append(Fault(title, 3, get_column_letter(i + 1), "unknown_column", heading))
    if faults:
        raise Unreadable(faults)
    for number, cells in enumerate(sheet.iter_rows(min_row=4, values_only=True), start=4):
        values = {h: (get_column_letter(i + 1), _text(cells[i])) for i, h in enumerate(headings) if h}
        if any(text for _, text in values.values()):
            yield _Row(title, number, values, faults)


def _text(value: Any) -> str:
    """A cell as text; a code that the spreadsheet has turned into a number is one again."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def write_posts(path: Path, posts: Iterable[PostRow], known: Known) -> None:
    """The sheet of posts, with a second sheet that says what the codes mean."""
    book = _book()
    sheet = _sheet(
        book, "posts", [(key, say(f"heading.{key}")) for key in POST_COLUMNS], (30, 24, 34, 30, 16, 30)
    )
    grades = {degree: say(f"confidential.{key}") for key, degree in CONFIDENTIAL.items()}
    for post in posts:
        lists = (" ".join(part) for part in (post.roles, post.lines, post.covers))
        sheet.append(
            [post.key, post.name_zh, post.name_en, *lists, post.desk, say(f"level.{post.level}"),
             grades[post.clearance], post.seats]
        )  # fmt: skip
    codes = _sheet(
        book, "codes", [("code", say("heading.code")), ("meaning", say("heading.meaning"))], (24, 24)
    )
    for role in sorted(known.roles):
        codes.append([role, say(f"role.{role}")])
    for line, name in known.lines.items():
        codes.append([line, name])
    book.save(path)


def write_matrix(
    path: Path, cells: Cells, known: Known, posts: Sequence[PostRow], fallback: Callable[[str, str], str]
) -> None:
    """The matrix; `fallback(grid, column)` is the key of who answers when the cell is blank, "" for a gap."""
    by_desk = {post.desk: post.name_zh for post in reversed(posts) if post.level == "town"}
    columns = [*known.lines.items(), *((DESK + desk, by_desk[desk]) for desk in desks(posts))]
    heads = [("grid", say("heading.grid")), ("grid_name", say("heading.grid_name")), *columns]
    book = _book()
    sheet = _sheet(book, "matrix", heads, (20, 24, *[28] * len(columns)))
    for number, (grid, name) in enumerate(known.grids.items(), start=4):
        sheet.append([grid, name])
        for place, (column, _) in enumerate(columns, start=3):
            own = cells.get((grid, column), "")
            shown = own or fallback(grid, column)
            if shown:
                cell = sheet.cell(number, place, own or f"{FALLBACK} {shown}")
                if not own:
                    cell.font = _GREY
    book.save(path)


def _book() -> Workbook:
    """A workbook without the empty sheet that a new one has."""
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _sheet(book: Workbook, name: str, heads: Sequence[tuple[str, str]], widths: Sequence[int]) -> Worksheet:
    """An empty sheet with its note, its headings and, in grey below them, the keys that reading goes by."""
    sheet: Worksheet = book.create_sheet(say(f"sheet.{name}"))
    note = f"note.{name}" if f"note.{name}" in own_words() else ""
    sheet.append([say(note) if note else say(f"sheet.{name}")])
    sheet.append([head for _, head in heads])
    sheet.append([key for key, _ in heads])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(2, len(heads)))
    sheet["A1"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[1].height = 48
    for column, _ in enumerate(heads, start=1):
        sheet.cell(2, column).font, sheet.cell(2, column).fill = Font(bold=True), _HEAD
        sheet.cell(3, column).font = _GREY
        if column <= len(widths):
            sheet.column_dimensions[get_column_letter(column)].width = widths[column - 1]
    sheet.freeze_panes = "C4"
    return sheet
