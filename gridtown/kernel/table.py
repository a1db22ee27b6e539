"""The line table: one row per case of a kind, derived from its procedure, limits and intake form.

`columns()` says its shape, `Table.fold()` makes a case's row from its entries. The same fold fills the
warehouse and is the oracle its figures are tested against. Columns, apart from those in COMMON:

    {state}_first {state}_last {state}_times    when first and last reached, how often
    {limit}_due                                 by when the last run of the limit was, or is, to end;
                                                null while it stands still (on hold, being checked)
    {limit}_late                                whether a run of it ended after its due time
    {limit}_open                                whether it still runs and does not stand still
    {verb}_times                                how often it was done
    f_{field}                                   intake answer that can be counted: number, date, choice, flag
    a_{verb}_{field}                            the same of the last answer to a move's form

Timestamps are UTC without a zone, in whole seconds; durations are whole seconds; flags are false, never
null. Personal answers, free text, posts and persons are not in it. A case that lived under an older
procedure folds as well: states and verbs that the table no longer has are counted in `entries` only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gridtown.kernel import vetting
from gridtown.kernel.forms import Form, fields_of
from gridtown.kernel.indicator import Indicator
from gridtown.kernel.told import Fact

if TYPE_CHECKING:  # a line's own checks look at its tables
    from gridtown.kernel.line import Kind

Clocks = Mapping[str, Mapping[str, Any]]  # limit → clock as kernel.clocks writes it
Dues = dict[str, int | None]  # limit → seconds since 1970

# Raised when the meaning of a column changes, so that every table is derived again.
VERSION = 1

COMMON: Mapping[str, str] = MappingProxyType(
    {
        "case_id": "int64", "number": "string", "town": "string", "kind": "string", "village": "string",
        "grid": "string", "generation": "int64", "channel": "string", "category": "string",
        "urgency": "string", "level": "string", "state": "string", "outcome": "string", "ended": "boolean",
        "opened": "timestamp", "closed": "timestamp", "opened_day": "date", "closed_day": "date",
        "spell_secs": "int64", "reporters": "int64", "entries": "int64", "upto": "int64",
        "parent": "int64", "source": "string",
    }
)  # fmt: skip

_TYPES: Mapping[str, str] = {
    "int": "int64", "number": "float64", "bool": "boolean", "date": "date", "datetime": "timestamp",
    "choice": "string", "ref": "int64",
}  # fmt: skip


class Clash(ValueError):
    """Two things of a procedure would have the same column; one of them needs another name."""


def countable(form: type[Form]) -> dict[str, str]:
    """The fields of a form that can be counted or grouped by, with their types."""
    specs = (
        spec for spec in fields_of(form) if not (spec.personal or spec.ballot or spec.token or spec.draws)
    )
    return {spec.name: _TYPES[spec.type] for spec in specs if spec.type in _TYPES}


def columns(kind: "Kind") -> dict[str, str]:
    """Name → Ibis type of every column of the kind's table, in order; Clash where two would be one."""
    procedure = kind.procedure
    own: list[tuple[str, str]] = []
    for state in procedure.states:
        own += [(f"{state}_first", "timestamp"), (f"{state}_last", "timestamp"), (f"{state}_times", "int64")]
    for limit in procedure.limits:
        own += [
            (f"{limit.key}_due", "timestamp"),
            (f"{limit.key}_late", "boolean"),
            (f"{limit.key}_open", "boolean"),
        ]
    own += [(f"{verb}_times", "int64") for verb in procedure.verbs]
    own += [(f"f_{name}", kind_of) for name, kind_of in countable(kind.intake).items()]
    told = {
        f"a_{m.verb}_{name}": kind_of for m in procedure.moves for name, kind_of in countable(m.form).items()
    }
    own += told.items()
    found = dict(COMMON)
    for name, kind_of in own:
        if name in found:
            raise Clash(f"{kind.key}: two things would be the column {name}: rename a state, limit or verb")
        found[name] = kind_of
    return found


def faults(
    kinds: "Iterable[Kind]",
    indicators: Iterable[Indicator],
    books: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> list[str]:
    """Why a line's tables cannot be made, or its indicators not be read from them; empty when they can.

    books: the columns of its registers' tables, as an indicator names them.
    """
    said: list[str] = []
    tables = {name: dict(known) for name, known in books.items()}
    for kind in kinds:
        try:
            tables[kind.key] = columns(kind)
        except Clash as clash:
            said.append(str(clash))
    indicators = tuple(indicators)
    keys = {ind.key for ind in indicators}
    for ind in indicators:
        if ind.grows and ind.grows not in keys:
            said.append(f"indicator {ind.key}: it is the growth of {ind.grows}, which nothing asks")
        if ind.kind in tables:
            said += vetting.faults(ind, tables[ind.kind])
        else:
            said.append(f"indicator {ind.key}: there is no kind {ind.kind} with a table")
    return said


def name_of(line: str, kind: str) -> str:
    """The table's name in the warehouse; `kind` as an indicator names it."""
    return f"{line}__{kind.replace(':', '__')}"


def stored(moment: datetime) -> datetime:
    """A moment as the table keeps it: UTC without a zone, in whole seconds."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).replace(tzinfo=None, microsecond=0)


def _flag(value: Any) -> bool:
    return value is True


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return stored(moment) if moment.tzinfo else moment.replace(microsecond=0)


# An answer given under an older form may not fit today's column: then it is not known.
READ: Mapping[str, Any] = {
    "int64": _whole, "float64": _number, "boolean": _flag, "date": _day, "timestamp": _moment,
    "string": _text,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What a row takes from the case itself; all else is folded from its entries."""

    id: int
    number: str
    town: str
    kind: str
    place: str
    generation: int
    channel: str
    category: str
    urgency: str
    level: str
    state: str
    outcome: str
    ended: bool
    opened: datetime
    reporters: int
    upto: int
    parent: int | None
    source: str
    answers: Mapping[str, Any]


@dataclass
class Table:
    """One kind's table, made ready for folding many cases."""

    kind: "Kind"
    zone: tzinfo
    columns: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare an empty row and where each thing of an entry goes."""
        procedure = self.kind.procedure
        self.columns = columns(self.kind)
        self._blank: dict[str, Any] = {
            name: {"int64": 0, "boolean": False}.get(kind_of) for name, kind_of in self.columns.items()
        }
        intake = countable(self.kind.intake)
        self._intake = [(name, f"f_{name}", READ[kind_of]) for name, kind_of in intake.items()]
        self._moves: dict[str, list[tuple[str, str, Any]]] = {verb: [] for verb in procedure.verbs}
        for move in procedure.moves:
            for name, kind_of in countable(move.form).items():
                self._moves[move.verb].append((name, f"a_{move.verb}_{name}", READ[kind_of]))
        for name, kind_of in self.columns.items():
            if name.startswith(("f_", "a_")) and kind_of == "int64":
                self._blank[name] = None
        self._blank |= {"spell_secs": None, "parent": None}
        self._states = {
            state: (f"{state}_first", f"{state}_last", f"{state}_times") for state in procedure.states
        }
        self._limits = {key: (f"{key}_due", f"{key}_late", f"{key}_open") for key in self._limit_keys()}

        self._by_itself = {limit.key: limit.then for limit in procedure.limits if limit.by_itself}

    def _limit_keys(self) -> list[str]:
        return [limit.key for limit in self.kind.procedure.limits]

    def reads(self, verb: str) -> bool:
        """Whether any answer to this verb's form goes into the table; others need not be decoded."""
        return bool(self._moves.get(verb))

    def fold(self, case: CaseRow, facts: Iterable[Fact]) -> dict[str, Any]:
        """The row of a case from its entries, oldest first."""
        row = dict(self._blank)
        running: Clocks = {}
        dues: Dues = {}  # as the newest entry leaves them
        known: Dues = {}  # the last that was not null
        state, reached, entries = "", case.opened, 0
        for fact in facts:
            entries += 1
            if fact.to and fact.to != state:
                state, reached = fact.to, fact.at
                self._reach(row, fact)
            if fact.verb in self._moves:
                row[f"{fact.verb}_times"] += 1
                for name, column, read in self._moves[fact.verb]:
                    if name in fact.answers:
                        row[column] = read(fact.answers[name])
            self._stop(row, dues, known, running, fact)
            running = fact.clocks
            for key, clock in running.items():
                dues[key] = clock.get("d")
                if dues[key] is not None:
                    known[key] = dues[key]
        self._due(row, dues, running)
        for name, column, read in self._intake:
            if name in case.answers:
                row[column] = read(case.answers[name])
        self._common(row, case, state or case.state, reached)
        row["entries"] = entries
        return row

    def _reach(self, row: dict[str, Any], fact: Fact) -> None:
        if names := self._states.get(fact.to):
            first, last, times = names
            row[last] = stored(fact.at)
            row[first] = row[first] or row[last]
            row[times] += 1

    def _stop(self, row: dict[str, Any], dues: Dues, known: Dues, running: Clocks, fact: Fact) -> None:
        """Note which clocks an entry stopped, and whether too late."""
        for key, clock in running.items():
            anew = key in fact.clocks and fact.clocks[key].get("s") != clock.get("s")
            if (key in fact.clocks and not anew) or key not in self._limits:
                continue
            # A run that ended while it stood still had this due time before it did.
            dues[key] = known.pop(key, None)
            ends = clock.get("d")
            if fact.verb == self._by_itself.get(key):
                continue  # time itself has answered the limit: nobody was late
            if clock.get("e") or (ends is not None and int(fact.at.timestamp()) > ends):
                row[self._limits[key][1]] = True

    def _due(self, row: dict[str, Any], dues: Dues, running: Clocks) -> None:
        """Write the due times that were left in the end, and which clocks still run."""
        for key, ends in dues.items():
            if ends is not None and key in self._limits:
                row[self._limits[key][0]] = datetime.fromtimestamp(ends, UTC).replace(tzinfo=None)
        for key, clock in running.items():
            if key in self._limits and "d" in clock:
                row[self._limits[key][2]] = True

    def _common(self, row: dict[str, Any], case: CaseRow, state: str, reached: datetime) -> None:
        """The columns that every kind has."""
        end = self.kind.procedure.end.get(state)
        # The row is the truth for a state that today's table no longer has; it may be an entry ahead of ours.
        ended = end is not None or (case.ended and case.state == state)
        row["case_id"], row["number"], row["town"], row["kind"] = case.id, case.number, case.town, case.kind
        row["village"] = case.place[:12] if len(case.place) >= 12 else ""
        row["grid"] = case.place if len(case.place) == 15 else ""
        row["generation"], row["channel"], row["category"] = case.generation, case.channel, case.category
        row["urgency"], row["level"], row["state"] = case.urgency, case.level, state
        row["outcome"] = (case.outcome if case.state == state else end) or ""
        row["ended"] = ended
        row["opened"] = stored(case.opened)
        row["opened_day"] = case.opened.astimezone(self.zone).date()
        if ended:
            row["closed"] = stored(reached)
            row["closed_day"] = reached.astimezone(self.zone).date()
            row["spell_secs"] = int((row["closed"] - row["opened"]).total_seconds())
        row["reporters"], row["upto"], row["parent"] = case.reporters, case.upto, case.parent
        row["source"] = case.source
