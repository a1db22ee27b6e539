"""The closed loop, walked in a browser by those who walk it: resident, receiver, dispatcher, worker, verifier."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import GRID, WORKER, Served, until

pytestmark = pytest.mark.browser
Window = Callable[..., Page]


def report(page: Page, text: str, *, category: str = "", picture: Path | None = None) -> str:
    """Report something by a scanned sheet and answer the address of the follow page."""
    page.goto(f"/q/{GRID}")
    page.fill("#description", text)
    if category:
        page.locator("#suggest .chip", has_text=category).click()
    if picture:
        page.set_input_files("input[name=photos]", picture)
        expect(page.locator(".shot")).to_have_count(1)
    page.click(".send-bar button")
    page.wait_for_url("**/sent?*")
    return page.url.replace("/sent?", "?").replace("&joined=1", "")


def number_of(address: str) -> str:
    """The number in a follow page's address."""
    found = re.search(r"/f/([^?]+)\?", address)
    assert found
    return found[1]


def move(page: Page, number: str, verb: str, **answers: str) -> None:
    """Make a move from the page of the case: choose it, fill in its form, send it."""
    page.goto(f"/case/{number}")
    page.locator(f".case-side a[href$='/{verb}'], .phone-moves a[href$='/{verb}']").locator(
        "visible=true"
    ).first.click()
    form = page.locator("#move-form form")
    for name, value in answers.items():
        field = form.locator(f"[name={name}]").first
        if field.evaluate("f => f.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "radio":
            form.locator(f"label:has([name={name}][value={value}])").click()
        else:
            field.fill(value)
    form.locator("button.primary, button.warn").first.click()
    expect(page.locator("main > .note.fine")).to_be_visible()


def dispatched(window: Window, text: str, picture: Path | None = None) -> tuple[str, str]:
    """A report that a grid worker has in hand: its number and its follow address."""
    followed = report(window(phone=True), text, picture=picture)
    number = number_of(followed)
    move(window("village-330110110001-receiver"), number, "accept", category="sewage", level="small")
    move(window("dispatcher"), number, "dispatch", to=f"grid-{GRID}")
    return number, followed


def test_a_report_goes_round_until_its_reporter_has_rated_it(window: Window, picture: Path) -> None:
    number, followed = dispatched(window, "菜场北门下水道堵了，污水流到人行道", picture)
    resident = window(phone=True)
    resident.goto(followed)
    expect(resident.locator(".progress [aria-current]")).to_contain_text("处置中")

    worker = window(WORKER, phone=True)
    worker.goto("/work")
    card = worker.locator(".job", has_text=number)
    expect(card).to_be_visible()
    card.locator("a", has_text="处置完成").click()
    worker.fill("#move-form [name=answer]", "已疏通并清洗路面。")
    worker.set_input_files("#move-form [name=photos]", picture)
    expect(worker.locator("#move-form .shot")).to_have_count(1)
    worker.click("#move-form button.primary")
    expect(worker.locator(".case-head")).to_contain_text("待核查")

    resident.reload()
    expect(resident.locator(".answer")).to_have_text("已疏通并清洗路面。")
    shown = resident.locator(".gallery img").first
    assert shown.evaluate("i => i.decode().then(() => i.naturalWidth)") > 100

    move(window("village-330110110001-verifier"), number, "verify")
    resident.reload()
    expect(resident.locator("h1")).to_have_text("已办结")
    resident.locator("label:has([name=solved][value=true])").click()
    resident.locator("label[for=st4]").click()
    resident.locator("form[action*='/rate'] button.primary").click()
    expect(resident.locator("main > .note.fine")).to_be_visible()
    expect(resident.locator("form[action*='/rate']")).to_have_count(0)

    resident.locator("summary", has_text="重新办理").click()
    resident.fill("form[action*='/reopen'] [name=reason]", "下雨以后又堵了")
    resident.locator("form[action*='/reopen'] button").click()
    expect(resident.locator("h1")).to_have_text("处置中")


def test_work_goes_on_without_a_signal_and_is_sent_later(window: Window) -> None:
    number, _ = dispatched(window, "河边步道栏杆松了")
    worker = window(WORKER, phone=True)
    worker.goto(f"/case/{number}/fix")
    worker.context.set_offline(True)
    worker.fill("#move-form [name=answer]", "已加固，现场试过。")
    worker.click("#move-form button.primary")
    expect(worker.locator(".toast").first).to_contain_text("没有网络")
    worker.context.set_offline(False)
    expect(worker.locator(".toast", has_text="已补发")).to_be_visible()
    worker.goto(f"/case/{number}")
    expect(worker.locator(".case-head")).to_contain_text("待核查")
    expect(worker.locator(".timeline")).to_contain_text("已加固，现场试过。")


def test_what_waits_on_a_shared_phone_is_sent_as_whoever_wrote_it(window: Window, served: Served) -> None:
    number, _ = dispatched(window, "公园长椅松动")
    phone = window(WORKER, phone=True, fresh=True)
    phone.goto(f"/case/{number}/fix")
    phone.context.set_offline(True)
    phone.fill("#move-form [name=answer]", "已加固。")
    phone.click("#move-form button.primary")
    expect(phone.locator(".toast").first).to_contain_text("没有网络")
    phone.context.clear_cookies()  # the session has ended, and another takes the phone
    phone.context.set_offline(False)
    for role, state in (("supervisor", "处置中"), (WORKER, "待核查")):
        phone.context.clear_cookies()
        phone.goto("/signin")
        phone.fill("#username", role)
        phone.fill("#password", served.password)
        phone.click("main button.primary")
        phone.wait_for_url(lambda address: "/signin" not in address, wait_until="commit")
        phone.goto("/work")
        if role != WORKER:
            expect(phone.locator("[data-waiting]")).to_contain_text("另一账号")
        for _ in range(20):  # whichever page has the time to sends it
            phone.goto(f"/case/{number}")
            if state in phone.locator(".case-head").inner_text():
                break
            phone.wait_for_timeout(500)
        expect(phone.locator(".case-head")).to_contain_text(state)


def test_what_came_back_with_a_mistake_is_no_draft(window: Window) -> None:
    number, _ = dispatched(window, "井盖晃动")
    page = window("supervisor")
    page.goto(f"/case/{number}/supervise")
    page.fill("#move-form [name=by_when]", "2020-01-01T09:00")
    page.evaluate(
        "document.querySelectorAll('#move-form [required]').forEach((f) => f.removeAttribute('required'))"
    )
    page.click("#move-form button.primary, #move-form button.warn")
    expect(page.locator("#move-form [role=alert]")).to_be_visible()
    expect(page.locator(".toast", has_text="已恢复")).to_have_count(0)


def test_the_workers_pages_open_without_a_signal_and_leave_nothing_behind(window: Window) -> None:
    number, _ = dispatched(window, "公园凳子断了一条腿")
    worker = window(WORKER, phone=True, fresh=True)
    worker.goto("/work")
    worker.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    for path in ("/work", f"/case/{number}", "/work/report"):
        worker.goto(path)
    worker.context.set_offline(True)
    worker.goto(f"/case/{number}")
    expect(worker.locator("h1")).to_contain_text("公园凳子断了一条腿")
    worker.goto("/work")
    expect(worker.locator(".job", has_text=number)).to_be_visible()
    worker.context.set_offline(False)
    worker.locator("button[data-nearest]").click()
    expect(worker.locator("button[data-nearest]")).to_have_attribute("aria-pressed", "true")
    worker.locator(".who summary").click()
    worker.locator("form[action='/signout'] button").click()
    worker.wait_for_url(lambda address: address.endswith("/"))
    kept = "caches.open('gridtown-pages-1').then((box) => box.keys()).then((keys) => keys.length)"
    assert worker.evaluate(kept) == 0


def test_two_taps_send_one_report(window: Window) -> None:
    page = window(phone=True)
    page.goto(f"/q/{GRID}")
    page.fill("#description", "路灯不亮了，晚上看不见路")
    sent: list[str] = []
    page.on(
        "request", lambda r: sent.append(r.url) if r.method == "POST" and r.url.endswith("/new") else None
    )
    page.evaluate("() => { const b = document.querySelector('.send-bar button'); b.click(); b.click(); }")
    page.wait_for_url("**/sent?*")
    assert len(sent) == 1


def test_the_same_key_answers_the_same_number(window: Window) -> None:
    page = window()
    page.goto("/new")
    body = page.evaluate(
        """async () => {
            const form = document.querySelector('.report-form');
            form.elements.description.value = '河边护栏断了';
            const send = async () => (await fetch('/new', {method: 'POST', body: new FormData(form)})).url;
            return [await send(), await send()];
        }"""
    )
    assert number_of(body[0].replace("/sent", "")) == number_of(body[1].replace("/sent", ""))


def test_whoever_meets_the_same_joins_it_and_follows(window: Window) -> None:
    first = window(phone=True)
    number = number_of(report(first, "暴露垃圾没人清，味道很大", category="暴露垃圾"))
    second = window(phone=True)
    second.goto(f"/q/{GRID}")
    second.fill("#description", "垃圾堆在路边好几天，没人清")
    near = second.locator(".similar li").first
    expect(near).to_contain_text("暴露垃圾")
    expect(near).not_to_contain_text("味道很大")  # never another person's words
    second.locator("#address").press("Enter")  # the key that sends must not join by accident
    second.wait_for_url("**/sent?*")
    assert "+" not in second.url
    second.go_back()
    second.fill("#description", "垃圾堆在路边，好几天没人清")
    near.locator("button").click()
    second.wait_for_url("**/sent?*")
    joined = number_of(second.url.replace("/sent", ""))
    assert re.fullmatch(r"AP\d{4}-\d{5}\+\d+", joined)
    assert joined.split("+")[0] <= number


def test_a_draft_survives_and_contacts_are_never_kept(window: Window) -> None:
    page = window(phone=True)
    page.goto("/new")
    page.fill("#description", "楼道里堆了很多纸箱")
    page.locator("summary", has_text="留联系方式").click()
    page.fill("#contact_phone", "13800001234")
    until(page, "localStorage.getItem('gridtown.draft.new') !== null")
    page.reload()
    expect(page.locator("#description")).to_have_value("楼道里堆了很多纸箱")
    assert "13800001234" not in page.evaluate("JSON.stringify({...localStorage})")


def test_photos_stay_on_the_page_when_nothing_gets_through(window: Window, picture: Path) -> None:
    """The phone believes itself online; the browser's own page of failure would cost the pictures."""
    resident = window(phone=True)
    resident.goto(f"/q/{GRID}")
    resident.fill("#description", "桥栏杆断了两根")
    resident.set_input_files("input[name=photos]", picture)
    expect(resident.locator(".shot")).to_have_count(1)
    resident.context.route("**/*", lambda route: route.abort())
    resident.click(".send-bar button")
    expect(resident.locator(".toast")).to_contain_text("网络不通")
    expect(resident.locator(".shot")).to_have_count(1)
    resident.context.unroute("**/*")
    resident.click(".send-bar button")
    resident.wait_for_url("**/sent?*")
    resident.goto(resident.url.replace("/sent?", "?"))
    expect(resident.locator("main img")).to_have_count(1)


def test_a_contact_needs_consent_and_the_words_stay(window: Window) -> None:
    page = window(phone=True)
    page.goto("/new")
    page.fill("#description", "楼下烧烤店油烟直排")
    page.locator("summary", has_text="留联系方式").click()
    page.fill("#contact_phone", "13800001234")
    page.click(".send-bar button")
    expect(page.locator("[role=alert]")).to_contain_text("请勾选同意")
    expect(page.locator("#description")).to_have_value("楼下烧烤店油烟直排")
    page.check("[name=consent]")
    page.click(".send-bar button")
    page.wait_for_url("**/sent?*")


def test_a_wrong_code_opens_nothing(window: Window) -> None:
    page = window()
    number = number_of(report(page, "窨井盖丢了，很危险"))
    page.goto(f"/f/{number}?s=WRONGWRONGWRONG")
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("窨井盖")
