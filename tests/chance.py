"""A small ledger by chance, of every kind and register of a town's own lines: written as the ledger has it."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from bench.scale.journeys import Walker
from gridtown.cases import store
from gridtown.kernel.indicator import Indicator, _
from gridtown.kernel.line import Line, Register
from gridtown.kernel.standing import PREFIX
from gridtown.kernel.table import countable
from gridtown.kernel.told import Fact
from gridtown.town import Town

OPENING, AS_OF = datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 11, 12, 3, 30, tzinfo=UTC)
_numbers = count(1)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _entries(town: str, facts: Iterable[Fact], **of: int) -> list[store.Written]:
    return [
        store.Written(
            town=town, case_id=of.get("case"), record_id=of.get("record"), seq=f.seq, at=f.at, verb=f.verb, by="x",
            frm=f.frm, to=f.to, answers=_json(f.answers), clocks=_json(f.clocks), key=(k := f"c/{next(_numbers)}"),
            prev="", hash=k,
        )
        for f in facts
    ]  # fmt: skip


def figures_of(register: Register) -> tuple[Indicator, ...]:
    """Questions about a register of every kind that there is: what stood, came, went, a share, a sum."""
    told = {"kind": f"{PREFIX}{register.key}", "basis": "made up for a test", "reviewed": date(2026, 11, 1)}
    stood, key = _.stood_from.notnull(), register.key
    found = [
        Indicator(f"{key}_stood", "How many?", of=stood, time="standing", **told),
        Indicator(f"{key}_came", "How many?", of=_.kept_first.notnull(), time="kept_first", **told),
        Indicator(f"{key}_went", "How many?", of=_.retired_at.notnull(), time="retired_at", **told),
    ]
    kinds = countable(register.form)
    for name, kind in kinds.items():
        column = _[f"f_{name}"]
        if kind == "boolean":
            found.append(
                Indicator(
                    f"{key}_{name}", "?", of=stood, count=column, time="standing", unit="percent", **told
                )
            )
        if kind in ("int64", "float64"):
            for agg in ("sum", "median", "p90"):
                said = {"measure": column, "agg": agg, "unit": "number", "time": "standing"}
                found.append(Indicator(f"{key}_{name}_{agg}", "?", of=stood, **said, **told))
    return tuple(found)


def with_registers(line: Line) -> Line:
    """A line that is asked about its registers as well."""
    return replace(line, indicators=line.indicators + tuple(i for r in line.registers for i in figures_of(r)))


class Chance:
    """Writes cases and records of some lines; `seed` makes them the same each time."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.seed, self.chance = town, seed, random.Random(seed)
        self.open: list[tuple[Walker, int, list[Fact], store.Row]] = []

    def _moment(self) -> datetime:
        return OPENING + timedelta(seconds=self.chance.randrange(240 * 86400))

    def _place(self) -> str:
        return self.town.code + self.chance.choice(("", "001", "002", "001003", "002001"))

    def cases(self, line: Line, each: int) -> None:
        """So many cases of each kind, as far as they have come by AS_OF."""
        for kind in line.kinds:
            walker = Walker(self.town, line.key, kind, self.seed)
            for _n in range(each):
                journey = walker.walk(self._moment())
                facts = [fact for fact in journey.facts if fact.at < AS_OF]
                place, number = self._place(), f"CH-{next(_numbers)}"
                case = journey.case(
                    len(facts), case=0, number=number, town=self.town.code, place=place, upto=0
                )
                row = store.Row(
                    town=case.town, number=number, line=line.key, kind=kind.key, state=case.state, place=place,
                    outcome=case.outcome, ended=case.ended, title="", channel=case.channel, category=case.category,
                    urgency=case.urgency, level=case.level, opened=case.opened, answers=_json(case.answers),
                )  # fmt: skip
                store.insert_cases([row])
                store.insert_entries(_entries(case.town, facts, case=row.id))

    def records(self, line: Line, each: int) -> None:
        """So many records of each register, changed and taken off by chance."""
        for register in line.registers:
            kind = replace(line.kinds[0], key=register.key, intake=register.form)
            walker = Walker(self.town, line.key, kind, self.seed)
            for n in range(each):
                at, facts, verb = self._moment() - timedelta(days=120), [], "keep"
                while at < AS_OF and len(facts) < 5:
                    answers = walker.answered(register.form, at) | {"where": {"place": self._place()}}
                    facts.append(
                        Fact(len(facts) + 1, at, verb, "", "", "", "", answers if verb == "keep" else {})
                    )
                    verb = "restore" if verb == "retire" else self.chance.choice(("keep", "keep", "retire"))
                    at += timedelta(seconds=self.chance.randrange(1, 90 * 86400))
                said = {
                    "town": self.town.code, "line": line.key, "register": register.key, "name": f"{n}", "since": AS_OF,
                    "place": self.town.code, "retired": False, "version": len(facts), "head": "", "form_version": 1,
                    "answers": "{}",
                }  # fmt: skip
                store.insert("record", tuple(said), [tuple(said.values())])
                record = store.fetch("SELECT max(id) FROM cases_record", [])[0][0]
                store.insert_entries(_entries(self.town.code, facts, record=record))
