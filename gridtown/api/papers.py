"""Documents that are printed from a case, as Word files."""

from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from gridtown import town as towns
from gridtown.api.answering import answer, body_of, says
from gridtown.api.caller import Caller, key_of
from gridtown.api.saying import lang_of
from gridtown.cases import queries
from gridtown.cases.actions import NotFound
from gridtown.papers import printing
from gridtown.papers.sending import WORD, sent

router = Router(tags=["cases"])


class Document(msgspec.Struct, frozen=True):
    """A document that can be printed now: its key, its name, and the rule that asks for it."""

    key: str
    name: str
    basis: str


class Documents(msgspec.Struct, frozen=True):
    """The documents of a case."""

    documents: list[Document]


class Printing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the personal answers in a document are needed in clear."""

    reason: Annotated[str, msgspec.Meta(max_length=200)]


@router.get("/cases/{number}/documents", summary="List a case's documents", **says(Documents))
def listed(request: HttpRequest, number: str) -> HttpResponse:
    """What can be printed from a case now; each follows one of certain moves."""
    caller: Caller = request.auth
    town = towns.current()
    held = queries.dossier(town=town, number=number, scope=caller.scope)
    if held is None:
        raise NotFound
    row, lang = held.row, lang_of(request)
    ready = printing.ready(town, row.line, row.kind, [step.verb for step in held.steps])
    said = [Document(d.key, town.say(f"document.{d.key}", lang, row.line), d.basis) for d in ready]
    return answer(Documents(said))


@router.get("/cases/{number}/documents/{key}", summary="Print a document", **says(file=WORD))
def masked(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """The Word file, personal answers masked; the same case with the same entries gives the same bytes."""
    caller: Caller = request.auth
    return sent(
        printing.printed(number=number, key=key, scope=caller.scope, hats=caller.hats, now=caller.now)
    )


@router.post(
    "/cases/{number}/documents/{key}",
    summary="Print a document in clear",
    **says(file=WORD, takes=Printing, writes=True),
)
def clear(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """The Word file with personal answers in clear; that they were read, by whom and why is an entry of the case."""
    caller: Caller = request.auth
    said = body_of(request, Printing)
    return sent(
        printing.printed(
            number=number, key=key, scope=caller.scope, hats=caller.hats, now=caller.now, reason=said.reason,
            once=key_of(request, caller),
        )
    )  # fmt: skip
