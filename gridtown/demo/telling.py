"""Answers of a flow as the forms read them: texts of our own grammar, numbers by chance, records, posts, times."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Optional

from gridtown.demo.flows import Answers
from gridtown.demo.held import Held
from gridtown.demo.spots import Spot
from gridtown.demo.world import World
from gridtown.kernel import draw


@dataclass(frozen=True)
class Thing:
    """A record that cases are about, what was answered of it, and the record that it belongs to."""

    id: int
    name: str
    spot: Spot
    said: Mapping[str, Any] = field(default_factory=dict)
    owner: Optional["Thing"] = None


def _by_another(value: Any, said: Mapping[str, Any]) -> Any:
    """`{ text_by = ["category", { ... }] }`: a text of those that suit what was answered before it."""
    if not (isinstance(value, dict) and "text_by" in value):
        return value
    asked, texts = value["text_by"]
    rest = {key: told for key, told in value.items() if key != "text_by"}
    return rest | {"text": texts[str(said.get(asked))]}


@dataclass
class Teller:
    """What a life answers when it is asked."""

    world: World
    things: Mapping[str, list[Thing]]

    def answers(
        self, asked: Answers, held: Held, now: datetime, thing: Thing | None = None
    ) -> dict[str, Any]:
        """Every answer in turn, so that one may depend on those before; what comes out as None is left out."""
        said: dict[str, Any] = {}
        for name, value in asked.items():
            said[name] = self._value(_by_another(value, said), held, now, thing)
        return {name: value for name, value in said.items() if value is not None}

    def _value(self, value: Any, held: Held, now: datetime, thing: Thing | None) -> Any:
        if isinstance(value, list):
            return [self._value(one, held, now, thing) for one in value]
        if not isinstance(value, dict):
            return value
        if "chance" in value and held.chance.random() >= value["chance"]:
            return None
        for name, told in value.items():
            if name != "chance":
                return getattr(self, f"_{name}", self._nested)(told, held, now, thing)
        return None

    def _nested(self, *_: Any) -> Any:
        raise ValueError("a flow's answer has a key that the walk does not know (see gridtown.demo.telling)")

    def _text(self, told: Any, held: Held, now: datetime, thing: Thing | None) -> str:
        """A text with the mark of made-up data."""
        return self._code(told, held, now, thing).replace(self.world.mark, "") + self.world.mark

    def _code(self, told: Any, held: Held, now: datetime, thing: Thing | None) -> str:
        """A text without the mark, where a form takes codes only: {n} is the case's or record's own number."""
        chosen = told if isinstance(told, str) else held.chance.choice(told)
        name = thing.name if thing else held.spot.village_name
        return str(chosen).format(place=held.spot.village_name, name=name, n=held.n.rpartition(":")[2])

    def _one_of(self, told: Any, held: Held, now: datetime, thing: Thing | None) -> Any:
        if isinstance(told, dict):
            return held.chance.choices(list(told), list(told.values()))[0]
        return self._value(held.chance.choice(told), held, now, thing)

    def _some(self, told: Any, held: Held, *_: Any) -> list[Any]:
        """So many of these: [many, [...]]."""
        many, of = told
        return held.chance.sample(of, many)

    def _month(self, told: Any, held: Held, now: datetime, thing: Thing | None) -> Any:
        """What is said in this month: twelve answers, or of each month the bounds of a whole number."""
        of = told[self.world.town.calendar.day(now).month - 1]
        return held.chance.randint(*of) if isinstance(of, list) else self._value(of, held, now, thing)

    def _int(self, told: Any, held: Held, *_: Any) -> int:
        return held.chance.randint(*told)

    def _number(self, told: Any, held: Held, *_: Any) -> float:
        return round(held.chance.uniform(*told), 2)

    def _span(self, told: Any, held: Held) -> float:
        return held.chance.uniform(*told) if isinstance(told, list) else float(told)

    def _day(self, told: Any, held: Held, now: datetime, _: Any) -> str:
        local: date = self.world.town.calendar.day(now)
        return (local + timedelta(days=round(self._span(told, held)))).isoformat()

    def _moment(self, told: Any, held: Held, now: datetime, _: Any) -> str:
        return (now + timedelta(hours=self._span(told, held))).replace(microsecond=0).isoformat()

    def _told(self, told: str, held: Held, now: datetime, *_: Any) -> Any:
        """What this case's last entry of a verb says in one of its answers: `verb.field`."""
        verb, name = told.split(".")
        return self.world.told(held, verb, now).get(name)

    def _seq(self, told: str, held: Held, now: datetime, *_: Any) -> int | None:
        """The number of this case's last entry of a verb."""
        last = self.world.last(held, told, now)
        return last.seq if last else None

    def _either(self, told: Any, held: Held, now: datetime, *_: Any) -> Any:
        """The second of three where the first (`verb.field`) was answered with anything, else the third."""
        asked, then, otherwise = told
        return then if self._told(asked, held, now) else otherwise

    def _secret(self, told: str, held: Held, *_: Any) -> str:
        """A party's secret of a draw, which nobody but the demo's seed knows."""
        return hashlib.sha256(f"{self.world.source}:{held.n}:{told}".encode()).hexdigest()

    def _commitment(self, told: str, held: Held, *_: Any) -> str:
        """What is made known of that secret before it is opened."""
        return draw.commitment(self._secret(told, held))

    def _photo(self, told: Any, held: Held, *_: Any) -> list[str]:
        return [self.world.photo(told, held.chance)]

    def _spot(self, told: str, held: Held, *_: Any) -> float:
        """Longitude or latitude of where it is."""
        return round(float(getattr(held.spot, told)), 6)

    def _about(self, told: str, held: Held, now: datetime, thing: Thing | None) -> Any:
        """What the record that it is about says, or (`owner.name`) the one that this belongs to."""
        name = told.removeprefix("owner.")
        one = thing.owner if thing and name != told else thing
        return one.said.get(name) if one else None

    def _record(self, told: Any, held: Held, now: datetime, thing: Thing | None) -> int | None:
        listed = self.things.get(told, [])
        near = [one for one in listed if one.spot.grid[:12] == held.spot.grid[:12]]
        return held.chance.choice(near or listed).id if listed else None

    def _records(self, told: Any, *_: Any) -> list[int]:
        """The first so many of a register."""
        register, many = told
        return [thing.id for thing in self.things.get(register, [])[:many]]

    def _holder(self, told: Any, held: Held, *_: Any) -> str:
        """The username of somebody who holds the post of a role: for the n-th record the n-th person."""
        post = self.world.post(told, held)
        names = [hat.person for holder in post.holders for hat in self.world.people.hats(holder)[:1]]
        return names[(int(held.n) - 1) % len(names)]

    def _post(self, told: Any, held: Held, *_: Any) -> str:
        return self.world.post(told, held).key
