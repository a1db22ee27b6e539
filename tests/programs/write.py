"""Report and move cases without end from two threads, printing each as soon as it is acknowledged: `write NAME`."""

import itertools
import sys
from datetime import UTC, datetime
from threading import Thread

import django

django.setup()

from gridtown.cases import actions  # noqa: E402
from gridtown.kernel.told import REPORTER, Actor  # noqa: E402
from gridtown.people import snapshot as people  # noqa: E402

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
RESIDENT = Actor(person=REPORTER, post="", roles=frozenset({REPORTER}), place="")
SAID = {"line": "appeals", "kind": "matter", "by": RESIDENT, "now": NOW, "channel": "web"}


def dispatcher() -> tuple[Actor, ...]:
    """The hats of the town's first dispatcher."""
    post = people.current().post("dispatcher")
    if post is None:
        raise LookupError("the town has no dispatcher")
    return people.current().hats(post.holders[0])


def main(name: str) -> None:
    """A report, then its dispatch or a split into two, over and over."""
    hats = dispatcher()
    for n in itertools.count():
        answers = {"description": f"{name} {n}", "category": "street_light", "contact_phone": "13800000000"}
        told = actions.report(**SAID, answers=answers, key=f"{name}:{n}")
        sys.stdout.write(f"{told.number} {told.version}\n")
        sys.stdout.flush()
        verb, more = (("dispatch", {}), ("split", {"parts": ["一", "二"]}))[n % 2]
        taken = actions.take(
            case=told.id, verb=verb, by=hats, now=NOW, key=f"{name}:{n}:{verb}", answers=more
        )
        sys.stdout.write(f"{taken.number} {taken.version}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    for thread in range(2):
        Thread(target=main, args=[f"{sys.argv[1]}-{thread}"]).start()
