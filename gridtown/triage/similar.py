"""Open reports like the one about to be sent, so that the same hole is not reported forty times."""

from dataclasses import dataclass
from datetime import datetime
from math import cos, exp, hypot, radians

from gridtown.cases import queries
from gridtown.cases.queries import Brief
from gridtown.triage.likeness import shared_with

METRES = 111_320  # of a degree of latitude
NEAR = 60.0  # metres at which nearness counts for about a third
LEAST = 0.28  # below this two reports are not shown as alike


@dataclass(frozen=True)
class Alike:
    """A report and how alike it is: 0 to 1 in all, by its words, by its category; metres away."""

    case: Brief
    score: float
    words: float
    metres: float
    same_category: bool


def similar(
    *, line: str, lon: float, lat: float, text: str, now: datetime, category: str = "", most: int = 3
) -> list[Alike]:
    """Open reports near a point (WGS84) that may be the same matter, the most alike first; one query."""
    found = [
        _alike(case, lon, lat, text, category)
        for case in queries.similar(line=line, lon=lon, lat=lat, now=now)
    ]
    return sorted((a for a in found if a.score >= LEAST), key=lambda a: (-a.score, a.metres, -a.case.id))[
        :most
    ]


def _alike(case: Brief, lon: float, lat: float, text: str, category: str) -> Alike:
    words = shared_with(case.title, text)
    metres = _metres(case, lon, lat)
    same = bool(category) and case.category == category
    score = 0.5 * words + 0.3 * exp(-metres / NEAR) + 0.2 * same
    return Alike(case, round(score, 3), round(words, 3), round(metres, 1), same)


def _metres(case: Brief, lon: float, lat: float) -> float:
    east = ((case.lon if case.lon is not None else lon) - lon) * cos(radians(lat)) * METRES
    north = ((case.lat if case.lat is not None else lat) - lat) * METRES
    return hypot(east, north)
