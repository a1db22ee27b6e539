"""What is kept of a table gives the very numbers that its rows give, however the table came about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gridtown import town as towns
from gridtown.kernel.indicator import Indicator, Span, _, seconds
from gridtown.kernel.period import Period
from gridtown.report.figures import comparing, finding, indicators
from gridtown.warehouse import kept, middles
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.refresh import refresh
from tests import made_up
from tests.made_up import LINE, TOLD, ZONE, Walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AS_OF = datetime(2023, 7, 14, 5, tzinfo=UTC)
YEAR = Span(datetime(2022, 12, 31, 16, tzinfo=UTC), AS_OF)
OPENED = _.opened.notnull()
MORE = (
    Indicator("acts", "How often?", of=OPENED, measure=_.accept_times + _.look_times, agg="sum", unit="number", **TOLD),
    Indicator("size", "How large?", of=OPENED, measure=_.f_size, agg="sum", unit="number", **TOLD),
    Indicator(
        "middle", "How long?", of=_.show_times > 0, measure=seconds(_.opened, _.shown_first), unit="hours", **TOLD
    ),
    Indicator(
        "ended_urgent", "Of the ended, how many were urgent?", of=_.f_urgent & (_.closed < _.until),
        count=_.outcome == "solved", unit="percent", **TOLD,
    ),
    Indicator("late_b", "How many?", of=_.work_late & (_.f_sort == "b"), time="work_due", **TOLD),
)  # fmt: skip
_towns = iter(range(330210200, 330219999))


@pytest.fixture(autouse=True)
def home(tmp_path, settings, monkeypatch):
    settings.GRIDTOWN_HOME = tmp_path
    monkeypatch.setattr(kept, "SMALL", 0)


def a_walk(seed: int) -> Walk:
    return Walk(made_up.town(str(next(_towns)), replace(LINE, indicators=(*LINE.indicators, *MORE))), seed)


def differences(walk: Walk, period: Period, place: str, by: tuple[str, ...]) -> tuple[list[str], int]:
    """Where what is kept and the rows do not agree, and how many readings were kept ones."""
    lake, wrong, counted = lakes.tables(walk.town), [], 0
    seen = period.seen_at(lake.as_of)
    span = Span(seen.since, seen.until, place)
    tally = lake.tally("made_up", "thing")
    if (
        tally
        and (lived := tally.lived(span)) is not None
        and lived == finding.no_rows(lake, "made_up", "thing", span)
    ):
        wrong.append(f"lived {period.key} {place}: {lived}")
    for ind in walk.town.lines["made_up"].indicators:
        counted += tally is not None and tally.reading(ind, span, by) is not None
        found, rows = (
            finding.found(lake, "made_up", ind, span, by),
            finding.from_rows(lake, "made_up", ind, span, by),
        )
        if (found[0], list(found[1])) != (rows[0], list(rows[1])):
            wrong.append(f"{ind.key} {period.key} {place} {by}: {found} != {rows}")
    return wrong, counted


@effort(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6), rounds=st.lists(st.integers(1, 30), min_size=1, max_size=4), few=st.booleans(),
    period=st.sampled_from([
        "2023", "2023-Q2", "2023-03", "2023-06", "2023-07", "2022", "2024", "2023-01-01..2023-05-17",
        "2023-04-01..2023-07-14", "2022-01-01..2022-07-14",
    ]),
    place=st.sampled_from(["", "33", "town", "001", "002"]), by=st.sampled_from([(), ("village",)]),
)  # fmt: skip
def test_kept_figures_are_those_of_the_rows(monkeypatch, seed, rounds, few, period, place, by):
    monkeypatch.setattr("gridtown.warehouse.changes.MOST", 5 if few else 1000)
    walk = a_walk(seed)
    for n, steps in enumerate(rounds):
        walk.stroll(steps)
        refresh(now=AS_OF + n * timedelta(hours=9), town=walk.town)  # time limits end meanwhile
    code = {"town": walk.town.code, "001": f"{walk.town.code}001", "002": f"{walk.town.code}002"}.get(
        place, place
    )
    wrong, counted = differences(walk, Period.parse(period, ZONE), code, by)
    assert not wrong
    assert counted >= 5, "readings are indeed kept ones"


def test_what_is_not_kept_is_asked_of_the_rows():
    walk = a_walk(1)
    walk.stroll(30)
    refresh(now=AS_OF, town=walk.town)
    tally = lakes.tables(walk.town).tally("made_up", "thing")
    inds, within = walk.town.lines["made_up"].indicators, Period.parse("2023-03-05..2023-04-10", ZONE)
    span = Span(within.since, within.until)
    told = {ind.key for ind in inds if tally.reading(ind, span, ()) is None}
    assert {"middle", "ended_urgent"} <= told, "a period that begins within a month, of these"
    assert {"acts", "size", "late_b"}.isdisjoint(told)
    assert differences(walk, within, "", ("village",))[0] == []
    assert tally.reading(inds[0], Span(within.since, within.until + timedelta(hours=1)), ()) is None
    assert differences(walk, Period.parse("2023", ZONE), "", ("channel",)) == ([], 0)


def test_a_changed_indicator_is_not_answered_from_what_was_kept_of_the_old_one():
    walk = a_walk(2)
    walk.stroll(40)
    refresh(now=AS_OF, town=walk.town)
    line = walk.town.lines["made_up"]
    changed = replace(
        line, indicators=(replace(line.indicators[0], of=_.outcome == "refused"), *line.indicators[1:])
    )
    walk.town = made_up.town(walk.town.code, changed)
    lakes.forget()
    assert differences(walk, Period.parse("2023", ZONE), "", ()) == ([], 0), (
        "the rows are asked until it is kept"
    )
    refresh(now=AS_OF + timedelta(minutes=5), town=walk.town)
    wrong, counted = differences(walk, Period.parse("2023", ZONE), "", ())
    assert not wrong
    assert counted > 5


def test_the_same_days_of_last_year_are_read_without_the_rows(monkeypatch):
    walk = a_walk(4)
    walk.stroll(60)
    refresh(now=AS_OF, town=walk.town)
    keys = [f"made_up.{ind.key}" for ind in walk.town.lines["made_up"].indicators if ind.kind == "thing"]
    lake = lakes.tables(walk.town)
    tally = lake.tally("made_up", "thing")
    kept_ones = [
        key for key in keys if tally.reading(indicators.find(key, walk.town).indicator, YEAR, ()) is not None
    ]
    monkeypatch.setattr(lakes.Lake, "run_sql", lambda *_: pytest.fail("the rows were asked"))
    found = comparing.compare_many(kept_ones, period="2023", town=walk.town)
    assert found["made_up.acts"].same.period.key == "2022-01-01..2022-07-14"
    assert found["made_up.acts"].now.of > 0
    assert found["made_up.acts"].same.missing, "there was nothing a year ago"
    assert len(kept_ones) > 8


@given(
    come=st.lists(st.lists(st.integers(0, 60), max_size=12), min_size=1, max_size=6),
    gone=st.integers(0, 20), few=st.booleans(),
)  # fmt: skip
def test_a_median_is_the_middle_of_what_has_come_less_what_has_gone(come, gone, few):
    every = [value for part in come for value in part]
    went, stays = sorted(every[:gone]), every[gone:]
    assume(stays)
    parts = [(1, np.array(sorted(part))) for part in come if part] + ([(-1, np.array(went))] if went else [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(middles, "_FEW", 4000 if few else 0)
        assert middles.middle(parts, len(stays)) == median(stays)


def test_months_side_by_side_are_each_read_for_themselves():
    walk = a_walk(5)
    walk.stroll(400)
    refresh(now=AS_OF, town=walk.town)
    months = Period.parse("2023", ZONE).months(ZONE)[:7]
    tally = lakes.tables(walk.town).tally("made_up", "thing")
    middle = next(ind for ind in MORE if ind.key == "middle")
    spans = [Span(month.since, min(month.until, AS_OF)) for month in months]
    at_once = tally.readings(middle, spans, ("village",))
    assert sum(1 for row, _ in at_once if row["of"]) > 2, "a middle value in several months"
    assert at_once == [tally.reading(middle, span, ("village",)) for span in spans]
    for month in months:
        assert differences(walk, month, "", ("village",))[0] == []


def test_small_tables_keep_nothing(monkeypatch):
    monkeypatch.setattr(kept, "SMALL", 1000)
    walk = a_walk(3)
    walk.stroll(40)
    refresh(now=AS_OF, town=walk.town)
    assert lakes.tables(walk.town).tally("made_up", "thing") is None


@pytest.mark.parametrize(
    ("change", "is_kept"),
    [
        ({}, True),
        ({"count": _.closed < _.until}, True),
        ({"count": ~(_.closed < _.until)}, False),
        ({"of": _.closed >= _.since}, False),
        ({"of": lambda row: row.accept_times > 0}, False),
        ({"time": "nowhere"}, False),
        ({"count": None, "measure": _.f_size, "agg": "mean"}, False),
        ({"count": None, "measure": _.f_size, "agg": "sum"}, True),
        ({"count": (_.closed < _.until) & (_.shown_first < _.until)}, False),
    ],
)
def test_what_can_be_kept(change, is_kept):
    said = {"of": OPENED, "count": _.outcome == "solved", "unit": "percent", "reviewed": date(2026, 11, 1)}
    ind = Indicator("x", "How many?", kind="thing", **(said | change))
    assert (kept.keeping(ind, LINE.columns_of("thing")) is not None) is is_kept


def test_nearly_every_indicator_of_the_town_can_be_kept():
    town = towns.current()
    named = [n for n in indicators.listed(town) if not n.indicator.kind.startswith("register:")]
    rest = [n.key for n in named if kept.keeping(n.indicator, n.line.columns_of(n.indicator.kind)) is None]
    assert rest == []
