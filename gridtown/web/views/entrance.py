"""Signing in and out, language and letter size, notices, and what a phone needs to pin the page."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import queries
from gridtown.people import signin
from gridtown.people.address import address_of
from gridtown.web.asked import number_in
from gridtown.web.views.common import staff, visit_of
from gridtown.web.visit import LANG_COOKIE, LARGE_COOKIE, Visit
from gridtown.web.words import LANGUAGES

YEAR_SECONDS = 365 * 24 * 3600


def _safe_next(request: HttpRequest, default: str) -> str:
    """Where to go on, never to another site."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if asked.startswith("/") and safe else default


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Django's own passwords behind a lock that closes after repeated failures."""
    visit = visit_of(request)
    if visit.hats and request.method == "GET":
        return HttpResponseRedirect(visit.start)
    name, mistake, status = "", "", 200
    if request.method == "POST":
        name = request.POST.get("username", "").strip()
        user = authenticate(request, username=name, password=request.POST.get("password", ""))
        if user is not None:
            login(request, user)
            return HttpResponseRedirect(_safe_next(request, Visit(request).start))
        locked = signin.locked_until(name, address_of(request.META), visit.now)
        mistake, status = visit.say("signin.locked" if locked else "signin.wrong"), 403 if locked else 422
    context = {
        "username": name,
        "mistake": mistake,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "web/people/signin.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out, and to the residents' page."""
    logout(request)
    return HttpResponseRedirect("/")


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Language and letter size, remembered in a cookie."""
    response = HttpResponseRedirect(_safe_next(request, "/"))
    kept = {"max_age": YEAR_SECONDS, "samesite": "Lax", "secure": settings.SECURE}
    if request.POST.get("lang") in LANGUAGES:
        response.set_cookie(LANG_COOKIE, request.POST["lang"], **kept)
    if request.POST.get("large") in ("0", "1"):
        response.set_cookie(LARGE_COOKIE, request.POST["large"], **kept)
    return response


@staff
def notices(request: HttpRequest) -> HttpResponse:
    """What my posts were told; reading marks it as seen."""
    visit = visit_of(request)
    if request.method == "POST":
        upto = request.POST.get("up_to", "")
        queries.see_notices(posts=visit.post_ids, up_to=number_in(upto) or 0, now=visit.now)
        return HttpResponseRedirect("/notices")
    before = request.GET.get("before", "")
    found = queries.notices(posts=visit.post_ids, scope=visit.scope, before=number_in(before) or 0, size=50)
    context = {
        "notices": found,
        "unseen_here": any(not n.seen for n in found),
        "newest": found[0].id if found else 0,
    }
    context["older"] = found[-1].id if len(found) == 50 else 0
    return render(request, "web/people/notices.html", context)


@require_safe
@staff
def unseen(request: HttpRequest) -> HttpResponse:
    """How many notices wait, for the bell; fetched after the page."""
    visit = visit_of(request)
    found = queries.notices(posts=visit.post_ids, scope=visit.scope, unseen=True, size=100)
    return render(request, "web/parts/bell.html", {"unseen": "99+" if len(found) > 99 else len(found)})


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What lets a phone pin the page to its first screen; nothing is installed."""
    visit = visit_of(request)
    name = f"{visit.town.names.get(visit.lang, visit.town.names['zh'])} {visit.say('product')}"
    said = {
        "name": name,
        "short_name": visit.say("product"),
        "start_url": visit.start,
        "display": "standalone",
        "background_color": "#f4f5f3",
        "theme_color": "#0f4c5c",
        "lang": visit.lang,
        "icons": [{"src": "/static/web/mark.svg", "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which must be served from the root to care for every page."""
    path = finders.find("web/sw.js")
    if not isinstance(path, str):
        raise Http404
    with open(path, "rb") as file:
        return HttpResponse(
            file.read(), content_type="text/javascript", headers={"Cache-Control": "no-cache"}
        )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows instead of a page that it has no copy of, when there is no network."""
    return render(request, "web/offline.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """How what is sent in is used (PIPL 17)."""
    return render(request, "web/people/privacy.html")
