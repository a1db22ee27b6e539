"""Who may be drawn, and who of those drawn goes: pure functions over a frozen roll, so that anybody can follow them.

A line of the roll says of an inspector what the draw rests on and nothing else, no name among it:
certificate|in force until|specialities|enterprises to keep away from (ids), as in "ZF001|2027-12-31|fire,food|17".
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gridtown.kernel.told import Kept

OFFICER = (
    "officer"  # of the organ's own staff; never an auxiliary, a grid worker or a temporary one (综执 28, 30)
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A line of the roll, read."""

    certificate: str
    until: date
    specialities: frozenset[str]
    conflicts: frozenset[int]


def line_of(inspector: Kept) -> str:
    """How an inspector stands on the roll."""
    said = inspector.answers
    specialities = ",".join(sorted(said.get("specialities") or ()))
    conflicts = ",".join(str(one) for one in sorted(said.get("conflicts") or ()))
    return f"{said['certificate']}|{said['until']}|{specialities}|{conflicts}"


def read(line: str) -> Seat:
    """A line of the roll taken apart."""
    certificate, until, specialities, conflicts = line.split("|")
    return Seat(
        certificate,
        date.fromisoformat(until),
        frozenset(filter(None, specialities.split(","))),
        frozenset(int(one) for one in conflicts.split(",") if one),
    )


def may_inspect(inspector: Kept, day: date) -> bool:
    """Whether somebody may inspect on that day: of the staff, certificate in force, on the register."""
    said = inspector.answers
    certified = date.fromisoformat(str(said["until"])) >= day
    return said.get("standing", OFFICER) == OFFICER and certified and not inspector.retired


def roll(inspectors: Iterable[Kept], day: date, absent: Collection[int]) -> list[str]:
    """The roll of a day: who may inspect and is not away; each person once, by the certificate that runs longest."""
    listed = list(inspectors)
    away = {one.answers["person"] for one in listed if one.id in absent}
    fit = [one for one in listed if one.answers["person"] not in away and may_inspect(one, day)]
    longest = {
        one.answers["person"]: one.id for one in sorted(fit, key=lambda one: str(one.answers["until"]))
    }
    return [line_of(one) for one in fit if longest[one.answers["person"]] == one.id]


@dataclass(frozen=True, slots=True)
class Sifted:
    """The roll as it stands for one visit: the lines to draw from, and the certificates left out, by reason."""

    lines: tuple[str, ...]
    conflicted: tuple[str, ...]
    lapsed: tuple[str, ...]  # not in force any more on the visit's last day
    changed: tuple[str, ...]  # no longer on the register as they were frozen


def sift(frozen: Iterable[str], standing: Collection[str], enterprise: int, last: date) -> Sifted:
    """Leave out of a frozen roll who may not go to this enterprise, or whose line is no longer what it was."""
    kept: list[str] = []
    out: dict[str, list[str]] = {"conflicted": [], "lapsed": [], "changed": []}
    for line in frozen:
        seat = read(line)
        if enterprise in seat.conflicts:
            out["conflicted"].append(seat.certificate)
        elif seat.until < last:
            out["lapsed"].append(seat.certificate)
        elif line not in standing:
            out["changed"].append(seat.certificate)
        else:
            kept.append(line)
    return Sifted(tuple(kept), *(tuple(found) for found in out.values()))


def chosen(ranked: Sequence[str], needed: Collection[str], size: int) -> tuple[str, ...]:
    """Who goes, of the lines in drawn order: down the order whoever adds a speciality that is still wanting, then
    whoever comes first until there are enough; fewer than `size` where there are not so many.

    What nobody in the order can is left wanting; `wanting` says what.
    """
    rest, taken = set(needed), []
    for line in ranked:
        if rest & read(line).specialities:
            taken.append(line)
            rest -= read(line).specialities
    more = [line for line in ranked if line not in taken][: max(0, size - len(taken))]
    return tuple(line for line in ranked if line in taken or line in more)


def wanting(lines: Iterable[str], needed: Collection[str]) -> frozenset[str]:
    """The specialities that none of these has."""
    return frozenset(needed).difference(*(read(line).specialities for line in lines))
