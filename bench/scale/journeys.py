"""Walks through procedures by chance: cases' entries as the kernel's own moves, clocks and calendar give them.

A journey takes moves that its procedure has from the state it is in, answers their forms by chance, and runs the
kernel's clocks. What is not made: guards, derivations and effects are not carried out (a merged case names no other,
a spawned one has no child), and the ticker's marks (warned, expired) are not written.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from gridtown.kernel import clocks as clockwork
from gridtown.kernel.calendar import Calendar, MissingYear
from gridtown.kernel.clocks import Clock, ClockRefused
from gridtown.kernel.forms import FieldSpec, Form, fields_of
from gridtown.kernel.line import Kind
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.table import CaseRow, countable
from gridtown.kernel.told import Fact
from gridtown.town import Town

LONGEST = 12  # entries after which a journey takes the shortest way to an end
CHANNELS = ("hotline", "qr", "web", "counter", "patrol", "desk")


@dataclass(frozen=True)
class Journey:
    """One case as it was walked: what was answered at intake, and every entry."""

    kind: Kind
    opened: datetime
    answers: dict[str, Any]
    channel: str
    category: str
    urgency: str
    level: str
    facts: tuple[Fact, ...]

    def case(self, steps: int, *, case: int, number: str, town: str, place: str, upto: int) -> CaseRow:
        """The case as it stands after so many entries."""
        state = self.facts[steps - 1].to
        end = self.kind.procedure.end.get(state)
        return CaseRow(
            case, number, town, self.kind.key, place, 1, self.channel, self.category, self.urgency, self.level, state,
            end or "", end is not None, self.opened, 1, upto, None, "bench", self.answers,
        )  # fmt: skip


class Walker:
    """Journeys of one kind; `seed` makes them the same each time."""

    def __init__(self, town: Town, line: str, kind: Kind, seed: int) -> None:
        self.calendar: Calendar = town.calendar
        self.kind, self.chance = kind, random.Random(f"{seed}/{line}/{kind.key}")
        self.categories = sorted(town.tables.get(line, {}).get("category", {})) or [""]

    @property
    def procedure(self) -> Procedure:
        """The kind's table of moves."""
        return self.kind.procedure

    @cached_property
    def _far(self) -> dict[str, int]:
        """How many moves each state is from an end."""
        far = dict.fromkeys(self.procedure.end, 0)
        for _round in self.procedure.states:
            for move in self.procedure.moves:
                for state in self.procedure.states:
                    if state not in self.procedure.end and move in self.procedure.moves_from(state):
                        to = state if move.to == "=" else move.to
                        if to in far:
                            far[state] = min(far.get(state, 999), far[to] + 1)
        return far

    def walk(self, opened: datetime) -> Journey:
        """One case from its report to an end, or to where it stays."""
        answers = self.answered(self.kind.intake, opened)
        clocks = self._clocks({}, self.procedure.start, opened, answers)
        facts = [self._fact(1, opened, "report", "", self.procedure.start, answers, clocks)]
        while (fact := self.next(facts, clocks)) is not None:
            facts.append(fact)
            clocks = clockwork.load(fact.clocks)
        category = str(answers.get("category") or self.chance.choice(self.categories))
        return Journey(
            self.kind, opened, answers, self.chance.choice(CHANNELS), category,
            self.chance.choices(("normal", "urgent"), (9, 1))[0], self.chance.choices(("small", "big"), (19, 1))[0],
            tuple(facts),
        )  # fmt: skip

    def next(self, facts: list[Fact], clocks: dict[str, Clock]) -> Fact | None:
        """A further entry; None at an end, and where the case stays for now."""
        last = facts[-1]
        if last.to in self.procedure.end and self.chance.random() < 0.97:
            return None
        move = self._chosen(last.to, len(facts))
        if move is None:
            return None
        to = last.to if move.to == "=" else move.to
        due = clockwork.earliest(clocks)
        usual = max((due - last.at).total_seconds(), 1800.0) if due else 86400.0
        at = last.at + timedelta(seconds=int(1 + usual * self.chance.lognormvariate(-0.7, 0.8)))
        answers = self.answered(move.form, at)
        try:
            after = self._clocks(clocks, to, at, answers)
        except MissingYear:
            return None  # beyond the town's calendar: the case stays where it is
        return self._fact(len(facts) + 1, at, move.verb, last.to, to, answers, after)

    def _chosen(self, state: str, taken: int) -> Move | None:
        moves = self.procedure.moves_from(state)
        if not moves:
            return None
        far, end = self._far, self.procedure.end
        onward = [m for m in moves if m.to != "=" and far.get(m.to, 999) < far.get(state, 999)]
        if onward and taken >= LONGEST:
            return self.chance.choice(onward)
        if taken > 2 * LONGEST:
            return None
        # most cases are worked on before they end
        working = [m for m in moves if m.to not in end]
        if working and taken < 4 and self.chance.random() < 0.8:
            moves = tuple(m for m in working if m.to not in ("=", state)) or tuple(working)
        elif onward and self.chance.random() < 0.5:
            moves = tuple(onward)
        return self.chance.choice(moves)

    def _clocks(
        self, clocks: dict[str, Clock], to: str, at: datetime, answers: dict[str, Any]
    ) -> dict[str, Clock]:
        """As the ledger would have them; a named end that cannot be is left to the limit's own amount."""
        said: dict[str, Any] = {
            "limits": self.procedure.limits, "to": to, "ended": to in self.procedure.end, "now": at,
            "grade_of": answers.get, "calendar": self.calendar,
        }  # fmt: skip
        try:
            return clockwork.step(clocks, named=lambda name: _named(answers.get(name)), **said)
        except ClockRefused:
            return clockwork.step(clocks, **said)

    def _fact(
        self, seq: int, at: datetime, verb: str, frm: str, to: str, answers: dict[str, Any], clocks: dict[str, Clock]
    ) -> Fact:  # fmt: skip
        return Fact(seq, at, verb, "", "", frm, to, answers, clockwork.dump(clocks))

    def answered(self, form: type[Form], at: datetime) -> dict[str, Any]:
        """An answer by chance to each field that can be counted; one in five that need not be given is left out."""
        can = countable(form)
        return {
            spec.name: self._answer(spec, at)
            for spec in fields_of(form)
            if spec.name in can and (spec.required or self.chance.random() < 0.8)
        }

    def _answer(self, spec: FieldSpec, at: datetime) -> Any:
        match spec.type:
            case "bool":
                return self.chance.random() < 0.4
            case "int":
                return self.chance.randint(0, 9)
            case "number":
                return self.chance.randint(0, 400) / 4
            case "date":
                return f"{at.date() + timedelta(days=self.chance.randint(1, 20)):%Y-%m-%d}"
            case "datetime":
                return (at + timedelta(hours=self.chance.randint(1, 200))).isoformat(timespec="seconds")
            case "ref":
                return self.chance.randint(1, 2000)
        return self.chance.choice(spec.choices or tuple(self.categories))


def _named(value: Any) -> date | datetime | None:
    if not isinstance(value, str):
        return None
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value).astimezone(UTC)
