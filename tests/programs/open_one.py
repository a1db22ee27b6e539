"""Report one case and print its id: `open_one KEY`."""

import sys

import django

django.setup()

from gridtown.cases import actions  # noqa: E402
from tests.programs.write import NOW, RESIDENT  # noqa: E402

if __name__ == "__main__":
    answers = {"description": "一件", "category": "street_light"}
    key = sys.argv[1]
    print(
        actions.report(
            line="appeals", kind="matter", answers=answers, by=RESIDENT, now=NOW, key=key, channel="web"
        ).id
    )
