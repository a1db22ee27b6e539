"""Several readings of high water at one moment, each with a connection of its own; prints what came of them.

One line for each reading: whether it was repeated, and what was written. Then how many cases and notes there are.
"""

from threading import Barrier, Thread

import django

django.setup()

from gridtown import town as towns  # noqa: E402
from gridtown.cases import ledger, store  # noqa: E402
from gridtown.dispatch import signals  # noqa: E402
from gridtown.people import snapshot as people  # noqa: E402
from tests import carriers  # noqa: E402
from tests.programs.write import NOW, dispatcher  # noqa: E402

PLACE = "330110110001"
RUNNERS = 6  # two of them always share a key

if __name__ == "__main__":
    town = carriers.grown(towns.current())
    towns.current = lambda: town
    post = carriers.gauge(town.code, PLACE)
    hats = people.current().hats(post.holdings.get().account_id)
    pump, start, told = carriers.pump(dispatcher(), NOW, 1, PLACE), Barrier(RUNNERS), []

    def run(n: int) -> None:
        """Send one reading together with all others."""
        start.wait()
        reading = {"pump": pump, "cm": 250}
        told.append(signals.receive("pumps", "level", reading, hats=hats, now=NOW, sent_as=f"key {n // 2}"))

    threads = [Thread(target=run, args=[n]) for n in range(RUNNERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in sorted(told, key=lambda one: (one.repeated, one.entry)):
        print("repeated" if one.repeated else "taken", *(wrote.verb for wrote in one.wrote))
    print("cases", store.fetch("SELECT count(*) FROM cases_case", [])[0][0])
    print("notes", store.fetch("SELECT count(*) FROM cases_entry WHERE verb = 'signal'", [])[0][0])
    print("faults", len(ledger.verify().faults))
