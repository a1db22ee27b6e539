"""A line of business and what it consists of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from gridtown.kernel import owed, standing, table
from gridtown.kernel.amounts import Amount
from gridtown.kernel.document import Document, Text
from gridtown.kernel.family import Family, grown
from gridtown.kernel.forms import Form, Tables, fields_of
from gridtown.kernel.indicator import Indicator
from gridtown.kernel.mode import Mode
from gridtown.kernel.procedure import Procedure
from gridtown.kernel.purpose import Purpose
from gridtown.kernel.recurring import Every
from gridtown.kernel.signal import Signal
from gridtown.kernel.told import (
    SUBJECT,
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
    value, and none, has `every`. A record whose grade changes has the new period from the next one on. over: grades on
    which it is owed no more. A town sets its own periods in duties.toml.
    """

    key: str
    every: Every | Amount
    owed_by: str
    opens: str
    basis: str
    grade_by: str = ""
    grades: Mapping[str, Every | Amount] = field(default_factory=dict, hash=False)
    over: tuple[str, ...] = ()

    def owed(self, answers: Mapping[str, Any]) -> bool:
        """Whether it is owed at all on a record with these answers."""
        return str(answers.get(self.grade_by, "")) not in self.over

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
        return owed.words_needed(self)

    def faults(self) -> list[str]:
        """Why this line may not be loaded, apart from its words; empty when it may."""
        return owed.faults(self)

    def forms(self) -> list[type[Form]]:
        """Every form of the line once: those of its kinds, registers, tools and signals."""
        found = [form for kind in self.kinds for form in kind.forms]
        found += (
            [r.form for r in self.registers] + [t.ask for t in self.tools] + [s.form for s in self.signals]
        )
        return list(dict.fromkeys(found))
