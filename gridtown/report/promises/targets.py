"""Annual targets held against the ledger: reading, pace, forecast and a light with its reason, the worst first."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gridtown import town as towns
from gridtown.cases import queries
from gridtown.kernel.answering import Answers
from gridtown.kernel.forms import Empty
from gridtown.kernel.indicator import SECONDS
from gridtown.kernel.purpose import Promises
from gridtown.kernel.told import Actor
from gridtown.kernel.tool import Reads, Seen
from gridtown.people.scope import Scope
from gridtown.report.figures import forecast, numbers
from gridtown.report.figures.course import Course, Forecast, project
from gridtown.report.figures.forecast import SoFar, midnight
from gridtown.report.figures.indicators import Reading, listed
from gridtown.report.promises import pace
from gridtown.report.promises.pace import Direction, Light
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.lake import Lake

PUBLIC = "public"
DAYS = 800  # targets that ended are told this long after they were set
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
    openness: str = PUBLIC

    @property
    def public(self) -> bool:
        """Whether residents are told of it; what was given up is promised no more."""
        return self.openness == PUBLIC and self.seen.outcome != "withdrawn"

    @property
    def period(self) -> str:
        """From its first day to its last, as periods are written; a whole year as such."""
        whole = (self.begins, self.due) == (date(self.due.year, 1, 1), date(self.due.year, 12, 31))
        return str(self.due.year) if whole else f"{self.begins}..{self.due}"

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
    here = town.serving(Promises)
    if here is None:
        return Board((), None, (), lake.as_of, lake.cursor)
    reads = Reads(kinds=(here.target, here.question, here.meeting), days=DAYS)
    asked = queries.asked(
        town, here.line, reads, form=Empty, said=Answers({}, {}, {}), by=hats[0], scope=scope, now=now
    )
    questions: dict[str, list[Seen]] = {}
    for question in asked.cases[here.question]:
        questions.setdefault(str(question.answers.get("target", "")), []).append(question)
    kept = [
        target for target in map(target_of, asked.cases[here.target]) if target.seen.outcome != "withdrawn"
    ]
    found = sorted(standings(kept, questions, now, town, lake), key=_rank)
    held = [seen for seen in asked.cases[here.meeting] if seen.answers.get("board")]
    meeting = max(held, key=lambda seen: seen.id, default=None)
    return Board(tuple(found), meeting, tuple(_changes(found, meeting)), lake.as_of, lake.cursor)


def _rank(standing: Standing) -> tuple[int, float, str]:
    """The worst first: by light, then by how far the forecast is from what was promised."""
    amount, expected = standing.target.amount, standing.forecast
    far = expected.value / amount if expected and expected.value is not None and amount else 1.0
    if standing.target.direction == "at_most":
        far = -far
    return pace.WORST_FIRST.index(standing.light.colour), far, standing.target.number


def target_of(seen: Seen) -> Target:
    """A target's case as its terms stand now: what was agreed since it was set, and who it was handed to, count."""
    said, agreed, handed = seen.answers, seen.moved.get("agree", {}), seen.moved.get("hand_on", {})
    due = date.fromisoformat(str(agreed.get("due") or said["due"]))
    begins = date.fromisoformat(str(said["begins"])) if said.get("begins") else date(due.year, 1, 1)
    amount = agreed.get("amount")
    return Target(
        seen, str(said["title"]), str(said.get("indicator", "")), float(said["amount"] if amount is None else amount),
        str(said.get("unit", "count")), "at_most" if said.get("direction") == "at_most" else "at_least", begins, due,
        str(handed.get("to") or said["to"]), str(said.get("document", "")), bool(agreed),
        seen.moved.get("self_report") or seen.moved.get("tell", {}),
        str(seen.moved.get("disclose", said).get("openness") or PUBLIC),
    )  # fmt: skip


def standings(
    found: Sequence[Target], questions: Mapping[str, list[Seen]], now: datetime, town: Town, lake: Lake
) -> Iterator[Standing]:
    """Each target as it stands, with one question to each table for all that share a period."""
    known, periods = {named.key for named in listed(town)}, defaultdict(set)
    for target in found:
        if target.indicator in known:
            periods[target.period].add(target.indicator)
    courses = {
        (period, key): course
        for period, keys in periods.items()
        for key, course in forecast.so_far(
            sorted(keys), period=period, town=town, lake=lake, plain=promised
        ).items()
    }
    for target in found:
        asked = tuple(questions.get(target.number, ()))
        course = courses.get((target.period, target.indicator))
        if course is None:
            yield _told(target, asked, now, town)
        else:
            yield _measured(target, asked, course, lake.as_of or now, town)


def promised(reading: Reading) -> float:
    """A reading in the unit that targets are promised in: a share as 0–1, times in hours or days; not rounded."""
    if reading.unit == "percent":
        return (reading.count or 0) / reading.of
    if reading.unit == "count":
        return float(reading.of)
    return float(reading.value or 0) / SECONDS.get(reading.unit, 1)


def gone(target: Target, at: datetime, town: Town) -> float:
    """The share of the days from the first to the last, both in it, that is over at a moment."""
    start, end = midnight(target.begins, town), midnight(target.due + timedelta(days=1), town)
    return min(1.0, max(0.0, (at - start) / (end - start)))


def settings(town: Town) -> Mapping[str, Any]:
    """What the town has set for its targets: `margin`, `early` and `stale_days`; nothing where it has none."""
    here = town.serving(Promises)
    return town.amounts[here.line] if here else {}


def _measured(
    target: Target, questions: tuple[Seen, ...], found: SoFar, present: datetime, town: Town
) -> Standing:
    source = "published" if found.published else "ledger"
    if found.reading is None or found.until is None:
        return _blank(target, questions, "no_data", found.adds_up, gone(target, present, town), source)
    unit = "share" if found.named.indicator.unit == "percent" else target.unit
    expected = project(found.course, flow=found.adds_up, unit=unit)
    return _lit(
        target, questions, promised(found.reading), found.until, expected, found.adds_up, source, town, found.reading
    )  # fmt: skip


def _lit(
    target: Target, questions: tuple[Seen, ...], value: float, until: datetime, expected: Forecast,
    adds_up: bool, source: str, town: Town, reading: Reading | None,
) -> Standing:  # fmt: skip
    passed, options = gone(target, until, town), settings(town)
    light = pace.light(
        target.direction, target.amount, value, expected, adds_up=adds_up, gone=passed,
        margin=float(options["margin"]) / 100, early=float(options["early"]) / 100,
    )  # fmt: skip
    done = value / target.amount if adds_up and target.amount > 0 else None
    said = expected if expected.value is not None else None
    return Standing(target, value, until, passed, done, said, light, adds_up, source, reading, questions)


def _blank(
    target: Target, questions: tuple[Seen, ...], why: str, adds_up: bool, passed: float, source: str
) -> Standing:
    light = Light("grey", why)
    return Standing(target, None, None, passed, None, None, light, adds_up, source, None, questions)


def _told(target: Target, questions: tuple[Seen, ...], now: datetime, town: Town) -> Standing:
    """A target that no indicator measures stands as whoever answers for it has told last."""
    adds_up = target.unit not in ("ratio", "hours", "days")
    begins, ended = midnight(target.begins, town), midnight(target.due + timedelta(days=1), town)
    if not target.told:
        return _blank(target, questions, "not_told", adds_up, gone(target, now, town), "told")
    said = target.told.get("as_of")
    until = min(midnight(date.fromisoformat(str(said)) + timedelta(days=1), town), ended) if said else ended
    if now < ended and (now - until).days > float(settings(town)["stale_days"]):
        return _blank(target, questions, "stale", adds_up, gone(target, now, town), "told")
    value, day = float(target.told["reached"]), timedelta(days=1)
    course = Course([(ended - begins) / day], (), value, max(0.0, (until - begins) / day))
    expected = project(course, flow=adds_up, unit=target.unit)
    return _lit(target, questions, value, until, expected, adds_up, "told", town, None)


def snapshot(found: Board) -> list[str]:
    """The board as a meeting keeps it: a line for each target, its number, light, figure and forecast."""
    return [
        " ".join(
            (
                s.target.number,
                s.light.colour,
                "-" if s.now is None else f"{s.now:.10g}",
                "-" if s.forecast is None or s.forecast.value is None else f"{s.forecast.value:.10g}",
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
