"""What the law asks of each step, as guards and derivations (articles of 人民调解法 unless another is named)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from gridtown.kernel.amounts import days, due
from gridtown.kernel.told import Doing, Fact, Guard, Kept, Told

LAW = date(2011, 1, 1)  # the day on which the People's Mediation Law came into force
OURS = date(2026, 11, 1)
SIDES = ("applicant", "other", "third", "fourth", "fifth")
TOWN = "town_mediator"
CONFIRM = days(30)  # 33; 民事诉讼法 205; rolls off a holiday (民事诉讼法 85)
IN_FORCE = ("put_in_force", "agree_orally", "county_agree")


def _today(doing: Doing) -> date:
    return doing.calendar.day(doing.now)


def sides_of(told: Told) -> tuple[str, ...]:
    """The sides of this dispute, the applicant first."""
    return SIDES[: int(told.answers.get("sides") or 2)]


def repeats(told: Told, doing: Doing) -> Mapping[str, Any]:
    """How many disputes the same two sides had lately (a setting)."""
    since = doing.now - timedelta(days=float(doing.settings["repeat_days"]))
    return {"repeats": sum(1 for one in doing.earlier() if one.opened >= since)}


def _offer(told: Told) -> int:
    """When the level that has it now began to ask: consents before that were given to another committee."""
    taken = told.last("accept", "take_in_town", "to_town", "send_down", "county_back")
    return taken.seq if taken else 0


def at_town(told: Told) -> bool:
    """Whether the town has taken it over, and not given it back."""
    last = told.last("accept", "take_in_town", "to_town", "send_down", "county_back")
    return last is not None and last.verb in ("take_in_town", "to_town", "county_back")


def right_level(told: Told, doing: Doing) -> str | None:
    """What was passed on to the town is the town's: the village reads along, and mediates it no more."""
    return "guard.town_has_it" if at_town(told) and TOWN not in doing.by.roles else None


def in_village(told: Told, doing: Doing) -> str | None:
    """Only once is it passed on to the town."""
    return "guard.town_has_it" if at_town(told) else None


def side_there(told: Told, doing: Doing) -> str | None:
    """Nobody answers for a side that the dispute does not have."""
    named = doing.answers.get("came") or doing.answers.get("agreed_sides") or [doing.answers["side"]]
    return None if set(named) <= set(sides_of(told)) else "guard.no_such_side"


def all_consent(told: Told, doing: Doing) -> str | None:
    """No mediation without the consent of every side, given to the level that mediates (3, 17)."""
    given = {f.answers["side"] for f in told.all("consent") if f.seq > _offer(told)}
    if not given:
        return "guard.no_consent"
    return None if given >= set(sides_of(told)) else "guard.consent_missing"


def by_every_side(reason: str) -> Guard:
    """Only where every side of the dispute asks for it together."""

    def by_every_side(told: Told, doing: Doing) -> str | None:
        return None if set(doing.answers["agreed_sides"]) >= set(sides_of(told)) else reason

    return by_every_side


def _recusal(told: Told) -> Mapping[str, Any]:
    last = told.last("recuse")
    return last.answers if last else {}


def _named(doing: Doing) -> list[Kept]:
    """The mediators that an answer names."""
    named = doing.answers.get("mediators") or [doing.answers["mediator"]]
    return [doing.records[int(one)] for one in named if int(one) in doing.records]


def _accounts(mediators: list[Kept]) -> list[str]:
    return sorted({str(one.answers["account"]) for one in mediators if one.answers.get("account")})


def no_conflict(told: Told, doing: Doing) -> str | None:
    """Nobody who has an interest or was not accepted comes back as a mediator (15, 23), under another record either."""
    out, named = _recusal(told), _named(doing)
    again = set(out.get("recused", ())) & {one.id for one in named}
    return "guard.conflict" if again or set(out.get("persons", ())) & set(_accounts(named)) else None


def still_mediator(told: Told, doing: Doing) -> str | None:
    """Only who is a mediator now: not retired, the term not over (9, 13)."""
    today = _today(doing).isoformat()
    over = any(one.retired or str(one.answers.get("until") or today) < today for one in _named(doing))
    return "guard.mediator_over" if over else None


def persons_named(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The accounts behind the mediators, so that later steps know them without the register."""
    return {"persons": _accounts(_named(doing))}


def recused_so_far(told: Told, doing: Doing) -> Mapping[str, Any]:
    """Everybody who stands aside in this dispute by now."""
    before, now = _recusal(told), _named(doing)
    ids = {*before.get("recused", ()), *(one.id for one in now)}
    return {"recused": sorted(ids), "persons": sorted({*before.get("persons", ()), *_accounts(now)})}


def has_mediator(told: Told, doing: Doing) -> str | None:
    """Somebody was chosen or assigned at the level that mediates (19), and none of them stands aside."""
    named = told.last("appoint")
    if named is None or named.seq < _offer(told):
        return "guard.no_mediator"
    out = set(_recusal(told).get("recused", ()))
    return "guard.conflict" if out & set(named.answers["mediators"]) else None


def named_mediator(told: Told, doing: Doing) -> str | None:
    """Who mediates was named for it; a clerk may write for mediators who have no account here."""
    named = told.last("appoint")
    persons = named.answers.get("persons", ()) if named else ()
    if doing.by.person in _recusal(told).get("persons", ()):
        return "guard.conflict"
    return "guard.not_named" if persons and doing.by.person not in persons else None


def closed_unless_wanted(told: Told, doing: Doing) -> str | None:
    """Closed, unless the parties wanted it open (23)."""
    began = told.last("start")
    wanted = began is not None and began.answers.get("open_wanted")
    return None if wanted or not doing.answers.get("open_to_all") else "guard.closed_session"


def has_session(told: Told, doing: Doing) -> str | None:
    """Nothing has failed that was not tried (22)."""
    return None if told.times("session") else "guard.no_session"


def all_signed(told: Told, doing: Doing) -> str | None:
    """Valid only when every side has signed, sealed or put a finger to it (29): to this text, not to one before."""
    text = told.last("draft")
    signed = {f.answers["side"] for f in told.all("sign") if text and f.seq > text.seq}
    return None if signed >= set(sides_of(told)) else "guard.signatures_missing"


def still_to_come(told: Told, doing: Doing) -> str | None:
    """A text whose time for performance has passed before it was signed is drawn up anew."""
    text = told.last("draft")
    days = [text.answers.get(name) for name in ("due_on", "next_due")] if text else []
    passed = any(day and date.fromisoformat(str(day)) < _today(doing) for day in days)
    return "guard.term_passed" if passed else None


def already_reached(told: Told, doing: Doing) -> str | None:
    """Nothing is recorded today that is reached tomorrow (30)."""
    day = date.fromisoformat(str(doing.answers["reached_on"]))
    return "guard.not_reached_yet" if day > _today(doing) else None


def in_order(told: Told, doing: Doing) -> str | None:
    """A part comes due by the day on which all of it does; what is agreed for later is agreed anew (33)."""
    named, valid = doing.answers.get("next_due"), agreement(told)
    sent = told.last("send_back")
    latest = max(
        (str(f.answers["due_on"]) for f in (valid, sent) if f and f.answers.get("due_on")), default=""
    )
    return "guard.after_the_last" if named and latest and str(named) > latest else None


def oral_will_do(told: Told, doing: Doing) -> str | None:
    """What is to be performed much later is written down (a setting)."""
    later = date.fromisoformat(str(doing.answers["due_on"])) - _today(doing)
    return "guard.write_it_down" if later.days > float(doing.settings["oral_days"]) else None


def confirm_by(doing: Doing, day: date) -> date:
    """The last day on which the court can be asked: thirty days from `day`, rolled off a holiday."""
    return doing.calendar.day(due(doing.calendar.end_of(day), CONFIRM, doing.calendar))


def in_force_today(told: Told, doing: Doing) -> Mapping[str, Any]:
    """What the written text says of performance, and until when the court can be asked (29, 33)."""
    text = told.last("draft")
    said = text.answers if text else {}
    return {
        "due_on": said.get("due_on"),
        "next_due": said.get("next_due"),
        "confirm_by": confirm_by(doing, _today(doing)),
    }


def in_force_since(told: Told, doing: Doing) -> Mapping[str, Any]:
    """An oral agreement, and the county's, count from the day on which they were reached (30, 33)."""
    return {"confirm_by": confirm_by(doing, date.fromisoformat(str(doing.answers["reached_on"])))}


def agreement(told: Told) -> Fact | None:
    """The move by which the present agreement came into force."""
    return told.last(*IN_FORCE)


def confirm_in_time(told: Told, doing: Doing) -> str | None:
    """Within thirty days of its coming into force (33; 民事诉讼法 205)."""
    valid = agreement(told)
    last = date.fromisoformat(str(valid.answers["confirm_by"])) if valid else date.min
    return None if _today(doing) <= last else "guard.confirm_too_late"


def confirmable(told: Told, doing: Doing) -> str | None:
    """No court confirms status, adoption or marriage (司法确认程序规定 4)."""
    return "guard.of_status" if doing.answers.get("of_status") else None


def _ruled(told: Told) -> str:
    """What the court said of the present agreement; "" where it has said nothing."""
    valid, answer = agreement(told), told.last("court_answer")
    return str(answer.answers["court_result"]) if valid and answer and answer.seq > valid.seq else ""


def not_confirmed_yet(told: Told, doing: Doing) -> str | None:
    """One decision of the court on one agreement, unless the application was taken back."""
    return "guard.court_has_decided" if _ruled(told) not in ("", "withdrawn") else None


def reminded(told: Told, doing: Doing) -> str | None:
    """The committee urges before it gives up (31)."""
    valid, asked = agreement(told), told.last("remind")
    return None if valid and asked and asked.seq > valid.seq else "guard.remind_first"


def enforced_if_confirmed(told: Told, doing: Doing) -> str | None:
    """Enforcement is a way only for what the court has confirmed (33; 民事诉讼法 206)."""
    named = "enforce" in doing.answers["remedies"]
    return "guard.not_confirmed" if named and _ruled(told) != "confirmed" else None


def town_first(told: Told, doing: Doing) -> str | None:
    """The county hears of it when the town has tried: it sat, or was offered it (the ladder: village, town, county)."""
    return None if at_town(told) else "guard.town_first"


def at_peace(told: Told, doing: Doing) -> str | None:
    """What is not at peace yet is followed on, not closed."""
    return None if doing.answers["stable"] else "guard.not_at_peace"
