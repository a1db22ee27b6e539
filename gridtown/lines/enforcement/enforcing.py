"""What must be so before a court is asked, what may be agreed, and when nothing more is enforced.

Articles of 行政强制法 (in force since 2012-01-01) unless another law is named.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from gridtown.kernel.calendar import Calendar
from gridtown.kernel.told import Doing, Fact, Refused, Told
from gridtown.lines.enforcement import payment

URGED = 10  # working days after the urging was served (54, 69)
SUIT = 6  # months to sue after receipt (行政诉讼法 46); the 60 days for review end before
REVIEW = 60  # days to ask for review (行政复议法 20)
REVIEW_FIRST = date(
    2024, 1, 1
)  # since when a penalty on the spot goes to review before any court (行政复议法 23)
SUIT_AFTER_REVIEW = 15  # days to sue after review (行政诉讼法 45)
COURT = 3  # months in which the court may be asked (53)


def _months(day: date, n: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _rolled(day: date, calendar: Calendar) -> date:
    """The next workday, where the town's calendar knows that year already."""
    return calendar.next_workday(day) if calendar.covers(day.year) else day


def _remedies_end(told: Told, doing: Doing) -> date | None:
    """The last day on which the party may still ask for review or sue; None before anything was received."""
    received = payment.received_on(told, doing)
    if received is None:
        return None
    came_back, asked = told.last("upheld", "vary"), told.last("appeal")
    if came_back is None:
        ends = received + timedelta(days=REVIEW) if review_first(told, doing) else _months(received, SUIT)
        return _rolled(ends, doing.calendar)
    day = doing.calendar.day(came_back.at)
    if asked is not None and asked.answers.get("which") == "suit":
        return day  # by a judgment that stands
    return _rolled(day + timedelta(days=SUIT_AFTER_REVIEW), doing.calendar)


def review_first(told: Told, doing: Doing) -> bool:
    """Whether no court hears the party before review: who lets its 60 days pass has no suit left (行政复议法 23)."""
    there = told.last("punish_on_the_spot")
    return there is not None and doing.calendar.day(there.at) >= REVIEW_FIRST


def _agreed_until(told: Told) -> date | None:
    agreed = told.last("agree")
    return _day(agreed.answers["pay_by"]) if agreed else None


def _day(said: Any) -> date:
    return date.fromisoformat(str(said))


def window(told: Told, doing: Doing) -> tuple[date, date] | None:
    """From which day and up to which the court may be asked (53): three months after the party's own time is over.

    Where payment was put off or may be made in stages they are counted from the end of that (行政处罚法 72).
    """
    ended = _remedies_end(told, doing)
    if ended is None:
        return None
    later = (payment.granted_until(told), _agreed_until(told))
    start = max(ended, *(day or ended for day in later))
    return start + timedelta(days=1), _rolled(_months(start, COURT), doing.calendar)


def _owed(told: Told, doing: Doing) -> payment.Owed:
    return payment.owed(told, doing, payment.today(doing))


def owed_now(told: Told, doing: Doing) -> Mapping[str, Any]:
    """What is owed today of the fine and of the surcharge; what was paid went to the fine first."""
    owed = _owed(told, doing)
    fine = round(max(0.0, owed.fine - owed.paid), 2)
    return {"fine_owed": fine, "surcharge_owed": round(owed.rest - fine, 2)}


def overdue(told: Told, doing: Doing) -> str | None:
    """Nobody is urged before the last day for it has passed."""
    last = payment.due(told, doing)
    return "guard.not_overdue" if last is None or payment.today(doing) <= last else None


def something_owed(told: Told, doing: Doing) -> str | None:
    """Nothing is enforced that was done."""
    undone = payment.beside(told.last(*payment.DECIDED)) and told.last("carry_out") is None
    return None if undone or _owed(told, doing).rest > 0.005 else "guard.all_done"


def _urged(told: Told) -> Fact | None:
    """The urging that stands: nothing was granted, agreed or changed after it."""
    last = told.last("urge", "grant_delay", "agree", "upheld", "vary")
    return last if last is not None and last.verb == "urge" else None


def urged_before(told: Told, doing: Doing) -> str | None:
    """What is served was written before, and not earlier than it was written."""
    urged = _urged(told)
    if urged is None:
        return "guard.not_urged"
    return "guard.urging_served_before" if _day(doing.answers["day"]) < doing.calendar.day(urged.at) else None


def court_days(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The first and the last day for the court, as the urging was served."""
    found = window(told, doing)
    if found is None:
        return {}
    ten = doing.calendar.add_workdays(_day(doing.answers["day"]), URGED)
    return {
        "court_from": max(found[0], ten + timedelta(days=1)).isoformat(),
        "court_by": found[1].isoformat(),
    }


def court_open(told: Told, doing: Doing) -> str | None:
    """Three months, and no day more (53)."""
    found = window(told, doing)
    if found is not None and payment.today(doing) > found[1]:
        raise Refused("guard.court_closed", day=found[1].isoformat())
    return None


def remedies_over(told: Told, doing: Doing) -> str | None:
    """Not as long as the party may still ask for review or sue, or need not pay yet (53; 行政处罚法 72)."""
    found = window(told, doing)
    if found is not None and payment.today(doing) < found[0]:
        raise Refused("guard.remedies_open", day=found[0].isoformat())
    return None


def ten_days_urged(told: Told, doing: Doing) -> str | None:
    """Ten working days must have passed since the urging was served (54, 69)."""
    served = told.last("serve_urging")
    if served is None or _urged(told) is None:
        return "guard.not_urged"
    last = doing.calendar.add_workdays(_day(served.answers["day"]), URGED)
    if payment.today(doing) <= last:
        raise Refused("guard.urged_lately", day=last.isoformat())
    return None


def harms_nobody(told: Told, doing: Doing) -> str | None:
    """An agreement harms neither the public interest nor anybody else (42)."""
    return None if doing.answers.get("harmless") else "guard.harms"


def waives_surcharge_only(told: Told, doing: Doing) -> str | None:
    """Only of what was added, as far as it is still unpaid, and for a remedy; the fine itself is never less (42)."""
    waived = float(doing.answers.get("waived") or 0)
    if not waived:
        return None
    if not doing.answers.get("remedies"):
        raise Refused("form_invalid", fields={"remedies": "mistake.missing"})
    owed = _owed(told, doing)
    most = min(owed.surcharge, owed.rest)
    if waived > most + 0.005:
        raise Refused("guard.waived_too_much", most=f"{most:,.2f}")
    return None


def at_once(told: Told, doing: Doing) -> Mapping[str, Any]:
    """An agreement that was not kept leaves no more time."""
    return {"pay_by": payment.today(doing).isoformat()}


def truly_too_late(told: Told, doing: Doing) -> str | None:
    """Nobody lets a decision go for its time before that time is over."""
    found = window(told, doing)
    over = found is not None and payment.today(doing) > found[1]
    return "guard.court_still_open" if doing.answers.get("ended_for") == "too_late" and not over else None
