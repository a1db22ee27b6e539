"""The demo year through the real actions: seeded, resumable, marked, and with nothing that the procedures refuse."""

import tomllib
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from gridtown import town as towns
from gridtown.cases import ledger
from gridtown.cases.models import Attachment, Case, Entry
from gridtown.demo.arrivals import Arrivals
from gridtown.demo.checks import WORDS, scenario_faults
from gridtown.demo.scenario import Scenario, read
from gridtown.demo.walk import midnight_of, walk
from gridtown.kernel.words import incomplete
from gridtown.lines import found
from tests.conftest import Here

DAYS = 8


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


def test_no_text_is_anybodys_words(scenario: Scenario) -> None:
    assert scenario.texts.mark == "(模拟数据)"
    longest = max(
        len(part) for c in scenario.categories.of.values() for thing in c.things for part in thing.split("|")
    )
    assert longest < 40


def test_words_are_complete() -> None:
    assert incomplete(WORDS) == set()


@pytest.mark.slow
def test_a_walk_is_marked_whole_and_not_refused(pingyao: Here) -> None:
    walked = walk(pingyao.town, days=DAYS)
    assert walked.refusals == {}
    assert walked.days == DAYS
    assert (
        Case.objects.exclude(channel__in=("duty", "linked")).exclude(source__startswith="demo:").count() == 0
    )
    assert (
        not Entry.objects.filter(verb="report", by="reporter")
        .exclude(answers__contains="(模拟数据)")
        .exists()
    )
    assert set(Case.objects.values_list("line", flat=True)) == {"appeals", "patrol"}
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
def test_a_walk_that_was_killed_goes_on_to_the_same_ledger(pingyao: Here) -> None:
    walk(pingyao.town, days=2)
    first = _ledger()
    assert walk(pingyao.town, days=2).repeated
    assert _ledger() == first
    walk(pingyao.town, days=4)
    resumed = [entry for entry in _ledger() if entry[1] != "demo_walked"]
    assert resumed[: len(first) - 1] == [entry for entry in first if entry[1] != "demo_walked"]
    keys = [entry[-1] for entry in resumed]
    assert len(keys) == len(set(keys))
    assert ledger.verify().faults == ()


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
