"""Notices on their way out of the house: one digest for each post and run, sent at least once, nothing personal."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

import httpx
import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import F

from gridtown import town as towns
from gridtown.cases.actions import telling
from gridtown.cases.actions.telling import Outgoing
from gridtown.dispatch import hooks
from gridtown.dispatch.hooks import Robot, Unsent
from gridtown.dispatch.models import Mark, Message
from gridtown.dispatch.words import say
from gridtown.kernel.told import CONFIDENTIAL
from gridtown.people import snapshot as people
from gridtown.places import router
from gridtown.town import Town

_log = logging.getLogger(__name__)
LANG = "zh"
OUTBOX = "outbox"
MOST = 2000  # notices taken up in one run
A_MINUTE = 15  # messages to one robot; both services allow twenty
GATHER = timedelta(
    minutes=2
)  # what comes sooner after the last digest waits, so that a busy hour is no flood
SPARE = 700  # bytes kept for headings still to come
SHOWN = 10  # matters named under one heading
WAITS = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60))  # the last one again and again
TOO_OLD = timedelta(hours=24)  # nobody is helped by yesterday's reminder
CLAIM = timedelta(minutes=2)  # who took a message and died holds it no longer than this
ORDER = ("overdue", "escalated", "supervised", "warned", "arrived", "recounted", "moved")


@dataclass(frozen=True)
class Sent:
    """What a run did: notices taken up, messages sent, messages to be tried again, messages given up."""

    taken: int = 0
    sent: int = 0
    waiting: int = 0
    dropped: int = 0


def send_out(*, now: datetime, robots: Sequence[Robot] | None = None) -> Sent:
    """Take up what is new and send what is due; with no robot set up nothing piles up for the day there is one."""
    town = towns.current()
    known = hooks.robots(town) if robots is None else tuple(robots)
    taken = _take_up(town, known, now)
    if not known:
        return Sent(taken)
    with httpx.Client(timeout=hooks.TIMEOUT, follow_redirects=False, trust_env=True) as client:
        done = [_send_due(client, robot, now) for robot in known]
    dropped = (
        Message.objects.filter(next_at__lte=now)
        .exclude(robot__in=[r.kind for r in known])
        .update(next_at=None)
    )
    return Sent(
        taken, sum(d.sent for d in done), sum(d.waiting for d in done), dropped + sum(d.dropped for d in done)
    )


@transaction.atomic
def _take_up(town: Town, robots: Sequence[Robot], now: datetime) -> int:
    """Make messages of the notices after the mark and move it on, both or neither; how many notices."""
    newest = telling.newest_notice()
    mark, made = Mark.objects.select_for_update().get_or_create(
        key=OUTBOX, defaults={"value": newest, "at": now - GATHER}
    )
    if made or not robots:
        if mark.value != newest:
            Mark.objects.filter(key=OUTBOX).update(value=newest)
        return 0
    if mark.value == newest or timedelta() <= now - mark.at < GATHER:
        return 0
    found = telling.outgoing(after=mark.value, most=MOST)
    by_post = sorted(found, key=attrgetter("post", "id"))
    for post, notices in groupby(by_post, key=attrgetter("post")):
        said = list(notices)
        title, text = digest(town, post, said)
        ids = msgspec.json.encode([notice.id for notice in said]).decode()
        Message.objects.bulk_create(
            Message(robot=r.kind, post_id=post, notices=ids, title=title, text=text, at=now, next_at=now)
            for r in robots
        )
    up_to = found[-1].id if len(found) == MOST else max([newest, *(notice.id for notice in found[-1:])])
    Mark.objects.filter(key=OUTBOX).update(value=up_to, at=now if found else mark.at)
    return len(found)


def digest(town: Town, post: int, notices: Sequence[Outgoing]) -> tuple[str, str]:
    """Title and Markdown text for one post: number, line, category, village, state, due time, link; no more."""
    info = people.current().by_id(post)
    name = info.name[LANG] if info else str(post)
    rows = [say("message.head", LANG, post=name)]
    about = {key: _last_of_each(n for n in notices if n.about == key) for key in {n.about for n in notices}}
    for key in sorted(about, key=lambda k: ORDER.index(k) if k in ORDER else len(ORDER)):
        said = about[key]
        rows.append(say("message.about", LANG, about=say(f"notice.{key}", LANG), n=len(said)))
        rows += _within(rows, [_case(town, notice) for notice in said])
    return say("message.title", LANG, post=name, n=len(notices)), "\n\n".join(rows)


def _last_of_each(notices: Iterable[Outgoing]) -> list[Outgoing]:
    """One notice for each matter."""
    return list({notice.number: notice for notice in notices}.values())


def _within(before: Sequence[str], cases: Sequence[str]) -> list[str]:
    """As many of the matters as may be named and fit, and how many more there are."""
    room = hooks.LONGEST - sum(len(row.encode()) + 2 for row in before) - SPARE
    shown: list[str] = []
    for row in cases[:SHOWN]:
        room -= len(row.encode()) + 2
        if room < 0:
            break
        shown.append(row)
    rest = len(cases) - len(shown)
    return [*shown, say("message.more", LANG, n=rest)] if rest else shown


def _case(town: Town, notice: Outgoing) -> str:
    link = f"{settings.GRIDTOWN_PUBLIC_URL}/case/{notice.number}"
    if notice.confidential >= CONFIDENTIAL["personal"]:
        return say("message.secret", LANG, number=notice.number, link=link)
    listed = next((rows[notice.category] for rows in _tables(town, notice) if notice.category in rows), None)
    what = listed[LANG] if listed else town.say(f"kind.{notice.kind}", LANG, notice.line)
    due = f"{notice.due.astimezone(town.zone):%m-%d %H:%M}" if notice.due else ""
    return say(
        "message.case", LANG, number=notice.number, link=link, what=what,
        place=router.current(town.code).name(notice.place, LANG, "long"),
        state=town.say(f"state.{notice.state}", LANG, notice.line),
        due=say("message.due", LANG, at=due) if due else "",
    )  # fmt: skip


def _tables(town: Town, notice: Outgoing) -> Iterable[towns.Table]:
    return town.tables.get(notice.line, {}).values()


def _send_due(client: httpx.Client, robot: Robot, now: datetime) -> Sent:
    """Send what is due to one robot, the oldest first; a robot that cannot be reached is left alone for this run."""
    sent = waiting = 0
    old = Message.objects.filter(robot=robot.kind, next_at__lte=now, at__lt=now - TOO_OLD).update(
        next_at=None
    )
    mine = Message.objects.filter(robot=robot.kind)
    room = max(0, A_MINUTE - mine.filter(sent_at__gt=now - timedelta(minutes=1)).count())
    due = mine.filter(next_at__lte=now).order_by("id")[:room]
    for message in due:
        claimed = Message.objects.filter(pk=message.pk, next_at=message.next_at).update(next_at=now + CLAIM)
        if not claimed:
            continue  # another ticker has it
        ids = msgspec.json.decode(message.notices, type=list[int])
        try:
            hooks.send(client, robot, message.title, message.text)
        except Unsent as why:
            waiting += 1
            wait = WAITS[min(message.tries, len(WAITS) - 1)]
            Message.objects.filter(pk=message.pk).update(next_at=now + wait, tries=F("tries") + 1)
            telling.tried(notices=ids, now=None)
            _log.warning("%s did not take message %s: %s; again in %s", robot.kind, message.pk, why, wait)
            if not why.reached:
                break
        else:
            sent += 1
            Message.objects.filter(pk=message.pk).update(next_at=None, sent_at=now, tries=F("tries") + 1)
            telling.tried(notices=ids, now=now)
    return Sent(sent=sent, waiting=waiting, dropped=old)
