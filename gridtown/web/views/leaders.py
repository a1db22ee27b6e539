"""The leaders' screen: the figures that the town chose, each with its light, its course and the page it opens into."""

from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from gridtown.kernel.period import Period
from gridtown.report.figures import comparing, indicators
from gridtown.report.figures.leaders import BadScreen, Screen
from gridtown.report.figures.leaders import screen as chosen
from gridtown.web import illustrating, pictures, telling
from gridtown.web.asked import number_in
from gridtown.web.views.common import staff, visit_of
from gridtown.web.visit import Visit

_YEAR = 4


@require_safe
@staff
@gzip_page
def screen(request: HttpRequest) -> HttpResponse:
    """For the wall, the desk and the phone; one year at a time."""
    visit = visit_of(request)
    year = telling.period_of(request, visit)
    # the year before is shown beside it
    if len(year) != _YEAR or not MINYEAR + 1 < (number_in(year) or 0) < MAXYEAR:
        raise Http404(year)
    context: dict[str, Any] = {
        "period": year,
        "periods": [p for p in telling.periods(visit, year) if len(p) == _YEAR],
    }
    try:
        found = chosen(visit.town)
    except BadScreen as wrong:
        return render(request, "web/report/leaders.html", {**context, "wrong": str(wrong)})
    if found and found.keys:
        context |= _screen(visit, found, year)
    return render(request, "web/report/leaders.html", context)


def _screen(visit: Visit, found: Screen, year: str) -> dict[str, Any]:
    """All figures with three questions to each table, however many there are."""
    town = visit.town
    compared = comparing.compare_many(found.keys, period=year, town=town)
    months = illustrating.months_of(Period.parse(year, town.zone), visit)
    before = [month.year_before(town.zone) for month in months]
    courses = indicators.read_many(found.keys, periods=[*months, *before], town=town)
    sections = [
        {
            "title": s.title,
            "figures": [_card(visit, key, compared[key], courses, months, before) for key in s.figures],
        }
        for s in found.sections
    ]

    def drawn(draw: Callable[..., Any], of: str, **more: str) -> Any:
        scoped = {"period": year, "place": "", "where": (), "town": town}
        named = indicators.find(of, town)
        return draw(visit, named, scoped, lambda **said: illustrating.address(of, year, **said), **more)

    maps = [(drawn(illustrating.village_map, key, key=f"map-{n}"), key) for n, key in enumerate(found.maps)]
    return {
        "sections": sections,
        "running": next(iter(compared.values())).running,
        "maps": [(drawn_map, key) for drawn_map, key in maps if drawn_map],
        "villages": drawn(illustrating.village_courses, found.villages) if found.villages else None,
        "villages_key": found.villages,
        **telling.freshness(visit, next(iter(compared.values())).now),
    }


def _card(
    visit: Visit,
    key: str,
    compared: comparing.Compared,
    courses: Any,
    months: list[Period],
    before: list[Period],
) -> dict[str, Any]:
    now, last = ([courses[key, p.key].plain for p in part] for part in (months, before))
    known = [value for value in (*now, *last) if value is not None]
    return {
        "told": telling.tell(visit, compared.now.named, compared.now, compared),
        "lines": pictures.lines(now, last, known) if known else None,
        "months": [
            (
                telling.month_name(visit, month),
                courses[key, month.key].shown(),
                courses[key, past.key].shown(),
            )
            for month, past in zip(months, before, strict=True)
        ],
    }
