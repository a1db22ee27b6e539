"""Words for people: one key, Chinese and English; the code knows only keys."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from gridtown.kernel.laws import in_english

_LONGEST = 100  # of a header; what goes beyond is no reader's wish
LANGUAGES = ("zh", "en")

Entries = Mapping[str, Mapping[str, str]]


def flatten(data: Mapping[str, Any], prefix: str = "") -> dict[str, dict[str, str]]:
    """The dotted keys of a words file: a table with `zh` is a word, any other one is a group."""
    found: dict[str, dict[str, str]] = {}
    for name, value in data.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and "zh" in value and isinstance(value["zh"], str):
            found[key] = {str(lang): str(text) for lang, text in value.items()}
        elif isinstance(value, Mapping):
            found.update(flatten(value, f"{key}."))
        else:
            raise ValueError(f"words: {key} is neither a word with zh and en nor a group")
    return found


OURS = "design: no rule fixes it"
_PROSE = re.compile(r"[A-Za-z]+,? [a-z]{2,}")


def is_prose(basis: str) -> bool:
    """Whether a basis is an English sentence rather than a citation (law and article), so that it needs a word."""
    return basis != OURS and bool(_PROSE.search(basis))


def basis(key: str, said: str, lang: str, *sources: Entries) -> str:
    """A basis for people: in Chinese its word, or the citation itself; in English laws are told by both titles."""
    if lang == "en" or not said:
        return in_english(said)
    told = say(key, lang, *sources)
    if told != key:
        return told
    return say("basis.ours", lang, *sources) if said.startswith("design") or is_prose(said) else said


def preferred(header: str) -> str:
    """The one of our languages that an Accept-Language header likes best; Chinese where it names none."""
    return _preferred(header[:_LONGEST])


@lru_cache(maxsize=500)
def _preferred(header: str) -> str:
    weighed = []
    for place, part in enumerate(header.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), place, tag[:2].lower()))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(weighed) if tag in LANGUAGES), "zh")


def incomplete(entries: Entries) -> set[str]:
    """Keys that lack a language."""
    return {key for key, word in entries.items() if not all(word.get(lang, "").strip() for lang in LANGUAGES)}


def say(key: str, lang: str, *sources: Entries, **params: Any) -> str:
    """The word of the first source that has it, its braces filled; a missing word shows its key.

    Said of one (`n` = 1), it is the word's `<lang>_one` where there is one: "1 person", "1 day left".
    """
    for source in sources:
        word = source.get(key)
        if word is not None:
            one = word.get(f"{lang}_one") if params.get("n") in (1, "1") else None
            text = one or word.get(lang) or word["zh"]
            return text.format_map(_Shown(params)) if "{" in text else text
    return key


class _Shown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
