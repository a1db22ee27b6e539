"""A gauge and its pump in a scratch installation: `gauges prepare N`, `gauges race`, `gauges seen PUMP`."""

import sys
from threading import Barrier, Thread

import django

django.setup()

from gridtown import town as towns  # noqa: E402
from gridtown.cases import ledger, store  # noqa: E402
from gridtown.cases.actions.reporting import decoded  # noqa: E402
from gridtown.dispatch import signals  # noqa: E402
from gridtown.people import snapshot as people  # noqa: E402
from gridtown.people.models import Account  # noqa: E402
from gridtown.people.signin import issue_token  # noqa: E402
from gridtown.town import clock  # noqa: E402
from tests import carriers  # noqa: E402
from tests.programs.write import NOW, dispatcher  # noqa: E402

PLACE = "330110110001"
RUNNERS = 6  # two of them always share a key


def prepare(n: int = 1) -> tuple[int, Account]:
    """The n-th pump on the books, and its gauge's account."""
    post = carriers.gauge(towns.current().code, PLACE, f"gauge-{n}")
    return carriers.pump(dispatcher(), NOW, n, PLACE), post.holdings.get().account


def race() -> int:
    """Several readings of high water at one moment, each with a connection of its own; prints what came of each."""
    pump, account = prepare()
    hats, start, told = people.current().hats(account.pk), Barrier(RUNNERS), []

    def run(n: int) -> None:
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
    return pump


def seen(pump: int) -> None:
    """The readings of a pump that were noted, how many runs it has, and what is wrong with the ledger."""
    found = store.fetch("SELECT answers FROM cases_entry WHERE verb = 'signal' ORDER BY id", [])
    readings = [decoded(answers)["reading"] for (answers,) in found]
    print("readings", *(f"{reading['cm']:.0f}" for reading in readings if reading["pump"] == pump))
    print("cases", store.fetch("SELECT count(*) FROM cases_case WHERE record_id = %s", [pump])[0][0])
    print("faults", len(ledger.verify().faults))


if __name__ == "__main__":
    town = carriers.grown(towns.current())
    towns.current = lambda: town
    if sys.argv[1] == "prepare":
        made, device = prepare(int(sys.argv[2]))
        print(made, issue_token(device.pk, "gauge", clock.now()))
    elif sys.argv[1] == "seen":
        seen(int(sys.argv[2]))
    else:
        print("pump", race())
