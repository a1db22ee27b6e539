"""Promises of a plan, proposed for a person to confirm."""

from datetime import date

import pytest

from gridtown.report.claims.ledger import catalogue
from gridtown.report.claims.ledger.targets import proposed

PLAN = (
    "二、2024年工作思路\n"
    "力争新增国家高新技术企业30家以上，信访总量下降10%，失业率控制在3%以内，6月底前完成改造12个。"
    "到2025年森林覆盖率达到62%。"
)


def test_promises_with_amount_direction_and_last_day():
    told = [(t.subject, t.amount, t.unit, t.direction, t.due) for t in proposed(PLAN, year=2024)]
    end = date(2024, 12, 31)
    assert told == [
        ("国家高新技术企业", 30, "count", "at_least", end),
        ("信访总量", -0.1, "ratio", "at_most", end),
        ("失业率", 0.03, "ratio", "at_most", end),
        ("改造", 12, "count", "at_least", date(2024, 6, 30)),
        ("森林覆盖率", 0.62, "ratio", "at_least", date(2025, 12, 31)),
    ]
    assert all(PLAN[t.start : t.end] == t.text for t in proposed(PLAN, year=2024))


def test_what_is_done_is_no_promise():
    text = "一、2023年工作总结\n引进企业20家。\n" + PLAN
    assert "引进企业" not in {t.subject for t in proposed(text, year=2024)}
    assert len(proposed(text, year=2024)) == 5


def test_a_bare_list_for_the_year_is_all_promises():
    assert [(t.amount, t.due.year) for t in proposed("新建公园3个。\n引进企业20家。", year=2024)] == [
        (3, 2024),
        (20, 2024),
    ]


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("2024年第一季度", date(2024, 3, 31)),
        ("2024年上半年", date(2024, 6, 30)),
        ("2024年2月底前", date(2024, 2, 29)),
    ],
)
def test_the_last_day_of_what_is_said(said, due):
    (target,) = proposed(f"2024年工作计划\n{said}力争引进企业20家。", year=2024)
    assert target.due == due


def test_a_promise_names_its_indicator(pingyao):
    (target,) = proposed(
        "2024年工作计划\n力争消除隐患7000处以上。", year=2024, catalogue=catalogue.of_town(pingyao.town)
    )
    assert (target.indicator, target.direction, target.confidence > 0.6) == (
        "safety.hazards_removed",
        "at_least",
        True,
    )
