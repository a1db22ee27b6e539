"""What a fine comes to until it is paid: by when, with which surcharge, and what is still owed (articles 66 to 73)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gridtown.kernel.told import Doing, Fact, Refused, Told

SURCHARGE = 0.03  # a day, of what is still unpaid (72)
PAY_WITHIN = 15  # days from receipt (67)
CASH = 100  # yuan that may always be taken on the spot where it was decided there (68)
DECIDED = ("decide", "punish_on_the_spot", "vary")


@dataclass(frozen=True)
class Owed:
    """What is still owed on a day: of the fine, and of the surcharge beside it."""

    fine: float
    surcharge: float  # all that has grown and was not waived, whether paid or not
    paid: float  # less what was given back

    @property
    def rest(self) -> float:
        """All that is still to be paid."""
        return round(max(0.0, self.fine + self.surcharge - self.paid), 2)

    @property
    def over(self) -> float:
        """What was paid and is no longer owed."""
        return round(max(0.0, self.paid - self.fine - self.surcharge), 2)


def the_fine(told: Told) -> float:
    """The fine as it stands: as decided, or as changed by review or court."""
    decided = told.last(*DECIDED)
    return float(decided.answers.get("fine") or 0) if decided else 0.0


def served(told: Told, doing: Doing) -> Mapping[str, Any]:
    """By when a fine is to be paid: fifteen days after receipt, a day off moves it on; today where it is over (67)."""
    received = _day(doing.answers.get("day")) or today(doing)
    return {"pay_by": max(_last_day(received, doing), today(doing)).isoformat()}


def again(told: Told, doing: Doing) -> Mapping[str, Any]:
    """A case that comes back from the court or from its end has its days for payment anew; others go on with theirs."""
    before = next((fact.frm for fact in reversed(told.facts) if fact.to == "appealed" != fact.frm), "")
    return {} if before == "executing" else served(told, doing)


def _last_day(received: date, doing: Doing) -> date:
    return doing.calendar.next_workday(received + timedelta(days=PAY_WITHIN))


def due(told: Told, doing: Doing) -> date | None:
    """The last day for payment; None before anything was received."""
    received = received_on(told, doing)
    if received is None:
        return None
    until = granted_until(told)
    return max(_last_day(received, doing), until) if until else _last_day(received, doing)


def granted_until(told: Told) -> date | None:
    """Up to which day payment was put off (66)."""
    granted = told.last("grant_delay")
    # `until` is what the day was called in the form's first version
    return _day(granted.answers.get("pay_by") or granted.answers.get("until")) if granted else None


def received_on(told: Told, doing: Doing) -> date | None:
    """The day on which the decision was received; None before that."""
    start = told.last("serve") or told.last("punish_on_the_spot")
    return (_day(start.answers.get("day")) or doing.calendar.day(start.at)) if start else None


def agreement(told: Told) -> Fact | None:
    """The agreement on how it is carried out, where it stands (行政强制法 42)."""
    last = told.last("agree", "agreement_broken", "vary")
    return last if last is not None and last.verb == "agree" else None


def owed(told: Told, doing: Doing, on: date) -> Owed:
    """What is owed on a day: 3 % of what is unpaid for each day after the last one, at most the fine (72).

    What is paid goes to the fine first. Days on which review or suit was pending are not counted (73), nor those after
    an agreement as long as it stands; what that waives is taken off (行政强制法 42).
    """
    fine, agreed = the_fine(told), agreement(told)
    until = min(on, doing.calendar.day(agreed.at)) if agreed else on
    paid, extra, since, rest = 0.0, 0.0, due(told, doing), fine
    for day, amount in (*_payments(told, doing), (on, 0.0)):
        counted = min(day, until)
        if since is not None and counted > since:
            extra += rest * SURCHARGE * (counted - since - _pending(told, doing, since, counted)).days
            since = counted
        paid, rest = paid + amount, max(0.0, rest - amount)
    waived = float(agreed.answers.get("waived") or 0) if agreed else 0.0
    given_back = sum(float(fact.answers.get("given_back") or 0) for fact in told.all("refund"))
    return Owed(fine, round(max(0.0, min(fine, extra) - waived), 2), round(paid - given_back, 2))


def _payments(told: Told, doing: Doing) -> Iterator[tuple[date, float]]:
    """Each payment by its day, the earliest first."""
    made = (
        (
            _day(fact.answers.get("paid_on")) or doing.calendar.day(fact.at),
            float(fact.answers.get("amount") or 0),
        )
        for fact in told.all("pay")
    )
    return iter(sorted(made))


def _day(said: Any) -> date | None:
    return date.fromisoformat(str(said)) if said else None


def _pending(told: Told, doing: Doing, after: date, until: date) -> timedelta:
    """How many of the days after `after` and up to `until` review or suit was pending."""
    total, since = timedelta(), None
    for fact in told.facts:
        if fact.to == "appealed" != fact.frm:
            since = doing.calendar.day(fact.at)
        elif since is not None and fact.frm == "appealed" != fact.to:
            total += _common(since, doing.calendar.day(fact.at), after, until)
            since = None
    return total + (_common(since, until, after, until) if since is not None else timedelta())


def _common(since: date, ended: date, after: date, until: date) -> timedelta:
    return max(timedelta(), min(ended, until) - max(since, after))


def paid_on(doing: Doing) -> date:
    """The day of the payment that is being put down: the bank's where it is said, else today."""
    return _day(doing.answers.get("paid_on")) or today(doing)


def surcharge(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The surcharge up to the day of this payment."""
    return {"surcharge": owed(told, doing, paid_on(doing)).surcharge}


def after_receipt(told: Told, doing: Doing) -> str | None:
    """Nothing is paid before the decision was received."""
    received = received_on(told, doing)
    return "guard.paid_before" if received and paid_on(doing) < received else None


def not_more_than_owed(told: Told, doing: Doing) -> str | None:
    """No more is taken than the fine with its surcharge (72); more is a slip of the pen."""
    rest = owed(told, doing, paid_on(doing)).rest
    if float(doing.answers["amount"]) > rest + 0.005:
        raise Refused("guard.more_than_owed", rest=f"{rest:,.2f}")
    return None


def cash_where_allowed(told: Told, doing: Doing) -> str | None:
    """Officers take no money themselves (67) but on the spot, small or hard to collect later (68), or remote (69)."""
    said = doing.answers
    if not said.get("on_the_spot"):
        return None
    decided = told.last(*DECIDED)
    there = decided is not None and decided.verb == "punish_on_the_spot"
    ground = said.get("cash_ground")
    small = there and the_fine(told) <= CASH
    return None if small or ground == "remote" or (there and ground == "hard_later") else "guard.no_cash"


def settled(told: Told, doing: Doing) -> str | None:
    """Closed when the fine with its surcharge is paid and all else carried out."""
    decided = told.last(*DECIDED)
    if decided is None:
        return "guard.nothing_decided"
    rest = owed(told, doing, today(doing)).rest
    if rest > 0.005:
        raise Refused("guard.not_paid", rest=f"{rest:,.2f}")
    return "guard.not_settled" if beside(decided) and told.last("carry_out") is None else None


def beside(decided: Fact | None) -> set[str]:
    """What was decided that takes more than to be said or paid."""
    return set((decided.answers.get("penalties") if decided else ()) or ()) - {"warning", "fine", "criticism"}


def not_heavier(told: Told, doing: Doing) -> str | None:
    """Who asks for review is not punished more for it: another body's change makes it no heavier."""
    decided = told.last(*DECIDED)
    more = set(doing.answers.get("penalties") or ()) - set(
        decided.answers.get("penalties") or () if decided else ()
    )
    return "guard.heavier" if more or float(doing.answers.get("fine") or 0) > the_fine(told) else None


def today(doing: Doing) -> date:
    """The town's day."""
    return doing.calendar.day(doing.now)


def published(told: Told) -> Fact | None:
    """The decision's publication, where it stands."""
    last = told.last("publish")
    return last if last is not None and not last.answers.get("withdrawn") else None


def is_published(told: Told, doing: Doing) -> str | None:
    """Only what was published is withdrawn from the public (48)."""
    return None if published(told) else "guard.not_published"


def not_published(told: Told, doing: Doing) -> str | None:
    """What was published is withdrawn within three working days, with the reason (48)."""
    return "guard.published" if published(told) else None


def publishes_in_order(told: Told, doing: Doing) -> str | None:
    """What is being reviewed is not published; what was not published is not withdrawn, and only with a reason (48)."""
    said = doing.answers
    if said.get("withdrawn"):
        if not said.get("why"):
            raise Refused("form_invalid", fields={"why": "mistake.missing"})
        return is_published(told, doing)
    return "guard.under_appeal" if told.state == "appealed" else not_twice(told)


def not_twice(told: Told) -> str | None:
    """A decision is published once."""
    return "guard.published_already" if published(told) else None
