"""Sends statements to the database with little between: Django's connection, without its cursors' many layers.

Those layers cost more than most of the ledger's statements (measured, see ADR 0014). Connection, transaction and
errors stay Django's; its own cursor is used whenever there is something for it to do besides running a statement.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

POSTGRESQL = settings.DATABASES[DEFAULT_DB_ALIAS]["ENGINE"].endswith("postgresql")
if POSTGRESQL:
    from psycopg import RawCursor
    from psycopg.types.datetime import TimestamptzLoader
_names = count()
_MARK = re.compile(r"(?<!%)%s")


def fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    db = connections[DEFAULT_DB_ALIAS]
    if _plainly(db):
        with db.wrap_database_errors:
            found: list[tuple[Any, ...]] = _runner(db.connection).execute(_native(sql), params).fetchall()
            return found
    with db.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def execute(sql: str, params: Sequence[Any]) -> int:
    """Run a statement that answers no rows; how many it touched."""
    db = connections[DEFAULT_DB_ALIAS]
    if _plainly(db):
        with db.wrap_database_errors:
            return int(_runner(db.connection).execute(_native(sql), params).rowcount)
    with db.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


@contextmanager
def together() -> Iterator[None]:
    """All that is written within it, or nothing; `transaction.atomic`, whose savepoints cost more than a statement.

    Only where a transaction runs already and nobody listens; Django's own begins and ends that.
    """
    db = connections[DEFAULT_DB_ALIAS]
    if not (db.in_atomic_block and _plainly(db)):
        with transaction.atomic():
            yield
        return
    name = f"together_{next(_names)}"
    db.connection.execute(f"SAVEPOINT {name}")
    try:
        yield
    except BaseException:
        db.connection.execute(f"ROLLBACK TO SAVEPOINT {name}")
        db.connection.execute(f"RELEASE SAVEPOINT {name}")
        raise
    db.connection.execute(f"RELEASE SAVEPOINT {name}")


def _plainly(db: Any) -> bool:
    """Whether nothing but the statement is asked for: it is connected, not to be rolled back, and nobody listens."""
    return not (db.connection is None or db.needs_rollback or db.execute_wrappers or db.queries_logged)


def _runner(connection: Any) -> Any:
    """What runs a statement in the database's own words: on PostgreSQL one cursor, kept with its connection.

    psycopg's usual cursor translates a statement anew each time where it has more than fifty values (a sixth of a
    create), and Django's has it read each moment in Python.
    """
    if not POSTGRESQL:
        return connection
    kept = getattr(connection, "gridtown_runner", None)
    if kept is None:
        kept = connection.gridtown_runner = RawCursor(connection)
        kept.adapters.register_loader("timestamptz", TimestamptzLoader)
    return kept


@lru_cache(maxsize=1024)
def _native(sql: str) -> str:
    """The statement with the database's own marks for its values."""
    marks = count(1)
    own = (lambda _: f"${next(marks)}") if POSTGRESQL else "?"
    return _MARK.sub(own, sql).replace("%%", "%")
