"""Wait for a line on standard input, then try a move once: `race CASE VERSION KEY`; prints what came of it."""

import sys
from datetime import UTC, datetime

import django

django.setup()

from gridtown.cases import actions  # noqa: E402
from gridtown.kernel.told import Refused  # noqa: E402
from gridtown.people import snapshot as people  # noqa: E402

if __name__ == "__main__":
    case, version, key = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    post = people.current().post("dispatcher")
    assert post is not None
    hats = people.current().hats(post.holders[0])
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        now = datetime(2026, 3, 2, 5, tzinfo=UTC)
        taken = actions.take(case=case, verb="dispatch", by=hats, now=now, key=key, version=version)
        print("repeated" if taken.repeated else "taken", flush=True)
    except Refused as refused:
        print(refused.key, flush=True)
