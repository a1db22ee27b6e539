"""What the desk and the crews may do, and what follows from what they say."""

from datetime import datetime, timedelta
from typing import Any

from gridtown.kernel.told import Doing, Told
from gridtown.lines.lookout import history, tracks
from gridtown.lines.lookout.placing import Rules, answers, place, plane_of
from gridtown.lines.lookout.suppress import moment

DAY = timedelta(hours=24)


def burning(told: Told) -> str:
    """What burns, as last said."""
    said = [f.answers["category"] for f in told.facts if f.answers.get("category")]
    return str(said[-1] if said else told.answers.get("category") or "")


def in_forest(told: Told, doing: Doing) -> bool:
    """Whether it burns where the rules on forest fires hold."""
    return bool(doing.tables["burning"].get(burning(told), {}).get("forest"))


def crew_may_go(told: Told, doing: Doing) -> str | None:
    """A crew is sent by its own post; to a forest fire only one that is trained, and none that may not be mobilised.

    浙江省森林消防条例 28, 森林防火条例 35: not the disabled, the old, the pregnant, pupils, minors.
    """
    crew, forest = doing.record("crew"), in_forest(told, doing)
    if crew is None:
        return "guard.crew_needed" if forest else None
    if crew.retired or crew.answers["post"] != doing.answers["to"]:
        return "guard.crew_elsewhere"
    if forest and not crew.answers.get("fit"):
        return "guard.crew_unfit"
    return "guard.crew_untrained" if forest and not crew.answers.get("forest") else None


def guarded_long_enough(told: Told, doing: Doing) -> str | None:
    """Guards stay for a while after the flames: longer in the forest (森林防火条例 39)."""
    put_out = told.last("put_out")
    hours = float(doing.settings["guard_hours_forest" if in_forest(told, doing) else "guard_hours"])
    if put_out is not None and doing.now - put_out.at < timedelta(hours=hours):
        return "guard.guard_stays"
    return None


def took(told: Told, doing: Doing) -> dict[str, Any]:
    """Minutes from the alarm to the judgement of it."""
    return {"minutes": round((doing.now - told.opened).total_seconds() / 60.0, 1)}


def out_now(told: Told, doing: Doing) -> dict[str, Any]:
    """When the flames were out."""
    return {"out_at": doing.now.isoformat()}


def graded(told: Told, doing: Doing) -> dict[str, Any]:
    """The grade of a forest fire, lower bounds included (森林防火条例 40), and whether it goes up to the state (32)."""
    hectares, dead, hurt = (float(doing.answers.get(name, 0)) for name in ("hectares", "dead", "hurt"))
    bounds = (("extraordinary", 1000, 30, 100), ("major", 100, 10, 50), ("larger", 1, 3, 10))
    grade = next((g for g, ha, d, h in bounds if hectares >= ha or dead >= d or hurt >= h), "general")
    burns_on = told.state == "fighting" and doing.now - told.opened >= DAY
    harm = dead >= 3 or hurt >= 10 or bool(doing.answers.get("homes")) or bool(doing.answers.get("border"))
    return {"grade": grade, "report_up": grade in ("major", "extraordinary") or harm or burns_on}


def another_is_left(told: Told, doing: Doing) -> str | None:
    """Only what this alarm has can be taken off it, and something must be left that it was seen by."""
    seen, spots = tracks.read(_holds(told).get("tracks", ()))
    pose = int(doing.answers["pose"])
    if all(track.pose != pose for track in seen):
        return "guard.not_seen_there"
    return None if len(seen) > 1 or spots else "guard.nothing_left"


def detached(told: Told, doing: Doing) -> dict[str, Any]:
    """The alarm without one pose's track, and its place from what is left; the pose's next sighting opens its own."""
    holds = _holds(told)
    seen, spots = tracks.read(holds.get("tracks", ()))
    pose = int(doing.answers["pose"])
    left = tuple(track for track in seen if track.pose != pose)
    plane = plane_of(left, spots)
    where = answers(place(left, spots, Rules.of(doing.settings), plane), plane)
    before = moment(holds["as_of"]) + timedelta(seconds=1) if holds.get("as_of") else doing.now
    as_of: datetime = max(before, doing.now)
    return {
        **where, "as_of": as_of.isoformat(), "tracks": tracks.lines(left, spots),
        "apart": tuple(sorted({*(int(one) for one in holds.get("apart", ())), pose})),
    }  # fmt: skip


def _holds(told: Told) -> Any:
    return history.newest(told.answers, (fact.answers for fact in told.all(*history.PLACING)))
