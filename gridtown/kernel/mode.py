"""战时机制: while a case of some kind is in some state, the whole town works in another way.

The switch is a case, so that who turned it on, why, until when and what came of it are entries like all others. A line
says by `Kind.mode` which state that is; the ledger reads from the case what then holds.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # clocks refuse in the words of told, which tells of the mode that is on
    from gridtown.kernel.clocks import Limit


@dataclass(frozen=True)
class Mode:
    """How a kind of case switches the town's event mode: it is on while the case is in `state`, until `limit` ends.

    factor, lines, every: names of answers (the last one given counts): by what share limits that start are shortened,
    for which lines (none = all), and every how many hours a report is owed; level: of that which says how grave it
    is. reports: the kind, which the system may raise, of these reports. tasks: the kind of what is to be done;
    groups: the register of who does it. The command room shows them.
    """

    state: str
    limit: str
    factor: str
    lines: str
    every: str
    reports: str
    level: str
    tasks: str
    groups: str

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers that say what holds and is shown of it."""
        return (self.factor, self.lines, self.every, self.level)

    def faults(
        self,
        asked: Collection[str],
        limits: "Iterable[Limit]",
        raised: Collection[str],
        kinds: Collection[str],
        registers: Collection[str],
    ) -> list[str]:
        """What is wrong in a kind with these answers and limits; `raised`: the kinds that the system may raise."""
        ends = [limit for limit in limits if limit.key == self.limit]
        checks = {
            "names answers that nothing asks for": set(self.answers) <= set(asked),
            "needs a limit of its state alone that ends by a move": any(
                limit.states == (self.state,) and limit.by_itself for limit in ends
            ),
            "needs reports that the system may raise": self.reports in raised,
            "names tasks or groups that are not there": self.tasks in kinds and self.groups in registers,
        }
        return [what for what, holds in checks.items() if not holds]


@dataclass(frozen=True, slots=True)
class Running:
    """The mode that is on: by which case, since when and until when at the latest, and what it changes.

    how: as the line declared it. factor: 0 < factor <= 1. hours: between two reports. reported: when the last one
    was drawn up; None before the first. answers: of the case and its moves, the newest of each name.
    """

    case: int
    number: str
    line: str
    kind: str
    title: str
    place: str
    since: datetime
    until: datetime
    how: Mode
    factor: float = 1.0
    lines: frozenset[str] = frozenset()
    hours: float = 1.0
    reported: datetime | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)

    def factor_for(self, line: str) -> float:
        """By what share limits of a line are shortened; the mode's own line keeps its limits."""
        touched = line != self.line and (not self.lines or line in self.lines)
        return self.factor if touched else 1.0


@dataclass(frozen=True, slots=True)
class Count:
    """Cases of one kind: open, late and under supervision now; opened, ended and run out since.

    hours: from opening to end, the middle one of those that did both since; None without any.
    """

    line: str
    kind: str
    open: int = 0
    late: int = 0
    supervised: int = 0
    fresh: int = 0
    ended: int = 0
    expired: int = 0
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Village:
    """One village, or the town itself for what is not yet placed: open and late now, and its light."""

    code: str
    open: int
    late: int
    light: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the ledger counts at one moment, and since another; numbers only, never a case or a person."""

    since: datetime
    at: datetime
    counts: tuple[Count, ...] = ()
    villages: tuple[Village, ...] = ()
