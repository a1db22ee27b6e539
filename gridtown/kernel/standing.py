"""The table of a register: one row for each stretch of time in which a record stood as it was.

A change ends a row and begins the next, so that a figure of last year is asked of what stood then. Columns,
apart from those in COMMON:

    f_{field}    an answer that can be counted: number, date, choice, flag, record; also a computed one

`stood_from` and `stood_until` bound the stretch (`stood_until` is null while it lasts). `kept_first` is when the record
was put on the register, on its first row only; `retired_at` when it was taken off, on the row that this ended. Personal
answers and free text are not in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gridtown.kernel.table import READ, countable, stored
from gridtown.kernel.told import Fact

if TYPE_CHECKING:  # a line's own checks look at its tables
    from gridtown.kernel.line import Register

PREFIX = "register:"  # before a register's key where an indicator names its kind
COMMON: Mapping[str, str] = MappingProxyType(
    {
        "record_id": "int64", "town": "string", "village": "string", "grid": "string", "stood_from": "timestamp",
        "stood_until": "timestamp", "kept_first": "timestamp", "retired_at": "timestamp",
    }
)  # fmt: skip


def columns(register: "Register") -> dict[str, str]:
    """Name → Ibis type of every column of the register's table, in order."""
    own = {f"f_{name}": kind_of for name, kind_of in countable(register.form).items()}
    return {**COMMON, **own}


@dataclass
class Standing:
    """One register's table, made ready for folding many records."""

    register: "Register"
    columns: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare how each answer is read."""
        self.columns = columns(self.register)
        self._answers = [
            (name, f"f_{name}", READ[kind_of]) for name, kind_of in countable(self.register.form).items()
        ]

    def fold(self, record: int, town: str, facts: Iterable[Fact]) -> list[dict[str, Any]]:
        """The rows of a record from its entries (keep, retire, restore), oldest first."""
        rows: list[dict[str, Any]] = []
        answers: Mapping[str, Any] = {}
        stands = False
        for fact in facts:
            at = stored(fact.at)
            if stands:
                rows[-1]["stood_until"] = at
            if fact.verb == "retire":
                if stands:
                    rows[-1]["retired_at"] = at
                stands = False
                continue
            if fact.verb == "keep":
                answers = fact.answers
            row = self._row(record, town, answers)
            row["stood_from"], row["kept_first"] = at, None if rows else at
            rows.append(row)
            stands = True
        return rows

    def _row(self, record: int, town: str, answers: Mapping[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = dict.fromkeys(self.columns)
        place = str((answers.get("where") or {}).get("place", ""))
        row["record_id"], row["town"] = record, town
        row["village"] = place[:12] if len(place) >= 12 else ""
        row["grid"] = place if len(place) == 15 else ""
        for name, column, read in self._answers:
            if name in answers:
                row[column] = read(answers[name])
            elif self.columns[column] == "boolean":
                row[column] = False
        return row
