"""The worker's phone: my queue, duties, a report from the spot; works on with no signal."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridtown.cases import actions, queries
from gridtown.cases.actions import Point
from gridtown.cases.queries import Brief
from gridtown.kernel import forms
from gridtown.kernel.line import Kind
from gridtown.kernel.told import REPORTER, RESERVED, Refused
from gridtown.web import fieldset, present
from gridtown.web.middleware import sentence
from gridtown.web.views.common import key_of, new_key, staff, visit_of, wants_json
from gridtown.web.views.resident import point_of
from gridtown.web.visit import Visit

OWN = ("counter", "superior", "patrol", "web")
CHANNELS = ("hotline", "counter", "superior", "patrol", "web")


@dataclass(frozen=True)
class Job:
    """One card of the worker's queue."""

    row: Brief
    light: str
    verbs: list[str]


def verbs_of(visit: Visit, row: Brief) -> list[str]:
    """The moves that come next for the roles held, the usual first; offered on the card, checked when taken."""
    kind = visit.town.kind(row.line, row.kind)
    found = [
        m.verb
        for m in kind.procedure.in_order(row.state)
        if (m.usual or m.to != "=") and visit.roles_in(row.line) & set(m.roles) and m.frm != ("*",)
    ]
    return found[:2]


@require_safe
@staff
def work(request: HttpRequest) -> HttpResponse:
    """What waits on my posts, the soonest due first."""
    visit = visit_of(request)
    page = queries.queue(
        scope=visit.scope, holders=visit.post_ids, now=visit.now, after=request.GET.get("after", ""), size=30
    )
    jobs = [Job(row, present.light_of(row, visit.now), verbs_of(visit, row)) for row in page.rows]
    context = {
        "jobs": jobs,
        "next_cursor": page.next,
        "late": sum(1 for job in jobs if job.light == "late"),
        "reportable": bool(reportable(visit)),
    }
    return render(request, "web/work/queue.html", context)


@require_safe
@staff
def token(request: HttpRequest) -> JsonResponse:
    """A fresh form token and whose it is, for what somebody wrote down without a signal and now sends."""
    return JsonResponse({"token": get_token(request), "who": str(request.user.pk)})


def reportable(visit: Visit) -> list[tuple[str, Kind]]:
    """The kinds that the posts held may raise, but not those that only a program knows what to say of.

    Who is on the ground begins with what they walk for: a grid worker with what a patrol finds.
    """
    found = [
        (key, kind)
        for key, line in visit.town.lines.items()
        for kind in line.kinds
        if visit.roles_in(key) & (set(kind.raised_by) - RESERVED)
        and not any(spec.sent and spec.required for spec in forms.fields_of(kind.intake))
    ]
    return sorted(found, key=lambda one: not (visit.outdoors and _walks(visit, one[0])))


def _walks(visit: Visit, line: str) -> bool:
    """Whether rounds of the line are owed by the roles held."""
    owing = {duty.owed_by for listed in visit.town.lines[line].registers for duty in listed.duties}
    return bool(visit.roles_in(line) & owing)


@staff
def report(request: HttpRequest) -> HttpResponse:
    """Staff take a matter down: at the counter, on the phone, on the spot."""
    visit = visit_of(request)
    kinds = reportable(visit)
    asked = (request.GET.get("kind") or request.POST.get("_kind") or "").split("/")
    line, kind = next((k for k in kinds if [k[0], k[1].key] == asked), kinds[0] if kinds else ("", None))
    if kind is None:
        raise Refused("may_not_report")
    specs = forms.asked_of(kind.intake)
    if request.method == "POST":
        return _send(request, visit, line, kind)
    return render(
        request, "web/work/report.html", _context(visit, line, kind, fieldset.fields(visit, line, specs))
    )


def _channels(kind: Kind) -> tuple[str, ...]:
    """By what ways a kind comes in, the usual first: the hotline's own, what residents bring too, or the house's."""
    if present.levelled(kind):
        return CHANNELS
    return (*OWN, "hotline") if REPORTER in kind.raised_by else OWN


def _context(
    visit: Visit, line: str, kind: Kind, fields: list[fieldset.Field], **more: Any
) -> dict[str, Any]:
    hats = [hat.place for hat in visit.hats]
    near = [
        v for v in visit.places.villages if any(v.code.startswith(p) or p.startswith(v.code) for p in hats)
    ]
    grids = [g for v in near if len(near) <= 2 for g in visit.places.grids_of(v.code)]
    shown = [{"code": p.code, "name": visit.places.name(p.code, visit.lang, "long")} for p in (grids or near)]
    kinds = [{"key": f"{k}/{one.key}", "line": k, "kind": one.key} for k, one in reportable(visit)]
    channels = ("patrol",) if visit.outdoors else _channels(kind)
    if "patrol" in channels and _walks(visit, line):
        # who walks finds things on the way: what stands first must not make a resident's complaint of it
        channels = ("patrol", *(way for way in channels if way != "patrol"))
    return {
        "line": line,
        "kind": kind.key,
        "kinds": kinds,
        "fields": fields,
        "key": new_key(),
        "villages": shown,
        "channels": channels,
        "mistake": "",
        "values": {},
        **more,
    }


def _send(request: HttpRequest, visit: Visit, line: str, kind: Kind) -> HttpResponse:
    specs = forms.asked_of(kind.intake)
    values = request.POST.dict()
    channel = values.get("_channel", "")
    point: Point | None = point_of(values)
    try:
        answers = fieldset.answers(request, visit, specs)
        receipt = actions.report(
            line=line,
            kind=kind.key,
            answers=answers,
            by=visit.hats,
            now=visit.now,
            key=key_of(request),
            channel=channel if channel in CHANNELS else "web",
            point=point,
            place=str(values.get("place", "")),
        )
    except Refused as error:
        if wants_json(request):
            raise
        fields = fieldset.fields(
            visit, line, specs, values=fieldset.said(request, specs), mistakes=fieldset.refused(error)
        )
        context = _context(visit, line, kind, fields, mistake=sentence(visit, error, line), values=values)
        return render(request, "web/work/report.html", context, status=422)
    if wants_json(request):
        return JsonResponse({"number": receipt.number})
    messages.success(request, visit.say("work.reported", number=receipt.number), extra_tags="fine")
    return HttpResponseRedirect(f"/case/{receipt.number}")
