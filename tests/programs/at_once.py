"""Tell stories of a line with everybody at once: each step is sent from several threads, each with its own connection.

`at_once LINE N`, the N-th of the stories chosen of the line: every step that people take is sent by four at the same
instant, twice under one key and under two keys of their own, as of the version that all of them see, and what leads
onward by a fifth who names none; the votes of a poll go in all together, each of them twice and of no version. Exactly
one sending of each takes effect, the same sending is answered alike, and the others hear in both languages why not.
Whatever is not so ends the program.
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from threading import Barrier, Lock, Thread
from typing import Any

import django

django.setup()

import yaml  # noqa: E402
from django.db import connection  # noqa: E402

from gridtown import lines  # noqa: E402
from gridtown import town as towns  # noqa: E402
from gridtown.cases import actions, store  # noqa: E402
from gridtown.kernel.line import Line  # noqa: E402
from gridtown.kernel.story import Step, Story, parse  # noqa: E402
from gridtown.kernel.told import ANYONE, CHILD, SYSTEM, Refused  # noqa: E402
from tests.telling import Told  # noqa: E402


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call answers or raises, all of them let go at the same instant."""
    start, lock = Barrier(len(calls)), Lock()
    results: dict[int, Any] = {}

    def run(n: int) -> None:
        start.wait()
        try:
            said: Any = calls[n]()
        except Refused as refused:
            said = refused
        with lock:
            results[n] = said
        connection.close()

    threads = [Thread(target=run, args=[n]) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(calls), "a sending was answered by neither a result nor a reason"
    return [results[n] for n in range(len(calls))]


def in_words(line: str, refused: Refused) -> None:
    """Whoever was second hears why, in both languages."""
    for lang in ("zh", "en"):
        said = [towns.current().say(key, lang, line) for key in (refused.key, f"refusal.{refused.key}")]
        assert any(one not in (refused.key, f"refusal.{refused.key}") for one in said), (
            f"{refused.key} is said in no words"
        )


@dataclass
class Crowd(Told):
    """A story in which nobody is alone."""

    polled: list[Step] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)

    def _take(self, step: Step, key: str) -> None:
        n = int(key.rpartition(":")[2])
        if self._votes(step, n):
            return self._poll(step, n)
        if step.verb == "report" or step.role in (SYSTEM, CHILD) or n in self.story.refused:
            return super()._take(step, key)
        row = self.row(step.case)
        said: dict[str, Any] = {
            "case": row.id, "verb": step.verb, "by": self._who(step), "now": step.at, "version": row.version,
            "answers": {name: self._meant(value) for name, value in step.answers.items()},
        }  # fmt: skip
        sendings = [{**said, "key": k} for k in (key, key, f"{key}:other", f"{key}:third")]
        move = towns.current().kind(row.line, row.kind).procedure.find(step.verb, row.state)
        if move is not None and move.to not in (
            "=",
            row.state,
        ):  # a program need not say what it was looking at
            sendings.append({**said, "key": f"{key}:blind", "version": None})
        results = at_once([lambda s=s: actions.take(**s) for s in sendings])
        done = [r for r in results if not isinstance(r, Refused) and not r.repeated]
        if not done:  # a story that is wrong, not a race
            raise next(r for r in results if isinstance(r, Refused))
        assert len(done) == 1, f"{step.verb}: took effect {len(done)} times"
        assert self._times(row.id, row.version, step.verb) == 1, f"{step.verb}: not one entry"
        same = results[:2]
        assert isinstance(same[0], Refused) == isinstance(same[1], Refused), (
            f"{step.verb}: one key, two answers"
        )
        for refused in (r for r in results if isinstance(r, Refused)):
            in_words(self.line.key, refused)
            self.sent[refused.key] += 1
        self.sent["taken"] += 1
        self.codes += done[0].codes
        self._count()
        return None

    def _votes(self, step: Step, n: int) -> bool:
        """Whether a step is a ballot that counts."""
        ballots = {verb for kind in self.line.kinds for verb, _ in kind.procedure.ballots}
        return step.role == ANYONE and step.verb in ballots and n not in self.story.refused

    def _poll(self, step: Step, n: int) -> None:
        """Ballots that are cast one after the other are cast together, once the last of them has come."""
        self.polled.append(step)
        following = self.story.steps[n] if n < len(self.story.steps) else None
        if following and self._votes(following, n + 1):
            return
        steps, self.polled = self.polled, []
        row = self.row(step.case)
        calls = []
        for m, one in enumerate(steps):
            said = {
                "case": row.id, "verb": one.verb, "by": self._who(one), "now": one.at,
                "answers": {name: self._meant(value) for name, value in one.answers.items()},
            }  # fmt: skip
            calls += [lambda s=said, k=f"story:{n}:{m}:{k}": actions.take(**s, key=k) for k in "ab"]
        results = at_once(calls)
        for m, one in enumerate(steps):
            pair = results[2 * m : 2 * m + 2]
            once = [r for r in pair if not isinstance(r, Refused)]
            assert len(once) == 1, f"{one.verb}: {len(once)} of two at once took effect"
            for refused in (r for r in pair if isinstance(r, Refused)):
                in_words(self.line.key, refused)
                self.sent[refused.key] += 1
            self.sent["taken"] += len(once)

    @staticmethod
    def _times(case: int, version: int, verb: str) -> int:
        return sum(1 for entry in store.entries_of(case) if entry.seq > version and entry.verb == verb)


def chosen(line: Line) -> list[Story]:
    """The story of a line in which the most different moves are made, and that in which most ballots are cast."""
    path = Path(str(files(f"gridtown.lines.{line.key}"))) / "stories.yaml"
    stories = parse(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader), towns.current().zone)
    ballots = {verb for kind in line.kinds for verb, _ in kind.procedure.ballots}

    def taken(story: Story) -> list[str]:
        return [step.verb for n, step in enumerate(story.steps, 1) if n not in story.refused]

    busiest = max(stories, key=lambda story: len(set(taken(story))))
    polled = max(stories, key=lambda story: sum(verb in ballots for verb in taken(story)))
    return [busiest, polled] if ballots and polled is not busiest else [busiest]


def main(key: str, n: int) -> None:
    line = lines.found()[key]
    story = chosen(line)[n]
    crowd = Crowd(line, story)
    crowd.tell()
    assert crowd.row(story.main).state == story.ends, f"ended in {crowd.row(story.main).state}"
    print(crowd.sent["taken"], *sorted(crowd.sent), story.title)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
