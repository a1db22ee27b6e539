"""The words that stand around figures, whatever shows them."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from gridtown.kernel import words
from gridtown.lines import common_words


@cache
def entries() -> words.Entries:
    """Every word of report/words.toml, by dotted key."""
    return words.flatten(tomllib.loads((files("gridtown.report") / "words.toml").read_text("utf-8")))


def say(key: str, lang: str, **params: Any) -> str:
    """One word or sentence in a language, its braces filled."""
    return words.say(key, lang, entries(), common_words(), **params)
