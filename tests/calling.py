"""A program that calls the interface with the token of whoever holds a post."""

import json
from itertools import count
from typing import Any

from django.test import Client

from gridtown.people.signin import issue_token
from tests.conftest import NOON, Here

DARK = {"description": "路灯不亮,晚上看不见路", "category": "street_light"}
_n = count(1)


class Api:
    """Calls under one token; every writing call has a key of its own unless one is given."""

    def __init__(self, here: Here, post: str = "", lang: str = "en", client: Client | None = None) -> None:
        """Without a post nobody calls."""
        self.here, self.lang, self.client = here, lang, client or Client(raise_request_exception=False)
        self.token = issue_token(here.post(post).holders[0], "test", NOON) if post else ""

    def headers(self, key: str | None = None) -> dict[str, str]:
        """What every call of a program carries."""
        key = f"submission-{next(_n):08}" if key is None else key
        said = {"Accept-Language": self.lang, "Idempotency-Key": key}
        if self.token:
            said["Authorization"] = f"Bearer {self.token}"
        return said

    def get(self, path: str, **params: Any) -> Any:
        """Read."""
        return self.client.get(f"/api/{path}", params, headers=self.headers())

    def post(self, path: str, said: Any = None, key: str | None = None, method: str = "POST") -> Any:
        """Write."""
        body = said if isinstance(said, str) else json.dumps(said or {})
        return self.client.generic(
            method, f"/api/{path}", body, content_type="application/json", headers=self.headers(key)
        )

    def report(self, key: str | None = None, village: str = "", **more: Any) -> Any:
        """A lamp that is out, somewhere in a village."""
        lon, lat = self.here.inside(village)
        said = {
            "line": "appeals",
            "kind": "matter",
            "answers": DARK,
            "point": {"lon": lon, "lat": lat},
            **more,
        }
        return self.post("cases", said, key)
