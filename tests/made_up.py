"""A made-up line of business, and walks through it that write a ledger: what the warehouse is tested on.

The walk keeps its own account of every case (when it opened and closed, which limits it broke) without the
line table, so that figures can be counted from it in plain Python and compared.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from gridtown.cases import store
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.calendar import Calendar
from gridtown.kernel.clocks import Clock, Limit, hours
from gridtown.kernel.forms import Form, Long, Personal
from gridtown.kernel.indicator import Indicator, _, seconds
from gridtown.kernel.line import Kind, Line
from gridtown.kernel.procedure import Move, Procedure
from gridtown.town import Town

BASIS = "made up for a test"
ZONE = ZoneInfo("Asia/Shanghai")
OPENING = datetime(2023, 1, 1, tzinfo=UTC)
_numbers = count(1)


class Asking(Form):
    text: Annotated[str, Long()] = ""
    sort: Literal["a", "b"] = "a"
    size: int | None = None
    urgent: bool = False
    name: Annotated[str, Personal("name")] = ""


class Showing(Form):
    metres: int | None = None


PROCEDURE = Procedure(
    start="told",
    end={"settled": "solved", "turned_down": "refused"},
    moves=(
        Move("accept", "told -> at_work", by="clerk"),
        Move("turn_down", "told -> turned_down", by="clerk"),
        Move("show", "at_work -> shown", by="worker", form=Showing),
        Move("put_off", "at_work -> waiting", by="worker"),
        Move("go_on", "waiting -> at_work", by="worker"),
        Move("approve", "shown -> settled", by="clerk"),
        Move("reopen", "settled -> at_work", by="clerk"),
        Move("look", "* -> =", by="clerk"),
    ),
    limits=(
        Limit("told", hours(4), BASIS, key="answer"),
        Limit("at_work", hours(30), BASIS, key="work", pauses_in="waiting shown"),
        Limit("waiting", hours(200), BASIS, key="wait"),
        Limit("shown", hours(48), BASIS, key="check"),
    ),
)
THING = Kind("thing", intake=Asking, procedure=PROCEDURE, number="MU{year}-{n:05}", raised_by=("clerk",))
TOLD = {"kind": "thing", "basis": BASIS, "reviewed": date(2026, 11, 1)}
TAKEN_UP = Indicator(
    "taken_up", "How many came in and were not turned down?", of=_.outcome != "refused", **TOLD
)
ON_TIME = Indicator(
    "on_time", "Of those whose work fell due, how many were done in time?",
    of=_.work_due.notnull(), count=~_.work_late & ~_.work_open, time="work_due", unit="percent", **TOLD,
)  # fmt: skip
SPELL = Indicator(
    "spell", "How long did the middle one take?", of=_.outcome == "solved",
    measure=seconds(_.opened, _.closed), time="closed", unit="hours", **TOLD,
)  # fmt: skip
CLOSED = Indicator(
    "closed", "Of those that came in, how many were closed by the end of the period?",
    of=_.opened.notnull(), count=_.closed < _.until, unit="percent", **TOLD,
)  # fmt: skip
INDICATORS = (TAKEN_UP, ON_TIME, SPELL, CLOSED)
LINE = Line(owner="nobody", kinds=(THING,), indicators=INDICATORS).named("made_up", {}, "")


def town(code: str = "330110110", line: Line = LINE) -> Town:
    """A town that has this line only."""
    calendar = Calendar({2023: frozenset(), 2024: frozenset()})
    return Town(
        code=code, names={"zh": "样镇", "en": "Sample"}, folder=Path(), zone=ZONE, calendar=calendar,
        lines={line.key: line}, tables={}, amounts={}, center=(120.0, 30.0), synthetic=True,
    )  # fmt: skip


@dataclass
class Walked:
    """One case's own account."""

    row: store.Row
    answers: dict
    at: datetime
    clocks: dict[str, Clock] = field(default_factory=dict)
    closed: datetime | None = None
    late: set[str] = field(default_factory=set)
    due: dict[str, datetime | None] = field(default_factory=dict)
    last_due: dict[str, datetime] = field(default_factory=dict)

    @property
    def open(self) -> set[str]:
        return {key for key, clock in self.clocks.items() if clock.due is not None}


class Walk:
    """A ledger that grows by chance; `seed` makes it the same each time."""

    def __init__(self, town: Town, seed: int = 1) -> None:
        self.town, self.chance = town, random.Random(seed)
        self.cases: list[Walked] = []

    def open(self, at: datetime, place: str = "", **answers: object) -> Walked:
        """Report a case."""
        place = place or self.town.code + self.chance.choice(("001", "002", "001001", ""))
        number = f"MU-{next(_numbers)}"
        row = store.Row(
            town=self.town.code, number=number, line="made_up", kind="thing", state="told", place=place,
            title="", channel="desk", opened=at, answers=msgspec.json.encode(answers).decode(), version=0,
        )  # fmt: skip
        store.insert_cases([row])
        case = Walked(row, answers, at)
        self.cases.append(case)
        self.enter(case, "report", "told", at, answers)
        return case

    def enter(self, case: Walked, verb: str, to: str, at: datetime, answers: dict | None = None) -> None:
        """Write one entry, and what it does to the case, in the walk's own account and in the ledger."""
        row, was, before = case.row, case.row.version, case.clocks
        ended = to in PROCEDURE.end
        after = clockwork.step(
            before, PROCEDURE.limits, to=to, ended=ended, now=at, grade_of=lambda name: None,
            calendar=self.town.calendar,
        )  # fmt: skip
        for key, clock in before.items():
            if key not in after:
                case.due[key] = case.last_due.get(key)
                if clockwork.late(clock, at):
                    case.late.add(key)
        for key, clock in after.items():
            case.due[key] = clock.due
            if clock.due:
                case.last_due[key] = clock.due
        entry = store.Written(
            town=row.town, case_id=row.id, seq=was + 1, at=at, verb=verb, by="somebody",
            frm="" if verb == "report" else row.state, to=to, answers=msgspec.json.encode(answers or {}).decode(),
            clocks=msgspec.json.encode(clockwork.dump(after)).decode(), key=f"{row.number}/{was + 1}",
            prev=row.head, hash=f"{row.number}/{was + 1}",
        )  # fmt: skip
        if ended and to != row.state:
            case.closed = at
        elif not ended:
            case.closed = None
        row.state, row.ended, row.closed = to, ended, case.closed
        row.outcome, row.version, row.head = PROCEDURE.end.get(to, ""), was + 1, entry.hash
        case.clocks, case.at = after, at
        store.insert_entries([entry])
        store.update_case(row, was)

    def go(self, case: Walked, verb: str, after: timedelta, **answers: object) -> None:
        """Take one move."""
        move = PROCEDURE.find(verb, case.row.state)
        assert move, f"no {verb} from {case.row.state}"
        to = case.row.state if move.to == "=" else move.to
        self.enter(case, verb, to, case.at + after, dict(answers))

    def stroll(self, steps: int) -> None:
        """So many entries by chance: a new case, or a move on one that can be moved."""
        for _step in range(steps):
            case = self.chance.choice(self.cases) if self.cases and self.chance.random() < 0.75 else None
            if case is None:
                at = OPENING + timedelta(seconds=self.chance.randrange(200 * 86400))
                self.open(at, sort=self.chance.choice("ab"), urgent=self.chance.random() < 0.3)
                continue
            moves = PROCEDURE.moves_from(case.row.state)
            if moves:
                verb = self.chance.choice(moves).verb
                self.go(case, verb, timedelta(seconds=self.chance.randrange(60 * 3600)))

    def those(self, which: Callable[[Walked], bool]) -> list[Walked]:
        """The cases of which something is true."""
        return [case for case in self.cases if which(case)]
