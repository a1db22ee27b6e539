"""A register in a browser: a sheet filled in and brought back, a record put on the map, its past on its page."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import until

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
ROUTES = "/registers/patrol/route"


def test_a_sheet_is_filled_in_dropped_looked_at_and_written(window: Window, tmp_path: Path) -> None:
    desk = window("admin")
    desk.goto(ROUTES)
    desk.get_by_role("link", name="导入 Excel").click()
    template = desk.request.get(f"{ROUTES}/template.xlsx")
    book = load_workbook(io.BytesIO(template.body()))
    sheet = book.worksheets[0]
    columns = {str(cell.value): cell.column for cell in sheet[3]}
    kind = book.worksheets[1]["A2"].value
    for row, name, minutes in ((4, "拖进来的路线", 30), (5, "写错的路线", -1)):
        for key, value in (("name", name), ("kind", kind), ("minutes", minutes), ("_place", "330110110001")):
            sheet.cell(row, columns[key]).value = value
    path = tmp_path / "routes.xlsx"
    book.save(path)
    desk.set_input_files("input[type=file]", path)
    expect(desk.locator("[data-dropped]")).to_have_text("routes.xlsx")
    desk.get_by_role("button", name="查看结果").click()
    expect(desk.locator(".stats")).to_contain_text("新增")
    expect(desk.locator("tbody tr")).to_have_count(1)
    expect(desk.locator("tbody tr")).to_contain_text("太小")
    desk.get_by_role("button", name="写入 1 行").click()
    expect(desk.locator(".note.soon[role=status]")).to_contain_text("新增 1")
    with desk.expect_download() as back:
        desk.get_by_role("link", name="下载有错的 1 行").click()
    mended = load_workbook(io.BytesIO(Path(back.value.path()).read_bytes())).worksheets[0]
    assert mended["A2"].value == "错误"
    desk.goto(f"{ROUTES}?q=拖进来")
    expect(desk.locator("tbody tr")).to_have_count(1)


@pytest.mark.parametrize("phone", [False, True])
def test_a_record_is_put_on_the_map_and_its_past_is_told(window: Window, phone: bool) -> None:
    name = f"河边路线 {'手机' if phone else '桌面'}"
    page = window("admin", phone=phone)
    page.goto(f"{ROUTES}/new")
    page.fill("#f-name", name)
    page.select_option("#f-kind", index=1)
    page.select_option("#place", "330110110001")
    page.locator("[data-pin] summary").click()
    until(page, "!!document.querySelector('.map.pin[data-ready]')")
    page.locator(".map.pin canvas").click(position={"x": 60, "y": 60})
    until(page, "!!document.querySelector('[name=lon]').value")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".case-side .map")).to_be_visible()
    page.locator("summary", has_text="修改").click()
    page.fill("#f-remark", "加走一段河堤")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".timeline")).to_contain_text("加走一段河堤")
    expect(page.locator(".timeline")).to_contain_text("首次登记")
    page.locator("summary", has_text="注销").click()
    page.fill("#put-reason", "河堤施工")
    page.get_by_role("button", name="注销").click()
    expect(page.locator(".timeline")).to_contain_text("河堤施工")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
