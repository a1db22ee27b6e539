"""Figures on pages: the catalogue, an indicator in slices and pictures, as files, and the leaders' screen."""

import csv
import html
import io
import json
import re
from datetime import datetime, timedelta
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from gridtown.cases import actions
from gridtown.people.scope import visible
from gridtown.report.figures import ahead, forecast, indicators, leaders, many
from gridtown.report.figures.course import Forecast
from gridtown.report.promises import targets
from gridtown.report.prose import annual
from gridtown.town import clock
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.refresh import refresh
from gridtown.web import pictures
from gridtown.web.templatetags import town as tags
from tests.browsing import OTHER, VILLAGE, client_of
from tests.calling import Api
from tests.conftest import NOON, RESIDENT, Here

pytestmark = pytest.mark.slow

YEAR = str(NOON.year)
KEYS = ("appeals.received", "appeals.handled", "appeals.on_time_rate", "appeals.merged")


def report(here: Here, n: int, village: str = VILLAGE, **more: Any) -> actions.Receipt:
    """A resident's report on one of the first days of the year."""
    said = {"description": f"=路灯不亮 {n}", "category": "street_light", "contact_phone": "13900001111"}
    return actions.report(
        line="appeals", kind="matter", answers=said | more.pop("answers", {}), by=RESIDENT,
        now=NOON - timedelta(days=40 - n), key=f"fig-{n}", channel=more.pop("channel", "web"), place=village, **more,
    )  # fmt: skip


@pytest.fixture
def town(pingyao, tmp_path, settings, monkeypatch) -> Here:
    """Five reports in two villages over two months, read up to noon."""
    settings.GRIDTOWN_HOME = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOON)
    for n in range(3):
        report(pingyao, n)
    report(pingyao, 3, OTHER, channel="qr")
    report(pingyao, 35, OTHER, answers={"category": "street_cleaning"})
    refresh(now=NOON, town=pingyao.town)
    return pingyao


def rows_of(answer: Any) -> list[list[str]]:
    """The rows of a CSV file."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def text_of(answer: Any) -> str:
    """A page without its tags and runs of spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_same_number_on_page_interface_report_and_export(town, tmp_path, monkeypatch):
    folder = tmp_path / "town"
    (folder / "report").mkdir(parents=True)
    prose = "# Y\n\n## S\n\n" + "\n\n".join(f"x {{% figure {key} %}}." for key in KEYS)
    (folder / "report" / f"{YEAR}.md").write_text(prose, "utf-8")
    object.__setattr__(town.town, "folder", (was := town.town.folder) and folder)
    told = {figure.key: figure for figure in annual.read(YEAR, town=town.town).figures}
    object.__setattr__(town.town, "folder", was)
    browser, api = client_of(town, "leader"), Api(town, "leader")
    for key in KEYS:
        shown = indicators.read(key, period=YEAR).shown()
        page = browser.get(f"/indicators/{key}", {"period": YEAR}).content.decode()
        assert f'class="num">{shown}<small' in page if shown else 'class="num">–</div>' in page
        said = api.get(f"indicators/{key}", period=YEAR).json()
        assert said["shown"] == shown
        assert told[key].missing == (shown is None)
        assert shown is None or told[key].text == shown
        *_, total = [
            row for row in rows_of(browser.get(f"/indicators/{key}/slices.csv?period={YEAR}")) if len(row) > 1
        ]
        whole = indicators.read(key, period=YEAR)
        assert total[1] == ("" if whole.plain is None else str(whole.plain))
        assert api.get(f"indicators/{key}/slices", period=YEAR, by="month").json()["whole"]["shown"] == shown
        assert api.get(f"indicators/{key}/compare", period=YEAR).json()["now"]["shown"] == shown


def test_the_catalogue_is_searched_and_narrowed(town):
    browser = client_of(town, "leader")
    every = browser.get("/indicators", {"period": YEAR})
    assert every.content.decode().count('<article class="cat">') == len(indicators.listed())
    assert "分母：" in text_of(every)
    assert "镇社会治理中心" in text_of(every)
    found = browser.get("/indicators", {"period": YEAR, "q": "按期 处置", "line": "appeals"}).content.decode()
    assert "/indicators/appeals.on_time_rate?" in found
    assert "/indicators/appeals.received?" not in found
    lower = browser.get("/indicators", {"better": "lower", "unit": "days"}).content.decode()
    assert "/indicators/appeals.days_to_close?" in lower
    assert "/indicators/appeals.unsolved?" not in lower
    none = browser.get("/indicators", {"q": "没有这样的"})
    assert (none.status_code, "没有这样的指标" in none.content.decode()) == (200, True)
    assert browser.get("/indicators", {"period": "never"}).status_code == 404


def questions(monkeypatch: Any) -> list[str]:
    """What is asked of the lake from now on."""
    asked: list[str] = []
    lake = lakes.tables()
    run = lake.run_sql
    monkeypatch.setattr(lake, "run_sql", lambda sql: asked.append(sql) or run(sql))
    lake._memo.clear()
    return asked


def test_the_catalogue_asks_each_table_once(town, monkeypatch):
    browser, asked = client_of(town, "leader"), questions(monkeypatch)
    with CaptureQueriesContext(connection) as queries:
        browser.get("/indicators", {"period": YEAR})
    tables = {(named.line.key, named.indicator.kind) for named in indicators.listed()}
    assert len(asked) == len(tables)
    assert len(queries) < 20


def test_what_the_catalogue_asks_is_asked_ahead(town):
    many._sql.cache_clear()
    thread = Thread(target=ahead.ask_ahead, args=[clock.now()])
    thread.start()
    thread.join(60)
    written = many._sql.cache_info().misses
    assert written
    client_of(town, "leader").get("/indicators")
    assert many._sql.cache_info().misses == written, "nobody waits for Ibis"


def test_pages_ask_the_same_however_much_there_is(town, monkeypatch):
    browser = client_of(town, "leader")
    paths = ("/leaders", "/indicators/appeals.received?by=village,month&period=" + YEAR)
    for path in paths:  # the map of a generation is read once in a process, by whoever comes first
        browser.get(path)
    counts = []
    for n in (10, 20):
        asked = questions(monkeypatch)
        with CaptureQueriesContext(connection) as queries:
            for path in paths:
                assert browser.get(path).status_code == 200
        counts.append((len(asked), len(queries)))
        monkeypatch.undo()
        monkeypatch.setattr(clock, "now", lambda: NOON)
        for more in range(n, n + 6):
            report(town, more, OTHER)
        refresh(now=NOON, town=town.town)
    (lake, ledger), (later_lake, later_ledger) = counts
    assert lake == later_lake
    assert abs(ledger - later_ledger) <= 1, "but once a second it is asked whether the town has changed"


def test_slices_open_into_their_cases_and_keep_what_is_narrowed(town):
    browser = client_of(town, "leader")
    page = browser.get(
        "/indicators/appeals.received",
        {"period": YEAR, "by": "village,channel", "where": "category:street_light"},
    )
    links = re.findall(r'href="(/indicators/appeals\.received\?[^"]*place=[^"]*)"', page.content.decode())
    link = next(one.replace("&amp;", "&") for one in links if VILLAGE in one and "channel" in one)
    assert "street_light" in link
    opened = browser.get(link.partition("#")[0]).content.decode()
    assert opened.count('class="title" href="/case/') == 3
    assert "只看" in opened
    assert browser.get("/indicators/appeals.received", {"where": "holder_id:1"}).status_code == 404
    assert "by_holder" not in page.content.decode()


def test_slices_by_village_are_for_whom_they_are_open_to(town):
    village = client_of(town, f"village-{VILLAGE}-receiver")
    for path in ("", "/slices.csv"):
        answer = village.get(f"/indicators/appeals.received{path}", {"period": YEAR, "by": "village"})
        text = answer.content.decode() if not path else str(rows_of(answer))
        assert town.town.code + "002" not in text
        assert "村社分布" not in text
    api = Api(town, f"village-{VILLAGE}-receiver")
    assert api.get("indicators/appeals.received/slices", period=YEAR, by="village,month").status_code == 404
    assert api.get("indicators/appeals.received/slices", period=YEAR, by="channel").status_code == 200
    assert village.get("/indicators/appeals.received", {"place": OTHER}).status_code == 404
    assert api.get("indicators/appeals.received/forecast", period=YEAR, place=OTHER).status_code == 404


def test_files_hold_both_parts_and_only_what_may_be_seen(town):
    browser = client_of(town, "leader")
    rows = rows_of(browser.get(f"/indicators/appeals.on_time_rate/slices.csv?period={YEAR}&by=village"))
    assert rows[0] == ["村社", "数值", "单位", "分子", "分母"]
    book = browser.get(f"/indicators/appeals.received/slices.xlsx?period={YEAR}&by=village,channel")
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    told = [row for row in sheet.iter_rows(values_only=True) if row[0]]
    assert sorted(row[2] for row in told[1:4]) == [1, 1, 3]
    assert any("数据截至" in str(row[0]) for row in told)
    cases = rows_of(browser.get(f"/indicators/appeals.received/cases.csv?period={YEAR}"))
    assert len([row for row in cases if len(row) == 12]) == 6
    assert all(row[1].startswith("'=") for row in cases[1:6]), "no cell is a formula"
    assert "13900001111" not in str(cases)
    own = client_of(town, f"village-{VILLAGE}-receiver")
    mine = rows_of(own.get(f"/indicators/appeals.received/cases.csv?period={YEAR}"))
    assert len([row for row in mine if len(row) == 12]) == 4
    assert "另有 2 件" in str(mine)
    assert browser.get("/indicators/appeals.received/cases.pdf").status_code == 404


def test_a_review_that_is_due_and_a_lake_that_is_old_are_said(town, monkeypatch):
    browser = client_of(town, "leader")
    assert "超过复核期限" not in text_of(browser.get("/indicators", {"period": YEAR}))
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=700))
    text = text_of(browser.get("/indicators", {"period": YEAR}))
    assert "超过复核期限" in text
    assert "超过 26 小时未汇总" in text
    report(town, 36)
    assert "新增" in text_of(browser.get("/indicators/appeals.received", {"period": YEAR}))


def test_every_picture_has_its_table_and_says_the_same(town):
    page = client_of(town, "leader").get("/indicators/appeals.received", {"period": YEAR}).content.decode()
    spec = json.loads(
        re.search(r'<script id="course-appeals-received" type="application/json">(.*?)</script>', page)[1]
    )
    assert sum(spec["series"][0]["data"]) == 5
    graph = page[page.index('<figure class="graph"') :]
    assert "<details" in graph.split("</figure>")[0]
    assert "过去不满三个月，误差未知，不作预测。" in page
    assert '<figure class="choropleth"' in page
    assert "示意图" in page
    multiples = page[page.index('<figure class="multiples"') :].split("</figure>")[0]
    assert multiples.count("<li>") == 2
    assert page.count('class="area s') >= len(pictures._drawn(0)[0])
    assert re.search(r'<tspan class="value"[^>]*>3</tspan>', page)


def test_the_leaders_screen_is_what_the_town_chose(town, tmp_path):
    browser = client_of(town, "leader")
    page = browser.get("/leaders", {"period": YEAR}).content.decode()
    chosen = leaders.screen(town.town)
    for key in chosen.keys:
        assert f"/indicators/{key}?period={YEAR}" in page
    assert page.count('<figure class="choropleth"') == len(chosen.maps)
    village = (
        client_of(town, f"village-{VILLAGE}-receiver").get("/leaders", {"period": YEAR}).content.decode()
    )
    assert '<figure class="choropleth"' not in village
    assert client_of(town).get("/leaders").status_code == 302
    assert browser.get("/leaders", {"period": "2023-05"}).status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('maps = ["appeals.happiness"]', "no indicator appeals.happiness"),
        ("rank = 1", "only section, maps and villages"),
        ("[[section]]\ntitle = { zh = '一' }\nfigures = []", "zh and en"),
        ("maps = [", ""),
    ],
)
def test_a_wrong_choice_is_said_and_breaks_nothing(town, tmp_path, text, said, monkeypatch):
    was = town.town.folder
    (tmp_path / leaders.FILE).write_text(text, "utf-8")
    object.__setattr__(town.town, "folder", tmp_path)
    try:
        answer = client_of(town, "leader").get("/leaders", {"period": YEAR})
        (tmp_path / leaders.FILE).unlink()
        none = client_of(town, "leader").get("/leaders", {"period": YEAR})
    finally:
        object.__setattr__(town.town, "folder", was)
    assert answer.status_code == none.status_code == 200
    assert "leaders.toml 有误" in answer.content.decode()
    assert said in answer.content.decode()
    assert "尚未选定" in none.content.decode()


def test_the_interface_says_what_a_figure_is_and_where_it_goes(town):
    api = Api(town, "leader")
    about = api.get("indicators/appeals.on_time_rate/about").json()
    assert about["words"].startswith(("分母", "Denominator"))
    assert about["owner"]
    assert "month" in about["slices"]
    assert "holder_id" not in about["slices"]
    crossed = api.get(
        "indicators/appeals.received/slices", period=YEAR, by="village,channel", where="channel:qr"
    ).json()
    assert [(cell["by"], cell["of"]) for cell in crossed["cells"]] == [([OTHER, "qr"], 1)]
    ahead = api.get("indicators/appeals.received/forecast", period=YEAR).json()
    assert (ahead["value"], ahead["why"], ahead["so_far"]) == (None, "few_months", 5)
    for path, asked in (
        ("slices", {"period": YEAR, "by": "holder_id"}),
        ("slices", {"period": YEAR, "by": "month", "where": "person:1"}),
        ("compare", {"period": "soon"}),
        ("forecast", {"period": "23"}),
    ):
        assert (
            api.get(f"indicators/appeals.received/{path}", **asked).status_code == 422
            or api.get(f"indicators/appeals.received/{path}", **asked).status_code == 400
        )
    assert api.get("indicators/appeals.nothing/about").status_code == 404


def test_one_forecast_stands_on_every_page_and_behind_every_light(town, monkeypatch):
    """The indicator's page, the catalogue, the leaders' screen, the interface and a target's light say the same."""
    later, leader = NOON + timedelta(days=120), town.hats("leader")
    monkeypatch.setattr(clock, "now", lambda: later)
    actions.report(
        line="targets", kind="target", by=leader, now=NOON, key="promise", channel="counter", place=town.town.code,
        answers={"title": "收到", "indicator": "appeals.received", "amount": 5, "begins": f"{YEAR}-01-01",
                 "due": f"{YEAR}-12-31", "to": "supervisor", "document": "计划"},
    )  # fmt: skip
    refresh(now=later, town=town.town)
    said = forecast.forecast("appeals.received", period=YEAR)
    assert said.known
    (standing,) = targets.board(scope=visible(leader), hats=leader, now=later).standings
    promised = standing.forecast
    assert (promised.value, promised.low, promised.high, promised.miss) == (
        said.value,
        said.low,
        said.high,
        said.miss,
    )
    browser, api = client_of(town, "leader"), Api(town, "leader")
    told = api.get("indicators/appeals.received/forecast", period=YEAR).json()
    assert (told["value"], told["low"], told["high"]) == (said.value, said.low, said.high)
    assert said.said("zh") in browser.get(f"/indicators/appeals.received?period={YEAR}").content.decode()
    for page in ("/indicators", "/leaders"):
        text = browser.get(page, {"period": YEAR, "line": "appeals"}).content.decode()
        assert '<span id="ahead-appeals.received"></span>' in text
        asked = html.unescape(re.search(r'hx-get="([^"]+key=appeals.received[^"]*)"', text)[1])
        part = browser.get(asked).content.decode()
        assert 'id="ahead-appeals.received" hx-swap-oob="true"' in part
        assert f'<span class="{"miss" if said.rough else "sr"}">{said.said("zh")}</span>' in part
        assert f'<b class="num">{said.shown(said.value)}</b>' in part
    assert "/indicators/ahead" not in browser.get("/leaders", {"period": str(int(YEAR) - 1)}).content.decode()
    assert browser.get(f"/indicators/ahead?period={YEAR}&key=appeals.happiness").status_code == 404
    assert "ahead-" not in browser.get("/indicators/ahead?period=soon&key=appeals.received").content.decode()


@pytest.mark.parametrize(
    ("low", "high", "rough"), [(90.0, 110.0, False), (80.0, 120.0, True), (None, None, False)]
)
def test_a_forecast_that_may_be_far_off_is_rough(low, high, rough):
    assert Forecast(100.0, low, high, "recent", "recent").rough is rough


def test_the_error_is_seen_where_the_forecast_is_rough_and_else_only_heard():
    told = {
        key: {"value": "100", "low": "1", "high": "9", "unit": "", "said": key, "rough": key == "far"}
        for key in ("far", "near")
    }
    part = render_to_string("web/report/ahead.html", {"told": told})
    assert '<span class="miss">far</span>' in part
    assert '<span class="sr">near</span>' in part


def test_a_moment_within_a_sentence_begins_small_in_english():
    now = datetime(2023, 5, 4, 10, 43, tzinfo=ZoneInfo("Asia/Shanghai"))
    context = {"lang": "en", "now": now}
    assert ">today 10:43<" in tags.when(context, now, "within")
    assert ">Today 10:43<" in tags.when(context, now)


def test_labels_on_a_map_do_not_lie_on_each_other():
    areas = tuple(
        pictures.Area(str(n), "很长的村名字", "", "M0 0" * (9 - n), (100.0 + 4 * n, 100.0), "12.5%", 0)
        for n in range(8)
    )
    placed = pictures._with_room(areas)
    assert placed[0].named
    assert len({a.label[1] for a in placed if a.written}) == sum(a.written for a in placed)
    assert not all(a.written for a in placed), "what has no room is in the table"
