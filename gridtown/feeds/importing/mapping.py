"""A mapping file, read and checked: what a foreign file's columns mean here (columns, codes, zone, coordinates)."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gridtown.feeds.importing.rules import BadMapping, Codes, Reader, Sheet, compile_rule
from gridtown.feeds.importing.sheets import rows
from gridtown.places.coords import CRS, Crs

_SECTIONS = {"source", "about", "line", "kind", "zone", "crs", "as_of", "file", "case", "columns", "answers", "codes",
             "patterns"}  # fmt: skip
_FILE = {"encoding", "delimiter", "sheet", "header"}
_CASE = {"open_state", "limit", "tolerance_seconds", "unknown_closing", "own_limits"}
_COLUMNS = {"number", "opened", "due", "closed", "state", "outcome", "lon", "lat", "place", "channel"}


@dataclass(frozen=True)
class FileMapping:
    """One mapping file. `source` names where rows come from and, with a row's number, makes its key.

    as_of: the instant the file was written (running deadlines are judged by it). limit: which clock the due
    column means. tolerance_seconds: how far a closing may lie before the opening because a file cuts its times.
    unknown_closing: "refuse" a closed row without a time, or close it "as_of". own_limits: whether a row that is open
    and has no due time comes under our own limits.
    """

    source: str
    line: str
    kind: str
    zone: tzinfo
    crs: Crs
    as_of: datetime | None
    file: Mapping[str, Any]
    open_state: str
    limit: str
    tolerance: int
    unknown_closing: str
    own_limits: bool
    rules: Mapping[str, Mapping[str, Mapping[str, Any]]]
    codes: Mapping[str, Codes]
    patterns: Mapping[str, Sequence[tuple[re.Pattern[str], Any]]] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """The heading that a value comes from, to be named when it is wrong."""
        rule = self.rules["columns"].get(name, {})
        return str(rule.get("column") or ", ".join(rule.get("columns", ())) or name)

    def compiled(self, headings: Sequence[str]) -> dict[str, dict[str, Reader]]:
        """Every rule bound to this file's columns, by section."""
        sheet = Sheet({name: i for i, name in enumerate(headings)}, self.zone, self.codes, self.patterns)
        return {
            section: {name: compile_rule(rule, sheet) for name, rule in rules.items()}
            for section, rules in self.rules.items()
        }


def load(path: Path) -> FileMapping:
    """Read a mapping file; code tables in files of their own lie beside it. Raises BadMapping."""
    data = tomllib.loads(path.read_text("utf-8"))
    _only(data, _SECTIONS, "")
    if lost := {"source", "line", "kind", "columns"} - set(data):
        raise BadMapping("no_key", value=", ".join(sorted(lost)))
    _only(data["columns"], _COLUMNS, "columns.")
    _only(data.get("file", {}), _FILE, "file.")
    case = data.get("case", {})
    _only(case, _CASE, "case.")
    if lost := {"number", "opened"} - set(data["columns"]):
        raise BadMapping("no_key", value=", ".join(f"columns.{name}" for name in sorted(lost)))
    zone = ZoneInfo(data.get("zone", "Asia/Shanghai"))
    return FileMapping(
        source=data["source"],
        line=data["line"],
        kind=data["kind"],
        zone=zone,
        crs=_crs(data.get("crs", "wgs84")),
        as_of=_instant(data.get("as_of"), zone),
        file=data.get("file", {}),
        open_state=case.get("open_state", ""),
        limit=case.get("limit", ""),
        tolerance=int(case.get("tolerance_seconds", 0)),
        unknown_closing=case.get("unknown_closing", "refuse"),
        own_limits=bool(case.get("own_limits", True)),
        rules={name: data.get(name, {}) for name in ("columns", "answers")},
        codes={name: _codes(table, path.parent) for name, table in data.get("codes", {}).items()},
        patterns={
            name: [(re.compile(text, re.IGNORECASE), value) for text, value in found]
            for name, found in data.get("patterns", {}).items()
        },
    )


def _only(data: Mapping[str, Any], known: set[str], prefix: str) -> None:
    if unknown := set(data) - known:
        raise BadMapping("unknown_key", value=", ".join(sorted(prefix + key for key in unknown)))


def _crs(name: str) -> Crs:
    for known in CRS:
        if known == name:
            return known
    raise BadMapping("unknown_key", value=f"crs = {name}")


def _instant(value: Any, zone: tzinfo) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise BadMapping("no_key", value="as_of = 2016-01-13T00:00:00")
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _codes(table: Mapping[str, Any], folder: Path) -> Codes:
    """A code table written in the mapping, or `{file, from, to}` naming two columns of a table file."""
    if set(table) != {"file", "from", "to"}:
        return {str(key): value for key, value in table.items()}
    with rows(folder / table["file"]) as (names, lines):
        try:
            at, to = names.index(table["from"]), names.index(table["to"])
        except ValueError:
            raise BadMapping("no_column", value=f"{table['from']}, {table['to']}") from None
        return {str(cells[at]).strip(): str(cells[to]).strip() for _, cells in lines}
