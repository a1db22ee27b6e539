"""Which figures the town can ask for, who may read them, and of what period and place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gridtown import town as towns
from gridtown.kernel.indicator import Indicator, Span
from gridtown.kernel.line import Line
from gridtown.kernel.period import Period
from gridtown.kernel.told import Actor
from gridtown.kernel.vetting import columns_of
from gridtown.town import Town
from gridtown.warehouse.lake import Lake, Shape

# What a figure may be sliced by: columns of every line table, none of which is a person or a post.
SLICES = ("village", "grid", "category", "urgency", "level", "channel", "outcome", "state")
# What a figure may be narrowed by: the same but for places, which have a way of their own.
NARROWS = tuple(column for column in SLICES if column not in ("village", "grid"))
Where = tuple[tuple[str, str], ...]
_TOWN_DIGITS = 9
# What periods and places are asked of, whatever the indicator: of a table of cases, or of one of records.
_ALWAYS = ("opened", "closed", "stood_from", "stood_until", "town", "village", "grid")


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


def asked(period: str | Period, place: str, by: Iterable[str], town: Town) -> Period:
    """The period that is asked for; ValueError, which says why, where period, place or slice cannot be read."""
    if place and not (place.isascii() and place.isdigit() and len(place) <= 15):
        raise ValueError(f"a place is a code of up to 15 digits, not {place!r}")
    if unknown := [column for column in by if column not in SLICES]:
        raise ValueError(f"a figure is sliced by {', '.join(SLICES)}, not by {', '.join(unknown)}")
    return Period.parse(period, town.zone) if isinstance(period, str) else period


def span_of(period: Period, place: str, lake: Lake) -> Span:
    """The period as far as the ledger was read: a running year is not judged by days to come."""
    seen = period.seen_at(lake.as_of) if lake.as_of else period
    return Span(seen.since, seen.until, place, period.until)


def where_of(text: str) -> Where:
    """What a figure is narrowed to, as an address says it: "channel:qr,level:big"; ValueError for another column."""
    found = dict(part.partition(":")[::2] for part in text.split(",") if part)
    if unknown := sorted(set(found) - set(NARROWS)):
        raise ValueError(f"a figure is narrowed by {', '.join(NARROWS)}, not by {', '.join(unknown)}")
    return tuple(sorted(found.items()))


def said_where(where: Where) -> str:
    """The same as an address says it."""
    return ",".join(f"{column}:{value}" for column, value in where)


def narrowed(shape: Shape, where: Where, inds: Iterable[Indicator] = (), by: Iterable[str] = ()) -> Any:
    """A table's rows that have these values, with the columns that these indicators, slices and any place need.

    The tables have up to a hundred columns, and Ibis goes through all of them at every step of a question: with those
    that are needed it takes half the time. ValueError where the table has no column that `where` names.
    """
    columns = dict(shape.columns)
    if unknown := [column for column, _ in where if column not in columns]:
        raise ValueError(f"{shape.name} has no {', '.join(unknown)}")
    key = shape.columns[0][0]
    needed = {key, *_ALWAYS, *by, *(column for column, _ in where)} | columns_of(inds, columns)
    rows = Shape(shape.name, tuple(column for column in shape.columns if column[0] in needed)).table()
    return rows.filter(*(rows[column] == value for column, value in where)) if where else rows
