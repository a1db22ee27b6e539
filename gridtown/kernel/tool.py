"""Tools propose and write nothing; a person accepts or refuses each proposal."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Proposal:
    """One suggestion: what to do, and why, in words that an officer can check."""

    what: Mapping[str, Any]
    why: str
    confidence: float | None = None


@dataclass(frozen=True)
class Tool:
    """A pure function from a typed question to proposals."""

    key: str
    ask: Callable[[Any], Iterable[Proposal]]
    roles: tuple[str, ...]
