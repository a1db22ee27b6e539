"""Targets: held against the ledger with a reason, changed only with consent, read from a plan and confirmed."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from gridtown.cases import actions, queries
from gridtown.cases.models import Case
from gridtown.kernel.told import Actor, Refused
from gridtown.people.models import Account
from gridtown.people.scope import visible
from gridtown.report.claims.ledger import plans
from gridtown.report.promises import lights, targets
from gridtown.report.promises.targets import Standing
from gridtown.warehouse.refresh import refresh
from tests.conftest import Here

TOWN = "330110110"
BEGIN = datetime(2023, 1, 10, 2, tzinfo=UTC)
OFFICE = Actor("office", "targets-assessor", frozenset({"assessor"}), TOWN, clearance=1)
LEADER = Actor("leader", "leader", frozenset({"leader"}), TOWN, clearance=3)
HOLDER = Actor("holder", "supervisor", frozenset({"supervisor"}), TOWN, clearance=3)
CLERK = Actor("clerk", "economy-statistician", frozenset({"statistician"}), TOWN, clearance=1)
PLAN = """一、主要目标
力争新增国家高新技术企业30家以上、省级专精特新企业15家以上。完成8万方立面整治工程。
群众反映事项办结率不低于98%，一般生产安全事故控制在2起以内。6月底前新修四好农村路9.6公里。"""


@pytest.fixture(autouse=True)
def _home(pingyao: Here, tmp_path: Path, settings: Any) -> None:
    settings.GRIDTOWN_HOME = tmp_path


def at(month: int, day: int = 1, year: int = 2023) -> datetime:
    return datetime(year, month, day, 2, tzinfo=UTC)


def target(key: str = "t", by: Actor = OFFICE, now: datetime = BEGIN, **said: Any) -> str:
    answers = {
        "title": "目标",
        "amount": 100,
        "due": "2023-12-31",
        "to": "supervisor",
        "document": "计划",
        **said,
    }
    return actions.report(
        line="targets", kind="target", answers=answers, by=by, now=now, key=key, channel="counter", place=TOWN
    ).number


def take(number: str, verb: str, by: Actor, now: datetime, **answers: Any) -> None:
    actions.take(case=number, verb=verb, answers=answers, by=by, now=now, key=f"{number}:{verb}:{now}")


def figure(period: str, value: str, now: datetime, key: str = "") -> None:
    said = {"statistic": "exports", "period": period, "value": value, "body": "commerce", "document": "月报"}
    actions.keep(
        line="economy",
        register="figure",
        answers=said,
        by=CLERK,
        now=now,
        key=key or f"f:{period}",
        place=TOWN,
    )


def standing(now: datetime, number: str) -> Standing:
    found = targets.board(scope=visible((LEADER,)), hats=(LEADER,), now=now)
    return next(s for s in found.standings if s.target.number == number)


def test_a_published_figure_is_read_up_to_the_last_month_that_is_published() -> None:
    number = target(indicator="economy.exports", amount=1.2e9, unit="yuan", begins="2023-01-01")
    for month in range(1, 7):
        period = "2023-01" if month == 1 else f"2023年1-{month}月"
        figure(period, f"{month * 1.05}亿元", at(month + 1, 15))
    refresh(now=at(9))
    found = standing(at(9), number)
    assert (found.source, found.now, found.adds_up) == ("published", pytest.approx(6.3e8), True)
    assert found.as_of == datetime(2023, 6, 30, 16, tzinfo=UTC)
    assert found.light.colour == "green"
    assert found.done == pytest.approx(0.525)
    said = lights.reason(found, "zh", 5)
    assert "现为 6.3亿元" in said
    assert "按开始以来的平均进度推算" in said
    assert "at the pace so far" in lights.reason(found, "en", 5)


def test_a_missing_figure_is_grey_and_never_nought() -> None:
    number = target(indicator="economy.exports", amount=1e9, unit="yuan")
    refresh(now=at(9))
    found = standing(at(9), number)
    assert (found.now, found.light.colour, found.light.why) == (None, "grey", "no_data")
    assert "不作零计" in lights.reason(found, "zh", 5)


def test_without_an_indicator_whoever_answers_tells_and_that_grows_stale() -> None:
    number = target(amount=10)
    assert standing(at(6), number).light.why == "not_told"
    take(number, "tell", HOLDER, at(5), reached=2, as_of="2023-04-30")
    found = standing(at(6), number)
    assert (found.source, found.now, found.light.colour) == ("told", 2.0, "red")
    assert standing(at(9), number).light.why == "stale"
    with pytest.raises(Refused, match="not_yours"):
        take(number, "tell", OFFICE, at(6), reached=9, as_of="2023-05-31")


def test_a_target_is_changed_only_with_a_ground_a_reason_and_the_consent_of_another() -> None:
    number = target(amount=100)
    with pytest.raises(Refused) as why:
        take(number, "ask_change", HOLDER, at(3), amount=80)
    assert set(why.value.fields) == {"ground", "reason"}
    take(number, "ask_change", HOLDER, at(3), ground="policy", reason="口径调整", amount=80)
    assert standing(at(3), number).target.amount == 100  # asked is not agreed
    with pytest.raises(Refused, match="may_not"):
        take(number, "agree", HOLDER, at(3, 2))
    take(number, "agree", LEADER, at(3, 3))
    found = standing(at(4), number).target
    assert (found.amount, found.changed, found.due) == (80, True, date(2023, 12, 31))
    told = queries.case(number=number, scope=visible((LEADER,)), hats=(LEADER,), now=at(4))
    assert told is not None
    assert [step.verb for step in told.steps] == ["report", "ask_change", "agree"]


def test_who_asked_for_a_change_does_not_agree_to_it_though_a_leader() -> None:
    number = target(to="leader")
    take(number, "ask_change", LEADER, at(3), ground="new_task", reason="新任务", amount=80)
    with pytest.raises(Refused, match=r"guard\.by_another"):
        take(number, "agree", LEADER, at(3, 2))


@pytest.mark.parametrize(
    ("kind", "state", "days"),
    [("question", "asked", 10), ("target", "judged", 3), ("target", "objected", 10)],
)
def test_the_regulations_days_cannot_be_lengthened(pingyao: Here, kind: str, state: str, days: int) -> None:
    limits = {limit.states: limit for limit in pingyao.town.kind("targets", kind).procedure.limits}
    limit = limits[(state,)]
    assert (limit.amount.n, limit.amount.unit, limit.ceiling) == (days, "workdays", limit.amount)
    assert limit.basis.startswith("杭州市绩效管理条例")
    with pytest.raises(ValueError, match="ceiling"):
        limit.override(type(limit.amount)(days + 1, limit.amount.unit))


def test_a_question_is_due_in_ten_working_days_and_an_objection_within_three(pingyao: Here) -> None:
    number = target()
    asked = actions.report(
        line="targets", kind="question", by=LEADER, now=at(4, 3), key="q", channel="web", place=TOWN,
        answers={"target": number, "to": "supervisor", "description": "进度如何"},
    )  # fmt: skip
    row = Case.objects.get(number=asked.number)
    assert pingyao.town.calendar.day(row.due) == date(2023, 4, 18)  # 5 April is a holiday
    assert row.holder_id == pingyao.post("supervisor").id


def test_the_board_puts_the_worst_first_and_says_what_changed_since_the_meeting() -> None:
    good = target("a", title="好", amount=10)
    bad = target("b", title="差", amount=10)
    unknown = target("c", title="不明", amount=10)
    take(good, "tell", HOLDER, at(6), reached=6, as_of="2023-05-31")
    take(bad, "tell", HOLDER, at(6), reached=1, as_of="2023-05-31")
    board = targets.board(scope=visible((LEADER,)), hats=(LEADER,), now=at(6, 5))
    assert [s.target.number for s in board.standings] == [bad, unknown, good]
    assert (board.meeting, board.changes) == (None, ())
    answers = {
        "title": "调度会",
        "held_on": "2023-06-05",
        "cursor": board.cursor,
        "board": targets.snapshot(board),
    }
    actions.report(
        line="targets",
        kind="meeting",
        answers=answers,
        by=OFFICE,
        now=at(6, 5),
        key="m",
        channel="web",
        place=TOWN,
    )
    fresh = target("d", title="新", amount=10, now=at(6, 6))
    take(bad, "tell", HOLDER, at(7), reached=9, as_of="2023-06-30")
    board = targets.board(scope=visible((LEADER,)), hats=(LEADER,), now=at(7, 2))
    told = {c.standing.target.number: (c.was, c.standing.light.colour) for c in board.changes}
    assert told == {bad: ("red", "green"), fresh: ("", "grey")}


def read(text: str = PLAN) -> list[Any]:
    return [read.target for read in plans.of_text(text, year=2024)]


def test_a_plans_text_proposes_amounts_in_base_units() -> None:
    found = {(t.amount, t.unit): t for t in read()}
    assert set(found) >= {
        (30, "count"),
        (15, "count"),
        (80000, "m2"),
        (0.98, "ratio"),
        (2, "count"),
        (9600 / 1000, "km"),
    }
    assert found[(2, "count")].direction == "at_most"
    assert found[(0.98, "ratio")].direction == "at_least"
    assert found[(9.6, "km")].due == date(2024, 6, 30)
    assert all(PLAN[t.start : t.end].strip() == t.text for t in found.values())


def test_a_word_file_and_a_sheet_propose_as_well(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("力争新增国家高新技术企业30家以上。")
    file = io.BytesIO()
    word.save(file)
    assert [r.target.amount for r in plans.read("计划.docx", file.getvalue(), year=2024)] == [30]
    book, sheet = Workbook(), io.BytesIO()
    for row in (
        ["计划表"],
        ["目标", "目标值", "方向", "期限"],
        ["出让工业用地", "5宗", "不少于", "2024-11-30"],
        ["空", None, None, None],
    ):
        book.active.append(row)
    book.save(sheet)
    (one,) = (read.target for read in plans.read("表.xlsx", sheet.getvalue(), year=2024))
    assert (one.subject, one.amount, one.unit, one.due) == ("出让工业用地", 5, "count", date(2024, 11, 30))
    for name, data in (
        ("a.pdf", b"%PDF"),
        ("a.docx", b"no zip"),
        ("a.xlsx", b"no zip"),
        ("a.csv", "甲,乙\n".encode()),
    ):
        with pytest.raises(plans.Unreadable):
            plans.read(name, data, year=2024)


def signed_in(here: Here, post: str = "targets-assessor", lang: str = "zh") -> Client:
    browser = Client(raise_request_exception=True)
    browser.force_login(Account.objects.get(pk=here.post(post).holders[0]))
    browser.cookies["gridtown_lang"] = lang
    return browser


@pytest.fixture
def in_2026(monkeypatch: pytest.MonkeyPatch) -> datetime:
    now = datetime(2026, 3, 2, 4, tzinfo=UTC)
    monkeypatch.setattr("gridtown.town.clock.now", lambda: now)
    return now


def posted(texts: list[Any], take_all: bool = True, **over: Any) -> dict[str, Any]:
    """The form as the page sends it."""
    rows = [
        {"key": plans.key_of("计划", t), "title": t.subject[:80] or "目标", "indicator": "", "direction": t.direction,
         "amount": str(t.amount), "unit": t.unit, "due": "2026-12-31", "to": "supervisor", "quote": t.text, **over}
        for t in texts
    ]  # fmt: skip
    form: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    return {
        **form,
        "document": "计划",
        "year": "2026",
        "take": [str(n) for n in range(len(rows))] if take_all else ["0"],
    }


def test_confirming_twice_sets_each_target_once(pingyao: Here, in_2026: datetime) -> None:
    browser, found = signed_in(pingyao), read()
    page = browser.post("/targets/plan", {"text": PLAN, "document": "计划", "year": "2026"}).content.decode()
    assert page.count('name="take"') == len(found)
    assert not Case.objects.exists()  # a proposal is no target
    for _ in range(2):
        assert browser.post("/targets/plan/confirm", posted(found)).status_code == 302
    assert Case.objects.count() == len(found)
    again = browser.post("/targets/plan", {"text": PLAN, "document": "计划", "year": "2026"}).content.decode()
    assert again.count("已在 TG2026-") == len(found)


def test_one_that_cannot_be_set_keeps_all_from_being_set(pingyao: Here, in_2026: datetime) -> None:
    browser, form = signed_in(pingyao), posted(read())
    form["to"] = [*form["to"][:-1], ""]
    page = browser.post("/targets/plan/confirm", form)
    assert page.status_code == 422
    assert "有 1 项需要修改，一项也没有写入" in page.content.decode()
    assert "交给岗位: 必填" in page.content.decode()
    assert not Case.objects.exists()
    assert browser.post("/targets/plan/confirm", posted(read(), take_all=False)).status_code == 302
    assert Case.objects.count() == 1


def test_the_board_is_a_page_and_a_sheet_and_asks(pingyao: Here, in_2026: datetime) -> None:
    number = target(now=in_2026, due="2026-12-31", title="=cmd 目标")
    browser = signed_in(pingyao)
    page = browser.get("/targets").content.decode()
    assert "没有对应指标，责任岗位也还没有报告进度" in page
    assert "不公开" not in page
    take(number, "disclose", LEADER, in_2026, openness="others", reason="涉及商业秘密")
    assert "不公开" in browser.get("/targets").content.decode()
    said = {"description": "进度如何", "to": "supervisor", "_key": "once"}
    for _ in range(2):
        assert browser.post(f"/targets/{number}/ask", said).status_code == 302
    assert Case.objects.filter(kind="question").count() == 1
    assert "进度如何" in browser.get("/targets").content.decode()
    assert browser.post("/targets/meeting", {"title": "三月调度会", "_key": "m"}).status_code == 302
    assert "三月调度会" in browser.get("/targets").content.decode()
    assert browser.post("/targets/meeting", {"title": "", "_key": "m2"}).status_code == 422
    sheet = load_workbook(io.BytesIO(b"".join(browser.get("/targets.xlsx").streaming_content))).active
    assert [cell.data_type for cell in sheet[2]][1] == "s"
    assert sheet[2][1].value == "=cmd 目标"
    assert browser.post("/targets/TG2026-9999/ask", said).status_code == 404
    assert "No indicator measures it" in signed_in(pingyao, lang="en").get("/targets").content.decode()


def test_the_interface_has_the_board_as_the_page_has_it(pingyao: Here, in_2026: datetime) -> None:
    number = target(now=in_2026, due="2026-12-31", title="目标", amount=10)
    told = signed_in(pingyao, lang="en").get("/api/targets").json()
    (one,) = told["targets"]
    assert (one["number"], one["amount"], one["now"], one["light"], one["reason"]) == (
        number, 10, None, "grey", "not_told",
    )  # fmt: skip
    assert (told["meeting"], told["changes"]) == (None, [])
    take(number, "tell", HOLDER, in_2026, reached=2, as_of="2026-02-28")
    (one,) = signed_in(pingyao).get("/api/targets").json()["targets"]
    assert (one["now"], one["source"], one["post"]) == (2, "told", "supervisor")
    assert one["forecast"] == round(2 / (59 / 365))
    assert one["why"] in signed_in(pingyao).get("/targets").content.decode()
    assert Client().get("/api/targets").status_code == 401


def test_only_who_sets_targets_reads_plans(pingyao: Here, in_2026: datetime) -> None:
    assert signed_in(pingyao, "receiver").get("/targets").status_code == 200
    assert Client().get("/targets").status_code in (302, 403)
    browser = Client(raise_request_exception=False)
    browser.force_login(Account.objects.get(pk=pingyao.post("receiver").holders[0]))
    assert browser.get("/targets/plan").status_code == 403
    assert browser.post("/targets/meeting", {"title": "会", "_key": "x"}).status_code in (403, 422)
    assert not Case.objects.exists()


def test_the_board_costs_the_same_however_many_targets(
    pingyao: Here, in_2026: datetime, django_assert_num_queries: Any
) -> None:
    def asked() -> int:
        hats = pingyao.hats("leader")
        with django_assert_num_queries(2):
            return len(
                targets.board(scope=visible(hats), hats=hats, now=in_2026 + timedelta(hours=1)).standings
            )

    target("1", now=in_2026, due="2026-12-31")
    assert asked() == 1
    for n in range(8):
        target(f"n{n}", now=in_2026, due="2026-12-31")
    assert asked() == 9


def test_what_the_ledger_counts_is_forecast_with_the_miss_of_the_months_before() -> None:
    number = target(indicator="economy.figures", amount=20, begins="2023-01-01")
    for month in range(1, 7):
        for n, part in enumerate((10, 20)):
            figure(f"2022年{month}月" if n else f"2021年{month}月", "1亿元", at(month, part))
    refresh(now=at(7))
    found = standing(at(7), number)
    assert (found.now, found.source, found.adds_up, found.light.colour) == (12, "ledger", True, "green")
    assert found.forecast is not None
    assert found.forecast.method == "run_rate"
    assert found.forecast.value == pytest.approx(24, abs=0.5)
    assert found.forecast.miss is not None
    assert 0 < found.forecast.miss < 0.1
    assert "以已过的 6 个月检验，平均每月误差" in lights.reason(found, "zh", 5)
    assert found.reading is not None
    assert found.reading.of == 12


def test_a_plans_sentences_name_their_indicator(pingyao: Here) -> None:
    text = (
        "2024年工作计划\n力争规上工业总产值达到210亿元，财政总收入增长8%，制造业投资完成7亿元以上。"
        "群众反映事项办结率保持在98%以上。完成立面整治8万方。"
    )
    found = plans.of_text(text, year=2024, town=pingyao.town)
    told = {read.target.text: (read.target.indicator, read.target.amount, read.target.unit) for read in found}
    assert told == {
        "210亿元": ("economy.industrial_output", 2.1e10, "yuan"),
        "8%": ("economy.fiscal_revenue_yoy", 0.08, "ratio"),
        "7亿元以上": ("economy.manufacturing_investment", 7e8, "yuan"),
        "98%以上": ("appeals.closed_of_handled", 0.98, "ratio"),
        "8万方": (None, 80000, "m2"),
    }


def test_figures_that_are_not_worded_as_promises_are_told_of_and_listed_when_asked(
    pingyao: Here, in_2026: datetime
) -> None:
    browser = signed_in(pingyao)
    text = "全年新建口袋公园5个以上。巡河完成率达到98%以上。力争新增国家高新技术企业30家。"
    sent = {"text": text, "document": "补充计划", "year": "2026"}
    page = browser.post("/targets/plan", sent).content.decode()
    assert (page.count('name="take"'), "文中另有 2 个本年度的数" in page) == (1, True)
    page = browser.post("/targets/plan", {**sent, "whole": "1"}).content.decode()
    assert (page.count('name="take"'), "文中另有" in page) == (3, False)
    taken = re.findall(r'name="take" value="(\d)"( checked)?', page)
    assert taken == [
        ("0", ""),
        ("1", ""),
        ("2", " checked"),
    ]  # nobody takes by mistake what was reached already
