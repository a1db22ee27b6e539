"""Tools propose and write nothing; a person accepts or refuses each proposal."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gridtown.kernel.forms import Form, fields_of
from gridtown.kernel.told import RESERVED, Actor, Kept

if TYPE_CHECKING:
    from gridtown.kernel.calendar import Calendar

_UNASKED = {"photo", "photos", "file", "files"}


@dataclass(frozen=True)
class Reads:
    """What a tool has to know: whole registers, open cases, and cases opened in the last `days`, of its own line.

    registers, kinds: their keys. days: also cases that have ended, if they were opened so lately (0: open ones only).
    verbs: the moves whose answers `Seen.moved` tells; those of every move where none is named.
    """

    registers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    days: int = 0
    verbs: tuple[str, ...] = ()

    def faults(self, name: str, kinds: Collection[str], registers: Collection[str]) -> list[str]:
        """What of it a line with these kinds and registers does not have; `name` says whose it is."""
        unknown = [*set(self.kinds) - set(kinds), *set(self.registers) - set(registers)]
        return [f"{name} reads what is not there: {one}" for one in sorted(unknown)]


NOTHING = Reads()


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as a tool sees it; personal answers are left out. `moved` holds the last answers to each verb."""

    id: int
    number: str
    kind: str
    state: str
    outcome: str
    ended: bool
    opened: datetime
    closed: datetime | None
    place: str
    lon: float | None
    lat: float | None
    category: str
    record: int | None
    answers: Mapping[str, Any]
    moved: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    due: datetime | None = None  # by when it must leave where it is, passed or to come


@dataclass(frozen=True, slots=True)
class Asked:
    """The question put to a tool, with what it said it reads."""

    answers: Mapping[str, Any]
    by: Actor
    now: datetime
    calendar: "Calendar"
    settings: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    records: Mapping[str, tuple[Kept, ...]] = field(default_factory=dict)
    cases: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Open:
    """Report a case of this line: its kind, its intake answers, and where it is (WGS84 point, or a place's code)."""

    kind: str
    answers: Mapping[str, Any]
    lon: float | None = None
    lat: float | None = None
    place: str = ""


@dataclass(frozen=True)
class Add:
    """Make a move of a case of this line."""

    number: str
    verb: str
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Why:
    """A reason in the words of the line (`why.<key>`), its braces filled."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """One suggestion: what it comes to (field -> value), why, and what is written when somebody accepts it.

    `does` is empty where there is nothing to accept (an answer, or something that cannot be done and why).
    """

    what: Mapping[str, Any]
    why: tuple[Why, ...] = ()
    does: tuple[Open | Add, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True)
class Tool:
    """A pure function from a typed question to proposals.

    ask: the question's form. run: the function. roles: who may ask and accept. reads: what it has to know.
    shows: the keys of `Proposal.what` in the order of the columns. reasons: the keys of its `Why`s. basis: the rule or
    the method that it follows.
    """

    key: str
    ask: type[Form]
    run: Callable[[Asked], Iterable[Proposal]]
    roles: tuple[str, ...]
    reads: Reads = NOTHING
    shows: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    basis: str = "design: ours"

    def faults(self, kinds: Collection[str], registers: Collection[str]) -> list[str]:
        """Why a line with these kinds and registers may not have this tool; empty when it may."""
        name = f"tool {self.key}"
        said = self.reads.faults(name, kinds, registers)
        if not self.roles or RESERVED & set(self.roles):
            said.append(f"{name} is for nobody who could accept what it proposes")
        if unfit := [spec.name for spec in fields_of(self.ask) if spec.computed or spec.type in _UNASKED]:
            said.append(f"{name} asks what a question cannot carry: {', '.join(unfit)}")
        return said
