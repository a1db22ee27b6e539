"""Proposed targets that a person has confirmed, written together: all of them, or none with what is wrong with each."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gridtown.cases import actions, store
from gridtown.kernel.purpose import Promises
from gridtown.kernel.told import Actor, Refused
from gridtown.town import Town


class _Undone(Exception):
    """Something could not be written, so nothing is."""


def confirmed(keys: Iterable[str]) -> dict[str, str]:
    """Which proposals were confirmed before: key → the number of the target."""
    found = {}
    for key in store.known_keys(keys):
        entry = store.entry_by_key(key)
        case = store.case_by("id", entry.case_id or 0) if entry else None
        if case is not None:
            found[key] = case.number
    return found


def confirm(
    told: Mapping[str, Mapping[str, Any]],
    *,
    by: tuple[Actor, ...],
    now: datetime,
    town: Town,
    source: str = "",
) -> dict[str, Refused]:
    """Set the targets with these answers, by the key of each proposal; why some cannot be, and then none is.

    Confirmed twice they are there once: the key is the proposal's place in its document. source: where they come from,
    if not from people at work.
    """
    here, wrong = town.serving(Promises), dict[str, Refused]()
    if here is None:
        raise LookupError("this town promises nothing")
    try:
        with store.together():
            for key, answers in told.items():
                try:
                    with store.together():
                        actions.report(
                            line=here.line, kind=here.target, answers=answers, by=by, now=now, key=key, channel="web",
                            place=town.code, source=source,
                        )  # fmt: skip
                except Refused as why:
                    wrong[key] = why
            if wrong:
                raise _Undone
    except _Undone:
        return wrong
    return {}
