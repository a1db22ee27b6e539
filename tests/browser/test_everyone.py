"""Every page for every sort of reader: narrow and wide, both languages, by keyboard, in large print."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import GRID, WORKER

pytestmark = pytest.mark.browser
Window = Callable[..., Page]

RESIDENT = (
    "/",
    "/new",
    f"/q/{GRID}",
    "/f",
    "/signin",
    "/lines",
    "/lines/appeals",
    "/lines/patrol",
    "/report/2023",
    "/progress",
    "/privacy",
    "/nowhere",
)
OFFICER = (
    "/desk",
    "/desk?view=open",
    "/desk?view=every&q=AP2023",
    "/work",
    "/work/report",
    "/indicators",
    "/targets",
    "/indicators/appeals.on_time_rate",
    "/indicators/appeals.received?period=2023&by=village,month",
    "/leaders?period=2023",
    "/registers",
    "/registers/patrol/route",
    "/registers/patrol/route/1",
    "/matrix",
    "/qr",
    "/notices",
    "/room",
)
FIELD = ("/work", "/work/report", "/work/report?kind=patrol/finding", "/notices", "/room")
READERS = {
    "": RESIDENT,
    "supervisor": OFFICER,
    WORKER: FIELD,
}

# What a screen reader would stumble over, found in the page itself.
FAULTS = """() => {
  const said = [];
  const shown = (e) => e.offsetParent !== null || e.getClientRects().length;
  const name = (e) => (e.getAttribute('aria-label') || e.getAttribute('title') || e.textContent || '').trim()
    || [...(e.labels || [])].map((l) => l.textContent.trim()).join('') || e.getAttribute('placeholder');
  if (document.querySelectorAll('h1').length !== 1) said.push(`${document.querySelectorAll('h1').length} h1`);
  if (!document.querySelector('main')) said.push('no main');
  if (!document.documentElement.lang) said.push('no lang');
  for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary'))
    if (shown(e) && !name(e)) said.push(`no name: ${e.outerHTML.slice(0, 90)}`);
  for (const e of document.querySelectorAll('img')) if (!e.hasAttribute('alt')) said.push(`no alt: ${e.src}`);
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) said.push(`id twice: ${id}`);
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const clipped = (e) => e && e !== document.body
    && (getComputedStyle(e).overflowX !== 'visible' || clipped(e.parentElement));
  const edge = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > edge && !clipped(e.parentElement))
    .slice(0, 3).map((e) => e.outerHTML.slice(0, 120));
  if (over > 0) said.push(`wider than the screen by ${over}: ${wide}`);
  return said;
}"""
GROUPS = "nav desk case new field verb state room ind work limit role kind js due error choice refusal"
KEY = re.compile(rf"\b(?:{GROUPS.replace(' ', '|')})\.[a-z_]{{3,}}\b")


@pytest.mark.slow
@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize(("phone", "lang"), [(True, "en-GB"), (False, "zh-CN")], ids=["phone-en", "desk-zh"])
def test_every_page_reads_well(window: Window, role: str, phone: bool, lang: str) -> None:
    page = window(role, phone=phone, lang=lang)
    if lang == "en-GB":  # an account has a language of its own, so it is chosen as people do
        page.goto("/lines")
        if page.evaluate("document.documentElement.lang") != "en":
            page.click("button[name=lang]")
    faults: dict[str, list[str]] = {}
    for path in READERS[role]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status < 500, f"{path} answered {answer.status}"
        found = list(page.evaluate(FAULTS))
        text = page.locator("main").inner_text()
        found += [f"a key instead of a word: {key}" for key in KEY.findall(text)]
        if found:
            faults[path] = found
    assert not faults, "\n".join(f"{path}: {'; '.join(found)}" for path, found in faults.items())


def test_a_report_can_be_sent_by_keyboard_alone(window: Window) -> None:
    page = window()
    page.goto("/new")
    expect(page.locator("#description")).to_be_focused()
    page.keyboard.type("垃圾桶满了没有人来收")
    page.locator(".send-bar button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sent?*")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_large_print_and_language_are_remembered(window: Window) -> None:
    page = window(phone=True)
    page.goto("/")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    normal = page.evaluate(size)
    page.click("button[name=large]")
    assert page.evaluate(size) == normal * 1.25
    page.goto("/new")
    assert page.evaluate(size) == normal * 1.25
    assert not [fault for fault in page.evaluate(FAULTS) if fault.startswith("wider")]
    page.click("button[name=lang]")
    expect(page.locator("h1")).to_have_text("Report something")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_lock_closes_after_five_wrong_passwords(window: Window) -> None:
    page = window()
    for _ in range(6):
        page.goto("/signin")
        page.fill("#username", "nobody-at-all")
        page.fill("#password", "wrong")
        page.click("main button.primary")
    expect(page.locator("[role=alert]")).to_contain_text("锁定")
