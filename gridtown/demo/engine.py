"""A small discrete-event engine: what happens next in a town, in the order in which it happens.

A life (of a matter, of a patrol) is a generator. It yields `Until` or `Work` and goes on at the time it is
sent back. Posts are queues: work waits until one of the post's people is free, in office hours or on shift.
"""

import heapq
import math
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from gridtown.kernel.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Until:
    """Wait for a moment (at once, if it has passed)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """Take so many minutes of one person of a post; `shift` posts work around the clock, others in office hours."""

    post: str
    minutes: float
    people: int
    shift: bool = False


Life = Generator[Until | Work, datetime, None]


@dataclass
class Engine:
    """Runs lives until a moment, one event after another; ties go by who came first."""

    calendar: Calendar
    _heap: list[tuple[datetime, int, Life]] = field(default_factory=list)
    _turn: Iterator[int] = field(default_factory=count)
    _free: dict[str, list[datetime]] = field(default_factory=dict)

    def begin(self, now: datetime, life: Life) -> None:
        """Start a life; whatever comes before its first yield happens at once."""
        self._ask(now, next(life), life)

    def run(self, until: datetime) -> Iterator[datetime]:
        """Every event before a moment: yields its time *before* it happens, so that the caller can let time pass."""
        while self._heap and self._heap[0][0] < until:
            yield self._heap[0][0]
            at, _, life = heapq.heappop(self._heap)
            with suppress(StopIteration):
                self._ask(at, life.send(at), life)

    def _ask(self, now: datetime, asked: Until | Work, life: Life) -> None:
        at = max(now, asked.at) if isinstance(asked, Until) else self._worked(now, asked)
        heapq.heappush(self._heap, (at, next(self._turn), life))

    def _worked(self, now: datetime, asked: Work) -> datetime:
        """When the first free person of a post has done it."""
        free = self._free.setdefault(asked.post, [now] * asked.people)
        start = max(now, heapq.heappop(free))
        seconds = max(1, round(asked.minutes * 60))
        end = start + timedelta(seconds=seconds) if asked.shift else self.calendar.add_work(start, seconds)
        heapq.heappush(free, end)
        return end


def poisson(mean: float, chance: Random) -> int:
    """A Poisson number (Knuth's way, good for means below some hundreds)."""
    limit, n, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        n, product = n + 1, product * chance.random()
    return n
