"""Tools at work: a question put to a line's pure function, and its proposals carried out when somebody accepts them.

A question is known by its line, tool, answers and day; a proposal by what it would write. So whoever accepts the
same proposal again, or a second person who does on that day, changes nothing. Nothing is believed of a proposal that
comes back but its digest: the tool is asked again, and what it no longer proposes is refused.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from gridtown import town as towns
from gridtown.cases import queries, sealing, store
from gridtown.cases.actions import NotFound
from gridtown.dispatch.carrying import Wrote, carry_out, step_key
from gridtown.kernel import answering
from gridtown.kernel.told import Actor, Refused
from gridtown.kernel.tool import Asked, Proposal, Tool, Why
from gridtown.people.scope import Scope
from gridtown.town import Town

MOST = 500  # proposals that are accepted at once: the writers' lock is held for all of them
STANDS = timedelta(hours=24)  # that a question may lie before its proposals are accepted
_encode = msgspec.json.Encoder(order="deterministic", enc_hook=str).encode


@dataclass(frozen=True, slots=True)
class Suggested:
    """A proposal of an answer.

    digest: of what it would write, "" where it writes nothing. accepted: somebody has accepted it today; done: the
    number of the case that this led to, "" where the reader may not open it.
    """

    digest: str
    proposal: Proposal
    done: str = ""
    accepted: bool = False


@dataclass(frozen=True)
class Answered:
    """What a tool answered: when it was asked, from what, and its proposals in its own order."""

    at: datetime
    asked: Asked
    suggested: tuple[Suggested, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of accepting a proposal: written now, written before (`repeated`), or why not."""

    digest: str
    wrote: tuple[Wrote, ...] = ()
    repeated: bool = False
    refused: Refused | None = None
    proposal: Proposal | None = None


def offered(hats: Sequence[Actor], town: Town | None = None) -> list[tuple[str, Tool]]:
    """Every tool that somebody with these hats may use, with its line."""
    lines = (town or towns.current()).lines
    return [(key, tool) for key, line in lines.items() for tool in line.tools if _hat(hats, key, tool)]


def found(hats: Sequence[Actor], line: str, key: str) -> Tool:
    """The tool of that key; NotFound when there is none, or not for these hats."""
    tool = next((tool for own, tool in offered(hats) if (own, tool.key) == (line, key)), None)
    if tool is None:
        raise NotFound
    return tool


def _hat(hats: Sequence[Actor], line: str, tool: Tool) -> Actor | None:
    return next((h for h in hats if h.roles & set(tool.roles) and (not h.lines or line in h.lines)), None)


def ask(
    line: str, key: str, answers: Mapping[str, Any], *, hats: tuple[Actor, ...], scope: Scope, now: datetime,
    at: datetime | None = None,
) -> Answered:  # fmt: skip
    """What a tool answers within what the asker may see; nothing is written.

    at: the moment at which the question was first asked, which the tool takes for the present, so that a proposal
    is the same when it is accepted a little later. Refused when that was too long ago, or the form is not in order.
    """
    tool = found(hats, line, key)
    answered, digest = _ask(line, tool, answers, hats, scope, now, at)
    done = _accepted(digest, [s.digest for s in answered.suggested if s.digest], scope)
    suggested = (
        Suggested(s.digest, s.proposal, done.get(s.digest, ""), s.digest in done) for s in answered.suggested
    )
    return Answered(answered.at, answered.asked, tuple(suggested))


def _ask(
    line: str, tool: Tool, answers: Mapping[str, Any], hats: tuple[Actor, ...], scope: Scope, now: datetime,
    at: datetime | None,
) -> tuple[Answered, str]:  # fmt: skip
    """The answer and the question's digest."""
    at = at or now
    if not now - STANDS <= at <= now:
        raise Refused("question_old")
    town, by = towns.current(), _hat(hats, line, tool)
    if by is None:
        raise NotFound
    said = answering.read(tool.ask, answers, tables=town.tables.get(line, {}))
    asked = queries.asked(town, line, tool.reads, form=tool.ask, said=said, by=by, scope=scope, now=at)
    suggested = tuple(Suggested(_digest(proposal), proposal) for proposal in tool.run(asked))
    day = at.astimezone(town.zone).date().isoformat()
    question = sealing.likeness(f"tool:{line}/{tool.key}", [_encode(asked.answers).decode(), day])
    return Answered(at, asked, suggested), question


def _digest(proposal: Proposal) -> str:
    """What a proposal would write, in short: what it shows and why may be worded otherwise by the next minute."""
    return hashlib.sha256(_encode(proposal.does)).hexdigest()[:32] if proposal.does else ""


def _key(question: str, digest: str) -> str:
    return f"t:{question[:32]}:{digest}"


def _accepted(question: str, digests: Collection[str], scope: Scope) -> dict[str, str]:
    """Which of these proposals were accepted before, each with the case's number, "" where it may not be seen."""
    keys = {step_key(_key(question, digest), 0): digest for digest in digests}
    if not keys:
        return {}
    seen, params = scope.sql("c")
    marks = ", ".join(["%s"] * len(keys))
    found = store.fetch(
        f"SELECT e.key, CASE WHEN {seen} THEN c.number ELSE '' END FROM cases_entry e "
        f"JOIN cases_case c ON c.id = e.case_id WHERE e.key IN ({marks})",
        [*params, *keys],
    )
    return {keys[key]: str(number) for key, number in found}


def accept(
    line: str, key: str, answers: Mapping[str, Any], *, at: datetime, wanted: Sequence[str] | None,
    hats: tuple[Actor, ...], scope: Scope, now: datetime,
) -> list[Outcome]:  # fmt: skip
    """Carry out proposals of a question as this person, each for itself: all it writes or nothing.

    wanted: their digests; None for all that stand. MOST at once. The tool is asked once for all of them, under the
    writers' lock: what others have done until now it sees, and they see what is done here.
    """
    tool = found(hats, line, key)
    with transaction.atomic():
        store.wait_for_turn(towns.current().code)
        answered, question = _ask(line, tool, answers, hats, scope, now, at)
        standing = {s.digest: s.proposal for s in answered.suggested if s.digest}
        digests = list(dict.fromkeys(standing if wanted is None else wanted))[:MOST]
        before = _accepted(question, digests, scope)
        outcomes = []
        for digest in digests:
            proposal = standing.get(digest)
            if digest in before:
                if wanted is not None:
                    done = (Wrote(before[digest], ""),) if before[digest] else ()
                    outcomes.append(Outcome(digest, done, repeated=True, proposal=proposal))
            elif proposal is None:
                outcomes.append(Outcome(digest, refused=Refused("proposal_gone")))
            else:
                outcomes.append(_carry_out(line, proposal, digest, _key(question, digest), hats, now))
    return outcomes


def _carry_out(
    line: str, proposal: Proposal, digest: str, key: str, hats: tuple[Actor, ...], now: datetime
) -> Outcome:
    try:
        with transaction.atomic():
            wrote = carry_out(line, proposal.does, by=hats, now=now, key=key, channel="tool")
    except Refused as why:
        return Outcome(digest, refused=why, proposal=proposal)
    return Outcome(digest, wrote, proposal=proposal)


def reasons(town: Town, line: str, whys: Iterable[Why], lang: str) -> list[str]:
    """Why something is proposed, in the words of the line, each reason's braces filled."""
    return [
        town.say(
            f"why.{why.key}", lang, line, **{n: _said(town, line, n, v, lang) for n, v in why.params.items()}
        )
        for why in whys
    ]


def _said(town: Town, line: str, name: str, value: Any, lang: str) -> str:
    """A value within a reason: a choice or state in words, a time as the town reads it, a number without its tail."""
    if isinstance(value, datetime):
        return value.astimezone(town.zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    text = str(value)
    for key in (f"{name}.{text}", f"choice.{name}.{text}"):
        if (word := town.say(key, lang, line)) != key:
            return word
    return text
