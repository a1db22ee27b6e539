"""Proposals as a page tells them: records, posts and cases by name, choices in words, and what came of accepting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gridtown.cases import queries
from gridtown.dispatch import tools
from gridtown.kernel import forms
from gridtown.kernel.forms import FieldSpec
from gridtown.kernel.line import Line
from gridtown.kernel.tool import Asked, Proposal, Tool
from gridtown.web import present, show
from gridtown.web.middleware import why
from gridtown.web.visit import Visit


@dataclass(frozen=True)
class Cell:
    """One value of a proposal, ready to be shown."""

    label: str
    parts: Sequence["Part"]
    number: bool = False


@dataclass(frozen=True)
class Part:
    """A text, with the page that it leads to."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Row:
    """A proposal with its reasons and, if it was accepted, what came of it."""

    digest: str
    cells: Sequence[Cell]
    why: Sequence[str]
    confidence: int | None
    done: str = ""  # done, before, or refused
    numbers: Sequence[str] = ()
    refused: str = ""


class Telling:
    """Says the proposals of one tool to one visitor."""

    def __init__(self, visit: Visit, line: str, tool: Tool) -> None:
        self.visit, self.line, self.tool = visit, line, tool
        self._town_line: Line = visit.town.lines[line]
        self._specs = _specs(self._town_line, tool)
        self._registers = {register.key for register in self._town_line.registers}
        self._named: dict[int, tuple[str, str]] = {}  # a record's register and name

    def rows(self, suggested: Iterable[tools.Suggested], asked: Asked) -> list[Row]:
        """Proposals as a tool has just made them; one query at most, for names of records that it did not read."""
        found = list(suggested)
        self._name([one.proposal for one in found], asked)
        return [
            self._row(
                one.digest, one.proposal, "before" if one.accepted else "", [one.done] if one.done else []
            )
            for one in found
        ]

    def outcomes(self, outcomes: Sequence[tools.Outcome]) -> list[Row]:
        """Proposals with what came of accepting them."""
        self._name([o.proposal for o in outcomes if o.proposal], None)
        return [self.outcome(one) for one in outcomes]

    def outcome(self, outcome: tools.Outcome) -> Row:
        """One proposal with what came of accepting it; without its cells where it is no longer made."""
        done = "refused" if outcome.refused else "before" if outcome.repeated else "done"
        numbers = list(dict.fromkeys(wrote.number for wrote in outcome.wrote))
        refused = why(self.visit, outcome.refused, self.line) if outcome.refused else ""
        return self._row(outcome.digest, outcome.proposal, done, numbers, refused)

    def _row(
        self, digest: str, proposal: Proposal | None, done: str, numbers: Sequence[str], refused: str = ""
    ) -> Row:
        if proposal is None:
            return Row(digest, (), (), None, done, numbers, refused)
        said = tools.reasons(self.visit.town, self.line, proposal.why, self.visit.lang)
        confidence = None if proposal.confidence is None else round(100 * proposal.confidence)
        cells = [self._cell(name, proposal.what.get(name)) for name in self.tool.shows]
        return Row(digest, cells, said, confidence, done, numbers, refused)

    def _cell(self, name: str, value: Any) -> Cell:
        label = self.visit.word(self.line, f"field.{name}")
        values = value if isinstance(value, list | tuple) else [value]
        parts = [self._part(name, one) for one in values if one not in (None, "")]
        number = isinstance(value, int | float) and not isinstance(value, bool) and not self._refers(name)
        return Cell(label, parts, number)

    def _part(self, name: str, value: Any) -> Part:
        """A value as the field of that name would be shown in a form of the line."""
        spec = self._specs.get(name)
        kind = spec.type.removesuffix("s") if spec else name
        if self._refers(name):
            register, called = self._named.get(int(value), ("", ""))
            return Part(called or "–", f"/registers/{self.line}/{register}/{value}" if called else "")
        if kind == "post" and (post := self.visit.people.post(str(value))):
            return Part(self.visit.post_name(post))
        if kind == "case" or (kind == "number" and isinstance(value, str)):
            return Part(str(value), f"/case/{value}")
        if isinstance(value, datetime):
            return Part(show.moment(value, self.visit.now, self.visit.town.zone, self.visit.lang))
        if isinstance(value, date):
            return Part(value.isoformat())
        if isinstance(value, float):
            value = f"{value:,.2f}".rstrip("0").rstrip(".")
        said = present.answer(self.visit, self.line, name, value, spec)
        return Part(f"{said.value} {said.unit}".strip())

    def _refers(self, name: str) -> bool:
        """Whether values of that name are records: by the field of that name, or as a register is called."""
        spec = self._specs.get(name)
        return spec.type in ("ref", "refs") if spec else name in self._registers

    def _name(self, proposals: Sequence[Proposal], asked: Asked | None) -> None:
        """Find out what the records in these proposals are called."""
        for kept in (kept for records in (asked.records.values() if asked else ()) for kept in records):
            self._named[kept.id] = (kept.register, kept.name)
        wanted = {one for proposal in proposals for one in self._ids(proposal)} - self._named.keys()
        self._named |= queries.names_on_ground(self.line, sorted(wanted), self.visit.scope)

    def _ids(self, proposal: Proposal) -> Iterable[int]:
        for name in self.tool.shows:
            value = proposal.what.get(name)
            if value and self._refers(name):
                yield from (int(one) for one in (value if isinstance(value, list | tuple) else [value]))


def _specs(line: Line, tool: Tool) -> dict[str, FieldSpec]:
    """Every field that the tool or its line asks for, by name; the question's own first."""
    asked = [tool.ask, *(kind.intake for kind in line.kinds)]
    asked += [move.form for kind in line.kinds for move in kind.procedure.moves]
    asked += [register.form for register in line.registers]
    known: dict[str, FieldSpec] = {}
    for form in asked:
        for spec in forms.fields_of(form):
            known.setdefault(spec.name, spec)
    return known
