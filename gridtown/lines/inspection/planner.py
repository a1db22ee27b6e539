"""综合查一次: what falls due at an enterprise, merged into as few visits as its windows and its cap allow.

A due item has a window: so many days before and after the day on which it comes round again. For one enterprise the
fewest days that meet every window are found from the left: the end of the first window that none has met yet meets all
windows open on that day (optimal for intervals). Where the cap leaves fewer visits, they go where most items are met,
the longest owed first. Enterprises do not touch each other, so the whole is as small as its parts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from gridtown.kernel.told import Kept

_MONTH = 365.25 / 12  # days; a period is no clock of the law, so no calendar is needed


class Due(NamedTuple):
    """One item owed at one enterprise: the day it falls due, and the window in which it may be done."""

    item: int
    day: date
    since: date
    until: date
    must: bool  # falls due within the plan; otherwise it may only be taken along


@dataclass(frozen=True, slots=True)
class Plan:
    """One visit: its items, and the days on which all of them may be done."""

    due: tuple[Due, ...]
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Question:
    """What is planned: from when to when, and how far from its day an item may be done, in days."""

    since: date
    until: date
    early: int
    late: int


def owed(item: Kept, enterprise: Kept, last: date | None, weight: int, asked: Question) -> Due | None:
    """When an item comes round again at an enterprise, if that touches the plan.

    last: when it was last done there, None for never: then it is owed since it was published. weight: percent; a
    higher one brings it round sooner (综执 21).
    """
    months = item.answers.get("every_months")
    if months is None:
        return None
    published = date.fromisoformat(str(item.answers["published"]))
    day = published if last is None else last + timedelta(days=round(int(months) * _MONTH * 100 / weight))
    return windowed(item.id, day, asked)


def windowed(item: int, day: date, asked: Question) -> Due | None:
    """The window around a day, within the plan; what is overdue may be done on any day of it."""
    since, until = day - timedelta(days=asked.early), day + timedelta(days=asked.late)
    if until < asked.since:
        until = asked.until
    since, until = max(since, asked.since), min(until, asked.until)
    return Due(item, day, since, until, day <= asked.until) if since <= until else None


def visits(due: Iterable[Due], left: int) -> tuple[list[Plan], list[Due]]:
    """The fewest visits that meet every item that must be met, `left` at most, and the items that none meets.

    What only may be taken along is taken along where a visit is made anyhow.
    """
    wanted = sorted(due, key=lambda d: (d.until, d.since, d.item))
    must = [one for one in wanted if one.must]
    days = _stabs(must)
    if len(days) > left:
        days = _best(must, left)
    plans, rest = [], list(wanted)
    for day in days:
        met = [one for one in rest if one.since <= day <= one.until]
        rest = [one for one in rest if one not in met]
        plans.append(Plan(tuple(met), max(d.since for d in met), min(d.until for d in met)))
    return plans, [one for one in rest if one.must]


def _stabs(must: Sequence[Due]) -> list[date]:
    """The fewest days that meet every window; `must` is sorted by the windows' ends."""
    days: list[date] = []
    for one in must:
        if not days or one.since > days[-1]:
            days.append(one.until)
    return days


def _best(must: Sequence[Due], left: int) -> list[date]:
    """At most `left` days that meet the most items; among equals those that are owed longest."""
    ends = sorted({one.until for one in must})

    @cache
    def best(at: int, before: date | None, left: int) -> tuple[tuple[int, int], tuple[date, ...]]:
        """The most that days from `ends[at:]` on add, where those met by `before` are met already."""
        found: tuple[tuple[int, int], tuple[date, ...]] = ((0, 0), ())
        if not left:
            return found
        for n in range(at, len(ends)):
            met = [
                d for d in must
                if d.since <= ends[n] <= d.until and (before is None or d.since > before)
            ]  # fmt: skip
            (many, owed_days), more = best(n + 1, ends[n], left - 1)
            age = sum((ends[-1] - d.day).days for d in met)
            found = max(found, ((many + len(met), owed_days + age), (ends[n], *more)), key=lambda f: f[0])
        return found

    return list(best(0, None, left)[1]) if left > 0 else []


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger knows of an enterprise: when each item was last done, what is planned already, visits left."""

    last: Mapping[int, date]
    planned: frozenset[int]
    drawn: Mapping[int, date]  # items drawn for it by sample: the last day on which they may be done
    left: int


def due_at(
    enterprise: Kept, items: Sequence[Kept], standing: Standing, weight: int, asked: Question
) -> list[Due]:
    """Everything that is owed at an enterprise within the plan and not planned yet."""
    found = []
    for item in items:
        if item.id in standing.planned:
            continue
        by_sample = standing.drawn.get(item.id)
        if by_sample is not None:
            one = windowed(item.id, min(by_sample, asked.until), asked) if by_sample >= asked.since else None
        else:
            one = owed(item, enterprise, standing.last.get(item.id), weight, asked)
        if one is not None:
            found.append(one)
    return found


def by_trade(items: Iterable[Kept]) -> Mapping[str, list[Kept]]:
    """The items for each trade that one of them names; "" those that are for all."""
    found: defaultdict[str, list[Kept]] = defaultdict(list)
    for item in items:
        for trade in item.answers.get("trades") or ("",):
            found[str(trade)].append(item)
    return found
