"""How an entry is composed and written: state, entry and notices in one transaction, for every action alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

import msgspec
from django.db import IntegrityError

from gridtown import town as towns
from gridtown.cases import chain, modes, store
from gridtown.cases.once import write_once
from gridtown.cases.sql import POSTGRESQL
from gridtown.cases.store import Row, Written
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.amounts import hours
from gridtown.kernel.clocks import Clock, ClockRefused, Limit
from gridtown.kernel.line import Kind
from gridtown.kernel.told import Actor, Fact, Refused, Told
from gridtown.people import snapshot as people
from gridtown.people.ladder import LEADER, SUPERVISOR
from gridtown.people.picture import NOBODY, Shut
from gridtown.town import Town

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SUPERVISION = "supervision"  # the clock of 督办, beside those of the procedure
_decode = msgspec.json.Decoder().decode


class Overtaken(Refused):
    """Somebody else has moved the case since it was looked at."""

    def __init__(self) -> None:
        super().__init__("overtaken")


class NotFound(Refused):
    """There is no such case, or not for this person."""

    def __init__(self) -> None:
        super().__init__("not_found")


@dataclass
class Change:
    """What one action does to one case, before it is written."""

    row: Row
    was: int  # the version it was read at; 0 for a new case
    entry: Written
    tell: list[tuple[int | None, str]] = field(
        default_factory=list
    )  # (post, or None = those who follow; about)
    files: list[tuple[str, str]] = field(default_factory=list)  # (digest, stage)
    before: Row | None = None  # as it was read
    barred: frozenset[int] = frozenset()  # the posts it was kept from
    bars: frozenset[int] = frozenset()  # and is from now on


def load_clocks(row: Row) -> dict[str, Clock]:
    """The clocks of a case as its row has them."""
    return clockwork.load(_decode(row.clocks))


# only its key and its share for warning are asked for: it runs in every state
_SUPERVISED = Limit(("*",), hours(1), "督办", key=SUPERVISION, then="supervise")


def limits_of(kind: Kind) -> tuple[Limit, ...]:
    """The procedure's limits and that of supervision, which runs wherever the case is."""
    return (*kind.procedure.limits, _SUPERVISED)


def stepped(
    town: Town, kind: Kind, row: Row, before: Mapping[str, Clock], to: str, now: datetime,
    said: Mapping[str, Any] | None = None, verb: str = "",
) -> dict[str, Clock]:  # fmt: skip
    """The clocks after a verb has taken a case to a state; `said` are the answers that came with it."""
    ended = to in kind.procedure.end
    on = modes.current(now)
    try:
        after = clockwork.step(
            before,
            kind.procedure.limits,
            to=to,
            ended=ended,
            now=now,
            grade_of=lambda name: _grade(row, name),
            calendar=town.calendar,
            named=lambda name: _moment(name, said, row),
            factor=on.factor_for(row.line) if on else 1.0,
            mode=on.number if on else "",
            verb=verb,
        )
    except ClockRefused as error:
        until = next(limit.until for limit in kind.procedure.limits if limit.key == error.limit)
        raise Refused("form_invalid", fields={until: f"refusal.{error.key}"}) from None
    if SUPERVISION in before and not ended:
        after[SUPERVISION] = before[SUPERVISION]
    return after


def _grade(row: Row, name: str) -> str | None:
    """The value that a limit is graded by: a column of the case, or an answer given at intake."""
    if name in {"urgency", "level", "category", "channel", "desk"}:
        return str(getattr(row, name))
    value = _decode(row.answers).get(name)
    return None if value is None else str(value)


def _moment(name: str, said: Mapping[str, Any] | None, row: Row) -> date | datetime | None:
    """The day or moment that these answers, or else those of the intake, name."""
    text = (said or {}).get(name) or _decode(row.answers).get(name)
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == len("2026-01-01") else datetime.fromisoformat(text)


def set_clocks(town: Town, kind: Kind, row: Row, entry: Written, after: Mapping[str, Clock]) -> None:
    """Put clocks on row and entry with what follows from them: due, and when the ticker must look."""
    row.clocks = entry.clocks = chain.text(clockwork.dump(after))
    row.due = entry.due = clockwork.earliest(after)
    row.next_at = clockwork.next_look(after, limits_of(kind), town.calendar)


def begin(
    row: Row, *, verb: str, by: Actor, now: datetime, key: str, to: str, answers: Mapping[str, Any]
) -> Change:
    """The change that a verb makes to a case, its entry still without clocks, columns and digest."""
    was = row.version if row.head else 0  # a batch writes several entries before its rows have ids
    entry = Written(
        town=row.town, case_id=row.id or None, seq=was + 1, at=now, verb=verb, by=by.person, post=by.post,
        frm=row.state if row.head else "", to=to, answers=chain.text(answers), clocks=row.clocks, due=row.due,
        key=key, prev=row.head or chain.GENESIS,
    )  # fmt: skip
    row.version = was + 1
    return Change(row, was, entry)


_SETTABLE = tuple(
    name
    for name in store.CHANGES
    if name not in {"state", "due", "next_at", "version", "head", "clocks", "sealed_key", "cell", "alike"}
)
GIVEN = (
    *_SETTABLE, "channel", "confidential", "parent_id", "source", "form_version", "number", "line", "kind",
)  # fmt: skip


_NEW = Row(town="", number="", line="", kind="", state="", place="", title="", channel="", opened=_EPOCH)
BLANK: dict[str, Any] = {name: getattr(_NEW, name) for name in Row.__struct_fields__}
_given, _settable = attrgetter(*GIVEN), attrgetter(*_SETTABLE)


def columns(row: Row, before: Row | None) -> dict[str, Any]:
    """The columns that an entry changes, so that the row can be told from its entries alone."""
    if before is None:
        pairs = zip(GIVEN, _given(row), _given(_NEW), strict=True)
    else:
        pairs = zip(_SETTABLE, _settable(row), _settable(before), strict=True)
    return {n: _plain(v) for n, v, was in pairs if v != was}


def _plain(value: Any) -> Any:
    return chain.moment(value) if isinstance(value, datetime) else value


def close_up(change: Change, before: Row | None) -> None:
    """Fix what the entry says and its digest; nothing of it may change afterwards."""
    entry, row, change.before = change.entry, change.row, before
    sets = columns(row, before)
    if change.bars != change.barred:
        sets["bars"] = sorted(change.bars)
    entry.sets = chain.text(sets)
    entry.hash = row.head = chain.digest(
        prev=entry.prev, chain=row.number, seq=entry.seq, at=entry.at, verb=entry.verb, by=entry.by, post=entry.post,
        frm=entry.frm, to=entry.to, due=entry.due, answers=entry.answers, clocks=entry.clocks, sets=entry.sets,
        key=entry.key,
    )  # fmt: skip


def write(changes: Sequence[Change]) -> None:
    """Write changes within the caller's transaction; Overtaken when somebody was quicker."""
    if POSTGRESQL and len(changes) == 1:
        _write_once(changes[0])
    else:
        _write_many(changes)
    keep_out(changes)
    _attach(changes)
    for change in changes:
        modes.note(towns.current(), change.row, change.before, change.entry)


def _write_once(change: Change) -> None:
    tell = tuple(dict.fromkeys(change.tell))
    if not write_once(change.row, change.was, change.before, change.entry, tell):
        raise Overtaken


def _write_many(changes: Sequence[Change]) -> None:
    fresh = [change.row for change in changes if not change.was]
    if fresh:
        store.insert_cases(fresh)
    for change in changes:
        change.entry.case_id = change.row.id
        if change.was and not store.update_case(change.row, change.was, change.before):
            raise Overtaken
    store.insert_entries([change.entry for change in changes])
    _notices(changes)


def keep_out(changes: Iterable[Change]) -> None:
    """Bring the table of bars to what these entries say."""
    for change in changes:
        for post in change.barred - change.bars:
            store.execute("DELETE FROM cases_bar WHERE case_id = %s AND post_id = %s", [change.row.id, post])
        rows = [(change.row.id, post, change.entry.id) for post in sorted(change.bars - change.barred)]
        store.insert("bar", ("case_id", "post_id", "entry_id"), rows)


def _notices(changes: Iterable[Change]) -> None:
    rows = [
        (c.row.town, c.row.id, c.entry.id, post, about, c.entry.at, 0)
        for c in changes
        for post, about in dict.fromkeys(c.tell)
    ]
    store.insert("notice", ("town", "case_id", "entry_id", "post_id", "about", "at", "tries"), rows)


def _attach(changes: Iterable[Change]) -> None:
    wanted = {digest: (c, stage) for c in changes for digest, stage in c.files}
    if not wanted:
        return
    marks = ", ".join(["%s"] * len(wanted))
    found = store.fetch(
        f"SELECT sha256, name, mime, size FROM cases_upload WHERE sha256 IN ({marks})", list(wanted)
    )
    if len(found) < len(wanted):
        raise Refused("no_such_file")
    names = ("case_id", "entry_id", "sha256", "name", "mime", "size", "stage")
    rows = []
    for digest, name, mime, size in found:
        change, stage = wanted[digest]
        rows.append((change.row.id, change.entry.id, digest, name, mime, size, stage))
    store.insert("attachment", names, rows)


def repeated(key: str, error: IntegrityError | Refused) -> Written:
    """The entry that this key has already written; when there is none, the error was a real one."""
    entry = store.entry_by_key(key)
    if entry is None:
        raise error
    return entry


def fact_of(entry: Written) -> Fact:
    """An entry as guards and tables see it: sealed answers stay sealed."""
    return Fact(
        entry.seq, entry.at, entry.verb, entry.by, entry.post, entry.frm, entry.to,
        _decode(entry.answers), _decode(entry.clocks),
    )  # fmt: skip


def told(row: Row, entries: Iterable[Written]) -> Told:
    """A case as its entries tell it."""
    facts = tuple(fact_of(entry) for entry in entries)
    return Told(row.line, row.kind, row.state, row.opened, row.place, _decode(row.answers), facts, row.number)


def chosen_holder(
    kind: Kind, row: Row, state: str, key: str, bars: frozenset[int], *, mend: bool = True
) -> int | None:
    """The post named to have a case in this state next; none of those that it is kept from.

    mend: whether somebody named it and can name another one; else the matrix answers for one that cannot.
    """
    chosen = people.current().post(key)
    if chosen is None or chosen.closed:
        why = "refusal.no_such_post"
    elif not chosen.roles & set(kind.procedure.waits_on(state)):
        why = "refusal.post_may_not_act"
    elif people.current().shut(chosen, Shut(bars)):
        why = "refusal.post_barred"
    else:
        return chosen.id
    if mend:
        raise Refused("form_invalid", fields={"to": why})
    return queue_holder(kind, row, state, bars)


def still_holder(kind: Kind, row: Row, holder: int | None, bars: frozenset[int]) -> int | None:
    """This holder, unless the case is kept from it: then the queue's next."""
    post = people.current().by_id(holder) if holder and bars else None
    return (
        queue_holder(kind, row, row.state, bars)
        if post and people.current().shut(post, Shut(bars))
        else holder
    )


def queue_holder(kind: Kind, row: Row, state: str, bars: frozenset[int] = frozenset()) -> int | None:
    """The post in whose queue a case in this state waits, by the matrix; None is a gap that the board shows.

    Where all that could act are kept from the case it waits on whoever supervises or leads them.
    """
    roles = kind.procedure.waits_on(state)
    out = Shut(bars, row.confidential) if bars else NOBODY
    for role in (*roles, SUPERVISOR, LEADER) if bars and roles else roles:
        post = people.current().who(role, row.line, row.desk, row.place, out)
        if post:
            return post.id
    return None
