"""One register's spreadsheets for one person: template and export out, a filled sheet looked at and brought in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO

from gridtown.cases import queries
from gridtown.cases.queries import RecordView
from gridtown.feeds.registers.cells import Cells, Names
from gridtown.feeds.registers.layout import Layout, layout_of, plainly
from gridtown.feeds.registers.placing import Placing
from gridtown.feeds.registers.planning import Plan, Planner
from gridtown.feeds.registers.reading import Filled, read_sheet
from gridtown.feeds.registers.writing import exported, write_sheet
from gridtown.kernel.line import Register
from gridtown.kernel.told import Actor
from gridtown.people.scope import Scope
from gridtown.people.snapshot import People
from gridtown.places.router import Snapshot
from gridtown.town import Town

PAGE = 1000
MOST_NAMES = 500  # records that a cell's list offers; above it names are typed


@dataclass(frozen=True)
class Book:
    """A register as sheets, in one language, within what one person may see and under the hats that they wear."""

    town: Town
    line: str
    listed: Register
    lang: str
    people: People
    places: Snapshot
    scope: Scope
    by: tuple[Actor, ...]
    now: datetime

    @property
    def title(self) -> str:
        """What the register is called."""
        return self._title(self.listed.key)

    def _title(self, register: str) -> str:
        return self.town.say(f"register.{register}", self.lang, self.line)

    @property
    def may_bring(self) -> bool:
        """Whether any of the hats may change the register."""
        return any(hat.roles & set(self.listed.kept_by) for hat in self.by)

    @cached_property
    def layout(self) -> Layout:
        """The sheet's columns."""
        return layout_of(
            self.town, self.line, self.listed, lang=self.lang, people=self.people, places=self.places
        )

    @cached_property
    def _cells(self) -> Cells:
        named = {
            column.spec.register for column in self.layout.columns if column.spec and column.spec.register
        }
        return Cells(self.town.zone, {register: self._names(register) for register in named})

    def _names(self, register: str) -> Names:
        names = queries.register_names(line=self.line, register=register)
        ids: dict[str, list[int]] = {}
        for record, name in names.items():
            ids.setdefault(plainly(name), []).append(record)
        return Names(self._title(register), ids, names)

    def _offering(self) -> Layout:
        """The layout with lists of the records that cells may name and this person may see, if these are few."""
        columns = []
        for column in self.layout.columns:
            if column.spec and column.spec.register:
                seen = queries.register_names(line=self.line, register=column.spec.register, scope=self.scope)
                if len(seen) <= MOST_NAMES:
                    known = self._cells.names[column.spec.register]
                    column = replace(
                        column, choices={str(i): str(known.written(i)) for i in seen}, stop=False
                    )
            columns.append(column)
        return replace(self.layout, columns=tuple(columns))

    def template(self, to: Path | IO[bytes]) -> None:
        """An empty sheet to be filled in."""
        write_sheet(to, self._offering(), self.title, ())

    def export(
        self,
        to: Path | IO[bytes],
        *,
        place: str = "",
        text: str = "",
        having: Mapping[str, str] = queries.NONE,
    ) -> int:
        """What stands on the register, personal answers masked; answers how many records."""
        records = self._records(place, text, having)
        return write_sheet(
            to, self._offering(), self.title, exported(self.layout, self._cells, records, self.places)
        )

    def _records(self, place: str, text: str, having: Mapping[str, str]) -> Iterator[RecordView]:
        after = 0
        while page := queries.records(
            line=self.line, register=self.listed.key, scope=self.scope, place=place, text=text, having=having,
            after=after, size=PAGE,
        ):  # fmt: skip
            yield from page
            after = page[-1].id

    def read(self, data: bytes) -> Filled:
        """The rows of a filled sheet; Unreadable when it is no sheet of this register."""
        return read_sheet(data, self.layout)

    def look(self, data: bytes, key: str) -> Plan:
        """What a filled sheet would do; nothing is written."""
        return self._planner.plan(self.read(data), key)

    def bring(self, data: bytes, key: str) -> Plan:
        """Bring a filled sheet in: good rows are kept, the plan names the others; twice changes nothing."""
        return self._planner.carry_out(self.look(data, key))

    def mend(self, to: Path | IO[bytes], plan: Plan) -> int:
        """The rows that did not go in, as a sheet of their own with a column that says why; answers how many."""
        return write_sheet(to, self._offering(), self.title, plan.wrong(), mistakes=True)

    @cached_property
    def _planner(self) -> Planner:
        known = queries.known_records(
            line=self.line, register=self.listed.key, named_by=self.listed.named_by, scope=self.scope
        )
        placing = Placing(self.layout, self.places)
        return Planner(self.town, self.layout, self._cells, placing, self.by, self.now, known)
