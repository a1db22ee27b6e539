"""Registers: what stands on each, narrowed by place, name and choice, on the page and as a spreadsheet."""

import io
from collections.abc import Callable, Mapping
from typing import IO, Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridtown.cases import queries
from gridtown.cases.queries import RecordView
from gridtown.feeds.registers.book import Book
from gridtown.feeds.registers.writing import MIME
from gridtown.kernel import forms
from gridtown.kernel.amounts import Amount
from gridtown.kernel.forms import FieldSpec
from gridtown.kernel.line import Duty, Register
from gridtown.kernel.recurring import Every
from gridtown.web import fieldset, present
from gridtown.web.asked import number_in
from gridtown.web.views.common import staff, visit_of
from gridtown.web.visit import Visit

PAGE = 100
COLUMNS = 6  # answers shown in a list
NARROWED = 4  # choices that a list is narrowed by
_CELLS = ("text", "int", "number", "bool", "date", "choice", "ref")


def register_of(visit: Visit, line: str, key: str) -> Register:
    """The register of an address; 404 where there is none."""
    found = visit.town.lines.get(line)
    listed = next((r for r in found.registers if r.key == key), None) if found else None
    if listed is None:
        raise Http404(key)
    return listed


def book_of(visit: Visit, line: str, listed: Register) -> Book:
    """The register's spreadsheets for this visitor."""
    return Book(
        visit.town, line, listed, visit.lang, visit.people, visit.places, visit.scope, visit.hats, visit.now
    )


def may_keep(visit: Visit, line: str, listed: Register, place: str = "") -> bool:
    """Whether the visitor may change the register, or (with a place) its records there."""
    return any(
        hat.roles & set(listed.kept_by) and (not place or hat.covers(line, place)) for hat in visit.hats
    )


def every(visit: Visit, period: Every | Amount) -> str:
    """How often a duty comes again, in words."""
    if isinstance(period, Amount):
        return visit.say("registers.every", amount=period.label(visit.lang))
    return visit.say(f"every.{period}")


def periods(visit: Visit, line: str, listed: Register, duty: Duty) -> str:
    """A duty's period, with those of its grades."""
    graded = [spec for spec in forms.fields_of(listed.form) if spec.name == duty.grade_by]
    names = {o.key: o.label for spec in graded for o in fieldset.options(visit, line, spec)}
    grades = [(names.get(grade, grade), every(visit, period)) for grade, period in duty.grades.items()]
    said = visit.say("list_comma").join(f"{name} {period}" for name, period in grades)
    return every(visit, duty.every) + (visit.say("in_brackets", said=said) if said else "")


@require_safe
@staff
def named(request: HttpRequest, line: str, register: str) -> HttpResponse:
    """The options of a form's field that names records of this register: those whose name holds what was typed."""
    visit = visit_of(request)
    field, place = request.GET.get("field", ""), request.GET.get("place", "")
    listed, text = register_of(visit, line, register), request.GET.get(f"_find.{field}", "").strip()
    chosen = [
        str(i)
        for i, record in visit.records(present.ids_in(request.GET.getlist(field))).items()
        if (record.line, record.register) == (line, listed.key) and visit.scope.sees(line, record.place, 0)
    ]
    found = fieldset.with_chosen(
        visit, fieldset.named(visit, line, listed.key, place=place, text=text), chosen
    )
    return render(request, "web/parts/options.html", {"options": found, "chosen": chosen})


@require_safe
@staff
def listed(request: HttpRequest) -> HttpResponse:
    """Every register of every line, with how much stands on it."""
    visit = visit_of(request)
    counts = queries.count_registers(scope=visit.scope)
    found = [
        {
            "line": line.key,
            "register": r,
            "count": counts.get((line.key, r.key), 0),
            "duties": [{"key": d.key, "every": periods(visit, line.key, r, d)} for d in r.duties],
        }
        for line in (visit.town.lines[key] for key in visit.line_keys)
        for r in line.registers
    ]
    return render(request, "web/people/registers.html", {"registers": found})


def _asked(request: HttpRequest, visit: Visit, line: str, listed: Register) -> dict[str, Any]:
    """What the list is narrowed to, as the queries take it."""
    place = request.GET.get("place", "")
    having = {}
    for spec in _choices(listed):
        value = request.GET.get(f"f_{spec.name}", "")
        if value in {option.key for option in fieldset.options(visit, line, spec)}:
            having[spec.name] = value
    return {
        "place": place if visit.places.knows(place) else "",
        "text": request.GET.get("q", "").strip()[:80],
        "having": having,
    }


def _choices(listed: Register) -> list[FieldSpec]:
    chosen = [
        s for s in forms.fields_of(listed.form) if (s.choices or s.table) and not (s.personal or s.internal)
    ]
    return sorted(chosen, key=lambda s: not s.computed)[:NARROWED]


def _columns(listed: Register) -> list[FieldSpec]:
    """The answers that a list shows: those that the register names, else what is worked out before what was said."""
    if listed.shows:
        known = {spec.name: spec for spec in forms.fields_of(listed.form)}
        return [known[name] for name in listed.shows]
    own = [
        s
        for s in forms.fields_of(listed.form)
        if s.type in _CELLS and not (s.personal or s.internal) and s.name != listed.named_by
    ]
    return sorted(own, key=lambda s: not s.computed)[:COLUMNS]


@require_safe
@staff
def one(request: HttpRequest, line: str, register: str) -> HttpResponse:
    """The records of one register."""
    visit = visit_of(request)
    listed = register_of(visit, line, register)
    asked, after = _asked(request, visit, line, listed), request.GET.get("after", "")
    where = {"line": line, "register": register, "scope": visit.scope, **asked}
    retired = request.GET.get("retired") == "1"
    found = queries.records(**where, retired=retired, after=number_in(after) or 0, size=PAGE + 1)
    records, specs = found[:PAGE], _columns(listed)
    refs = [spec.name for spec in specs if spec.type == "ref"]
    visit.records(i for record in records for name in refs for i in present.ids_in(record.answers.get(name)))
    context = {
        "line": line,
        "register": listed,
        "duties": [{"duty": d, "every": periods(visit, line, listed, d)} for d in listed.duties],
        "rows": [{"record": r, "cells": _cells(visit, line, specs, r)} for r in records],
        "specs": specs,
        "next": records[-1].id if len(found) > PAGE else 0,
        "count": queries.count_records(**where, retired=retired),
        "asked": asked,
        "retired": retired,
        "narrowed": bool(asked["place"] or asked["text"] or asked["having"] or retired),
        "choices": [
            {"spec": s, "options": fieldset.options(visit, line, s), "value": asked["having"].get(s.name, "")}
            for s in _choices(listed)
        ],
        "villages": villages(visit),
        "may_keep": may_keep(visit, line, listed),
        "query": request.GET.urlencode(),
    }
    return render(request, "web/people/register.html", context)


def villages(visit: Visit) -> list[Mapping[str, str]]:
    """The villages and communities, to choose from."""
    return [{"code": v.code, "name": visit.places.name(v.code, visit.lang)} for v in visit.places.villages]


def _cells(visit: Visit, line: str, specs: list[FieldSpec], record: RecordView) -> list[present.Said]:
    said = []
    for spec in specs:
        value = record.answers.get(spec.name)
        blank = present.Said(spec.name, "text", "")
        said.append(blank if value in (None, "") else present.answer(visit, line, spec.name, value, spec))
    return said


@require_safe
@staff
def export(request: HttpRequest, line: str, register: str) -> HttpResponse:
    """The list as it is narrowed, as a workbook that comes in again."""
    visit = visit_of(request)
    listed = register_of(visit, line, register)
    book, asked = book_of(visit, line, listed), _asked(request, visit, line, listed)
    return workbook(lambda to: book.export(to, **asked), f"{book.title}-{visit.now:%Y%m%d}.xlsx")


@require_safe
@staff
def template(request: HttpRequest, line: str, register: str) -> HttpResponse:
    """The register's empty sheet."""
    visit = visit_of(request)
    book, blank = book_of(visit, line, register_of(visit, line, register)), visit.say("registers.template")
    return workbook(book.template, f"{book.title}-{blank}.xlsx")


def workbook(write: Callable[[IO[bytes]], object], name: str) -> FileResponse:
    """A workbook as a download; ten thousand rows of it are a megabyte."""
    file = io.BytesIO()
    write(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=MIME)
