"""The command room of the town and of each village: board, map, what burns, who is on duty, the live feed."""

import json
from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from gridtown.cases import modes, queries
from gridtown.cases.queries import Brief, Event, Filters
from gridtown.dispatch.room import Command, command, on_duty_now
from gridtown.kernel.effects import Supervise
from gridtown.places import outlines
from gridtown.web import present
from gridtown.web.asked import place_code
from gridtown.web.views.common import staff, visit_of
from gridtown.web.visit import Visit

LIGHTS = {"red": "late", "yellow": "soon", "green": "fine"}
FEED_SHOWN = 30
BURNING = 12


@dataclass(frozen=True)
class Place:
    """One row of the board."""

    code: str
    name: str
    open: int
    late: int
    recent: int
    share: int
    light: str


@dataclass(frozen=True)
class Stat:
    """One of the numbers on top."""

    word: str
    value: int
    light: str
    href: str


@dataclass(frozen=True)
class Told:
    """One line of the live feed."""

    id: int
    number: str
    title: str
    said: str
    place: str
    at: Any
    light: str


def _place(visit: Visit, place: str) -> str:
    """The place asked for, if the reader's posts reach it; else the reader's own."""
    if place and visit.places.knows(place):
        return place
    mine = min((hat.place for hat in visit.hats), key=len)
    return mine[:12]


def _board(visit: Visit, place: str) -> list[Place]:
    rows = {
        v.code: v
        for v in queries.board(scope=visit.scope, now=visit.now, place=place if len(place) >= 12 else "")
    }
    if len(place) >= 12:
        codes = [grid.code for grid in visit.places.grids_of(place[:12])]
    else:
        codes = [v.code for v in visit.places.villages]
    found = []
    for code in [
        *codes,
        *(c for c in rows if c not in codes and c.startswith(place) and (c != place or rows[c].open)),
    ]:
        v = rows.get(code)
        share = round(100 * v.unfinished / v.recent) if v and v.recent else 0
        name = visit.places.name(code, visit.lang) if code != visit.town.code else visit.say("room.unplaced")
        found.append(
            Place(
                code,
                name,
                v.open if v else 0,
                v.late if v else 0,
                v.recent if v else 0,
                share,
                LIGHTS[v.light] if v else "fine",
            )
        )
    return found


def _stats(board: list[Place], place: str, visit: Visit) -> list[Stat]:
    below = f"&place={place}" if len(place) >= 12 else ""
    numbers = [
        Stat("room.open_now", sum(p.open for p in board), "", f"/desk?view=open{below}"),
        Stat("room.late_now", sum(p.late for p in board), "late", f"/desk?view=late{below}"),
        Stat("room.recent", sum(p.recent for p in board), "", f"/desk?view=every{below}"),
    ]
    if not below:
        counts = queries.counts(scope=visit.scope, now=visit.now)
        numbers.insert(2, Stat("room.supervised_now", counts["supervised"], "", "/desk?view=supervised"))
        numbers.append(Stat("room.today", counts["today"], "", "/desk?view=every"))
    return numbers


def _burns(visit: Visit, place: str) -> list[dict[str, Any]]:
    """Late ones, the longest overdue first; what can be done about them from here."""
    filters = Filters(open=True, late=True, place=place if len(place) >= 12 else "")
    page = queries.listing(scope=visit.scope, now=visit.now, filters=filters, size=BURNING, order="due")
    return [
        {"row": row, "light": present.light_of(row, visit.now), "verbs": _verbs(visit, row)}
        for row in page.rows
    ]


def _verbs(visit: Visit, row: Brief) -> list[str]:
    """Dispatch and supervise, as far as the reader's roles and the case's state allow."""
    moves = visit.town.kind(row.line, row.kind).procedure.moves_from(row.state)
    mine = [
        m
        for m in moves
        if visit.roles_in(row.line) & set(m.roles)
        and (m.holder == "chosen" or isinstance(m.effect, Supervise))
    ]
    return [m.verb for m in mine][:2]


def _told(visit: Visit, event: Event) -> Told:
    return Told(
        event.id,
        event.number,
        event.title,
        visit.word(event.line, f"verb.{event.verb}"),
        event.place,
        event.at,
        "late" if event.verb == "expire" or event.late else "",
    )


def _feed(visit: Visit, place: str) -> tuple[list[Told], int]:
    newest = queries.last_id()
    events = queries.latest(scope=visit.scope, place=place, now=visit.now, most=FEED_SHOWN)
    return [_told(visit, event) for event in events], newest


def _mode(visit: Visit) -> dict[str, Any]:
    """The event that is on, and by which moves the reader may act on it; else which could be switched on."""
    found = command(scope=visit.scope, now=visit.now)
    if found is not None:
        return {
            "mode": found,
            "mode_moves": _mode_moves(visit, found),
            "mode_grade": found.on.answers.get(found.on.how.level, ""),
        }
    ready, raise_by = [], ""
    for (line, kind), mode in modes.declared(visit.town).items():
        procedure = visit.town.kind(line, kind).procedure
        on = [
            m
            for m in procedure.moves_from(procedure.start)
            if m.to == mode.state and visit.roles & set(m.roles)
        ]
        if on:
            filters = Filters(line=line, kind=kind, state=procedure.start)
            rows = queries.listing(scope=visit.scope, now=visit.now, filters=filters, size=5).rows
            ready += [{"row": row, "verb": on[0].verb} for row in rows]
            raise_by = f"{line}/{kind}"
    return {"mode": None, "ready": ready, "raise_by": raise_by}


def _mode_moves(visit: Visit, found: Command) -> list[str]:
    """What the reader may do with the event, as far as it is theirs to see."""
    on = found.on
    if not any(hat.covers(on.line, on.place) for hat in visit.hats):
        return []
    moves = visit.town.kind(on.line, on.kind).procedure.moves_from(on.how.state)
    return [m.verb for m in moves if visit.roles & set(m.roles)]


@require_safe
@staff
def room(request: HttpRequest, place: str = "") -> HttpResponse:
    """The whole wall."""
    visit = visit_of(request)
    place = _place(visit, place)
    board = _board(visit, place)
    feed, after = _feed(visit, place)
    duty = [
        {"person": call.person, "post": visit.post_name(call.post), "until": call.until}
        for call in on_duty_now(place=place, now=visit.now)
    ]
    context = {
        "theme": "dark",
        "place": place,
        "village": len(place) >= 12,
        "place_title": visit.places.name(place, visit.lang),
        "board": board,
        "stats": _stats(board, place, visit),
        "burns": _burns(visit, place),
        "duty": duty,
        "feed": feed,
        "feed_after": after,
        "clock": visit.now.astimezone(visit.town.zone).strftime("%H:%M"),
        "schematic": visit.places.schematic,
        **_mode(visit),
    }
    return render(request, "web/room/room.html", context)


@require_safe
@staff
def part(request: HttpRequest, name: str, place: str = "") -> HttpResponse:
    """One panel, fetched anew: stats, board, burns or the event that is on."""
    visit = visit_of(request)
    place = _place(visit, place)
    if name == "mode":
        return render(request, "web/room/mode.html", _mode(visit))
    if name == "burns":
        return render(request, "web/room/burns.html", {"burns": _burns(visit, place)})
    board = _board(visit, place)
    if name == "stats":
        return render(request, "web/room/stats.html", {"stats": _stats(board, place, visit)})
    return render(request, "web/room/board.html", {"board": board, "village": len(place) >= 12})


@require_safe
@staff
@gzip_page
def points(request: HttpRequest) -> HttpResponse:
    """Open cases of a viewport as GeoJSON: clusters, or single ones when few are left."""
    visit = visit_of(request)
    try:
        west, south, east, north = (float(part) for part in request.GET.get("bbox", "").split(","))
        zoom = float(request.GET.get("zoom", ""))
    except ValueError:
        return HttpResponse(status=400)
    if not all(map(isfinite, (west, south, east, north, zoom))):
        return HttpResponse(status=400)
    place = place_code(request.GET.get("place", ""))
    view = queries.map_view(
        scope=visit.scope,
        box=(west, south, east, north),
        zoom=zoom,
        now=visit.now,
        filters=Filters(place=place if len(place) >= 12 else ""),
    )
    features = [_feature(c.lon, c.lat, {"count": c.count, "late": c.late}) for c in view.clusters]
    for row in view.cases:
        shown = {
            "count": 1,
            "late": int(row.late),
            "soon": int(present.soon(row.due, visit.now)),
            "number": row.number,
            "title": row.title,
        }
        features.append(_feature(row.lon or 0.0, row.lat or 0.0, shown))
    return _geojson({"type": "FeatureCollection", "features": features})


def _feature(lon: float, lat: float, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": properties,
    }


def _geojson(data: dict[str, Any]) -> HttpResponse:
    return HttpResponse(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")), content_type="application/geo+json"
    )


@require_safe
@gzip_page
def outline(request: HttpRequest) -> HttpResponse:
    """The town's villages and grids; the stamp tells a browser whether its copy is still right."""
    visit = visit_of(request)
    tag = f'"{visit.town.code}-{visit.stamp}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponse(status=304)
    response = HttpResponse(
        outlines.outline_geojson(known_stamp=visit.stamp), content_type="application/geo+json"
    )
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response
