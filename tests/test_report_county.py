"""A county's figures are those of all its towns' cases, and each town's own stand beside them."""

from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from gridtown.report import county, indicators
from gridtown.warehouse.refresh import refresh
from tests import made_up
from tests.made_up import Walk

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 12, 1, tzinfo=UTC)
CODES = ("330610100", "330610101")


@pytest.fixture
def walks(tmp_path, settings):
    settings.GRIDTOWN_HOME = tmp_path
    found = [Walk(made_up.town(code), seed) for seed, code in enumerate(CODES)]
    for walk in found:
        for _round in range(2):  # with changes beside the months
            walk.stroll(60)
            refresh(now=NOW, town=walk.town)
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


def test_as_of_the_oldest(walks):
    refresh(now=NOW + timedelta(days=1), town=walks[0].town)
    assert county.read("made_up.closed", period="2023", codes=CODES, town=walks[0].town).as_of == NOW


def test_a_town_without_a_warehouse_is_named(walks):
    with pytest.raises(ValueError, match="330610199 has no warehouse"):
        county.read("made_up.closed", period="2023", codes=(*CODES, "330610199"), town=walks[0].town)
