"""Bringing a filled sheet into a register: sent, looked at, and only then written."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridtown.cases.actions import NotFound
from gridtown.feeds.registers import drafts
from gridtown.feeds.registers.book import Book
from gridtown.feeds.registers.planning import Mistake
from gridtown.feeds.registers.reading import MOST_BYTES, MOST_MB, MOST_ROWS, Unreadable
from gridtown.web.views.common import staff, visit_of
from gridtown.web.views.registers import book_of, register_of, workbook

_STATS = (
    ("new", "fine", "bring.new"),
    ("changed", "soon", "bring.changed"),
    ("same", "", "bring.same"),
    ("wrong", "late", "bring.wrong"),
)
SHOWN = 200  # mistakes on the page; the sheet of wrong rows has all of them


def _book(request: HttpRequest, line: str, register: str) -> Book:
    """The register's sheets for a visitor who may change it."""
    visit = visit_of(request)
    book = book_of(visit, line, register_of(visit, line, register))
    if not book.may_bring:
        raise PermissionDenied
    return book


def _page(request: HttpRequest, book: Book, *, status: int = 200, **more: Any) -> HttpResponse:
    said = {"line": book.line, "register": book.listed, "most_rows": MOST_ROWS, "most_mb": MOST_MB, **more}
    return render(request, "web/people/bring.html", said, status=status)


@staff
def send(request: HttpRequest, line: str, register: str) -> HttpResponse:
    """Where a sheet is sent to."""
    book = _book(request, line, register)
    if request.method != "POST":
        return _page(request, book)
    sent = request.FILES.get("file")
    if sent is None:
        return _page(request, book, status=422, mistake=visit_of(request).say("registers.no_file"))
    try:
        if sent.size > MOST_BYTES:
            raise Unreadable("too_big", limit=MOST_MB)
        data = sent.read()
        book.read(data)
    except Unreadable as wrong:
        return _page(request, book, status=422, mistake=wrong.say(book.lang))
    token = drafts.put(data, account=request.user.pk)
    return HttpResponseRedirect(f"{request.path}/{token}")


def _sent(request: HttpRequest, token: str) -> bytes:
    data = drafts.get(token, account=request.user.pk)
    if data is None:
        raise NotFound
    return data


@staff
def look(request: HttpRequest, line: str, register: str, token: str) -> HttpResponse:
    """What the sheet would do; sent back with a yes, it does it."""
    book, visit = _book(request, line, register), visit_of(request)
    data = _sent(request, token)
    if request.method == "POST":
        plan = book.bring(data, f"sheet:{token}")
        messages.success(request, plan.said(), extra_tags="soon" if plan.mistakes else "fine")
        if plan.mistakes:
            return HttpResponseRedirect(request.path)
        drafts.drop(token, account=request.user.pk)
        return HttpResponseRedirect(f"/registers/{line}/{register}")
    plan = book.look(data, f"sheet:{token}")
    counts = plan.counts
    stats = [{"light": light, "count": counts[name], "said": visit.say(word)} for name, light, word in _STATS]
    return _page(
        request, book, token=token, stats=stats, counts=counts, good=counts["new"] + counts["changed"],
        mistakes=sorted(plan.mistakes, key=_place)[:SHOWN], more=max(0, len(plan.mistakes) - SHOWN),
    )  # fmt: skip


@require_safe
@staff
def wrong(request: HttpRequest, line: str, register: str, token: str) -> HttpResponse:
    """The rows that do not go in, each with what is wrong with it, to be mended and sent again."""
    book, visit = _book(request, line, register), visit_of(request)
    plan, said = book.look(_sent(request, token), f"sheet:{token}"), visit.say("bring.wrong")
    return workbook(lambda to: book.mend(to, plan), f"{book.title}-{said}.xlsx")


def _place(mistake: Mistake) -> tuple[int, int, str]:
    """Where it stands: row by row, and in a row as the columns go (Z before AA)."""
    return mistake.row, len(mistake.letter), mistake.letter
