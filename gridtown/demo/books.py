"""What stands on a line's registers from the first day of the demo year."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from gridtown.cases.actions import Keeping, Point, keep_many
from gridtown.demo.flows import Records
from gridtown.demo.held import Held
from gridtown.demo.spots import Spot
from gridtown.demo.telling import Teller, Thing
from gridtown.demo.world import World
from gridtown.kernel.told import Actor


@dataclass(frozen=True)
class _Kept:
    """A record that shall stand, who puts it there, and what it belongs to."""

    row: Keeping
    by: tuple[Actor, ...]
    spot: Spot
    owner: Thing | None


@dataclass
class Books:
    """The registers of a line; `things` is what was kept, by register, for those who tell of it."""

    world: World
    key: str
    records: Mapping[str, Records]
    things: dict[str, list[Thing]]
    teller: Teller

    def keep(self, now: datetime, on: str = "") -> None:
        """Put on the books what stands there from the first day, or what is put there on a day."""
        for register, records in self.records.items():
            if not (on if records.daily else records.on == on):
                continue
            kept = list(self._kept(register, records, now, on if records.daily else ""))
            fresh = [
                self._thing(register, *one)
                for one in zip(kept, self._written(register, kept, now), strict=True)
            ]
            self.things[register] = self.things.get(register, []) + fresh if records.daily else fresh

    def _spots(self, register: str, records: Records) -> Iterator[tuple[Spot, Thing | None]]:
        chance = self.world.chance(f"{self.key}:{register}:spots")
        if records.each:
            for owner in self.things[records.each]:
                yield from ((owner.spot, owner) for _ in range(records.many))
        elif records.villages:
            villages = {spot.grid[:12]: spot for _, spot in sorted(self.world.spots.grids.items())}
            wanted = [spot for spot in villages.values() if spot.rural or records.villages != "rural"]
            yield from ((spot, None) for spot in wanted for _ in range(records.many))
        else:
            many = len(records.rows) or records.many
            yield from ((self.world.spots.draw(chance), None) for _ in range(many))

    def _kept(self, register: str, records: Records, now: datetime, day: str) -> Iterator[_Kept]:
        """The records of a register as they shall stand, with who keeps each."""
        listed = self.world.town.lines[self.key].register(register)
        for n, (spot, owner) in enumerate(self._spots(register, records), 1):
            name = ":".join(filter(None, (self.key, register, day, str(n))))
            held = Held(str(n), self.key, spot, "", "", "normal", self.world.chance(name))
            told = records.answers | (records.rows[n - 1] if records.rows else {})
            answers = self.teller.answers(told, held, now, owner)
            for field_name, value in answers.items():
                if value == "owner" and owner is not None:
                    answers[field_name] = owner.id
            key = f"{self.world.source}:{name}"
            row = (
                Keeping(answers, self.world.town.code, key)
                if listed.townwide
                else Keeping(answers, spot.grid, key, point=Point(spot.lon, spot.lat))
            )
            yield _Kept(row, self._keeper(listed.kept_by, held), spot, owner)

    def _written(self, register: str, kept: list[_Kept], now: datetime) -> Iterator[int]:
        """The ids of records, written as many at a time as one person keeps."""
        for by, many in groupby(kept, lambda one: one.by):
            told = keep_many(line=self.key, register=register, rows=[one.row for one in many], by=by, now=now)
            for one in told:
                if one.refused is not None:
                    raise one.refused
                yield one.record

    def _thing(self, register: str, kept: _Kept, record: int) -> Thing:
        named_by = self.world.town.lines[self.key].register(register).named_by
        said = kept.row.answers
        return Thing(record, str(said.get(named_by, "")), kept.spot, said, kept.owner)

    def _keeper(self, roles: tuple[str, ...], held: Held) -> tuple[Actor, ...]:
        for role in roles:
            post = self.world.people.who(role, self.key, "", held.spot.grid)
            if post is not None:
                return self.world.hats(post)
        raise LookupError(f"nobody keeps the registers of {self.key}")
