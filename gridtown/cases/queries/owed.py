"""What the ledger knows of duties: the period that was last opened for a record, and what a record said when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gridtown.cases import sealing, store
from gridtown.kernel.told import DUTY

_decode = msgspec.json.Decoder().decode


def duty_key(record: int, duty: str, span: str) -> str:
    """The key of the entry that opens a duty's case: one for each record, duty and period."""
    return f"duty:{record}:{duty}:{span}"


def last_owed(*, line: str, kind: str, duty: str, records: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Record → the period last opened of this duty, and the number of the case; one query."""
    if not records:
        return {}
    marks = ", ".join(["%s"] * len(records))
    like = duty.replace("!", "!!").replace("_", "!_")
    found = store.fetch(
        "SELECT c.record_id, e.key, c.number FROM cases_entry e JOIN cases_case c ON c.id = e.case_id JOIN ("
        "SELECT max(x.id) AS id FROM cases_case d JOIN cases_entry x ON x.case_id = d.id AND x.seq = 1 "
        f"WHERE d.record_id IN ({marks}) AND d.line = %s AND d.kind = %s AND d.channel = %s "
        "AND x.key LIKE %s ESCAPE '!' GROUP BY d.record_id) newest ON newest.id = e.id",
        [*records, line, kind, DUTY, f"duty:%:{like}:%"],
    )
    return {int(record): (str(key).rpartition(":")[2], str(number)) for record, key, number in found}


def answers_at(*, moments: Mapping[int, datetime]) -> dict[int, dict[str, Any]]:
    """Record → its answers as they were at that moment, the personal ones left out; none of what was not there yet."""
    if not moments:
        return {}
    marks = ", ".join(["%s"] * len(moments))
    found = store.fetch(
        "SELECT e.record_id, e.at, e.answers FROM cases_entry e "
        f"WHERE e.record_id IN ({marks}) AND e.verb = 'keep' ORDER BY e.record_id, e.seq",
        list(moments),
    )
    texts = {int(r): text for r, at, text in found if store.moment_out(at) <= moments[int(r)]}
    return {record: _plain(_decode(text).items()) for record, text in texts.items()}


def _plain(answers: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in answers if not sealing.is_sealed(value)}
