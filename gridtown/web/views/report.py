"""The annual report: as the ledger stands now, and its editions frozen, signed and compared."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import actions
from gridtown.cases.actions import NotFound
from gridtown.kernel.told import Refused
from gridtown.papers.sending import WORD
from gridtown.report.editions import difference, editions, showing
from gridtown.report.editions.editions import Edition
from gridtown.report.editions.unproven import unproven
from gridtown.report.figures.movers import Moved, Mover
from gridtown.report.prose import annual
from gridtown.report.typeset import pdf, word
from gridtown.report.typeset.blocks import Report
from gridtown.report.typeset.levels import numbered
from gridtown.web.asked import number_in
from gridtown.web.middleware import sentence
from gridtown.web.present import who
from gridtown.web.views.common import key_of, new_key, staff, visit_of
from gridtown.web.visit import Visit

MIMES: Mapping[str, str] = {"docx": WORD, "pdf": "application/pdf", "json": "application/json"}


def _live(visit: Visit, year: str) -> Report:
    try:
        return annual.read(year, lang=visit.lang)
    except annual.NoReport as none:
        raise Http404(year) from none
    except annual.BadTemplate as wrong:
        raise Refused("report_faulty", what=str(wrong)) from None


@require_safe
def year(request: HttpRequest, year: str) -> HttpResponse:
    """The year's report: for staff as things stand, each number open; for everybody the published edition, if any."""
    visit = visit_of(request)
    public = editions.published(year)
    edition = public if public and (not visit.hats or "edition" in request.GET) else None
    report = edition.report(visit.lang) if edition else _live(visit, year)
    context = {
        **_told(visit, report),
        "year": year,
        "years": annual.years(),
        "edition": edition,
        "public": public,
        "may_freeze": editions.may_freeze(visit.hats, visit.town),
        "key": new_key(),
    }
    return render(request, "web/report/annual.html", context)


def _told(visit: Visit, report: Report) -> dict[str, Any]:
    return {
        "report": report,
        "sections": list(numbered(report.sections, visit.lang)),
        "annexes": [(one.title, list(numbered(one.sections, visit.lang))) for one in report.annexes],
        "links": bool(visit.hats),
        "gaps": unproven(report) if visit.hats else (),
    }


@require_safe
@staff
def live_file(request: HttpRequest, year: str, kind: str) -> HttpResponse:
    """The report as things stand, as a Word file, PDF or data: a draft, and its name says so."""
    visit = visit_of(request)
    report = _live(visit, year)
    try:
        if kind == "pdf":
            data = pdf.pdf(report, site=annual.site())
        else:
            data = word.docx(report, site=annual.site())
    except pdf.NoFont as none:
        return HttpResponse(str(none), status=503, content_type="text/plain; charset=utf-8")
    return _file(data, visit.say("report.draft", title=report.title, kind=kind), kind)


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(data, content_type=MIMES[kind], headers=headers)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The editions: all for staff, the published ones for everybody."""
    visit = visit_of(request)
    after = request.GET.get("after", "")
    if visit.hats:
        rows = editions.listed(scope=visit.scope, after=number_in(after) or 0)
    else:
        rows = editions.published_rows()
    return render(request, "web/report/editions.html", {"rows": rows, "years": annual.years()})


def _edition(visit: Visit, number: str) -> Edition:
    try:
        return editions.find(number, scope=visit.scope)
    except NotFound:
        raise Http404(number) from None


@require_safe
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One edition: what is missing or unproven, its files, who did what, and what is to be done next."""
    visit = visit_of(request)
    return _one(request, visit, _edition(visit, number))


def _one(request: HttpRequest, visit: Visit, edition: Edition, mistake: str = "") -> HttpResponse:
    others = (
        [row for row in editions.listed(scope=visit.scope) if row.number != edition.number]
        if visit.hats
        else []
    )
    report = edition.report(visit.lang)
    context = {
        "edition": edition,
        "told": edition.manifest,
        "report": report,
        "lacking": [entry for entry in report.missing if entry.period == report.year],
        "lacking_before": [entry for entry in report.missing if entry.period != report.year],
        "gaps": unproven(report),
        "names": sorted(edition.manifest.files) if visit.hats or edition.state != "withdrawn" else [],
        "no_pdf": not any(name.endswith(".pdf") for name in edition.manifest.files),
        "steps": [(step, who(visit, step)) for step in edition.steps] if visit.hats else [],
        "pairs": [
            (older.number, newer.number)
            for row in others
            for older, newer in [sorted((row, edition.row), key=lambda one: one.id)]
        ],
        "may_sign": editions.may_sign(edition, visit.hats, visit.town),
        "key": new_key(),
        "mistake": mistake,
    }
    return render(request, "web/report/edition.html", context, status=422 if mistake else 200)


@require_POST
@staff
def freeze(request: HttpRequest, year: str) -> HttpResponse:
    """Freeze the report as the ledger stands now."""
    visit = visit_of(request)
    try:
        number = editions.freeze(year, by=visit.hats, now=visit.now, key=key_of(request))
    except annual.NoReport as none:
        raise Http404(year) from none
    except annual.BadTemplate as wrong:
        raise Refused("report_faulty", what=str(wrong)) from None
    messages.success(request, visit.say("edition.frozen", number=number), extra_tags="fine")
    return HttpResponseRedirect(f"/report/editions/{number}")


@require_POST
@staff
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """Sign an edition with the installation's key, by whoever may."""
    visit = visit_of(request)
    edition = _edition(visit, number)
    try:
        editions.sign(
            number, by=visit.hats, now=visit.now, key=key_of(request), gaps_read="gaps_read" in request.POST
        )
    except actions.NotFound:
        raise Http404(number) from None
    except Refused as why:
        return _one(request, visit, edition, sentence(visit, why, edition.row.line))
    messages.success(request, visit.say("edition.signed"), extra_tags="fine")
    return HttpResponseRedirect(f"/report/editions/{number}")


@require_safe
def file(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One of an edition's files, as it was frozen."""
    visit = visit_of(request)
    edition = _edition(visit, number)
    if edition.state == "withdrawn" and not visit.hats:
        raise Http404(name)  # kept for the archive, and no longer handed out
    if name == "manifest.json":
        return _file(editions.stored(edition.digest), f"{number}-manifest.json", "json")
    try:
        data = edition.file(name)
    except KeyError:
        raise Http404(name) from None
    return _file(data, f"{number}-{name}", name.rpartition(".")[2])


@require_safe
def between(request: HttpRequest, number: str, other: str) -> HttpResponse:
    """What changed from one edition to another; case numbers as far as the reader may know of them."""
    visit = visit_of(request)
    a, b = _edition(visit, number), _edition(visit, other)
    found = difference.difference(a, b, lang=visit.lang)
    seen = difference.seen_by(found, visit.scope)
    figures = [
        {
            "change": change,
            "name": (change.new or change.old).name,  # type: ignore[union-attr]
            "old": showing.shown(change, "old", visit.lang),
            "new": showing.shown(change, "new", visit.lang),
            "moved": [_movers(part, seen) for part in change.moved],
        }
        for change in found.figures
    ]
    context = {"found": found, "figures": figures, "a": a, "b": b}
    return render(request, "web/report/difference.html", context)


def _movers(part: Moved, seen: frozenset[Mover]) -> dict[str, Any]:
    """The cases and records of one part that the reader may know of, and how many there are beside these."""
    signs = (("+", part.entered), ("−", part.left), ("±", part.changed))
    told = [(sign, mover) for sign, movers in signs for mover in movers if mover in seen]
    return {"part": part.part, "told": told, "hidden": len(part.all) - len(told) + part.more}
