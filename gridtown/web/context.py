"""What every page shows around its own content: town, language, navigation by the posts held."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from gridtown.dispatch import tools
from gridtown.report.prose import annual
from gridtown.town import clock
from gridtown.web.show import day
from gridtown.web.visit import MATRIX_ROLES, ROOM_ROLES, Visit
from gridtown.web.words import say

_JS = (
    "copied",
    "signed_out",
    "sign_in",
    "look",
    "no_network",
    "failed",
    "overtaken",
    "draft",
    "offline",
    "gps_done",
    "gps_failed",
    "remove",
    "kept",
    "drop",
    "others",
    "sent_later",
    "count",
    "two_fingers",
    "zoom_in",
    "zoom_out",
    "sign_here",
    "sign_clear",
    "map",
    "pin",
)


@dataclass(frozen=True)
class Item:
    """One entry of the navigation."""

    href: str
    icon: str
    word: str
    here: bool
    badge: int | None = None


def _nav(visit: Visit, path: str, year: str) -> list[Item]:
    if not visit.hats:
        wanted = [
            ("/", "home", "home"),
            ("/new", "speak", "new"),
            ("/f", "search", "follow"),
            ("/report/", "doc", "report"),
        ]
    else:
        wanted = [("/work", "queue", "work")]
        if not visit.outdoors:
            wanted.append(("/desk", "table", "desk"))
        if visit.roles & ROOM_ROLES:
            wanted += [("/room", "room", "room"), ("/leaders", "flag", "leaders")]
        wanted += [("/indicators", "chart", "indicators"), ("/targets", "flag", "targets")]
        wanted.append(("/report/", "doc", "report"))
        if any(visit.town.lines[key].registers for key in visit.line_keys):
            wanted.append(("/registers", "book", "registers"))
        if tools.offered(visit.hats, visit.town):
            wanted.append(("/tools", "idea", "tools"))
        if visit.roles & MATRIX_ROLES:
            wanted += [("/matrix", "grid", "matrix"), ("/qr", "qr", "qr")]
    items = []
    for href, icon, word in wanted:
        here = (
            path == href
            or (href not in ("/", "/f") and path.startswith(href))
            or (href == "/f" and path.startswith("/f"))
        )
        target = f"/report/{year}" if href == "/report/" else href
        items.append(Item(target, icon, f"nav.{word}", here))
    return items


def report_year(visit: Visit) -> str:
    """The newest year that the town's folder has a report of; the running one where it has none."""
    return next(iter(annual.years(visit.town)), str(visit.now.astimezone(visit.town.zone).year))


def every_page(request: HttpRequest) -> dict[str, Any]:
    """The context of every template; cheap, since Django asks for it at each render."""
    visit: Visit | None = getattr(request, "visit", None)
    if visit is None:
        visit = Visit(request)
    lang, year = visit.lang, report_year(visit)
    return {
        "visit": visit,
        "lang": lang,
        "now": visit.now,
        "town": visit.town,
        "demo_day": day(visit.now, visit.town.zone, lang) if clock.behind() else "",
        "places": visit.places,
        "people": visit.people,
        "nav": _nav(visit, request.path, year),
        "start_url": visit.start,
        "large_print": visit.large,
        "display_name": request.user.get_short_name() if visit.signed_in else "",
        "my_posts": visit.posts,
        "report_year": year,
        "js_words": {key: say(f"js.{key}", lang) for key in _JS},
    }
