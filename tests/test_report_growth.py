"""Growth over two years of the ledger: slots, tables, conditions and claims all follow from the two levels."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gridtown.cases import actions, store
from gridtown.people import snapshot as people
from gridtown.report.claims.ledger.checking import check
from gridtown.report.figures import comparing
from gridtown.report.prose import annual
from gridtown.report.prose.template import Source
from gridtown.report.typeset.blocks import Table
from gridtown.warehouse.refresh import refresh
from tests.conftest import RESIDENT, Here

pytestmark = pytest.mark.slow

END = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEXT = """# 2026年工作报告

收到 {% figure appeals.received %} 件，比上年{% figure appeals.received change=yoy %}；
办结率{% figure appeals.closed_of_handled change=yoy %}；处置的{% figure appeals.handled change=yoy %}；
财政总收入{% figure economy.fiscal_revenue change=yoy %}；出口{% figure economy.exports change=yoy %}。
{% if figure appeals.received change=yoy > 20 %}多了两成以上。{% else %}没有多两成。{% endif %}
{% if known economy.exports year=-1 %}有上年。{% else %}没有上年。{% endif %}

{% table "两年" columns=this,last,change %}
appeals.received
appeals.closed_of_handled
appeals.merged
economy.fiscal_revenue
{% endtable %}
"""


def report(here: Here, at: datetime, *, closed: bool | None) -> None:
    """A matter that is refused (None), dealt with and closed, or left with its handler."""
    key = f"g{at:%Y%m%d%H}"
    said = {"description": "路灯不亮", "category": "street_light"}
    case = actions.report(
        line="appeals", kind="matter", by=RESIDENT, now=at, key=key, channel="web", answers=said, place=here.town.code
    ).id  # fmt: skip
    if closed is None:
        actions.take(case=case, verb="refuse", by=here.hats("receiver"), now=at + HOUR, key=f"{key}r",
                     answers={"answer": "不属本镇"})  # fmt: skip
        return
    actions.take(case=case, verb="dispatch", by=here.hats("dispatcher"), now=at + HOUR, key=f"{key}d")
    if closed:
        row = store.case_by("id", case)
        holder = next(post.key for post in people.current().posts if post.id == row.holder_id)
        actions.take(case=case, verb="fix", by=here.hats(holder), now=at + 2 * HOUR, key=f"{key}f",
                     answers={"answer": "灯已换"})  # fmt: skip
        actions.take(case=case, verb="confirm", by=RESIDENT, now=at + 3 * HOUR, key=f"{key}c")


def keep(here: Here, statistic: str, period: str, value: str, at: datetime) -> None:
    said: dict[str, Any] = {
        "statistic": statistic,
        "period": period,
        "value": value,
        "body": "finance",
        "document": "快报",
    }
    actions.keep(line="economy", register="figure", answers=said, by=here.hats("economy-statistician"), now=at,
                 key=f"{statistic}{period}", place=here.town.code)  # fmt: skip


@pytest.fixture
def two_years(pingyao: Here, tmp_path: Any, settings: Any) -> Here:
    """2025: four reports, two dealt with, one of them closed. 2026: five, four, three. One statistic of both years."""
    settings.GRIDTOWN_HOME = tmp_path
    for year, fates in ((2025, (True, False, None, None)), (2026, (True, True, True, False, None))):
        for n, closed in enumerate(fates):
            report(pingyao, datetime(year, 3 + n, 10, 2, tzinfo=UTC), closed=closed)
    keep(pingyao, "fiscal_revenue", "2025年", "11.0亿元", datetime(2026, 1, 20, tzinfo=UTC))
    keep(pingyao, "fiscal_revenue", "2026年", "12.8亿元", END - HOUR)
    keep(pingyao, "exports", "2026年", "5亿元", END - HOUR)
    refresh(now=END, town=pingyao.town)
    return pingyao


def test_slots_tables_and_conditions_follow_from_both_levels(two_years: Here) -> None:
    told = annual.read("2026", town=two_years.town, source=Source("2026.md", TEXT))
    assert [figure.text for figure in told.sections[0].paragraphs[0].figures] == [
        "5", "增长25.0%", "提高25.0个百分点", "增长100.0%", "增长16.4%", "［缺：上年无数或为零，无从比较］",
    ]  # fmt: skip
    assert told.sections[0].paragraphs[0].plain.endswith("多了两成以上。没有上年。")
    (table,) = (block for block in told.sections[0].blocks if isinstance(block, Table))
    rows = [[cell if isinstance(cell, str) else cell.text for cell in row][1:] for row in table.rows]
    assert rows == [
        ["5", "4", "增长25.0%"], ["75.0%", "50.0%", "提高25.0个百分点"], ["0", "0", "缺"],
        ["1,280,000,000", "1,100,000,000", "增长16.4%"],
    ]  # fmt: skip
    asked = {(entry.key, entry.period) for entry in told.entries}
    assert {("appeals.received", "2026"), ("appeals.received", "2025")} <= asked, (
        "both levels are in the annex"
    )
    compared = comparing.compare("appeals.received", period="2026", town=two_years.town)
    assert compared.change == 25


CLAIMS = {
    "2026年收到群众诉求5件，同比增长25%。": "agrees",
    "2026年收到群众诉求5件，同比增长30%。": "differs",
    "2026年收到群众诉求5件，同比下降25%。": "differs",
    "2026年累计处置群众反映各类事项4件，同比增长100%。": "agrees",
    "2026年办结率达75%，比上年提高25个百分点。": "agrees",
    "2026年办结率达75%，比上年提高5个百分点。": "differs",
    "2026年财政总收入12.8亿元，增长16.4%。": "agrees",
    "2026年财政总收入12.8亿元，增长12%。": "differs",
    "2026年货物贸易出口额5亿元，增长12%。": "cannot",
}


def test_a_claim_of_growth_is_held_against_the_two_levels(two_years: Here) -> None:
    found = {claim: check(claim, town=two_years.town).verdicts for claim in CLAIMS}
    assert {claim: change.state for claim, (_level, change) in found.items()} == CLAIMS
    assert {level.state for level, _change in found.values()} == {"agrees"}
    assert found["2026年收到群众诉求5件，同比增长30%。"][1].shown == "25.0%", (
        "what it should have been is said"
    )
