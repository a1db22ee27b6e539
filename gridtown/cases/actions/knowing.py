"""What guards and derivations are told: settings, dictionaries, the records that answers name, and cases alike."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gridtown.cases import figures, modes, sealing, store
from gridtown.cases.actions import barring
from gridtown.cases.actions.writing import told as telling
from gridtown.cases.store import Row
from gridtown.kernel import answering, forms
from gridtown.kernel.answering import Answers
from gridtown.kernel.forms import Form
from gridtown.kernel.line import Kind
from gridtown.kernel.told import Actor, Doing, Earlier, Kept, Refused, Told
from gridtown.town import Town

MOST_EARLIER = 200
_PART = 500
_decode = msgspec.json.Decoder().decode
KEPT = ("id", "register", "name", "place", "answers", "lon", "lat", "retired")


def kept(values: tuple[Any, ...]) -> Kept:
    """A record from the values of its columns (KEPT); sealed answers are left out."""
    return Kept(
        int(values[0]), str(values[1]), str(values[2]), str(values[3]), plain(values[4]), values[5], values[6],
        bool(values[7]),
    )  # fmt: skip


def plain(answers: str) -> dict[str, Any]:
    """Answers as the ledger keeps them, without the sealed ones."""
    if '"sealed"' not in answers:  # the usual case: nothing to look for
        found: dict[str, Any] = _decode(answers)
        return found
    return {name: value for name, value in _decode(answers).items() if not sealing.is_sealed(value)}


def records_of(wanted: Iterable[int], *, of: tuple[str, str] | None = None) -> dict[int, Kept]:
    """The records of these ids; one query for each 500, none without ids.

    of: town and line, where others' records must not be found.
    """
    asked = sorted(set(wanted))
    found: list[tuple[Any, ...]] = []
    ours = " AND town = %s AND line = %s" if of else ""
    for start in range(0, len(asked), _PART):
        part = asked[start : start + _PART]
        marks = ", ".join(["%s"] * len(part))
        found += store.fetch(
            f"SELECT {', '.join(KEPT)} FROM cases_record WHERE id IN ({marks}){ours}", [*part, *(of or ())]
        )
    return {int(values[0]): kept(values) for values in found}


def doing(
    town: Town, kind: Kind, line: str, verb: str, *, by: Actor, now: datetime, said: Answers, form: type[Form],
    row: Row | None = None, reads: Sequence[str] = (),
) -> Doing:  # fmt: skip
    """What is about to be done to a case, or (without its row) with the report that opens one.

    reads: registers of which every standing record is told.
    """
    intake: Mapping[str, Any] = _decode(row.answers) if row else {}
    wanted = [*named(form, said.plain), *named(kind.intake, intake)]
    if row is not None and row.record_id:
        wanted.append(row.record_id)
    alike = likeness_after(kind, row, said) if row else likeness(kind, line, said)

    def earlier() -> tuple[Earlier, ...]:
        return _earlier(line, kind.key, alike, row.id if row else 0)

    def case(number: str) -> Told | None:
        return _other(town, line, number, by)

    return Doing(
        # whoever casts a ballot may be told that it is no good; no derivation reads it before it is counted
        verb, by, said.plain | said.ballots, now, town.calendar, town.amounts.get(line, {}), town.tables.get(line, {}),
        standing(town, line, reads) | records_of(wanted, of=(town.code, line)), earlier, case,
        mode=lambda: modes.read(town, now), figures=lambda since: figures.drawn(since=since, now=now),
    )  # fmt: skip


def standing(town: Town, line: str, registers: Sequence[str]) -> dict[int, Kept]:
    """Every record of these registers that is not retired; one query, none without registers."""
    if not registers:
        return {}
    marks = ", ".join(["%s"] * len(registers))
    found = store.fetch(
        f"SELECT {', '.join(KEPT)} FROM cases_record WHERE town = %s AND line = %s AND register IN ({marks}) "
        "AND retired = false ORDER BY id",
        [town.code, line, *registers],
    )
    return {int(values[0]): kept(values) for values in found}


def _other(town: Town, line: str, number: str, by: Actor) -> Told | None:
    """Another case of the line as its entries tell it; None for one that is not there or not for the actor."""
    row = store.case_by("number", number)
    if row is None or (row.town, row.line) != (town.code, line) or by.record not in (0, row.record_id):
        return None
    seen = by.covers(row.line, row.place) and by.clearance >= row.confidential
    seen = seen and not barring.keeps_out(barring.of(row), (by,))
    return telling(row, store.entries_of(row.id)) if seen else None


def named(form: type[Form], answers: Mapping[str, Any]) -> list[int]:
    """The records that answers to a form name."""
    return [one for name in forms.refs_of(form) for one in ids(answers.get(name))]


def check_named(form: type[Form], answers: Mapping[str, Any], known: Mapping[int, Kept]) -> None:
    """Refused where an answer names a record that is not among the known ones, or is of another register."""
    unknown = [
        spec.name
        for spec in forms.fields_of(form)
        if spec.type in ("ref", "refs")
        and any(
            one not in known or known[one].register != spec.register for one in ids(answers.get(spec.name))
        )
    ]
    if unknown:
        raise Refused("form_invalid", fields=dict.fromkeys(unknown, "refusal.no_such_record"))


def ids(value: Any) -> list[int]:
    """The records that an answer names: one, several or none."""
    return [int(one) for one in (value if isinstance(value, list) else [value]) if one]


def likeness(kind: Kind, line: str, said: Answers) -> str:
    """The digest under which this report is like others of its kind; "" where a field is left out."""
    return _likeness(kind, line, [said.plain.get(name, said.personal.get(name)) for name in kind.same_by])


def likeness_after(kind: Kind, row: Row, said: Answers) -> str:
    """The digest of a case whose intake these answers complete; one that rests on sealed answers stays as it is."""
    if not set(kind.same_by) & set(said.plain):
        return row.alike
    values = [{**_decode(row.answers), **said.plain}.get(name) for name in kind.same_by]
    return row.alike if any(map(sealing.is_sealed, values)) else _likeness(kind, row.line, values)


def _likeness(kind: Kind, line: str, values: Sequence[Any]) -> str:
    return sealing.likeness(f"{line}/{kind.key}", values) if values and all(values) else ""


def _earlier(line: str, kind: str, alike: str, but: int) -> tuple[Earlier, ...]:
    if not alike:
        return ()
    # said twice, since the index has no rows without a likeness and a database does not know what %s will be
    found = store.fetch(
        "SELECT number, state, outcome, ended, opened, closed, answers FROM cases_case "
        "WHERE alike = %s AND NOT (alike = '') AND line = %s AND kind = %s AND id <> %s ORDER BY id DESC LIMIT %s",
        [alike, line, kind, but, MOST_EARLIER],
    )
    return tuple(
        Earlier(
            str(v[0]), str(v[1]), str(v[2]), bool(v[3]), store.moment_out(v[4]), store.moment_out(v[5]),
            plain(v[6]),
        )
        for v in found
    )  # fmt: skip


def intake(
    town: Town,
    kind: Kind,
    line: str,
    raw: Mapping[str, Any],
    *,
    by: Actor,
    now: datetime,
    guarded: bool = True,
) -> tuple[Answers, Doing | None]:
    """A report's answers, checked and completed by what its kind derives; Refused by form or guard.

    guarded: off for cases that another system has let in already.
    """
    tables = town.tables.get(line, {})
    said = answering.read(kind.intake, raw, tables=tables)
    if not (kind.guards or kind.derive or kind.about or forms.refs_of(kind.intake)):
        return said, None
    known = doing(town, kind, line, "report", by=by, now=now, said=said, form=kind.intake)
    told = Told(line, kind.key, kind.procedure.start, now, "", said.plain)
    check_named(kind.intake, said.plain, known.records)
    for guard in kind.guards if guarded else ():
        why = guard(told, known)
        if why is not None:
            raise Refused(why)
    if kind.derive is not None:
        said = answering.read(kind.intake, raw, tables=tables, computed=kind.derive(told, known))
    return said, known
