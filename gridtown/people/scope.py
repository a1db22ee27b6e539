"""Which cases a person may see: the one place where rows are scoped, for lists, counts, maps, exports and feeds.

A hat opens the rows of its place (a code prefix) and its lines, up to its clearance; a person sees what any of
the hats opens, but no case that is kept from one of the person's posts (a bar, ADR 0015). Codes are compared as
ranges, so that PostgreSQL's index over `place` serves; as bounds have only digits, SQLite and PostgreSQL order them
alike in every collation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from gridtown.kernel.told import Actor

_ABOVE_ALL_DIGITS = "a"
_TOP = (
    1_000_000  # above every degree of confidentiality, for what no person asks (the ticker, a verification)
)


class Stretch(NamedTuple):
    """Codes from `low` up to, not including, `high`; of `lines` (None = all); not above `clearance`."""

    low: str
    high: str
    lines: frozenset[str] | None
    clearance: int

    def holds(self, other: "Stretch") -> bool:
        """Whether it opens everything that the other opens."""
        return (
            self.low <= other.low
            and other.high <= self.high
            and other.clearance <= self.clearance
            and (self.lines is None or (other.lines is not None and other.lines <= self.lines))
        )


@dataclass(frozen=True)
class Scope:
    """What may be seen; empty = nothing at all. held: the posts by which the reader may be shut out of a case."""

    stretches: tuple[Stretch, ...] = ()
    held: frozenset[int] = frozenset()

    @classmethod
    def none(cls) -> "Scope":
        """Nothing."""
        return cls()

    @classmethod
    def everything(cls) -> "Scope":
        """All rows, for tasks of the system itself; never for a person."""
        return cls((Stretch("", _ABOVE_ALL_DIGITS, None, _TOP),))

    def sees(self, line: str, place: str, confidential: int, bars: frozenset[int] = frozenset()) -> bool:
        """Whether a case of this line, place code and degree of confidentiality, kept from these posts, is within."""
        return confidential <= self.clearance(line, place) and not (self.held & bars)

    def clearance(self, line: str, place: str) -> int:
        """The highest degree of confidentiality that is within, of this line and place code; -1: none is."""
        return max(
            (
                s.clearance
                for s in self.stretches
                if s.low <= place < s.high and (s.lines is None or line in s.lines)
            ),
            default=-1,
        )

    def sql(self, alias: str = "c") -> tuple[str, list[object]]:
        """The same as a condition over columns id, place, confidential and line, with its parameters."""
        if not self.stretches:
            return "(1 = 0)", []
        if self == Scope.everything():
            return "(1 = 1)", []
        wheres: list[str] = []
        params: list[object] = []
        # SQLite keeps no histogram of codes and would read the whole of a place rather than what else is asked for;
        # behind a sign it does not look for an index
        sign = "+" if connection.vendor == "sqlite" else ""
        for stretch in self.stretches:
            where = f"{sign}{alias}.place >= %s AND {sign}{alias}.place < %s AND {alias}.confidential <= %s"
            params += [stretch.low, stretch.high, stretch.clearance]
            if stretch.lines is not None:
                where += f" AND {sign}{alias}.line IN ({', '.join(['%s'] * len(stretch.lines))})"
                params += sorted(stretch.lines)
            wheres.append(f"({where})")
        said = f"({' OR '.join(wheres)})"
        if not self.held:
            return said, params
        # not correlated: the few cases are looked up once a query, whatever it goes through
        shut = f"SELECT b.case_id FROM cases_bar b WHERE b.post_id IN ({', '.join(['%s'] * len(self.held))})"
        return f"({said} AND {alias}.id NOT IN ({shut}))", [*params, *sorted(self.held)]


@lru_cache(maxsize=4096)
def visible(hats: tuple[Actor, ...]) -> Scope:
    """What a person with these hats may see; the shortest way of saying it, as it goes into every query."""
    stretches = {_stretch(hat) for hat in hats}
    held = frozenset().union(*(hat.held for hat in hats))
    return Scope(tuple(sorted(_merged(stretches), key=_in_order)), held)


def _stretch(hat: Actor) -> Stretch:
    low, high = bounds(hat.place)
    return Stretch(low, high, frozenset(hat.lines) or None, hat.clearance)


def bounds(prefix: str) -> tuple[str, str]:
    """The half-open range of all codes that begin with this prefix of digits."""
    if not prefix:
        return "", _ABOVE_ALL_DIGITS
    if not (prefix.isascii() and prefix.isdigit()):
        raise ValueError(f"a place is a code of digits, not {prefix!r}")
    stem = prefix.rstrip("9")  # …109999 ends where …11 begins, which is before the code …110 of a town
    return prefix, f"{stem[:-1]}{int(stem[-1]) + 1}" if stem else _ABOVE_ALL_DIGITS


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Neighbours joined, and what another stretch holds already left out."""
    joined: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda s: (s.clearance, _in_order(s)[2], s.low, s.high)):
        last = joined[-1] if joined else None
        if last and last[2:] == stretch[2:] and stretch.low <= last.high:
            joined[-1] = last._replace(high=max(last.high, stretch.high))
        else:
            joined.append(stretch)
    return [s for i, s in enumerate(joined) if not any(o.holds(s) for j, o in enumerate(joined) if j != i)]


def _in_order(stretch: Stretch) -> tuple[str, int, tuple[str, ...]]:
    return (stretch.low, stretch.clearance, tuple(sorted(stretch.lines or ())))
