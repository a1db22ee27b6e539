"""Report and move cases without end, printing each as soon as it is acknowledged: `write NAME`."""

import itertools
import sys
from datetime import UTC, datetime

import django

django.setup()

from gridtown.cases import actions  # noqa: E402
from gridtown.kernel.told import REPORTER, Actor  # noqa: E402
from gridtown.people import snapshot as people  # noqa: E402

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
RESIDENT = Actor(person=REPORTER, post="", roles=frozenset({REPORTER}), place="")


def main(name: str) -> None:
    """A report, then its dispatch and a split into two, over and over."""
    post = people.current().post("dispatcher")
    assert post is not None
    hats = people.current().hats(post.holders[0])
    for n in itertools.count():
        answers = {"description": f"{name} {n}", "category": "street_light", "contact_phone": "13800000000"}
        told = actions.report(
            line="appeals",
            kind="matter",
            answers=answers,
            by=RESIDENT,
            now=NOW,
            key=f"{name}:{n}",
            channel="web",
        )
        print(told.number, told.version, flush=True)
        verb, more = (("dispatch", {}), ("split", {"parts": ["一", "二"]}))[n % 2]
        taken = actions.take(
            case=told.id, verb=verb, by=hats, now=NOW, key=f"{name}:{n}:{verb}", answers=more
        )
        print(taken.number, taken.version, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
