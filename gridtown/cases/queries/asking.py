"""What a tool or a signal is told: what it said it reads, as far as the asker may see it; three queries at most."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from gridtown.cases import store
from gridtown.cases.actions import knowing
from gridtown.cases.models import Record
from gridtown.cases.queries.registers import on_ground
from gridtown.kernel.answering import Answers
from gridtown.kernel.forms import Form
from gridtown.kernel.told import Actor, Kept
from gridtown.kernel.tool import Asked, Reads, Seen
from gridtown.people.scope import Scope
from gridtown.town import Town

_SEEN = store.read_as(
    ("id", "number", "kind", "state", "outcome", "ended", "opened", "closed", "place", "lon", "lat", "category",
     "record_id", "answers", "due"),
    "c.",
)  # fmt: skip
_FAR = 365  # days back; what was opened later is found by its opening
Moved = Mapping[int, Mapping[str, Mapping[str, Any]]]


def asked(
    town: Town, line: str, reads: Reads, *, form: type[Form], said: Answers, by: Actor, scope: Scope, now: datetime
) -> Asked:  # fmt: skip
    """A question with what it is answered from; Refused where it names a record that the asker may not see.

    form: the question's own, whose answers are `said`. Records that the question names are told too, whether or
    not their register is read; a retired one only then.
    """
    named = knowing.named(form, said.plain)
    records = _records(line, reads, named, scope) if reads.registers or named else ()
    knowing.check_named(form, said.plain, {record.id: record for record in records})
    told: dict[str, list[Kept]] = {key: [] for key in reads.registers}
    for record in records:
        told.setdefault(record.register, []).append(record)
    return Asked(
        answers=said.plain | said.personal,
        by=by,
        now=now,
        calendar=town.calendar,
        settings=town.amounts.get(line, {}),
        tables=town.tables.get(line, {}),
        records={key: tuple(kept) for key, kept in told.items()},
        cases=_cases(town, line, reads, scope, now) if reads.kinds else {},
    )


def names_on_ground(line: str, ids: Sequence[int], scope: Scope) -> dict[int, tuple[str, str]]:
    """Register and name of records of a line, as far as they may be seen; one query, none without ids."""
    if not ids:
        return {}
    seen = Record.objects.filter(on_ground(scope, line), line=line, pk__in=ids)
    return {key: (register, name) for key, register, name in seen.values_list("id", "register", "name")}


def _records(line: str, reads: Reads, named: list[int], scope: Scope) -> tuple[Kept, ...]:
    """The standing records of whole registers, and those that the question names."""
    wanted = Q(register__in=reads.registers, retired=False) | Q(pk__in=named)
    found = Record.objects.filter(on_ground(scope, line), wanted, line=line).order_by("id")
    return tuple(knowing.kept(values) for values in found.values_list(*knowing.KEPT))


def _cases(town: Town, line: str, reads: Reads, scope: Scope, now: datetime) -> dict[str, tuple[Seen, ...]]:
    """The open cases of the kinds read and, with `days`, those opened so lately that have ended."""
    where, params = scope.sql("c")
    where += f" AND c.line = %s AND c.kind IN ({', '.join(['%s'] * len(reads.kinds))})"
    params += [line, *reads.kinds]
    # each by an index of its own; with OR between them all cases would be read
    mine, mine_said = f"line = %s AND kind IN ({', '.join(['%s'] * len(reads.kinds))})", [line, *reads.kinds]
    ids = f"SELECT id FROM cases_case WHERE NOT ended AND {mine}"
    params += mine_said
    since = store.moment_in(now - timedelta(days=reads.days))
    if reads.days > _FAR:  # most of the ledger has been opened since: the line's own are fewer to go through
        where += f" AND c.id IN ({ids} UNION ALL SELECT id FROM cases_case WHERE ended AND {mine})"
        where += " AND (NOT c.ended OR c.opened >= %s)"
        params += [*mine_said, since]
    elif reads.days:
        where += f" AND c.id IN ({ids} UNION ALL SELECT id FROM cases_case WHERE opened >= %s AND ended)"
        params.append(since)
    else:
        where += f" AND c.id IN ({ids})"
    found = store.fetch(f"SELECT {_SEEN} FROM cases_case c WHERE {where} ORDER BY c.id", params)
    verbs = set(reads.verbs) or {v for kind in reads.kinds for v in town.kind(line, kind).procedure.verbs}
    moved = _moved(where, params, sorted(verbs))
    told: dict[str, list[Seen]] = {key: [] for key in reads.kinds}
    for values in found:
        told[values[2]].append(_seen(values, moved))
    return {key: tuple(seen) for key, seen in told.items()}


def _moved(where: str, params: list[object], verbs: list[str]) -> Moved:
    """The last answers to each verb of these cases, by case and verb."""
    marks = ", ".join(["%s"] * len(verbs))
    found = store.fetch(
        "SELECT case_id, verb, answers FROM (SELECT e.case_id, e.verb, e.answers, "
        "row_number() OVER (PARTITION BY e.case_id, e.verb ORDER BY e.seq DESC) AS back "
        f"FROM cases_entry e JOIN cases_case c ON c.id = e.case_id WHERE {where} AND e.verb IN ({marks})"
        ") AS last WHERE back = 1",
        [*params, *verbs],
    )
    moved: dict[int, dict[str, Mapping[str, Any]]] = {}
    for case, verb, answers in found:
        moved.setdefault(int(case), {})[str(verb)] = knowing.plain(answers)
    return moved


def _seen(values: tuple[Any, ...], moved: Moved) -> Seen:
    (
        case, number, kind, state, outcome, ended, opened, closed, place, lon, lat, category, record, answers, due,
    ) = values  # fmt: skip
    return Seen(
        int(case), str(number), str(kind), str(state), str(outcome), bool(ended), store.moment_out(opened),
        store.moment_out(closed), str(place), lon, lat, str(category), record, knowing.plain(answers),
        moved.get(int(case), {}), store.moment_out(due),
    )  # fmt: skip
