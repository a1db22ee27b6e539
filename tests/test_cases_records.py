"""Records: what they say of persons is sealed, what is as it was writes nothing, thousands go in as one goes in."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from PIL import Image

from gridtown.cases import actions, files, ledger, queries, store
from gridtown.cases.actions import Keeping
from gridtown.cases.models import Record
from gridtown.kernel.told import Actor, Refused
from gridtown.people.scope import Scope
from tests import books
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
TOWN = "330110110"
VILLAGE, OTHER = f"{TOWN}001", f"{TOWN}002"
PHONE, NEW_PHONE = "13800000000", "13900000001"


@pytest.fixture(autouse=True)
def _books() -> Iterator[None]:
    with books.kept():
        yield


def hat(*roles: str, place: str = TOWN, clearance: int = 2) -> Actor:
    return Actor("somebody", "a-post", frozenset(roles), place, clearance=clearance)


ADMIN = hat("admin")


def firm(key: str, record: int | None = None, by: Any = ADMIN, place: str = VILLAGE, **said: Any) -> int:
    more = {k: said.pop(k) for k in ("version", "point") if k in said}
    answers = {"name": "示例食品厂", **said}
    return actions.keep(
        line="books",
        register="firm",
        answers=answers,
        by=by,
        now=NOON,
        key=key,
        place=place,
        record=record,
        **more,
    )


def seen(record: int) -> queries.RecordView:
    found = queries.record(record=record)
    assert found is not None
    return found


def entries(record: int) -> list[store.Written]:
    sql = f"SELECT {store.ENTRY_COLUMNS} FROM cases_entry e WHERE e.record_id = %s ORDER BY e.seq"
    return [store.entry_of(values) for values in store.fetch(sql, [record])]


def everything() -> str:
    """All that lies in the tables of records and entries."""
    return str(store.fetch("SELECT answers, name FROM cases_record", [])) + str(
        store.fetch("SELECT answers, sets FROM cases_entry", [])
    )


def test_what_a_record_says_of_persons_lies_nowhere_in_clear() -> None:
    record = firm("k1", phone=PHONE, keeper="张三丰")
    found = seen(record)
    assert found.masked == {"phone": "138****0000", "keeper": "张**"}
    assert "phone" not in found.answers
    assert PHONE not in everything()
    assert "张三丰" not in everything()
    assert not ledger.verify().faults


@pytest.mark.parametrize("said", [{}, {"phone": "138****0000"}])
def test_a_change_that_does_not_touch_it_keeps_it(said: dict[str, str]) -> None:
    record = firm("k1", phone=PHONE)
    before = Record.objects.get(pk=record)
    firm("k2", record, remark="改了备注", **said)
    after = Record.objects.get(pk=record)
    assert msgspec.json.decode(after.answers)["phone"] == msgspec.json.decode(before.answers)["phone"]
    assert seen(record).masked["phone"] == "138****0000"


def test_it_is_changed_and_taken_away_when_that_is_said() -> None:
    record = firm("k1", phone=PHONE)
    firm("k2", record, phone=NEW_PHONE)
    clear = actions.unseal_record(
        record=record, fields=["phone"], reason="联系检查", by=hat("handler"), now=NOON, key="u1"
    )
    assert clear == {"phone": NEW_PHONE}
    firm("k3", record, phone=None)
    assert seen(record).masked == {}


@pytest.mark.parametrize("mask", ["139****0000", "***", "张*"])
def test_a_mask_that_is_not_its_own_never_becomes_an_answer(mask: str) -> None:
    record = firm("k1", phone=PHONE)
    for key, at in (("k2", record), ("k3", None)):
        with pytest.raises(Refused) as refusal:
            firm(key, at, phone=mask)
        assert refusal.value.fields == {"phone": "mistake.masked"}
    assert seen(record).masked["phone"] == "138****0000"


def test_reading_in_clear_needs_role_clearance_and_reason_and_is_an_entry() -> None:
    record = firm("k1", phone=PHONE)
    ask = {"record": record, "fields": ["phone", "name"], "now": NOON}
    for by, why in (
        (hat("patroller"), "may_not"),
        (hat("handler", clearance=1), "not_found"),
        (hat("handler", place=OTHER), "not_found"),
    ):
        with pytest.raises(Refused) as refusal:
            actions.unseal_record(reason="查看", by=by, key="u0", **ask)
        assert refusal.value.key == why
    with pytest.raises(Refused, match="reason_needed"):
        actions.unseal_record(reason=" ", by=ADMIN, key="u0", **ask)
    for _ in range(2):
        assert actions.unseal_record(reason="查看", by=ADMIN, key="u1", **ask) == {"phone": PHONE}
    last = entries(record)[-1]
    assert (last.verb, msgspec.json.decode(last.answers)) == (
        "unseal",
        {"fields": ["phone"], "reason": "查看"},
    )
    assert len(entries(record)) == 2
    assert not ledger.verify().faults


def test_erasing_destroys_the_key_and_the_entries_stay() -> None:
    record = firm("k1", phone=PHONE)
    with pytest.raises(Refused, match="may_not"):
        actions.erase_record(record=record, reason="本人申请", by=hat("receiver"), now=NOON, key="e0")
    actions.erase_record(record=record, reason="本人申请", by=ADMIN, now=NOON, key="e1")
    assert seen(record).masked == {}
    with pytest.raises(Refused, match="erased"):
        actions.unseal_record(record=record, fields=["phone"], reason="查看", by=ADMIN, now=NOON, key="u")
    assert [e.verb for e in entries(record)] == ["keep", "erase"]
    assert "sealed" in entries(record)[0].answers
    firm("k2", record, phone=NEW_PHONE)
    assert seen(record).masked == {"phone": "139****0001"}
    steps = queries.record_steps(record=record)
    assert [c.new for c in steps[0].changes if c.name == "phone"] == [""], "what was erased is read no more"
    assert not ledger.verify().faults


def test_a_person_is_called_by_a_mask() -> None:
    record = actions.keep(
        line="books",
        register="person",
        answers={"name": "李四光"},
        by=ADMIN,
        now=NOON,
        key="p1",
        place=VILLAGE,
    )
    assert seen(record).name == "李**"
    actions.keep(
        line="books", register="person", answers={"care": "alone"}, by=ADMIN, now=NOON, key="p2", place=VILLAGE,
        record=record,
    )  # fmt: skip
    assert (seen(record).name, seen(record).answers) == ("李**", {"care": "alone"})
    actions.erase_record(record=record, reason="已迁出", by=ADMIN, now=NOON, key="e")
    assert seen(record).name == ""
    assert "李" not in everything()


def test_what_is_as_it_was_writes_nothing_and_what_is_sent_twice_is_done_once() -> None:
    record = firm("k1", phone=PHONE, harm=2)
    assert firm("k2", record, phone=PHONE, harm=2) == record
    assert firm("k1", None, phone=NEW_PHONE) == record
    assert len(entries(record)) == 1


def test_nobody_takes_a_record_from_a_place_that_is_not_theirs() -> None:
    record = firm("k1", place=OTHER)
    with pytest.raises(Refused, match="may_not"):
        firm("k2", record, by=hat("receiver", place=VILLAGE), place=VILLAGE)
    with pytest.raises(Refused, match="may_not"):
        firm("k3", record, by=hat("receiver", place=OTHER), place=VILLAGE)
    firm("k4", record, by=ADMIN, place=VILLAGE)
    assert seen(record).place == VILLAGE


def test_off_the_register_and_back_on_it() -> None:
    record = firm("k1")
    actions.retire(record=record, reason="停业", by=ADMIN, now=NOON, key="r1")
    assert queries.records(line="books", register="firm") == ()
    assert len(queries.records(line="books", register="firm", retired=True)) == 1
    with pytest.raises(Refused, match="record_retired"):
        firm("k2", record, harm=3)
    with pytest.raises(Refused, match="reason_needed"):
        actions.restore(record=record, reason="", by=ADMIN, now=NOON, key="r2")
    for _ in range(2):
        actions.restore(record=record, reason="复工", by=ADMIN, now=NOON, key="r3")
    assert not seen(record).retired
    steps = queries.record_steps(record=record)
    assert [(s.verb, s.reason) for s in steps] == [("keep", ""), ("retire", "停业"), ("restore", "复工")]
    assert not ledger.verify().faults


def test_its_history_says_what_was_changed_and_under_which_form() -> None:
    record = firm("k1", harm=1, phone=PHONE)
    firm("k2", record, harm=4, phone=NEW_PHONE, point=actions.Point(120.1, 30.2))
    first, second = queries.record_steps(record=record)
    assert {c.name for c in first.changes} == {"name", "harm", "night", "phone", "colour", "place"}
    told = {c.name: (c.old, c.new) for c in second.changes}
    assert told == {
        "harm": (1, 4), "colour": ("blue", "red"), "phone": ("138****0000", "139****0001"), "lon": (None, 120.1),
        "lat": (None, 30.2),
    }  # fmt: skip
    assert second.form_version == 1


def test_a_record_that_is_named_is_of_that_register() -> None:
    record = firm("k1")
    machine = actions.keep(
        line="books", register="machine", answers={"name": "一号梯", "firm": record}, by=ADMIN, now=NOON, key="m1",
        place=VILLAGE,
    )  # fmt: skip
    for wrong in (machine, 10**6):
        with pytest.raises(Refused) as refusal:
            actions.keep(
                line="books", register="machine", answers={"name": "二号梯", "firm": wrong}, by=ADMIN, now=NOON,
                key=f"m{wrong}", place=VILLAGE,
            )  # fmt: skip
        assert refusal.value.fields == {"firm": "refusal.no_such_record"}


def test_a_photo_is_there_before_it_is_named_and_opens_with_its_record_only() -> None:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), (90, 10, 7)).save(raw, "PNG")
    raw.seek(0)
    digest = files.put_photo(raw, "门头.png", now=NOON)
    with pytest.raises(Refused, match="no_such_file"):
        firm("k1", photos=["0" * 64])
    record, other = firm("k2", photos=[digest]), firm("k3", name="另一家")
    found = queries.record_file(record=seen(record), sha256=digest)
    assert found is not None
    assert found.mime == "image/jpeg"
    assert queries.record_file(record=seen(other), sha256=digest) is None
    assert queries.record_file(record=seen(record), sha256="%") is None


def many(n: int, **said: Any) -> list[Keeping]:
    return [Keeping({"name": f"厂 {i}", "phone": PHONE, **said}, VILLAGE, f"many:{i}") for i in range(n)]


def test_each_of_many_has_its_outcome_and_a_wrong_one_stops_no_other() -> None:
    rows = many(3)
    rows[1] = Keeping({"name": ""}, VILLAGE, "many:1")
    told = actions.keep_many(line="books", register="firm", rows=rows, by=ADMIN, now=NOON)
    assert [t.what for t in told] == ["new", "refused", "new"]
    refused = told[1].refused
    assert refused is not None
    assert refused.fields == {"name": "mistake.string_too_short"}
    again = actions.keep_many(line="books", register="firm", rows=rows, by=ADMIN, now=NOON)
    assert [(t.what, t.record) for t in again][::2] == [("same", told[0].record), ("same", told[2].record)]
    assert Record.objects.count() == 2
    assert not ledger.verify().faults


def test_a_look_ahead_writes_nothing() -> None:
    record = firm("k1")
    rows = [Keeping({"name": "改名"}, VILLAGE, "n1", record=record), *many(2)]
    told = actions.keep_many(line="books", register="firm", rows=rows, by=ADMIN, now=NOON, dry=True)
    assert [t.what for t in told] == ["changed", "new", "new"]
    assert Record.objects.count() == 1
    assert len(entries(record)) == 1


def test_many_cost_a_constant_number_of_queries(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        actions.keep_many(line="books", register="firm", rows=many(400), by=ADMIN, now=NOON)
    rows = [Keeping({**dict(r.answers), "harm": 3}, VILLAGE, f"again:{n}", record=record.id)
            for n, (r, record) in enumerate(zip(many(400), _all(400), strict=True))]  # fmt: skip
    with django_assert_max_num_queries(12):
        told = actions.keep_many(
            line="books", register="firm", rows=rows, by=ADMIN, now=NOON + timedelta(hours=1)
        )
    assert {t.what for t in told} == {"changed"}
    assert not ledger.verify().faults


def _all(n: int) -> tuple[queries.RecordView, ...]:
    return queries.records(line="books", register="firm", size=n)


def test_a_register_is_narrowed_by_place_name_and_choice() -> None:
    firm("k1", name="红厂", harm=4, trade="dye")
    firm("k2", name="蓝厂", remark='"colour":"red"', place=OTHER)
    firm("k3", name="百分%厂", place=OTHER)

    def names(**by: Any) -> list[str]:
        found = queries.records(line="books", register="firm", scope=Scope.everything(), **by)
        assert queries.count_records(line="books", register="firm", scope=Scope.everything(), **by) == len(
            found
        )
        return [r.name for r in found]

    assert names(having={"colour": "red"}) == ["红厂"]
    assert names(having={"colour": "red", "trade": "food"}) == []
    assert names(place=OTHER) == ["蓝厂", "百分%厂"]
    assert names(text="%") == ["百分%厂"]
    assert names(text="蓝") == ["蓝厂"]
