"""Who inspects, as guards and derivations: drawn or named, two at least, certified, of no interest (处罚 42, 43)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gridtown.kernel import draw
from gridtown.kernel.told import Doing, Kept, Told
from gridtown.lines.inspection import rules, session, team
from gridtown.lines.inspection.team import Sifted

LEAST = 2
CHOSEN = ("draw", "name_team", "replace")


def _size(doing: Doing) -> int:
    """How many go at least: as the town sets, never fewer than the law's two."""
    return max(LEAST, int(doing.settings["team_size"]))


def _unfit(inspectors: Sequence[Kept], doing: Doing, enterprise: int, last: date) -> str | None:
    """Why these may not inspect there: the law's reasons one by one."""
    if len({one.answers["person"] for one in inspectors}) < _size(doing):
        return "guard.two_inspectors"
    if any(one.answers.get("standing", team.OFFICER) != team.OFFICER for one in inspectors):
        return "guard.not_an_inspector"
    if not all(team.may_inspect(one, last) for one in inspectors):
        return "guard.certificate_over"
    conflict = any(enterprise in (one.answers.get("conflicts") or ()) for one in inspectors)
    return "guard.conflict" if conflict else None


def _picked(doing: Doing, field: str) -> list[Kept]:
    return [doing.records[int(one)] for one in doing.answers.get(field) or ()]


def _persons(inspectors: Sequence[Kept]) -> list[str]:
    return sorted({str(one.answers["person"]) for one in inspectors})


def _needed(told: Told, doing: Doing) -> set[str]:
    """The specialities that the visit's items ask for."""
    return {
        str(one.answers["speciality"]) for one in rules.items(told, doing) if one.answers.get("speciality")
    }


def last_day(told: Told) -> date:
    """The last day on which the visit may be made."""
    return rules.window(told)[1]


# the draw


def _session(told: Told, doing: Doing) -> Told:
    """The session named; the visit itself, which has drawn nothing, where there is none."""
    return doing.case(str(doing.answers["session"])) or told


def drawn_for_it(told: Told, doing: Doing) -> str | None:
    """Only by the one session that was opened for this visit, before anybody could know what it would draw."""
    found = _session(told, doing)
    if not session.is_drawn(found, "inspectors"):
        return "guard.not_drawn_yet"
    if told.number not in found.answers["visits"]:
        return "guard.other_session"
    merged, frozen = told.last("merge_items"), found.last("freeze")
    return "guard.merged_late" if merged and frozen and merged.at > frozen.at else None


def _sifted(told: Told, doing: Doing, found: Told) -> Sifted:
    standing = set(team.roll(doing.of("inspector"), rules.today(doing), ()))
    return team.sift(session.roll_of(found), standing, int(told.answers["enterprise"]), last_day(told))


def enough_to_draw(told: Told, doing: Doing) -> str | None:
    """At least two of the roll may go, and among them somebody for each speciality."""
    found = _session(told, doing)
    lines = _sifted(told, doing, found).lines
    if len(lines) < _size(doing):
        return "guard.two_inspectors"
    return "guard.speciality_missing" if team.wanting(lines, _needed(told, doing)) else None


def drawn(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The order under the visit's number, and from its head the team."""
    found = _session(told, doing)
    sifted = _sifted(told, doing, found)
    ranked = draw.order(sifted.lines, session.seed_of(found), told.number)
    going = team.chosen(ranked, _needed(told, doing), _size(doing))
    return _seated(going, doing) | {
        "drawn_order": tuple(team.read(line).certificate for line in ranked),
        "conflicted": sifted.conflicted,
        "lapsed": sifted.lapsed,
        "changed": sifted.changed,
    }


def _seated(lines: Sequence[str], doing: Doing) -> dict[str, Any]:
    """The records and accounts behind these lines."""
    by_line = {team.line_of(one): one for one in doing.of("inspector")}
    found = [by_line[line] for line in lines]
    return {"team": tuple(one.id for one in found), "persons": _persons(found)}


# the team


def outside_the_plan(told: Told, doing: Doing) -> str | None:
    """Daily inspections are drawn (综执 21); only what is caused by something is named."""
    return "guard.drawn_only" if told.answers["source"] == "plan" else None


def fit_to_go(told: Told, doing: Doing) -> str | None:
    """Those named may inspect there, and know what is to be looked at."""
    named = _picked(doing, "team")
    unfit = _unfit(named, doing, int(told.answers["enterprise"]), last_day(told))
    if unfit:
        return unfit
    lines = [team.line_of(one) for one in named]
    return "guard.speciality_missing" if team.wanting(lines, _needed(told, doing)) else None


def named(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The accounts of those named."""
    return {"persons": _persons(_picked(doing, "team"))}


def persons(told: Told) -> set[str]:
    """Who goes, by the last word on it."""
    fact = told.last(*CHOSEN)
    return set(fact.answers.get("persons", ())) if fact else set()


def team_of(told: Told) -> list[int]:
    """Their records."""
    fact = told.last(*CHOSEN)
    return list(fact.answers.get("team", ())) if fact else []


def of_the_team(told: Told, doing: Doing) -> str | None:
    """What is done on site is done by those who were drawn for it."""
    return None if doing.by.person in persons(told) else "guard.not_of_the_team"


def not_of_the_team(told: Told, doing: Doing) -> str | None:
    """Whoever goes does not approve the visit or judge about the team."""
    return "guard.of_the_team" if doing.by.person in persons(told) else None


def two_at_the_door(told: Told, doing: Doing) -> str | None:
    """At least two of the team are there, each still fit to inspect on this day."""
    there = _picked(doing, "present")
    if {one.id for one in there} - set(team_of(told)):
        return "guard.not_of_the_team"
    return _unfit(there, doing, int(told.answers["enterprise"]), rules.today(doing))


def all_shown(told: Told, doing: Doing) -> str | None:
    """Nobody inspects whose certificate was not shown: after a replacement on the spot it is shown again (处罚 55)."""
    there, changed = told.last("arrive"), told.last("replace")
    return "guard.show_again" if there and changed and changed.seq > there.seq else None


def not_shown_yet(told: Told, doing: Doing) -> str | None:
    """Who stands there already arrives again only to show the certificate of whoever came in for another."""
    return (
        "guard.shown_already"
        if told.state in ("arrived", "entered") and all_shown(told, doing) is None
        else None
    )


def shown(told: Told, doing: Doing) -> Mapping[str, Any]:
    """What the enterprise reads before it opens: names and certificates."""
    there = _picked(doing, "present")
    said = "、".join(f"{one.name}（{one.answers['certificate']}）" for one in there)
    return {"persons": _persons(there), "answer": said}


# recusal


def recusal_settled(told: Told, doing: Doing) -> str | None:
    """Nothing is approved or concluded while it is open whether somebody has to step aside."""
    return _unanswered(told, "ask_recusal", "stand_aside")


def nobody_aside(told: Told, doing: Doing) -> str | None:
    """Who says so of themselves stops the visit; that the enterprise asks for it does not (处罚 43)."""
    return _unanswered(told, "stand_aside")


def _unanswered(told: Told, *verbs: str) -> str | None:
    asked, answered = told.last(*verbs), told.last("replace", "keep_team")
    is_open = asked is not None and (answered is None or answered.seq < asked.seq)
    return "guard.recusal_open" if is_open else None


def recusal_asked(told: Told, doing: Doing) -> str | None:
    """A team stays where somebody asked that it should not."""
    return None if recusal_settled(told, doing) else "guard.nobody_asked"


def aside_of_team(told: Told, doing: Doing) -> str | None:
    """Who steps aside is of the team; who comes in for a drawn one is not chosen but next in the order."""
    if set(doing.answers["aside"]) - set(team_of(told)):
        return "guard.not_of_the_team"
    return "guard.by_the_order" if told.times("draw") and doing.answers.get("instead") else None


def _new_team(told: Told, doing: Doing) -> list[Kept]:
    """The team without those aside: from the drawn order the next, or who is named."""
    out, fact = _ever_aside(told, doing), told.last("draw")
    stay = [doing.records[one] for one in team_of(told) if one in doing.records]
    if fact is None:
        return [one for one in (*stay, *_picked(doing, "instead")) if one.answers["person"] not in out]
    by_certificate = {str(one.answers["certificate"]): one for one in doing.of("inspector")}
    ranked = [by_certificate[c] for c in fact.answers["drawn_order"] if c in by_certificate]
    fit = [
        one
        for one in ranked
        if one.answers["person"] not in out | _judges(told, doing)
        and team.may_inspect(one, last_day(told))
        and int(told.answers["enterprise"]) not in (one.answers.get("conflicts") or ())
    ]
    lines = {team.line_of(one): one for one in fit}
    return [lines[x] for x in team.chosen(list(lines), _needed(told, doing), _size(doing))]


def _ever_aside(told: Told, doing: Doing) -> set[str]:
    """Who has stepped aside, now or before: persons, since one may stand on the register twice."""
    named = {int(one) for fact in told.all("replace") for one in fact.answers.get("aside", ())}
    named |= {int(one) for one in doing.answers["aside"]}
    return {str(doing.records[one].answers["person"]) for one in named if one in doing.records}


def _judges(told: Told, doing: Doing) -> set[str]:
    """Who approves the visit, or decides who goes: they do not go themselves."""
    return {doing.by.person, *(fact.by for fact in told.all("approve", "replace", "keep_team"))}


def no_judge_goes(told: Told, doing: Doing) -> str | None:
    """Nobody approves a visit, or judges about its team, and then goes; of a drawn order they are passed over."""
    named = {str(one.answers["person"]) for one in _picked(doing, "instead")}
    return "guard.of_the_team" if named & _judges(told, doing) else None


def still_enough(told: Told, doing: Doing) -> str | None:
    """The new team is one that may go."""
    found = _new_team(told, doing)
    unfit = _unfit(found, doing, int(told.answers["enterprise"]), last_day(told))
    if unfit:
        return unfit
    lines = [team.line_of(one) for one in found]
    return "guard.speciality_missing" if team.wanting(lines, _needed(told, doing)) else None


def replaced(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The new team."""
    found = _new_team(told, doing)
    return {"team": tuple(one.id for one in found), "persons": _persons(found)}
