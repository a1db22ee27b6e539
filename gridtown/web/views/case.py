"""The page of one case, and every move on it through one form."""

import json
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import actions, ledger, queries
from gridtown.cases.actions import NotFound, Overtaken, Taken, amending
from gridtown.cases.queries import CaseView, Offer
from gridtown.cases.store import Row
from gridtown.kernel import forms, tokens
from gridtown.kernel.procedure import Procedure
from gridtown.kernel.purpose import Editions
from gridtown.kernel.told import RESERVED, Refused, in_words_of
from gridtown.papers import printing
from gridtown.web import codes, diagram, fieldset, moderation, present, put, timelines
from gridtown.web.asked import number_in
from gridtown.web.middleware import sentence
from gridtown.web.views.common import elsewhere, is_htmx, key_of, new_key, staff, visit_of, wants_json
from gridtown.web.visit import Visit


def seen(request: HttpRequest, number: str) -> CaseView:
    """The case, if there is one for this reader."""
    visit = visit_of(request)
    view = queries.case(number=number, scope=visit.scope, hats=visit.hats, now=visit.now)
    if view is None:
        raise NotFound
    return view


@require_safe
@staff
def case(request: HttpRequest, number: str) -> HttpResponse:
    """All of one case."""
    return _page(request, seen(request, number))


def _page(request: HttpRequest, view: CaseView, **form: Any) -> HttpResponse:
    visit, row = visit_of(request), view.row
    present.name_records(visit, view)
    about = visit.records([row.record_id] if row.record_id else []).get(row.record_id or 0)
    procedure = visit.town.kind(row.line, row.kind).procedure
    barred = actions.foreseen(row=row, verbs=[o.verb for o in view.offers], by=visit.hats, now=visit.now)
    open_ = [offer for offer in view.offers if offer.verb not in barred]
    first = next(iter(procedure.in_order(row.state)), None)
    # where what comes next is up to people outside, or cannot be done yet, nothing else is put forward in its place
    held_up = bool(view.offers) and view.offers[0].verb in barred
    waiting = held_up or (first is not None and set(first.roles) <= RESERVED)
    context = {
        "case": row,
        "answers": present.told(visit, view),
        "sealed": [{"name": name} for name, shown in view.masked.items() if shown],
        "photos": [f for f in view.files if f.mime.startswith("image/")],
        "files": [f for f in view.files if not f.mime.startswith("image/")],
        "called": {f.sha256: f.name for f in view.files},
        "timeline": timelines.timeline(visit, view),
        "unread": moderation.waiting(visit, view),
        "moves": [
            # What cannot be taken back stands last; the usual first move is put forward only if it is none of these.
            {
                "verb": o.verb,
                "grave": o.grave,
                "onward": o is open_[0] and not waiting and _leads(procedure, row, o),
            }
            for o in sorted(open_, key=lambda offer: offer.grave)
        ],
        "held_up": held_up,
        "barred": {verb: sentence(visit, why, row.line) for verb, why in barred.items()},
        "edition": _is_edition(visit, row),
        "waits": "" if row.ended else present.waits(visit, row),
        "clocks": timelines.clocks(visit, view),
        "documents": printing.ready(visit.town, row.line, row.kind, [step.verb for step in view.steps]),
        "about": about,
        "drawn": _drawn(visit, view),
        "about_href": present.record_href(visit, about) if about else "",
        "kin": [{"row": other, "how": _kin(row, other)} for other in view.related],
        "diagram": diagram.draw(
            procedure,
            label=lambda key: visit.word(row.line, key),
            here=row.state,
            walked=timelines.walked(view),
        ),
        "may_correct": bool(visit.roles & amending.CORRECTORS),
        "may_erase": bool(visit.roles & amending.ERASERS),
        "form": bool(form),
        **form,
    }
    return render(request, "web/desk/case.html", context, status=422 if form.get("mistake") else 200)


def _leads(procedure: Procedure, row: Row, offer: Offer) -> bool:
    """Whether a move is one that the page may put forward: what stays is so only where it is what comes next."""
    move = procedure.find(offer.verb, row.state)
    return offer.to != row.state or (move is not None and move.usual)


def _is_edition(visit: Visit, row: Row) -> bool:
    """Whether it is an edition of the report, which has a page of its own: gaps, files, what differs from others."""
    here = visit.town.serving(Editions)
    return here is not None and (row.line, row.kind) == (here.line, here.edition)


def _kin(row: Row, other: queries.Brief) -> str:
    if other.id == row.parent_id:
        return "parent"
    return "into" if other.id == row.merged_into_id else "child"


def _current(view: CaseView, offer: Offer) -> dict[str, Any]:
    """What the case already says, so that nothing has to be entered twice."""
    row, told = view.row, (view.answers, *(step.answers for step in view.steps))
    said = {
        f.name: answers[name]
        for f in offer.fields
        if f.again
        for answers in told
        for name in (f.again, f.name)
        if answers.get(name)
    }
    return said | {
        f.name: getattr(row, f.sets) for f in offer.fields if f.sets in ("category", "urgency", "level")
    }


def form_of(visit: Visit, view: CaseView, offer: Offer, **more: Any) -> dict[str, Any]:
    """The context of a move's form."""
    row = view.row
    draws = _draws(visit, row, offer.verb)
    if draws:
        more["inside"] = ""  # what it answers is a page of its own, and comes once
    values = more.pop("values", None) or _current(view, offer)
    shown = fieldset.fields(
        visit, row.line, offer.fields, values=values, mistakes=more.pop("mistakes", None), place=row.place,
        entries={
            **moderation.options(visit, view, offer), **put.options(visit, row.line, offer.fields, view.steps)
        },
    )  # fmt: skip
    return {
        "case": row,
        "verb": offer.verb,
        "move_to": offer.to if offer.to != row.state else "",
        "key": new_key(),
        "fields": shown,
        "grave": offer.grave,
        "mistake": "",
        "refused": "",
        "draws": draws,
        "secret": any(field.secret for field in shown),
        **more,
    }


def _draws(visit: Visit, row: Row, verb: str) -> bool:
    """Whether the move draws codes, which are told once."""
    move = visit.town.kind(row.line, row.kind).procedure.find(verb, row.state)
    return move is not None and bool(forms.draws_of(move.form))


def _offer(visit: Visit, view: CaseView, verb: str) -> Offer:
    """What is offered of this move; else why it is not, in the words of the case's line."""
    row = view.row
    for offer in view.offers:
        if offer.verb == verb:
            return offer
    there = visit.town.kind(row.line, row.kind).procedure.find(verb, row.state)
    with in_words_of(row.line):
        raise Refused("may_not", verb=verb) if there else Refused("not_from_here", verb=verb, state=row.state)


@staff
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """A move's form, or the move itself."""
    view, visit = seen(request, number), visit_of(request)
    if request.method == "POST":
        return _take(request, visit, view, verb)
    if verb == "sign" and _is_edition(visit, view.row):
        return elsewhere(request, f"/report/editions/{number}")  # where the signature is made
    offer = _offer(visit, view, verb)
    named = {f.name: request.GET[f.name] for f in offer.fields if f.type == "entry" and f.name in request.GET}
    values = _current(view, offer) | named
    why = actions.foreseen(row=view.row, verbs=[verb], by=visit.hats, now=visit.now).get(verb)
    refused = sentence(visit, why, view.row.line) if why else ""
    form = form_of(visit, view, offer, values=values, inside=request.GET.get("in", ""), refused=refused)
    if is_htmx(request):
        return render(request, "web/parts/move.html", form)
    return _page(request, view, **form)


def _take(request: HttpRequest, visit: Visit, view: CaseView, verb: str) -> HttpResponse:
    """Carry the move out; a refusal comes back with the form as it was filled in."""
    row = view.row
    key, given = key_of(request), request.POST.get("_version", "")
    # after a first sending got through, the move is no longer offered: the key then answers as the first did
    offer = next((o for o in view.offers if o.verb == verb), None)
    specs = offer.fields if offer else _fields(visit, row, verb)
    try:
        answers = fieldset.answers(request, visit, specs)
        taken = actions.take(
            case=row.id,
            verb=verb,
            answers=answers,
            by=visit.hats,
            now=visit.now,
            key=key,
            version=number_in(given),
        )
    except Overtaken:
        raise
    except Refused as error:
        if offer is None or wants_json(request):
            raise
        mistakes = fieldset.refused(error)
        form = form_of(
            visit,
            view,
            offer,
            values=fieldset.said(request, specs),
            mistakes=mistakes,
            mistake=sentence(visit, error, row.line),
            inside=request.POST.get("_in", ""),
        )
        if is_htmx(request):
            return render(request, "web/parts/move.html", form, status=422)
        return _page(request, view, **form)
    said = visit.say(
        "case.done",
        verb=visit.word(row.line, f"verb.{verb}"),
        state=visit.word(row.line, f"state.{taken.state}"),
    )
    if wants_json(request):
        told = {"number": taken.number, "state": taken.state, "version": taken.version}
        return JsonResponse(told | {"codes": taken.codes} if taken.codes else told)
    if taken.codes:
        return _slips(request, visit, row, verb, taken)
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": "moved"})
    messages.success(request, said, extra_tags="fine")
    return HttpResponseRedirect(
        request.POST.get("_next")
        if request.POST.get("_next", "").startswith("/work")
        else f"/case/{row.number}"
    )


def _drawn(visit: Visit, view: CaseView) -> str:
    """What the case's map shows beside its point, as rings; "" where there is nothing."""
    draws = visit.town.kind(view.row.line, view.row.kind).drawn
    rings = draws(view.answers, [step.answers for step in view.steps]) if draws else ()
    return json.dumps(rings) if rings else ""


def _slips(request: HttpRequest, visit: Visit, row: Row, verb: str, taken: Taken) -> HttpResponse:
    """The codes that were just drawn, one slip each with what belongs to it; this page is their only copy."""
    url = f"{settings.GRIDTOWN_PUBLIC_URL}/open/{row.number}"
    slips = [
        {"code": code, "check": tokens.check_of(tokens.digest_of(code)), "beside": beside}
        for code, beside in zip_longest(taken.codes, taken.beside)
    ]
    move = next(m for m in visit.town.kind(row.line, row.kind).procedure.moves if m.verb == verb)
    drawn = forms.draws_of(move.form)[0].beside
    beside = next((spec for spec in forms.fields_of(move.form) if spec.name == drawn), None)
    context = {
        "case": row, "slips": slips, "url": url, "svg": codes.svg(url),
        "beside": visit.word(row.line, f"field.{drawn}") if beside else "",
        "unit": visit.word(row.line, f"unit.{beside.unit}") if beside and beside.unit else "",
    }  # fmt: skip
    response = render(request, "web/desk/slips.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _fields(visit: Visit, row: Row, verb: str) -> Any:
    procedure = visit.town.kind(row.line, row.kind).procedure
    found = next((m for m in procedure.moves if m.verb == verb), None)
    if found is None:
        raise Refused("not_from_here", verb=verb, state=row.state)
    return forms.asked_of(found.form)


@require_POST
@staff
def unseal(request: HttpRequest, number: str) -> HttpResponse:
    """Personal answers in clear, with the reason that goes into the ledger."""
    view, visit = seen(request, number), visit_of(request)
    clear = actions.unseal(
        case=view.row.id,
        fields=list(view.masked),
        reason=request.POST.get("reason", ""),
        by=visit.hats,
        now=visit.now,
        key=key_of(request),
    )
    context = {"case": view.row, "clear": [{"name": name, "value": value} for name, value in clear.items()]}
    template = "web/desk/clear.html" if is_htmx(request) else "web/desk/clear_page.html"
    return render(request, template, context)


@require_safe
@staff
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Whether this case's chain of entries is whole."""
    view = seen(request, number)
    fault = ledger.case_fault(view.row.id)
    return render(
        request, "web/desk/verified.html", {"n": len(view.steps), "fault": fault, "hash": view.row.head}
    )


@require_safe
@staff
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The case on paper."""
    view, visit = seen(request, number), visit_of(request)
    context = {
        "case": view.row,
        "answers": present.told(visit, view),
        "timeline": timelines.timeline(visit, view),
        "photos": [f for f in view.files if f.mime.startswith("image/")],
    }
    return render(request, "web/desk/sheet.html", context)
