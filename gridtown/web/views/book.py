"""What the town has on its books: registers, lines of business, the matrix, sheets of codes."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridtown.cases import actions, queries
from gridtown.dispatch import tools
from gridtown.kernel import forms
from gridtown.kernel.line import Line, Register
from gridtown.kernel.told import Refused
from gridtown.people import coverage
from gridtown.people.ladder import DESK
from gridtown.web import codes, diagram, fieldset, present
from gridtown.web.middleware import sentence
from gridtown.web.views.common import key_of, new_key, staff, visit_of, with_roles
from gridtown.web.views.links import links_of
from gridtown.web.visit import MATRIX_ROLES, Visit

MOST_SHEETS = 300


def _line(visit: Visit, key: str) -> Line:
    if key not in visit.town.lines:
        raise Http404(key)
    return visit.town.lines[key]


def _register(visit: Visit, line: str, key: str) -> Register:
    found = next((r for r in _line(visit, line).registers if r.key == key), None)
    if found is None:
        raise Http404(key)
    return found


@require_GET
@staff
def registers(request: HttpRequest) -> HttpResponse:
    """Every register of every line."""
    visit = visit_of(request)
    found = [{"line": line.key, "register": r} for line in visit.town.lines.values() for r in line.registers]
    return render(request, "web/people/registers.html", {"registers": found})


@require_GET
@staff
def register(request: HttpRequest, line: str, register: str) -> HttpResponse:
    """The records of one register."""
    visit = visit_of(request)
    kept = _register(visit, line, register)
    after = request.GET.get("after", "")
    records = queries.records(
        line=line, register=register, scope=visit.scope, after=int(after) if after.isdigit() else 0, size=100
    )
    specs = [spec for spec in forms.fields_of(kept.form) if not spec.personal][:6]
    present.learn(visit, ((spec, r.answers.get(spec.name)) for r in records for spec in specs))
    rows = [{"record": r, "cells": [_cell(visit, line, r.answers, s) for s in specs]} for r in records]
    context = {
        "line": line,
        "register": kept,
        "rows": rows,
        "specs": specs,
        "next": records[-1].id if len(records) == 100 else 0,
        "may_keep": bool(visit.roles & set(kept.kept_by)),
    }
    return render(request, "web/people/register.html", context)


def _cell(visit: Visit, line: str, answers: dict[str, Any], spec: forms.FieldSpec) -> present.Said:
    value = answers.get(spec.name)
    return present.answer(visit, line, spec.name, "" if value is None else value, spec)


@staff
def record(request: HttpRequest, line: str, register: str, record: int | None = None) -> HttpResponse:
    """One record, to be read or brought up to date; without a number a new one."""
    visit = visit_of(request)
    kept = _register(visit, line, register)
    found = queries.record(record=record) if record else None
    if record and (
        found is None
        or (found.line, found.register) != (line, register)
        or not visit.scope.sees(line, found.place, 0)
    ):
        raise Http404(str(record))
    specs = forms.asked_of(kept.form)
    mistake, mistakes, values = "", {}, dict(found.answers) if found else {}
    if request.method == "POST":
        values = fieldset.said(request, specs)
        version = request.POST.get("_version", "")
        try:
            actions.keep(
                line=line,
                register=register,
                answers=fieldset.answers(request, visit, specs),
                by=visit.hats,
                now=visit.now,
                key=key_of(request),
                record=record,
                version=int(version) if version.isdigit() else None,
                place=request.POST.get("place", "") or visit.town.code,
            )
        except Refused as error:
            mistake, mistakes = sentence(visit, error, line), fieldset.refused(error)
        else:
            messages.success(request, visit.say("registers.kept"), extra_tags="fine")
            return HttpResponseRedirect(f"/registers/{line}/{register}")
    cases = (
        queries.listing(scope=visit.scope, now=visit.now, filters=queries.Filters(record=record), size=20)
        if record
        else None
    )
    context = {
        "line": line,
        "register": kept,
        "record": found,
        "key": new_key(),
        "mistake": mistake,
        "fields": fieldset.fields(
            visit, line, specs, values=values, mistakes=mistakes, place=found.place if found else ""
        ),
        "villages": [
            {"code": v.code, "name": visit.places.name(v.code, visit.lang)} for v in visit.places.villages
        ],
        "place": (request.POST.get("place") or (found.place if found else ""))[:15],
        "cases": cases.rows if cases else (),
        "may_keep": bool(visit.roles & set(kept.kept_by)),
        "link": next(iter(links_of(visit, kept, [found] if found else [])), None),
    }
    return render(request, "web/people/record.html", context, status=422 if mistake else 200)


@require_GET
@with_roles(MATRIX_ROLES)
def matrix(request: HttpRequest) -> HttpResponse:
    """Line × grid → post, with gaps and overloads."""
    visit = visit_of(request)
    village = request.GET.get("village", "")
    grids = [
        g.code
        for v in visit.places.villages
        if not village or v.code == village
        for g in visit.places.grids_of(v.code)
    ]
    columns = coverage.columns(visit.people, visit.town.lines)
    answers = coverage.answers(visit.people, grids, columns)
    gaps = coverage.gaps(visit.people, visit.town.lines, visit.places.grids)
    overloads = coverage.overloads(visit.people, queries.open_by_post(scope=visit.scope))
    heads = [
        {"desk": _desk(visit, c.removeprefix(DESK)) if c.startswith(DESK) else "", "line": c} for c in columns
    ]
    context = {
        "heads": heads,
        "rows": [{"grid": grid, "answers": answers[grid]} for grid in grids],
        "gaps": gaps[:100],
        "gap_count": len(gaps),
        "overloads": overloads,
        "village": village,
        "villages": [
            {"code": v.code, "name": visit.places.name(v.code, visit.lang)} for v in visit.places.villages
        ],
    }
    return render(request, "web/people/matrix.html", context)


def _desk(visit: Visit, desk: str) -> str:
    """A desk is called what the post that sits at it is called."""
    post = next(
        (p for p in sorted(visit.people.open, key=lambda p: (p.level != "town", p.rank)) if p.desk == desk),
        None,
    )
    return visit.post_name(post) if post else desk


@require_GET
@staff
def sheets(request: HttpRequest) -> HttpResponse:
    """余安码: one printable code for each place; A6 cards, or two to an A4 page."""
    visit = visit_of(request)
    village = request.GET.get("village", "") or visit.places.villages[0].code if visit.places.villages else ""
    codes_of = [village, *(grid.code for grid in visit.places.grids_of(village))] if village else []
    cards = [
        {
            "code": code,
            "name": visit.places.name(code, visit.lang, "long"),
            "svg": codes.svg(f"{settings.GRIDTOWN_PUBLIC_URL}/q/{code}"),
        }
        for code in codes_of[:MOST_SHEETS]
    ]
    context = {
        "cards": cards,
        "village": village,
        "size": "a6" if request.GET.get("size") == "a6" else "a4",
        "generation": visit.places.generation,
        "public_url": settings.GRIDTOWN_PUBLIC_URL,
        "villages": [
            {"code": v.code, "name": visit.places.name(v.code, visit.lang)} for v in visit.places.villages
        ],
    }
    return render(request, "web/people/sheets.html", context)


@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    """The town's lines of business."""
    return render(request, "web/people/lines.html", {"lines": list(visit_of(request).town.lines.values())})


@require_GET
def line(request: HttpRequest, line: str) -> HttpResponse:
    """One line, generated from its folder: procedure drawn and as a table, limits with their basis, indicators."""
    visit = visit_of(request)
    found = _line(visit, line)
    kinds = []
    for kind in found.kinds:
        procedure = kind.procedure
        kinds.append(
            {
                "kind": kind,
                "fields": forms.fields_of(kind.intake),
                "limits": procedure.limits,
                "diagram": diagram.draw(
                    procedure,
                    label=lambda key: visit.word(line, key),
                    title=visit.word(line, f"kind.{kind.key}"),
                ),
                "moves": [
                    {
                        "verb": m.verb,
                        "frm": m.frm,
                        "to": m.to,
                        "roles": m.roles,
                        "fields": forms.fields_of(m.form),
                    }
                    for m in procedure.moves
                ],
            }
        )
    amounts = visit.town.amounts.get(line, {})
    own = [{"setting": s, "value": amounts.get(s.key, s.default)} for s in found.settings]
    usable = {tool.key for key, tool in tools.offered(visit.hats) if key == line}
    helps = [{"tool": t, "usable": t.key in usable} for t in found.tools]
    context = {"line": found, "kinds": kinds, "settings": own, "tools": helps}
    return render(request, "web/people/line.html", context)
