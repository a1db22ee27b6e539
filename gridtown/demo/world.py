"""The walked town: its posts, places and pictures, and the two ways in which a life may write to the ledger."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

import msgspec

from gridtown.cases import store
from gridtown.cases.actions import Point, report, take
from gridtown.cases.store import Written
from gridtown.demo.engine import Engine, Life, Work
from gridtown.demo.held import Held, Known, Opened
from gridtown.demo.scenario import Category, Scenario
from gridtown.demo.spots import Spots
from gridtown.dispatch import signals, tools
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.told import CONFIDENTIAL, REPORTER, Actor, Refused
from gridtown.people.picture import NOBODY, Shut
from gridtown.people.scope import visible
from gridtown.people.snapshot import People, PostInfo
from gridtown.town import Town


@dataclass
class World:
    """Everything that lives share. `known` holds what is in the ledger already: a second walk writes nothing twice."""

    town: Town
    people: People
    scenario: Scenario
    spots: Spots
    engine: Engine
    known: Mapping[str, Known]
    photos: Mapping[str, tuple[str, ...]]
    flows: Mapping[str, Any] = field(default_factory=dict)  # line -> its year (lives.Line)
    refusals: Counter[str] = field(default_factory=Counter)
    written: int = 0
    last_key: str = ""
    _open: dict[str, list[Held]] = field(default_factory=dict)
    _states: dict[int, str] = field(default_factory=dict)  # where each case is, as far as entries were read
    _ahead: deque[tuple[Any, ...]] = field(default_factory=deque)  # entries read that are still to come
    _read: int = 0  # the newest entry read
    _fresh: list[int] = field(default_factory=list)  # cases opened by others than the walk, not begun yet

    @property
    def source(self) -> str:
        """What marks every case of this walk as made up."""
        return f"demo:{self.scenario.year.seed}"

    @property
    def mark(self) -> str:
        """What every text says of itself."""
        return self.scenario.texts.mark

    def chance(self, name: str) -> Random:
        """A stream of chances of its own for each life, so that one more arrival does not change all others."""
        return Random(f"{self.source}:{name}")

    def start(self, now: datetime, life: Life) -> None:
        """Let a life begin."""
        self.engine.begin(now, life)

    def listed(self, line: str, category: str) -> Mapping[str, str]:
        """What the town's dictionary says of a category: among others its desk and its usual urgency."""
        table = "category" if line == "appeals" else "finding"
        return self.town.tables[line][table][category]

    def post(self, role: str, held: Held, *, but: str = "") -> PostInfo:
        """Who answers for this case in this role; `but` names a person who may not (four eyes)."""
        out = Shut(degree=held.degree) if held.degree > CONFIDENTIAL["internal"] else NOBODY
        found = self.people.who(role, held.line, held.desk, held.spot.grid, out)
        while found is not None and but and not self._persons(found) - {but}:
            found = self.people.superior(found, held.line, held.spot.grid, out)
        if found is None:
            raise LookupError(f"no post has the role {role} for {held.line} at {held.spot.grid}")
        return found

    def _persons(self, post: PostInfo) -> set[str]:
        return {self.people.accounts[h].username for h in post.holders if h in self.people.accounts}

    def hats(self, post: PostInfo, *, but: str = "", named: str = "") -> tuple[Actor, ...]:
        """What the first person of a post, or the one named, may act as under it; `but` as in `post`."""
        for holder in post.holders:
            hats = tuple(hat for hat in self.people.hats(holder) if hat.post == post.key)
            if hats and hats[0].person != but and named in ("", hats[0].person):
                return hats
        raise LookupError(f"nobody holds {post.key}")

    def work(self, role: str, post: PostInfo, verb: str, minutes: float = 0.0) -> Work:
        """The time that a verb takes a post of this role: its hands are on other things most of the day."""
        staff = self.scenario.staff[role]
        minutes = (minutes or staff.minutes.get(verb, 10.0)) / staff.share
        return Work(f"{role}@{post.key}", minutes, staff.people, staff.shift)

    def category(self, held: Held) -> Category:
        """What the scenario says of this kind of thing."""
        listed = self.scenario.categories if held.line == "appeals" else self.scenario.findings
        return listed.of[held.category]

    def photo(self, stage: str, chance: Random) -> str:
        """One of the drawn pictures."""
        return chance.choice(self.photos[stage])

    def began(self, held: Held) -> None:
        """Remember an open case: somebody may report the same."""
        self._open.setdefault(held.line, []).append(held)

    def ended(self, held: Held) -> None:
        """Forget a case that has come to an end; how it ended the first time is what others build on."""
        held.ended = True
        held.first_end = held.first_end or held.state
        if held in self._open.get(held.line, ()):
            self._open[held.line].remove(held)

    def twin(self, line: str, chance: Random) -> Held | None:
        """An open case that a new report may repeat."""
        listed = [held for held in self._open.get(line, ()) if held.number]
        return chance.choice(listed) if listed else None

    def report(
        self,
        held: Held,
        *,
        kind: str,
        now: datetime,
        channel: str,
        answers: Mapping[str, Any],
        by: tuple[Actor, ...],
    ) -> bool:
        """Open the case of a life; False when that is refused, which the walk counts and tells."""
        key = self._key(held)
        before = self.known.get(key)
        if before is not None:
            held.id, held.number, held.state = before.case, before.number, before.to
            return True
        try:
            receipt = report(
                line=held.line, kind=kind, answers=answers, by=by, now=now, key=key, channel=channel,
                point=self._point(held), place=held.spot.grid, source=self.source,
            )  # fmt: skip
        except Refused as why:
            self.refusals[f"{held.line}.{kind}: {why.key} {why.fields or ''}".strip()] += 1
            return False
        held.id, held.number = receipt.id, receipt.number
        held.state = self.town.kind(held.line, kind).procedure.start
        self.written += 1
        return True

    def _point(self, held: Held) -> Point | None:
        """Where a case lies; what is the whole town's lies nowhere in it."""
        return None if held.spot.grid == self.town.code else Point(held.spot.lon, held.spot.lat)

    def signal(
        self, held: Held, key: str, *, now: datetime, reading: Mapping[str, Any], by: tuple[Actor, ...]
    ) -> str:
        """Send a device's reading; the kind of the case that it opened, "" where it told of what is known already."""
        sent_as = self._key(held)
        try:
            received = signals.receive(held.line, key, reading, hats=by, now=now, sent_as=sent_as)
        except Refused as why:
            self.refusals[f"{held.line}.{key}: {why.key} {why.fields or ''}".strip()] += 1
            return ""
        if received.refused:
            self.refusals[f"{held.line}.{key}: {received.refused}"] += 1
        self.written += 0 if received.repeated else 1 + len(received.wrote)
        number = next((one.number for one in received.wrote if one.verb == "report"), "")
        row = store.case_by("number", number) if number else None
        if row is None:
            return ""
        held.id, held.number = row.id, number
        held.state = self.town.kind(held.line, row.kind).procedure.start
        return row.kind

    def take(self, held: Held, verb: str, by: tuple[Actor, ...], now: datetime, **answers: Any) -> bool:
        """Move a case one step; False when that is refused, which the walk counts and tells."""
        key = self._key(held)
        before = self.known.get(key)
        if before is not None:
            self._states[held.id] = held.state = before.to
            return True
        try:
            taken = take(case=held.id, verb=verb, by=by, now=now, key=key, answers=answers)
        except Refused as why:
            self.refusals[f"{held.line}.{verb}: {why.key} {why.fields or ''}".strip()] += 1
            return False
        self._states[held.id] = held.state = taken.state
        held.codes = taken.codes or held.codes
        self.written += 1
        return True

    def taken(self, held: Held, now: datetime) -> bool:
        """Whether an earlier walk took this life's next step at this very moment."""
        before = self.known.get(self._next_key(held))
        return before is not None and before.at == now

    def accept(
        self, line: str, tool: str, answers: Mapping[str, Any], *, by: tuple[Actor, ...], now: datetime
    ) -> None:
        """Ask a tool and accept all that it proposes."""
        outcomes = tools.accept(line, tool, answers, at=now, wanted=None, hats=by, scope=visible(by), now=now)
        for outcome in outcomes:
            self.written += len(outcome.wrote)
            if outcome.refused is not None:
                self.refusals[
                    f"{line}/{tool}: {outcome.refused.key} {outcome.refused.fields or ''}".strip()
                ] += 1

    def told(self, held: Held, verb: str, now: datetime) -> Mapping[str, Any]:
        """What a case's last entry of a verb answered, as of a moment."""
        last = self.last(held, verb, now)
        answers: dict[str, Any] = msgspec.json.decode(last.answers) if last else {}
        return answers

    def last(self, held: Held, verb: str, now: datetime) -> Written | None:
        """A case's last entry of a verb up to a moment: an earlier walk may have written later ones."""
        return next((e for e in reversed(store.entries_of(held.id)) if e.verb == verb and e.at <= now), None)

    def state(self, held: Held) -> str:
        """Where a case is, also when time, another case or an earlier walk has moved it."""
        return self._states.get(held.id, held.state)

    def due(self, held: Held, limit: str, now: datetime) -> datetime | None:
        """When a limit of a case runs out, as its entries up to a moment have it; None while it does not run."""
        told = [entry for entry in store.entries_of(held.id) if entry.at <= now and entry.clocks is not None]
        clock = clockwork.load(msgspec.json.decode(told[-1].clocks)).get(limit) if told else None
        return clock.due if clock else None

    def look(self, now: datetime, *, at_tick: bool = False) -> None:
        """Learn from the entries up to a moment where each case is by then, and which others have opened.

        At a tick without those that lives write at that very moment, for they do so after it; an earlier walk has.
        """
        while self._read_on():
            while self._ahead:
                case, key, frm, to, told = self._ahead[0]
                at, own = store.moment_out(told), key.startswith(f"{self.source}:")
                if at > now or (at_tick and own and at == now):
                    return
                self._ahead.popleft()
                self._states[case] = to
                if not frm and (key.endswith(":spawned") or not own):
                    self._fresh.append(case)

    def _read_on(self) -> bool:
        """Whether there are entries that were not looked at; a page of them is read when there are none at hand."""
        if not self._ahead:
            found = store.fetch(
                'SELECT id, case_id, key, frm, "to", at FROM cases_entry WHERE id > %s AND case_id IS NOT NULL '
                "ORDER BY id LIMIT 1000",
                [self._read],
            )
            self._read = int(found[-1][0]) if found else self._read
            self._ahead.extend(row[1:] for row in found)
        return bool(self._ahead)

    def opened(self) -> list[Opened]:
        """The cases that duties, tools, the ticker and other cases have opened since this was last asked."""
        if not self._fresh:
            return []
        found = store.fetch(
            "SELECT id, number, line, kind, record_id, place, lon, lat FROM cases_case "
            f"WHERE id IN ({', '.join(['%s'] * len(self._fresh))}) ORDER BY id",
            self._fresh,
        )
        self._fresh = []
        return [
            Opened(int(case), str(number), str(line), str(kind), int(record or 0), str(place), lon, lat)
            for case, number, line, kind, record, place, lon, lat in found
        ]

    def children(self, held: Held, *suffixes: str) -> list[Held]:
        """The cases that the last move of this one opened, by the ends of their keys."""
        found = []
        for suffix in suffixes:
            entry = store.entry_by_key(f"{self.last_key}:{suffix}")
            row = store.case_by("id", entry.case_id or 0) if entry else None
            if row is not None:
                name = f"{held.n}-{suffix}"
                child = Held(name, row.line, held.spot, row.category or held.category, row.desk, held.urgency,
                             self.chance(name), row.id, row.number, row.state)  # fmt: skip
                found.append(child)
        return found

    def reporter(self) -> tuple[Actor, ...]:
        """The hat of whoever reported."""
        return (
            Actor(person=REPORTER, post="", roles=frozenset({REPORTER}), place=self.town.code, clearance=9),
        )

    def _key(self, held: Held) -> str:
        self.last_key = self._next_key(held)
        held.steps += 1
        return self.last_key

    def _next_key(self, held: Held) -> str:
        return f"{self.source}:{held.n}:{held.steps}"
