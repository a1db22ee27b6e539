"""All that one case holds, as papers are printed from it: every answer, the files, the records that are named."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from gridtown.cases import sealing, store
from gridtown.cases.actions import knowing
from gridtown.cases.queries.one import File, Step, kind_of
from gridtown.cases.store import Row
from gridtown.kernel import answering, forms
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.forms import Form
from gridtown.kernel.line import Kind, Line
from gridtown.kernel.told import Kept
from gridtown.people.scope import Scope
from gridtown.town import Town

INTAKE = "report"
_decode = msgspec.json.Decoder().decode


class Dossier(msgspec.Struct, frozen=True):
    """A case with personal answers masked; `sealed` tells which they are, as `actions.unseal` names them.

    answers: the intake as it stands. limits: when each fell or falls due, as the ledger last told. records: those
    that the answers name, and those that these name in turn. sealed: (`report` or the verb, field) → the names to
    unseal.
    """

    row: Row
    kind: Kind
    answers: dict[str, Any]
    steps: tuple[Step, ...]
    files: tuple[File, ...]
    limits: dict[str, datetime]
    records: dict[int, Kept]
    sealed: dict[tuple[str, str], tuple[str, ...]]


def dossier(*, town: Town, number: str, scope: Scope) -> Dossier | None:
    """A case by its number, or None when there is none within the scope; three queries, and up to two for records."""
    said, params = scope.sql("c")
    found = store.fetch(
        f"SELECT {store.COLUMNS} FROM cases_case c WHERE c.number = %s AND {said}", [number, *params]
    )
    row = store.row_of(found[0]) if found else None
    kind = kind_of(row) if row else None
    if row is None or kind is None:
        return None
    entries = store.entries_of(row.id)
    files = store.fetch(
        "SELECT sha256, name, mime, size, stage, entry_id FROM cases_attachment WHERE case_id = %s ORDER BY id",
        [row.id],
    )
    asked = {move.verb: move.form for move in kind.procedure.moves}
    masks = _Masks(row)
    answers = masks.over(kind.intake, _decode(row.answers), INTAKE, "")
    steps, limits = [], dict[str, datetime]()
    for entry in entries:
        told = masks.over(
            asked.get(entry.verb, forms.Empty), _decode(entry.answers), entry.verb, f"{entry.seq}."
        )
        steps.append(Step(
            entry.id, entry.seq, entry.at, entry.verb, entry.by, entry.post, entry.frm, entry.to, entry.due, told,
            entry.hash, entry.prev, entry.key,
        ))  # fmt: skip
        clocks = clockwork.load(_decode(entry.clocks))
        limits |= {key: clock.due for key, clock in clocks.items() if clock.due}
    named = knowing.named(kind.intake, answers)
    for step in steps:
        named += knowing.named(asked.get(step.verb, forms.Empty), step.answers)
    return Dossier(
        row, kind, answers, tuple(steps), tuple(File(*values) for values in files), limits,
        _records(town.lines[row.line], [*named, row.record_id or 0]), masks.sealed,
    )  # fmt: skip


class _Masks:
    """Masks personal answers, and notes under what names they can be unsealed."""

    def __init__(self, row: Row) -> None:
        self.key = sealing.unwrap(row.sealed_key) if row.sealed_key else None
        self.sealed: dict[tuple[str, str], tuple[str, ...]] = {}

    def over(self, form: type[Form], answers: Mapping[str, Any], where: str, prefix: str) -> dict[str, Any]:
        """The answers with what is sealed masked; left out once its key was destroyed, or without a mask."""
        hidden = {spec.name: spec.personal for spec in forms.fields_of(form) if spec.personal}
        shown = {}
        for name, value in answers.items():
            if not sealing.is_sealed(value):
                shown[name] = value
            elif self.key is not None and name in hidden:
                shown[name] = answering.masked(sealing.unseal(self.key, name, value), hidden[name])
                known = self.sealed.get((where, name), ())
                self.sealed[where, name] = (*known, f"{prefix}{name}")
        return shown


def _records(line: Line, ids: list[int]) -> dict[int, Kept]:
    """The records of these ids and those that they name."""
    found = knowing.records_of(one for one in ids if one)
    further = [
        one
        for kept in found.values()
        if kept.register in {register.key for register in line.registers}
        for one in knowing.named(line.register(kept.register).form, kept.answers)
    ]
    return found | knowing.records_of(set(further) - set(found))
