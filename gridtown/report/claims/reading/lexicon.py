"""The words that the reader knows: TOML files in `data/`, read once."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> Mapping[str, Any]:
    """One of the data files, by its name without ending."""
    return tomllib.loads((files("gridtown.report.claims") / "data" / f"{name}.toml").read_text("utf-8"))


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Unit:
    """A word that a figure is measured in: its base unit, and how many of that one of it is."""

    word: str
    base: str
    by: float

    @property
    def countable(self) -> bool:
        """Whether it is a classifier (家, 场) and no measure."""
        return self.base == "count"


@cache
def units() -> Mapping[str, Unit]:
    """Every unit by its word."""
    known: dict[str, Unit] = {}
    for name, group in table("units").items():
        if name in {"not_before", "unless", "people"}:
            continue
        for word in group.get("words", ()):
            known[word] = Unit(word, group["to"], 1)
        for word, by in group.get("by", {}).items():
            known[word] = Unit(word, group["to"], by)
    return known


@cache
def qualifiers(where: str) -> Mapping[str, str]:
    """The qualifier that each word stands for, of those "before", "after" or "within" a figure."""
    return {word: kind for kind, words in table("qualifiers")[where].items() for word in words}


@cache
def blocked() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What claims nothing: the reason, and the pattern."""
    return tuple((one["why"], re.compile(one["match"])) for one in table("blocked")["pattern"])
