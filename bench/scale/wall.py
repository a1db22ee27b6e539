"""A ledger that has every case of the warehouse which is open or came of late: what a command room counts."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from bench.scale.real import TOLD
from bench.scale.synthetic import AS_OF, kinds_of
from gridtown.cases import store
from gridtown.cases.lights import LOOK_BACK
from gridtown.kernel.table import name_of
from gridtown.town import Town
from gridtown.warehouse import lake as lakes

_COLUMNS = (
    "id", "town", "number", "line", "kind", "state", "outcome", "ended", "place", "title", "channel", "category",
    "urgency", "level", "opened", "closed", "due",
)  # fmt: skip
_AT_ONCE = 400


def _rows(town: Town, line: str, kind: Any) -> Iterator[list[Any]]:
    """A kind's cases that are open or recent, due when the first of their limits that run is."""
    limits = [limit.key for limit in kind.procedure.limits]
    due = ", ".join(f"CASE WHEN {key}_open THEN {key}_due END" for key in limits)
    since = (AS_OF - LOOK_BACK).replace(tzinfo=None)
    for row in lakes.tables(town).run_sql(
        "SELECT case_id, number, kind, state, outcome, ended, grid, channel, category, urgency, level, opened, closed, "
        f'{f"least({due})" if due else "NULL"} AS due FROM "{name_of(line, kind.key)}" '
        f"WHERE NOT ended OR opened >= TIMESTAMP '{since}' ORDER BY case_id"
    ):
        yield [
            row["case_id"], town.code, row["number"], line, row["kind"], row["state"], row["outcome"] or "",
            row["ended"], row["grid"], row["number"], row["channel"] or "desk", row["category"] or "",
            row["urgency"] or "normal", row["level"] or "small",
            *(row[name] and str(row[name]) for name in ("opened", "closed", "due")),
        ]  # fmt: skip


def fill(town: Town) -> dict[str, int]:
    """Write what the ledger does not have yet of them, as rows without entries; how many there are then."""
    also = tuple(name for name in store.ROW if name not in _COLUMNS)
    rest = store.Row(
        id=0, town="", number="", line="", kind="", state="", place="", title="", channel="", opened=AS_OF
    )  # fmt: skip
    told = [getattr(rest, name) for name in also]
    names = ", ".join(f'"{name}"' for name in (*_COLUMNS, *also))
    marks = ", ".join(["%s"] * (len(_COLUMNS) + len(also)))
    with transaction.atomic(), connection.cursor() as cursor:
        for line, kind in kinds_of(town):
            if line == TOLD or kind.mode:  # what switches an event's mode on is read with its entries
                continue
            held: list[list[Any]] = []
            for row in _rows(town, line, kind):
                held.append([*row, *told])
                if len(held) >= _AT_ONCE:
                    cursor.executemany(f"INSERT OR IGNORE INTO cases_case ({names}) VALUES ({marks})", held)
                    held = []
            if held:
                cursor.executemany(f"INSERT OR IGNORE INTO cases_case ({names}) VALUES ({marks})", held)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "SELECT count(*), sum(NOT ended), sum(opened >= %s) FROM cases_case",
            [str(AS_OF - LOOK_BACK)[:19]],
        )
        cases, opened, recent = cursor.fetchone()
    return {"cases": cases, "open": opened, "recent": recent}
