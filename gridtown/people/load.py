"""Puts the posts and the matrix of a town's folder into the database, and synthetic persons into a demo's posts."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import transaction
from django.db.models import Count, Q

from gridtown.people.known import places_now
from gridtown.people.models import Account, Cell, Holding, Post
from gridtown.people.sheets import Fault, Known, PostRow, Unreadable, read_matrix, read_posts
from gridtown.people.words import say
from gridtown.places import stamp as stamps
from gridtown.town import at

POSTS, MATRIX = "people/posts.xlsx", "people/matrix.xlsx"
SIGN_INS = "demo-sign-ins.txt"
_TAKEN = tuple(f.name for f in fields(PostRow) if f.name != "key")  # columns that a row sets on its post


@dataclass(frozen=True)
class Loaded:
    """What a load changed; all noughts but `posts` when the sheets say what is there already."""

    posts: int
    added: int = 0
    changed: int = 0
    closed: int = 0
    cells: int = 0


@dataclass(frozen=True)
class SignIn:
    """A demo account that one can sign in with; `line` is "" where the post answers for every line."""

    username: str
    display: str
    role: str
    line: str = ""


def load_people(town_folder: Path, *, now: datetime, places: Mapping[str, str] | None = None) -> Loaded:
    """Bring posts and matrix to what the town's sheets say; all of it or, with Unreadable, nothing.

    A post that is no longer listed is closed, not deleted: entries name it. Holdings are left alone. places:
    code -> name of what the sheets may name; those loaded before when left out.
    """
    about = at(town_folder)
    town = about.code
    known = Known.of(about.lines, places_now(town) if places is None else places)
    rows = read_posts(town_folder / POSTS, known)
    matrix = town_folder / MATRIX
    cells = read_matrix(matrix, known, rows) if matrix.exists() else {}
    with transaction.atomic():
        posts, added, changed, closed = _take_posts(town, rows, now)
        moved = _take_cells(town, {where: posts[key] for where, key in cells.items()})
        if added or changed or closed or moved:
            stamps.bump(town)
    return Loaded(len(rows), added, changed, closed, moved)


def _take_posts(town: str, rows: Iterable[PostRow], now: datetime) -> tuple[dict[str, int], int, int, int]:
    there = {post.key: post for post in Post.objects.filter(town=town)}
    fresh: list[Post] = []
    changed: list[Post] = []
    for rank, row in enumerate(rows):
        said = {name: _plain(getattr(row, name)) for name in _TAKEN} | {"rank": rank, "place": row.covers[0]}
        post = there.pop(row.key, None)
        if post is None:
            fresh.append(Post(town=town, key=row.key, **said))
        elif post.closed or any(getattr(post, name) != value for name, value in said.items()):
            post.closed = None
            for name, value in said.items():
                setattr(post, name, value)
            changed.append(post)
    gone = [post.pk for post in there.values() if not post.closed]
    Post.objects.bulk_create(fresh)
    Post.objects.bulk_update(changed, [*_TAKEN, "rank", "place", "closed"], batch_size=200)
    Post.objects.filter(pk__in=gone).update(closed=now)
    if crowded := [post for post in changed if post.seats == 1 and _held(post) > 1]:
        raise Unreadable(
            [Fault(say("sheet.posts"), post.rank + 4, "J", "seats_taken", post.key) for post in crowded]
        )
    for post in changed:
        Holding.objects.filter(post=post, until=None).update(shared=post.seats > 1)
    ids = dict(Post.objects.filter(town=town).values_list("key", "pk"))
    return ids, len(fresh), len(changed), len(gone)


def _held(post: Post) -> int:
    return Holding.objects.filter(post=post, until=None).count()


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _take_cells(town: str, wanted: Mapping[tuple[str, str], int]) -> int:
    """Set the matrix to these cells; how many came, went or changed."""
    there = {(c.grid, c.column): c for c in Cell.objects.filter(town=town)}
    stale = [cell.pk for where, cell in there.items() if wanted.get(where) != cell.post_id]
    fresh = [
        Cell(town=town, grid=grid, column=column, post_id=post)
        for (grid, column), post in wanted.items()
        if (grid, column) not in there or there[grid, column].post_id != post
    ]
    Cell.objects.filter(pk__in=stale).delete()
    Cell.objects.bulk_create(fresh)
    return len(set(stale)) + len(fresh)


def demo_accounts(town: str, *, home: Path, now: datetime) -> tuple[SignIn, ...]:
    """A synthetic person in every free seat, and a sign-in for one person of each role in each line.

    All share one random password, drawn once per installation, kept with the usernames in a file of `home`
    that only its owner reads; hashing it once keeps set-up fast. The others cannot sign in. Idempotent.
    """
    with transaction.atomic():
        _fill_seats(town, now)
        chosen = _one_per_desk(town)
        password = _password(home) or secrets.token_urlsafe(9)
        shut = Account.objects.filter(username__in=[c.username for c in chosen])
        shut = shut.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        if shut.exists():
            shut.update(password=make_password(password))
    lines = [f"password: {password}", *(f"{c.username}\t{c.display}" for c in chosen)]
    path = home / SIGN_INS
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return chosen


def demo_password(home: Path) -> str:
    """The password of this installation's demo accounts, "" before there are any."""
    return _password(home)


def _password(home: Path) -> str:
    path = home / SIGN_INS
    return path.read_text("utf-8").splitlines()[0].removeprefix("password: ") if path.exists() else ""


def _fill_seats(town: str, now: datetime) -> None:
    seats: list[tuple[Post, str, str]] = []
    held = Count("holdings", filter=Q(holdings__until=None))
    for post in Post.objects.filter(town=town, closed=None).annotate(held=held).order_by("rank"):
        seats += [
            (post, _username(post, seat), _display(post, seat)) for seat in range(post.held, post.seats)
        ]
    there = set(Account.objects.values_list("username", flat=True))
    shut = make_password(None)
    Account.objects.bulk_create(
        Account(username=username, display=display, password=shut, date_joined=now)
        for _, username, display in seats
        if username not in there
    )
    ids = dict(
        Account.objects.filter(username__in=[name for _, name, _ in seats]).values_list("username", "pk")
    )
    Holding.objects.bulk_create(
        Holding(post=post, account_id=ids[username], since=now, shared=post.seats > 1)
        for post, username, _ in seats
    )
    if seats:
        stamps.bump(town)


def _username(post: Post, seat: int) -> str:
    """wg-<village>-<number> for a grid worker, else the post's key; further seats are numbered."""
    if post.level == Post.Level.GRID:
        return f"wg-{post.place[:12]}-{int(post.place[12:]):02}"
    return post.key if seat == 0 else f"{post.key}-{seat + 1}"


def _display(post: Post, seat: int) -> str:
    number = f" {seat + 1}" if post.seats > 1 else ""
    return f"{post.name_zh}{number}(演示)"


def _one_per_desk(town: str) -> tuple[SignIn, ...]:
    """The first person of every kind of post: each of the town's desks, one of an area, a village and a grid.

    A role that two lines have counts twice, so that the desks of both can be tried.
    """
    shown: dict[tuple[str, ...], SignIn] = {}
    held = Holding.objects.filter(post__town=town, post__closed=None, until=None).order_by("post__rank", "id")
    for holding in held.select_related("post", "account"):
        post = holding.post
        lines = " ".join(sorted(post.lines))
        kind = (post.level, *sorted(post.roles), post.desk, lines)
        account = holding.account
        shown.setdefault(kind, SignIn(account.username, account.display, " ".join(post.roles), lines))
    return tuple(sorted(shown.values(), key=lambda signin: signin.line))
