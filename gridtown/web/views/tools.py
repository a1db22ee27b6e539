"""Tools: which there are for the posts held, a tool's question, its proposals, and accepting them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridtown.dispatch import tools
from gridtown.kernel import forms
from gridtown.kernel.told import Refused
from gridtown.kernel.tool import Tool
from gridtown.web import fieldset
from gridtown.web.asked import number_in
from gridtown.web.middleware import sentence, why
from gridtown.web.proposals import Row, Telling
from gridtown.web.views.common import is_htmx, staff, visit_of
from gridtown.web.visit import Visit

PAGE = 50


@require_safe
@staff
def listed(request: HttpRequest) -> HttpResponse:
    """Every tool that the posts held may use."""
    visit = visit_of(request)
    found = [
        {"line": line, "key": tool.key, "asks": [spec.name for spec in forms.asked_of(tool.ask)]}
        for line, tool in tools.offered(visit.hats)
    ]
    return render(request, "web/tools/list.html", {"tools": found})


@require_http_methods(["GET", "POST"])
@staff
def tool(request: HttpRequest, line: str, tool: str) -> HttpResponse:
    """A tool's question and, once it is asked, its proposals.

    A question is part of the address, so that one can come back to it; one with personal answers is posted instead.
    """
    return _page(request, visit_of(request), line, tools.found(visit_of(request).hats, line, tool))


def _page(request: HttpRequest, visit: Visit, line: str, tool: Tool, mistake: str = "") -> HttpResponse:
    specs = forms.asked_of(tool.ask)
    asking = "_ask" in fieldset.given(request) or not specs
    mistakes: Mapping[str, str] = {}
    context: dict[str, Any] = {}
    if asking:
        try:
            context = _answer(request, visit, line, tool)
        except Refused as error:
            mistake, mistakes = mistake or sentence(visit, error, line), fieldset.refused(error)
    said = fieldset.said(request, specs) if asking else {}
    context |= {
        "line": line,
        "tool": tool,
        "fields": fieldset.fields(
            visit, line, specs, values=said, mistakes=mistakes, place=visit.hats[0].place
        ),
        "question": _question(request, tool),
        "posts": _personal(tool),
        "mistake": mistake,
        "most": tools.MOST,
    }
    return render(request, "web/tools/tool.html", context, status=422 if mistake else 200)


def _answer(request: HttpRequest, visit: Visit, line: str, tool: Tool) -> dict[str, Any]:
    """What the tool answers, one page of it."""
    raw = fieldset.answers(request, visit, forms.asked_of(tool.ask))
    answered = tools.ask(
        line, tool.key, raw, hats=visit.hats, scope=visit.scope, now=visit.now, at=_moment(request)
    )
    size = tools.MOST if _personal(tool) else PAGE
    first = (max(1, number_in(fieldset.given(request).get("_page", "")) or 1) - 1) * size
    shown = answered.suggested[first : first + size]
    return {
        "rows": Telling(visit, line, tool).rows(shown, answered.asked),
        "at": answered.at,
        "many": len(answered.suggested),
        "standing": sum(1 for one in answered.suggested if one.digest and not one.accepted),
        "sure": any(one.proposal.confidence is not None for one in answered.suggested),
        "first": first + 1,
        "last": first + len(shown),
        "previous": first // size if first else 0,
        "next": first // size + 2 if first + size < len(answered.suggested) else 0,
    }


def _moment(request: HttpRequest) -> datetime | None:
    """When the question was first asked, as the page's form carries it."""
    try:
        at = datetime.fromisoformat(fieldset.given(request).get("_at", ""))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _question(request: HttpRequest, tool: Tool) -> list[tuple[str, str]]:
    """The question as it was asked, field by field, to go with what is accepted of its answer."""
    given = fieldset.given(request)
    return [(spec.name, value) for spec in forms.asked_of(tool.ask) for value in given.getlist(spec.name)]


def _personal(tool: Tool) -> bool:
    return any(spec.personal for spec in forms.fields_of(tool.ask))


@require_POST
@staff
def accept(request: HttpRequest, line: str, tool: str) -> HttpResponse:
    """Carry out one proposal, those that are ticked, or all, with what came of each."""
    visit = visit_of(request)
    found = tools.found(visit.hats, line, tool)
    one = request.POST.get("_one", "")
    wanted = None if "_all" in request.POST else [one] if one else request.POST.getlist("proposal")
    if wanted == []:
        return _page(request, visit, line, found, visit.say("tools.none_picked"))
    try:
        at = _moment(request)
        if at is None:
            raise Refused("question_old")
        raw = fieldset.answers(request, visit, forms.asked_of(found.ask))
        outcomes = tools.accept(
            line, tool, raw, at=at, wanted=wanted, hats=visit.hats, scope=visit.scope, now=visit.now
        )
    except Refused as error:
        if is_htmx(request):
            row = Row(one, (), (), None, "refused", refused=why(visit, error, line))
            return render(request, "web/tools/outcome.html", {"row": row})
        return _page(request, visit, line, found, sentence(visit, error, line))
    rows = Telling(visit, line, found).outcomes(outcomes)
    if is_htmx(request) and one:
        return render(request, "web/tools/outcome.html", {"row": rows[0]})
    context = {
        "line": line,
        "tool": found,
        "rows": rows,
        "done": sum(1 for row in rows if not row.refused),
        "failed": sum(1 for row in rows if row.refused),
        "question": [("_ask", "1"), *_question(request, found)],
        "posts": _personal(found),
    }
    return render(request, "web/tools/accepted.html", context)
