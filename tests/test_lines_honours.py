"""Honours: what no document shows is counted nowhere, days must fit, and what runs out is looked at in time."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from openpyxl import load_workbook

from gridtown.cases import actions
from gridtown.cases.models import Case, Record
from gridtown.dispatch import duties
from gridtown.kernel.told import Actor, Refused
from gridtown.lines.honours import LINE
from gridtown.lines.honours.registers import HONOURS
from gridtown.people.models import Account
from gridtown.report.figures import indicators
from gridtown.warehouse.refresh import refresh
from tests.conftest import Here

TOWN = "330110110"
NOW = datetime(2023, 4, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEEPER = Actor("keeper", "honours-recorder", frozenset({"recorder"}), TOWN, clearance=1)


def honour(key: str, now: datetime = NOW, record: int | None = None, **said: Any) -> int:
    answers = {"name": f"荣誉{key}", "level": "provincial", "holder": "瓶窑镇", "year": 2023, **said}
    return actions.keep(
        line="honours",
        register="honour",
        answers=answers,
        by=KEEPER,
        now=now,
        key=key,
        place=TOWN,
        record=record,
    )


def count(key: str, period: str = "2023") -> str | None:
    return indicators.read(f"honours.{key}", period=period).shown()


def test_a_claim_without_a_document_is_counted_nowhere(pingyao: Here, tmp_path: Path, settings: Any) -> None:
    settings.GRIDTOWN_HOME = tmp_path
    honour("a", document="示例文号", granted_on="2023-02-01")
    claim = honour("b")
    honour("c", sort="pilot", level="city", document="示例文号")
    refresh(now=NOW + timedelta(days=1))
    told = {key: count(key) for key in ("awards", "pilots", "unproven", "level_provincial", "level_city")}
    assert told == {"awards": "1", "pilots": "0", "unproven": "1", "level_provincial": "1", "level_city": "0"}
    assert (count("awards", "2023-02"), count("awards", "2022")) == ("1", None)
    honour("d", record=claim, name="荣誉b", document="示例文号", now=datetime(2024, 1, 3, tzinfo=UTC))
    refresh(now=datetime(2024, 1, 4, tzinfo=UTC))
    assert (count("awards"), count("unproven", "2024"), count("level_city")) == ("2", "0", "1")
    assert (count("pilots"), count("pilots", "2024")) == ("1", "1")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"granted_on": "2022-05-01"}, {"granted_on": "guard.other_year"}),
        ({"granted_on": "2023-03-01", "expires": "2023-02-01"}, {"expires": "guard.ends_before"}),
        ({"granted_on": "2023-05-01"}, {"granted_on": "mistake.ahead"}),
        ({"year": 2024}, {"year": "mistake.ahead"}),
        ({"ended_on": "2023-05-01"}, {"ended_on": "mistake.ahead"}),
        ({"granted_on": "2023-03-01", "ended_on": "2023-02-01"}, {"ended_on": "guard.ends_before"}),
        ({"level": "galactic"}, {"level": "mistake.not_in_table"}),
    ],
)
def test_days_and_levels_must_fit(pingyao: Here, said: dict[str, Any], wrong: dict[str, str]) -> None:
    with pytest.raises(Refused) as why:
        honour("a", **said)
    assert why.value.fields == wrong


def test_what_runs_out_is_reminded_of_each_quarter_and_what_is_far_files_itself(pingyao: Here) -> None:
    honour("near", document="示例文号", granted_on="2023-01-02", expires="2023-06-30")
    honour("far", document="示例文号", granted_on="2023-01-02", expires="2026-12-31")
    assert duties.open_owed(now=NOW) == 2
    near, far = Case.objects.order_by("id")
    assert ('"near":"quarter"' in near.answers, '"months_left":2' in near.answers) == (True, True)
    while actions.fall_due(now=datetime(2023, 4, 3, 5, tzinfo=UTC)):
        pass
    assert {case.number: case.state for case in Case.objects.all()} == {
        near.number: "due",
        far.number: "stands",
    }
    assert duties.open_owed(now=datetime(2023, 5, 3, 2, tzinfo=UTC)) == 0
    assert duties.open_owed(now=datetime(2023, 7, 3, 2, tzinfo=UTC)) == 2


def test_a_renewal_brings_the_register_up_to_date_and_what_is_let_go_is_asked_about_no_more(
    pingyao: Here, tmp_path: Path, settings: Any
) -> None:
    settings.GRIDTOWN_HOME = tmp_path
    kept = honour("near", document="示例文号", granted_on="2023-01-02", expires="2023-06-30", sort="pilot")
    lost = honour("lost", document="示例文号", granted_on="2023-01-02", expires="2023-06-30", sort="pilot")
    duties.open_owed(now=NOW)
    looks = {case.record_id: case for case in Case.objects.all()}
    renewed = {"expires": "2026-06-30", "document": "示例文号二"}
    by: dict[str, Any] = {"by": KEEPER, "now": NOW}
    actions.take(case=looks[kept].id, verb="renew", answers=renewed, key="renew", **by)
    actions.take(case=looks[kept].id, verb="renew", answers=renewed, key="renew", **by)  # pressed twice
    gone = {"ended_on": "2023-04-02", "reason": "已撤销"}
    actions.take(case=looks[lost].id, verb="let_go", answers=gone, key="gone", **by)
    told = msgspec.json.decode(Record.objects.get(pk=kept).answers)
    assert (told["expires"], told["document"], told["holder"]) == ("2026-06-30", "示例文号二", "瓶窑镇")
    assert Record.objects.get(pk=kept).version == 2
    refresh(now=NOW + timedelta(days=1))
    assert (count("pilots", "2023-04"), count("level_provincial", "2023-01")) == ("1", "2")
    assert duties.open_owed(now=datetime(2023, 7, 3, 2, tzinfo=UTC)) == 1
    assert Case.objects.filter(record_id=lost).count() == 1


def test_a_line_whose_movers_may_not_keep_what_they_revise_is_not_loaded() -> None:
    told = "review: renew revises what it cannot"
    assert told not in LINE.faults()
    assert told in replace(LINE, registers=(replace(HONOURS, kept_by=("admin",)),)).faults()
    assert told in replace(LINE, registers=()).faults()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_moments_that_figures_are_counted_by_are_on_no_page_and_in_no_sheet(
    pingyao: Here, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr("gridtown.town.clock.now", lambda: NOW)
    kept = honour("near", document="示例文号", granted_on="2023-01-02", expires="2023-06-30")
    honour(
        "near",
        document="示例文号",
        granted_on="2023-01-03",
        expires="2023-07-01",
        record=kept,
        now=NOW + HOUR,
    )
    browser = Client()
    browser.force_login(Account.objects.get(pk=pingyao.post("honours-recorder").holders[0]))
    browser.cookies["gridtown_lang"] = lang
    page = browser.get(f"/registers/honours/honour/{kept}").content.decode()
    words = [pingyao.town.say(f"field.{name}", lang, "honours") for name in ("granted_at", "ends_at")]
    assert pingyao.town.say("field.granted_on", lang, "honours") in page
    assert not [word for word in words if word in page]
    sheet = load_workbook(
        io.BytesIO(b"".join(browser.get("/registers/honours/honour.xlsx").streaming_content))
    )
    keys = {str(cell.value).partition(":")[0] for cell in sheet.worksheets[0][3]}
    assert "granted_on" in keys
    assert not {"granted_at", "ends_at"} & keys
