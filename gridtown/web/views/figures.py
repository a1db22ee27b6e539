"""The annual report: a page whose every number opens into what it stands for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridtown.report import annual
from gridtown.web.views.common import visit_of


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
