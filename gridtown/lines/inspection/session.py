"""How a draw goes: roll frozen, two commitments, the balls, the secrets, and what follows from them (methods: commit
and reveal). One session serves many visits; the label of each is its number.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from math import ceil
from typing import Any

from gridtown.kernel import draw
from gridtown.kernel.clocks import Limit, workdays
from gridtown.kernel.draw import NotARoll, Party
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Kept, Told
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.inspection import session_forms as forms
from gridtown.lines.inspection import team

SINCE = date(2026, 11, 1)
PARTIES = ("planner", "supervisor", "inspection_head", "leader")
DRAWN = ("draw", "draw_without")


def is_drawn(session: Told, purpose: str) -> bool:
    """Whether this is a session of that purpose whose seed is there."""
    drawn = session.kind == "draw" and session.state == "seeded"
    return drawn and session.answers["purpose"] == purpose


def seed_of(session: Told) -> str:
    """The seed of a session that is drawn."""
    drawn = session.last(*DRAWN)
    return str(drawn.answers["seed"]) if drawn else ""


def roll_of(session: Told) -> tuple[str, ...]:
    """The roll as it was frozen; empty before."""
    frozen = session.last("freeze")
    return tuple(frozen.answers.get("roll", ())) if frozen else ()


def titled(told: Told, doing: Doing) -> Mapping[str, Any]:
    """What the session is called: the item, or its first visit and how many there are."""
    item, visits = doing.record("item"), list(doing.answers.get("visits") or ())
    return {"title": item.name if item else f"{visits[0]} ×{len(visits)}"}


def visits_wait(told: Told, doing: Doing) -> str | None:
    """Inspectors are drawn for visits that are planned, and once: none that another session was opened for."""
    wanted = set(doing.answers.get("visits") or ())
    for number in wanted:
        visit = doing.case(number)
        if visit is None or visit.kind != "visit" or visit.state != "planned":
            return "guard.not_waiting"
    taken = (set(e.answers.get("visits") or ()) for e in doing.earlier() if e.state != "voided")
    return "guard.drawn_twice" if any(wanted & before for before in taken) else None


def item_published(told: Told, doing: Doing) -> str | None:
    """Objects are drawn for a published item only."""
    item = doing.record("item")
    if item is None:
        return None
    return None if in_force(item, doing.calendar.day(doing.now)) else "guard.item_not_published"


def in_force(item: Kept, day: date) -> bool:
    """Whether an item was published by that day and still stands."""
    said = item.answers
    return str(said["published"]) <= day.isoformat() <= str(said.get("until") or day) and not item.retired


def present_roll(told: Told, doing: Doing) -> list[str]:
    """The roll by the registers of this moment; of objects, each with its grade: id|grade."""
    if told.answers["purpose"] == "inspectors":
        absent = set(told.answers.get("absent") or ())
        return team.roll(doing.of("inspector"), doing.calendar.day(doing.now), absent)
    item = doing.records[int(told.answers["item"])]
    return [
        f"{one.id}|{one.answers.get('credit', 'b')}" for one in doing.of("enterprise") if for_trade(item, one)
    ]


def for_trade(item: Kept, enterprise: Kept) -> bool:
    """Whether an item is for an enterprise of this trade; without trades it is for all."""
    trades = item.answers.get("trades")
    return not trades or enterprise.answers.get("trade") in trades


def readable_roll(told: Told, doing: Doing) -> str | None:
    """A roll that is empty, or has a certificate twice, is none."""
    lines = present_roll(told, doing)
    heads = [line.partition("|")[0] for line in lines]
    if len(set(heads)) < len(heads):
        return "guard.twice_on_the_roll"
    return None if lines else "guard.nobody_on_the_roll"


def frozen(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The roll in its canonical order, and its hash."""
    lines = draw.canonical(present_roll(told, doing))
    return {"roll": lines, "roll_hash": draw.roll_hash(lines), "size": len(lines)}


def commits_once(told: Told, doing: Doing) -> str | None:
    """One person, one commitment; and nobody says after another."""
    before = list(told.all("commit"))
    if any(fact.by == doing.by.person for fact in before):
        return "guard.committed_already"
    same = any(fact.answers["commitment"] == doing.answers["commitment"] for fact in before)
    return "guard.same_commitment" if same else None


def two_committed(told: Told, doing: Doing) -> str | None:
    """The balls are drawn when nobody can choose a secret to fit them."""
    return None if told.times("commit") >= 2 else "guard.two_commitments"


def opens_own(told: Told, doing: Doing) -> str | None:
    """Each opens what it committed to itself, once."""
    own = next((fact for fact in told.all("commit") if fact.by == doing.by.person), None)
    if own is None:
        return "guard.committed_nothing"
    if any(fact.by == doing.by.person for fact in told.all("reveal")):
        return "guard.opened_already"
    fits = draw.commitment(doing.answers["secret"]) == own.answers["commitment"]
    return None if fits else "guard.other_secret"


def parties(told: Told) -> tuple[Party, ...]:
    """Who takes part, in the order of the commitments; a secret that is not opened is left out."""
    opened = {fact.by: str(fact.answers["secret"]) for fact in told.all("reveal")}
    return tuple(Party(str(f.answers["commitment"]), opened.get(f.by, "")) for f in told.all("commit"))


def all_opened(told: Told, doing: Doing) -> str | None:
    """Drawn when every secret is open."""
    return None if all(party.secret for party in parties(told)) else "guard.secrets_open"


def one_kept_back(told: Told, doing: Doing) -> str | None:
    """Without a secret only when its time is over, and when somebody else opened theirs."""
    found = parties(told)
    if all(party.secret for party in found) or not any(party.secret for party in found):
        return "guard.nothing_kept_back"
    over = any(fact.answers.get("limit") == "opening" for fact in told.all("expire"))
    return None if over else "guard.opening_runs"


def roll_unchanged(told: Told, doing: Doing) -> str | None:
    """A draw from a roll that is not the one any more is void."""
    try:
        same = draw.roll_hash(present_roll(told, doing)) == _frozen_hash(told)
    except NotARoll:
        same = False
    return None if same else "guard.roll_changed"


def _frozen_hash(told: Told) -> str:
    fact = told.last("freeze")
    return str(fact.answers["roll_hash"]) if fact else ""


def result(told: Told, doing: Doing) -> Mapping[str, Any]:
    """The seed; of objects, the share of each grade from the head of its own order."""
    said = told.last("write_down")
    found = parties(told)
    seed = draw.seed(_frozen_hash(told), found, str(said.answers["public"]) if said else "")
    drawn = {"seed": seed, "rules": draw.VERSION, "kept_back": sum(not party.secret for party in found)}
    if told.answers["purpose"] == "inspectors":
        return drawn
    return drawn | {"objects": objects(told, seed, doing.tables["credit"])}


def objects(told: Told, seed: str, grades: Mapping[str, Mapping[str, Any]]) -> tuple[int, ...]:
    """The objects drawn: of each grade its own share, more where the risk is higher (综执 21), under its own label."""
    by_grade: defaultdict[str, list[str]] = defaultdict(list)
    for line in roll_of(told):
        by_grade[line.partition("|")[2]].append(line)
    taken: list[int] = []
    for grade, lines in sorted(by_grade.items()):
        weight = int(grades.get(grade, {}).get("weight") or 100)
        many = ceil(len(lines) * min(10_000, int(told.answers["share"]) * weight) / 10_000)
        ranked = draw.order(lines, seed, f"{told.number}/{grade}")
        taken += [int(line.partition("|")[0]) for line in ranked[:many]]
    return tuple(sorted(taken))


READS = ("inspector", "enterprise")

PROCEDURE = Procedure(
    start="called",
    end={"seeded": "done", "voided": "withdrawn"},
    moves=(
        Move("freeze", "called -> frozen", by="planner", form=forms.Frozen, guards=(readable_roll,),
             derive=frozen, reads=READS),
        Move("write_down", "frozen -> opening", by=("planner", "supervisor"), form=forms.Public,
             guards=(two_committed,)),
        Move("commit", "frozen -> =", by=PARTIES, form=forms.Commit, guards=(commits_once,), holder="keep", usual=True),
        Move("draw", "opening -> seeded", by=("planner", "supervisor"), form=forms.Result,
             guards=(all_opened, roll_unchanged), derive=result, reads=READS),
        Move("draw_without", "opening -> seeded", by="supervisor", form=forms.ResultWithout,
             guards=(one_kept_back, roll_unchanged), derive=result, reads=READS),
        Move("reveal", "opening -> =", by=PARTIES, form=forms.Reveal, guards=(opens_own,), holder="keep", usual=True),
        Move("void", "called|frozen|opening -> voided", by=("supervisor", "inspection_head"), form=Reason),
        supervise(),
        note(PARTIES),
    ),
    limits=(
        Limit("called", workdays(1), "design: the roll is frozen when it is called for", key="freezing",
              since=SINCE),
        Limit("frozen", workdays(2), "design: commitments and balls follow while the roll is fresh",
              key="committing", since=SINCE),
        Limit("opening", workdays(1), "design: a secret that is not opened within a working day is kept back",
              key="opening", then="supervise", since=SINCE),
    ),
)  # fmt: skip
