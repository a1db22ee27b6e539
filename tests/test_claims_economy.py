"""Claims of a report against published figures: levels, growth as published and as it follows, and honours."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gridtown.cases import actions
from gridtown.kernel.told import Actor
from gridtown.report.claims.answering import wording
from gridtown.report.claims.ledger.checking import Verdict, check
from gridtown.warehouse.refresh import refresh
from tests.conftest import Here

pytestmark = pytest.mark.slow

TOWN = "330110110"
CLERK = Actor("clerk", "economy-statistician", frozenset({"statistician"}), TOWN, clearance=1)
OFFICE = Actor("office", "honours-recorder", frozenset({"recorder"}), TOWN, clearance=1)
TAKEN, AFTER = datetime(2024, 1, 5, 2, tzinfo=UTC), datetime(2024, 1, 20, 2, tzinfo=UTC)
PUBLISHED = (
    ("fiscal_revenue", "12.8亿元", "10.3%"), ("industrial_output", "202亿元", ""), ("visitors", "280万人次", ""),
    ("services_revenue", "", "18%"), ("rd_share", "3.5%", ""),
)  # fmt: skip
DRAFT = (
    "今年镇财政总收入达12.8亿元，同比增长10.3%。规上工业总产值完成202亿元，规上服务业营业收入增长18%，"
    "研发经费占比达到3.5%。接待游客280万人次。"
)
RIGHT = dict.fromkeys(("12.8亿元", "10.3%", "202亿元", "18%", "3.5%", "280万人次"), "agrees")


def keep(period: str, statistic: str, value: str, growth: str = "", **more: Any) -> int:
    said = {
        "statistic": statistic, "period": period, "value": value, "growth": growth, "body": "finance",
        "document": "快报",
    }  # fmt: skip
    return actions.keep(
        line="economy", register="figure", answers={k: v for k, v in said.items() if v}, by=CLERK, now=TAKEN,
        key=f"{period}:{statistic}", place=TOWN, **more,
    )  # fmt: skip


@pytest.fixture
def year(pingyao: Here) -> dict[str, int]:
    """What was published of 2023, by statistic; only exports are known of the year before as well."""
    kept = {statistic: keep("2023", statistic, value, rate) for statistic, value, rate in PUBLISHED}
    keep("2022", "exports", "50亿元")
    keep("2023", "exports", "55.6亿元")
    refresh(now=AFTER, town=pingyao.town)
    return kept


def states(draft: str = DRAFT) -> dict[str, str]:
    return {verdict.claim.text: verdict.state for verdict in check(draft, period="2023").verdicts}


def one(draft: str) -> Verdict:
    return check(draft, period="2023").verdicts[-1]


def test_right_figures_agree_and_a_changed_one_differs(year: dict[str, int]) -> None:
    assert states() == RIGHT
    wrong = DRAFT.replace("202亿元", "220亿元")
    assert states(wrong) == {t: s for t, s in RIGHT.items() if t != "202亿元"} | {"220亿元": "differs"}
    (verdict,) = (v for v in check(wrong, period="2023").verdicts if v.state == "differs")
    assert (verdict.value, verdict.by, verdict.guesses[0].key) == (
        2.02e10,
        1.8e9,
        "economy.industrial_output",
    )


def test_revising_one_record_turns_exactly_its_claim_red(pingyao: Here, year: dict[str, int]) -> None:
    actions.keep(
        line="economy", register="figure", record=year["industrial_output"], by=CLERK, now=AFTER, key="revised",
        place=TOWN,
        answers={
            "statistic": "industrial_output", "period": "2023", "value": "208亿元", "body": "finance",
            "document": "年报", "why": "年报核定",
        },
    )  # fmt: skip
    refresh(now=AFTER.replace(day=21), town=pingyao.town)
    assert states() == RIGHT | {"202亿元": "differs"}


def test_growth_says_both_what_was_published_and_what_follows(year: dict[str, int]) -> None:
    published, derived = one("财政总收入增长10.3%。"), one("货物贸易出口额增长11.2%。")
    assert (published.state, published.guesses[0].key) == ("agrees", "economy.fiscal_revenue_yoy")
    assert "公布增速 10.3%，台账中没有两年的数，无法推算" in wording.ledger(published, "zh")
    assert (derived.state, derived.reason, derived.value) == ("agrees", "follows", pytest.approx(0.112))
    assert "没有公布的增速，按上年数推算 11.2%" in wording.ledger(derived, "zh")
    assert "no growth was published; from last year's figure 11.2%" in wording.ledger(derived, "en")
    assert one("货物贸易出口额增长15%。").state == "differs"
    assert one("社会消费品零售总额增长12%。").reason == "no_data"


def test_growth_published_against_what_follows_is_said_to_be_apart(
    pingyao: Here, year: dict[str, int]
) -> None:
    keep("2022", "fiscal_revenue", "11亿元")
    refresh(now=AFTER.replace(day=21), town=pingyao.town)
    verdict = one("财政总收入增长10.3%。")
    assert (verdict.state, verdict.grown.apart) == ("agrees", True)
    assert "公布增速 10.3%，按上年数推算 16.4%，两者不符" in wording.ledger(verdict, "zh")


def test_honours_that_a_document_shows_count(pingyao: Here) -> None:
    for n, (level, document) in enumerate(
        (("provincial", "文1"), ("provincial", "文2"), ("provincial", ""), ("city", "文3"))
    ):
        said = {"name": f"荣誉{n}", "level": level, "holder": "瓶窑镇", "year": 2023, "document": document}
        actions.keep(
            line="honours", register="honour", answers=said, by=OFFICE, now=TAKEN, key=f"h{n}", place=TOWN
        )
    refresh(now=AFTER, town=pingyao.town)
    assert states("2023年获评省级荣誉2项、市级荣誉1项。") == {"2项": "agrees", "1项": "agrees"}
    assert states("2023年获评省级称号3项。") == {"3项": "differs"}


@pytest.mark.parametrize(
    "draft",
    [
        "全县财政总收入达312亿元，规上工业总产值完成900亿元。",
        "云溪镇2024年政府工作报告\n财政总收入达3.6亿元，规上工业总产值完成90亿元。",
        "各位代表：\n我代表县人民政府向大会报告工作。\n财政总收入达312亿元，规上工业总产值完成900亿元。",
        "牧业产值6.5亿元。",
        "限上服务业中介机构营业收入增长3%。",
    ],
)
def test_what_is_told_of_another_place_or_trade_is_never_called_wrong(
    year: dict[str, int], draft: str
) -> None:
    assert "differs" not in states(draft).values()


@pytest.mark.parametrize(
    "draft",
    [
        "财政总收入达3.6亿元。",
        "全县财政总收入312亿元，我镇财政总收入达3.6亿元。",
        "财政总收入达3.6亿元，居全区第2位。",
        "瓶窑镇2024年政府工作报告\n各位代表：\n我代表镇人民政府向大会报告工作。\n财政总收入达3.6亿元。",
    ],
)
def test_what_is_told_of_the_town_is_still_held_against_it(year: dict[str, int], draft: str) -> None:
    assert states(draft)["3.6亿元"] == "differs"
