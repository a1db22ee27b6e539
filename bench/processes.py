"""Processor time of a family of processes, from /proc."""

import os
import time
from collections.abc import Iterable

_TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str] | None:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def family(root: int) -> set[int]:
    """A process and everything it has begun."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (said := _stat(int(name))) is not None:
            parents[int(name)] = int(said[1])
    found, fresh = {root}, {root}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def cpu_ms(roots: Iterable[int]) -> float:
    """User and system time of these processes and all below them, also of those that have ended; milliseconds.

    The kernel counts in ticks of 10 ms; over some hundred calls that is well below one percent.
    """
    total = 0
    for pid in set().union(*(family(root) for root in roots)):
        said = _stat(pid)
        if said is not None:
            total += sum(int(said[i]) for i in (11, 12, 13, 14))  # utime, stime, and those of ended children
    return total * 1000 / _TICK


def pace() -> float:
    """Milliseconds of processor time for a million multiplications, the least of a few: how quick one core is just now.

    A shared machine is half as quick in one hour as in another, and all its figures with it.
    """
    times = []
    for _ in range(5):
        began, total = time.process_time(), 0
        for n in range(1_000_000):
            total += n * n
        times.append((time.process_time() - began) * 1000)
    return round(min(times), 1)
