"""The register of honours, and how near each is to its end."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from gridtown.kernel.line import Duty, Register
from gridtown.kernel.told import Doing, Refused, Told
from gridtown.lines.honours.forms import Honour

_STEPS = ((0, "over"), (3, "quarter"), (6, "half"), (12, "year"))


def shown(doing: Doing) -> Mapping[str, Any]:
    """Whether something shows it, and when it was given and ends; without a day it counts at the end of its year."""
    said, zone = doing.answers, doing.calendar.zone
    granted = (
        date.fromisoformat(str(said["granted_on"]))
        if said.get("granted_on")
        else date(int(said["year"]), 12, 31)
    )
    if granted > doing.calendar.day(doing.now) and said.get("granted_on"):
        raise Refused("form_invalid", fields={"granted_on": "mistake.ahead"})
    if int(said["year"]) > doing.calendar.day(doing.now).year:
        raise Refused("form_invalid", fields={"year": "mistake.ahead"})
    if granted.year != int(said["year"]):
        raise Refused("form_invalid", fields={"granted_on": "guard.other_year"})
    expires = date.fromisoformat(str(said["expires"])) if said.get("expires") else None
    if expires is not None and expires < granted:
        raise Refused("form_invalid", fields={"expires": "guard.ends_before"})
    ended = date.fromisoformat(str(said["ended_on"])) if said.get("ended_on") else None
    if ended is not None and ended > doing.calendar.day(doing.now):
        raise Refused("form_invalid", fields={"ended_on": "mistake.ahead"})
    if ended is not None and said.get("granted_on") and ended < granted:
        raise Refused("form_invalid", fields={"ended_on": "guard.ends_before"})
    last = min((day for day in (expires, ended) if day), default=None)
    return {
        "shown": bool(said.get("document") or said.get("file")),
        "lasting": "ended" if ended else "dated" if expires else "open",
        "granted_at": datetime.combine(granted, time(), zone),
        "ends_at": datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
    }


def nearness(told: Told, doing: Doing) -> Mapping[str, Any]:
    """How many months are left, and which of the steps 12, 6, 3 months that is; what has no end is "open"."""
    honour = doing.record("honour")
    expires = honour.answers.get("expires") if honour else None
    if not expires:
        return {"near": "open"}
    today, end = doing.calendar.day(doing.now), date.fromisoformat(str(expires))
    months = (end.year - today.year) * 12 + end.month - today.month - (end.day < today.day)
    if end < today:
        return {"months_left": 0, "near": "over"}
    return {"months_left": months, "near": next((step for most, step in _STEPS[1:] if months < most), "far")}


HONOURS = Register(
    "honour",
    form=Honour,
    named_by="name",
    kept_by=("recorder", "admin"),
    derive=shown,
    townwide=True,
    shows=("sort", "level", "body", "holder", "year", "expires", "shown"),
    duties=(
        Duty(
            "review",
            every="year",
            owed_by="recorder",
            opens="review",
            grade_by="lasting",
            grades={"dated": "quarter"},
            over=("ended",),
            basis="design: reminders twelve, six and three months ahead; a look a year at what has no end",
        ),
    ),
)
