"""How alike two reports read: pairs of neighbouring characters, which needs no dictionary and no word boundaries."""

import re
from collections import Counter
from functools import lru_cache

_NOISE = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def _pairs(text: str) -> Counter[str]:
    plain = _NOISE.sub("", text).lower()
    if len(plain) < 2:
        return Counter(plain)
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1))


def likeness(a: str, b: str) -> float:
    """From 0 (no pair in common) to 1 (the same pairs as often): Dice's coefficient over pairs of characters."""
    first, second = _pairs(a), _pairs(b)
    both = first.total() + second.total()
    return 2 * (first & second).total() / both if both else 0.0


def shared_with(short: str, long: str) -> float:
    """How much of the shorter text is in the longer one, 0 to 1: a title against a whole description."""
    first, second = _pairs(short), _pairs(long)
    least = min(first.total(), second.total())
    return (first & second).total() / least if least else 0.0
