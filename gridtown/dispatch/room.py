"""What a command room asks of dispatch: whom to call now."""

from dataclasses import dataclass
from datetime import datetime

from gridtown.people import roster
from gridtown.people import snapshot as people
from gridtown.people.picture import PostInfo

DUTY = "duty_officer"


@dataclass(frozen=True)
class Call:
    """Somebody to call: the person's name ("" where the post is vacant), in which post, until when the shift runs."""

    place: str
    post: PostInfo
    person: str
    until: datetime | None = None


def on_duty_now(*, place: str, now: datetime) -> tuple[Call, ...]:
    """Who is on duty at this place or below it; where no roster is kept, whoever holds the duty officer's post."""
    posts = people.current()
    calls = []
    for shift in roster.on_duty(place=place, at=now):
        post = posts.by_id(shift.post)
        if post is not None:
            names = [shift.display] if shift.account else _holders(post)
            calls += [Call(shift.place, post, name, shift.until) for name in names]
    if calls:
        return tuple(calls)
    post = posts.who(DUTY, "", "", place)
    return tuple(Call(post.place, post, name) for name in _holders(post)) if post else ()


def _holders(post: PostInfo) -> list[str]:
    accounts = [people.current().account(holder) for holder in post.holders]
    return [a.display or a.username for a in accounts if a] or [""]
