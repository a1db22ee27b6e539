"""Pictures of figures: drawn where a script runs, tables where none does, and both on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import until

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
INDICATOR = "/indicators/appeals.received?period=2023"


def test_a_chart_is_drawn_and_its_table_folded_away_until_it_is_printed(window: Window) -> None:
    page = window("supervisor")
    page.goto(INDICATOR)
    expect(page.locator(".chart[data-ready=yes] svg path").first).to_be_attached()
    table = page.locator(".graph .behind table")
    expect(table).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(table).to_be_visible()
    assert page.locator(".chart svg").bounding_box()["width"] <= 640
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(table).to_be_hidden()
    until(page, "document.querySelector('.chart svg').clientWidth > 640")


def test_without_a_script_every_number_is_there(window: Window) -> None:
    window("supervisor").goto("/desk")  # signs in
    page = window("supervisor", script=False)
    page.goto(INDICATOR)
    expect(page.locator(".graph .behind table")).to_be_visible()
    expect(page.locator(".choropleth .behind table")).to_be_visible()
    expect(page.locator(".choropleth svg .area").first).to_be_visible()
    page.goto("/leaders?period=2023")
    assert page.locator(".lead").count() > 3
