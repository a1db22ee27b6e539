"""Who is on duty now, so that one knows whom to call; planned ahead, never clocked in or out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle

from gridtown.people.models import Holding, Roster


@dataclass(frozen=True)
class OnDuty:
    """One shift that runs now; `account` is None for a post whoever holds it."""

    place: str
    post: int
    account: int | None
    display: str
    until: datetime


def on_duty(*, place: str, at: datetime) -> tuple[OnDuty, ...]:
    """The shifts that run at this time at this place or below it (a code prefix); one query."""
    rows = Roster.objects.filter(place__startswith=place, start__lte=at, end__gt=at).order_by(
        "place", "post__rank"
    )
    found = rows.values_list("place", "post_id", "account_id", "account__display", "end")
    return tuple(
        OnDuty(where, post, account, display or "", end) for where, post, account, display, end in found
    )


def put(*, place: str, post: int, account: int | None, start: datetime, end: datetime) -> Roster:
    """Put one shift down; putting it again moves its end."""
    return Roster.objects.update_or_create(
        post_id=post, account_id=account, start=start, defaults={"place": place, "end": end}
    )[0]


def rotate(*, place: str, post: int, start: datetime, shifts: int, each: timedelta) -> Sequence[Roster]:
    """Fill a stretch of time with shifts of equal length, the post's present holders in turn."""
    holders = list(
        Holding.objects.filter(post_id=post, until=None).order_by("id").values_list("account_id", flat=True)
    )
    turns = zip(range(shifts), cycle(holders or [None]), strict=False)
    return [
        put(place=place, post=post, account=account, start=start + i * each, end=start + (i + 1) * each)
        for i, account in turns
    ]
