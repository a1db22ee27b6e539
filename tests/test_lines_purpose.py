"""The report finds the lines that it rests on by what they say they are for, whatever their folders are called."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.test import Client

from gridtown import lines
from gridtown import town as towns
from gridtown.cases import actions
from gridtown.kernel.indicator import Indicator
from gridtown.kernel.line import Line
from gridtown.kernel.purpose import Editions, Promises, Published, Purpose
from gridtown.people.models import Account
from gridtown.people.scope import Scope
from gridtown.report.editions import editions
from gridtown.report.figures import forecast, official
from gridtown.report.figures.named import Named
from gridtown.report.promises import confirming, promised, targets
from gridtown.town import Town
from gridtown.warehouse import lake as lakes
from tests.conftest import NOON, Here


def called(town: Town, old: str, new: str) -> Town:
    """The town with a line in a folder of another name."""

    def moved(by: Any) -> dict[str, Any]:
        return {new if key == old else key: value for key, value in by.items()}

    line = town.lines[old]
    own = line.named(new, line.words, line.about, line.tables, line.texts)
    return replace(
        town, lines=moved({**town.lines, old: own}), tables=moved(town.tables), amounts=moved(town.amounts),
        texts=moved(town.texts),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _no_other_towns_tables() -> Iterator[None]:
    """A process has one town: what it opened of the warehouse for one of other lines must not be the next test's."""
    lakes.forget()
    yield
    lakes.forget()


@pytest.fixture
def served(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets a line's folder have another name."""

    def rename(old: str, new: str) -> Town:
        town = called(pingyao.town, old, new)
        monkeypatch.setattr(towns, "current", lambda: town)
        return town

    return rename


def answers(title: str) -> dict[str, Any]:
    return {"title": title, "amount": 10, "due": "2026-12-31", "to": "supervisor", "document": "计划"}


def test_targets_are_set_shown_asked_about_and_told_of_under_any_name(served: Any, pingyao: Here) -> None:
    town = served("targets", "pledges")
    hats = pingyao.hats("leader")
    assert confirming.confirm({"k": answers("修路十条")}, by=hats, now=NOON, town=town) == {}
    found = targets.board(scope=Scope.everything(), hats=hats, now=NOON).standings
    assert [(s.target.title, s.light.why) for s in found] == [("修路十条", "not_told")]
    assert [t.title for t in promised.public(town)] == ["修路十条"]
    browser = Client()
    browser.force_login(Account.objects.get(username=hats[0].person))
    page = browser.get("/targets").content.decode()
    assert "/work/report?kind=pledges/target" in page
    assert "修路十条" in page
    asked = browser.post(
        f"/targets/{found[0].target.number}/ask",
        {"description": "进度如何？", "to": "supervisor", "_key": "q"},
    )
    assert asked.status_code == 302
    held = browser.post("/targets/meeting", {"title": "调度会", "_key": "m"})
    assert held.status_code == 302
    board = targets.board(scope=Scope.everything(), hats=hats, now=towns.clock.now() + timedelta(days=1))
    assert board.meeting is not None
    assert [len(s.questions) for s in board.standings] == [1]
    assert browser.get("/targets/plan").status_code == 200
    assert "修路十条" in Client().get("/progress?year=2026").content.decode()


def test_published_figures_are_read_under_any_name(served: Any, pingyao: Here) -> None:
    served("economy", "statistics")
    said = {"statistic": "exports", "body": "commerce", "document": "月报"}
    for year, value in (("2024", "10亿元"), ("2025", "12亿元")):
        actions.keep(
            line="statistics", register="figure", answers={**said, "period": year, "value": value},
            by=pingyao.hats("admin")[0], now=NOON, key=year, place=pingyao.town.code,
        )  # fmt: skip
    assert [(f.covers, f.verdict) for f in official.figures(scope=Scope.everything())] == [
        ("2024", "alone"), ("2025", "unpublished"),
    ]  # fmt: skip
    browser = Client()
    browser.force_login(Account.objects.get(username=pingyao.hats("admin")[0].person))
    page = browser.get("/figures/exports").content.decode()
    assert "/registers/statistics/figure/new" in page
    assert "/indicators/statistics.exports" in page
    assert "/work/report?kind=statistics/query" not in page, "an administrator asks nobody"


def test_what_is_published_and_what_grows_is_known_by_the_line_s_own_word() -> None:
    town = towns.at(towns.current().folder)
    line = town.lines["economy"]
    named = {ind.key: Named(f"economy.{ind.key}", line, ind) for ind in line.indicators}
    assert official.level_of(named["exports_yoy"]) == "economy.exports"
    assert official.level_of(named["exports"]) is None
    assert [forecast.is_published(named[key]) for key in ("exports", "exports_yoy", "revisions")] == [
        True, True, False,
    ]  # fmt: skip
    assert [forecast.adds_up(named[key], town) for key in ("exports", "exports_yoy")] == [True, False]


def test_nobody_drafts_a_report_where_no_line_keeps_editions(served: Any, pingyao: Here) -> None:
    town = replace(pingyao.town, lines={k: v for k, v in pingyao.town.lines.items() if k != "reports"})
    hats = pingyao.hats("supervisor")
    assert editions.may_freeze(hats, pingyao.town)
    assert not editions.may_freeze(hats, town)
    assert editions.may_freeze(hats, served("reports", "papers"))
    assert editions.listed(scope=Scope.everything()) == ()


def lacking(line: Line, purpose: Purpose, **other: Any) -> list[str]:
    return replace(line, purpose=purpose, **other).faults()


def test_what_a_purpose_lacks_is_said_by_name() -> None:
    found = lines.found()
    promises, published = found["targets"], found["economy"]
    right = promises.purpose
    assert isinstance(right, Promises)
    assert lacking(promises, replace(right, target="goal")) == ["purpose Promises: no kind is its target"]
    assert lacking(promises, right, settings=promises.settings[:1]) == [
        "purpose Promises: no setting early, stale_days"
    ]
    said = lacking(promises, replace(right, meeting="question"))
    assert said == ["purpose Promises: question does not ask board, cursor, held_on"]
    said = lacking(promises, replace(right, target="meeting"))
    assert "purpose Promises: meeting has no move agree" in said
    assert lacking(published, Published(figure="number", query="query")) == [
        "purpose Published: no register is its figure"
    ]
    said = lacking(promises, Editions(edition="target"))
    assert "purpose Editions: target has no move sign" in said
    assert any(what.startswith("purpose Editions: target is never checked, drafted") for what in said)


def test_a_purpose_is_one_line_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "towns_lines_twice"
    package.mkdir()
    (package / "__init__.py").touch()
    there = Path(str(lines.__file__)).parent / "reports"
    copytree(there, package / "papers")
    monkeypatch.syspath_prepend(tmp_path)
    assert lines.load(package.name)["papers"].purpose == Editions(edition="edition", line="papers")
    copytree(there, package / "reports")
    with pytest.raises(lines.Unloadable) as refused:
        lines.load(package.name)
    assert str(refused.value) == "papers, reports: purpose Editions is declared twice"


def test_growth_is_of_something_that_is_asked() -> None:
    line = lines.found()["targets"]
    odd = replace(line.indicators[0], grows="nothing")
    assert isinstance(odd, Indicator)
    assert replace(line, indicators=(odd, *line.indicators[1:])).faults() == [
        f"indicator {odd.key}: it is the growth of nothing, which nothing asks"
    ]


ROOT = Path(str(lines.__file__)).parent.parent
# the demonstration tells a year of lines step by step; these measure and feed the lookout's detector (ADR 0027)
KNOW = ("demo/", "lines/", "feeds/frames.py", "feeds/management/commands/frames.py")


# a line's key as what `line` is, as what a town has of it, in a template's word or in an address
ASKS = (
    r"""\b(?:line|LINE)\b[^"\n]*=\s?"({keys})"|\.(?:lines|tables|amounts|texts)(?:\.get\(|\[)"({keys})"|"""
    r"""\] = "({keys})"|word "({keys})"|(?:kind=|/registers/|/indicators/)({keys})\b"""
)


def test_nothing_outside_its_folder_asks_for_a_line_by_its_name() -> None:
    asks = re.compile(ASKS.format(keys="|".join(lines.found())))
    found = [
        f"{path.relative_to(ROOT)}: {asked[0]}"
        for path in sorted([*ROOT.rglob("*.py"), *ROOT.rglob("*.html")])
        if not str(path.relative_to(ROOT)).startswith(KNOW)
        for asked in asks.finditer(path.read_text("utf-8"))
    ]
    assert found == []
