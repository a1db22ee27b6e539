"""Text in, suggestions out: which category of the town's dictionary a report sounds like, how urgent, and where."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gridtown import town as towns
from gridtown.kernel.forms import fields_of
from gridtown.places import router
from gridtown.places.gazetteer import Found
from gridtown.town import Table, Town


@dataclass(frozen=True)
class Suggestion:
    """What the text sounds like, the words that say so, and how sure that is (0 to 1)."""

    what: Mapping[str, Any]
    why: str
    confidence: float


MOST = 3
HALF = 3.0  # so much weight of words makes a proposal about as likely right as wrong
URGENCIES = ("normal", "urgent", "critical")


@dataclass(frozen=True)
class Dictionary:
    """The keywords of a table's rows as one search; a longer word hides the shorter ones in it."""

    meant: Mapping[str, tuple[str, ...]]  # keyword -> keys of the rows that list it
    search: re.Pattern[str] | None

    @classmethod
    def of(cls, table: Table) -> "Dictionary":
        """From the rows of a table with a column `keywords`; the row's own name is a keyword too."""
        meant: dict[str, list[str]] = {}
        for key, row in table.items():
            for word in {
                *str(row.get("keywords") or "").split(),
                *re.split(r"[、,,/\s]+", str(row.get("zh") or "")),
            }:
                if len(word) > 0 and key != "other":
                    meant.setdefault(word.lower(), []).append(key)
        longest = sorted(meant, key=lambda word: (-len(word), word))
        pattern = re.compile("|".join(map(re.escape, longest))) if longest else None
        return cls({word: tuple(keys) for word, keys in meant.items()}, pattern)

    def weights(self, text: str) -> dict[str, dict[str, float]]:
        """For each row the words that speak for it and how much: longer and rarer words more, repetitions little."""
        found: dict[str, dict[str, float]] = {}
        if self.search is None:
            return found
        heard: dict[str, int] = {}
        for match in self.search.finditer(text.lower()):
            heard[match.group()] = heard.get(match.group(), 0) + 1
        for word, times in heard.items():
            keys = self.meant[word]
            weight = len(word) ** 1.5 / len(keys) * (1 + 0.3 * min(times - 1, 3))
            for key in keys:
                found.setdefault(key, {})[word] = weight
        return found


def suggest(text: str, *, line: str, town: Town | None = None, most: int = MOST) -> list[Suggestion]:
    """Categories that the text sounds like, best first; none rather than a guess when no word speaks for one.

    what: category, desk, urgency. why: the words. confidence: 0 to 1, the share of all that was heard, drawn
    down where little was heard; a reading aid and not a probability.
    """
    town = town or towns.current()
    found = _dictionary(town, line).weights(text)
    scores = {key: sum(words.values()) for key, words in found.items()}
    total = sum(scores.values())
    table = _table(town, line)
    haste, hasty = urgency(text)
    proposals = []
    for key in sorted(scores, key=lambda k: (-scores[k], k))[:most]:
        row = table[key]
        words = sorted(found[key], key=lambda w: (-found[key][w], w))
        level = max(haste, str(row.get("urgency") or "normal"), key=URGENCIES.index)
        why = "、".join(dict.fromkeys([*words, *(hasty if level == haste != "normal" else ())]))
        sure = scores[key] / total * scores[key] / (scores[key] + HALF)
        what = {"category": key, "desk": row.get("desk", ""), "urgency": level}
        proposals.append(Suggestion(what, why, round(sure, 3)))
    return proposals


def urgency(text: str) -> tuple[str, tuple[str, ...]]:
    """How much haste the words ask for, and those words; a denied word ("没有人受伤") asks for none."""
    for level in ("critical", "urgent"):
        words = tuple(_said(text, _words()[level]))
        if words:
            return level, words
    return "normal", ()


def _said(text: str, words: Iterable[str]) -> Iterable[str]:
    denials = tuple(_words()["not"])
    for word in words:
        at = text.find(word)
        while at >= 0:
            if word.startswith(denials) or not text[:at].endswith(denials):
                yield word
                break
            at = text.find(word, at + 1)


@cache
def _words() -> Mapping[str, list[str]]:
    return tomllib.loads((files("gridtown.triage") / "words.toml").read_text("utf-8"))


def find_place(text: str) -> list[Found]:
    """The villages and grids that a text names, in its order; where a report comes without a point."""
    return router.current(towns.current().code).find_place(text)


def _table(town: Town, line: str) -> Table:
    """The dictionary behind the field that becomes a case's category."""
    for kind in town.lines[line].kinds:
        for spec in fields_of(kind.intake):
            if spec.sets == "category" and spec.table:
                return town.tables.get(line, {}).get(spec.table, {})
    return {}


_kept: dict[str, tuple[Table, Dictionary]] = {}


def _dictionary(town: Town, line: str) -> Dictionary:
    table = _table(town, line)
    known = _kept.get(line)
    if known is None or known[0] is not table:
        known = _kept[line] = (table, Dictionary.of(table))
    return known[1]
