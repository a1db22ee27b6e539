"""Readings of indicators: the one way to a figure, for page, API, report and export alike.

read("appeals.on_time_rate", period="2023", place="330110110001") -> Reading
trend("appeals.on_time_rate", period="2023")                      -> a Reading for each month
behind(…, part="rest", scope=…)                                   -> the cases that it opens into
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gridtown import town as towns
from gridtown.cases import queries
from gridtown.cases.queries import Brief
from gridtown.cases.queries import Named as NamedRecord
from gridtown.kernel import indicator as kernel
from gridtown.kernel.indicator import Indicator, Part, Span
from gridtown.kernel.line import Line
from gridtown.kernel.period import Period
from gridtown.kernel.standing import PREFIX
from gridtown.kernel.told import Actor
from gridtown.people.scope import Scope
from gridtown.report import asking, numbers
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.lake import Lake, Shape

# What a figure may be sliced by: columns of every line table, none of which is a person or a post.
SLICES = ("village", "grid", "category", "urgency", "level", "channel", "outcome", "state")
_TOWN_DIGITS = 9
_MOST_MONTHS = 60


class NoIndicator(LookupError):
    """There is no such indicator in this town."""


@dataclass(frozen=True)
class Named:
    """An indicator with its line; `key` is "line.indicator"."""

    key: str
    line: Line
    indicator: Indicator

    @property
    def formula(self) -> str:
        """Its expressions as its line's folder has them."""
        ind = self.indicator
        parts = {"of": ind.of, "count": ind.count, f"{ind.agg} of": ind.measure}
        return "\n".join(f"{name}: {part!r}" for name, part in parts.items() if part is not None)


@dataclass(frozen=True)
class Slice:
    """The part of a reading that has these values in the columns asked for."""

    by: tuple[Any, ...]
    of: int
    count: int | None
    value: float | None


@dataclass(frozen=True)
class Reading:
    """A figure with both its parts and all that is needed to check it.

    of: the denominator, or the count itself. count: the numerator of a ratio. value: a measure, in seconds
    where its unit is a time. until: up to when the period was judged. missing: the ledger has nothing to
    say it of, which is not the same as zero. asked: the table and the stretch of time and place.
    """

    named: Named
    period: Period
    place: str
    of: int
    count: int | None
    value: float | None
    missing: bool
    until: datetime | None
    as_of: datetime | None
    cursor: int
    slices: tuple[Slice, ...]
    asked: tuple[Shape, Span]

    @property
    def sql(self) -> str:
        """The question over the table's rows, as the engine is asked it."""
        return asking.reading_sql(self.named.indicator, *self.asked)

    @property
    def unit(self) -> str:
        """percent, count, hours, days or number."""
        return self.named.indicator.unit

    def shown(self, places: int | None = None) -> str | None:
        """The figure as it is written everywhere; None where it is missing."""
        if self.missing:
            return None
        return numbers.written(self.unit, of=self.of, count=self.count, value=self.value, places=places)

    def shown_slice(self, part: Slice) -> str | None:
        """One of its slices, written alike."""
        return numbers.written(self.unit, of=part.of, count=part.count, value=part.value)


def listed(town: Town | None = None) -> tuple[Named, ...]:
    """Every indicator of the town's lines, in their order."""
    town = town or towns.current()
    return tuple(
        Named(f"{line.key}.{i.key}", line, i) for line in town.lines.values() for i in line.indicators
    )


def find(key: str, town: Town | None = None) -> Named:
    """The indicator of a key such as "appeals.on_time_rate", or NoIndicator."""
    town = town or towns.current()
    folder, _dot, name = key.partition(".")
    line = town.lines.get(folder)
    found = next((ind for ind in line.indicators if ind.key == name), None) if line else None
    if line is None or found is None:
        raise NoIndicator(key)
    return Named(key, line, found)


def open_to(hats: Iterable[Actor], line: str, place: str, by: Iterable[str] = ()) -> bool:
    """Whether a person with these hats may read a line's figures of a place.

    The town's own are open to all its staff; those of a village or grid to whom answers for that line there,
    above it or within it; slices by village or grid to whom answers for the whole place. Cases behind a
    figure are another question: `cases_behind` takes the scope.
    """
    hats = tuple(hats)
    mine = [hat for hat in hats if hat.post and (not hat.lines or line in hat.lines)]
    if {"village", "grid"} & set(by):
        return any(hat.place.startswith(place) and len(hat.place) <= _TOWN_DIGITS for hat in mine) or any(
            place.startswith(hat.place) for hat in mine
        )
    if len(place) <= _TOWN_DIGITS:
        return any(hat.post for hat in hats)
    return any(place.startswith(hat.place) or hat.place.startswith(place) for hat in mine)


def read(
    key: str,
    *,
    period: str | Period,
    place: str = "",
    by: tuple[str, ...] = (),
    town: Town | None = None,
    lake: Lake | None = None,
) -> Reading:
    """The figure for a period and a place, and its slices; the same wherever it is asked.

    NoIndicator, or ValueError for a period, place or slice that cannot be read.
    """
    town = town or towns.current()
    named = find(key, town)
    lake = lake or lakes.tables(town)
    asked = _asked(period, place, by, town)
    remembered: Hashable = (key, asked.since, asked.until, place, by)
    found: Reading = lake.remembered(remembered, lambda: _read(named, asked, place, by, lake))
    return replace(found, period=asked)


def _asked(period: str | Period, place: str, by: Iterable[str], town: Town) -> Period:
    if place and not (place.isascii() and place.isdigit() and len(place) <= 15):
        raise ValueError(f"a place is a code of up to 15 digits, not {place!r}")
    if unknown := [column for column in by if column not in SLICES]:
        raise ValueError(f"a figure is sliced by {', '.join(SLICES)}, not by {', '.join(unknown)}")
    return Period.parse(period, town.zone) if isinstance(period, str) else period


def _span(period: Period, place: str, lake: Lake) -> Span:
    """The period as far as the ledger was read: a running year is not judged by days to come."""
    seen = period.seen_at(lake.as_of) if lake.as_of else period
    return Span(seen.since, seen.until, place)


def _read(named: Named, period: Period, place: str, by: tuple[str, ...], lake: Lake) -> Reading:
    ind = named.indicator
    shape, span = lake.shape(named.line.key, ind.kind), _span(period, place, lake)
    if unknown := set(by) - {name for name, _ in shape.columns}:
        raise ValueError(f"there is no {', '.join(sorted(unknown))} to slice {named.key} by")
    row, parts = asking.found(lake, named.line.key, ind, span, by)
    slices = tuple(Slice(tuple(r[c] for c in by), r["of"], r.get("count"), r.get("value")) for r in parts)
    return Reading(
        named=named, period=period, place=place, of=row["of"], count=row.get("count"), value=row.get("value"),
        missing=not row["of"] and (ind.shape != "count" or asking.nothing(lake, named.line.key, ind.kind, span)),
        until=span.until if lake.as_of else None, as_of=lake.as_of, cursor=lake.cursor, slices=slices,
        asked=(shape, span),
    )  # fmt: skip


def trend(
    key: str, *, period: str | Period, place: str = "", town: Town | None = None
) -> tuple[Reading, ...]:
    """The reading of each month of a period, each judged by its own end, up to the ledger's present.

    ValueError for a period of more than five years, or one that cannot be read.
    """
    town = town or towns.current()
    lake = lakes.tables(town)
    asked = _asked(period, place, (), town)
    if (asked.until - asked.since).days > 31 * _MOST_MONTHS:
        raise ValueError(f"a trend has at most {_MOST_MONTHS} months")
    months = [m for m in asked.months(town.zone) if lake.as_of is None or m.since < lake.as_of]
    return tuple(read(key, period=month, place=place, town=town, lake=lake) for month in months)


@dataclass(frozen=True)
class Behind:
    """Some of the cases, or of the records, behind a figure, by id ascending.

    part: which of them: those counted, all asked about ("of"), or the "rest". next: the id to go on after, None
    at the end. hidden: how many on this page the reader may not see.
    """

    part: Part
    cases: tuple[Brief, ...]
    records: tuple[NamedRecord, ...]
    next: int | None
    hidden: int


def cases_behind(
    key: str,
    *,
    scope: Scope,
    now: datetime,
    period: str | Period,
    place: str = "",
    part: Part | None = None,
    after: int = 0,
    size: int = 50,
    town: Town | None = None,
) -> Behind:
    """The cases that a figure opens into, as far as the reader may see them; keyset paged."""
    town = town or towns.current()
    named = find(key, town)
    lake = lakes.tables(town)
    span = _span(_asked(period, place, (), town), place, lake)
    ids = kernel.behind(named.indicator, lake.table(named.line.key, named.indicator.kind), span, part)
    key_column = ids.columns[0]
    asked = ids.filter(ids[key_column] > after).order_by(key_column).limit(size + 1)
    found = [row[key_column] for row in lake.run(asked)]
    page = found[:size]
    register = named.indicator.kind.startswith(PREFIX)
    cases = () if register else queries.behind(scope=scope, ids=page, now=now)
    records = _records(scope, page) if register else ()
    default: Part = "of" if named.indicator.count is None else "count"
    hidden = len(page) - len(cases) - len(records)
    return Behind(part or default, cases, records, page[-1] if len(found) > size else None, hidden)


def _records(scope: Scope, ids: list[int]) -> tuple[NamedRecord, ...]:
    """The records of these ids that the reader may see."""
    known = queries.named_records(ids=ids)
    return tuple(r for i in ids if (r := known.get(i)) and scope.sees(r.line, r.place, 0))
