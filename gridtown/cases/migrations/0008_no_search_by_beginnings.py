"""PostgreSQL keeps a second index of every unique or indexed text, for searches by its beginning; nobody searches these so."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = ("cases_attachment", "cases_counter", "cases_entry", "cases_upload")


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop what would be written with every entry and never read; SQLite has no such indexes."""
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        for table in TABLES:
            found = editor.connection.introspection.get_constraints(cursor, table)
            for name, told in found.items():
                if told["index"] and name.endswith("_like"):
                    editor.execute(f"DROP INDEX {editor.quote_name(name)}")


class Migration(migrations.Migration):
    """The keys of entries, the digests of files and the names of counters are looked for whole."""

    dependencies: ClassVar = [("cases", "0007_due_of_a_kind")]
    operations: ClassVar = [migrations.RunPython(drop, migrations.RunPython.noop)]
