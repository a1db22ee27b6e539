"""The life of any case by its line's flow, and the records that it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from gridtown.cases import store
from gridtown.cases.actions import Point, anyone, keep, subject
from gridtown.demo.engine import Life, Until, Work, poisson
from gridtown.demo.flows import Answers, Cases, Flow, Records, Step
from gridtown.demo.spots import Spot
from gridtown.demo.world import Held, World
from gridtown.kernel.told import ANYONE, OUTSIDE, REPORTER, SUBJECT, Actor
from gridtown.people.snapshot import PostInfo

IDLE = timedelta(days=1)
MOST_STEPS = 60
MOST_REFUSALS = 3
SHARE = 0.3  # of a day, for a role of which neither flow nor scenario says more


@dataclass(frozen=True)
class Thing:
    """A record that cases are about."""

    id: int
    name: str
    spot: Spot


@dataclass
class Teller:
    """Answers of a flow as the forms read them."""

    world: World
    things: Mapping[str, list[Thing]]

    def answers(
        self, asked: Answers, held: Held, now: datetime, thing: Thing | None = None
    ) -> dict[str, Any]:
        """Every answer; what comes out as None is left out."""
        said = {name: self._value(value, held, now, thing) for name, value in asked.items()}
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
        raise ValueError(
            "an answer of a flow is text, one_of, int, number, day, moment, photo, record or post"
        )

    def _text(self, told: Any, held: Held, now: datetime, thing: Thing | None) -> str:
        chosen = told if isinstance(told, str) else held.chance.choice(told)
        name = thing.name if thing else held.spot.village_name
        return str(chosen).format(place=held.spot.village_name, name=name, n=held.n) + self.world.mark

    def _one_of(self, told: Any, held: Held, now: datetime, thing: Thing | None) -> Any:
        if isinstance(told, dict):
            return held.chance.choices(list(told), list(told.values()))[0]
        return self._value(held.chance.choice(told), held, now, thing)

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

    def _photo(self, told: Any, held: Held, *_: Any) -> list[str]:
        return [self.world.photo(told, held.chance)]

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


@dataclass
class Line:
    """A line's year: its records, its arrivals, and the lives of its cases."""

    world: World
    key: str
    flow: Flow
    things: dict[str, list[Thing]] = field(default_factory=dict)
    _seen: int = 0  # the newest case whose life has begun, of those that duties open

    def __post_init__(self) -> None:
        """Ready to answer."""
        self.teller = Teller(self.world, self.things)
        days = [self.world.scenario.year.first + timedelta(n) for n in range(self._length)]
        self._weights = {
            kind: sum(self._weight(cases, day) for day in days) for kind, cases in self.flow.cases.items()
        }

    @property
    def _length(self) -> int:
        year = self.world.scenario.year
        return (year.last - year.first).days + 1

    def keep_records(self, now: datetime) -> None:
        """Put on the books what stands there from the first day."""
        for register, records in self.flow.records.items():
            if register in self.things:
                continue
            listed: list[Thing] = []
            for n, (spot, owner) in enumerate(self._spots(register, records), 1):
                listed.append(self._kept(register, records, n, spot, owner, now))
            self.things[register] = listed

    def _spots(self, register: str, records: Records) -> Iterator[tuple[Spot, Thing | None]]:
        chance = self.world.chance(f"{self.key}:{register}:spots")
        if records.each:
            for owner in self.things[records.each]:
                yield from ((owner.spot, owner) for _ in range(records.many))
        elif records.villages:
            villages = {spot.grid[:12]: spot for _, spot in sorted(self.world.spots.grids.items())}
            yield from ((spot, None) for spot in villages.values() for _ in range(records.many))
        else:
            yield from ((self.world.spots.draw(chance), None) for _ in range(records.many))

    def _kept(
        self, register: str, records: Records, n: int, spot: Spot, owner: Thing | None, now: datetime
    ) -> Thing:
        name = f"{self.key}:{register}:{n}"
        held = Held(str(n), self.key, spot, "", "", "normal", self.world.chance(name))
        answers = self.teller.answers(records.answers, held, now, owner)
        listed = self.world.town.lines[self.key].register(register)
        for field_name, value in answers.items():
            if value == "owner" and owner is not None:
                answers[field_name] = owner.id
        record = keep(
            line=self.key, register=register, answers=answers, by=self._keeper(listed.kept_by, held), now=now,
            key=f"{self.world.source}:{name}", place=spot.grid, point=Point(spot.lon, spot.lat),
        )  # fmt: skip
        return Thing(record, str(answers.get(listed.named_by, "")), spot)

    def _keeper(self, roles: tuple[str, ...], held: Held) -> tuple[Actor, ...]:
        for role in roles:
            post = self.world.people.who(role, self.key, "", held.spot.grid)
            if post is not None:
                return self.world.hats(post)
        raise LookupError(f"nobody keeps the registers of {self.key}")

    def arrive(self, day: date, midnight: datetime) -> None:
        """Let the cases of a day begin."""
        for kind, cases in self.flow.cases.items():
            if not cases.many or not self._weights[kind]:
                continue
            chance = self.world.chance(f"{self.key}:{kind}:{day}")
            for n in range(poisson(cases.many * self._weight(cases, day) / self._weights[kind], chance)):
                hour = chance.choices(range(24), getattr(self.world.scenario.hours, cases.hours))[0]
                at = midnight + timedelta(hours=hour, seconds=chance.randrange(3600))
                name = f"{self.key}:{kind}:{day:%m%d}-{n}"
                self.world.start(midnight, self._reported(kind, cases, name, at))

    def _weight(self, cases: Cases, day: date) -> float:
        arrivals = self.world.scenario.arrivals
        month = (cases.month or arrivals.month)[day.month - 1]
        free = cases.hours == "staff" and not self.world.town.calendar.is_workday(day)
        return month * (0.25 if free else 1.0)

    def begin_owed(self, now: datetime) -> None:
        """Let the cases live that duties have opened since the last look."""
        found = store.fetch(
            "SELECT id, number, kind, state, record_id, place, lon, lat FROM cases_case WHERE line = %s AND id > %s "
            "AND channel = 'duty' AND opened <= %s ORDER BY id",
            [self.key, self._seen, store.moment_in(now)],
        )
        by_id = {thing.id: thing for listed in self.things.values() for thing in listed}
        for case, number, kind, state, record, place, lon, lat in found:
            self._seen = int(case)
            cases = self.flow.cases.get(str(kind))
            if cases is None:
                continue
            thing = by_id.get(int(record or 0))
            spot = thing.spot if thing else Spot(lon or 0.0, lat or 0.0, str(place), "")
            name = f"{self.key}:{kind}:{number}"
            held = Held(name, self.key, spot, "", "", "normal", self.world.chance(name), int(case), str(number),
                        str(state), record=int(record or 0))  # fmt: skip
            self.world.start(now, self.live(str(kind), cases, held, thing, now))

    def _reported(self, kind: str, cases: Cases, name: str, at: datetime) -> Life:
        """One case from its report on."""
        chance = self.world.chance(name)
        listed = self.things.get(cases.on, [])
        thing = chance.choice(listed) if listed else None
        spot = thing.spot if thing else self.world.spots.draw(chance)
        held = Held(name, self.key, spot, "", "", "normal", chance, record=thing.id if thing else 0)
        yield Until(at)
        answers = self.teller.answers(cases.answers, held, at, thing)
        about = self.world.town.kind(self.key, kind).about
        if thing is not None and about:
            answers[about] = thing.id
        held.category, held.desk = str(answers.get("category", "")), ""
        shares = cases.by if isinstance(cases.by, dict) else {cases.by: 1.0}
        by = self._hats(chance.choices(list(shares), list(shares.values()))[0], held, ())[1]
        if not self.world.report(held, kind=kind, now=at, channel=cases.channel, answers=answers, by=by):
            return
        yield from self.live(kind, cases, held, thing, at)

    def live(self, kind: str, cases: Cases, held: Held, thing: Thing | None, now: datetime) -> Life:
        """What is done with a case, one step after another, until nothing more is."""
        if held.chance.random() < self.flow.unfinished:
            return
        ends, done, refused = self.world.town.kind(self.key, kind).procedure.end, dict[str, list[str]](), 0
        yield Until(now)
        for _ in range(MOST_STEPS):
            fitting = [step for step in cases.at.get(held.state, ()) if self._fits(step, done)]
            if not fitting:
                if held.state in ends:
                    return
                now = yield Until(now + IDLE)
                held.state = self._state(held, now)
                continue
            step = held.chance.choices(fitting, [step.share for step in fitting])[0]
            if not step.do:
                return
            was = held.state
            now = yield from self._time_for(step, held, done, now)
            held.state = self._state(held, now) if step.wait > 24 else held.state
            if held.state != was:
                continue  # time or another case has moved it meanwhile
            person, hats = self._hats(step.by, held, self._barred(step, done))
            answers = self.teller.answers(step.answers, held, now, thing)
            if self.world.take(held, step.do, hats, now, **answers):
                done.setdefault(step.do, []).append(person)
                self._let_children_live(held, now)
            else:
                refused += 1
                if refused == MOST_REFUSALS:
                    return
                now = yield Until(now + IDLE)
                held.state = self._state(held, now)

    def _fits(self, step: Step, done: Mapping[str, list[str]]) -> bool:
        often = len(done.get(step.do, ()))
        return (not step.times or often < step.times) and all(verb in done for verb in step.after)

    def _barred(self, step: Step, done: Mapping[str, list[str]]) -> tuple[str, ...]:
        return tuple(done[verb][-1] for verb in step.but if verb in done)

    def _time_for(self, step: Step, held: Held, done: Mapping[str, list[str]], now: datetime) -> Any:
        """Wait until somebody sets to it, and for the work itself."""
        if step.wait:
            hours = held.chance.lognormvariate(0, self.flow.sigma) * step.wait
            now = yield Until(now + timedelta(hours=hours))
        if step.by in OUTSIDE:
            return now
        post = self._post(step.by, held, self._barred(step, done))
        return (yield self._work(step.by, post, step.minutes))

    def _work(self, role: str, post: PostInfo, minutes: float) -> Work:
        staff = self.world.scenario.staff.get(role)
        own = self.flow.staff.get(role)
        share = own.share if own else staff.share if staff else SHARE
        shift = bool(staff and staff.shift)
        return Work(f"{self.key}:{role}@{post.key}", minutes / share, max(1, post.seats), shift)

    def _post(self, role: str, held: Held, barred: tuple[str, ...]) -> PostInfo:
        return self.world.post(role, held, but=barred[0] if barred else "")

    def _hats(self, role: str, held: Held, barred: tuple[str, ...]) -> tuple[str, tuple[Actor, ...]]:
        """Who acts, by name, and as what."""
        if role == REPORTER:
            return role, self.world.reporter()
        if role == SUBJECT:
            return role, (subject(held.record),)
        if role == ANYONE:
            return role, (anyone(),)
        post = self._post(role, held, barred)
        hats = self.world.hats(post, but=barred[0] if barred else "")
        return hats[0].person, hats

    def _state(self, held: Held, now: datetime) -> str:
        """Where a case was at a moment, also when an earlier walk has gone on from there."""
        found = store.fetch(
            'SELECT "to" FROM cases_entry WHERE case_id = %s AND at <= %s ORDER BY seq DESC LIMIT 1',
            [held.id, store.moment_in(now)],
        )
        return str(found[0][0]) if found else held.state

    def _let_children_live(self, held: Held, now: datetime) -> None:
        """A case that this one has opened lives on by its own line's flow."""
        for child in self.world.children(held, "spawned"):
            line = self.world.flows.get(child.line)
            row = store.case_by("id", child.id)
            cases = line.flow.cases.get(row.kind) if line and row else None
            if line is not None and cases is not None and row is not None:
                child.record = row.record_id or 0
                self.world.start(now, line.live(row.kind, cases, child, None, now))


def lines_of(world: World, flows: Mapping[str, Flow]) -> dict[str, Line]:
    """Every line that has a flow and is here."""
    return {key: Line(world, key, flow) for key, flow in flows.items() if key in world.town.lines}
