"""The engine that questions run on: one for a folder, shared by the states that its copy goes through.

Making an engine takes longer than most questions, and a new one would read anew what each file says of itself. So each
state has only names of its own in it.
"""

from pathlib import Path

import duckdb

_MEMORY = "512MB"
_THREADS = 2
FEW = 100  # periods of a question
_STATES = 50  # that share an engine: it never forgets a file, so now and then a new one takes over


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """An engine of its own, which writes beside the files what does not fit into its memory."""
    db = duckdb.connect(
        ":memory:",
        config={
            "threads": _THREADS, "memory_limit": _MEMORY, "temp_directory": str(folder / "tmp"),
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        },
    )  # fmt: skip
    db.execute("SET GLOBAL parquet_metadata_cache = true")  # files never change once written
    # The periods of a question are few: each row is looked at for each of them, not sorted to be merged with them.
    db.execute(f"SET GLOBAL nested_loop_join_threshold = {FEW}")
    return db


class Engine:
    """An engine with how many states have used it."""

    def __init__(self, folder: Path) -> None:
        self.db, self.states = connect(folder), 0


class State:
    """The names that tables have in one state of the copy, in an engine where other states have their own."""

    def __init__(self, engine: Engine) -> None:
        engine.states += 1
        self._db, self._name = engine.db, f"state_{engine.states}"
        self._db.execute(f"CREATE SCHEMA {self._name}")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A way to ask: a connection of its own, so that threads do not wait for each other."""
        cursor = self._db.cursor()
        cursor.execute(f"SET schema = '{self._name}'")
        return cursor


_engines: dict[Path, Engine] = {}


def shared(folder: Path) -> Engine:
    """The folder's engine. Not to be asked for by two threads at once."""
    known = _engines.get(folder)
    if known is None or known.states >= _STATES:
        known = _engines[folder] = Engine(folder)
    return known


def forget() -> None:
    """Let each folder have a new engine when it is next asked for."""
    _engines.clear()
