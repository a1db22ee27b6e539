"""An indicator is checked before it is loaded, without any engine."""

from dataclasses import replace
from datetime import date

import pytest

from gridtown.kernel.indicator import Indicator, _, seconds
from gridtown.kernel.table import Clash, columns
from gridtown.kernel.table import faults as table_faults
from gridtown.kernel.vetting import columns_of, faults
from tests.made_up import INDICATORS, LINE, PROCEDURE, THING, Asking

COLUMNS = columns(THING)
GOOD = Indicator(
    "good", "How many?", kind="thing", of=_.accept_times > 0, count=~_.work_late, unit="percent",
    basis="a basis", reviewed=date(2026, 11, 1),
)  # fmt: skip


def test_a_good_one_has_no_faults():
    assert faults(GOOD, COLUMNS) == []
    assert [fault for ind in INDICATORS for fault in faults(ind, COLUMNS)] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"of": None}, "no denominator"),
        ({"basis": " "}, "no basis"),
        ({"reviewed": None}, "last reviewed"),
        ({"question": ""}, "asks no question"),
        ({"of": _.accepted_times > 0}, "unknown column: accepted_times"),
        ({"count": lambda row: row.nothing > 0}, "unknown column: nothing"),
        ({"measure": seconds(_.opened, _.done)}, "unknown column: done"),
        ({"measure": _.f_size}, "both counts and measures"),
        ({"unit": "days"}, "a ratio is given in percent"),
        ({"time": "accept_times"}, "needs a timestamp column"),
        ({"time": "nowhere"}, "needs a timestamp column"),
        ({"of": lambda row: (row.accept_times > 0) and (row.look_times > 0)}, "cannot be read"),
        ({"agg": "mode"}, "unknown agg"),
    ],
)
def test_a_fault_is_named(change, said):
    (fault,) = [f for f in faults(replace(GOOD, **change), COLUMNS) if said in f]
    assert fault.startswith("indicator good: ")


def test_and_or_not_cannot_be_written_by_mistake():
    with pytest.raises(TypeError, match="write"):
        bool(_.accept_times > 0 and _.look_times > 0)
    with pytest.raises(TypeError, match="not known yet"):
        assert 0 < _.accept_times < 3


def test_it_reads_as_it_was_written():
    written = (_.a > 1) & ~_.b | _.c.isin(["x"]) & (2 + _.d >= _["e"])
    assert repr(written) == "(((_.a > 1) & ~_.b) | (_.c.isin(['x']) & ((2 + _.d) >= _.e)))"


def test_two_things_of_one_name_clash():
    procedure = replace(
        PROCEDURE, moves=(*PROCEDURE.moves, replace(PROCEDURE.moves[0], verb="shown", path="* -> ="))
    )
    with pytest.raises(Clash, match="shown_times"):
        columns(replace(THING, procedure=procedure))
    assert "shown_times" in table_faults([replace(THING, procedure=procedure)], [])[0]


def test_an_indicator_of_no_kind_is_named():
    assert "no kind thong" in table_faults(LINE.kinds, [replace(GOOD, kind="thong")])[0]


def test_the_table_follows_from_the_procedure():
    assert COLUMNS["waiting_first"] == "timestamp"
    assert COLUMNS["work_late"] == "boolean"
    assert COLUMNS["reopen_times"] == "int64"
    fields = {name for name in COLUMNS if name.startswith("f_")}
    assert fields == {"f_sort", "f_size", "f_urgent"} < {f"f_{name}" for name in Asking.model_fields}


def test_it_says_which_columns_it_asks_for():
    asked = replace(GOOD, count=_.closed < _.until, measure=None, time="opened")
    assert columns_of([asked], COLUMNS) >= {"closed", "opened"}
    spell = replace(
        GOOD, of=_.title == "x", count=None, measure=seconds(_.opened, _["closed"]), time="opened"
    )
    assert columns_of([spell], {**COLUMNS, "title": "string"}) == {"title", "opened", "closed"}
    assert columns_of([], COLUMNS) == frozenset()
