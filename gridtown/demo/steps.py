"""What has been done with a case so far, and which steps of a flow fit after that."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from gridtown.demo.flows import Step
from gridtown.demo.held import Held
from gridtown.demo.world import World
from gridtown.people.snapshot import PostInfo

CODES = "codes"
A_DAY, FOR_EVER = timedelta(days=1), datetime.max.replace(tzinfo=UTC)


@dataclass
class Done:
    """What has been done with a case, by whom last, in which way, and what is so of it."""

    world: World
    so: str
    by: dict[str, list[str]] = field(default_factory=dict)
    posts: dict[str, PostInfo] = field(default_factory=dict)
    ways: dict[str, str] = field(default_factory=dict)

    def note(self, step: Step, person: str, post: PostInfo | None) -> None:
        self.by.setdefault(step.do, []).append(person)
        if post is not None:
            self.posts[step.do] = post
        self.ways[step.do] = step.called

    def last_day(self, step: Step, held: Held, now: datetime) -> datetime:
        """The last moment at which the limit that a step must come within has a day to run."""
        due = self.world.due(held, step.within, now) if step.within else None
        return due - A_DAY if due else FOR_EVER

    def in_time(self, step: Step, held: Held, at: datetime) -> bool:
        """Whether a step that must come within a limit would do so at this moment."""
        return at <= self.last_day(step, held, at)

    def fits(self, step: Step, held: Held, now: datetime) -> bool:
        """Whether a step may be chosen: not too often, in time, and after what it is said to come after."""
        known = {self.so, *self.by, *self.ways.values()}
        if not known.issuperset(step.after) or known.intersection(step.unless):
            return False
        if not self.in_time(step, held, now):
            return False
        often = len(self.by.get(step.do, ()))
        if step.times and often >= step.times:
            return False
        return not step.each or often < len(self._members(step, held, now))

    def turn(self, step: Step, held: Held, now: datetime) -> Any:
        """The member of an answer for which a step is done this time."""
        return self._members(step, held, now)[len(self.by.get(step.do, ()))]

    def _members(self, step: Step, held: Held, now: datetime) -> list[Any]:
        if step.each == CODES:
            return list(held.codes)
        verb, _, name = step.each.partition(".")
        return list(self.world.told(held, verb, now).get(name) or ())

    def barred(self, step: Step) -> tuple[str, ...]:
        """The persons who may not do it, for they did what it looks at."""
        return tuple(self.by[verb][-1] for verb in step.but if verb in self.by)
