"""Inspections: who goes of those drawn, the fewest visits, what a plan says, and how fast it says it."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtown import lines
from gridtown import town as towns
from gridtown.kernel import draw
from gridtown.kernel.told import Actor, Kept
from gridtown.kernel.tool import Add, Asked, Open, Proposal, Seen
from gridtown.lines.inspection import planner, planning, team, tools
from gridtown.lines.inspection.planner import Due, Question

LINE = lines.found()["inspection"]
DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
PLANNER = Actor("somebody", "planner", frozenset({"planner"}), "330110110")
ASKED = Question(date(2026, 4, 1), date(2026, 6, 30), early=60, late=30)
SETTINGS = {setting.key: setting.default for setting in LINE.settings}


def record(register: str, number: int, **answers: Any) -> Kept:
    return Kept(number, register, str(answers.get("name", number)), "330110110001", answers)


def enterprise(number: int, **more: Any) -> Kept:
    return record(
        "enterprise",
        number,
        **{"name": f"示例厂{number}", "trade": "wood", "tier": "general", "credit": "b"} | more,
    )


def item(number: int, **more: Any) -> Kept:
    usual = {"name": f"事项{number}", "organ": "town", "published": "2025-01-01", "every_months": 12}
    return record("item", number, **usual | more)


def inspector(number: int, **more: Any) -> Kept:
    usual = {"name": "演示", "person": f"p{number}", "certificate": f"ZF{number:03}", "until": "2027-12-31"}
    return record("inspector", number, **usual | more)


# who goes


def test_the_roll_leaves_out_whom_the_law_leaves_out() -> None:
    people = (
        inspector(1, specialities=["fire", "food"], conflicts=[9, 3]),
        inspector(2, standing="grid_worker"),
        inspector(3, standing="auxiliary"),
        inspector(4, standing="temporary"),
        inspector(5, until="2026-03-01"),
        inspector(6, until="2026-03-02"),
        replace(inspector(7), retired=True),
        inspector(8),
    )
    assert team.roll(people, DAY, absent={8}) == ["ZF001|2027-12-31|fire,food|3,9", "ZF006|2026-03-02||"]


def test_who_has_two_certificates_stands_on_the_roll_once() -> None:
    people = (
        inspector(1, person="p1", until="2026-12-31"),
        inspector(2, person="p1", until="2028-12-31"),
        inspector(3, person="p3"),
        inspector(4, person="p3"),
    )
    assert team.roll(people, DAY, absent=()) == ["ZF002|2028-12-31||", "ZF004|2027-12-31||"]
    assert team.roll(people, DAY, absent={1}) == ["ZF004|2027-12-31||"], (
        "away under one is away under the other"
    )


def test_a_line_of_the_roll_is_read_as_it_was_written() -> None:
    seat = team.read(team.line_of(inspector(1, specialities=["food"], conflicts=[3])))
    assert (seat.certificate, seat.until, seat.specialities, seat.conflicts) == (
        "ZF001", date(2027, 12, 31), {"food"}, {3},
    )  # fmt: skip
    assert team.read(team.line_of(inspector(2))).conflicts == frozenset()


def test_what_is_sifted_out_is_said_with_its_reason() -> None:
    frozen = [team.line_of(one) for one in (
        inspector(1, conflicts=[7]), inspector(2, until="2026-03-10"), inspector(3), inspector(4),
    )]  # fmt: skip
    found = team.sift(frozen, set(frozen) - {frozen[2]}, 7, date(2026, 3, 20))
    assert found == team.Sifted((frozen[3],), ("ZF001",), ("ZF002",), ("ZF003",))


SPECIALITIES = ("fire", "food", "safety")
ranked_lines = st.lists(
    st.frozensets(st.sampled_from(SPECIALITIES)), min_size=2, max_size=7
).map(
    lambda all_of: [team.line_of(inspector(n, specialities=sorted(one))) for n, one in enumerate(all_of)]
)  # fmt: skip


@given(ranked_lines, st.frozensets(st.sampled_from(SPECIALITIES)))
def test_a_team_covers_what_can_be_covered_and_skips_nobody_without_reason(
    ranked: list[str], needed: frozenset[str]
) -> None:
    going = team.chosen(ranked, needed, 2)
    assert team.wanting(going, needed) == team.wanting(ranked, needed), (
        "whatever anybody can, one of them can"
    )
    assert len(going) >= 2
    assert list(going) == [line for line in ranked if line in going], "in the drawn order"
    covered: set[str] = set()
    passed_over = [line for line in ranked if line not in going]
    for line in ranked:
        if line in passed_over:
            assert not (team.read(line).specialities & needed) - covered, "it would have added something"
        else:
            covered |= team.read(line).specialities
    if len(going) > 2:
        assert all(
            team.wanting([other for other in going if other != line], needed) or position < 2
            for position, line in enumerate(going)
        ), "nobody goes beyond the second but for what nobody before him can"


# the fewest visits


def due(number: int, since: int, until: int, *, must: bool = True) -> Due:
    first = date(2026, 4, 1)
    return Due(
        number,
        first + timedelta(days=until),
        first + timedelta(days=since),
        first + timedelta(days=until),
        must,
    )


windows = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 12), st.booleans()), max_size=7
).map(lambda all_of: [due(n, a, a + b, must=must) for n, (a, b, must) in enumerate(all_of)])  # fmt: skip


def fewest(must: Sequence[Due]) -> int:
    """By trying every set of days."""
    days = sorted({one.until for one in must})
    return next(
        n
        for n in range(len(days) + 1)
        if any(
            all(any(d.since <= x <= d.until for x in some) for d in must) for some in combinations(days, n)
        )
    )


def most_met(must: Sequence[Due], left: int) -> int:
    days = sorted({one.until for one in must})
    return max(
        sum(any(d.since <= x <= d.until for x in some) for d in must)
        for n in range(left + 1)
        for some in combinations(days, min(n, len(days)))
    )


@given(windows)
def test_no_plan_has_fewer_visits(all_due: list[Due]) -> None:
    plans, left = planner.visits(all_due, 99)
    assert left == []
    assert len(plans) == fewest([one for one in all_due if one.must])
    for plan in plans:
        assert plan.since <= plan.until
        assert all(d.since <= plan.since and plan.until <= d.until for d in plan.due), "any day of it will do"
    met = [d.item for plan in plans for d in plan.due]
    assert len(met) == len(set(met)), "nothing is looked at twice"
    spans = sorted((plan.since, plan.until) for plan in plans)
    assert all(one[1] < other[0] for one, other in pairwise(spans)), "windows do not overlap"


@given(windows, st.integers(0, 3))
def test_under_a_cap_nobody_meets_more(all_due: list[Due], cap: int) -> None:
    plans, left = planner.visits(all_due, cap)
    must = [one for one in all_due if one.must]
    assert len(plans) <= cap
    assert len(must) - len(left) == most_met(must, cap)


def test_among_equals_the_longest_owed_goes_first() -> None:
    young, old = due(1, 0, 2), due(2, 10, 12)._replace(day=date(2025, 1, 1))
    plans, left = planner.visits([young, old], 1)
    assert ([d.item for d in plans[0].due], left) == ([2], [young])


@pytest.mark.parametrize(
    ("last", "weight", "day"),
    [
        (date(2025, 6, 1), 100, date(2026, 6, 1)),
        (date(2025, 6, 1), 50, None),  # a year later: not in this plan
        (date(2025, 6, 1), 200, date(2025, 12, 1)),
        (None, 100, date(2025, 1, 1)),
    ],
)
def test_an_item_comes_round_by_its_period_and_the_grade(
    last: date | None, weight: int, day: date | None
) -> None:
    found = planner.owed(item(1), enterprise(1), last, weight, ASKED)
    assert (found and found.day) == day


def test_a_window_lies_within_the_plan_and_what_is_overdue_has_all_of_it() -> None:
    early = planner.windowed(1, date(2026, 8, 1), ASKED)
    assert early is not None
    assert (early.since, early.until, early.must) == (date(2026, 6, 2), ASKED.until, False)
    late = planner.windowed(1, date(2025, 1, 1), ASKED)
    assert late is not None
    assert (late.since, late.until, late.must) == (ASKED.since, ASKED.until, True)
    assert planner.windowed(1, date(2026, 10, 1), ASKED) is None


# the tool


def asked(
    records: dict[str, tuple[Kept, ...]],
    visits: tuple[Seen, ...] = (),
    draws: tuple[Seen, ...] = (),
    **said: Any,
) -> Asked:
    answers = {"window_from": "2026-04-01", "window_until": "2026-06-30"} | said
    calendar = towns.current().calendar
    return Asked(
        answers, PLANNER, NOW, calendar, SETTINGS, LINE.tables, records, {"visit": visits, "draw": draws}
    )


def seen(number: str, kind: str, state: str, answers: dict[str, Any], **moved: dict[str, Any]) -> Seen:
    opened = datetime(2026, 2, 1, tzinfo=UTC)
    return Seen(
        1, number, kind, state, "", False, opened, None, "330110110001", None, None, "", None, answers, moved
    )


def reasons(proposal: Proposal) -> list[str]:
    return [LINE.words[f"why.{why.key}"]["zh"].format(**why.params) for why in proposal.why]


def test_a_plan_says_what_it_saves_and_why_each_visit_stands() -> None:
    organs = ("emergency", "ecology", "ecology")
    items = tuple(item(10 + n, organ=organ) for n, organ in enumerate(organs))
    total, visit = planning.PLAN.run(asked({"enterprise": (enterprise(1),), "item": items}))
    assert total.what == {"items_many": 3, "visits_many": 1, "visits_saved": 2}
    assert reasons(total) == [
        "合计：3 个到期事项合并为 1 次新检查，减少入企 2 次；其中联合检查 1 次；另有 0 个事项因上限未安排"
    ]
    assert (visit.what["lead"], visit.what["organs"], visit.what["joint"]) == (
        "ecology",
        ["ecology", "emergency"],
        True,
    )
    assert reasons(visit) == [
        "最早一项自 2025-01-01 起到期未查",
        "2 个部门 3 个事项一次查，减少入企 2 次",
        "实施后本年度还可检查 1 次",
    ]
    (step,) = visit.does
    assert isinstance(step, Open)
    assert step.answers == {
        "enterprise": 1, "items": [10, 11, 12], "window_from": "2026-04-01", "window_until": "2026-06-30",
    }  # fmt: skip


def test_only_what_may_be_looked_at_on_site_is_planned() -> None:
    items = (
        item(10, published="2026-05-01"),
        item(11, until="2026-05-01"),
        item(12, on_paper=True),
        item(13, every_months=None),
        item(14, trades=["food"]),
        item(15, organ="market", trades=["wood"]),
    )
    kept = {"enterprise": (enterprise(1), enterprise(2, trade="office")), "item": items}
    _, visit = planning.PLAN.run(asked(kept))
    assert (visit.what["enterprise"], visit.what["items"]) == (1, [15])
    assert [p.what for p in planning.PLAN.run(asked(kept, organ="town"))] == [
        {"items_many": 0, "visits_many": 0, "visits_saved": 0}
    ]
    assert len(list(planning.PLAN.run(asked(kept, trade="office")))) == 1


def test_a_cap_that_is_used_up_leaves_items_out_and_says_so() -> None:
    spent = {"enterprise": 1, "items": [99], "window_from": "2026-01-05", "window_until": "2026-01-30"}
    made = seen("VS1", "visit", "closed", spent, conclude={"day": "2026-01-06"})
    kept = {"enterprise": (enterprise(1, tier="light"),), "item": (item(10),)}
    total, left = planning.PLAN.run(asked(kept, (made,)))
    assert (total.what["visits_many"], left.does, left.why[-1].key) == (0, (), "no_cap")
    by_complaint = replace(made, answers=spent | {"source": "complaint"})
    called_off = replace(made, state="cancelled", moved={})
    last_year = replace(made, answers=spent | {"window_from": "2025-12-05"})
    for one in (by_complaint, called_off, last_year):
        assert next(iter(planning.PLAN.run(asked(kept, (one,))))).what["visits_many"] == 1


def test_what_falls_into_a_visit_that_is_planned_already_goes_into_it() -> None:
    open_one = {"enterprise": 1, "items": [10], "window_from": "2026-05-01", "window_until": "2026-05-10"}
    waiting = seen("VS1", "visit", "planned", open_one)
    kept = {"enterprise": (enterprise(1),), "item": (item(10), item(11))}
    total, merged = planning.PLAN.run(asked(kept, (waiting,)))
    assert total.what["visits_many"] == 0
    assert merged.does == (Add("VS1", "merge_items", {"items": [10, 11]}),)
    session = seen("DR1", "draw", "frozen", {"purpose": "inspectors", "visits": ["VS1"]})
    for visits, draws in (((waiting,), (session,)), ((replace(waiting, state="notified"),), ())):
        _, waits = planning.PLAN.run(asked(kept, visits, draws))
        assert (waits.does, waits.why[-1].key) == ((), "visit_waits"), "it is drawn for, or announced"
    _, again = planning.PLAN.run(asked(kept, (waiting,), (replace(session, state="voided"),)))
    assert again.does == merged.does
    later = {"window_from": "2026-07-01", "window_until": "2026-07-10"}
    put_off = replace(waiting, state="approved", moved={"put_off": later})
    assert next(iter(planning.PLAN.run(asked(kept, (put_off,))))).what["visits_many"] == 1, (
        "it is out of the way"
    )
    full = replace(waiting, moved={"merge_items": {"items": [10, 11]}})
    assert len(list(planning.PLAN.run(asked(kept, (full,))))) == 1, "merged already"


def test_an_object_that_was_drawn_is_owed_once() -> None:
    drawn = seen(
        "DR1",
        "draw",
        "seeded",
        {"purpose": "objects", "item": 10, "window_until": "2026-05-31"},
        draw={"objects": [1]},
    )
    kept = {"enterprise": (enterprise(1), enterprise(2)), "item": (item(10, every_months=None),)}
    _, visit = planning.PLAN.run(asked(kept, draws=(drawn,)))
    assert (visit.what["enterprise"], visit.what["window_until"]) == (1, "2026-06-30")
    said = {"enterprise": 1, "items": [10], "window_from": "2026-02-05", "window_until": "2026-02-20"}
    done = seen("VS1", "visit", "closed", said, conclude={"day": "2026-02-10"})
    assert len(list(planning.PLAN.run(asked(kept, (done,), (drawn,))))) == 1


@pytest.mark.slow
def test_five_thousand_items_at_a_thousand_enterprises_are_planned_in_five_seconds() -> None:
    """Each enterprise owes five items of five organs, in windows of two kinds that do not touch."""
    organs = ("emergency", "ecology", "market", "labour", "fire_rescue")
    items = tuple(item(10_000 + n, organ=organ, trades=["wood"]) for n, organ in enumerate(organs))
    others = tuple(item(20_000 + n, trades=["food"]) for n in range(35))
    places = tuple(enterprise(n) for n in range(1, 1001))
    visits = tuple(
        seen(
            f"VS{n}-{part}", "visit", "closed",
            {"enterprise": n, "items": of, "window_from": "2025-01-01", "window_until": "2025-12-31"},
            conclude={"day": day},
        )
        for n in range(1, 1001)
        for part, (of, day) in enumerate(
            (([10_000, 10_001, 10_002], "2025-03-10"), ([10_003, 10_004], "2025-07-20"))
        )
    )  # fmt: skip
    question = asked({"enterprise": places, "item": items + others}, visits)
    began = time.process_time()
    total, *found = planning.PLAN.run(question)
    took = time.process_time() - began
    # due 10 March: until 9 April; due 20 July: from 21 May, which falls due after the plan and is not pulled into it
    assert (total.what["items_many"], total.what["visits_many"]) == (3000, 1000)
    everything = replace(question, answers={"window_from": "2026-04-01", "window_until": "2026-08-31"})
    began = time.process_time()
    total, *found = planning.PLAN.run(everything)
    took = max(took, time.process_time() - began)
    assert total.what == {"items_many": 5000, "visits_many": 2000, "visits_saved": 3000}
    assert len(found) == 2000
    assert all(p.what["window_until"] in ("2026-04-09", "2026-08-19") for p in found)
    assert took < 5


def test_teams_are_proposed_of_sessions_that_are_drawn_and_sessions_for_the_rest() -> None:
    said = {"enterprise": 1, "items": [10], "window_from": "2026-05-01", "window_until": "2026-05-10"}
    visits = (
        seen("VS1", "visit", "planned", said),
        seen("VS2", "visit", "planned", said),
        seen("VS3", "visit", "planned", said),
        seen("VS4", "visit", "planned", said | {"source": "complaint"}),
        seen("VS5", "visit", "drawn", said),
    )
    draws = (
        seen("DR1", "draw", "seeded", {"purpose": "inspectors", "visits": ["VS1"]}),
        seen("DR2", "draw", "frozen", {"purpose": "inspectors", "visits": ["VS2"]}),
        seen("DR3", "draw", "voided", {"purpose": "inspectors", "visits": ["VS3"]}),
    )
    drawn, fresh = tools.TEAMS.run(asked({}, visits, draws))
    assert drawn.does == (Add("VS1", "draw", {"session": "DR1"}),)
    (step,) = fresh.does
    assert isinstance(step, Open)
    assert (step.kind, step.answers["visits"]) == ("draw", ["VS3"])


def test_a_secret_comes_with_what_one_commits_to() -> None:
    (found,) = tools.SECRET.run(asked({}, scribble="q8w7e6r5t4y3u2i1o0pasdfghjklzxcvbnm,./;'"))
    assert draw.is_secret(found.what["secret"])
    assert draw.commitment(found.what["secret"]) == found.what["commitment"]
    assert (found.why[0].key, found.does) == ("keep_it", ())
    (dull,) = tools.SECRET.run(asked({}, scribble="ab" * 20))
    assert dull.why[0].key == "too_dull"
