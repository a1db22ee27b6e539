"""Is this installation in order? Each finding in plain words, so that whoever keeps the machine knows what to do."""

import os
import shutil
import sqlite3
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files as resources
from pathlib import Path
from typing import Any, Literal

import msgspec
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from gridtown import town as towns
from gridtown.cases import store
from gridtown.cases.actions import recounting
from gridtown.dispatch import hooks
from gridtown.dispatch.broker import Broker
from gridtown.dispatch.models import Mark, Message
from gridtown.dispatch.ticker import TICKER
from gridtown.lines import Unloadable
from gridtown.papers import template
from gridtown.people import matrix
from gridtown.people import snapshot as people
from gridtown.places import router
from gridtown.places.health import health
from gridtown.report.prose import annual
from gridtown.report.typeset import pdf
from gridtown.town import Town, TownFolderError
from gridtown.warehouse import files

Level = Literal["fine", "warn", "trouble"]
OLDEST = {"sqlite": (3, 40), "postgresql": (15, 0)}
GUARDED = ("cases_entry", "cases_seal", "cases_attachment")
LATE, OLD = timedelta(minutes=10), timedelta(days=1)
LITTLE, LEAST = 2 * 2**30, 300 * 2**20  # bytes of disk: mind, mend


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it is, and the words for it (dispatch/words.toml, doctor.<key>)."""

    level: Level
    key: str
    params: dict[str, Any]


def _is(level: Level, key: str, **params: Any) -> Finding:
    return Finding(level, key, params)


def examine(*, now: datetime) -> list[Finding]:
    """Look at everything; what cannot be looked at because something else is wrong is left out."""
    found = [*_machine()]
    try:
        town = towns.current()
    except (TownFolderError, Unloadable, ValueError) as wrong:
        return [*found, _is("trouble", "town_folder", what=wrong)]
    found += _calendar_file(town, now)
    try:
        pending = len(MigrationExecutor(connection).migration_plan(_leaves()))
        found += _database()
    except DatabaseError as wrong:
        return [*found, _is("trouble", "database_gone", what=str(wrong).splitlines()[0])]
    if pending:
        return [*found, _is("trouble", "migrate", n=pending)]
    looks: tuple[Callable[[Town, datetime], Iterator[Finding]], ...] = (
        _triggers, _counted, _dictionaries, _texts, _reports, _places, _posts, _ticker, _broker, _warehouse, _robots,
    )  # fmt: skip
    for look in looks:
        found += look(town, now)
    return found


def _leaves() -> Any:
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


def _machine() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < (3, 11)
    yield _is("trouble", "python_old", found=version) if old else _is("fine", "python", found=version)
    home = Path(settings.GRIDTOWN_HOME)
    mode = stat.S_IMODE((home / "secrets.json").stat().st_mode)
    if mode & 0o077 and os.name == "posix":
        yield _is("trouble", "secrets_open", path=home / "secrets.json", mode=f"{mode:o}")
    else:
        yield _is("fine", "secrets")
    free = shutil.disk_usage(home).free
    if free < LEAST:
        yield _is("trouble", "disk_full", mb=free // 2**20)
    else:
        yield _is("warn" if free < LITTLE else "fine", "disk", gb=round(free / 2**30, 1))
    built = Path(str(resources("gridtown"))) / "web" / "static" / "build" / "build.json"
    yield _is("fine", "static") if built.exists() else _is("trouble", "static_gone")
    if settings.DEBUG:
        yield _is("warn", "debug")


def _dictionaries(town: Town, now: datetime) -> Iterator[Finding]:
    """What a form asks for and nobody has written down cannot be chosen."""
    for missing in towns.unanswered(town.lines, town.tables):
        yield _is("warn", "dictionary_missing", what=missing)


def _texts(town: Town, now: datetime) -> Iterator[Finding]:
    """A text that an officer has changed may no longer be printed; each fault with its file and line."""
    faults = template.faults(town)
    for fault in faults:
        yield _is("trouble", "paper_faulty", what=fault)
    if not faults:
        yield _is("fine", "papers", n=sum(len(texts) for texts in town.texts.values()))


def _reports(town: Town, now: datetime) -> Iterator[Finding]:
    """A report's text must be readable before its day comes; a PDF of it needs a Chinese font."""
    faults = annual.faults(town)
    for fault in faults:
        yield _is("trouble", "report_faulty", what=fault)
    if not faults:
        yield _is("fine", "reports", n=len(annual.years(town)))
    try:
        pdf.fonts()
    except pdf.NoFont:
        yield _is("warn", "no_font", folder=pdf.own_fonts())


def _calendar_file(town: Town, now: datetime) -> Iterator[Finding]:
    """This year's table must be there; the next one's should, and one that only knows weekends is named."""
    tables = tomllib.loads((town.folder / "calendar.toml").read_text("utf-8"))["years"]
    this = now.astimezone(town.zone).year
    yield _is("fine", "calendar", first=min(tables), last=max(tables))
    if str(this) not in tables:
        yield _is("trouble", "calendar_gone", year=this)
    if str(this + 1) not in tables:
        yield _is("warn", "calendar_next", year=this + 1)
    for year, table in tables.items():
        if int(year) >= this and table["source"].startswith("provisional"):
            yield _is("trouble" if int(year) == this else "warn", "calendar_provisional", year=year)


def _database() -> Iterator[Finding]:
    vendor = connection.vendor
    if vendor == "sqlite":
        version: tuple[int, ...] = sqlite3.sqlite_version_info
        mode = str(store.fetch("PRAGMA journal_mode", [])[0][0])
        if mode not in {"wal", "memory"}:
            yield _is("trouble", "wal", found=mode)
    else:
        number = int(store.fetch("SHOW server_version_num", [])[0][0])
        version = (number // 10000, number % 10000)
    said = {"vendor": vendor, "found": ".".join(map(str, version[:3]))}
    need = OLDEST[vendor]
    if version < need:
        yield _is("trouble", "database_old", **said, need=".".join(map(str, need)))
    else:
        yield _is("fine", "database", **said)


def _triggers(town: Town, now: datetime) -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        wanted = {f"{table}_no_{verb}" for table in GUARDED for verb in ("UPDATE", "DELETE")}
        found = {name for (name,) in store.fetch("SELECT name FROM sqlite_master WHERE type = 'trigger'", [])}
    else:
        wanted = {f"{table}_append_only" for table in GUARDED}
        found = {name for (name,) in store.fetch("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'", [])}
    gone = sorted(wanted - found)
    yield _is("trouble", "triggers_gone", what=", ".join(gone)) if gone else _is("fine", "triggers")


def _counted(town: Town, now: datetime) -> Iterator[Finding]:
    if not recounting.counted(town) and store.fetch("SELECT 1 FROM cases_case WHERE NOT ended LIMIT 1", []):
        yield _is("warn", "calendar_changed")


def _places(town: Town, now: datetime) -> Iterator[Finding]:
    places = router.current(town.code)
    for fault in health(town.code):
        yield _is("trouble", "places_fault", what=fault)
    yield _is("fine", "places", villages=len(places.villages), grids=len(places.grids))
    if places.schematic:
        yield _is("warn", "schematic")


def _posts(town: Town, now: datetime) -> Iterator[Finding]:
    posts = people.current()
    gaps = matrix.gaps(posts, town.lines, router.current(town.code).grids)
    yield _is("warn", "gaps_some", n=len(gaps)) if gaps else _is("fine", "gaps")
    if not any(post.holders for post in posts.open if "admin" in post.roles):
        yield _is("warn", "nobody")


def _ticker(town: Town, now: datetime) -> Iterator[Finding]:
    mark = Mark.objects.filter(key=TICKER).first()
    if mark is None:
        yield _is("warn", "ticker_never")
    else:
        at, ago = _local(town, mark.at), now - mark.at
        late = _is("trouble", "ticker_late", at=at, minutes=int(ago.total_seconds() // 60))
        yield late if ago > LATE else _is("fine", "ticker", at=at)
        if failed := msgspec.json.decode(mark.said or "{}").get("failed"):
            yield _is("trouble", "ticker_failed", what=", ".join(failed))
    hour_ago = store.moment_in(now - timedelta(hours=1))
    waiting = int(store.fetch("SELECT count(*) FROM cases_case WHERE next_at < %s", [hour_ago])[0][0])
    if waiting:
        yield _is("trouble" if mark else "warn", "waiting", n=waiting)


def _broker(town: Town, now: datetime) -> Iterator[Finding]:
    """Whether the devices' broker answers; nothing is said where none is set."""
    if not settings.GRIDTOWN_MQTT_URL:
        return
    try:
        broker = Broker.of(settings.GRIDTOWN_MQTT_URL)
    except ValueError as wrong:
        yield _is("trouble", "broker_wrong", what=wrong)
        return
    at = f"{broker.host}:{broker.port}"
    why = broker.reached()
    yield _is("trouble", "broker_gone", at=at, what=why) if why else _is("fine", "broker", at=at)


def _warehouse(town: Town, now: datetime) -> Iterator[Finding]:
    manifest = files.read_manifest(files.folder_of(town.code))
    if manifest is None or manifest.as_of is None:
        yield _is("warn", "warehouse_never")
        return
    at = _local(town, manifest.as_of)
    behind = int(store.fetch("SELECT count(*) FROM cases_entry WHERE id > %s", [manifest.cursor])[0][0])
    if behind and now - manifest.as_of > OLD:
        yield _is("warn", "warehouse_old", at=at, n=behind)
    else:
        yield _is("fine", "warehouse", at=at)


def _robots(town: Town, now: datetime) -> Iterator[Finding]:
    try:
        found = hooks.robots(town)
    except ValueError as wrong:
        yield _is("trouble", "robots_wrong", what=wrong)
        return
    yield (
        _is("fine", "robots", what=", ".join(r.kind for r in found)) if found else _is("fine", "robots_none")
    )
    stuck = Message.objects.filter(sent_at=None, tries__gt=0, at__gt=now - 2 * OLD).count()
    if stuck:
        yield _is("warn", "robots_stuck", n=stuck)


def _local(town: Town, at: datetime) -> str:
    return f"{at.astimezone(town.zone):%Y-%m-%d %H:%M}"
