"""The signed links of records for those who keep the register: the link, its code to print, and another one."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import actions, queries
from gridtown.cases.actions import links
from gridtown.cases.queries import RecordView
from gridtown.kernel.line import Register
from gridtown.web import codes
from gridtown.web.asked import number_in
from gridtown.web.views.common import key_of, record_of, staff, visit_of
from gridtown.web.visit import Visit

MOST_SHEETS = 100  # to a page; more with the next


def links_of(visit: Visit, register: Register, records: list[RecordView]) -> list[dict[str, Any]]:
    """The links of those of the records that the reader keeps and that are still on the register."""
    kept = [r for r in records if not r.retired and links.may_keep(visit.hats, r.line, register, r.place)]
    if not register.linked or not kept:
        return []
    secrets = links.secrets_of(r.id for r in kept)
    found = []
    for record in kept:
        path = links.path_of(record.id, secrets[record.id])
        url = f"{settings.GRIDTOWN_PUBLIC_URL}{path}"
        found.append({"record": record, "path": path, "url": url, "svg": codes.svg(url)})
    return found


def _register(visit: Visit, line: str, key: str) -> Register:
    known = visit.town.lines[line].registers if line in visit.town.lines else ()
    found = next((r for r in known if r.key == key and r.linked), None)
    if found is None:
        raise Http404(key)
    if not visit.roles & set(found.kept_by):
        raise PermissionDenied
    return found


@require_safe
@staff
def sheets(request: HttpRequest, line: str, register: str) -> HttpResponse:
    """Codes to print, for one record or for all of a register; A6 cards, or four to an A4 page."""
    visit = visit_of(request)
    kept = _register(visit, line, register)
    one, after = request.GET.get("record", ""), request.GET.get("after", "")
    if one:
        found = record_of(visit, line, register, number_in(one) or 0)
        records = [found] if found else []
    else:
        begin = number_in(after) or 0
        records = list(
            queries.records(line=line, register=register, scope=visit.scope, after=begin, size=MOST_SHEETS)
        )
    context = {
        "line": line,
        "register": kept,
        "cards": links_of(visit, kept, records),
        "one": one,
        "after": after,
        "size": "a6" if request.GET.get("size") == "a6" else "a4",
        "next": records[-1].id if len(records) == MOST_SHEETS else 0,
    }
    return render(request, "web/people/links.html", context)


@require_POST
@staff
def renew(request: HttpRequest, line: str, register: str, record: int) -> HttpResponse:
    """Another link; the one before opens nothing from now on."""
    visit = visit_of(request)
    if record_of(visit, line, register, record) is None:
        raise Http404(str(record))
    actions.renew_link(record=record, by=visit.hats, now=visit.now, key=key_of(request))
    messages.success(request, visit.say("link.renewed"), extra_tags="fine")
    return HttpResponseRedirect(f"/registers/{line}/{register}/{record}")
