"""The matrix: its sheets (in = out, faults named by cell, nothing half taken in), gaps, overloads, handing over."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from gridtown.kernel.told import Refused
from gridtown.lines import found
from gridtown.people import coverage, load, seed_posts, sheets, snapshot
from gridtown.people.matrix import hand_over
from gridtown.people.models import Account, Cell, Holding, Post
from gridtown.people.sheets import Fault, Known, Unreadable
from gridtown.places import stamp

PINGYAO = Path(configured.ROOT) / "towns" / "pingyao"
TOWN, VILLAGE, GRID, NEXT = "330110110", "330110110001", "330110110001001", "330110110001002"
PLACES = {TOWN: "瓶窑", VILLAGE: "学府", "330110110002": "里窑", GRID: "学府 一", NEXT: "学府 二"}
NOON = datetime(2023, 6, 1, 4, tzinfo=UTC)
# what the columns of these sheets are counted by, whatever lines are added
LINES = {key: found()[key] for key in ("appeals", "patrol")}
VILLAGES = [
    seed_posts.Village(VILLAGE, {"zh": "学府", "en": "Xuefu"}, (GRID, NEXT)),
    seed_posts.Village("330110110002", {"zh": "里窑", "en": "Liyao"}, ()),
]
AREAS = [seed_posts.Area({"zh": "一", "en": "one"}, (VILLAGE, "330110110002"))]


@pytest.fixture(scope="module")
def known() -> Known:
    return Known.of(LINES, PLACES)


@pytest.fixture
def folder(tmp_path: Path, known: Known) -> Path:
    """A town of two villages and two grids with the sheets that a fresh town gets."""
    for name in ("town.toml", "calendar.toml"):
        shutil.copy(PINGYAO / name, tmp_path / name)
    rows = seed_posts.posts(TOWN, AREAS, VILLAGES)
    cells = {(GRID, line): f"grid-{GRID}" for line in known.lines}
    coverage.export(seed_posts.picture(TOWN, rows, cells), known, tmp_path / "people")
    return tmp_path


def write(path: Path, cell: str, value: object, sheet: int = 0) -> None:
    book = load_workbook(path)
    book.worksheets[sheet][cell] = value
    book.save(path)


def test_the_shipped_sheets_are_what_the_generator_draws_up(tmp_path: Path) -> None:
    for name in ("town.toml", "areas.toml", "divisions.csv", "places", "people"):
        (tmp_path / name).symlink_to(PINGYAO / name)
    assert seed_posts.seed(tmp_path) == ()


def test_what_is_written_reads_back_the_same(folder: Path, known: Known) -> None:
    rows = sheets.read_posts(folder / load.POSTS, known)
    assert rows == seed_posts.posts(TOWN, AREAS, VILLAGES)
    assert sheets.read_matrix(folder / load.MATRIX, known, rows) == {
        (GRID, line): f"grid-{GRID}" for line in known.lines
    }


def test_a_blank_cell_shows_greyed_who_answers_instead(folder: Path) -> None:
    sheet = load_workbook(folder / load.MATRIX).worksheets[0]
    assert sheet["C4"].value == f"grid-{GRID}"
    assert sheet["C5"].value == f"{sheets.FALLBACK} grid-{NEXT}"
    assert sheet["C5"].font.color.rgb != sheet["C4"].font.color.rgb if sheet["C4"].font.color else True
    assert [c.value for c in sheet[3]][:5] == ["grid", "grid_name", "appeals", "patrol", "desk:urban"]


@pytest.mark.parametrize(
    ("cell", "value", "fault", "named"),
    [
        ("A5", "leader", "twice", "leader"),
        ("A5", "Duty Officer", "bad_key", "Duty Officer"),
        ("A5", None, "needed", ""),
        ("D5", "handler wizard", "unknown_role", "wizard"),
        ("E5", "alchemy", "unknown_line", "alchemy"),
        ("F5", "330110119", "unknown_place", "330110119"),
        ("F5", VILLAGE, "place_not_of_level", VILLAGE),
        ("H5", "楼栋", "unknown_level", "楼栋"),
        ("I5", "绝密", "unknown_clearance", "绝密"),
        ("J5", 0, "not_a_count", "0"),
        ("J5", "many", "not_a_count", "many"),
    ],
)
def test_a_wrong_cell_of_the_posts_is_named(folder: Path, known: Known, cell, value, fault, named) -> None:
    write(folder / load.POSTS, cell, value)
    with pytest.raises(Unreadable) as caught:
        sheets.read_posts(folder / load.POSTS, known)
    assert Fault("岗位", 5, cell[0], fault, named) in caught.value.faults
    assert all(named in said and cell in said for said in map(Fault.say, caught.value.faults) if named)


@pytest.mark.parametrize(
    ("cell", "value", "fault"),
    [
        ("A4", "330110110001999", "unknown_grid"),
        ("A5", GRID, "twice"),
        ("C4", "nobody", "unknown_post"),
        ("E4", "handler-water", "not_its_desk"),
        ("C3", "alchemy", "unknown_column"),
    ],
)
def test_a_wrong_cell_of_the_matrix_is_named(folder: Path, known: Known, cell, value, fault) -> None:
    rows = sheets.read_posts(folder / load.POSTS, known)
    write(folder / load.MATRIX, cell, value)
    with pytest.raises(Unreadable) as caught:
        sheets.read_matrix(folder / load.MATRIX, known, rows)
    assert [(f.column + str(f.row), f.key) for f in caught.value.faults] == [(cell, fault)]


def test_a_post_of_another_line_cannot_stand_in_a_lines_column(folder: Path, known: Known) -> None:
    write(folder / load.POSTS, "E5", "patrol")
    rows = sheets.read_posts(folder / load.POSTS, known)
    write(folder / load.MATRIX, "C4", "duty-officer")
    with pytest.raises(Unreadable, match="does not serve"):
        sheets.read_matrix(folder / load.MATRIX, known, rows)


def test_codes_that_a_spreadsheet_turned_into_numbers_still_count(folder: Path, known: Known) -> None:
    write(folder / load.POSTS, "F5", 330110110)
    write(folder / load.POSTS, "J5", 3.0)
    assert sheets.read_posts(folder / load.POSTS, known) == seed_posts.posts(TOWN, AREAS, VILLAGES)


def loaded(folder: Path) -> load.Loaded:
    return load.load_people(folder, now=NOON, places=PLACES)


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_does_not_disturb_memory(folder: Path) -> None:
    first = loaded(folder)
    assert (first.posts, first.added) == (Post.objects.count(), first.posts)
    seen = stamp.read(TOWN)
    assert loaded(folder) == load.Loaded(posts=first.posts)
    assert stamp.read(TOWN) == seen


@pytest.mark.django_db
def test_a_fault_in_the_matrix_leaves_the_posts_untouched_too(folder: Path) -> None:
    write(folder / load.MATRIX, "C4", "nobody")
    with pytest.raises(Unreadable):
        loaded(folder)
    assert not Post.objects.exists()


@pytest.mark.django_db
def test_exported_sheets_load_as_no_change(folder: Path, known: Known, tmp_path: Path) -> None:
    loaded(folder)
    coverage.export(snapshot.current(town=TOWN), known, folder / "people")
    assert loaded(folder) == load.Loaded(posts=Post.objects.count())


@pytest.mark.django_db
def test_a_post_taken_off_the_sheet_closes_and_one_put_back_opens(folder: Path) -> None:
    loaded(folder)
    kept = (folder / load.POSTS).read_bytes()
    book = load_workbook(folder / load.POSTS)
    book.worksheets[0].delete_rows(5)  # the duty officer
    book.save(folder / load.POSTS)
    assert loaded(folder).closed == 1
    people = snapshot.current(town=TOWN)
    assert people.post("duty-officer").closed
    assert people.who("duty_officer", "appeals", "", GRID) is None
    (folder / load.POSTS).write_bytes(kept)
    assert loaded(folder).closed == 0
    assert snapshot.current(town=TOWN).who("duty_officer", "appeals", "", GRID).key == "duty-officer"


@pytest.mark.django_db
def test_a_changed_cell_moves_that_grid_and_line_only(folder: Path) -> None:
    loaded(folder)
    write(folder / load.MATRIX, "C4", f"grid-{NEXT}")
    loaded(folder)
    people = snapshot.current(town=TOWN)
    assert people.who("handler", "appeals", "", GRID).key == f"grid-{NEXT}"
    assert people.who("patroller", "patrol", "", GRID).key == f"grid-{GRID}"
    assert Cell.objects.count() == 2


@pytest.mark.django_db
def test_gaps_name_the_line_the_roles_and_the_grid(folder: Path) -> None:
    loaded(folder)
    lines, grids = LINES, (GRID, NEXT)
    nobody = coverage.gaps(snapshot.current(town=TOWN), lines, grids)
    assert {gap.why for gap in nobody} == {"vacant"}, "posts without persons"
    load.demo_accounts(TOWN, home=folder, now=NOON)
    assert coverage.gaps(snapshot.current(town=TOWN), lines, grids) == ()
    Post.objects.filter(key__contains="verifier").update(closed=NOON)
    stamp.bump(TOWN)
    gaps = coverage.gaps(snapshot.current(town=TOWN), lines, grids)
    assert {(gap.roles, gap.why) for gap in gaps if gap.line == "appeals"} == {(("verifier",), "no_post")}
    assert {gap.place for gap in gaps} == set(grids)


@pytest.mark.django_db
def test_an_overload_is_measured_against_the_even_share_of_the_level_and_by_seat(folder: Path) -> None:
    loaded(folder)
    load.demo_accounts(TOWN, home=folder, now=NOON)
    people = snapshot.current(town=TOWN)
    ids = {
        key: people.post(key).id for key in ("handler-urban", "handler-water", "handler-civil", "receiver")
    }
    counts = {
        ids["handler-urban"]: 60,
        ids["handler-water"]: 10,
        ids["handler-civil"]: 10,
        ids["receiver"]: 20,
    }
    found_over = coverage.overloads(people, counts)
    assert [(o.post.key, o.open, o.per_seat, o.even) for o in found_over] == [
        ("handler-urban", 60, 60.0, 20.0)
    ]
    assert coverage.overloads(people, counts, share=3.0) == ()
    assert coverage.overloads(people, {ids["handler-urban"]: 9, ids["handler-water"]: 1}) == (), (
        "too few to matter"
    )


@pytest.fixture
def staffed(folder: Path) -> Path:
    loaded(folder)
    load.demo_accounts(TOWN, home=folder, now=NOON)
    return folder


@pytest.mark.django_db
def test_handing_over_moves_the_post_to_the_next_person_and_keeps_the_past(staffed: Path) -> None:
    water = snapshot.current(town=TOWN).post("handler-water")
    (old,) = water.holders
    new = Account.objects.create(username="new").pk
    later = NOON + timedelta(days=1)
    done = hand_over(post=water.id, to=new, now=later)
    assert (done.before, done.after) == ((old,), (new,))
    people = snapshot.current(town=TOWN)
    assert people.by_id(water.id).holders == (new,)
    assert [hat.post for hat in people.hats(new)] == ["handler-water"]
    assert people.hats(old) == ()
    past = Holding.objects.get(post_id=water.id, account_id=old)
    assert (past.since, past.until) == (NOON, later)


@pytest.mark.django_db
def test_a_shared_post_changes_one_seat_at_a_time(staffed: Path) -> None:
    receiver = snapshot.current(town=TOWN).post("receiver")
    first, second = receiver.holders
    new = Account.objects.create(username="new").pk
    assert hand_over(post=receiver.id, to=new, frm=first, now=NOON).after == (second, new)
    assert hand_over(post=receiver.id, to=None, frm=second, now=NOON).after == (new,)
    assert hand_over(post=receiver.id, to=first, now=NOON).after == (new, first)


@pytest.mark.django_db
def test_what_cannot_be_handed_over_is_refused_and_nothing_is_written(staffed: Path) -> None:
    people = snapshot.current(town=TOWN)
    receiver, water = people.post("receiver"), people.post("handler-water")
    new, gone = (
        Account.objects.create(username="new"),
        Account.objects.create(username="gone", is_active=False),
    )
    before = list(Holding.objects.order_by("id").values())
    for key, asked in {
        "no_such_post": {"post": 0, "to": new.pk},
        "no_such_person": {"post": water.id, "to": gone.pk},
        "holds_it_already": {"post": water.id, "to": water.holders[0]},
        "no_free_seat": {"post": receiver.id, "to": new.pk},
        "not_the_holder": {"post": receiver.id, "to": new.pk, "frm": water.holders[0]},
    }.items():
        with pytest.raises(Refused) as caught:
            hand_over(**asked, now=NOON)
        assert caught.value.key == key
    assert list(Holding.objects.order_by("id").values()) == before


@pytest.mark.django_db
def test_the_database_itself_keeps_one_holder_of_a_single_seat(staffed: Path) -> None:
    water = Post.objects.get(key="handler-water")
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(post=water, account=Account.objects.create(username="new"), since=NOON)


@pytest.mark.django_db
def test_cutting_a_shared_post_to_one_seat_waits_until_it_is_handed_over(staffed: Path) -> None:
    write(staffed / load.POSTS, "J5", 1)
    with pytest.raises(Unreadable, match=r"J5.*hand over"):
        loaded(staffed)
    assert Post.objects.get(key="duty-officer").seats == 3
