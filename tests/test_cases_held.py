"""A large ledger's boards are counted in memory, and are the very ones that the database counts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gridtown.cases import held, queries
from gridtown.cases.models import Bar, Case
from gridtown.kernel.told import Actor
from gridtown.people.scope import Scope, visible
from tests import made_up
from tests.made_up import Walk

pytestmark = pytest.mark.django_db
TOWN = "330110110"
SCOPES = (
    Scope.everything(),
    Scope.none(),
    *(
        visible((Actor("p", "p", frozenset({"clerk"}), place, clearance=clearance, lines=lines),))
        for place in (TOWN, f"{TOWN}001", "3301")
        for clearance in (1, 2)
        for lines in (frozenset(), frozenset({"made_up"}), frozenset({"other"}))
    ),
)


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(held, "LARGE", 0)
    anew()
    yield
    held.forget()


def anew() -> None:
    """As after a start, when a look at the database has found the ledger large."""
    held.forget()
    held.counted(TOWN, 0)


def boards(walk: Walk, scope: Scope, place: str, now: object) -> tuple[object, ...]:
    kinds = [("made_up", "thing")]
    return (
        queries.board(scope=scope, now=now, place=place),
        queries.board(scope=scope, now=now, place=place, kinds=kinds),
        queries.board(scope=scope, now=now, place=place, kinds=[("made_up", "else")]),
        queries.counts(scope=scope, now=now),
    )


def both(walk: Walk, scope: Scope, place: str, now: object) -> tuple[object, object]:
    kept = boards(walk, scope, place, now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(held, "of", lambda *_: None)
        return kept, boards(walk, scope, place, now)


def unlike(walk: Walk) -> None:
    """Cases differ in what a board looks at."""
    for n, case in enumerate(Case.objects.order_by("id")):
        Case.objects.filter(id=case.id).update(
            confidential=1 + n % 2,
            supervised=n % 3 == 0,
            channel="duty" if n % 4 == 0 else "web",
            due=case.opened + timedelta(days=n % 50, seconds=n % 3),
        )


@effort(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6), rounds=st.lists(st.integers(1, 25), min_size=1, max_size=3),
    scope=st.sampled_from(SCOPES), place=st.sampled_from(["", f"{TOWN}001", f"{TOWN}002"]), ago=st.integers(0, 40),
)  # fmt: skip
def test_a_board_from_memory_is_the_one_that_the_database_counts(
    seed: int, rounds: list[int], scope: Scope, place: str, ago: int
) -> None:
    with transaction.atomic():
        walk = Walk(made_up.town(TOWN), seed)
        for n, steps in enumerate(rounds):
            walk.stroll(steps)
            if not n:
                anew()
                unlike(walk)
            now = max(case.opened for case in Case.objects.all()) + timedelta(days=ago)
            kept, counted = both(walk, scope, place, now)
            assert kept == counted
        transaction.set_rollback(True)


def test_a_case_that_is_kept_from_a_post_is_on_no_board_of_its_holder() -> None:
    walk = Walk(made_up.town(TOWN), 3)
    walk.stroll(30)
    some = Case.objects.filter(ended=False).first()
    assert some is not None
    Bar.objects.create(post_id=7, case_id=some.id, entry_id=1)
    scope, now = Scope.everything(), some.opened + timedelta(days=1)
    shut = replace(scope, held=frozenset({7}))
    kept, counted = both(walk, shut, "", now)
    assert kept == counted
    assert kept[3]["open"] == both(walk, scope, "", now)[0][3]["open"] - 1


def test_only_what_is_new_is_read_again() -> None:
    walk = Walk(made_up.town(TOWN), 4)
    walk.stroll(40)
    now = max(case.opened for case in Case.objects.all())
    held.of(TOWN, now)
    read: list[str] = []

    def note(execute: object, sql: str, params: object, many: bool, context: object) -> object:
        read.append(sql)
        return execute(sql, params, many, context)

    case = walk.those(lambda one: not one.closed)[0]
    walk.go(case, "look", timedelta(minutes=1))
    with connection.execute_wrapper(note):
        known = held.of(TOWN, now)
    assert known is not None
    assert sum("FROM cases_case" in sql for sql in read) == 1
    assert all("c.id IN" in sql for sql in read if "FROM cases_case" in sql)


def test_a_ledger_that_was_replaced_by_another_is_read_anew() -> None:
    walk = Walk(made_up.town(TOWN), 5)
    walk.stroll(20)
    now = max(case.opened for case in Case.objects.all())
    with transaction.atomic():
        walk.stroll(20)
        held.of(TOWN, now)
        transaction.set_rollback(True)
    kept, counted = both(walk, Scope.everything(), "", now)
    assert kept == counted


def test_a_ledger_is_held_once_a_look_has_found_it_large(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Walk(made_up.town(TOWN), 6)
    walk.stroll(20)
    now = max(case.opened for case in Case.objects.all())
    opened = Case.objects.filter(ended=False).count()
    held.forget()
    monkeypatch.setattr(held, "LARGE", opened + 1)
    queries.board(scope=Scope.everything(), now=now)
    queries.counts(scope=Scope.everything(), now=now)
    assert held.of(TOWN, now) is None
    monkeypatch.setattr(held, "LARGE", opened)
    for look in (queries.board, queries.counts):
        held.forget()
        look(scope=Scope.everything(), now=now)
        assert held.of(TOWN, now) is not None
