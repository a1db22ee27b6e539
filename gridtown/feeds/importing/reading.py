"""A foreign row becomes one outside case, or is refused naming row, column and reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gridtown.feeds.importing.mapping import FileMapping
from gridtown.feeds.importing.rules import BadCell, Reader

Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that did not go in."""

    row: int
    cells: Cells
    column: str
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class OutsideRow:
    """One case of another system: when it was opened and, where it has ended, when and how (times in UTC)."""

    row: int
    cells: Cells
    number: str
    opened: datetime
    due: datetime | None
    closed: datetime | None
    outcome: str
    lon: float | None
    lat: float | None
    place: str
    channel: str
    answers: dict[str, Any]
    generation: int = 0


class RowReader:
    """Reads rows of one file by one mapping; remembers numbers so that a file naming one twice is told."""

    def __init__(self, mapping: FileMapping, headings: Sequence[str]) -> None:
        self.mapping = mapping
        self.headings = headings
        self.rules = mapping.compiled(headings)
        self.seen: dict[str, int] = {}

    def read(self, lines: Iterator[tuple[int, Cells]]) -> Iterator[OutsideRow | Bad]:
        """Every row, one after another."""
        width = len(self.headings)
        for row, cells in lines:
            if len(cells) < width:
                yield Bad(row, cells, "", "too_few_cells")
                continue
            try:
                yield self.one(row, cells)
            except BadCell as bad:
                yield Bad(row, cells, bad.column, bad.reason, bad.params)

    def one(self, row: int, cells: Cells) -> OutsideRow:
        """One row, or BadCell."""
        get = self.rules["columns"]
        said = {name: read(cells) for name, read in get.items()}
        if said["number"] is None or said["opened"] is None:
            raise BadCell(self.mapping.column("number" if said["number"] is None else "opened"), "missing")
        number = str(said["number"])
        if (first := self.seen.setdefault(number, row)) != row:
            raise BadCell(self.mapping.column("number"), "twice", row=first)
        closed = self._closing(said)
        return OutsideRow(
            row=row,
            cells=cells,
            number=number,
            opened=said["opened"],
            due=said.get("due"),
            closed=closed,
            outcome=(said.get("outcome") or "solved") if closed else "",
            lon=said.get("lon"),
            lat=said.get("lat"),
            place=said.get("place") or "",
            channel=said.get("channel") or "import",
            answers=_answers(self.rules["answers"], cells),
        )

    def _closing(self, said: Mapping[str, Any]) -> datetime | None:
        """When it ended, None while it runs; the state column, where there is one, must agree with the time."""
        opened, closed = said["opened"], said.get("closed")
        ended = said["state"] == "closed" if "state" in said else closed is not None
        if not ended:
            if closed is not None:
                raise BadCell(self.mapping.column("closed"), "time_without_closing")
            return None
        if closed is None:
            if self.mapping.unknown_closing != "as_of" or self.mapping.as_of is None:
                raise BadCell(self.mapping.column("closed"), "closed_without_time")
            return self.mapping.as_of
        if closed >= opened:
            return closed
        short = int((opened - closed) / timedelta(seconds=1))
        if short > self.mapping.tolerance:
            raise BadCell(self.mapping.column("closed"), "closed_before_opened", seconds=short)
        # A file that cuts its times to the minute shows closings up to a minute before the opening.
        return opened


def _answers(rules: Mapping[str, Reader], cells: Cells) -> dict[str, Any]:
    """The filled fields of a form."""
    said = ((name, read(cells)) for name, read in rules.items())
    return {name: value for name, value in said if value is not None}
