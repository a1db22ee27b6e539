"""The interface itself: one version, every router, and what they share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router

from gridtown.api import (
    cases,
    claims,
    indicators,
    lines,
    outside,
    papers,
    public,
    registers,
    reports,
    room,
    targets,
    told,
    tools,
)
from gridtown.api.answering import answer, components, says
from gridtown.api.caller import Bearer, Session
from gridtown.api.problems import answer_errors
from gridtown.api.room import Greeting, greeting
from gridtown.cases.actions import NotFound

ABOUT = """Cases of a town, from the report to a figure of the annual report: the same actions, the same rules and
the same scope as the pages.

- Send a token as `Authorization: Bearer …`; what it opens is what its owner's posts open.
- Everything that writes needs an `Idempotency-Key`: sent twice, it is done once and answered alike.
- Errors are problem+json (RFC 9457) in the language of `Accept-Language` (zh, en); what is not yours does not exist.
- Lists are paged by key: follow `next`, or the `Link` header.
- Times are UTC, points WGS84 degrees (send gcj02 or bd09 with its name and it is converted).
- What happens is told live at `/live` (server-sent events) and, for who cannot listen, by `GET /api/feed`.
"""


class Contract(NinjaAPI):
    """The interface whose contract also holds the structs that answers are encoded from.

    Every operation answers with a response of its own, so the one that ninja would have it fill is never used.
    """

    _unused = HttpResponse()
    _schema: Any = None

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """The response that no operation asks for, made once."""
        return self._unused

    def get_openapi_schema(self, **said: Any) -> Any:
        """The OpenAPI document, drawn up once: everybody is told the same, and it takes 80 ms."""
        if self._schema is None:
            self._schema = super().get_openapi_schema(path_prefix="/api/")
            self._schema["components"]["schemas"].update(components())
        return self._schema


api = Contract(
    title="Gridtown 镇智",
    version="1",
    description=ABOUT,
    auth=[Bearer(), Session()],
    urls_namespace="api",
    openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
)
answer_errors(api)
about = Router(tags=["about"])
anything = Router(auth=None)


@about.get("/", auth=None, summary="What this is", **says(Greeting))
def greet(request: HttpRequest) -> HttpResponse:
    """The town served here, whether its data are made up, and the lines of business at work."""
    return answer(greeting(request))


@anything.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False)
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Every other address below /api/: a problem like any other."""
    raise NotFound


for router in (
    about,
    cases.router,
    papers.router,
    room.router,
    lines.router,
    registers.router,
    tools.router,
    told.router,
    indicators.router,
    reports.router,
    targets.router,
    claims.router,
    public.router,
    outside.router,
):
    api.add_router("", router)
api.add_router("", anything)  # the last: it answers whatever is left
