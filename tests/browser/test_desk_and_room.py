"""The officer's desk and the command room in a browser: bulk moves, personal data, the map, the feed after a cut."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import GRID, Served, until
from tests.browser.test_journeys import number_of, report

pytestmark = pytest.mark.browser
Window = Callable[..., Page]


def test_one_answer_goes_to_several_matters_with_a_result_for_each(window: Window) -> None:
    numbers = [number_of(report(window(), f"绿化带杂草太高，{n} 号楼前")) for n in (1, 2)]
    desk = window("village-330110110001-receiver")
    desk.goto("/desk?view=open")
    for number in numbers:
        desk.get_by_label(number).check()
    expect(desk.locator("[data-count]")).to_have_text("2")
    desk.select_option("#verb", label="诉求 · 受理")
    desk.select_option("#bulk-form [name=category]", "green_care")
    desk.click("[data-bulk] button.primary")
    results = desk.locator("tbody tr")
    expect(results).to_have_count(2)
    for number in numbers:
        expect(results.filter(has_text=number)).to_contain_text("待派遣")
    desk.locator("main a.btn.primary").click()
    desk.wait_for_url("**/desk*")


def test_personal_data_are_masked_until_somebody_says_why(window: Window) -> None:
    resident = window(phone=True)
    resident.goto(f"/q/{GRID}")
    resident.fill("#description", "楼上漏水到我家，需要有人联系我")
    resident.locator("summary", has_text="留联系方式").click()
    resident.fill("#contact_phone", "13800001234")
    resident.check("[name=consent]")
    resident.click(".send-bar button")
    resident.wait_for_url("**/sent?*")
    number = number_of(resident.url.replace("/sent", ""))
    officer = window("receiver")
    officer.goto(f"/case/{number}")
    expect(officer.locator("main")).to_contain_text("138****1234")
    expect(officer.locator("main")).not_to_contain_text("13800001234")
    officer.locator("summary", has_text="个人信息").click()
    officer.fill("#reason", "回访核实情况")
    officer.locator("#sealed button").click()
    expect(officer.locator("#sealed")).to_contain_text("13800001234")
    officer.reload()
    expect(officer.locator(".timeline")).to_contain_text("查看个人信息")
    expect(officer.locator(".timeline")).to_contain_text("回访核实情况")
    officer.locator("summary", has_text="存证").click()
    officer.locator("#verified button").click()
    expect(officer.locator("#verified")).to_contain_text("校验通过")


def test_a_session_that_ended_meanwhile_costs_an_officer_no_words(window: Window, served: Served) -> None:
    number = number_of(report(window(), "河边栏杆松了，请尽快加固"))
    officer = window("receiver", fresh=True)
    officer.goto(f"/case/{number}")
    officer.goto(f"/case/{number}/refuse")
    answer = officer.locator(".move-form [name=answer]")
    answer.fill("不在本镇范围，已告知向河道管理单位反映")
    officer.context.clear_cookies(name="sessionid")
    officer.locator(".move-form .btns button").click()
    officer.fill("#username", "receiver")
    officer.fill("#password", served.password)
    officer.click("main button.primary")
    again = officer.locator(".move-form [name=answer]")
    expect(again).to_have_value("不在本镇范围，已告知向河道管理单位反映")
    officer.locator(".move-form .btns button").click()
    expect(officer.locator(".timeline")).to_contain_text("不在本镇范围")
    assert not [
        key for key in officer.evaluate("Object.keys({...sessionStorage, ...localStorage})") if number in key
    ]


def test_a_session_that_ended_leads_from_a_dialog_to_signing_in_and_back_with_the_words(
    window: Window, served: Served
) -> None:
    number = number_of(report(window(), "广场地砖松动，绊倒过人"))
    room = window("dispatcher", fresh=True)
    room.goto("/room")
    room.evaluate(
        "n => { const b = document.createElement('button'); b.id = 'try'; b.setAttribute('hx-target', '#room-dialog');"
        "b.setAttribute('hx-get', `/case/${n}/note?in=room`); document.body.append(b); htmx.process(b); }",
        number,
    )
    room.locator("#try").dispatch_event("click")
    dialog = room.locator("#room-dialog")
    dialog.locator("[data-dismiss]").click()
    expect(dialog).to_be_hidden()
    room.locator("#try").dispatch_event("click")
    dialog.locator("[name=remark]").fill("已请施工队来看")
    room.context.clear_cookies(name="sessionid")
    room.evaluate("document.body.dispatchEvent(new Event('refresh', { bubbles: true }))")
    expect(room.locator(".toast a")).to_be_visible()
    expect(room.locator("#burns input")).to_have_count(0)
    dialog.locator("form .btns button").click()
    room.wait_for_url("**/signin?next=%2Froom")
    room.fill("#username", "dispatcher")
    room.fill("#password", served.password)
    room.click("main button.primary")
    room.wait_for_url("**/room")
    room.goto(f"/case/{number}/note")
    expect(room.locator("#move-form [name=remark]")).to_have_value("已请施工队来看")


def test_the_feed_goes_on_after_a_cut_without_a_gap_or_a_double(window: Window) -> None:
    room = window("leader")
    room.goto("/room")
    expect(room.locator("[data-live=on]")).to_be_visible()
    before = number_of(report(window(), "幼儿园门口减速带坏了"))
    expect(room.locator(f"#feed a[href='/case/{before}']")).to_have_count(1)
    room.context.set_offline(True)
    missed = number_of(report(window(), "老街石板路塌了一块"))
    expect(room.locator("[data-stale]")).to_contain_text("数字停在", timeout=20_000)
    room.context.set_offline(False)
    expect(room.locator(f"#feed a[href='/case/{missed}']")).to_have_count(1, timeout=40_000)
    expect(room.locator("[data-stale]")).to_be_hidden()
    expect(room.locator(f"#feed a[href='/case/{before}']")).to_have_count(1)


def test_the_room_draws_its_map_and_acts_from_the_wall(window: Window) -> None:
    room = window("supervisor")
    asked: list[str] = []
    room.on("request", lambda r: asked.append(r.url))
    room.goto("/room")
    room.wait_for_selector("[data-map=room][data-ready]")
    expect(room.locator(".spot").first).to_be_visible()
    expect(room.locator(".schematic")).to_contain_text("示意")
    assert all(url.startswith((room.url.split("/room")[0], "blob:", "data:")) for url in asked)
    wide = room.locator(".spot").count()
    room.evaluate("document.querySelector('[data-map]').map.jumpTo({zoom: 15})")
    until(room, f"document.querySelectorAll('.spot').length !== {wide}")
    burning = room.locator("#burns li").first
    if burning.count():
        burning.locator("button", has_text="督办").click()
        dialog = room.locator("dialog[open]")
        dialog.locator("[name=by_when]").fill("2030-01-01T12:00")
        dialog.locator("[name=reason]").fill("请今天办结")
        dialog.locator("button.primary").click()
        expect(room.locator("dialog[open]")).to_have_count(0)
        expect(room.locator("#feed")).to_contain_text("督办")


def test_a_figure_opens_into_its_cases_and_draws_its_months(window: Window) -> None:
    page = window("leader")
    page.goto("/report/2023")
    page.locator("a.fig").first.click()
    page.wait_for_selector("[data-chart][data-ready]")
    assert page.locator("[data-chart] svg path").count() > 3
    page.locator("summary", has_text="数据表").first.click()
    expect(page.locator("details[open] tbody tr").first).to_be_visible()
    page.locator("#cases a.title").first.click()
    expect(page.locator(".case-head")).to_be_visible()


def test_a_sheet_of_codes_prints_without_the_frame(window: Window) -> None:
    page = window("dispatcher")
    page.goto("/qr")
    assert page.locator(".qr-card .code svg").count() >= 2
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.locator(".qr-card").first).to_be_visible()


def test_a_number_is_picked_by_keyboard_and_by_touch(window: Window) -> None:
    first, second = (number_of(report(window(), f"公园长椅断了一根横木，{n} 号")) for n in (1, 2))
    desk = window("village-330110110001-receiver")
    desk.goto(f"/case/{second}/merge")
    into = desk.get_by_role("combobox")
    into.press_sequentially("长椅断了")
    expect(desk.get_by_role("option")).to_have_count(2)
    into.press("ArrowUp")  # from nowhere to the last
    expect(desk.get_by_role("option", selected=True)).to_contain_text(first)
    into.press("Escape")
    expect(into).to_have_value("长椅断了")
    expect(desk.get_by_role("option").first).not_to_be_visible()
    into.press("ArrowDown")
    expect(desk.get_by_role("option").first).to_be_visible()
    into.press("ArrowDown")
    into.press("ArrowDown")
    into.press("Enter")
    expect(into).to_have_value(first)
    expect(desk.locator("[data-picked]")).to_contain_text("长椅断了")
    into.fill("没有这一件")
    expect(desk.locator("[data-picked]")).to_have_text("没有找到")
    expect(into).to_have_attribute("aria-expanded", "false")
    phone = window("village-330110110001-receiver", phone=True)
    phone.goto(f"/case/{second}/merge")
    phone.get_by_role("combobox").fill(first)
    phone.get_by_role("option").tap()
    expect(phone.get_by_role("combobox")).to_have_value(first)
    expect(phone.get_by_role("option").first).not_to_be_visible()
