"""What is open, or came of late, held in memory by a process: what a large ledger's boards are counted from.

    of(town, now) -> Held | None      None where there is little of it: then the database is asked
    held.seen(scope, place, kinds)    -> which of its rows a reader may see; held.by_place(those, digits) counts them

A board counts everything that is open, to the second and within a reader's scope. The database goes through an index
of it at every look, a microsecond a case; here it is a few columns of numbers, brought up by the entries since the
last look. Every change of a case is an entry, so nothing is missed; a ledger that was replaced by another is noticed
by its newest entry's hash, as the warehouse notices it (ADR 0010).
"""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import numpy as np

from gridtown.cases import store
from gridtown.cases.lights import LOOK_BACK
from gridtown.cases.sql import POSTGRESQL
from gridtown.kernel.told import DUTY
from gridtown.people.scope import Scope

LARGE = 20_000  # open cases from which on they are held
_MANY = 20_000  # changes from which on all is read anew
_BATCH = 500
_REMEMBERED = 50  # scopes
_DAY = timedelta(days=1)
_NEVER = np.iinfo(np.int64).max

_ROW = np.dtype(
    [
        ("id", "i8"), ("place", "i4"), ("kind", "i4"), ("confidential", "i4"), ("due", "i8"), ("opened", "i8"),
        ("supervised", "?"), ("ended", "?"), ("owed", "?"),
    ]
)  # fmt: skip


def micros(moment: datetime) -> int:
    """A moment in microseconds since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@dataclass
class Held:
    """One town's open and recent cases, as of an entry. places, kinds: what the numbers in `rows` stand for."""

    town: str
    since: datetime  # recent cases are held from then on
    read_at: datetime
    cursor: int = 0
    hash: str = ""
    rows: Any = field(default_factory=lambda: np.zeros(0, _ROW))
    places: dict[str, int] = field(default_factory=dict)
    kinds: dict[tuple[str, str], int] = field(default_factory=dict)
    within: dict[Any, Any] = field(
        default_factory=dict
    )  # which of `rows` lie within a scope, as asked before

    def fits(self, now: datetime) -> bool:
        """Whether it holds all that a board of this moment counts, and not much more."""
        return self.since <= now - LOOK_BACK and now - self.read_at < _DAY

    def seen(self, scope: Scope, place: str, kinds: Collection[tuple[str, str]]) -> Any:
        """Which rows lie within a scope, below a place, and are of these kinds (none: of all)."""
        asked = scope.stretches, place, frozenset(kinds)
        found = self.within.get(asked)
        if found is None:
            if len(self.within) >= _REMEMBERED:
                self.within.clear()
            found = self.within[asked] = self._within(scope, place, asked[2])
        if scope.held and len(found):
            marks = ", ".join(["%s"] * len(scope.held))
            said = store.fetch(
                f"SELECT DISTINCT case_id FROM cases_bar WHERE post_id IN ({marks})", sorted(scope.held)
            )
            if said:
                return found & ~np.isin(self.rows["id"], [int(case) for (case,) in said])
        return found

    def _within(self, scope: Scope, place: str, kinds: Collection[tuple[str, str]]) -> Any:
        most = np.full((len(self.places), max(1, len(self.kinds))), -1, np.int64)  # the clearance for each
        for (code, at), (asked, n) in product(self.places.items(), self.kinds.items()):
            if code.startswith(place) and (not kinds or asked in kinds):
                most[at, n] = scope.clearance(asked[0], code)
        return self.rows["confidential"] <= most[self.rows["place"], self.rows["kind"]]

    def by_place(self, chosen: Any, digits: int) -> dict[str, int]:
        """How many of the chosen rows lie in each place, by so many digits of its code."""
        each = np.bincount(self.rows["place"][chosen], minlength=len(self.places))
        found: dict[str, int] = {}
        for code, at in self.places.items():
            if each[at]:
                found[code[:digits]] = found.get(code[:digits], 0) + int(each[at])
        return found

    def bring_up(self) -> bool:
        """Take in what has been entered since; False where this is not the ledger that was read, or too much is new."""
        found = store.fetch(
            "SELECT (SELECT hash FROM cases_entry WHERE id = %s AND town = %s), "
            "(SELECT id FROM cases_entry WHERE town = %s ORDER BY id DESC LIMIT 1)",
            [self.cursor, self.town, self.town],
        )[0]
        if found[0] != self.hash:
            return False
        head = int(found[1])
        if head == self.cursor:
            return True
        if head - self.cursor > _MANY:
            return False
        touched = store.fetch(
            "SELECT DISTINCT case_id FROM cases_entry WHERE id > %s AND id <= %s AND town = %s AND case_id IS NOT NULL",
            [self.cursor, head, self.town],
        )
        ids = sorted(int(case) for (case,) in touched)
        for start in range(0, len(ids), _BATCH):
            part = ids[start : start + _BATCH]
            self._put(self._read(f"c.id IN ({', '.join(['%s'] * len(part))})", part))
        self.cursor, self.hash = head, _hash_of(head)
        return True

    def read(self) -> None:
        """Read all of it."""
        newest = "SELECT id FROM cases_entry WHERE town = %s ORDER BY id DESC LIMIT 1"
        self.cursor = next((int(entry) for (entry,) in store.fetch(newest, [self.town])), 0)
        self.hash = _hash_of(self.cursor)
        opened = [self._read("c.town = %s AND NOT c.ended", [self.town])]
        recent = "c.town = %s AND c.ended AND c.opened >= %s"
        opened.append(self._read(recent, [self.town, store.moment_in(self.since)]))
        rows = np.concatenate(opened)
        # one that ended between the two statements is read twice; the ledger's newest word counts
        self.rows = np.zeros(0, _ROW)
        self._put(rows)

    def _put(self, fresh: Any) -> None:
        """Let these rows stand for those of the same cases."""
        kept = self.rows[~np.isin(self.rows["id"], fresh["id"])] if len(self.rows) else self.rows
        rows = np.concatenate([kept, fresh])
        order = np.argsort(rows["id"], kind="stable")
        rows = rows[order]
        last = np.ones(len(rows), bool)
        last[:-1] = rows["id"][1:] != rows["id"][:-1]
        self.rows, self.within = rows[last], {}

    def _read(self, where: str, params: Sequence[Any]) -> Any:
        said = store.fetch(
            f"SELECT c.id, c.place, c.line, c.kind, c.confidential, {_moment('c.due')}, {_moment('c.opened')}, "
            f"{_flag('c.supervised')}, {_flag('c.ended')}, c.channel FROM cases_case c WHERE {where}",
            params,
        )
        rows = np.zeros(len(said), _ROW)
        if not said:
            return rows
        ids, places, lines, kinds, confidential, due, opened, supervised, ended, channels = zip(
            *said, strict=True
        )
        rows["id"], rows["confidential"] = ids, confidential
        rows["place"] = [self.places.setdefault(place, len(self.places)) for place in places]
        rows["kind"] = [
            self.kinds.setdefault(pair, len(self.kinds)) for pair in zip(lines, kinds, strict=True)
        ]
        rows["due"], rows["opened"] = _in_micros(due), _in_micros(opened)
        rows["supervised"], rows["ended"] = supervised, ended
        rows["owed"] = [channel == DUTY for channel in channels]
        return rows


def _hash_of(entry: int) -> str:
    found = store.fetch("SELECT hash FROM cases_entry WHERE id = %s", [entry])
    return str(found[0][0]) if found else ""


def _moment(column: str) -> str:
    """A moment as it is quickest read: SQLite has it as text, PostgreSQL counts it out."""
    return f"(extract(epoch FROM {column}) * 1000000)::bigint" if POSTGRESQL else f"+{column}"


def _flag(column: str) -> str:
    return column if POSTGRESQL else f"+{column}"


def _in_micros(said: Sequence[Any]) -> Any:
    """Moments in microseconds since 1970; one that is not known never comes."""
    if POSTGRESQL:
        return np.array([_NEVER if one is None else one for one in said], np.int64)
    found = np.array(said, dtype="datetime64[us]").astype(np.int64)
    found[found == np.iinfo(np.int64).min] = _NEVER
    return found


_held: dict[str, Held] = {}
_large: set[str] = set()
_turn = threading.Lock()


def counted(town: str, opened: int) -> None:
    """Note how many open cases a look at the database counted: from `LARGE` on, the next look is at memory."""
    if opened >= LARGE:
        _large.add(town)


def forget() -> None:
    """Hold nothing; for measurements and tests."""
    with _turn:
        _held.clear()
        _large.clear()


def of(town: str, now: datetime) -> Held | None:
    """What a town has open and had come of late, up to its newest entry; None where the database is soon asked."""
    if town not in _large:
        return None
    with _turn:
        held = _held.get(town)
        if held is None or not held.fits(now) or not held.bring_up():
            held = _held[town] = Held(town, now - LOOK_BACK - _DAY, now)
            held.read()
        # others may bring it up while this one is still counted from
        return replace(held, places=dict(held.places), kinds=dict(held.kinds))
