"""A line of business and what it consists of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from gridtown.kernel import standing, table
from gridtown.kernel.amounts import Amount
from gridtown.kernel.document import Document, Text
from gridtown.kernel.family import Family, grown, words_needed
from gridtown.kernel.forms import Form, Tables, computed_of, fields_of
from gridtown.kernel.indicator import Indicator
from gridtown.kernel.mode import Mode
from gridtown.kernel.procedure import Procedure
from gridtown.kernel.purpose import Purpose
from gridtown.kernel.recurring import Every, fits
from gridtown.kernel.signal import Signal
from gridtown.kernel.told import (
    ANYONE,
    BARS_FROM,
    CONFIDENTIAL,
    RESERVED,
    SUBJECT,
    SYSTEM,
    Derive,
    Doing,
    Guard,
)
from gridtown.kernel.tool import Tool

Confidentiality = Literal["open", "internal", "personal", "petition", "care"]


@dataclass(frozen=True)
class Setting:
    """An amount that no law fixes: a town may set its own in settings.toml.

    technical: something for whoever runs the installation, such as a plug-in's path; pages leave it out.
    """

    key: str
    default: Any
    basis: str
    since: date
    unit: str = ""
    technical: bool = False


@dataclass(frozen=True)
class Duty:
    """What must be done again and again on a record; each period opens one case of kind `opens`.

    grade_by: the record's answer that has a period of its own in `grades` (a red risk point monthly); any other
    value, and none, has `every`. A record whose grade changes has the new period from the next one on. A town sets
    its own periods in duties.toml.
    """

    key: str
    every: Every | Amount
    owed_by: str
    opens: str
    basis: str
    grade_by: str = ""
    grades: Mapping[str, Every | Amount] = field(default_factory=dict, hash=False)

    def period(self, answers: Mapping[str, Any]) -> Every | Amount:
        """How often it is owed on a record with these answers."""
        return self.grades.get(str(answers.get(self.grade_by, "")), self.every)

    @property
    def periods(self) -> tuple[Every | Amount, ...]:
        """Every period that it has for some record."""
        return (self.every, *self.grades.values())


@dataclass(frozen=True)
class Staff:
    """A post that a town needs for this line beside those for all lines; drawn up with the town's first sheet.

    level: one for the town, or one in each village. seats: how many people hold it.
    """

    key: str
    roles: tuple[str, ...]
    level: Literal["town", "village"] = "town"
    seats: int = 1
    clearance: Confidentiality = "personal"


@dataclass(frozen=True)
class Register:
    """Things that exist and are kept up to date; each is a record with a form.

    derive: answers the form's computed fields (a colour from a score) from `Doing.answers`, settings and tables.
    linked: each record has a signed link for whom it belongs to, who acts by it as SUBJECT. unique: no two standing
    records are called alike; a sheet's row that is called like one is about that one. why: the field that says why a
    record is changed: nothing else in it changes without another answer there. townwide: its records are the whole
    town's and lie nowhere in it. shows: the answers that its list shows, where not those that are worked out first.
    """

    key: str
    form: type[Form]
    named_by: str = "name"
    duties: tuple[Duty, ...] = ()
    kept_by: tuple[str, ...] = ("admin",)
    derive: Callable[[Doing], Mapping[str, Any]] | None = None
    linked: bool = False
    unique: bool = False
    why: str = ""
    townwide: bool = False
    shows: tuple[str, ...] = ()


Drawn = Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], Sequence[Sequence[tuple[float, float]]]]


@dataclass(frozen=True)
class Kind:
    """One kind of case: what is asked at intake, how it goes, how it is numbered, who may see and raise it.

    number: a format with {year} and {n}. raised_by: roles that may report one; "reporter" opens it to
    residents, "subject" to whom the record belongs. desk_by: the intake field whose town table has a column
    `desk` that picks the handling post. about: the intake field (Ref) that names the record which the case is
    about: the case stands on that record's page and, without a point of its own, at its place. same_by: the
    intake fields in which cases are alike; personal ones are compared by a keyed digest. guards: may refuse the
    report (`Told` has no facts yet). derive: answers the intake's computed fields. unseen: states in which whom the
    record belongs to is told nothing of the case (an inspection that is not announced). mode: its cases switch the
    town's event mode on and off. drawn: what a map shows beside the case's point, from its answers and those of its
    moves in their order: closed rings of longitude and latitude.
    """

    key: str
    intake: type[Form]
    procedure: Procedure
    number: str
    confidential: Confidentiality = "internal"
    raised_by: tuple[str, ...] = ()
    desk_by: str = ""
    about: str = ""
    same_by: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    derive: Derive | None = None
    unseen: tuple[str, ...] = ()
    mode: Mode | None = None
    drawn: Drawn | None = None

    def names_record_of(self, register: str) -> str:
        """The intake field by which a duty's case says whose record it is: `about`, else the first that can; or ""."""
        refs = [spec.name for spec in fields_of(self.intake) if spec.register == register]
        return self.about if self.about in refs else next(iter(refs), "")

    @property
    def forms(self) -> tuple[type[Form], ...]:
        """The intake and what each move asks, in their order."""
        return (self.intake, *(move.form for move in self.procedure.moves))

    @cached_property
    def public(self) -> bool:
        """Whether its cases have public pages: open to all, and something of the intake is shown."""
        return self.confidential == "open" and any(spec.shown for spec in fields_of(self.intake))

    @cached_property
    def asks_subject(self) -> bool:
        """Whether it concerns whom a record belongs to: they raise it, or have moves of their own in it."""
        return SUBJECT in self.raised_by or any(SUBJECT in move.roles for move in self.procedure.moves)


@dataclass(frozen=True)
class Line:
    """One line of business; `key` is its folder's name, given when it is found. purpose: what the report has it for."""

    owner: str
    kinds: tuple[Kind, ...] = ()
    registers: tuple[Register, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    tools: tuple[Tool, ...] = ()
    signals: tuple[Signal, ...] = ()
    documents: tuple[Document, ...] = ()
    families: tuple[Family, ...] = ()
    staff: tuple[Staff, ...] = ()
    settings: tuple[Setting, ...] = ()
    purpose: Purpose | None = None
    key: str = ""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    about: str = field(default="", repr=False)
    tables: Tables = field(default_factory=dict, repr=False)
    texts: Mapping[str, Text] = field(default_factory=dict, repr=False)
    _columns: dict[str, Mapping[str, str]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def kind(self, key: str) -> Kind:
        """The kind of that key."""
        return next(kind for kind in self.kinds if kind.key == key)

    def register(self, key: str) -> Register:
        """The register of that key."""
        return next(register for register in self.registers if register.key == key)

    def columns_of(self, kind: str) -> Mapping[str, str]:
        """The columns of the table that an indicator asks by this `kind`: a kind of case, or "register:<key>"."""
        if kind not in self._columns:
            book = kind.removeprefix(standing.PREFIX) if kind.startswith(standing.PREFIX) else ""
            self._columns[kind] = (
                standing.columns(self.register(book)) if book else table.columns(self.kind(kind))
            )
        return self._columns[kind]

    def named(
        self, key: str, words: Mapping[str, Mapping[str, str]], about: str, tables: Tables | None = None,
        texts: Mapping[str, Text] | None = None,
    ) -> "Line":  # fmt: skip
        """This line with what its folder adds: name, words, and the dictionaries and texts that a town may replace."""
        purpose = self.purpose and replace(self.purpose, line=key)
        return replace(
            self, key=key, words=words, about=about, tables=tables or {}, texts=texts or {}, purpose=purpose
        )

    def grown(self, tables: Tables) -> "Line":
        """This line with the indicators that its families make of these tables' rows."""
        return grown(self, tables)

    def bases(self) -> Mapping[str, str]:
        """Every basis that an officer may read, by the key of its Chinese word (`basis.limit.check`)."""
        found = {f"basis.limit.{limit.key}": limit.basis for k in self.kinds for limit in k.procedure.limits}
        found |= {f"basis.indicator.{i.key}": i.basis for i in self.indicators}
        found |= {f"basis.setting.{s.key}": s.basis for s in self.settings}
        found |= {f"basis.duty.{d.key}": d.basis for r in self.registers for d in r.duties}
        found |= {f"basis.document.{d.key}": d.basis for d in self.documents}
        return found | {f"basis.tool.{t.key}": t.basis for t in self.tools}

    def words_needed(self) -> set[str]:
        """Every key that pages will look up for this line."""
        keys = {"line", "owner", *(f"indicator.{i.key}" for i in self.indicators)}
        keys |= {f"formula.{i.key}" for i in self.indicators} | words_needed(self.families)
        keys |= {f"setting.{s.key}" for s in self.settings}
        keys |= {f"staff.{s.key}" for s in self.staff} | {f"role.{r}" for s in self.staff for r in s.roles}
        keys |= {f"document.{d.key}" for d in self.documents}
        for tool in self.tools:
            keys |= {f"tool.{tool.key}"} | {f"role.{r}" for r in tool.roles} | _form_words(tool.ask)
            keys |= {f"why.{reason}" for reason in tool.reasons} | {f"field.{name}" for name in tool.shows}
        for signal in self.signals:
            keys |= {f"signal.{signal.key}", f"role.{signal.by}"} | _form_words(signal.form)
        for kind in self.kinds:
            procedure = kind.procedure
            keys |= {f"kind.{kind.key}", *(f"state.{s}" for s in procedure.states)}
            keys |= {f"verb.{v}" for v in procedure.verbs} | {
                f"limit.{limit.key}" for limit in procedure.limits
            }
            keys |= {f"role.{r}" for m in procedure.moves for r in m.roles}
            keys |= {f"role.{r}" for r in kind.raised_by}
            keys |= set().union(*map(_form_words, kind.forms))
        for register in self.registers:
            keys |= {f"register.{register.key}"} | _form_words(register.form)
            keys |= {f"duty.{d.key}" for d in register.duties} | {
                f"role.{d.owed_by}" for d in register.duties
            }
        return keys

    def faults(self) -> list[str]:
        """Why this line may not be loaded, apart from its words; empty when it may."""
        said = []
        kinds = {kind.key for kind in self.kinds}
        for kind in self.kinds:
            said += [f"{kind.key}: {fault}" for fault in kind.procedure.faults()]
            if "{year}" not in kind.number or "{n" not in kind.number:
                said.append(f"{kind.key}: the number format needs {{year}} and {{n}}")
            if kind.confidential not in CONFIDENTIAL:
                said.append(f"{kind.key}: unknown confidentiality {kind.confidential}")
            if not kind.raised_by:
                said.append(f"{kind.key}: nobody may raise it")
            said += self._intake_faults(kind)
            if kind.mode is not None:
                asked = {spec.name for form in kind.forms for spec in fields_of(form)}
                raised = {other.key for other in self.kinds if SYSTEM in other.raised_by}
                listed = {register.key for register in self.registers}
                wrong = kind.mode.faults(asked, kind.procedure.limits, raised, kinds, listed)
                said += [f"{kind.key}: event mode {fault}" for fault in wrong]
        for register in self.registers:
            for duty in register.duties:
                if duty.opens not in kinds:
                    said.append(f"{register.key}: duty {duty.key} opens an unknown kind {duty.opens}")
                else:
                    said += _unpayable(register, duty, self.kind(duty.opens))
                if duty.owed_by in RESERVED or not duty.basis.strip():
                    said.append(f"{register.key}: duty {duty.key} needs a role of people and a basis")
            if bool(computed_of(register.form)) != (register.derive is not None):
                said.append(f"{register.key}: computed fields and a derivation belong together")
            if set(register.shows) - {spec.name for spec in fields_of(register.form)}:
                said.append(f"{register.key}: its list shows answers that nothing asks for")
            if register.why and register.why not in {
                s.name for s in fields_of(register.form) if not s.required
            }:
                said.append(f"{register.key}: `why` names no field that a first record may leave out")
        for document in self.documents:
            verbs = self.kind(document.kind).procedure.verbs if document.kind in kinds else ()
            if document.kind not in kinds or set(document.after) - set(verbs):
                said.append(f"document {document.key} follows moves of a kind that are not there")
        registers = {register.key for register in self.registers}
        said += [
            f"{kind.key}: {move.verb} reads what is not there: {name}"
            for kind in self.kinds
            for move in kind.procedure.moves
            for name in move.reads
            if name not in registers
        ]
        said += [fault for tool in self.tools for fault in tool.faults(kinds, registers)]
        said += [fault for signal in self.signals for fault in signal.faults(kinds, registers)]
        books = {f"{standing.PREFIX}{r.key}": standing.columns(r) for r in self.registers}
        said += table.faults(self.kinds, self.indicators, books)
        said += [f"setting {s.key} names no basis" for s in self.settings if not s.basis.strip()]
        said += self.purpose.faults(self) if self.purpose else []
        return said + [fault for form in self.forms() for fault in _group_faults(form)]

    def forms(self) -> list[type[Form]]:
        """Every form of the line once: those of its kinds, registers, tools and signals."""
        found = [form for kind in self.kinds for form in kind.forms]
        found += (
            [r.form for r in self.registers] + [t.ask for t in self.tools] + [s.form for s in self.signals]
        )
        return list(dict.fromkeys(found))

    def _intake_faults(self, kind: Kind) -> list[str]:
        """What does not fit between a kind and its intake form."""
        asked = {spec.name: spec for spec in fields_of(kind.intake)}
        named = (("desk_by", kind.desk_by), ("about", kind.about), *(("same_by", n) for n in kind.same_by))
        said = [
            f"{kind.key}: {what} names no field of the intake"
            for what, name in named
            if name and name not in asked
        ]
        if kind.about in asked and asked[kind.about].type != "ref":
            said.append(f"{kind.key}: about names a field that is no record's")
        if SUBJECT in kind.raised_by and not kind.about:
            said.append(f"{kind.key}: the subject may raise it, so `about` must say whose record it is about")
        if bool(computed_of(kind.intake)) != (kind.derive is not None):
            said.append(f"{kind.key}: computed fields and a derivation belong together")
        said += _bar_faults(kind)
        said += _outside_faults(kind)
        said += _ballot_faults(kind)
        return said


def _outside_faults(kind: Kind) -> list[str]:
    """What does not fit between a kind and people without an account."""
    said = [
        f"{kind.key}: a personal answer is never shown: {spec.name}"
        for form in kind.forms
        for spec in fields_of(form)
        if spec.shown and spec.personal
    ]
    if unknown := set(kind.unseen) - set(kind.procedure.states):
        said.append(f"{kind.key}: unseen in states that are not there: {', '.join(sorted(unknown))}")
    if any(ANYONE in move.roles for move in kind.procedure.moves) and not kind.public:
        why = "it is not open" if kind.confidential != "open" else "nothing of its intake is Shown"
        said.append(f"{kind.key}: anyone may move it, but {why}")
    return said


def _ballot_faults(kind: Kind) -> list[str]:
    """Ballots and codes belong to moves, and nothing else is made of them."""
    said = [
        f"{kind.key}: a ballot or a code in the intake: {spec.name}"
        for spec in fields_of(kind.intake)
        if spec.ballot or spec.token or spec.draws
    ]
    said += [
        f"{kind.key}: a ballot or a code that is more than that: {spec.name}"
        for form in kind.forms
        for spec in fields_of(form)
        if (spec.ballot or spec.token or spec.draws)
        and (spec.personal or spec.sets or spec.shown or spec.computed)
    ]
    return said


def _bar_faults(kind: Kind) -> list[str]:
    """Who is accused is named by post, and only where not everybody may read along."""
    forms = (kind.intake, *(move.form for move in kind.procedure.moves))
    barring = {spec.name: spec.type for form in forms for spec in fields_of(form) if spec.bars}
    said = [
        f"{kind.key}: {name} bars, but names no post"
        for name, what in barring.items()
        if not what.startswith("post")
    ]
    if barring and CONFIDENTIAL.get(kind.confidential, 0) < BARS_FROM:
        said.append(f"{kind.key}: its answers keep posts out, so it cannot be {kind.confidential}")
    return said


def _unpayable(register: Register, duty: Duty, kind: Kind) -> list[str]:
    """Why the ticker could not open this duty's case, or why it would not wait on whoever owes it."""
    name = f"{register.key}: duty {duty.key}"
    said = []
    if SYSTEM not in kind.raised_by:
        said.append(f"{name} opens {kind.key}, which the system may not raise")
    if duty.owed_by not in kind.procedure.waits_on(kind.procedure.start):
        said.append(f"{name} is owed by {duty.owed_by}, but {kind.key} first waits on somebody else")
    known = kind.names_record_of(register.key)
    asked = [s.name for s in fields_of(kind.intake) if s.required and s.name != known and s.sets != "title"]
    if asked:
        said.append(
            f"{name} opens {kind.key}, whose intake asks for what a duty cannot know: {', '.join(asked)}"
        )
    if not all(fits(every) for every in duty.periods):
        said.append(f"{name} comes again in days or hours, or every day, week, month, quarter or year")
    grade = {spec.name: spec for spec in fields_of(register.form)}.get(duty.grade_by)
    if bool(duty.grade_by) != bool(duty.grades) or (duty.grade_by and (grade is None or grade.personal)):
        said.append(
            f"{name} is graded by an answer of the record that is not personal, and says each grade's period"
        )
    elif grade and grade.choices and (unknown := sorted(set(duty.grades) - set(grade.choices))):
        said.append(f"{name} has a period for a grade that is not there: {', '.join(unknown)}")
    return said


def _group_faults(form: type[Form]) -> list[str]:
    """Headings over fields that are not there, or that stand under two."""
    named = [name for names in form.groups.values() for name in names]
    wrong = {name for name in named if name not in form.model_fields or named.count(name) > 1}
    return (
        [f"{form.__name__}: groups fields that are not there once: {', '.join(sorted(wrong))}"]
        if wrong
        else []
    )


def _form_words(form: type[Form]) -> set[str]:
    specs = fields_of(form)
    return (
        {f"field.{spec.name}" for spec in specs}
        | {f"choice.{spec.name}.{value}" for spec in specs for value in spec.choices}
        | {f"row.{name}" for spec in specs for name in spec.rows}
        | {f"group.{group}" for group in form.groups}
    )
