"""The short way for the interface: a call with a token needs no session, no messages, no page of its own."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve


class Lane:
    """The first middleware: hands calls below /api/ that carry no session straight to their view.

    Whatever such a call may do hangs on its token alone; a cookie is not even read.
    """

    def __init__(self, rest: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """rest: all other middleware and the views."""
        self._rest = rest

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, by the short way or the long one."""
        if not request.path_info.startswith("/api/") or not _bare(request):
            return self._rest(request)
        found = resolve(request.path_info)
        request.resolver_match = found
        return found.func(request, *found.args, **found.kwargs)


def _bare(request: HttpRequest) -> bool:
    return (
        "HTTP_AUTHORIZATION" in request.META
        or "HTTP_COOKIE" not in request.META
        or settings.SESSION_COOKIE_NAME not in request.COOKIES
    )
