"""The warehouse's figures are those that plain Python counts over the ledger's entries."""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gridtown import town as towns
from gridtown.kernel import indicator as kernel
from gridtown.kernel.indicator import Span
from gridtown.kernel.period import Period
from gridtown.report.figures import finding, indicators
from gridtown.town import Town
from gridtown.warehouse import kept
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.refresh import refresh
from tests import oracle
from tests.chance import AS_OF, Chance, with_registers

pytestmark = pytest.mark.django_db
TOWN = towns.current()
LINES = {key: with_registers(line) for key, line in TOWN.lines.items()}
BY = ((), ("village",), ("channel", "state"), ("grid",))
_codes = count(330410100)


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.GRIDTOWN_HOME = tmp_path


def a_town(*lines: str) -> Town:
    """A town of its own with some of the lines."""
    return replace(TOWN, code=str(next(_codes)), lines={key: LINES[key] for key in lines})


def same(one: dict, other: dict) -> bool:
    """Whether two readings are equal; a measure as far as a float can tell."""
    return one == {
        name: pytest.approx(v, rel=1e-12) if isinstance(v, float) else v for name, v in other.items()
    }


def compared(town: Town, period: str, place: str, by: tuple[str, ...], *, ids: bool = True) -> int:
    """Ask every indicator both ways, and for the ids behind it; how many were not of nothing."""
    lake, told, something = lakes.tables(town), {}, 0
    seen = Period.parse(period, town.zone).seen_at(AS_OF)
    span = Span(seen.since, seen.until, place)
    for named in indicators.listed(town):
        ind, line = named.indicator, named.line
        rows = told.setdefault((line.key, ind.kind), oracle.rows_of(town, line, ind.kind))
        columns = tuple(name for name in by if not rows or name in rows[0])
        if ind.kind.startswith("register:"):
            columns = tuple(name for name in columns if name in ("village", "grid"))
        row, parts = finding.found(lake, line.key, ind, span, columns)
        assert same(row, oracle.reading(ind, rows, span)), f"{named.key} {span} {named.formula}"
        expected = oracle.sliced(ind, rows, span, columns) if columns else []
        assert len(parts) == len(expected), named.key
        assert all(same(a, b) for a, b in zip(parts, expected, strict=True)), f"{named.key} by {columns}"
        ids = kernel.behind(ind, lake.table(line.key, ind.kind), span)
        expected_ids = oracle.ids_behind(ind, rows, span)
        assert [next(iter(r.values())) for r in lake.run(ids)] == expected_ids, named.key
        newest = finding.behind(lake, line.key, ind, span, None, after=0, most=20)
        assert newest == expected_ids[::-1][:20], named.key
        something += row["of"] > 0
    return something


@pytest.mark.slow
@effort(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.sampled_from(sorted(LINES)), seed=st.integers(0, 10**6), each=st.integers(0, 6), keep=st.booleans(),
    period=st.sampled_from(["2024", "2024-Q2", "2024-05", "2024-11", "2024-04-07..2024-09-30", "2023"]),
    place=st.sampled_from(["", "town", "001", "001003"]), by=st.sampled_from(BY),
)  # fmt: skip
def test_the_warehouse_is_the_oracle(monkeypatch, line, seed, each, keep, period, place, by):
    monkeypatch.setattr(kept, "SMALL", 0 if keep else 1000)
    town = a_town(line)
    chance = Chance(town, seed)
    for part in (each, each // 2):  # in two rounds, so that there are changes beside the months
        chance.cases(town.lines[line], part)
        chance.records(town.lines[line], part)
        refresh(now=AS_OF, town=town)
    code = {"": "", "town": town.code}.get(place, town.code + place)
    compared(town, period, code, by)


@pytest.mark.slow
def test_every_indicator_of_every_line_is_the_oracles(monkeypatch):
    monkeypatch.setattr(
        kept, "SMALL", 1000
    )  # `test_warehouse_kept` shows that what is kept is what the rows say
    town = a_town(*LINES)
    chance = Chance(town, 7)
    for line in town.lines.values():
        chance.cases(line, 8)
        chance.records(line, 6)
    refresh(now=AS_OF, town=town)
    asked = len(indicators.listed(town))
    assert compared(town, "2024", "", (), ids=False) > 0.7 * asked, "figures of something"
