"""The life of any case by its line's flow, and the records that it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from gridtown.cases.actions import anyone, subject
from gridtown.demo.books import Books
from gridtown.demo.engine import Life, Until, Work, poisson
from gridtown.demo.flows import Cases, Flow, Step, Use
from gridtown.demo.held import Held, Opened
from gridtown.demo.planned import planned
from gridtown.demo.spots import Spot
from gridtown.demo.steps import Done
from gridtown.demo.telling import Teller, Thing
from gridtown.demo.world import World
from gridtown.kernel.procedure import Procedure
from gridtown.kernel.told import ANYONE, CHILD, CONFIDENTIAL, OUTSIDE, SUBJECT, Actor
from gridtown.people.snapshot import PostInfo

IDLE = timedelta(days=1)
NINE = 9  # in the morning
MOST_STEPS = 120
MOST_REFUSALS = 3
EACH = "each"  # the answer that is the member whose turn it is
SHARE = 0.3  # of a day, for a role of which neither flow nor scenario says more


_Ended = tuple[str, dict[str, Any]]  # how a case ended, and the answers by which its kind knows its like


@dataclass
class Line:
    """A line's year: its records, its arrivals, and the lives of its cases."""

    world: World
    key: str
    flow: Flow
    things: dict[str, list[Thing]] = field(default_factory=dict)
    _ended: dict[str, list[_Ended]] = field(default_factory=dict)  # by kind, for those who come again

    def __post_init__(self) -> None:
        """Ready to answer."""
        self.teller = Teller(self.world, self.things)
        self.books = Books(self.world, self.key, self.flow.records, self.things, self.teller)
        days = [self.world.scenario.year.first + timedelta(n) for n in range(self._length)]
        self._weights = {
            kind: sum(self._weight(cases, day) for day in days) for kind, cases in self.flow.cases.items()
        }

    @property
    def _length(self) -> int:
        year = self.world.scenario.year
        return (year.last - year.first).days + 1

    def arrive(self, day: date, midnight: datetime) -> None:
        """Let the cases of a day begin."""
        for name, cases in self.flow.cases.items():
            chance = self.world.chance(f"{self.key}:{name}:{day}")
            many = self._many(name, cases, day, chance)
            if not many:
                continue
            hours = (
                getattr(self.world.scenario.hours, cases.hours)
                if isinstance(cases.hours, str)
                else cases.hours
            )
            for n in range(many):
                hour = chance.choices(range(24), hours)[0]
                at = midnight + timedelta(hours=hour, seconds=chance.randrange(3600))
                own = f"{self.key}:{name}:{day:%m%d}-{n}"
                self.world.start(midnight, self._arrived(name, cases, own, at))

    def _many(self, name: str, cases: Cases, day: date, chance: Random) -> int:
        """How many come in on a day."""
        if cases.days:
            return int(f"{day:%m-%d}" in cases.days)
        if not cases.many or not self._weights[name]:
            return 0
        return poisson(cases.many * self._weight(cases, day) / self._weights[name], chance)

    def keep(self, day: date, midnight: datetime) -> None:
        """Let the books be kept that are kept on a day; what stands in them already is learnt from them."""
        self.world.start(midnight, self._kept(midnight + timedelta(hours=NINE), f"{day:%m-%d}"))

    def use(self, day: date, midnight: datetime) -> None:
        """Let the tools be used that are used on a day."""
        for name, use in self.flow.uses.items():
            if f"{day:%m-%d}" in use.on:
                own = f"{self.key}:{name}:{day:%m%d}"
                at = midnight + timedelta(hours=use.hour)
                self.world.start(midnight, self._used(use, own, at))
        for name, plan in self.flow.plans.items():
            if f"{day:%m-%d}" == plan.on:
                chance = self.world.chance(f"{self.key}:{name}")
                held = self._held(f"{self.key}:{name}", self.world.spots.draw(chance), None, chance)
                at = midnight + timedelta(hours=plan.hour)
                self.world.start(midnight, planned(self.world, self.key, plan, held, at))

    def _kept(self, at: datetime, on: str) -> Life:
        yield Until(at)
        self.books.keep(at, on)

    def _used(self, use: Use, own: str, at: datetime) -> Life:
        chance = self.world.chance(own)
        held = self._held(own, self.world.spots.draw(chance), None, chance)
        yield Until(at)
        by = self.world.hats(self.world.post(use.by, held))
        self.world.accept(self.key, use.tool, self.teller.answers(use.answers, held, at), by=by, now=at)

    def _weight(self, cases: Cases, day: date) -> float:
        arrivals = self.world.scenario.arrivals
        month = (cases.month or arrivals.month)[day.month - 1]
        free = cases.hours == "staff" and not self.world.town.calendar.is_workday(day)
        return month * (0.25 if free else 1.0)

    def begin(self, opened: Opened, now: datetime) -> None:
        """Let a case live that a duty or another case has opened."""
        cases = self.flow.cases.get(opened.kind)
        if cases is None:
            return
        thing = self._about(opened.record)
        spot = thing.spot if thing else self.world.spots.at(opened.place, opened.lon, opened.lat)
        name = f"{self.key}:{opened.kind}:{opened.number}"
        held = self._held(name, spot, thing, self.world.chance(name))
        held.id, held.number, held.record = opened.id, opened.number, opened.record
        held.state = self.world.town.kind(self.key, opened.kind).procedure.start
        self.world.start(now, self.live(opened.kind, held, thing, now))

    def _about(self, record: int) -> Thing | None:
        return next((one for listed in self.things.values() for one in listed if one.id == record), None)

    def _held(self, name: str, spot: Spot, thing: Thing | None, chance: Random) -> Held:
        return Held(name, self.key, spot, "", "", "normal", chance, record=thing.id if thing else 0)

    def _arrived(self, name: str, cases: Cases, own: str, at: datetime) -> Life:
        """One case from its report, or a device's reading, on."""
        chance, kind = self.world.chance(own), self.flow.kind_of(name)
        listed = self.things.get(cases.on, [])
        thing = chance.choice(listed) if listed else None
        spot = thing.spot if thing else self.world.spots.draw(chance)
        if cases.town:
            spot = replace(spot, grid=self.world.town.code)
        held = self._held(own, spot, thing, chance)
        yield Until(at)
        answers = self.teller.answers(cases.answers, held, at, thing)
        about = self.world.town.kind(self.key, kind).about
        if thing is not None and about and not cases.signal:
            answers[about] = thing.id
        if cases.again and chance.random() < cases.again.share:
            answers |= self._once_more(kind, cases.again.after, chance)
        held.category, held.desk = str(answers.get("category", "")), ""
        shares = cases.by if isinstance(cases.by, dict) else {cases.by: 1.0}
        who = chance.choices(list(shares), list(shares.values()))[0]
        by = self._outside(who, held) if who in OUTSIDE else self.world.hats(self.world.post(who, held))
        if cases.signal:
            opened = self.world.signal(held, cases.signal, now=at, reading=answers, by=by)
        elif self.world.report(held, kind=kind, now=at, channel=cases.channel, answers=answers, by=by):
            opened = kind
        else:
            opened = ""
        if opened:
            yield from self.live(opened, held, thing, at, cases.so)
        if cases.again and opened:
            alike = self.world.town.kind(self.key, kind).same_by
            self._ended.setdefault(kind, []).append(
                (held.state, {n: answers[n] for n in alike if n in answers})
            )

    def _once_more(self, kind: str, after: tuple[str, ...], chance: Random) -> dict[str, Any]:
        """What somebody says again whose case has ended so; nothing where nobody's has."""
        ended = self._ended.get(kind, [])
        fitting = [one for one in ended if one[0] in after]
        if not fitting:
            return {}
        chosen = chance.choice(fitting)
        ended.remove(chosen)  # while it is pending nobody brings it a third time
        return chosen[1]

    def live(
        self, kind: str, held: Held, thing: Thing | None, now: datetime, so: Mapping[str, float] | None = None
    ) -> Life:
        """What is done with a case, one step after another, until nothing more is."""
        cases = self.flow.cases[kind]
        procedure = self.world.town.kind(self.key, kind).procedure
        watched = self._moved_by_others(procedure)
        held.degree = CONFIDENTIAL[self.world.town.kind(self.key, kind).confidential]
        done, refused = Done(self.world, _drawn(so or cases.so, held.chance)), 0
        if held.chance.random() < self.flow.unfinished:
            return
        yield Until(now)
        for _ in range(MOST_STEPS):
            fitting = [step for step in cases.at.get(held.state, ()) if done.fits(step, held, now)]
            if not fitting:
                if held.state in procedure.end:
                    return
                now = yield Until(now + IDLE)
                held.state = self.world.state(held)
                continue
            step = held.chance.choices(fitting, [step.share for step in fitting])[0]
            if not step.do:
                return
            was = held.state
            now = yield from self._time_for(step, held, done, now)
            if watched:
                self.world.look(now)
            held.state = self.world.state(held)
            if held.state != was and not self.world.taken(held, now):
                continue  # time or another case has moved it meanwhile
            if not done.in_time(step, held, now):
                continue  # whoever does it was busy until it was too late
            post, hats = self._doers(step, held, done, now)
            answers = self.teller.answers(step.answers, held, now, thing)
            answers |= {
                name: done.turn(step, held, now) for name in step.answers if step.answers[name] == EACH
            }
            if self.world.take(held, step.do, hats, now, **answers):
                done.note(step, hats[0].person, post)
            else:
                refused += 1
                if refused == MOST_REFUSALS:
                    return
                now = yield Until(now + IDLE)
                held.state = self.world.state(held)

    def _moved_by_others(self, procedure: Procedure) -> bool:
        """Whether cases of this sort are moved by other cases or by devices, and not only by people and time."""
        others = {CHILD, *(signal.by for signal in self.world.town.lines[self.key].signals)}
        return any(others & set(move.roles) for move in procedure.moves)

    def _time_for(self, step: Step, held: Held, done: Done, now: datetime) -> Any:
        """Wait until somebody sets to it, and for the work itself."""
        if step.wait or step.least:
            hours = max(step.least, held.chance.lognormvariate(0, self.flow.sigma) * step.wait)
            then = now + timedelta(hours=hours)
            now = yield Until(max(now, min(then, done.last_day(step, held, now))))
        post, _ = self._doers(step, held, done, now)
        return now if post is None else (yield self._work(step.by, post, step.minutes))

    def _doers(
        self, step: Step, held: Held, done: Done, now: datetime
    ) -> tuple[PostInfo | None, tuple[Actor, ...]]:
        """Who takes a step: the post, if it is one of staff, and the hats."""
        if step.by in OUTSIDE:
            return None, self._outside(step.by, held)
        but = next(iter(done.barred(step)), "")
        post = done.posts.get(step.same) or self.world.post(step.by, held, but=but)
        verb, _, name = step.same.partition(".")
        named = self.world.told(held, verb, now).get(name) if name else None
        return post, self.world.hats(post, but=but, named=named[0] if named else "")

    def _work(self, role: str, post: PostInfo, minutes: float) -> Work:
        staff = self.world.scenario.staff.get(role)
        own = self.flow.staff.get(role)
        share = own.share if own else staff.share if staff else SHARE
        shift = own.shift if own else bool(staff and staff.shift)
        return Work(f"{self.key}:{role}@{post.key}", minutes / share, max(1, post.seats), shift)

    def _outside(self, who: str, held: Held) -> tuple[Actor, ...]:
        """The hat of somebody without an account."""
        if who == SUBJECT:
            return (subject(held.record),)
        return (anyone(),) if who == ANYONE else self.world.reporter()


def _drawn(so: Mapping[str, float], chance: Random) -> str:
    return chance.choices(list(so), list(so.values()))[0] if so else ""


def lines_of(world: World, flows: Mapping[str, Flow]) -> dict[str, Line]:
    """Every line that has a flow and is here."""
    return {key: Line(world, key, flow) for key, flow in flows.items() if key in world.town.lines}
