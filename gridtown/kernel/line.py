"""A line of business and what it consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from gridtown.kernel import table
from gridtown.kernel.amounts import Amount, Unit
from gridtown.kernel.forms import Form, Tables, fields_of
from gridtown.kernel.indicator import Indicator
from gridtown.kernel.procedure import Procedure
from gridtown.kernel.told import CONFIDENTIAL, RESERVED, SYSTEM
from gridtown.kernel.tool import Tool

Every = Literal["day", "week", "month", "quarter", "year"]
Confidentiality = Literal["open", "internal", "personal", "petition", "care"]


@dataclass(frozen=True)
class Setting:
    """An amount that no law fixes: a town may set its own in settings.toml."""

    key: str
    default: Any
    basis: str
    since: date
    unit: str = ""


@dataclass(frozen=True)
class Duty:
    """What must be done again and again on a record; each period opens one case of kind `opens`."""

    key: str
    every: Every | Amount
    owed_by: str
    opens: str
    basis: str


@dataclass(frozen=True)
class Register:
    """Things that exist and are kept up to date; each is a record with a form."""

    key: str
    form: type[Form]
    named_by: str = "name"
    duties: tuple[Duty, ...] = ()
    kept_by: tuple[str, ...] = ("admin",)


@dataclass(frozen=True)
class Kind:
    """One kind of case: what is asked at intake, how it goes, how it is numbered, who may see and raise it.

    number: a format with {year} and {n}. raised_by: roles that may report one; "reporter" opens it to
    residents. desk_by: the intake field whose town table has a column `desk` that picks the handling post.
    """

    key: str
    intake: type[Form]
    procedure: Procedure
    number: str
    confidential: Confidentiality = "internal"
    raised_by: tuple[str, ...] = ()
    desk_by: str = ""


@dataclass(frozen=True)
class Line:
    """One line of business; `key` is its folder's name, given when it is found."""

    owner: str
    kinds: tuple[Kind, ...] = ()
    registers: tuple[Register, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    tools: tuple[Tool, ...] = ()
    settings: tuple[Setting, ...] = ()
    key: str = ""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    about: str = field(default="", repr=False)
    tables: Tables = field(default_factory=dict, repr=False)

    def kind(self, key: str) -> Kind:
        """The kind of that key."""
        return next(kind for kind in self.kinds if kind.key == key)

    def register(self, key: str) -> Register:
        """The register of that key."""
        return next(register for register in self.registers if register.key == key)

    def named(
        self, key: str, words: Mapping[str, Mapping[str, str]], about: str, tables: Tables | None = None
    ) -> "Line":
        """This line with what its folder adds: its name, its words, and the dictionaries that a town may replace."""
        return replace(self, key=key, words=words, about=about, tables=tables or {})

    def words_needed(self) -> set[str]:
        """Every key that pages will look up for this line."""
        keys = {"line", "owner", *(f"indicator.{i.key}" for i in self.indicators)}
        keys |= {f"formula.{i.key}" for i in self.indicators}
        keys |= {f"setting.{s.key}" for s in self.settings}
        for kind in self.kinds:
            procedure = kind.procedure
            keys |= {f"kind.{kind.key}", *(f"state.{s}" for s in procedure.states)}
            keys |= {f"verb.{v}" for v in procedure.verbs} | {
                f"limit.{limit.key}" for limit in procedure.limits
            }
            keys |= {f"role.{r}" for m in procedure.moves for r in m.roles}
            keys |= {f"role.{r}" for r in kind.raised_by}
            keys |= _form_words(kind.intake).union(*(_form_words(m.form) for m in procedure.moves))
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
            if kind.desk_by and kind.desk_by not in {spec.name for spec in fields_of(kind.intake)}:
                said.append(f"{kind.key}: desk_by names no field of the intake")
        for register in self.registers:
            for duty in register.duties:
                if duty.opens not in kinds:
                    said.append(f"{register.key}: duty {duty.key} opens an unknown kind {duty.opens}")
                else:
                    said += _unpayable(register, duty, self.kind(duty.opens))
                if duty.owed_by in RESERVED or not duty.basis.strip():
                    said.append(f"{register.key}: duty {duty.key} needs a role of people and a basis")
        said += table.faults(self.kinds, self.indicators)
        said += [f"setting {s.key} names no basis" for s in self.settings if not s.basis.strip()]
        return said


def _unpayable(register: Register, duty: Duty, kind: Kind) -> list[str]:
    """Why the ticker could not open this duty's case, or why it would not wait on whoever owes it."""
    name = f"{register.key}: duty {duty.key}"
    said = []
    if SYSTEM not in kind.raised_by:
        said.append(f"{name} opens {kind.key}, which the system may not raise")
    if duty.owed_by not in kind.procedure.waits_on(kind.procedure.start):
        said.append(f"{name} is owed by {duty.owed_by}, but {kind.key} first waits on somebody else")
    asked = [
        s.name
        for s in fields_of(kind.intake)
        if s.required and s.register != register.key and s.sets != "title"
    ]
    if asked:
        said.append(
            f"{name} opens {kind.key}, whose intake asks for what a duty cannot know: {', '.join(asked)}"
        )
    if isinstance(duty.every, Amount) and duty.every.unit not in (Unit.DAYS, Unit.HOURS):
        said.append(f"{name} comes again in days or hours, or every day, week, month, quarter or year")
    return said


def _form_words(form: type[Form]) -> set[str]:
    specs = fields_of(form)
    return {f"field.{spec.name}" for spec in specs} | {
        f"choice.{spec.name}.{value}" for spec in specs for value in spec.choices
    }
