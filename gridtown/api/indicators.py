"""Indicators: each figure with its parts, its definition, and the cases that it opens into."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gridtown import town as towns
from gridtown.api.answering import answer, says
from gridtown.api.caller import Caller
from gridtown.api.problems import Malformed
from gridtown.api.saying import lang_of, say
from gridtown.cases.actions import NotFound
from gridtown.cases.queries import Brief
from gridtown.cases.queries import Named as NamedRecord
from gridtown.report.figures import comparing, crossing, formula
from gridtown.report.figures import forecast as forecasting
from gridtown.report.figures import indicators as report
from gridtown.report.figures.crossing import axes_of
from gridtown.report.figures.indicators import Named, NoIndicator, Reading, Slice

router = Router(tags=["indicators"])
PlaceCode = Annotated[str, Query(pattern=r"^\d{0,15}$")]
WhereText = Annotated[
    str, Query(max_length=200, description='only what has these values, such as "channel:qr,level:big"')
]
YearText = Annotated[str, Query(pattern=r"^\d{4}$", description="a year")]
Axes = Annotated[str, Query(max_length=80, description="one or two axes, separated by a comma")]
PeriodText = Annotated[str, Query(max_length=30, description='such as "2023", "2023-05" or "2023-Q2"')]


class IndicatorOut(msgspec.Struct, frozen=True):
    """What is asked, how it is counted (as written, and in words), whose it is, and on whose authority."""

    key: str
    name: str
    question: str
    formula: str
    unit: str
    better: str
    basis: str
    words: str
    line: str
    owner: str
    reviewed: date | None
    slices: tuple[str, ...]


class SliceOut(msgspec.Struct, frozen=True):
    """The part of a figure that has these values in the columns asked for."""

    by: tuple[Any, ...]
    of: int
    count: int | None
    value: float | None
    shown: str | None


class ReadingOut(msgspec.Struct, frozen=True):
    """A figure with both its parts; `shown` is how it is written everywhere, null where there is nothing to say."""

    indicator: str
    period: str
    place: str
    of: int
    count: int | None
    value: float | None
    shown: str | None
    unit: str
    missing: bool
    until: datetime | None
    as_of: datetime | None
    cursor: int
    slices: list[SliceOut]
    sql: str


class Indicators(msgspec.Struct, frozen=True):
    """Every indicator of the town's lines."""

    indicators: list[IndicatorOut]


class Readings(msgspec.Struct, frozen=True):
    """A figure month by month."""

    readings: list[ReadingOut]


class CellOut(msgspec.Struct, frozen=True):
    """One slice of a crossed figure."""

    by: tuple[str, ...]
    of: int
    count: int | None
    value: float | None
    shown: str | None


class CrossedOut(msgspec.Struct, frozen=True):
    """A figure in slices by one or two axes, and its totals, each of them read for itself."""

    by: tuple[str, ...]
    whole: ReadingOut
    cells: list[CellOut]
    row_totals: list[CellOut]
    column_totals: list[CellOut]


class ComparedOut(msgspec.Struct, frozen=True):
    """A figure beside the same days and the whole of a year before; the difference of a share is in points."""

    now: ReadingOut
    same: ReadingOut
    whole: ReadingOut
    difference: float | None
    change: float | None
    course: str
    light: str


class ForecastOut(msgspec.Struct, frozen=True):
    """Where a figure will stand at the year's end, in its own unit (percent as 0-100); `why` says how, or why not."""

    value: float | None
    low: float | None
    high: float | None
    method: str
    why: str
    said: str
    so_far: float | None
    miss: float | None
    tried: dict[str, float]
    unit: str


class BehindOut(msgspec.Struct, frozen=True):
    """Some of the cases (or records) behind a figure; `hidden` of this page are not for the caller to see."""

    part: str
    cases: tuple[Brief, ...]
    records: tuple[NamedRecord, ...]
    next: int | None
    hidden: int


def _about(named: Named, lang: str) -> IndicatorOut:
    ind, town = named.indicator, towns.current()
    return IndicatorOut(
        named.key, say(f"indicator.{ind.key}", lang, named.line.key), ind.question, named.formula, ind.unit,
        ind.better, ind.basis, formula.in_words(town, named, lang), named.line.key,
        say("owner", lang, named.line.key), ind.reviewed, axes_of(named),
    )  # fmt: skip


def _reading(reading: Reading) -> ReadingOut:
    return ReadingOut(
        indicator=reading.named.key, period=reading.period.key, place=reading.place, of=reading.of,
        count=reading.count, value=reading.value, shown=reading.shown(), unit=reading.unit,
        missing=reading.missing, until=reading.until, as_of=reading.as_of, cursor=reading.cursor,
        slices=[SliceOut(p.by, p.of, p.count, p.value, reading.shown_slice(p)) for p in reading.slices],
        sql=reading.sql,
    )  # fmt: skip


def _open(request: HttpRequest, key: str, place: str, by: tuple[str, ...] = ()) -> Caller:
    """The caller, if this figure of this place is open to them; what is not yours does not exist."""
    caller: Caller = request.auth
    try:
        named = report.find(key)
    except NoIndicator:
        raise NotFound from None
    if not report.open_to(caller.hats, named.line.key, place, by):
        raise NotFound
    return caller


@router.get("/indicators", summary="Indicators", **says(Indicators))
def list_indicators(request: HttpRequest) -> HttpResponse:
    """Every indicator with its question and definition."""
    return answer(Indicators([_about(named, lang_of(request)) for named in report.listed()]))


@router.get("/indicators/{key}", summary="Read an indicator", **says(ReadingOut))
def read_indicator(
    request: HttpRequest, key: str, period: PeriodText, place: PlaceCode = "", where: WhereText = "",
    by: Annotated[str, Query(max_length=80, description="columns to slice by, separated by commas")] = "",
) -> HttpResponse:  # fmt: skip
    """The figure of a period and a place, in slices where asked for."""
    columns = tuple(filter(None, by.split(",")))
    _open(request, key, place, columns)
    try:
        return answer(
            _reading(report.read(key, period=period, place=place, by=columns, where=report.where_of(where)))
        )
    except ValueError:
        raise Malformed from None


@router.get("/indicators/{key}/trend", summary="Trend", **says(Readings))
def trend(
    request: HttpRequest, key: str, period: PeriodText, place: PlaceCode = "", where: WhereText = ""
) -> HttpResponse:
    """The figure of each month of a period."""
    _open(request, key, place)
    try:
        found = report.trend(key, period=period, place=place, where=report.where_of(where))
        return answer(Readings([_reading(r) for r in found]))
    except ValueError:
        raise Malformed from None


@router.get("/indicators/{key}/about", summary="What an indicator is", **says(IndicatorOut))
def about_indicator(request: HttpRequest, key: str) -> HttpResponse:
    """One indicator's question and definition."""
    _open(request, key, "")
    return answer(_about(report.find(key), lang_of(request)))


@router.get("/indicators/{key}/slices", summary="Slices", **says(CrossedOut))
def slices(
    request: HttpRequest,
    key: str,
    period: PeriodText,
    by: Axes = "month",
    place: PlaceCode = "",
    where: WhereText = "",
) -> HttpResponse:
    """The figure in slices by one or two of village, grid, month, category, urgency, level, channel, outcome, state."""
    axes = tuple(filter(None, by.split(",")))
    _open(request, key, place, axes)
    try:
        found = crossing.cross(key, period=period, by=axes, place=place, where=report.where_of(where))
    except ValueError:
        raise Malformed from None

    def cell(at: tuple[str, ...], part: Slice) -> CellOut:
        return CellOut(at, part.of, part.count, part.value, found.shown(part))

    return answer(
        CrossedOut(
            found.by, _reading(found.whole), [cell(at, part) for at, part in found.cells.items()],
            [cell((row,), part) for row, part in found.row_totals.items()],
            [cell((column,), part) for column, part in found.column_totals.items()],
        )
    )  # fmt: skip


@router.get("/indicators/{key}/compare", summary="Compare with last year", **says(ComparedOut))
def compare(
    request: HttpRequest, key: str, period: PeriodText, place: PlaceCode = "", where: WhereText = ""
) -> HttpResponse:
    """The figure beside last year's: the same days while the period runs, and the whole of it."""
    _open(request, key, place)
    try:
        found = comparing.compare(key, period=period, place=place, where=report.where_of(where))
    except ValueError:
        raise Malformed from None
    return answer(
        ComparedOut(
            _reading(found.now), _reading(found.same), _reading(found.whole), found.difference, found.change,
            found.course, found.light,
        )
    )  # fmt: skip


@router.get("/indicators/{key}/forecast", summary="Forecast", **says(ForecastOut))
def forecast(request: HttpRequest, key: str, period: YearText, place: PlaceCode = "") -> HttpResponse:
    """Where the figure will stand at the year's end, with its range, from the months that are over."""
    _open(request, key, place)
    try:
        found = forecasting.forecast(key, period=period, place=place)
    except ValueError:
        raise Malformed from None
    return answer(
        ForecastOut(
            found.value if found.known else None, found.low, found.high, found.method if found.known else "", found.why,
            found.said(lang_of(request)), found.so_far,
            found.miss, dict(found.tried), found.unit,
        )
    )  # fmt: skip


@router.get("/indicators/{key}/cases", summary="Cases behind", **says(BehindOut))
def behind(
    request: HttpRequest, key: str, period: PeriodText, place: PlaceCode = "",
    part: Literal["of", "count", "rest"] | None = None, after: Annotated[int, Query(ge=0)] = 0, where: WhereText = "",
) -> HttpResponse:  # fmt: skip
    """The cases that a figure opens into, the newest first, as far as the caller may see them; after: a page's next."""
    caller = _open(request, key, place)
    try:
        found = report.cases_behind(
            key,
            scope=caller.scope,
            now=caller.now,
            period=period,
            place=place,
            part=part,
            after=after,
            where=report.where_of(where),
        )
    except ValueError:
        raise Malformed from None
    return answer(found)
