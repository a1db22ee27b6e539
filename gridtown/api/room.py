"""The whole town at a glance: map, outlines, board, counts, and what happens as it happens."""

import hashlib
from importlib.metadata import version
from typing import Annotated, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from gridtown import town as towns
from gridtown.api.answering import answer, says
from gridtown.api.caller import Caller
from gridtown.api.cases import Narrowed, filters_of
from gridtown.api.problems import Malformed
from gridtown.api.saying import lang_of
from gridtown.api.shapes import Events
from gridtown.cases import queries
from gridtown.cases.queries import MapView, Village
from gridtown.places import outlines

router = Router(tags=["room"])
VERSION = version("gridtown")
Box = tuple[float, float, float, float]


class Greeting(msgspec.Struct, frozen=True):
    """What is served here; `synthetic`: the data are made up."""

    town: str
    name: str
    version: str
    synthetic: bool
    lines: list[str]


def greeting(request: HttpRequest) -> Greeting:
    """Who answers here."""
    town = towns.current()
    name = town.names.get(lang_of(request), town.names["zh"])
    return Greeting(town.code, name, VERSION, town.synthetic, sorted(town.lines))


class Viewport(Narrowed):
    """What a map shows: its box in WGS84 degrees and its zoom."""

    bbox: Annotated[str, Field(max_length=120, description="west,south,east,north")]
    zoom: Annotated[float, Field(ge=0, le=24)]


def box_of(text: str) -> Box:
    """A box that holds something, or Malformed."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise Malformed(fields={"bbox": "mistake.value_error"}) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Malformed(fields={"bbox": "mistake.out_of_range"})
    return west, south, east, north


@router.get("/map", summary="Map", **says(MapView))
def map_view(request: HttpRequest, asked: Query[Viewport]) -> HttpResponse:
    """Open cases in a box: clustered by the database, single ones where few are left."""
    caller: Caller = request.auth
    view = queries.map_view(
        scope=caller.scope, box=box_of(asked.bbox), zoom=asked.zoom, now=caller.now,
        filters=filters_of(asked, caller),
    )  # fmt: skip
    return answer(view)


@router.get("/outlines", auth=None, summary="Outlines", response={200: None})
def outline(request: HttpRequest, level: Literal["village", "grid", "all"] = "all") -> HttpResponse:
    """The town's polygons as GeoJSON; `schematic` says which are drawn and not surveyed. Keeps well (ETag)."""
    text = outlines.outline_geojson(level=level).encode()
    mark = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    headers = {"ETag": mark, "Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
    if request.META.get("HTTP_IF_NONE_MATCH") == mark:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(text, content_type="application/geo+json", headers=headers)


class Board(msgspec.Struct, frozen=True):
    """The board: every village (or grid of one) with anything open or recent."""

    places: tuple[Village, ...]


@router.get("/board", summary="Board", **says(Board))
def board(request: HttpRequest, place: Annotated[str, Query(pattern=r"^\d{0,15}$")] = "") -> HttpResponse:
    """Open, late, supervised and recent by village, or by grid of one village, with its light."""
    caller: Caller = request.auth
    return answer(Board(queries.board(scope=caller.scope, now=caller.now, place=place)))


class Counts(msgspec.Struct, frozen=True):
    """Cases of now within the caller's scope; `today` were brought since midnight in the town.

    What the system opened because it is owed again is among the open ones, not among those of today.
    """

    open: int
    late: int
    supervised: int
    today: int


@router.get("/counts", summary="Counts", **says(Counts))
def counts(request: HttpRequest) -> HttpResponse:
    """How many are open, late and under supervision, and how many came today."""
    caller: Caller = request.auth
    return answer(queries.counts(scope=caller.scope, now=caller.now))


@router.get("/feed", summary="Feed", **says(Events))
def feed(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, description="the cursor; left out: only the cursor of now")] = -1,
    size: Annotated[int, Query(ge=1, le=500)] = 200,
) -> HttpResponse:
    """What happened after a cursor, oldest first; the poll form of `/live`."""
    caller: Caller = request.auth
    if after < 0:
        return answer(Events((), queries.last_id()))
    events, cursor = queries.feed(scope=caller.scope, after=after, now=caller.now, most=size)
    return answer(Events(events, cursor))
