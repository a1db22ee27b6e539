"""Forms: what is asked at intake and with each move, declared once for page, API, import and check.

A form is a pydantic model whose fields carry marks (`Annotated[str, Personal("phone")]`). Personal
answers are kept apart from the first moment: they are encrypted at rest, masked on screen and never
reach the warehouse.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from gridtown.kernel import tokens
from gridtown.kernel.told import Refused

Columns = Literal["title", "category", "urgency", "level", "desk"]
Tables = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Personal:
    """Encrypted at rest; shown masked by `mask`: name, phone, id, address or text."""

    mask: str


@dataclass(frozen=True)
class Computed:
    """Not asked: the `derive` of its kind, register or move answers it. It needs a default."""


@dataclass(frozen=True)
class Sent:
    """Not asked of people: a device or a program that knows it sends it along."""


@dataclass(frozen=True)
class Coded:
    """On `tuple[str, ...]`: lines of codes, as anybody can count or hash them again, which pages tell in words.

    told: (word, parts) for each sort of line, which has as many parts as stand between `by`; the word is
    `row.<word>`. A part is its name, or `name=table`: keys of that dictionary (with commas between), or what it calls
    them in Chinese; or `name=@register`: ids of records.
    """

    told: tuple[tuple[str, tuple[str, ...]], ...]
    by: str = "|"


@dataclass(frozen=True)
class Internal:
    """What programs tell each other in signs of their own: kept with the answers, and on no page."""


@dataclass(frozen=True)
class Shown:
    """Also on the public page of an open case; what is not marked stays in the house."""


@dataclass(frozen=True)
class Publishes:
    """On int: names (by its number within the case) an entry that people from outside made by one of the moves `of`.

    From then on that entry's answers are on the public page too, personal ones excepted: a comment once it was read.
    """

    of: str | tuple[str, ...]


@dataclass(frozen=True)
class Withholds:
    """On int: names an entry like `Publishes`, which stays off the public page, or leaves it again.

    What stands there in its place are the `Shown` answers of the move that withholds: the reason.
    """

    of: str | tuple[str, ...]


@dataclass(frozen=True)
class Ballot:
    """A vote: encrypted, and read by nobody, by no right, until the ledger opens it for a move that `opens` it."""


@dataclass(frozen=True)
class Token:
    """On text, or several: a code that was handed out on paper. Only its digest is kept, and no page shows that."""


@dataclass(frozen=True)
class Tokens:
    """On `tuple[str, ...]`: not asked. As many codes as the field `number` says are drawn and told once, to who moves.

    What is kept is their digests in order, so that neither ledger nor administrator knows a code afterwards.
    beside: a list of the same form, whose n-th value belongs to the n-th digest and is printed on that slip.
    """

    number: str
    beside: str = ""


@dataclass(frozen=True)
class Bars:
    """On posts: their holders neither see the case nor act on it from now on (the accused, the conflicted)."""


@dataclass(frozen=True)
class Photo:
    """The digest of an uploaded picture; `stage` says before, after or evidence, or signature: drawn on the screen."""

    stage: str = "evidence"


@dataclass(frozen=True)
class File:
    """The digest of an uploaded document."""


@dataclass(frozen=True)
class Rows:
    """On `tuple[dict[str, Any], ...]`: what was counted, row by row; each is told by the word `row.<as>` that it names.

    names: those words. Parts of a row are numbers and codes, so that everybody reads it in their own language.
    """

    names: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """One key of a table in the town's folder, so that dictionaries change without code."""

    table: str


@dataclass(frozen=True)
class Ref:
    """A record of one of the line's registers, by id."""

    register: str


@dataclass(frozen=True)
class PostRef:
    """A post, by key."""


@dataclass(frozen=True)
class AccountRef:
    """A person with an account, by sign-in name; pages and papers say the person's own."""


@dataclass(frozen=True)
class CaseRef:
    """Another case, by number: one of the line, only of its kind `of`, or ("*") one of any line."""

    of: str = ""


@dataclass(frozen=True)
class Unit:
    """The unit that a number is measured in."""

    name: str


@dataclass(frozen=True)
class Long:
    """A text of several lines."""


@dataclass(frozen=True)
class Sets:
    """The answer also becomes this column of the case row."""

    column: Columns


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
    group: str = ""  # the heading that it stands under
    rows: tuple[str, ...] = ()  # the words by which its rows are told
    lines: Coded | None = None  # how its lines of codes are told


@dataclass(frozen=True, slots=True)
class Answers:
    """A form's answers taken apart: plain ones, personal ones, ballots, and the columns they set."""

    plain: dict[str, Any]
    personal: dict[str, Any]
    sets: dict[str, str]
    photos: tuple[str, ...] = ()  # digests of everything that was uploaded, pictures and documents
    ballots: dict[str, Any] = field(default_factory=dict)


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
        rows=_rows(marks),
        lines=marks.get(Coded),
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


@cache
def _special(form: type[Form]) -> tuple[FieldSpec, ...]:
    return tuple(
        f
        for f in fields_of(form)
        if f.personal or f.sets or f.table or f.ballot or f.token or f.type in UPLOADS
    )


def _mistakes(error: ValidationError) -> dict[str, str]:
    """Field → key of a sentence in words.toml, so that no English reaches an officer by accident."""
    said = {}
    for item in error.errors(include_url=False, include_context=False):
        name = str(item["loc"][0]) if item["loc"] else "__all__"
        kind = item["type"]
        known = {
            "missing",
            "extra_forbidden",
            "string_too_long",
            "string_too_short",
            "literal_error",
            "value_error",
        }
        said[name] = f"mistake.{kind}" if kind in known else f"mistake.{kind.split('_')[0]}"
    return said


# what no eye sees and no database of ours should keep; PostgreSQL refuses the first of them
_UNSEEN = dict.fromkeys([n for n in range(32) if chr(n) not in "\t\n\r"] + [127])


def _seen(value: Any) -> Any:
    """A text, or texts in a list, without control characters; anything else as it is."""
    if isinstance(value, str):
        return value if value.isprintable() else value.translate(_UNSEEN)
    if isinstance(value, (list, tuple)):
        return [_seen(item) for item in value]
    return value


def read(
    form: type[Form], raw: Mapping[str, Any], *, tables: Tables, computed: Mapping[str, Any] | None = None
) -> Answers:
    """Check raw answers against a form and take them apart, or refuse naming each field's mistake.

    computed: what `derive` answers; the same fields in `raw` are refused, and so are those that are drawn.
    """
    if unasked := (computed_of(form) | {spec.name for spec in draws_of(form)}) & set(raw):
        raise Refused("form_invalid", fields=dict.fromkeys(unasked, "mistake.extra_forbidden"))
    try:
        model = form.model_validate(
            {name: _seen(value) for name, value in raw.items()} | dict(computed or {})
        )
    except ValidationError as error:
        raise Refused("form_invalid", fields=_mistakes(error)) from None
    # what was left blank is not an answer
    plain = {
        name: value
        for name, value in model.model_dump(mode="json", exclude_none=True).items()
        if value not in ("", [])
    }
    personal: dict[str, Any] = {}
    sets: dict[str, str] = {}
    photos: list[str] = []
    ballots: dict[str, Any] = {}
    for spec in _special(form):
        value = plain.get(spec.name)
        if value is None:
            continue
        if spec.table and not set(value if isinstance(value, list) else [value]) <= set(
            tables.get(spec.table, {})
        ):
            raise Refused("form_invalid", fields={spec.name: "mistake.not_in_table"})
        if spec.sets:
            sets[spec.sets] = str(value)
        if spec.type in UPLOADS:
            photos.extend(value if isinstance(value, list) else [value])
        if spec.personal:
            personal[spec.name] = plain.pop(spec.name)
        if spec.ballot:
            ballots[spec.name] = plain.pop(spec.name)
        if spec.token:
            plain[spec.name] = tokens.kept_back(value if isinstance(value, list) else [value])
    return Answers(plain, personal, sets, tuple(photos), ballots)


def _edges(head: int, tail: int) -> "Any":
    def cut(text: str) -> str:
        return text[:head] + "*" * max(1, len(text) - head - tail) + (text[-tail:] if tail else "")

    return cut


_MASKS: Mapping[str, Any] = {
    "phone": _edges(3, 4), "id": _edges(6, 4), "name": _edges(1, 0), "address": _edges(6, 0), "text": _edges(0, 0),
}  # fmt: skip


def masked(value: str, mask: str) -> str:
    """How a personal answer is shown by default (customary masks; domain rule 0.4)."""
    return str(_MASKS[mask](value))


def is_mask(value: str, mask: str) -> bool:
    """Whether a text is what a mask leaves, not an answer; only free text may hold a star among other signs."""
    return bool(value) and (set(value) == {"*"} if mask == "text" else "*" in value)
