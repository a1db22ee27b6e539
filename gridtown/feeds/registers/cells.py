"""Cells: how an answer is written into one, and what somebody means who has filled one in."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from openpyxl.utils.datetime import from_excel

from gridtown.feeds.importing.rules import BLANK, BadCell
from gridtown.feeds.registers.layout import Column, plainly

EXACT = 10**15  # from here on a spreadsheet has lost digits
_SERIALS = range(3654, 80000)  # days since 1900 that are taken for a date: 1910 to 2119
_YES = {"是", "有", "√", "对", "y", "yes", "true", "1", "1.0"}
_NO = {"否", "无", "×", "错", "n", "no", "false", "0", "0.0"}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TIME = re.compile(r"[\sT]*(\d{1,2})[:时：](\d{1,2})分?(?:[::](\d{1,2})(?:\.\d+)?)?\s*")
_ERRORS = {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"}
_SHOWN = 8  # choices that a mistake names


@dataclass(frozen=True)
class Formula:
    """What stands in a cell with a formula whose result the file does not have."""


class Percent(float):
    """A number that its cell shows in percent: 0.103 as 10.3%; where a text is wanted that is what it says."""

    @property
    def said(self) -> str:
        """As the sheet shows it, with all its digits."""
        return f"{self * 100:.10g}%"


@dataclass(frozen=True)
class Names:
    """The records of a register by what they are called, for cells that name one."""

    title: str
    ids: Mapping[str, Sequence[int]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)

    def written(self, record: int) -> str | int:
        """A record's name, or its number where the name is not its alone."""
        name = self.names.get(record, "")
        return name if name and len(self.ids.get(plainly(name), ())) == 1 else record

    def meant(self, said: str, heading: str) -> int:
        """The record that somebody names, or gives the number of."""
        found = self.ids.get(plainly(said), ())
        if len(found) > 1:
            raise BadCell(
                heading, "many_of_name", value=said, register=self.title, ids=", ".join(map(str, found[:5]))
            )
        if found:
            return found[0]
        if said.isdecimal() and int(said) in self.names:
            return int(said)
        raise BadCell(heading, "no_such_name", value=said, register=self.title)


@dataclass(frozen=True)
class Cells:
    """Writes and reads the cells of one sheet; `names` are those of the registers that it refers to."""

    zone: tzinfo
    names: Mapping[str, Names]

    def written(self, column: Column, value: Any) -> Any:
        """An answer as its cell shows it."""
        kind = column.spec.type if column.spec else ""
        if value is None or value == "":
            return None
        if kind in ("ref", "refs") and column.spec:
            known = self.names[column.spec.register]
            said = [known.written(int(one)) for one in (value if isinstance(value, list) else [value])]
            return said[0] if kind == "ref" else _joined([str(one) for one in said])
        if isinstance(value, list):
            return _joined([column.choices.get(str(one), str(one)) for one in value])
        if isinstance(value, bool):
            return column.choices["true" if value else "false"]
        if kind == "date":
            return date.fromisoformat(str(value))
        if kind == "datetime":
            return datetime.fromisoformat(str(value)).astimezone(self.zone).replace(tzinfo=None)
        return column.choices.get(value, value) if isinstance(value, str) else value

    def read(self, column: Column, value: Any) -> Any:
        """What a cell means, None for an empty one; BadCell for what cannot be understood."""
        raw = value
        if isinstance(value, str):
            value = value.strip(BLANK) or None
        if value is None:
            return None
        _sound(column, value)
        spec = column.spec
        match spec.type if spec else "":
            case "int" | "number":
                return self._number(column, value, whole=spec is not None and spec.type == "int")
            case "bool":
                return self._flag(column, value)
            case "date" | "datetime" as kind:
                return self._moment(column, value, timed=kind == "datetime")
            case "choice":
                return self._choice(column, text(column, value))
            case "post":
                return self._post(column, text(column, value))
            case "ref" if spec:
                return self.names[spec.register].meant(text(column, value), column.heading)
            case "refs" if spec:
                return [self.names[spec.register].meant(one, column.heading) for one in _parted(column, raw)]
            case "list" | "posts" | "cases" | "accounts":
                return _parted(column, raw)
        return text(column, value)

    def _number(self, column: Column, value: Any, *, whole: bool) -> int | float:
        if isinstance(value, bool | date):
            raise BadCell(column.heading, "not_a_number", value=value)
        if isinstance(value, str):
            said = unicodedata.normalize("NFKC", value).replace(",", "").strip()
            unit = re.fullmatch(r"([-+]?[\d.]+(?:e[-+]?\d+)?)\s*(\D*)", said, re.IGNORECASE)
            if unit and unit[2] and f"({unit[2]})" in unicodedata.normalize("NFKC", column.heading):
                said = unit[1]
            try:
                value = float(said)
            except ValueError:
                raise BadCell(column.heading, "not_a_number", value=value) from None
        if whole and value != int(value):
            raise BadCell(column.heading, "not_whole", value=value)
        return int(value) if whole or value == int(value) else float(value)

    def _flag(self, column: Column, value: Any) -> bool:
        said = plainly(str(value))
        if said in _YES or said in _NO:
            return said in _YES
        raise BadCell(column.heading, "not_yes_or_no", value=value)

    def _choice(self, column: Column, said: str) -> str:
        found = column.meanings.get(plainly(said))
        if found is None:
            several = list(column.choices.values())
            choices = [*several[:_SHOWN], *(["…"] if len(several) > _SHOWN else [])]
            raise BadCell(column.heading, "not_a_choice", value=said, choices=choices)
        return found

    def _post(self, column: Column, said: str) -> str:
        found = column.meanings.get(plainly(said))
        if found is None:
            raise BadCell(column.heading, "no_such_post", value=said)
        return found

    def _moment(self, column: Column, value: Any, *, timed: bool) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in _SERIALS:
            value = from_excel(value)
        if isinstance(value, str | int | float):
            value = _parsed(str(value))
        if not isinstance(value, date):
            raise BadCell(column.heading, "not_a_time" if timed else "not_a_date", value=value)
        if not timed:
            return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()
        at = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
        rounded = (at + timedelta(microseconds=500)).replace(
            microsecond=0
        )  # a spreadsheet counts in parts of a day
        return rounded.replace(tzinfo=self.zone).astimezone(UTC).isoformat()


def _sound(column: Column, value: Any) -> None:
    """Refuse what a formula has left in a cell that is no value."""
    if isinstance(value, Formula):
        raise BadCell(column.heading, "formula")
    if isinstance(value, str) and value in _ERRORS:
        raise BadCell(column.heading, "sheet_error", value=value)


def text(column: Column, value: Any) -> str:
    """A cell as text, "" for an empty one: a number that the spreadsheet has made of digits is digits again."""
    if value is None:
        return ""
    _sound(column, value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Percent):
        return value.said
    if isinstance(value, int | float):
        if abs(value) >= EXACT:
            raise BadCell(column.heading, "digits_lost")
        return str(int(value)) if value == int(value) else str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != datetime.min.time() else value.date().isoformat()
    return str(value).strip(BLANK)


def _parsed(said: str) -> datetime | str:
    """A date as people write it, with a time or without; what is none as it is."""
    said = unicodedata.normalize("NFKC", said).strip()
    if re.fullmatch(r"(19|20)\d{6}(\.0)?", said):
        said = f"{said[:4]}-{said[4:6]}-{said[6:8]}"
    found = _DATE.match(said)
    rest = _TIME.fullmatch(said[found.end() :]) if found and said[found.end() :].strip() else None
    if found is None or (said[found.end() :].strip() and rest is None):
        return said
    try:
        year, month, day = (int(part) for part in found.groups())
        hour, minute, second = (int(part or 0) for part in rest.groups()) if rest else (0, 0, 0)
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - in the town's zone, put on by the caller
    except ValueError:
        return said


def _joined(parts: Sequence[str]) -> str:
    """Several texts in one cell: apart by a semicolon, or by lines where one of them has a semicolon in it."""
    if any("；" in part or ";" in part for part in parts):
        return "\n".join(parts) + ("\n" if len(parts) == 1 else "")
    return "；".join(parts)


def _parted(column: Column, value: Any) -> list[str]:
    said = value if isinstance(value, str) else text(column, value)
    parts = said.split("\n") if "\n" in said else re.split("[;；]", said)
    return [part for part in (one.strip(BLANK) for one in parts) if part]
