"""Walks the year: brings lives into the order of time, lets the town's clocks run beside them, writes day by day."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.db import transaction
from PIL import Image, ImageDraw

from gridtown.cases import files, ledger, store
from gridtown.cases.actions import Point, fall_due, journal, keep
from gridtown.cases.queries import duty_key
from gridtown.demo import flows
from gridtown.demo.arrivals import Arrivals
from gridtown.demo.engine import Engine
from gridtown.demo.held import Held, Known
from gridtown.demo.lives import lines_of
from gridtown.demo.matters import matter
from gridtown.demo.rounds import LINE as PATROL
from gridtown.demo.rounds import walked
from gridtown.demo.scenario import Scenario, read
from gridtown.demo.spots import Spot, of_town
from gridtown.demo.world import World
from gridtown.dispatch import duties, situations
from gridtown.kernel.recurring import span_at
from gridtown.kernel.told import SYSTEM, Actor
from gridtown.memory import keep_loaded
from gridtown.people import snapshot as people
from gridtown.town import Town

TICK = timedelta(hours=1)
BATCH = 500
PICTURES = 6
ENDED = "demo_walked"  # the verb of the entry that ends a walk


@dataclass(frozen=True)
class Walked:
    """What a walk came to: entries it wrote itself, days, and what was refused (a scenario that fits has none)."""

    written: int
    days: int
    refusals: dict[str, int] = field(default_factory=dict)
    repeated: bool = False


def walk(
    town: Town, *, days: int | None = None, progress: Callable[[int], object] = lambda n: None
) -> Walked:
    """Walk the scenario's year, or its first days; what is written already is not written again.

    Killed at any moment and started again, it goes on where it was: every key follows from the seed.
    """
    scenario = read(town.folder)
    last = scenario.year.last if days is None else scenario.year.first + timedelta(days=days - 1)
    end = midnight_of(town, last + timedelta(days=1))
    done = f"demo:{scenario.year.seed}:walked:{last}"
    if store.entry_by_key(done):
        return Walked(0, 0, repeated=True)
    world = _world(town, scenario)
    keep_loaded()
    began = midnight_of(town, scenario.year.first)
    resumed = _resumed(world, began)
    arrivals = Arrivals(scenario, town.calendar, world.chance("days"))
    patrols = Patrols(world, began)
    world.flows = lines_of(world, flows.read(town.folder))
    with transaction.atomic():
        for line in world.flows.values():
            line.books.keep(began)
    numbers = iter(range(1, 10**9))
    span = [scenario.year.first + timedelta(days=n) for n in range((last - scenario.year.first).days + 1)]
    for day in span:
        # a day at a time: quick, and after a kill the ledger ends with a whole day
        with transaction.atomic():
            midnight, next_midnight = midnight_of(town, day), midnight_of(town, day + timedelta(days=1))
            for at, who in arrivals.of(day, midnight):
                world.start(midnight, matter(world, next(numbers), at, who))
            for line in world.flows.values():
                line.arrive(day, midnight)
                line.keep(day, midnight)
                if midnight >= resumed:
                    line.use(day, midnight)
            if midnight >= resumed:
                duties.open_owed(now=midnight)
            _one_day(world, patrols, midnight, next_midnight, resumed)
            ledger.seal_days(now=next_midnight)
        progress(1)
    journal(
        verb=ENDED, answers={"last": last.isoformat(), "entries": world.written}, now=end, key=done,
        by=Actor(person=SYSTEM, post="", roles=frozenset({SYSTEM}), place=town.code),
    )  # fmt: skip
    return Walked(world.written, len(span), dict(world.refusals))


def _one_day(world: World, patrols: "Patrols", start: datetime, end: datetime, resumed: datetime) -> None:
    """All events of a day, with the ticker at every full hour between them."""
    ticks = _ticks(start, end)
    tick = next(ticks)
    for at in world.engine.run(end):
        while tick <= at:
            _pass_time(world, tick, resumed, patrols)
            tick = next(ticks)
    while tick < end:
        _pass_time(world, tick, resumed, patrols)
        tick = next(ticks)


def _ticks(start: datetime, end: datetime) -> Iterator[datetime]:
    """Full hours from the first after midnight on, and then the end for ever, so that there is always a next one."""
    at = start
    while at < end:
        yield at
        at += TICK
    while True:
        yield end + TICK


def _pass_time(world: World, now: datetime, resumed: datetime, patrols: "Patrols") -> None:
    """What the ticker does at a full hour, unless an earlier walk has done it; what was opened by others begins."""
    if now >= resumed:
        while fall_due(now=now, most=BATCH) >= BATCH:
            pass
        situations.open_due(now=now)
    world.look(now, at_tick=True)
    for opened in world.opened():
        line = world.flows.get(opened.line)
        if line is not None:
            line.begin(opened, now)
    patrols.look(now)


class Patrols:
    """The routes of the town and the rounds that are owed on them, one a week."""

    def __init__(self, world: World, began: datetime) -> None:
        """Put a route of every village on the register, where there is none yet."""
        self.world = world
        self.routes = [(n, spot, self._route(n, spot, began)) for n, spot in enumerate(self._starts())]
        weeks = ((world.scenario.year.last - world.scenario.year.first).days + 1) / 7
        expected = max(1.0, len(self.routes) * weeks * (1 - world.scenario.patrol.missed))
        self.per_round = world.scenario.year.findings / expected
        self.week = ""

    def _starts(self) -> list[Spot]:
        """Where the routes begin: so many different grids of every village."""
        villages: dict[str, list[Spot]] = {}
        for grid, spot in sorted(self.world.spots.grids.items()):
            villages.setdefault(grid[:12], []).append(spot)
        many = self.world.scenario.patrol.routes_per_village
        return [spot for listed in villages.values() for spot in listed[:many]]

    def _route(self, n: int, spot: Spot, now: datetime) -> int:
        post = self.world.people.who("supervisor", PATROL, "", spot.grid)
        if post is None:
            raise LookupError(f"nobody keeps the routes of {spot.grid}")
        minutes = round(self.world.scenario.patrol.minutes)
        answers = {"name": f"{spot.village_name}巡查线(模拟)", "kind": "streets", "minutes": minutes}
        return keep(
            line=PATROL, register="route", answers=answers, by=self.world.hats(post), now=now,
            key=f"{self.world.source}:route:{n}", place=spot.grid, point=Point(spot.lon, spot.lat),
        )  # fmt: skip

    def look(self, now: datetime) -> None:
        """At the first look of a week, let the rounds of that week be opened as always, and be walked."""
        duty = next(d for d in self.world.town.lines[PATROL].register("route").duties if d.key == "round")
        span = span_at(duty.every, now, self.world.town.zone).key
        if self.week == span:
            return
        self.week = span
        for n, spot, record in self.routes:
            entry = store.entry_by_key(duty_key(record, duty.key, span))
            row = store.case_by("id", entry.case_id or 0) if entry else None
            if row is None:
                raise LookupError(f"the round of route {record} in {span} was not opened")
            name = f"r{n}:{span}"
            held = Held(
                name, PATROL, spot, "", "", "normal", self.world.chance(name), row.id, row.number, row.state
            )
            self.world.start(now, walked(self.world, held, now, self.per_round))


def _world(town: Town, scenario: Scenario) -> World:
    chance, kept = Random(f"demo:{scenario.year.seed}:spots"), scenario.spots
    return World(
        town=town,
        people=people.current(),
        scenario=scenario,
        spots=of_town(
            town.code, places=kept.places, hot=kept.hot, heat=kept.heat, urban=kept.urban, chance=chance
        ),
        engine=Engine(town.calendar),
        known=_known(scenario.year.seed),
        photos={
            stage: _pictures(stage, midnight_of(town, scenario.year.first)) for stage in ("before", "after")
        },
    )


def _known(seed: int) -> dict[str, Known]:
    """Every key of an earlier walk with what it wrote."""
    prefix = f"demo:{seed}:"
    found = store.fetch(
        'SELECT e.key, e.case_id, c.number, e."to", e.at FROM cases_entry e JOIN cases_case c ON c.id = e.case_id '
        "WHERE e.key >= %s AND e.key < %s",
        [prefix, prefix[:-1] + ";"],
    )
    return {key: Known(case, number, to, store.moment_out(at)) for key, case, number, to, at in found}


def _resumed(world: World, began: datetime) -> datetime:
    """Up to when an earlier walk has let time pass: the midnight after its last whole day.

    What ends a walk is written at that midnight, in a day that nobody has walked: it does not count.
    """
    prefix = f"{world.source}:"
    found = store.fetch(
        "SELECT max(at) FROM cases_entry WHERE key >= %s AND key < %s AND verb <> %s",
        [prefix, prefix[:-1] + ";", ENDED],
    )
    last = store.moment_out(found[0][0])
    if last is None or last <= began:
        return began
    return midnight_of(world.town, world.town.calendar.day(last) + timedelta(days=1))


def midnight_of(town: Town, day: date) -> datetime:
    return datetime.combine(day, time(), town.zone).astimezone(UTC)


def _pictures(stage: str, now: datetime) -> tuple[str, ...]:
    """A few drawn pictures, plainly no photographs, put into the blob folder like any other."""
    digests = []
    for n in range(PICTURES):
        picture = Image.new("RGB", (640, 480), (235, 238, 240))
        draw = ImageDraw.Draw(picture)
        shade = (196, 92, 60) if stage == "before" else (70, 140, 90)
        for k in range(n + 2):
            draw.rectangle((60 + 70 * k, 320 - 30 * ((k * 7 + n) % 6), 110 + 70 * k, 400), fill=shade)
        draw.text((60, 60), f"SYNTHETIC - {stage} - {n + 1}", fill=(40, 40, 40), font_size=32)
        raw = io.BytesIO()
        picture.save(raw, "PNG")
        raw.seek(0)
        digests.append(files.put_photo(raw, f"demo-{stage}-{n + 1}.png", now=now))
    return tuple(digests)
