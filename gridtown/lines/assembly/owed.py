"""What the law owes on a village's bodies: representatives meet, affairs are made public, officers are reviewed."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from gridtown.kernel.clocks import Limit, days
from gridtown.kernel.line import Duty, Register
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.assembly import owed_forms
from gridtown.lines.assembly.count import at_least
from gridtown.lines.assembly.proposal import CHAIR, STAFF

LAW = date(2010, 10, 28)  # the day on which 村民委员会组织法 as revised came into force
KEEPERS = ("admin", "supervisor", "moderator")
BODY = {"representatives": "representatives", "cooperative": "coop_delegates"}  # its row of the dictionary
QUARTER, YEAR = days(90, roll=False), days(365, roll=False)


def made_up(doing: Doing) -> Mapping[str, Any]:
    """Four fifths of the representatives' meeting are chosen by villagers and a third are women (村委会组织法 25)."""
    said = doing.answers
    members, chosen, women = said["members"], said.get("chosen"), said.get("women")
    if said["delegates"] != "representatives" or chosen is None or women is None:
        return {"made_up": "unknown"}
    if chosen < at_least(members, Fraction(4, 5), more=False):
        return {"made_up": "too_few_chosen"}
    return {"made_up": "fits" if women >= at_least(members, Fraction(1, 3), more=False) else "too_few_women"}


def of_council(told: Told, doing: Doing) -> dict[str, Any]:
    """What sort of body owes the meeting, by which its time is counted."""
    council = doing.record("council")
    return {"delegates": council.answers["delegates"]} if council else {}


def of_village(told: Told, doing: Doing) -> dict[str, Any]:
    """Whether the village has much money coming and going, by which its time is counted."""
    village = doing.record("village")
    return {"accounts": village.answers.get("accounts", "usual")} if village else {}


def enough_came(told: Told, doing: Doing) -> str | None:
    """A meeting of delegates is one if two thirds of them came (村委会组织法 26, 合作社条例 30)."""
    if date.fromisoformat(str(doing.answers["held_on"])) > doing.calendar.day(doing.now):
        return "guard.not_yet_held"
    council = doing.records.get(int(told.answers.get("council") or 0))
    if council is None:
        return None
    row, members = doing.tables["body"][BODY[council.answers["delegates"]]], int(council.answers["members"])
    if doing.answers["came"] > members:
        return "guard.more_than_all"
    needed = at_least(members, Fraction(row["quorum"]), row["quorum_more"] == "yes")
    return None if doing.answers["came"] >= needed else "guard.too_few_came"


def was_held(told: Told, doing: Doing) -> str | None:
    """What is recorded has been."""
    day = doing.answers.get("held_on") or doing.answers.get("published_on")
    if date.fromisoformat(str(day)) > doing.calendar.day(doing.now):
        return "guard.not_yet_held"
    return "guard.more_than_all" if doing.answers.get("unfit", 0) > doing.answers.get("reviewed", 0) else None


COUNCILS = Register(
    "council",
    form=owed_forms.Council,
    named_by="name",
    kept_by=KEEPERS,
    derive=made_up,
    duties=(
        Duty(
            "meeting", every="quarter", owed_by="moderator", opens="meeting", grade_by="delegates",
            grades={"cooperative": "year"},
            basis="村民委员会组织法 26; 浙江省村经济合作社组织条例 26",
        ),
    ),
)  # fmt: skip
VILLAGES = Register(
    "village_affairs",
    form=owed_forms.Publisher,
    named_by="name",
    kept_by=KEEPERS,
    duties=(
        Duty(
            "disclosure", every="quarter", owed_by="moderator", opens="disclosure", grade_by="accounts",
            grades={"many": "month"}, basis="村民委员会组织法 30",
        ),
        Duty("review", every="year", owed_by="moderator", opens="review", basis="村民委员会组织法 33"),
    ),
)  # fmt: skip


def _owed(verb: str, end: str, form: Any, guard: Any, limit: Limit) -> Procedure:
    """Done, or missed with a reason that stays; what is late comes under supervision (村委会组织法 31)."""
    return Procedure(
        start="owed",
        end={end: "done", "missed": "missed"},
        moves=(
            Move(verb, f"owed -> {end}", by=CHAIR, form=form, guards=(guard,)),
            Move("miss", "owed -> missed", by="supervisor", form=Reason),
            supervise(),
            note(STAFF),
        ),
        limits=(limit,),
    )


MEETING = _owed(
    "hold", "held", owed_forms.Held, enough_came,
    Limit("owed", QUARTER, "村民委员会组织法 26: once a quarter; 浙江省村经济合作社组织条例 26: once a year",
          key="meeting", then="supervise", grade_by="delegates", grades={"cooperative": YEAR}, since=LAW),
)  # fmt: skip
DISCLOSURE = _owed(
    "make_public", "made_public", owed_forms.MadePublic, was_held,
    Limit("owed", QUARTER, "村民委员会组织法 30: at least once a quarter, money once a month where there is much of it",
          key="disclosing", then="supervise", grade_by="accounts", grades={"many": days(30, roll=False)},
          since=LAW),
)  # fmt: skip
REVIEW = _owed(
    "review", "reviewed", owed_forms.Reviewed, was_held,
    Limit("owed", YEAR, "村民委员会组织法 33: at least once a year", key="reviewing", then="supervise", since=LAW),
)  # fmt: skip
