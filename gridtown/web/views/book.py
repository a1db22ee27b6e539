"""What the town has on its books: lines of business, the matrix, sheets of codes."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridtown.cases import queries
from gridtown.dispatch import tools
from gridtown.kernel import forms
from gridtown.kernel.laws import in_english
from gridtown.kernel.line import Line
from gridtown.people import coverage
from gridtown.people.ladder import DESK
from gridtown.web import codes, diagram
from gridtown.web.views.common import staff, visit_of, with_roles
from gridtown.web.visit import MATRIX_ROLES, Visit

MOST_SHEETS = 300


def _line(visit: Visit, key: str) -> Line:
    if key not in visit.town.lines:
        raise Http404(key)
    return visit.town.lines[key]


@require_safe
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


@require_safe
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


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """The town's lines of business."""
    return render(request, "web/people/lines.html", {"lines": list(visit_of(request).town.lines.values())})


@require_safe
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
                "number": kind.number.format(year=visit.now.astimezone(visit.town.zone).year, n=0),
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
    own = [{"setting": s, "value": amounts.get(s.key, s.default)} for s in found.settings if not s.technical]
    usable = {tool.key for key, tool in tools.offered(visit.hats) if key == line}
    helps = [{"tool": t, "usable": t.key in usable} for t in found.tools]
    context = {"line": found, "kinds": kinds, "settings": own, "tools": helps, "tables": _tables(visit, line)}
    return render(request, "web/people/line.html", context)


_BESIDE = frozenset({"key", "zh", "en", "since", "until", "basis", "basis_en", "confirmed_by", "keywords"})


def _tables(visit: Visit, line: str) -> list[dict[str, Any]]:
    """The dictionaries whose rows say from when and by what they hold, and whether anybody has confirmed them."""
    found = []
    for key, rows in visit.town.tables.get(line, {}).items():
        if rows and all({"basis", "since"} <= row.keys() for row in rows.values()):
            told = [
                {
                    "name": row.get(visit.lang) or row["zh"],
                    "value": " ".join(v for name, v in row.items() if v and name not in _BESIDE),
                    "row": row,
                    "basis": row.get("basis_en") or in_english(row["basis"])
                    if visit.lang == "en"
                    else row["basis"],
                    "unconfirmed": not row.get("confirmed_by", "-"),
                }
                for row in rows.values()
            ]
            found.append({"key": key, "rows": told, "unconfirmed": any(one["unconfirmed"] for one in told)})
    return found
