"""Published figures: how amounts and periods are read, what follows from two of them, revisions, sheets, indicators."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from gridtown import town as towns
from gridtown.cases import actions, queries
from gridtown.cases.models import Entry, Record
from gridtown.feeds.registers.book import Book
from gridtown.feeds.registers.planning import Plan
from gridtown.kernel.quantity import NoAmount, read_amount, read_growth
from gridtown.kernel.told import Actor, Refused
from gridtown.lines.economy.periods import Covered
from gridtown.people import snapshot as people
from gridtown.people.models import Account
from gridtown.people.scope import visible
from gridtown.places import router
from gridtown.report.figures import indicators, official
from gridtown.report.figures.official import Stretch, growth
from gridtown.report.prose import annual
from gridtown.warehouse.refresh import refresh
from tests.conftest import Here

TOWN = "330110110"
NOW = datetime(2024, 1, 26, 4, tzinfo=UTC)
CLERK = Actor("clerk", "economy-statistician", frozenset({"statistician"}), TOWN, clearance=1)
ALL = visible((CLERK,))


@pytest.mark.parametrize(
    ("text", "unit", "written_in", "value", "within"),
    [
        ("12.8亿元", "yuan", "", 1.28e9, 5e6),
        ("1,050万", "yuan", "", 1.05e7, 5e3),
        ("１２．８亿", "yuan", "", 1.28e9, 5e6),
        ("202", "yuan", "亿元", 2.02e10, 5e7),
        ("6.7万平方米", "m2", "", 67000, 500),
        ("280万人次", "count", "", 2.8e6, 5e3),
        ("1.6万亩", "mu", "", 16000, 500),
        ("-3", "count", "", -3, 0.5),
        ("99%", "ratio", "", 0.99, 0.005),
        ("1.4 billion", "yuan", "", 1.4e9, 5e7),
    ],
)
def test_an_amount_is_read_in_base_units_and_as_exactly_as_it_was_written(
    text, unit, written_in, value, within
):
    found = read_amount(text, unit, written_in)
    assert (found.value, found.within) == pytest.approx((value, within))


@pytest.mark.parametrize(
    ("text", "unit", "key"),
    [
        ("约十二亿", "yuan", "guard.not_an_amount"),
        ("12.8.1亿", "yuan", "guard.not_an_amount"),
        ("", "yuan", "guard.not_an_amount"),
        ("12.8亿亩", "yuan", "guard.other_unit"),
        ("12.8", "ratio", "guard.other_unit"),
        ("30元", "count", "guard.other_unit"),
    ],
)
def test_what_is_no_amount_of_that_unit_is_refused(text, unit, key):
    with pytest.raises(NoAmount) as why:
        read_amount(text, unit)
    assert why.value.key == key


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("10.3%", 0.103),
        ("+14.4", 0.144),
        ("下降2.1%", -0.021),
        ("同比增长18%", 0.18),
        ("持平", 0),
        ("0.5%", 0.005),
    ],
)
def test_growth_is_read_as_a_ratio(text, rate):
    assert read_growth(text).value == pytest.approx(rate)


@pytest.mark.parametrize(
    ("text", "key"),
    [("0.103", "guard.which_rate"), ("很快", "guard.not_a_rate"), ("增长", "guard.not_a_rate")],
)
def test_growth_is_never_guessed(text, key):
    with pytest.raises(NoAmount) as why:
        read_growth(text)
    assert why.value.key == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2023", "2023"), ("2023年", "2023"), ("2023年全年", "2023"), ("2023年1-12月", "2023"),
        ("2023-Q2", "2023-Q2"), ("2023年二季度", "2023-Q2"), ("2023年第2季度", "2023-Q2"), ("2023年4-6月", "2023-Q2"),
        ("2023-05", "2023-05"), ("2023年5月", "2023-05"), ("2023-05-01", "2023-05"),
        ("2023年1-5月", "2023-01..2023-05"), ("2023-01..2023-05", "2023-01..2023-05"),
        ("2023年上半年", "2023-01..2023-06"),
    ],
)  # fmt: skip
def test_a_period_has_one_way_of_writing(text, key):
    assert Covered.read(text).key == key


@given(st.integers(1990, 2100), st.integers(1, 12), st.integers(1, 12))
def test_a_period_reads_back_as_itself(year, a, b):
    covered = Covered(year, min(a, b), max(a, b))
    assert Covered.read(covered.key) == Covered.read(covered.said()) == covered
    assert covered.before.year == year - 1


@pytest.mark.parametrize("text", ["2023-13", "2023年9-3月", "去年", "23", "2023-05-17"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        Covered.read(text)


def test_growth_disagrees_only_beyond_all_rounding():
    now, last = Stretch.around(12.8e8, 5e6), Stretch.around(11.6e8, 5e6)
    derived = growth(now, last)
    assert derived is not None
    assert derived.value == pytest.approx(0.1034, abs=1e-4)
    assert derived.meets(Stretch.around(0.103, 0.0005))
    assert derived.meets(Stretch.around(0.11, 0.0005))  # 12.84 of 11.56 would be 11.1 %
    assert not derived.meets(Stretch.around(0.12, 0.0005))
    assert growth(now, Stretch.around(0, 0.5)) is None


@given(
    st.floats(1, 1e12), st.floats(1, 1e12), st.integers(0, 3), st.integers(0, 3),
)  # fmt: skip
def test_true_figures_never_disagree_however_they_are_rounded(now, last, places, of_rate):
    """Whatever two amounts were, and however coarsely they and their rate were written, there is no false alarm."""
    unit = 10.0 ** (len(str(int(min(now, last)))) - 1 - places)
    written = [Stretch.around(round(x / unit) * unit, unit / 2) for x in (now, last)]
    step = 10.0**-of_rate / 100
    rate = Stretch.around(round((now / last - 1) / step) * step, step / 2)
    derived = growth(*written)
    assert derived is None or derived.meets(rate)


def kept(
    key: str = "k", by: Actor = CLERK, now: datetime = NOW, record: int | None = None, **said: Any
) -> int:
    answers = {"statistic": "fiscal_revenue", "period": "2023", "body": "finance", "document": "快报", **said}
    return actions.keep(
        line="economy", register="figure", answers=answers, by=by, now=now, key=key, place=TOWN, record=record
    )


def refused(**said: Any) -> dict[str, str]:
    with pytest.raises(Refused) as why:
        kept(**said)
    return why.value.fields or {"": why.value.key}


def only(statistic: str = "fiscal_revenue", covers: str = "2023") -> official.Official:
    return next(f for f in official.figures(scope=ALL, statistic=statistic) if f.covers == covers)


def test_a_revision_needs_a_reason_and_keeps_what_was_said(pingyao: Here) -> None:
    record = kept(value="12.6亿元", growth="8.6%")
    assert refused(key="2", record=record, value="12.8亿元", growth="10.3%") == {"why": "mistake.why"}
    kept("3", record=record, value="12.8亿元", growth="10.3%", why="决算数")
    assert refused(key="4", record=record, value="12.9亿元", why="决算数") == {
        "why": "mistake.why"
    }  # said already
    told = official.versions(only())
    assert [v.said["value"] for v in told] == ["12.8亿元", "12.6亿元"]
    assert [v.said.get("why") for v in told] == ["决算数", None]
    assert only().amount == Stretch.around(1.28e9, 5e6)
    assert Entry.objects.filter(record_id=record).count() == 2
    kept(
        "5", record=record, value="12.8亿元", growth="10.3%"
    )  # as it is: nothing is written, and no reason asked
    assert Entry.objects.filter(record_id=record).count() == 2


def test_a_statistic_has_one_figure_for_a_period(pingyao: Here) -> None:
    record = kept(value="12.8亿元")
    assert refused(key="2", period="2023年1-12月", value="13亿元") == {"": "name_taken"}
    actions.retire(record=record, reason="录错", by=CLERK, now=NOW, key="r")
    other = kept("3", value="13亿元")
    assert other != record
    with pytest.raises(Refused, match="name_taken"):
        actions.restore(record=record, reason="没有录错", by=CLERK, now=NOW, key="s")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, {"value": "guard.nothing_said"}),
        ({"value": "很多"}, {"value": "guard.not_an_amount"}),
        ({"value": "12.8亿元", "growth": "0.103"}, {"growth": "guard.which_rate"}),
        ({"value": "12.8亿元", "period": "前年"}, {"period": "guard.not_a_period"}),
        ({"value": "1", "published_on": "2022-12-31"}, {"published_on": "guard.published_when"}),
        ({"value": "1", "published_on": "2024-02-01"}, {"published_on": "guard.published_when"}),
        ({"value": "1", "statistic": "weather"}, {"statistic": "mistake.not_in_table"}),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(
    pingyao: Here, said: dict[str, Any], wrong: dict[str, str]
) -> None:
    assert refused(**said) == wrong


def test_published_and_derived_growth_are_held_against_each_other(pingyao: Here) -> None:
    kept("a", period="2022", value="11.6亿元")
    record = kept("b", value="12.8亿元", growth="10.3%")
    kept("c", statistic="exports", value="55.6亿元", growth="3%")
    kept("d", statistic="services_revenue", growth="18%")
    kept("e", statistic="visitors", value="280万人次")
    assert only().verdict == "agrees"
    assert only("exports").verdict == "underived"
    assert (only("services_revenue").verdict, only("services_revenue").shown()) == ("underived", None)
    assert only("visitors").verdict == "alone"
    kept("f", record=record, value="12.8亿元", growth="13%", why="口径调整")
    assert only().verdict == "differs"
    kept("g", record=record, value="12.8亿元", why="增速待核")
    assert (only().verdict, only().derived and round(only().derived.value, 3)) == ("unpublished", 0.103)


def book(lang: str = "zh") -> Book:
    town = towns.current()
    listed = town.lines["economy"].register("figure")
    return Book(town, "economy", listed, lang, people.current(), router.current(TOWN), ALL, (CLERK,), NOW)


def brought(rows: list[list[Any]], key: str = "sheet") -> Plan:
    """Rows under Chinese headings as another office has them, without our row of keys."""
    sheet = Workbook()
    for cells in rows:
        sheet.active.append(cells)
    for cell in sheet.active["D"][1:]:
        if isinstance(cell.value, float):
            cell.number_format = "0.0%"
    data = io.BytesIO()
    sheet.save(data)
    return book().bring(data.getvalue(), key)


HEADS = ["统计指标", "期间", "数值", "同比", "发布单位", "来源文件", "修订原因"]


def test_a_sheet_of_another_office_is_brought_in_and_bad_rows_are_named(pingyao: Here) -> None:
    plan = brought([
        HEADS,
        ["财政总收入", "2023年", "12.8亿元", 0.103, "财政部门", "快报", None],
        ["接待游客人次", "2023年1-5月", "1,050万", "12.5%", "文旅部门", "简报", None],
        ["规上工业产值", "2023年", "很多", None, "统计部门", "快报", None],
        ["天气", "2023年", "1", None, "统计部门", "快报", None],
        ["财政总收入", "2023年1-12月", "12.9亿元", None, "财政部门", "快报", None],
    ])  # fmt: skip
    assert plan.counts == {"read": 5, "new": 2, "changed": 0, "same": 0, "wrong": 3}
    assert {(m.row, m.heading): m.reason for m in plan.mistakes} == {
        (4, "数值"): "看不懂这个数值；请写 12.8亿元、1,050万 或 202",
        (5, "统计指标*"): next(m.reason for m in plan.mistakes if m.row == 5),
        (6, ""): "台账中已有“财政总收入 2023年”，请在该条记录上修改",
    }
    assert only().rate == Stretch.around(0.103, 0.0005)  # a cell that shows 10.3% says so
    assert only("visitors", "2023-01..2023-05").amount == Stretch.around(1.05e7, 5e3)
    assert {r.place for r in queries.records(line="economy", register="figure")} == {TOWN}


def test_a_sheet_revises_with_a_reason_only_and_twice_changes_nothing(pingyao: Here) -> None:
    first = ["财政总收入", "2023年", "12.6亿元", "8.6%", "财政部门", "快报", None]
    assert brought([HEADS, first]).counts["new"] == 1
    assert brought([HEADS, first], "again").counts["same"] == 1
    revised = ["财政总收入", "2023年", "12.8亿元", "10.3%", "财政部门", "决算", None]
    assert [m.reason for m in brought([HEADS, revised], "b").mistakes] == ["请写明这次修改的原因"]
    assert brought([HEADS, [*revised[:6], "决算批复"]], "c").counts["changed"] == 1
    assert brought([HEADS, [*revised[:6], None]], "d").counts["same"] == 1
    assert Record.objects.count() == 1
    assert only().amount == Stretch.around(1.28e9, 5e6)


@pytest.mark.parametrize("coding", ["utf-8-sig", "gb18030"])
def test_a_csv_sheet_is_a_sheet_too(pingyao: Here, coding: str) -> None:
    text = '统计指标,期间,数值,单位,发布单位,来源文件\n财政总收入,2023,"12.8",亿元,财政部门,快报\n'
    assert book().bring(text.encode(coding), "csv").counts["new"] == 1
    assert only().amount == Stretch.around(1.28e9, 5e6)


@pytest.fixture
def counted(pingyao: Here, tmp_path: Path, settings: Any) -> Here:
    settings.GRIDTOWN_HOME = tmp_path
    return pingyao


def test_the_figure_stands_in_the_report_as_published_last(counted: Here) -> None:
    record = kept("a", value="12.6亿元")
    kept("b", period="2023年1-6月", value="6.1亿元")
    refresh(now=NOW)
    assert indicators.read("economy.fiscal_revenue", period="2023").shown(scale="亿") == "12.6"
    kept("c", record=record, value="12.8亿元", growth="10.3%", why="决算")
    refresh(now=NOW)
    read = indicators.read("economy.fiscal_revenue", period="2023")
    assert (read.shown(), read.shown(scale="亿"), read.unit) == ("1,280,000,000", "12.8", "yuan")
    assert indicators.read("economy.fiscal_revenue_yoy", period="2023").shown() == "10.3%"
    half = indicators.read("economy.fiscal_revenue", period="2023-01-01..2023-06-30")
    assert half.shown(scale="亿") == "6.1"
    for period in ("2022", "2024", "2023-06", "2023-Q1"):
        assert indicators.read("economy.fiscal_revenue", period=period).missing, period
    behind = indicators.cases_behind("economy.fiscal_revenue", scope=ALL, now=NOW, period="2023")
    assert [r.id for r in behind.records] == [record]
    assert indicators.read("economy.exports", period="2023").shown() is None  # missing is no nought


def test_a_figure_of_a_whole_year_is_known_before_the_ledger_has_come_to_its_end(counted: Here) -> None:
    kept("a", now=datetime(2023, 12, 20, tzinfo=UTC), value="12.8亿元")
    refresh(now=datetime(2023, 12, 20, 1, tzinfo=UTC))
    assert indicators.read("economy.fiscal_revenue", period="2023").shown(scale="亿") == "12.8"
    assert indicators.read("economy.fiscal_revenue", period="2023-12").missing


def test_every_row_of_the_towns_table_is_an_indicator(pingyao: Here) -> None:
    named = {n.key: n.indicator for n in indicators.listed()}
    for key, row in official.statistics().items():
        assert named[f"economy.{key}"].question.endswith(f": {row['en']}?")
        assert named[f"economy.{key}"].reviewed == date(2026, 11, 27)
    assert "economy.rd_share_yoy" not in named
    assert not annual.faults(pingyao.town)


def signed_in(here: Here, lang: str = "zh") -> Client:
    browser = Client(raise_request_exception=True)
    browser.force_login(Account.objects.get(pk=here.post("economy-statistician").holders[0]))
    browser.cookies["gridtown_lang"] = lang
    return browser


def test_the_pages_warn_of_growth_that_cannot_be_and_show_each_revision(
    counted: Here, django_assert_max_num_queries: Any
) -> None:
    kept("a", period="2022", value="11亿元")
    record = kept("b", value="12.6亿元", growth="10.3%")
    kept("c", record=record, value="12.8亿元", growth="10.3%", why="决算批复数")
    browser = signed_in(counted)
    with django_assert_max_num_queries(12):
        listed = browser.get("/figures").content.decode()
    assert "公布 10.3%，按上年数推算 16.4%" in listed
    assert "尚未登记，按缺失处理，不作零计" in listed
    one = browser.get("/figures/fiscal_revenue").content.decode()
    assert "决算批复数" in one
    assert "12.6亿元" in one
    assert 'data-value="12.8"' in one
    assert (
        "Differs beyond rounding" in signed_in(counted, "en").get("/figures/fiscal_revenue").content.decode()
    )
    assert browser.get("/figures/weather").status_code == 404
    assert Client().get("/figures").status_code in (302, 403)
