"""How often a camera was right lately, shown beside each of its alarms."""

from collections.abc import Iterable
from datetime import timedelta
from statistics import median
from typing import Any

from gridtown.kernel.tool import Asked, Seen

DAYS = 30


def beside(asked: Asked, camera: int | None) -> dict[str, Any]:
    """The answers of an alarm that tell its camera's record of the last month; nothing where none sent it."""
    if camera is None:
        return {}
    own = [s for s in asked.cases.get("alarm", ()) if s.answers.get("camera") == camera]
    since = asked.now - timedelta(days=DAYS)
    told = of(seen for seen in own if seen.opened >= since)
    return {f"camera_{name}": value for name, value in told.items() if value is not None}


def of(alarms: Iterable[Seen]) -> dict[str, Any]:
    """judged: confirmed or rejected; false: the share of them that were rejected, in percent; daily: alarms a day;
    minutes: from alarm to confirmation, the middle one. Alarms merged into others are not judged by themselves.
    """
    alarms = list(alarms)
    confirmed = [s for s in alarms if "confirm" in s.moved]
    rejected = [s for s in alarms if s.state == "rejected"]
    judged = len(confirmed) + len(rejected)
    minutes = [float(s.moved["confirm"].get("minutes", 0.0)) for s in confirmed]
    return {
        "judged": judged,
        "false": round(100.0 * len(rejected) / judged, 1) if judged else None,
        "daily": round(len(alarms) / DAYS, 2),
        "minutes": round(median(minutes), 1) if minutes else None,
    }
