"""Limits (时限): how long a case may stay where it is, on what basis, and who may lengthen that; declared by lines.

The clocks that run under them are in `kernel.clocks`, from which lines take both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from math import ceil
from typing import Self

from gridtown.kernel.amounts import (
    BY_DAY,
    Amount,
)

FLOOR = 0.25  # hours: a limit is not made so short that nobody could keep it


class ClockRefused(ValueError):
    """A clock may not be changed in this way; `key` is the reason in words.toml."""

    def __init__(self, key: str, limit: str) -> None:
        self.key = key
        self.limit = limit
        super().__init__(f"{limit}: {key}")


class Names:
    """A dataclass field that is given as "a b" or as names one by one, and reads as a tuple."""

    def __init__(self, default: tuple[str, ...] | None = None) -> None:
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        """Remember under which name the dataclass keeps it."""
        self.name = name

    def __get__(self, at: object | None, owner: type) -> tuple[str, ...]:
        """The names; on the class the default, or none."""
        if at is not None:
            names: tuple[str, ...] = at.__dict__[self.name]
            return names
        if self.default is None:
            raise AttributeError(self.name)
        return self.default

    def __set__(self, at: object, value: str | Iterable[str]) -> None:
        """Take "a b", ("a", "b") or {"a", "b"}."""
        at.__dict__[self.name] = tuple(value.split()) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True)
class Extension:
    """How a limit may be lengthened: by which roles, by at most how much at a time, and how often."""

    by: Names = Names()
    amount: Amount  # type: ignore[misc]  # mypy takes the descriptor before it for a default
    times: int = 1


@dataclass(frozen=True)
class Limit:
    """How long a case may stay in one or several states, and on what basis (domain I.1).

    then: "escalate", "supervise", or the verb of a move that SYSTEM makes when the time has come (a publication
    ends, a vote closes). until: the answer (a date or a moment) that says when, in the place of `amount`; one beyond
    the ceiling is refused. right: a citizen's own time to act, which event mode never shortens. anew: verbs after each
    of which it is counted anew, by that move's own `until` (the next instalment); without one it does not run at all.
    """

    states: Names = Names()
    amount: Amount  # type: ignore[misc]  # mypy takes the descriptor before it for a default
    basis: str  # type: ignore[misc]
    _: KW_ONLY
    key: str = ""
    since: date | None = None
    grades: Mapping[str, Amount] = field(default_factory=dict, hash=False)
    grade_by: str = ""
    pauses_in: Names = Names(())
    extend: Extension | None = None
    warn: float = 0.75
    then: str = "escalate"
    ceiling: Amount | None = None
    confirmed_by: str = ""
    until: str = ""
    right: bool = False
    anew: Names = Names(())

    def __post_init__(self) -> None:
        """Name it after its only state, and refuse what could not run."""
        if not self.key:
            if len(self.states) != 1:
                raise ValueError(
                    f"a limit over {len(self.states)} states ({', '.join(self.states)}) needs a key"
                )
            object.__setattr__(self, "key", self.states[0])
        if both := set(self.states) & set(self.pauses_in):
            raise ValueError(f"limit {self.key} cannot both run and pause in {', '.join(sorted(both))}")
        if self.anew and not self.until:
            raise ValueError(f"limit {self.key} is counted anew, so an answer (`until`) must say until when")
        if not 0 < self.warn < 1:
            raise ValueError(f"limit {self.key} warns at a share between 0 and 1, not {self.warn}")
        if bool(self.grades) != bool(self.grade_by):
            raise ValueError(f"limit {self.key}: grades and grade_by belong together")
        if self.extend and (self.extend.amount.unit != self.amount.unit or self.extend.times < 1):
            raise ValueError(
                f"limit {self.key} is extended at least once, in {self.amount.unit} as it is counted"
            )
        for amount in (self.amount, *self.grades.values()):
            self._within_ceiling(amount)

    @property
    def by_itself(self) -> bool:
        """Whether time itself answers it with a move: nobody is warned, and nobody was late."""
        return self.then not in ("escalate", "supervise")

    def amount_for(self, grade: str | None) -> Amount:
        """What a case of this grade gets; the plain amount where the grade has none of its own."""
        return self.amount if grade is None else self.grades.get(grade, self.amount)

    def shortened(self, amount: Amount, factor: float) -> Amount:
        """What is left of an amount in event mode (0 < factor <= 1): never more, and not less than the floor.

        Whole days stay whole, rounded up, and hours are not cut below a quarter. A citizen's time to act and what
        time itself ends (a publication, a vote) stay as they are.
        """
        if not 0 < factor < 1 or self.right or self.by_itself:
            return amount
        n = round(amount.n * factor, 6)
        return replace(amount, n=max(1, ceil(n)) if amount.unit in BY_DAY else max(min(amount.n, FLOOR), n))

    def override(self, amount: Amount, *, grade: str | None = None, confirmed_by: str = "") -> Self:
        """The same limit with a town's own amount, in all or for one grade, never above the ceiling."""
        self._within_ceiling(amount)
        confirmed_by = confirmed_by or self.confirmed_by
        if grade is None:
            return replace(self, amount=amount, confirmed_by=confirmed_by)
        if grade not in self.grades:
            raise ValueError(
                f"limit {self.key} has no grade {grade!r}: it has {', '.join(self.grades) or 'none'}"
            )
        return replace(self, grades={**self.grades, grade: amount}, confirmed_by=confirmed_by)

    def _within_ceiling(self, amount: Amount) -> None:
        if self.ceiling and amount.exceeds(self.ceiling):
            raise ValueError(
                f"limit {self.key}: {amount} is above the ceiling of {self.ceiling} set by {self.basis}"
            )
