"""One indicator: where it stands and will stand, its course, its slices, the cases behind, and all of it as files."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridtown.cases import actions
from gridtown.kernel.indicator import Part
from gridtown.report.figures import comparing, crossing, forecast, indicators
from gridtown.report.figures.course import Forecast
from gridtown.report.figures.crossing import AXES, MONTH, Crossed, axes_of
from gridtown.report.figures.formula import in_words
from gridtown.report.figures.named import Named, Where, said_where
from gridtown.report.figures.numbers import SHARES
from gridtown.report.figures.reading import Slice
from gridtown.report.words import say as report_say
from gridtown.web import illustrating, present, sheets, telling
from gridtown.web.asked import number_in, place_code
from gridtown.web.views.common import staff, visit_of
from gridtown.web.visit import Visit

PARTS: tuple[Part, ...] = ("count", "rest", "of")
MOST_EXPORTED, EXPORT_PAGE, MOST_AHEAD = 20_000, 500, 100
_YEAR = 4


@dataclass(frozen=True)
class Asked:
    """What an address asks of an indicator; `by`: how it is sliced, as far as it is open to the reader."""

    visit: Visit
    named: Named
    period: str
    place: str
    where: Where
    by: tuple[str, ...]
    part: Part | None

    @property
    def scoped(self) -> dict[str, Any]:
        """The same for a reading."""
        return {"period": self.period, "place": self.place, "where": self.where, "town": self.visit.town}

    def href(self, **more: str) -> str:
        """The address of this page with something changed."""
        said = {
            "period": self.period, "place": self.place, "where": said_where(self.where), "by": ",".join(self.by),
            **more,
        }  # fmt: skip
        return f"/indicators/{self.named.key}?" + urlencode({k: v for k, v in said.items() if v})

    def narrowed(self, axis: str, value: str) -> dict[str, str]:
        """What must change in the address so that only one slice is left."""
        if axis == MONTH:
            return {"period": value}
        if axis in ("village", "grid"):
            return {"place": value}
        return {"where": said_where(tuple(sorted({**dict(self.where), axis: value}.items())))}


class Cell(NamedTuple):
    """One number of the crossed table with the page that it opens into."""

    shown: str | None
    href: str


def _asked(request: HttpRequest, key: str) -> Asked:
    """The question, if it is open to the reader; what is not yours does not exist."""
    visit = visit_of(request)
    place = place_code(request.GET.get("place", ""))
    # The form says each axis for itself, a link both at once.
    axes = [*request.GET.get("by", "").split(",")[:2], request.GET.get("against", "")]
    by = tuple(dict.fromkeys(axis for axis in axes if axis in AXES))[:2]
    part = request.GET.get("part", "")
    try:
        named = indicators.find(key, visit.town)
        where = indicators.where_of(request.GET.get("where", "")[:200])
    except (indicators.NoIndicator, ValueError) as wrong:
        raise Http404(str(wrong)) from wrong
    if not indicators.open_to(visit.hats, named.line.key, place):
        raise Http404(key)
    if not indicators.open_to(visit.hats, named.line.key, place, by):
        by = tuple(axis for axis in by if axis not in ("village", "grid"))
    period = telling.period_of(request, visit)
    return Asked(visit, named, period, place, where, by, next((p for p in PARTS if p == part), None))


def _axes(asked: Asked) -> list[str]:
    """By what this figure may be sliced here: columns that its table has, places that the reader answers for."""
    places = indicators.open_to(asked.visit.hats, asked.named.line.key, asked.place, ("village",))
    return [axis for axis in axes_of(asked.named) if places or axis not in ("village", "grid")]


@require_safe
@staff
def one(request: HttpRequest, key: str) -> HttpResponse:
    """The indicator's page."""
    asked = _asked(request, key)
    visit, named = asked.visit, asked.named
    ind, line = named.indicator, named.line.key
    after = request.GET.get("after", "")
    try:
        compared = comparing.compare(key, **asked.scoped)
        crossed = crossing.cross(key, by=asked.by, **asked.scoped) if asked.by else None
        behind = indicators.cases_behind(
            key, scope=visit.scope, now=visit.now, part=asked.part, after=number_in(after) or 0,
            **asked.scoped,
        )  # fmt: skip
        pictures = illustrating.pictures(
            visit, named, asked.scoped, href=lambda **more: asked.href(**{"by": "", **more})
        )
        ahead = _ahead(asked)
    except (actions.NotFound, ValueError) as wrong:
        raise Http404(str(wrong)) from wrong
    reading = compared.now
    context = {
        "told": telling.tell(visit, named, reading, compared),
        "named": named, "ind": ind, "period": asked.period, "periods": telling.periods(visit, asked.period),
        "place": asked.place, "where": said_where(asked.where),
        "where_said": telling.where_said(visit, line, asked.where),
        "by": ",".join(asked.by), "axes": _axes(asked), "first": asked.by[0] if asked.by else "",
        "second": asked.by[1] if len(asked.by) > 1 else "",
        "crossed": _crossed(asked, crossed) if crossed else None,
        "compared": compared, "ahead": ahead, "pictures": pictures,
        "reading": reading, "behind": behind,
        "rows": [{"row": row, "light": present.light_of(row, visit.now)} for row in behind.cases],
        "better": report_say(f"better.{ind.better}", visit.lang),
        "agg": report_say(f"agg.{ind.agg}", visit.lang),
        "query": urlencode({k: v for k, v in {
            "period": asked.period, "place": asked.place, "where": said_where(asked.where), "by": ",".join(asked.by),
            "part": asked.part or "",
        }.items() if v}),
        **telling.freshness(visit, reading),
    }  # fmt: skip
    return render(request, "web/report/indicator.html", context)


def _ahead(asked: Asked) -> dict[str, Any] | None:
    """The forecast of the year asked for; narrowed figures and other periods have none."""
    if len(asked.period) != _YEAR or asked.where:
        return None
    found = forecast.forecast(asked.named.key, period=asked.period, place=asked.place, town=asked.visit.town)
    return None if found.method == "over" else _told(found, asked.visit)


def _told(found: Forecast, visit: Visit) -> dict[str, Any]:
    known = found.known
    return {
        "value": found.shown(found.value) if known else None, "low": found.shown(found.low),
        "high": found.shown(found.high), "said": found.said(visit.lang),
        "unit": report_say(f"unit.{found.unit}", visit.lang), "rough": found.rough,
    }  # fmt: skip


@require_safe
@staff
def ahead(request: HttpRequest) -> HttpResponse:
    """The forecasts of several figures for pages that show many: what is sure enough to be said of each."""
    visit, year = visit_of(request), request.GET.get("period", "")
    keys = request.GET.getlist("key")[:MOST_AHEAD]
    try:
        asked = {key: indicators.find(key, visit.town).line.key for key in keys}
        mine = [key for key, line in asked.items() if indicators.open_to(visit.hats, line, "")]
        found = forecast.forecasts(mine, period=year, town=visit.town) if len(year) == _YEAR else {}
    except (indicators.NoIndicator, ValueError) as wrong:
        raise Http404(str(wrong)) from wrong
    told = {key: _told(one, visit) for key, one in found.items() if one.known and one.method != "over"}
    return render(request, "web/report/ahead.html", {"told": told})


def _crossed(asked: Asked, crossed: Crossed) -> dict[str, Any]:
    """The slices as a table of links, each keeping what is narrowed already."""
    visit, line = asked.visit, asked.named.line.key

    def name(axis: str, value: str) -> str:
        return telling.value_of(visit, line, axis, value, asked.period[:_YEAR])

    def cell(part: Slice | None, *at: tuple[str, str]) -> Cell:
        more = {k: v for axis, value in at for k, v in asked.narrowed(axis, value).items()}
        opens = part is not None and all(value for _, value in at)
        return Cell(crossed.shown(part), asked.href(**{"by": "", **more}) + "#cases" if opens else "")

    first, second = crossed.by[0], crossed.by[1] if len(crossed.by) > 1 else ""
    return {
        "first": first, "second": second,
        "columns": [(name(second, c), cell(crossed.column_totals.get(c), (second, c))) for c in crossed.columns],
        "rows": [
            {
                "name": name(first, r), "total": cell(crossed.row_totals.get(r), (first, r)),
                "of": crossed.row_totals[r].of, "count": crossed.row_totals[r].count,
                "cells": [cell(crossed.cells.get((r, c)), (first, r), (second, c)) for c in crossed.columns],
            }
            for r in crossed.rows
        ],
        "whole": crossed.whole.shown(),
    }  # fmt: skip


def _known(ending: str) -> str:
    if ending not in ("csv", "xlsx"):
        raise Http404(ending)
    return ending


@require_safe
@staff
def slices(request: HttpRequest, key: str, ending: str) -> HttpResponseBase:
    """The slices as a file: for each row both parts of the figure, so that it can be computed anew."""
    asked = _asked(request, key)
    visit, line = asked.visit, asked.named.line.key
    by = asked.by or (MONTH,)
    try:
        crossed = crossing.cross(key, by=by, **asked.scoped)
    except ValueError as wrong:
        raise Http404(str(wrong)) from wrong
    shape = asked.named.indicator.shape
    head = [visit.say(f"slice.by_{axis}") for axis in by] + [
        visit.say("report.figure"),
        visit.say("slice.unit"),
    ]
    head += ([visit.say("ind.count")] if shape == "ratio" else []) + (
        [visit.say("ind.of")] if shape != "count" else []
    )
    unit = report_say(f"unit.{crossed.whole.unit}", visit.lang) or (
        "%" if crossed.whole.unit in SHARES else ""
    )

    def row(names: list[str], part: Slice) -> list[sheets.Cell]:
        told: list[sheets.Cell] = [*names, crossed.plain(part), unit]
        return [*told, *([part.count] if shape == "ratio" else []), *([part.of] if shape != "count" else [])]

    def name(axis: str, value: str) -> str:
        return telling.value_of(visit, line, axis, value)

    if len(by) == 1:
        rows = [row([name(by[0], r)], crossed.row_totals[r]) for r in crossed.rows]
    else:
        rows = [
            row([name(by[0], r), name(by[1], c)], crossed.cells[r, c])
            for r in crossed.rows for c in crossed.columns if (r, c) in crossed.cells
        ]  # fmt: skip
    whole = crossed.whole
    total = Slice((), whole.of, whole.count, whole.value)
    rows.append(row([visit.say("slice.all"), *[""] * (len(by) - 1)], total))
    title = visit.word(line, f"indicator.{asked.named.indicator.key}")
    return sheets.sent(
        _known(ending), head, rows, f"{key}-{asked.period}", title=title, notes=_notes(asked, title)
    )


def _notes(asked: Asked, title: str) -> list[str]:
    """What a file must say of itself: which figure, of when and where, as of which entry."""
    visit = asked.visit
    reading = indicators.read(asked.named.key, **asked.scoped)
    place = visit.places.name(asked.place, visit.lang) if asked.place else ""
    told = [f"{title} {asked.period} {place}".strip(), in_words(visit.town, asked.named, visit.lang)]
    told += telling.where_said(visit, asked.named.line.key, asked.where)
    if reading.as_of:
        at = reading.as_of.astimezone(visit.town.zone)
        told.append(visit.say("ind.file_as_of", at=f"{at:%Y-%m-%d %H:%M}", n=reading.cursor))
    return told


@require_safe
@staff
def cases(request: HttpRequest, key: str, ending: str) -> HttpResponseBase:
    """The cases (or records) behind the figure as a file, as far as the reader may see them; nothing personal."""
    asked = _asked(request, key)
    visit = asked.visit
    rows: list[list[str]] = []
    records = False
    after: int | None = 0
    hidden = 0
    while after is not None and len(rows) < MOST_EXPORTED:
        try:
            page = indicators.cases_behind(
                key,
                scope=visit.scope,
                now=visit.now,
                part=asked.part,
                after=after,
                size=EXPORT_PAGE,
                **asked.scoped,
            )
        except ValueError as wrong:
            raise Http404(str(wrong)) from wrong
        rows += [sheets.case_cells(visit, row) for row in page.cases]
        rows += [[r.name, visit.word(r.line, f"register.{r.register}"), visit.places.name(r.place, visit.lang, "long")]
                 for r in page.records]  # fmt: skip
        records, hidden, after = records or bool(page.records), hidden + page.hidden, page.next
    columns = ("field.name", "field.kind", "field.place") if records else sheets.CASE_COLUMNS
    title = visit.word(asked.named.line.key, f"indicator.{asked.named.indicator.key}")
    notes = _notes(asked, title) + ([visit.say("ind.file_hidden", n=hidden)] if hidden else [])
    head = [visit.say(column) for column in columns]
    return sheets.sent(_known(ending), head, rows, f"{key}-{asked.period}-cases", title=title, notes=notes)
