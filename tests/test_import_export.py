"""What goes out, and the other things that come in: exports under a scope, boundaries and sheets by command."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from gridtown.cases.actions import Point, report
from gridtown.cases.models import Entry
from gridtown.cases.queries import Filters
from gridtown.feeds.exporting import MASK, PAGE, export_cases
from gridtown.people import snapshot as people
from gridtown.people.models import Cell
from gridtown.people.scope import Scope, visible
from gridtown.places.models import Generation
from tests.conftest import RESIDENT, Here

FIRST, SECOND = "330110110001", "330110110002"


@pytest.fixture
def told(pingyao: Here) -> Here:
    """Three matters in one village, one in another; one reporter left a number."""
    for n, village in enumerate((FIRST, FIRST, FIRST, SECOND)):
        answers = {"description": f"=SUM({n})", "category": "street_light"}
        if not n:
            answers |= {"contact_name": "演示人", "contact_phone": "00012345678"}
        lon, lat = pingyao.inside(village)
        report(
            line="appeals", kind="matter", answers=answers, by=RESIDENT, now=pingyao.now, key=f"k{n}", channel="web",
            point=Point(lon, lat),
        )  # fmt: skip
    return pingyao


def _export(here: Here, path: Path, scope: Scope, **narrowed: Any) -> int:
    filters = Filters(line="appeals", kind="matter", **narrowed)
    return export_cases(
        path, town=here.town, people=people.current(), scope=scope, filters=filters, now=here.now
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_an_export_shows_what_its_scope_shows(told: Here, tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    assert _export(told, whole, Scope.everything()) == 4
    secretary = told.hats(f"village-{FIRST}-secretary")
    assert _export(told, part, visible(secretary)) == 3
    assert {row["place"][:12] for row in _rows(part)} == {FIRST}
    assert _export(told, part, Scope.none()) == 0
    assert _rows(part) == []


def test_personal_answers_are_masked_and_formulas_disarmed(told: Here, tmp_path: Path) -> None:
    _export(told, tmp_path / "a.csv", Scope.everything())
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    assert "00012345678" not in text
    assert "sealed" not in text
    rows = {row["description"]: row for row in _rows(tmp_path / "a.csv")}
    assert rows["'=SUM(0)"]["contact_phone"] == MASK
    assert rows["'=SUM(1)"]["contact_phone"] == ""


def test_both_formats_say_the_same(told: Here, tmp_path: Path) -> None:
    _export(told, tmp_path / "a.csv", Scope.everything())
    _export(told, tmp_path / "a.parquet", Scope.everything())
    table = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert [row["number"] for row in table] == [row["number"] for row in _rows(tmp_path / "a.csv")]
    assert {row["opened"] for row in table} == {told.now}
    assert isinstance(table[0]["lon"], float)


def test_pages_are_joined_without_gap_or_repetition(
    told: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridtown.feeds.exporting.PAGE", 1)
    assert _export(told, tmp_path / "a.csv", Scope.everything()) == 4 < PAGE
    numbers = [row["number"] for row in _rows(tmp_path / "a.csv")]
    assert len(set(numbers)) == 4


def test_a_broken_export_leaves_the_old_file(
    told: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old", encoding="utf-8")

    def breaks(page: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr("gridtown.feeds.exporting._answers", breaks)
    with pytest.raises(RuntimeError):
        _export(told, target, Scope.everything())
    assert target.read_text("utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_the_command_notes_who_took_out_what(told: Here, tmp_path: Path) -> None:
    holder = people.current().accounts[told.post(f"village-{SECOND}-secretary").holders[0]].username
    call_command("export", "cases", "--to", str(tmp_path / "a.csv"), "--as", holder)
    assert len(_rows(tmp_path / "a.csv")) == 1
    note = Entry.objects.get(verb="export")
    assert json.loads(note.answers) == {
        "as": holder,
        "line": "appeals",
        "kind": "matter",
        "place": "",
        "rows": 1,
    }


@pytest.mark.parametrize(("name", "whose"), [("a.csv", ["--as", "nobody"]), ("a.docx", ["--all"])])
def test_the_command_refuses_in_words(told: Here, tmp_path: Path, name: str, whose: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("export", "cases", "--to", str(tmp_path / name), *whose)
    assert not Entry.objects.filter(verb="export").exists()


def test_boundaries_come_in_by_command_and_with_faults_stay_out(pingyao: Here, tmp_path: Path) -> None:
    drawn = json.loads((pingyao.town.folder / "places" / "grids.geojson").read_text("utf-8"))
    before = Generation.objects.count()
    drawn["features"][0]["geometry"]["coordinates"][0][1][0] += 0.01
    drawn["features"][0]["geometry"]["coordinates"][0][-1] = drawn["features"][0]["geometry"]["coordinates"][
        0
    ][0]
    (tmp_path / "crooked.geojson").write_text(json.dumps(drawn), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import", "boundaries", str(tmp_path / "crooked.geojson"))
    assert Generation.objects.count() == before
    good = (pingyao.town.folder / "places" / "grids.geojson").read_text("utf-8")
    (tmp_path / "good.geojson").write_text(good + "\n", encoding="utf-8")
    call_command("import", "boundaries", str(tmp_path / "good.geojson"))
    assert Generation.objects.count() == before + 1
    call_command("import", "boundaries", str(tmp_path / "good.geojson"))
    assert Generation.objects.count() == before + 1


@pytest.fixture
def movable(pingyao: Here, tmp_path: Path, settings: Any) -> Path:
    """The town's folder as a copy that may be written to."""
    folder = tmp_path / "town"
    shutil.copytree(pingyao.town.folder, folder)
    settings.GRIDTOWN_TOWN = folder
    return folder


def test_a_matrix_takes_its_place_or_leaves_the_old_one(movable: Path, tmp_path: Path) -> None:
    sheet = movable / "people" / "matrix.xlsx"
    before, cells = sheet.read_bytes(), Cell.objects.count()
    shutil.copyfile(movable / "people" / "posts.xlsx", tmp_path / "wrong.xlsx")
    with pytest.raises(CommandError):
        call_command("import", "matrix", str(tmp_path / "wrong.xlsx"))
    assert sheet.read_bytes() == before
    assert sorted(p.name for p in sheet.parent.iterdir()) == ["matrix.xlsx", "posts.xlsx"]
    shutil.copyfile(sheet, tmp_path / "same.xlsx")
    call_command("import", "matrix", str(tmp_path / "same.xlsx"))
    assert Cell.objects.count() == cells


def test_a_file_that_is_not_there_is_said(pingyao: Here, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("import", "cases", str(tmp_path / "no.csv"), "--mapping", str(tmp_path / "no.toml"))
