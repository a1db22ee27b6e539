"""A county's figures are those of all its towns' cases, and each town's own stand beside them."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from statistics import median

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from gridtown.report.figures import county, indicators
from gridtown.warehouse.refresh import refresh
from tests import made_up
from tests.made_up import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = datetime(2023, 12, 1, tzinfo=UTC)
CODES = ("330610100", "330610101")


def filled(home, settings):
    settings.GRIDTOWN_HOME = home
    found = [Walk(made_up.town(code), seed) for seed, code in enumerate(CODES)]
    for walk in found:
        for _round in range(2):  # with changes beside the months
            walk.stroll(60)
            refresh(now=NOW, town=walk.town)
    return found


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """What the first test fills for the others: they ask the warehouses, which outlive its ledger."""
    return tmp_path_factory.mktemp("county"), []


@pytest.fixture
def walks(once, settings):
    home, found = once
    settings.GRIDTOWN_HOME = home
    if not found:
        found += filled(home, settings)
    return found


@pytest.mark.parametrize("key", ["taken_up", "on_time", "closed", "spell"])
def test_by_town_they_are_the_towns_own(walks, key):
    rolled = county.read(f"made_up.{key}", period="2023", codes=CODES, town=walks[0].town)
    own = {w.town.code: indicators.read(f"made_up.{key}", period="2023", town=w.town) for w in walks}
    assert {code: (p["of"], p.get("count"), p.get("value")) for code, p in rolled.towns.items()} == {
        code: (r.of, r.count, r.value) for code, r in own.items()
    }
    assert rolled.whole["of"] == sum(r.of for r in own.values())
    assert rolled.shown(CODES[1]) == own[CODES[1]].shown()


def test_the_median_is_of_all_values_and_not_of_medians(walks):
    spells = [
        int((c.closed - c.row.opened).total_seconds())
        for walk in walks
        for c in walk.those(lambda c: c.closed is not None and c.row.outcome == "solved")
    ]
    assert county.read("made_up.spell", period="2023", codes=CODES, town=walks[0].town).whole[
        "value"
    ] == median(spells)


def test_as_of_the_oldest(tmp_path, settings):
    walks = filled(tmp_path, settings)
    refresh(now=NOW + timedelta(days=1), town=walks[0].town)
    assert county.read("made_up.closed", period="2023", codes=CODES, town=walks[0].town).as_of == NOW


def test_a_town_without_a_warehouse_is_named(walks):
    with pytest.raises(ValueError, match="330610199 has no warehouse"):
        county.read("made_up.closed", period="2023", codes=(*CODES, "330610199"), town=walks[0].town)


@pytest.fixture
def served(walks, monkeypatch):
    """The county's own machine: its lines are those of the towns whose warehouses lie there."""
    monkeypatch.setattr("gridtown.town.current", lambda: walks[0].town)
    return walks


def told(*words):
    out = StringIO()
    call_command("county", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_is_read(served):
    every = json.loads(told("made_up.on_time", "made_up.spell", "--period", "2023", "--json"))
    for said, key in zip(every, ("on_time", "spell"), strict=True):
        rolled = county.read(f"made_up.{key}", period="2023", codes=CODES, town=served[0].town)
        assert said["all"] == {**rolled.whole, "shown": rolled.shown()}
        assert {code: part["shown"] for code, part in said["towns"].items()} == {
            c: rolled.shown(c) for c in CODES
        }
    lines = told("made_up.on_time", "--period", "2023", "--towns", CODES[1]).splitlines()
    rolled = county.read("made_up.on_time", period="2023", codes=CODES[1:], town=served[0].town)
    assert [line.split() for line in lines[1:]] == [["all", rolled.shown()], [CODES[1], rolled.shown()]]


def test_of_a_year_without_cases_no_figure_is_printed(served):
    assert told("made_up.on_time", "--period", "2019").count("—") == 1 + len(CODES)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["made_up.nothing"], "there is no indicator made_up.nothing"),
        (["made_up.closed", "--towns", "330610199"], "330610199 has no warehouse"),
        (["made_up.closed", "--period", "soon"], "soon"),
    ],
)
def test_the_command_says_what_it_cannot_read(served, words, why):
    with pytest.raises(CommandError, match=why):
        told(*words)


def test_where_no_warehouse_is_the_command_says_so(settings, tmp_path):
    settings.GRIDTOWN_HOME = tmp_path
    with pytest.raises(CommandError, match="no town's warehouse is here"):
        told("made_up.closed")
