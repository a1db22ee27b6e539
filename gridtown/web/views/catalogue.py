"""The catalogue: every indicator of the town's lines with its formula, its owner and where it stands."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from gridtown.report.figures import comparing, indicators
from gridtown.report.figures.named import Named
from gridtown.web import cards, telling
from gridtown.web.views.common import staff, visit_of
from gridtown.web.visit import Visit

BETTER = ("higher", "lower", "none")
_YEAR = 4


@require_safe
@staff
@gzip_page
def listed(request: HttpRequest) -> HttpResponse:
    """Searched and narrowed by line, unit and direction; all figures with one question to each table."""
    visit = visit_of(request)
    period = telling.period_of(request, visit)
    every = indicators.listed(visit.town)
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "line", "unit", "better")}
    chosen = [named for named in every if _fits(visit, named, asked)]
    try:
        found = comparing.compare_many([named.key for named in chosen], period=period, town=visit.town)
    except ValueError as wrong:
        raise Http404(str(wrong)) from wrong
    told = [telling.tell(visit, named, found[named.key].now, found[named.key]) for named in chosen]
    running = bool(chosen) and found[chosen[0].key].running and len(period) == _YEAR
    lines: list[dict[str, Any]] = []
    for key in visit.town.lines:
        if mine := [one for one in told if one.line == key]:
            keys = "".join(f"&key={one.key}" for one in mine)
            drawn = [cards.card(visit, one, period, running=running) for one in mine]
            lines.append({"key": key, "keys": keys, "cards": drawn})
    context = {
        "lines": lines,
        "shown": len(told),
        "all": len(every),
        "every_line": list(dict.fromkeys(named.line.key for named in every)),
        "units": list(dict.fromkeys(named.indicator.unit for named in every)),
        "betters": BETTER,
        "asked": asked,
        "narrowed": any(asked.values()),
        "period": period,
        "periods": telling.periods(visit, period),
        "running": running,
        "to_review": sum(t.review_due for t in told),
        **telling.freshness(visit, found[chosen[0].key].now if chosen else None),
    }
    return render(request, "web/report/indicators.html", context)


def _fits(visit: Visit, named: Named, asked: dict[str, str]) -> bool:
    """Whether an indicator is among those asked for; the search looks into both languages and the key."""
    ind, line = named.indicator, named.line.key
    if (
        asked["line"] not in ("", line)
        or asked["unit"] not in ("", ind.unit)
        or asked["better"] not in ("", ind.better)
    ):
        return False
    if not asked["q"]:
        return True
    text = " ".join(
        visit.town.say(f"{what}.{ind.key}", lang, line)
        for what in ("indicator", "formula")
        for lang in ("zh", "en")
    )
    return all(word in f"{named.key} {ind.question} {text}".lower() for word in asked["q"].lower().split())
