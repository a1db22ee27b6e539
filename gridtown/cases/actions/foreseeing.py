"""What is refused already of the moves that are offered, whatever would be answered to their forms.

Guards are asked as when the move is made, but without answers; one that asks for an answer is left until there is one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from gridtown import town as towns
from gridtown.cases import store
from gridtown.cases.actions import knowing
from gridtown.cases.actions.taking import hat_for
from gridtown.cases.actions.writing import told
from gridtown.cases.store import Row
from gridtown.kernel.answering import Answers
from gridtown.kernel.forms import Empty
from gridtown.kernel.procedure import Move
from gridtown.kernel.told import Actor, Doing, Refused, Told


class _NotSaid(Exception):
    """A guard asked for an answer, and nobody has answered yet."""


class _Unsaid(Mapping[str, Any]):
    """The answers to a form that nobody has filled in: whoever asks for one is sent away."""

    def __getitem__(self, name: str) -> Any:
        raise _NotSaid(name)

    def __contains__(self, name: object) -> bool:
        raise _NotSaid(name)

    def __iter__(self) -> Iterator[str]:
        raise _NotSaid

    def __len__(self) -> int:
        raise _NotSaid


def foreseen(*, row: Row, verbs: Iterable[str], by: Sequence[Actor], now: datetime) -> dict[str, Refused]:
    """Of these verbs those that would be refused whatever is said, each with the reason."""
    town = towns.current()
    kind = town.kind(row.line, row.kind)
    found = [move for verb in verbs if (move := kind.procedure.find(verb, row.state)) and move.guards]
    if not found:
        return {}
    history = told(row, store.entries_of(row.id))
    known: dict[tuple[str, ...], Doing] = {}
    refused = {}
    for move in found:
        try:
            actor = hat_for(by, move, row)
        except Refused as why:
            refused[move.verb] = why
            continue
        if move.reads not in known:
            known[move.reads] = knowing.doing(
                town, kind, row.line, move.verb, by=actor, now=now, said=Answers({}, {}, {}), form=Empty, row=row,
                reads=move.reads,
            )  # fmt: skip
        doing = replace(known[move.reads], verb=move.verb, by=actor, answers=_Unsaid())
        reason = next(_reasons(move, history, doing), None)
        if reason is not None:
            refused[move.verb] = reason
    return refused


def _reasons(move: Move, history: Told, doing: Doing) -> Iterator[Refused]:
    for guard in move.guards:
        try:
            why = guard(history, doing)
        except _NotSaid:
            continue
        except Refused as said:
            yield said
        else:
            if why is not None:
                yield Refused(why)
