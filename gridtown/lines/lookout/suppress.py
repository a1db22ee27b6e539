"""What smokes by right is not dispatched, and is kept all the same: masks, known burners, permitted fires.

Each rule has a time, and mutes only what surely is its own: smoke whose place is known closely enough. A direction
alone mutes nothing, for a field may burn behind a chimney; then the rule is named beside the alarm as a hint.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import hypot
from typing import Any

from gridtown.kernel.told import Kept
from gridtown.lines.lookout.bearings import ellipse
from gridtown.lines.lookout.placing import Place, bearing
from gridtown.lines.lookout.plane import Plane, wrap
from gridtown.lines.lookout.tracks import Box, Track

NEEDS_CLASS = (
    3  # forestry and works fires: 森林火险等级在三级以下, which includes three (浙江省森林消防条例 18)
)
Books = Mapping[str, tuple[Kept, ...]]


@dataclass(frozen=True, slots=True)
class Mute:
    """The rule that keeps a smoke from being dispatched, and until when."""

    rule: str
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Smoke:
    """What is held against the rules: when, in which part of which picture, where, what burns, the day's danger."""

    at: datetime
    plane: Plane
    track: Track | None
    place: Place | None
    danger: int | None
    category: str = ""


def moment(value: Any) -> datetime:
    """A moment as a record keeps it."""
    return datetime.fromisoformat(str(value).replace("Z", "+00:00"))


def muted(smoke: Smoke, books: Books, settings: Mapping[str, Any]) -> Mute | None:
    """The first rule that mutes this smoke: masks, then burners, then permits."""
    for mask in _holding(books.get("mask", ()), smoke.at):
        seen_by = smoke.track if smoke.track and smoke.track.pose == mask.answers["pose"] else None
        if seen_by and overlap(seen_by.box, _box(mask)) > float(settings["mask_overlap"]):
            return _mute("mask", mask)
    for burner in _holding(books.get("burner", ()), smoke.at):
        if _surely_at(smoke, burner, settings):
            return _mute("burner", burner)
    for permit in _holding(books.get("permit", ()), smoke.at):
        if _allows(permit, smoke, books) and _surely_at(smoke, permit, settings):
            return _mute("permit", permit)
    return None


def hints(smoke: Smoke, books: Books) -> list[str]:
    """The names of burners and permits that lie on the line of sight, or near the place: for the watcher to look at."""
    known = (*books.get("burner", ()), *books.get("permit", ()))
    return [one.name for one in _holding(known, smoke.at) if _maybe_at(smoke, one)]


def overlap(box: Box, mask: Box) -> float:
    """The share of a box that a mask covers."""
    wide = min(box[2], mask[2]) - max(box[0], mask[0])
    high = min(box[3], mask[3]) - max(box[1], mask[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return wide * high / area if wide > 0 and high > 0 and area > 0 else 0.0


def _holding(records: Iterable[Kept], at: datetime) -> list[Kept]:
    standing = (one for one in records if not one.retired)
    return [r for r in standing if moment(r.answers["since"]) <= at <= moment(r.answers["until"])]


def _box(mask: Kept) -> Box:
    left, top, right, bottom = (float(mask.answers[edge]) for edge in ("left", "top", "right", "bottom"))
    return left, top, right, bottom


def _mute(rule: str, record: Kept) -> Mute:
    return Mute(rule, record.name, moment(record.answers["until"]))


def _far(smoke: Smoke, place: Place, record: Kept) -> float:
    east, north = smoke.plane.xy(float(record.answers["lon"]), float(record.answers["lat"]))
    return hypot(place.fix.east - east, place.fix.north - north)


def _surely_at(smoke: Smoke, record: Kept, settings: Mapping[str, Any]) -> bool:
    """Whether the place is close to the record, and known closely enough to say so."""
    if smoke.place is None:
        return False
    major = ellipse(smoke.place.fix.cov)[0]
    near = _far(smoke, smoke.place, record) <= float(record.answers.get("radius", 50.0)) + major
    return near and major <= float(settings["mute_metres"])


def _maybe_at(smoke: Smoke, record: Kept) -> bool:
    radius = float(record.answers.get("radius", 50.0))
    if smoke.place is not None:
        return _far(smoke, smoke.place, record) <= radius + ellipse(smoke.place.fix.cov)[0]
    if smoke.track is None:
        return False
    line = bearing(smoke.track, smoke.plane)
    at = smoke.plane.xy(float(record.answers["lon"]), float(record.answers["lat"]))
    turn = abs(wrap(line.azimuth - line.towards(*at)))
    return line.range(*at) <= smoke.track.reach and turn <= 2.0 * smoke.track.sigma


def _allows(permit: Kept, smoke: Smoke, books: Books) -> bool:
    """Whether a permit covers a fire now: not straw, not under a ban, and under the conditions of its purpose."""
    if smoke.category == "straw" or _banned(permit, smoke, books):
        return False
    if permit.answers["purpose"] == "farm":
        return True
    calm = smoke.danger is not None and smoke.danger <= NEEDS_CLASS
    return calm and bool(permit.answers.get("guarded"))


def _banned(permit: Kept, smoke: Smoke, books: Books) -> bool:
    """Whether a 禁火令 holds where the permit lies: then no fire is allowed at all (浙江省森林消防条例 15)."""
    east, north = smoke.plane.xy(float(permit.answers["lon"]), float(permit.answers["lat"]))
    for ban in _holding(books.get("ban", ()), smoke.at):
        if ban.answers.get("lon") is None or ban.answers.get("lat") is None:
            return True
        at = smoke.plane.xy(float(ban.answers["lon"]), float(ban.answers["lat"]))
        if hypot(at[0] - east, at[1] - north) <= float(ban.answers.get("radius", 0.0)):
            return True
    return False
