"""Putting right what was wrongly taken down, and erasing personal data; both are entries, nothing is overwritten."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from gridtown.cases import actions
from gridtown.kernel import forms
from gridtown.kernel.told import Refused
from gridtown.web import fieldset
from gridtown.web.asked import number_in
from gridtown.web.middleware import sentence
from gridtown.web.views.case import seen
from gridtown.web.views.common import key_of, new_key, staff, visit_of
from gridtown.web.views.resident import point_of


@staff
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """The intake's plain answers and the place, to be put right with a reason; what stood before stays readable."""
    view, visit = seen(request, number), visit_of(request)
    row = view.row
    kind = visit.town.kind(row.line, row.kind)
    specs = [
        s for s in forms.asked_of(kind.intake) if not s.personal and not s.type.startswith(("photo", "file"))
    ]
    mistake, mistakes, values = "", {}, dict(view.answers)
    if request.method == "POST":
        values = fieldset.said(request, specs)
        given = fieldset.answers(request, visit, specs)
        changes = {s.name: given.get(s.name) for s in specs if given.get(s.name) != view.answers.get(s.name)}
        place = request.POST.get("place", "")
        try:
            actions.correct(
                case=row.id,
                changes={name: value for name, value in changes.items() if value is not None},
                reason=request.POST.get("_reason", ""),
                by=visit.hats,
                now=visit.now,
                key=key_of(request),
                version=_version(request),
                point=point_of(request.POST.dict()),
                place=place if place != row.place else "",
            )
        except actions.Overtaken:
            raise
        except Refused as error:
            mistake, mistakes = sentence(visit, error, row.line), fieldset.refused(error)
        else:
            messages.success(request, visit.say("amend.corrected"), extra_tags="fine")
            return HttpResponseRedirect(f"/case/{number}")
    near = visit.places.grids_of(row.place[:12]) if len(row.place) >= 12 else ()
    codes = [*(v.code for v in visit.places.villages), *(grid.code for grid in near)]
    context: dict[str, Any] = {
        "case": row,
        "fields": fieldset.fields(visit, row.line, specs, values=values, mistakes=mistakes, place=row.place),
        "key": new_key(),
        "mistake": mistake,
        "reason": request.POST.get("_reason", ""),
        "places_known": [
            {"code": c, "name": visit.places.name(c, visit.lang, "long")} for c in sorted(codes)
        ],
    }
    return render(request, "web/desk/correct.html", context, status=422 if mistake else 200)


def _version(request: HttpRequest) -> int | None:
    return number_in(request.POST.get("_version", ""))


@staff
def erase(request: HttpRequest, number: str) -> HttpResponse:
    """Destroy the key of the case's personal answers, on the person's request or when the purpose is reached."""
    view, visit = seen(request, number), visit_of(request)
    mistake = ""
    if request.method == "POST":
        try:
            reason = request.POST.get("_reason", "")
            actions.erase(case=view.row.id, reason=reason, by=visit.hats, now=visit.now, key=key_of(request))
        except Refused as error:
            mistake = sentence(visit, error, view.row.line)
        else:
            messages.success(request, visit.say("amend.erased"), extra_tags="fine")
            return HttpResponseRedirect(f"/case/{number}")
    context = {"case": view.row, "key": new_key(), "mistake": mistake, "masked": view.masked}
    return render(request, "web/desk/erase.html", context, status=422 if mistake else 200)
