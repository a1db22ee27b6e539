"""What a command room asks of dispatch: whom to call now, and how the event stands that is on."""

from dataclasses import dataclass
from datetime import datetime

from gridtown import town as towns
from gridtown.cases import modes, queries
from gridtown.cases.queries import Brief, Filters, RecordView
from gridtown.dispatch.situations import span_of
from gridtown.kernel.forms import fields_of
from gridtown.kernel.mode import Running
from gridtown.people import roster
from gridtown.people import snapshot as people
from gridtown.people.picture import PostInfo
from gridtown.people.scope import Scope
from gridtown.town import Town

TASKS, GROUPS = 40, 20  # shown on the wall
DUTY = "duty_officer"
TOWN_DIGITS = 9


@dataclass(frozen=True)
class Call:
    """Somebody to call: the person's name ("" where the post is vacant), in which post, until when the shift runs."""

    place: str
    post: PostInfo
    person: str
    until: datetime | None = None


def on_duty_now(*, place: str, now: datetime) -> tuple[Call, ...]:
    """Who is on duty at this place or below it, else above it, by roster; without one, the duty officer's post."""
    calls = _shifts(place, now)
    if not calls:  # a village that keeps no roster is watched over by the town's
        calls = [call for call in _shifts(place[:TOWN_DIGITS], now) if place.startswith(call.place)]
    if calls:
        return tuple(calls)
    post = people.current().who(DUTY, "", "", place)
    return tuple(Call(post.place, post, name) for name in _holders(post)) if post else ()


def _shifts(place: str, now: datetime) -> list[Call]:
    calls = []
    for shift in roster.on_duty(place=place, at=now):
        post = people.current().by_id(shift.post)
        if post is not None:
            names = [shift.display] if shift.account else _holders(post)
            calls += [Call(shift.place, post, name, shift.until) for name in names]
    return calls


def _holders(post: PostInfo) -> list[str]:
    accounts = [people.current().account(holder) for holder in post.holders]
    return [a.display or a.username for a in accounts if a] or [""]


@dataclass(frozen=True)
class Group:
    """One of 一办五组: its posts in order, the head first, each with whoever holds it now."""

    name: str
    posts: tuple[tuple[PostInfo, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Command:
    """How an event stands: what holds, who is in it, what is to be done, the last report and when the next is due."""

    on: Running
    groups: tuple[Group, ...]
    tasks: tuple[Brief, ...]
    last: Brief | None
    next_due: datetime


def command(*, scope: Scope, now: datetime) -> Command | None:
    """The event that is on, with what of it lies within the scope; None, and no statement, where none is."""
    town = towns.current()
    on = modes.read(town, now) if modes.current(now) else None
    if on is None:
        return None
    tasks = Filters(line=on.line, kind=on.how.tasks, open=True)
    reports = Filters(line=on.line, kind=on.how.reports, opened_from=on.since)
    kept = queries.records(line=on.line, register=on.how.groups, size=GROUPS)
    last = queries.listing(scope=scope, now=now, filters=reports, size=1).rows
    return Command(
        on,
        tuple(_group(town, on, record) for record in kept),
        queries.listing(scope=scope, now=now, filters=tasks, size=TASKS, order="due").rows,
        last[0] if last else None,
        span_of(town, on, now).until,
    )


def _group(town: Town, on: Running, record: RecordView) -> Group:
    specs = fields_of(town.lines[on.line].register(on.how.groups).form)
    keys = [
        key for spec in specs if spec.type.startswith("post") for key in _texts(record.answers.get(spec.name))
    ]
    posts = [post for key in dict.fromkeys(keys) if (post := people.current().post(key))]
    return Group(record.name, tuple((post, tuple(filter(None, _holders(post)))) for post in posts))


def _texts(value: object) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value]) if one]
