"""What the regulation of 2022 (信访工作条例) lets pass and refuses, and what follows from what is known."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from gridtown.kernel.amounts import days, due, workdays
from gridtown.kernel.told import SYSTEM, Doing, Earlier, Guard, Told

OBJECTION = workdays(5)  # 信访 23
WINDOW = days(30)  # 信访 35, 36
LEGAL = frozenset({"route", "tell", "handle", "review", "re_review"})  # the limits that the regulation sets
SMALL_GROUP = 10  # 浙信访 15


def lookup(told: Told, doing: Doing) -> dict[str, Any]:
    """初信初访: whether this person was here with this matter before, and under which number last."""
    earlier = doing.earlier()
    return {"first": not earlier, "before": earlier[0].number if earlier else ""}


def few_representatives(told: Told, doing: Doing) -> str | None:
    """At most five speak for many (信访 20), three for ten and fewer where the town keeps to 浙信访 15."""
    group = int(doing.answers["people"])
    most = doing.settings["small_group_most" if group <= SMALL_GROUP else "group_most"]
    return None if int(doing.answers["representatives"]) <= min(group, int(most)) else "guard.representatives"


def sender_named(told: Told, doing: Doing) -> str | None:
    """What came from above says from whom, since it is answered for there."""
    needed = doing.answers["came_by"] == "from_above"
    return "guard.sender_needed" if needed and not doing.answers.get("sender") else None


def not_by_accused(told: Told, doing: Doing) -> str | None:
    """Whoever is accused does not take the accusation down (信访 28, 30)."""
    return "guard.accused_may_not" if doing.by.post in doing.answers.get("accused", ()) else None


def _pending(doing: Doing) -> list[Earlier]:
    return [earlier for earlier in doing.earlier() if not earlier.ended]


def _final(doing: Doing) -> list[Earlier]:
    return [earlier for earlier in doing.earlier() if earlier.state == "final"]


def not_the_same(told: Told, doing: Doing) -> str | None:
    """What is pending is not begun twice (信访 19); after the last review only new facts count (信访 36)."""
    if doing.answers.get("other_matter"):
        return None
    if _pending(doing):
        return "guard.pending"
    return "guard.final" if _final(doing) and not doing.answers.get("new_facts") else None


def grounds_hold(told: Told, doing: Doing) -> str | None:
    """Nobody is turned away as pending or final where the ledger knows of no such petition."""
    known = {"pending": _pending, "final": _final}.get(str(doing.answers["grounds"]))
    return None if known is None or known(doing) else "guard.grounds"


def from_above(told: Told, doing: Doing) -> str | None:
    """Only what was handed down can be handed back up."""
    return None if told.answers.get("came_by") == "from_above" else "guard.not_from_above"


def objected_in_time(told: Told, doing: Doing) -> str | None:
    """Whoever was sent a matter objects within five working days of having it (信访 23)."""
    sent = told.last("route", "transfer", "insist")
    since = sent.at if sent else told.opened
    return None if doing.now <= due(since, OBJECTION, doing.calendar) else "guard.objection_late"


def of_sort(nature: str, way: str = "") -> Guard:
    """The three sorts, and the two ways of an appeal that stay here, go different ways (信访 29–31)."""

    def of_sort(told: Told, doing: Doing) -> str | None:
        sent = told.last("route")
        said: Mapping[str, Any] = sent.answers if sent else {}
        fits = said.get("nature") == nature and (not way or said.get("way", "petition") == way)
        return None if fits else "guard.other_sort"

    return of_sort


def acting(told: Told, doing: Doing) -> str | None:
    """A duty to be done, or an accusation that is the town's own to look into."""
    return of_sort("accusation")(told, doing) and of_sort("appeal", "duty")(told, doing)


def both_agree(told: Told, doing: Doing) -> str | None:
    """There is no mediation against the will of a side (信访 33)."""
    return None if doing.answers["both_agree"] else "guard.consent"


def content(told: Told, doing: Doing) -> str | None:
    """A simple answer ends the matter only where the petitioner says so; else it goes the full way."""
    return None if doing.answers["content"] else "guard.not_content"


def carried_out(told: Told, doing: Doing) -> str | None:
    """An opinion that supports the request is followed until it has been carried out, and seen by another (信访 32)."""
    opined = told.last("opine")
    if opined is None or opined.answers.get("opinion") != "support":
        return None
    done = told.last("carry_out")
    if done is None or done.seq < opined.seq:
        return "guard.not_carried_out"
    if SYSTEM in doing.by.roles:  # time sees nothing: it goes under supervision until somebody has looked
        return "guard.by_another"
    return "guard.by_another" if done.by == doing.by.person else None


def delivered(told: Told, doing: Doing) -> str | None:
    """Nobody receives a paper tomorrow, or so long ago that the time for a review has passed unnoticed."""
    today, had = doing.calendar.day(doing.now), _day(doing.answers["received_on"])
    made = told.last("approve", "ask_review")
    written = doing.calendar.day(made.at) if made else today
    return None if written <= had <= today <= _until(had, doing) else "guard.received_on"


def review_until(told: Told, doing: Doing) -> dict[str, Any]:
    """The last day on which a review can be asked for: thirty days from receipt (信访 35, 36)."""
    return {"review_until": _until(_day(doing.answers["received_on"]), doing).isoformat()}


def in_window(*after: str) -> Guard:
    """A review is asked for within thirty days of the paper's receipt, and of the paper it is about (信访 35, 36)."""

    def in_window(told: Told, doing: Doing) -> str | None:
        last = told.last("deliver", "decide_review")
        if last is None or last.verb not in after:
            return "guard.window_closed"
        ends = _day(last.answers["review_until"])
        return None if doing.calendar.day(doing.now) <= ends else "guard.window_closed"

    return in_window


def _day(value: Any) -> date:
    return date.fromisoformat(str(value))


def _until(had: date, doing: Doing) -> date:
    noon = datetime.combine(had, time(12), doing.calendar.zone)
    return doing.calendar.day(due(noon, WINDOW, doing.calendar))


def look_back(told: Told, doing: Doing) -> dict[str, Any]:
    """Why a review is owed: late by a limit of the regulation, not the first time, or a dissatisfied petitioner."""
    if any(fact.answers.get("look_back") for fact in told.facts):
        return {}
    why = _why(told, doing)
    return {"look_back": why} if why else {}


def _why(told: Told, doing: Doing) -> str:
    if "dissatisfied" in (doing.answers.get("office"), doing.answers.get("unit")):
        return "dissatisfied"
    if any(fact.answers.get("limit") in LEGAL for fact in told.all("expire")):
        return "overdue"
    sent = told.last("route")
    again = not told.answers.get("first", True) and not (sent and sent.answers.get("other_matter"))
    return "repeated" if again else ""


def recused(told: Told, doing: Doing) -> dict[str, Any]:
    """The post of whoever declares an interest."""
    return {"conflicted": doing.by.post}
