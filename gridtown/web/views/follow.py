"""Following a report by number and secret: what became of it, and the reporter's own moves."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import actions, queries
from gridtown.cases.actions import NotFound
from gridtown.cases.queries import CaseView, Offer
from gridtown.kernel.procedure import Procedure
from gridtown.kernel.told import ANYONE, REPORTER, Refused
from gridtown.web import fieldset, present, show, timelines
from gridtown.web.middleware import sentence
from gridtown.web.views.common import key_of, new_key, visit_of
from gridtown.web.views.files import send
from gridtown.web.visit import Visit

ICONS = {"rate": "star", "reopen": "refresh", "add": "speak", "withdraw": "close", "confirm": "fine"}
GRAVE = frozenset({"withdraw", "reopen"})
FOLLOWER_MAY = frozenset({"add"})  # whoever said "me too" adds to the report, but does not end another's
FIRST = ("rate", "confirm")


@dataclass(frozen=True)
class Act:
    """Something that the reporter can do now."""

    verb: str
    label: str
    icon: str
    open: bool
    grave: bool
    key: str
    fields: list[fieldset.Field]


@dataclass(frozen=True)
class Step:
    """One milestone on the way to the end."""

    label: str
    mark: str


@require_safe
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """The page behind the link."""
    return _page(request, number)


def _page(request: HttpRequest, number: str, error: Refused | None = None, verb: str = "") -> HttpResponse:
    visit = visit_of(request)
    secret = request.GET.get("s", "")
    try:
        view, _ = queries.follow_view(number=number, secret=secret, now=visit.now)
    except NotFound:
        unknown = {"number": number, "mistake": visit.say("follow.unknown")}
        return render(request, "web/resident/ask.html", unknown, status=404)
    row, own = view.row, view.row.number == number
    spoken = [step for step in view.steps if step.answers.get("answer")]
    context: dict[str, Any] = {
        "case": row,
        "number": number,
        "secret": secret,
        "own": own,
        "joined": "" if own else "follow.joined" if "+" in number else "follow.merged",
        "link_query": urlencode({"s": secret}),
        "photo_at": f"/f/{number}/file/",
        "photo_query": urlencode({"s": secret}),
        "status": _status(visit, view),
        "steps": milestones(visit, row, [step.to for step in view.steps]),
        "course": timelines.course(visit, view, number)[::-1],
        "answer": spoken[-1] if spoken else None,
        "answer_photos": _photos(view, spoken[-1].id) if spoken else [],
        "acts": _acts(visit, view, own, error, verb),
        "stars": (5, 4, 3, 2, 1),
        "told": _told(visit, view) if own else [],
        "too_late": _too_late(visit, view) if own else "",
        "mistake": sentence(visit, error, row.line) if error else "",
    }
    return render(request, "web/resident/follow.html", context, status=422 if error else 200)


def _told(visit: Visit, view: CaseView) -> list[present.Said]:
    """What the reporter said, and the photos where it was they who sent them; not what staff judged of it."""
    sent = view.steps[0].by.startswith(REPORTER)
    judged = fieldset.STAFF_ONLY
    return [
        one for one in present.told(visit, view) if one.name not in judged and (sent or one.type != "photos")
    ]


def _too_late(visit: Visit, view: CaseView) -> str:
    """Why it can no longer be taken up again: whoever looks for it is told what to do instead."""
    if not any(offer.verb == "reopen" for offer in view.offers) or not _over(visit, view, "reopen"):
        return ""
    days = visit.town.amounts[view.row.line]["reopen_days"]
    return visit.say("follow.too_late", n=f"{float(days):g}")


def _photos(view: CaseView, entry: int) -> list[str]:
    return [file.sha256 for file in view.files if file.entry_id == entry and file.mime.startswith("image/")]


def _status(visit: Visit, view: CaseView) -> dict[str, str]:
    row = view.row
    head = visit.word(row.line, f"state.{row.state}")
    if row.ended:
        return {
            "head": head,
            "text": visit.say(f"status.{row.outcome}"),
            "light": "fine" if row.outcome == "solved" else "over",
        }
    if row.due is None:
        return {"head": head, "text": "", "light": ""}
    if row.due < visit.now:
        return {"head": head, "text": visit.say("status.overdue"), "light": "late"}
    at = show.within(row.due, visit.now, visit.town.zone, visit.lang)
    return {"head": head, "text": visit.say("status.due", when=at), "light": ""}


def main_way(procedure: Procedure) -> list[str]:
    """The shortest way that staff take from the start to a good end, past every stop where somebody takes it up."""
    good = {state for state, outcome in procedure.end.items() if outcome in ("solved", "done")}
    came: dict[str, str] = {procedure.start: ""}
    rest = deque([procedure.start])
    while rest:
        state = rest.popleft()
        if state in good:
            way = [state]
            while came[way[0]]:
                way.insert(0, came[way[0]])
            return way
        for move in procedure.moves_from(state):
            if (
                move.to not in ("=", state)
                and move.to not in came
                and not set(move.roles) <= {REPORTER, ANYONE}
            ):
                came[move.to] = state
                rest.append(move.to)
    return [procedure.start]


def milestones(visit: Visit, row: Any, reached: Sequence[str]) -> list[Step]:
    """The main way with what is done of it; `row` is a case, `reached` the states it is known to have been in."""
    way = main_way(visit.town.kind(row.line, row.kind).procedure)
    been = [way.index(state) for state in reached if state in way]
    at = way.index(row.state) if row.state in way else max(been, default=0)
    if row.state not in way:  # a stop beside the main way, or another end
        way = [*way[: at + 1], row.state, *(() if row.ended else way[at + 1 :])]
        at += 1
    marks = ["done" if i < at or row.ended else "now" if i == at else "" for i in range(len(way))]
    return [
        Step(visit.word(row.line, f"state.{state}"), mark) for state, mark in zip(way, marks, strict=True)
    ]


def _acts(visit: Visit, view: CaseView, own: bool, error: Refused | None, tried: str) -> list[Act]:
    offered = {offer.verb: offer for offer in view.offers if own or offer.verb in FOLLOWER_MAY}
    acts = []
    for verb in sorted(offered, key=lambda v: (v not in FIRST, list(ICONS).index(v) if v in ICONS else 99)):
        if _over(visit, view, verb):
            continue
        offer = offered[verb]
        mistakes = error.fields if error and tried == verb else {}
        acts.append(
            Act(
                verb,
                visit.word(view.row.line, f"verb.{verb}"),
                ICONS.get(verb, "check"),
                verb in FIRST or tried == verb,
                verb in GRAVE,
                new_key(),
                fieldset.fields(visit, view.row.line, offer.fields, mistakes=mistakes),
            )
        )
    return acts


def _over(visit: Visit, view: CaseView, verb: str) -> bool:
    """Whether a window has closed or it was done already, so that nobody is offered what would be refused."""
    row = view.row
    days = visit.town.amounts.get(row.line, {}).get(f"{verb}_days")
    if days is not None and row.closed is not None and visit.now > row.closed + timedelta(days=float(days)):
        return True
    return verb == "rate" and any(
        step.verb == "rate" and row.closed and step.at >= row.closed for step in view.steps
    )


@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One of the reporter's moves."""
    visit = visit_of(request)
    view, actor = queries.follow_view(number=number, secret=request.GET.get("s", ""), now=visit.now)
    offer: Offer | None = next((o for o in view.offers if o.verb == verb), None)
    try:
        if offer is None:
            raise Refused("not_from_here", verb=verb, state=view.row.state)
        if number != view.row.number and verb not in FOLLOWER_MAY:
            raise Refused("may_not", verb=verb)
        given: dict[str, Any] = fieldset.answers(request, visit, offer.fields)
        actions.take(case=view.row.id, verb=verb, answers=given, by=actor, now=visit.now, key=key_of(request))
    except Refused as error:
        return _page(request, number, error, verb)
    messages.success(request, visit.say("follow.thanks"), extra_tags="fine")
    return HttpResponseRedirect(f"/f/{number}?{urlencode({'s': request.GET.get('s', '')})}")


@require_safe
def file(request: HttpRequest, number: str, sha: str) -> HttpResponse:
    """A photo of the reporter's own case, or of the answer to it."""
    visit = visit_of(request)
    view, _ = queries.follow_view(number=number, secret=request.GET.get("s", ""), now=visit.now)
    own = view.row.number == number
    spoken = {step.id for step in view.steps if step.answers.get("answer")} | (
        {s.id for s in view.steps if s.by.startswith(REPORTER)} if own else set()
    )
    found = next((f for f in view.files if f.sha256 == sha and f.entry_id in spoken), None)
    if found is None:
        raise NotFound
    return send(found.sha256, found.mime, found.name, small="small" in request.GET)
