"""Limits (时限) and the clocks that run under them: by when a case must have left where it is.

A clock is a plain value kept in each entry of the ledger, with what was promised when it started, so an old
case is never replayed through today's table. `step` gives the clocks after a move from those before it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal, Self

from gridtown.kernel.amounts import (
    BY_DAY,
    SECOND,
    Amount,
    Unit,
    at_share,
    days,
    due,
    hours,
    left,
    minutes,
    resume,
    whole,
    work_hours,
    workdays,
)
from gridtown.kernel.calendar import Calendar
from gridtown.kernel.limits import ClockRefused, Extension, Limit, Names

__all__ = [
    "Amount",
    "Clock",
    "ClockRefused",
    "Extension",
    "Limit",
    "Names",
    "Unit",
    "at_share",
    "days",
    "due",
    "dump",
    "earliest",
    "extend",
    "fallen",
    "hours",
    "late",
    "left",
    "load",
    "mark",
    "minutes",
    "next_look",
    "pressing",
    "recompute",
    "resume",
    "start",
    "step",
    "whole",
    "work_hours",
    "workdays",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """One limit running for one case: what was promised, since when, and what has become of it.

    While it stands still `due` is None, `left` is what remains in the unit's measure, `paused` since when.
    `run` is the start moved on by all the time it stood still: the share used is measured from there.
    """

    start: datetime
    amount: Amount
    due: datetime | None
    run: datetime
    left: float | None = None
    paused: datetime | None = None
    extended: int = 0
    warned: bool = False
    expired: bool = False
    fixed: bool = False  # until a moment that somebody named, not counted from the start
    mode: str = ""  # the number of the event by whose mode it was shortened
    usual: float = 0.0  # what it would have been without, in the amount's own unit

    @property
    def unit(self) -> Unit:
        """What it is counted in."""
        return self.amount.unit

    def to_json(self) -> dict[str, Any]:
        """A small dict: moments are seconds since 1970, and what is usual is left out."""
        said: dict[str, Any] = {
            "s": int(self.start.timestamp()),
            "n": self.amount.n,
            "u": _SHORT[self.amount.unit],
        }
        if self.due is not None:
            said["d"] = int(self.due.timestamp())
        if not self.amount.roll:
            said["f"] = 1
        if self.run != self.start:
            said["r"] = int(self.run.timestamp())
        if self.paused is not None:
            said["p"], said["l"] = int(self.paused.timestamp()), self.left
        if self.extended:
            said["x"] = self.extended
        if self.warned:
            said["w"] = 1
        if self.expired:
            said["e"] = 1
        if self.fixed:
            said["t"] = 1
        if self.mode:
            said["m"], said["a"] = self.mode, self.usual
        return said

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """Read back what to_json gave."""
        get = said.get
        start = datetime.fromtimestamp(said["s"], UTC)
        ends, ran, paused = get("d"), get("r"), get("p")
        return cls(
            start,
            Amount(said["n"], _LONG[said["u"]], not get("f")),
            None if ends is None else datetime.fromtimestamp(ends, UTC),
            start if ran is None else datetime.fromtimestamp(ran, UTC),
            get("l"),
            None if paused is None else datetime.fromtimestamp(paused, UTC),
            get("x", 0),
            bool(get("w")),
            bool(get("e")),
            bool(get("t")),
            get("m", ""),
            get("a", 0.0),
        )


_SHORT = {Unit.HOURS: "h", Unit.WORK_HOURS: "o", Unit.WORKDAYS: "w", Unit.DAYS: "d"}
_LONG = {short: unit for unit, short in _SHORT.items()}


def dump(clocks: Mapping[str, Clock]) -> dict[str, dict[str, Any]]:
    """All clocks of a case as JSON values."""
    return {key: clock.to_json() for key, clock in clocks.items()}


def load(said: Mapping[str, Mapping[str, Any]]) -> dict[str, Clock]:
    """All clocks of a case from JSON values."""
    return {key: Clock.from_json(value) for key, value in said.items()}


def step(
    clocks: Mapping[str, Clock],
    limits: Sequence[Limit],
    *,
    to: str,
    ended: bool,
    now: datetime,
    grade_of: Callable[[str], str | None],
    calendar: Calendar,
    named: Callable[[str], date | datetime | None] = lambda _: None,
    factor: float = 1.0,
    mode: str = "",
    verb: str = "",
) -> dict[str, Clock]:
    """The clocks of a case that goes to a state: some start, run on, pause or resume; the others are dropped.

    `grade_of` answers a limit's `grade_by` with the value that the case has there; the amount is fixed when
    the clock starts. `named` answers a limit's `until`. `factor` shortens what starts now (`Limit.shortened`),
    never what somebody named, nor a clock that runs: people were told its due time; `mode` says by which event.
    A clock that has run out is past pausing: it keeps running, and the case stays late. `verb` has taken it
    there: a limit that is counted `anew` after it starts again. ClockRefused where a named end has passed or
    lies beyond the ceiling.
    """
    if ended:
        return {}
    after: dict[str, Clock] = {}
    for limit in limits:
        clock = clocks.get(limit.key) if verb not in limit.anew else None
        if to in limit.states:
            if clock is None and limit.anew and named(limit.until) is None:
                continue
            if clock is None:
                grade = grade_of(limit.grade_by) if limit.grade_by else None
                amount, ends = limit.amount_for(grade), named(limit.until) if limit.until else None
                if ends is None:
                    less = limit.shortened(amount, factor)
                    clock = start(less, now, calendar)
                    if less != amount:
                        clock = replace(clock, mode=mode, usual=amount.n)
                else:
                    clock = _until(start(amount, now, calendar), limit, ends, now, calendar)
            elif clock.paused is not None and clock.left is not None:
                clock = _resumed(clock, clock.paused, clock.left, now, calendar)
            after[limit.key] = clock
        elif clock is not None and to in limit.pauses_in:
            if clock.due is not None and not late(clock, now):
                remains = left(now, clock.due, clock.unit, calendar)
                clock = replace(clock, due=None, left=remains, paused=whole(now))
            after[limit.key] = clock
    return after


def start(amount: Amount, now: datetime, calendar: Calendar) -> Clock:
    """A clock that starts now."""
    now = whole(now)
    return Clock(now, amount, due(now, amount, calendar), now)


def _until(clock: Clock, limit: Limit, ends: date | datetime, now: datetime, calendar: Calendar) -> Clock:
    """The same clock up to a named end; a date ends with its last second."""
    moment = whole(ends) if isinstance(ends, datetime) else calendar.end_of(ends)
    if moment <= whole(now):
        raise ClockRefused("until_past", limit.key)
    if limit.ceiling and moment > due(now, limit.ceiling, calendar):
        raise ClockRefused("beyond_ceiling", limit.key)
    if clock.unit in (Unit.WORKDAYS, Unit.WORK_HOURS) and (limit.pauses_in or limit.extend):
        # what is left will be counted in work: said to whoever names the day, not to whoever is done later
        calendar.next_workday(calendar.day(moment))
    return replace(clock, due=moment, fixed=True)


def _resumed(clock: Clock, paused: datetime, remains: float, now: datetime, calendar: Calendar) -> Clock:
    now = whole(now)
    if clock.unit is Unit.WORK_HOURS:
        run = calendar.add_work(now, -calendar.work_between(clock.run, paused))
    else:
        run = clock.run + (now - paused)
    ends = resume(now, remains, clock.unit, calendar, roll=clock.amount.roll)
    return replace(clock, due=ends, run=run, left=None, paused=None)


def extend(
    clocks: Mapping[str, Clock],
    limit: Limit,
    now: datetime,
    calendar: Calendar,
    amount: Amount | None = None,
) -> dict[str, Clock]:
    """Lengthen a clock that still runs or stands still, by all that its limit allows or by a smaller amount.

    ClockRefused when there is nothing to extend, time is already up, it has been done as often as allowed, or
    it is more than allowed. Whoever asks has been checked against the extension's roles before.
    """
    clock, allowed = clocks.get(limit.key), limit.extend
    if allowed is None:
        raise ClockRefused("extension_not_allowed", limit.key)
    if clock is None:
        raise ClockRefused("clock_not_running", limit.key)
    if late(clock, now):
        raise ClockRefused("clock_over", limit.key)
    if clock.extended >= allowed.times:
        raise ClockRefused("extension_used", limit.key)
    more = amount or allowed.amount
    if not more.unit == allowed.amount.unit == clock.unit:
        raise ClockRefused("extension_other_unit", limit.key)
    if more.exceeds(allowed.amount):
        raise ClockRefused("extension_too_long", limit.key)
    return {**clocks, limit.key: _extended(clock, more, calendar)}


def _extended(clock: Clock, more: Amount, calendar: Calendar) -> Clock:
    total = replace(clock.amount, n=clock.amount.n + more.n)
    clock = replace(clock, amount=total, extended=clock.extended + 1, warned=False)
    if clock.left is not None:
        return replace(clock, left=clock.left + (more.n if more.unit in BY_DAY else more.seconds))
    if clock.due is None or (clock.run == clock.start and not clock.fixed):
        # Never stood still: counted from the start, so that a term that rolled off a holiday adds no days.
        return replace(clock, due=due(clock.start, total, calendar))
    return replace(clock, due=due(clock.due, replace(more, roll=total.roll), calendar))


def recompute(clock: Clock, calendar: Calendar) -> Clock:
    """The clock under a calendar that has changed, counted again from its start.

    One that has stood still, was extended, ends at a named moment or has run out is left as it is: people were
    told that due time.
    """
    if clock.due is None or clock.run != clock.start or clock.extended or clock.expired or clock.fixed:
        return clock
    return replace(clock, due=due(clock.start, clock.amount, calendar))


def late(clock: Clock, left_at: datetime) -> bool:
    """Whether a case that leaves at this moment leaves too late."""
    return clock.expired or (clock.due is not None and whole(left_at) > clock.due)


def pressing(clocks: Mapping[str, Clock]) -> str | None:
    """The key of the clock that is due first, passed or to come; None where none runs."""
    running = [(clock.due, key) for key, clock in clocks.items() if clock.due is not None]
    return min(running)[1] if running else None


def earliest(clocks: Mapping[str, Clock]) -> datetime | None:
    """The first due time, passed or to come; None where no clock runs."""
    return min((clock.due for clock in clocks.values() if clock.due is not None), default=None)


def next_look(clocks: Mapping[str, Clock], limits: Iterable[Limit], calendar: Calendar) -> datetime | None:
    """When somebody must next look: the first warning or expiry not yet marked, passed or to come."""
    looks = []
    for limit in limits:
        clock = clocks.get(limit.key)
        if clock is None or clock.due is None or clock.expired:
            continue
        looks.append(clock.due + SECOND)
        if not (clock.warned or limit.by_itself) and clock.run < clock.due:
            looks.append(at_share(clock.run, clock.due, limit.warn, clock.unit, calendar))
    return min(looks, default=None)


def fallen(
    clocks: Mapping[str, Clock], limits: Iterable[Limit], now: datetime, calendar: Calendar
) -> list[tuple[Limit, Literal["warn", "expire"]]]:
    """What has come by now and is not yet marked; after an outage an expiry stands without its warning."""
    found: list[tuple[Limit, Literal["warn", "expire"]]] = []
    for limit in limits:
        clock = clocks.get(limit.key)
        if clock is None or clock.due is None or clock.expired:
            continue
        if late(clock, now):
            found.append((limit, "expire"))
        elif (look := next_look({limit.key: clock}, (limit,), calendar)) and look <= now:
            found.append((limit, "warn"))
    return found


def mark(
    clocks: Mapping[str, Clock], key: str, *, warned: bool = False, expired: bool = False
) -> dict[str, Clock]:
    """The clocks with what was told or has happened noted on one of them; a mark is never taken back."""
    clock = clocks.get(key)
    if clock is None:
        raise ClockRefused("clock_not_running", key)
    return {**clocks, key: replace(clock, warned=clock.warned or warned, expired=clock.expired or expired)}
