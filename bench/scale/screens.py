"""Whole pages as a leader's browser asks for them: routing, sign-in, readings, pictures and template."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from bench.scale.views import LARGE, RUNNING, YEAR
from gridtown.cases import actions
from gridtown.kernel.told import Actor
from gridtown.people import snapshot
from gridtown.people.load import demo_accounts, load_people
from gridtown.people.models import Account
from gridtown.places.load import load_places
from gridtown.report.figures import indicators
from gridtown.town import Town, clock

# Promised for the year that is running, each by an indicator that the ledger measures.
TARGETS = (
    ("appeals.received", 900_000, "count", "at_least"), ("appeals.on_time_rate", 0.95, "ratio", "at_least"),
    ("appeals.solved_rate", 0.9, "ratio", "at_least"), ("appeals.days_to_close", 5, "days", "at_most"),
    ("safety.hazards_found", 100_000, "count", "at_least"), ("safety.rectified_rate", 0.98, "ratio", "at_least"),
    ("safety.checks_on_time", 0.95, "ratio", "at_least"), ("mediation.settled", 1, "ratio", "at_least"),
    ("petitions.routed_in_time", 1, "ratio", "at_least"), ("rivers.walks_valid", 0.95, "ratio", "at_least"),
    ("rivers.issues_solved", 0.95, "ratio", "at_least"), ("enforcement.decided_in_time", 1, "ratio", "at_least"),
)  # fmt: skip


def people(town: Town, now: datetime) -> None:
    """Places, posts with somebody in each, and the year's targets; from now on the clock goes on from there."""
    clock.start_demonstration(now)
    load_places(town.folder, now=now)
    load_people(town.folder, now=now)
    demo_accounts(town.code, home=Path(settings.GRIDTOWN_HOME), now=now)
    office = Actor("bench", "targets-assessor", frozenset({"assessor"}), town.code, clearance=1)
    for key, amount, unit, direction in TARGETS:
        answers = {
            "title": key, "indicator": key, "amount": amount, "unit": unit, "direction": direction,
            "due": f"{RUNNING}-12-31", "to": "supervisor", "document": "bench",
        }  # fmt: skip
        actions.report(
            line="targets", kind="target", answers=answers, by=office, now=now, key=f"bench-{key}", channel="counter",
            place=town.code,
        )  # fmt: skip


def screens(town: Town) -> dict[str, Callable[[], Any]]:
    """Each page by its name, and what the catalogue asks for once it stands."""
    addresses = [f"/indicators?period={YEAR}", f"/indicators?period={RUNNING}", f"/leaders?period={RUNNING}"]
    addresses += ["/targets"]
    addresses += [f"/indicators/{key}?period={period}" for key in LARGE for period in (YEAR, RUNNING)]
    found = {f"page {address}": _page(town, address) for address in addresses}
    lines: dict[str, list[str]] = {}
    for named in indicators.listed(town):
        lines.setdefault(named.line.key, []).append(named.key)
    longest = sorted(lines.values(), key=len, reverse=True)
    for keys in longest[:2]:
        asked = "".join(f"&key={key}" for key in keys)
        found[f"forecasts of {keys[0].split('.')[0]} in the catalogue ({len(keys)})"] = _page(
            town, f"/indicators/ahead?period={RUNNING}{asked}"
        )
    return found


def wall(town: Town) -> dict[str, Callable[[], Any]]:
    """The command room and its parts, and the desk that counts the same."""
    addresses = (
        "/room",
        "/room/part/stats",
        "/room/part/board",
        "/room/part/burns",
        f"/room/{town.code}201",
        "/desk",
    )
    return {f"page {address}": _page(town, address) for address in addresses}


def _page(town: Town, address: str) -> Callable[[], Any]:
    """A page as a leader's browser asks for it."""
    leader = snapshot.current(town=town.code).post("leader")
    assert leader is not None
    browser = Client()
    browser.force_login(Account.objects.get(pk=leader.holders[0]))

    def ask() -> None:
        answer = browser.get(address, headers={"Accept-Encoding": "gzip"})
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")

    return ask
