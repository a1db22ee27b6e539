"""The words of messages that leave the house."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from gridtown.kernel import words
from gridtown.lines import common_words


@cache
def own_words() -> Mapping[str, Mapping[str, str]]:
    """This app's words, complete in every language."""
    entries = words.flatten(tomllib.loads((files("gridtown.dispatch") / "words.toml").read_text("utf-8")))
    if missing := words.incomplete(entries):
        raise ValueError(f"dispatch/words.toml lacks a language for {sorted(missing)}")
    return entries


def say(key: str, lang: str, **params: object) -> str:
    """A word of this app, or one that all lines share."""
    return words.say(key, lang, own_words(), common_words(), **params)
