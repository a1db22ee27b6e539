"""A town is a folder: read here, with the lines of business bound to its own amounts and dictionaries."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings

from gridtown import lines
from gridtown.kernel import words
from gridtown.kernel.amounts import Amount
from gridtown.kernel.calendar import Calendar, read_calendar
from gridtown.kernel.clocks import Limit
from gridtown.kernel.document import Text
from gridtown.kernel.forms import fields_of
from gridtown.kernel.line import Duty, Kind, Line, Register
from gridtown.kernel.purpose import Purpose
from gridtown.kernel.recurring import read_every
from gridtown.kernel.standing import PREFIX
from gridtown.kernel.table import faults

Table = Mapping[str, Mapping[str, Any]]
For = TypeVar("For", bound=Purpose)
INDICATORS = "indicator"  # the dictionary of all of them


class TownFolderError(Exception):
    """What is wrong in the town's folder, with the file and the key."""


@dataclass(frozen=True)
class Town:
    """One town: its code, names, calendar, lines with its amounts, dictionaries, texts of documents and settings.

    center: longitude and latitude (WGS84). synthetic: its data are made up and every page says so.
    """

    code: str
    names: Mapping[str, str]
    folder: Path
    zone: ZoneInfo
    calendar: Calendar
    lines: Mapping[str, Line]
    tables: Mapping[str, Mapping[str, Table]]
    amounts: Mapping[str, Mapping[str, Any]]
    center: tuple[float, float]
    synthetic: bool
    texts: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    _kinds: dict[tuple[str, str], Kind] = field(default_factory=dict, init=False, compare=False, repr=False)

    def kind(self, line: str, kind: str) -> Kind:
        """The kind of case, with the town's limits; KeyError when there is none."""
        found = self._kinds.get((line, kind))
        if found is None:
            found = next(k for k in self.lines[line].kinds if k.key == kind) if line in self.lines else None
            if found is None:
                raise KeyError(f"{line}/{kind}")
            self._kinds[(line, kind)] = found
        return found

    def serving(self, what: type[For]) -> For | None:
        """Which line serves this purpose, and by which of its kinds and registers; None where the town has none."""
        purposes = (line.purpose for line in self.lines.values())
        return next((purpose for purpose in purposes if isinstance(purpose, what)), None)

    def raised_by(self, role: str) -> list[tuple[str, Kind]]:
        """The kinds that people of this role may raise, with their line; the first is the one when none is named."""
        return [
            (key, kind) for key, line in self.lines.items() for kind in line.kinds if role in kind.raised_by
        ]

    def say(self, key: str, lang: str, line: str = "", **params: Any) -> str:
        """A word of this line, or of all lines."""
        own = (self.lines[line].words,) if line in self.lines else ()
        return words.say(key, lang, *own, lines.common_words(), **params)

    def basis(self, line: str, what: str, key: str, said: str, lang: str) -> str:
        """On what a limit, setting, indicator … rests, in the reader's language."""
        own = (self.lines[line].words,) if line in self.lines else ()
        return words.basis(f"basis.{what}.{key}", said, lang, *own, lines.common_words())


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise TownFolderError(f"{path.name}: {error}") from None


def _override(limit: Limit, own: Mapping[str, Any]) -> Limit:
    """One limit with the town's own amount, in all or by grade, and who confirmed it."""
    confirmed = own.get("confirmed_by", "")
    if "amount" in own:
        limit = limit.override(Amount.parse(own["amount"]), confirmed_by=confirmed)
    for grade, amount in own.get("grades", {}).items():
        limit = limit.override(Amount.parse(amount), grade=grade, confirmed_by=confirmed)
    return limit


def _with_limits(line: Line, overrides: Mapping[str, Any]) -> Line:
    """The line with the town's own amounts; a statutory ceiling refuses a longer one (Limit.override)."""
    kinds = []
    for kind in line.kinds:
        own = overrides.get(kind.key, {})
        _known("limits.toml", f"{line.key}.{kind.key}", "limit", own, {m.key for m in kind.procedure.limits})
        if own:
            changed = tuple(_override(limit, own.get(limit.key, {})) for limit in kind.procedure.limits)
            kind = replace(kind, procedure=replace(kind.procedure, limits=changed))
        kinds.append(kind)
    return replace(line, kinds=tuple(kinds))


def with_duties(line: Line, overrides: Mapping[str, Any]) -> Line:
    """The line with the periods in which the town's own duties come again."""
    _known("duties.toml", line.key, "register", overrides, {r.key for r in line.registers})
    registers = []
    for register in line.registers:
        own = overrides.get(register.key, {})
        where = f"{line.key}.{register.key}"
        _known("duties.toml", where, "duty", own, {d.key for d in register.duties})
        duties = tuple(_period(register, duty, own.get(duty.key, {}), where) for duty in register.duties)
        registers.append(replace(register, duties=duties))
    return replace(line, registers=tuple(registers))


def _period(register: Register, duty: Duty, own: Mapping[str, Any], where: str) -> Duty:
    """One duty with the town's own period, in all or by grade."""
    where = f"{where}.{duty.key}"
    _known("duties.toml", where, "key", own, {"every", "grades", "confirmed_by"})
    grades = own.get("grades", {})
    if grades and not duty.grade_by:
        raise TownFolderError(f"duties.toml: {where} is not graded")
    choices = next((spec.choices for spec in fields_of(register.form) if spec.name == duty.grade_by), ())
    if choices:
        _known("duties.toml", where, "grade", grades, set(choices))
    try:
        every = read_every(own["every"]) if "every" in own else duty.every
        return replace(
            duty, every=every, grades={**duty.grades, **{k: read_every(v) for k, v in grades.items()}}
        )
    except (ValueError, AttributeError) as wrong:
        raise TownFolderError(f"duties.toml: {where}: {wrong}") from None


def _known(file: str, where: str, what: str, own: Mapping[str, Any], known: set[str]) -> None:
    if unknown := set(own) - known:
        raise TownFolderError(f"{file}: {where} has no {what} {', '.join(sorted(unknown))}")


def _tables(folder: Path, own: Mapping[str, Line]) -> dict[str, dict[str, Table]]:
    """The town's tables/<line>.<table>.csv → line → table → key → row; where it has none, the line's own.

    Every line can also ask for a line of business, from the dictionary `line`, which nobody has to write.
    """
    known: Table = {key: {"key": key, **line.words["line"]} for key, line in own.items()}
    found = {key: {"line": known, **line.tables} for key, line in own.items()}
    for path in sorted(folder.glob("*.csv")):
        line, _, table = path.stem.partition(".")
        try:
            found.setdefault(line, {})[table] = lines.read_table(path)
        except ValueError as wrong:
            raise TownFolderError(str(wrong)) from None
    return found


def unanswered(own: Mapping[str, Line], tables: Mapping[str, Mapping[str, Table]]) -> list[str]:
    """Dictionaries that a form asks for and that neither the line nor the town has: nobody could answer it."""
    return [
        f"tables/{line.key}.{spec.table}.csv: the form {form.__name__} asks for it, and neither line nor town has it"
        for line in own.values()
        for form in line.forms()
        for spec in fields_of(form)
        if spec.table and spec.table not in tables[line.key]
    ]


def _grown(line: Line, own: Mapping[str, Table]) -> Line:
    """The line with the indicators of the town's own dictionaries; a row that makes none that can be read is named."""
    line = line.grown(own)
    books = {f"{PREFIX}{r.key}": line.columns_of(f"{PREFIX}{r.key}") for r in line.registers}
    made = [ind for ind in line.indicators if ind.family]
    if wrong := faults(line.kinds, made, books) if made else []:
        raise TownFolderError(f"tables/{line.key}: {'; '.join(wrong)}")
    return line


def _asked(own: Mapping[str, Line]) -> Table:
    """What is asked of all lines, a dictionary for any form: `line.indicator` → its words and its unit."""

    def said(line: Line, key: str, lang: str) -> str:
        return f"{line.words['line'][lang]} · {line.words[f'indicator.{key}'][lang]}"

    return {
        f"{line.key}.{ind.key}": {
            "key": f"{line.key}.{ind.key}", "unit": ind.unit,
            **{lang: said(line, ind.key, lang) for lang in words.LANGUAGES},
        }
        for line in own.values()
        for ind in line.indicators
    }  # fmt: skip


def _texts(folder: Path, own: Mapping[str, Line]) -> dict[str, dict[str, Text]]:
    """The town's documents/<line>.<key>.txt → line → key → text; where it has none, the line's own."""
    found = {key: dict(line.texts) for key, line in own.items()}
    for name, text in lines.read_texts(folder, "").items():
        line, _, key = name.partition(".")
        if key not in found.get(line, {}):
            raise TownFolderError(f"{text.file}: there is no document {key} of a line {line}")
        found[line][key] = text
    return found


def _amounts(line: Line, own: Mapping[str, Any]) -> dict[str, Any]:
    """The line's settings with the town's own amounts in their place."""
    known = {setting.key: setting.default for setting in line.settings}
    _known("settings.toml", line.key, "setting", own, set(known))
    return known | {
        key: value["value"] if isinstance(value, Mapping) else value for key, value in own.items()
    }


def read(folder: Path) -> Town:
    """A town from its folder, or TownFolderError naming file and key."""
    if not (folder / "town.toml").exists():
        raise TownFolderError(f"{folder}: there is no town.toml")
    about = _toml(folder / "town.toml")
    overrides, amounts = _toml(folder / "limits.toml"), _toml(folder / "settings.toml")
    duties, found = _toml(folder / "duties.toml"), lines.found()
    _known("duties.toml", "this town", "line", duties, set(found))
    tables = _tables(folder / "tables", found)
    own = {
        key: _grown(with_duties(_with_limits(line, overrides.get(key, {})), duties.get(key, {})), tables[key])
        for key, line in found.items()
    }
    asked = _asked(own)
    tables = {key: {INDICATORS: asked, **named} for key, named in tables.items()}
    return Town(
        code=about["code"],
        names=about["name"],
        folder=folder,
        zone=ZoneInfo(about["zone"]),
        calendar=read_calendar(_toml(folder / "calendar.toml")),
        lines=own,
        tables=tables,
        texts=_texts(folder, found),
        amounts={key: _amounts(line, amounts.get(key, {})) for key, line in found.items()},
        center=tuple(about["center"]),
        synthetic=about.get("synthetic", False),
        options={k: v for k, v in about.items() if k not in {"code", "name", "zone", "center", "synthetic"}},
    )


@cache
def at(folder: Path) -> Town:
    """The town of a folder, read once a process."""
    return read(Path(folder))


def current() -> Town:
    """The town that this installation serves."""
    return at(settings.GRIDTOWN_TOWN)
