"""The matrix in use: what it covers (`coverage`), and how a post of it changes hands."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from gridtown.kernel.told import Refused
from gridtown.people.coverage import Gap, Overload, answers, columns, export, gaps, overloads
from gridtown.people.models import Account, Holding, Post
from gridtown.places import stamp as stamps

__all__ = ["Gap", "HandedOver", "Overload", "answers", "columns", "export", "gaps", "hand_over", "overloads"]


@dataclass(frozen=True)
class HandedOver:
    """What a handing over changed; `before` and `after` are account ids."""

    post: int
    key: str
    before: tuple[int, ...]
    after: tuple[int, ...]


@transaction.atomic
def hand_over(*, post: int, to: int | None, now: datetime, frm: int | None = None) -> HandedOver:
    """Give a post to another person; its queue goes along, since matters wait on posts and not on persons.

    `frm` picks the person who leaves a shared post (None there: `to` joins, if a seat is free); a post with one
    seat changes hands whole. `to` None leaves the seat vacant. The caller writes the entry in the same
    transaction (`cases.actions.hand_over`). Refused with no_such_post, no_such_person, holds_it_already,
    no_free_seat or not_the_holder; nothing is written then.
    """
    found = Post.objects.select_for_update().filter(pk=post, closed=None).first()
    if found is None:
        raise Refused("no_such_post")
    if to is not None and not Account.objects.filter(pk=to, is_active=True).exists():
        raise Refused("no_such_person")
    now_held = list(Holding.objects.filter(post=found, until=None).order_by("since", "id"))
    before = tuple(holding.account_id for holding in now_held)
    if to in before:
        raise Refused("holds_it_already")
    leaving = now_held if found.seats == 1 else [h for h in now_held if h.account_id == frm]
    if frm is not None and frm not in {h.account_id for h in leaving}:
        raise Refused("not_the_holder")
    if to is not None and len(now_held) - len(leaving) >= found.seats:
        raise Refused("no_free_seat")
    Holding.objects.filter(pk__in=[h.pk for h in leaving]).update(until=now)
    if to is not None:
        Holding.objects.create(post=found, account_id=to, since=now, shared=found.seats > 1)
    stamps.bump(found.town)
    left = {h.account_id for h in leaving}
    after = tuple(a for a in before if a not in left) + ((to,) if to is not None else ())
    return HandedOver(found.pk, found.key, before, after)
