"""What became of a case as pages tell it: its entries in sentences, and its clocks with their share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gridtown.cases.queries import CaseView, Step
from gridtown.kernel.clocks import Clock, Limit
from gridtown.kernel.forms import FieldSpec
from gridtown.kernel.told import REPORTER
from gridtown.web import present, show
from gridtown.web.visit import Visit

_ICONS = {
    "report": "speak",
    "accept": "check",
    "dispatch": "next",
    "take_on": "next",
    "transfer": "next",
    "fix": "check",
    "verify": "fine",
    "confirm": "fine",
    "close_unsolved": "over",
    "refuse": "close",
    "withdraw": "close",
    "object": "back",
    "send_back": "back",
    "insist": "back",
    "hold": "paused",
    "reopen": "refresh",
    "rate": "star",
    "merge": "link",
    "joined": "link",
    "split": "branch",
    "supervise": "flag",
    "warn": "clock",
    "expire": "late",
    "follow": "people",
    "unseal": "eye",
    "erase": "lock",
    "correct": "edit",
    "note": "speak",
    "reply": "speak",
}
_QUIET = frozenset({"warn", "follow", "unseal"})


@dataclass(frozen=True)
class Line:
    """One entry of a timeline."""

    at: datetime
    said: str
    frm: str
    to: str
    who: str
    waited: str
    icon: str
    light: str
    answers: Sequence[present.Said]
    text: str = ""


@dataclass(frozen=True)
class Ticking:
    """One clock of a case: what is left and how much of it is used."""

    key: str
    light: str
    icon: str
    text: str
    share: int
    due: datetime | None
    basis: str
    mode: str = ""  # the event that shortened it
    usual: str = ""  # what it would have been


def icon_of(verb: str) -> str:
    """The symbol of a verb."""
    return _ICONS.get(verb, "check")


def timeline(visit: Visit, view: CaseView) -> list[Line]:
    """Every entry as a sentence: what, who (post and person), after how long, with its answers."""
    row = view.row
    specs = present.spec_of(visit.town.kind(row.line, row.kind))
    present.name_records(visit, view)
    said_at = {step.seq: step for step in view.steps}
    lines = []
    before: datetime | None = None
    for step in view.steps:
        waited = ""
        if before is not None and step.to != step.frm and (step.at - before).total_seconds() >= 60:
            waited = visit.say("case.waited", span=show.span((step.at - before).total_seconds(), visit.lang))
        if step.to != step.frm:
            before = step.at
        shown = {} if step.verb == "report" else step.answers
        lines.append(
            Line(
                at=step.at,
                said=visit.word(row.line, f"verb.{step.verb}"),
                frm=step.frm,
                to=step.to,
                who=present.who(visit, step),
                waited=waited,
                icon=icon_of(step.verb),
                light=_light(step, view),
                answers=[
                    present.answer(
                        visit, row.line, n, _quoted(visit, row.line, v, specs, n, said_at), specs.get(n)
                    )
                    for n, v in _plain(shown)
                    if v not in ("", None, []) and not (n in specs and specs[n].internal)
                ],
            )
        )
    return lines


def _plain(answers: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Answers that are values; what an action notes for itself (nested) is left to the ledger."""
    return ((name, value) for name, value in answers.items() if not isinstance(value, dict))


def _quoted(
    visit: Visit, line: str, value: Any, specs: Mapping[str, FieldSpec], name: str, steps: Mapping[int, Step]
) -> Any:
    """What an answer that names another entry stands for: what was said there, in words."""
    spec = specs.get(name)
    if spec is None or spec.type != "entry" or value not in steps:
        return value
    told = ((n, v) for n, v in steps[value].answers.items() if isinstance(v, str) and v)
    return visit.say("list_comma").join(present.in_words(visit, line, n, v, specs.get(n)) for n, v in told)


def _light(step: Step, view: CaseView) -> str:
    if step.verb == "expire":
        return "late"
    if step is view.steps[-1]:
        return "fine" if view.row.ended and view.row.outcome in ("solved", "done") else "now"
    return "fine" if step.verb in ("verify", "confirm") else ""


def course(visit: Visit, view: CaseView, number: str) -> list[Line]:
    """The timeline as a reporter reads it: no names, no inner remarks; only what changed or was said to them.

    number: the reader's own. What they said themselves is told with their words, what others added without.
    """
    row = view.row
    specs = present.spec_of(visit.town.kind(row.line, row.kind))
    lines = []
    for step in view.steps:
        own = step.by.split(":")[0] == REPORTER
        speaks = "answer" in step.answers
        if step.verb in _QUIET or (step.to == step.frm and not speaks and not own and step.verb != "expire"):
            continue
        post = visit.people.post(step.post)
        mine = step.answers if step.by == f"{REPORTER}:{number}" else {}
        lines.append(
            Line(
                at=step.at,
                said=visit.word(row.line, f"verb.{step.verb}"),
                frm=step.frm,
                to=step.to,
                who=visit.post_name(post) if post else "",
                waited="",
                icon=icon_of(step.verb),
                light=_light(step, view),
                answers=[
                    present.answer(visit, row.line, name, value, specs.get(name))
                    for name, value in _plain(mine)
                    if value not in ("", None, [])
                ],
                text="" if mine else str(step.answers.get("answer") or ""),
            )
        )
    return lines


def clocks(visit: Visit, view: CaseView) -> list[Ticking]:
    """The running clocks, the most pressing first, with their legal basis."""
    limits = {limit.key: limit for limit in visit.town.kind(view.row.line, view.row.kind).procedure.limits}
    found = []
    for key, clock in sorted(view.clocks.items(), key=lambda item: (item[1].due is None, str(item[1].due))):
        limit = limits.get(key)
        found.append(_ticking(visit, key, clock, _basis(visit, view, limit), limit.warn if limit else 0.75))
    return found


def _basis(visit: Visit, view: CaseView, limit: Limit | None) -> str:
    return visit.town.basis(view.row.line, "limit", limit.key, limit.basis, visit.lang) if limit else ""


def _ticking(visit: Visit, key: str, clock: Clock, basis: str, warn: float) -> Ticking:
    if clock.due is None:
        return Ticking(key, "over", "paused", visit.say("due.standing"), 0, None, basis)
    total = max(1.0, (clock.due - clock.run).total_seconds())
    used = (visit.now - clock.run).total_seconds() / total
    span = show.span((clock.due - visit.now).total_seconds(), visit.lang)
    light = "late" if clock.due < visit.now else "soon" if used >= warn else "fine"
    text = visit.say("due.late" if light == "late" else "due.left", span=span)
    usual = replace(clock.amount, n=clock.usual).label(visit.lang) if clock.mode else ""
    share = max(0, min(100, round(used * 100)))
    return Ticking(key, light, light, text, share, clock.due, basis, clock.mode, usual)


def walked(view: CaseView) -> list[tuple[str, str]]:
    """The steps between states that were taken."""
    return [(step.frm, step.to) for step in view.steps if step.frm and step.to != step.frm]
