"""Rows and lines of an answer, told in the reader's language: what is counted or drawn is data and never a sentence."""

from collections.abc import Callable, Mapping
from typing import Any

from gridtown.kernel.forms import Coded
from gridtown.town import Town

NOTHING = "—"


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


def told_line(
    town: Town, line: str, said: str, how: Coded, lang: str, record: Callable[[str], str], comma: str
) -> str:
    """A line of codes as a sentence; as it stands where it has other parts than any sort of line that is known.

    record: what the record of an id is called.
    """
    parts = _parts(said, how)
    for word, names in how.told:
        if len(names) == len(parts):
            known = {
                name.partition("=")[0]: _part(town, line, part, name.partition("=")[2], lang, record, comma)
                for name, part in zip(names, parts, strict=True)
            }
            return town.say(f"row.{word}", lang, line, **known)
    return said


def _parts(said: str, how: Coded) -> list[str]:
    return said.split(how.by, max(len(names) for _, names in how.told) - 1)


def _part(
    town: Town, line: str, part: str, of: str, lang: str, record: Callable[[str], str], comma: str
) -> str:
    if not of:
        return part or NOTHING
    if of.startswith("@"):
        return comma.join(record(one) for one in part.split(",") if one) or NOTHING
    table = town.tables.get(line, {}).get(of, {})
    if part in table:
        return _called(table[part], lang)
    by_name = {row["zh"]: row for row in table.values()}
    if part in by_name:
        return _called(by_name[part], lang)
    return comma.join(_called(table.get(one, {"zh": one}), lang) for one in part.split(",") if one) or NOTHING


def _called(row: Mapping[str, Any], lang: str) -> str:
    return str(row.get(lang) or row["zh"])


def records_in(said: str, how: Coded) -> list[int]:
    """The ids of the records that a line names."""
    parts = _parts(said, how)
    names = next((names for _, names in how.told if len(names) == len(parts)), ())
    return [
        int(one)
        for name, part in zip(names, parts, strict=False)
        if name.partition("=")[2].startswith("@")
        for one in part.split(",")
        if one.isdecimal()
    ]
