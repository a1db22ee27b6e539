"""What the ledger counts at one moment: the figures of a situation report and of a review, as numbers only.

Cases of every degree are in them, like in all figures; no case, place below a village, or person is.
"""

from collections import defaultdict
from datetime import datetime
from statistics import median
from typing import Any

from gridtown.cases import store
from gridtown.cases.lights import LOOK_BACK, light
from gridtown.kernel.mode import Count, Figures, Village

Kind = tuple[str, str]


def drawn(*, since: datetime, now: datetime) -> Figures:
    """The counts of every kind that has any, and of every village with something open; four statements."""
    counts: dict[Kind, dict[str, Any]] = defaultdict(dict)
    villages = _open_now(now, counts)
    _since(since, now, counts)
    _run_out(since, now, counts)
    return Figures(
        since,
        now,
        tuple(Count(line, kind, **said) for (line, kind), said in sorted(counts.items())),
        tuple(_village(code, *said) for code, said in sorted(villages.items())),
    )


def _village(code: str, open_: int, late: int, unfinished: int, recent: int) -> Village:
    return Village(code, open_, late, light(unfinished, recent))


def _open_now(now: datetime, counts: dict[Kind, dict[str, Any]]) -> dict[str, tuple[int, int, int, int]]:
    villages: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for line, kind, village, open_, late, watched in store.fetch(
        "SELECT line, kind, substr(place, 1, 12), count(*), sum(CASE WHEN due < %s THEN 1 ELSE 0 END), "
        "sum(CASE WHEN supervised THEN 1 ELSE 0 END) FROM cases_case WHERE NOT ended AND opened <= %s GROUP BY 1, 2, 3",
        [store.moment_in(now)] * 2,
    ):
        said = counts[line, kind]
        for name, n in (("open", open_), ("late", late), ("supervised", watched)):
            said[name] = said.get(name, 0) + int(n or 0)
        villages[village][0] += int(open_)
        villages[village][1] += int(late or 0)
    for village, unfinished, recent in store.fetch(
        "SELECT substr(place, 1, 12), sum(CASE WHEN ended THEN 0 ELSE 1 END), count(*) FROM cases_case "
        "WHERE opened >= %s AND opened <= %s GROUP BY 1",
        [store.moment_in(now - LOOK_BACK), store.moment_in(now)],
    ):
        if village in villages:
            villages[village][2:] = [int(unfinished), int(recent)]
    return {code: (n[0], n[1], n[2], n[3]) for code, n in villages.items()}


def _since(since: datetime, now: datetime, counts: dict[Kind, dict[str, Any]]) -> None:
    """What came and what ended after `since`, and how long the middle one of those that did both took."""
    took: dict[Kind, list[float]] = defaultdict(list)
    for line, kind, opened, closed in store.fetch(
        "SELECT line, kind, opened, closed FROM cases_case WHERE opened <= %s AND (opened > %s OR closed > %s)",
        [store.moment_in(now), store.moment_in(since), store.moment_in(since)],
    ):
        began, ended = store.moment_out(opened), store.moment_out(closed) if closed else None
        said = counts[line, kind]
        said["fresh"] = said.get("fresh", 0) + (began > since)
        said["ended"] = said.get("ended", 0) + (ended is not None)
        if began > since and ended is not None:
            took[line, kind].append((ended - began).total_seconds() / 3600)
    for key, spans in took.items():
        counts[key]["hours"] = round(median(spans), 1)


def _run_out(since: datetime, now: datetime, counts: dict[Kind, dict[str, Any]]) -> None:
    """Cases of which some limit ran out after `since`."""
    for line, kind, n in store.fetch(
        "SELECT c.line, c.kind, count(DISTINCT c.id) FROM cases_case c JOIN cases_entry e ON e.case_id = c.id "
        "WHERE (NOT c.ended OR c.closed > %s) AND e.verb = 'expire' AND e.at > %s AND e.at <= %s GROUP BY 1, 2",
        [store.moment_in(since), store.moment_in(since), store.moment_in(now)],
    ):
        counts[line, kind]["expired"] = int(n)
