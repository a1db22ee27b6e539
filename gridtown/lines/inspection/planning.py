"""The tool that plans visits: what falls due everywhere, merged by `planner`, each visit with the reasons for it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import model_validator

from gridtown.kernel.forms import Choice, Form
from gridtown.kernel.told import Kept
from gridtown.kernel.tool import Add, Asked, Open, Proposal, Reads, Seen, Tool, Why
from gridtown.lines.inspection import planner, rules
from gridtown.lines.inspection.planner import Due, Plan, Question, Standing
from gridtown.lines.inspection.session import in_force

BACK = 3700  # days: a period of ten years is remembered


def listed(sessions: Sequence[Seen]) -> Mapping[str, Seen]:
    """The session that each visit's team comes from, by the visit's number; void ones do not count."""
    return {
        str(number): session
        for session in sessions
        if session.state != "voided"
        for number in session.answers.get("visits", ())
    }


class Planning(Form):
    """From when to when, for all organs and trades or for one."""

    window_from: date
    window_until: date
    organ: Annotated[str, Choice("organ")] | None = None
    trade: Annotated[str, Choice("trade")] | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Planning":
        if self.window_from > self.window_until or self.window_from.year != self.window_until.year:
            raise ValueError("a plan lies within one year, whose caps it counts for")
        return self


def plan(asked: Asked) -> Iterator[Proposal]:
    """What the plan comes to and saves, then each visit with its reasons, then what the caps leave out."""
    said = asked.answers
    question = Question(
        date.fromisoformat(str(said["window_from"])),
        date.fromisoformat(str(said["window_until"])),
        int(asked.settings["early_days"]),
        int(asked.settings["late_days"]),
    )
    items = _items(asked, question)
    known = _Known(asked, question)
    proposals: list[Proposal] = []
    unmet: list[Proposal] = []
    for enterprise in asked.records["enterprise"]:
        if said.get("trade") and enterprise.answers.get("trade") != said["trade"]:
            continue
        standing = known.of(enterprise)
        mine = [*items.get("", ()), *items.get(str(enterprise.answers.get("trade")), ())]
        due = planner.due_at(enterprise, mine, standing, known.weight(enterprise), question)
        taken, due = known.taken_along(enterprise, due)
        plans, left = planner.visits(due, standing.left)
        proposals += [known.merging(visit, more) for visit, more in taken]
        proposals += [known.proposal(enterprise, one, standing.left - n) for n, one in enumerate(plans)]
        unmet += [known.unmet(enterprise, one) for one in left]
    opened = [p for p in proposals if any(isinstance(step, Open) for step in p.does)]
    many = sum(int(p.what["items_many"]) for p in opened)
    visits, joint = len(opened), sum(bool(p.what["joint"]) for p in opened)
    totals = {"items": many, "visits": visits, "saved": many - visits, "joint": joint, "left": len(unmet)}
    yield Proposal(
        {"items_many": many, "visits_many": visits, "visits_saved": many - visits}, (Why("in_all", totals),)
    )
    yield from proposals
    yield from unmet


def _items(asked: Asked, question: Question) -> Mapping[str, Sequence[Kept]]:
    """The items that may be looked at on site throughout the plan, by trade."""
    organ = asked.answers.get("organ")
    return planner.by_trade(
        one
        for one in asked.records["item"]
        if in_force(one, question.since)
        and str(one.answers.get("until") or question.until) >= question.until.isoformat()
        and not one.answers.get("on_paper")
        and (not organ or one.answers["organ"] == organ)
    )


class _Known:
    """What the ledger says of every enterprise, read once."""

    def __init__(self, asked: Asked, question: Question) -> None:
        self.asked, self.question = asked, question
        self.item = {one.id: one for one in asked.records["item"]}
        self.tier, self.credit = asked.tables["tier"], asked.tables["credit"]
        self.visits: defaultdict[int, list[Seen]] = defaultdict(list)
        for visit in asked.cases["visit"]:
            self.visits[int(visit.answers["enterprise"])].append(visit)
        self.sampled: defaultdict[int, dict[int, tuple[date, date]]] = defaultdict(dict)
        for session in asked.cases["draw"]:
            self._sample(session)
        self.listed = listed(asked.cases["draw"])

    def _sample(self, session: Seen) -> None:
        result = session.moved.get("draw") or session.moved.get("draw_without") or {}
        for one in result.get("objects", ()):
            until = date.fromisoformat(str(session.answers["window_until"]))
            opened = self.asked.calendar.day(session.opened)
            self.sampled[int(one)][int(session.answers["item"])] = (opened, until)

    def weight(self, enterprise: Kept) -> int:
        """How much oftener than usual, in percent."""
        return int(self.credit.get(str(enterprise.answers.get("credit")), {}).get("weight") or 100)

    def of(self, enterprise: Kept) -> Standing:
        """What was done there, what is planned, and how many visits the cap leaves."""
        last: dict[int, date] = {}
        planned: set[int] = set()
        used = 0
        for visit in self.visits[enterprise.id]:
            gone = visit.state in rules.GONE
            said = visit.moved.get("conclude")
            mine = items_of(visit)
            if said is not None:
                day = date.fromisoformat(str(said["day"]))
                last |= {item: max(day, last.get(item, day)) for item in mine}
            elif not gone:
                planned.update(mine)
            in_plan = visit.answers.get("source", "plan") == "plan" and not gone
            used += (
                in_plan
                and date.fromisoformat(str(visit.answers["window_from"])).year == self.question.since.year
            )
        drawn = {
            item: until
            for item, (opened, until) in self.sampled[enterprise.id].items()
            if last.get(item, date.min) < opened
        }
        cap = int(self.tier.get(str(enterprise.answers.get("tier")), {}).get("cap") or 0)
        return Standing(last, frozenset(planned), drawn, max(0, cap - used))

    def taken_along(self, enterprise: Kept, due: list[Due]) -> tuple[list[tuple[Seen, list[Due]]], list[Due]]:
        """What falls into the window of a visit that is still to be made, by visit, and the rest."""
        taken, rest = [], due
        for visit in self.visits[enterprise.id]:
            if visit.state not in rules.BEFORE:
                continue
            window = visit.moved.get("put_off") or visit.answers
            since, until = (date.fromisoformat(str(window[n])) for n in ("window_from", "window_until"))
            more = [d for d in rest if d.since <= until and d.until >= since]
            if more:
                taken.append((visit, more))
                rest = [d for d in rest if d not in more]
        return taken, rest

    def merging(self, visit: Seen, more: Sequence[Due]) -> Proposal:
        """Due items that go into a visit which is planned already; one that is listed for its draw takes none."""
        if visit.state != "planned" or visit.number in self.listed:
            what = self._what(int(visit.answers["enterprise"]), [d.item for d in more], {})
            return Proposal(what, (*self._since(more), Why("visit_waits", {"visit": visit.number})))
        items = [*items_of(visit), *(d.item for d in more)]
        what = self._what(int(visit.answers["enterprise"]), items, visit.answers) | {"visit": visit.number}
        why = (Why("into_open", {"visit": visit.number, "items": len(more)}), *self._since(more))
        return Proposal(what, why, (Add(visit.number, "merge_items", {"items": items}),))

    def proposal(self, enterprise: Kept, one: Plan, left: int) -> Proposal:
        """A visit, with why it stands."""
        items = [d.item for d in sorted(one.due, key=lambda d: (d.day, d.item))]
        window = {"window_from": one.since.isoformat(), "window_until": one.until.isoformat()}
        what = self._what(enterprise.id, items, window)
        organs = len(what["organs"])
        why = [*self._since(one.due)]
        if len(items) > 1:
            why.append(Why("merged", {"items": len(items), "organs": organs, "saved": len(items) - 1}))
        early = sum(not d.must for d in one.due)
        if early:
            why.append(Why("taken_along", {"items": early}))
        why.append(Why("cap_left", {"left": left - 1}))
        answers = {"enterprise": enterprise.id, "items": items, **window}
        return Proposal(what, tuple(why), (Open("visit", answers),))

    def unmet(self, enterprise: Kept, one: Due) -> Proposal:
        """An item that the cap leaves out: on paper, by complaint, or next year."""
        what = self._what(enterprise.id, [one.item], {})
        return Proposal(what, (*self._since([one]), Why("no_cap", {})))

    def _what(self, enterprise: int, items: Sequence[int], window: Mapping[str, Any]) -> dict[str, Any]:
        organs = rules.organs_of(self.item[one] for one in items if one in self.item)
        return {
            "enterprise": enterprise,
            "items": items,
            "items_many": len(items),
            "organs": organs,
            "lead": organs[0] if organs else None,
            "joint": len(organs) > 1,
            "window_from": window.get("window_from"),
            "window_until": window.get("window_until"),
            "visits_saved": len(items) - 1,
        }

    def _since(self, due: Sequence[Due]) -> list[Why]:
        """Since when the oldest of them is owed, or on which day it will be."""
        first = min(d.day for d in due)
        today = self.asked.calendar.day(self.asked.now)
        return [Why("overdue" if first < today else "due", {"day": first})]


def items_of(visit: Seen) -> list[int]:
    """The items of a visit, those that were merged into it among them."""
    return [int(one) for one in (visit.moved.get("merge_items") or visit.answers)["items"]]


PLAN = Tool(
    "plan",
    ask=Planning,
    run=plan,
    roles=("planner", "inspection_head", "supervisor"),
    reads=Reads(registers=("enterprise", "item"), kinds=("visit", "draw"), days=BACK),
    shows=(
        "enterprise", "items", "items_many", "organs", "lead", "joint", "window_from", "window_until", "visits_many",
        "visits_saved",
    ),
    reasons=("in_all", "into_open", "overdue", "due", "merged", "taken_along", "cap_left", "no_cap", "visit_waits"),
    basis="浙江省综合行政执法条例 13, 21; 优化营商环境条例 54",
)  # fmt: skip
