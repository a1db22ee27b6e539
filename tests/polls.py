"""A topic of the assembly taken to its vote, and what people then do with their slips."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from gridtown import town as towns
from gridtown.cases import actions, store
from gridtown.kernel.told import Actor

OPTIONS = ("改为停车场", "改为公园")
DAY = timedelta(days=1)


def hat(role: str, person: str = "") -> Actor:
    """Somebody in a role of the whole town."""
    return Actor(person or role, role, frozenset({role}), towns.current().code, clearance=2)


@dataclass
class Poll:
    """One vote that goes on: its topic, its codes and its times."""

    number: str
    codes: tuple[str, ...]
    begins: datetime
    ends: datetime

    def do(self, verb: str, by: Any, at: datetime | None = None, **answers: Any) -> actions.Taken:
        """A move, at the vote's second minute unless another moment is named."""
        at = at or self.begins + timedelta(minutes=2)
        told = f"{self.number}:{verb}:{by.person}:{at}:{sorted(map(str, answers.items()))}"
        key = sha256(told.encode()).hexdigest()
        return actions.take(case=self.number, verb=verb, answers=answers, by=by, now=at, key=key)

    def vote(self, slip: int | str, choice: str, at: datetime | None = None) -> actions.Taken:
        """One vote, by the slip's place among those drawn or by a code as it was typed."""
        code = self.codes[slip] if isinstance(slip, int) else slip
        return self.do("vote", actions.anyone(), at, code=code, choice=choice)

    def close(self) -> dict[str, Any]:
        """Let time end the vote and count it; what the count answers."""
        for minutes in (1, 3, 24 * 60 + 5):
            actions.fall_due(now=self.ends + timedelta(minutes=minutes))
        counted = [e for e in store.entries_of(self.row.id) if e.verb == "count"]
        assert len(counted) == 1
        return actions.reporting.decoded(counted[0].answers)

    @property
    def row(self) -> store.Row:
        """The topic as it stands."""
        row = store.case_by("number", self.number)
        assert row is not None
        return row


def poll(now: datetime, *, entitled: int = 5, body: str = "opinion", box: bool = False) -> Poll:
    """A topic that is being voted on from three days after `now`, for a day."""
    said = {
        "title": "晒谷场怎么用",
        "text": "请大家说说",
        "category": "facility",
        "talk_until": str(now.date() + DAY),
    }
    number = actions.report(
        line="assembly", kind="topic", answers=said, by=hat("moderator"), now=now, key=f"poll:{now}", channel="counter"
    ).number  # fmt: skip
    ready, begins = now + 2 * DAY, now + 3 * DAY
    opened = Poll(number, (), begins, begins + DAY)
    actions.fall_due(now=ready)
    plan = {"question": "晒谷场怎么用", "options": list(OPTIONS), "body": body, "merged": "两种意见都列出"}
    opened.do("set_options", hat("moderator"), ready, **plan)
    roll = {
        "entitled": entitled,
        "roll_on": str(ready.date()),
        "roll_source": "户籍册",
        "supervised_by": "村务监督委员会",
    }
    opened.codes = opened.do("draw_roll", hat("moderator"), ready, **roll).codes
    times = {"starts": begins.isoformat(), "ends": opened.ends.isoformat()}
    opened.do("call", hat("supervisor"), ready, box=box, **times)
    actions.fall_due(now=begins + timedelta(minutes=1))
    assert opened.row.state == "voting"
    return opened
