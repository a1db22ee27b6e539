"""Records of registers: lists within a scope, one record, and what was changed in it when and by whom."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec
from django.db.models import Count, Q, QuerySet, Sum

from gridtown import town as towns
from gridtown.cases import chain, sealing, store
from gridtown.cases.actions.chaining import parts
from gridtown.cases.actions.keeping import in_clear
from gridtown.cases.models import Record, Upload
from gridtown.cases.queries.one import File
from gridtown.kernel import answering, forms
from gridtown.people.scope import Scope, bounds

NONE: Mapping[str, str] = MappingProxyType({})
_decode = msgspec.json.Decoder().decode


class RecordView(msgspec.Struct, frozen=True):
    """A record as pages show it; personal answers only as their masks. `since`: when it was put on the register."""

    id: int
    line: str
    register: str
    name: str
    place: str
    retired: bool
    version: int
    answers: dict[str, Any]
    masked: dict[str, str]
    lon: float | None
    lat: float | None
    since: datetime
    form_version: int


class Changed(msgspec.Struct, frozen=True):
    """One answer that an entry changed; None: there was, or is, none. Personal ones as their masks."""

    name: str
    old: Any
    new: Any


class RecordStep(msgspec.Struct, frozen=True):
    """One entry of a record's history. form_version: of the form that its answers were given in."""

    id: int
    at: datetime
    verb: str
    by: str
    post: str
    reason: str
    form_version: int
    changes: tuple[Changed, ...]


def masks_of(line: str, register: str) -> dict[str, str]:
    """The masks of a register's personal fields by name; none of one that is no more."""
    found = towns.current().lines.get(line)
    listed = next((r for r in found.registers if r.key == register), None) if found else None
    return (
        {spec.name: spec.personal for spec in forms.fields_of(listed.form) if spec.personal} if listed else {}
    )


def _record(kept: Record, masks: Mapping[str, str]) -> RecordView:
    answers = _decode(kept.answers)
    sealed = any(sealing.is_sealed(value) for value in answers.values())
    clear = in_clear(kept) if sealed else {}
    return RecordView(
        kept.pk, kept.line, kept.register, kept.name, kept.place, kept.retired, kept.version,
        {name: value for name, value in answers.items() if not sealing.is_sealed(value)} if sealed else answers,
        {name: answering.masked(value, masks.get(name, "text")) for name, value in clear.items()},
        kept.lon, kept.lat, kept.since, kept.form_version,
    )  # fmt: skip


def records(
    *,
    line: str,
    register: str,
    scope: Scope | None = None,
    place: str = "",
    text: str = "",
    having: Mapping[str, str] = NONE,
    after: int = 0,
    size: int = 100,
    retired: bool = False,
) -> tuple[RecordView, ...]:
    """A page of a register, by id; with a scope only what lies on its ground (None: for the system itself).

    place: a code prefix. text: part of a name. having: field → value, of fields with choices. retired: also those
    that were taken off.
    """
    rows = _rows(line, register, scope, place, text, having, retired).filter(id__gt=after).order_by("id")
    masks = masks_of(line, register)
    return tuple(_record(kept, masks) for kept in rows[:size])


def count_records(
    *,
    line: str,
    register: str,
    scope: Scope,
    place: str = "",
    text: str = "",
    having: Mapping[str, str] = NONE,
    retired: bool = False,
) -> int:
    """How many there are on all pages together."""
    return int(_rows(line, register, scope, place, text, having, retired).count())


def _rows(
    line: str,
    register: str,
    scope: Scope | None,
    place: str,
    text: str,
    having: Mapping[str, str],
    retired: bool,
) -> QuerySet[Record]:
    rows = Record.objects.filter(line=line, register=register)
    rows = rows if retired else rows.filter(retired=False)
    if scope is not None:
        rows = rows.filter(on_ground(scope, line))
    if place:
        low, high = bounds(place)
        rows = rows.filter(place__gte=low, place__lt=high)
    if text.strip():
        rows = rows.filter(name__icontains=text.strip())
    for name, value in having.items():
        # within a text every quote is escaped, so that this is found in no other place than as an answer
        rows = rows.filter(answers__contains=chain.text({name: value})[1:-1])
    return rows


def on_ground(scope: Scope, line: str) -> Q:
    """A scope's places for one line, as a condition over records, which have no degree of confidentiality."""
    ground = Q(pk__in=())
    for stretch in scope.stretches:
        if stretch.lines is None or line in stretch.lines:
            ground |= Q(place__gte=stretch.low, place__lt=stretch.high)
    return ground


def record(*, record: int) -> RecordView | None:
    """One record."""
    kept = Record.objects.filter(pk=record).first()
    return _record(kept, masks_of(kept.line, kept.register)) if kept else None


def register_sums() -> dict[tuple[str, str], tuple[int, int]]:
    """Line and register → how many records it has, and the sum of their versions; whoever writes changes it."""
    found = Record.objects.order_by().values_list("line", "register").annotate(Count("id"), Sum("version"))
    return {(line, register): (many, versions) for line, register, many, versions in found}


def record_steps(*, record: int) -> tuple[RecordStep, ...]:
    """A record's entries, oldest first, each with what it changed; two queries."""
    kept = Record.objects.filter(pk=record).first()
    if kept is None:
        return ()
    entries = store.fetch(
        f"SELECT {store.ENTRY_COLUMNS} FROM cases_entry e WHERE e.record_id = %s ORDER BY e.seq", [record]
    )
    return tuple(_steps([store.entry_of(values) for values in entries], kept))


def _steps(entries: Sequence[store.Written], kept: Record) -> Iterator[RecordStep]:
    masks = masks_of(kept.line, kept.register)
    key = sealing.unwrap(bytes(kept.sealed_key)) if kept.sealed_key else None
    erased = max((entry.seq for entry in entries if entry.verb == "erase"), default=0)

    def shown(name: str, value: Any, seq: int) -> Any:
        if not sealing.is_sealed(value):
            return value
        if key is None or seq < erased:
            return ""  # the key that it was sealed with is destroyed
        return answering.masked(sealing.unseal(key, name, value), masks.get(name, "text"))

    before: dict[str, Any] = {}
    for entry in entries:
        said, sets = _decode(entry.answers), _decode(entry.sets)
        if entry.verb == "erase":
            before = {name: value for name, value in before.items() if not sealing.is_sealed(value)}
        changes: tuple[Changed, ...] = ()
        if entry.verb == "keep":
            now = {**said, **said.pop("where", {})}
            now.pop("where", None)
            changes = tuple(
                Changed(name, shown(name, before.get(name), entry.seq), shown(name, now.get(name), entry.seq))
                for name in dict.fromkeys([*now, *before])
                if before.get(name) != now.get(name)
            )
            before = now
        reason = "" if entry.verb == "keep" else str(said.get("reason", ""))
        yield RecordStep(
            entry.id,
            entry.at,
            entry.verb,
            entry.by,
            entry.post,
            reason,
            int(sets.get("form_version", 1)),
            changes,
        )


def record_file(*, record: RecordView, sha256: str) -> File | None:
    """A picture that the record names now, or did before; the caller has seen that the record may be seen."""
    named = store.fetch(
        "SELECT 1 FROM cases_entry WHERE record_id = %s AND answers LIKE %s LIMIT 1",
        [record.id, f'%"{sha256}"%'],
    )
    found = Upload.objects.filter(sha256=sha256).first() if named and sha256.isalnum() else None
    return File(found.sha256, found.name, found.mime, found.size, "evidence", 0) if found else None


class Known(msgspec.Struct, frozen=True):
    """A register as it stands, to match a sheet's rows: by id, and by name (that of a person in clear)."""

    by_id: dict[int, RecordView]
    by_name: dict[str, list[RecordView]]


def known_records(*, line: str, register: str, named_by: str, scope: Scope) -> Known:
    """Every record of a register within a scope; those taken off it by id only."""
    masks = masks_of(line, register)
    by_id: dict[int, RecordView] = {}
    by_name: dict[str, list[RecordView]] = {}
    rows = _rows(line, register, scope, "", "", NONE, True).order_by("id")
    for kept in rows.iterator(chunk_size=2000):
        view = by_id[kept.pk] = _record(kept, masks)
        name = in_clear(kept).get(named_by, "") if named_by in masks else str(view.answers.get(named_by, ""))
        if name and not kept.retired:
            by_name.setdefault(name, []).append(view)
    return Known(by_id, by_name)


def register_names(*, line: str, register: str, scope: Scope | None = None) -> dict[int, str]:
    """What the records of a register are called, by id; one query."""
    rows = Record.objects.filter(line=line, register=register, retired=False)
    rows = rows if scope is None else rows.filter(on_ground(scope, line))
    return dict(rows.order_by("id").values_list("id", "name"))


class Named(msgspec.Struct, frozen=True):
    """A record as an answer names it."""

    id: int
    line: str
    register: str
    name: str
    place: str


def named_records(*, ids: Iterable[int]) -> dict[int, Named]:
    """The records of these ids by id; one query, none without ids."""
    rows = Record.objects.filter(pk__in=set(ids)).values_list("id", "line", "register", "name", "place")
    return {row[0]: Named(*row) for row in rows}


def count_registers(*, scope: Scope) -> dict[tuple[str, str], int]:
    """How many records stand on each register, by line and key; one query."""
    ground = Q(pk__in=())
    for stretch in scope.stretches:
        there = Q(place__gte=stretch.low, place__lt=stretch.high)
        ground |= there if stretch.lines is None else there & Q(line__in=sorted(stretch.lines))
    rows = Record.objects.filter(ground, retired=False).order_by()
    return {(line, key): n for line, key, n in rows.values_list("line", "register").annotate(Count("id"))}


def changed_by_others(*, versions: Mapping[int, int], but: frozenset[str]) -> dict[int, tuple[str, datetime]]:
    """Of records and the versions that somebody has seen: by whom else, and when, they were changed last since then."""
    found: dict[int, tuple[str, datetime]] = {}
    for part in parts(sorted(versions)):
        marks = ", ".join(["%s"] * len(part))
        rows = store.fetch(
            'SELECT e.record_id, e.seq, e."by", e.at FROM cases_entry e '
            f"WHERE e.record_id IN ({marks}) AND e.verb <> 'unseal' ORDER BY e.record_id, e.seq",
            part,
        )
        found |= {int(r): (str(by), store.moment_out(at)) for r, seq, by, at in rows
                  if seq > versions[int(r)] and by not in but}  # fmt: skip
    return found
