"""A case as the walk knows it, and what an earlier walk or others have written."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from gridtown.demo.spots import Spot


@dataclass(slots=True, eq=False)
class Held:
    """A case as the walk knows it; `n` names it in its keys and seeds its chances."""

    n: str
    line: str
    spot: Spot
    category: str
    desk: str
    urgency: str
    chance: Random
    id: int = 0
    number: str = ""
    state: str = ""
    steps: int = 0
    ended: bool = False
    first_end: str = ""
    extended: bool = False
    record: int = 0  # what it is about
    codes: tuple[str, ...] = ()  # drawn by its last move that drew any, and told nowhere else
    degree: int = 0  # how confidential it is: whoever is not cleared for that does not have it
    since: datetime | None = None  # when its clock of handling began, in the life's own reckoning


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that a duty, a tool or another case has opened."""

    id: int
    number: str
    line: str
    kind: str
    record: int
    place: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier, interrupted walk has already written under a key."""

    case: int
    number: str
    to: str
    at: datetime
