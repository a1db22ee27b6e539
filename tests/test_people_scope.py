"""Scope: what the database is asked and what the program answers must be the same, for anybody and any row."""

import sqlite3

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from gridtown.kernel.told import Actor
from gridtown.people.scope import Scope, bounds, visible

PLACES = ("330110110", "330110110001", "330110110002", "330110110009", "330110110010", "330110110001001",
          "330110110001002", "330110110009999", "330110110010001", "330110111", "330110109999", "999")  # fmt: skip
LINES = ("appeals", "patrol", "safety")


def hat(
    place: str, lines: tuple[str, ...] = (), clearance: int = 1, held: frozenset[int] = frozenset()
) -> Actor:
    return Actor(person="p", post="k", roles=frozenset({"handler"}), place=place, lines=frozenset(lines),
                 clearance=clearance, held=held)  # fmt: skip


posts = st.frozensets(st.integers(1, 4), max_size=2)
hats = st.builds(
    hat,
    st.sampled_from((*PLACES, "", "33")),
    st.sets(st.sampled_from(LINES)).map(tuple),
    st.integers(0, 4),
    posts,
)
rows = st.tuples(st.sampled_from(PLACES), st.integers(0, 4), st.sampled_from(LINES))


def seen_in_sql(
    scope: Scope, table: list[tuple[str, int, str]], bars: list[frozenset[int]] | None = None
) -> set[int]:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE rows (id INTEGER, place TEXT, confidential INTEGER, line TEXT)")
    base.execute("CREATE TABLE cases_bar (case_id INTEGER, post_id INTEGER)")
    base.executemany("INSERT INTO rows VALUES (?, ?, ?, ?)", [(n, *row) for n, row in enumerate(table)])
    kept = [(n, post) for n, from_ in enumerate(bars or ()) for post in from_]
    base.executemany("INSERT INTO cases_bar VALUES (?, ?)", kept)
    where, params = scope.sql("r")
    return {n for (n,) in base.execute(f"SELECT id FROM rows r WHERE {where}".replace("%s", "?"), params)}


@given(st.lists(hats, max_size=8), st.lists(st.tuples(rows, posts), max_size=30))
def test_the_database_and_the_program_agree_and_say_what_the_hats_say(worn: list[Actor], told: list) -> None:
    scope = visible(tuple(worn))
    table, bars = [row for row, _ in told], [kept for _, kept in told]
    expected = {
        n
        for n, ((place, confidential, line), kept) in enumerate(told)
        if any(h.covers(line, place) and confidential <= h.clearance for h in worn)
        and not any(h.held & kept for h in worn)
    }
    assert seen_in_sql(scope, table, bars) == expected
    assert {n for n, ((p, c, li), kept) in enumerate(told) if scope.sees(li, p, c, kept)} == expected


def test_whoever_can_be_shut_out_of_nothing_is_asked_nothing_more() -> None:
    assert "cases_bar" not in visible((hat("330110110"),)).sql()[0]
    assert "cases_bar" in visible((hat("330110110", held=frozenset({1})),)).sql()[0]


@pytest.mark.django_db
def test_the_configured_database_orders_codes_as_the_program_does() -> None:
    scopes = [visible((hat(place),)) for place in PLACES] + [
        visible((hat(PLACES[1]), hat(PLACES[2], ("patrol",))))
    ]
    table = [(place, 1, line) for place in PLACES for line in LINES]
    values = ", ".join(["(%s, %s, %s, %s)"] * len(table))
    for scope in scopes:
        where, params = scope.sql("r")
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH r (n, place, confidential, line) AS (VALUES {values}) SELECT n FROM r WHERE {where}",
                [*(value for n, row in enumerate(table) for value in (n, *row)), *params],
            )
            found = {n for (n,) in cursor.fetchall()}
        assert found == {n for n, (p, c, line) in enumerate(table) if scope.sees(line, p, c)}


def test_nobody_sees_nothing_and_the_system_sees_all() -> None:
    table = [(place, 4, "safety") for place in PLACES]
    assert seen_in_sql(Scope.none(), table) == set()
    assert visible(()) == Scope.none()
    assert seen_in_sql(Scope.everything(), table) == set(range(len(table)))
    assert Scope.everything().sees("safety", "330110110001", 4)


def test_twenty_hats_make_a_short_condition() -> None:
    neighbours = tuple(hat(f"3301101100{n:02}") for n in range(1, 21))
    assert len(visible(neighbours).stretches) == 3  # joined up to each carry: …001–009, 010–019, 020
    inside = (hat("330110110", clearance=3), *neighbours, hat("330110110200001", ("patrol",)))
    assert len(visible(inside).stretches) == 1


def test_a_wider_place_with_fewer_lines_does_not_swallow_a_narrow_one_with_all() -> None:
    scope = visible((hat("330110110", ("patrol",)), hat("330110110001")))
    assert scope.sees("appeals", "330110110001001", 1)
    assert not scope.sees("appeals", "330110110002001", 1)
    assert scope.sees("patrol", "330110110002001", 1)


def test_a_place_must_be_digits() -> None:
    with pytest.raises(ValueError, match="digits"):
        bounds("3301'; --")
