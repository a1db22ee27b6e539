"""What is said when something is not there or went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gridtown.web.middleware import said
from gridtown.web.visit import Visit


def _answer(request: HttpRequest, status: int, key: str) -> HttpResponse:
    if not hasattr(request, "visit"):
        request.visit = Visit(request)
    return said(request, status, key)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _answer(request, 400, "error.bad")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _answer(request, 403, "error.forbidden")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _answer(request, 404, "error.not_found")


def failed(request: HttpRequest) -> HttpResponse:
    """500: a page that asks nothing of the database, since that may be what failed."""
    return render(None, "web/500.html", status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page that was open too long."""
    return _answer(request, 403, "error.stale")
