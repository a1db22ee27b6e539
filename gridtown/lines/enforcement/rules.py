"""What the law asks of each step, as guards and derivations (articles of 行政处罚法 unless another is named)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gridtown.kernel.told import Doing, Kept, Told

SINCE = date(2021, 7, 15)  # the day on which the law came into force
TWO, FIVE = 2, 5  # years of limitation (36)
HEARING_NOTICE = 7  # working days (64)


def _today(doing: Doing) -> date:
    return doing.calendar.day(doing.now)


def _picked(doing: Doing, register: str) -> list[Kept]:
    named = doing.answers.get("officers") or []
    return [doing.records[int(one)] for one in named if int(one) in doing.records and register == "officer"]


def on_the_list(told: Told, doing: Doing) -> str | None:
    """Only a matter that the county has handed over and published (24; 综合行政执法条例 9); others are handed on."""
    item = doing.record("item") or doing.records.get(int(told.answers.get("item") or 0))
    if item is None or item.answers.get("level") != "full":
        return "guard.not_on_the_list"
    today = _today(doing).isoformat()
    in_force = str(item.answers["handed"]) <= today <= str(item.answers.get("until") or today)
    return None if in_force and not item.retired else "guard.not_on_the_list"


def in_time(told: Told, doing: Doing) -> str | None:
    """Two years from the act, from the end of a lasting one; five where life, health or money is harmed (36)."""
    ended = doing.answers.get("ended_on")
    if not ended:
        return None
    years = FIVE if doing.answers.get("harmful") else TWO
    last = date.fromisoformat(str(ended))
    limit = last.replace(year=last.year + years, day=min(last.day, 28) if last.month == 2 else last.day)
    return "guard.lapsed" if _today(doing) > limit else None


def two_with_certificates(told: Told, doing: Doing) -> str | None:
    """At least two officers whose certificates are in force; never a grid worker, auxiliary or temporary one (42)."""
    officers = _picked(doing, "officer")
    if len({o.answers["person"] for o in officers}) < 2:
        return "guard.two_officers"
    if any(o.answers.get("standing") != "officer" for o in officers):
        return "guard.not_an_officer"
    today = _today(doing).isoformat()
    over = any(o.retired or str(o.answers["until"]) < today for o in officers)
    return "guard.certificate_over" if over else None


def one_of_the_two(told: Told, doing: Doing) -> str | None:
    """Who punishes on the spot is one of the officers who stood there, nobody writes for them (42, 51, 52)."""
    there = {str(o.answers["person"]) for o in _picked(doing, "officer")}
    return None if doing.by.person in there else "guard.not_one_of_the_two"


def not_recused(told: Told, doing: Doing) -> str | None:
    """Nobody who has stood aside in this case comes back to it (43)."""
    aside = {str(fact.by) for fact in told.all("stand_aside")}
    return "guard.recused" if aside & {str(o.answers["person"]) for o in _picked(doing, "officer")} else None


def not_aside(told: Told, doing: Doing) -> str | None:
    """Whoever has stood aside does not review, chair or decide; who investigates goes on until replaced (43)."""
    return "guard.recused" if any(fact.by == doing.by.person for fact in told.all("stand_aside")) else None


def investigators(told: Told) -> set[str]:
    """Who investigates: those named last."""
    named = told.last("replace", "file")
    return set(named.answers.get("investigators", ())) if named else set()


def not_an_investigator(told: Told, doing: Doing) -> str | None:
    """Whoever investigates, or has until replaced, neither reviews, nor chairs the hearing, nor decides (58, 64)."""
    ever = {one for fact in told.all("file", "replace") for one in fact.answers.get("investigators", ())}
    return "guard.investigator" if doing.by.person in ever else None


def an_investigator(told: Told, doing: Doing) -> str | None:
    """Steps of the investigation are made by those who were named for it (42)."""
    named = investigators(told)
    return "guard.not_named" if named and doing.by.person not in named else None


def named_investigators(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The persons behind the officers, so that later steps know them without the register."""
    return {"investigators": sorted({str(o.answers["person"]) for o in _picked(doing, "officer")})}


def has_evidence(told: Told, doing: Doing) -> str | None:
    """A case without lawful, verified evidence is not concluded (46)."""
    kept = [
        f for f in told.all("add_evidence") if f.answers.get("verified") and not f.answers.get("unlawful")
    ]
    return None if kept else "guard.no_evidence"


def _is_unit(told: Told) -> bool:
    return told.answers.get("party") != "person"


def amount_fits(told: Told, doing: Doing) -> str | None:
    """A fine has its amount, and an amount is a fine: what a decision says is what is paid (59)."""
    fined, amount = "fine" in (doing.answers.get("penalties") or ()), float(doing.answers.get("fine") or 0)
    if fined == (amount > 0):
        return None
    return "guard.fine_without_amount" if fined else "guard.amount_without_fine"


def heard(told: Told, doing: Doing) -> str | None:
    """Nobody is punished unheard, on the spot either (44)."""
    return None if doing.answers.get("told") else "guard.not_told"


def small_enough(told: Told, doing: Doing) -> str | None:
    """On the spot only a warning, or at most 200 yuan for a person and 3,000 for a unit (51)."""
    if set(doing.answers.get("penalties") or ()) - {"warning", "fine"}:
        return "guard.not_for_the_spot"
    most = doing.settings["summary_unit" if _is_unit(told) else "summary_person"]
    return None if float(doing.answers.get("fine") or 0) <= float(most) else "guard.too_much_for_the_spot"


def needs_hearing(told: Told, answers: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Whether the person must be told of the right to a hearing (63)."""
    large = float(settings["hearing_unit" if _is_unit(told) else "hearing_person"])
    heavy = {"confiscation", "licence", "stop", "close", "restrict"}
    return float(answers.get("fine") or 0) >= large or bool(heavy & set(answers.get("penalties") or ()))


def hearing_derived(told: Told, doing: Doing) -> Mapping[str, Any]:
    """Whether the notice offers a hearing."""
    return {"hearing": needs_hearing(told, doing.answers, doing.settings)}


def hearing_offered(told: Told, doing: Doing) -> str | None:
    """A hearing is held where the notice had to offer it (63)."""
    notice = told.last("tell")
    return None if notice and notice.answers.get("hearing") else "guard.no_hearing_due"


def called_in_time(told: Told, doing: Doing) -> str | None:
    """Told of time and place seven working days before (64, 85)."""
    day = datetime.fromisoformat(str(doing.answers["held_at"]))
    held = doing.calendar.day(day)
    early = doing.calendar.workdays_between(_today(doing), held) >= HEARING_NOTICE
    return None if early else "guard.called_too_late"


def was_called(told: Told, doing: Doing) -> str | None:
    """No hearing is held that nobody was called to (64)."""
    called, asked = told.last("call_hearing"), told.last("ask_hearing")
    return None if called and asked and called.seq > asked.seq else "guard.not_called"


def hour_has_come(told: Told, doing: Doing) -> str | None:
    """Nothing is put down of a hearing before the hour to which people were called (64)."""
    called = told.last("call_hearing")
    hour = called and datetime.fromisoformat(str(called.answers["held_at"]))
    return "guard.hearing_to_come" if hour and doing.now < hour else None


def was_told(told: Told, doing: Doing) -> str | None:
    """No decision without having told content, facts, reasons and basis, and having heard (44, 45, 62)."""
    return None if told.last("tell") else "guard.not_told"


def reviewed(told: Told, doing: Doing) -> str | None:
    """No decision without the review having passed after the last telling (58)."""
    passed, notice = told.last("pass_review"), told.last("tell")
    return None if passed and notice and passed.seq > notice.seq else "guard.not_reviewed"


def not_before_decision(told: Told, doing: Doing) -> str | None:
    """A decision is not received before it is made."""
    decided = told.last("decide")
    made = decided and doing.calendar.day(decided.at)
    return "guard.served_before" if made and date.fromisoformat(str(doing.answers["day"])) < made else None


def not_more_than_told(told: Told, doing: Doing) -> str | None:
    """What was told is the most: a defence never makes it worse, and anything heavier is told again (44, 45)."""
    notice = told.last("tell")
    said = notice.answers if notice else {}
    heavier = float(doing.answers.get("fine") or 0) > float(said.get("fine") or 0)
    other = set(doing.answers.get("penalties") or ()) - set(said.get("penalties") or ())
    return "guard.more_than_told" if heavier or other else None


def discussed_where_grave(told: Told, doing: Doing) -> str | None:
    """Grave and complicated cases are discussed by all heads (57)."""
    grave = float(doing.answers.get("fine") or 0) >= float(doing.settings["together_from"])
    grave = grave or bool(told.times("hold_hearing"))
    return "guard.discuss_together" if grave and not doing.answers.get("together") else None
