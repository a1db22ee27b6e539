"""Many figures asked at once: three questions to the warehouse, however many numbers a report has.

The SQL of each is that of `kernel.indicator`, so what comes of it is what `indicators.read` answers one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from gridtown.kernel import indicator as kernel
from gridtown.kernel.indicator import Indicator, Span
from gridtown.kernel.period import Period
from gridtown.report import numbers
from gridtown.report.indicators import Named, Slice, listed
from gridtown.town import Town
from gridtown.warehouse.lake import Lake, Shape, sql

Ask = tuple[str, str, str]  # key, period, "" or the column that it is sliced by
# What a question of each shape answers, beside what it is sliced by.
_SAID = {"ratio": ("of", "count"), "measure": ("of", "value"), "count": ("of",)}
_TYPES = {"count": "BIGINT", "value": "DOUBLE"}


@dataclass(frozen=True)
class Answer:
    """A figure of the whole town with both its parts, written like every other (see indicators.Reading)."""

    named: Named
    period: Period
    of: int
    count: int | None
    value: float | None
    missing: bool
    until: datetime | None
    as_of: datetime | None
    slices: tuple[Slice, ...]

    @property
    def unit(self) -> str:
        """The indicator's unit."""
        return self.named.indicator.unit

    def shown(self, places: int | None = None, scale: str | None = None) -> str | None:
        """As it is written everywhere; None where it is missing."""
        if self.missing:
            return None
        return numbers.written(
            self.unit, of=self.of, count=self.count, value=self.value, places=places, scale=scale
        )

    def shown_slice(self, part: Slice) -> str | None:
        """One of its slices, written alike."""
        return numbers.written(self.unit, of=part.of, count=part.count, value=part.value)


@dataclass(frozen=True)
class _Question:
    named: Named
    period: Period
    by: str
    shape: Shape
    span: Span

    @property
    def indicator(self) -> Indicator:
        return self.named.indicator


def read_all(asked: Iterable[tuple[str, Period, str]], *, town: Town, lake: Lake) -> Mapping[Ask, Answer]:
    """Figures by key, period and what they are sliced by; remembered as long as this state of the ledger stands."""
    known = {named.key: named for named in listed(town)}
    questions: dict[Ask, _Question] = {}
    for key, period, by in asked:
        named = known[key]
        seen = period.seen_at(lake.as_of) if lake.as_of else period
        shape = lake.shape(named.line.key, named.indicator.kind)
        questions[key, period.key, by] = _Question(named, period, by, shape, Span(seen.since, seen.until))
    return lake.remembered(("many", tuple(questions)), lambda: _read_all(questions, lake))


def _read_all(questions: Mapping[Ask, _Question], lake: Lake) -> dict[Ask, Answer]:
    told = list(questions.values())
    wholes = _together(
        [(_whole(q.indicator, q.shape, q.span), _SAID[q.indicator.shape], "") for q in told], lake
    )
    sliced = [n for n, question in enumerate(told) if question.by]
    parts: dict[int, list[Slice]] = {}
    asked = [
        (_parts(q.indicator, q.shape, q.span, q.by), _SAID[q.indicator.shape], q.by) for q in told if q.by
    ]
    for row in _together(asked, lake):
        part = Slice((row["by"],), row["of"], row["count"], row["value"])
        parts.setdefault(sliced[row["n"]], []).append(part)
    idle = [n for n, q in enumerate(told) if not wholes[n]["of"] and q.indicator.shape == "count"]
    lived = _together([(_lived(told[n].shape, told[n].span), ("n",), "") for n in idle], lake)
    empty = {n for n, row in zip(idle, lived, strict=True) if not row["of"]}
    return {
        ask: Answer(
            question.named, question.period, row["of"], row["count"], row["value"],
            missing=not row["of"] and (question.indicator.shape != "count" or n in empty),
            until=question.span.until if lake.as_of else None, as_of=lake.as_of, slices=tuple(parts.get(n, ())),
        )
        for n, ((ask, question), row) in enumerate(zip(questions.items(), wholes, strict=True))
    }  # fmt: skip


def _together(asked: Sequence[tuple[str, tuple[str, ...], str]], lake: Lake) -> list[dict[str, Any]]:
    """Several questions (SQL, the numbers it answers, what it is sliced by) as one: rows with their question's `n`."""
    said = []
    for n, (question, names, by) in enumerate(asked):
        columns = [f'{n} AS "n"', f'CAST("{names[0]}" AS BIGINT) AS "of"']
        for name, kind in _TYPES.items():
            given = f'"{name}"' if name in names else "NULL"
            columns.append(f'CAST({given} AS {kind}) AS "{name}"')
        sliced = f'"{by}"' if by else "NULL"
        columns.append(f'CAST({sliced} AS VARCHAR) AS "by"')
        said.append(f"SELECT {', '.join(columns)} FROM ({question})")
    return lake.run_sql(" UNION ALL ".join(said) + ' ORDER BY "n", "by"') if said else []


# Putting a question into SQL costs more than answering it, and is the same for as long as its period is past.
@lru_cache(maxsize=4096)
def _whole(ind: Indicator, shape: Shape, span: Span) -> str:
    return sql(kernel.reading(ind, shape.table(), span))


@lru_cache(maxsize=1024)
def _parts(ind: Indicator, shape: Shape, span: Span, by: str) -> str:
    return sql(kernel.sliced(ind, shape.table(), span, (by,)))


@lru_cache(maxsize=1024)
def _lived(shape: Shape, span: Span) -> str:
    """How many cases were open, or records stood, in the period: of none at all a nought means nothing."""
    rows = shape.table()
    since, until = kernel.stored(span.since), kernel.stored(span.until)
    began, ended = (
        (rows.stood_from, rows.stood_until) if "stood_from" in rows.columns else (rows.opened, rows.closed)
    )
    lived = rows.filter((began < until) & (ended.isnull() | (ended >= since)))
    return sql(lived.aggregate(n=lived.count()))
