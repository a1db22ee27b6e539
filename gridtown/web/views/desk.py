"""The officer's desk: the queue with filters, bulk moves with a result for each, and export."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gridtown.cases import actions, queries
from gridtown.cases.queries import Brief, Filters
from gridtown.kernel import forms, many
from gridtown.kernel.procedure import Move
from gridtown.kernel.told import Refused
from gridtown.web import fieldset, present, sheets
from gridtown.web.asked import number_in, place_code
from gridtown.web.middleware import why
from gridtown.web.views.common import key_of, new_key, staff, visit_of
from gridtown.web.visit import Visit

PAGE, EXPORT_PAGE = 50, 200
MOST_EXPORTED = 20_000
VIEWS = {
    "mine": "user",
    "late": "late",
    "supervised": "flag",
    "open": "queue",
    "ended": "over",
    "every": "table",
}


@dataclass(frozen=True)
class View:
    """One of the saved views at the side."""

    query: str
    icon: str
    word: str
    here: bool
    count: int | None = None
    light: str = ""


@dataclass(frozen=True)
class Listed:
    """A row of the queue with its light."""

    row: Brief
    light: str


def asked(request: HttpRequest) -> dict[str, str]:
    """The filters as the address says them."""
    names = ("view", "q", "line", "kind", "state", "place", "level", "category", "channel", "record")
    said = {name: request.GET.get(name, "").strip()[:80] for name in names}
    if said["view"] not in VIEWS:
        narrowed = any(value for name, value in said.items() if name != "view")
        said["view"] = "every" if narrowed else "mine"
    return said


def filters_of(visit: Visit, said: dict[str, str]) -> tuple[Filters, queries.Order]:
    """The same as the query understands them, and the order that suits the view."""
    view = said["view"]
    place = place_code(said["place"])
    chosen = Filters(
        line=said["line"],
        kind=said["kind"],
        state=said["state"],
        place=place,
        level=said["level"],
        category=said["category"],
        channel=said["channel"],
        text=said["q"],
        record=number_in(said["record"]),
        holders=(visit.post_ids or (-1,)) if view == "mine" else (),
        open=True if view in ("mine", "open", "late", "supervised") else False if view == "ended" else None,
        late=True if view == "late" else None,
        supervised=True if view == "supervised" else None,
    )
    return chosen, "due" if view in ("mine", "late", "supervised") else "newest"


@require_safe
@staff
def desk(request: HttpRequest) -> HttpResponse:
    """One page of the queue."""
    visit, said = visit_of(request), asked(request)
    filters, order = filters_of(visit, said)
    page = queries.listing(
        scope=visit.scope,
        now=visit.now,
        filters=filters,
        after=request.GET.get("after", ""),
        size=PAGE,
        order=order,
    )
    context = {
        "rows": [Listed(row, present.light_of(row, visit.now)) for row in page.rows],
        "next_cursor": page.next,
        "filters": said,
        "filtered": any(v for k, v in said.items() if k != "view"),
        "views": _views(said),
        "line_keys": visit.line_keys,
        "state_options": _states(visit, said["line"] or (said["state"] and "*")),
        "villages": _villages(visit),
        "levels": present.LEVELS if _levelled(visit, said["line"]) else (),
        "bulk_moves": bulk_moves(visit, page.rows),
        "key": new_key(),
    }
    return render(request, "web/desk/queue.html", context)


def _views(said: dict[str, str], counts: dict[str, int] | None = None) -> list[View]:
    found = []
    for name, icon in VIEWS.items():
        query = urlencode({"view": name})
        light = "late" if name == "late" and counts and counts.get("late") else ""
        found.append(View(query, icon, f"desk.{name}", said["view"] == name, (counts or {}).get(name), light))
    return found


@require_safe
@staff
def views(request: HttpRequest) -> HttpResponse:
    """The side list with its counts, fetched after the page so that the queue does not wait for them."""
    visit = visit_of(request)
    counts = queries.counts(scope=visit.scope, now=visit.now)
    return render(request, "web/desk/views.html", {"views": _views(asked(request), counts)})


def _states(visit: Visit, line: str) -> list[fieldset.Option]:
    """The states of a line (* = of all that are seen); of several lines none, for each has its own words for a key."""
    keys = visit.line_keys if line == "*" or len(visit.line_keys) == 1 else [line]
    states: dict[str, str] = {}
    for one in (visit.town.lines[key] for key in keys if key in visit.town.lines):
        for kind in one.kinds:
            for state in kind.procedure.states:
                states.setdefault(state, visit.word(one.key, f"state.{state}"))
    return [fieldset.Option(key, label) for key, label in states.items()]


def _levelled(visit: Visit, line: str) -> bool:
    """Whether matters of the line, or of any that is seen, are small, big or hard ones."""
    keys = [line] if line else visit.line_keys
    seen = (visit.town.lines[key] for key in keys if key in visit.town.lines)
    return any(present.levelled(kind) for one in seen for kind in one.kinds)


def _villages(visit: Visit) -> list[dict[str, str]]:
    seen = [
        v
        for v in visit.places.villages
        if any(v.code.startswith(h.place) or h.place.startswith(v.code) for h in visit.hats)
    ]
    return [{"code": v.code, "name": visit.places.name(v.code, visit.lang)} for v in seen]


def bulk_moves(visit: Visit, rows: Sequence[Brief] | None = None) -> list[fieldset.Option]:
    """Moves that make sense on many cases at once, for the roles held; of a list, what one of its cases can make."""
    states = None if rows is None else {(row.line, row.kind, row.state) for row in rows}
    found = []
    for line in visit.town.lines.values():
        for kind in line.kinds:
            for verb in kind.procedure.verbs:
                move = many.in_bulk(kind.procedure, verb)
                if move is None or not visit.roles_in(line.key) & set(move.roles):
                    continue
                if states is None or any(
                    (line.key, kind.key, state) in states and kind.procedure.find(verb, state)
                    for state in kind.procedure.states
                ):
                    name = visit.word(line.key, f"verb.{verb}")
                    several = len(visit.town.lines) > 1 or len(line.kinds) > 1
                    label = f"{visit.word(line.key, f'kind.{kind.key}')} · {name}" if several else name
                    found.append(fieldset.Option(f"{line.key}/{kind.key}/{verb}", label))
    return found


def _bulk_move(visit: Visit, asked_for: str) -> tuple[str, Move]:
    line, _, rest = asked_for.partition("/")
    kind, _, verb = rest.partition("/")
    if asked_for not in {option.key for option in bulk_moves(visit)}:
        raise Refused("may_not", verb=verb)
    procedure = visit.town.kind(line, kind).procedure
    return line, next(move for move in procedure.moves if move.verb == verb)


@require_safe
@staff
def bulk_form(request: HttpRequest) -> HttpResponse:
    """The fields of the chosen move."""
    visit = visit_of(request)
    line, move = _bulk_move(visit, request.GET.get("verb", ""))
    shown = fieldset.fields(visit, line, forms.asked_of(move.form), place=visit.hats[0].place)
    return render(request, "web/parts/fields.html", {"fields": shown})


@require_POST
@staff
def bulk(request: HttpRequest) -> HttpResponse:
    """The same move on every ticked case, with what came of each."""
    visit = visit_of(request)
    line, move = _bulk_move(visit, request.POST.get("verb", ""))
    ticked = [number_in(value.partition(".")[0]) for value in request.POST.getlist("case")]
    picked = [case for case in ticked if case is not None]
    results = actions.take_many(
        cases=picked[:200],
        verb=move.verb,
        by=visit.hats,
        now=visit.now,
        key=key_of(request),
        answers=fieldset.answers(request, visit, forms.asked_of(move.form)),
    )
    briefs = {row.id: row for row in queries.behind(scope=visit.scope, ids=picked, now=visit.now)}
    outcome = [
        {
            "row": briefs.get(result.id),
            "id": result.id,
            "taken": result.taken,
            "why": why(visit, result.refused, line) if result.refused else "",
        }
        for result in results
    ]
    context = {
        "results": outcome,
        "verb": move.verb,
        "line": line,
        "done": sum(1 for r in results if r.taken),
        "failed": sum(1 for r in results if not r.taken),
        "back": back if (back := request.POST.get("next", "")).startswith("/desk") else "/desk",
    }
    return render(request, "web/desk/bulk.html", context)


@require_safe
@staff
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as it is filtered, as CSV for Excel."""
    visit, said = visit_of(request), asked(request)
    filters, order = filters_of(visit, said)

    def rows() -> Iterator[list[str]]:
        after, sent = "", 0
        while sent < MOST_EXPORTED:
            page = queries.listing(
                scope=visit.scope, now=visit.now, filters=filters, after=after, size=EXPORT_PAGE, order=order
            )
            yield from (sheets.case_cells(visit, row) for row in page.rows)
            sent, after = sent + len(page.rows), page.next
            if not after:
                return

    head = [visit.say(key) for key in sheets.CASE_COLUMNS]
    return sheets.csv_of(head, rows(), f"gridtown-{visit.now:%Y%m%d}.csv")
