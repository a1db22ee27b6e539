"""Entries and seals can be added, never changed or removed: the database itself refuses."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = ("cases_entry", "cases_seal", "cases_attachment")

SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""

POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"""

POSTGRES = """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"""


def install(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers on."""
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRES_FUNCTION, params=None)
        for table in TABLES:
            editor.execute(POSTGRES.format(table=table), params=None)
        return
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            editor.execute(SQLITE.format(table=table, verb=verb), params=None)


def remove(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers off, for a migration that must rebuild a table."""
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}", params=None)
        else:
            for verb in ("UPDATE", "DELETE"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}", params=None)


class Migration(migrations.Migration):
    """Append-only triggers on SQLite and PostgreSQL."""

    dependencies: ClassVar = [("cases", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(install, remove)]
