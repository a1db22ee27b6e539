"""What the interface says to people: in the caller's language, from the same words as the pages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from django.http import HttpRequest

from gridtown import town as towns
from gridtown.kernel import words
from gridtown.kernel.told import Refused
from gridtown.lines import common_words


@cache
def own_words() -> Mapping[str, Mapping[str, str]]:
    """This app's words, complete in every language."""
    entries = words.flatten(tomllib.loads((files("gridtown.api") / "words.toml").read_text("utf-8")))
    if missing := words.incomplete(entries):
        raise ValueError(f"api/words.toml lacks a language for {sorted(missing)}")
    return entries


def lang_of(request: HttpRequest) -> str:
    """The language that the caller wants."""
    return words.preferred(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))


def say(key: str, lang: str, line: str = "", **params: Any) -> str:
    """A word of a line, of all lines or of the interface; without a line, of the first that has it."""
    lines = towns.current().lines
    sources = [lines[line].words] if line in lines else [found.words for found in lines.values()]
    return words.say(key, lang, *sources, common_words(), own_words(), **params)


def reason(refused: Refused, lang: str, line: str = "") -> str:
    """Why something was refused, as a sentence; in the words of the line that refused it, where none is named."""
    line = line or refused.line
    key = refused.key if "." in refused.key else f"refusal.{refused.key}"
    params = {
        name: say(f"{name}.{value}", lang, line) if name in ("verb", "state") else value
        for name, value in refused.params.items()
    }
    return say(key, lang, line, **params)


def mistakes(refused: Refused, lang: str, line: str = "") -> dict[str, str]:
    """What to mend, field by field."""
    line = line or refused.line
    return {name: say(key, lang, line, **refused.params) for name, key in refused.fields.items()}
