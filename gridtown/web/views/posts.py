"""Who holds which post, and handing one over with its queue."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridtown.cases import actions, queries
from gridtown.cases.actions import amending
from gridtown.kernel.told import Refused
from gridtown.people.models import Account
from gridtown.people.picture import PostInfo
from gridtown.people.words import say
from gridtown.web.asked import number_in, place_code
from gridtown.web.middleware import sentence
from gridtown.web.views.common import key_of, new_key, visit_of, with_roles
from gridtown.web.visit import MATRIX_ROLES, Visit


def _within(visit: Visit, place: str) -> list[PostInfo]:
    """The standing posts of a place (the town's own without one) that the reader's posts reach."""
    found = [p for p in visit.people.open if (p.place.startswith(place) if place else len(p.place) <= 9)]
    reached = [p for p in found if any(p.place.startswith(h.place) for h in visit.hats)]
    return sorted(reached, key=lambda p: (len(p.place), p.rank))


@require_safe
@with_roles(MATRIX_ROLES)
def listed(request: HttpRequest) -> HttpResponse:
    """The posts of a village or of the town, who holds them, and what waits there."""
    visit = visit_of(request)
    village = place_code(request.GET.get("village", ""))
    waiting = queries.open_by_post(scope=visit.scope)
    rows = [
        {
            "post": p,
            "holders": [a.display for i in p.holders if (a := visit.people.account(i))],
            "open": waiting.get(p.id, 0),
        }
        for p in _within(visit, village)
    ]
    context = {
        "rows": rows,
        "may_hand_over": bool(visit.roles & amending.POSTERS),
        "village": village,
        "villages": [
            {"code": v.code, "name": visit.places.name(v.code, visit.lang)} for v in visit.places.villages
        ],
    }
    return render(request, "web/people/posts.html", context)


@with_roles(amending.POSTERS)
def one(request: HttpRequest, key: str) -> HttpResponse:
    """A post: what it answers for, and the form that hands it over."""
    visit = visit_of(request)
    post = visit.people.post(key)
    if post is None or post not in _within(visit, post.place):
        raise Http404(key)
    mistake = ""
    if request.method == "POST":
        try:
            actions.hand_over(
                post=key,
                to=number_in(request.POST.get("to", "")),
                frm=number_in(request.POST.get("frm", "")),
                by=visit.hats,
                now=visit.now,
                key=key_of(request),
            )
        except Refused as error:
            word = f"refusal.{error.key}"  # that app's own, or else any that the town has
            said = say(word, visit.lang)
            mistake = said if said != word else sentence(visit, error)
        else:
            messages.success(request, visit.say("posts.done"), extra_tags="fine")
            return HttpResponseRedirect(f"/posts/{key}")
    context = {
        "post": post,
        "holders": [a for i in post.holders if (a := visit.people.account(i))],
        "people_known": Account.objects.filter(is_active=True)
        .order_by("username")
        .values("id", "username", "display"),
        "open": queries.open_by_post(scope=visit.scope).get(post.id, 0),
        "key": new_key(),
        "mistake": mistake,
    }
    return render(request, "web/people/post.html", context, status=422 if mistake else 200)
