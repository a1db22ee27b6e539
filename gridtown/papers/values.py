"""What stands behind a name in a paper's text: it prints in words, and compares as what it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gridtown.kernel.calendar import Calendar

BLANK_WIDTH = 4
_MARKS = "#<>+-|[]*!"
# What a case says must never become markup: these characters travel as private ones and come back when set.
_AWAY = {ord(char): chr(0xE000 + ord(char)) for char in _MARKS + "\n"}
_BACK = {ord(away): chr(char) for char, away in _AWAY.items()}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff\ue000-\ue07f]")


def sealed_off(text: str) -> str:
    """A text of the case in which nothing is markup any more, and nothing that a Word file cannot hold."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).translate(
        _AWAY
    )


def opened_up(text: str) -> str:
    """The text as it was, once the markup around it has been read."""
    return text.translate(_BACK)


class Blank:
    """What the case does not say: empty in conditions, and on paper a place to write on."""

    def __init__(self, width: int = BLANK_WIDTH) -> None:
        self.width = width

    def __str__(self) -> str:
        return "＿" * self.width

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __getitem__(self, name: str) -> "Blank":
        return self


BLANK = Blank()


class Said:
    """Something with a name and parts: a choice with its row, a record with its answers, a move, a group of names.

    key: what conditions compare; a part that is not there is a blank.
    """

    def __init__(self, text: str = "", parts: Mapping[str, Any] | None = None, key: Any = None) -> None:
        self.text, self.parts, self.key = text, parts or {}, key

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return self.key is None or bool(self.key)

    def __eq__(self, other: object) -> bool:
        return (other.key if isinstance(other, Said) else other) in (self.key, self.text)

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, name: str) -> Any:
        return self.parts.get(name, BLANK)


class Several(list[Any]):
    """Values that print with a comma between."""

    between = "、"

    def __str__(self) -> str:
        return self.between.join(str(one) for one in self)


class Pictures(Several):
    """Digests of pictures; they stand in `[photo]` and `[signature]` lines only."""

    between = " "


@dataclass(frozen=True, order=True)
class Moment:
    """A day, or a moment in the town's own time; prints as a date."""

    at: date | datetime
    calendar: Calendar = field(compare=False, repr=False)

    @property
    def day(self) -> date:
        """The day alone."""
        return self.at.date() if isinstance(self.at, datetime) else self.at

    def __str__(self) -> str:
        return f"{self.day.year}年{self.day.month}月{self.day.day}日"
