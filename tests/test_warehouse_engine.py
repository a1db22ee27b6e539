"""The engine reads what a question needs: what files say of themselves once, and files that can have an answer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from gridtown.kernel.indicator import Span
from gridtown.report.figures import finding
from gridtown.report.figures.many import read_many
from gridtown.warehouse import engine, files, kept, lake
from gridtown.warehouse import refresh as refreshing
from gridtown.warehouse.refresh import refresh
from tests import made_up
from tests.made_up import Walk

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 12, 1, tzinfo=UTC)
YEAR = Span(datetime(2022, 12, 31, 16, tzinfo=UTC), NOW)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.GRIDTOWN_HOME = tmp_path
    monkeypatch.setattr(files, "GROUP", 1)  # months stay files of their own
    monkeypatch.setattr(kept, "SMALL", 0)


def a_walk(months: int = 9) -> Walk:
    walk = Walk(made_up.town("330110110"), 1)
    for month in range(1, months + 1):
        for day in (3, 9):
            case = walk.open(datetime(2023, month, day, tzinfo=UTC))
            walk.go(case, "accept", timedelta(hours=1))
    refresh(now=NOW, town=walk.town)
    return walk


def asked_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that the engine is asked from now on."""
    met: list[str] = []
    ask = lake._rows

    def noting(db: object, sql: str) -> object:
        met.append(sql)
        return ask(db, sql)

    monkeypatch.setattr(lake, "_rows", noting)
    return met


def test_what_is_set_holds_for_every_question(tmp_path: Path) -> None:
    said = "SELECT current_setting('parquet_metadata_cache'), current_setting('nested_loop_join_threshold')"
    assert engine.State(engine.Engine(tmp_path)).cursor().execute(said).fetchall() == [(True, engine.FEW)]
    assert refreshing._engine().execute(said).fetchall()[0][0] is True


def test_states_share_an_engine_and_each_has_its_own_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_STATES", 2)
    walk = a_walk(2)
    held = []
    for month in (3, 4, 5):
        held.append(lake.tables(walk.town))
        walk.open(datetime(2023, month, 3, tzinfo=UTC))
        refresh(now=NOW + timedelta(minutes=month), town=walk.town)
    held.append(lake.tables(walk.town))
    asked = 'SELECT count(*) AS n FROM "made_up__thing"'
    assert [state.run_sql(asked)[0]["n"] for state in reversed(held)] == [7, 6, 5, 4]
    engines = [state._db._db for state in held]
    assert [engines[0] is one for one in engines] == [True, True, False, False], "now and then a new one"
    assert engines[2] is engines[3]


def test_periods_are_not_sorted_to_be_merged_with_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = a_walk()
    met = asked_of(monkeypatch)
    months = [f"2023-{month:02}" for month in range(1, 12)]
    read_many([f"made_up.{made_up.TAKEN_UP.key}"], periods=months, by=("channel",), town=walk.town)
    (question,) = [sql for sql in met if "channel" in sql]
    plan = str(lake.tables(walk.town)._db.cursor().execute(f"EXPLAIN {question}").fetchall())
    assert "NESTED_LOOP_JOIN" in plan
    assert "MERGE_JOIN" not in plan


def test_the_first_cases_of_a_figure_are_read_from_few_files(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = a_walk()
    every = sorted((case.row.id for case in walk.cases), reverse=True)
    met = asked_of(monkeypatch)

    def newest(most: int, after: int = 0, span: Span = YEAR) -> list[int]:
        met.clear()
        return finding.behind(
            lake.tables(walk.town), "made_up", made_up.TAKEN_UP, span, None, after=after, most=most
        )

    assert newest(2) == every[:2]
    assert [sql.count(".parquet'") for sql in met] == [1]
    assert newest(4) == every[:4]
    assert [sql.count(".parquet'") for sql in met] == [1, 2]
    assert newest(3, after=every[3]) == every[4:7]
    assert newest(100) == every
    spring = Span(datetime(2023, 2, 28, 16, tzinfo=UTC), datetime(2023, 3, 31, 16, tzinfo=UTC))
    assert newest(50, span=spring) == every[12:14]
    assert [sql.count(".parquet'") for sql in met] == [1], "only March has any"


def test_where_there_is_nothing_no_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = a_walk()
    lake.tables(walk.town).tally("made_up", "thing")
    met = asked_of(monkeypatch)
    before = Span(datetime(2021, 12, 31, 16, tzinfo=UTC), datetime(2022, 12, 31, 16, tzinfo=UTC))
    found = finding.behind(
        lake.tables(walk.town), "made_up", made_up.TAKEN_UP, before, None, after=0, most=50
    )
    assert (found, met) == ([], [])


def test_the_first_cases_are_right_when_some_have_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = a_walk()
    old = walk.open(datetime(2023, 9, 20, tzinfo=UTC))
    refresh(now=NOW, town=walk.town)
    walk.go(old, "turn_down", timedelta(hours=1))
    late = walk.open(datetime(2023, 2, 5, tzinfo=UTC))  # of an old month, under a new id
    refresh(now=NOW, town=walk.town)
    every = sorted((case.row.id for case in walk.those(lambda c: c.row.outcome != "refused")), reverse=True)
    found = finding.behind(lake.tables(walk.town), "made_up", made_up.TAKEN_UP, YEAR, None, after=0, most=50)
    assert late.row.id in found
    assert old.row.id not in found
    assert found == every
