"""Figures over registers: what stood when a period ended, what came and went in it, and the records behind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from gridtown import town as towns
from gridtown.cases import actions
from gridtown.kernel.indicator import Indicator, _
from gridtown.kernel.standing import Standing
from gridtown.kernel.told import Actor
from gridtown.people.models import Account
from gridtown.people.scope import Scope, visible
from gridtown.report.figures import indicators as report
from gridtown.warehouse import files, lake, ledger
from gridtown.warehouse import refresh as filling
from gridtown.warehouse.refresh import refresh
from tests import books
from tests.calling import Api
from tests.conftest import Here

TOWN = "330110110"
VILLAGE, OTHER = f"{TOWN}001", f"{TOWN}002"
ADMIN = Actor("somebody", "a-post", frozenset({"admin"}), TOWN, clearance=2)
SAID: dict[str, Any] = {"kind": "register:firm", "basis": "made up for a test", "reviewed": date(2026, 11, 1)}
RED = Indicator("red", "How many are red?", of=_.f_colour == "red", time="standing", **SAID)
SHARE = Indicator(
    "share", "Of all, how many are red?", of=_.stood_from.notnull(), count=_.f_colour == "red", time="standing",
    unit="percent", **SAID,
)  # fmt: skip
CAME = Indicator("came", "How many came?", of=_.kept_first.notnull(), time="kept_first", **SAID)
WENT = Indicator("went", "How many went?", of=_.retired_at.notnull(), time="retired_at", **SAID)
AREA = Indicator(
    "area", "How large are they?", of=_.f_area > 0, measure=_.f_area, agg="sum", unit="number", time="standing", **SAID
)  # fmt: skip
WORDS = {
    f"{what}.{i.key}": {"zh": i.key, "en": i.question}
    for i in (RED, SHARE, CAME, WENT, AREA)
    for what in ("indicator", "formula")
}
LINE = replace(books.LINE, indicators=(RED, SHARE, CAME, WENT, AREA), words={**books.WORDS, **WORDS})


@pytest.fixture(autouse=True)
def _books(pingyao: Here, tmp_path: Any, settings: Any) -> Iterator[None]:
    settings.GRIDTOWN_HOME = tmp_path
    assert LINE.faults() == []
    with books.kept(LINE):
        yield


def at(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, 4, tzinfo=UTC)


NOW = at(2026, 11, 20)


def firm(n: int, harm: int, when: datetime, record: int | None = None, place: str = VILLAGE) -> int:
    return actions.keep(
        line="books", register="firm", answers={"name": f"厂 {n}", "harm": harm, "area": 2.0, "phone": "13800000000"},
        by=ADMIN, now=when, key=f"f:{n}:{when}", place=place, record=record,
    )  # fmt: skip


@pytest.fixture
def lived() -> dict[str, int]:
    """Red since 2024, blue from 2025 on; red in another village since 2025; one that came and went and came back."""
    first = firm(1, 4, at(2024, 3))
    firm(1, 1, at(2025, 5), first)
    second = firm(2, 4, at(2025, 2), place=OTHER)
    third = firm(3, 4, at(2024, 6))
    actions.retire(record=third, reason="停业", by=ADMIN, now=at(2025, 3), key="r")
    actions.restore(record=third, reason="复工", by=ADMIN, now=at(2026, 2), key="b")
    refresh(now=NOW)
    return {"first": first, "second": second, "third": third}


def shown(key: str, period: str, **more: Any) -> str | None:
    return report.read(f"books.{key}", period=period, **more).shown()


def test_a_figure_is_of_what_stood_when_the_period_ended(lived: dict[str, int]) -> None:
    assert [shown("red", period) for period in ("2023", "2024", "2025-Q1", "2025", "2026")] == [
        None,
        "2",
        "2",
        "1",
        "2",
    ]
    assert [shown("share", period) for period in ("2024", "2025", "2026")] == ["100.0%", "50.0%", "66.7%"]
    assert shown("area", "2025") == "4.00"
    assert shown("red", "2025", place=OTHER) == "1"
    assert shown("red", "2025", place=VILLAGE) == "0"
    slices = report.read("books.red", period="2026", by=("village",)).slices
    assert {s.by[0]: s.of for s in slices} == {VILLAGE: 1, OTHER: 1}


def test_who_came_and_who_went_is_counted_once(lived: dict[str, int]) -> None:
    assert [shown("came", period) for period in ("2024", "2025", "2026")] == ["2", "1", "0"]
    assert [shown("went", period) for period in ("2024", "2025", "2026")] == ["0", "1", "0"]


def test_a_figure_opens_into_its_records_within_the_scope(lived: dict[str, int]) -> None:
    def behind(scope: Scope, **more: Any) -> report.Behind:
        return report.cases_behind("books.share", scope=scope, now=NOW, period="2026", **more)

    red = behind(Scope.everything())
    assert [r.id for r in red.records] == [lived["third"], lived["second"]]
    assert [r.id for r in behind(Scope.everything(), part="rest").records] == [lived["first"]]
    assert red.cases == ()
    village = behind(visible((Actor("v", "p", frozenset({"receiver"}), VILLAGE),)))
    assert ([r.id for r in village.records], village.hidden) == ([lived["third"]], 1)
    paged = behind(Scope.everything(), size=1)
    assert (len(paged.records), paged.next) == (1, lived["third"])


def test_what_is_new_is_folded_into_what_was_there(
    lived: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "MOST", 2)
    firm(1, 4, at(2026, 3), lived["first"])
    firm(4, 4, at(2026, 4))
    done = refresh(now=NOW)
    assert (done.cases, done.rebuilt) == (4, ()), "three stretches of the first, one of the new one"
    assert [shown("red", period) for period in ("2024", "2025", "2026")] == ["2", "1", "4"]
    table = lake.tables(towns.current()).table("books", "register:firm")
    kept = lake.tables(towns.current()).run(table.order_by("record_id", "stood_from"))
    book = Standing(books.FIRMS)
    fresh = [folded.row for folded in ledger.all_records(TOWN, {("books", "firm"): book})]
    assert (
        kept
        == files.arrow(
            sorted(fresh, key=lambda r: (r["record_id"], r["stood_from"])), book.columns
        ).to_pylist()
    )
    assert refresh(now=NOW).cases == 0


def test_nothing_of_persons_is_in_the_table() -> None:
    firm(1, 4, at(2026, 3))
    refresh(now=NOW)
    folder = files.folder_of(TOWN)
    assert "f_phone" not in Standing(books.FIRMS).columns
    assert "f_remark" not in Standing(books.FIRMS).columns
    assert not [path for path in folder.rglob("*") if path.is_file() and b"1380000" in path.read_bytes()]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"time": "opened"}, "indicator red: the period needs a timestamp column, not: opened"),
        ({"of": _.f_phone == "x"}, "indicator red: `of` asks for an unknown column: f_phone"),
        ({"kind": "register:firms"}, "indicator red: there is no kind register:firms with a table"),
        ({"kind": "visit"}, "indicator red: the period needs a timestamp column, not: standing"),
    ],
)
def test_an_indicator_that_cannot_be_asked_of_a_register_is_named(said: dict[str, Any], fault: str) -> None:
    assert fault in replace(books.LINE, indicators=(replace(RED, **said),)).faults()


def test_a_column_that_a_register_does_not_have_is_no_slice(lived: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no category to slice"):
        report.read("books.red", period="2026", by=("category",))


def test_pages_and_interface_tell_the_records_behind(
    pingyao: Here, lived: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridtown.town.clock.now", lambda: NOW)
    browser = Client()
    browser.force_login(Account.objects.get(pk=pingyao.post("admin").holders[0]))
    text = browser.get("/indicators/books.red", {"period": "2026"}).content.decode()
    assert f'href="/registers/books/firm/{lived["second"]}"' in text
    said = Api(pingyao, "admin").get("indicators/books.red/cases", period="2026").json()
    assert [r["id"] for r in said["records"]] == [lived["third"], lived["second"]]
