"""One record: what it says, where it lies, what is owed on it, its cases and history; and bringing it up to date."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import actions, queries
from gridtown.cases.actions import NotFound
from gridtown.cases.actions import records as keeping
from gridtown.cases.queries import RecordView
from gridtown.kernel import forms
from gridtown.kernel.forms import FieldSpec
from gridtown.kernel.line import Register
from gridtown.kernel.recurring import span_at
from gridtown.kernel.told import CONFIDENTIAL, Refused
from gridtown.web import fieldset, present
from gridtown.web.asked import number_in
from gridtown.web.middleware import sentence
from gridtown.web.views.common import is_htmx, key_of, new_key, record_of, staff, visit_of
from gridtown.web.views.files import send
from gridtown.web.views.links import links_of
from gridtown.web.views.registers import every, may_keep, register_of, villages
from gridtown.web.views.resident import point_of
from gridtown.web.visit import Visit

CASES = 20  # on a record's page, the newest first
_PUT: Mapping[str, tuple[Callable[..., None], str]] = {
    "retire": (actions.retire, "registers.retire_done"),
    "restore": (actions.restore, "registers.restore_done"),
    "erase": (actions.erase_record, "registers.erase_done"),
}
_FILES = ("photo", "photos", "file", "files")


def _seen(visit: Visit, line: str, register: str, record: int) -> RecordView:
    found = record_of(visit, line, register, record)
    if found is None:
        raise Http404(str(record))
    return found


@staff
def one(request: HttpRequest, line: str, register: str, record: int | None = None) -> HttpResponse:
    """A record, to be read or brought up to date; without a number a new one."""
    visit = visit_of(request)
    listed = register_of(visit, line, register)
    found = _seen(visit, line, register, record) if record else None
    if request.method == "POST":
        return _keep(request, visit, line, listed, found)
    if found is None and not may_keep(visit, line, listed):
        raise Http404(register)
    return _page(request, visit, line, listed, found)


def _keep(
    request: HttpRequest, visit: Visit, line: str, listed: Register, found: RecordView | None
) -> HttpResponse:
    """Keep what was filled in; a refusal comes back with the form as it was."""
    specs, version = forms.asked_of(listed.form), request.POST.get("_version", "")
    try:
        kept = actions.keep(
            line=line, register=listed.key, answers=_answers(request, visit, specs, found), by=visit.hats,
            now=visit.now, key=key_of(request), record=found.id if found else None,
            version=number_in(version), place=request.POST.get("place", "")[:15],
            point=point_of(request.POST.dict()), unplaced="_unpin" in request.POST,
        )  # fmt: skip
    except actions.Overtaken:
        raise
    except Refused as error:
        mistakes = fieldset.refused(error)
        said = fieldset.said(request, specs)
        _beside(said, specs, found)
        mistake = sentence(visit, error, line)
        return _page(request, visit, line, listed, found, said=said, mistakes=mistakes, mistake=mistake)
    messages.success(request, visit.say("registers.kept"), extra_tags="fine")
    return HttpResponseRedirect(f"/registers/{line}/{listed.key}/{kept}")


def _answers(
    request: HttpRequest, visit: Visit, specs: tuple[FieldSpec, ...], found: RecordView | None
) -> dict[str, Any]:
    """What was filled in, with what such a form does not show again: pictures that stay, and answers of persons.

    A personal answer that is left empty is not said at all, which keeps it; a tick takes it away.
    """
    said = fieldset.answers(request, visit, specs)
    old = found.answers if found else {}
    for spec in specs:
        if spec.personal and request.POST.get(f"_drop.{spec.name}"):
            said[spec.name] = None
        elif spec.type == "photos":
            stay = [
                sha for sha in old.get(spec.name, ()) if sha in request.POST.getlist(f"_stay.{spec.name}")
            ]
            if stay or spec.name in said:
                said[spec.name] = [*stay, *said.get(spec.name, ())]
        elif spec.type == "photo" and not request.POST.get(f"_stay.{spec.name}"):
            continue
        elif spec.type in _FILES and spec.name not in said and spec.name in old:
            said[spec.name] = old[spec.name]
    return said


def _beside(said: Mapping[str, Any], specs: tuple[FieldSpec, ...], found: RecordView | None) -> None:
    """Beside a mistake the pictures that are there already are shown again, with those that were brought now."""
    for spec in specs:
        if found and spec.type in ("photo", "photos"):
            old = found.answers.get(spec.name) or ()
            said[spec.name].beside = (old,) if isinstance(old, str) else tuple(old)


def _page(
    request: HttpRequest, visit: Visit, line: str, listed: Register, found: RecordView | None, *,
    said: Mapping[str, Any] | None = None, mistakes: Mapping[str, str] | None = None, mistake: str = "",
) -> HttpResponse:  # fmt: skip
    point = {name: request.POST.get(name) or "" for name in ("lon", "lat", "crs")}
    if found and found.lon is not None and not point["lon"]:
        point = {"lon": found.lon, "lat": found.lat, "crs": "wgs84"}
    context: dict[str, Any] = {
        "line": line,
        "register": listed,
        "record": found,
        "key": new_key(),
        "mistake": mistake,
        "place": request.POST.get("place") or _usual_place(visit, listed, found),
        "point": point,
        "may_keep": may_keep(visit, line, listed, found.place if found else ""),
        "link": next(iter(links_of(visit, listed, [found] if found else [])), None),
    }
    if context["may_keep"]:
        context["places_known"] = _places(visit, found)
        context["fields"] = fieldset.fields(
            visit, line, forms.asked_of(listed.form), values=said if said is not None else _values(listed, found),
            mistakes=mistakes, place=found.place if found else "", kept=found.masked if found else {},
        )  # fmt: skip
    if found:
        context |= _told(visit, line, listed, found)
    return render(request, "web/people/record.html", context, status=422 if mistake else 200)


def _values(listed: Register, found: RecordView | None) -> dict[str, Any]:
    """What the form shows; the reason for a change is always a new one."""
    return {name: value for name, value in found.answers.items() if name != listed.why} if found else {}


def _usual_place(visit: Visit, listed: Register, found: RecordView | None) -> str:
    if found:
        return found.place
    return visit.town.code if listed.townwide else ""


def _places(visit: Visit, found: RecordView | None) -> list[dict[str, str]]:
    """Villages, the grids of the record's village, and the town where the whole of it is meant."""
    near = visit.places.grids_of(found.place[:12]) if found and len(found.place) >= 12 else ()
    codes = [*(v["code"] for v in villages(visit)), *(grid.code for grid in near), visit.town.code]
    if found and found.place not in codes:
        codes.append(found.place)
    return [{"code": c, "name": visit.places.name(c, visit.lang, "long")} for c in sorted(codes)]


def _told(visit: Visit, line: str, listed: Register, found: RecordView) -> dict[str, Any]:
    """What the page tells of a record beside the form."""
    specs = forms.fields_of(listed.form)
    steps = queries.record_steps(record=found.id)
    refs = [s.name for s in specs if s.type in ("ref", "refs")]
    named = [found.answers.get(name) for name in refs]
    named += [value for step in steps for c in step.changes if c.name in refs for value in (c.old, c.new)]
    visit.records(i for value in named for i in present.ids_in(value))
    page = queries.listing(
        scope=visit.scope, now=visit.now, filters=queries.Filters(record=found.id), size=CASES
    )
    personal = any(spec.personal for spec in specs)
    cleared = any(hat.clearance >= CONFIDENTIAL["personal"] for hat in visit.hats)
    return {
        "answers": _facts(visit, line, specs, found),
        "sealed": list(found.masked),
        "may_unseal": personal and cleared and bool(visit.roles & (keeping.READERS | set(listed.kept_by))),
        "may_erase": bool(found.masked) and bool(visit.roles & keeping.ERASERS),
        "files_at": f"/registers/{line}/{listed.key}/{found.id}/file",
        "history": _history(visit, line, listed, steps),
        "open_cases": [row for row in page.rows if not row.ended],
        "past_cases": [row for row in page.rows if row.ended],
        "duties": _owed(visit, line, listed, found),
    }


def _facts(visit: Visit, line: str, specs: tuple[FieldSpec, ...], found: RecordView) -> list[present.Said]:
    said = []
    for spec in specs:
        if mask := found.masked.get(spec.name):
            said.append(present.Said(spec.name, "text", mask, masked=True))
        elif not spec.internal and (value := found.answers.get(spec.name)) not in (None, "", []):
            said.append(present.answer(visit, line, spec.name, value, spec))
    return said


def _history(
    visit: Visit, line: str, listed: Register, steps: tuple[queries.RecordStep, ...]
) -> list[dict[str, Any]]:
    """The record's entries, the newest first, with the answers that each changed as today's form would show them."""
    specs = {spec.name: spec for spec in forms.fields_of(listed.form)}
    now = listed.form.version

    def shown(name: str, value: Any) -> present.Said | None:
        if value in (None, "", []):
            return None
        if name == "place":
            return present.Said(name, "text", visit.places.name(str(value), visit.lang, "long"))
        spec = specs.get(name)
        if spec and spec.personal:
            return present.Said(name, "text", value, masked=True)
        said = present.answer(visit, line, name, value, spec)
        if isinstance(said.value, str):
            said = replace(said, value=said.value.replace("\n", visit.say("list_comma")))
        return said

    told = []
    for n, step in enumerate(steps):
        changes = [
            {"name": c.name, "own": c.name in specs, "old": shown(c.name, c.old), "new": shown(c.name, c.new)}
            for c in step.changes
            if not (c.name in specs and specs[c.name].internal)
        ]
        first = n == 0 and step.verb == "keep"
        told.append(
            {
                "step": step,
                "said": _done(visit, line, step.verb, first=first),
                "who": present.who(visit, step),
                "changes": [] if first else changes,
                "first": changes if first else [],
                "form_version": step.form_version if step.form_version != now and changes else 0,
            }
        )
    return told[::-1]


def _done(visit: Visit, line: str, verb: str, *, first: bool) -> str:
    if verb != "keep":
        return visit.word(line, f"verb.{verb}")
    return visit.say("registers.put_on" if first else "registers.change")


def _owed(visit: Visit, line: str, listed: Register, found: RecordView) -> list[dict[str, Any]]:
    """What is owed on the record again and again: how often, the case of the last period, and when the next begins."""
    owed = []
    for duty in (one for one in listed.duties if one.owed(found.answers)):
        period = duty.period(found.answers)
        span = span_at(period, visit.now, visit.town.zone)
        last = queries.last_owed(line=line, kind=duty.opens, duty=duty.key, records=[found.id])
        owed.append(
            {
                "duty": duty,
                "every": every(visit, period),
                "last": last.get(found.id, ("", ""))[1],
                "next": None if found.retired else span.until,
            }
        )
    return owed


@require_POST
@staff
def put(request: HttpRequest, line: str, register: str, record: int, verb: str) -> HttpResponse:
    """Take a record off its register, put it back, or erase what it says of persons; each with a reason."""
    visit = visit_of(request)
    listed = register_of(visit, line, register)
    found = _seen(visit, line, register, record)
    if verb not in _PUT:
        raise NotFound
    action, done = _PUT[verb]
    try:
        reason = request.POST.get("reason", "")
        action(record=record, reason=reason, by=visit.hats, now=visit.now, key=key_of(request))
    except Refused as error:
        if not error.fields:
            raise
        return _page(request, visit, line, listed, found, mistake=sentence(visit, error, line))
    messages.success(request, visit.say(done), extra_tags="fine")
    return HttpResponseRedirect(f"/registers/{line}/{register}/{record}")


@require_POST
@staff
def unseal(request: HttpRequest, line: str, register: str, record: int) -> HttpResponse:
    """Personal answers in clear, with the reason that goes into the ledger."""
    visit = visit_of(request)
    found = _seen(visit, line, register, record)
    clear = actions.unseal_record(
        record=record, fields=list(found.masked), reason=request.POST.get("reason", ""), by=visit.hats,
        now=visit.now, key=key_of(request),
    )  # fmt: skip
    context = {
        "line": line,
        "record": found,
        "clear": [{"name": name, "value": value} for name, value in clear.items()],
    }
    template = "web/people/record_clear.html" if is_htmx(request) else "web/people/record_clear_page.html"
    return render(request, template, context)


@require_safe
@staff
def file(request: HttpRequest, line: str, register: str, record: int, sha: str) -> HttpResponse:
    """A picture of a record within the reader's scope."""
    visit = visit_of(request)
    found = queries.record_file(record=_seen(visit, line, register, record), sha256=sha)
    if found is None:
        raise NotFound
    return send(found.sha256, found.mime, found.name, small="small" in request.GET)
