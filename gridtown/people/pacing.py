"""How often something may be done from one place: counted in the database, so that all processes count together."""

from datetime import datetime, timedelta

from django.db import connection

from gridtown.people.models import Pace

WINDOW = timedelta(minutes=10)


def count(slot: str, now: datetime, window: timedelta = WINDOW) -> int:
    """Count once more and answer how often it was within the window, in one statement; what is older is forgotten."""
    adapt, table = connection.ops.adapt_datetimefield_value, Pace._meta.db_table
    over = adapt(now - window)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (slot, since, times) VALUES (%s, %s, 1) ON CONFLICT (slot) DO UPDATE SET "
            f"times = CASE WHEN {table}.since <= %s THEN 1 ELSE {table}.times + 1 END, "
            f"since = CASE WHEN {table}.since <= %s THEN excluded.since ELSE {table}.since END RETURNING times",
            [slot, adapt(now), over, over],
        )
        times = int(cursor.fetchone()[0])
    if times == 1:  # whoever begins sweeps
        Pace.objects.filter(since__lte=now - window).delete()
    return times
