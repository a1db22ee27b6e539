"""What tools and signals come to: their Opens and Adds, carried out through the same actions as any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridtown.cases import actions, store
from gridtown.cases.actions import NotFound, Point
from gridtown.kernel.told import Actor
from gridtown.kernel.tool import Add, Open


@dataclass(frozen=True, slots=True)
class Wrote:
    """One thing that was written: the case, and the move that was made (`report`: it was opened)."""

    number: str
    verb: str


def step_key(key: str, n: int) -> str:
    """The idempotency key of the n-th of several things that are written under one key."""
    return f"{key}:{n}"


def carry_out(
    line: str, does: Sequence[Open | Add], *, by: tuple[Actor, ...], now: datetime, key: str, channel: str
) -> tuple[Wrote, ...]:  # fmt: skip
    """Write them all, within the caller's transaction: when one of them is Refused the caller undoes the others."""
    wrote = []
    for n, one in enumerate(does):
        own = step_key(key, n)
        if isinstance(one, Open):
            receipt = actions.report(
                line=line, kind=one.kind, answers=one.answers, by=by, now=now, key=own, channel=channel,
                point=Point(one.lon, one.lat) if one.lon is not None and one.lat is not None else None,
                place=one.place,
            )  # fmt: skip
            wrote.append(Wrote(receipt.number, "report"))
        else:
            _check_own(line, one.number)
            taken = actions.take(case=one.number, verb=one.verb, answers=one.answers, by=by, now=now, key=own)
            wrote.append(Wrote(taken.number, one.verb))
    return tuple(wrote)


def _check_own(line: str, number: str) -> None:
    """A line adds to cases of its own only."""
    if not store.fetch("SELECT 1 FROM cases_case WHERE number = %s AND line = %s", [number, line]):
        raise NotFound
