"""Tools and signals: ask a tool and accept what it proposes; take in what a device sends."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from gridtown import town as towns
from gridtown.api.answering import answer, body_of, says
from gridtown.api.caller import Caller, key_of
from gridtown.api.lines import FormOut, form_out
from gridtown.api.problems import Malformed
from gridtown.api.saying import lang_of, mistakes, reason
from gridtown.dispatch import signals, tools
from gridtown.dispatch.carrying import Wrote
from gridtown.kernel.told import Refused

router = Router()
_log = logging.getLogger(__name__)


class ToolOut(msgspec.Struct, frozen=True):
    """A tool: what it is called, what it asks, the keys of what it proposes, and by what rule or method."""

    line: str
    key: str
    name: str
    asks: FormOut
    shows: tuple[str, ...]
    basis: str


class Tools(msgspec.Struct, frozen=True):
    """The tools that the caller may use."""

    tools: list[ToolOut]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tool's form answered."""

    answers: dict[str, Any] = {}


class Doing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What accepting would write: opens a case of `kind` somewhere, or makes the move `verb` of the case `number`."""

    answers: dict[str, Any]
    kind: str = ""
    lon: float | None = None
    lat: float | None = None
    place: str = ""
    number: str = ""
    verb: str = ""


class ProposalOut(msgspec.Struct, frozen=True):
    """A proposal. `digest` names it when it is accepted; where it is empty there is nothing to accept.

    accepted: somebody has accepted it today; done: the case that this led to, if the caller may see it.
    """

    digest: str
    what: dict[str, Any]
    why: list[str]
    confidence: float | None
    does: list[Doing]
    accepted: bool
    done: str


class Proposals(msgspec.Struct, frozen=True):
    """What a tool answers; `at` goes with what is accepted of it, within a day."""

    at: datetime
    proposals: list[ProposalOut]


class Accepting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The question as it was asked, when, and the digests of what is accepted of it; null for all that stands."""

    answers: dict[str, Any]
    at: datetime
    proposals: Annotated[list[str], msgspec.Meta(min_length=1, max_length=tools.MOST)] | None


class WroteOut(msgspec.Struct, frozen=True):
    """A case, and the move that was made: `report` opened it, "" stands for what was accepted before."""

    number: str
    verb: str


class Accepted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one proposal: what was written, or why nothing was."""

    digest: str
    wrote: list[WroteOut] = []
    repeated: bool = False
    type: str = ""
    detail: str = ""
    fields: dict[str, str] = {}


class Acceptances(msgspec.Struct, frozen=True):
    """One result for each proposal, in the order asked for."""

    results: list[Accepted]


class SignalOut(msgspec.Struct, frozen=True):
    """What a device may send."""

    line: str
    key: str
    name: str
    reading: FormOut


class Signals(msgspec.Struct, frozen=True):
    """The signals that the caller may send."""

    signals: list[SignalOut]


class Noted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reading that the ledger has: its journal entry, and what was written for it.

    type, detail: why what was to be written could not be; sending again would not help. repeated: it had come before.
    """

    entry: int
    wrote: list[WroteOut] = []
    repeated: bool = False
    type: str = ""
    detail: str = ""


Reading = dict[str, Any]


@router.get("/tools", tags=["tools"], summary="Tools", **says(Tools))
def list_tools(request: HttpRequest) -> HttpResponse:
    """The tools of every line that the caller's posts may use."""
    caller: Caller = request.auth
    town, lang = towns.current(), lang_of(request)
    found = [
        ToolOut(line, t.key, town.say(f"tool.{t.key}", lang, line), form_out(t.ask), t.shows, t.basis)
        for line, t in tools.offered(caller.hats)
    ]
    return answer(Tools(found))


@router.post("/tools/{line}/{tool}", tags=["tools"], summary="Ask a tool", **says(Proposals, takes=Question))
def ask_tool(request: HttpRequest, line: str, tool: str) -> HttpResponse:
    """What the tool proposes, from what the caller may see. Nothing is written, so no key is needed."""
    caller: Caller = request.auth
    said = body_of(request, Question)
    answered = tools.ask(line, tool, said.answers, hats=caller.hats, scope=caller.scope, now=caller.now)
    lang = lang_of(request)
    return answer(
        Proposals(answered.at, [_proposal(line, suggested, lang) for suggested in answered.suggested])
    )


def _proposal(line: str, suggested: tools.Suggested, lang: str) -> ProposalOut:
    proposal = suggested.proposal
    return ProposalOut(
        suggested.digest,
        dict(proposal.what),
        tools.reasons(towns.current(), line, proposal.why, lang),
        proposal.confidence,
        [msgspec.convert(does, Doing, from_attributes=True) for does in proposal.does],
        suggested.accepted,
        suggested.done,
    )


@router.post(
    "/tools/{line}/{tool}/accept",
    tags=["tools"],
    summary="Accept proposals",
    **says(Acceptances, takes=Accepting, writes=True),
)
def accept_proposals(request: HttpRequest, line: str, tool: str) -> HttpResponse:
    """Carry out proposals, each for itself. The tool is asked again: what it no longer proposes is refused.

    Whoever accepts the same on the same day again changes nothing, whatever the key.
    """
    caller: Caller = request.auth
    said = body_of(request, Accepting)
    if said.at.tzinfo is None:
        raise Malformed(fields={"at": "mistake.timezone"})
    key_of(request, caller)
    outcomes = tools.accept(
        line, tool, said.answers, at=said.at, wanted=said.proposals, hats=caller.hats, scope=caller.scope,
        now=caller.now,
    )  # fmt: skip
    lang = lang_of(request)
    return answer(Acceptances([_outcome(line, outcome, lang) for outcome in outcomes]))


def _outcome(line: str, outcome: tools.Outcome, lang: str) -> Accepted:
    refused = outcome.refused
    if refused is None:
        return Accepted(outcome.digest, _wrote(outcome.wrote), outcome.repeated)
    said = reason(refused, lang, line)
    return Accepted(outcome.digest, type=_urn(refused.key), detail=said, fields=mistakes(refused, lang))


def _wrote(wrote: Iterable[Wrote]) -> list[WroteOut]:
    return [WroteOut(one.number, one.verb) for one in wrote]


def _urn(key: str) -> str:
    return f"urn:gridtown:{key}"


@router.get("/signals", tags=["signals"], summary="Signals", **says(Signals))
def list_signals(request: HttpRequest) -> HttpResponse:
    """What the caller, a device, may send."""
    caller: Caller = request.auth
    town, lang = towns.current(), lang_of(request)
    found = [
        SignalOut(line, s.key, town.say(f"signal.{s.key}", lang, line), form_out(s.form))
        for line, s in signals.sendable(caller.hats)
    ]
    return answer(Signals(found))


@router.post(
    "/signals/{line}/{key}",
    tags=["signals"],
    summary="Send a reading",
    **says(Noted, status=201, takes=Reading, writes=True),
)
def send_signal(request: HttpRequest, line: str, key: str) -> HttpResponse:
    """Take in a device's reading and what the line makes of it; 200 when it had come before under this key."""
    caller: Caller = request.auth
    try:
        sent_as = key_of(request, caller)
        reading = body_of(request, Reading)
        told = signals.receive(line, key, reading, hats=caller.hats, now=caller.now, sent_as=sent_as)
    except (Refused, msgspec.DecodeError) as why:
        _log.warning("signal %s/%s of account %s was not taken: %s", line, key, caller.account, why)
        raise
    return answer(_noted(told, line, lang_of(request)), 200 if told.repeated else 201)


def _noted(told: signals.Received, line: str, lang: str) -> Noted:
    if not told.refused:
        return Noted(told.entry, _wrote(told.wrote), told.repeated)
    said = reason(Refused(told.refused), lang, line)
    return Noted(told.entry, repeated=told.repeated, type=_urn(told.refused), detail=said)
