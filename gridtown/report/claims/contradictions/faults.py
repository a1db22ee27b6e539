"""What does not go together in a text, and how its numbers are written."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Fault = Literal[
    "contradiction",
    "part",
    "parts",
    "sum",
    "shares",
    "growth",
    "difference",
    "share_of",
    "balance",
    "mean",
    "multiple",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Claims, by their number, that do not go together, and the numbers to say why."""

    fault: Fault
    claims: tuple[int, ...]
    said: dict[str, Any]
    start: int = 0
    end: int = 0


def plain(number: Decimal | int) -> str:
    """A number without needless noughts."""
    return f"{Decimal(number).normalize():,f}"


def percent(share: Decimal) -> str:
    """A share in percent, with one decimal."""
    return f"{(share * 100).quantize(Decimal('0.1'))}%"
