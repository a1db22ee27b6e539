"""Line × grid → post: who answers, where nobody does, where it is too much, and the spreadsheet of it.

Pure questions to a picture of the posts; they speak of posts and work, never of persons.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gridtown.kernel.line import Line
from gridtown.people.ladder import DESK
from gridtown.people.picture import People, PostInfo
from gridtown.people.sheets import Known, PostRow, desks, write_matrix, write_posts

HANDLING = (
    "handler",
    "patroller",
)  # the roles whose post a cell shows when it is blank: those that go and do
SHARE = 2.0  # a post is overloaded above twice the even share of its level; a town's setting
LEAST = 10  # below so many open matters nobody is overloaded, however uneven; a town's setting


@dataclass(frozen=True)
class Gap:
    """A grid where a line's matter would wait on nobody: no post for any of `roles`, or a post with no holder."""

    line: str
    roles: tuple[str, ...]
    place: str
    why: str  # "no_post" | "vacant"
    post: str = ""  # the vacant post's key


@dataclass(frozen=True)
class Overload:
    """A post with more open matters per filled seat than the town thinks right."""

    post: PostInfo
    open: int
    per_seat: float
    even: float  # open matters per filled seat on the same level


def gaps(people: People, lines: Mapping[str, Line], grids: Iterable[str]) -> tuple[Gap, ...]:
    """Every (line, waiting roles, grid) that has no post, or whose own post is vacant."""
    found: list[Gap] = []
    places = sorted(grids)
    for key, line in sorted(lines.items()):
        for roles in _waited_on(line):
            for place in places:
                nearest = [p for p in (people.nearest(role, key, "", place) for role in roles) if p]
                if not nearest:
                    found.append(Gap(key, roles, place, "no_post"))
                elif not any(post.holders for post in nearest):
                    found.append(Gap(key, roles, place, "vacant", nearest[0].key))
    return tuple(found)


def _waited_on(line: Line) -> list[tuple[str, ...]]:
    """The sets of roles that the line's matters wait on; any one of a set is enough."""
    procedures = [kind.procedure for kind in line.kinds]
    asked = {p.waits_on(state) for p in procedures for state in p.states if state not in p.end}
    return sorted(roles for roles in asked if roles)


def overloads(
    people: People, counts: Mapping[int, int], *, share: float = SHARE, least: int = LEAST
) -> tuple[Overload, ...]:
    """Posts whose open matters per filled seat exceed `share` times the even share of their level.

    counts: open matters by post id. A vacant post counts as one seat, since its queue waits all the same.
    """
    found: list[Overload] = []
    for level in {post.level for post in people.open}:
        posts = [post for post in people.open if post.level == level and counts.get(post.id)]
        seats = {post.id: len(post.holders) or 1 for post in posts}
        even = sum(counts[post.id] for post in posts) / sum(seats.values()) if posts else 0.0
        for post in posts:
            load = counts[post.id] / seats[post.id]
            if counts[post.id] >= least and load > share * even:
                found.append(Overload(post, counts[post.id], load, even))
    return tuple(sorted(found, key=lambda o: (o.post.rank, o.post.id)))


@dataclass(frozen=True)
class Answer:
    """One cell of the matrix as people read it: who answers, and whether the cell itself says so."""

    post: PostInfo | None
    own: bool


def columns(people: People, lines: Iterable[str]) -> tuple[str, ...]:
    """The columns of the matrix: every line, then the desks of the town's posts."""
    ranked = [row_of(post) for post in sorted(people.open, key=lambda p: p.rank)]
    return (*lines, *(DESK + desk for desk in desks(ranked)))


def answers(people: People, grids: Iterable[str], columns: Sequence[str]) -> dict[str, tuple[Answer, ...]]:
    """The whole matrix: for each grid who answers in each column, on the spot or from further up."""
    bare = people.without_cells()
    return {grid: tuple(_answer(people, bare, grid, column) for column in columns) for grid in grids}


def _answer(people: People, bare: People, grid: str, column: str) -> Answer:
    if (own := people.cells.get((grid, column))) is not None:
        return Answer(people.by_id(own), own=True)
    line, desk = ("", column.removeprefix(DESK)) if column.startswith(DESK) else (column, "")
    return Answer(
        next((p for p in (bare.who(role, line, desk, grid) for role in HANDLING) if p), None), own=False
    )


def export(people: People, known: Known, folder: Path) -> tuple[Path, Path]:
    """Write posts.xlsx and matrix.xlsx as they now stand; reading them in again changes nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    posts = [row_of(post) for post in sorted(people.open, key=lambda p: p.rank)]
    keys = {post.id: post.key for post in people.posts}
    cells = {where: keys[post_id] for where, post_id in people.cells.items()}
    bare = people.without_cells()

    def fallback(grid: str, column: str) -> str:
        post = _answer(bare, bare, grid, column).post
        return post.key if post else ""

    write_posts(folder / "posts.xlsx", posts, known)
    write_matrix(folder / "matrix.xlsx", cells, known, posts, fallback)
    return folder / "posts.xlsx", folder / "matrix.xlsx"


def row_of(post: PostInfo) -> PostRow:
    """A post as its row in the sheet."""
    return PostRow(
        key=post.key,
        name_zh=post.name_zh,
        name_en=post.name_en,
        roles=tuple(sorted(post.roles)),
        lines=tuple(sorted(post.lines)),
        covers=post.covers,
        desk=post.desk,
        level=post.level,
        clearance=post.clearance,
        seats=post.seats,
    )
