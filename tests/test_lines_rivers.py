"""Rivers: what was renewed at the water stands on the register without being entered again."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from gridtown.cases import actions, store
from gridtown.cases.models import Case, Record
from gridtown.kernel.told import Actor, Refused
from gridtown.lines.rivers.forms import Walked
from tests.conftest import Here

TOWN = "330110110"
VILLAGE = f"{TOWN}001"
NOW = datetime(2023, 4, 3, 2, tzinfo=UTC)


def test_the_day_of_a_renewed_signboard_reaches_the_register_with_the_confirmation(pingyao: Here) -> None:
    village, town = pingyao.hats(f"village-{VILLAGE}-rivers-village-head"), pingyao.hats("rivers-town-head")
    by: dict[str, Any] = {"now": NOW, "by": town}
    reach = actions.keep(
        line="rivers", register="reach", place=VILLAGE, key="reach", by=town[0], now=NOW,
        answers={"name": "示例溪一段", "water": "river", "board_dated": "2020-05-01", "length": 800},
    )  # fmt: skip
    actions.report(
        line="rivers", kind="board_check", channel="system", answers={"reach": reach}, key="check",
        by=pingyao.hats("supervisor")[0], now=NOW, place=VILLAGE,
    )  # fmt: skip
    case = Case.objects.get().id
    said = {"right": False, "remark": "河长已换人"}
    actions.take(case=case, verb="look", answers=said, key="look", by=village, now=NOW)
    renewed = {"remark": "已更换", "renewed_on": "2023-04-03"}
    actions.take(case=case, verb="renew", answers=renewed, key="renew", by=village, now=NOW)
    assert msgspec.json.decode(Record.objects.get(pk=reach).answers)["board_dated"] == "2020-05-01"
    with pytest.raises(Refused, match="may_not"):
        actions.take(case=case, verb="approve_renewed", answers={}, key="own", by=village, now=NOW)
    actions.take(case=case, verb="approve_renewed", answers={}, key="ok", **by)
    actions.take(case=case, verb="approve_renewed", answers={}, key="ok", **by)  # pressed twice
    told = msgspec.json.decode(Record.objects.get(pk=reach).answers)
    assert (told["board_dated"], told["length"], Record.objects.get(pk=reach).version) == (
        "2023-04-03",
        800,
        2,
    )
    assert Case.objects.get(pk=case).state == "in_order"


@pytest.mark.parametrize("found", [[1], {"n": 1}, "many"])
def test_a_number_of_issues_that_is_none_is_refused_and_no_failure(found: object) -> None:
    with pytest.raises(ValidationError):
        Walked(minutes=30, share=100, issue="漂浮物", found=found)


def test_whoever_walked_is_told_why_it_does_not_count_and_an_issue_is_one_found(pingyao: Here) -> None:
    who = Actor("head", "head", frozenset({"village_head", "supervisor"}), TOWN, clearance=2)
    common: dict[str, Any] = {"by": who, "now": NOW}
    reach = actions.keep(
        line="rivers",
        register="reach",
        answers={"name": "示例溪一段", "water": "river"},
        key="r",
        place=TOWN,
        **common,
    )
    number = actions.report(
        line="rivers", kind="walk", answers={"reach": reach}, key="w", channel="counter", place=TOWN, **common
    ).number
    said = {"minutes": 3, "share": 100, "issue": "河道有漂浮物"}
    actions.take(case=number, verb="walk", answers=said, key="walked", **common)
    row = store.case_by("number", number)
    assert row is not None
    walked = msgspec.json.decode(store.entries_of(row.id)[-1].answers)
    assert (walked["valid"], walked["short_of"], walked["found"]) == (False, ["minutes"], 1)
