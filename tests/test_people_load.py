"""Synthetic persons of the demo, and the roster."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.db.models import Count

from gridtown.people import load, roster, snapshot
from gridtown.people.models import Account, Holding, Post

pytestmark = pytest.mark.django_db
TOWN, VILLAGE, GRID = "330110110", "330110110001", "330110110001001"
NOON = datetime(2023, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
def posts() -> None:
    rows = [("leader", "town", TOWN, "leader", 1), ("duty", "town", TOWN, "duty_officer", 2),
            ("secretary", "village", VILLAGE, "supervisor", 1)]  # fmt: skip
    rows += [(f"grid-{n}", "grid", f"{VILLAGE}{n:03}", "handler", 1) for n in (1, 2, 3)]
    for rank, (key, level, place, role, seats) in enumerate(rows):
        Post.objects.create(town=TOWN, key=key, name_zh=key, name_en=key, roles=[role], place=place, covers=[place],
                            level=level, seats=seats, rank=rank)  # fmt: skip


def test_every_seat_is_filled_by_somebody_plainly_synthetic(posts, tmp_path: Path) -> None:
    load.demo_accounts(TOWN, home=tmp_path, now=NOON)
    names = set(Account.objects.values_list("username", flat=True))
    assert {"leader", "duty", "duty-2", "wg-330110110001-01", "wg-330110110001-03"} <= names
    assert all("演示" in display for display in Account.objects.values_list("display", flat=True))
    filled = Post.objects.annotate(held=Count("holdings")).values_list("seats", "held")
    assert all(seats == held for seats, held in filled)


def test_one_person_of_each_role_can_sign_in_and_no_other(posts, tmp_path: Path) -> None:
    chosen = load.demo_accounts(TOWN, home=tmp_path, now=NOON)
    assert {c.username for c in chosen} == {"leader", "duty", "secretary", "wg-330110110001-01"}
    password = load.demo_password(tmp_path)
    assert len(password) >= 10
    assert authenticate(None, username="leader", password=password)
    usable = {a.username for a in Account.objects.all() if a.has_usable_password()}
    assert usable == {c.username for c in chosen}
    file = tmp_path / load.SIGN_INS
    assert file.stat().st_mode & 0o777 == 0o600
    assert all(c.username in file.read_text() for c in chosen)


def test_a_role_that_two_lines_have_can_be_tried_in_both(posts, tmp_path: Path) -> None:
    for rank, line in enumerate(("enforcement", "safety", "safety"), 10):
        Post.objects.create(town=TOWN, key=f"inspector-{rank}", name_zh=line, name_en=line, roles=["inspector"],
                            lines=[line], place=TOWN, covers=[TOWN], level="town", rank=rank)  # fmt: skip
    chosen = load.demo_accounts(TOWN, home=tmp_path, now=NOON)
    inspectors = [(c.username, c.line) for c in chosen if c.role == "inspector"]
    assert inspectors == [("inspector-10", "enforcement"), ("inspector-11", "safety")]
    assert [c.line for c in chosen] == sorted(c.line for c in chosen)


def test_a_second_start_keeps_password_persons_and_holdings(
    posts, tmp_path: Path, django_assert_max_num_queries
) -> None:
    first = load.demo_accounts(TOWN, home=tmp_path, now=NOON)
    before = load.demo_password(tmp_path), Account.objects.count(), Holding.objects.count()
    with django_assert_max_num_queries(12):
        assert load.demo_accounts(TOWN, home=tmp_path, now=NOON + timedelta(days=1)) == first
    assert (load.demo_password(tmp_path), Account.objects.count(), Holding.objects.count()) == before


def test_the_roster_takes_turns_and_tells_who_is_on_duty_now(
    posts, tmp_path: Path, django_assert_num_queries
) -> None:
    load.demo_accounts(TOWN, home=tmp_path, now=NOON)
    duty = Post.objects.get(key="duty")
    for _ in range(2):  # twice changes nothing
        roster.rotate(place=TOWN, post=duty.pk, start=NOON, shifts=4, each=timedelta(hours=12))
    holders = snapshot.current(town=TOWN).by_id(duty.pk).holders
    with django_assert_num_queries(1):
        now = roster.on_duty(place=TOWN, at=NOON)
    assert [(d.account, d.until) for d in now] == [(holders[0], NOON + timedelta(hours=12))]
    turns = [roster.on_duty(place=TOWN, at=NOON + timedelta(hours=h))[0].account for h in (11, 12, 24, 36)]
    assert turns == [holders[0], holders[1], holders[0], holders[1]]
    assert roster.on_duty(place=TOWN, at=NOON + timedelta(hours=48)) == ()
    assert roster.on_duty(place="330110111", at=NOON) == ()
