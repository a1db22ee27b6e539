"""What the town has promised, and how far it is: for everybody, without an account (杭州市绩效管理条例 14, 17)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridtown.report.editions import editions
from gridtown.report.figures import indicators
from gridtown.report.figures.formula import in_words
from gridtown.report.promises import lights, promised, targets
from gridtown.report.promises.targets import Standing
from gridtown.report.prose import promising
from gridtown.warehouse import lake as lakes
from gridtown.web.views.common import visit_of
from gridtown.web.views.public import own
from gridtown.web.views.targets import LIGHTS
from gridtown.web.visit import Visit


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """A year's public targets in the order in which they were set; the newest year where none is asked for."""
    visit = visit_of(request)
    lake = lakes.tables(visit.town)
    every = promised.public(visit.town)
    asked = request.GET.get("year", "")
    if asked and not (asked.isdecimal() and len(asked) == len("2023")):
        raise Http404(asked)
    year = promised.chosen(every, int(asked) if asked else None, visit.now, visit.town)
    found = promised.of_year(every, year, visit.now, visit.town, lake)
    context = {
        "rows": [_row(visit, standing) for standing in found],
        "year": year,
        "years": promised.years(every),
        "as_of": lake.as_of,
        "report": editions.published(str(year)),
    }
    return own(render(request, "web/outside/progress.html", context))


def _row(visit: Visit, standing: Standing) -> dict[str, Any]:
    target, lang = standing.target, visit.lang
    css, icon = LIGHTS[standing.light.colour]
    passed = targets.gone(target, visit.now, visit.town)  # by today, whenever its figure is from
    return {
        "number": target.number,
        "title": promised.plain(target.title),
        "document": promised.plain(target.document),
        "css": css,
        "icon": icon,
        "state": promising.state(standing, lang),
        "amount": promising.amount(standing, lang),
        "done": promising.done(standing, lang),
        "until": promising.until(standing, visit.town),
        "due": target.due,
        "changed": target.changed,
        "source": standing.source,
        "share": lights.percent(standing.done) if standing.done is not None else "",
        "share_width": min(100, round((standing.done or 0) * 100)),
        "running": passed < 1,
        "gone": lights.percent(passed),
        "gone_width": round(passed * 100),
        "definition": _definition(visit, standing),
    }


def _definition(visit: Visit, standing: Standing) -> dict[str, Any] | None:
    """What is counted, in words, and out of how many; None where somebody tells of it instead."""
    if standing.target.indicator not in {named.key for named in indicators.listed(visit.town)}:
        return None
    named, reading = indicators.find(standing.target.indicator, visit.town), standing.reading
    line, ind = named.line.key, named.indicator
    return {
        "line": line, "short": ind.key, "basis": ind.basis, "name": visit.word(line, f"indicator.{ind.key}"),
        "gist": visit.word(line, f"formula.{ind.key}"), "formula": in_words(visit.town, named, visit.lang),
        "parts": (reading.count, reading.of) if reading is not None and ind.shape == "ratio" else None,
    }  # fmt: skip
