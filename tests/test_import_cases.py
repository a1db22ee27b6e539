"""Cases of another system in the ledger: once each, closings added later, points converted, bad rows told."""

import csv
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from gridtown.cases import ledger, store
from gridtown.cases.actions import fall_due, take
from gridtown.cases.models import Case, Entry
from gridtown.feeds.importing.cases import import_cases
from gridtown.feeds.importing.mapping import load
from gridtown.feeds.importing.report import Result
from gridtown.feeds.importing.rules import BadMapping
from gridtown.kernel.told import SYSTEM, Actor
from gridtown.places import coords
from tests.conftest import Here

MAPPING = """
source = "old_desk"
line = "appeals"
kind = "matter"
crs = "gcj02"
as_of = 2025-02-01T00:00:00

[case]
open_state = "dispatched"
limit = "handle"

[columns]
number = { column = "编号", required = true }
opened = { column = "上报时间", time = "%Y-%m-%d %H:%M", required = true }
due = { column = "截止时间", time = "%Y-%m-%d %H:%M" }
closed = { column = "办结时间", time = "%Y-%m-%d %H:%M" }
lon = { column = "经度", number = "float" }
lat = { column = "纬度", number = "float" }
place = { column = "村社", codes = "village" }

[answers]
description = { column = "内容", required = true }
category = { column = "类别", codes = "category", else = "other" }
contact_phone = { column = "电话" }

[codes.village]
"里窑" = "330110110002"
"别镇" = "330110111001"

[codes.category]
"路灯" = "street_light"
"""
HEAD = ["编号", "上报时间", "截止时间", "办结时间", "经度", "纬度", "村社", "内容", "类别", "电话"]
BY = Actor(person="clerk", post="", roles=frozenset(), place="330110110", clearance=9)


class Desk:
    """An old system that writes out its cases."""

    def __init__(self, here: Here, folder: Path) -> None:
        self.here, self.folder = here, folder
        lon, lat = here.inside("330110110002")
        self.point = tuple(f"{v:.7f}" for v in coords.from_wgs84(lon, lat, "gcj02"))
        self.rows = {
            "A1": ["A1", "2025-01-01 09:00", "2025-01-08 09:00", "2025-01-03 10:00", *self.point, "", "灯", "路灯", ""],
            "A2": ["A2", "2025-01-02 09:00", "2025-01-09 09:00", "", *self.point, "", "灯不亮", "别的", ""],
            "A3": ["A3", "2025-01-02 09:30", "", "", "", "", "里窑", "有坑", "", ""],
        }  # fmt: skip

    def read(self, *bad: list[str], mapping: str = MAPPING) -> Result:
        (self.folder / "m.toml").write_text(mapping, encoding="utf-8")
        with (self.folder / "desk.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEAD, *self.rows.values(), *bad])
        return import_cases(
            self.folder / "desk.csv",
            load(self.folder / "m.toml"),
            town=self.here.town,
            by=BY,
            errors=self.errors,
        )

    @property
    def errors(self) -> Path:
        return self.folder / "errors.csv"


@pytest.fixture
def desk(pingyao: Here, tmp_path: Path) -> Desk:
    return Desk(pingyao, tmp_path)


def _said(result: Result) -> tuple[int, int, int, int, int]:
    return result.read, result.added, result.closed, result.same, result.bad


def test_cases_come_in_with_their_own_times(desk: Desk) -> None:
    assert _said(desk.read()) == (3, 3, 0, 0, 0)
    closed, running, placed = Case.objects.order_by("source")
    assert (closed.state, closed.outcome, closed.ended) == ("closed", "solved", True)
    assert closed.closed is not None
    assert closed.opened.isoformat() == "2025-01-01T01:00:00+00:00"
    assert closed.closed.isoformat() == "2025-01-03T02:00:00+00:00"
    assert (running.state, running.ended, running.category, running.desk) == (
        "dispatched",
        False,
        "other",
        "grid",
    )
    assert running.due is not None
    assert running.due.isoformat() == "2025-01-09T01:00:00+00:00"
    assert placed.place == "330110110002"
    assert list(Entry.objects.values_list("verb", flat=True).distinct()) == ["bring_in"]
    assert ledger.verify().faults == ()


def test_points_are_converted_at_the_edge_and_keep_where_they_came_from(desk: Desk) -> None:
    desk.read()
    case = Case.objects.get(source="A1")
    assert np.allclose((case.lon, case.lat), desk.here.inside("330110110002"), atol=1e-6)
    assert (case.crs, case.place[:12], len(case.place)) == ("gcj02", "330110110002", 15)
    assert case.generation > 0


def test_personal_answers_are_sealed(desk: Desk) -> None:
    desk.rows["A1"][9] = "00012345678"
    desk.read()
    case = Case.objects.get(source="A1")
    assert case.sealed_key
    assert "00012345678" not in case.answers
    assert "00012345678" not in "".join(Entry.objects.values_list("answers", flat=True))


def test_twice_changes_nothing(desk: Desk) -> None:
    desk.read()
    before = list(Entry.objects.values_list("id", "hash"))
    assert _said(desk.read()) == (3, 0, 0, 3, 0)
    assert list(Entry.objects.values_list("id", "hash")) == before


def test_a_later_file_adds_only_what_is_new(desk: Desk) -> None:
    desk.read()
    desk.rows["A2"][3] = "2025-01-20 08:00"
    desk.rows["A4"] = [*desk.rows["A3"]]
    desk.rows["A4"][0] = "A4"
    assert _said(desk.read()) == (4, 1, 1, 2, 0)
    late = Case.objects.get(source="A2")
    assert (late.state, late.version) == ("closed", 2)
    assert late.closed is not None
    assert late.due is None
    assert _said(desk.read()) == (4, 0, 0, 4, 0)
    assert ledger.verify().faults == ()


def test_the_ticker_does_not_keep_a_later_closing_out(desk: Desk) -> None:
    desk.read()
    assert fall_due(now=desk.here.now) > 0
    desk.rows["A2"][3] = "2025-01-20 08:00"
    assert desk.read().closed == 1
    assert Case.objects.get(source="A2").ended
    assert ledger.verify().faults == ()


def test_what_people_here_have_touched_is_left_to_them(desk: Desk) -> None:
    desk.read()
    case = Case.objects.get(source="A2")
    take(
        case=case.id,
        verb="note",
        by=desk.here.hats("supervisor"),
        now=desk.here.now,
        key="n",
        answers={"remark": "看过"},
    )
    desk.rows["A2"][3] = "2025-01-20 08:00"
    assert desk.read().closed == 0
    assert not Case.objects.get(source="A2").ended


def test_a_bad_row_is_reported_and_the_rest_goes_in(desk: Desk) -> None:
    good = desk.rows["A3"]
    result = desk.read(
        ["B1", *good[1:6], "别镇", *good[7:]],
        ["B2", *good[1:6], "乌有村", *good[7:]],
        ["B3", *good[1:4], "10.0", "10.0", "", *good[7:]],
        ["B4", "昨天", *good[2:]],
        ["A1", *good[1:]],
        ["B5", *good[1:7], "x" * 3000, *good[8:]],
    )
    assert _said(result) == (9, 3, 0, 0, 6)
    assert result.errors == desk.errors
    with desk.errors.open(encoding="utf-8-sig", newline="") as file:
        found = {(row[3], row[0], row[1]) for row in list(csv.reader(file))[1:]}
    assert found == {
        ("B1", "5", "村社"), ("B2", "6", "村社"), ("B3", "7", "经度"), ("B4", "8", "上报时间"), ("A1", "9", "编号"),
        ("B5", "10", ""),
    }  # fmt: skip
    assert sum(result.reasons.values()) == 6
    assert ledger.verify().faults == ()


def test_a_clean_file_leaves_no_error_file(desk: Desk) -> None:
    desk.errors.write_text("of the last time")
    assert desk.read().errors is None
    assert not desk.errors.exists()


@pytest.mark.parametrize(
    ("was", "becomes"),
    [('limit = "handle"', 'limit = "handling"'), ('open_state = "dispatched"', 'open_state = "closed"')],
)
def test_a_mapping_that_does_not_fit_the_line_is_refused_before_anything_is_written(
    desk: Desk, was: str, becomes: str
) -> None:
    with pytest.raises(BadMapping):
        desk.read(mapping=MAPPING.replace(was, becomes))
    assert not Case.objects.exists()


def test_the_command_says_what_it_did(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.read()
    desk.rows["A2"][3] = "2025-01-20 08:00"
    with (desk.folder / "desk.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *desk.rows.values(), ["", *desk.rows["A3"][1:]]])
    call_command("import", "cases", str(desk.folder / "desk.csv"), "--mapping", str(desk.folder / "m.toml"))
    said = capsys.readouterr().out
    assert "补办结 1" in said
    assert "编号: 不能为空" in said
    assert "desk-errors.csv" in said


def test_cases_brought_in_say_who_brought_them(desk: Desk) -> None:
    desk.read()
    assert set(Entry.objects.values_list("by", flat=True)) == {BY.person}
    assert store.entry_by_key("import:old_desk:A1") is not None
    assert BY.person != SYSTEM


def test_control_characters_of_a_broken_export_do_not_get_in(desk: Desk) -> None:
    desk.rows["A3"][0], desk.rows["A3"][7] = "\x00A3\x00", "有\x00坑\x07"
    assert desk.read().added == 3
    assert Case.objects.get(source="A3").title == "有坑"


def test_many_rows_at_once_keep_their_order_and_their_chains(desk: Desk) -> None:
    """More than fifty: on PostgreSQL they go by COPY."""
    for n in range(120):
        desk.rows[f"C{n}"] = [f"C{n}", *desk.rows["A1" if n % 3 else "A2"][1:]]
    assert _said(desk.read()) == (123, 123, 0, 0, 0)
    assert _said(desk.read()) == (123, 0, 0, 123, 0)
    sources = list(Case.objects.order_by("id").values_list("source", flat=True))
    assert sources == list(desk.rows)
    assert ledger.verify().faults == ()
