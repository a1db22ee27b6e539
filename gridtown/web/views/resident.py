"""The resident's pages: report, follow, rate, reopen; no account, nothing to install."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import actions, queries
from gridtown.cases.actions import NotFound, Point
from gridtown.kernel import forms
from gridtown.kernel.line import Kind
from gridtown.kernel.purpose import Promises
from gridtown.kernel.told import REPORTER, Actor, Refused
from gridtown.people import scope as scopes
from gridtown.places.coords import Crs
from gridtown.triage.similar import similar as alike
from gridtown.triage.suggest import suggest as heard
from gridtown.web import codes, fieldset, pace, spots
from gridtown.web.asked import number_in
from gridtown.web.middleware import sentence
from gridtown.web.views.common import key_of, new_key, visit_of
from gridtown.web.visit import RESIDENT, Visit

PUBLIC = scopes.visible((Actor(person="public", post="", roles=frozenset(), place="", clearance=1),))
HOME_SECONDS = 60  # strangers' visits must not make the database count
SHOWN = 3  # similar reports offered to whoever is typing
HEARD = 4  # categories offered at most
# what the page has a place of its own for
_DRAWN = frozenset({"description", "category", "photos", "address", "contact_name", "contact_phone"})
_CRS: dict[str, Crs] = {"wgs84": "wgs84", "gcj02": "gcj02", "bd09": "bd09"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where one can go, and what the town is doing."""
    visit = visit_of(request)
    kinds = visit.town.raised_by(REPORTER)
    numbers = cache.get("web.home")
    if numbers is None:  # what people brought, not the rounds and checks that the town owes itself
        board = queries.board(scope=PUBLIC, now=visit.now, kinds=[(line, kind.key) for line, kind in kinds])
        recent = sum(v.recent for v in board)
        numbers = {
            "received": recent,
            "ended": recent - sum(v.unfinished for v in board),
            "open": sum(v.open for v in board),
            "late": sum(v.late for v in board),
            "topics": len(queries.open_cases(size=1).rows),
        }
        cache.set("web.home", numbers, HOME_SECONDS)
    latest = queries.listing(
        scope=PUBLIC, now=visit.now, filters=queries.Filters(line=kinds[0][0] if kinds else ""), size=6
    )
    context = {
        "numbers": numbers,
        "recent": latest.rows,
        "promises": visit.town.serving(Promises) is not None,
    }
    return render(request, "web/resident/home.html", context)


def _chosen(request: HttpRequest, visit: Visit) -> tuple[str, Kind]:
    kinds = visit.town.raised_by(REPORTER)
    said = request.POST if request.method == "POST" else request.GET
    asked = (said.get("line", ""), said.get("kind", ""))
    return next((pair for pair in kinds if (pair[0], pair[1].key) == asked), kinds[0])


def _preset(visit: Visit, code: str) -> dict[str, Any]:
    """The place of a scanned sheet: its name and a point inside it."""
    if not code or not visit.places.knows(code):
        return {}
    spot: dict[str, Any] = {"code": code, "name": visit.places.name(code, visit.lang, "long")}
    if point := spots.point_in(visit.places, code):
        spot["lon"], spot["lat"] = point
    return spot


def new(request: HttpRequest, place: str = "") -> HttpResponse:
    """The form, empty or with the place of the sheet that was scanned; or what was sent with it."""
    if request.method == "POST":
        return _send(request)
    visit = visit_of(request)
    preset = _preset(visit, place)
    line, kind = _chosen(request, visit)
    return render(request, "web/resident/new.html", _form(visit, line, kind, {}, preset=preset))


def _form(visit: Visit, line: str, kind: Kind, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    preset = more.get("preset") or _preset(visit, values.get("place", ""))
    villages = [
        {"code": v.code, "name": visit.places.name(v.code, visit.lang)} for v in visit.places.villages
    ]
    return {
        "line": line,
        "kind": kind.key,
        "key": new_key(),
        "values": values,
        "villages": villages,
        "photos": {"name": "photos", "had": values.get("photos", ())},
        "mistakes": {},
        "mistake": "",
        "channel": "qr" if preset else "web",
        "others": [
            (key, other.key) for key, other in visit.town.raised_by(REPORTER) if (key, other) != (line, kind)
        ],
        "fields": fieldset.fields(
            visit,
            line,
            _besides(kind),
            values=values,
            mistakes=more.get("mistakes"),
            place=values.get("place", ""),
        ),
        **_suggestions(visit, line, kind, values),
        **more,
        "preset": preset,
    }


def _besides(kind: Kind) -> list[forms.FieldSpec]:
    """What this kind must know and the page has no place of its own for."""
    return [spec for spec in fieldset.asked_outside(kind) if spec.required and spec.name not in _DRAWN]


@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """While somebody types: what it sounds like, and who has said so nearby."""
    visit = visit_of(request)
    line, kind = _chosen(request, visit)
    values = request.POST.dict()
    return render(
        request, "web/resident/suggest.html", {"values": values, **_suggestions(visit, line, kind, values)}
    )


def _suggestions(visit: Visit, line: str, kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
    text = str(values.get("description", ""))[:2000]
    spec = next((s for s in forms.fields_of(kind.intake) if s.sets == "category" and s.table), None)
    table = visit.town.tables.get(line, {}).get(spec.table, {}) if spec else {}
    keys = [str(p.what["category"]) for p in heard(text, line=line, most=HEARD)] if table else []
    if values.get("category") in table and values["category"] not in keys:
        keys = [values["category"], *keys]
    found = [{"key": key, "name": table[key].get(visit.lang) or table[key].get("zh")} for key in keys]
    return {"categories": found, "similar": _similar(visit, line, values, keys) if len(text) >= 4 else []}


def _similar(visit: Visit, line: str, values: dict[str, Any], keys: list[str]) -> list[dict[str, Any]]:
    """Open reports of the same sort nearby: what and where, never another person's words."""
    wanted = [values["category"]] if values.get("category") else keys
    point = point_of(values)
    if point is None:
        return _in_place(visit, line, str(values.get("place", "")), wanted)
    text, category = str(values.get("description", "")), wanted[0] if wanted else ""
    found = alike(
        line=line, lon=point.lon, lat=point.lat, text=text, now=visit.now, category=category, most=SHOWN
    )
    return [{"row": a.case, "metres": max(10, round(a.metres, -1)), "id": a.case.id} for a in found]


def _in_place(visit: Visit, line: str, place: str, wanted: list[str]) -> list[dict[str, Any]]:
    """The same where only the grid or village is known, as after scanning a sheet."""
    if len(place) < 12 or not visit.places.knows(place):
        return []
    found = [
        row
        for category in wanted[:2]
        for row in queries.listing(
            scope=PUBLIC,
            now=visit.now,
            filters=queries.Filters(line=line, place=place, category=category, open=True),
            size=SHOWN,
        ).rows
    ]
    return [{"row": row, "metres": None, "id": row.id} for row in found[:SHOWN]]


def point_of(values: dict[str, Any]) -> Point | None:
    """The pin that a form carries, if it carries one."""
    try:
        lon, lat = float(values.get("lon", "")), float(values.get("lat", ""))
    except ValueError:
        return None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    return Point(lon, lat, _CRS.get(str(values.get("crs")), "wgs84"))


def _send(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    line, kind = _chosen(request, visit)
    values: dict[str, Any] = request.POST.dict()
    try:
        if pace.too_many(request, "report"):
            raise Refused("too_fast")
        if me_too := request.POST.get("me_too", ""):
            receipt = actions.follow(case=number_in(me_too) or 0, now=visit.now, key=key_of(request))
        else:
            specs = fieldset.asked_outside(kind)
            answers = fieldset.answers(request, visit, specs)
            if any(answers.get(spec.name) for spec in specs if spec.personal) and not values.get("consent"):
                raise Refused("new.consent_needed")
            receipt = actions.report(
                line=line,
                kind=kind.key,
                by=RESIDENT,
                now=visit.now,
                key=key_of(request),
                answers=answers,
                channel="qr" if values.get("channel") == "qr" else "web",
                point=point_of(values),
                place=str(values.get("place", "")),
            )
    except Refused as error:
        text = visit.say(error.key) if error.key.startswith("new.") else sentence(visit, error, line)
        mistakes = {name: visit.word(line, key) for name, key in error.fields.items()}
        said = fieldset.said(request, fieldset.asked_outside(kind))
        context = _form(visit, line, kind, values | said, mistake=text, mistakes=mistakes)
        return render(request, "web/resident/new.html", context, status=422)
    joined = "&joined=1" if "+" in receipt.number else ""
    return HttpResponseRedirect(f"/f/{receipt.number}/sent?{urlencode({'s': receipt.secret})}{joined}")


@require_safe
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt: number, link and code to keep."""
    visit = visit_of(request)
    secret = request.GET.get("s", "")
    queries.follow_view(number=number, secret=secret, now=visit.now)
    path = f"/f/{number}?{urlencode({'s': secret})}"
    link = f"{settings.GRIDTOWN_PUBLIC_URL}{path}"
    context = {
        "number": number,
        "path": path,
        "link": link,
        "code": codes.svg(link),
        "secret": secret,
        "joined": request.GET.get("joined"),
    }
    return render(request, "web/resident/sent.html", context)


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Number and code by hand, for whoever kept only a slip of paper."""
    number, secret = request.GET.get("number", "").strip().upper(), request.GET.get("s", "").strip()
    mistake = ""
    if number:
        try:
            actions.reporter(number, secret)
            return HttpResponseRedirect(f"/f/{number}?{urlencode({'s': secret})}")
        except NotFound:
            mistake = visit_of(request).say("follow.unknown")
    return render(
        request,
        "web/resident/ask.html",
        {"number": number, "mistake": mistake},
        status=404 if mistake else 200,
    )
