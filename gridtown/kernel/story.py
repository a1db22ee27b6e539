"""Stories: tests that an officer can read; who did what when, and what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any


@dataclass(frozen=True)
class Step:
    """One row of a story: when, who (a role, or role/name for a second person in it), verb, answers.

    case: which of the story's cases, counted as they are opened ("fix@2" in the file; the first is meant
    otherwise). kind: of a report, another kind of the line than the story's ("report draw@2"). A row by `child` or
    `system` says what the ledger must have done by itself.
    """

    at: datetime
    who: str
    verb: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    case: int = 1
    kind: str = ""

    @property
    def role(self) -> str:
        """What this person acts as."""
        return self.who.split("/")[0]

    @property
    def person(self) -> str:
        """Who it is: "handler/one" and "verifier/one" are the same person in two posts."""
        return self.who.split("/")[-1]


@dataclass(frozen=True)
class Story:
    """What was done and what must come of it.

    ends: the last state of its kind's first case; others: those of further cases. late: limits that ended too late.
    counts: indicator → "1/2" or "1". refused: a step's number (from 1) → the reason's key.
    records: register and answers of what is on the books before.
    """

    title: str
    kind: str
    steps: tuple[Step, ...]
    ends: str
    late: tuple[str, ...] = ()
    counts: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[int, str] = field(default_factory=dict)
    records: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    others: Mapping[int, str] = field(default_factory=dict)

    @property
    def main(self) -> int:
        """The first case of the story's own kind, by its number in the order of opening."""
        return next(
            (step.case for step in self.steps if step.verb == "report" and step.kind in ("", self.kind)), 1
        )

    @property
    def verbs(self) -> set[str]:
        """The moves that this story really makes with cases of its own kind."""
        reports = (step for step in self.steps if step.verb == "report" and step.kind in ("", self.kind))
        own = {step.case for step in reports} | {self.main}
        made = (step for n, step in enumerate(self.steps, 1) if n not in self.refused)
        return {step.verb for step in made if step.case in own and step.verb != "report"}


def parse(data: Iterable[Mapping[str, Any]], zone: tzinfo) -> tuple[Story, ...]:
    """Stories from the already read stories.yaml; times are the town's local time."""
    return tuple(
        Story(
            title=str(item["story"]),
            kind=str(item["kind"]),
            steps=tuple(_step(row, zone) for row in item["tell"]),
            ends=str(item["ends"]),
            late=tuple(item.get("late", ())),
            counts={key: str(value) for key, value in item.get("counts", {}).items()},
            refused={int(n): str(why) for n, why in item.get("refused", {}).items()},
            records=tuple((str(row[0]), row[1]) for row in item.get("records", ())),
            others={int(n): str(state) for n, state in item.get("others", {}).items()},
        )
        for item in data
    )


def _step(row: list[Any], zone: tzinfo) -> Step:
    # YAML leaves "2026-03-02 08:00" a text but turns one with seconds into a datetime: accept both.
    at = row[0] if isinstance(row[0], datetime) else datetime.fromisoformat(str(row[0]))
    said, _, case = str(row[2]).partition("@")
    verb, _, kind = said.partition(" ")
    answers = row[3] if len(row) > 3 else {}
    return Step(at.replace(tzinfo=zone), str(row[1]), verb, answers, int(case or 1), kind)
