"""The demo year through the real actions: seeded, resumable, marked, and with nothing that the procedures refuse."""

import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from pydantic import ValidationError

from gridtown import town as towns
from gridtown.cases import ledger
from gridtown.cases.models import Attachment, Case, Entry, Record
from gridtown.demo import fitting, flows
from gridtown.demo.arrivals import Arrivals
from gridtown.demo.checks import WORDS, scenario_faults
from gridtown.demo.flows import Flow
from gridtown.demo.planned import answers
from gridtown.demo.scenario import Scenario, read
from gridtown.demo.telling import Teller
from gridtown.demo.walk import midnight_of, walk
from gridtown.kernel.words import incomplete
from gridtown.lines import found
from gridtown.report.promises import confirming
from tests.conftest import NOON, Here

DAYS = 8
YEARS_ENDS = {"economy", "honours", "targets"}  # what a year begins and ends with


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read(towns.current().folder)


def _ledger() -> list[tuple[Any, ...]]:
    return list(
        Entry.objects.order_by("id").values_list("at", "verb", "by", "post", "frm", "to", "due", "key")
    )


def test_every_table_of_the_scenario_names_its_source(scenario: Scenario) -> None:
    data = tomllib.loads((towns.current().folder / "scenario.toml").read_text("utf-8"))
    tables = [(name, table) for name, table in data.items() if name not in {"behaviour", "channels", "staff"}]
    tables += [
        (f"{outer}.{name}", table)
        for outer in ("behaviour", "channels", "staff")
        for name, table in data[outer].items()
    ]
    assert len(tables) > 30
    for name, table in tables:
        assert any(word in table["source"] for word in ("[data]", "[design]", "work report")), name


def test_a_scenario_without_a_source_or_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    text = (towns.current().folder / "scenario.toml").read_text("utf-8")
    assert "noise = 0.23" in text
    for changed in (
        text.replace("[urgency]\nsource", "[urgency]\norigin"),
        text.replace("noise = 0.23", "noises = 0.23"),
    ):
        (tmp_path / "scenario.toml").write_text(changed, encoding="utf-8")
        with pytest.raises(ValidationError):
            read(tmp_path)


def test_the_scenario_fits_the_towns_dictionaries(scenario: Scenario) -> None:
    town = towns.current()
    assert scenario_faults(town, scenario, "zh") == []
    assert set(scenario.categories.of) == set(town.tables["appeals"]["category"])
    assert set(scenario.findings.of) == set(town.tables["patrol"]["finding"])
    becomes = {c.becomes or key for key, c in scenario.findings.of.items()}
    assert becomes <= set(scenario.categories.of)
    odd = scenario.model_copy(update={"findings": scenario.categories})
    assert len(scenario_faults(town, odd, "en")) > 5


def test_a_flow_that_names_what_its_line_has_not_is_refused_before_anything_is_written() -> None:
    town = towns.current()
    told = flows.read(town.folder)
    assert fitting.flow_faults(told, town.lines) == []
    odd = flows.Flow.model_validate(
        {"cases": {"petition": {"source": "[design] odd", "answers": {"colour": "x"}, "at": {
            "accepted": [
                {"do": "fly"},
                {"do": "extend", "by": "leader", "answers": {"reason": "x", "days": 3}, "within": "never"},
            ],
            "nowhere": [],
        }}, "ghost": {"source": "[design] odd"}}, "records": {"ghost": {"source": "[design] odd"}}}
    )  # fmt: skip
    assert set(fitting.flow_faults({"petitions": odd, "ghosts": odd}, town.lines)) == {
        "ghosts: line",
        "petitions: records.ghost",
        "petitions: cases.ghost: ghost",
        "petitions: cases.petition: colour",
        "petitions: cases.petition.at.nowhere",
        "petitions: cases.petition.at.accepted: fly",
        "petitions: cases.petition.at.accepted: extend: days",
        "petitions: cases.petition.at.accepted: extend: never",
    }


def test_no_text_is_anybodys_words(scenario: Scenario) -> None:
    assert scenario.texts.mark == "(模拟数据)"
    longest = max(
        len(part) for c in scenario.categories.of.values() for thing in c.things for part in thing.split("|")
    )
    assert longest < 40


def test_words_are_complete() -> None:
    assert incomplete(WORDS) == set()


def test_every_line_has_a_flow_whose_kinds_moves_roles_and_sources_are_there() -> None:
    town = towns.current()
    listed = flows.read(town.folder)
    assert set(listed) == set(town.lines) - {"appeals", "patrol", "reports"}, (
        "the first two have lives of their own; a report is frozen by people"
    )
    for key, flow in listed.items():
        line = town.lines[key]
        tables = [
            *flow.staff.values(),
            *flow.records.values(),
            *flow.cases.values(),
            *flow.uses.values(),
            *flow.plans.values(),
        ]
        assert all(any(word in t.source for word in ("[data]", "[design]", "work report")) for t in tables)
        assert set(flow.records) <= {register.key for register in line.registers}
        assert {use.tool for use in flow.uses.values()} <= {tool.key for tool in line.tools}
        for name, cases in flow.cases.items():
            procedure = line.kind(flow.kind_of(name)).procedure
            for state, steps in cases.at.items():
                for step in filter(lambda step: step.do, steps):
                    move = procedure.find(step.do, state)
                    assert move, f"{key}.{name}: {step.do} in {state}"
                    assert step.by in move.roles, f"{key}.{name}: {step.by} may not {step.do}"


def test_the_years_plan_is_read_mended_and_confirmed_once(pingyao: Here, scenario: Scenario) -> None:
    """By the reader that reads any plan: each target has the indicator that it is about, and what was promised."""
    plan = flows.read(pingyao.town.folder)["targets"].plans["year"]
    told = dict(answers(pingyao.town, plan, 2023, scenario.texts.mark))
    assert {(one["indicator"], one["amount"], one["direction"]) for one in told.values()} >= {
        ("appeals.closed_of_handled", 0.98, "at_least"), ("appeals.on_time_rate", 0.95, "at_least"),
        ("appeals.days_to_close", 3, "at_most"), ("safety.rectified_rate", 0.95, "at_least"),
        ("safety.rectified_on_time", 0.95, "at_least"), ("petitions.told_in_time", 1, "at_least"),
        ("economy.fiscal_revenue", 1.25e9, "at_least"), ("economy.retail_sales_yoy", 0.1, "at_least"),
    }  # fmt: skip
    assert len({one["indicator"] for one in told.values()}) == len(told) == 13
    assert all(any(m.subject in one["quote"] for one in told.values()) for m in plan.mend if not m.text)
    for _ in range(2):
        assert not confirming.confirm(told, by=pingyao.hats("targets-assessor"), now=NOON.replace(year=2023),
                                      town=pingyao.town, source="demo:1")  # fmt: skip
    assert Case.objects.filter(line="targets", source="demo:1").count() == 13


def test_a_flow_that_is_mistyped_is_refused(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    for wrong in ("[cases.a]\nmany = 3", '[cases.a]\nsource = "[design]"\nmanny = 3', "sigmas = 1"):
        (tmp_path / "flows" / "food.toml").write_text(wrong, encoding="utf-8")
        with pytest.raises(ValidationError):
            flows.read(tmp_path)


@pytest.mark.slow
def test_harvest_is_walked_in_every_line_and_nothing_is_refused(
    pingyao: Here, monkeypatch: pytest.MonkeyPatch, scenario: Scenario
) -> None:
    began = date(2023, 10, 2)  # plan and draw of inspections, straw fires, a proposal
    year = scenario.year.model_copy(update={"first": began, "matters": 400, "findings": 60})
    monkeypatch.setattr("gridtown.demo.walk.read", lambda folder: scenario.model_copy(update={"year": year}))
    listed = {key: _fewer(flow, 0.12) for key, flow in flows.read(pingyao.town.folder).items()}
    monkeypatch.setattr("gridtown.demo.flows.read", lambda folder: listed)
    assert walk(pingyao.town, days=15).refusals == {}
    assert set(Case.objects.values_list("line", flat=True)) == set(pingyao.town.lines) - {
        "events",
        "reports",
        *YEARS_ENDS,
    }
    alarms = Case.objects.filter(line="lookout", kind="alarm")
    assert alarms.filter(channel="device").exists()
    assert alarms.filter(channel="patrol", outcome="solved").exists()
    assert Case.objects.filter(line="lookout", kind="muted").exists()
    assert Case.objects.filter(line="inspection", kind="draw", state="seeded").exists()
    made_up = Case.objects.exclude(channel__in=("duty", "linked", "device", "tool"))
    assert not made_up.exclude(source__startswith="demo:").exists()
    assert ledger.verify().faults == ()


@pytest.mark.slow
def test_at_the_years_end_the_books_are_kept_that_are_told_then(
    pingyao: Here, monkeypatch: pytest.MonkeyPatch, scenario: Scenario
) -> None:
    year = scenario.year.model_copy(update={"first": date(2023, 12, 28), "matters": 2, "findings": 2})
    monkeypatch.setattr("gridtown.demo.walk.read", lambda folder: scenario.model_copy(update={"year": year}))
    told = flows.read(pingyao.town.folder)
    monkeypatch.setattr(
        "gridtown.demo.flows.read", lambda folder: {k: told[k] for k in ("economy", "honours")}
    )
    assert walk(pingyao.town, days=2).refusals == {}
    kept = Counter(Record.objects.filter(line__in=YEARS_ENDS).values_list("line", "place"))
    assert kept == {
        ("economy", pingyao.town.code): len(told["economy"].records["figure"].rows),
        ("honours", pingyao.town.code): len(told["honours"].records["honour"].rows),
    }
    figure = Record.objects.get(line="economy", name="财政总收入 2023年")
    assert '"amount":1280000000' in figure.answers


def _fewer(flow: Flow, share: float) -> Flow:
    """A flow in which so much less comes in."""
    cases = {name: c.model_copy(update={"many": c.many * share}) for name, c in flow.cases.items()}
    return flow.model_copy(update={"cases": cases})


@pytest.mark.slow
def test_an_event_is_guarded_with_its_reports(
    pingyao: Here, monkeypatch: pytest.MonkeyPatch, scenario: Scenario
) -> None:
    year = scenario.year.model_copy(update={"first": date(2023, 9, 22), "matters": 100, "findings": 20})
    monkeypatch.setattr("gridtown.demo.walk.read", lambda folder: scenario.model_copy(update={"year": year}))
    listed = {key: _fewer(flow, 0.03) for key, flow in flows.read(pingyao.town.folder).items()}
    monkeypatch.setattr("gridtown.demo.flows.read", lambda folder: listed)
    assert walk(pingyao.town, days=5).refusals == {}
    assert Case.objects.filter(line="events", kind="event", state="off").count() == 1
    assert Case.objects.filter(line="events", kind="task", outcome="solved").count() == 4
    reports = Case.objects.filter(line="events", kind="situation")
    assert reports.filter(state="sent").count() == reports.count() >= 15


@pytest.mark.slow
def test_a_walk_is_marked_whole_and_not_refused(pingyao: Here) -> None:
    walked = walk(pingyao.town, days=DAYS)
    assert walked.refusals == {}
    assert walked.days == DAYS
    assert (
        Case.objects.exclude(channel__in=("duty", "linked", "device", "tool"))
        .exclude(source__startswith="demo:")
        .count()
        == 0
    )
    assert (
        not Entry.objects.filter(verb="report", by="reporter")
        .exclude(answers__contains="(模拟数据)")
        .exists()
    )
    assert set(Case.objects.values_list("line", flat=True)) == set(pingyao.town.lines) - {
        "events",
        "inspection",
        "economy",
        "honours",
        "reports",
    }
    assert Attachment.objects.exists()
    verified = ledger.verify()
    assert verified.faults == ()
    assert verified.seals == DAYS
    verbs = Counter(Entry.objects.values_list("verb", flat=True))
    known = {v for line in found().values() for kind in line.kinds for v in kind.procedure.verbs}
    assert {"accept", "dispatch", "fix", "verify", "rate", "walk", "merge"} <= set(verbs) & known
    times = list(Entry.objects.order_by("id").values_list("at", flat=True))
    assert times == sorted(times), "entries are written in the order of time"


@pytest.mark.slow
def test_a_walk_that_has_ended_goes_on_to_the_ledger_of_one_that_never_did(pingyao: Here) -> None:
    with transaction.atomic():
        assert walk(pingyao.town, days=9).refusals == {}
        straight = _ledger()
        transaction.set_rollback(True)
    for days in (1, 6):
        walk(pingyao.town, days=days)
        before = _ledger()
        assert walk(pingyao.town, days=days).repeated
        assert _ledger() == before
    assert walk(pingyao.town, days=9).refusals == {}
    assert _walked(_ledger()) == _walked(straight)
    assert ledger.verify().faults == ()


def _walked(entries: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What was done, without the ends of walks and the keys that a tool draws anew."""
    return [entry[:-1] for entry in entries if entry[1] != "demo_walked"]


@pytest.mark.slow
def test_broken_off_in_the_middle_of_a_day_leaves_whole_days(
    pingyao: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        pass

    def dies(n: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        walk(pingyao.town, days=3, progress=dies)
    left = _ledger()
    begun = read(pingyao.town.folder).year.first
    assert {pingyao.town.calendar.day(entry[0]) for entry in left} <= {begun}
    walk(pingyao.town, days=3)
    assert _ledger()[: len(left)] == left
    assert max(pingyao.town.calendar.day(entry[0]) for entry in _ledger()) == begun + timedelta(days=3)


def test_arrivals_follow_month_weekday_and_holidays(scenario: Scenario) -> None:
    town = towns.current()
    counts: Counter[str] = Counter()
    days: Counter[str] = Counter()
    for seed in range(4):
        arrivals = Arrivals(scenario, town.calendar, Random(seed))
        for n in range(365):
            day = scenario.year.first + timedelta(days=n)
            worked = "make-up" if day.weekday() > 4 else "work"
            kind = worked if town.calendar.is_workday(day) else "off"
            midnight = midnight_of(town, day)
            arrived = arrivals.of(day, midnight)
            assert arrived == sorted(arrived)
            assert all(midnight <= at < midnight + timedelta(days=1) for at, _ in arrived)
            counts[kind] += len(arrived)
            days[kind] += 1
    per_day = {kind: counts[kind] / days[kind] for kind in days}
    assert per_day["off"] < 0.6 * per_day["work"]
    assert per_day["make-up"] > 1.3 * per_day["off"]
    assert sum(counts.values()) / 4 == pytest.approx(scenario.year.matters, rel=0.04)


def test_what_a_case_is_about_suits_its_category_and_is_marked_once(scenario: Scenario) -> None:
    """A text by category has words for each category that is drawn, and no others; names bring no second mark."""
    found = 0
    for key, flow in flows.read(towns.current().folder).items():
        for cases in flow.cases.values():
            tables = [value for value in cases.answers.values() if isinstance(value, dict)]
            for asked, texts in (table["text_by"] for table in tables if "text_by" in table):
                assert set(cases.answers[asked]["one_of"]) == set(texts), key
                found += 1
    assert found >= 8
    world = SimpleNamespace(mark=scenario.texts.mark)
    chance, spot = Random(1), SimpleNamespace(village_name="某村")
    held = SimpleNamespace(chance=chance, spot=spot, n="1")
    thing = SimpleNamespace(name=f"示例单位1号{world.mark}")
    asked = {
        "category": "a",
        "description": {"text_by": ["category", {"a": "{name}灭火器过期", "b": "别的"}]},
    }
    said = Teller(world, {}).answers(asked, held, NOON, thing)  # type: ignore[arg-type]
    assert said["description"] == f"示例单位1号灭火器过期{world.mark}"
