"""Tools for the draw: sessions for the visits that wait and the teams that follow, and a secret to commit to."""

import hashlib
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from gridtown.kernel import draw
from gridtown.kernel.forms import Empty, Form, Personal
from gridtown.kernel.tool import Add, Asked, Open, Proposal, Reads, Tool, Why
from gridtown.lines.inspection.planning import listed

MOST_VISITS = 400  # as many as a session's form takes
DULL = 10  # fewer different signs than that can be guessed


def teams(asked: Asked) -> Iterator[Proposal]:
    """A session for the visits that wait for one; and of a session that is drawn, the team of each visit."""
    found = listed(asked.cases["draw"])
    waiting = [
        visit
        for visit in asked.cases["visit"]
        if visit.state == "planned" and visit.answers.get("source", "plan") == "plan"
    ]
    for visit in waiting:
        session = found.get(visit.number)
        if session is not None and session.state == "seeded":
            yield Proposal(
                {"visit": visit.number, "session": session.number},
                (Why("drawn", {"session": session.number}),),
                (Add(visit.number, "draw", {"session": session.number}),),
            )
    fresh = [visit.number for visit in waiting if visit.number not in found][:MOST_VISITS]
    if fresh:
        answers = {
            "purpose": "inspectors",
            "visits": fresh,
            "public_source": str(asked.settings["public_source"]),
        }
        yield Proposal(
            {"visits_many": len(fresh)},
            (Why("wait_for_draw", {"visits": len(fresh)}),),
            (Open("draw", answers),),
        )


TEAMS = Tool(
    "teams",
    ask=Empty,
    run=teams,
    roles=("planner",),
    reads=Reads(kinds=("visit", "draw"), days=60),
    shows=("visit", "session", "visits_many"),
    reasons=("drawn", "wait_for_draw"),
    basis="浙江省综合行政执法条例 21; 优化营商环境条例 54",
)


class Scribble(Form):
    """Keys pressed at random: dice, letters, whatever; nobody shall be able to guess them."""

    scribble: Annotated[str, Personal("text"), Field(min_length=40, max_length=400)]


def secret(asked: Asked) -> Iterator[Proposal]:
    """A secret of 256 bits from what was scribbled, and what one commits to by it; neither is kept anywhere."""
    said = str(asked.answers["scribble"])
    found = hashlib.sha256(said.encode()).hexdigest()
    dull = len(set(said)) < DULL
    yield Proposal(
        {"secret": found, "commitment": draw.commitment(found)},
        (Why("too_dull" if dull else "keep_it", {}),),
    )


SECRET = Tool(
    "secret",
    ask=Scribble,
    run=secret,
    roles=("planner", "supervisor", "inspection_head", "leader"),
    shows=("secret", "commitment"),
    reasons=("too_dull", "keep_it"),
    basis="design: commit and reveal; 256 bits, since a short number can be tried out",
)
