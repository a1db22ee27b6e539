"""A fire that is asked for: granted for a place and a window, or refused; revoked, put out, or over by itself.

What was permitted in writing before there was a case of it stands in the register `permit`; both mute alike.
"""

from datetime import date, datetime
from math import hypot
from typing import Annotated, Any, Literal

from pydantic import Field

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.effects import Place
from gridtown.kernel.forms import Form, Personal, Photo, Sets, Unit
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Kept, Told
from gridtown.kernel.tool import Asked
from gridtown.kernel.usual import Answer, Sentence, note, supervise
from gridtown.lines.lookout.forms import Latitude, Longitude, Remark
from gridtown.lines.lookout.plane import Plane
from gridtown.lines.lookout.suppress import moment

LAW = date(2007, 10, 1)  # the day on which 浙江省森林消防条例 came into force
SINCE = date(2026, 11, 1)
GRANTORS = (
    "duty_officer",
    "leader",
)  # the township: a village asks and never permits (浙江省森林消防条例 16, 17)
ASKERS = ("receiver", "patroller", "watcher", "supervisor")
Purpose = Literal["farm", "forestry", "works"]
Radius = Annotated[float, Unit("m"), Field(gt=0, le=2000)]


class BurnAsked(Form):
    """Who wants to burn what, where and when; a villager asks through the village (浙江省森林消防条例 16)."""

    groups = {"where": ("lon", "lat", "radius"), "guarding": ("guards", "guarded", "measures")}

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    description: Sentence
    purpose: Purpose
    applicant: Annotated[str, Personal("name"), Field(max_length=80)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    since: datetime
    until: datetime
    lon: Longitude
    lat: Latitude
    radius: Radius = 100.0
    guards: Annotated[str, Personal("name"), Field(max_length=200)] = ""
    guarded: bool = False
    measures: Remark = ""


class BurnGranted(Form):
    """The permit: its number, who gave it by what rule, and for where and when."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    issuer: Annotated[str, Field(min_length=1, max_length=80)]
    basis: Annotated[str, Field(min_length=1, max_length=120)]
    since: datetime
    until: datetime
    lon: Longitude
    lat: Latitude
    radius: Radius = 100.0
    guarded: bool = False
    measures: Remark = ""


class BurnOver(Form):
    """No ember is left (浙江省森林消防条例 18)."""

    embers_out: Literal["yes"]
    photos: Annotated[tuple[str, ...], Photo("after"), Field(max_length=9)] = ()
    remark: Remark = ""


def a_window(told: Told, doing: Doing) -> str | None:
    """A permit has a time, which is not over yet."""
    since, until = moment(doing.answers["since"]), moment(doing.answers["until"])
    return None if since < until and until > doing.now else "guard.no_window"


def guarded(told: Told, doing: Doing) -> str | None:
    """Forestry and works fires are watched over by people who are named (浙江省森林消防条例 18)."""
    purpose = told.answers["purpose"]
    return "guard.no_guards" if purpose != "farm" and not doing.answers.get("guarded") else None


def not_banned(told: Told, doing: Doing) -> str | None:
    """Nothing is permitted for a time and place of a 禁火令 (浙江省森林消防条例 15)."""
    said = doing.answers
    since, until = moment(said["since"]), moment(said["until"])
    plane = Plane(float(said["lon"]), float(said["lat"]))
    for ban in doing.of("ban"):
        rule = ban.answers
        if ban.retired or moment(rule["since"]) > until or moment(rule["until"]) < since:
            continue
        if rule.get("lon") is None or rule.get("lat") is None:
            return "guard.under_ban"
        far = hypot(*plane.xy(float(rule["lon"]), float(rule["lat"])))
        if far <= float(rule.get("radius", 0.0)) + float(said.get("radius", 100.0)):
            return "guard.under_ban"
    return None


def permits(asked: Asked) -> tuple[Kept, ...]:
    """Every permit that stands: those of the register, and those granted as cases, which read alike."""
    granted = (
        Kept(seen.id, "permit", str(said["name"]), seen.place, {**said, "purpose": seen.answers["purpose"]})
        for seen in asked.cases.get("burn", ())
        if seen.state == "granted" and (said := seen.moved.get("grant"))
    )
    return (*asked.records.get("permit", ()), *granted)


def books(asked: Asked) -> dict[str, Any]:
    """The registers by which smoke is muted, permits that were granted as cases among them."""
    return {**asked.records, "permit": permits(asked)}


BURN = Procedure(
    start="asked",
    end={"over": "done", "not_granted": "refused", "revoked": "refused", "taken_back": "withdrawn"},
    moves=(
        Move("grant", "asked -> granted", by=GRANTORS, form=BurnGranted, guards=(a_window, guarded, not_banned),
             reads=("ban",), effect=Place("lon", "lat")),
        Move("refuse", "asked -> not_granted", by=GRANTORS, form=Answer),
        Move("take_back", "asked|granted -> taken_back", by=ASKERS, form=Answer),
        Move("burnt_out", "granted -> over", by=("patroller", "crew", "watcher", "supervisor"), form=BurnOver),
        Move("revoke", "granted -> revoked", by=(*GRANTORS, "watcher"), form=Answer),
        Move("run_out", "granted -> over", by="system"),
        supervise(),
        note((*ASKERS, "crew", "duty_officer", "leader")),
    ),
    limits=(
        Limit("asked", workdays(3), "design: whoever asks hears before the weather changes; no rule fixes it",
              key="answering", since=SINCE),
        Limit("granted", days(1), "浙江省森林消防条例 16, 17: only in the time and at the place that are permitted",
              key="window", until="until", ceiling=days(30), then="run_out", since=LAW),
    ),
)  # fmt: skip
