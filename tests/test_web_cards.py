"""What is written once for a definition and then filled in, and what the leaders' screen reads of its pictures."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils.safestring import mark_safe

from gridtown.report.figures import indicators
from gridtown.town import clock
from gridtown.warehouse.refresh import refresh
from gridtown.web import cards, frames, illustrating, telling
from tests.browsing import OTHER, client_of
from tests.conftest import NOON, Here
from tests.test_web_indicators import YEAR, report


@pytest.fixture
def town(pingyao: Here, tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Here:
    settings.GRIDTOWN_HOME = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOON)
    report(pingyao, 1)
    report(pingyao, 2, OTHER)
    refresh(now=NOON, town=pingyao.town)
    return pingyao


def test_a_frame_escapes_what_is_filled_in_and_misses_nothing() -> None:
    frame = frames.Frame(f"<b>{frames.GAPS['name']}</b>{frames.GAPS['rest']}<i>{frames.GAPS['name']}</i>")
    assert (
        frame.fill(name="<1 & 2>", rest=mark_safe("<br>"))
        == "<b>&lt;1 &amp; 2&gt;</b><br><i>&lt;1 &amp; 2&gt;</i>"
    )
    with pytest.raises(KeyError):
        frame.fill(name="1")


@pytest.mark.django_db
def test_a_card_is_written_once_and_shows_what_is_read_now(
    town: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_of(town, "leader")

    def page(lang: str) -> str:
        browser.cookies["gridtown_lang"] = lang
        return browser.get("/indicators", {"period": YEAR, "line": "appeals"}).content.decode()

    first = {lang: page(lang) for lang in ("zh", "en")}
    assert "2<small>件</small>" in first["zh"]
    assert "matters: " not in first["zh"]
    report(town, 3, OTHER)
    refresh(now=NOON, town=town.town)
    with monkeypatch.context() as patch:
        patch.setattr(cards, "render_to_string", lambda *_: pytest.fail("a card was written anew"))
        assert "3<small>件</small>" in page("zh")
        english = page("en")
    assert "3<small>件</small>" not in english
    assert english.count('<article class="cat">') == first["en"].count('<article class="cat">')


@pytest.mark.django_db
def test_a_town_that_was_read_anew_says_its_own_words(town: Here) -> None:
    named = indicators.find("appeals.received", town.town)
    said = telling.definition(town.town, named, "zh")
    assert telling.definition(town.town, named, "zh") is said
    words = named.line.words | {"indicator.received": {"zh": "另一个名字", "en": "Another name"}}
    again = replace(town.town, lines=town.town.lines | {"appeals": replace(named.line, words=words)})
    assert telling.definition(again, named, "zh").name == "另一个名字"
    assert telling.definition(town.town, named, "zh").name == said.name


@pytest.mark.django_db
def test_the_leaders_screen_reads_no_months_of_a_map(town: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    read, asked = indicators.read_many, []

    def noting(keys: Any, **said: Any) -> Any:
        asked.append((tuple(keys), len(said["periods"]), said.get("by", ())))
        return read(keys, **said)

    monkeypatch.setattr(illustrating.indicators, "read_many", noting)
    page = client_of(town, "leader").get("/leaders", {"period": YEAR}).content.decode()
    assert page.count('<figure class="choropleth"') == 2
    by_village = [periods for _, periods, by in asked if by == ("village",)]
    assert sorted(by_village)[:2] == [1, 1]
    assert len(by_village) == 3
