"""Who answers for what, where: from the matrix, then up the ladder."""

import pytest

from gridtown.people import snapshot
from gridtown.people.snapshot import AccountInfo, People, PostInfo
from gridtown.places import stamp

TOWN, NORTH, SOUTH = "330110110", "330110110001", "330110110002"
GRID, OTHER = "330110110001001", "330110110001002"
_made = iter(range(1, 10_000))


def post(
    key: str, roles: str, covers: str, level: str, *, desk: str = "", lines: str = "", holders: tuple = (1,)
):
    number = next(_made)
    return PostInfo(
        id=number, key=key, name_zh=key, name_en=key, roles=frozenset(roles.split()), lines=frozenset(lines.split()),
        place=covers.split()[0], covers=tuple(covers.split()), desk=desk, level=level, clearance=1, seats=1,
        rank=number, closed=False, holders=holders,
    )  # fmt: skip


def town(*posts: PostInfo, cells: dict | None = None) -> People:
    accounts = {a: AccountInfo(a, f"user{a}", f"User {a}", "zh") for p in posts for a in p.holders}
    return People(TOWN, 1, posts, accounts, cells or {})


@pytest.fixture
def people() -> People:
    return town(
        post("leader", "leader", TOWN, "town"),
        post("boss", "supervisor", TOWN, "town"),
        post("water", "handler", TOWN, "town", desk="water"),
        post("urban", "handler", TOWN, "town", desk="urban"),
        post("petitions", "receiver", TOWN, "town", lines="petitions"),
        post("receiver", "receiver", TOWN, "town"),
        post("area", "supervisor", f"{NORTH} {SOUTH}", "area"),
        post("secretary", "supervisor handler", NORTH, "village", desk="village"),
        post("worker", "handler patroller", GRID, "grid", desk="grid"),
        post("empty", "handler", OTHER, "grid", desk="grid", holders=()),
    )


@pytest.mark.parametrize(
    ("role", "line", "desk", "place", "key"),
    [
        ("handler", "appeals", "", GRID, "worker"),
        ("handler", "appeals", "water", GRID, "water"),  # a grid worker is of another desk
        ("handler", "appeals", "urban", TOWN, "urban"),
        ("handler", "appeals", "", OTHER, "secretary"),  # nothing waits on the empty chair
        ("handler", "appeals", "grid", OTHER, "secretary"),  # not even of the right desk
        ("handler", "appeals", "grid", NORTH, "secretary"),  # no such desk at a village: whoever has the role
        ("handler", "appeals", "", SOUTH, "water"),  # first on the sheet among equals
        ("receiver", "petitions", "", GRID, "petitions"),  # the exact line before the one for all lines
        ("receiver", "appeals", "", GRID, "receiver"),
        ("patroller", "patrol", "", GRID, "worker"),
        ("supervisor", "appeals", "", SOUTH + "001", "area"),
        ("verifier", "appeals", "", GRID, None),
    ],
)
def test_the_nearest_post_of_the_desk_and_the_line_answers(people, role, line, desk, place, key) -> None:
    found = people.who(role, line, desk, place)
    assert (found.key if found else None) == key
    assert people.who(role, line, desk, place) is found  # and again from memory


def test_a_cell_of_the_matrix_comes_before_the_ladder(people) -> None:
    worker, urban = people.post("worker"), people.post("urban")
    told = town(*people.posts, cells={(OTHER, "appeals"): worker.id, (OTHER, "desk:water"): urban.id})
    assert told.who("handler", "appeals", "", OTHER) is worker
    assert told.who("handler", "patrol", "", OTHER).key == "secretary"  # the cell is for one line
    assert (
        told.who("handler", "appeals", "water", OTHER).key == "water"
    )  # urban is of another desk: not obeyed
    assert told.who("supervisor", "appeals", "", OTHER).key == "secretary"  # the worker has not the role


def test_a_matter_climbs_from_grid_to_village_to_area_to_town_to_the_leader(people) -> None:
    climbed, at = [], people.post("worker")
    while at := people.superior(at, "appeals", GRID):
        climbed.append(at.key)
    assert climbed == ["secretary", "area", "boss", "leader"]
    assert people.superior(people.post("water"), "appeals", GRID).key == "boss"


def test_a_vacant_supervisor_is_climbed_over() -> None:
    told = town(
        post("boss", "supervisor", TOWN, "town"),
        post("secretary", "supervisor", NORTH, "village", holders=()),
        post("worker", "handler", GRID, "grid"),
    )
    assert told.superior(told.post("worker"), "appeals").key == "boss"


def test_a_person_wears_one_hat_for_each_stretch_of_each_post(people) -> None:
    worker = people.post("worker")
    told = town(
        worker, people.post("area"), cells={(OTHER, "appeals"): worker.id, (GRID, "patrol"): worker.id}
    )
    hats = {(h.post, h.place, tuple(h.lines)) for h in told.hats(1)}
    assert hats == {
        ("worker", GRID, ()),
        ("worker", OTHER, ("appeals",)),
        ("area", NORTH, ()),
        ("area", SOUTH, ()),
    }
    assert told.hats(99) == ()
    assert {h.person for h in told.hats(1)} == {"user1"}
    assert told.hats(1) is told.hats(1)


@pytest.mark.django_db
def test_the_picture_costs_three_queries_after_a_change_and_none_while_the_stamp_stands(
    django_assert_num_queries,
) -> None:
    stamp.bump(TOWN)
    with django_assert_num_queries(3):
        first = snapshot.current(town=TOWN)
    with django_assert_num_queries(0):
        assert snapshot.current(town=TOWN) is first
        assert snapshot.current(first.stamp, town=TOWN) is first
    stamp.forget()
    with django_assert_num_queries(1):
        assert snapshot.current(town=TOWN) is first
    stamp.bump(TOWN)
    with django_assert_num_queries(3):
        assert snapshot.current(town=TOWN) is not first
