"""Any change of the past is found, and the first changed entry is named."""

from datetime import timedelta

import pytest
from django.db import connection

from gridtown.cases import actions, ledger, store
from gridtown.cases.actions import Point
from gridtown.cases.models import Entry, Seal
from tests.conftest import NOON, RESIDENT, Here


@pytest.fixture
def told(pingyao: Here) -> list[int]:
    """Entry ids of three reports, the second one accepted."""
    ids = []
    for n in range(3):
        receipt = actions.report(
            line="appeals", kind="matter", answers={"description": f"第{n}件"}, by=RESIDENT, now=NOON, key=f"l{n}",
            channel="web", point=Point(*pingyao.inside()),
        )  # fmt: skip
        ids.append(receipt.id)
    actions.take(case=ids[1], verb="accept", by=pingyao.hats("receiver"), now=NOON, key="accept")
    return list(Entry.objects.order_by("id").values_list("id", flat=True))


def tamper(sql: str, *params: object) -> None:
    """What only somebody with the database file can do: take the trigger off first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(f"DROP TRIGGER IF EXISTS cases_entry_no_{verb}")
        cursor.execute(sql, params)


def test_an_untouched_ledger_has_no_fault(told: list[int]) -> None:
    found = ledger.verify()
    assert (found.entries, found.chains, found.faults) == (4, 3, ())


@pytest.mark.parametrize("column", ["verb", "by", "answers", "frm", "key", "sets", "clocks"])
def test_a_changed_entry_is_named(told: list[int], column: str) -> None:
    tamper(
        f'UPDATE cases_entry SET "{column}" = %s WHERE id = %s',
        "{}" if column in {"answers"} else "x",
        told[1],
    )
    assert ledger.verify().faults[0].entry == told[1]


def test_an_entry_given_a_fresh_digest_breaks_the_next(told: list[int]) -> None:
    tamper("UPDATE cases_entry SET hash = %s WHERE id = %s", "f" * 64, told[1])
    assert ledger.verify().faults[0].entry == told[1]


def test_a_removed_entry_is_noticed(told: list[int]) -> None:
    tamper("DELETE FROM cases_entry WHERE id = %s", told[3])
    assert [f.chain for f in ledger.verify().faults] == ["AP2026-00002"]


@pytest.mark.parametrize(
    ("column", "value"), [("state", "closed"), ("merged_into_id", 1), ("level", "hard"), ("supervised", True)]
)
def test_a_row_that_says_something_else_is_noticed(told: list[int], column: str, value: object) -> None:
    tamper(f'UPDATE cases_case SET "{column}" = %s WHERE number = %s', value, "AP2026-00003")
    assert [f.chain for f in ledger.verify().faults] == ["AP2026-00003"]


def test_a_sealed_day_holds_even_against_a_whole_new_chain(told: list[int]) -> None:
    assert ledger.seal_days(now=NOON + timedelta(days=1)) == 1
    assert ledger.seal_days(now=NOON + timedelta(days=1)) == 0
    entry = store.entry_of(
        store.fetch(f"SELECT {store.ENTRY_COLUMNS} FROM cases_entry e WHERE e.id = %s", [told[0]])[0]
    )
    entry.verb = "invented"
    forged = ledger.digest_of("AP2026-00001", entry)
    tamper("UPDATE cases_entry SET verb = %s, hash = %s WHERE id = %s", "invented", forged, told[0])
    tamper("UPDATE cases_case SET head = %s WHERE number = %s", forged, "AP2026-00001")
    faults = ledger.verify().faults
    assert [f.chain for f in faults] == ["seal"]


@pytest.mark.django_db
def test_no_index_is_written_with_every_entry_that_nobody_reads() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL keeps indexes for searches by a beginning")
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "cases_entry")
    assert "entry_case_seq" in found
    assert not [name for name in found if name.endswith("_like")]


def test_a_seal_of_another_installation_is_noticed(told: list[int]) -> None:
    ledger.seal_days(now=NOON + timedelta(days=1))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER cases_seal_no_UPDATE")
        cursor.execute("UPDATE cases_seal SET signature = %s", ["00" * 64])
    assert "not made by this installation" in ledger.verify().faults[0].what


def test_a_receipt_proves_that_an_entry_is_under_the_root(told: list[int]) -> None:
    assert ledger.receipt(told[0]) is None
    ledger.seal_days(now=NOON + timedelta(days=1))
    for entry in told:
        proof = ledger.receipt(entry)
        digest = Entry.objects.get(pk=entry).hash
        assert proof is not None
        assert ledger.proves(proof, digest)
        assert not ledger.proves(proof, "0" * 64)
    assert Seal.objects.get().count == 4
