"""The leaders' board of annual targets: lights with reasons, what has changed since the last meeting, who was asked."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import actions
from gridtown.feeds import sheets
from gridtown.kernel.purpose import Promises
from gridtown.kernel.told import Refused
from gridtown.report.promises import lights, targets
from gridtown.report.promises.targets import Board, Standing
from gridtown.report.words import say as report_say
from gridtown.web import fieldset
from gridtown.web.middleware import sentence
from gridtown.web.views.common import key_of, new_key, staff, visit_of
from gridtown.web.views.registers import workbook
from gridtown.web.visit import Visit

LIGHTS = {
    "red": ("late", "late"),
    "yellow": ("soon", "soon"),
    "green": ("fine", "fine"),
    "grey": ("", "paused"),
}
_HEADS = (
    "targets.light", "targets.target", "targets.amount", "targets.now", "targets.forecast", "targets.gone_head",
    "targets.due", "targets.who", "targets.why",
)  # fmt: skip


def _row(visit: Visit, standing: Standing, posts: str = "") -> dict[str, Any]:
    """What the board says of a target; posts: whom it can be asked of, as options of a list."""
    target, lang = standing.target, visit.lang
    css, icon = LIGHTS[standing.light.colour]
    return {
        "s": standing,
        "css": css,
        "icon": icon,
        "light": report_say(f"light.{standing.light.colour}", lang),
        "why": lights.reason(standing, lang, float(targets.settings(visit.town)["margin"])),
        "amount": lights.amount(standing, target.amount, lang),
        "now": lights.amount(standing, standing.now, lang),
        "forecast": lights.amount(standing, standing.forecast.value if standing.forecast else None, lang),
        "gone": lights.percent(standing.gone),
        "done": lights.percent(standing.done) if standing.done is not None else "",
        "gone_width": round(standing.gone * 100),
        "done_width": min(100, round((standing.done or 0) * 100)),
        "post": visit.people.post(target.post),
        "posts": mark_safe(posts.replace(f'"{target.post}">', f'"{target.post}" selected>')),  # noqa: S308 - escaped
        "period": target.period,
        "questions": [
            {"q": q, "open": "answer" not in q.moved, "answer": q.moved.get("answer", {})}
            for q in standing.questions
        ],
    }


def here_of(visit: Visit) -> Promises:
    """Which line's the targets are; 404 where the town has none."""
    here = visit.town.serving(Promises)
    if here is None:
        raise Http404
    return here


def may_raise(visit: Visit, kind: str) -> bool:
    """Whether the reader may raise this kind of the targets' line."""
    line = here_of(visit).line
    return bool(visit.roles_in(line) & set(visit.town.kind(line, kind).raised_by))


def _board(visit: Visit) -> Board:
    here_of(visit)
    return targets.board(scope=visit.scope, hats=visit.hats, now=visit.now)


@require_safe
@staff
def board(request: HttpRequest) -> HttpResponse:
    """The board, the worst first."""
    return _page(request, visit_of(request))


def _page(request: HttpRequest, visit: Visit, mistake: str = "") -> HttpResponse:
    found, here = _board(visit), here_of(visit)
    may_ask = may_raise(visit, here.question)
    changes = [
        {
            "row": _row(visit, change.standing),
            "was": report_say(f"light.{change.was}", visit.lang) if change.was else "",
        }
        for change in found.changes
    ]
    posts = fieldset.posts_for(visit, here.line, visit.town.code) if may_ask else []
    # All targets can be asked of the same posts: the list is written once, not once for each.
    options = format_html_join(
        "", '<option value="{}">{}</option>', ((p.key, visit.post_name(p)) for p in posts)
    )
    context = {
        "rows": [_row(visit, standing, options) for standing in found.standings],
        "counts": [
            {"css": css, "said": report_say(f"light.{colour}", visit.lang),
             "n": sum(s.light.colour == colour for s in found.standings)}
            for colour, (css, _) in LIGHTS.items()
        ],
        "board": found,
        "changes": changes,
        "here": here,
        "may_set": may_raise(visit, here.target),
        "may_hold": may_raise(visit, here.meeting),
        "may_ask": may_ask,
        "key": new_key(),
        "mistake": mistake,
    }  # fmt: skip
    return render(request, "web/report/targets.html", context, status=422 if mistake else 200)


@require_POST
@staff
def hold(request: HttpRequest) -> HttpResponse:
    """Record a meeting with the board as it stands now."""
    visit = visit_of(request)
    found = _board(visit)
    answers = {
        "title": request.POST.get("title", ""),
        "held_on": visit.town.calendar.day(visit.now).isoformat(),
        "cursor": found.cursor,
        "board": targets.snapshot(found),
    }
    return _opened(request, visit, here_of(visit).meeting, answers, "targets.meeting_held")


@require_POST
@staff
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Put a question about a target to a post."""
    visit = visit_of(request)
    found = _board(visit)
    standing = next((s for s in found.standings if s.target.number == number), None)
    if standing is None:
        raise Http404(number)
    answers = {
        "title": standing.target.title,
        "target": number,
        "to": request.POST.get("to", ""),
        "description": request.POST.get("description", ""),
        **({"meeting": found.meeting.number} if found.meeting and not found.meeting.ended else {}),
    }
    return _opened(request, visit, here_of(visit).question, answers, "targets.asked")


def _opened(
    request: HttpRequest, visit: Visit, kind: str, answers: dict[str, Any], done: str
) -> HttpResponse:
    try:
        receipt = actions.report(
            line=here_of(visit).line, kind=kind, answers=answers, by=visit.hats, now=visit.now, key=key_of(request),
            channel="web", place=visit.town.code,
        )  # fmt: skip
    except Refused as error:
        return _page(request, visit, sentence(visit, error, here_of(visit).line))
    messages.success(request, visit.say(done, number=receipt.number), extra_tags="fine")
    return HttpResponseRedirect("/targets")


@require_safe
@staff
def export(request: HttpRequest) -> HttpResponse:
    """The board as a workbook, in the same order and words."""
    visit = visit_of(request)
    rows = [_row(visit, standing) for standing in _board(visit).standings]
    heads = [visit.say(key) for key in _HEADS]
    cells = [
        [
            row["light"], row["s"].target.title, row["amount"], row["now"], row["forecast"], row["gone"],
            row["s"].target.due.isoformat(), visit.post_name(row["post"]), row["why"],
        ]
        for row in rows
    ]  # fmt: skip
    title = visit.say("targets.title")
    return workbook(lambda to: sheets.write(to, title, heads, cells), f"{title}.xlsx")
