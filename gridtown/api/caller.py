"""Who is calling: a token's owner, or whoever is signed in on the page that calls."""

import re
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from gridtown.api.problems import Malformed
from gridtown.kernel.told import REPORTER, Actor
from gridtown.people import snapshot as people
from gridtown.people.scope import Scope, visible
from gridtown.people.signin import who_has
from gridtown.town import clock

REMEMBERED = 1.0  # seconds that a token's owner is remembered in the process
MOST_TOKENS = 1000
KEY = r"[A-Za-z0-9._:-]{8,64}"
_KEY = re.compile(KEY)
RESIDENT = Actor(person=REPORTER, post="", roles=frozenset({REPORTER}), place="", clearance=0)


@dataclass(frozen=True, slots=True)
class Caller:
    """The account that calls, what it may act as and see, and the moment of the call."""

    account: int
    hats: tuple[Actor, ...]
    scope: Scope
    now: datetime

    @property
    def posts(self) -> tuple[int, ...]:
        """The ids of the posts held."""
        known = people.current()
        found = (known.post(key) for key in dict.fromkeys(hat.post for hat in self.hats))
        return tuple(post.id for post in found if post is not None)


def caller_of(account: int, now: datetime, stamp: int | None = None) -> Caller:
    """The caller for an account, with the hats of now."""
    hats = people.current(stamp).hats(account)
    return Caller(account, hats, visible(hats), now)


class Bearer(HttpBearer):
    """A token sent as `Authorization: Bearer …`."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, tuple[float, tuple[int, int]]] = {}

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The caller; the one header that counts is read without laying out all the others."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        return self.authenticate(request, token) if scheme.lower() == self.openapi_scheme else None

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller, or None for a token that opens nothing.

        A token that was good within this second is not looked up again: like a change of posts, its being
        revoked is seen by every process within a second.
        """
        now, tick = clock.now(), monotonic()
        kept = self._seen.get(token)
        if kept is not None and tick - kept[0] < REMEMBERED:
            return caller_of(kept[1][0], now, kept[1][1])
        found = who_has(token, now=now)
        if found is None:
            self._seen.pop(token, None)
            return None
        if len(self._seen) >= MOST_TOKENS:
            self._seen.clear()
        self._seen[token] = (tick, found)
        return caller_of(found[0], now, found[1])


class Session(APIKeyCookie):
    """The session of somebody signed in on the pages, with their CSRF token on whatever writes."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The caller, or None where nobody is signed in or a token was sent instead."""
        user = getattr(request, "user", None)
        if "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if user is None or not user.is_authenticated:
            return None
        if check_csrf(request):
            raise HttpError(403, "csrf")
        return caller_of(user.pk, clock.now())

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        """Asked for by the base class; `__call__` does it all."""
        return None


def key_of(request: HttpRequest, caller: Caller | None) -> str:
    """The idempotency key of a request, apart from everybody else's; Malformed without a usable header.

    A public caller has no account that would tell keys apart, and a repeated key tells the secret again:
    so it must be one that nobody can guess.
    """
    given = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if not _KEY.fullmatch(given):
        raise Malformed("key_needed")
    if caller is None and len(given) < 16:
        raise Malformed("key_too_short")
    return own_key(caller.account, given) if caller else f"p:{given}"


def own_key(account: int, given: str) -> str:
    """A key as the ledger has it, apart from those of other accounts; alike for every way in."""
    return f"a{account}:{given}"
