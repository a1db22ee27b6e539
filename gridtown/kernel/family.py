"""Families of indicators: one for each row of a dictionary, so that a town's own table decides which there are.

    Family("level", table="statistic", of=level)

`of` makes the indicator of a row without its question; question and formula come from the words `family.<key>` and
`family_formula.<key>`, in whose braces the row's own name stands ({name}); why it is counted so, `family_why.<key>`, is
one for all of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gridtown.kernel.indicator import Indicator
from gridtown.kernel.words import LANGUAGES

if TYPE_CHECKING:  # a line's own checks look at its families
    from gridtown.kernel.forms import Tables
    from gridtown.kernel.line import Line

Row = Mapping[str, Any]
Words = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Family:
    """Indicators alike. of: the indicator of a row of `table`, or None where that row has none of this family."""

    key: str
    table: str
    of: Callable[[str, Row], Indicator | None]


def words_needed(families: tuple[Family, ...]) -> set[str]:
    """The keys of the words that families are told in."""
    return {
        f"{what}.{family.key}" for family in families for what in ("family", "family_formula", "family_why")
    }


def grown(line: "Line", tables: "Tables") -> "Line":
    """The line with the indicators and words of these tables' rows in the place of those that it had grown before."""
    if not line.families:
        return line
    old = {ind.key for ind in line.indicators if ind.family}
    words: Words = {
        key: dict(said)
        for key, said in line.words.items()
        if not (key.startswith(("indicator.", "formula.")) and key.partition(".")[2] in old)
    }
    fresh = tuple(ind for family in line.families for ind in _members(family, tables, line, words))
    kept = tuple(ind for ind in line.indicators if not ind.family)
    return replace(line, indicators=(*kept, *fresh), words=words)


def _members(family: Family, tables: "Tables", line: "Line", words: Words) -> Iterator[Indicator]:
    for key, row in tables.get(family.table, {}).items():
        ind = family.of(key, row)
        if ind is None:
            continue
        for what, word in (("indicator", "family"), ("formula", "family_formula")):
            said = line.words.get(f"{word}.{family.key}", {})
            words[f"{what}.{ind.key}"] = {
                lang: text.replace("{name}", str(row.get(lang) or row.get("zh") or key))
                for lang, text in said.items()
            }
        question = words[f"indicator.{ind.key}"].get(LANGUAGES[1], "")
        yield replace(ind, question=question, family=family.key)
