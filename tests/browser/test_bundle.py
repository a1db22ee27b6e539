"""The bundle alone, in a real browser: the map and the chart draw without any server, and a form goes out once."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

BUILD = Path(__file__).parents[2] / "gridtown" / "web" / "static" / "build"
TYPES = {".js": "text/javascript", ".css": "text/css"}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[119.9, 30.3], [120.0, 30.3], [120.0, 30.4], [119.9, 30.4], [119.9, 30.3]]],
}
VILLAGE = {"level": "village", "code": "330110110001", "name": "甲村", "name_en": "A"}
OUTLINE = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "properties": VILLAGE, "geometry": SQUARE}],
}
HEAD = '<!doctype html><html lang=zh><link rel=icon href="data:,"><link rel=stylesheet href="/build/app.css">'
Show = Callable[[str], Page]


@pytest.fixture
def show(page: Page) -> Show:
    """Open a page made of `body` and the bundle, served from disk."""
    page_body: list[str] = []

    def answer(route: Route) -> None:
        path = route.request.url.split("/build/", 1)[-1]
        if (BUILD / path).is_file():
            route.fulfill(body=(BUILD / path).read_bytes(), content_type=TYPES[(BUILD / path).suffix])
        elif route.request.url.endswith("/outline"):
            route.fulfill(body=json.dumps(OUTLINE), content_type="application/json")
        else:
            route.fulfill(body=page_body[0], content_type="text/html")

    page.route("**/*", answer)

    def _show(body: str) -> Page:
        page_body.append(
            f'{HEAD}<body>{body}<div id=toasts></div><script type=module src="/build/app.js"></script>'
        )
        page.goto("http://127.0.0.1:9/")
        return page

    return _show


def test_a_form_sent_twice_goes_out_once(show: Show) -> None:
    page = show(
        "<form method=post action=/sent data-once><input name=_key value=k1><button>send</button></form>"
    )
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data or "") if r.method == "POST" else None)
    page.wait_for_function("window.htmx !== undefined")
    dim = "getComputedStyle(document.querySelector('button')).opacity"
    assert page.evaluate(dim) == "1"
    page.evaluate("document.querySelector('form').dataset.sending = 'yes'")
    assert page.evaluate(dim) == "0.6", "whoever waits sees that it is on its way"
    page.evaluate("delete document.querySelector('form').dataset.sending")
    page.evaluate("() => { const b = document.querySelector('button'); b.click(); b.click(); }")
    page.wait_for_url("**/sent")
    assert sent == ["_key=k1"]


def test_what_a_lost_signal_kept_back_goes_out_at_the_next_tap(show: Show) -> None:
    page = show(
        "<form method=post action=/sent data-once data-draft=new><textarea name=a></textarea><button>go</button></form>"
    )
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data or "") if r.method == "POST" else None)
    page.wait_for_function("window.htmx !== undefined")
    page.fill("textarea", "hello")
    page.context.set_offline(True)
    page.click("button")
    page.wait_for_selector(".toast")
    page.context.set_offline(False)
    assert sent == []
    page.click("button")
    page.wait_for_url("**/sent", timeout=5000)
    assert sent == ["a=hello"]


def test_the_map_draws_a_village_and_its_name(show: Show) -> None:
    page = show('<div class=map data-map=view data-outline=/outline style="width:600px;height:400px"></div>')
    page.wait_for_selector("[data-map][data-ready]")
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (600, 400)  # the library's own sheet must not let it out
    place = "document.querySelector('[data-map]').map"
    count = f"(at, layer) => {place}.queryRenderedFeatures(at, {{layers: [layer]}}).length"
    assert page.evaluate(f"({count})([300, 200], 'land')") == 1
    assert page.evaluate(f"({count})([2, 200], 'land')") == 0
    assert page.evaluate(f"({count})([[0, 0], [600, 400]], 'names')") == 1


def test_a_tap_sets_the_pin_and_the_form_knows_where(show: Show) -> None:
    page = show(
        "<form><input name=lon type=hidden><input name=lat type=hidden>"
        '<div class=map data-map=pin data-outline=/outline style="width:600px;height:400px"></div></form>'
    )
    page.wait_for_selector("[data-map][data-ready]")
    page.mouse.click(300, 200)
    page.wait_for_function("document.querySelector('[name=lon]').value !== ''")
    assert abs(float(page.input_value("[name=lon]")) - 119.95) < 0.01
    assert abs(float(page.input_value("[name=lat]")) - 30.35) < 0.01


def test_the_chart_draws_what_its_table_says(show: Show) -> None:
    rows = "".join(f"<tr><td>{name}<td data-value={value}>{value}" for name, value in (("a", 1), ("b", 2)))
    page = show(
        "<table id=t><thead><tr><th>m<th data-series=bar>n</thead><tbody>" + rows + "</tbody></table>"
        '<div data-chart=t style="width:400px;height:300px"></div>'
    )
    page.wait_for_selector("[data-chart][data-ready]")
    page.wait_for_function("document.querySelectorAll('[data-chart] svg path').length > 3")
    words = page.locator("[data-chart] svg text").all_text_contents()
    assert {"a", "b"} <= set(words)
