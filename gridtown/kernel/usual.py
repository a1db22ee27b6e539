"""What nearly every line asks and does: the small forms and the two moves that can be made anywhere."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.effects import Supervise
from gridtown.kernel.forms import Form, Long, Sets
from gridtown.kernel.procedure import Move

Sentence = Annotated[str, Long(), Field(min_length=1, max_length=1000)]
Urgency = Annotated[Literal["normal", "urgent", "critical"], Sets("urgency")]
Level = Annotated[Literal["small", "big", "hard"], Sets("level")]
SUPERVISORS = ("supervisor", "duty_officer", "leader")


class Reason(Form):
    """A reason that stays inside the house."""

    reason: Sentence


class Answer(Form):
    """What whoever reported is told."""

    answer: Sentence


class Note(Form):
    """A remark for colleagues."""

    remark: Sentence


class Supervision(Form):
    """督办: why, and by when it is wanted; the first limit stays as it is (domain A5)."""

    by_when: datetime
    reason: Sentence


def supervise(by: tuple[str, ...] = SUPERVISORS) -> Move:
    """督办, from wherever the case is."""
    return Move("supervise", "* -> =", by=by, form=Supervision, effect=Supervise("by_when"), holder="keep")


def note(by: tuple[str, ...]) -> Move:
    """A remark, wherever the case is."""
    return Move("note", "* -> =", by=by, form=Note, holder="keep")
