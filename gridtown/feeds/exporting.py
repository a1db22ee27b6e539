"""Cases out, as one person may see them: row by row into a table file, personal answers masked."""

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from gridtown.cases import queries, store
from gridtown.cases.queries import Brief, Filters
from gridtown.kernel.forms import fields_of
from gridtown.kernel.line import Kind
from gridtown.people.scope import Scope
from gridtown.people.snapshot import People
from gridtown.town import Town

PAGE = 200
MASK = "***"
_PLAIN = (
    "number", "line", "kind", "state", "outcome", "place", "lon", "lat", "category", "urgency", "level", "channel",
    "reporters", "supervised", "opened", "due", "closed", "late",
)  # fmt: skip
Write = Callable[[list[dict[str, Any]]], None]


class UnknownFormat(ValueError):
    """A file name that ends in neither .csv nor .parquet."""


def export_cases(
    path: Path,
    *,
    town: Town,
    people: People,
    scope: Scope,
    filters: Filters,
    now: datetime,
    progress: Callable[[int], object] = lambda n: None,
) -> int:
    """Write what the scope shows of one kind to a .csv or .parquet file; answers how many rows.

    Columns are those of the case, the post that has it, and the intake's answers. Times are UTC; pages are fetched
    one by one, so memory does not grow with the file.
    """
    kind = town.kind(filters.line, filters.kind)
    columns = [*_PLAIN, "post", *(spec.name for spec in fields_of(kind.intake) if spec.name not in _PLAIN)]
    many = 0
    with _writer(path, columns) as write:
        for page in _pages(scope, filters, now):
            answers = _answers(page)
            write([_row(brief, kind, people, answers[brief.id]) for brief in page])
            many += len(page)
            progress(len(page))
    return many


def _pages(scope: Scope, filters: Filters, now: datetime) -> Iterator[tuple[Brief, ...]]:
    after = ""
    while True:
        page = queries.listing(scope=scope, filters=filters, now=now, after=after, size=PAGE)
        if page.rows:
            yield page.rows
        if not page.next:
            return
        after = page.next


def _answers(page: tuple[Brief, ...]) -> dict[int, dict[str, Any]]:
    """The intake's answers of cases that the scope has shown already."""
    marks = ", ".join(["%s"] * len(page))
    found = store.fetch(
        f"SELECT id, answers FROM cases_case WHERE id IN ({marks})", [brief.id for brief in page]
    )
    return {case: msgspec.json.decode(text) for case, text in found}


def _row(brief: Brief, kind: Kind, people: People, answers: Mapping[str, Any]) -> dict[str, Any]:
    post = people.by_id(brief.holder_id) if brief.holder_id else None
    row = {name: getattr(brief, name) for name in _PLAIN}
    row["post"] = post.key if post else ""
    for spec in fields_of(kind.intake):
        if spec.name not in row:
            value = answers.get(spec.name)
            hidden = spec.personal and value not in (None, "")
            row[spec.name] = MASK if hidden else _cell(value)
    return row


def _cell(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return " ".join(msgspec.json.encode(v).decode() if isinstance(v, dict) else str(v) for v in value)


class _writer:  # noqa: N801 - used as `with _writer(...)`
    """A file that takes lists of rows and is put in its place only when all of them are in."""

    def __init__(self, path: Path, columns: list[str]) -> None:
        if path.suffix not in (".csv", ".parquet"):
            raise UnknownFormat(path.name)
        self.path, self.columns = path, columns
        self.draft = path.with_name(f".{path.name}.part")
        self._close: Callable[[], object] = lambda: None

    def __enter__(self) -> Write:
        return self._csv() if self.path.suffix == ".csv" else self._parquet()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._close()
        if kind is None:
            self.draft.replace(self.path)
        else:
            self.draft.unlink(missing_ok=True)

    def _csv(self) -> Write:
        file = self.draft.open("w", encoding="utf-8-sig", newline="")
        self._close = file.close
        writer = csv.DictWriter(file, self.columns)
        writer.writeheader()
        return lambda rows: writer.writerows({n: _text(v) for n, v in row.items()} for row in rows)

    def _parquet(self) -> Write:
        schema = pa.schema([(name, _TYPES.get(name, pa.string())) for name in self.columns])
        writer = pq.ParquetWriter(self.draft, schema)
        self._close = writer.close

        def write(rows: list[dict[str, Any]]) -> None:
            texts = [{n: v if n in _TYPES else _text(v) for n, v in row.items()} for row in rows]
            writer.write_table(pa.Table.from_pylist(texts, schema))

        return write


_TYPES: Mapping[str, Any] = {
    "lon": pa.float64(), "lat": pa.float64(), "reporters": pa.int32(), "supervised": pa.bool_(), "late": pa.bool_(),
    "opened": pa.timestamp("us", "UTC"), "due": pa.timestamp("us", "UTC"), "closed": pa.timestamp("us", "UTC"),
}  # fmt: skip


def _text(value: Any) -> str | None:
    """A cell as text; what a spreadsheet would take for a formula gets a quote in front of it."""
    if value is None:
        return None
    said = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{said}" if isinstance(value, str) and said.startswith(("=", "+", "-", "@", "\t")) else said
