"""The cases of one kind, for whoever keeps them all beside each other."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from gridtown.cases import store
from gridtown.cases.actions import knowing
from gridtown.cases.store import Row
from gridtown.kernel.tool import Seen
from gridtown.people.scope import Scope


def rows_of(
    *, town: str, line: str, kind: str, scope: Scope, after: int = 0, size: int = 100
) -> tuple[Row, ...]:
    """The newest cases of a kind within the scope, further ones before id `after`; one query, keyset paged."""
    said, params = scope.sql("c")
    older, more = ("AND c.id < %s", [after]) if after else ("", [])
    found = store.fetch(
        f"SELECT {store.COLUMNS} FROM cases_case c WHERE c.town = %s AND c.line = %s AND c.kind = %s {older} "
        f"AND {said} ORDER BY c.id DESC LIMIT %s",
        [town, line, kind, *more, *params, size],
    )
    return tuple(store.row_of(values) for values in found)


_sets = msgspec.json.Decoder(dict[str, Any]).decode


def seen_at(*, town: str, line: str, kind: str, upto: int | None = None) -> tuple[Seen, ...]:
    """The cases of a kind as their entries up to `upto` (or all) tell of them, in order; one query.

    For whoever may see all; personal answers are left out, and so is where a case lies. `due` is left out as well.
    """
    said, more = ("AND e.id <= %s", [upto]) if upto is not None else ("", [])
    found: dict[int, list[Sequence[Any]]] = defaultdict(list)
    # Not sorted by the database: for that it would walk through all cases in their order.
    rows = store.fetch(
        'SELECT c.id, e.seq, c.number, e.at, e.verb, e."to", e.answers, e.sets FROM cases_entry e '
        f"JOIN cases_case c ON c.id = e.case_id WHERE c.town = %s AND c.line = %s AND c.kind = %s {said}",
        [town, line, kind, *more],
    )
    for case, _seq, *entry in sorted(rows):
        found[case].append(entry)
    return tuple(_seen(kind, case, entries) for case, entries in found.items())


def _seen(kind: str, case: int, entries: Sequence[Sequence[Any]]) -> Seen:
    """A case from its entries: number, when, verb, to, answers and columns set of each."""
    told: dict[str, Any] = {}
    for *_rest, sets in entries:
        told |= _sets(sets)
    number, opened, *_first = entries[0]
    ended = bool(told.get("ended"))
    return Seen(
        int(case), str(number), kind, str(entries[-1][3]), str(told.get("outcome", "")), ended,
        store.moment_out(opened), store.moment_out(entries[-1][1]) if ended else None, str(told.get("place", "")),
        None, None, str(told.get("category", "")), None, knowing.plain(told.get("answers", "{}")),
        {str(verb): knowing.plain(answers) for _n, _at, verb, _to, answers, _s in entries},
    )  # fmt: skip


def numbers_of(ids: list[int]) -> dict[int, str]:
    """The numbers of cases, for whoever may see all."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    return {
        int(i): str(n)
        for i, n in store.fetch(f"SELECT id, number FROM cases_case WHERE id IN ({marks})", ids)
    }


def entries_between(
    ids: list[int], after: int, upto: int, *, of: Literal["case_id", "record_id"] = "case_id"
) -> dict[int, tuple[tuple[int, str, str], ...]]:
    """Of these cases or records, the entries in (after, upto]: id, verb, and when (ISO)."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    found: dict[int, list[tuple[int, str, str]]] = {}
    for case, entry, verb, at in store.fetch(
        f"SELECT {of}, id, verb, at FROM cases_entry WHERE {of} IN ({marks}) AND id > %s AND id <= %s "
        f"ORDER BY {of}, id",
        [*ids, after, upto],
    ):
        moment = store.moment_out(at).isoformat(timespec="seconds")
        found.setdefault(int(case), []).append((int(entry), str(verb), moment))
    return {case: tuple(entries) for case, entries in found.items()}


def seen(*, scope: Scope, ids: list[int]) -> tuple[int, ...]:
    """Which of these cases are within the scope; one query."""
    if not ids:
        return ()
    said, params = scope.sql("c")
    marks = ", ".join(["%s"] * len(ids))
    found = store.fetch(f"SELECT c.id FROM cases_case c WHERE c.id IN ({marks}) AND {said}", [*ids, *params])
    return tuple(int(case) for (case,) in found)
