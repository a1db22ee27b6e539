"""Cases to choose from while a number is typed: within the reader's scope, by the beginning of a number or by words."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridtown.cases import queries
from gridtown.cases.queries import Filters
from gridtown.web.fieldset import ANY_LINE
from gridtown.web.views.common import staff, visit_of

OFFERED = 12  # as many as a phone shows above its keyboard, with a little to scroll


@require_safe
@staff
def named(request: HttpRequest) -> HttpResponse:
    """What a field for a case's number offers: the newest that fit what was typed, or the newest of all."""
    visit, asked = visit_of(request), request.GET
    line, kind = asked.get("line", ""), asked.get("of", "")
    if line not in visit.town.lines:
        raise Http404(line)
    text = asked.get(f"_find.{asked.get('field', '')}") or asked.get(asked.get("field", ""), "")
    filters = Filters(
        line="" if kind == ANY_LINE else line, kind="" if kind == ANY_LINE else kind, text=text.strip()[:80]
    )
    page = queries.listing(scope=visit.scope, now=visit.now, filters=filters, size=OFFERED)
    return render(request, "web/parts/found.html", {"rows": page.rows})
