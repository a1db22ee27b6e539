"""The ticker: what time does by itself, in one step that may be repeated, doubled or late without harm."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from threading import Event

import msgspec
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from gridtown import town as towns
from gridtown.cases import actions, ledger
from gridtown.cases.actions import recounting
from gridtown.dispatch import duties, notices, situations
from gridtown.dispatch.models import Mark
from gridtown.town import clock
from gridtown.warehouse import files
from gridtown.warehouse.refresh import refresh

_log = logging.getLogger(__name__)
BATCH = 500
TICKER, TIDIED = "ticker", "tidied"
TIDY = timedelta(minutes=15)


@dataclass
class Ticked:
    """What one tick did: clocks counted again, cases looked at, duties and reports opened, notices sent, errors …"""

    recounted: int = 0
    looked: int = 0
    opened: int = 0
    sent: int = 0
    sealed: int = 0
    refreshed: bool = False
    failed: tuple[str, ...] = ()


def tick(now: datetime) -> Ticked:
    """Everything that is due by now: limits, duties, reports, notices, the daily seal, the warehouse; each on its own.

    What fails is logged and named in the answer, and the rest goes on; the next tick finds it again.
    """
    done = Ticked()
    with _step("recount", done):
        if not recounting.counted(towns.current()):
            done.recounted = actions.recount(now=now).moved
    with _step("limits", done):
        while looked := actions.fall_due(now=now, most=BATCH):
            done.looked += looked
    with _step("duties", done):
        done.opened = duties.open_owed(now=now)
    with _step("situations", done):
        done.opened += situations.open_due(now=now)
    with _step("seal", done):
        done.sealed = ledger.seal_days(now=now)
    with _step("notices", done):
        _tidy(now)
        done.sent = notices.send_out(now=now).sent
    with _step("warehouse", done):
        done.refreshed = _refresh(now)
    with _step("mark", done):
        said = msgspec.json.encode(asdict(done)).decode()
        Mark.objects.update_or_create(key=TICKER, defaults={"at": now, "said": said})
    return done


@contextmanager
def _step(name: str, done: Ticked) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        _log.exception("the ticker could not finish: %s", name)
        done.failed = (*done.failed, name)
        if isinstance(error, DatabaseError) and not connection.in_atomic_block:
            connection.close()  # the next step asks for a fresh one


def _tidy(now: datetime) -> None:
    """Lay aside notices of what has gone on; now and then, since it looks through all unseen ones."""
    mark, made = Mark.objects.get_or_create(key=TIDIED, defaults={"at": now})
    if made or not timedelta() <= now - mark.at < TIDY:
        Mark.objects.filter(key=TIDIED).update(at=now)
        actions.lay_aside_notices(now=now)


def _refresh(now: datetime) -> bool:
    """Bring the warehouse up to the ledger every so many minutes (GRIDTOWN_REFRESH_MINUTES; 0 = never from here)."""
    every = settings.GRIDTOWN_REFRESH_MINUTES
    if not every:
        return False
    last = files.read_manifest(files.folder_of(towns.current().code))
    if last and last.as_of and now - last.as_of < timedelta(minutes=every):
        return False
    try:
        refresh(now=now)
    except files.Busy:
        return False
    return True


def _clock() -> datetime:
    return clock.now()


def run(stop: Event, every: float, *, clock: Callable[[], datetime] = _clock) -> None:
    """Tick every so many seconds until told to stop; for a thread of the server or a process of its own."""
    while not stop.is_set():
        close_old_connections()
        try:
            done = tick(clock())
            if done.failed:
                _log.error("this tick failed in: %s", ", ".join(done.failed))
        except Exception:
            _log.exception("a tick failed; the next one comes in %s s", every)
        finally:
            close_old_connections()
        stop.wait(every)
