"""Finds which village or grid a text speaks of, by the names that places go by; used where a report has no point."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

# 彭公大道: a road is called after a village and may run through five others; 彭公村路边 is the village all the same.
NOT_THE_PLACE = r"(?!(?:[东南西北中]?[一二三四五六七八九十]?(?:路|街|大道|大街|高架|公路|站路)))"
DIGITS = "零一二三四五六七八九十"
GRID = r"(?:的)?\s*第?\s*(?P<number>\d{1,2}|十?[一二三四五六七八九]|十)\s*(?:号)?\s*(?P<grid>网格)"


class Found(NamedTuple):
    """A place that a text names: its code (12 or 15 digits), its name, and where in the text."""

    code: str
    name: str
    span: tuple[int, int]


@dataclass(frozen=True)
class Gazetteer:
    """The names of one town's places; longer names win over shorter ones they contain."""

    names: Mapping[str, tuple[str, str]]  # as written -> (code, name to show)
    grids: Mapping[str, str]  # code -> name
    _pattern: re.Pattern[str] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        longest_first = sorted(self.names, key=lambda n: (-len(n), n))
        either = "|".join(re.escape(name) for name in longest_first)
        text = f"(?P<name>(?:{either})(?:(?<=[村会区])|{NOT_THE_PLACE}))(?:{GRID})?"
        object.__setattr__(self, "_pattern", re.compile(text) if longest_first else None)

    def find_place(self, text: str) -> list[Found]:
        """All places the text names, in its order; a grid if its number is said, else the village."""
        if self._pattern is None:
            return []
        return [self._found(match) for match in self._pattern.finditer(text)]

    def _found(self, match: re.Match[str]) -> Found:
        code, name = self.names[match["name"]]
        if match["grid"]:
            grid = f"{code}{_number(match['number']):03}"
            if grid in self.grids:
                return Found(grid, f"{name}{self.grids[grid]}", match.span())
        return Found(code, name, match.span("name"))


def gazetteer(
    villages: Iterable[tuple[str, str, str, Iterable[str]]],
    pois: Iterable[tuple[str, str, Iterable[str]]],
    grids: Mapping[str, str],
) -> Gazetteer:
    """From villages (code, official name, short name, aliases), public places (code, name, aliases) and grids.

    A name that means two places means neither: better no proposal than a wrong one.
    """
    said: dict[str, set[tuple[str, str]]] = {}
    for code, official, short, aliases in villages:
        for name in {official, short, *aliases}:
            said.setdefault(name, set()).add((code, short))
    for code, own, aliases in pois:
        for name in {own, *aliases}:
            said.setdefault(name, set()).add((code, own))
    return Gazetteer({name: min(meant) for name, meant in said.items() if name and len(meant) == 1}, grids)


def _number(said: str) -> int:
    """十二 or 12 as a number."""
    if said.isdigit():
        return int(said)
    tens, ones = (1, said[1:]) if said.startswith("十") else (0, said)
    return tens * 10 + (DIGITS.index(ones) if ones else 0)
