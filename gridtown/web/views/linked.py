"""The page behind a record's link: what an enterprise owes, puts right and reports about itself, by phone."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import actions, queries
from gridtown.cases.actions import NotFound
from gridtown.cases.queries import LinkedView
from gridtown.kernel import forms
from gridtown.kernel.line import Kind
from gridtown.kernel.told import Refused
from gridtown.web import fieldset, outside, pace, present
from gridtown.web.asked import number_in
from gridtown.web.middleware import sentence, status_of
from gridtown.web.views.common import key_of, new_key, visit_of, wants_json
from gridtown.web.views.files import send
from gridtown.web.views.follow import milestones
from gridtown.web.visit import Visit

CHANNEL = "link"


def _secret(request: HttpRequest) -> str:
    return request.GET.get("s", "")[:40]


def _around(request: HttpRequest, of: int, **more: Any) -> dict[str, Any]:
    """What every page behind the link knows: its address and secret, and what was just sent."""
    done = request.GET.get("done", "")[:120]
    query = urlencode({"s": _secret(request)})
    return {"at": f"/r/{of}", "link_query": query, "record_id": of, "done": done, **more}


def _back(request: HttpRequest, path: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{path}?{urlencode({'s': _secret(request), 'done': done})}")


@require_safe
def home(request: HttpRequest, record: int) -> HttpResponse:
    """The record, what is open on it, what may be reported, and what was."""
    visit = visit_of(request)
    before = request.GET.get("before", "")
    view = queries.linked_view(
        record_id=record,
        secret=_secret(request),
        before=number_in(before) or 0,
    )
    found = view.record
    register = visit.town.lines[found.line].register(found.register)
    specs = {spec.name: spec for spec in forms.fields_of(register.form)}
    told = {name: value for name, value in found.answers.items() if name != register.named_by}
    context = _around(
        request,
        record,
        record=found,
        facts=outside.said(visit, found.line, told, specs),
        owed=[{"row": o.case, "verbs": o.verbs, "light": present.light_of(o.case, visit.now)} for o in view.owed],
        ended=view.ended,
        older=view.older,
        raises=view.raises,
    )  # fmt: skip
    return render(request, "web/outside/record.html", context)


@require_safe
def case(request: HttpRequest, record: int, number: str) -> HttpResponse:
    """One case of the record: what is to be done about it, and what happened."""
    return _case(request, record, number)


def _case(
    request: HttpRequest, record: int, number: str, tried: str = "", error: Refused | None = None
) -> HttpResponse:
    visit = visit_of(request)
    view = queries.linked_case(record_id=record, secret=_secret(request), number=number)
    row = view.case
    kind = visit.town.kind(row.line, row.kind)
    specs = present.spec_of(kind)
    told = {n: v for n, v in view.answers.items() if n not in (kind.about, "title")}
    mistake = sentence(visit, error, row.line) if error else ""
    context = _around(
        request,
        record,
        case=row,
        steps=milestones(visit, row, [step.to for step in view.steps]),
        told=outside.said(visit, row.line, told, specs),
        course=outside.course(visit, row.line, view.steps, specs),
        acts=outside.acts(request, visit, row.line, view.offers, tried=tried, error=error, mistake=mistake),
    )
    context["photo_at"], context["photo_query"] = f"/r/{record}/case/{number}/file/", context["link_query"]
    return render(request, "web/outside/case.html", context, status=status_of(error) if error else 200)


@require_POST
def act(request: HttpRequest, record: int, number: str, verb: str) -> HttpResponse:
    """One of the moves of whom the record belongs to."""
    visit, secret = visit_of(request), _secret(request)
    view = queries.linked_case(record_id=record, secret=secret, number=number)
    try:
        if pace.too_many(request, f"link.{record}"):
            raise Refused("too_fast")
        # after a first sending got through the move is no longer offered: the key then answers as the first did
        offer = next((o for o in view.offers if o.verb == verb), None)
        given = fieldset.answers(request, visit, offer.fields) if offer else {}
        taken = actions.take(
            case=number, verb=verb, answers=given, by=actions.linked(record, secret), now=visit.now,
            key=key_of(request),
        )  # fmt: skip
    except NotFound:
        raise
    except Refused as error:
        if wants_json(request):
            raise
        return _case(request, record, number, verb, error)
    if wants_json(request):
        return JsonResponse({"number": taken.number, "state": taken.state, "version": taken.version})
    return _back(request, f"/r/{record}", f"{number}.{verb}")


@require_safe
def file(request: HttpRequest, record: int, number: str, sha: str) -> HttpResponse:
    """A picture of one of the record's cases that its owner may see."""
    view = queries.linked_case(record_id=record, secret=_secret(request), number=number)
    if sha not in view.files:
        raise NotFound
    return send(sha, view.files[sha], sha[:12], small="small" in request.GET)


def new(request: HttpRequest, record: int, kind: str) -> HttpResponse:
    """A form that whom the record belongs to may send in, such as a self-check; or what was sent with it."""
    visit = visit_of(request)
    view = queries.linked_view(record_id=record, secret=_secret(request))
    line = visit.town.lines[view.record.line]
    asked = next((k for k in queries.raised_on(line, view.record.register) if k.key == kind), None)
    if asked is None:
        raise NotFound
    if request.method == "POST":
        return _send(request, visit, view, asked)
    return render(request, "web/outside/new.html", _form(request, visit, view, asked))


def _form(
    request: HttpRequest, visit: Visit, view: LinkedView, kind: Kind, error: Refused | None = None
) -> dict[str, Any]:
    line, specs = view.record.line, fieldset.asked_outside(kind)
    fields = fieldset.fields(
        visit, line, specs, values=fieldset.said(request, specs) if error else None,
        mistakes=fieldset.refused(error) if error else None,
    )  # fmt: skip
    mistake = sentence(visit, error, line) if error else ""
    return _around(
        request, view.record.id, record=view.record, kind=kind.key, fields=fields, key=new_key(), mistake=mistake,
        personal=any(field.personal for field in fields),
    )  # fmt: skip


def _send(request: HttpRequest, visit: Visit, view: LinkedView, kind: Kind) -> HttpResponse:
    record = view.record
    try:
        if pace.too_many(request, f"link.{record.id}"):
            raise Refused("too_fast")
        given = fieldset.answers(request, visit, fieldset.asked_outside(kind))
        receipt = actions.report(
            line=record.line, kind=kind.key, answers={**given, kind.about: record.id},
            by=actions.linked(record.id, _secret(request)), now=visit.now, key=key_of(request), channel=CHANNEL,
        )  # fmt: skip
    except NotFound:
        raise
    except Refused as error:
        if wants_json(request):
            raise
        context = _form(request, visit, view, kind, error)
        return render(request, "web/outside/new.html", context, status=status_of(error))
    if wants_json(request):
        return JsonResponse({"number": receipt.number})
    return _back(request, f"/r/{record.id}", f"{record.id}.{kind.key}")


@require_safe
def token(request: HttpRequest, record: int) -> JsonResponse:
    """A fresh form token, for what was filled in without a signal and is sent now."""
    actions.linked(record, _secret(request))
    return JsonResponse({"token": get_token(request)})
