"""What comes back: a case from another organ, and what was taken under a decision that fell."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from gridtown.kernel.told import Doing, Fact, Refused, Told
from gridtown.lines.enforcement import payment

DECIDE_WITHIN = 90  # days from filing (行政处罚法 60)
AWAY = ("transferred", "handed_over")


def was_filed(told: Told, doing: Doing) -> str | None:
    """What was never filed comes back as the clue that it was."""
    return None if told.last("file") else "guard.never_filed"


def never_filed(told: Told, doing: Doing) -> str | None:
    """What was filed is investigated on: its ninety days are not begun again."""
    return "guard.filed_already" if told.last("file") else None


def days_left(told: Told, doing: Doing) -> Mapping[str, Any]:
    """By when it is decided: what is left of the ninety days; by tonight where nothing is."""
    left = max(0, DECIDE_WITHIN - _here(told).days)
    return {"decide_by": (payment.today(doing) + timedelta(days=left)).isoformat()}


def _here(told: Told) -> timedelta:
    """How long the case was with us since it was filed: the days with another organ are not counted."""
    total, since = timedelta(), None
    for fact in told.facts:
        if fact.verb in ("file", "returned"):
            since = fact.at
        elif since is not None and fact.to in AWAY:
            total, since = total + (fact.at - since), None
    return total


def _paid(told: Told, doing: Doing) -> float:
    """All that was paid and not given back."""
    return payment.owed(told, doing, payment.today(doing)).paid


def _carried_out(told: Told) -> Fact | None:
    """What was carried out beside the fine and not put back since."""
    last = told.last("carry_out", "restore")
    return last if last is not None and last.verb == "carry_out" else None


def nothing_taken(told: Told, doing: Doing) -> str | None:
    """Where something was taken it is given back before the case ends (行政强制法 41)."""
    return "guard.taken" if _paid(told, doing) > 0.005 or _carried_out(told) else None


def something_taken(told: Told, doing: Doing) -> str | None:
    """Only what was taken is given back."""
    return None if nothing_taken(told, doing) else "guard.nothing_taken"


def all_given_back(told: Told, doing: Doing) -> str | None:
    """The case ends when all money is back, and all else as it was (行政强制法 41)."""
    rest = _paid(told, doing)
    if rest > 0.005:
        raise Refused("guard.not_given_back", rest=f"{rest:,.2f}")
    return "guard.not_restored" if _carried_out(told) else None


def no_more_than_taken(told: Told, doing: Doing) -> str | None:
    """What is given back was paid and is no longer owed: all of it where the decision fell, else what is too much."""
    owed = payment.owed(told, doing, payment.today(doing))
    most = owed.paid if told.state == "returning" else owed.over
    if float(doing.answers["given_back"]) > most + 0.005:
        raise Refused("guard.more_than_taken", most=f"{most:,.2f}")
    return None


def after_the_change(told: Told, doing: Doing) -> str | None:
    """Nothing is given back before it was decided that it is not owed."""
    fell = told.last("overturn_taken", "overturn_published", "vary")
    said = doing.answers.get("refunded_on")
    early = fell and said and date.fromisoformat(str(said)) < doing.calendar.day(fell.at)
    return "guard.refunded_before" if early else None


def _fallen(told: Told) -> set[str]:
    """What another body took away of the penalties."""
    decided = list(told.all(*payment.DECIDED))
    return payment.beside(decided[0]) - payment.beside(decided[-1]) if decided else set()


def may_be_restored(told: Told, doing: Doing) -> str | None:
    """Put back is what was carried out and fell."""
    fell = told.state == "returning" or _fallen(told)
    return None if fell and _carried_out(told) else "guard.nothing_to_restore"


def nothing_owed_back(told: Told, doing: Doing) -> str | None:
    """No case is closed in which something is owed to the party (行政强制法 41)."""
    over = payment.owed(told, doing, payment.today(doing)).over
    if over > 0.005:
        raise Refused("guard.to_refund", over=f"{over:,.2f}")
    return "guard.to_restore" if _fallen(told) and _carried_out(told) else None
