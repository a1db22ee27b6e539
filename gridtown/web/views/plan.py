"""Targets out of a plan: what was read is proposed, a person takes, mends or leaves each, all are written at once."""

from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from gridtown.kernel.told import Refused
from gridtown.report.claims.ledger import plans
from gridtown.report.promises import confirming
from gridtown.town import INDICATORS, Table
from gridtown.web import fieldset
from gridtown.web.middleware import sentence
from gridtown.web.views.common import View, staff, visit_of
from gridtown.web.views.targets import here_of, may_raise
from gridtown.web.visit import Visit

UNITS = ("count", "yuan", "m2", "km", "mu", "ratio", "hours", "days")
MOST = 200  # proposals that one page takes
_NAMES = ("title", "indicator", "direction", "amount", "unit", "due", "to", "quote")


def _guarded(view: View) -> View:
    """Only for those who may set targets."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        visit = visit_of(request)
        if not may_raise(visit, here_of(visit).target):
            raise PermissionDenied
        return view(request)

    return staff(guarded)


@_guarded
def read(request: HttpRequest) -> HttpResponse:
    """Where a plan is sent to, and what was read out of it."""
    visit = visit_of(request)
    if request.method != "POST":
        return _page(request, visit)
    year = request.POST.get("year", "")
    document = request.POST.get("document", "").strip()[:200]
    sent, text = request.FILES.get("file"), request.POST.get("text", "")
    if not year.isdecimal() or not document or not (sent or text.strip()):
        return _page(request, visit, mistake=visit.say("plan.empty"))
    try:
        found = (
            plans.read(
                sent.name or "", sent.read(plans.MOST_BYTES + 1), year=int(year), town=visit.town, whole=True
            )
            if sent
            else plans.of_text(text, year=int(year), town=visit.town, whole=True)
        )
    except plans.Unreadable:
        return _page(request, visit, mistake=visit.say("plan.unreadable"))
    whole = bool(request.POST.get("whole"))
    shown = [one for one in found if whole or one.target.promised]
    rows = [_proposal(visit, document, one) for one in shown[:MOST]]
    _known(rows)
    return _page(request, visit, rows=rows, document=document, read=True, unlisted=len(found) - len(shown))


def _proposal(visit: Visit, document: str, read: plans.Read) -> dict[str, Any]:
    """A proposal as its row shows it; an indicator that a sheet names by its words is found by them."""
    asked = _indicators(visit)
    one, guess = read.target, read.target.indicator or ""
    named = guess if guess in asked else _by_words(asked, guess)
    return {
        "key": plans.key_of(document, one), "title": one.subject[:80], "indicator": named,
        "sure": round(one.confidence * 100), "amount": f"{one.amount:.10g}",
        "unit": one.unit if one.unit in UNITS else "count",
        "direction": one.direction, "to": "", "due": one.due.isoformat(), "quote": read.quote,
        "take": one.promised, "number": "", "mistake": "",
    }  # fmt: skip


def _indicators(visit: Visit) -> Table:
    """What a target may be measured by: the dictionary of every indicator of the town."""
    return visit.town.tables[here_of(visit).line][INDICATORS]


def _by_words(asked: Any, said: str) -> str:
    wanted = said.strip().rstrip("？?")
    if not wanted:
        return ""
    found = [key for key, row in asked.items() if any(wanted in str(row[lang]) for lang in ("zh", "en"))]
    return found[0] if len(found) == 1 else ""


def _known(rows: list[dict[str, Any]]) -> None:
    """Mark those that were confirmed before; a plan may be read again."""
    before = confirming.confirmed(row["key"] for row in rows)
    for row in rows:
        if number := before.get(row["key"], ""):
            row["number"], row["take"] = number, False


@require_POST
@_guarded
def confirm(request: HttpRequest) -> HttpResponse:
    """Write all that were taken, or, where one of them cannot be, none; confirmed twice they are there once."""
    visit = visit_of(request)
    document = request.POST.get("document", "").strip()[:200]
    rows = [_posted(request, n) for n in range(min(MOST, len(request.POST.getlist("key"))))]
    taken = [row for row in rows if row["take"]]
    if not taken:
        return _page(request, visit, rows=rows, document=document, mistake=visit.say("plan.none_taken"))
    if not _written(visit, document, taken):
        wrong = sum(bool(row["mistake"]) for row in taken)
        return _page(
            request, visit, rows=rows, document=document, mistake=visit.say("plan.mistakes", n=wrong)
        )
    messages.success(request, visit.say("plan.done", n=len(taken)), extra_tags="fine")
    return HttpResponseRedirect("/targets")


def _posted(request: HttpRequest, n: int) -> dict[str, Any]:
    row: dict[str, Any] = {name: request.POST.getlist(name)[n : n + 1] for name in ("key", *_NAMES)}
    row = {name: (value[0].strip() if value else "") for name, value in row.items()}
    return {**row, "take": f"{n}" in request.POST.getlist("take"), "mistake": "", "number": "", "sure": 0}


def _written(visit: Visit, document: str, taken: list[dict[str, Any]]) -> bool:
    """Set all that were taken; every row that is refused says why, and then none is."""
    told = {
        row["key"][:100]: {"document": document} | {name: row[name] for name in _NAMES if row[name]}
        for row in taken
    }
    wrong = confirming.confirm(told, by=visit.hats, now=visit.now, town=visit.town)
    for row in taken:
        if why := wrong.get(row["key"][:100]):
            row["mistake"] = _said(visit, why)
    return not wrong


def _said(visit: Visit, why: Refused) -> str:
    """What is wrong with a row, field by field."""
    line = here_of(visit).line
    told = [
        f"{visit.word(line, f'field.{name}')}: {visit.word(line, key)}" for name, key in why.fields.items()
    ]
    return "；".join(told) or sentence(visit, why, line)


def _page(request: HttpRequest, visit: Visit, *, mistake: str = "", **more: Any) -> HttpResponse:
    asked, line = _indicators(visit), here_of(visit).line
    context = {
        "line": line,
        "mistake": mistake,
        "year": request.POST.get("year") or visit.now.astimezone(visit.town.zone).year,
        "text": request.POST.get("text", ""),
        "document": request.POST.get("document", ""),
        "whole": bool(request.POST.get("whole")),
        "indicators": [(key, row.get(visit.lang) or row["zh"]) for key, row in asked.items()],
        "units": [(unit, visit.word(line, f"choice.unit.{unit}")) for unit in UNITS],
        "posts": fieldset.posts_for(visit, line, visit.town.code),
        "rows": [],
        **more,
    }
    return render(request, "web/report/plan.html", context, status=422 if mistake else 200)
