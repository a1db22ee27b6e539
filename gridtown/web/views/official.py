"""Published figures: every statistic's latest year, and one statistic over years and months with its revisions."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridtown.kernel.purpose import Published
from gridtown.report.figures import numbers, official
from gridtown.report.figures.official import Official, Stretch
from gridtown.report.words import say as report_say
from gridtown.web import present
from gridtown.web.views.common import staff, visit_of
from gridtown.web.visit import Visit

_PERIODS = 60  # of one statistic's parts of a year on its page, the newest


@dataclass(frozen=True)
class Row:
    """A figure ready for a table. plain: its amount for the chart, in the table's own scale; "" where it is missing."""

    official: Official
    shown: str | None
    plain: float | str
    rate: str | None
    derived: str | None
    said: str


def _rate(stretch: Stretch | None) -> str | None:
    value = stretch.value if stretch else None
    return numbers.written("ratio", of=1, count=None, value=value)


def _row(visit: Visit, one: Official, scale: str | None) -> Row:
    by = numbers.SCALES.get(scale or "", 1) / (100 if one.unit == "ratio" else 1)
    return Row(
        one, one.shown(scale), round(one.amount.value / by, 4) if one.amount else "", _rate(one.rate),
        _rate(one.derived), visit.say(f"official.{one.verdict}"),
    )  # fmt: skip


def _name(visit: Visit, statistic: str) -> str:
    row = official.statistics()[statistic]
    return str(row.get(visit.lang) or row["zh"])


def _unit(visit: Visit, unit: str, scale: str | None) -> str:
    said = "%" if unit == "ratio" else "" if unit == "count" else report_say(f"unit.{unit}", visit.lang)
    return f"{scale or ''}{said}" if visit.lang == "zh" else f"{scale or ''} {said}".strip()


@require_safe
@staff
def listed(request: HttpRequest) -> HttpResponse:
    """Every statistic with its newest year's figure, and first those whose growth cannot be right."""
    visit = visit_of(request)
    found = official.figures(scope=visit.scope)
    by_key: dict[str, list[Official]] = {key: [] for key in official.statistics()}
    for one in found:
        by_key[one.statistic].append(one)
    statistics = []
    for key, figures in by_key.items():
        years = [one for one in figures if one.whole_year]
        newest = max(years or figures, key=lambda one: one.covers, default=None)
        scale = official.scale_of([newest], visit.lang) if newest else None
        statistics.append(
            {
                "key": key,
                "name": _name(visit, key),
                "row": _row(visit, newest, scale) if newest else None,
                "unit": _unit(visit, newest.unit, scale) if newest else "",
                "many": len(figures),
            }
        )
    wrong = [
        {"name": _name(visit, one.statistic), "row": _row(visit, one, None)}
        for one in found
        if one.verdict == "differs"
    ]
    context = {"statistics": statistics, "wrong": wrong, "here": visit.town.serving(Published)}
    return render(request, "web/report/statistics.html", context)


@require_safe
@staff
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One statistic over its years, the parts of its years, and everything that its figures ever said."""
    visit = visit_of(request)
    if key not in official.statistics():
        raise Http404(key)
    found = official.figures(scope=visit.scope, statistic=key)
    years = [figure for figure in found if figure.whole_year]
    parts = [figure for figure in found if not figure.whole_year][-_PERIODS:]
    scales = {
        name: official.scale_of(rows, visit.lang) for name, rows in (("years", years), ("parts", parts))
    }
    unit = str(official.statistics()[key]["unit"])
    asked = request.GET.get("figure", "")
    shown = next((f for f in found if str(f.record.id) == asked), found[-1] if found else None)
    context = {
        "key": key,
        "name": _name(visit, key),
        "years": [_row(visit, figure, scales["years"]) for figure in years],
        "parts": [_row(visit, figure, scales["parts"]) for figure in parts],
        "unit": {name: _unit(visit, unit, scale) for name, scale in scales.items()},
        "shown": shown,
        "versions": _versions(visit, shown) if shown else [],
        "differs": [figure for figure in found if figure.verdict == "differs"],
        **_rights(visit),
    }
    return render(request, "web/report/statistic.html", context)


def _rights(visit: Visit) -> dict[str, Any]:
    """Which line the figures are of, and what the reader may do with them there."""
    here = visit.town.serving(Published)
    if here is None:
        raise Http404
    keepers = set(visit.town.lines[here.line].register(here.figure).kept_by)
    askers, mine = set(visit.town.kind(here.line, here.query).raised_by), visit.roles_in(here.line)
    return {"here": here, "may_keep": bool(mine & keepers), "may_ask": bool(mine & askers)}


def _versions(visit: Visit, figure: Official) -> list[dict[str, Any]]:
    """What the figure said and when, the newest first."""
    body = official.dictionary("body", visit.town)
    told = []
    for version in official.versions(figure):
        said = version.said
        named = body.get(str(said.get("body", "")), {})
        told.append(
            {
                "at": version.step.at,
                "who": present.who(visit, version.step),
                "said": said,
                "body": named.get(visit.lang) or named.get("zh", ""),
            }
        )
    return told
