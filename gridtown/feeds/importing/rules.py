"""One column rule of a mapping: which cells a value comes from and how it is read."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

Cells = Sequence[Any]
Reader = Callable[[Cells], Any]
Codes = Mapping[str, Any]
KEYS = frozenset({
    "column", "columns", "join", "value", "codes", "match", "else", "time", "at", "number", "low", "high",
    "required", "most", "cut",
})  # fmt: skip

BLANK = (
    " \t\r\n\x00\u3000\xa0\ufeff"  # what stands around a cell's value, the marks of broken exports among it
)


class BadCell(ValueError):
    """A cell that cannot be read; `reason` is a key of words.toml."""

    def __init__(self, column: str, reason: str, **params: Any) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.reason = reason
        self.params = params


class BadMapping(ValueError):
    """A mapping file that cannot be used; `reason` is a key of words.toml."""

    def __init__(self, reason: str, **params: Any) -> None:
        super().__init__(f"{reason}: {params}")
        self.reason = reason
        self.params = params


@dataclass(frozen=True)
class Sheet:
    """What a rule is compiled against: the file's columns, its zone, and the mapping's code tables."""

    columns: Mapping[str, int]
    zone: tzinfo
    codes: Mapping[str, Codes]
    patterns: Mapping[str, Sequence[tuple[re.Pattern[str], Any]]]


def compile_rule(rule: Mapping[str, Any], sheet: Sheet) -> Reader:
    """A function from a row's cells to the value, None for an empty cell; it raises BadCell."""
    if unknown := set(rule) - KEYS:
        raise BadMapping("unknown_key", value=", ".join(sorted(unknown)))
    read, name = _source(rule, sheet)
    for wrap in (_time, _number, _codes, _match, _text):
        read = wrap(rule, sheet, name, read)
    if "else" in rule:
        return _or_else(read, rule["else"])
    return _required(read, name) if rule.get("required") else read


def _source(rule: Mapping[str, Any], sheet: Sheet) -> tuple[Reader, str]:
    """Where the raw value comes from, and the column to name in an error."""
    if "value" in rule:
        constant = rule["value"]
        return (lambda cells: constant), ""
    names = [rule["column"]] if "column" in rule else list(rule.get("columns", ()))
    if not names:
        raise BadMapping("no_key", value="column, columns or value")
    if lost := [name for name in names if name not in sheet.columns]:
        raise BadMapping("no_column", value=", ".join(lost))
    if len(names) == 1:
        at = sheet.columns[names[0]]

        def one(cells: Cells) -> Any:
            value = cells[at]
            return (value.strip(BLANK) or None) if isinstance(value, str) else value

        return one, names[0]
    places, join = [sheet.columns[name] for name in names], rule.get("join", " ")

    def joined(cells: Cells) -> str | None:
        return join.join(str(v) for v in (_clean(cells[i]) for i in places) if v is not None) or None

    return joined, names[0]


def _clean(value: Any) -> Any:
    """A cell without blanks around it; an empty one is None."""
    return (value.strip(BLANK) or None) if isinstance(value, str) else value


def _time(rule: Mapping[str, Any], sheet: Sheet, name: str, read: Reader) -> Reader:
    """Local times of the file become UTC; several formats may be given, and sheets hold real times."""
    if "time" not in rule:
        return read
    formats = [rule["time"]] if isinstance(rule["time"], str) else list(rule["time"])
    at, zone = time.fromisoformat(rule.get("at", "00:00")), sheet.zone
    parsers = [_parser(written, at) for written in formats]

    def tried(text: str) -> datetime:
        for parser in parsers:
            with suppress(ValueError):
                return parser(text)
        raise ValueError(text)

    first_that_reads = parsers[0] if len(parsers) == 1 else tried

    def parse(value: Any) -> datetime:
        if isinstance(value, datetime):
            found = value
        elif isinstance(value, date):
            found = datetime.combine(value, at)
        else:
            found = first_that_reads(str(value))
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)

    def timed(cells: Cells) -> datetime | None:
        value = read(cells)
        if value is None:
            return None
        try:
            return parse(value)
        except (ValueError, OverflowError):
            raise BadCell(name, "not_a_time", value=value) from None

    return timed


_PARTS = {"%Y": r"(\d{4})", "%p": "([AaPp][Mm])"} | dict.fromkeys(
    ("%m", "%d", "%H", "%M", "%S", "%I"), r"(\d{1,2})"
)
_NOON = 12


def _parser(written: str, at: time) -> Callable[[str], datetime]:
    """Reads one format; the usual parts go six times as fast as by strptime, which reads all others.

    at: the time of day that a format without hours means.
    """
    timed = "%H" in written or "%I" in written
    tokens = re.findall("%.", written)
    if not {"%Y", "%m", "%d"} <= set(tokens) <= set(_PARTS) or ("%I" in tokens) != ("%p" in tokens):

        def slowly(text: str) -> datetime:
            found = datetime.strptime(text, written)  # noqa: DTZ007 - the caller puts the mapping's zone on
            return found if timed else datetime.combine(found, at)

        return slowly
    shape = re.compile(
        "".join(_PARTS.get(part) or re.escape(part) for part in re.split("(%.)", written) if part)
    )

    def quickly(text: str) -> datetime:
        found = shape.fullmatch(text)
        if found is None:
            raise ValueError(text)
        said = dict(zip(tokens, found.groups(), strict=True))
        hour = at.hour
        if "%H" in said:
            hour = int(said["%H"])
        elif "%I" in said:
            if not 1 <= int(said["%I"]) <= _NOON:
                raise ValueError(text)
            hour = int(said["%I"]) % _NOON + (_NOON if said["%p"].upper() == "PM" else 0)
        minute = int(said.get("%M", 0)) if timed else at.minute
        day = int(said["%Y"]), int(said["%m"]), int(said["%d"])
        return datetime(*day, hour, minute, int(said.get("%S", 0)))  # noqa: DTZ001 - as above

    return quickly


def _number(rule: Mapping[str, Any], sheet: Sheet, name: str, read: Reader) -> Reader:
    if "number" not in rule:
        return read
    whole = rule["number"] == "int"
    low, high = float(rule.get("low", "-inf")), float(rule.get("high", "inf"))

    def numbered(cells: Cells) -> float | int | None:
        value = read(cells)
        if value is None:
            return None
        try:
            found = float(value)
            answer = int(found) if whole else found
        except (TypeError, ValueError, OverflowError):
            raise BadCell(name, "not_a_number", value=value) from None
        if not low <= found <= high or (whole and answer != found):
            raise BadCell(
                name, "out_of_range", value=value, low=rule.get("low", ""), high=rule.get("high", "")
            )
        return answer

    return numbered


def _codes(rule: Mapping[str, Any], sheet: Sheet, name: str, read: Reader) -> Reader:
    """Outside codes become ours; a code that the table lacks is a bad row unless the rule says `else`."""
    if "codes" not in rule:
        return read
    if rule["codes"] not in sheet.codes:
        raise BadMapping("no_table", value=rule["codes"])
    table, other = sheet.codes[rule["codes"]], rule.get("else")

    def coded(cells: Cells) -> Any:
        value = read(cells)
        if value is None:
            return None
        found = table.get(str(value), other)
        if found is None:
            raise BadCell(name, "unknown_code", value=value)
        return found

    return coded


def _match(rule: Mapping[str, Any], sheet: Sheet, name: str, read: Reader) -> Reader:
    """The value of the first pattern found in the text."""
    if "match" not in rule:
        return read
    if rule["match"] not in sheet.patterns:
        raise BadMapping("no_table", value=rule["match"])
    patterns, other = sheet.patterns[rule["match"]], rule.get("else")

    def matched(cells: Cells) -> Any:
        value = read(cells)
        if value is None:
            return None
        return next((answer for pattern, answer in patterns if pattern.search(str(value))), other)

    return matched


def _text(rule: Mapping[str, Any], sheet: Sheet, name: str, read: Reader) -> Reader:
    """`most` refuses a longer text, `cut` shortens it."""
    most, cut = rule.get("most"), rule.get("cut")
    if most is None and cut is None:
        return read

    def limited(cells: Cells) -> Any:
        value = read(cells)
        if value is None:
            return None
        if most is not None and len(str(value)) > most:
            raise BadCell(name, "too_long", most=most)
        return str(value)[:cut] if cut else value

    return limited


def _or_else(read: Reader, other: Any) -> Reader:
    def filled(cells: Cells) -> Any:
        value = read(cells)
        return other if value is None else value

    return filled


def _required(read: Reader, name: str) -> Reader:
    def there(cells: Cells) -> Any:
        value = read(cells)
        if value is None:
            raise BadCell(name, "missing")
        return value

    return there
