"""Indicators: each figure with its parts, its definition, and the cases that it opens into."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gridtown.api.answering import answer, says
from gridtown.api.caller import Caller
from gridtown.api.problems import Malformed
from gridtown.api.saying import lang_of, say
from gridtown.cases.actions import NotFound
from gridtown.cases.queries import Brief
from gridtown.cases.queries import Named as NamedRecord
from gridtown.report import indicators as report
from gridtown.report.indicators import Named, NoIndicator, Reading

router = Router(tags=["indicators"])
PlaceCode = Annotated[str, Query(pattern=r"^\d{0,15}$")]
PeriodText = Annotated[str, Query(max_length=30, description='such as "2023", "2023-05" or "2023-Q2"')]


class IndicatorOut(msgspec.Struct, frozen=True):
    """What is asked, how it is counted, and on whose authority."""

    key: str
    name: str
    question: str
    formula: str
    unit: str
    better: str
    basis: str


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


class BehindOut(msgspec.Struct, frozen=True):
    """Some of the cases (or records) behind a figure; `hidden` of this page are not for the caller to see."""

    part: str
    cases: tuple[Brief, ...]
    records: tuple[NamedRecord, ...]
    next: int | None
    hidden: int


def _about(named: Named, lang: str) -> IndicatorOut:
    ind = named.indicator
    return IndicatorOut(
        named.key, say(f"indicator.{ind.key}", lang, named.line.key), ind.question, named.formula, ind.unit,
        ind.better, ind.basis,
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
    request: HttpRequest, key: str, period: PeriodText, place: PlaceCode = "",
    by: Annotated[str, Query(max_length=80, description="columns to slice by, separated by commas")] = "",
) -> HttpResponse:  # fmt: skip
    """The figure of a period and a place, in slices where asked for."""
    columns = tuple(filter(None, by.split(",")))
    _open(request, key, place, columns)
    try:
        return answer(_reading(report.read(key, period=period, place=place, by=columns)))
    except ValueError:
        raise Malformed from None


@router.get("/indicators/{key}/trend", summary="Trend", **says(Readings))
def trend(request: HttpRequest, key: str, period: PeriodText, place: PlaceCode = "") -> HttpResponse:
    """The figure of each month of a period."""
    _open(request, key, place)
    try:
        return answer(Readings([_reading(r) for r in report.trend(key, period=period, place=place)]))
    except ValueError:
        raise Malformed from None


@router.get("/indicators/{key}/cases", summary="Cases behind", **says(BehindOut))
def behind(
    request: HttpRequest, key: str, period: PeriodText, place: PlaceCode = "",
    part: Literal["of", "count", "rest"] | None = None, after: Annotated[int, Query(ge=0)] = 0,
) -> HttpResponse:  # fmt: skip
    """The cases that a figure opens into, as far as the caller may see them."""
    caller = _open(request, key, place)
    try:
        found = report.cases_behind(
            key, scope=caller.scope, now=caller.now, period=period, place=place, part=part, after=after
        )
    except ValueError:
        raise Malformed from None
    return answer(found)
