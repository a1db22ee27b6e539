"""Print a token for the dispatcher's desk."""

import sys
from datetime import UTC, datetime

import django

django.setup()

from gridtown.people import snapshot as people  # noqa: E402
from gridtown.people.signin import issue_token  # noqa: E402

if __name__ == "__main__":
    post = people.current().post("dispatcher")
    if post is None:
        raise LookupError("the town has no dispatcher")
    sys.stdout.write(issue_token(post.holders[0], "test", datetime.now(UTC), days=1) + "\n")
