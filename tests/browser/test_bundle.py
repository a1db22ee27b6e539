"""The bundle alone, in a real browser: the guard against sending twice, the map and the chart."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

BUILD = Path(__file__).parents[2] / "gridtown" / "web" / "static" / "build"
TYPES = {".js": "text/javascript", ".css": "text/css"}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[112.1, 37.1], [112.2, 37.1], [112.2, 37.2], [112.1, 37.2], [112.1, 37.1]]],
}
HEAD = '<!doctype html><link rel=icon href="data:,"><link rel=stylesheet href="/build/app.css">'


@pytest.fixture
def show(page: Page):
    """Open a page made of `body` and the bundle, served from disk."""
    page_body: list[str] = []

    def answer(route: Route) -> None:
        path = route.request.url.split("/build/", 1)[-1]
        if (BUILD / path).is_file():
            route.fulfill(body=(BUILD / path).read_bytes(), content_type=TYPES[(BUILD / path).suffix])
        else:
            route.fulfill(body=page_body[0], content_type="text/html")

    page.route("**/*", answer)

    def _show(body: str) -> Page:
        page_body.append(f'{HEAD}<body>{body}<script type=module src="/build/app.js"></script>')
        page.goto("http://127.0.0.1:9/")
        return page

    return _show


def given(name: str, value: object) -> str:
    """Data for the page, as pages carry it."""
    return f'<script type="application/json" id="{name}">{json.dumps(value)}</script>'


def test_a_form_sent_twice_goes_out_once_with_a_key(show):
    page = show("<form method=post action=/sent><input name=key type=hidden><button>send</button></form>")
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data or "") if r.method == "POST" else None)
    page.wait_for_function("window.htmx !== undefined")
    page.evaluate("() => { const b = document.querySelector('button'); b.click(); b.click(); }")
    page.wait_for_url("**/sent")
    assert len(sent) == 1
    assert len(sent[0].removeprefix("key=")) == 36


def test_the_map_draws_a_grid_without_any_server(show):
    grids = {"type": "Feature", "properties": {}, "geometry": SQUARE}
    page = show(
        '<div data-map=where style="width:600px;height:400px"></div>'
        + given("where", {"bounds": [112.1, 37.1, 112.2, 37.2], "grids": grids})
    )
    page.wait_for_selector("[data-map][data-ready]")
    count = (
        "[0, 5000].map((x) => where.map.queryRenderedFeatures([300 + x, 200], {layers: ['grids']}).length)"
    )
    assert page.evaluate(
        f"() => {{ const where = document.querySelector('[data-map]'); return {count}; }}"
    ) == [1, 0]


def test_the_chart_draws_its_bars(show):
    option = {"xAxis": {"data": ["a", "b"]}, "yAxis": {}, "series": [{"type": "bar", "data": [1, 2]}]}
    page = show('<div data-chart=bars style="width:400px;height:300px"></div>' + given("bars", option))
    page.wait_for_selector("[data-chart][data-ready]")
    bars = page.evaluate(
        "[...document.querySelectorAll('[data-chart] svg path')].map((p) => p.getAttribute('fill'))"
    )
    assert len([fill for fill in bars if fill not in (None, "none", "transparent")]) == 2
