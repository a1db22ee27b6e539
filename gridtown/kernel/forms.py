"""Forms: what is asked at intake and with each move, declared once for page, API, import and check.

A form is a pydantic model whose fields carry marks (`Annotated[str, Personal("phone")]`). Personal
answers are kept apart from the first moment: they are encrypted at rest, masked on screen and never
reach the warehouse.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from gridtown.kernel.marks import (
    AccountRef,
    Again,
    Ballot,
    Bars,
    CaseRef,
    Choice,
    Coded,
    Computed,
    File,
    Internal,
    Listed,
    Long,
    Personal,
    Photo,
    PostRef,
    Publishes,
    Ref,
    Rows,
    Sent,
    Sets,
    Shown,
    Token,
    Tokens,
    Unit,
    Withholds,
)

__all__ = [
    "UPLOADS",
    "AccountRef",
    "Again",
    "Ballot",
    "Bars",
    "CaseRef",
    "Choice",
    "Coded",
    "Computed",
    "Empty",
    "FieldSpec",
    "File",
    "Form",
    "Internal",
    "Listed",
    "Long",
    "Personal",
    "Photo",
    "PostRef",
    "Publishes",
    "Ref",
    "Rows",
    "Sent",
    "Sets",
    "Shown",
    "Tables",
    "Token",
    "Tokens",
    "Unit",
    "Withholds",
    "asked_of",
    "bars_of",
    "computed_of",
    "draws_of",
    "entries_of",
    "fields_of",
    "refs_of",
    "unbounded",
]

Tables = Mapping[str, Mapping[str, Mapping[str, Any]]]


class Form(BaseModel):
    """What is asked; `version` is stored with the answers, which stay readable under it.

    groups: of a long form, headings (words `group.<key>`) and the fields that stand under each, in the order of a page;
    what is in none stands before them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, use_enum_values=True)
    version: ClassVar[int] = 1
    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {}


class Empty(Form):
    """Nothing is asked."""


@dataclass(frozen=True)
class FieldSpec:
    """One field as a page, a sheet or a schema needs to know it."""

    name: str
    type: str
    required: bool
    default: Any = None
    choices: tuple[str, ...] = ()
    table: str = ""
    register: str = ""
    case_of: str = ""  # the kind of the line whose cases it names; "*": a case of any line
    personal: str = ""
    stage: str = ""
    unit: str = ""
    max_length: int | None = None
    sets: str = ""
    computed: bool = False
    sent: bool = False
    shown: bool = False
    bars: bool = False
    entry_of: tuple[str, ...] = ()  # the moves whose entries it may name
    publishes: bool = False
    ballot: bool = False
    token: bool = False
    draws: str = ""  # the field that says how many codes are drawn for this one
    beside: str = ""  # the list whose values go with those codes, one each
    internal: bool = False
    again: str = ""  # under which name it was said before
    group: str = ""  # the heading that it stands under
    rows: tuple[str, ...] = ()  # the words by which its rows are told
    lines: Coded | None = None  # how its lines of codes are told
    listed: Listed | None = None  # what its numbers stand for


UPLOADS = frozenset({"photo", "photos", "file", "files"})  # answers that are digests of what was uploaded
_NAMES = {Photo: "photo", File: "file", Ref: "ref", PostRef: "post", CaseRef: "case", AccountRef: "account"}
_SCALARS: Mapping[type, str] = {
    str: "text", int: "int", float: "number", bool: "bool", date: "date", datetime: "datetime",
}  # fmt: skip


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [arg for arg in get_args(annotation) if arg is not type(None)]
        return _bare(inner[0]) if len(inner) == 1 else annotation
    return annotation


def _marks(info: FieldInfo) -> dict[type, Any]:
    """The marks of a field, also those inside `Annotated[…] | None`."""
    found = list(info.metadata)
    for part in get_args(info.annotation):
        if get_origin(part) is Annotated:
            for mark in get_args(part)[1:]:
                found.extend(mark.metadata if isinstance(mark, FieldInfo) else [mark])
    return {type(mark): mark for mark in found}


def _kind_of(bare: Any, marks: Mapping[type, Any]) -> str:
    many = get_origin(bare) in (list, tuple)
    for mark, name in _NAMES.items():
        if mark in marks:
            return f"{name}s" if many else name
    if Publishes in marks or Withholds in marks:
        return "entry"
    if many:
        return "list"
    if Choice in marks or get_origin(bare) is Literal or (isinstance(bare, type) and issubclass(bare, Enum)):
        return "choice"
    if Long in marks:
        return "long"
    return _SCALARS.get(bare, "text")


def _choices(bare: Any) -> tuple[str, ...]:
    """The fixed values of a choice, or of each member of a list."""
    if get_origin(bare) in (list, tuple):
        return _choices(_bare(get_args(bare)[0])) if get_args(bare) else ()
    if get_origin(bare) is Literal:
        return tuple(str(arg) for arg in get_args(bare))
    if isinstance(bare, type) and issubclass(bare, Enum):
        return tuple(str(member.value) for member in bare)
    return ()


def _rows(marks: Mapping[type, Any]) -> tuple[str, ...]:
    if Rows in marks:
        return tuple(marks[Rows].names)
    return tuple(word for word, _ in marks[Coded].told) if Coded in marks else ()


def _spec(name: str, info: FieldInfo) -> FieldSpec:
    marks, bare = _marks(info), _bare(info.annotation)
    choices = _choices(bare)
    judges = marks.get(Publishes) or marks.get(Withholds)
    longest = [m.max_length for m in marks.values() if getattr(m, "max_length", None) is not None]
    return FieldSpec(
        name=name,
        type=_kind_of(bare, marks),
        required=info.is_required(),
        default=None if info.is_required() else info.get_default(call_default_factory=True),
        choices=choices,
        table=marks[Choice].table if Choice in marks else "",
        register=marks[Ref].register if Ref in marks else "",
        case_of=marks[CaseRef].of if CaseRef in marks else "",
        personal=marks[Personal].mask if Personal in marks else "",
        stage=marks[Photo].stage if Photo in marks else "",
        unit=marks[Unit].name if Unit in marks else "",
        max_length=longest[0] if longest else None,
        sets=marks[Sets].column if Sets in marks else "",
        computed=Computed in marks,
        sent=Sent in marks,
        shown=Shown in marks,
        bars=Bars in marks,
        entry_of=((judges.of,) if isinstance(judges.of, str) else judges.of) if judges else (),
        publishes=Publishes in marks,
        ballot=Ballot in marks,
        token=Token in marks,
        draws=marks[Tokens].number if Tokens in marks else "",
        beside=marks[Tokens].beside if Tokens in marks else "",
        internal=Internal in marks,
        again=(marks[Again].of or name) if Again in marks else "",
        rows=_rows(marks),
        lines=marks.get(Coded),
        listed=marks.get(Listed),
    )


@cache
def fields_of(form: type[Form]) -> tuple[FieldSpec, ...]:
    """Every field of a form in its order."""
    under = {name: group for group, names in form.groups.items() for name in names}
    return tuple(
        replace(_spec(name, info), group=under.get(name, "")) for name, info in form.model_fields.items()
    )


@cache
def asked_of(form: type[Form]) -> tuple[FieldSpec, ...]:
    """The fields that people answer, group after group: all but those that are computed, drawn, or sent by devices."""
    order = [name for names in form.groups.values() for name in names]
    asked = (spec for spec in fields_of(form) if not (spec.computed or spec.sent or spec.draws))
    return tuple(sorted(asked, key=lambda spec: order.index(spec.name) if spec.group else -1))


@cache
def computed_of(form: type[Form]) -> frozenset[str]:
    """The names of the fields that `derive` answers."""
    return frozenset(spec.name for spec in fields_of(form) if spec.computed)


@cache
def draws_of(form: type[Form]) -> tuple[FieldSpec, ...]:
    """The fields for which codes are drawn."""
    return tuple(spec for spec in fields_of(form) if spec.draws)


@cache
def bars_of(form: type[Form]) -> tuple[str, ...]:
    """The names of the fields whose posts are kept from the case."""
    return tuple(spec.name for spec in fields_of(form) if spec.bars)


@cache
def refs_of(form: type[Form]) -> tuple[str, ...]:
    """The names of the fields that name records."""
    return tuple(spec.name for spec in fields_of(form) if spec.type in ("ref", "refs"))


@cache
def entries_of(form: type[Form]) -> tuple[FieldSpec, ...]:
    """The fields that name an entry of the case, to publish or to withhold it."""
    return tuple(spec for spec in fields_of(form) if spec.type == "entry")


@cache
def unbounded(form: type[Form]) -> tuple[str, ...]:
    """The names of fields that could be answered without end: texts, lists and pictures with no `max_length`."""
    return tuple(
        spec.name
        for spec in fields_of(form)
        if spec.type in ("text", "long", "list", "photos", "files") and spec.max_length is None
    )
