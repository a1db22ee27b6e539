"""What a register's sheet looks like: its columns in their order, headed in the reader's words."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from gridtown.kernel import forms, words
from gridtown.kernel.forms import FieldSpec
from gridtown.kernel.line import Register
from gridtown.lines import common_words
from gridtown.people.snapshot import People
from gridtown.places.coords import CRS
from gridtown.places.router import Snapshot
from gridtown.town import Town

ID, VERSION, PLACE, LON, LAT, CRS_COLUMN, ERROR = (
    "_id",
    "_version",
    "_place",
    "_lon",
    "_lat",
    "_crs",
    "_error",
)
FIRST_ROW = 4  # a note, the headings and their keys stand above it
_NOT_WRITTEN = ("photo", "photos", "file", "files")  # pictures are put to a record on its page


@cache
def own_words() -> Mapping[str, Mapping[str, str]]:
    """The words of these sheets, complete in every language."""
    entries = words.flatten(
        tomllib.loads((files("gridtown.feeds.registers") / "words.toml").read_text("utf-8"))
    )
    if missing := words.incomplete(entries):
        raise ValueError(f"feeds/registers/words.toml lacks a language for {sorted(missing)}")
    return entries


def say(key: str, lang: str, **params: object) -> str:
    """A word of these sheets, or one that all lines share."""
    return words.say(key, lang, own_words(), common_words(), **params)


@dataclass(frozen=True)
class Column:
    """One column. choices: what may be chosen, key → word. meanings: whatever may be written for it → key.

    read: whether anything is taken from it. stop: whether the spreadsheet refuses what is no choice.
    """

    key: str
    heading: str
    spec: FieldSpec | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    read: bool = True
    stop: bool = True


@dataclass(frozen=True)
class Layout:
    """The sheet of one register for a reader of one language."""

    line: str
    listed: Register
    lang: str
    columns: tuple[Column, ...]

    @property
    def mark(self) -> str:
        """What tells the sheet of this register from that of another; it stands in the row of keys."""
        return f"{ID}:{self.line}/{self.listed.key}"

    @property
    def naming(self) -> set[str]:
        """The columns by which a row of headings is known: what names a record, or what a computed name is made of."""
        asked = forms.asked_of(self.listed.form)
        if any(spec.name == self.listed.named_by for spec in asked):
            return {self.listed.named_by}
        return {spec.name for spec in asked if spec.required}

    def column(self, key: str) -> Column:
        """The column of a key; that of the mistake of a whole row has no heading."""
        return next((column for column in self.columns if column.key == key), Column(key, ""))

    def fields(self) -> Iterable[Column]:
        """The columns of what is asked."""
        return (column for column in self.columns if column.spec is not None and column.read)


def layout_of(
    town: Town, line: str, listed: Register, *, lang: str, people: People, places: Snapshot
) -> Layout:
    """The columns of a register's sheet: number, what the form asks and works out, the place, and the point."""
    own = [_field(town, line, spec, lang, people) for spec in forms.fields_of(listed.form)
           if spec.type not in _NOT_WRITTEN and not spec.internal]  # fmt: skip
    codes = [
        *(v.code for v in places.villages),
        *(g.code for v in places.villages for g in places.grids_of(v.code)),
    ]
    ground = {code: places.name(code, lang, "long") for code in codes}
    crs: dict[str, str] = {key: say(f"crs.{key}", lang) for key in CRS}
    spoken = {
        said: key for key in CRS for said in (key, *(say(f"crs.{key}", each) for each in words.LANGUAGES))
    }
    ends = (
        Column(
            PLACE, say("heading.needed", lang, name=say("heading._place", lang)), choices=ground, stop=False
        ),
        Column(LON, say("heading._lon", lang)),
        Column(LAT, say("heading._lat", lang)),
        Column(CRS_COLUMN, say("heading._crs", lang), choices=crs, meanings=_plainly(spoken)),
    )
    begins = (Column(ID, say("heading._id", lang)), Column(VERSION, say("heading._version", lang)))
    return Layout(line, listed, lang, (*begins, *own, *ends))


def _field(town: Town, line: str, spec: FieldSpec, lang: str, people: People) -> Column:
    said = {each: _words_of(town, line, spec, each, people) for each in words.LANGUAGES}
    meant = {written: key for each in said.values() for key, written in each.items()}
    meant |= {key: key for key in said[lang]}
    return Column(
        spec.name, _heading(town, line, spec, lang), spec, said[lang], _plainly(meant), not spec.computed
    )


def _heading(town: Town, line: str, spec: FieldSpec, lang: str) -> str:
    name = town.say(f"field.{spec.name}", lang, line)
    if spec.unit:
        unit = town.say(f"unit.{spec.unit}", lang, line).removeprefix("unit.")
        name = say("heading.unit", lang, name=name, unit=unit)
    if spec.personal:
        name = say("heading.personal", lang, name=name)
    if spec.computed:
        return say("heading.computed", lang, name=name)
    return say("heading.needed", lang, name=name) if spec.required else name


def _words_of(town: Town, line: str, spec: FieldSpec, lang: str, people: People) -> dict[str, str]:
    """What may be chosen, key → word: fixed values, a dictionary's rows, yes and no, posts."""
    if spec.choices:
        return {key: town.say(f"choice.{spec.name}.{key}", lang, line) for key in spec.choices}
    if spec.table:
        table = town.tables.get(line, {}).get(spec.table, {})
        return {key: row.get(lang) or row.get("zh") or key for key, row in table.items()}
    if spec.type == "bool":
        return {key: say(f"bool.{key}", lang) for key in ("true", "false")}
    if spec.type == "post":
        names = {post.key: post.name.get(lang) or post.name_zh for post in people.open}
        often = Counter(names.values())
        return {key: name if often[name] == 1 else f"{name} ({key})" for key, name in names.items()}
    return {}


def _plainly(meanings: Mapping[str, str]) -> dict[str, str]:
    """Meanings by what is written, whatever its case and the blanks in it."""
    return {plainly(written): key for written, key in meanings.items()}


def plainly(written: str) -> str:
    """A choice as it is looked up."""
    return "".join(written.split()).casefold()
