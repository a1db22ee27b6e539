"""Several at once on one case, each with a connection of its own; prints what came of it for each.

First line: the same version under different keys. Second line: the same sending under one key.
"""

from threading import Barrier, Thread

import django

django.setup()

from gridtown.cases import actions  # noqa: E402
from gridtown.kernel.told import Refused  # noqa: E402
from tests.programs.write import NOW, SAID, dispatcher  # noqa: E402

RUNNERS = 4


def race(name: str, keys: list[str]) -> list[str]:
    """Dispatch one fresh case from as many threads as there are keys, all starting together."""
    told = actions.report(**SAID, answers={"description": "一件", "category": "street_light"}, key=name)
    hats, start, results = dispatcher(), Barrier(len(keys)), []

    def run(key: str) -> None:
        start.wait()
        try:
            taken = actions.take(
                case=told.id, verb="dispatch", by=hats, now=NOW, key=key, version=told.version
            )
            results.append("repeated" if taken.repeated else "taken")
        except Refused as refused:
            results.append(refused.key)

    threads = [Thread(target=run, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


if __name__ == "__main__":
    print(*race("one version", [f"key {n}" for n in range(RUNNERS)]))
    print(*race("one sending", ["the key"] * RUNNERS))
