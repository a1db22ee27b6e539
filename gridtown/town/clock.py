"""What time it is for this installation: the one place where pages, API and ticker read a clock.

A demonstration shows a year that has been walked; its clock goes on from that year's end, so that what is open is
as fresh as it would be on the morning after, instead of being years late. Every page says so.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings


def now() -> datetime:
    """The present moment, in UTC; in a demonstration moved back to where its walk ended."""
    return datetime.now(UTC) - behind()


@cache
def behind() -> timedelta:
    """How far this installation's clock is behind the world's; zero for a real town."""
    path = _path()
    return timedelta(seconds=float(path.read_text("ascii"))) if path.exists() else timedelta()


def start_demonstration(at: datetime) -> None:
    """Let the clock go on from `at`; once, so that a second start finds time passed as it should."""
    path = _path()
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.write_text(str((datetime.now(UTC) - at).total_seconds()), "ascii")
        draft.replace(path)
    behind.cache_clear()


def _path() -> Path:
    return Path(settings.GRIDTOWN_HOME) / "demonstration-behind-by-seconds"
