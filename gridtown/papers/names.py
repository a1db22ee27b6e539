"""Which names a paper's text may use: what the forms, registers, limits and settings of its line declare."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gridtown.kernel import forms
from gridtown.kernel.forms import FieldSpec, Form
from gridtown.kernel.line import Kind, Line
from gridtown.town import Town

DEPTH = 2  # a record that an answer names, and the records that its own answers name
ALL = "all."
DONE = ("done_at", "done_by", "done_post")


@dataclass(frozen=True)
class Name:
    """What a name stands for: how it may stand in the text, what parts it has, and what a list holds.

    group: only its parts can be printed. photo: only in lines for pictures. personal: the sealed answer that it
    prints, by whose it is (`report`; a verb, for its last move; `all.` and a verb, for each) and the field.
    """

    group: bool = False
    photo: bool = False
    parts: Mapping[str, "Name"] = field(default_factory=dict)
    each: "Name | None" = None
    personal: tuple[str, str] | None = None


TEXT = Name()
FORLOOP = Name(group=True, parts=dict.fromkeys(("counter", "counter0", "first", "last"), TEXT))


def known(town: Town, line: Line, kind: Kind) -> dict[str, Name]:
    """Every first name for the papers of a kind, with all that follows it."""
    moves = kind.procedure.moves
    facts = {move.verb: _fact(town, line, move.form, move.verb) for move in moves}
    every = {move.verb: _fact(town, line, move.form, f"{ALL}{move.verb}") for move in moves}
    about = next((spec for spec in forms.fields_of(kind.intake) if spec.name == kind.about), None)
    fixed = {
        "report": _fact(town, line, kind.intake, "report"),
        "all": _group({verb: Name(group=True, each=fact) for verb, fact in every.items()}),
        "case": _group(_CASE | _KEYED | {"category": _choice(town, line, _category_table(kind))}),
        "limits": _group(dict.fromkeys((limit.key for limit in kind.procedure.limits), TEXT)),
        "settings": _group(dict.fromkeys((setting.key for setting in line.settings), TEXT)),
        "town": _group(dict.fromkeys(("name", "organ", "short"), TEXT)),
        "line": _group(dict.fromkeys(("name", "owner"), TEXT)),
        "paper": _group(dict.fromkeys(("date", "year", "serial", "times"), TEXT)),
    }
    if about is not None:
        fixed["record"] = _record(town, line, about.register)
    return facts | fixed


_CASE = dict.fromkeys(("number", "title", "place", "holder", "opened", "closed", "due"), TEXT)
_KEYED = dict.fromkeys(("state", "urgency", "level"), Name(parts={"key": TEXT}))


def _group(parts: Mapping[str, Name]) -> Name:
    return Name(group=True, parts=parts)


def _category_table(kind: Kind) -> str:
    spec = category_of(kind)
    return spec.table if spec else ""


def category_of(kind: Kind) -> FieldSpec | None:
    """The field that says what category a case is of: the intake's own, else the first of any move."""
    for form in (kind.intake, *(move.form for move in kind.procedure.moves)):
        for spec in forms.fields_of(form):
            if spec.sets == "category":
                return spec
    return None


def _fact(town: Town, line: Line, form: type[Form], where: str) -> Name:
    asked = {spec.name: _field(town, line, spec, where) for spec in forms.fields_of(form)}
    return _group(dict.fromkeys(DONE, TEXT) | asked)


def _field(town: Town, line: Line, spec: FieldSpec, where: str, depth: int = 0) -> Name:
    if spec.personal:
        return Name(personal=(where, spec.name)) if where else TEXT
    if spec.type.startswith("photo"):
        return Name(photo=True, each=Name(photo=True))
    if spec.table or spec.choices:
        choice = _choice(town, line, spec.table)
        return Name(parts=choice.parts, each=choice)
    if spec.register:
        if depth == DEPTH:
            return Name(each=TEXT)
        record = _record(town, line, spec.register, depth)
        return Name(parts={} if spec.type == "refs" else record.parts, each=record)
    return Name(each=TEXT) if spec.type in ("list", "posts", "cases", "accounts", "files") else TEXT


def _choice(town: Town, line: Line, table: str) -> Name:
    rows = town.tables.get(line.key, {}).get(table, {}) if table else {}
    return Name(parts=dict.fromkeys({"key"}.union(*rows.values()), TEXT))


def _record(town: Town, line: Line, register: str, depth: int = 0) -> Name:
    form = line.register(register).form
    own = {spec.name: _field(town, line, spec, "", depth + 1) for spec in forms.fields_of(form)}
    return Name(parts=dict.fromkeys(("name", "place"), TEXT) | own)
