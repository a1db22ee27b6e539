"""Annual targets held against the ledger: reading, pace, forecast and a light with its reason, the worst first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gridtown import town as towns
from gridtown.cases import queries
from gridtown.kernel.forms import Answers, Empty
from gridtown.kernel.indicator import SECONDS
from gridtown.kernel.told import Actor
from gridtown.kernel.tool import Reads, Seen
from gridtown.people.scope import Scope
from gridtown.report import indicators, numbers, pace
from gridtown.report.indicators import Reading
from gridtown.report.pace import Direction, Forecast, Light
from gridtown.report.so_far import SoFar, gone, midnight
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.lake import Lake

LINE = "targets"
DAYS = 800  # targets that ended are told this long after they were set
_READS = Reads(kinds=("target", "question", "meeting"), days=DAYS)
_WRITTEN = {"count": "number"}
_FEW = 100


@dataclass(frozen=True)
class Target:
    """A target by its terms as they stand, who answers for it, and what was told of it last."""

    seen: Seen
    title: str
    indicator: str
    amount: float
    unit: str
    direction: Direction
    begins: date
    due: date
    post: str
    document: str
    changed: bool
    told: Mapping[str, Any]

    @property
    def number(self) -> str:
        """Its case's number."""
        return self.seen.number


@dataclass(frozen=True)
class Standing:
    """A target on the board. now: in the target's unit, None where it is not known; as_of: up to when.

    gone: the share of the period that is over; done: the share of the amount that is reached, of what adds up.
    """

    target: Target
    now: float | None
    as_of: datetime | None
    gone: float
    done: float | None
    forecast: Forecast | None
    light: Light
    adds_up: bool
    source: str  # ledger, published, told or none
    reading: Reading | None = None
    questions: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class Change:
    """What is other than at the last meeting: its light or its terms; `was` is the light then, "" for a new target."""

    standing: Standing
    was: str
    was_now: float | None


@dataclass(frozen=True)
class Board:
    """Every target, the worst first, and what has changed since the last meeting."""

    standings: tuple[Standing, ...]
    meeting: Seen | None
    changes: tuple[Change, ...]
    as_of: datetime | None
    cursor: int


def written(unit: str, value: float | None, lang: str = "zh") -> str | None:
    """A target's amount as figures are written, large ones by the 万, 亿 or million; whole counts without decimals."""
    if value is None:
        return None
    if unit in SECONDS:
        return f"{numbers.rounded(value, 1):,}"
    scale = _scale(abs(value), lang) if unit in ("yuan", "m2", "mu") else None
    places = _decimals(unit, value) if scale is None else None
    said = numbers.written(
        _WRITTEN.get(unit, unit), of=1, count=None, value=value, places=places, scale=scale
    )
    return f"{said}{scale or ''}" if lang == "zh" else f"{said} {scale or ''}".strip()


def _decimals(unit: str, value: float) -> int | None:
    """Whole numbers stand whole; half a thing is only ever forecast, to one decimal while there are few."""
    if unit == "ratio":
        return None
    if value == int(value):
        return 0
    return 1 if abs(value) < _FEW else 0


def _scale(size: float, lang: str) -> str | None:
    if lang != "zh":
        return "million" if size >= numbers.SCALES["million"] else None
    return "亿" if size >= numbers.SCALES["亿"] else "万" if size >= numbers.SCALES["万"] else None


def board(*, scope: Scope, hats: tuple[Actor, ...], now: datetime, town: Town | None = None) -> Board:
    """The board as it stands now, within what the reader may see."""
    town = town or towns.current()
    lake = lakes.tables(town)
    if LINE not in town.lines:
        return Board((), None, (), lake.as_of, lake.cursor)
    asked = queries.asked(
        town, LINE, _READS, form=Empty, said=Answers({}, {}, {}), by=hats[0], scope=scope, now=now
    )
    questions: dict[str, list[Seen]] = {}
    for question in asked.cases["question"]:
        questions.setdefault(str(question.answers.get("target", "")), []).append(question)
    found = [
        _standing(target, tuple(questions.get(target.number, ())), now, town, lake)
        for target in map(_target, asked.cases["target"])
        if target.seen.outcome != "withdrawn"
    ]
    found.sort(key=_rank)
    held = [seen for seen in asked.cases["meeting"] if seen.answers.get("board")]
    meeting = max(held, key=lambda seen: seen.id, default=None)
    return Board(tuple(found), meeting, tuple(_changes(found, meeting)), lake.as_of, lake.cursor)


def _rank(standing: Standing) -> tuple[int, float, str]:
    """The worst first: by light, then by how far the forecast is from what was promised."""
    amount, expected = standing.target.amount, standing.forecast
    far = expected.value / amount if expected and amount else 1.0
    if standing.target.direction == "at_most":
        far = -far
    return pace.WORST_FIRST.index(standing.light.colour), far, standing.target.number


def _target(seen: Seen) -> Target:
    said, agreed, handed = seen.answers, seen.moved.get("agree", {}), seen.moved.get("hand_on", {})
    due = date.fromisoformat(str(agreed.get("due") or said["due"]))
    begins = date.fromisoformat(str(said["begins"])) if said.get("begins") else date(due.year, 1, 1)
    amount = agreed.get("amount")
    return Target(
        seen, str(said["title"]), str(said.get("indicator", "")), float(said["amount"] if amount is None else amount),
        str(said.get("unit", "count")), "at_most" if said.get("direction") == "at_most" else "at_least", begins, due,
        str(handed.get("to") or said["to"]), str(said.get("document", "")), bool(agreed),
        seen.moved.get("self_report") or seen.moved.get("tell", {}),
    )  # fmt: skip


def _standing(target: Target, questions: tuple[Seen, ...], now: datetime, town: Town, lake: Lake) -> Standing:
    try:
        named = indicators.find(target.indicator, town)
    except indicators.NoIndicator:
        return _told(target, questions, now, town)
    course = SoFar(named, target.begins, target.due, town, lake)
    reading, until = course.read()
    if reading is None or until is None:
        passed = gone(target.begins, target.due, lake.as_of or now, town)
        return _blank(target, questions, "no_data", course.adds_up, passed, course.source)
    passed, value = gone(target.begins, target.due, until, town), course.plain(reading)
    expected = (
        pace.forecast(value, passed, course.past(until), adds_up=course.adds_up, last=course.last(until))
        if passed > 0
        else None
    )
    return _lit(
        target, questions, value, until, passed, expected, course.adds_up, course.source, town, reading
    )


def _lit(
    target: Target, questions: tuple[Seen, ...], value: float, until: datetime, passed: float,
    expected: Forecast | None, adds_up: bool, source: str, town: Town, reading: Reading | None,
) -> Standing:  # fmt: skip
    if expected is None:
        return _blank(target, questions, "early", adds_up, passed, source)
    options = town.amounts.get(LINE, {})
    margin, early = float(options["margin"]) / 100, float(options["early"]) / 100
    light = pace.light(
        target.direction,
        target.amount,
        value,
        expected,
        adds_up=adds_up,
        gone=passed,
        margin=margin,
        early=early,
    )
    done = value / target.amount if adds_up and target.amount > 0 else None
    return Standing(target, value, until, passed, done, expected, light, adds_up, source, reading, questions)


def _blank(
    target: Target, questions: tuple[Seen, ...], why: str, adds_up: bool, passed: float, source: str
) -> Standing:
    light = Light("grey", why)
    return Standing(target, None, None, passed, None, None, light, adds_up, source, None, questions)


def _told(target: Target, questions: tuple[Seen, ...], now: datetime, town: Town) -> Standing:
    """A target that no indicator measures stands as whoever answers for it has told last."""
    adds_up, ended = (
        target.unit not in ("ratio", "hours", "days"),
        midnight(target.due + timedelta(days=1), town),
    )
    passed = gone(target.begins, target.due, now, town)
    if not target.told:
        return _blank(target, questions, "not_told", adds_up, passed, "told")
    said = target.told.get("as_of")
    until = min(midnight(date.fromisoformat(str(said)) + timedelta(days=1), town), ended) if said else ended
    if now < ended and (now - until).days > float(town.amounts[LINE]["stale_days"]):
        return _blank(target, questions, "stale", adds_up, passed, "told")
    then, value = gone(target.begins, target.due, until, town), float(target.told["reached"])
    expected = pace.forecast(value, then, adds_up=adds_up) if then > 0 else None
    return _lit(target, questions, value, until, then, expected, adds_up, "told", town, None)


def snapshot(found: Board) -> list[str]:
    """The board as a meeting keeps it: a line for each target, its number, light, figure and forecast."""
    return [
        " ".join(
            (
                s.target.number,
                s.light.colour,
                "-" if s.now is None else f"{s.now:.10g}",
                "-" if s.forecast is None else f"{s.forecast.value:.10g}",
            )
        )
        for s in sorted(found.standings, key=lambda s: s.target.number)
    ]


def _changes(found: list[Standing], meeting: Seen | None) -> Iterator[Change]:
    if meeting is None:
        return
    kept = [str(line).split() for line in meeting.answers.get("board", ())]
    then = {line[0]: line[1:] for line in kept if len(line) == 4}
    for standing in found:
        was = then.get(standing.target.number)
        if was is None:
            yield Change(standing, "", None)
        elif was[0] != standing.light.colour:
            yield Change(standing, was[0], None if was[1] == "-" else float(was[1]))
