"""The public pages of open cases: read by everybody, answered by anyone, without an account or a trace."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import actions, queries
from gridtown.cases.actions import NotFound
from gridtown.kernel.told import Refused
from gridtown.web import fieldset, outside, pace, present, show
from gridtown.web.asked import number_in
from gridtown.web.middleware import sentence, status_of
from gridtown.web.views.common import key_of, visit_of
from gridtown.web.views.files import send
from gridtown.web.views.follow import milestones
from gridtown.web.visit import Visit

VOICES = 100  # entries on one page; older ones on the next
# Each page carries the visitor's language and a form token, so only their own browser may keep it, and asks again.
_OWN = "private, no-cache"


def own(response: HttpResponse) -> HttpResponse:
    """A page that nobody but the visitor's own browser may keep."""
    response.headers.setdefault("Cache-Control", _OWN)
    return response


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What is open to all, running matters first."""
    lines = list(dict.fromkeys(line for line, _ in queries.public_kinds()))
    line = request.GET.get("line", "")
    line = line if line in lines else ""
    page = queries.open_cases(line=line, after=request.GET.get("after", "")[:30])
    context = {
        "lines": lines,
        "line": line,
        "running": [row for row in page.rows if not row.ended],
        "ended": [row for row in page.rows if row.ended],
        "next_cursor": page.next,
    }
    return own(render(request, "web/outside/open.html", context))


@require_safe
def topic(request: HttpRequest, number: str) -> HttpResponse:
    """One open case."""
    return _page(request, number)


def _page(request: HttpRequest, number: str, tried: str = "", error: Refused | None = None) -> HttpResponse:
    visit = visit_of(request)
    view = queries.topic(number=number)
    row = view.case
    kind = visit.town.kind(row.line, row.kind)
    specs = present.spec_of(kind)
    before = number_in(request.GET.get("before", ""))
    steps = [s for s in view.steps if before is None or s.seq < before]
    told = {name: value for name, value in view.answers.items() if specs[name].sets != "title"}
    mistake = sentence(visit, error, row.line) if error else ""
    context: dict[str, Any] = {
        "case": row,
        "status": _status(visit, row),
        "steps": milestones(visit, row, [step.to for step in view.steps]),
        "told": outside.said(visit, row.line, told, specs),
        "course": outside.course(visit, row.line, steps[-VOICES:], specs),
        "older": steps[-VOICES].seq if len(steps) > VOICES else 0,
        "acts": outside.acts(
            request,
            visit,
            row.line,
            view.offers,
            tried=tried,
            error=error,
            mistake=mistake,
            steps=view.steps,
        ),
        "judged": kind.procedure.judged,
        "related": view.related,
        "fates": view.fates,
        "done": request.GET.get("done", "")[:40],
        "photo_at": f"/open/{number}/file/",
        "photo_query": "",
    }
    status = status_of(error) if error else 200
    return own(render(request, "web/outside/topic.html", context, status=status))


def _status(visit: Visit, row: queries.OpenCase) -> str:
    if row.ended:
        return visit.say(f"status.{row.outcome}")
    if row.due is None:
        return ""
    return visit.say("open.until", when=show.moment(row.due, visit.now, visit.town.zone, visit.lang))


@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """What anyone may do now: speak, vote."""
    visit = visit_of(request)
    view = queries.topic(number=number)
    try:
        if pace.too_many_of_anyone(request, number):
            raise Refused("too_fast")
        offer = next((o for o in view.offers if o.verb == verb), None)
        given = fieldset.answers(request, visit, offer.fields) if offer else {}
        actions.take(
            case=number, verb=verb, answers=given, by=actions.anyone(), now=visit.now, key=key_of(request)
        )
    except NotFound:
        raise
    except Refused as error:
        return _page(request, number, verb, error)
    return HttpResponseRedirect(f"/open/{number}?done={verb}")


@require_safe
def file(request: HttpRequest, number: str, sha: str) -> HttpResponse:
    """A picture that is shown on the public page."""
    view = queries.topic(number=number)
    if sha not in view.files:
        raise NotFound
    return send(sha, view.files[sha], sha[:12], small="small" in request.GET)
