"""Making an edition's files from a state of the ledger and frozen texts: no clock, no chance, the machine's fonts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files

import msgspec

from gridtown.report.editions.unlike import unlike
from gridtown.report.editions.unproven import unproven
from gridtown.report.prose import annual
from gridtown.report.prose.template import Source
from gridtown.report.typeset import pdf, word
from gridtown.report.typeset.blocks import Report
from gridtown.report.typeset.blocks import canonical as report_bytes
from gridtown.report.words import say
from gridtown.town import Town
from gridtown.warehouse.lake import Lake


class Manifest(msgspec.Struct, frozen=True):
    """All that an edition is: the position and moment of the ledger, the texts, and its files by name and digest.

    definitions: by language, the digest of what the indicators ask. made: versions and font digest that the files were
    set with. missing, unproven: what who signs must have read.
    """

    town: str
    year: str
    cursor: int
    hash: str
    as_of: str
    site: str
    sources: dict[str, Source]
    definitions: dict[str, str]
    files: dict[str, str]
    made: dict[str, str]
    missing: tuple[str, ...]
    unproven: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """The files by name, and what they were made with."""

    files: Mapping[str, bytes]
    reports: Mapping[str, Report]
    made: Mapping[str, str]

    @property
    def title(self) -> str:
        """What the edition is called."""
        return next(iter(self.reports.values())).title[:80]


def made(town: Town, year: str, sources: Mapping[str, Source], lake: Lake, site: str) -> Made:
    """Data, Word file and, where the machine has a Chinese font, PDF, in every language of the texts."""
    set_: dict[str, bytes] = {}
    reports: dict[str, Report] = {}
    told = {name: version(name) for name in ("gridtown", "python-docx", "typst")} | {"program": _program()}
    for lang, source in sorted(sources.items(), reverse=True):
        report = reports[lang] = annual.read(year, lang=lang, town=town, lake=lake, source=source)
        set_[f"report.{lang}.json"] = report_bytes(report)
        set_[f"report.{lang}.docx"] = word.docx(report, site=site)
        try:
            set_[f"report.{lang}.pdf"] = pdf.pdf(report, site=site)
            told["fonts"] = pdf.fonts().digest
        except pdf.NoFont:
            told["fonts"] = ""  # the edition then has no PDF, and its page says why
    return Made(set_, reports, told)


@cache
def _program() -> str:
    """A digest of the code, words and layout that set a report: another one may set it otherwise."""
    told = sha256()
    for package in ("gridtown.report", "gridtown.papers", "gridtown.kernel"):
        for part in sorted(files(package).iterdir(), key=lambda part: part.name):
            if part.name.endswith((".py", ".toml", ".typ")):
                told.update(part.name.encode() + part.read_bytes())
    return told.hexdigest()


def manifest(
    town: Town, year: str, sources: Mapping[str, Source], done: Made, digests: Mapping[str, str], cursor: int,
    head: str, as_of: datetime,
) -> Manifest:  # fmt: skip
    """The manifest of files that were made and kept."""
    first = next(iter(done.reports.values()))
    return Manifest(
        town.code, year, cursor, head, as_of.isoformat(timespec="seconds"), annual.site(), dict(sources),
        {lang: report.definitions for lang, report in done.reports.items()}, dict(digests), dict(done.made),
        tuple(f"{e.n}. {e.name} {e.period}: {e.why}" for e in first.missing),
        tuple(f"{one.number}: {one.sentence}" for one in unproven(first)),
    )  # fmt: skip


def canonical(told: Manifest) -> bytes:
    """The manifest as bytes, the same whenever it is."""
    return msgspec.json.format(msgspec.json.encode(told, order="deterministic"), indent=1)


def read_manifest(data: bytes) -> Manifest:
    """A manifest from its bytes; msgspec.DecodeError where they are none."""
    return msgspec.json.decode(data, type=Manifest)


def differences(told: Manifest, done: Made, frozen: Mapping[str, Report]) -> tuple[str, ...]:
    """Why files made now may not be those that were frozen: other programs or fonts, and which words and definitions.

    frozen: the reports as they were, by language.
    """
    said = [
        say("edition.other_program", "zh", name=name, was=was or "—", now=done.made.get(name, "—") or "—")
        for name, was in told.made.items()
        if done.made.get(name) != was
    ]
    for lang, report in done.reports.items():
        if told.definitions.get(lang) != report.definitions:
            said.append(say("edition.other_definitions", "zh", lang=lang))
        if lang in frozen:
            said += unlike(frozen[lang], report)
    return tuple(dict.fromkeys(said))


def digest_of(data: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return sha256(data).hexdigest()
