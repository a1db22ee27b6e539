"""Editions of the report: frozen as of a position of the ledger, signed, verified, and made again byte for byte.

    freeze("2023", by=hats, now=…, key=…) -> the case's number
    sign("RE2024-0001", …)                -> its signature, made with the key that signs the daily root
    verify("RE2024-0001")                 -> what is wrong with it; nothing is the good answer
    reproduce("RE2024-0001")              -> each file's digest as frozen and as made again now

Each is a case of the line whose purpose they are (ADR 0022, 0027): its files are named by their digests in a manifest,
whose own digest is the edition's. Freezing and reproducing take the same way: the ledger folded up to the position
(warehouse.past).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from gridtown import town as towns
from gridtown.cases import actions, files, ledger, queries
from gridtown.cases.actions import NotFound
from gridtown.cases.store import Row
from gridtown.kernel.purpose import Editions
from gridtown.kernel.signing import holds, signed_text
from gridtown.kernel.told import Actor, Refused
from gridtown.kernel.words import LANGUAGES
from gridtown.people.scope import Scope
from gridtown.report.editions import making
from gridtown.report.editions.making import Manifest
from gridtown.report.editions.unproven import Unproven, unproven
from gridtown.report.prose import annual, template
from gridtown.report.typeset.blocks import Report, read_back
from gridtown.report.words import say
from gridtown.town import Town
from gridtown.warehouse import ledger as chain
from gridtown.warehouse import past

_MIMES = {
    "json": "application/json",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
OPEN = frozenset({"published", "withdrawn"})  # states in which the public knows of it


class Unreadable(Refused):
    """A file of the edition is not there, or is not what its digest says."""

    def __init__(self, digest: str) -> None:
        super().__init__("edition_damaged", digest=digest[:16])


@dataclass(frozen=True)
class Step:
    """One entry of an edition's case: who did what when."""

    at: datetime
    verb: str
    by: str
    post: str
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Edition:
    """An edition with its manifest; `digest` is the manifest's. signature: "" while nobody has signed."""

    row: Row
    manifest: Manifest
    digest: str
    public_key: str
    signature: str
    steps: tuple[Step, ...]

    @property
    def number(self) -> str:
        """The case's number."""
        return self.row.number

    @property
    def state(self) -> str:
        """drafted, checked, signed, published, returned or withdrawn."""
        return self.row.state

    def report(self, lang: str) -> Report:
        """The report as it was frozen; Unreadable where its file is gone."""
        names = self.manifest.files
        return read_back(self.file(f"report.{lang if f'report.{lang}.json' in names else LANGUAGES[0]}.json"))

    def file(self, name: str) -> bytes:
        """One of its files, checked against its digest; Unreadable, or KeyError where it has none of this name."""
        return stored(self.manifest.files[name])

    def gaps(self, lang: str) -> tuple[Unproven, ...]:
        """The numbers of its prose that no question stands behind."""
        return unproven(self.report(lang))


def stored(digest: str) -> bytes:
    """The bytes of a digest; Unreadable where they are gone or changed."""
    try:
        data = files.path_of(digest).read_bytes()
    except OSError:
        raise Unreadable(digest) from None
    if sha256(data).hexdigest() != digest:
        raise Unreadable(digest)
    return data


def may_freeze(hats: tuple[Actor, ...], town: Town) -> bool:
    """Whether one of these hats drafts the town's report."""
    here = town.serving(Editions)
    if here is None:
        return False
    drafters = set(town.kind(here.line, here.edition).raised_by)
    return any(hat.roles & drafters and hat.covers(here.line, town.code) for hat in hats)


def may_sign(edition: Edition, hats: tuple[Actor, ...], town: Town) -> bool:
    """Whether it waits for a signature, and one of these hats signs."""
    kind = town.kind(edition.row.line, edition.row.kind)
    move = kind.procedure.find("sign", edition.state)
    signers = set(move.roles) if move else set()
    return any(hat.roles & signers and hat.covers(edition.row.line, town.code) for hat in hats)


def freeze(year: str, *, by: tuple[Actor, ...], now: datetime, key: str) -> str:
    """Freeze the report as the ledger stands now, and open its case; the number. NoReport, BadTemplate or Refused."""
    town = towns.current()
    here = town.serving(Editions)
    if here is None or not may_freeze(by, town):
        raise Refused("may_not_report")
    hats = tuple(hat for hat in by if hat.covers(here.line, town.code))
    if year not in annual.years(town):
        raise annual.NoReport(year)
    head = chain.head(town.code)
    if not head.id:
        raise Refused("ledger_empty")
    as_of = now.astimezone(UTC).replace(microsecond=0)
    sources = {lang: template.source(town.folder, year, lang) for lang in LANGUAGES}
    lake = past.tables(town, cursor=head.id, digest=head.hash, as_of=as_of)
    made = making.made(town, year, sources, lake, annual.site())
    digests = {
        name: files.put_made(data, f"{town.code}-{year}-{name}", _MIMES[name.rpartition(".")[2]], now=now)
        for name, data in made.files.items()
    }
    manifest = making.manifest(town, year, sources, made, digests, head.id, head.hash, as_of)
    data = making.canonical(manifest)
    digest = files.put_made(data, f"{town.code}-{year}-manifest.json", _MIMES["json"], now=now)
    told = actions.report(
        line=here.line, kind=here.edition, by=hats, now=now, key=key, channel="web", place=town.code,
        answers={
            "title": made.title, "year": year, "cursor": head.id, "head": head.hash, "as_of": as_of.isoformat(),
            "missing": len(manifest.missing), "unproven": len(manifest.unproven), "public_key": ledger.public_key(),
            "manifest": digest, "files": list(dict.fromkeys(digests.values())),
        },
    )  # fmt: skip
    return told.number


def listed(*, scope: Scope, after: int = 0, size: int = 50) -> tuple[Row, ...]:
    """The editions within the scope, newest first."""
    town = towns.current()
    if (here := town.serving(Editions)) is None:
        return ()
    return queries.rows_of(
        town=town.code, line=here.line, kind=here.edition, scope=scope, after=after, size=size
    )


def published_rows() -> tuple[Row, ...]:
    """What everybody may read, newest first: editions that are published and not withdrawn."""
    return tuple(row for row in listed(scope=Scope.everything(), size=1000) if row.state == "published")


def published(year: str) -> Edition | None:
    """The newest published edition of a year."""
    rows = (row for row in published_rows() if msgspec.json.decode(row.answers).get("year") == year)
    newest = next(rows, None)
    return find(newest.number, scope=Scope.everything()) if newest else None


# Which stands before which; a report that was returned or withdrawn stands for nothing.
_STANDS = {"published": 0, "signed": 1, "checked": 2, "drafted": 2}


def standing_for(year: str) -> Edition | None:
    """The edition that stands for a year: the newest published one, else signed, else the newest that was frozen."""
    rows = [
        row
        for row in listed(scope=Scope.everything(), size=1000)
        if row.state in _STANDS and msgspec.json.decode(row.answers).get("year") == year
    ]
    newest = min(rows, key=lambda row: _STANDS[row.state], default=None)
    return find(newest.number, scope=Scope.everything()) if newest else None


def find(number: str, *, scope: Scope) -> Edition:
    """An edition within the scope, or one that is published; NotFound otherwise, Unreadable without its manifest."""
    town = towns.current()
    held = queries.dossier(town=town, number=number, scope=scope)
    if held is None:
        held = queries.dossier(town=town, number=number, scope=Scope.everything())
        if held is not None and held.row.state not in OPEN:
            held = None
    here = town.serving(Editions)
    if held is None or here is None or (held.row.line, held.row.kind) != (here.line, here.edition):
        raise NotFound
    digest = str(held.answers["manifest"])
    signed = next((step for step in reversed(held.steps) if step.verb == "sign"), None)
    return Edition(
        held.row, making.read_manifest(stored(digest)), digest, str(held.answers["public_key"]),
        str(signed.answers.get("signature", "")) if signed else "",
        tuple(Step(s.at, s.verb, s.by, s.post, s.answers) for s in held.steps),
    )  # fmt: skip


def sign(number: str, *, by: tuple[Actor, ...], now: datetime, key: str, gaps_read: bool) -> str:
    """Sign an edition by whoever may; its signature. Refused by the procedure's rules, Unreadable if it was changed."""
    edition = find(number, scope=Scope.everything())
    for digest in edition.manifest.files.values():
        stored(digest)
    signature = ledger.sign(signed_text(edition.digest))
    actions.take(
        case=number, verb="sign", by=by, now=now, key=key,
        answers={"gaps_read": gaps_read, "signature": signature},
    )  # fmt: skip
    return signature


def verify(number: str) -> tuple[str, ...]:
    """What is wrong with an edition, in words; empty where its entries, files, position and signature all hold."""
    town = towns.current()
    row = next(iter(r for r in listed(scope=Scope.everything(), size=10_000) if r.number == number), None)
    if row is None:
        raise NotFound
    wrong = [fault] if (fault := ledger.case_fault(row.id)) else []
    try:
        edition = find(number, scope=Scope.everything())
    except (Unreadable, msgspec.DecodeError):
        return (*wrong, "the manifest is missing or was changed")
    for name, digest in edition.manifest.files.items():
        try:
            stored(digest)
        except Unreadable:
            wrong.append(f"{name} is missing or was changed")
    if past.hash_at(town.code, edition.manifest.cursor) != edition.manifest.hash:
        wrong.append(f"entry {edition.manifest.cursor} of the ledger is not the one that was read")
    signed = any(step.verb == "sign" for step in edition.steps)
    if signed and not holds(edition.public_key, edition.digest, edition.signature):
        wrong.append("the signature does not hold")
    if edition.public_key != ledger.public_key():
        wrong.append("it was frozen by another installation, or the key has changed since")
    return tuple(wrong)


@dataclass(frozen=True)
class Reproduced:
    """What came of making an edition again. files: name → (digest frozen, digest now). differs: why it may differ."""

    number: str
    files: Mapping[str, tuple[str, str]]
    differs: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every file came out byte for byte."""
        return all(frozen == now for frozen, now in self.files.values())


def reproduce(number: str) -> Reproduced:
    """Make an edition again from the ledger up to its position; NotFound, Unreadable or past.NoPosition."""
    town = towns.current()
    edition = find(number, scope=Scope.everything())
    told = edition.manifest
    lake = past.tables(
        town, cursor=told.cursor, digest=told.hash, as_of=datetime.fromisoformat(told.as_of), anew=True
    )
    try:
        made = making.made(town, told.year, told.sources, lake, told.site)
    except template.BadTemplate as wrong:  # what it asks is not there any more, or is another
        left = {name: (digest, "") for name, digest in sorted(told.files.items())}
        return Reproduced(number, left, (say("unlike.failed", LANGUAGES[0], why=str(wrong)),))
    now = {name: sha256(data).hexdigest() for name, data in made.files.items()}
    names = sorted({*told.files, *now})
    return Reproduced(
        number,
        {name: (told.files.get(name, ""), now.get(name, "")) for name in names},
        making.differences(told, made, {lang: edition.report(lang) for lang in told.sources}),
    )
