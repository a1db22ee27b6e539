"""How a foreign file is read: what each rule of a mapping makes of a cell, and how a bad row is named."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from gridtown.feeds.importing.mapping import FileMapping, load
from gridtown.feeds.importing.reading import Bad, OutsideRow, RowReader
from gridtown.feeds.importing.report import ErrorFile, why
from gridtown.feeds.importing.rules import BadMapping
from gridtown.feeds.importing.sheets import rows

MAPPING = """
source = "sample"
line = "appeals"
kind = "matter"
zone = "America/New_York"
as_of = 2020-01-01T00:00:00

[case]
tolerance_seconds = 60

[columns]
number = { column = "id", required = true }
opened = { column = "opened", time = ["%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d"], at = "08:30", required = true }
closed = { column = "closed", time = "%Y-%m-%d %H:%M:%S" }
due = { column = "due", time = "%b %d %Y" }
state = { column = "state", codes = "state", required = true }
outcome = { column = "why", match = "outcome", else = "solved" }
lon = { column = "lon", number = "float", low = -180, high = 180 }
lat = { column = "lat", number = "float" }

[answers]
description = { columns = ["what", "where"], join = " / ", required = true, cut = 12 }

[codes.state]
O = "open"
C = "closed"

[patterns]
outcome = [["not ours", "refused"]]
"""
HEAD = "id,opened,closed,due,state,why,lon,lat,what,where"
GOOD = "7,01/02/2015 12:04:48 PM,2015-01-03 09:00:00,Feb 01 2015,C,,-71.1,42.3,Lamp,Corner"


@pytest.fixture
def mapping(tmp_path: Path) -> FileMapping:
    return load(_written(tmp_path / "m.toml", MAPPING))


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _read(mapping: FileMapping, path: Path) -> list[OutsideRow | Bad]:
    with rows(path) as (headings, lines):
        return list(RowReader(mapping, headings).read(lines))


def _one(mapping: FileMapping, tmp_path: Path, line: str) -> OutsideRow | Bad:
    (found,) = _read(mapping, _written(tmp_path / "one.csv", f"{HEAD}\n{line}\n"))
    return found


def test_local_times_become_utc(mapping: FileMapping, tmp_path: Path) -> None:
    row = _one(mapping, tmp_path, GOOD)
    assert isinstance(row, OutsideRow)
    assert row.opened == datetime(2015, 1, 2, 17, 4, 48, tzinfo=UTC)
    assert row.closed == datetime(2015, 1, 3, 14, 0, tzinfo=UTC)
    assert row.due == datetime(2015, 2, 1, 5, 0, tzinfo=UTC)
    assert (row.lon, row.lat, row.outcome) == (-71.1, 42.3, "solved")
    assert row.answers == {"description": "Lamp / Corne"}


@pytest.mark.parametrize(
    ("written", "hour"),
    [("12:00:00 AM", 0), ("12:59:59 AM", 0), ("01:00:00 AM", 1), ("12:00:00 PM", 12), ("11:00:00 pm", 23)],
)
def test_hours_of_the_half_day(mapping: FileMapping, tmp_path: Path, written: str, hour: int) -> None:
    row = _one(mapping, tmp_path, GOOD.replace("12:04:48 PM", written).replace("2015-01-03", "2015-01-05"))
    assert isinstance(row, OutsideRow)
    assert row.opened.astimezone(mapping.zone).hour == hour


def test_a_day_without_hours_has_the_mappings_hour(mapping: FileMapping, tmp_path: Path) -> None:
    row = _one(mapping, tmp_path, GOOD.replace("01/02/2015 12:04:48 PM", "2015-01-02"))
    assert isinstance(row, OutsideRow)
    local = row.opened.astimezone(mapping.zone)
    assert (local.hour, local.minute) == (8, 30)


@pytest.mark.parametrize(
    ("was", "becomes", "column", "reason"),
    [
        ("7,", ",", "id", "missing"),
        ("01/02/2015 12:04:48 PM", "02/30/2015 12:04:48 PM", "opened", "not_a_time"),
        ("01/02/2015 12:04:48 PM", "01/02/2015 13:04:48 PM", "opened", "not_a_time"),
        ("01/02/2015 12:04:48 PM", "", "opened", "missing"),
        ("Feb 01 2015", "Feb 31 2015", "due", "not_a_time"),
        (",C,", ",X,", "state", "unknown_code"),
        ("-71.1", "west", "lon", "not_a_number"),
        ("-71.1", "nan", "lon", "out_of_range"),
        ("-71.1", "-271.1", "lon", "out_of_range"),
        ("2015-01-03 09:00:00", "", "closed", "closed_without_time"),
        (",C,", ",O,", "closed", "time_without_closing"),
        ("2015-01-03 09:00:00", "2015-01-02 12:03:47", "closed", "closed_before_opened"),
        ("Lamp,Corner", ",", "what", "missing"),
    ],
)
def test_a_bad_row_is_named(
    mapping: FileMapping, tmp_path: Path, was: str, becomes: str, column: str, reason: str
) -> None:
    assert was in GOOD
    bad = _one(mapping, tmp_path, GOOD.replace(was, becomes, 1))
    assert isinstance(bad, Bad)
    assert (bad.row, bad.column, bad.reason) == (2, column, reason)
    assert why(bad, "zh") != why(bad, "en")
    assert "{" not in why(bad, "zh")


def test_clocks_that_differ_by_less_than_a_minute_close_at_once(mapping: FileMapping, tmp_path: Path) -> None:
    row = _one(mapping, tmp_path, GOOD.replace("2015-01-03 09:00:00", "2015-01-02 12:03:50"))
    assert isinstance(row, OutsideRow)
    assert row.closed == row.opened


def test_a_reason_decides_the_outcome(mapping: FileMapping, tmp_path: Path) -> None:
    row = _one(mapping, tmp_path, GOOD.replace(",C,,", ",C,Case is NOT OURS,"))
    assert isinstance(row, OutsideRow)
    assert row.outcome == "refused"


def test_a_number_twice_names_the_first_row(mapping: FileMapping, tmp_path: Path) -> None:
    path = _written(tmp_path / "twice.csv", f"{HEAD}\n{GOOD}\n\n{GOOD}\n")
    first, second = _read(mapping, path)
    assert isinstance(first, OutsideRow)
    assert isinstance(second, Bad)
    assert (second.row, second.reason, second.params["row"]) == (4, "twice", 2)


def test_a_short_row_does_not_stop_the_rest(mapping: FileMapping, tmp_path: Path) -> None:
    short, good = _read(mapping, _written(tmp_path / "s.csv", f"{HEAD}\n1,2\n{GOOD}\n"))
    assert isinstance(short, Bad)
    assert short.reason == "too_few_cells"
    assert isinstance(good, OutsideRow)


def test_packed_and_workbook_say_the_same(mapping: FileMapping, tmp_path: Path) -> None:
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(f"{HEAD}\n{GOOD}\n".encode()))
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD.split(","))
    cells: list[object] = list(GOOD.split(","))
    cells[0], cells[1], cells[6], cells[7] = 7, datetime(2015, 1, 2, 12, 4, 48), -71.1, 42.3  # noqa: DTZ001
    sheet.append(cells)
    sheet.append([None] * len(cells))
    book.save(tmp_path / "a.xlsx")
    (from_packed,), (from_book,) = _read(mapping, packed), _read(mapping, tmp_path / "a.xlsx")
    assert isinstance(from_packed, OutsideRow)
    assert isinstance(from_book, OutsideRow)
    for name in ("number", "opened", "closed", "due", "lon", "answers"):
        assert getattr(from_packed, name) == getattr(from_book, name), name


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ('column = "id"', 'column = "nr"', "no_column"),
        ('codes = "state"', 'codes = "states"', "no_table"),
        ("low = -180", "lowest = -180", "unknown_key"),
        ('source = "sample"', "", "no_key"),
        ("[case]", "[cases]", "unknown_key"),
        ('zone = "America', 'crs = "epsg"\nzone = "America', "unknown_key"),
        ("as_of = 2020-01-01T00:00:00", "as_of = 2020-01-01", "no_key"),
    ],
)
def test_a_mapping_with_a_mistake_is_refused(tmp_path: Path, was: str, becomes: str, reason: str) -> None:
    assert was in MAPPING
    with pytest.raises(BadMapping) as refused:
        _read(
            load(_written(tmp_path / "m.toml", MAPPING.replace(was, becomes))),
            _written(tmp_path / "a.csv", HEAD),
        )
    assert refused.value.reason == reason


def test_the_error_file_can_be_read_again(mapping: FileMapping, tmp_path: Path) -> None:
    bad = _one(mapping, tmp_path, GOOD.replace(",C,", ",X,"))
    assert isinstance(bad, Bad)
    with ErrorFile(tmp_path / "errors.csv", HEAD.split(",")) as errors:
        assert not errors.made
        errors.add(bad)
    assert (tmp_path / "errors.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with rows(tmp_path / "errors.csv") as (headings, lines):
        assert headings[3:] == HEAD.split(",")
        ((_, cells),) = lines
    assert cells[:2] == ["2", "state"]
    assert cells[3:] == GOOD.replace(",C,", ",X,").split(",")


def test_codes_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    _written(tmp_path / "codes.csv", "theirs,ours,note\nC,closed,x\nO,open,\n")
    inline = '[codes.state]\nO = "open"\nC = "closed"\n'
    text = MAPPING.replace(inline, '[codes.state]\nfile = "codes.csv"\nfrom = "theirs"\nto = "ours"\n')
    assert text != MAPPING
    row = _one(load(_written(tmp_path / "m.toml", text)), tmp_path, GOOD)
    assert isinstance(row, OutsideRow)
    assert row.closed is not None
