"""What has to hold before each step of a vote, and what the ledger answers by itself."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from gridtown.kernel.tokens import digests_in
from gridtown.kernel.told import SYSTEM, Doing, Told
from gridtown.lines.assembly import count


def _body(told: Told, doing: Doing) -> Any:
    plan = told.last("set_options")
    return doing.tables["body"][plan.answers["body"]] if plan else {}


def not_enough_asked(told: Told, doing: Doing) -> str | None:
    """A meeting that enough people ask for has to be called (村委会组织法 21, 26; 居委会组织法 10; 合作社条例 26)."""
    row = doing.tables["body"].get(str(doing.answers.get("body")), {})
    asked, of = int(doing.answers.get("asked") or 0), int(doing.answers.get("of") or 0)
    if asked > of:
        return "guard.more_than_all"
    enough = row.get("ask") and of and Fraction(asked, of) >= Fraction(row["ask"])
    return "guard.must_be_called" if enough else None


def called_in_time(told: Told, doing: Doing) -> str | None:
    """The body's notice and the plan's publication have run before the vote begins; it ends after it began.

    Ten days ahead (村委会组织法 21) are ten days from the notice to the day of the vote; not less than fifteen days of
    comment (集体资产条例 20) are fifteen whole days between the plan and the vote.
    """
    starts, ends = (datetime.fromisoformat(str(doing.answers[name])) for name in ("starts", "ends"))
    if starts <= doing.now or ends <= starts:
        return "guard.ends_before_it_starts"
    if ends - starts > timedelta(days=float(doing.settings["longest_vote"])):
        return "guard.vote_too_long"
    body, plan, day = _body(told, doing), told.last("set_options"), doing.calendar.day(starts)
    if (day - doing.calendar.day(doing.now)).days < int(body["notice_days"]):
        return "guard.told_too_late"
    comment = int(body["comment_days"])
    if plan and comment and (day - doing.calendar.day(plan.at)).days <= comment:
        return "guard.comment_too_short"
    return None


def weighty_with_risk(told: Told, doing: Doing) -> str | None:
    """The risk of what is decided on collective assets is explained before the vote (集体资产条例 17)."""
    explained = doing.answers.get("body") != "collective" or doing.answers.get("risk")
    return None if explained else "guard.risk_not_explained"


def areas_fit(told: Told, doing: Doing) -> str | None:
    """Owners vote by what they own as well (民法典 278), so each has an area; nobody else has."""
    areas = doing.answers.get("areas") or ()
    if _body(told, doing).get("area") != "yes":
        return "guard.areas_not_asked" if areas else None
    return (
        None
        if len(areas) == doing.answers["entitled"] and all(map(Fraction, areas))
        else "guard.areas_unlike"
    )


def on_the_roll(told: Told, doing: Doing) -> str | None:
    """Only codes of the last roll; none that was voided."""
    facts = count.of_this_roll(told)
    named = set(digests_in(doing.answers.get("code"))) | set(digests_in(doing.answers.get("slips")))
    if not named <= count.digests(facts, "draw_roll", "slips"):
        return "guard.unknown_code"
    return "guard.void_code" if named & count.digests(facts, "void_slips", "slips") else None


def once(told: Told, doing: Doing) -> str | None:
    """What was cast stays cast, like a paper in the box: the first vote counts, and a second one is told so."""
    named = set(digests_in(doing.answers.get("code"))) | set(digests_in(doing.answers.get("slips")))
    cast = count.digests(count.of_this_roll(told), "vote", "code")
    return "guard.already_voted" if named & cast else None


def before_the_end(told: Told, doing: Doing) -> str | None:
    """The announced moment counts, not the one at which the ledger gets round to closing the vote."""
    called = told.last("call")
    over = called is None or doing.now >= datetime.fromisoformat(str(called.answers["ends"]))
    return "guard.vote_over" if over else None


def option_was_put(told: Told, doing: Doing) -> str | None:
    """Nobody votes for an option that was not put."""
    plan, choice = told.last("set_options"), str(doing.answers["choice"])
    put = len(plan.answers["options"]) if plan else 0
    return "guard.no_such_option" if choice.isdecimal() and int(choice) > put else None


def has_a_box(told: Told, doing: Doing) -> str | None:
    """Slips are entered only where a box was announced."""
    called = told.last("call")
    return None if called and called.answers.get("box") else "guard.no_box"


def box_agrees(told: Told, doing: Doing) -> str | None:
    """Tellers count once two of them have read every slip in the box alike; time waits for nobody."""
    if SYSTEM in doing.by.roles:
        return None
    read = count.in_box(count.of_this_roll(told))
    if "unsettled" in read.values():
        return "guard.slips_differ"
    if has_a_box(told, doing) is None and doing.answers.get("in_box") != len(read):
        return "guard.box_differs"
    return None


def adopted(told: Told, doing: Doing) -> str | None:
    """A resolution is only what was adopted."""
    counted = told.last("count")
    return None if counted and counted.answers["outcome"] == "adopted" else "guard.not_adopted"


def not_adopted(told: Told, doing: Doing) -> str | None:
    """What was adopted is neither dropped nor voted on again."""
    return None if adopted(told, doing) else "guard.was_adopted"


def end_of_vote(told: Told, doing: Doing) -> dict[str, Any]:
    """The end that was announced."""
    called = told.last("call")
    return {"ends": called.answers["ends"]} if called else {}


def end_of_poll(told: Told, doing: Doing) -> dict[str, Any]:
    """The end of an election's poll as it was announced."""
    called = told.last("call_poll")
    return {"ends": called.answers["ends"]} if called else {}


def moment_of_count(told: Told, doing: Doing) -> dict[str, Any]:
    """A minute after the end, or the hours that the tellers have where there was a box."""
    hours = float(doing.settings["tally_hours"]) if has_a_box(told, doing) is None else 0
    return {"count_at": (doing.now + timedelta(hours=hours, minutes=1)).isoformat()}


def voices(told: Told, doing: Doing) -> dict[str, Any]:
    """How often people spoke."""
    return {"voices": told.times("speak")}


def pieces(told: Told, doing: Doing) -> dict[str, Any]:
    """How many slips were voided."""
    return {"pieces": len(digests_in(doing.answers["slips"]))}
