"""Signals taken in: a device's reading, what its line makes of it, and the note of it in the town's journal.

A reading is decided and written under the writers' lock, so that two at the same moment see each other. Each signal
leaves one entry `signal` in the journal, in the same transaction as what it writes; its key is the sender's.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from django.db import Error as DatabaseError

from gridtown import town as towns
from gridtown.cases import actions, queries, store
from gridtown.cases.actions import NotFound
from gridtown.dispatch.carrying import Wrote, carry_out
from gridtown.kernel import answering
from gridtown.kernel.answering import Answers
from gridtown.kernel.signal import Signal
from gridtown.kernel.told import Actor, Refused
from gridtown.people.scope import visible
from gridtown.town import Town

_log = logging.getLogger(__name__)
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Received:
    """A signal that the ledger has: the journal's entry, and what was written.

    refused: the key of the reason why what the line wanted to write was not in order; the reading is noted all the
    same. repeated: it had come before under this key, and nothing was done.
    """

    entry: int
    wrote: tuple[Wrote, ...] = ()
    refused: str = ""
    repeated: bool = False


def sendable(hats: Sequence[Actor]) -> list[tuple[str, Signal]]:
    """Every signal that a device with these hats may send, with its line."""
    lines = towns.current().lines
    return [
        (key, signal) for key, line in lines.items() for signal in line.signals if _fitting(hats, key, signal)
    ]


def _fitting(hats: Sequence[Actor], line: str, signal: Signal) -> tuple[Actor, ...]:
    return tuple(hat for hat in hats if signal.by in hat.roles and (not hat.lines or line in hat.lines))


def receive(
    line: str, key: str, reading: Mapping[str, Any], *, hats: Sequence[Actor], now: datetime, sent_as: str
) -> Received:  # fmt: skip
    """Take in one reading; Refused (or NotFound) where it is not one of the signal's, or not this sender's to send.

    sent_as: the signal's own key, with which it is sent again if the sender heard no answer.
    """
    town = towns.current()
    signal = next((s for s in town.lines[line].signals if s.key == key), None) if line in town.lines else None
    if signal is None:
        raise NotFound
    fitting = _fitting(hats, line, signal)
    if not fitting:
        raise Refused("may_not_signal")
    said = answering.read(signal.form, reading, tables=town.tables.get(line, {}))
    with store.together():
        store.wait_for_turn(town.code)
        before = store.entry_by_key(sent_as)
        if before is not None:
            return _again(before, f"{line}/{key}")
        wrote, refused = _decided(town, line, signal, said, fitting, now, sent_as)
        noted = {
            "signal": f"{line}/{key}",
            "reading": said.plain,
            "wrote": [asdict(one) for one in wrote],
            "refused": refused,
        }
        entry = actions.journal(
            verb="signal", answers={n: v for n, v in noted.items() if v}, by=fitting[0], now=now, key=sent_as
        )
    return Received(entry, wrote, refused)


def _again(before: store.Written, name: str) -> Received:
    """The answer to a signal that came before."""
    noted = _decode(before.answers)
    if before.verb != "signal" or noted["signal"] != name:
        raise Refused("key_reused")
    wrote = tuple(Wrote(**one) for one in noted.get("wrote", ()))
    return Received(before.id, wrote, noted.get("refused", ""), repeated=True)


def _decided(
    town: Town, line: str, signal: Signal, said: Answers, fitting: tuple[Actor, ...], now: datetime, key: str
) -> tuple[tuple[Wrote, ...], str]:  # fmt: skip
    """What the line made of a reading, written; or the reason's key why that could not be written."""
    asked = queries.asked(
        town, line, signal.reads, form=signal.form, said=said, by=fitting[0], scope=visible(fitting), now=now
    )
    try:
        with store.together():
            does = tuple(signal.decide(asked))
            return carry_out(line, does, by=_only(fitting, signal.by), now=now, key=key, channel="device"), ""
    except Refused as why:
        _log.warning(
            "signal %s/%s: what was decided was refused: %s %s", line, signal.key, why.key, why.fields
        )
        return (), why.key
    except DatabaseError:
        raise  # it can be sent again
    except Exception:  # a line's mistake must lose no reading and stop no later one
        _log.exception("signal %s/%s: the line failed on a reading", line, signal.key)
        return (), "signal_failed"


def _only(hats: tuple[Actor, ...], role: str) -> tuple[Actor, ...]:
    """The same hats with this role alone: a device acts as nothing else."""
    return tuple(replace(hat, roles=frozenset({role})) for hat in hats)
