"""The year's targets as a table of a report: what was promised, what is done, and how it stands, in words."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

from gridtown.report.figures import numbers
from gridtown.report.figures.reading import Reading
from gridtown.report.promises import lights
from gridtown.report.promises.promised import plain
from gridtown.report.promises.targets import Standing
from gridtown.report.typeset.blocks import Cell, Figure, Table
from gridtown.report.words import say
from gridtown.town import Town

HEADS = ("promise", "target", "done", "state", "document")
_JUDGED = {"solved": "judged_met", "unsolved": "judged_not_met"}


def amount(standing: Standing, lang: str) -> str:
    """What was promised: ≥ 98.0%."""
    sign = "≤" if standing.target.direction == "at_most" else "≥"
    return f"{sign} {lights.amount(standing, standing.target.amount, lang)}"


def aim(standing: Standing) -> Decimal:
    """The amount as its indicator is compared: of a share in percent."""
    said = Decimal(str(standing.target.amount))
    return said * 100 if standing.target.unit == "ratio" else said


def aim_shown(standing: Standing, lang: str, places: int | None = None) -> str:
    """The same as a sentence has it, with as many decimals as it needs: 95%."""
    if standing.target.unit != "ratio":
        return lights.amount(standing, standing.target.amount, lang)
    said = aim(standing)
    return f"{said.normalize() if places is None else numbers.rounded(said, places):f}%"


def state(standing: Standing, lang: str) -> str:
    """How it stands in a word: as it was assessed where it was, else by its light."""
    return say(f"light.word.{_JUDGED.get(standing.target.seen.outcome, standing.light.why)}", lang)


def done(standing: Standing, lang: str) -> str | None:
    """How far it has come, by the rule for all figures; None where that is not known."""
    reading = standing.reading
    if reading is not None and reading.unit in ("percent", "count"):
        return reading.shown()
    return None if standing.now is None else lights.amount(standing, standing.now, lang)


def until(standing: Standing, town: Town) -> str:
    """The last day that is in it; "" where nothing is known."""
    if standing.as_of is None:
        return ""
    return (standing.as_of - timedelta(seconds=1)).astimezone(town.zone).date().isoformat()


def table_of(
    title: str, found: Sequence[Standing], town: Town, lang: str, entry: Callable[[Reading], int]
) -> Table:
    """The table. entry: the number of a reading's line in the figures annex."""
    heads = tuple(say(f"column.{head}", lang) for head in HEADS)
    if not found:
        lack = say("lack", lang)
        return Table(title, heads, ((say("promise.none", lang), *(lack for _ in HEADS[1:])),))
    return Table(title, heads, tuple(_row(standing, town, lang, entry) for standing in found))


def _stands(standing: Standing, town: Town, lang: str) -> str:
    """How it stands; by which day, where that is not the one by which it is due."""
    said, day = state(standing, lang), until(standing, town)
    if day in ("", standing.target.due.isoformat()):
        return said
    return say("promise.by", lang, day=day, state=said)


def _row(standing: Standing, town: Town, lang: str, entry: Callable[[Reading], int]) -> tuple[Cell, ...]:
    target, said, lack = standing.target, done(standing, lang), say("lack", lang)
    cell: Cell = lack
    if standing.reading is not None:
        reading = standing.reading
        cell = Figure(
            entry(reading), target.indicator, said or lack, said is None, "value", reading.period.key
        )
    elif said is not None:
        cell = say("promise.told", lang, amount=said)
    return (
        plain(target.title), amount(standing, lang), cell, _stands(standing, town, lang),
        plain(target.document),
    )  # fmt: skip
