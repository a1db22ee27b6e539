"""A field for a case's number offers what fits, within the reader's scope, and takes typed numbers without a script."""

from typing import Any

import pytest

from tests.browsing import OTHER, VILLAGE, client_of, reported
from tests.conftest import Here

INTO = {"line": "appeals", "of": "matter", "field": "into"}


def offered(browser: Any, **asked: str) -> str:
    answer = browser.get("/cases/named", {**INTO, **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_fits_the_number_or_the_words_is_offered(pingyao: Here) -> None:
    one, two = reported(pingyao, n=1), reported(pingyao, n=2, description="井盖丢了")
    desk = client_of(pingyao, "receiver")
    both = offered(desk)
    assert both.index(two.number) < both.index(one.number), "the newest first"
    assert (one.number in offered(desk, into="路灯"), two.number in offered(desk, into="路灯")) == (
        True,
        False,
    )
    assert two.number in offered(desk, into=two.number[:-1].lower())
    assert "没有找到" in offered(desk, into="没有这样的事")
    assert "没有找到" in offered(desk, line="patrol", of="round"), "of the kind that the field names"
    assert two.number in offered(desk, line="patrol", of="*", **{"_find.into": "井盖"}), "of any line"
    assert desk.get("/cases/named", {**INTO, "line": "nothing"}).status_code == 404


def test_only_cases_in_sight_are_offered(pingyao: Here) -> None:
    here, there = reported(pingyao, VILLAGE), reported(pingyao, OTHER)
    village = offered(client_of(pingyao, f"village-{VILLAGE}-receiver"))
    assert here.number in village
    assert there.number not in village
    assert client_of(pingyao).get("/cases/named", INTO).status_code == 302, "nothing for strangers"


def test_what_is_offered_costs_the_same_however_many_there_are(
    pingyao: Here, django_assert_max_num_queries: Any
) -> None:
    desk = client_of(pingyao, "receiver")
    for many in (1, 20):
        for n in range(many):
            reported(pingyao, n=n)
        offered(desk)
        with django_assert_max_num_queries(5) as asked:
            offered(desk, into="路灯")
        assert sum("cases_case" in query["sql"] for query in asked.captured_queries) == 1


@pytest.mark.parametrize("typed", ["{0}\r\n{1}", "{0}，{1}", " {0} {1} "])
def test_several_numbers_are_read_however_they_are_strung_together(pingyao: Here, typed: str) -> None:
    desk = client_of(pingyao, "inspection-planner")
    page = desk.get("/work/report", {"kind": "inspection/draw"}).content.decode()
    assert 'hx-get="/cases/named?line=inspection&amp;of=visit&amp;field=visits"' in page
    said = {"_kind": "inspection/draw", "_key": typed, "_channel": "counter", "purpose": "inspectors",
            "public_source": "第 31 期开奖号码", "visits": typed.format("IV2026-00001", "IV2026-00002")}  # fmt: skip
    answer = desk.post("/work/report", said).content.decode()
    assert "有检查不在待抽人状态" in answer, "read as numbers: the line's guard looked for each"
    assert "IV2026-00001" in answer, "and shown again as it was typed"
