"""Who answers for what, where: an unchanging picture of a town's posts that is asked and never asks the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from gridtown.kernel.told import BARS_FROM, Actor
from gridtown.people.ladder import CODE_LENGTH, DESK, LADDER, LEADER, SUPERVISOR

_MEMORY = 100_000  # answers kept per picture; lines × grids × roles of one town stay far below


@dataclass(frozen=True, slots=True)
class PostInfo:
    """A post as it stands now; `holders` are account ids, `covers` the code prefixes it answers for."""

    id: int
    key: str
    name_zh: str
    name_en: str
    roles: frozenset[str]
    lines: frozenset[str]
    place: str
    covers: tuple[str, ...]
    desk: str
    level: str
    clearance: int
    seats: int
    rank: int
    closed: bool
    holders: tuple[int, ...]

    @property
    def name(self) -> Mapping[str, str]:
        """Its name by language."""
        return {"zh": self.name_zh, "en": self.name_en}


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """A person who holds a post."""

    id: int
    username: str
    display: str
    lang: str


@dataclass(frozen=True, slots=True)
class Shut:
    """Whom a case cannot wait on: the posts that it is kept from, and those not cleared for its degree."""

    bars: frozenset[int] = frozenset()
    degree: int = 0


NOBODY = Shut()


@dataclass(frozen=True)
class People:
    """The posts, holders and matrix of one town at one stamp."""

    town: str
    stamp: int
    posts: tuple[PostInfo, ...]
    accounts: Mapping[int, AccountInfo]
    cells: Mapping[tuple[str, str], int]  # (grid, column) -> post id
    ever: Mapping[int, frozenset[int]] = field(default_factory=dict)  # account -> posts held now or once
    _by_id: dict[int, PostInfo] = field(init=False, repr=False)
    _by_key: dict[str, PostInfo] = field(init=False, repr=False)
    _at: dict[tuple[str, str, str], tuple[PostInfo, ...]] = field(init=False, repr=False)
    _called: dict[str, str] = field(init=False, repr=False)
    _hats: dict[int, tuple[Actor, ...]] = field(init=False, repr=False)
    _asked: dict[tuple[str, str, str, str], PostInfo | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        at: dict[tuple[str, str, str], list[PostInfo]] = {}
        for post in sorted(self.open, key=lambda p: p.rank):
            for role in post.roles:
                for prefix in post.covers:
                    at.setdefault((post.level, role, prefix), []).append(post)
        put = object.__setattr__  # a frozen picture still needs its look-up tables
        put(self, "_by_id", {post.id: post for post in self.posts})
        put(self, "_by_key", {post.key: post for post in self.posts})
        put(self, "_at", {key: tuple(posts) for key, posts in at.items()})
        put(self, "_called", {one.username: one.display or one.username for one in self.accounts.values()})
        put(self, "_hats", self._all_hats())
        put(self, "_asked", {})

    @property
    def open(self) -> Iterator[PostInfo]:
        """The posts that still stand on the town's sheet."""
        return (post for post in self.posts if not post.closed)

    def post(self, key: str) -> PostInfo | None:
        """The post of that key, also one that is closed by now."""
        return self._by_key.get(key)

    def by_id(self, post_id: int) -> PostInfo | None:
        """The post of that id, also one that is closed by now."""
        return self._by_id.get(post_id)

    def account(self, account_id: int) -> AccountInfo | None:
        """The person of that id, if holding a post now."""
        return self.accounts.get(account_id)

    def called(self, username: str) -> str:
        """What a person is called by the sign-in name, which is the answer for somebody who holds no post any more."""
        return self._called.get(username, username)

    def hats(self, account_id: int) -> tuple[Actor, ...]:
        """What the person may act as: one hat for each post held and each stretch of codes it answers for."""
        return self._hats.get(account_id, ())

    def shut(self, post: PostInfo, out: Shut) -> bool:
        """Whether a case cannot wait on this post: it is one of those kept out, they hold it, or it is not cleared."""
        held = post.id in out.bars or (
            bool(post.holders) and all(self.ever.get(h, out.bars) & out.bars for h in post.holders)
        )
        return held or post.clearance < out.degree

    def who(self, role: str, line: str, desk: str, place: str, but: Shut = NOBODY) -> PostInfo | None:
        """Who answers: the matrix' own cell, else the nearest post up the ladder, exact desk and line first.

        A vacant post is passed over for the next one up, so that nothing waits on an empty chair; if all are
        vacant the nearest is named. A desk that does not exist there falls to whoever else has the role. None
        when the town has no such post at all (a gap). `but`: whom the case cannot wait on.
        """
        if but is not NOBODY:
            return self._resolved(role, line, desk, place, but)
        asked = (role, line, desk, place)
        try:
            return self._asked[asked]
        except KeyError:
            found = self._resolved(role, line, desk, place)
            if len(self._asked) < _MEMORY:
                self._asked[asked] = found
            return found

    def _resolved(self, role: str, line: str, desk: str, place: str, but: Shut = NOBODY) -> PostInfo | None:
        tries = [(desk, True), ("", True), (desk, False), ("", False)] if desk else [("", True), ("", False)]
        posts = (self.nearest(role, line, asked, place, held=held, but=but) for asked, held in tries)
        return next((post for post in posts if post), None)

    def nearest(
        self,
        role: str,
        line: str,
        desk: str,
        place: str,
        *,
        held: bool = False,
        but: Shut = NOBODY,
    ) -> PostInfo | None:
        """As `who`, but a vacant post counts too unless `held`."""
        named = self.named(role, line, desk, place)
        if named and (named.holders or not held) and not self.shut(named, but):
            return named
        for level in LADDER:
            posts = [
                p
                for p in self._level(level, role, place)
                if _fits(p, line, desk) and (p.holders or not held) and not self.shut(p, but)
            ]
            if posts:
                return min(posts, key=lambda p: _distance(p, line, desk))
        return None

    def named(self, role: str, line: str, desk: str, place: str) -> PostInfo | None:
        """The post that a cell of the matrix names outright, the desk's column before the line's."""
        for column in (DESK + desk, line) if desk else (line,):
            post = self._by_id.get(self.cells.get((place[:15], column), 0))
            if post and not post.closed and role in post.roles and _fits(post, line, desk):
                return post
        return None

    def without_cells(self) -> "People":
        """The same posts with an empty matrix: what a blank cell falls back to."""
        return replace(self, cells={})

    def superior(self, post: PostInfo, line: str, place: str = "", but: Shut = NOBODY) -> PostInfo | None:
        """Whom a matter goes to when this post lets it lie: the line's supervisor at the next level up.

        `place` is the case's own, for a post that answers for more than one. Above the last supervisor comes
        the leader; above the leader nobody. `but`: whom the case cannot wait on.
        """
        if LEADER in post.roles:
            return None
        above = [level for level in LADDER if LADDER.index(level) > LADDER.index(post.level)]
        ladder = [(level, SUPERVISOR) for level in above]
        if SUPERVISOR not in post.roles or above:
            ladder.append(("town", SUPERVISOR))
        ladder.append(("town", LEADER))
        where = place or post.covers[0]
        found = [
            next(
                (p for p in self._level(level, role, where) if _serves(p, line) and not self.shut(p, but)),
                None,
            )
            for level, role in ladder
        ]
        steps = [p for p in found if p and p.id != post.id]
        return next((p for p in steps if p.holders), steps[0] if steps else None)

    def _level(self, level: str, role: str, place: str) -> tuple[PostInfo, ...]:
        """The posts of a role on one rung of the ladder that cover the place."""
        length = CODE_LENGTH[level]
        return self._at.get((level, role, place[:length]), ()) if len(place) >= length else ()

    def _all_hats(self) -> dict[int, tuple[Actor, ...]]:
        hats: dict[int, list[Actor]] = {}
        cells: dict[int, dict[str, set[str]]] = {}
        for (grid, column), post_id in self.cells.items():
            cells.setdefault(post_id, {}).setdefault(grid, set()).add(column)
        for post in self.open:
            ground = [(prefix, post.lines) for prefix in post.covers]
            for grid, columns in sorted(cells.get(post.id, {}).items()):
                if not grid.startswith(post.covers):
                    desks = any(column.startswith(DESK) for column in columns)
                    ground.append((grid, post.lines if desks else frozenset(columns)))
            for account_id in post.holders:
                if account_id in self.accounts:
                    worn = hats.setdefault(account_id, [])
                    worn.extend(self._hat(post, account_id, prefix, lines) for prefix, lines in ground)
        return {account_id: tuple(worn) for account_id, worn in hats.items()}

    def _hat(self, post: PostInfo, account_id: int, place: str, lines: frozenset[str]) -> Actor:
        return Actor(
            person=self.accounts[account_id].username,
            post=post.key,
            roles=post.roles,
            place=place,
            lines=lines,
            desk=post.desk,
            clearance=post.clearance,
            held=self.ever.get(account_id, frozenset()) if account_id in self._cleared else frozenset(),
        )

    @cached_property
    def _cleared(self) -> frozenset[int]:
        """The accounts that are cleared for cases that shut anybody out; nobody else can meet one."""
        return frozenset(a for post in self.open if post.clearance >= BARS_FROM for a in post.holders)


def _serves(post: PostInfo, line: str) -> bool:
    return not post.lines or line in post.lines


def _fits(post: PostInfo, line: str, desk: str) -> bool:
    """A post of another desk or another line never answers; one without a desk or lines answers for all."""
    return _serves(post, line) and (not desk or post.desk in ("", desk))


def _distance(post: PostInfo, line: str, desk: str) -> tuple[bool, bool, int]:
    return (post.desk != desk, line not in post.lines, post.rank)
