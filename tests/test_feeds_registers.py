"""Registers as spreadsheets: what goes out comes in again, what is wrong is named by its cell, nothing is undone."""

import time
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from gridtown.cases import actions, ledger, queries
from gridtown.cases.models import Entry, Record
from gridtown.feeds.registers import layout as layouts
from gridtown.feeds.registers.book import Book
from gridtown.feeds.registers.cells import Cells, _joined, _parsed, _parted
from gridtown.feeds.registers.layout import Column
from gridtown.feeds.registers.planning import Plan
from gridtown.feeds.registers.reading import MOST_MB, MOST_ROWS, Unreadable
from gridtown.kernel.told import Actor
from gridtown.kernel.words import incomplete
from gridtown.people import snapshot as people
from gridtown.people.scope import visible
from gridtown.places import coords, router
from tests import books
from tests.conftest import NOON, Here

TOWN = "330110110"
VILLAGE, OTHER = f"{TOWN}001", f"{TOWN}002"
PHONE = "13800000000"
moment = datetime.fromisoformat  # as a spreadsheet has it: without a zone
KEEPER = Actor("keeper", "a-post", frozenset({"receiver"}), TOWN, clearance=2)
HEADINGS = (
    "_id",
    "name",
    "trade",
    "harm",
    "founded",
    "night",
    "phone",
    "hazards",
    "_place",
    "_lon",
    "_lat",
    "_crs",
)


@pytest.fixture(autouse=True)
def _books(pingyao: Here) -> Iterator[None]:
    with books.kept():
        yield


def book(register: str = "firm", lang: str = "zh", by: Actor = KEEPER, now: datetime = NOON) -> Book:
    town = books.grown()
    listed = town.lines["books"].register(register)
    return Book(
        town, "books", listed, lang, people.current(), router.current(TOWN), visible((by,)), (by,), now
    )


def firm(
    key: str = "k", record: int | None = None, place: str = VILLAGE, by: Actor = KEEPER, **said: Any
) -> int:
    point = said.pop("point", None)
    return actions.keep(
        line="books", register="firm", answers={"name": "甲厂", **said}, by=by, now=NOON, key=key, place=place,
        record=record, point=point,
    )  # fmt: skip


def exported(tmp_path: Path, name: str = "out.xlsx", **asked: Any) -> Path:
    path = tmp_path / name
    book(**asked).export(path)
    return path


def cells_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a sheet by the keys in its third row."""
    sheet = load_workbook(path).worksheets[0]
    keys = [str(cell.value).partition(":")[0] for cell in sheet[3]]
    rows = sheet.iter_rows(min_row=4, values_only=True)
    return [dict(zip(keys, values, strict=False)) for values in rows]


def changed(path: Path, at: dict[tuple[int, str], Any]) -> Path:
    """The same file with other cells: (row, column key) → value."""
    loaded = load_workbook(path)
    sheet = loaded.worksheets[0]
    keys = {str(cell.value).partition(":")[0]: cell.column for cell in sheet[3]}
    for (row, key), value in at.items():
        sheet.cell(row, keys[key]).value = value
    loaded.save(path)
    return path


def filled(tmp_path: Path, *rows: dict[str, Any], register: str = "firm", lang: str = "zh") -> Path:
    """The template with these rows filled in."""
    path = tmp_path / "filled.xlsx"
    book(register, lang).template(path)
    return changed(path, {(n, key): value for n, row in enumerate(rows, 4) for key, value in row.items()})


def brought(path: Path, key: str = "sheet:1", **asked: Any) -> Plan:
    return book(**asked).bring(path.read_bytes(), key)


def reasons(plan: Plan) -> list[tuple[int, str, str, str]]:
    return [(m.row, m.letter, m.heading, m.reason) for m in plan.mistakes]


def only_record() -> queries.RecordView:
    (found,) = queries.records(line="books", register="firm")
    return found


def test_a_template_has_headings_in_words_keys_out_of_sight_and_lists(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book().template(path)
    loaded = load_workbook(path)
    sheet, choices = loaded.worksheets
    assert sheet.row_dimensions[3].hidden
    headings = {str(k.value).partition(":")[0]: h.value for h, k in zip(sheet[2], sheet[3], strict=True)}
    assert headings["name"] == "名称*"
    assert headings["area"] == "占地（亩）"
    assert headings["phone"] == "负责人电话（加密保存）"
    assert headings["colour"] == "风险等级（系统计算）"
    assert headings["_place"] == "地点*"
    assert "photos" not in headings
    listed = {str(rule.sqref)[0]: rule for rule in sheet.data_validations.dataValidation}
    letter = next(k.column_letter for k in sheet[3] if k.value == "trade")
    assert listed[letter].showErrorMessage
    column = listed[letter].formula1.split("$")[1]
    assert [c.value for c in choices[column] if c.value] == ["行业", "食品加工", "印染"]
    place = next(k.column_letter for k in sheet[3] if k.value == "_place")
    assert not listed[place].showErrorMessage, "a code may be written there as well"
    assert sheet.freeze_panes == "D4"


def test_an_english_reader_gets_an_english_sheet(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book(lang="en").template(path)
    texts = [
        str(c.value) for sheet in load_workbook(path).worksheets for row in sheet for c in row if c.value
    ]
    assert "Area (mu)" in texts
    assert not [t for t in texts if any("\u4e00" <= sign <= "\u9fff" for sign in t)]


def test_what_goes_out_comes_in_again_and_changes_nothing(tmp_path: Path) -> None:
    firm("k1", phone=PHONE, harm=4, trade="dye", area=0.1 + 0.2, founded="2001-05-06", night=True, remark="=1+1",
         hazards=["氨;液态", "粉尘"], point=actions.Point(119.97 + 9 * 0.0005, 30.4))  # fmt: skip
    firm("k2", name="乙厂", hazards=["一；二"], place=OTHER)
    firm("k3", name="丙厂", hazards=["一", "二"], place=TOWN)
    before = Entry.objects.count()
    for lang in ("zh", "en"):
        path = exported(tmp_path, lang=lang)
        plan = brought(path, f"sheet:{lang}", lang=lang)
        assert plan.counts == {"read": 3, "new": 0, "changed": 0, "same": 3, "wrong": 0}, plan.mistakes
    assert Entry.objects.count() == before
    row = cells_of(path)[0]
    assert (row["name"], row["phone"], row["colour"], row["founded"]) == (
        "甲厂",
        "138****0000",
        "Red",
        moment("2001-05-06"),
    )
    assert row["remark"] == "=1+1"


def test_an_export_is_within_the_scope(tmp_path: Path) -> None:
    firm("k1")
    firm("k2", name="乙厂", place=OTHER)
    village = Actor("v", "p", frozenset({"patroller"}), OTHER, clearance=2)
    assert [row["name"] for row in cells_of(exported(tmp_path, by=village))] == ["乙厂"]


def test_a_filled_template_goes_in_and_twice_changes_nothing(tmp_path: Path) -> None:
    lon, lat = 120.0, 30.0
    path = filled(
        tmp_path,
        {"name": " 甲厂　", "trade": "印染", "harm": "３", "area": "12.5亩", "founded": "2001年5月6日", "night": "√",
         "phone": 13800000000, "hazards": "氨；粉尘", "_place": VILLAGE},
        {"name": "乙厂", "founded": date(2002, 1, 2), "_place": int(OTHER), "area": "1,200"},
        {"name": "丙厂", "founded": 37000, "_place": VILLAGE, "_lon": lon, "_lat": str(lat),
         "_crs": "GCJ-02（高德、腾讯）"},
    )  # fmt: skip
    seen = book().look(path.read_bytes(), "sheet:0")
    assert seen.counts == {"read": 3, "new": 3, "changed": 0, "same": 0, "wrong": 0}, seen.mistakes
    assert Record.objects.count() == 0, "a look writes nothing"
    assert "新增 3" in seen.said()
    assert brought(path).counts["new"] == 3
    first, second, third = queries.records(line="books", register="firm")
    assert first.name == "甲厂"
    assert first.answers == {
        "name": "甲厂", "trade": "dye", "harm": 3, "area": 12.5, "founded": "2001-05-06", "night": True,
        "hazards": ["氨", "粉尘"], "colour": "orange",
    }  # fmt: skip
    assert first.masked == {"phone": "138****0000"}
    assert (second.place, second.answers["founded"], second.answers["area"]) == (OTHER, "2002-01-02", 1200)
    assert (third.lon, third.lat) == coords.to_wgs84(lon, lat, "gcj02")
    assert third.answers["founded"] == "2001-04-19"
    for key in ("sheet:1", "sheet:2"):
        assert brought(path, key).counts == {"read": 3, "new": 0, "changed": 0, "same": 3, "wrong": 0}
    assert Entry.objects.count() == 3
    assert not ledger.verify().faults


def test_a_place_is_a_code_or_what_people_call_it(tmp_path: Path) -> None:
    places = router.current(TOWN)
    grid = places.grids_of(VILLAGE)[0].code
    written = [
        grid,
        places.name(grid, "zh", "long"),
        places.name(grid, "en", "long"),
        places.name(VILLAGE, "zh"),
    ]
    path = filled(tmp_path, *({"name": f"厂 {n}", "_place": said} for n, said in enumerate(written)))
    assert brought(path).counts["new"] == 4, brought(path).mistakes
    assert [r.place for r in queries.records(line="books", register="firm")] == [grid, grid, grid, VILLAGE]


def test_a_point_alone_says_where_and_refines_the_village(tmp_path: Path, pingyao: Here) -> None:
    lon, lat = pingyao.inside(VILLAGE)
    grid = router.current(TOWN).route(lon, lat)
    assert grid is not None
    rows = [{"name": "甲厂", "_lon": lon, "_lat": lat}, {"name": "乙厂", "_place": VILLAGE, "_lon": lon, "_lat": lat},
            {"name": "丙厂", "_place": OTHER, "_lon": lon, "_lat": lat}]  # fmt: skip
    path = filled(tmp_path, *rows)
    assert brought(path).counts["new"] == 3
    assert [r.place for r in queries.records(line="books", register="firm")] == [
        grid.grid_code,
        grid.grid_code,
        OTHER,
    ]
    assert brought(path, "sheet:2").counts["same"] == 3


def test_each_mistake_is_named_by_row_column_and_reason_and_good_rows_go_in(tmp_path: Path) -> None:
    path = filled(
        tmp_path,
        {"name": "甲厂", "trade": "卖药", "harm": "许多", "_place": "天上村"},
        {"name": "乙厂", "harm": 9, "_place": VILLAGE},
        {"name": "丙厂", "founded": "去年", "night": "也许", "_place": VILLAGE, "phone": 330110199001011234},
        {"harm": 2, "_place": VILLAGE},
        {"name": "丁厂", "_lon": 120.1},
        {"name": "戊厂", "_lon": 30.1, "_lat": 120.1},
        {"name": "己厂"},
        {"name": "庚厂", "_place": VILLAGE},
        {"name": "庚厂", "_place": VILLAGE},
        {"_id": 999, "name": "辛厂", "_place": VILLAGE},
        {"name": "壬厂", "harm": 1.5, "_place": "", "_lon": 1, "_lat": 1},
        {"name": "癸厂", "area": "#N/A", "_place": VILLAGE, "phone": "138****0000"},
    )
    plan = brought(path)
    told = {(m.row, m.heading): m.reason for m in plan.mistakes}
    assert told[4, "行业"] == "“卖药”不在可选范围内：食品加工、印染"
    assert told[4, "危害程度"] == "“许多”不是数字"
    assert told[4, "地点*"] == "没有叫“天上村”的村、网格或编码"
    assert told[5, "危害程度"] == "太大"
    assert told[6, "成立日期"] == "“去年”不是日期，请写成 2026-03-02"
    assert told[6, "夜间生产"] == "“也许”应为“是”或“否”"
    assert told[6, "负责人电话（加密保存）"].startswith("数字太长")
    assert told[7, "名称*"] == "必填"
    assert told[8, "纬度"] == "经度和纬度要一起填"
    assert told[9, "纬度"] == "“120.1”不是有效的经纬度"
    assert told[10, "地点*"].startswith("没有填地点")
    assert told[12, ""] == "与第 11 行重复"
    assert told[13, "编号"] == "没有编号为“999”的对象，或不在您的范围内"
    assert told[14, "危害程度"] == "“1.5”不是整数"
    assert told[15, "占地（亩）"] == "表格中的公式出错（#N/A）"
    assert plan.counts == {"read": 12, "new": 1, "changed": 0, "same": 0, "wrong": 11}
    assert only_record().name == "庚厂"
    assert {m.letter for m in plan.mistakes if m.heading == "行业"} == {"D"}


def test_the_wrong_rows_are_offered_back_and_mended_there(tmp_path: Path) -> None:
    path = filled(
        tmp_path,
        {"name": "甲厂", "_place": VILLAGE},
        {"name": "乙厂", "harm": 9, "_place": VILLAGE, "phone": PHONE},
    )
    plan, back = brought(path), tmp_path / "wrong.xlsx"
    assert book().mend(back, plan) == 1
    sheet = load_workbook(back).worksheets[0]
    assert sheet["A2"].value == "错误"
    assert sheet["A4"].value == "危害程度：太大"
    assert brought(back, "sheet:2").counts == {"read": 1, "new": 0, "changed": 0, "same": 0, "wrong": 1}
    changed(back, {(4, "harm"): 2})
    assert brought(back, "sheet:3").counts["new"] == 1
    assert brought(path, "sheet:4").counts == {"read": 2, "new": 0, "changed": 0, "same": 1, "wrong": 1}
    assert [r.masked for r in queries.records(line="books", register="firm")] == [
        {},
        {"phone": "138****0000"},
    ]


def test_a_mask_never_overwrites_what_it_hides(tmp_path: Path) -> None:
    record = firm(phone=PHONE)
    path = changed(exported(tmp_path), {(4, "harm"): 4})
    assert brought(path).counts["changed"] == 1
    clear = actions.unseal_record(
        record=record, fields=["phone"], reason="核对", by=KEEPER, now=NOON, key="u"
    )
    assert clear == {"phone": PHONE}
    changed(path, {(4, "phone"): None, (4, "harm"): 3})
    assert brought(path, "s2").counts["changed"] == 1
    changed(path, {(4, "phone"): "139****1111"})
    assert reasons(brought(path, "s3"))[0][3].startswith("是掩码")
    changed(path, {(4, "phone"): 13911112222})
    assert brought(path, "s4").counts["changed"] == 1
    assert only_record().masked == {"phone": "139****2222"}


def test_columns_that_the_sheet_does_not_have_stay_and_blank_ones_are_no_answers(tmp_path: Path) -> None:
    firm(harm=3, remark="记一笔", trade="food")
    path = tmp_path / "part.xlsx"
    part = Workbook()
    part.active.append(["名称", "地点", "行业"])
    part.active.append(["甲厂", "", None])
    part.save(path)
    assert brought(path).counts["changed"] == 1, brought(path, "s2").mistakes
    assert only_record().answers == {
        "name": "甲厂",
        "harm": 3,
        "remark": "记一笔",
        "night": False,
        "colour": "orange",
    }


def test_what_is_worked_out_is_not_read(tmp_path: Path) -> None:
    firm(harm=4)
    assert brought(changed(exported(tmp_path), {(4, "colour"): "蓝"})).counts["same"] == 1
    assert only_record().answers["colour"] == "red"


def test_nobody_undoes_what_another_has_changed_since(tmp_path: Path) -> None:
    record = firm()
    path = exported(tmp_path)
    firm("k2", record, by=Actor("other", "a-post", frozenset({"admin"}), TOWN), remark="别人改的")
    plan = brought(changed(path, {(4, "harm"): 2}))
    assert plan.counts["wrong"] == 1
    assert plan.mistakes[0].reason == "您导出之后，other 在 2026-03-02 12:00 改过；请重新导出再改"
    assert only_record().answers["remark"] == "别人改的"


def test_ones_own_change_is_no_hindrance(tmp_path: Path) -> None:
    firm()
    path = changed(exported(tmp_path), {(4, "harm"): 2})
    assert brought(path).counts["changed"] == 1
    assert brought(changed(path, {(4, "harm"): 3}), "s2").counts["changed"] == 1


def test_a_row_by_number_may_change_name_and_place(tmp_path: Path) -> None:
    record = firm()
    path = changed(exported(tmp_path), {(4, "name"): "新名", (4, "_place"): OTHER})
    assert brought(path).counts["changed"] == 1
    found = only_record()
    assert (found.id, found.name, found.place) == (record, "新名", OTHER)


def test_several_of_one_name_and_place_are_told_apart_by_number_only(tmp_path: Path) -> None:
    firm("k1")
    firm("k2")
    path = filled(tmp_path, {"name": "甲厂", "_place": VILLAGE})
    assert reasons(brought(path))[0][3] == "有 2 个同名同地的对象，请先导出再改"
    assert brought(exported(tmp_path), "s2").counts["same"] == 2


def test_only_who_keeps_it_and_only_on_their_ground(tmp_path: Path) -> None:
    path = filled(tmp_path, {"name": "甲厂", "_place": VILLAGE}, {"name": "乙厂", "_place": OTHER})
    village = Actor("v", "p", frozenset({"receiver"}), VILLAGE, clearance=2)
    plan = brought(path, by=village)
    assert plan.counts["new"] == 1
    assert [m.reason for m in plan.mistakes] == ["您的岗位不能执行“登记”"]
    nobody = Actor("n", "p", frozenset({"patroller"}), TOWN, clearance=2)
    assert not book(by=nobody).may_bring
    assert brought(path, "s2", by=nobody).counts["wrong"] == 2
    stranger = Actor("s", "p", frozenset({"receiver"}), OTHER, clearance=2)
    theirs = changed(exported(tmp_path), {(4, "harm"): 4})
    assert "不在您的范围内" in reasons(brought(theirs, "s3", by=stranger))[0][3]


def test_records_are_named_by_name_or_number(tmp_path: Path) -> None:
    first, second = firm("k1"), firm("k2", name="乙厂")
    firm("k3", name="重名")
    twin = firm("k4", name="重名", place=OTHER)
    admin = Actor("a", "p", frozenset({"admin"}), TOWN, clearance=2)
    firms = ("甲厂", second, "重名", twin, "没有")
    rows = [
        {"name": f"{n} 号", "firm": said, "kind": "电梯", "_place": VILLAGE} for n, said in enumerate(firms)
    ]
    plan = brought(filled(tmp_path, *rows, register="machine"), register="machine", by=admin)
    assert [m.reason for m in plan.mistakes] == [
        f"台账“企业”中有多个“重名”，请填编号：{twin - 1}, {twin}", "台账“企业”中没有“没有”",
    ]  # fmt: skip
    assert [r.answers["firm"] for r in queries.records(line="books", register="machine")] == [
        first,
        second,
        twin,
    ]
    path = exported(tmp_path, register="machine", by=admin)
    assert [row["firm"] for row in cells_of(path)] == ["甲厂", "乙厂", twin]
    assert brought(path, "s2", register="machine", by=admin).counts["same"] == 3


def test_a_person_is_matched_by_the_name_itself_and_goes_out_masked(tmp_path: Path) -> None:
    admin = Actor("a", "p", frozenset({"admin"}), TOWN, clearance=2)
    path = filled(
        tmp_path,
        {"name": "李四光", "_place": VILLAGE},
        {"name": "李四海", "_place": VILLAGE},
        register="person",
    )
    for key, what in (("s1", "new"), ("s2", "same")):
        assert brought(path, key, register="person", by=admin).counts[what] == 2
    out = exported(tmp_path, register="person", by=admin)
    assert [row["name"] for row in cells_of(out)] == ["李**", "李**"]
    changed(out, {(4, "care"): "独居"})
    assert brought(out, "s3", register="person", by=admin).counts == {
        "read": 2,
        "new": 0,
        "changed": 1,
        "same": 1,
        "wrong": 0,
    }


def test_formulas_count_by_their_results(tmp_path: Path) -> None:
    path = filled(
        tmp_path,
        {"name": "甲厂", "harm": "=1+1", "_place": VILLAGE},
        {"name": "乙厂", "harm": 2, "_place": VILLAGE},
    )
    assert reasons(brought(path)) == [(4, "E", "危害程度", "是没有结果的公式，请粘贴为数值")]
    _with_result(path, "1+1", "2")
    assert brought(path, "s2").counts["new"] == 1
    assert [r.answers["harm"] for r in queries.records(line="books", register="firm")] == [2, 2]


def _with_result(path: Path, formula: str, result: str) -> None:
    """Put a formula's result into the file, as a spreadsheet program does and our library does not."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = "xl/worksheets/sheet1.xml"
    old = (
        f"<f>{formula}</f><v></v>"
        if f"<f>{formula}</f><v></v>".encode() in parts[name]
        else f"<f>{formula}</f><v />"
    )
    assert old.encode() in parts[name]
    parts[name] = parts[name].replace(old.encode(), f"<f>{formula}</f><v>{result}</v>".encode())
    with zipfile.ZipFile(path, "w") as packed:
        for part, data in parts.items():
            packed.writestr(part, data)


def test_a_merged_cell_holds_for_each_of_its_rows(tmp_path: Path) -> None:
    path = filled(tmp_path, {"name": "甲厂", "_place": VILLAGE}, {"name": "乙厂"}, {"name": "丙厂"})
    loaded = load_workbook(path)
    sheet = loaded.worksheets[0]
    letter = next(cell.column_letter for cell in sheet[3] if cell.value == "_place")
    sheet.merge_cells(f"{letter}4:{letter}6")
    loaded.save(path)
    assert brought(path).counts["new"] == 3
    assert {r.place for r in queries.records(line="books", register="firm")} == {VILLAGE}


def test_blank_rows_and_cells_are_none(tmp_path: Path) -> None:
    path = filled(
        tmp_path,
        {"name": "甲厂", "_place": VILLAGE},
        {},
        {"name": "  ", "remark": "　"},
        {"name": "乙厂", "_place": VILLAGE},
    )
    changed(path, {(3000, "name"): " "})
    plan = brought(path)
    assert plan.counts == {"read": 2, "new": 2, "changed": 0, "same": 0, "wrong": 0}
    assert [row.number for row in plan.rows] == [4, 7]


def test_a_file_that_is_none_of_ours_is_refused_as_a_whole(tmp_path: Path) -> None:
    def why(path: Path, **asked: Any) -> str:
        with pytest.raises(Unreadable) as refusal:
            brought(path, **asked)
        assert refusal.value.say("zh") != refusal.value.say("en")
        return refusal.value.key

    path = tmp_path / "x.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"0" * 100)
    assert why(path) == "old_or_locked"
    path.write_text("名称地点\n")
    assert why(path) == "no_workbook"
    path.write_text("名称,地点\n")
    assert why(path) == "empty"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.txt", "x")
    assert why(path) == "no_workbook"
    other = Workbook()
    other.active.append(["甲", "乙"])
    other.save(path)
    assert why(path) == "no_headings"
    book("machine").template(path)
    assert why(path) == "other_register"
    book().template(path)
    assert why(path) == "empty"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/bomb.xml", b"0" * 16 * MOST_MB * 2**20)
    assert why(path) == "too_big"
    path.write_bytes(b"PK\x03\x04" + b"0" * MOST_MB * 2**20)
    assert why(path) == "too_big"


@pytest.mark.slow
def test_more_rows_than_anybody_fills_in_are_refused(tmp_path: Path) -> None:
    path, large = tmp_path / "x.xlsx", Workbook(write_only=True)
    sheet = large.create_sheet()
    sheet.append(["名称"])
    for _ in range(MOST_ROWS + 1):
        sheet.append(["甲厂"])
    large.save(path)
    with pytest.raises(Unreadable) as refusal:
        brought(path)
    assert refusal.value.key == "too_many"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-03-02", moment("2026-03-02")),
        ("2026/3/2", moment("2026-03-02")),
        ("2026.3.2", moment("2026-03-02")),
        ("20260302", moment("2026-03-02")),
        ("２０２６年３月２日", moment("2026-03-02")),
        ("2026-03-02 14:30", moment("2026-03-02 14:30")),
        ("2026年3月2日14时30分", moment("2026-03-02 14:30")),
        ("2026-13-02", "2026-13-02"),
        ("明天", "明天"),
    ],
)  # fmt: skip
def test_dates_as_people_write_them(said: str, meant: Any) -> None:
    assert _parsed(said) == meant


@pytest.mark.parametrize("parts", [["一"], ["一", "二"], ["一;二"], ["一；二", "三"]])
def test_a_list_in_one_cell_comes_apart_again(parts: list[str]) -> None:
    assert _parted(Column("x", "x"), _joined(parts)) == parts


def test_a_moment_is_the_towns() -> None:
    cells = Cells(books.grown().zone, {})
    spec = next(s for s in books.FIRMS.form.model_fields if s == "founded")
    column = Column(spec, "x", spec=_spec("datetime"))
    assert cells.read(column, "2026-03-02 14:30") == "2026-03-02T06:30:00+00:00"
    assert cells.read(column, moment("2026-03-02 14:29:59.9999")) == "2026-03-02T06:30:00+00:00"
    assert cells.written(column, "2026-03-02T06:30:00Z") == moment("2026-03-02 14:30")


def _spec(kind: str) -> Any:
    from gridtown.kernel.forms import FieldSpec  # noqa: PLC0415 - only here

    return FieldSpec("x", kind, required=False)


def test_every_word_of_the_sheets_is_there_in_both_languages() -> None:
    assert not incomplete(layouts.own_words())


@pytest.mark.slow
def test_two_thousand_rows_go_in_and_out_in_seconds(tmp_path: Path) -> None:
    many = 2000
    rows = [
        actions.Keeping({"name": f"厂 {n}", "phone": PHONE, "harm": 1 + n % 4}, VILLAGE, f"m:{n}")
        for n in range(many)
    ]
    actions.keep_many(line="books", register="firm", rows=rows, by=KEEPER, now=NOON)
    started = time.perf_counter()
    path = exported(tmp_path)
    assert time.perf_counter() - started < 6
    changed(path, {(row, "harm"): 2 for row in range(4, 4 + many)})
    started = time.perf_counter()
    plan = brought(path, now=NOON + timedelta(hours=1))
    assert plan.counts == {"read": many, "new": 0, "changed": 1500, "same": 500, "wrong": 0}
    assert time.perf_counter() - started < 10, "ten thousand would take a minute"
