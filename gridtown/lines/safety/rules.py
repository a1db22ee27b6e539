"""The guards and derivations of hazards, checks and self-inspections: pure functions of what the ledger tells."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from gridtown.kernel.told import Doing, Told

FIVE_MUSTS = ("responsible", "measures", "funds", "finish_by", "contingency")
RECTIFIED = ("clear", "rectify", "feed_back")


def repeats(told: Told, doing: Doing) -> Mapping[str, Any]:
    """How often the same kind of hazard was put right at the same unit within the days that the town sets."""
    since = doing.now - timedelta(days=float(doing.settings["repeat_days"]))
    again = (
        e for e in doing.earlier() if e.outcome == "solved" and e.closed is not None and e.closed >= since
    )
    return {"repeats": sum(1 for _ in again)}


def repeated(told: Told) -> int:
    """How often it was put right before, as the last answer has it."""
    said = told.last("identify")
    return int((said.answers if said else told.answers).get("repeats") or 0)


def point_of_unit(told: Told, doing: Doing) -> str | None:
    """A risk point named together with a unit is one of that unit's."""
    point, unit = doing.record("risk_point"), doing.answers.get("unit")
    return "guard.point_elsewhere" if point is not None and point.answers.get("unit") != unit else None


def identified(told: Told, doing: Doing) -> str | None:
    """Nothing is ordered or judged before it is known whose hazard it is and of which kind."""
    return None if told.answers.get("unit") and told.answers.get("category") else "guard.not_identified"


def patch_of_unit(told: Told, doing: Doing) -> Mapping[str, Any]:
    """分片包干: the post that answers for the unit; none where the register names none, and the matrix answers."""
    unit = doing.records.get(int(told.answers.get("unit") or 0))
    return {"to": unit.answers.get("patch") if unit else None}


def evidenced(told: Told, doing: Doing) -> str | None:
    """By pictures one can only judge what was pictured; otherwise somebody goes and looks."""
    done = told.last(*RECTIFIED)
    pictured = done is not None and bool(done.answers.get("photos"))
    return None if doing.answers["how"] == "on_site" or pictured else "guard.nothing_to_see"


def objected_once(told: Told, doing: Doing) -> str | None:
    """An order may be objected to once."""
    return "guard.objected_already" if told.times("object") else None


def planned(told: Told) -> dict[str, Any]:
    """The plan as its drafts come to: the last word on each of the five musts."""
    drafts = [fact.answers for fact in told.all("plan")]
    return {name: draft[name] for draft in drafts for name in FIVE_MUSTS if name in draft}


def five_musts(told: Told, doing: Doing) -> str | None:
    """五落实: no work goes on before responsibility, measures, funds, time and plan B are all settled."""
    plan = planned(told)
    missing = next((name for name in FIVE_MUSTS if name not in plan), None)
    if missing:
        return f"guard.five_musts_{missing}"
    ahead = date.fromisoformat(str(plan["finish_by"])) >= doing.calendar.day(doing.now)
    return None if ahead else "guard.deadline_over"


def approved(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The deadline of the plan that is approved, and who follows it up."""
    return {"deadline": planned(told).get("finish_by"), **patch_of_unit(told, doing)}


def county_lists_fire(told: Told, doing: Doing) -> str | None:
    """Major fire hazards are listed by the county or above (浙江省消防条例 7)."""
    category = doing.tables["category"].get(str(told.answers.get("category")), {})
    by_town = doing.answers["listed_by"] == "town"
    return "guard.county_lists_fire" if by_town and category.get("fire") else None


def stopped(told: Told) -> bool:
    """Whether people are out, or work stopped, at present."""
    last = told.last("stop", "lift")
    return last is not None and last.verb == "stop"


def only_stopped(told: Told, doing: Doing) -> str | None:
    """Only what was stopped can start again."""
    return None if stopped(told) else "guard.not_stopped"


def nothing_stopped(told: Told, doing: Doing) -> str | None:
    """What was stopped is let go by a decision of its own, before the hazard is written off."""
    return "guard.still_stopped" if stopped(told) else None


def grounded(told: Told, doing: Doing) -> str | None:
    """The ground of a referral must be there: a limit that ran out, or a hazard that came back."""
    ground = doing.answers["ground"]
    if ground == "overdue" and not any(
        f.answers.get("limit") in ("rectify", "treat") for f in told.all("expire")
    ):
        return "guard.not_overdue"
    return "guard.not_repeated" if ground == "repeated" and not repeated(told) else None


def name_of_unit(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The unit as the other line, which has no register of it, will name it."""
    unit = doing.records.get(int(told.answers.get("unit") or 0))
    return {"unit_name": unit.name if unit else ""}


def refers_once(told: Told, doing: Doing) -> str | None:
    """One hazard opens one case of enforcement."""
    return "guard.referred_already" if told.times("refer") else None


def of_the_point(told: Told, doing: Doing) -> Mapping[str, Any]:
    """Whose risk point a check is about, and its colour at the time."""
    point = doing.record("risk_point")
    return {name: point.answers.get(name) for name in ("unit", "colour")} if point else {}


def hazard_named(told: Told, doing: Doing) -> str | None:
    """What is out of control is a hazard, and is taken down as one before the check is closed."""
    return None if doing.answers["in_control"] or told.times("find") else "guard.hazard_first"


def all_declared(told: Told, doing: Doing) -> str | None:
    """What a unit found and did not put right on the spot is declared, one by one (安全生产法 41)."""
    said = doing.answers
    left = int(said["problems"]) - int(said["put_right"])
    if left < 0:
        return "guard.more_right_than_wrong"
    return "guard.declare_first" if left > told.times("declare") else None
