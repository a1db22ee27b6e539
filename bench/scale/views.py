"""What pages ask of the warehouse, as they ask it, and other questions over all rows."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gridtown.kernel.told import Actor
from gridtown.people.scope import visible
from gridtown.report.figures import comparing, crossing, forecast, indicators
from gridtown.report.prose import annual
from gridtown.town import Town
from gridtown.warehouse import lake as lakes

YEAR, RUNNING, ALL = (
    "2024",
    "2025",
    "2024-01-02..2025-12-30",
)  # a year that is over; one that is not; every row
LARGE = ("appeals.on_time_rate", "appeals.days_to_close", "appeals.closed_of_handled", "patrol.rounds_done")
View = Callable[[], Any]


def changed() -> None:
    """As after a refresh that changed every table: of what is known only what files say of themselves still holds."""
    lakes.forget(engines=False)


def pages(town: Town, now: datetime) -> dict[str, View]:
    """Each page that gives figures, by its name."""
    scope = visible((Actor("bench", "bench", frozenset({"admin"}), town.code, clearance=9),))
    named = indicators.listed(town)
    found: dict[str, View] = {
        f"indicators, {period}": lambda period=period: [
            indicators.read(one.key, period=period, town=town) for one in named
        ]
        for period in (YEAR, RUNNING)
    }
    keys = [one.key for one in named]
    for period in (YEAR, RUNNING):
        found[f"catalogue beside last year's, {period}"] = lambda period=period: comparing.compare_many(
            keys, period=period, town=town
        )
    found[f"forecasts of {len(LARGE)}, {RUNNING}"] = lambda: forecast.forecasts(
        LARGE, period=RUNNING, town=town
    )
    found[f"forecasts of all {len(keys)}, {RUNNING}"] = lambda: forecast.forecasts(
        keys, period=RUNNING, town=town
    )
    for key in LARGE:
        for period in (YEAR, RUNNING):
            found[f"{key}, {period}"] = lambda key=key, period=period: (
                indicators.read(key, period=period, by=("village",), town=town),
                indicators.trend(key, period=period, town=town),
                indicators.cases_behind(key, scope=scope, now=now, period=period, town=town),
            )
    told = reporting(town)
    found[f"report, {YEAR}"] = lambda: annual.read(YEAR, lang="en", town=told)
    return found


def reporting(town: Town) -> Town:
    """The town with its report's text under a year that the synthetic cases have."""
    folder = Path(tempfile.mkdtemp())
    (folder / "report").mkdir()
    text = (town.folder / "report" / f"{annual.years(town)[0]}.en.md").read_text("utf-8")
    (folder / "report" / f"{YEAR}.md").write_text(text, "utf-8")
    return replace(town, folder=folder)


def slices(town: Town) -> dict[str, View]:
    """Figures over every row of the largest table, sliced in ways of which nothing is kept."""
    found: dict[str, View] = {}
    for key in (
        "appeals.received",
        "appeals.on_time_rate",
        "appeals.closed_of_handled",
        "appeals.days_to_close",
    ):
        for by in (
            ("grid",),
            ("channel",),
            ("category", "channel"),
            ("village", "outcome"),
            ("urgency", "state"),
        ):
            found[f"{key} by {', '.join(by)}"] = lambda key=key, by=by: indicators.read(
                key, period=ALL, by=by, town=town
            )
    return found


def crossings(town: Town) -> dict[str, View]:
    """An indicator's own slices of the running year, as its page asks for them."""
    return {
        f"appeals.on_time_rate by {' and '.join(by)}, {RUNNING}": lambda by=by: crossing.cross(
            "appeals.on_time_rate", period=RUNNING, by=by, town=town
        )
        for by in (
            ("channel",),
            ("category", "channel"),
            ("grid",),
            ("channel", "month"),
            ("village", "month"),
        )
    }


def group_bys(town: Town) -> dict[str, View]:
    """Group-bys over all tables at once."""
    lake = lakes.tables(town)
    tables = [lake.table(line.key, kind.key) for line in town.lines.values() for kind in line.kinds]

    def all_cases(*columns: str) -> Any:
        first, *rest = (table.select("kind", *columns) for table in tables)
        return first.union(*rest)

    cases = all_cases("village", "opened_day", "ended", "spell_secs")
    month = cases.opened_day.truncate("M").name("month")
    return {
        "all cases by kind and month": lambda: lake.run(
            cases.group_by("kind", month).aggregate(n=cases.count())
        ),
        "all cases by village: how many, ended, mean spell": lambda: lake.run(
            cases.group_by("village").aggregate(
                n=cases.count(), ended=cases.count(where=cases.ended), mean=cases.spell_secs.mean()
            )
        ),
        "median spell of all cases by kind": lambda: lake.run(
            cases.group_by("kind").aggregate(middle=cases.spell_secs.median())
        ),
    }
