"""What the ledger tells of one case, and who is about to add to it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gridtown.kernel.mode import Figures, Running

if TYPE_CHECKING:  # the calendar refuses in the words of this module
    from gridtown.kernel.calendar import Calendar

REPORTER = "reporter"  # whoever reported, known only by number and secret
SUBJECT = "subject"  # whoever a record belongs to (an enterprise), known only by the record's signed link
ANYONE = "anyone"  # whoever comes along, on the public page of an open case
SYSTEM = "system"  # the ticker
DUTY = "duty"  # the channel of what the system opens of itself, because it is owed again
CHILD = "child"  # the ledger itself, when a spawned case has ended
OUTSIDE = frozenset(
    {REPORTER, SUBJECT, ANYONE}
)  # people without an account: nobody can count on their coming
RESERVED = OUTSIDE | {SYSTEM, CHILD}

CONFIDENTIAL: Mapping[str, int] = {"open": 0, "internal": 1, "personal": 2, "petition": 3, "care": 4}
# Only cases of this degree and above keep posts out, so that whoever is not cleared for it need not be asked about.
BARS_FROM = CONFIDENTIAL["petition"]


class Refused(Exception):
    """Something was not done; `key` names the reason in the words of the town, `fields` what to mend.

    `params` fill the braces of the reason's sentence. Nothing has been written when this is raised.
    `line`: in whose words it is said, where that is known (`in_words_of`).
    """

    def __init__(self, key: str, *, fields: Mapping[str, str] | None = None, **params: Any) -> None:
        super().__init__(key, dict(fields or {}), params)
        self.key = key
        self.fields = dict(fields or {})
        self.params = params
        self.line = ""


@contextmanager
def in_words_of(line: str) -> Iterator[None]:
    """Let whatever is refused here be said in that line's words: two lines call a move or a reason by the same key."""
    try:
        yield
    except Refused as why:
        why.line = why.line or line
        raise


@dataclass(frozen=True, slots=True)
class Actor:
    """One hat: a person in one post. Empty `lines` means every line; `place` is a code prefix.

    record: the record that SUBJECT acts for; such a hat opens that record's cases only. held: every post that the
    person holds or has held (ids), for whoever is cleared for cases that keep posts out (`forms.Bars`): what shuts out
    one of them shuts out the person.
    """

    person: str
    post: str
    roles: frozenset[str]
    place: str
    lines: frozenset[str] = frozenset()
    desk: str = ""
    clearance: int = 1
    record: int = 0
    held: frozenset[int] = frozenset()

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
    number: str = ""  # none before it is opened

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
class Kept:
    """A record as guards, derivations and tools see it; personal answers are left out."""

    id: int
    register: str
    name: str
    place: str
    answers: Mapping[str, Any]
    lon: float | None = None  # WGS84
    lat: float | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another case of the same kind that is alike in the fields which `Kind.same_by` names; the newest first."""

    number: str
    state: str
    outcome: str
    ended: bool
    opened: datetime
    closed: datetime | None
    answers: Mapping[str, Any]


def none_earlier() -> tuple[Earlier, ...]:
    """Where nothing is known of other cases."""
    return ()


def no_other(number: str) -> Told | None:
    """Where nothing is known of a case by its number."""
    return None


def no_mode() -> Running | None:
    """Where event mode is never on."""
    return None


def no_figures(since: datetime) -> Figures:
    """Where nothing is counted."""
    return Figures(since, since)


@dataclass(frozen=True, slots=True)
class Doing:
    """What is about to be done: guards and derivations look at this and at what the ledger tells.

    records: the records that the intake's and these answers name (by id), and those of the registers that the move
    reads. earlier: asks the ledger, only when it is called, for the cases alike; case: likewise for another case of the
    line by its number, None where there is none that the actor may see; mode: for the event mode that is on; figures:
    for what it counts now, and since a moment. tables: the line's dictionaries, the town's in place of its own.
    """

    verb: str
    by: Actor
    answers: Mapping[str, Any]
    now: datetime
    calendar: "Calendar"
    settings: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    records: Mapping[int, Kept] = field(default_factory=dict)
    earlier: Callable[[], tuple[Earlier, ...]] = none_earlier
    case: Callable[[str], Told | None] = no_other
    mode: Callable[[], Running | None] = no_mode
    figures: Callable[[datetime], Figures] = no_figures

    def record(self, field: str) -> Kept | None:
        """The record that an answer names."""
        return self.records.get(int(self.answers.get(field) or 0))

    def of(self, register: str) -> tuple[Kept, ...]:
        """The records of a register that are known here: all that stand, where the move reads it."""
        return tuple(kept for kept in self.records.values() if kept.register == register)


Guard = Callable[[Told, Doing], str | None]
"""Refuses by answering the key of a reason in words.toml; None lets pass."""

Derive = Callable[[Told, Doing], Mapping[str, Any]]
"""Answers the fields marked `Computed` from what is known; pure, so that anybody can compute them again."""
