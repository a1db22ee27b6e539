"""What an import did: the counts, the rows that did not go in, and the file that names them."""

import csv
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from gridtown.feeds.importing.reading import Bad
from gridtown.kernel.words import flatten, say

WORDS = flatten(tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8")))


def why(bad: Bad, lang: str = "zh") -> str:
    """The reason in the reader's words."""
    return say(f"bad.{bad.reason}", lang, WORDS, **bad.params)


@dataclass(slots=True)
class Result:
    """Counts of one run; `same`: known already as they are. `errors`: the file of rows that did not go in."""

    read: int = 0
    added: int = 0
    closed: int = 0
    same: int = 0
    bad: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    errors: Path | None = None

    def said(self, lang: str = "zh") -> str:
        """One line for whoever ran it."""
        counts = {n: getattr(self, n) for n in ("read", "added", "closed", "same", "bad")}
        return say("summary.said", lang, WORDS, **counts)


class ErrorFile:
    """The rows that did not go in, as they came, with row, column and reason in front; made only when needed."""

    def __init__(self, path: Path, headings: Sequence[str], lang: str = "zh") -> None:
        self.path = path
        self.headings = headings
        self.lang = lang
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    @property
    def made(self) -> bool:
        """Whether any row was written."""
        return self._file is not None

    def add(self, bad: Bad) -> None:
        """Write one row; the first one makes the file."""
        if self._file is None:
            # With a byte-order mark, so that a spreadsheet shows Chinese right.
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            names = [say(f"column.{key}", self.lang, WORDS) for key in ("row", "column", "reason")]
            self._writer.writerow([*names, *self.headings])
        self._writer.writerow(
            [bad.row, bad.column, why(bad, self.lang), *("" if c is None else c for c in bad.cells)]
        )
