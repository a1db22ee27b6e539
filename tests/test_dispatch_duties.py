"""Duties by grade: a new grade holds from the next period on, no period is opened twice, and looking costs little."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gridtown import town as towns
from gridtown.cases import actions, ledger, queries, store
from gridtown.dispatch import duties
from gridtown.dispatch.models import Mark
from gridtown.kernel.amounts import days
from gridtown.kernel.line import Line
from gridtown.kernel.told import Actor
from gridtown.people.scope import Scope
from tests import books
from tests.conftest import Here

VILLAGE = "330110110001"
ADMIN = Actor("somebody", "a-post", frozenset({"admin"}), "330110110", clearance=2)


@pytest.fixture(autouse=True)
def _books(pingyao: Here) -> Iterator[None]:
    with books.kept(only("look")):
        yield


def only(*keys: str, **said: Any) -> Line:
    """The books with only these duties, changed as said."""
    own = tuple(replace(duty, **said) for duty in books.FIRMS.duties if duty.key in keys)
    registers = (replace(books.FIRMS, duties=own), *books.LINE.registers[1:])
    return replace(books.LINE, registers=registers)


def at(month: int, day: int = 10, year: int = 2026) -> datetime:
    return datetime(year, month, day, 4, tzinfo=UTC)


def firm(n: int, harm: int, now: datetime, record: int | None = None) -> int:
    return actions.keep(
        line="books", register="firm", answers={"name": f"厂 {n}", "harm": harm}, by=ADMIN, now=now,
        key=f"firm:{n}:{now}", place=VILLAGE, record=record,
    )  # fmt: skip


RED, BLUE = 4, 1


def opened_in(months: list[datetime]) -> list[int]:
    """How many cases each of these moments opens."""
    return [duties.open_owed(now=month) for month in months]


def test_a_red_one_is_owed_monthly_and_a_blue_one_yearly() -> None:
    firm(1, RED, at(1))
    firm(2, BLUE, at(1))
    assert opened_in([at(1), at(1, 20), at(2), at(3), at(1, year=2027)]) == [2, 0, 1, 1, 2]
    found = queries.listing(
        scope=Scope.everything(), now=at(1), filters=queries.Filters(line="books"), size=9
    ).rows
    for case in found:
        row = store.case_by("id", case.id)
        assert row is not None
        assert msgspec.json.decode(row.answers)["firm"] == row.record_id
        assert "other" not in row.answers, "only the field that the kind is about is filled"
        assert case.place == VILLAGE
    assert not ledger.verify().faults


def test_its_case_lies_where_the_record_does(pingyao: Here) -> None:
    lon, lat = pingyao.inside(VILLAGE)
    actions.keep(
        line="books", register="firm", answers={"name": "有点位"}, by=ADMIN, now=at(1), key="p", place=VILLAGE,
        point=actions.Point(lon, lat),
    )  # fmt: skip
    assert duties.open_owed(now=at(1)) == 1
    (case,) = queries.listing(scope=Scope.everything(), now=at(1), filters=queries.Filters(line="books")).rows
    assert (case.lon, case.lat) == (lon, lat)
    assert case.place.startswith(VILLAGE)


def test_from_blue_to_red_the_next_month_is_owed_and_not_this_one() -> None:
    record = firm(1, BLUE, at(1))
    assert opened_in([at(1)]) == [1]
    firm(1, RED, at(6), record)
    assert opened_in([at(6, 11), at(6, 29), at(7, 1), at(7, 2), at(8)]) == [0, 0, 1, 0, 1]


def test_from_red_to_blue_the_next_year_is_owed() -> None:
    record = firm(1, RED, at(1))
    assert opened_in([at(5), at(6)]) == [1, 1]
    firm(1, BLUE, at(6, 11), record)
    assert opened_in([at(6, 12), at(7), at(12), at(1, year=2027), at(2, year=2027)]) == [0, 0, 0, 1, 0]


def test_there_and_back_within_a_period_opens_nothing_twice() -> None:
    record = firm(1, RED, at(6, 1))
    assert opened_in([at(6, 2)]) == [1]
    firm(1, BLUE, at(6, 3), record)
    assert opened_in([at(6, 4)]) == [0]
    firm(1, RED, at(6, 5), record)
    assert opened_in([at(6, 6), at(7, 1)]) == [0, 1]


def test_a_new_record_is_owed_at_once_and_a_change_of_something_else_changes_nothing() -> None:
    record = firm(1, RED, at(6, 1))
    assert opened_in([at(6, 2)]) == [1]
    actions.keep(
        line="books", register="firm", answers={"name": "改名", "harm": RED}, by=ADMIN, now=at(6, 3), key="x",
        place=VILLAGE, record=record,
    )  # fmt: skip
    firm(2, RED, at(6, 3))
    assert opened_in([at(6, 4), at(6, 5)]) == [1, 0]


def test_two_duties_that_open_one_kind_do_not_count_for_each_other() -> None:
    with books.kept(only("look", "count")):
        firm(1, BLUE, at(1))
        assert opened_in([at(1), at(2), at(4)]) == [2, 0, 1]


def test_looking_costs_the_same_with_many_as_with_few_and_nearly_nothing_when_all_is_opened(
    django_assert_num_queries: Any,
) -> None:
    for many in (3, 40):
        for n in range(many):
            firm(n + many * 100, RED, at(6))
        duties.open_owed(now=at(6))
        with django_assert_num_queries(2):  # how the registers stand, and what was seen of them
            assert duties.open_owed(now=at(6, 11)) == 0
    firm(9999, RED, at(6, 12))
    duties.open_owed(now=at(6, 12))
    Mark.objects.filter(key=duties.SEEN).delete()
    with django_assert_num_queries(
        5
    ):  # those two, a page of records, which of its keys are known, and the mark
        assert duties.open_owed(now=at(6, 13)) == 0


def test_what_could_not_be_opened_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    record = actions.keep(
        line="books",
        register="firm",
        answers={"name": "远厂"},
        by=ADMIN,
        now=at(1),
        key="k",
        place="330110110999",
    )
    for _ in range(2):
        caplog.clear()
        assert duties.open_owed(now=at(1)) == 0
        assert f"record {record} could not be opened" in caplog.text


def test_the_field_that_a_kind_is_about_names_the_record() -> None:
    assert books.VISIT.names_record_of("firm") == "firm"
    assert replace(books.VISIT, about="").names_record_of("firm") == "other"
    assert books.VISIT.names_record_of("machine") == ""


UNGRADED = "is graded by an answer of the record that is not personal, and says each grade's period"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"grade_by": ""}, UNGRADED),
        ({"grade_by": "phone"}, UNGRADED),
        ({"grades": {}}, UNGRADED),
        ({"grades": {"green": "month"}}, "has a period for a grade that is not there: green"),
    ],
)  # fmt: skip
def test_every_fault_of_a_graded_duty_is_named(said: dict[str, Any], fault: str) -> None:
    assert only("look", **said).faults() == [f"firm: duty look {fault}"]


def duty_of(folder: Path, text: str) -> Any:
    """The round of the patrol line in a town whose duties.toml says this."""
    here = towns.at(towns.current().folder).folder
    for name in ("town.toml", "calendar.toml"):
        (folder / name).write_text((here / name).read_text("utf-8"), "utf-8")
    (folder / "duties.toml").write_text(text, "utf-8")
    return towns.read(folder).lines["patrol"].register("route").duties[0]


@pytest.mark.parametrize(
    ("said", "every"), [('every = "month"', "month"), ('every = "10 days"', days(10)), ("", "week")]
)
def test_a_town_sets_its_own_periods(tmp_path: Path, said: str, every: Any) -> None:
    assert duty_of(tmp_path, f"[patrol.route.round]\n{said}").every == every


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[patroll.route.round]\nevery = "month"', "this town has no line patroll"),
        ('[patrol.rout.round]\nevery = "month"', "patrol has no register rout"),
        ('[patrol.route.rounds]\nevery = "month"', "patrol.route has no duty rounds"),
        ('[patrol.route.round]\nevry = "month"', "patrol.route.round has no key evry"),
        ('[patrol.route.round]\nevery = "fortnight"', "patrol.route.round: an amount is written like"),
        ('[patrol.route.round]\nevery = "3 workdays"', "patrol.route.round: what comes again comes every"),
        ("[patrol.route.round]\nevery = 3", "patrol.route.round: "),
        ('[patrol.route.round]\ngrades = { red = "month" }', "patrol.route.round is not graded"),
    ],
)
def test_a_period_that_cannot_be_is_named_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(towns.TownFolderError, match=r"duties\.toml") as wrong:
        duty_of(tmp_path, text)
    assert f"duties.toml: {fault}" in str(wrong.value)


def test_a_town_sets_the_period_of_a_grade() -> None:
    own = {"firm": {"look": {"every": "quarter", "grades": {"orange": "week"}}}}
    look = towns.with_duties(books.LINE, own).register("firm").duties[0]
    assert (look.every, dict(look.grades)) == ("quarter", {"red": "month", "orange": "week"})
    with pytest.raises(towns.TownFolderError, match=r"books\.firm\.look has no grade green"):
        towns.with_duties(books.LINE, {"firm": {"look": {"grades": {"green": "week"}}}})


def test_a_month_begins_at_the_towns_midnight() -> None:
    firm(1, RED, at(6, 30))
    assert opened_in([at(6, 30) + timedelta(hours=11), at(6, 30) + timedelta(hours=12)]) == [1, 1]
    assert duties.open_owed(now=at(7, 1)) == 0
