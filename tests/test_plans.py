"""What feeds, notices and rooms ask goes through what is asked for, not through all the ledger.

The plan is the database's own, over a ledger with some hundred cases and what it knows of its tables' sizes.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from gridtown import town as towns
from gridtown.cases import modes, queries, store
from gridtown.cases.models import Case, Entry, Notice
from gridtown.people.models import Account
from gridtown.people.scope import Scope
from gridtown.town import clock
from tests.calling import Api
from tests.conftest import Here
from tests.test_event_mode import switched_on

COPIES = 400
OF_OPEN = (
    "case_board",
    "case_due",
    "case_kind_due",
    "case_queue",
    "case_map",
)  # hold nothing but what is open
LEDGER = ("cases_case", "cases_entry", "cases_notice")
CALLED = re.compile(
    rf"\b({'|'.join(LEDGER)})(?:\s+(?:AS\s+)?(\w+))?"
)  # a table of the ledger, and as what it is asked


def copied(rows: list[Any], n: int, **other: Any) -> None:
    """So many more like these, closed long ago: what no page of today is about."""
    model = type(rows[0])
    copies = []
    for i in range(n):
        row = rows[i % len(rows)]
        said = {f.attname: getattr(row, f.attname) for f in model._meta.fields if f.name != "id"}
        copies.append(model(**{**said, **{name: value(i) for name, value in other.items()}}))
    model.objects.bulk_create(copies)


@pytest.fixture
def ledger(pingyao: Here) -> Here:
    """A ledger of many cases that have ended, and some that are open."""
    desk = Api(pingyao, "dispatcher")
    for n in range(4):
        number = desk.report(f"submission-{n}").json()["number"]
        if n % 2:
            desk.post(f"cases/{number}/moves/dispatch")
    opened = list(Case.objects.all())
    copied(
        opened, COPIES, number=lambda i: f"OLD-{i}", ended=lambda _: True, outcome=lambda _: "solved",
        opened=lambda i: opened[0].opened.replace(year=2019), closed=lambda _: opened[0].opened.replace(year=2019),
        due=lambda _: None,
    )  # fmt: skip
    old = list(Case.objects.filter(number__startswith="OLD-").order_by("id"))
    copied(
        list(Entry.objects.filter(case_id__isnull=False)), COPIES,
        key=lambda i: f"old-{i}", hash=lambda i: f"{i:064x}", case_id=lambda i: old[i % len(old)].id,
        seq=lambda i: 100 + i, at=lambda _: opened[0].opened.replace(year=2019),
    )  # fmt: skip
    copied(
        list(Notice.objects.all()), COPIES, case_id=lambda i: old[i % len(old)].id,
        post_id=lambda i: 10_000 + i % 50,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return pingyao


def asked(what: Any) -> list[tuple[str, Any]]:
    """What is asked of the ledger's tables."""
    met: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "WITH")) and any(table in sql for table in LEDGER):
            met.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        what()
    return met


def steps_of(sql: str, params: Any) -> list[str]:
    """The steps of SQLite's plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [str(row[-1]) for row in cursor.fetchall()]


def goes_through_all(sql: str, params: Any, *, counts: bool) -> list[str]:
    """The steps of SQLite's plan that go through a whole table of the ledger, or one of its indexes, or all of a place.

    counts: whether it counts what is open, and so may go through all that is.
    """
    steps = steps_of(sql, params)
    called = {name for pair in CALLED.findall(sql) for name in pair}
    wrong = [s for s in steps if s.startswith("SCAN") and s.split()[1] in called]
    if counts:
        wrong = [s for s in wrong if not any(f"INDEX {name}" in s for name in OF_OPEN)]
    return wrong + [
        s for s in steps if "case_place" in s or "ANY(" in s
    ]  # ANY: each value that the index begins with


def ask(here: Here, what: str) -> None:
    """One of the readings."""
    if what.startswith("/"):
        browser = Client()
        browser.force_login(Account.objects.get(pk=here.post("leader").holders[0]))
        assert browser.get(what).status_code == 200
        return
    newest = queries.last_id()
    more = {"feed": {"after": max(0, newest - 4)}, "notices": {"unseen": True}}.get(what, {})
    assert Api(here, "dispatcher").get(what, **more).status_code == 200


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite goes through the tables")
@pytest.mark.parametrize(
    "what",
    [
        "feed",
        "notices",
        "board",
        "counts",
        "/room",
        "/room/part/stats",
        "/room/part/board",
        "/room/part/burns",
        "/targets",
    ],
)
def test_what_is_asked_goes_through_what_it_is_about(ledger: Here, what: str) -> None:
    ask(ledger, what)  # what a process reads once
    read = asked(lambda: ask(ledger, what))
    assert read
    counts = what not in ("feed", "notices", "/room/part/burns", "/targets")
    wrong = [(steps, sql) for sql, params in read if (steps := goes_through_all(sql, params, counts=counts))]
    assert wrong == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite goes through the tables")
def test_the_board_of_targets_does_not_go_through_two_years_of_all_lines(ledger: Here) -> None:
    read = [one for one in asked(lambda: ask(ledger, "/targets")) if "UNION ALL" in one[0]]
    assert read
    for sql, params in read:
        steps = steps_of(sql, params)
        assert any("case_line_state (line=?" in step for step in steps), "those of the line that have ended"
        assert [step for step in steps if "case_opened" in step] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite goes through the tables")
def test_open_cases_of_one_kind_are_not_looked_for_among_all_that_is_open(ledger: Here) -> None:
    tasks = queries.Filters(line="events", kind="task", open=True)
    (read,) = asked(
        lambda: queries.listing(
            scope=Scope.everything(), now=clock.now(), filters=tasks, size=40, order="due"
        )
    )
    (step,) = steps_of(*read)
    assert step.startswith("SEARCH c USING INDEX case_kind_due (line=? AND kind=?")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite goes through the tables")
def test_whether_a_mode_is_on_is_asked_of_the_cases_in_its_state(ledger: Here) -> None:
    now = clock.now()
    switched_on(ledger, now - timedelta(days=3), timedelta(days=2))  # over, though nobody has ended it yet
    number = switched_on(ledger, now)
    met: list[Any] = []
    read = asked(lambda: met.append(modes.read(towns.current(), now)))
    assert [on.number for on in met] == [number]
    plans = [(sql, steps_of(sql, params)) for sql, params in read]
    assert [
        sql for sql, steps in plans for step in steps if step.startswith("SCAN") or "case_place" in step
    ] == []
    # looked for by line and state: an index of what is open alone would go through all open cases of the kind
    assert plans[0][1] == ["SEARCH cases_case USING INDEX case_line_state (line=? AND state=?)"]
    reported = [steps for sql, steps in plans if "max(opened)" in sql]
    assert len(reported) == 1, "when it was last reported on is asked of the one that is on"
    assert "case_opened (opened>?" in reported[0][0]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite goes through the tables")
def test_what_came_of_late_is_found_by_its_opening(ledger: Here) -> None:
    now = clock.now()
    late = queries.Filters(line="events", kind="situation", opened_from=now.replace(hour=0))
    (read,) = asked(lambda: queries.listing(scope=Scope.everything(), now=now, filters=late, size=1))
    assert "case_opened (opened>?" in str(steps_of(*read))


def test_the_kin_of_a_case_are_read_by_index(ledger: Here) -> None:
    row = store.case_by("id", Case.objects.order_by("-id")[0].id)
    assert row is not None
    sql = f"SELECT c.id FROM cases_case c WHERE {store.KIN} ORDER BY c.id LIMIT 50"
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}", store.kin_of(row))
        plan = "\n".join(str(step[-1]) for step in cursor.fetchall())
    assert "case_parent" in plan
    assert not [
        step for step in plan.splitlines() if "Seq Scan on cases_case" in step or step.startswith("SCAN c")
    ]
