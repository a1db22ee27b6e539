"""The open data of a city's hotline through the whole path: what our indicator counts is what the file itself says.

Where the two differ, the difference is explained row by row: 153 requests have no on-time status in the file; all of
them are past their target, and here they count as late.
"""

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gridtown import town as towns
from gridtown.cases import ledger
from gridtown.cases.models import Case
from gridtown.feeds.importing.cases import import_cases
from gridtown.feeds.importing.mapping import load
from gridtown.feeds.importing.reading import OutsideRow, RowReader
from gridtown.feeds.importing.sheets import rows
from gridtown.kernel.indicator import Span, reading
from gridtown.kernel.told import Actor
from gridtown.places.load import load_places
from gridtown.warehouse import lake
from gridtown.warehouse.refresh import refresh

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "data" / "boston311_2015.csv.gz"
BOSTON = ROOT / "towns" / "boston"
WRITTEN = "%m/%d/%Y %I:%M:%S %p"
BY = Actor(person="import", post="", roles=frozenset(), place="990101001", clearance=9)


@pytest.fixture(scope="module")
def counted() -> Counter[tuple[str, str, str]]:
    """(on-time status, case status, how closing and target stand to each other), counted without our reader."""
    if not REAL.exists():
        pytest.skip("the real input does not lie beside the repository")
    as_of = datetime(2016, 1, 13)  # noqa: DTZ001 - the file's own local time
    found: Counter[tuple[str, str, str]] = Counter()
    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            target, closed = (
                datetime.strptime(row[name], WRITTEN) if row[name] else None  # noqa: DTZ007 - as above
                for name in ("TARGET_DT", "CLOSED_DT")
            )
            if target is None:
                stand = "no target"
            elif closed is not None:
                fell = "fell due" if target < as_of else "due later"
                stand = f"{'in time' if closed <= target else 'late'}, {fell}"
            else:
                stand = "open, late" if target < as_of else "open, due later"
            found[row["OnTime_Status"], row["CASE_STATUS"], stand] += 1
    return found


def _of(counted: Counter[tuple[str, str, str]], *, status: str | None = None, stand: str = "") -> int:
    return sum(n for (said, _, how), n in counted.items() if status in (None, said) and how.startswith(stand))


@pytest.mark.shared
def test_one_instant_explains_every_open_request(counted: Counter[tuple[str, str, str]]) -> None:
    """The mapping's as_of: no open request that is ONTIME was due before it, none that is OVERDUE after it."""
    assert counted["ONTIME", "Open", "open, late"] == 0
    assert counted["OVERDUE", "Open", "open, due later"] == 0
    assert counted["OVERDUE", "Open", "open, late"] == 11_374
    assert counted["ONTIME", "Open", "open, due later"] == 3_501
    assert _of(counted, status="", stand="open, late") == 71
    assert load(BOSTON / "imports" / "boston311.toml").as_of == datetime(2016, 1, 13, 5, tzinfo=UTC)


@pytest.mark.shared
def test_the_reader_sees_what_the_columns_say(counted: Counter[tuple[str, str, str]]) -> None:
    mapping = load(BOSTON / "imports" / "boston311.toml")
    assert mapping.as_of is not None
    seen: Counter[str] = Counter()
    with rows(REAL, **mapping.file) as (headings, lines):
        for row in RowReader(mapping, headings).read(lines):
            assert isinstance(row, OutsideRow), row
            if row.due is None:
                seen["no target"] += 1
            elif row.closed is None:
                seen["open, late" if row.due < mapping.as_of else "open, due later"] += 1
            else:
                seen["in time" if row.closed <= row.due else "late"] += 1
    assert seen == {
        "no target": _of(counted, stand="no target"),
        "in time": _of(counted, stand="in time"),
        "late": _of(counted, stand="late"),
        "open, late": _of(counted, stand="open, late"),
        "open, due later": _of(counted, stand="open, due later"),
    }


@pytest.fixture
def boston(db: None, settings: Any, tmp_path: Path) -> None:
    """The second town, with a warehouse of its own."""
    settings.GRIDTOWN_TOWN = BOSTON
    settings.GRIDTOWN_HOME = tmp_path
    load_places(BOSTON, now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.shared
@pytest.mark.slow
def test_our_on_time_counts_are_the_files(
    counted: Counter[tuple[str, str, str]], boston: None, tmp_path: Path
) -> None:
    mapping, town = load(BOSTON / "imports" / "boston311.toml"), towns.current()
    result = import_cases(REAL, mapping, town=town, by=BY, errors=tmp_path / "errors.csv")
    assert (result.read, result.added, result.bad) == (121_145, 121_145, 0)
    assert result.errors is None
    assert mapping.as_of is not None
    refresh(now=mapping.as_of, town=town)
    on_time = next(i for i in town.lines["appeals"].indicators if i.key == "on_time_rate")
    copy = lake.tables(town)
    span = Span(datetime(2014, 1, 1, tzinfo=UTC), mapping.as_of)
    ((answer),) = copy.run(reading(on_time, copy.table("appeals", "matter"), span))
    fell_due = [
        (key, n)
        for key, n in counted.items()
        if key[2] in {"in time, fell due", "late, fell due", "open, late"}
    ]
    in_file = Counter(
        {status: sum(n for key, n in fell_due if key[0] == status) for status in ("ONTIME", "OVERDUE", "")}
    )
    assert answer["of"] == sum(in_file.values())
    assert answer["count"] == in_file["ONTIME"]
    # what is not on time: OVERDUE in the file, and the requests whose status it leaves blank
    assert answer["of"] - answer["count"] == in_file["OVERDUE"] + 153
    assert in_file["OVERDUE"] == _of(counted, status="OVERDUE") == 30_446
    # the rest of what the file calls ONTIME never fell due by then, or never had a target
    rest = (
        _of(counted, stand="no target")
        + _of(counted, stand="in time, due later")
        + _of(counted, stand="open, due later")
    )
    assert in_file["ONTIME"] + rest == _of(counted, status="ONTIME") == 90_546
    assert Case.objects.filter(ended=True).count() == 101_272


@pytest.mark.shared
@pytest.mark.slow
def test_a_part_of_it_twice_and_then_the_rest(boston: None, tmp_path: Path) -> None:
    if not REAL.exists():
        pytest.skip("the real input does not lie beside the repository")
    with gzip.open(REAL, "rt", encoding="utf-8") as file:
        lines = [next(file) for _ in range(3001)]
    (tmp_path / "first.csv").write_text("".join(lines[:2001]), encoding="utf-8")
    (tmp_path / "all.csv").write_text("".join(lines), encoding="utf-8")
    mapping, town = load(BOSTON / "imports" / "boston311.toml"), towns.current()
    said = [
        import_cases(tmp_path / name, mapping, town=town, by=BY, errors=tmp_path / "errors.csv")
        for name in ("first.csv", "first.csv", "all.csv")
    ]
    assert [(r.added, r.closed, r.same) for r in said] == [(2000, 0, 0), (0, 0, 2000), (1000, 0, 2000)]
    assert ledger.verify().faults == ()
