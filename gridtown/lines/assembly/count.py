"""The count: pure, so that anybody can make it again from the list that is published.

Each slip of the roll is one line, its check number and what was chosen; every figure is counted from these lines alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

from gridtown.kernel.tokens import check_of, digests_in
from gridtown.kernel.told import Doing, Fact, Told

OPTIONS = ("1", "2", "3", "4")
PRESENT = (*OPTIONS, "against", "abstain", "invalid")


def of_this_roll(told: Told) -> tuple[Fact, ...]:
    """What was done since the roll was last drawn up, that included."""
    roll = told.last("draw_roll")
    return tuple(fact for fact in told.facts if roll and fact.seq >= roll.seq)


def digests(facts: Iterable[Fact], verb: str, name: str) -> set[str]:
    """The slips that these facts name."""
    return {one for fact in facts if fact.verb == verb for one in digests_in(fact.answers.get(name))}


def in_box(facts: Iterable[Fact]) -> dict[str, str]:
    """Slip → what two tellers read alike; `unsettled` where only one has entered it, or they read it differently.

    The last word of each teller on a slip counts, so that a mistake is mended by entering it again.
    """
    read: dict[str, dict[str, str]] = {}
    for fact in facts:
        if fact.verb == "enter_slips":
            for one in digests_in(fact.answers["slips"]):
                read.setdefault(one, {})[fact.by] = str(fact.answers["choice"])
    return {
        one: next(iter(set(said.values()))) if len(said) > 1 and len(set(said.values())) == 1 else "unsettled"
        for one, said in read.items()
    }


def chosen(facts: Iterable[Fact]) -> dict[str, str]:
    """Every slip of the roll and what it says. What was cast first, by code, goes before the same slip in the box."""
    facts = tuple(facts)
    said = dict.fromkeys(sorted(digests(facts, "draw_roll", "slips")), "unused")
    said |= dict.fromkeys(digests(facts, "void_slips", "slips"), "void")
    said |= in_box(facts)
    cast: dict[str, str] = {}
    for fact in facts:
        if fact.verb == "vote":
            cast |= {
                one: str(fact.answers["choice"])
                for one in digests_in(fact.answers["code"])
                if one not in cast
            }
    return said | cast


def share(text: str) -> Fraction | None:
    """A share of the dictionary, such as 2/3; None where it asks for none."""
    return Fraction(text) if text else None


def at_least(number: int, part: Fraction, more: bool) -> int:
    """The smallest whole number that is at least this part of the number, or more than it."""
    return floor(number * part) + 1 if more else ceil(number * part)


def judged(
    said: Mapping[str, int],
    entitled: int,
    body: Mapping[str, str],
    areas: Mapping[str, Fraction] | None = None,
) -> dict[str, Any]:
    """What follows from the votes by the rules of the body: how many were needed, and whether something was adopted.

    areas: of owners, the square metres behind each choice; the same shares hold of these, and both must be reached.
    """
    took_part = sum(said.get(name, 0) for name in PRESENT)
    part, majority = share(body["quorum"]), share(body["majority"])
    quorum = at_least(entitled, part, body["quorum_more"] == "yes") if part else 0
    base = entitled if body["of"] == "entitled" else took_part
    needed = max(1, at_least(base, majority or Fraction(1, 2), body["majority_more"] == "yes"))
    first = max(OPTIONS, key=lambda option: said.get(option, 0))
    by_area = _by_area(areas, first, body) if areas is not None else None
    enough = took_part >= quorum and (by_area is None or by_area.enough)
    adopted = enough and said.get(first, 0) >= needed and (by_area is None or by_area.adopts)
    outcome = "adopted" if adopted else "rejected" if enough else "no_quorum"
    return {
        "took_part": took_part, "quorum": quorum, "needed": needed, "outcome": outcome,
        "winner": first if adopted else "", **(by_area.told if by_area else {}),
    }  # fmt: skip


class _ByArea(NamedTuple):
    """Whether the areas reach what is asked of them, and their figures."""

    enough: bool
    adopts: bool
    told: dict[str, float]


def _by_area(areas: Mapping[str, Fraction], first: str, body: Mapping[str, str]) -> _ByArea:
    """The rules of the body by area: exact to the square centimetre, told in square metres."""
    whole, took_part = (
        sum(areas.values(), Fraction()),
        sum((areas.get(n, Fraction()) for n in PRESENT), Fraction()),
    )
    quorum, needed = whole * Fraction(body["quorum"]), took_part * Fraction(body["majority"])
    won = areas.get(first, Fraction())
    return _ByArea(
        took_part > quorum or (took_part == quorum and body["quorum_more"] == "no"),
        won > needed or (won == needed > 0 and body["majority_more"] == "no"),
        {
            "area_all": float(whole), "area_took_part": float(took_part), "area_quorum": round(float(quorum), 2),
            "area_needed": round(float(needed), 2),
        },
    )  # fmt: skip


def areas_of(facts: Iterable[Fact]) -> dict[str, str]:
    """Slip → the area that stands on it; none where the roll has no areas."""
    for fact in facts:
        if fact.verb == "draw_roll":
            return dict(zip(digests_in(fact.answers["slips"]), fact.answers.get("areas") or (), strict=False))
    return {}


def lines_of(
    said: Mapping[str, str], names: Mapping[str, Mapping[str, str]], areas: Mapping[str, str] | None = None
) -> list[str]:
    """The list that is published, in the order of check numbers; with the area of each slip, where it has one."""
    areas = areas or {}
    return sorted(
        f"{check_of(one)} {names[choice]['zh']} {areas.get(one, '')}".rstrip() for one, choice in said.items()
    )


def recounted(lines: Iterable[str], names: Mapping[str, Mapping[str, str]]) -> Counter[str]:
    """The votes in a published list: what anybody can do who has it."""
    return Counter(choice for choice, _ in _read(lines, names))


def areas_recounted(
    lines: Iterable[str], names: Mapping[str, Mapping[str, str]]
) -> dict[str, Fraction] | None:
    """The square metres behind each choice of a published list; None where its slips have no areas."""
    found: dict[str, Fraction] = {}
    for choice, area in _read(lines, names):
        if not area:
            return None
        found[choice] = found.get(choice, Fraction()) + Fraction(area)
    return found


def _read(lines: Iterable[str], names: Mapping[str, Mapping[str, str]]) -> Iterable[tuple[str, str]]:
    keys = {row["zh"]: key for key, row in names.items()}
    for line in lines:
        choice, _, area = line.partition(" ")[2].partition(" ")
        yield keys[choice], area


def count(told: Told, doing: Doing) -> dict[str, Any]:
    """The count of the last roll's slips, from the list that is published with it."""
    facts, names = of_this_roll(told), doing.tables["ballot"]
    plan = told.last("set_options")
    if plan is None:
        raise LookupError("a vote is counted that was never prepared")
    lines = lines_of(chosen(facts), names, areas_of(facts))
    votes, areas, put = recounted(lines, names), areas_recounted(lines, names), len(plan.answers["options"])
    found = judged(votes, len(lines), doing.tables["body"][plan.answers["body"]], areas)
    twice = digests(facts, "vote", "code") & digests(facts, "enter_slips", "slips")
    winner = names[found["winner"]]["zh"] if found["winner"] else ""
    if winner and put > 1:
        winner += f"：{plan.answers['options'][int(found['winner']) - 1]}"
    return {
        **found, "winner": winner, "entitled": len(lines),
        **{f"votes_{n}": votes[n] for n in OPTIONS[:put]},
        "against": votes["against"], "abstain": votes["abstain"], "invalid": votes["invalid"], "twice": len(twice),
        "unsettled": votes["unsettled"], "ballots": lines,
        **({f"area_{n}": float(areas.get(n, 0)) for n in (*OPTIONS[:put], "against", "abstain")} if areas else {}),
    }  # fmt: skip
