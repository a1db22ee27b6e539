"""The columnar copy says what the ledger says, however it was brought there."""

import json
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median

import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gridtown.kernel.indicator import Span, reading
from gridtown.warehouse import files, lake
from gridtown.warehouse.refresh import refresh
from tests import made_up
from tests.made_up import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = datetime(2023, 12, 1, tzinfo=UTC)
YEAR = Span(datetime(2023, 1, 1, tzinfo=UTC), NOW)
_towns = iter(range(330110200, 330119999))


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.GRIDTOWN_HOME = tmp_path
    return tmp_path


def a_walk(steps: int = 0, seed: int = 1) -> Walk:
    walk = Walk(made_up.town(str(next(_towns))), seed)
    walk.stroll(steps)
    return walk


def rows(walk: Walk) -> list[dict]:
    pond = lake.tables(walk.town)
    return pond.run(pond.table("made_up", "thing").order_by("case_id"))


def read(walk: Walk, indicator, span: Span = YEAR) -> dict:
    pond = lake.tables(walk.town)
    return pond.run(reading(indicator, pond.table("made_up", "thing"), span))[0]


def rebuilt(walk: Walk, home) -> list[dict]:
    """The rows of a copy that is made from nothing."""
    for path in files.folder_of(walk.town.code).rglob("*.*"):
        path.unlink()
    assert refresh(now=NOW, town=walk.town).rebuilt == ("made_up__thing",)
    return rows(walk)


def test_nothing_was_ever_refreshed():
    walk = a_walk()
    assert rows(walk) == []
    assert read(walk, made_up.CLOSED) == {"of": 0, "count": 0}
    assert lake.tables(walk.town).as_of is None


def test_an_empty_ledger_can_be_refreshed():
    walk = a_walk()
    assert refresh(now=NOW, town=walk.town).cases == 0
    assert read(walk, made_up.SPELL) == {"of": 0, "value": None}


def test_one_case_as_a_row():
    walk = a_walk()
    opened = datetime(2023, 3, 31, 17, 0, 0, 999_000, tzinfo=UTC)
    case = walk.open(opened, place=walk.town.code + "001001", sort="b", size=7, urgent=True, text="secret")
    walk.go(case, "accept", timedelta(hours=5))  # an hour late
    walk.go(case, "show", timedelta(hours=29), metres=12)
    walk.go(case, "approve", timedelta(hours=1))
    refresh(now=NOW, town=walk.town)
    (row,) = rows(walk)
    assert str(row["opened"]) == "2023-03-31 17:00:00"
    assert str(row["opened_day"]) == "2023-04-01", "the local day"
    assert (row["village"], row["grid"]) == (walk.town.code + "001", walk.town.code + "001001")
    assert (row["state"], row["outcome"], row["ended"]) == ("settled", "solved", True)
    assert row["spell_secs"] == 35 * 3600
    assert row["answer_late"] is True
    assert (row["work_late"], row["work_open"]) == (False, False)
    assert str(row["work_due"]) == "2023-04-02 04:00:00", "thirty hours after it was taken up"
    assert (row["f_sort"], row["f_size"], row["f_urgent"], row["a_show_metres"]) == ("b", 7, True, 12)
    assert (row["accept_times"], row["look_times"], row["entries"]) == (1, 0, 4)
    assert not {"f_text", "f_name"} & set(row), "free text and personal answers stay in the ledger"


def test_what_stands_still_is_not_due():
    walk = a_walk()
    case = walk.open(made_up.OPENING)
    walk.go(case, "accept", timedelta(hours=1))
    walk.go(case, "put_off", timedelta(hours=1))
    refresh(now=NOW, town=walk.town)
    (row,) = rows(walk)
    assert (row["work_due"], row["work_open"], row["work_late"]) == (None, False, False)
    assert row["wait_open"] is True


def test_reopened_is_not_closed():
    walk = a_walk()
    case = walk.open(made_up.OPENING)
    for verb in ("accept", "show", "approve", "reopen"):
        walk.go(case, verb, timedelta(hours=1))
    refresh(now=NOW, town=walk.town)
    (row,) = rows(walk)
    assert (row["closed"], row["ended"], row["outcome"], row["spell_secs"]) == (None, False, "", None)
    assert row["settled_times"] == 1
    assert row["at_work_times"] == 2


def test_a_case_of_an_older_procedure_folds():
    walk = a_walk()
    case = walk.open(made_up.OPENING)
    walk.enter(case, "weigh", "weighed", made_up.OPENING + timedelta(hours=1))
    refresh(now=NOW, town=walk.town)
    (row,) = rows(walk)
    assert (row["state"], row["entries"], row["told_times"], row["ended"]) == ("weighed", 2, 1, False)


@effort(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6), steps=st.integers(1, 60), first=st.integers(0, 150), days=st.integers(1, 100)
)
def test_the_warehouse_counts_what_plain_python_counts(seed, steps, first, days):
    walk = a_walk(steps, seed)
    refresh(now=NOW, town=walk.town)
    since = made_up.OPENING + timedelta(days=first)
    span = Span(since, since + timedelta(days=days))

    def within(moment: datetime | None) -> bool:
        return moment is not None and span.since <= moment.replace(microsecond=0) < span.until

    due = walk.those(lambda c: within(c.due.get("work")))
    good = [c for c in due if "work" not in c.late and "work" not in c.open]
    assert read(walk, made_up.ON_TIME, span) == {"of": len(due), "count": len(good)}

    taken = walk.those(lambda c: within(c.row.opened) and c.row.outcome != "refused")
    assert read(walk, made_up.TAKEN_UP, span) == {"of": len(taken)}

    came = walk.those(lambda c: within(c.row.opened))
    done = [c for c in came if c.closed and c.closed < span.until]
    assert read(walk, made_up.CLOSED, span) == {"of": len(came), "count": len(done)}

    spells = [
        int((c.closed - c.row.opened).total_seconds())
        for c in walk.those(lambda c: within(c.closed) and c.row.outcome == "solved")
    ]
    assert read(walk, made_up.SPELL, span) == {"of": len(spells), "value": median(spells) if spells else None}


def test_bit_by_bit_is_the_same_as_all_at_once(home):
    walk = a_walk()
    for _round in range(6):
        walk.stroll(25)
        refresh(now=NOW, town=walk.town)
    assert rows(walk) == rebuilt(walk, home)
    assert len(rows(walk)) == len(walk.cases)


def how_written(walk: Walk, part: files.Part) -> set[str]:
    """By what the columns of a file are compressed."""
    said = pq.read_metadata(files.folder_of(walk.town.code) / part.file)
    return {
        said.row_group(n).column(m).compression
        for n in range(said.num_row_groups)
        for m in range(said.num_columns)
    }


def test_months_are_written_small_and_changes_fast():
    walk = a_walk()
    case = walk.open(datetime(2023, 1, 5, tzinfo=UTC))
    refresh(now=NOW, town=walk.town)
    walk.go(case, "accept", timedelta(hours=1))
    refresh(now=NOW, town=walk.town)
    table = files.read_manifest(files.folder_of(walk.town.code)).tables["made_up__thing"]
    months = {how for parts in table.months.values() for part in parts for how in how_written(walk, part)}
    assert months == {"ZSTD"}, "they are kept for years"
    assert how_written(walk, table.changes.fresh) == how_written(walk, table.changes.gone) == {"SNAPPY"}


def test_no_month_is_written_anew_for_a_few_changes():
    walk = a_walk()
    early, late = walk.open(datetime(2023, 1, 5, tzinfo=UTC)), walk.open(datetime(2023, 6, 5, tzinfo=UTC))
    before = manifest_after(walk)
    walk.go(late, "accept", timedelta(hours=1))
    done = refresh(now=NOW, town=walk.town)
    after = files.read_manifest(files.folder_of(walk.town.code)).tables["made_up__thing"]
    assert (done.cases, done.written, done.rebuilt, done.folded_in) == (1, 1, (), ())
    assert after.months == before.tables["made_up__thing"].months
    assert (after.changes.fresh.rows, after.changes.gone.rows, after.changes.months) == (
        1,
        1,
        ("2023-01..2023-06",),
    )
    assert [(row["case_id"], row["state"]) for row in rows(walk)] == [
        (early.row.id, "told"),
        (late.row.id, "at_work"),
    ]


def test_small_months_that_are_over_lie_in_one_file(monkeypatch, home):
    monkeypatch.setattr("gridtown.warehouse.changes.MOST", 3)
    walk = a_walk()
    opened = [walk.open(datetime(2023, month, 1, 0, tzinfo=UTC)) for month in (1, 1, 2, 4, 12)]
    table = manifest_after(walk).tables["made_up__thing"]
    # the month that runs is not over
    assert {key: sum(p.rows for p in parts) for key, parts in table.months.items()} == {
        "2023-01..2023-04": 4,
        "2023-12": 1,
    }
    between = walk.open(datetime(2023, 3, 9, tzinfo=UTC))  # of a month that had none
    walk.go(opened[0], "accept", timedelta(hours=1))
    after = manifest_after(walk).tables["made_up__thing"]
    assert (after.changes.fresh.rows, after.changes.months, after.months) == (
        2,
        ("2023-01..2023-04",),
        table.months,
    )
    assert rows(walk) == rebuilt(walk, home)
    for case in (between, *opened):
        walk.go(case, "look", timedelta(hours=2))
    assert refresh(now=NOW, town=walk.town).folded_in == ("made_up__thing",)
    folded = files.read_manifest(files.folder_of(walk.town.code)).tables["made_up__thing"]
    assert (folded.changes, list(folded.months)) == (None, ["2023-01..2023-04", "2023-12"])
    assert rows(walk) == rebuilt(walk, home)


def test_what_has_changed_in_months_that_are_then_joined_still_counts_once(monkeypatch, home):
    monkeypatch.setattr(files, "GROUP", 2)
    walk = a_walk()
    early = [walk.open(datetime(2023, month, 5, tzinfo=UTC)) for month in (1, 2, 2, 3)]
    assert list(manifest_after(walk).tables["made_up__thing"].months) == ["2023-01", "2023-02", "2023-03"]
    walk.go(early[1], "accept", timedelta(hours=1))
    manifest_after(walk)
    monkeypatch.setattr(files, "GROUP", 3)
    after = manifest_after(walk).tables["made_up__thing"]
    assert list(after.months) == ["2023-01..2023-02", "2023-03"]
    assert (after.changes.gone.rows, after.changes.months) == (1, ("2023-01..2023-02",))
    assert rows(walk) == rebuilt(walk, home)


def manifest_after(walk: Walk) -> files.Manifest:
    refresh(now=NOW, town=walk.town)
    return files.read_manifest(files.folder_of(walk.town.code))


def test_many_changes_are_folded_into_their_months(monkeypatch, home):
    monkeypatch.setattr("gridtown.warehouse.changes.MOST", 3)
    walk = a_walk(40)
    was = manifest_after(walk).tables["made_up__thing"]
    walk.stroll(40)
    assert refresh(now=NOW, town=walk.town).folded_in == ("made_up__thing",)
    now = files.read_manifest(files.folder_of(walk.town.code)).tables["made_up__thing"]
    assert now.changes is None
    assert now.months != was.months
    found = rows(walk)
    assert len(found) == len(walk.cases)
    assert found == rebuilt(walk, home)


def test_a_manifest_from_before_there_were_changes_is_read(home):
    walk = a_walk(30)
    refresh(now=NOW, town=walk.town)
    path = files.folder_of(walk.town.code) / files.MANIFEST
    said = json.loads(path.read_text())
    for table in said["tables"].values():
        del table["changes"], table["figures"]
        table["kept"] = {"digest": "", "whole": "", "values": {"2023-05": ""}}  # as it was until version 3
    path.write_text(json.dumps(said))
    walk.stroll(30)
    assert refresh(now=NOW, town=walk.town).rebuilt == ()
    assert rows(walk) == rebuilt(walk, home)


def test_with_nothing_new_only_the_moment_moves_on():
    walk = a_walk(30)
    refresh(now=NOW, town=walk.town)
    was = rows(walk)
    done = refresh(now=NOW + timedelta(hours=1), town=walk.town)
    assert (done.cases, done.written) == (0, 0)
    assert rows(walk) == was
    assert lake.tables(walk.town).as_of == NOW + timedelta(hours=1)


class Killed(BaseException):
    """As if the process had been killed here."""


def dying(of, calls: int):
    """A function that works so many times and then kills."""
    left = iter(range(calls))

    def act(*args, **kwargs):
        if next(left, None) is None:
            raise Killed
        return of(*args, **kwargs)

    return act


@pytest.mark.parametrize(
    "step", ["write_part", "write_part again", "sweep", "write_manifest", "fsync", "read_parts"]
)
def test_killed_at_any_step_the_old_state_stands_and_the_next_refresh_is_whole(step, monkeypatch, home):
    # changes there already, and more than are left to be merged: every step of a refresh is taken
    monkeypatch.setattr("gridtown.warehouse.changes.MOST", 30)
    walk = a_walk(60)
    refresh(now=NOW, town=walk.town)
    walk.stroll(10)
    refresh(now=NOW, town=walk.town)
    was, count = rows(walk), read(walk, made_up.CLOSED)
    walk.stroll(60)
    name = step.split()[0]
    where = os if name == "fsync" else files
    with monkeypatch.context() as patch:
        patch.setattr(where, name, dying(getattr(where, name), 1 if "again" in step else 0))
        with pytest.raises(Killed):
            refresh(now=NOW + timedelta(hours=1), town=walk.town)
    assert rows(walk) == was
    assert read(walk, made_up.CLOSED) == count
    refresh(now=NOW + timedelta(hours=2), town=walk.town)
    found = rows(walk)
    assert found == rebuilt(walk, home) != was


def test_killed_after_the_manifest_was_written_aside(monkeypatch):
    walk = a_walk(30)
    refresh(now=NOW, town=walk.town)
    was = rows(walk)
    walk.stroll(30)
    path = type(files.folder_of("x"))
    with monkeypatch.context() as patch:
        patch.setattr(path, "replace", dying(path.replace, 0))
        with pytest.raises(Killed):
            refresh(now=NOW, town=walk.town)
    assert rows(walk) == was
    assert refresh(now=NOW, town=walk.town).cases > 0


def test_files_that_no_longer_count_are_swept_after_a_while():
    walk = a_walk(40)
    refresh(now=NOW, town=walk.town)
    pond = lake.tables(walk.town)
    old = pond.run(pond.table("made_up", "thing").count().as_table())
    walk.stroll(10)
    refresh(now=NOW, town=walk.town)
    pond = lake.tables(walk.town)
    old = pond.run(pond.table("made_up", "thing").count().as_table())
    walk.stroll(40)
    assert refresh(now=NOW + timedelta(minutes=1), town=walk.town).swept == 0
    assert pond.run(pond.table("made_up", "thing").count().as_table()) == old, (
        "who began with the old state ends with it"
    )
    assert refresh(now=NOW + timedelta(minutes=30), town=walk.town).swept > 0
    folder = files.folder_of(walk.town.code)
    assert {p.relative_to(folder).as_posix() for p in folder.glob("*/*.*")} == files.read_manifest(
        folder
    ).files()


def test_a_table_whose_columns_changed_is_derived_anew():
    walk = a_walk(40)
    refresh(now=NOW, town=walk.town)
    procedure = replace(
        made_up.PROCEDURE, moves=(*made_up.PROCEDURE.moves, made_up.Move("smile", "told -> =", by="clerk"))
    )
    line = replace(made_up.LINE, kinds=(replace(made_up.THING, procedure=procedure),))
    walk.town = made_up.town(walk.town.code, line)
    done = refresh(now=NOW, town=walk.town)
    assert done.rebuilt == ("made_up__thing",)
    assert {row["smile_times"] for row in rows(walk)} == {0}


@pytest.mark.parametrize("harm", ["missing", "broken"])
def test_a_damaged_copy_is_derived_anew(harm, home):
    walk = a_walk(60)
    refresh(now=NOW, town=walk.town)
    for path in files.folder_of(walk.town.code).glob("*/*.parquet"):
        path.unlink() if harm == "missing" else path.write_bytes(b"not parquet")
    walk.stroll(40)
    assert refresh(now=NOW, town=walk.town).rebuilt == ("made_up__thing",)
    assert len(rows(walk)) == len(walk.cases)


def test_a_copy_of_another_database_is_not_gone_on_with():
    walk = a_walk(30)
    refresh(now=NOW, town=walk.town)
    folder = files.folder_of(walk.town.code)
    manifest = files.read_manifest(folder)
    manifest.hash = "of another ledger"
    files.write_manifest(folder, manifest)
    assert refresh(now=NOW, town=walk.town).rebuilt == ("made_up__thing",)


def test_one_process_fills_at_a_time():
    walk = a_walk(5)
    with files.filling(files.folder_of(walk.town.code)):
        with pytest.raises(files.Busy):
            refresh(now=NOW, town=walk.town)
    refresh(now=NOW, town=walk.town)


def test_more_cases_than_are_held_at_once(monkeypatch, home):
    monkeypatch.setattr("gridtown.warehouse.refresh.MOST", 3)
    monkeypatch.setattr("gridtown.warehouse.ledger.BATCH", 4)
    walk = a_walk(80)
    refresh(now=NOW, town=walk.town)
    found = rows(walk)
    assert [row["case_id"] for row in found] == [case.row.id for case in walk.cases]
    walk.stroll(30)
    refresh(now=NOW, town=walk.town)
    assert rows(walk) == rebuilt(walk, home)


def test_threads_share_a_state_while_it_is_replaced():
    walk = a_walk(60)
    refresh(now=NOW, town=walk.town)
    stop, counts = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            counts.append(read(walk, made_up.CLOSED)["of"])

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    known = {len(walk.cases)}
    for _round in range(5):
        walk.stroll(20)
        refresh(now=NOW, town=walk.town)
        known.add(len(walk.cases))
    stop.set()
    for thread in threads:
        thread.join()
    assert len(counts) > 3
    assert set(counts) <= known, "every answer is that of some whole state"


def test_the_command_says_what_it_did(capsys, monkeypatch):
    walk = a_walk(10)
    monkeypatch.setattr("gridtown.town.current", lambda: walk.town)
    call_command("refresh")
    assert f"{len(walk.cases)} cases folded" in capsys.readouterr().out
    with files.filling(files.folder_of(walk.town.code)):
        call_command("refresh")
    assert "another process" in capsys.readouterr().out


def test_two_towns_in_one_ledger_do_not_mix():
    one, two = a_walk(20), a_walk(20, seed=2)
    one.stroll(20)
    refresh(now=NOW, town=one.town)
    refresh(now=NOW, town=two.town)
    assert {row["town"] for row in rows(one)} == {one.town.code}
    assert len(rows(two)) == len(two.cases)
