"""Where a figure will stand when its period ends, and how a target is lit by that: pure, and each step said in words.

A figure that adds up (a count of what happened, a sum) goes on at the pace it had so far, or by the share that was
reached at this time last year. One that does not (a share, a median, what stands) is taken to stay. The error is what
the same method would have missed today's figure by at the month ends that are over: the largest of those misses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Colour = Literal["green", "yellow", "red", "grey"]
Direction = Literal["at_least", "at_most"]
WORST_FIRST: tuple[Colour, ...] = ("red", "yellow", "grey", "green")
LEAST_MONTHS = 3  # that must be over before a miss says anything
_RECENT = 6  # months whose misses count


@dataclass(frozen=True, slots=True)
class Then:
    """The figure at an earlier month's end: the share of the period that was over, what it was, and last year then."""

    gone: float
    value: float
    last: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """A figure at its period's end. low, high: by `miss`, a share of it; None where too few months are over.

    method: over, run_rate, seasonal or stays.
    """

    value: float
    low: float | None
    high: float | None
    method: str
    miss: float | None = None


@dataclass(frozen=True, slots=True)
class Last:
    """Last year's figure at this time of it, and when it was over."""

    then: float
    whole: float


def forecast(
    now: float, gone: float, past: Sequence[Then] = (), *, adds_up: bool, last: Last | None = None
) -> Forecast:
    """The figure when the period is over. gone: the share of it that has passed, above nought."""
    if gone >= 1:
        return Forecast(now, now, now, "over", 0.0)
    if not adds_up:
        return _around(now, "stays", _miss([then.value for then in past], now), least=None)
    offered = [(now / gone, "run_rate", _miss([then.value / then.gone * gone for then in past], now))]
    if last is not None and last.then > 0 and last.whole > 0:
        said = [then.value / then.last * last.then for then in past if then.last]
        offered.append((now / last.then * last.whole, "seasonal", _miss(said, now)))
    known = [one for one in offered if one[2] is not None]
    value, method, miss = min(known, key=lambda one: one[2] or 0.0) if known else offered[0]
    return _around(value, method, miss, least=now)


def _miss(said: Sequence[float], now: float) -> float | None:
    """By which share of today's figure the worst of the last months' forecasts would have missed it."""
    if len(said) < LEAST_MONTHS or not now:
        return None
    return max(abs(one - now) for one in said[-_RECENT:]) / abs(now)


def _around(value: float, method: str, miss: float | None, *, least: float | None) -> Forecast:
    if miss is None:
        return Forecast(value, None, None, method)
    low, high = value * (1 - miss), value * (1 + miss)
    return Forecast(value, low if least is None else max(low, least), high, method, miss)


@dataclass(frozen=True, slots=True)
class Light:
    """A colour with the key of its reason; what stands in the reason is the target's own."""

    colour: Colour
    why: str


def light(
    direction: Direction, amount: float, now: float, expected: Forecast, *, adds_up: bool, gone: float,
    margin: float, early: float,
) -> Light:  # fmt: skip
    """A target's light: never a better one for a worse figure.

    margin: the share by which a forecast may miss where its own miss is not known. early: before this share of the
    period a figure that adds up says nothing of its end; what it has reached or passed already it has.
    """
    least = direction == "at_least"
    if gone >= 1:
        good = now >= amount if least else now <= amount
        return Light("green", "met") if good else Light("red", "not_met")
    if adds_up and least and now >= amount:
        return Light("green", "reached")
    if adds_up and not least and now > amount:
        return Light("red", "exceeded")
    if adds_up and gone < early:
        return Light("grey", "early")
    low = expected.value * (1 - margin) if expected.low is None else expected.low
    high = expected.value * (1 + margin) if expected.high is None else expected.high
    worst, best = (low, high) if least else (high, low)

    def enough(value: float) -> bool:
        return value >= amount if least else value <= amount

    if enough(worst):
        return Light("green", "on_course")
    return Light("yellow", "in_doubt") if enough(best) else Light("red", "behind")
