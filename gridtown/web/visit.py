"""Who is looking: one visitor of one request, with language, posts and scope, each found out once."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest

from gridtown import town as towns
from gridtown.cases import queries
from gridtown.cases.queries import Named
from gridtown.kernel.told import REPORTER, Actor
from gridtown.kernel.words import preferred
from gridtown.people import scope as scopes
from gridtown.people import snapshot
from gridtown.people.picture import People, PostInfo
from gridtown.places import router
from gridtown.places import stamp as stamps
from gridtown.town import Town, clock
from gridtown.web.words import LANGUAGES, say

LANG_COOKIE, LARGE_COOKIE = "gridtown_lang", "gridtown_large"
RESIDENT = Actor(person=REPORTER, post="", roles=frozenset({REPORTER}), place="")
MATRIX_ROLES = frozenset({"admin", "leader", "supervisor", "dispatcher", "duty_officer"})
ROOM_ROLES = frozenset({"leader", "duty_officer", "supervisor", "dispatcher"})


class Visit:
    """What every view needs to know of whoever asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.now: datetime = clock.now()
        self.town: Town = towns.current()
        self._named: dict[int, Named | None] = {}

    @cached_property
    def lang(self) -> str:
        """By the visitor's own choice, else the account's, else what the browser prefers; Chinese otherwise."""
        chosen = self.request.COOKIES.get(LANG_COOKIE, "")
        if chosen in LANGUAGES:
            return chosen
        if self.signed_in and getattr(self.request.user, "lang", "") in LANGUAGES:
            return str(self.request.user.lang)
        return preferred(self.request.headers.get("Accept-Language", ""))

    @property
    def large(self) -> bool:
        """大字版."""
        return self.request.COOKIES.get(LARGE_COOKIE) == "1"

    @property
    def signed_in(self) -> bool:
        """Whether it is a member of staff."""
        return bool(getattr(self.request, "user", None) and self.request.user.is_authenticated)

    @cached_property
    def stamp(self) -> int:
        """The town's stamp as of this request."""
        return stamps.fresh(self.town.code)

    @cached_property
    def people(self) -> People:
        """Who answers for what."""
        return snapshot.current(self.stamp)

    @cached_property
    def places(self) -> router.Snapshot:
        """What places there are."""
        return router.current(self.town.code, self.stamp)

    @cached_property
    def hats(self) -> tuple[Actor, ...]:
        """The posts held, as actors."""
        return self.people.hats(self.request.user.pk) if self.signed_in else ()

    @cached_property
    def scope(self) -> scopes.Scope:
        """What may be seen."""
        return scopes.visible(self.hats)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Every role held."""
        return frozenset().union(*(hat.roles for hat in self.hats))

    def roles_in(self, line: str) -> frozenset[str]:
        """The roles held in a line: two lines may call different people by one role's key."""
        return frozenset().union(*(hat.roles for hat in self.hats if not hat.lines or line in hat.lines))

    @cached_property
    def line_keys(self) -> list[str]:
        """The town's lines that the posts held are for."""
        return [key for key in self.town.lines if any(not h.lines or key in h.lines for h in self.hats)]

    @cached_property
    def posts(self) -> tuple[PostInfo, ...]:
        """The posts held."""
        keys = dict.fromkeys(hat.post for hat in self.hats)
        return tuple(post for key in keys if (post := self.people.post(key)))

    @property
    def post_ids(self) -> tuple[int, ...]:
        """Their ids, as cases name their holder."""
        return tuple(post.id for post in self.posts)

    @property
    def outdoors(self) -> bool:
        """Whether all posts held are on the ground: such a person is met by the phone page first."""
        return bool(self.hats) and all(
            len(hat.place) == 15 or hat.roles <= {"patroller"} for hat in self.hats
        )

    @property
    def start(self) -> str:
        """The page to begin at."""
        if not self.hats:
            return "/"
        if self.outdoors:
            return "/work"
        return "/room" if "leader" in self.roles or self.roles == {"duty_officer"} else "/desk"

    def records(self, ids: Iterable[int]) -> dict[int, Named]:
        """What records are called that answers name; each is asked for once in a request."""
        if fresh := set(ids) - self._named.keys():
            self._named |= dict.fromkeys(fresh) | queries.named_records(ids=fresh)
        return {i: found for i in ids if (found := self._named[i])}

    def say(self, key: str, **params: object) -> str:
        """A word of the pages in the visitor's language."""
        return say(key, self.lang, **params)

    def word(self, line: str, key: str, **params: object) -> str:
        """A word of a line in the visitor's language."""
        return self.town.say(key, self.lang, line, **params)

    def role_name(self, role: str, lines: Iterable[str] = ()) -> str:
        """What a role is called: by the lines that its post is for, by all lines alike, else by any that knows it."""
        key = f"role.{role}"
        named = (self.word(line, key) for line in (*sorted(lines), "", *self.town.lines))
        return next((said for said in named if said != key), role)

    def post_name(self, post: PostInfo | None) -> str:
        """What a post is called."""
        return (post.name.get(self.lang) or post.name_zh) if post else self.say("nobody")
