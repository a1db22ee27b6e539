"""What a line owes before it is loaded: every word that pages look up for it, and no fault; each is said by name."""

from typing import TYPE_CHECKING

from gridtown.kernel import standing, table
from gridtown.kernel.effects import Revise
from gridtown.kernel.family import words_needed as family_words
from gridtown.kernel.forms import Form, computed_of, fields_of
from gridtown.kernel.recurring import fits
from gridtown.kernel.told import ANYONE, BARS_FROM, CONFIDENTIAL, RESERVED, SUBJECT, SYSTEM

if TYPE_CHECKING:  # a line asks for its own faults
    from gridtown.kernel.line import Duty, Kind, Line, Register


def words_needed(line: "Line") -> set[str]:
    """Every key that pages will look up for this line."""
    keys = {"line", "owner", *(f"indicator.{i.key}" for i in line.indicators)}
    keys |= {f"formula.{i.key}" for i in line.indicators} | family_words(line.families)
    keys |= {f"setting.{s.key}" for s in line.settings}
    keys |= {f"staff.{s.key}" for s in line.staff} | {f"role.{r}" for s in line.staff for r in s.roles}
    keys |= {f"document.{d.key}" for d in line.documents}
    for tool in line.tools:
        keys |= {f"tool.{tool.key}"} | {f"role.{r}" for r in tool.roles} | _form_words(tool.ask)
        keys |= {f"why.{reason}" for reason in tool.reasons} | {f"field.{name}" for name in tool.shows}
    for signal in line.signals:
        keys |= {f"signal.{signal.key}", f"role.{signal.by}"} | _form_words(signal.form)
    for kind in line.kinds:
        procedure = kind.procedure
        keys |= {f"kind.{kind.key}", *(f"state.{s}" for s in procedure.states)}
        keys |= {f"verb.{v}" for v in procedure.verbs} | {f"limit.{limit.key}" for limit in procedure.limits}
        keys |= {f"role.{r}" for m in procedure.moves for r in m.roles}
        keys |= {f"role.{r}" for r in kind.raised_by}
        keys |= set().union(*map(_form_words, kind.forms))
    for register in line.registers:
        keys |= {f"register.{register.key}"} | _form_words(register.form)
        keys |= {f"duty.{d.key}" for d in register.duties} | {f"role.{d.owed_by}" for d in register.duties}
    return keys


def faults(line: "Line") -> list[str]:
    """Why this line may not be loaded, apart from its words; empty when it may."""
    said = []
    kinds = {kind.key for kind in line.kinds}
    for kind in line.kinds:
        said += [f"{kind.key}: {fault}" for fault in kind.procedure.faults()]
        if "{year}" not in kind.number or "{n" not in kind.number:
            said.append(f"{kind.key}: the number format needs {{year}} and {{n}}")
        if kind.confidential not in CONFIDENTIAL:
            said.append(f"{kind.key}: unknown confidentiality {kind.confidential}")
        if not kind.raised_by:
            said.append(f"{kind.key}: nobody may raise it")
        said += _intake_faults(kind)
        if kind.mode is not None:
            asked = {spec.name for form in kind.forms for spec in fields_of(form)}
            raised = {other.key for other in line.kinds if SYSTEM in other.raised_by}
            listed = {register.key for register in line.registers}
            wrong = kind.mode.faults(asked, kind.procedure.limits, raised, kinds, listed)
            said += [f"{kind.key}: event mode {fault}" for fault in wrong]
    for register in line.registers:
        for duty in register.duties:
            if duty.opens not in kinds:
                said.append(f"{register.key}: duty {duty.key} opens an unknown kind {duty.opens}")
            else:
                said += _unpayable(register, duty, line.kind(duty.opens))
            if duty.owed_by in RESERVED or not duty.basis.strip():
                said.append(f"{register.key}: duty {duty.key} needs a role of people and a basis")
        if bool(computed_of(register.form)) != (register.derive is not None):
            said.append(f"{register.key}: computed fields and a derivation belong together")
        if register.named_by not in register.form.model_fields:
            said.append(f"{register.key}: named_by names no field of its form: {register.named_by}")
        if set(register.shows) - {spec.name for spec in fields_of(register.form)}:
            said.append(f"{register.key}: its list shows answers that nothing asks for")
        if register.why and register.why not in {s.name for s in fields_of(register.form) if not s.required}:
            said.append(f"{register.key}: `why` names no field that a first record may leave out")
    for document in line.documents:
        verbs = line.kind(document.kind).procedure.verbs if document.kind in kinds else ()
        if document.kind not in kinds or set(document.after) - set(verbs):
            said.append(f"document {document.key} follows moves of a kind that are not there")
    registers = {register.key for register in line.registers}
    said += [
        f"{kind.key}: {move.verb} reads what is not there: {name}"
        for kind in line.kinds
        for move in kind.procedure.moves
        for name in move.reads
        if name not in registers
    ]
    said += [fault for kind in line.kinds for fault in _revise_faults(line, kind)]
    said += [fault for tool in line.tools for fault in tool.faults(kinds, registers)]
    said += [fault for signal in line.signals for fault in signal.faults(kinds, registers)]
    books = {f"{standing.PREFIX}{r.key}": standing.columns(r) for r in line.registers}
    said += table.faults(line.kinds, line.indicators, books)
    said += [f"setting {s.key} names no basis" for s in line.settings if not s.basis.strip()]
    said += line.purpose.faults(line) if line.purpose else []
    return said + [fault for form in line.forms() for fault in _group_faults(form)]


def _revise_faults(line: "Line", kind: "Kind") -> list[str]:
    """Moves that bring a record up to date which is not there, has no such answer, or is not theirs to keep."""
    about = next((spec.register for spec in fields_of(kind.intake) if spec.name == kind.about), "")
    listed = next((one for one in line.registers if one.key == about), None)
    return [
        f"{kind.key}: {move.verb} revises what it cannot"
        for move in kind.procedure.moves
        if isinstance(move.effect, Revise)
        and (
            listed is None
            or not set(move.effect.fields) <= {s.name for s in fields_of(listed.form) if not s.computed}
            or not set(move.roles) <= set(listed.kept_by)
        )
    ]


def _intake_faults(kind: "Kind") -> list[str]:
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


def _outside_faults(kind: "Kind") -> list[str]:
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


def _ballot_faults(kind: "Kind") -> list[str]:
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


def _bar_faults(kind: "Kind") -> list[str]:
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


def _unpayable(register: "Register", duty: "Duty", kind: "Kind") -> list[str]:
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
