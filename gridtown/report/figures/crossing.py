"""A figure in slices by one or two things: village, month, category, channel … against each other.

    cross("appeals.on_time_rate", period="2023", by=("village", "month")) -> Crossed

Shares and medians of slices do not add up, so every total is read for itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gridtown import town as towns
from gridtown.kernel.period import Period
from gridtown.report.figures.indicators import SLICES, Named, Reading, Slice, Where, asked, read_many
from gridtown.report.figures.reading import plain
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.lake import Lake

MONTH = "month"
AXES = (*SLICES, MONTH)
_MOST_MONTHS = 60


@dataclass(frozen=True)
class Crossed:
    """rows, columns: the values on each axis, in order (columns empty for one axis). cells: (row, column) → its slice.

    row_totals, column_totals: the figure of a whole row or column. whole: the figure itself.
    """

    by: tuple[str, ...]
    whole: Reading
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Slice]
    row_totals: Mapping[str, Slice]
    column_totals: Mapping[str, Slice]

    def plain(self, part: Slice | None) -> float | None:
        """A slice's number in the figure's unit; None where there is none."""
        return part and plain(self.whole.unit, of=part.of, count=part.count, value=part.value)

    def shown(self, part: Slice | None) -> str | None:
        """A slice as it is written."""
        return part and self.whole.shown_slice(part)


def axes_of(named: Named) -> tuple[str, ...]:
    """By what an indicator may be sliced: columns that its table has, and its months."""
    columns = {*named.line.columns_of(named.indicator.kind), MONTH}
    return tuple(axis for axis in AXES if axis in columns)


def cross(
    key: str,
    *,
    period: str | Period,
    by: tuple[str, ...],
    place: str = "",
    where: Where = (),
    town: Town | None = None,
    lake: Lake | None = None,
) -> Crossed:
    """The figure in slices by one or two of AXES; NoIndicator, or ValueError for what cannot be read."""
    town = town or towns.current()
    lake = lake or lakes.tables(town)
    if not 1 <= len(by) <= 2 or len(set(by)) != len(by) or set(by) - set(AXES):
        raise ValueError(
            f"a figure is sliced by one or two of {', '.join(AXES)}, not by {', '.join(by) or 'nothing'}"
        )
    whole = asked(period, place, (), town)
    months = [month for month in whole.months(town.zone) if lake.as_of is None or month.since < lake.as_of]
    if MONTH in by and len(months) > _MOST_MONTHS:
        raise ValueError(f"slices by month are for at most {_MOST_MONTHS} months")
    axes = {axis: _axis(key, axis, whole, months, place, where, town, lake) for axis in by}
    cells: dict[tuple[str, str], Slice] = {}
    if len(by) == 2:
        cells = _cells(key, by, whole, months, place, where, town, lake)
    ordered = [tuple(axes[axis]) for axis in by]
    return Crossed(
        by, read_many([key], periods=[whole], place=place, where=where, town=town, lake=lake)[key, whole.key],
        ordered[0], ordered[1] if len(by) == 2 else (), cells, axes[by[0]], axes[by[1]] if len(by) == 2 else {},
    )  # fmt: skip


def _axis(
    key: str, axis: str, whole: Period, months: list[Period], place: str, where: Where, town: Town, lake: Lake
) -> dict[str, Slice]:
    """The figure for each value of one axis, in order."""
    if axis == MONTH:
        found = read_many([key], periods=months, place=place, where=where, town=town, lake=lake)
        readings = [found[key, month.key] for month in months]
        return {r.period.key: Slice((r.period.key,), r.of, r.count, r.value) for r in readings}
    found = read_many([key], periods=[whole], place=place, by=(axis,), where=where, town=town, lake=lake)
    return {str(part.by[0] or ""): part for part in found[key, whole.key].slices}


def _cells(
    key: str,
    by: tuple[str, ...],
    whole: Period,
    months: list[Period],
    place: str,
    where: Where,
    town: Town,
    lake: Lake,
) -> dict[tuple[str, str], Slice]:
    if MONTH not in by:
        found = read_many([key], periods=[whole], place=place, by=by, where=where, town=town, lake=lake)
        return {(str(p.by[0] or ""), str(p.by[1] or "")): p for p in found[key, whole.key].slices}
    other = by[1] if by[0] == MONTH else by[0]
    found = read_many([key], periods=months, place=place, by=(other,), where=where, town=town, lake=lake)
    cells = {}
    for month in months:
        for part in found[key, month.key].slices:
            value = str(part.by[0] or "")
            cells[(month.key, value) if by[0] == MONTH else (value, month.key)] = part
    return cells
