"""How a target is lit by its figure and forecast: pure, and never better for a worse figure."""

from dataclasses import dataclass
from typing import Literal

from gridtown.report.figures.course import Forecast

Colour = Literal["green", "yellow", "red", "grey"]
Direction = Literal["at_least", "at_most"]
WORST_FIRST: tuple[Colour, ...] = ("red", "yellow", "grey", "green")


@dataclass(frozen=True, slots=True)
class Light:
    """A colour with the key of its reason; what stands in the reason is the target's own."""

    colour: Colour
    why: str


def light(
    direction: Direction, amount: float, now: float, expected: Forecast, *, adds_up: bool, gone: float,
    margin: float, early: float,
) -> Light:  # fmt: skip
    """A target's light. expected: the forecast of `now`, in the same unit.

    margin: the share by which a forecast may miss where its own error is not known. early: before this share of the
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
    if expected.value is None or (adds_up and gone < early):
        return Light("grey", "early")
    slack = abs(expected.value) * margin
    low = expected.value - slack if expected.low is None else expected.low
    high = expected.value + slack if expected.high is None else expected.high
    worst, best = (low, high) if least else (high, low)

    def enough(value: float) -> bool:
        return value >= amount if least else value <= amount

    if enough(worst):
        return Light("green", "on_course")
    return Light("yellow", "in_doubt") if enough(best) else Light("red", "behind")
