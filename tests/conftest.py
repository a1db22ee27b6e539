"""The town that most tests happen in: Pingyao with its places, posts and demo people, loaded in milliseconds."""

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings

from gridtown import town as towns
from gridtown.kernel.told import REPORTER, Actor
from gridtown.people import snapshot as people
from gridtown.people.load import demo_accounts, load_people
from gridtown.people.picture import PostInfo
from gridtown.places import router, stamp
from gridtown.places.load import load_places
from gridtown.town import Town
from tests.home import HOME

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday, noon in the town
RESIDENT = Actor(person=REPORTER, post="", roles=frozenset({REPORTER}), place="")
_COPIED = ("places", "people")
_rows: dict[str, list[tuple[Any, ...]]] = {}  # a table → its rows as the database holds them


@dataclass(frozen=True)
class Here:
    """The town, its posts, and a moment in it."""

    town: Town
    now: datetime = NOON

    def post(self, key: str) -> PostInfo:
        """A post of the town's sheet."""
        found = people.current().post(key)
        assert found is not None, f"there is no post {key}"
        return found

    def hats(self, key: str) -> tuple[Actor, ...]:
        """The hats of whoever holds a post first."""
        return people.current().hats(self.post(key).holders[0])

    def inside(self, village: str = "") -> tuple[float, float]:
        """A point in some grid of a village (degrees, WGS84)."""
        places = router.current(self.town.code)
        code = next(code for code in places.grids if code.startswith(village or self.town.code))
        shape = places.router.shapes[places.router.codes.index(code)]
        inside = shape.representative_point()
        return inside.x, inside.y


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look through it again after every few objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """A password's hash is slow on purpose, a quarter of a second each; no test is about that."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Pictures kept in the process would outlive the rolled-back rows they show."""
    stamp.forget()
    yield
    stamp.forget()


@pytest.fixture
def nothing_cached() -> Iterator[None]:
    """Nobody has sent anything from this address yet: what pages count against floods is in the cache."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def pingyao(db: None) -> Here:
    """Pingyao as the town folder describes it."""
    town = towns.current()
    if not _rows:
        load_places(town.folder, now=NOON)
        load_people(town.folder, now=NOON)
        demo_accounts(town.code, home=Path(settings.GRIDTOWN_HOME), now=NOON)
        stamp.bump(town.code)
        _rows.update({table: _stored(table) for table in _tables()})
        if connection.vendor == "sqlite":
            _put_beside()
    elif connection.vendor == "sqlite":
        _copy_from_beside()
    else:
        with connection.cursor() as cursor:
            for table, rows in _rows.items():
                if rows:
                    marks = ", ".join(["%s"] * len(rows[0]))
                    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    # the pictures of these rows, which their stamp names: drawn once for all tests, before one changes a row
    known = stamp.read(town.code)
    people.current(known)
    router.current(town.code, known)
    return Here(town)


def _tables() -> list[str]:
    """Those that a town's folder fills, each after those that it points to."""
    filled = [apps.get_app_config(label).get_models(include_auto_created=True) for label in _COPIED]
    return [model._meta.db_table for models in filled for model in models]


def _stored(table: str) -> list[tuple[Any, ...]]:
    """Its rows as the database holds them: through the models they would be most of the suite's time."""
    with connection.cursor() as cursor:
        told = connection.introspection.get_table_description(cursor, table)
        # An expression has no declared type, so SQLite tells what is stored.
        raw = "+" if connection.vendor == "sqlite" else ""
        columns = ", ".join(raw + connection.ops.quote_name(column.name) for column in told)
        cursor.execute(f"SELECT {columns} FROM {table}")
        return cursor.fetchall()


def _put_beside() -> None:
    """A second database with the same rows, from which the engine copies them: an eighth of binding them anew."""
    with closing(sqlite3.connect(_beside())) as beside:
        for table, rows in _rows.items():
            if rows:
                names = ", ".join(f"c{n}" for n in range(len(rows[0])))
                beside.execute(f"CREATE TABLE {table} ({names})")
                beside.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        beside.commit()


def _copy_from_beside() -> None:
    database = connection.connection
    if not any(name == "beside" for _, name, _ in database.execute("PRAGMA database_list")):
        database.execute("ATTACH ? AS beside", [str(_beside())])
    for table, rows in _rows.items():
        if rows:
            database.execute(f"INSERT INTO {table} SELECT * FROM beside.{table}")


def _beside() -> Path:
    return HOME / "beside.sqlite3"  # a test may have a home of its own, this process has one
