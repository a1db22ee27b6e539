"""The keys to the interface of whoever is signed in: those that there are, a new one, shown once, withdrawing one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gridtown.cases.actions import NotFound
from gridtown.dispatch import tokens
from gridtown.web.views.common import staff, visit_of
from gridtown.web.visit import Visit

DAYS = (30, 90, 365)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@staff
def listed(request: HttpRequest) -> HttpResponse:
    """One's own keys; posted, a new one for so many days, for whoever gives the password again."""
    visit = visit_of(request)
    if request.method == "GET":
        return _page(request, visit)
    label, days = request.POST.get("label", "").strip(), request.POST.get("days", "")
    if not label or days not in {str(n) for n in DAYS}:
        return _page(request, visit, mistake=visit.say("tokens.needs"), status=422)
    password = request.POST.get("password", "")
    if authenticate(request, username=request.user.get_username(), password=password) is None:
        return _page(request, visit, mistake=visit.say("tokens.wrong"), status=422)
    _, plain = tokens.make(request.user.pk, label, by=visit.hats[0], now=visit.now, days=int(days))
    return _page(request, visit, plain=plain)


def _page(request: HttpRequest, visit: Visit, status: int = 200, **more: Any) -> HttpResponse:
    rows = [
        {"token": one, "over": bool(one.revoked or (one.expires and one.expires <= visit.now))}
        for one in tokens.of_account(request.user.pk)
    ]
    context = {
        "rows": rows,
        "days": DAYS,
        "label": request.POST.get("label", ""),
        "most": tokens.LABEL,
        **more,
    }
    return render(request, "web/people/tokens.html", context, status=status)


@require_POST
@staff
def withdraw(request: HttpRequest, token: int) -> HttpResponse:
    """From now on one of one's own opens nothing."""
    visit = visit_of(request)
    if not tokens.withdraw(token, by=visit.hats[0], now=visit.now, account=request.user.pk):
        raise NotFound
    messages.success(request, visit.say("tokens.withdrawn"), extra_tags="fine")
    return HttpResponseRedirect("/tokens")
