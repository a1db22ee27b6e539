"""What residents see of the year's promises: what is public, what is known, without an account or a name."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gridtown.cases import actions
from gridtown.town import clock
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.refresh import refresh
from tests.conftest import RESIDENT, Here

NOW = datetime(2026, 10, 12, 4, tzinfo=UTC)


@pytest.fixture
def here(pingyao: Here, tmp_path: Any, settings: Any, monkeypatch: Any) -> Here:
    """Three reports read from the ledger in October."""
    settings.GRIDTOWN_HOME = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    for n in range(3):
        actions.report(
            line="appeals", kind="matter", by=RESIDENT, now=NOW - timedelta(days=200 - n), key=f"r{n}", channel="web",
            answers={"description": "路灯不亮", "category": "street_light"}, place=pingyao.town.code,
        )  # fmt: skip
    refresh(now=NOW, town=pingyao.town)
    return pingyao


def promise(here: Here, title: str, **more: Any) -> str:
    said = {"title": title, "amount": 5, "due": "2026-12-31", "to": "supervisor", "document": "计划", **more}
    return actions.report(
        line="targets", kind="target", by=here.hats("leader"), now=NOW - timedelta(days=250), key=title, channel="web",
        place=here.town.code, answers=said,
    ).number  # fmt: skip


def page(lang: str = "zh", **asked: str) -> str:
    browser = Client()
    browser.cookies["gridtown_lang"] = lang
    answer = browser.get("/progress", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_reads_what_was_promised_how_far_it_is_and_how_it_is_counted(here: Here) -> None:
    counted = promise(here, "受理反映", indicator="appeals.received")
    promise(here, "新建公厕", amount=3)
    text = page()
    for said in (
        "受理反映",
        "≥ 5",
        "截至 2026-10-12",
        f'href="#def-{counted}"',
        "新建公厕",
        "尚无进度报告",
        "暂无数据",
    ):
        assert said in text
    assert "由台账中的事项逐件算出" in text
    assert "由责任岗位报告进度" in text
    assert "督办" not in text, "neither a post nor a person is named"
    english = page("en")
    assert "What was promised for 2026" in english
    assert "no progress told yet" in english
    assert "/progress" in Client().get("/").content.decode()
    told = Client().get("/api/public/targets").json()
    assert (told["year"], told["years"]) == (2026, [2026])
    assert [(one["title"], one["now"], one["of"], one["state"]) for one in told["targets"]] == [
        ("受理反映", 3.0, 3, told["targets"][0]["state"]), ("新建公厕", None, None, told["targets"][1]["state"]),
    ]  # fmt: skip
    assert {"post", "holder", "to"} & set(told["targets"][0]) == set()


def test_what_the_law_withholds_or_nobody_promises_any_more_is_nowhere(here: Here) -> None:
    hidden = promise(here, "搬迁", openness="others")
    given_up = promise(here, "放弃")
    later = promise(here, "后来不公开")
    open_again = promise(here, "后来公开", openness="internal")
    leader = here.hats("leader")
    actions.take(case=given_up, verb="withdraw", by=leader, now=NOW, key="w", answers={"reason": "取消"})
    said = {"reason": "涉密", "openness": "safety"}
    actions.take(case=later, verb="disclose", by=leader, now=NOW, key="d", answers=said)
    actions.take(case=open_again, verb="disclose", by=leader, now=NOW, key="o",
                 answers={"reason": "已可公开", "openness": "public"})  # fmt: skip
    for text in (page(), page("en"), Client().get("/api/public/targets").content.decode()):
        assert open_again in text
        for number in (hidden, given_up, later):
            assert number not in text


def test_other_years_none_and_numbers_of_persons(here: Here) -> None:
    assert "2026年没有公开的年度目标" in page()
    promise(here, "联系 13900001111", due="2027-06-30", begins="2027-01-01")
    text = page()
    assert "2027年的目标" in text, "the newest year that there is"
    assert "13900001111" not in text
    assert "联系 ***********" in text
    assert "2026年没有公开的年度目标" in page(year="2026")
    assert Client().get("/progress?year=soon").status_code == 404
    assert Client().get("/api/public/targets?year=12").status_code in (400, 422)


def test_it_asks_the_same_however_many_targets(here: Here, monkeypatch: Any) -> None:
    counts = []
    keys = ("received", "merged", "refused", "handled", "unsolved", "open_late")
    for n, key in enumerate(keys):
        promise(here, f"目标{n}", indicator=f"appeals.{key}")
        if n in (1, len(keys) - 1):
            lake = lakes.tables(here.town)
            lake._memo.clear()
            asked: list[str] = []
            run = type(lake).run_sql
            monkeypatch.setattr(
                type(lake), "run_sql", lambda self, sql, a=asked, r=run: a.append(sql) or r(self, sql)
            )
            with CaptureQueriesContext(connection) as queries:
                page()
            monkeypatch.undo()
            monkeypatch.setattr(clock, "now", lambda: NOW)
            counts.append((len(asked), len(queries)))
    assert counts[0] == counts[1]
    assert counts[0][1] < 10
