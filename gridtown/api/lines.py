"""The lines of business: what may be reported, how it goes, what is asked, and in which words."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from gridtown import town as towns
from gridtown.api.answering import answer, says
from gridtown.api.saying import lang_of
from gridtown.cases.actions import NotFound
from gridtown.kernel.forms import FieldSpec, Form, fields_of
from gridtown.kernel.line import Kind, Line, Register
from gridtown.kernel.procedure import Move

router = Router(tags=["lines"])


class FormOut(msgspec.Struct, frozen=True):
    """What is asked: as JSON Schema, and field by field with what pages need to know."""

    version: int
    fields: tuple[FieldSpec, ...]
    schema: dict[str, Any]


class MoveOut(msgspec.Struct, frozen=True):
    """One step: from which states ("*" = any that is no end) to which ("=" = it stays), by whom."""

    verb: str
    frm: tuple[str, ...]
    to: str
    roles: tuple[str, ...]
    mine: bool
    form: FormOut


class LimitOut(msgspec.Struct, frozen=True):
    """How long a case may stay in these states, by grade where it is graded, and on what basis."""

    key: str
    states: tuple[str, ...]
    amount: float
    unit: str
    grade_by: str
    grades: dict[str, float]
    basis: str


class KindOut(msgspec.Struct, frozen=True):
    """A kind of case with its procedure."""

    key: str
    start: str
    ends: dict[str, str]
    states: tuple[str, ...]
    raised_by: tuple[str, ...]
    confidential: str
    intake: FormOut
    moves: list[MoveOut]
    limits: list[LimitOut]


class RegisterOut(msgspec.Struct, frozen=True):
    """A register of things that are kept up to date."""

    key: str
    kept_by: tuple[str, ...]
    form: FormOut


class LineOut(msgspec.Struct, frozen=True):
    """A line with everything that can be done in it, its dictionaries, and its words in the caller's language."""

    key: str
    name: str
    kinds: list[KindOut]
    registers: list[RegisterOut]
    indicators: list[str]
    tables: dict[str, list[dict[str, Any]]]
    words: dict[str, str]


class LineBrief(msgspec.Struct, frozen=True):
    """A line by its name."""

    key: str
    name: str
    kinds: list[str]
    registers: list[str]


class Lines(msgspec.Struct, frozen=True):
    """Every line at work here."""

    lines: list[LineBrief]


def form_out(form: type[Form]) -> FormOut:
    """A form as the contract has it."""
    return FormOut(form.version, fields_of(form), form.model_json_schema())


def _move(move: Move) -> MoveOut:
    return MoveOut(move.verb, move.frm, move.to, move.roles, move.mine, form_out(move.form))


def _kind(kind: Kind) -> KindOut:
    procedure = kind.procedure
    limits = [
        LimitOut(
            limit.key, tuple(limit.states), limit.amount.n, limit.amount.unit.value, limit.grade_by,
            {grade: amount.n for grade, amount in limit.grades.items()}, limit.basis,
        )
        for limit in procedure.limits
    ]  # fmt: skip
    return KindOut(
        kind.key, procedure.start, dict(procedure.end), procedure.states, kind.raised_by, kind.confidential,
        form_out(kind.intake), [_move(move) for move in procedure.moves], limits,
    )  # fmt: skip


def _register(register: Register) -> RegisterOut:
    return RegisterOut(register.key, register.kept_by, form_out(register.form))


def _tables(line: Line) -> dict[str, list[dict[str, Any]]]:
    """The line's own dictionaries, and those of the town that its forms ask from; an elevation model is neither."""
    forms = [register.form for register in line.registers] + [tool.ask for tool in line.tools]
    for kind in line.kinds:
        forms += [kind.intake, *(move.form for move in kind.procedure.moves)]
    asked = {spec.table for form in forms for spec in fields_of(form)}
    return {
        name: [dict(row) for row in rows.values()]
        for name, rows in towns.current().tables.get(line.key, {}).items()
        if name in line.tables or name in asked
    }


def _line(line: Line, lang: str) -> LineOut:
    town = towns.current()
    return LineOut(
        line.key,
        town.say("line", lang, line.key),
        [_kind(kind) for kind in line.kinds],
        [_register(register) for register in line.registers],
        [indicator.key for indicator in line.indicators],
        _tables(line),
        {key: town.say(key, lang, line.key) for key in sorted({*line.words, *line.words_needed()})},
    )


@router.get("/lines", auth=None, summary="Lines", **says(Lines))
def list_lines(request: HttpRequest) -> HttpResponse:
    """The lines of business at work here."""
    town, lang = towns.current(), lang_of(request)
    return answer(
        Lines(
            [
                LineBrief(
                    line.key,
                    town.say("line", lang, line.key),
                    [kind.key for kind in line.kinds],
                    [register.key for register in line.registers],
                )
                for line in town.lines.values()
            ]
        )
    )


@router.get("/lines/{line}", auth=None, summary="A line", **says(LineOut))
def read_line(request: HttpRequest, line: str) -> HttpResponse:
    """A line's kinds, procedures, limits, forms (JSON Schema), registers, dictionaries and words."""
    found = towns.current().lines.get(line)
    if found is None:
        raise NotFound
    return answer(_line(found, lang_of(request)), headers={"Cache-Control": "public, max-age=60"})
