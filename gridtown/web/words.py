"""The words of the pages themselves; lines of business bring their own."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from gridtown.kernel.words import Entries, flatten
from gridtown.kernel.words import say as look_up
from gridtown.lines import common_words

LANGUAGES = ("zh", "en")


@cache
def entries() -> Entries:
    """Every word of web/words.toml, by dotted key."""
    return flatten(tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8")))


def say(key: str, lang: str, **params: Any) -> str:
    """One word or sentence of the pages (or one that lines share) in a language, its braces filled."""
    return look_up(key, lang, entries(), common_words(), **params)
