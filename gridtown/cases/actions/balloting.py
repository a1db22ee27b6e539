"""Secret votes: codes that are drawn once, ballots that stay shut, and their opening for the count (ADR 0016)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from gridtown.cases import sealing
from gridtown.cases.store import Row
from gridtown.kernel import forms, tokens
from gridtown.kernel.answering import Answers
from gridtown.kernel.line import Kind
from gridtown.kernel.procedure import Move
from gridtown.kernel.told import Fact, Told


class Drawn(NamedTuple):
    """The answers with the digests of the codes that a move draws; the codes, told once; what stands beside each."""

    said: Answers
    codes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def drawn(move: Move, said: Answers) -> Drawn:
    """The codes that this move draws, in the order in which their digests are kept."""
    codes: list[str] = []
    beside: list[str] = []
    plain = dict(said.plain)
    for spec in forms.draws_of(move.form):
        fresh = sorted(sealing.draw(int(plain[spec.draws])), key=tokens.digest_of)
        plain[spec.name] = tokens.kept_back(fresh)
        codes += fresh
        beside += map(str, plain.get(spec.beside) or ())
    return Drawn(replace(said, plain=plain), tuple(codes), tuple(beside)) if codes else Drawn(said)


def opened(kind: Kind, row: Row, move: Move, told: Told) -> Told:
    """The case with the ballots open that this move opens; as it was where its key is gone."""
    if not move.opens or row.sealed_key is None:
        return told
    key = sealing.unwrap(row.sealed_key)

    def read(fact: Fact) -> Fact:
        return replace(fact, answers=_read(kind, key, fact)) if fact.verb in move.opens else fact

    return replace(told, facts=tuple(map(read, told.facts)))


def _read(kind: Kind, key: bytes, fact: Fact) -> Mapping[str, Any]:
    return {
        name: sealing.open_ballot(key, name, value)
        if (fact.verb, name) in kind.procedure.ballots and sealing.is_sealed(value)
        else value
        for name, value in fact.answers.items()
    }
