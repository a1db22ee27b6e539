"""What the ledger tells of one case, and who is about to add to it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the calendar refuses in the words of this module
    from gridtown.kernel.calendar import Calendar

REPORTER = "reporter"  # whoever reported, known only by number and secret
SYSTEM = "system"  # the ticker
CHILD = "child"  # the ledger itself, when a spawned case has ended
RESERVED = frozenset({REPORTER, SYSTEM, CHILD})

CONFIDENTIAL: Mapping[str, int] = {"open": 0, "internal": 1, "personal": 2, "petition": 3, "care": 4}


class Refused(Exception):
    """Something was not done; `key` names the reason in the words of the town, `fields` what to mend.

    `params` fill the braces of the reason's sentence. Nothing has been written when this is raised.
    """

    def __init__(self, key: str, *, fields: Mapping[str, str] | None = None, **params: Any) -> None:
        super().__init__(key, dict(fields or {}), params)
        self.key = key
        self.fields = dict(fields or {})
        self.params = params


@dataclass(frozen=True, slots=True)
class Actor:
    """One hat: a person in one post. Empty `lines` means every line; `place` is a code prefix."""

    person: str
    post: str
    roles: frozenset[str]
    place: str
    lines: frozenset[str] = frozenset()
    desk: str = ""
    clearance: int = 1

    def covers(self, line: str, place: str) -> bool:
        """Whether this hat's post answers for that line at that place."""
        return place.startswith(self.place) and (not self.lines or line in self.lines)


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a case as guards and tables see it; personal answers are left out."""

    seq: int
    at: datetime
    verb: str
    by: str
    post: str
    frm: str
    to: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    clocks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """A case as its entries tell it."""

    line: str
    kind: str
    state: str
    opened: datetime
    place: str
    answers: Mapping[str, Any]
    facts: tuple[Fact, ...] = ()

    def all(self, *verbs: str) -> Iterator[Fact]:
        """The facts of these verbs, oldest first."""
        return (fact for fact in self.facts if fact.verb in verbs)

    def last(self, *verbs: str) -> Fact | None:
        """The newest fact of any of these verbs."""
        return next((fact for fact in reversed(self.facts) if fact.verb in verbs), None)

    def times(self, *verbs: str) -> int:
        """How often any of these verbs was done."""
        return sum(1 for _ in self.all(*verbs))


@dataclass(frozen=True, slots=True)
class Doing:
    """What is about to be done: a guard looks at this and at what the ledger tells."""

    verb: str
    by: Actor
    answers: Mapping[str, Any]
    now: datetime
    calendar: "Calendar"
    settings: Mapping[str, Any] = field(default_factory=dict)


Guard = Callable[[Told, Doing], str | None]
"""Refuses by answering the key of a reason in words.toml; None lets pass."""
