"""What the leaders' screen shows: chosen by the town, in `leaders.toml` of its folder.

maps = ["appeals.handled"]            # drawn by village
villages = "appeals.on_time_rate"     # a little chart for each village

[[section]]
title = { zh = "民生诉求", en = "What residents report" }
figures = ["appeals.received", "appeals.on_time_rate"]
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gridtown import town as towns
from gridtown.report.figures.indicators import NoIndicator, find
from gridtown.town import Town

FILE = "leaders.toml"


class BadScreen(ValueError):
    """What is wrong in the file, in one sentence."""


@dataclass(frozen=True)
class Section:
    """Figures that belong together; title in each language."""

    title: Mapping[str, str]
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Screen:
    """Keys of indicators, all of which the town has."""

    sections: tuple[Section, ...]
    maps: tuple[str, ...]
    villages: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Every figure on it, once."""
        own = (*(key for section in self.sections for key in section.figures), *self.maps, self.villages)
        return tuple(dict.fromkeys(key for key in own if key))


def screen(town: Town | None = None) -> Screen | None:
    """The town's choice; None where it has made none, BadScreen where the file cannot be read."""
    town = town or towns.current()
    path = town.folder / FILE
    if not path.exists():
        return None
    try:
        found = _read(tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as wrong:
        raise BadScreen(str(wrong)) from None
    for key in found.keys:
        try:
            find(key, town)
        except NoIndicator:
            raise BadScreen(f"there is no indicator {key}") from None
    return found


def _read(data: Mapping[str, Any]) -> Screen:
    if unknown := sorted(set(data) - {"section", "maps", "villages"}):
        raise BadScreen(f"there is no {', '.join(unknown)}: only section, maps and villages")
    sections = []
    for part in data.get("section", []):
        if set(part) != {"title", "figures"} or set(part["title"]) != {"zh", "en"}:
            raise BadScreen("each section has a title (zh and en) and its figures, and nothing else")
        sections.append(Section(part["title"], tuple(map(str, part["figures"]))))
    return Screen(tuple(sections), tuple(map(str, data.get("maps", ()))), str(data.get("villages", "")))
