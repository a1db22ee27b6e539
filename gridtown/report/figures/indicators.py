"""Readings of indicators: the one way to a figure, for page, API, report and export alike.

read("appeals.on_time_rate", period="2023", place="330110110001") -> Reading
read_many([keys], periods=["2023", "2022"])                       -> many at once, with one question to each table
trend("appeals.on_time_rate", period="2023")                      -> a Reading for each month
cases_behind(…, part="rest", scope=…)                             -> the cases that it opens into

What figures there are is in `named`, what one consists of in `reading`; all names are to be had here.
"""

from collections.abc import Hashable
from dataclasses import replace

from gridtown import town as towns
from gridtown.kernel.period import Period
from gridtown.report.figures import finding
from gridtown.report.figures.behind import Behind, cases_behind
from gridtown.report.figures.many import read_many
from gridtown.report.figures.named import (
    SLICES,
    Named,
    NoIndicator,
    Where,
    asked,
    find,
    listed,
    open_to,
    span_of,
    where_of,
)
from gridtown.report.figures.reading import Reading, Slice
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.lake import Lake

__all__ = [
    "SLICES", "Behind", "Named", "NoIndicator", "Reading", "Slice", "cases_behind", "find", "listed", "open_to", "read",
    "read_many", "trend", "where_of",
]  # fmt: skip
_MOST_MONTHS = 60


def read(
    key: str,
    *,
    period: str | Period,
    place: str = "",
    by: tuple[str, ...] = (),
    where: Where = (),
    town: Town | None = None,
    lake: Lake | None = None,
) -> Reading:
    """The figure for a period and a place, and its slices; the same wherever it is asked.

    where: only what has these values (`where_of`).

    NoIndicator, or ValueError for a period, place or slice that cannot be read.
    """
    town = town or towns.current()
    named = find(key, town)
    lake = lake or lakes.tables(town)
    wanted = asked(period, place, by, town)
    remembered: Hashable = (key, wanted.since, wanted.until, place, by, where)
    found: Reading = lake.remembered(remembered, lambda: _read(named, wanted, place, by, where, lake))
    return replace(found, period=wanted)


def _read(named: Named, period: Period, place: str, by: tuple[str, ...], where: Where, lake: Lake) -> Reading:
    ind = named.indicator
    shape, span = lake.shape(named.line.key, ind.kind), span_of(period, place, lake)
    if unknown := set(by) - {name for name, _ in shape.columns}:
        raise ValueError(f"there is no {', '.join(sorted(unknown))} to slice {named.key} by")
    row, parts = finding.found(lake, named.line.key, ind, span, by, where)
    slices = tuple(Slice(tuple(r[c] for c in by), r["of"], r.get("count"), r.get("value")) for r in parts)
    none = not row["of"] and (
        ind.shape != "count" or finding.nothing(lake, named.line.key, ind.kind, span, where)
    )
    return Reading(
        named=named, period=period, place=place, of=row["of"], count=row.get("count"), value=row.get("value"),
        missing=none, until=span.until if lake.as_of else None, as_of=lake.as_of, cursor=lake.cursor, slices=slices,
        shape=shape, where=where,
    )  # fmt: skip


def trend(
    key: str, *, period: str | Period, place: str = "", where: Where = (), town: Town | None = None
) -> tuple[Reading, ...]:
    """The reading of each month of a period, each judged by its own end, up to the ledger's present.

    ValueError for a period of more than five years, or one that cannot be read.
    """
    town = town or towns.current()
    lake = lakes.tables(town)
    whole = asked(period, place, (), town)
    if (whole.until - whole.since).days > 31 * _MOST_MONTHS:
        raise ValueError(f"a trend has at most {_MOST_MONTHS} months")
    months = [m for m in whole.months(town.zone) if lake.as_of is None or m.since < lake.as_of]
    found = read_many([key], periods=months, place=place, where=where, town=town, lake=lake)
    return tuple(found[key, month.key] for month in months)
