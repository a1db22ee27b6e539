"""Is the ledger what it was? Chains, projections and the signed daily roots, checked from the entries alone."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from gridtown import town as towns
from gridtown.cases import chain, store
from gridtown.cases.actions.writing import BLANK, GIVEN
from gridtown.cases.models import Seal
from gridtown.cases.store import Written

_decode = msgspec.json.Decoder().decode
_TIMES = frozenset({"closed"})


@dataclass(frozen=True)
class Fault:
    """Something that is not as the entries say: whose chain, which entry, what."""

    chain: str
    entry: int
    what: str


@dataclass(frozen=True)
class Verified:
    """What was checked and what was found; `faults` in the order of the ledger, the first changed entry first."""

    entries: int
    chains: int
    seals: int
    faults: tuple[Fault, ...]


def verify() -> Verified:
    """Check every chain, every row against its entries, and every seal; reads only, in constant memory."""
    faults: list[Fault] = []
    counted = chains = 0
    for name, row, entries in _chains():
        chains += 1
        counted += len(entries)
        # a row cannot be held against entries that are themselves not to be believed
        faults += _chain_faults(name, entries) or _row_faults(name, row, entries)
    seals, broken = _seal_faults()
    faults += broken
    faults.sort(key=lambda fault: fault.entry)
    return Verified(counted, chains, seals, tuple(faults))


def case_fault(case: int) -> str:
    """What is wrong with one case's chain or row; empty when nothing is."""
    row = store.case_by("id", case)
    if row is None:
        return "there is no such case"
    entries = store.entries_of(case)
    said = {name: getattr(row, name) for name in store.ROW} | {"bars": _bars([case]).get(case, [])}
    faults = [*_chain_faults(row.number, entries), *_row_faults(row.number, said, entries)]
    return faults[0].what if faults else ""


def _pages(sql: str, size: int = 5000) -> Iterator[tuple[Any, ...]]:
    """Rows of a query that ends in `> %s ORDER BY … LIMIT %s`, keyed by their first column."""
    last = 0
    while rows := store.fetch(sql, [last, size]):
        yield from rows
        last = int(rows[-1][0])


def _chains() -> Iterator[tuple[str, dict[str, Any] | None, list[Written]]]:
    """Each chain's name, the row that should agree with it, and its entries."""
    width = len(store.ROW)
    cases = _pages(f"SELECT {store.COLUMNS} FROM cases_case c WHERE c.id > %s ORDER BY c.id LIMIT %s", 2000)
    for part in _parts(cases, 500):
        ids = [int(values[0]) for values in part]
        entries, bars = _entries_by("case_id", ids), _bars(ids)
        for values in part:
            row = store.row_of(values[:width])
            said = {name: getattr(row, name) for name in store.ROW} | {"bars": bars.get(row.id, [])}
            yield row.number, said, entries.get(row.id, [])
    records = _pages("SELECT id, version, head FROM cases_record WHERE id > %s ORDER BY id LIMIT %s")
    for part in _parts(records, 500):
        entries = _entries_by("record_id", [int(values[0]) for values in part])
        for record, version, head in part:
            yield f"record:{record}", {"version": version, "head": head}, entries.get(int(record), [])
    rest = _pages(
        f"SELECT {store.ENTRY_COLUMNS} FROM cases_entry e WHERE e.case_id IS NULL AND e.record_id IS NULL "
        "AND e.id > %s ORDER BY e.id LIMIT %s"
    )
    for town, values in groupby((store.entry_of(v) for v in rest), key=lambda entry: entry.town):
        yield town, None, list(values)
    orphans = store.fetch(
        "SELECT min(e.id) FROM cases_entry e LEFT JOIN cases_case c ON c.id = e.case_id "
        "WHERE e.case_id IS NOT NULL AND c.id IS NULL HAVING count(*) > 0",
        [],
    )
    for (first,) in orphans:
        yield "?", {"version": 0, "head": ""}, _entries_by("id", [int(first)]).get(int(first), [])


def _bars(ids: Sequence[int]) -> dict[int, list[int]]:
    """The posts that these cases are kept from, in the order in which entries name them."""
    marks = ", ".join(["%s"] * len(ids))
    found: dict[int, list[int]] = {}
    for case, post in store.fetch(
        f"SELECT case_id, post_id FROM cases_bar WHERE case_id IN ({marks}) ORDER BY post_id", ids
    ):
        found.setdefault(int(case), []).append(int(post))
    return found


def _parts(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    part: list[Any] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _entries_by(column: str, ids: Sequence[int]) -> dict[int, list[Written]]:
    marks = ", ".join(["%s"] * len(ids))
    sql = f"SELECT {store.ENTRY_COLUMNS} FROM cases_entry e WHERE e.{column} IN ({marks}) ORDER BY e.{column}, e.seq"
    found: dict[int, list[Written]] = {}
    for values in store.fetch(sql, ids):
        entry = store.entry_of(values)
        found.setdefault(int(getattr(entry, column)), []).append(entry)
    return found


def _chain_faults(name: str, entries: Sequence[Written]) -> list[Fault]:
    """The first entry of a chain that does not follow from those before it; later ones cannot be judged."""
    prev = chain.GENESIS
    for n, entry in enumerate(entries, 1):
        if entry.seq != n or entry.prev != prev:
            return [Fault(name, entry.id, "an entry before this one is missing or was put in between")]
        if entry.hash != digest_of(name, entry):
            return [Fault(name, entry.id, f"the entry was changed ({entry.verb}, {chain.moment(entry.at)})")]
        prev = entry.hash
    return []


def digest_of(name: str, entry: Written) -> str:
    """The digest that an entry must have for what it says."""
    return chain.digest(
        prev=entry.prev, chain=name, seq=entry.seq, at=entry.at, verb=entry.verb, by=entry.by, post=entry.post,
        frm=entry.frm, to=entry.to, due=entry.due, answers=entry.answers, clocks=entry.clocks, sets=entry.sets,
        key=entry.key,
    )  # fmt: skip


def _row_faults(name: str, row: dict[str, Any] | None, entries: Sequence[Written]) -> list[Fault]:
    """Whether a row says what its entries say."""
    if row is None:
        return []
    last = entries[-1].id if entries else 0
    if not entries or row["version"] != len(entries) or row["head"] != entries[-1].hash:
        return [Fault(name, last, "entries are missing at the end of the chain, or the row was changed")]
    if "state" not in row:
        return []
    told = {name: BLANK.get(name) for name in GIVEN} | {"bars": []} | fold(entries)
    wrong = [column for column, value in told.items() if _plain(row[column]) != value]
    return (
        [Fault(name, last, f"the row differs from its entries in {', '.join(sorted(wrong))}")]
        if wrong
        else []
    )


def fold(entries: Sequence[Written]) -> dict[str, Any]:
    """The columns of a case's row, and the posts it is kept from, as its entries tell them."""
    told: dict[str, Any] = {}
    for entry in entries:
        told |= _decode(entry.sets)
        told |= {"state": entry.to, "due": _plain(entry.due), "clocks": entry.clocks}
    return told


def _plain(value: Any) -> Any:
    return chain.moment(value) if isinstance(value, datetime) else value


# the daily seal


@cache
def _signer() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(settings.GRIDTOWN_SEAL_KEY)


def sign(text: bytes) -> str:
    """A signature by the key that signs the daily root, in hexadecimal; the same text, the same signature."""
    return _signer().sign(text).hex()


def public_key() -> str:
    """The public half of that key, in hexadecimal: by it anybody can check a signature."""
    return _signer().public_key().public_bytes_raw().hex()


def _above(level: Sequence[str]) -> list[str]:
    """The next level of a Merkle tree; an odd one out goes up as it is."""
    pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
    return [
        hashlib.sha256("".join(pair).encode()).hexdigest() if len(pair) == 2 else pair[0] for pair in pairs
    ]


def merkle_root(leaves: Sequence[str]) -> str:
    """The root over entry digests in the order of their ids."""
    level = list(leaves) or [chain.GENESIS]
    while len(level) > 1:
        level = _above(level)
    return level[0]


def seal_days(*, now: datetime) -> int:
    """Seal the days gone by (of UTC) that are not sealed yet; how many seals were made.

    A seal covers all ids after the last one's up to the first that was written today: entries are sealed in the
    order in which they came to be, whatever moment an imported one tells of.
    """
    with transaction.atomic():
        store.wait_for_turn(towns.current().code)
        last = Seal.objects.order_by("-last_entry").first()
        first, day = (last.last_entry + 1, last.day) if last else (1, None)
        yesterday = (now.astimezone(UTC) - timedelta(days=1)).date()
        if day is not None and day >= yesterday:
            return 0
        midnight = store.moment_in(datetime.combine(yesterday + timedelta(days=1), datetime.min.time(), UTC))
        today = store.fetch(
            "SELECT id FROM cases_entry WHERE id >= %s AND at >= %s ORDER BY id LIMIT 1", [first, midnight]
        )
        until = (
            int(today[0][0])
            if today
            else store.fetch("SELECT coalesce(max(id), 0) + 1 FROM cases_entry", [])[0][0]
        )
        found = store.fetch(
            "SELECT id, hash FROM cases_entry WHERE id >= %s AND id < %s ORDER BY id", [first, until]
        )
        if not found:
            return 0
        root = merkle_root([str(value) for _, value in found])
        end = int(found[-1][0])
        Seal.objects.create(
            day=yesterday, first_entry=first, last_entry=end, count=len(found), root=root,
            signature=_signer().sign(_sealed_text(yesterday, first, end, len(found), root)).hex(),
        )  # fmt: skip
        return 1


def _sealed_text(day: date, first: int, last: int, count: int, root: str) -> bytes:
    return f"{day.isoformat()} {first} {last} {count} {root}".encode()


def _seal_faults() -> tuple[int, list[Fault]]:
    faults, seals = [], list(Seal.objects.order_by("first_entry"))
    for seal in seals:
        text = _sealed_text(seal.day, seal.first_entry, seal.last_entry, seal.count, seal.root)
        try:
            _signer().public_key().verify(bytes.fromhex(seal.signature), text)
        except InvalidSignature:
            faults.append(
                Fault("seal", seal.first_entry, f"the seal of {seal.day} was not made by this installation")
            )
        leaves = _leaves(seal)
        if len(leaves) != seal.count or merkle_root([value for _, value in leaves]) != seal.root:
            faults.append(
                Fault("seal", seal.first_entry, f"the entries sealed on {seal.day} are not those there now")
            )
    return len(seals), faults


def _leaves(seal: Seal) -> list[tuple[int, str]]:
    return [
        (int(i), str(value))
        for i, value in store.fetch(
            "SELECT id, hash FROM cases_entry WHERE id >= %s AND id <= %s ORDER BY id",
            [seal.first_entry, seal.last_entry],
        )
    ]


@dataclass(frozen=True)
class Inclusion:
    """Proof that an entry is under a signed root: neighbours' digests from the leaf up; side "left" or "right"."""

    day: date
    root: str
    signature: str
    path: tuple[tuple[str, str], ...]


def receipt(entry: int) -> Inclusion | None:
    """The proof for an entry, or None while its day is not sealed."""
    seal = Seal.objects.filter(first_entry__lte=entry, last_entry__gte=entry).first()
    if seal is None:
        return None
    leaves = _leaves(seal)
    at = next(i for i, (found, _) in enumerate(leaves) if found == entry)
    level, path = [value for _, value in leaves], []
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            path.append(("left" if beside < at else "right", level[beside]))
        level, at = _above(level), at // 2
    return Inclusion(seal.day, seal.root, seal.signature, tuple(path))


def proves(proof: Inclusion, digest: str) -> bool:
    """Whether a proof leads from this entry's digest to its root."""
    for side, beside in proof.path:
        pair = beside + digest if side == "left" else digest + beside
        digest = hashlib.sha256(pair.encode()).hexdigest()
    return digest == proof.root
