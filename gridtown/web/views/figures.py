"""Indicators and the annual report: every number with its definition, its parts and the cases it opens into."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridtown.kernel.indicator import SECONDS
from gridtown.report import annual, indicators, numbers
from gridtown.report.indicators import Reading
from gridtown.report.words import say as report_say
from gridtown.web import present
from gridtown.web.context import REPORT_YEAR
from gridtown.web.views.common import staff, visit_of
from gridtown.web.visit import Visit

PARTS = ("count", "rest", "of")


@dataclass(frozen=True)
class Told:
    """A reading ready for a page."""

    key: str
    line: str
    name: str
    question: str
    shown: str | None
    unit: str
    of: int
    count: int | None
    shape: str
    better: str
    plain: float | None


def _period(request: HttpRequest) -> str:
    return request.GET.get("period", "").strip()[:32] or str(REPORT_YEAR)


def plain_value(reading: Reading, *, of: int, count: int | None, value: float | None) -> float | None:
    """The figure as a number for a chart, in its own unit."""
    if reading.unit == "percent":
        return float(numbers.percent(count, of)) if of and count is not None else None
    if reading.unit == "count":
        return float(of)
    return round(value / SECONDS.get(reading.unit, 1), 2) if value is not None else None


def _told(visit: Visit, reading: Reading) -> Told:
    ind, line = reading.named.indicator, reading.named.line.key
    unit = report_say(f"unit.{ind.unit}", visit.lang)
    question = ind.question if visit.lang == "en" else visit.word(line, f"question.{ind.key}")
    plain = plain_value(reading, of=reading.of, count=reading.count, value=reading.value)
    return Told(
        reading.named.key,
        line,
        visit.word(line, f"indicator.{ind.key}"),
        "" if question.startswith("question.") else question,
        reading.shown(),
        unit,
        reading.of,
        reading.count,
        ind.shape,
        ind.better,
        None if reading.missing else plain,
    )


@require_GET
@staff
def listed(request: HttpRequest) -> HttpResponse:
    """Every indicator of the town with its reading."""
    visit, period = visit_of(request), _period(request)
    try:
        read = [indicators.read(named.key, period=period) for named in indicators.listed()]
    except ValueError as wrong:
        raise Http404(str(wrong)) from wrong
    told = [_told(visit, reading) for reading in read]
    lines = [{"key": key, "told": [t for t in told if t.line == key]} for key in visit.town.lines]
    context = {
        "lines": [line for line in lines if line["told"]],
        "period": period,
        "periods": _periods(visit),
        "as_of": read[0].as_of if read else None,
    }
    return render(request, "web/report/indicators.html", context)


def _periods(visit: Visit) -> list[str]:
    years = list(
        dict.fromkeys([str(REPORT_YEAR), *annual.years(), str(visit.now.astimezone(visit.town.zone).year)])
    )
    return [*years, *(f"{REPORT_YEAR}-Q{n}" for n in range(1, 5))]


@require_GET
@staff
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One indicator: question, formula, basis, its course over the months, by village, and its cases."""
    visit, period = visit_of(request), _period(request)
    place = request.GET.get("place", "") if request.GET.get("place", "").isdigit() else ""
    part = request.GET.get("part", "")
    after = request.GET.get("after", "")
    try:
        named = indicators.find(key)
        if not indicators.open_to(visit.hats, named.line.key, place):
            raise Http404(key)
        by = ("village",) if indicators.open_to(visit.hats, named.line.key, place, ("village",)) else ()
        reading = indicators.read(key, period=period, place=place, by=by)
        months = indicators.trend(key, period=period, place=place)
        behind = indicators.cases_behind(
            key,
            scope=visit.scope,
            now=visit.now,
            period=period,
            place=place,
            part=part if part in PARTS else None,
            after=int(after) if after.isdigit() else 0,
        )
    except (indicators.NoIndicator, ValueError) as wrong:
        raise Http404(str(wrong)) from wrong
    ind = named.indicator
    context = {
        "told": _told(visit, reading),
        "named": named,
        "ind": ind,
        "period": period,
        "periods": _periods(visit),
        "formula": visit.word(named.line.key, f"formula.{ind.key}"),
        "why": visit.word(named.line.key, f"indicators.{ind.key}.why") if ind.why else "",
        "sql": reading.sql,
        "reading": reading,
        "months": [_month(visit, month) for month in months],
        "villages": _villages(visit, reading),
        "behind": behind,
        "rows": [{"row": row, "light": present.light_of(row, visit.now)} for row in behind.cases],
        "place": place,
        "better": report_say(f"better.{ind.better}", visit.lang),
        "agg": report_say(f"agg.{ind.agg}", visit.lang),
        "chart_unit": "%" if reading.unit == "percent" else "",
    }
    return render(request, "web/report/indicator.html", context)


def _month(visit: Visit, month: Reading) -> dict[str, Any]:
    plain = None if month.missing else plain_value(month, of=month.of, count=month.count, value=month.value)
    return {
        "name": visit.say(f"month.{month.period.since.astimezone(visit.town.zone).month}"),
        "shown": month.shown(),
        "plain": "" if plain is None else plain,
        "of": month.of,
        "count": month.count,
        "key": month.period.key,
    }


def _villages(visit: Visit, reading: Reading) -> list[dict[str, Any]]:
    rows = []
    for part in reading.slices:
        code = str(part.by[0] or "")
        plain = plain_value(reading, of=part.of, count=part.count, value=part.value)
        rows.append(
            {
                "code": code,
                "name": visit.places.name(code, visit.lang) if code else "–",
                "shown": reading.shown_slice(part),
                "plain": "" if plain is None else plain,
                "of": part.of,
                "count": part.count,
            }
        )
    return sorted(rows, key=lambda row: row["code"])


@require_GET
def report(request: HttpRequest, year: str) -> HttpResponse:
    """The year's work report as a document; for staff every number opens into what it stands for."""
    visit = visit_of(request)
    try:
        found = annual.read(year, lang=visit.lang)
    except annual.NoReport as none:
        raise Http404(year) from none
    context = {"report": found, "year": year, "links": bool(visit.hats), "years": annual.years()}
    return render(request, "web/report/annual.html", context)
