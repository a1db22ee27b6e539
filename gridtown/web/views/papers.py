"""A case's documents: on the screen as they will be on paper, and as Word files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from gridtown.cases.actions import amending
from gridtown.papers import printing
from gridtown.papers.markup import Block
from gridtown.papers.printing import Printed
from gridtown.papers.sending import sent
from gridtown.web.views.common import key_of, new_key, staff, visit_of


def printed(request: HttpRequest, number: str, key: str, **more: Any) -> Printed:
    """The document, if it can be printed now by this reader."""
    visit = visit_of(request)
    return printing.printed(number=number, key=key, scope=visit.scope, hats=visit.hats, now=visit.now, **more)


@require_safe
@staff
def shown(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """The document on the screen, personal answers masked."""
    paper = printed(request, number, key)
    context = {
        "number": number,
        "paper": paper,
        "sheet": paper.sheet,
        "blocks": [{"kind": kind_of(block), "block": block} for block in paper.sheet.blocks],
        "may_read": bool(visit_of(request).roles & amending.READERS),
        "key": new_key(),
    }
    return render(request, "web/desk/paper.html", context)


def kind_of(block: Block) -> str:
    """What a template asks for, which cannot ask for a class."""
    return type(block).__name__.lower()


@require_http_methods(["GET", "POST"])
@staff
def download(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """The Word file: masked for whoever may see the case, in clear for whoever says why and has the right to."""
    more = {}
    if request.method == "POST":
        more = {"reason": request.POST.get("reason", ""), "once": key_of(request)}
    return sent(printed(request, number, key, **more))
