"""What the law asks of a visit, as guards and derivations: items, caps, approval, the door, results."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from gridtown.kernel.told import Doing, Earlier, Kept, Told
from gridtown.lines.inspection.session import for_trade, in_force

PUT_OFF = 30  # days by which a visit may be put off, once
GONE = frozenset({"dropped", "cancelled"})  # ends of visits that were never made
BEFORE = frozenset({"planned", "drawn", "approved", "notified", "arrived"})  # nobody has entered yet


def today(doing: Doing) -> date:
    """The day in the town."""
    return doing.calendar.day(doing.now)


def item_ids(told: Told) -> list[int]:
    """The visit's items: those last merged, else the intake's."""
    merged = told.last("merge_items")
    return list((merged.answers if merged else told.answers).get("items", ()))


def items(told: Told, doing: Doing) -> list[Kept]:
    """Their records, as far as they still stand."""
    return [doing.records[one] for one in item_ids(told) if one in doing.records]


def planned_items(told: Told, doing: Doing) -> list[Kept]:
    """The records of the items that this report or merging names."""
    return [doing.records[int(one)] for one in doing.answers["items"]]


def items_published(told: Told, doing: Doing) -> str | None:
    """What is not published may not be inspected (国办发〔2024〕54号); nor what the trade has nothing to do with."""
    enterprise = doing.records[int(told.answers["enterprise"])]
    found = planned_items(told, doing)
    if not all(in_force(one, today(doing)) for one in found):
        return "guard.item_not_published"
    return None if all(for_trade(one, enterprise) for one in found) else "guard.item_not_for_trade"


def not_on_paper(told: Told, doing: Doing) -> str | None:
    """What can all be seen on paper is not looked at on site, unless something has happened there."""
    driven = told.answers["source"] != "plan"
    on_paper = all(one.answers.get("on_paper") for one in planned_items(told, doing))
    return "guard.on_paper_will_do" if on_paper and not driven else None


def counts(visit: Earlier | Told, year: int) -> bool:
    """Whether a visit counts for the cap of that year: of the plan, and made or still to be made."""
    said = visit.answers
    return (
        visit.state not in GONE
        and said.get("source", "plan") == "plan"
        and date.fromisoformat(str(said["window_from"])).year == year
    )


def _cap(told: Told, doing: Doing) -> tuple[int, int]:
    """Which visit of the year this is for the enterprise, and how many there may be."""
    year = date.fromisoformat(str(told.answers["window_from"])).year
    enterprise = doing.records[int(told.answers["enterprise"])]
    before = sum(counts(visit, year) for visit in doing.earlier())
    tier = doing.tables["tier"].get(str(enterprise.answers.get("tier")), {})
    return before + 1, int(tier.get("cap") or 0)


def within_cap(told: Told, doing: Doing) -> str | None:
    """年度频次上限: no more visits of the plan than the enterprise's class allows in a year."""
    nth, cap = _cap(told, doing)
    return "guard.over_cap" if told.answers["source"] == "plan" and nth > cap else None


def merged_first(told: Told, doing: Doing) -> str | None:
    """What falls into the window of a visit still to be made is merged into it (综执 13; 营商 54)."""
    if told.answers["source"] != "plan":
        return None
    # by the windows that were planned: of other cases a guard is told the intake, and one put off moves by a month only
    since, until = str(told.answers["window_from"]), str(told.answers["window_until"])
    waits = any(
        e.state in BEFORE
        and str(e.answers["window_from"]) <= until
        and str(e.answers["window_until"]) >= since
        for e in doing.earlier()
    )
    return "guard.merge_into_open" if waits else None


def counted(told: Told, doing: Doing) -> Mapping[str, Any]:
    """What the visit is called, and where it stands against the cap; outside the plan it does not count."""
    enterprise = doing.records[int(told.answers["enterprise"])]
    nth, cap = _cap(told, doing)
    planned = told.answers["source"] == "plan"
    return {
        "title": enterprise.name[:80],
        "nth": nth if planned else 0,
        "cap": cap,
        "over_cap": planned and nth > cap,
    }


def keeps_items(told: Told, doing: Doing) -> str | None:
    """Merging adds; nothing that was planned is lost by it."""
    return None if set(item_ids(told)) <= set(doing.answers["items"]) else "guard.items_lost"


def organs_of(found: Iterable[Kept]) -> list[str]:
    """The organs of these items, the one with most of them first: it leads."""
    many = Counter(str(one.answers["organ"]) for one in found)
    return sorted(many, key=lambda organ: (-many[organ], organ))


def approved(told: Told, doing: Doing) -> Mapping[str, Any]:
    """What is approved: the items as they now are, whose they are, who leads."""
    organs = organs_of(items(told, doing))
    return {
        "approved_items": item_ids(told),
        "organs": organs,
        "lead": organs[0] if organs else None,
        "joint": len(organs) > 1,
    }


def still_published(told: Told, doing: Doing) -> str | None:
    """Every item is still on its list on the day of approval."""
    found = items(told, doing)
    whole = len(found) == len(item_ids(told)) and all(in_force(one, today(doing)) for one in found)
    return None if whole else "guard.item_not_published"


def joint_is_divided(told: Told, doing: Doing) -> str | None:
    """A joint visit has a plan that says who does what (综执 14)."""
    joint = len(organs_of(items(told, doing))) > 1
    return "guard.division_missing" if joint and not doing.answers.get("division") else None


def window(told: Told) -> tuple[date, date]:
    """The days within which it may be made, as last put off."""
    put_off = told.last("put_off")
    said = put_off.answers if put_off else told.answers
    return date.fromisoformat(str(said["window_from"])), date.fromisoformat(str(said["window_until"]))


def announced(told: Told, doing: Doing) -> str | None:
    """An unannounced visit is not announced; another is, for a day of its window."""
    if told.answers.get("unannounced"):
        return "guard.unannounced"
    since, until = window(told)
    return None if since <= date.fromisoformat(str(doing.answers["day"])) <= until else "guard.outside_window"


def may_go(told: Told, doing: Doing) -> str | None:
    """Only within the window, and, where it has to be, announced."""
    since, until = window(told)
    if not since <= today(doing) <= until:
        return "guard.outside_window"
    told_before = told.state in ("notified", "arrived") or told.answers.get("unannounced")
    return None if told_before else "guard.notify_first"


def same_year(told: Told, doing: Doing) -> str | None:
    """A visit stays in the year whose cap it counts for; what does not fit is called off and planned again."""
    year = date.fromisoformat(str(told.answers["window_from"])).year
    said = [date.fromisoformat(str(doing.answers[name])) for name in ("window_from", "window_until")]
    if any(day.year != year for day in said):
        return "guard.other_year"
    return "guard.put_off_too_far" if said[1] > window(told)[1] + timedelta(days=PUT_OFF) else None


def results(told: Told) -> dict[int, str]:
    """The last word on each item."""
    return {int(f.answers["item"]): str(f.answers["result"]) for f in told.all("record_result")}


def item_of_visit(told: Told, doing: Doing) -> str | None:
    """One form, for what was approved and nothing else."""
    return None if int(doing.answers["item"]) in item_ids(told) else "guard.not_planned"


def every_item_answered(told: Told, doing: Doing) -> str | None:
    """A visit ends when each of its items has a result: nobody comes back for the rest."""
    return None if set(item_ids(told)) <= set(results(told)) else "guard.results_missing"


def concluded(told: Told, doing: Doing) -> Mapping[str, Any]:
    """What the visit came to: items, visits saved (one for each item but the first), problems, and of which items."""
    found, said = items(told, doing), results(told)
    organs = organs_of(found)
    return {
        "day": today(doing),
        "lead": organs[0] if organs else None,
        "joint": len(organs) > 1,
        "items_done": len(item_ids(told)),
        "visits_saved": len(item_ids(told)) - 1,
        "problems": sum(result == "fail" for result in said.values()),
        "passed": _named(found, said, "pass"),
        "failed": _named(found, said, "fail"),
    }


def _named(found: Sequence[Kept], said: Mapping[int, str], result: str) -> tuple[str, ...]:
    return tuple(one.name for one in found if said.get(one.id) == result)


def problems(told: Told) -> int:
    """How many items were not in order."""
    fact = told.last("conclude")
    return int(fact.answers["problems"]) if fact else 0


def something_wrong(told: Told, doing: Doing) -> str | None:
    """An order answers to a problem."""
    return None if problems(told) else "guard.no_problem"


def nothing_left(told: Told, doing: Doing) -> str | None:
    """Closed when what was wrong has gone where it belongs: an order, a hazard, or a clue."""
    return "guard.problems_left" if problems(told) and not told.times("find_hazard", "refer") else None


def referred(told: Told, doing: Doing) -> str | None:
    """What was not put right is not just closed."""
    return None if told.times("refer") else "guard.refer_first"


def named_unit(told: Told, doing: Doing) -> Mapping[str, Any]:
    """Whom the clue is about."""
    enterprise = doing.records.get(int(told.answers["enterprise"]))
    return {"unit_name": enterprise.name if enterprise else ""}
