"""Counted rows of an answer, told in the reader's language: a situation report's list is data and never a sentence."""

from collections.abc import Callable, Mapping
from typing import Any

from gridtown.town import Town


def told(town: Town, line: str, row: Mapping[str, Any], lang: str, place: Callable[[str], str]) -> str:
    """A row as a sentence: the line's word `row.<as>` with the row's parts in words.

    row: `as` names the word; kind (line/kind) and place (a code) are said in words, all other parts as they are.
    place: what a code is called.
    """
    parts = {name: value for name, value in row.items() if name != "as"}
    if "kind" in parts:
        of, _, kind = str(parts["kind"]).partition("/")
        parts["kind"] = f"{town.say('line', lang, of)}·{town.say(f'kind.{kind}', lang, of)}"
    if "place" in parts:
        parts["place"] = place(str(parts["place"]))
    return town.say(f"row.{row.get('as', '')}", lang, line, **parts)
